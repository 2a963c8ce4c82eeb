import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.filters import STATES, outcome, selection
from contracts.checks.ricloud.lists import Item, Page, ids_of, items_of, read_page
from contracts.checks.ricloud.paged import form_problems
from contracts.client import Response

CONFIGS = st.dictionaries(st.integers(1, 99).map(str), st.sampled_from(STATES), max_size=8)


def answer(content: Any, status: int = 200) -> Response:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Response(status, httpx.Headers(), body, 1)


def page(*ids: str) -> Page:
    return Page([{"id": identifier} for identifier in ids], False, {}, 1)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"data": [{"id": 1}]}, [{"id": 1}]),
        ([{"id": 1}], [{"id": 1}]),
        ({"data": []}, []),
        ({"data": [1]}, None),
        ({"items": []}, None),
        ("data", None),
        (None, None),
    ],
)
def test_items_are_found_in_data_or_in_an_array(content: Any, expected: object) -> None:
    assert items_of(content) == expected


def test_ids_are_texts_in_order_whatever_they_are() -> None:
    assert ids_of([{"id": 3}, {"id": "b"}, {}, {"id": None}]) == ("3", "b")


@pytest.mark.parametrize(
    ("content", "status", "problems"),
    [
        ({"resource": "list", "data": [], "has_more": False}, 200, 0),
        ({"resource": "list", "data": [], "has_more": False}, 201, 1),
        ({"resource": "page", "data": [], "has_more": False}, 200, 1),
        ({"resource": "list", "data": [], "has_more": 0}, 200, 1),
        ({"resource": "list", "data": {}, "has_more": True}, 200, 1),
        ([], 200, 3),
        (b"<html>", 200, 3),
    ],
)
def test_each_lack_of_a_list_is_named(content: Any, status: int, problems: int) -> None:
    response = answer(content, status)
    assert len(form_problems(response, read_page(response))) == problems


def test_a_refusal_is_no_page() -> None:
    assert read_page(answer({"resource": "list", "data": [], "has_more": False}, 400)) is None


@given(states=CONFIGS, wanted=st.sampled_from(STATES))
def test_a_list_of_what_the_filter_leaves_is_right(states: dict[str, str], wanted: str) -> None:
    items = [{"id": identifier, "state": state} for identifier, state in states.items() if state == wanted]
    assert selection(items, states, lambda state: state == wanted).is_right


@given(states=CONFIGS.filter(bool), wanted=st.sampled_from(STATES), data=st.data())
def test_one_config_too_many_or_too_few_is_seen(states: dict[str, str], wanted: str, data: st.DataObject) -> None:
    odd = data.draw(st.sampled_from(sorted(states)))
    listed = {identifier for identifier, state in states.items() if state == wanted} ^ {odd}
    found = selection(
        [{"id": identifier, "state": states[identifier]} for identifier in listed],
        states,
        lambda state: state == wanted,
    )
    assert [*found.missing, *found.foreign] == [odd]
    assert not found.repeated
    assert odd in str(found)


def test_a_config_that_comes_twice_is_seen() -> None:
    items = [{"id": 1, "state": "new"}, {"id": 1, "state": "new"}]
    assert selection(items, {"1": "new"}, lambda _: True).repeated == ["1"]


def test_a_config_that_nobody_knows_is_judged_by_the_state_that_the_list_shows() -> None:
    items: list[Item] = [{"id": 1, "state": "valid"}, {"id": 2, "state": "invalid"}, {"id": 3}]
    assert selection(items, {}, lambda state: state == "valid").foreign == ["2"]


def test_a_config_whose_state_has_changed_meanwhile_is_not_judged() -> None:
    assert selection([{"id": 1, "state": "new"}], {"1": None, "2": None}, lambda state: state == "valid").is_right


@pytest.mark.parametrize(
    ("response", "found", "expected"),
    [
        (answer({}, 400), None, "refused"),
        (answer({}, 500), None, "other"),
        (answer({}), page(), "empty"),
        (answer({}), page("1", "2"), "ignored"),
        (answer({}), page("1"), "other"),
    ],
)
def test_what_became_of_a_filter_is_told(response: Response, found: Page | None, expected: str) -> None:
    assert outcome(response, found, page("2", "1")) == expected
