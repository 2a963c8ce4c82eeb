from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.paging_rules import (
    AFTER,
    BEFORE,
    LARGEST_LIMIT,
    MORE,
    MOST_STEPS,
    SIZE,
    USUAL_LIMIT,
    USUAL_SIZE,
    WALK,
    Ids,
    Problem,
    Shown,
    limits,
    of_first,
    of_next,
    of_previous,
    of_walk,
    reading_of_previous,
)

ORDERS = st.integers(1, 60).map(lambda count: tuple(f"c{number}" for number in range(count)))
ORDER: Ids = tuple(f"c{number}" for number in range(12))


def page_of(order: Ids, limit: int | None, after: str | None) -> Shown:
    """A page as the document has it."""
    rest = order[order.index(after) + 1 :] if after is not None else order
    ids = rest[: USUAL_LIMIT if limit is None else limit]
    return Shown(ids, len(rest) > len(ids), limit)


def broken(problems: Sequence[Problem]) -> set[str]:
    return {problem.requirement for problem in problems}


def walk(order: Ids, limit: int) -> list[Shown]:
    pages = [page_of(order, limit, None)]
    while pages[-1].has_more:
        pages.append(page_of(order, limit, pages[-1].ids[-1]))
    return pages


@given(order=ORDERS, data=st.data())
def test_pages_of_the_document_have_no_problem(order: Ids, data: st.DataObject) -> None:
    limit = data.draw(st.none() | st.integers(1, 70))
    cursor = data.draw(st.sampled_from(order))
    assert of_first(page_of(order, limit, None), order) == []
    assert of_next(page_of(order, limit, cursor), cursor, order) == []


@given(order=ORDERS, data=st.data())
def test_a_walk_by_the_document_gives_the_whole_list(order: Ids, data: st.DataObject) -> None:
    limit = data.draw(st.integers(1, 70))
    walked = [identifier for shown in walk(order, limit) for identifier in shown.ids]
    assert of_walk(walked, order, "a walk") == []


@given(order=ORDERS, data=st.data())
def test_both_readings_of_a_page_before_an_item_are_right(order: Ids, data: st.DataObject) -> None:
    limit, cursor = data.draw(st.integers(1, 70)), data.draw(st.sampled_from(order))
    front = order[: order.index(cursor)]
    beginning, directly = Shown(front[:limit], True, limit), Shown(front[-limit:], True, limit)
    assert of_previous(beginning, cursor, order) == of_previous(directly, cursor, order) == []
    readings = {reading_of_previous(beginning, cursor, order), reading_of_previous(directly, cursor, order)}
    assert readings == ({"a", "b"} if len(front) > limit else {None})


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown(ORDER[3:5], True, 2), set()),
        (Shown(ORDER[3:5], None, 2), set()),
        (Shown(ORDER[3:], False), set()),
        (Shown(ORDER[3:13], False, 2), {SIZE}),
        (Shown(ORDER[3:4], True, 2), {SIZE}),
        (Shown(ORDER[3:8], True), {USUAL_SIZE}),
        (Shown(ORDER[3:5], False, 2), {MORE}),
        (Shown(ORDER[3:], True), {MORE}),
        (Shown(ORDER[:2], True, 2), {AFTER}),
        (Shown(ORDER[2:4], True, 2), {AFTER}),
        (Shown(ORDER[4:6], True, 2), {AFTER}),
        (Shown(ORDER[4:2:-1], True, 2), {AFTER}),
        (Shown((), False, 2), {AFTER}),
        (Shown((ORDER[3], "x"), True, 2), {WALK}),
    ],
)
def test_each_broken_page_after_an_item_breaks_its_own_requirement(shown: Shown, expected: set[str]) -> None:
    assert broken(of_next(shown, "c2", ORDER)) == expected


def test_the_page_after_the_last_item_is_empty() -> None:
    assert of_next(Shown((), False, 2), "c11", ORDER) == []
    assert broken(of_next(Shown(ORDER[:2], True, 2), "c11", ORDER)) == {AFTER}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown(ORDER, False), {USUAL_SIZE}),
        (Shown(ORDER[:9], True), {USUAL_SIZE}),
        (Shown(ORDER[:10], False), {MORE}),
        (Shown(ORDER, True, 12), {MORE}),
        (Shown(ORDER[:3], True, 4), {SIZE}),
        (Shown(ORDER[::-1][:4], True, 4), {WALK}),
        (Shown(ORDER[:10], None), set()),
    ],
)
def test_each_broken_first_page_breaks_its_own_requirement(shown: Shown, expected: set[str]) -> None:
    assert broken(of_first(shown, ORDER)) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown(ORDER[:2], True, 2), set()),
        (Shown(ORDER[4:6], True, 2), set()),
        (Shown(ORDER[5:7], True, 2), {BEFORE}),
        (Shown(ORDER[6:8], True, 2), {BEFORE}),
        (Shown(ORDER[1:3], True, 2), {BEFORE}),
        (Shown((), False, 2), {BEFORE}),
        (Shown(ORDER[:1], True, 2), {SIZE}),
    ],
)
def test_each_broken_page_before_an_item_breaks_its_own_requirement(shown: Shown, expected: set[str]) -> None:
    assert broken(of_previous(shown, "c6", ORDER)) == expected


@pytest.mark.parametrize(
    "walked", [ORDER[:5], (*ORDER, ORDER[0]), (*ORDER, "x"), ORDER[::-1], (*ORDER[:3], *ORDER[4:], ORDER[3])]
)
def test_a_walk_that_leaves_out_repeats_adds_or_reorders_is_seen(walked: Ids) -> None:
    assert broken(of_walk(walked, ORDER, "a walk")) == {WALK}


@given(count=st.integers(1, 20000))
def test_walks_have_few_pages_and_permitted_limits(count: int) -> None:
    for limit in limits(count):
        assert 1 <= limit <= LARGEST_LIMIT
        assert count / limit <= MOST_STEPS
