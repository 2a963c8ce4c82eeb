"""The callback begins once the response was sent: seen from below, where the server hands its bytes over."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from litestar import Litestar

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.integration.bannx.hooks import heard_of

HOOK = "tests.integration.bannx.hooks:heed"
PAGE = {"width": 16, "height": 16, "layers": []}
TURNS = 200
"""How often the event loop goes round before something that must not happen is taken not to happen."""


class Connection:
    """One connection to the application: its client takes the body when `free` is set, and not before."""

    def __init__(self, application: Litestar, token: str) -> None:
        self._application = application
        self._token = token
        self.sent: list[str] = []
        self.free = asyncio.Event()
        self.offered = asyncio.Event()

    async def request(self, method: str, path: str, body: Any = None) -> None:
        """Send a request; returns when the application has done with it."""
        content = [] if body is None else [json.dumps(body).encode()]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {self._token}".encode()), (b"content-type", b"application/json")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }

        async def receive() -> Any:
            return {"type": "http.request", "body": content.pop() if content else b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self.offered.set()
                await self.free.wait()
            self.sent.append(message["type"])

        application = cast("Callable[..., Awaitable[None]]", self._application)
        await application(scope, receive, send)


@asynccontextmanager
async def running() -> AsyncIterator[Litestar]:
    """An application that has started, with a callback that can be heard."""
    application = create_app(Settings(parallel_renders=0, render_callback=HOOK))
    async with application.lifespan():
        yield application


async def many_turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


@pytest.mark.requirement("BNX-CBK-006")
def test_callback_waits_for_the_response_to_be_sent(request: pytest.FixtureRequest) -> None:
    token = request.node.name

    async def go() -> tuple[int, int, list[str]]:
        async with running() as application:
            connection = Connection(application, token)
            render = asyncio.create_task(connection.request("POST", "/api/render", {"page": PAGE}))
            await connection.offered.wait()
            await many_turns()
            before = len(heard_of(token))
            connection.free.set()
            await render
            settling = Connection(application, token)
            settling.free.set()
            await settling.request("POST", "/_control/callbacks/settle")
            return before, len(heard_of(token)), connection.sent

    assert asyncio.run(go()) == (0, 1, ["http.response.start", "http.response.body"])


def test_settling_waits_for_renders_whose_response_is_being_sent(request: pytest.FixtureRequest) -> None:
    token = request.node.name

    async def go() -> tuple[bool, int]:
        async with running() as application:
            connection, settling = Connection(application, token), Connection(application, token)
            settling.free.set()
            render = asyncio.create_task(connection.request("POST", "/api/render", {"page": PAGE}))
            await connection.offered.wait()
            settle = asyncio.create_task(settling.request("POST", "/_control/callbacks/settle"))
            await many_turns()
            is_early = settle.done()
            connection.free.set()
            await asyncio.gather(render, settle)
            return is_early, len(heard_of(token))

    assert asyncio.run(go()) == (False, 1)


def test_settling_does_not_wait_for_renders_that_come_later(request: pytest.FixtureRequest) -> None:
    token = request.node.name

    async def go() -> bool:
        async with running() as application:
            first, second, settling = (Connection(application, token) for _ in range(3))
            settling.free.set()
            render = asyncio.create_task(first.request("POST", "/api/render", {"page": PAGE}))
            await first.offered.wait()
            settle = asyncio.create_task(settling.request("POST", "/_control/callbacks/settle"))
            await many_turns()
            later = asyncio.create_task(second.request("POST", "/api/render", {"page": PAGE}))
            await second.offered.wait()
            first.free.set()
            await asyncio.gather(render, settle)
            is_under_way = not later.done()
            second.free.set()
            await later
            return is_under_way

    assert asyncio.run(go())


def test_stop_while_a_response_is_sent_leaves_the_callback_owed(tmp_path: Any, request: pytest.FixtureRequest) -> None:
    token = request.node.name
    settings = Settings(data=tmp_path, parallel_renders=0, render_callback=HOOK)

    async def stopped() -> None:
        application = create_app(settings)
        connection = Connection(application, token)
        async with application.lifespan():
            render = asyncio.create_task(connection.request("POST", "/api/render", {"page": PAGE}))
            await connection.offered.wait()
        render.cancel()
        await asyncio.gather(render, return_exceptions=True)

    async def started_again() -> int:
        application = create_app(settings)
        async with application.lifespan():
            settling = Connection(application, token)
            settling.free.set()
            await settling.request("POST", "/_control/callbacks/settle")
            return len(heard_of(token))

    asyncio.run(stopped())
    assert heard_of(token) == []
    assert asyncio.run(started_again()) == 1
