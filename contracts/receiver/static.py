"""Files that the receiver gives out, whole or in part, for the target to download."""

import re
from dataclasses import dataclass
from datetime import datetime

from contracts.receiver.answers import Reply

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class Download:
    """Somebody asked for this path; `at` and `monotonic` are the kit's time."""

    path: str
    method: str
    at: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file's bytes and media type."""

    content: bytes
    content_type: str

    def reply(self, method: str, wanted: str | None) -> Reply:
        """Answer a GET or HEAD; `wanted` is the value of its Range header. A range of another form is passed over."""
        if method not in {"GET", "HEAD"}:
            return Reply(405, (("Allow", "GET, HEAD"),))
        headers = (("Content-Type", self.content_type), ("Accept-Ranges", "bytes"))
        match = _RANGE.fullmatch(wanted.strip()) if wanted is not None else None
        if match is None or not any(match.groups()):
            return Reply(200, headers, self.content)
        first, last = self._bounds(*match.groups())
        size = len(self.content)
        if first >= size or first > last:
            return Reply(416, (*headers, ("Content-Range", f"bytes */{size}")))
        content_range = ("Content-Range", f"bytes {first}-{last}/{size}")
        return Reply(206, (*headers, content_range), self.content[first : last + 1])

    def _bounds(self, first: str, last: str) -> tuple[int, int]:
        end = len(self.content) - 1
        if not first:  # the last so many bytes
            return (max(0, end + 1 - int(last)), end)
        return int(first), min(int(last), end) if last else end
