"""Moments, which are milliseconds since 1970 here, and the ways to write them."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def in_milliseconds(moment_ms: int) -> str:
    """In RFC 3339 with milliseconds."""
    return _at(moment_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_microseconds(moment_ms: int) -> str:
    """In RFC 3339 with six decimals."""
    return _at(moment_ms).isoformat(timespec="microseconds").replace("+00:00", "Z")


def in_seconds(moment_ms: int) -> str:
    """In RFC 3339 without fractions."""
    return _at(moment_ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def by_offset(moment_ms: int) -> str:
    """With microseconds, and UTC as an offset."""
    return _at(moment_ms).isoformat(timespec="microseconds")


def in_basic_form(moment_ms: int) -> str:
    """In the basic form of ISO 8601."""
    return _at(moment_ms).strftime("%Y%m%dT%H%M%S.%fZ")


def floored(moment_ms: int) -> int:
    """The whole second before."""
    return moment_ms // 1000 * 1000


def ceiled(moment_ms: int) -> int:
    """The whole second after."""
    return -(-moment_ms // 1000) * 1000


def _at(moment_ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=moment_ms)
