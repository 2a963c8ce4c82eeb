"""The time that a 429 names: judged, read by whatever clock it is meant by, and waited out."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from contracts.client import Response
from contracts.clock import Clock
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

LONGEST_WAIT_SECONDS = 60.0
"""The longest Retry-After that a run waits for."""

CLOCK_GRAIN_SECONDS = 0.1
"""How much longer than Retry-After is waited: two machines do not count seconds alike."""


def judge_retry_after(trial: Trial, response: Response) -> float | None:
    """Judge the Retry-After of a 429 (RIO-ERR-010); the seconds to wait, or None where it has none."""
    value = response.headers.get("Retry-After", "").strip()
    evidence = [response.evidence]
    if value.isascii() and value.isdigit():
        trial.passed("RIO-ERR-010", reading="a", because=f"Retry-After: {value}", evidence=evidence)
        return float(value)
    try:
        moment = _date(value)
    except ValueError:
        because = f"a 429 was to carry Retry-After with seconds or an HTTP date, and its value was {value!r}"
        trial.failed("RIO-ERR-010", because, evidence=evidence)
        return None
    trial.passed("RIO-ERR-010", reading="b", because=f"Retry-After: {value}", evidence=evidence)
    try:
        shown = _date(response.headers.get("Date", ""))
    except ValueError:
        shown = datetime.now(UTC)
    by_its_clock = trial.clock.now() if trial.clock.level is TimeLevel.CONTROL else shown
    return seconds_until(moment, shown, by_its_clock) + 1


def seconds_until(moment: datetime, shown: datetime, by_its_clock: datetime) -> float:
    """The seconds to a date in a header, 0 where it is over.

    They count from what the target's own watch has `shown`, which need not be right; where that makes no sense, from
    the moment on the clock that it can be made to move.
    """
    seconds = (moment - shown).total_seconds()
    if abs(seconds) > LONGEST_WAIT_SECONDS:
        seconds = (moment - by_its_clock).total_seconds()
    return max(0.0, seconds)


def _date(text: str) -> datetime:
    """A date of HTTP; one without a time zone is in UTC, as all of them are. Raises `ValueError`."""
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def wait_out(clock: Clock, seconds: float, *, by_its_clock: bool) -> None:
    """Let so much time pass, in any case in real time, and on the target's own clock if that is asked for."""
    time.sleep(seconds + CLOCK_GRAIN_SECONDS)
    if by_its_clock:
        clock.pass_time(seconds)
