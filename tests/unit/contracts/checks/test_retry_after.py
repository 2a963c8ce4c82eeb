"""How long a date in Retry-After asks to wait, whatever watch it is read from."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.renderio.retry_after import LONGEST_WAIT_SECONDS, seconds_until

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = st.integers(0, int(LONGEST_WAIT_SECONDS))
YEARS = st.integers(-30, 30).filter(bool).map(lambda years: timedelta(days=365 * years))


@given(seconds=SECONDS, off=YEARS)
def test_date_is_read_by_the_watch_that_the_target_shows(seconds: int, off: timedelta) -> None:
    shown = NOW + off
    assert seconds_until(shown + timedelta(seconds=seconds), shown, shown) == seconds


@given(seconds=SECONDS, off=YEARS)
def test_date_may_be_one_on_the_controlled_clock(seconds: int, off: timedelta) -> None:
    clock = NOW + off
    assert seconds_until(clock + timedelta(seconds=seconds), NOW, clock) == seconds


def test_date_that_is_over_asks_for_no_wait() -> None:
    assert seconds_until(NOW - timedelta(seconds=3), NOW, NOW) == 0
