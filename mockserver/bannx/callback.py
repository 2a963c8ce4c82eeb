"""What runs on the server after a successful render (bannx, Webhooks, What the callback receives).

A callback is any `async def` with these parameters, named as `module:function` by `proofreel serve --render-callback`:

    async def callback(event: RequestEvent, result: HandlerResult, steps: Steps) -> None: ...

It begins once the response was sent, and nothing of it reaches the client. It is durable work: where the server dies
in the middle, the callback runs again after the next start, from its beginning. The steps know what was done before; of
its own effects it must expect that they may happen twice.
"""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """The request that was answered: so the callback can read headers, token and request id.

    Names of headers are in lower case; `url` is path and query. `request_id` is None where requests are not logged;
    `page_id` is None where the page came in the body. `created_at` is RFC 3339, on the space's clock.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    token: str
    space: str
    request_id: str | None
    page_id: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class HandlerResult:
    """What the client was given: the bytes of the image, its media type, and its size in pixels."""

    content: bytes
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded image: where it can be fetched, its media type, how many bytes it has, and their SHA-256 in hex."""

    url: str
    content_type: str
    size: int
    sha256: str


class StepFailedError(Exception):
    """A step was tried as often as the document says, and did not succeed."""


class Steps(Protocol):
    """The built-in steps, for one render.

    Each is tried again where it fails, is done once however often it is asked, and what became of it is recorded.
    Each raises `StepFailedError`.
    """

    async def upload(self) -> StoredFile:
        """Put the image into the object store."""

    async def update_log(self, file: StoredFile) -> None:
        """Attach a file to the log of the request; nothing happens where requests are not logged."""

    async def add_credits(self) -> None:
        """Count what a render costs for the space of the token."""


Callback = Callable[[RequestEvent, HandlerResult, Steps], Awaitable[None]]


async def usual(_event: RequestEvent, _result: HandlerResult, steps: Steps) -> None:
    """Upload, log, count; a step that fails keeps none of the others from being made that can be."""
    with contextlib.suppress(StepFailedError):  # it is recorded, and the render is billed all the same
        await steps.update_log(await steps.upload())
    await steps.add_credits()
