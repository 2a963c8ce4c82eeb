"""Generated pages are what their sources say."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_requirement_table_is_up_to_date() -> None:
    completed = subprocess.run(
        [sys.executable, "tools/requirement_table.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stdout
