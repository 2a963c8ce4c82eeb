"""Behaviours of bannx's renders show what they say: pages, sizes, drafts, answers, formats.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a space without
it shows something else.
"""

from typing import Any

import pytest

from tests.integration.bannx.images import colour
from tests.integration.bannx.spaces import PAGE, Space
from tests.integration.behaviours.studio import Story, Studio, answers, are_equal, get, has, post, types

GONE = "00000000-0000-4000-8000-000000000000"
DRAFT, RED, BLUE = {**PAGE, "id": "draft"}, "#ff0000", "#0000ff"

PNG, WEBP, SVG = "image/png", "image/webp", "image/svg+xml"


def bare(ground: str) -> dict[str, Any]:
    """A page of one colour."""
    return {"id": "bare", "name": "Bare", "width": 16, "height": 16, "backgroundColor": ground, "layers": []}


def edited(*publishing: bool) -> Story:
    """The colours of a page that was red when it was published first, after each edit, published or not."""

    def story(studio: Studio) -> Any:
        space = studio.space.has(bare(RED))
        shown = [colour(space.get("bare"), 1, 1)]
        for is_published, ground in zip(publishing, (BLUE, "#00ff00"), strict=False):
            space.control("PUT", "pages/bare", bare(ground))
            if is_published:
                space.publish("bare")
            shown.append(colour(space.get("bare"), 1, 1))
        return shown

    return story


def drafts(studio: Studio) -> Any:
    """What GET and POST answer of a page that is not published, where its draft is asked for."""
    studio.space.create(DRAFT)
    return [has(studio.space.get("draft", "draft=true")), has(studio.space.post(pageId="draft", draft=True))]


def unpublished(studio: Studio) -> Any:
    studio.space.create(DRAFT)
    return [has(studio.space.get("draft")), has(studio.space.post(pageId="draft"))]


def of_the_other_space(studio: Studio) -> Any:
    studio.other.has({**PAGE, "id": "theirs"})
    return [has(studio.space.get("theirs")), has(studio.space.post(pageId="theirs")), has(studio.space.get(GONE))]


def sizes(studio: Studio) -> Any:
    space = studio.space
    return [space.get(query="output=json").json()["width"], space.post(pageId="badge", output="json").json()["width"]]


def linked(*queries: str) -> Story:
    """What is at the links of these renders when the callbacks are over."""

    def story(studio: Studio) -> Any:
        links = [studio.space.get(query=f"output=json&{query}").json()["file"]["url"] for query in queries]
        studio.space.settle()
        return [has(studio.space.file(link)) for link in links]

    return story


def linked_at_once(studio: Studio) -> Any:
    """What is at a link before and after its upload."""
    space = studio.space
    space.tell("upload", "hang")
    link = space.get(query="output=json").json()["file"]["url"]
    before = has(space.file(link))
    space.tell("upload", None)
    space.settle()
    return [before, has(space.file(link))]


def json_of(*names: str) -> Story:
    return lambda studio: [name in studio.space.get(query="output=json").json() for name in names]


def svg_says_its_size(studio: Studio) -> Any:
    return [b'viewBox="0 0 64 32"' in ask(studio.space).content for ask in (get("format=svg"), post(format="svg"))]


def is_closed(studio: Studio) -> Any:
    return [ask(studio.space).content.endswith(b"</svg>") for ask in (get("format=svg"), post(format="svg"))]


def with_format(name: str) -> Story:
    return answers(get(f"format={name}"), post(format=name))


