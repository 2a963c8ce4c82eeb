"""Decodes the pictures that a target answers with, and says how far two of them differ."""

import io
import re
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.errors import NoImageError
from contracts.vector_images import canonical, size_of

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""A page of 4096 by 4096 pixels has less than half of that."""

TOLERANCE = 16
"""By how much of 255 a channel of a pixel may differ that counts as the same: encoders that lose a little do that."""

CHANNELS = 4

_PROLOGUE = rb"(?:\s+|<\?(?>.*?\?>)|<!--(?>.*?-->)|<!DOCTYPE[^>\[]*+(?:\[(?>.*?\]))?\s*+>)*+"
_SVG = re.compile(rb"(?:\xef\xbb\xbf)?" + _PROLOGUE + rb"<(?:[\w.-]+:)?svg[\s/>]", re.DOTALL)
_BEGINNING_BYTES = 4096


class Kind(StrEnum):
    """What a picture is, by its bytes."""

    PNG = "png"
    WEBP = "webp"
    SVG = "svg"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return "image/svg+xml" if self is Kind.SVG else f"image/{self}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture: width and height are pixels, those of an SVG rounded.

    `content` is one premultiplied RGBA value of four bytes for each pixel, row by row from the top; of an SVG, its
    canonical XML, in which ids do not count. Two pictures with the same `content` and size look the same.
    """

    kind: Kind
    width: int
    height: int
    content: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    def __str__(self) -> str:
        return f"{self.kind} of {self.width}x{self.height}"


def kind_of(body: bytes) -> Kind | None:
    """What a body is by its first bytes, whatever its Content-Type says; None where it is no picture of these kinds."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return Kind.WEBP
    return Kind.SVG if _SVG.match(body[:_BEGINNING_BYTES]) else None


def decoded(body: bytes) -> Picture:
    """The picture that a body is, or the first one of an animation; raises `NoImageError`, which says what is wrong."""
    if not body:
        raise NoImageError("the body is empty")
    if len(body) > MOST_BYTES:
        message = f"{len(body)} bytes are too many: at most {MOST_BYTES} are looked at"
        raise NoImageError(message)
    kind = kind_of(body)
    if kind is None:
        message = f"its first bytes, {body[:12]!r}, are those of no PNG, WebP or SVG"
        raise NoImageError(message)
    return _drawing(body) if kind is Kind.SVG else _raster(kind, body)


def difference(one: Picture, other: Picture, *, tolerance: int = TOLERANCE) -> float:
    """The share of pixels that differ, from 0 to 1; 1 for pictures of different sizes.

    A pixel differs where one of its channels does so by more than `tolerance` of 255. Two SVGs are the same (0) or not
    (1). Raises `ValueError` for an SVG and one that is none, which cannot be compared.
    """
    if (one.kind is Kind.SVG) is not (other.kind is Kind.SVG):
        message = f"a {one.kind} and a {other.kind} cannot be compared"
        raise ValueError(message)
    if one.size != other.size:
        return 1.0
    if one.content == other.content:
        return 0.0
    return 1.0 if one.kind is Kind.SVG else _share(one, other, tolerance)


def _share(one: Picture, other: Picture, tolerance: int) -> float:
    from PIL import Image, ImageChops  # noqa: PLC0415 - other APIs do not pay for it

    images = [Image.frombytes("RGBA", picture.size, picture.content) for picture in (one, other)]
    first, *others = ImageChops.difference(*images).split()
    for channel in others:
        first = ImageChops.lighter(first, channel)
    return sum(first.histogram()[tolerance + 1 :]) / (one.width * one.height)


def _drawing(body: bytes) -> Picture:
    width, height = size_of(body)
    return Picture(Kind.SVG, width, height, canonical(body))


def _raster(kind: Kind, body: bytes) -> Picture:
    try:
        # Before anything is decoded, since a decoder makes room for all pixels at once.
        _bear(*(_png_size(body) if kind is Kind.PNG else _webp_size(body)))
        image = _opened(kind, body)
        _bear(*image.size)
        if kind is Kind.PNG:
            image.verify()  # looks at the checksums, and leaves nothing to read
            image = _opened(kind, body)
        # Of what is fully transparent, the colour is nobody's concern.
        content = image.convert("RGBA").convert("RGBa").tobytes()
    except (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, struct.error) as error:
        # What a decoder may raise of broken data is not said anywhere.
        message = f"it is a broken {kind}: {type(error).__name__}: {error}"
        raise NoImageError(message) from error
    return Picture(kind, *image.size, content)


def _bear(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        message = f"{width}x{height} are too many pixels: at most {MOST_PIXELS} are looked at"
        raise NoImageError(message)


def _png_size(body: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", body, 16)
    return width, height


def _webp_size(body: bytes) -> tuple[int, int]:
    """By the first chunk: the canvas of an extended file, or the frame of a lossless or a lossy one."""
    match body[12:16]:
        case b"VP8X":
            size = int.from_bytes(body[24:27], "little") + 1, int.from_bytes(body[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(body[21:25], "little")
            size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            width, height = struct.unpack_from("<HH", body, 26)
            size = width & 0x3FFF, height & 0x3FFF
    return size


def _opened(kind: Kind, body: bytes) -> "Image":
    # Not Image.open: it would guess the kind, and warn of a size that is judged here.
    if kind is Kind.PNG:
        from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415 - other APIs do not pay for it

        return PngImageFile(io.BytesIO(body))
    from PIL.WebPImagePlugin import WebPImageFile  # noqa: PLC0415 - as above

    return WebPImageFile(io.BytesIO(body))
