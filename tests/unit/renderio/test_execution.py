"""What a user reads of a run names the files as the user does."""

from pathlib import Path

import pytest

from mockserver.renderio.command import Command, Request
from mockserver.renderio.execution import _Job


def job(folder: Path, inputs: dict[str, str]) -> _Job:
    request = Request(inputs, {"out_a": "a.mp4"}, "-i {{in_a}} {{out_a}}")
    return _Job(Command("c", "w", "PROCESSING", request, None), folder)


ALIASES = [
    f"in_{word}" for word in ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
]


@pytest.mark.parametrize("extension", ["", ".mp4"])
@pytest.mark.parametrize("number", range(len(ALIASES)))
def test_words_of_ffmpeg_name_the_right_alias(tmp_path: Path, number: int, extension: str) -> None:
    made = job(tmp_path, {alias: f"http://x/{alias}{extension}" for alias in ALIASES})
    words = made.in_terms_of_aliases(f"Error opening input file inputs/{number}{extension}.")
    assert words == f"Error opening input file {ALIASES[number]}."


def test_words_of_ffmpeg_name_every_alias_among_others(tmp_path: Path) -> None:
    made = job(tmp_path, dict.fromkeys(ALIASES, "http://x/"))
    assert made.in_terms_of_aliases("inputs/10, inputs/1, inputs/0") == "in_ten, in_one, in_zero"


def test_words_of_ffmpeg_name_outputs_plainly(tmp_path: Path) -> None:
    made = job(tmp_path, {"in_a": "http://x/"})
    assert made.in_terms_of_aliases("outputs/a.mp4: No space left") == "a.mp4: No space left"