CASES: list[tuple[str, Story, Any]] = [
    ("post-needs-another-token", answers(get(), post()), ["PNG", 401]),
    ("page-of-another-space-is-403", of_the_other_space, [403, 403, 404]),
    ("page-of-another-space-is-rendered", of_the_other_space, ["PNG", "PNG", 404]),
    ("get-answers-202", answers(get(), post()), [202, "PNG"]),
    ("image-of-a-get-is-cut-short", answers(get(), get("format=svg"), post()), ["no image", "no image", "PNG"]),
    ("post-answers-201", answers(get(), post()), ["PNG", 201]),
    ("post-without-a-format-is-refused", answers(get(), post(), post(format="png")), ["PNG", 400, "PNG"]),
    ("image-is-a-pixel-too-wide", sizes, [65, 65]),
    ("svg-has-no-size", svg_says_its_size, [False, False]),
    ("image-of-a-post-has-a-watermark", are_equal(get(), post()), False),
    ("get-answers-with-json", types(get(), post()), [("application/json", "no image"), (PNG, "PNG")]),
    ("post-answers-with-json", types(get(), post()), [(PNG, "PNG"), ("application/json", "no image")]),
    ("unknown-page-is-403", answers(get(page=GONE), post(pageId=GONE)), [403, 403]),
    ("unknown-page-is-blank", answers(get(page=GONE), post(pageId=GONE)), ["PNG", "PNG"]),
    ("unpublished-page-is-rendered", unpublished, ["PNG", "PNG"]),
    ("unpublished-page-is-403", unpublished, [403, 403]),
    ("edits-show-at-once", edited(False, True), [RED, BLUE, "#00ff00"]),
    ("publishing-again-shows-nothing", edited(False, True), [RED, RED, RED]),
    ("draft-of-a-get-is-ignored", drafts, [404, "PNG"]),
    ("draft-is-ignored", drafts, [404, 404]),
    ("draft-is-refused", drafts, [400, 400]),
    ("output-json-has-another-form", json_of("url", "file"), [True, False]),
    ("output-json-is-not-known", answers(get("output=json"), post(output="json")), ["PNG", "PNG"]),
    ("output-json-is-refused", answers(get("output=json"), post(output="json")), [400, 400]),
    ("link-leads-nowhere", linked(""), [404]),
    ("link-leads-to-the-first-render", linked("format=webp", "format=svg"), ["WEBP", "WEBP"]),
    ("link-works-after-the-callback", linked_at_once, [404, "PNG"]),
    ("png-is-a-webp", types(get(), post()), [(PNG, "WEBP"), (PNG, "WEBP")]),
    (
        "images-are-webp-by-default",
        types(get(), post(), get("format=png")),
        [(WEBP, "WEBP"), (WEBP, "WEBP"), (PNG, "PNG")],
    ),
    ("png-is-sent-as-octet-stream", types(get(), post()), [("application/octet-stream", "PNG"), (PNG, "PNG")]),
    ("webp-is-a-png", types(get("format=webp"), post(format="webp")), [(WEBP, "PNG"), (WEBP, "WEBP")]),
    ("webp-is-sent-as-png", types(get("format=webp"), post(format="webp")), [(PNG, "WEBP"), (WEBP, "WEBP")]),
    ("svg-is-a-png", types(get("format=svg"), post(format="svg")), [(SVG, "PNG"), (SVG, "SVG")]),
    ("svg-is-not-closed", is_closed, [False, True]),
    ("svg-is-sent-as-text", types(get("format=svg"), post(format="svg")), [("text/plain", "SVG"), (SVG, "SVG")]),
    (
        "format-in-a-body-is-ignored",
        answers(get("format=svg"), post(format="svg"), post(format="bmp")),
        ["SVG", "PNG", 400],
    ),
    ("svg-by-post-is-refused", with_format("svg"), ["SVG", 400]),
    ("unknown-format-is-415", with_format("bmp"), [415, 415]),
    ("unknown-format-is-a-png", with_format("bmp"), ["PNG", "PNG"]),
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


def test_json_by_default_can_be_turned_off_by_the_request(studio: Studio) -> None:
    studio.behave("get-answers-with-json", "post-answers-with-json")

    def shown(space: Space) -> list[Any]:
        asks = (get("output=binary"), get("output=raw"), post(binary=True), post(output="image"))
        return [has(ask(space)) for ask in asks]

    assert shown(studio.space) == ["PNG"] * 4
