"""The text that is signed: the documented one, and what signers make of it by mistake."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from contracts.checks.ricloud.subjects import event_id

SEPARATORS = (".", "", ":", ",", ";", "\n", "|", "-", "_", " ")
NEAR_SECONDS = 900
"""How far the timestamp that is signed may be off the one in the header, to be found."""


@dataclass(frozen=True, slots=True)
class Text:
    """Something that may have been signed, and what it is, in words."""

    name: str
    content: bytes


def documented(body: bytes, timestamp: str) -> bytes:
    """What is to be signed: the timestamp, a dot and the body."""
    return f"{timestamp}.".encode() + body


def signed_texts(body: bytes, timestamps: tuple[str, ...], other_timestamps: tuple[str, ...]) -> tuple[Text, ...]:
    """The documented text by each timestamp first, then what else may have been made of body and timestamps."""
    by_timestamp = [text for timestamp in timestamps for text in _of(body, timestamp)]
    return (
        *(Text("the documented text", documented(body, timestamp)) for timestamp in timestamps),
        *by_timestamp,
        Text("the body alone", body),
        *(Text("an earlier timestamp and the body", documented(body, other)) for other in other_timestamps),
    )


def with_near_timestamps(body: bytes, timestamps: tuple[str, ...]) -> Iterator[Text]:
    """What is signed where the header has another timestamp than the one that was signed, or that in another unit."""
    for timestamp in timestamps:
        yield from _near(body, timestamp)


def _of(body: bytes, timestamp: str) -> Iterator[Text]:
    identifier = event_id(body) or ""
    for separator in SEPARATORS:
        before, between = timestamp.encode(), separator.encode()
        if separator != ".":
            yield Text(f"timestamp and body with {separator!r} between them", before + between + body)
        yield Text(f"body and timestamp with {separator!r} between them", body + between + before)
        yield Text("the event's id and the body", identifier.encode() + between + body)
        for first, second in product((identifier.encode(), before), repeat=2):
            yield Text("the event's id, the timestamp and the body", between.join((first, second, body)))
    yield Text("the timestamp with its name, and the body", b"t=" + documented(body, timestamp))
    yield Text("the timestamp alone", timestamp.encode())


def _near(body: bytes, timestamp: str) -> Iterator[Text]:
    if not timestamp.isdigit():
        return
    seconds = int(timestamp)
    for other in range(seconds - NEAR_SECONDS, seconds + NEAR_SECONDS + 1):
        if other != seconds:
            yield Text("another timestamp and the body", documented(body, str(other)))
    for milliseconds in range(seconds * 1000, seconds * 1000 + 1000):
        yield Text("the timestamp in milliseconds and the body", documented(body, str(milliseconds)))
