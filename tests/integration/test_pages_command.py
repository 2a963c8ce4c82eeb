"""`proofreel pages`: the pages that there are, and one of them as a file."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


def pages(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "proofreel", "pages", *arguments]
    environment = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=cwd or ROOT, env=environment, capture_output=True, timeout=60, check=False)


def test_pages_are_listed_with_their_variables() -> None:
    listed = pages()
    assert listed.returncode == 0
    for word in ("social-card", "1200 x 630", "certificate", "recipient", "#38bdf8", "(a draft)"):
        assert word in listed.stdout.decode()


def test_list_for_programs_says_the_same() -> None:
    listed = {each["id"]: each for each in json.loads(pages("--json").stdout)}
    assert [key for key, each in listed.items() if not each["published"]] == ["coming-soon"]
    assert (listed["story"]["width"], listed["story"]["height"]) == (1080, 1920)
    assert {"id": "v-number", "name": "number", "type": "number", "value": 1042} in listed["certificate"]["variables"]


def test_one_page_can_be_had_as_its_document() -> None:
    document = json.loads(pages("square", "--json").stdout)
    assert document["id"] == "square"
    assert any(layer["type"] == "text" for layer in document["layers"])


@pytest.mark.parametrize(
    ("name", "options", "start"),
    [
        ("card.png", (), b"\x89PNG"),
        ("card.svg", (), b"<svg "),
        ("card", ("--format", "webp"), b"RIFF"),
        ("card", (), b"\x89PNG"),
        ("card.PNG", ("--format", "SVG"), b"<svg "),
    ],
)
def test_page_is_drawn_in_the_format_wanted(tmp_path: Path, name: str, options: tuple[str, ...], start: bytes) -> None:
    out = tmp_path / name
    drawn = pages("social-card", "--out", str(out), *options)
    assert drawn.returncode == 0
    assert out.read_bytes().startswith(start)
    assert b"1200 x 630" in drawn.stdout


def test_page_is_drawn_to_the_standard_output() -> None:
    drawn = pages("square", "--out", "-")
    with Image.open(BytesIO(drawn.stdout)) as image:
        assert image.size == (1080, 1080)


def test_tweaks_change_what_is_drawn(tmp_path: Path) -> None:
    out = tmp_path / "card.svg"
    pages("social-card", "--out", str(out), "--tweak", "title=1 + 1 = 2", "--tweak", "v-author=Zoë")
    assert "1 + 1 = 2" in out.read_text("utf-8")
    assert "Zoë" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nope",), "there is no page 'nope'; there are: social-card, square"),
        (("--out", "x.png"), "name it"),
        (("square", "--tweak", "quote=x"), "--out says where"),
        (("square", "--out", "x.png", "--tweak", "quote"), "'quote' is no NAME=VALUE"),
        (("square", "--out", "x.png", "--tweak", "title=x"), "no variable title; it has: quote, author"),
        (("square", "--out", "x.png", "--tweak", "accent=reddish"), "'reddish' is no color"),
        (("square", "--out", "x.jpeg"), "x.jpeg ends in no format"),
        (("square", "--out", "x.png", "--tweak", "portrait=https://a.example/b.png"), "not fetched"),
        (("square", "--out", "missing/x.png"), "No such file"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    refused = pages(*arguments, cwd=tmp_path)
    assert refused.returncode != 0
    assert message in " ".join(refused.stderr.decode().replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []
