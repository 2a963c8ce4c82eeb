"""Runs `proofreel serve` as a process of its own, the way a developer would."""

import contextlib
from collections.abc import Iterator

from contracts.errors import SetUpError
from demo.expectation import UnexpectedError
from proofreel.server_process import own_server


@contextlib.contextmanager
def running(*options: str) -> Iterator[str]:
    """A server on a free port, gone at the end; its URL."""
    with contextlib.ExitStack() as opened:
        try:
            url = opened.enter_context(own_server(*options))
        except SetUpError as error:
            raise UnexpectedError(str(error)) from error
        yield url
