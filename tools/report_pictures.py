"""Makes the pictures of a report: `docs/pictures/verify.svg`, and `report.png` where there is a Chromium to make it.

python tools/report_pictures.py

The reference server is judged with a fault switched on. The window is as high as to show the failure in full.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from contracts.reports.terminal import show
from contracts.reports.write import write_reports
from contracts.results import Results
from contracts.run import run
from contracts.session import Session
from contracts.target import RunOptions, Target
from demo.picture import save_picture
from demo.server import running

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PORT = 8740  # the usual one, which must be free: a reader will see it
FAULT = "third-attempt-late"
ONLY = "RIO-RTY-01"
COLUMNS = 104
WIDTH, HEIGHT = 1200, 1538
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def judged() -> Results:
    """What the kit says of the retry schedule of a server that has a fault."""
    with (
        running("--port", str(PORT), "--behave", FAULT, "--clock-start", "2026-01-01T00:00:00Z") as url,
        Session(Target(url, "renderio"), RunOptions(only=(ONLY,), seed=1)) as session,
    ):
        return run(session)


def draw_terminal(results: Results, picture: Path) -> None:
    """What `proofreel verify` prints, as an SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    show(results, console)
    save_picture(console, picture, title=f"proofreel verify {results.information.target_url} --only {ONLY}")


def draw_page(results: Results, picture: Path) -> bool:
    """The HTML report as a PNG; whether there was a browser to do it."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        write_reports(results, Path(folder))
        subprocess.run(  # noqa: S603 - a browser, with arguments of our own
            [
                *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
                *("--force-color-profile=srgb", f"--window-size={WIDTH},{HEIGHT}", f"--user-data-dir={folder}/profile"),
                *(f"--screenshot={picture}", f"file://{folder}/report.html"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return True


def main() -> int:
    """Make both; the exit code."""
    results = judged()
    draw_terminal(results, PICTURES / "verify.svg")
    if not draw_page(results, PICTURES / "report.png"):
        print("There is no Chromium on PATH; report.png was left as it is.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
