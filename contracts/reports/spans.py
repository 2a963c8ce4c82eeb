"""Lengths of time and moments in words."""

from datetime import UTC, datetime

MINUTE_SECONDS, HOUR_SECONDS = 60, 3600


def in_words(seconds: float, *, most_units: int = 3) -> str:
    """A length of time as people say it: `0.42 s`, `5 s`, `2 min 5 s`, `27 h 35 min 5 s`; fewer units are cut off."""
    if seconds < 0:
        return f"-{in_words(-seconds, most_units=most_units)}"
    if seconds < MINUTE_SECONDS:
        return f"{seconds:.3g} s" if round(seconds) < MINUTE_SECONDS else "1 min"
    whole = round(seconds)
    hours, minutes = whole // HOUR_SECONDS, whole % HOUR_SECONDS // MINUTE_SECONDS
    parts = ((hours, "h"), (minutes, "min"), (whole % MINUTE_SECONDS, "s"))
    return " ".join([f"{count} {unit}" for count, unit in parts if count][:most_units])


def moment(at: datetime) -> str:
    """A moment in UTC to the millisecond, such as `2026-01-01T00:00:05.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
