"""What a render is asked for, as a query and as a body."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import GET, POST, in_url

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
TWEAKS = st.dictionaries(TEXTS, st.none() | st.booleans() | st.integers() | TEXTS)


def test_a_get_says_everything_in_its_query() -> None:
    ask = Ask("card", image_format="webp", tweaks={"title": "Ada"}, further={"draft": True}, pairs=(("tweak:x", "1"),))
    assert ask.operation == GET
    assert ask.query == (("format", "webp"), ("tweaks", '{"title": "Ada"}'), ("draft", "true"), ("tweak:x", "1"))


def test_a_post_says_everything_in_its_body_but_for_pairs() -> None:
    ask = Ask("card", post=True, image_format="svg", tweaks={"n": 5}, further={"draft": True}, pairs=(("token", "t"),))
    assert ask.operation == POST
    assert ask.body == {"pageId": "card", "format": "svg", "tweaks": {"n": 5}, "draft": True}
    assert ask.query == (("token", "t"),)


def test_tweaks_that_are_a_text_stand_in_the_query_as_they_are() -> None:
    assert Ask("card", tweaks='{"title": ').query == (("tweaks", '{"title": '),)


def test_what_is_not_asked_for_is_not_said() -> None:
    assert Ask("card").query == ()
    assert Ask("card", post=True).body == {"pageId": "card"}


@given(TWEAKS)
def test_a_query_can_be_read_back_whatever_the_tweaks_hold(tweaks: dict[str, object]) -> None:
    query = in_url(Ask("card", tweaks=tweaks).query)
    assert [(name, json.loads(value)) for name, value in parse_qsl(query.removeprefix("?"))] == [("tweaks", tweaks)]


def test_a_parameter_more_leaves_the_others_and_the_ask_itself() -> None:
    ask = Ask("card", post=True, further={"draft": True})
    assert ask.with_further(output="binary").body == {"pageId": "card", "draft": True, "output": "binary"}
    assert ask.body == {"pageId": "card", "draft": True}


def test_the_same_by_post_asks_for_the_same() -> None:
    ask = Ask("card", image_format="png", tweaks={"title": "Ada"})
    assert ask.by_post().body == {"pageId": "card", "format": "png", "tweaks": {"title": "Ada"}}
    assert ask.by_post().plain == Ask("card", post=True)


@pytest.mark.parametrize(
    ("ask", "requirement"),
    [
        (Ask("card"), "BNX-REN-001"),
        (Ask("card", post=True), "BNX-REN-002"),
        (Ask("card", further={"webhook_url": "x"}), "BNX-REN-001"),
        (Ask("card", image_format="png"), "BNX-FMT-001"),
        (Ask("card", image_format="webp"), "BNX-FMT-002"),
        (Ask("card", image_format="svg"), "BNX-FMT-003"),
        (Ask("card", post=True, image_format="svg"), "BNX-FMT-004"),
        (Ask("card", tweaks={}), "BNX-TWK-001"),
        (Ask("card", pairs=(("tweak:title", "x"),)), "BNX-TWK-001"),
        (Ask("card", post=True, tweaks={}), "BNX-TWK-004"),
    ],
)
def test_a_render_stands_on_what_it_asks_for(ask: Ask, requirement: str) -> None:
    assert ask.requirement == requirement


def test_a_long_ask_is_told_in_short() -> None:
    told = str(Ask("card", post=True, tweaks={"title": "x" * 10_000}))
    assert told.startswith('POST of {"pageId": "card"')
    assert len(told) < 250
