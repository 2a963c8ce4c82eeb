"""Coverage of rectangles with round corners, at any fraction of a pixel."""

from functools import lru_cache
from math import ceil, floor, sqrt

from PIL import Image

from mockserver.drawing.scene import Box

SUBROWS = 8
LARGEST_KEPT = 1_500_000  # pixels

Interval = tuple[float, float]


def mask(box: Box, radius: float, width: int, height: int) -> Image.Image:
    """The coverage (mode L) of the box over a picture of a width and a height whose corner is the box's origin."""
    if width * height <= LARGEST_KEPT:
        return _kept(box, radius, width, height)
    return _made(box, radius, width, height)


def _made(box: Box, radius: float, width: int, height: int) -> Image.Image:
    rows: list[bytes] = []
    mirror = float(box.y + box.bottom - 1)
    for y in range(height):
        twin = int(mirror) - y
        if mirror.is_integer() and 0 <= twin < y:
            rows.append(rows[twin])
        elif rows and box.y + radius <= y - 1 and y + 1 <= box.bottom - radius:
            # Rows between the corners are equal.
            rows.append(rows[-1])
        else:
            rows.append(_row([_interval(box, radius, y + (sub + 0.5) / SUBROWS) for sub in range(SUBROWS)], width))
    return Image.frombytes("L", (width, height), b"".join(rows))


_kept = lru_cache(maxsize=24)(_made)


def _interval(box: Box, radius: float, y: float) -> Interval:
    """From where to where the shape reaches at a height."""
    if not box.y <= y <= box.bottom:
        return (0, 0)
    depth = max(box.y + radius - y, y - (box.bottom - radius), 0)
    inset = radius - sqrt(max(radius * radius - depth * depth, 0)) if depth else 0
    return (box.x + inset, box.right - inset)


def _row(intervals: list[Interval], width: int) -> bytes:
    bounded = [(min(max(start, 0), width), min(max(end, 0), width)) for start, end in intervals]
    seen = [(start, end) for start, end in bounded if end > start]
    if not seen:
        return bytes(width)
    row = bytearray(width)
    first, last = floor(min(start for start, _ in seen)), ceil(max(end for _, end in seen))
    full_from, full_to = ceil(max(start for start, _ in seen)), floor(min(end for _, end in seen))
    if len(seen) < len(intervals) or full_from > full_to:
        full_from = full_to = last
    row[full_from:full_to] = b"\xff" * (full_to - full_from)
    for x in (*range(first, min(full_from, last)), *range(full_to, last)):
        covered = sum(max(0.0, min(end, x + 1) - max(start, x)) for start, end in seen)
        row[x] = round(covered * 255 / len(intervals))
    return bytes(row)
