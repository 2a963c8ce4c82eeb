"""What a list is asked for is read from a query as people write it, or refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import InvalidQuery
from mockserver.ricloud.listing import Comparison, Created, Query, query

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OPERATORS: list[tuple[str, Comparison]] = [("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")]
COMPARISONS: list[tuple[str, Comparison]] = [
    ("date_created", "="),
    *((f"date_created[{operator}]", comparison) for operator, comparison in OPERATORS),
    *((f"date_created__{operator}", comparison) for operator, comparison in OPERATORS),
]
MOMENT, MOMENT_US = "2026-01-01T00:00:00Z", 1_767_225_600_000_000
offsets = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def asked(*raw: tuple[str, str]) -> Query:
    return query({}, raw, filters=[], hidden=frozenset())


@pytest.mark.requirement("RCL-LST-005", "RCL-LST-006")
@pytest.mark.parametrize(("name", "comparison"), COMPARISONS)
def test_comparison_is_read_from_the_name(name: str, comparison: Comparison) -> None:
    assert asked((name, MOMENT)).created == (Created(comparison, MOMENT_US),)


@pytest.mark.parametrize(
    ("text", "moment_us"),
    [
        ("2026-01-01", MOMENT_US),
        ("2026-01-01T00:00:00", MOMENT_US),
        ("2026-01-01 00:00:00", MOMENT_US),
        ("2026-01-01T01:00:00+01:00", MOMENT_US),
        ("2026-01-01t00:00:00z", MOMENT_US),
        ("2026-01-01T00:00:00.5Z", MOMENT_US + 500_000),
        ("2026-01-01T00:00:00.000001Z", MOMENT_US + 1),
        ("1969-12-31T23:59:59.999999Z", -1),
    ],
)
def test_moment_is_read_in_many_forms(text: str, moment_us: int) -> None:
    assert asked(("date_created", text)).created == (Created("=", moment_us),)


@given(st.datetimes(timezones=offsets | st.just(UTC)))
def test_moment_is_read_to_the_microsecond_from_any_offset(moment: datetime) -> None:
    since_epoch = (moment - EPOCH) // timedelta(microseconds=1)
    assert asked(("date_created", moment.isoformat())).created == (Created("=", since_epoch),)


@pytest.mark.parametrize("name", [name for name, _ in COMPARISONS])
@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "yesterday",
            "2026-13-01",
            "1767225600",
            "2026-01-01T25:00:00Z",
            "\0",
            "\u0661",
            "20260101",
            "2026-W01-1",
        ),
        *("2026-01-01T00:00", "2026-01-01T00:00:00+00:00:00.000001", "2026-01-01T00:00:00Z "),
    ],
)
def test_unreadable_moment_is_refused_under_its_name(name: str, text: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        asked((name, text))
    assert [violation.location for violation in refused.value.violations] == [(name,)]


@pytest.mark.requirement("RCL-LST-009")
@pytest.mark.parametrize("name", ["date_created[after]", "date_created[]", "date_created__ne", "date_created[GT]"])
def test_unknown_comparison_is_refused(name: str) -> None:
    with pytest.raises(InvalidQuery, match="gt, gte, lt, lte"):
        asked((name, MOMENT))


@pytest.mark.requirement("RCL-LST-010")
@pytest.mark.parametrize("name", ["date_create", "date_created_gt", "date_created.gt", "date_created[gt", "x", ""])
def test_name_of_nothing_known_is_left_alone(name: str) -> None:
    assert asked((name, "yesterday")) == Query(equal={})


def test_several_comparisons_are_all_kept() -> None:
    asked_for = asked(("date_created[gt]", MOMENT), ("date_created__lte", MOMENT), ("limit", "3"))
    assert asked_for.created == (Created(">", MOMENT_US), Created("<=", MOMENT_US))


def test_of_one_name_the_last_value_counts() -> None:
    assert asked(("date_created", "2025-01-01"), ("date_created", MOMENT)).created == (Created("=", MOMENT_US),)


@pytest.mark.requirement("RCL-LST-002", "RCL-LST-003", "RCL-LST-008")
@pytest.mark.parametrize(
    ("parameters", "hidden"), [({}, ["deactivated"]), ({"state": "valid"}, []), ({"type": "x"}, ["deactivated"])]
)
def test_states_are_hidden_unless_one_is_asked_for(parameters: dict[str, str], hidden: list[str]) -> None:
    asked_for = query(parameters, [], filters=["state", "type"], hidden=frozenset({"deactivated"}))
    assert (sorted(asked_for.hidden), dict(asked_for.equal)) == (hidden, parameters)


def test_parameters_that_are_no_filters_filter_nothing() -> None:
    parameters = {"after_id": "3", "before_id": "1", "limit": 7, "action": "test"}
    asked_for = query(parameters, [], filters=["state"], hidden=frozenset())
    assert asked_for == Query(equal={}, after="3", before="1", limit=7)


@pytest.mark.requirement("RCL-LST-013")
def test_page_has_ten_items_unless_asked_otherwise() -> None:
    assert asked().limit == 10
