"""What the tests of bannx share: spaces, on one server within this process and on servers of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.outbound.guard import LoopbackGuard
from mockserver.settings import Settings
from tests.integration.bannx.spaces import Space

if TYPE_CHECKING:
    from tests.conftest import RunningServer

OpenSpace = Callable[..., Space]


@pytest.fixture(scope="session")
def application() -> Iterator[httpx.Client]:
    """A server within this process that holds every reply against the document; each test brings its own token."""
    settings = Settings(checks_replies=True, parallel_renders=0, guard=LoopbackGuard())
    with TestClient(create_app(settings), base_url="http://testserver.local") as client:
        yield client


@pytest.fixture
def new_space(application: httpx.Client) -> Space:
    """A new space on the server within this process."""
    return Space(application)


@pytest.fixture
def space(new_space: Space) -> Space:
    """The same, with the page `badge`."""
    return new_space.has()


@pytest.fixture
def open_space() -> Iterator[OpenSpace]:
    """Open spaces: `open_space(server)` with a fresh token, `open_space(server, token)` with that one."""
    with ExitStack() as stack:

        def open_one(running: "RunningServer", token: str | None = None) -> Space:
            client = stack.enter_context(httpx.Client(base_url=running.url, timeout=60, trust_env=False))
            return Space(client, token)

        yield open_one
