"""What a render is asked for, as a request by GET or by POST says it."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.checks.bannx.calls import GET, POST, in_url
from contracts.pages import as_text

RENDERED = {GET: "BNX-REN-001", POST: "BNX-REN-002"}
"""What a render stands on that asks for nothing special, by its operation."""

FORMATS = {"png": "BNX-FMT-001", "webp": "BNX-FMT-002", "svg": "BNX-FMT-003"}
SIZE = "BNX-REN-003"
FORMATS_OF_POST, TWEAKS, TWEAKS_OF_POST = "BNX-FMT-004", "BNX-TWK-001", "BNX-TWK-004"
TWEAK = "tweak:"

MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Ask:
    """One render: by GET, or by POST with the same in its body.

    `further` are more parameters, of the query or the body. `pairs` stand in the query as they are, with both.
    """

    page: str
    post: bool = False
    image_format: str | None = None
    tweaks: Any = None
    further: Mapping[str, Any] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def operation(self) -> str:
        """The operation that it is a request to."""
        return POST if self.post else GET

    @property
    def plain(self) -> "Ask":
        """The same page, and nothing else asked for."""
        return Ask(self.page, post=self.post)

    @property
    def requirement(self) -> str:
        """What it stands on that it is answered with an image, where the page alone is."""
        if self.tweaks is not None or any(name.startswith(TWEAK) for name, _ in self.pairs):
            return TWEAKS_OF_POST if self.post else TWEAKS
        if self.image_format in FORMATS:
            return FORMATS_OF_POST if self.post else FORMATS[self.image_format]
        return RENDERED[self.operation]

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """All of its query."""
        own = {} if self.post else self._parameters
        return (*((name, _in_query(value)) for name, value in own.items()), *self.pairs)

    @property
    def body(self) -> dict[str, Any]:
        """The body of a POST."""
        return {"pageId": self.page, **self._parameters}

    def by_post(self) -> "Ask":
        """The same as a POST."""
        return dataclasses.replace(self, post=True)

    def with_further(self, **parameters: Any) -> "Ask":
        """The same with more parameters."""
        return dataclasses.replace(self, further={**self.further, **parameters})

    @property
    def _parameters(self) -> dict[str, Any]:
        named = {"format": self.image_format, "tweaks": self.tweaks}
        return {**{name: value for name, value in named.items() if value is not None}, **self.further}

    def __str__(self) -> str:
        if self.post:
            text = json.dumps(self.body, ensure_ascii=False)
            text = f"POST{in_url(self.query)} of {text}"
        else:
            text = f"GET of {self.page}{in_url(self.query)}"
        return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} …"


def _in_query(value: Any) -> str:
    """Objects and lists as JSON, texts as they are."""
    if isinstance(value, str | int | float):
        return as_text(value)
    return json.dumps(value, ensure_ascii=False)
