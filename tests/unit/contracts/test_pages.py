"""Pages of a target: from its own list and from a target file, and what can be set in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.documents import load_api
from contracts.errors import SetUpError
from contracts.images import decoded, difference
from contracts.known_pages import EXAMPLE, known_pages
from contracts.pages import OTHER_PICTURE, PICTURE, Page, Value, Variable, VariableType, as_text, read_pages
from contracts.settings import plan
from contracts.target import Target
from contracts.target_file import load_target_file

RENDERIO = load_api("renderio")
CARD = {"id": "card", "width": 1200, "height": 630, "name": "Card", "published": True, "variables": []}
TITLE = {"id": "v1", "name": "title", "type": "string", "value": "Hello"}
FILE = '[target]\nurl = "http://a.test"\n'


class _PagesNeeded(type(RENDERIO)):  # type: ignore[misc] # the class of an API, whichever it is
    needs_pages = True


NEEDY = _PagesNeeded("needy", RENDERIO.content, RENDERIO.requirements)


def _values() -> st.SearchStrategy[tuple[VariableType, Value]]:
    texts = st.text(max_size=5)
    by_type: dict[VariableType, st.SearchStrategy[Value]] = {
        VariableType.STRING: texts,
        VariableType.NUMBER: st.one_of(st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False)),
        VariableType.BOOLEAN: st.booleans(),
        VariableType.COLOR: st.sampled_from(["#e11d48", "#000000"]),
        VariableType.IMAGE: st.sampled_from(["", PICTURE, OTHER_PICTURE]),
    }
    return st.sampled_from(VariableType).flatmap(lambda kind: st.tuples(st.just(kind), by_type[kind]))


def test_a_list_of_pages_is_read_with_the_published_ones_first() -> None:
    hidden = {**CARD, "id": "draft", "published": False}
    assert read_pages({"pages": [hidden, {**CARD, "variables": [TITLE]}]}) == (
        Page("card", 1200, 630, "Card", variables=(Variable("v1", "title", VariableType.STRING, default="Hello"),)),
        Page("draft", 1200, 630, "Card", is_published=False),
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "pages of the reply is None, which is no list"),
        ({"pages": [1]}, "page 1 of the reply is 1, which is no object"),
        ({"pages": [CARD, {**CARD, "id": ""}]}, "id of page 2 of the reply is '', which is no text"),
        ({"pages": [{**CARD, "width": 0}]}, "width of page 1 of the reply is 0, which is no integer of 1 or more"),
        ({"pages": [{**CARD, "height": True}]}, "height of page 1 of the reply is True"),
        ({"pages": [{**CARD, "published": "yes"}]}, "published of page 1 of the reply is 'yes', which is no boolean"),
        ({"pages": [{**CARD, "variables": {}}]}, "variables of page 1 of the reply is {}, which is no list"),
        (
            {"pages": [{**CARD, "variables": [{**TITLE, "type": "text"}]}]},
            "type of variable 1 of page 1 of the reply is 'text', which is no one of string, number",
        ),
        (
            {"pages": [{**CARD, "variables": [{**TITLE, "type": "number"}]}]},
            "value of variable 1 of page 1 of the reply is 'Hello', which is no number",
        ),
    ],
)
def test_a_wrong_list_of_pages_says_what_is_wrong(content: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_pages(content)
    assert words in str(caught.value)


@given(value=_values(), is_named=st.booleans())
def test_settings_are_two_different_values_of_the_type(value: tuple[VariableType, Value], *, is_named: bool) -> None:
    kind, one = value
    variable = Variable("v", "x", kind, change=one) if is_named else Variable("v", "x", kind, default=one)
    first, second = variable.settings
    assert first != second
    assert (kind.takes(first), kind.takes(second)) == (True, True)
    assert (first == one) is is_named


def test_pictures_to_set_are_different_pictures() -> None:
    one, other = (decoded(_decoded_uri(uri)) for uri in (PICTURE, OTHER_PICTURE))
    assert difference(one, other) == 1.0


def _decoded_uri(uri: str) -> bytes:
    import base64  # noqa: PLC0415 - of this one test

    return base64.b64decode(uri.partition(",")[2])


@pytest.mark.parametrize(("value", "text"), [("a b", "a b"), (True, "true"), (7, "7"), (0.5, "0.5")])
def test_a_value_is_written_as_in_a_query(value: Value, text: str) -> None:
    assert as_text(value) == text


def test_variables_are_found_by_type_where_they_show() -> None:
    hidden = Variable("a", "a", VariableType.STRING, is_shown=False)
    size = Variable("b", "b", VariableType.NUMBER)
    page = Page("p", 1, 1, variables=(hidden, size))
    assert (page.of_type(VariableType.STRING), page.of_type(VariableType.STRING, VariableType.NUMBER)) == (None, size)


def test_an_api_without_pages_asks_for_none() -> None:
    assert known_pages(RENDERIO, Target("http://a.test", "renderio"), lambda: (Page("a", 1, 1),)) == ()


def test_pages_of_the_target_file_go_before_those_that_the_target_lists() -> None:
    told, listed = (Page("told", 1, 1),), (Page("listed", 1, 1),)
    target = Target("http://a.test", "needy", pages=told)
    assert known_pages(NEEDY, target, lambda: listed) == told
    assert known_pages(NEEDY, Target("http://a.test", "needy"), lambda: listed) == listed


def test_without_pages_the_error_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match="in a target file") as caught:
        known_pages(NEEDY, Target("http://a.test", "needy"), lambda: None)
    assert EXAMPLE in str(caught.value)
    path = tmp_path / "target.toml"
    path.write_text(f"{FILE}{EXAMPLE}\n")
    assert [page.id for page in plan(load_target_file(path, {})).target.pages] == ["social-card"]


@pytest.mark.parametrize("listed", [(), (Page("draft", 1, 1, is_published=False),)])
def test_without_a_published_page_nothing_can_be_judged(listed: tuple[Page, ...]) -> None:
    with pytest.raises(SetUpError, match="no published page is known"):
        known_pages(NEEDY, Target("http://a.test", "needy"), lambda: listed)


def _page(**changes: Any) -> str:
    content = {"id": "card", "width": 1200, "height": 630, **changes}
    return "\n".join([FILE, "[[pages]]", *(f"{key} = {_toml(value)}" for key, value in content.items())])


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_toml(part)}' for key, part in value.items())}}}"
    return json.dumps(value)


def _variable(**changes: Any) -> dict[str, Any]:
    return {"name": "title", "id": "v1", "type": "string", **changes}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (_page(width="wide"), "[[pages]] card, width: "),
        (_page(height=0), "[[pages]] card, height: 0 is less than the minimum of 1"),
        (f"{FILE}[[pages]]\nwidth = 1\nheight = 1", '[[pages]] number 1: "id" is a required property'),
        (
            _page(publisched=False),
            "[[pages]] card has no key publisched (did you mean published?); its keys are: id, ",
        ),
        (_page(variables=[_variable(type="text")]), "[[pages]] card, variables 1 type: "),
        (_page(variables=[_variable(), _variable(wert=1)]), "[[pages]] card, variables 2 has no key wert"),
        (_page(variables=[_variable(type="number", value="7")]), "the value of the variable title is '7', which is no"),
        (_page(variables=[_variable(), _variable(id="v2")]), "[[pages]] card: two variables have the name 'title'"),
        (_page(variables=[_variable(), _variable(name="x")]), "[[pages]] card: two variables have the id 'v1'"),
        (
            _page(variables=[_variable(), _variable(name="v1", id="v2")]),
            "'v1' is the id of one variable and the name of",
        ),
        (f'{_page()}\n[[pages]]\nid = "card"\nwidth = 1\nheight = 1', "two pages have the id 'card'"),
        (f'{FILE}[pages]\nid = "card"', "[[pages]]: "),
    ],
)
def test_a_wrong_page_in_a_file_is_named_precisely(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "target.toml"
    path.write_text(text)
    with pytest.raises(SetUpError) as caught:
        load_target_file(path, {})
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
