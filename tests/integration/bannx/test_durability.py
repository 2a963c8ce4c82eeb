"""`kill -9` between a response and the end of its callback: neither the file nor the credit is lost, nor doubled."""

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.integration.bannx.images import sha256
from tests.integration.bannx.spaces import PAGE, Space

if TYPE_CHECKING:
    from tests.conftest import RunningServer, StartServer
    from tests.integration.bannx.conftest import OpenSpace

HOOK = """
import asyncio
import os

async def callback(event, result, steps):
    # Goes as far as the header of the request says, tells it through the pipe, and goes no further in this life.
    async def come_to(point):
        if event.headers.get("x-stop-at") == point and event.headers["x-life"] == os.environ["LIFE"]:
            with open(os.environ["PIPE"], "wb", buffering=0) as pipe:
                pipe.write(b".")
            await asyncio.Event().wait()

    await come_to("begun")
    file = await steps.upload()
    await come_to("uploaded")
    await steps.update_log(file)
    await come_to("logged")
    await steps.add_credits()
    await come_to("counted")
"""
POINTS = ("begun", "uploaded", "logged", "counted")
STEPS = ("upload", "log", "credits")
ROUNDS = 6

Start = Callable[..., "RunningServer"]


@pytest.fixture
def start_again(start_server: "StartServer", tmp_path: Path) -> Start:
    """Start a server on the test's one data folder; a thread draws."""
    options = ("--data", str(tmp_path / "data"), "--clock-start", "2026-01-01T00:00:00Z", "--render-processes", "0")
    return lambda *more, **others: start_server(*options, *more, **others)


def held_bytes(space: Space, entry: dict[str, Any]) -> str:
    """The SHA-256 of what is at the link of an entry's file, which is the one that the entry tells."""
    file = entry["file"]
    assert file is not None, entry
    content = space.file(file["url"]).content
    assert (len(content), sha256(content)) == (file["size"], file["sha256"])
    return sha256(content)


def require_made_good(space: Space, expected: list[str], folder: Path) -> None:
    """Every image is in the log with its bytes and was counted once, and nothing waits any more."""
    entries = space.settled()
    assert sorted(held_bytes(space, it) for it in entries) == sorted(expected)
    assert (space.credits(), len({it["request_id"] for it in entries})) == (len(expected), len(expected))
    assert names(folder, "spool") == []
    assert len(names(folder, "objects")) == len(expected)


def names(folder: Path, place: str) -> list[str]:
    """The names of the images that wait, or are stored."""
    return [path.name for path in (folder / "data" / "renders" / place).iterdir()]


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A pipe through which a callback tells that it has come to its point."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR)
    yield str(path), descriptor
    os.close(descriptor)


@pytest.mark.requirement("BNX-CBK-015", "BNX-CRD-006", "BNX-LOG-004")
def test_callback_is_made_up_from_wherever_the_server_was_killed(
    start_again: Start, open_space: "OpenSpace", tmp_path: Path, pipe: tuple[str, int]
) -> None:
    (tmp_path / "stopping.py").write_text(HOOK)
    path, descriptor = pipe
    expected: list[str] = []
    token = None
    for life, point in enumerate([*POINTS, None]):
        environment = {"PYTHONPATH": str(tmp_path), "PIPE": path, "LIFE": str(life)}
        running = start_again("--render-callback", "stopping:callback", environment=environment)
        space = open_space(running, token)
        if token is None:
            space.has()
        token = space.token
        require_made_good(space, expected, tmp_path)
        if point is not None:
            headers = {**space.headers, "X-Stop-At": point, "X-Life": str(life)}
            answer = space.client.get(f"/api/render/badge?tweak:text={point}", headers=headers)
            assert os.read(descriptor, 1) == b"."
            expected.append(sha256(answer.content))
            running.kill()
    assert len(set(expected)) == len(POINTS)


@pytest.mark.requirement("BNX-CBK-015", "BNX-CRD-006", "BNX-CRD-004")
def test_kills_in_the_middle_of_many_renders_lose_and_double_nothing(
    start_again: Start, open_space: "OpenSpace", tmp_path: Path
) -> None:
    chance = random.Random(1)  # noqa: S311 - chooses moments
    answered: list[str] = []
    token = None
    for life in range(ROUNDS):
        running = start_again()
        space = open_space(running, token)
        if token is None:
            space.has()
        token = space.token
        step, fault = chance.choice(STEPS), chance.choice(["hang", None])
        space.tell(step, fault)
        with ThreadPoolExecutor(4) as threads:
            enough = chance.randint(1, 10)
            renders = [threads.submit(render, space, f"{life}-{number}") for number in range(12)]
            for each in renders[:enough]:
                each.result()
            running.kill()
            answered += [content for each in renders if (content := each.result()) is not None]
    space = open_space(start_again(), token)
    entries = space.settled()
    stored = [held_bytes(space, it) for it in entries]
    # What was rendered and owed when the answer was on its way counts, too, though nobody has got it.
    assert (set(answered) - set(stored), len(set(stored))) == (set(), len(stored))
    assert (space.credits(), len({it["request_id"] for it in entries})) == (len(entries), len(entries))
    assert (names(tmp_path, "spool"), len(names(tmp_path, "objects"))) == ([], len(entries))


