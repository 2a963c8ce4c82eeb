"""A space of bannx on which behaviours are active, and what tests of them look at."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx

from tests.integration.bannx.images import what_it_is
from tests.integration.bannx.spaces import PAGE, Space

if TYPE_CHECKING:
    from tests.conftest import Receiver

CONTROL = "behaviours"

HANG_SECONDS = 2
"""How long a step hangs on the server of these tests that was told to."""

LAST_DELAY_SECONDS = 0.6
"""How long a step that failed waits there for its second and last try: longer than a call of the control protocol."""

STEPS = ("upload", "log", "credits")


@dataclass(frozen=True)
class Studio:
    """A space on which one behaviour is active, or none; another space; and a receiver. Both have the page `badge`."""

    space: Space
    other: Space
    receiver: "Receiver"

    def reversed(self) -> "Studio":
        """The same with the other space in front."""
        return replace(self, space=self.other, other=self.space)

    def behave(self, *identifiers: str) -> list[str]:
        """Have these behaviours active on the space; what is active then."""
        listed = self.space.control("PUT", CONTROL, {"active": list(identifiers)})["behaviours"]
        return [it["id"] for it in listed if it["active"]]

    def logged(self) -> list[dict[str, Any]]:
        """The log of the space once every callback is over."""
        return self.space.settled()

    def newest(self) -> dict[str, Any]:
        """Its newest entry."""
        return self.logged()[-1]

    def counted(self, *renders: Callable[[], httpx.Response]) -> int:
        """How many credits the space has used, after these renders one after the other."""
        for render in renders:
            render()
        self.space.settle()
        return self.space.credits()

    def failing(self, step: str, render: Callable[[], httpx.Response] | None = None) -> httpx.Response:
        """The answer to a render whose step fails; the step works again."""
        self.space.tell(step, "fail")
        response = (render or self.space.get)()
        self.space.settle()
        self.space.tell(step, None)
        return response

    def at_once(self, *renders: Callable[[], httpx.Response]) -> list[httpx.Response]:
        """The answers to renders at the same time."""
        with ThreadPoolExecutor(len(renders)) as pool:
            answers = [pool.submit(render) for render in renders]
        self.space.settle()
        return [answer.result() for answer in answers]


Story = Callable[[Studio], Any]


def has(response: httpx.Response) -> Any:
    """What an answer is: the format of its image, or its status."""
    try:
        return what_it_is(response.content)[0] if response.status_code == 200 else response.status_code
    except (OSError, SyntaxError, KeyError):
        return "no image"


def answers(*asks: Callable[[Space], httpx.Response]) -> Story:
    """What each of these is answered."""
    return lambda studio: [has(ask(studio.space)) for ask in asks]


def types(*asks: Callable[[Space], httpx.Response]) -> Story:
    """What each of these is said to be, and what it is."""

    def story(studio: Studio) -> Any:
        responses = [ask(studio.space) for ask in asks]
        return [(response.headers["content-type"].partition(";")[0], has(response)) for response in responses]

    return story


def are_equal(one: Callable[[Space], httpx.Response], other: Callable[[Space], httpx.Response]) -> Story:
    """Whether two requests are answered alike."""
    return lambda studio: one(studio.space).content == other(studio.space).content


def get(query: str = "", page: str = "badge") -> Callable[[Space], httpx.Response]:
    """A GET."""
    return lambda space: space.get(page, query)


def post(**body: Any) -> Callable[[Space], httpx.Response]:
    """A POST; of the page `badge` where nothing else is said."""
    return lambda space: space.post(**({"pageId": "badge", **body}))


def send(content: bytes, **headers: str) -> Callable[[Space], httpx.Response]:
    """A POST of these bytes."""
    return lambda space: space.send(content, **headers)


def in_turn(*stories: Story) -> Story:
    """Several stories, one after the other."""
    return lambda studio: [story(studio) for story in stories]


def pages_of(space: Space, identifiers: Sequence[str]) -> Space:
    """The space, with copies of the page `badge` under these ids, of different sizes."""
    for number, identifier in enumerate(identifiers, start=1):
        space.has({**PAGE, "id": identifier, "width": 64 + number})
    return space
