"""Behaviours of bannx's errors, of bodies, and of URLs in requests show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a space without
it shows something else.
"""

from typing import Any

import pytest

from tests.integration.bannx.spaces import PAGE, Space
from tests.integration.behaviours.studio import Story, Studio, answers, get, has, in_turn, post, send

UNKNOWN_FORMAT = get("format=bmp")
INLINE = {name: value for name, value in PAGE.items() if name != "id"}


def said(*names: str) -> Story:
    """Some of what an error's body says."""
    return lambda studio: [studio.space.get(query="format=bmp").json().get(name, "absent") for name in names]


def text_of_an_error(studio: Studio) -> Any:
    response = studio.space.get(query="format=bmp")
    return [response.status_code, response.headers["content-type"].partition(";")[0], response.text[:1] == "{"]


def called(studio: Studio) -> Any:
    """The methods of the calls of URLs in a query and in a body, in good requests and a refused one."""
    hook, space = studio.receiver.hook(), studio.space
    space.client.get("/api/render/badge", params={"webhook_url": hook.url}, headers=space.headers)
    space.client.get("/api/render/badge", params={"webhook_url": hook.url, "format": "bmp"}, headers=space.headers)
    space.post(pageId="badge", callbackUrl=hook.url)
    space.settle()
    return [arrival.method for arrival in hook.arrivals]


def nothing(space: Space) -> Any:
    return space.send(b"")


def with_a_body_of(size: int) -> Story:
    return answers(lambda space: space.post(pageId="badge", tweaks={"text": "x" * size}))


CASES: list[tuple[str, Story, Any]] = [
    ("body-without-a-page-is-422", answers(send(b"{}"), send(b"[]")), [422, 400]),
    ("body-without-a-page-is-blank", answers(send(b"{}"), send(b"[]")), ["PNG", 400]),
    ("body-that-is-no-object-is-422", answers(send(b"[]"), send(b"{"), nothing, send(b"{}")), [422, 422, 422, 400]),
    (
        "body-that-is-no-object-is-blank",
        answers(send(b"[]"), send(b"{"), nothing, send(b"{}")),
        ["PNG", "PNG", "PNG", 400],
    ),
    ("body-that-is-no-json-is-500", answers(send(b"{"), send(b"[]")), [500, 400]),
    ("body-must-be-said-to-be-json", answers(send(b'{"pageId":"badge"}'), post()), [415, "PNG"]),
    ("page-in-a-body-is-refused", answers(lambda space: space.post(page=INLINE), post()), [400, "PNG"]),
    ("unknown-format-is-an-error-with-200", in_turn(answers(UNKNOWN_FORMAT), said("error")), [["no image"], [True]]),
    ("unknown-format-is-500", answers(UNKNOWN_FORMAT, post(format="bmp"), post(format=1)), [500, 500, 500]),
    ("malformed-tweaks-are-500", answers(get("tweaks={"), post(tweaks=1), UNKNOWN_FORMAT), [500, 500, 400]),
    ("errors-are-code-and-message", said("statusCode", "error", "url"), [400, "absent", "absent"]),
    ("errors-are-a-message-alone", said("statusCode", "error"), ["absent", "absent"]),
    ("errors-are-plain-text", text_of_an_error, [400, "text/plain", False]),
    ("status-code-in-an-error-is-500", in_turn(answers(UNKNOWN_FORMAT), said("statusCode")), [[400], [500]]),
    ("large-body-of-a-render-is-400", with_a_body_of(300_000), [400]),
    ("url-in-a-request-is-posted-to", called, ["POST", "POST"]),
    ("url-in-a-request-is-fetched", called, ["GET", "GET"]),
    ("unknown-parameters-are-refused", answers(get("x=1"), post(x=1), get("tweak:text=Bob")), [400, 400, "PNG"]),
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


@pytest.mark.parametrize(
    ("behaviour", "statuses"),
    [
        ("unknown-format-is-415", [415]),
        ("unknown-format-is-500", [500]),
        ("unknown-parameters-are-refused", [400, 400]),
        ("output-json-is-refused", [400, 400]),
    ],
)
def test_other_refusals_are_logged_like_the_usual_ones(studio: Studio, behaviour: str, statuses: list[int]) -> None:
    studio.behave(behaviour)
    answered = [has(studio.space.get(query=query)) for query in ("format=bmp&x=1&output=json", "x=1&output=json")]
    refused = [status for status in answered if isinstance(status, int)]
    assert [entry["status"] for entry in studio.logged() if entry["status"] != 200] == refused == statuses
