"""Moments and spans, read and written."""

from datetime import datetime, timedelta


def moment(text: str) -> datetime:
    """The moment that an RFC 3339 text names."""
    return datetime.fromisoformat(text)


def clock_face(instant: datetime) -> str:
    """Such as `2026-01-01 00:35:05`, with milliseconds only where there are some."""
    text = f"{instant:%Y-%m-%d %H:%M:%S}"
    return f"{text}.{instant.microsecond // 1000:03d}" if instant.microsecond else text


def in_words(span: timedelta) -> str:
    """Such as `27 h 35 min 5 s`."""
    minutes, seconds = divmod(span.total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{seconds:g} s" if seconds else ""]
    return " ".join(part for part in parts if part) or "0 s"
