"""The reference server against its own documents, as schemathesis sees it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import StartServer

ROOT = Path(__file__).parents[2]
MOST_EXAMPLES = 40


@pytest.mark.parametrize(
    ("name", "credential"),
    [
        ("renderio", "X-API-KEY: ffsk_schemathesis"),
        ("ricloud", "Authorization: Token schemathesis"),
        ("bannx", "Authorization: Bearer schemathesis"),
        ("control", "X-API-KEY: ffsk_schemathesis"),
        ("control", "Authorization: Token schemathesis"),
        ("control", "Authorization: Bearer schemathesis"),
    ],
)
def test_server_conforms_to_its_document(
    start_server: "StartServer", tmp_path: Path, name: str, credential: str
) -> None:
    # Random submissions name hosts anywhere: their downloads are given up at once.
    # It expects made-up credentials to be refused; without a list of keys, those of a good form open a workspace.
    running = start_server("--download-limit", "50ms", "--api-key", credential.rpartition(" ")[2])
    ended = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(ROOT / "schemathesis.toml")),
            *("run", str(ROOT / "openapi" / name / "openapi.yaml"), "--url", running.url),
            *("--header", credential, "--phases", "examples,coverage,fuzzing,stateful"),
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
