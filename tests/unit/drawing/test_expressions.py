"""Expressions: what they give, and that nothing that is read makes them fail."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.drawing.expressions import ExpressionSyntaxError, template
from mockserver.drawing.functions import LONGEST_TEXT

NAMES: Mapping[str, Any] = {
    "title": "Hello",
    "empty": "",
    "count": 3,
    "half": 0.5,
    "yes": True,
    "accent": "#102030",
    "$_page": {"width": 1200, "name": "Card"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{{ title }}, world", "Hello, world"),
        ("{{title}}{{title}}", "HelloHello"),
        ("{{ unknown }}!", "!"),
        ("{{ title.length }}", ""),
        ("{{ $_page }}", ""),
        ("{{ $_page.width }} px", "1200 px"),
        ("{{ count }}", 3),
        ("{{ 1 + 2 * 3 }}", 7),
        ("{{ (1 + 2) * 3 }}", 9),
        ("{{ 10 - 4 - 3 }}", 3),
        ("{{ -count + 1 }}", -2),
        ("{{ 7 / 2 }}", 3.5),
        ("{{ 7 / 0 }}", ""),
        ("{{ title * 2 }}", ""),
        ("{{ title + count }}", "Hello3"),
        ("{{ 'a b' + \"c\" }}", "a bc"),
        ("{{ count > 2 && 'many' || 'few' }}", "many"),
        ("{{ count > 5 && 'many' || 'few' }}", "few"),
        ("{{ title == 'Hello' }}", True),
        ("{{ count != '3' }}", False),
        ("{{ !empty }}", True),
        ("{{ use(unknown, empty, title, count) }}", "Hello"),
        ("{{ use() }}", ""),
        ("{{ isDefined(title) }}", True),
        ("{{ isDefined(title, empty) }}", False),
        ("{{ min(count, half, 2) }}", 0.5),
        ("{{ max(1) }}", 1),
        ("{{ max() }}", ""),
        ("{{ abs(-2) }}", 2),
        ("{{ abs(title) }}", ""),
        ("{{ round(2.5) }}", 3),
        ("{{ round(-1.25, 1) }}", -1.2),
        ("{{ ceil(1.2) }}", 2),
        ("{{ floor(-1.2) }}", -2),
        ("{{ clamp(12, 0, 10) }}", 10),
        ("{{ lighten('#000000', 0.5) }}", "#808080"),
        ("{{ darken('#ffffff80', 1) }}", "#00000080"),
        ("{{ mix('black', 'white') }}", "#808080"),
        ("{{ mix(title, 'white') }}", ""),
        ("{{ half * 2 }} of {{ 1 / 3 }}", "1 of 0.3333333333"),
    ],
)
def test_template_gives_its_value(text: str, value: object) -> None:
    assert template(text).value(NAMES) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ title", "without"),
        ("{{ }}", "too early"),
        ("{{ 1 + }}", "too early"),
        ("{{ foo(1) }}", "no function 'foo'"),
        ("{{ max(1, 2 }}", "',' is missing"),
        ("{{ (1 }}", "')' is missing"),
        ("{{ a b }}", "'b' is not expected"),
        ("{{ a; b }}", "';' is not expected"),
        ("{{ a.1 }}", "'1' is no name"),
        ("{{ " + "(" * 50 + "1" + ")" * 50 + " }}", "too deeply"),
        ("{{ " + "!" * 50 + "1 }}", "too deeply"),
        ("{{ " + "1+" * 300 + "1 }}", "more than 200"),
    ],
)
def test_expression_that_cannot_be_read_says_why(text: str, why: str) -> None:
    with pytest.raises(ExpressionSyntaxError, match=why.replace("(", r"\(").replace(")", r"\)")):
        template(text)


def test_text_that_expressions_make_is_cut() -> None:
    text = template("{{ a }}" * 100).text({"a": "x" * 1_000_000})
    assert len(text) == LONGEST_TEXT


def test_sum_of_texts_is_cut() -> None:
    value = template("{{ a + a }}").value({"a": "x" * 1_000_000})
    assert len(value) == LONGEST_TEXT


WORDS = st.sampled_from(
    [
        *"+-*/<>!().,",
        "==",
        "&&",
        "||",
        "max",
        "use",
        "mix",
        "round",
        "title",
        "count",
        "$_page",
        "1e9",
        "0",
        "9.5",
        "'x'",
    ]
)


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=20))
def test_every_expression_is_refused_or_gives_a_value(source: str) -> None:
    try:
        value = template("{{" + source + "}}").value(NAMES)
    except ExpressionSyntaxError:
        return
    assert isinstance(value, str | int | float)


@given(st.text(alphabet=st.characters(exclude_characters="{}")))
def test_text_without_expressions_stays_as_it_is(text: str) -> None:
    assert template(text).text({}) == text[:LONGEST_TEXT]


def test_many_openings_without_an_end_are_refused_in_one_pass() -> None:
    with pytest.raises(ExpressionSyntaxError, match="without"):
        template("{{" * 500_000)


def test_text_too_long_for_a_number_is_none() -> None:
    assert template("{{ a + 1 }}").value({"a": "9" * 300}) == 1e300
    assert template("{{ a - 1 }}").value({"a": "9" * 501}) == ""
