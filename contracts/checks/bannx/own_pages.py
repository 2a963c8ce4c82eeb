"""Pages that a check makes for itself, by what some targets offer beside the control protocol."""

from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Any, Self

from contracts.checks.bannx.calls import is_refusal
from contracts.client import Response
from contracts.errors import NoAnswerError, NotObservable
from contracts.images import CHANNELS, Picture
from contracts.target import PAGES
from contracts.trial import Trial, Workspace

WIDTH, HEIGHT = 48, 32


class OwnPages:
    """A context manager: the pages that are made in a space are gone when it ends."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        if not trial.offer.has(PAGES):
            raise NotObservable("it takes a target that pages can be made on (the control protocol's capability pages)")
        self._client = (workspace or trial.workspace).client
        self._url = f"{trial.offer.url}/pages"
        self._made: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for identifier in self._made:
            self._client.request("DELETE", f"{self._url}/{identifier}")

    def create(self, color: str) -> str:
        """The id of a new page that is nothing but this colour, and is not published."""
        response = self._client.request("POST", self._url, body=_page(color))
        if is_refusal(response):
            message = f"it takes a target that pages can be made on: that was answered {response}"
            raise NotObservable(message)
        identifier = _content(response).get("id")
        if not isinstance(identifier, str):
            message = f"a page was made without an id: {response}"
            raise NoAnswerError(message)
        self._made.append(identifier)
        return identifier

    def edit(self, identifier: str, color: str) -> None:
        """From now on the page is this colour for whoever edits it."""
        _content(self._client.request("PUT", f"{self._url}/{identifier}", body=_page(color)))

    def publish(self, identifier: str) -> None:
        """Publish a page as it is now."""
        _content(self._client.request("POST", f"{self._url}/{identifier}/publish"))


def has_color(picture: Picture, color: str, colors: Collection[str]) -> bool:
    """Whether the middle of a picture, but no SVG, is nearer to this one than to others of some `#rrggbb`.

    What is drawn on top, or in another space of colours, is judged elsewhere.
    """
    middle = CHANNELS * ((picture.height // 2) * picture.width + picture.width // 2)
    seen = picture.content[middle : middle + 3]

    def distance(one: str) -> int:
        return sum(abs(each - other) for each, other in zip(seen, bytes.fromhex(one.removeprefix("#")), strict=True))

    return min(colors, key=distance) == color


def _page(color: str) -> dict[str, Any]:
    return {"name": "One colour", "width": WIDTH, "height": HEIGHT, "backgroundColor": color, "layers": []}


def _content(response: Response) -> Mapping[str, Any]:
    if not response.is_success:
        message = f"the control protocol's pages answered {response}"
        raise NoAnswerError(message)
    return response.object()
