"""The reference server against its own documents, as schemathesis sees it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import OpenAccount, StartServer

ROOT = Path(__file__).parents[2]
MOST_EXAMPLES = 40


@pytest.mark.parametrize("name", ["renderio", "control"])
def test_server_conforms_to_its_document(
    start_server: "StartServer", open_account: "OpenAccount", tmp_path: Path, name: str
) -> None:
    # Random submissions name hosts anywhere: their downloads are given up at once.
    account = open_account(start_server("--download-limit", "50ms"))
    ended = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(ROOT / "schemathesis.toml")),
            *("run", str(ROOT / "openapi" / name / "openapi.yaml"), "--url", str(account.client.base_url)),
            *("--header", f"X-API-KEY: {account.key}", "--phases", "examples,coverage,fuzzing,stateful"),
            *(
                "--checks",
                "all",
                "--seed",
                "20260101",
                "--max-examples",
                str(MOST_EXAMPLES),
                "--generation-database",
                "none",
            ),
        ],
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "150"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
