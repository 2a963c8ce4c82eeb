"""Behaviours of bannx's log and credits show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a space without
it shows something else.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from tests.integration.bannx.images import sha256
from tests.integration.behaviours.studio import Story, Studio, has, pages_of

GONE = "gone"
HEAVY = ("certificate", "story", "square")


def entries(*names: str) -> Story:
    """Some of what the log says of a render and of a request that was refused."""

    def story(studio: Studio) -> Any:
        studio.space.get()
        studio.space.get(GONE)
        return [tuple(entry[name] for name in names) for entry in studio.logged()]

    return story


def statuses_of_equals(studio: Studio) -> Any:
    """The log of two equal renders, of another one, and of one that was refused."""
    for query in ("", "", "tweak:text=Bob"):
        studio.space.get(query=query)
    studio.space.get(GONE)
    return [entry["status"] for entry in studio.logged()]


def ids(studio: Studio) -> Any:
    """How many request ids two renders of a page, one of another and a refusal have, and whether any is empty."""
    for page in ("badge", "badge", "social-card", GONE):
        studio.space.get(page)
    found = [entry["request_id"] for entry in studio.logged()]
    return [len(set(found)), "" in found]


def file_and_image(studio: Studio) -> Any:
    """Whether size, digest, type and bytes of a logged file are those of the image that was answered."""
    response = studio.space.get()
    file = studio.newest()["file"]
    stored = studio.space.file(file["url"])
    return [
        file["size"] == len(response.content),
        file["sha256"] == sha256(response.content),
        file["content_type"] == response.headers["content-type"],
        has(stored) if stored.status_code != 200 else stored.content == response.content,
    ]


def file_of_a_failure(studio: Studio) -> Any:
    """Whether a file is logged of a render whose upload, and of one whose log failed."""
    seen = []
    for step in ("upload", "log"):
        studio.failing(step)
        seen.append(studio.newest()["file"] is not None)
    return seen


def file_of_a_refusal(studio: Studio) -> Any:
    """Of the entry of a refused request: whether it has a file, and whether that is the one of the render before."""
    studio.space.get()
    studio.space.settle()
    studio.space.get(GONE)
    files = [entry["file"] for entry in studio.logged()]
    return [files[1] is not None, files[1] == files[0]]


def simultaneous_files(studio: Studio) -> Any:
    """Whether two renders at the same time are each logged with their own image."""
    pages = ("short", "long")
    pages_of(studio.space, pages)
    responses = studio.at_once(*(partial(studio.space.get, page) for page in pages))
    images = {page: sha256(response.content) for page, response in zip(pages, responses, strict=True)}
    return [entry["file"]["sha256"] == images[entry["page_id"]] for entry in studio.logged()]


def of_both_spaces(studio: Studio) -> Any:
    """How many entries the log of a space has after it rendered, and after the other one did then."""
    studio.other.control("PUT", "behaviours", {"active": ["log-shows-another-space"]})
    studio.space.get()
    before = len(studio.logged())
    studio.other.get()
    studio.other.settle()
    return [before, len(studio.logged())]


def told(studio: Studio) -> Any:
    """Whether the answer names the request id that the log has."""
    response = studio.space.get()
    return [response.headers.get("X-Request-Id") == studio.newest()["request_id"], has(studio.space.get(GONE))]


# Credits.


def prices(studio: Studio) -> Any:
    """What each of three renders counts; then a refusal by 404, and one by 400."""
    get = studio.space.get
    asks: list[Callable[[], Any]] = [
        get,
        *(partial(get, query=query) for query in ("tweak:text=Bob", "tweak:text=Eve")),
    ]
    asks += [partial(get, GONE), partial(get, query="format=bmp")]
    seen = [studio.counted(), *(studio.counted(ask) for ask in asks)]
    return [later - earlier for earlier, later in pairwise(seen)]


def of_equals(studio: Studio) -> Any:
    """What two equal renders and another one count."""
    asks = [partial(studio.space.get, query=query) for query in ("", "", "tweak:text=Bob")]
    return studio.counted(*asks)


def at_once(studio: Studio) -> Any:
    """What renders at the same time count: one, all once, or more."""
    studio.at_once(*(partial(studio.space.get, page) for page in HEAVY * 2))
    counted = studio.space.credits()
    return "fewer" if counted < 6 else "more" if counted > 6 else "all"


def of_the_other(studio: Studio) -> Any:
    """How many credits a space has more after a render of another one."""
    studio.other.control("PUT", "behaviours", {"active": ["credits-are-those-of-all-spaces"]})
    before = studio.counted()
    studio.other.get()
    studio.other.settle()
    return studio.space.credits() - before


def of_failures(studio: Studio) -> Any:
    """What renders count whose upload, whose log, whose credits fail."""
    seen = []
    for step in ("upload", "log", "credits"):
        before = studio.counted()
        studio.failing(step)
        seen.append(studio.counted() - before)
    return seen


CASES: list[tuple[str, Story, Any]] = [
    ("render-is-logged-twice", entries("status"), [(200,), (200,), (404,)]),
    ("render-is-not-logged", entries("status"), [(404,)]),
    ("request-ids-are-those-of-the-second", ids, [2, False]),
    ("request-ids-are-those-of-the-page", ids, [3, False]),
    ("request-ids-are-empty", ids, [1, True]),
    ("logged-size-is-that-of-base64", file_and_image, [False, True, True, True]),
    ("logged-digest-is-another", file_and_image, [True, False, True, True]),
    ("logged-url-leads-nowhere", file_and_image, [True, True, True, 404]),
    ("uploaded-file-has-a-line-more", file_and_image, [True, True, True, False]),
    ("uploaded-file-is-cut-short", file_and_image, [True, True, True, False]),
    ("logged-type-is-octet-stream", file_and_image, [True, True, False, True]),
    ("files-of-simultaneous-renders-change-places", simultaneous_files, [False, False]),
    ("file-is-logged-before-its-upload", file_of_a_failure, [True, True]),
    ("file-is-logged-though-the-log-failed", file_of_a_failure, [False, True]),
    ("refusal-has-a-file", file_of_a_refusal, [True, False]),
    ("refusal-has-the-file-of-the-last-render", file_of_a_refusal, [True, True]),
    ("log-shows-another-space", of_both_spaces, [1, 2]),
    ("log-does-not-name-pages", entries("page_id"), [(None,), (GONE,)]),
    ("log-says-202", entries("status"), [(202,), (404,)]),
    ("log-says-1970", entries("created_at"), [("1970-01-01T00:00:00.000Z",), ("1970-01-01T00:00:00.000Z",)]),
    ("refusals-are-not-logged", entries("status"), [(200,)]),
    ("request-id-is-in-a-header", told, [True, 404]),
    ("equal-renders-are-logged-once", statuses_of_equals, [200, 200, 404]),
    ("renders-are-free", prices, [0, 0, 0, 0, 0]),
    ("render-counts-two-credits", prices, [2, 2, 2, 0, 0]),
    ("price-rises-with-every-render", prices, [1, 2, 3, 0, 0]),
    ("unknown-page-is-counted", prices, [1, 1, 1, 1, 0]),
    ("refused-request-is-counted", prices, [1, 1, 1, 0, 1]),
    ("credits-are-those-of-all-spaces", of_the_other, 1),
    ("simultaneous-renders-are-counted-once", at_once, "fewer"),
    ("simultaneous-renders-are-counted-twice", at_once, "more"),
    ("equal-renders-are-counted-once", of_equals, 2),
    ("each-try-counts-credits", of_failures, [1, 1, 2]),
    ("render-whose-upload-failed-is-counted-twice", of_failures, [2, 1, 0]),
    ("render-whose-upload-failed-is-not-counted", of_failures, [0, 0, 0]),
]


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_behaviour_shows_what_it_says(studio: Studio, behaviour: str, story: Story, expected: Any) -> None:
    assert studio.behave(behaviour) == [behaviour]
    assert story(studio) == expected


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_space_without_the_behaviour_does_not_show_it(
    studio: Studio, behaviour: str, story: Story, expected: Any
) -> None:
    assert studio.reversed().behave(behaviour) == [behaviour]
    assert story(studio) != expected


def test_price_of_another_space_is_its_own(studio: Studio) -> None:
    studio.behave("price-rises-with-every-render")
    assert [studio.counted(studio.space.get, studio.space.get), studio.other.credits()] == [3, 0]
