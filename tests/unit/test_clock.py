"""Moments are written and read without loss, and clocks move only as they should."""

import re

import freezegun
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.clock import LAST_MOMENT_MS, SystemClock, VirtualClock, parse_rfc3339, rfc3339
from mockserver.documents import Document

FIRST_MOMENT_MS = -62_135_596_800_000
"""0001-01-01T00:00:00.000Z, the first moment that Python can write."""

NOON_MS = 1_767_268_800_000
"""2026-01-01T12:00:00.000Z."""

moments = st.integers(FIRST_MOMENT_MS, LAST_MOMENT_MS)


@given(moment_ms=moments)
@example(moment_ms=0)
@example(moment_ms=-1)
@example(moment_ms=FIRST_MOMENT_MS)
@example(moment_ms=LAST_MOMENT_MS)
def test_rfc3339_round_trips_every_moment(moment_ms: int) -> None:
    assert parse_rfc3339(rfc3339(moment_ms)) == moment_ms


@given(moment_ms=moments)
@example(moment_ms=0)
@example(moment_ms=FIRST_MOMENT_MS)
@example(moment_ms=LAST_MOMENT_MS)
def test_rfc3339_matches_the_documents_pattern(control: Document, moment_ms: int) -> None:
    pattern = control.content["components"]["schemas"]["Instant"]["pattern"]
    assert re.search(pattern, rfc3339(moment_ms), re.ASCII)


@pytest.mark.parametrize(
    ("moment_ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (NOON_MS + 7, "2026-01-01T12:00:00.007Z"),
        (LAST_MOMENT_MS, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_rfc3339_writes_utc_with_milliseconds(moment_ms: int, text: str) -> None:
    assert rfc3339(moment_ms) == text


@given(earlier=moments, later=moments)
def test_rfc3339_sorts_as_the_moments_do(earlier: int, later: int) -> None:
    assert (rfc3339(earlier) < rfc3339(later)) == (earlier < later)


@pytest.mark.parametrize(
    "text",
    ["2026-01-01T12:00:00Z", "2026-01-01T12:00:00", "2026-01-01T14:00:00+02:00", "2026-01-01T12:00:00.000Z"],
)
def test_parse_rfc3339_reads_offsets(text: str) -> None:
    assert parse_rfc3339(text) == NOON_MS


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "1767268800000"])
def test_parse_rfc3339_refuses_other_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_rfc3339(text)


def test_virtual_clock_begins_at_its_start() -> None:
    assert VirtualClock(NOON_MS).now_ms() == NOON_MS


def test_virtual_clock_stands_still() -> None:
    clock = VirtualClock(NOON_MS)
    with freezegun.freeze_time("2031-05-06"):
        assert clock.now_ms() == NOON_MS


@given(start_ms=moments, steps=st.lists(st.integers(0, 10**9)))
def test_virtual_clock_moves_to_each_moment(start_ms: int, steps: list[int]) -> None:
    clock = VirtualClock(start_ms)
    for step in steps:
        target_ms = clock.now_ms() + step
        clock.move_to(target_ms)
        assert clock.now_ms() == target_ms


def test_virtual_clock_refuses_to_move_back() -> None:
    clock = VirtualClock(NOON_MS)
    with pytest.raises(ValueError, match=r"2026-01-01T12:00:00\.000Z cannot move back to 2026-01-01T11:59:59\.999Z"):
        clock.move_to(NOON_MS - 1)


def test_virtual_clock_keeps_its_moment_when_refusing() -> None:
    clock = VirtualClock(NOON_MS)
    with pytest.raises(ValueError, match="cannot move back"):
        clock.move_to(0)
    assert clock.now_ms() == NOON_MS


@given(start_ms=moments, again_ms=moments)
def test_virtual_clock_restarts_at_any_moment(start_ms: int, again_ms: int) -> None:
    clock = VirtualClock(start_ms)
    clock.restart(again_ms)
    assert clock.now_ms() == again_ms


@settings(max_examples=20)
@given(moment_ms=st.integers(0, LAST_MOMENT_MS // 4))
def test_system_clock_reads_the_wall_time(moment_ms: int) -> None:
    with freezegun.freeze_time(rfc3339(moment_ms)):
        assert abs(SystemClock().now_ms() - moment_ms) <= 1  # freezegun computes with floats


def test_system_clock_moves_with_the_wall_time() -> None:
    with freezegun.freeze_time("2026-01-01T12:00:00Z") as frozen:
        clock = SystemClock()
        frozen.tick(27.5)
        assert clock.now_ms() == NOON_MS + 27_500


def test_clocks_name_their_mode() -> None:
    assert (SystemClock().mode, VirtualClock(0).mode) == ("real", "virtual")
