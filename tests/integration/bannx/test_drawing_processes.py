"""Processes that draw: requests go on beside them, they are replaced, and they end with the server."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import RunningServer, StartServer
    from tests.integration.bannx.conftest import OpenSpace


def drawing(running: "RunningServer") -> list[int]:
    """The processes that draw; there are some once something was drawn."""
    found = [pid for pid, name in running.descendants().items() if name.startswith("python")]
    assert found
    return found


def test_requests_are_answered_while_a_page_is_drawn(start_server: "StartServer", open_space: "OpenSpace") -> None:
    running = start_server("--render-processes", "1")
    space = open_space(running).has()
    usual = space.get().content
    pids = drawing(running)
    with ThreadPoolExecutor(1) as threads:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            render = threads.submit(space.get)
            others = [open_space(running).get("none").status_code for _ in range(3)]
            others += [open_space(running).control("GET", "credits")["used"] for _ in range(3)]
            is_held = not render.done()
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
        assert (others, is_held, render.result().content == usual) == ([404] * 3 + [0] * 3, True, True)


def test_processes_that_draw_end_with_the_server(
    start_server: "StartServer", open_space: "OpenSpace", has_ended: Callable[[int], bool]
) -> None:
    running = start_server("--render-processes", "2")
    space = open_space(running).has()
    with ThreadPoolExecutor(4) as threads:
        assert {it.status_code for it in threads.map(space.get, ["badge"] * 8)} == {200}
    pids = list(running.descendants())
    running.kill()
    assert [has_ended(pid) for pid in pids] == [True] * len(pids)


@pytest.mark.requirement("BNX-CRD-001")
def test_process_that_was_killed_is_replaced(start_server: "StartServer", open_space: "OpenSpace") -> None:
    running = start_server("--render-processes", "1")
    space = open_space(running).has()
    usual = space.get().content
    for pid in drawing(running):
        os.kill(pid, signal.SIGKILL)
    assert [space.get().content, space.get().content] == [usual, usual]
    space.settle()
    assert space.credits() == 3
