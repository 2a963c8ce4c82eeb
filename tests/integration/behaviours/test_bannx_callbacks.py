"""Behaviours of bannx's callbacks show what they say: when they run, and what they do to answers.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a space without
it shows something else.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.behaviours.studio import HANG_SECONDS, STEPS, Story, Studio, get, has, post

GET, POST = get(), post()


def after(*asks: Callable[..., Any]) -> Story:
    """Of each render: whether its entry has a file, and what it counted."""

    def story(studio: Studio) -> Any:
        seen = []
        for ask in asks:
            before = studio.counted()
            ask(studio.space)
            seen.append((studio.newest()["file"] is not None, studio.space.credits() - before))
        return seen

    return story


def answers_of_failures(studio: Studio) -> Any:
    """What a render is answered whose upload, log, credits fail: its format or its status, and its type."""
    responses = [studio.failing(step) for step in STEPS]
    return [(has(response), response.headers["content-type"].partition(";")[0]) for response in responses]


def waits(studio: Studio) -> Any:
    """Whether a render is answered after a hang, where its upload, its log, its credits hang."""
    seen = []
    for step in STEPS:
        studio.space.tell(step, "hang")
        began = time.monotonic()
        assert has(studio.space.get()) == "PNG"
        seen.append(time.monotonic() - began >= HANG_SECONDS)
        studio.space.tell(step, None)
    return seen


def has_file_after_a_short_failure(studio: Studio) -> Any:
    """Whether a render has a file whose upload fails at first alone."""
    studio.space.tell("upload", "fail")
    studio.space.get()
    studio.space.tell("upload", None)
    return studio.newest()["file"] is not None


def held(studio: Studio) -> Any:
    """Whether an answer to GET, and one to POST, comes after the end of an earlier callback that hangs."""
    seen = []
    for ask in (GET, POST):
        studio.space.tell("upload", "hang")
        studio.space.get()
        studio.space.tell("upload", None)
        earlier = len(studio.space.renders()) - 1
        ask(studio.space)
        seen.append(studio.space.renders()[earlier]["file"] is not None)
        studio.space.settle()
    return seen


def after_a_failure(step: str) -> Story:
    """Whether a render has a file, and what it counts, after one whose step failed."""

    def story(studio: Studio) -> Any:
        studio.failing(step)
        return after(GET)(studio)

    return story


def made_up(studio: Studio) -> Any:
    """Whether the file of a render whose upload failed is there some time after the upload works again."""
    studio.failing("upload")
    studio.space.tell("credits", "hang")  # the next callback lasts so long
    studio.space.get()
    return studio.logged()[0]["file"] is not None


CASES: list[tuple[str, Story, Any]] = [
    ("callback-skips-gets", after(GET, POST), [(False, 0), (True, 1)]),
    ("callback-of-a-get-uploads-nothing", after(GET, POST), [(False, 1), (True, 1)]),
    ("callback-skips-posts", after(GET, POST), [(True, 1), (False, 0)]),
    ("callback-of-a-post-logs-no-file", after(GET, POST), [(True, 1), (False, 1)]),
    ("callback-of-a-get-counts-nothing", after(GET, POST), [(True, 0), (True, 1)]),
    ("callback-of-a-post-counts-nothing", after(GET, POST), [(True, 1), (True, 0)]),
    (
        "failed-upload-is-answered-502",
        answers_of_failures,
        [(502, "application/json"), ("PNG", "image/png"), ("PNG", "image/png")],
    ),
    (
        "failed-log-is-answered-500",
        answers_of_failures,
        [("PNG", "image/png"), (500, "application/json"), ("PNG", "image/png")],
    ),
    (
        "failed-credits-are-answered-402",
        answers_of_failures,
        [("PNG", "image/png"), ("PNG", "image/png"), (402, "application/json")],
    ),
    (
        "failed-upload-cuts-the-image",
        answers_of_failures,
        [("no image", "image/png"), ("PNG", "image/png"), ("PNG", "image/png")],
    ),
    (
        "failed-log-hides-what-the-image-is",
        answers_of_failures,
        [("PNG", "image/png"), ("PNG", "application/octet-stream"), ("PNG", "image/png")],
    ),
    (
        "failed-credits-take-the-image-away",
        answers_of_failures,
        [("PNG", "image/png"), ("PNG", "image/png"), ("no image", "application/json")],
    ),
    ("answer-waits-for-the-callback", waits, [True, True, True]),
    ("answer-waits-for-the-upload", waits, [True, False, False]),
    ("answer-waits-for-the-credits", waits, [False, False, True]),
    ("hanging-callback-holds-later-answers", held, [True, True]),
    ("hanging-callback-holds-later-posts", held, [False, True]),
    ("failed-callback-is-the-last-one", after_a_failure("upload"), [(False, 0)]),
    ("failed-credits-are-the-last-ones", after_a_failure("credits"), [(True, 0)]),
    ("failed-step-is-given-up-at-once", has_file_after_a_short_failure, False),
    ("failed-step-is-tried-until-it-works", made_up, True),
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
