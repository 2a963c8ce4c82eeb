"""An object store that is a dictionary, and what renders are made of, for tests of what follows a render."""

import asyncio
import hashlib
from dataclasses import dataclass, field

from mockserver.bannx.callback import HandlerResult, RequestEvent
from mockserver.bannx.render import Render

NOW_MS = 1_767_225_600_000
URL = "http://files.test"


@dataclass
class Objects:
    """An object store; the next `failures` uploads fail, and uploads wait while `is_open` is not set."""

    files: dict[str, bytes] = field(default_factory=dict)
    failures: int = 0
    tries: int = 0
    is_open: asyncio.Event | None = None

    def url(self, name: str) -> str:
        return f"{URL}/{name}"

    async def put(self, name: str, content: bytes, content_type: str) -> None:
        assert content_type.startswith("image/")
        self.tries += 1
        if self.is_open is not None:
            await self.is_open.wait()
        if self.failures:
            self.failures -= 1
            message = "the disk is full"
            raise OSError(message)
        self.files[name] = content


def drawn(
    identifier: str, space: str = "space", *, is_logged: bool = True, headers: dict[str, str] | None = None
) -> Render:
    """A render with bytes of its own, as if it had been drawn."""
    content = b"\x89PNG" + hashlib.sha256(identifier.encode()).digest()
    event = RequestEvent(
        method="GET",
        url="/api/render/badge",
        headers=headers or {"authorization": "Bearer token"},
        token="token",  # noqa: S106 - opens nothing
        space=space,
        request_id=identifier if is_logged else None,
        page_id="badge",
        created_at="2026-01-01T00:00:00.000Z",
    )
    return Render(identifier, space, is_logged, NOW_MS, event, HandlerResult(content, "image/png", 64, 32))


def sha256(render: Render) -> str:
    """The SHA-256 of a render's bytes."""
    return hashlib.sha256(render.result.content).hexdigest()
