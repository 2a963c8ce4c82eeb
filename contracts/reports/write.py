"""Writes the reports into a folder, each of them whole or not at all."""

import os
import tempfile
from pathlib import Path

from contracts.errors import SetUpError
from contracts.reports.badge import badge_json, badge_svg
from contracts.reports.html.page import html_report
from contracts.reports.json_report import json_report
from contracts.reports.junit import junit
from contracts.reports.redaction import redacted
from contracts.results import Results

READABLE_MODE = 0o644


def write_reports(results: Results, folder: Path) -> list[Path]:
    """Write report.html, report.json, junit.xml, badge.svg and badge.json; the folder is made where it is missing.

    Raises `SetUpError` where a file cannot be written.
    """
    results = redacted(results)
    contents = {
        "report.html": html_report(results).encode(),
        "report.json": json_report(results).encode(),
        "junit.xml": junit(results),
        "badge.svg": badge_svg(results).encode(),
        "badge.json": badge_json(results).encode(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            _replace(folder / name, content)
    except OSError as error:
        message = f"the reports cannot be written to {folder}: {error.strerror or error}; name another folder"
        raise SetUpError(message) from error
    return [folder / name for name in contents]


def _replace(path: Path, content: bytes) -> None:
    """Put the content in the file's place in one step, so that nobody reads half of it."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(READABLE_MODE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
