"""docs/bannx.md says what is so: its sessions and its callback run against the real server, its pictures are true."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageChops, ImageStat

from contracts.catalogue import Observable, load_catalogue
from contracts.pages import VariableType
from contracts.settings import plan
from contracts.target_file import load_target_file
from demo.server import running
from mockserver.bannx.policy import CallbackPolicy
from mockserver.behaviours.catalogue import load as load_behaviours
from mockserver.documents import load
from mockserver.drawing.gallery import builtin_pages
from tests.shell import SNIPPETS, adapted, in_shell, needs_shell
from tools.page_pictures import FOLDER, pictures

LOCAL_URL = "http://127.0.0.1:8740"
GUIDE = (SNIPPETS.parent / "bannx.md").read_text("utf-8")
SMALL_DIFFERENCE = 1.0
"""Of 255, on average over a picture: what another release of the library that scales it may make of it."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as url:
        yield url


@needs_shell
def test_session_finds_its_files_in_the_log(server: str) -> None:
    lines = in_shell(adapted("bannx.sh", (LOCAL_URL, server), ("Bearer readme", "Bearer session"))).splitlines()

    assert json.loads(lines[0])["statusCode"] == 404
    assert [f'"sha256":"{digest}"' for digest in lines[2:4]] == lines[4:6]
    assert json.loads(lines[6]) == {"used": 2}


@needs_shell
def test_session_of_failing_steps_is_answered_all_the_same(server: str) -> None:
    text = adapted("bannx_callbacks.sh", (LOCAL_URL, server), ("Bearer failing", "Bearer failing-session"))
    lines = in_shell(text).splitlines()

    assert lines[1] == lines[6] == "200 image/png"
    assert (lines[3], json.loads(lines[4])) == ('"file":null', {"used": 1})


@needs_shell
def test_page_of_ones_own_is_found_when_it_was_published(server: str, tmp_path: Path) -> None:
    text = adapted(
        "bannx_page.sh", (LOCAL_URL, server), ("Bearer badge", "Bearer own"), ("${TMPDIR:-/tmp}", str(tmp_path))
    )

    assert in_shell(text).splitlines() == ["404", "200", "200 image/png"]
    with Image.open(tmp_path / "badge.png") as badge, Image.open(FOLDER / "build-badge.png") as shown:
        assert difference(badge, shown) < SMALL_DIFFERENCE


def test_callback_of_the_guide_writes_receipts_and_makes_previews_free(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(SNIPPETS))
    monkeypatch.setenv("RECEIPTS", str(tmp_path / "receipts"))
    with (
        running("--render-callback", "render_callback:with_receipt") as url,
        httpx.Client(base_url=url, headers={"Authorization": "Bearer hook"}, trust_env=False, timeout=30) as api,
    ):
        card = api.get("/api/render/social-card").content
        api.post("/api/render", json={"pageId": "square", "format": "svg"}, headers={"X-Preview": "yes"})
        api.post("/_control/callbacks/settle")
        log = api.get("/_control/renders").json()["renders"]
        used = api.get("/_control/credits").json()["used"]
        receipts = [json.loads((tmp_path / "receipts" / f"{it['request_id']}.json").read_text()) for it in log]

    assert used == 1
    assert log[0]["file"]["sha256"] == hashlib.sha256(card).hexdigest()
    assert [it["url"] for it in receipts] == [it["file"]["url"] for it in log]
    assert [(it["page"], it["bytes"]) for it in receipts] == [(it["page_id"], it["file"]["size"]) for it in log]


def test_pictures_show_the_pages_as_they_are() -> None:
    drawn = dict(pictures())

    assert {path.stem for path in FOLDER.iterdir()} == set(drawn)
    assert set(re.findall(r"\(pictures/pages/(.+?)\.png\)", GUIDE)) == set(drawn)
    for name, picture in drawn.items():
        with Image.open(FOLDER / f"{name}.png") as shown:
            assert difference(picture, shown) < SMALL_DIFFERENCE, f"{name}: python -m tools.page_pictures"


def test_guide_lists_every_page_with_its_variables() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)`, (\d+) x (\d+): ([a-z, ]*[a-z])(\. It is \*\*not published\*\*)?", GUIDE, re.MULTILINE
    )
    listed = [
        (name, int(width), int(height), names.split(", "), not draft) for name, width, height, names, draft in rows
    ]

    assert listed == [
        (it.page.id, it.page.width, it.page.height, [each.name for each in it.page.variables], it.is_published)
        for it in builtin_pages().values()
    ]


def test_guide_counts_what_can_be_seen_as_the_catalogue_does() -> None:
    requirements = load_catalogue("bannx").values()
    black_box = sum(it.observable is Observable.BLACK_BOX for it in requirements)
    control = sum(it.observable is Observable.CONTROL for it in requirements)

    assert f"{black_box} of {len(requirements)} can be seen then, and {black_box + control} with it" in " ".join(
        GUIDE.split()
    )


def test_guide_names_the_policy_of_the_document() -> None:
    policy = CallbackPolicy.from_document(load("bannx").content)

    assert (policy.delays_seconds, policy.credits) == ((0, 0.05, 0.25), 1)
    assert "tried three times in all, at once, then after 50 ms and 250 ms" in GUIDE
    assert "takes ten seconds" in GUIDE
    assert policy.hang_seconds == 10


def test_behaviours_that_the_guide_switches_on_exist() -> None:
    named = set(re.findall(r"--behave ([a-z-]+)", GUIDE))

    assert named
    assert named <= {it.id for it in load_behaviours("bannx")}


def test_target_file_of_the_guide_is_one(tmp_path: Path) -> None:
    [text] = re.findall(r"^```toml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    path = tmp_path / "cards.toml"
    path.write_text(text, "utf-8")

    target = plan(load_target_file(path, {"CARDS_TOKEN": "one", "CARDS_SECOND_TOKEN": "two"})).target

    card, draft = target.pages
    assert (target.api, card.is_published, draft.is_published) == ("bannx", True, False)
    assert [(it.type, it.is_shown) for it in card.variables] == [
        (VariableType.STRING, True),
        (VariableType.COLOR, True),
        (VariableType.STRING, False),
    ]


def difference(one: Image.Image, other: Image.Image) -> float:
    """By how much of 255 two pictures of one size differ on average."""
    assert one.size == other.size
    return sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3
