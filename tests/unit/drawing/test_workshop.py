"""The workshop: drawing beside the event loop, whatever becomes of its processes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mockserver.drawing.drawn import Drawn
from mockserver.drawing.errors import PageError, PictureError
from mockserver.drawing.workshop import Workshop, drawn

ROOT = Path(__file__).parents[3]
TEXT: Mapping[str, Any] = {"type": "text", "x": 0, "y": 0, "width": 90, "height": 40, "content": "{{ it }}"}
VARIABLE: Mapping[str, Any] = {"id": "v", "name": "it", "type": "string", "value": ""}


def document(*layers: Mapping[str, Any]) -> Mapping[str, Any]:
    size = {"width": 100, "height": 50}
    return {"id": "p", "name": "P", **size, "variables": [VARIABLE], "layers": list(layers)}


@pytest.fixture(scope="module")
def processes() -> Iterator[Workshop]:
    with closing(Workshop(1)) as workshop:
        yield workshop


def test_process_draws_what_this_process_would(processes: Workshop) -> None:
    here = drawn(document(TEXT), {"it": "Hello"}, "png", {})
    assert asyncio.run(processes.draw(document(TEXT), {"it": "Hello"}, "png", {})) == here


def test_thread_draws_what_this_process_would() -> None:
    async def draw_many(workshop: Workshop) -> list[Drawn]:
        return await asyncio.gather(
            *(workshop.draw(document(TEXT), {"it": str(number)}, "svg", {}) for number in range(8))
        )

    with closing(Workshop(0)) as workshop:
        found = asyncio.run(draw_many(workshop))
    assert found == [drawn(document(TEXT), {"it": str(number)}, "svg", {}) for number in range(8)]


def test_unusable_picture_comes_back_as_it_was_refused(processes: Workshop) -> None:
    source = "https://pictures.example/a.png"
    image = {"type": "image", "id": "photo", "x": 0, "y": 0, "width": 90, "height": 40, "src": source}
    with pytest.raises(PictureError, match="layer photo: its picture was not fetched"):
        asyncio.run(processes.draw(document(image), {}, "png", {}))


def test_unusable_page_comes_back_as_it_was_refused(processes: Workshop) -> None:
    with pytest.raises(PageError, match="layer 1: content"):
        asyncio.run(processes.draw(document({**TEXT, "content": "{{ 1 + }}"}), {}, "png", {}))


def test_process_that_is_killed_is_replaced() -> None:
    async def draw_kill_and_draw(workshop: Workshop) -> tuple[Drawn, Drawn]:
        first = await workshop.draw(document(TEXT), {"it": "Hello"}, "png", {})
        os.kill(_process_of(workshop), signal.SIGKILL)
        return first, await workshop.draw(document(TEXT), {"it": "Hello"}, "png", {})

    with closing(Workshop(1)) as workshop:
        first, second = asyncio.run(draw_kill_and_draw(workshop))
    assert first == second


def test_workshop_that_was_closed_opens_again() -> None:
    workshop = Workshop(0)
    for _ in range(2):
        with closing(workshop):
            drawing = asyncio.run(workshop.draw(document(TEXT), {}, "svg", {}))
        assert drawing.media_type == "image/svg+xml"


def test_workshop_that_never_drew_has_nothing_to_close() -> None:
    Workshop(2).close()


def _process_of(workshop: Workshop) -> int:
    (process,) = vars(workshop._executor)["_processes"]
    assert isinstance(process, int)
    return process


ORPHAN = """
import asyncio, os, signal
from mockserver.drawing.workshop import Workshop
if __name__ == "__main__":
    workshop = Workshop(1)
    document = {"id": "p", "name": "P", "width": 16, "height": 16, "layers": []}
    asyncio.run(workshop.draw(document, {}, "png", {}))
    print(*vars(workshop._executor)["_processes"], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_process_ends_when_the_server_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "orphan.py"
    program.write_text(ORPHAN, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # The output ends when the last process that holds it has ended.
    ended = subprocess.run(
        [sys.executable, program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert int(ended.stdout) > 1


LIGHT = ("page", "values", "expressions", "gallery", "drawn", "workshop", "errors")


@pytest.mark.parametrize("module", LIGHT)
def test_server_imports_nothing_that_draws(module: str) -> None:
    program = f"import sys, mockserver.drawing.{module}; print(*{{'PIL', 'uharfbuzz', 'rich'}} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