def render(space: Space, text: str) -> str | None:
    """Render the page with a text of its own; the SHA-256 of the image, None where the server has gone."""
    try:
        answer = space.get(**{"tweak:text": text})
    except httpx.HTTPError:
        return None
    return sha256(answer.content) if answer.status_code == 200 else None


@pytest.mark.requirement("BNX-CBK-015")
def test_stop_by_a_signal_leaves_nothing_undone(start_again: Start, open_space: "OpenSpace", tmp_path: Path) -> None:
    running = start_again()
    space = open_space(running).has()
    space.tell("upload", "hang")
    expected = [sha256(space.get(**{"tweak:text": str(number)}).content) for number in range(5)]
    assert running.stop() == 0
    require_made_good(open_space(start_again(), space.token), expected, tmp_path)


def test_callback_that_failed_for_good_is_not_made_again(
    start_again: Start, open_space: "OpenSpace", tmp_path: Path
) -> None:
    running = start_again()
    space = open_space(running).has()
    for step in ("upload", "credits"):
        space.tell(step, "fail")
    space.get()
    space.settle()
    running.kill()
    again = open_space(start_again(), space.token)
    assert ([it["file"] for it in again.settled()], again.credits()) == ([None], 0)
    assert (names(tmp_path, "spool"), names(tmp_path, "objects")) == ([], [])


def test_everything_is_as_it_was_after_a_restart(start_again: Start, open_space: "OpenSpace") -> None:
    running = start_again()
    space = open_space(running).has()
    space.create({**PAGE, "id": "draft"})
    space.get()
    space.control("POST", "clock/advance", {"seconds": 5.5})
    space.get("none")
    space.post(pageId="badge", format="svg")

    def everything(it: Space) -> Any:
        images = [it.get(page, draft="true").content for page in ("badge", "draft")]
        return it.settled()[:3], it.pages(), it.control("GET", "clock"), images

    before = everything(space)
    used = space.credits()
    running.kill()
    again = open_space(start_again(), space.token)
    assert again.credits() == used
    after = everything(again)
    links = [
        [entry["file"] and entry["file"]["url"].partition("/renders/")[2] for entry in it[0]] for it in (before, after)
    ]
    assert (links[0], before[1:]) == (links[1], after[1:])
    assert again.file(after[0][0]["file"]["url"]).content == before[3][0]


def test_seeded_ids_go_on_after_a_restart(start_again: Start, open_space: "OpenSpace") -> None:
    tokens = [None, None]
    ids: list[str] = []
    space = None
    for _ in tokens:
        running = start_again("--seed", "5")
        space = open_space(running, "seeded")
        if not ids:
            space.has()
        answers = [space.get(), space.get("none"), space.get()]
        assert [it.status_code for it in answers] == [200, 404, 200]
        ids = [it["request_id"] for it in space.settled()]
        running.kill()
    assert (len(ids), len(set(ids))) == (6, 6)


def test_reset_removes_the_files(start_again: Start, open_space: "OpenSpace", tmp_path: Path) -> None:
    running = start_again()
    space, other = open_space(running).has(), open_space(running).has()
    space.get()
    other.get()
    for each in (space, other):
        each.settle()
    space.tell("upload", "hang")
    space.get()
    assert (len(names(tmp_path, "spool")), len(names(tmp_path, "objects"))) == (1, 2)
    space.reset()
    assert (names(tmp_path, "spool"), len(names(tmp_path, "objects"))) == ([], 1)
    running.kill()
    again = open_space(start_again(), space.token)
    assert (again.settled(), again.credits(), len(again.pages())) == ([], 0, 5)


def test_images_that_nobody_knows_are_removed_at_the_start(
    start_again: Start, open_space: "OpenSpace", tmp_path: Path
) -> None:
    running = start_again()
    space = open_space(running).has()
    space.get()
    space.settle()
    running.kill()
    for place in ("spool", "objects"):
        folder = tmp_path / "data" / "renders" / place
        (folder / "3f2504e0-4f89-41d3-9a0c-0305e82c3301.png").write_bytes(b"x")
        (folder / ".3f2504e0-4f89-41d3-9a0c-0305e82c3302.png").write_bytes(b"half")
    again = open_space(start_again(), space.token)
    require_made_good(again, [sha256(again.get().content)] * 2, tmp_path)


def test_image_that_somebody_has_removed_does_not_keep_the_server_from_starting(
    start_again: Start, open_space: "OpenSpace", tmp_path: Path
) -> None:
    running = start_again()
    space = open_space(running).has()
    space.tell("upload", "hang")
    space.get()
    running.kill()
    [name] = names(tmp_path, "spool")
    (tmp_path / "data" / "renders" / "spool" / name).unlink()
    again = start_again()
    assert [it["file"] for it in open_space(again, space.token).settled()] == [None]
    assert name.partition(".")[0] in again.log
