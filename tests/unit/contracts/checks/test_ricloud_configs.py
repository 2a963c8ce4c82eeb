"""What a config has to look like, and its datetimes, judged by JSON alone."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.config_datetimes import decimals_of, is_documented, is_same, is_within
from contracts.checks.ricloud.config_shapes import OWNERS, STATES, flaws, is_identifier, lacking, reading_of_secret
from contracts.checks.ricloud.views import Views, flaws_of, missing_everywhere, missing_somewhere
from contracts.clock import Tolerance

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1))  # noqa: DTZ001 - UTC by its form
IDENTIFIERS = st.integers() | st.text(min_size=1)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


def written(moment: datetime, decimals: int) -> str:
    """A moment as the API writes it, cut off after so many decimals."""
    fraction = f".{moment.microsecond:06}000"[: decimals + 1] if decimals else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}" + f"{fraction}Z"


CONFIGS = st.fixed_dictionaries(
    {
        "id": IDENTIFIERS,
        "resource": st.just("webhook_config"),
        "organisation": IDENTIFIERS,
        "url": st.text(min_size=1),
        "state": st.sampled_from(STATES),
        "date_created": st.builds(written, MOMENTS, st.integers(0, 9)),
    },
    optional={"secret": st.text(), "colour": ANYTHING},
)
WRONG: dict[str, tuple[str, st.SearchStrategy[Any]]] = {
    "id": ("RCL-CFG-002", st.sampled_from([None, True, "", 0.5, [], {}])),
    "resource": ("RCL-CFG-003", st.sampled_from([None, "", "webhook", "webhook_configs", 1])),
    "organisation": ("RCL-CFG-004", st.sampled_from([None, False, "", 1.5, {"id": 1}])),
    "url": ("RCL-CFG-005", st.sampled_from([None, 7, []])),
    "state": ("RCL-CFG-009", st.sampled_from([None, "", "NEW", "pending", 0])),
    "date_created": (
        "RCL-CFG-011",
        st.sampled_from([0, 1540000000, "", "now", "2026-01-01T00:00:00+00:00", "2026-01-01"]),
    ),
}


@pytest.mark.requirement("RCL-CFG-002", "RCL-CFG-003", "RCL-CFG-004", "RCL-CFG-009")
@given(config=CONFIGS)
def test_a_documented_config_has_no_flaw(config: dict[str, Any]) -> None:
    assert flaws(config) == {}
    assert not lacking(config)


@pytest.mark.parametrize("name", WRONG)
@given(data=st.data())
def test_a_wrong_attribute_breaks_its_own_requirement_alone(name: str, data: st.DataObject) -> None:
    requirement, values = WRONG[name]
    config = {**data.draw(CONFIGS), name: data.draw(values)}
    assert set(flaws(config)) == {requirement}


@pytest.mark.requirement("RCL-CFG-010")
def test_a_creation_without_a_moment_breaks_the_requirement_on_it() -> None:
    assert set(flaws({"date_created": None})) == {"RCL-CFG-010"}


@given(config=st.dictionaries(st.sampled_from([*OWNERS, "secret"]), ANYTHING))
def test_what_is_not_there_is_lacking_and_has_no_flaw(config: dict[str, Any]) -> None:
    permitted = {OWNERS[name] for name in OWNERS if name in config} | {"RCL-CFG-011"}
    assert set(flaws(config)) <= permitted
    assert lacking(config) == set(OWNERS) - set(config)


@given(value=ANYTHING)
def test_an_id_is_a_whole_number_or_a_text(value: object) -> None:
    is_one = isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    assert is_identifier(value) == is_one


def test_a_secret_is_shown_again_only_where_every_answer_shows_it() -> None:
    assert reading_of_secret("s", {"retrieve": "s", "list": "s"}) == "a"
    assert reading_of_secret("s", {"retrieve": "s", "list": None}) == "b"
    assert reading_of_secret("s", {"retrieve": "s…", "list": "s"}) == "b"


# ------------------------------------------------------------------------------------------------------------ datetimes


@pytest.mark.requirement("RCL-CFG-011")
@given(moment=MOMENTS, decimals=st.integers(0, 9))
def test_a_moment_in_utc_is_documented_with_any_number_of_decimals(moment: datetime, decimals: int) -> None:
    text = written(moment, decimals)
    assert is_documented(text)
    assert decimals_of(text) == decimals


@given(moment=MOMENTS, hours=st.integers(-12, 14))
def test_a_moment_with_an_offset_is_not_documented(moment: datetime, hours: int) -> None:
    assert not is_documented(moment.replace(tzinfo=timezone(timedelta(hours=hours))).isoformat())


@given(value=ANYTHING)
def test_whatever_is_documented_is_a_text_that_ends_in_z(value: object) -> None:
    assert not is_documented(value) or (isinstance(value, str) and value.endswith("Z"))


@given(moment=MOMENTS, more=st.integers(0, 6), fewer=st.integers(0, 6))
def test_a_moment_is_the_same_with_fewer_decimals(moment: datetime, more: int, fewer: int) -> None:
    assert is_same(written(moment, more), written(moment, fewer))


@given(moment=MOMENTS, decimals=st.integers(0, 5))
def test_a_moment_is_the_same_when_it_is_rounded(moment: datetime, decimals: int) -> None:
    unit = 10 ** (6 - decimals)
    rounded = moment + timedelta(microseconds=round(moment.microsecond / unit) * unit - moment.microsecond)
    assert is_same(written(moment, 6), written(rounded, decimals))


@given(moment=MOMENTS, decimals=st.integers(0, 6), microseconds=st.integers(2_000_001, 10**12))
def test_a_moment_that_moves_by_two_seconds_is_another(moment: datetime, decimals: int, microseconds: int) -> None:
    later = moment + timedelta(microseconds=microseconds)
    assert not is_same(written(moment, 6), written(later, decimals))


@given(moment=MOMENTS, microseconds=st.integers(1, 10**9))
def test_a_moment_of_six_decimals_is_compared_exactly(moment: datetime, microseconds: int) -> None:
    assert not is_same(written(moment, 6), written(moment + timedelta(microseconds=microseconds), 6))


@given(seconds=st.floats(-10, 10), tolerance=st.floats(0, 3))
def test_a_moment_lies_within_a_span_and_its_tolerance(seconds: float, tolerance: float) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    last, moment = first + timedelta(seconds=5), first + timedelta(seconds=seconds)
    is_near = first - timedelta(seconds=tolerance) <= moment <= last + timedelta(seconds=tolerance)
    assert is_within(moment, first, last, Tolerance(tolerance, tolerance)) == is_near


# ---------------------------------------------------------------------------------------------------------------- views


def views(**by_answer: dict[str, Any]) -> Views:
    """Views of a config, created at a moment that is of no interest."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Views(by_answer, moment, moment)


@given(config=CONFIGS, name=st.sampled_from(sorted(OWNERS)), answer=st.sampled_from(["create", "list"]))
def test_an_attribute_that_one_answer_lacks_is_missing_somewhere(
    config: dict[str, Any], name: str, answer: str
) -> None:
    without = {key: value for key, value in config.items() if key != name}
    seen = views(**{"create": config, "list": config, answer: without})
    assert missing_somewhere(seen) == [f"{name} in {answer}"]
    assert not list(flaws_of(seen))


@given(config=CONFIGS, name=st.sampled_from(sorted(OWNERS)))
def test_an_attribute_that_every_answer_lacks_breaks_its_own_requirement(config: dict[str, Any], name: str) -> None:
    without = {key: value for key, value in config.items() if key != name}
    seen = views(create=without, list=without)
    assert missing_everywhere(seen) == {name}
    assert not missing_somewhere(seen)
    assert [requirement for requirement, _ in flaws_of(seen)] == [OWNERS[name]]
