"""SVG: how large one is, and a form of it that is the same for two that look the same by their text."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from contracts.errors import NoImageError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/2000/svg"
ROOT = f"{{{NAMESPACE}}}svg"

_PIXELS = {"": 1.0, "px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "pc": 16.0}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*([a-z%]*)\s*")
_REFERENCE = re.compile(r"#([\w.:-]+)")
_MOST_PIXELS = 1_000_000


def size_of(body: bytes) -> tuple[int, int]:
    """Width and height in pixels, rounded; what the root does not say in pixels is that of its viewBox.

    Raises `NoImageError` where the body is no SVG or says neither.
    """
    root = _root(body)
    named = [_length(root.get(name)) for name in ("width", "height")]
    box = [_length(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    boxed = box[2:] if len(box) == 4 else [None, None]  # noqa: PLR2004 - left, top, width, height
    width, height = (one if one is not None else other for one, other in zip(named, boxed, strict=True))
    if width is None or height is None:
        raise NoImageError("the SVG says its size neither in pixels nor by a viewBox")
    if not (0 < width <= _MOST_PIXELS and 0 < height <= _MOST_PIXELS):
        message = f"the SVG says that it is {width:g}x{height:g} pixels large"
        raise NoImageError(message)
    return round(width), round(height)


def canonical(body: bytes) -> bytes:
    """The canonical XML of an SVG, in which its ids are numbered: another name of a gradient is no other picture."""
    root = _root(body)
    numbers = {name: f"id-{number}" for number, name in enumerate(_identifiers(root), 1)}

    def renamed(text: str) -> str:
        return _REFERENCE.sub(lambda found: f"#{numbers.get(found[1], found[1])}", text)

    for element in root.iter():
        for name, value in element.attrib.items():
            element.set(name, numbers[value] if name == "id" else renamed(value))
        if element.tag == f"{{{NAMESPACE}}}style" and element.text:
            element.text = renamed(element.text)
    try:
        return str(ET.canonicalize(ET.tostring(root, encoding="unicode"))).encode("utf-8", "surrogatepass")
    except (RecursionError, ValueError) as error:
        message = f"the SVG cannot be written anew: {type(error).__name__}: {error}"
        raise NoImageError(message) from error


def _identifiers(root: "Element") -> Iterator[str]:
    yield from dict.fromkeys(element.attrib["id"] for element in root.iter() if "id" in element.attrib)


def _root(body: bytes) -> "Element":
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - other APIs do not pay for it
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - as above

    try:
        root: Element = fromstring(body)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        message = f"it is no well-formed SVG: {type(error).__name__}: {error}"
        raise NoImageError(message) from error
    if root.tag != ROOT:
        message = f"its root is {root.tag}, not svg in the namespace {NAMESPACE}"
        raise NoImageError(message)
    return root


def _length(text: str | None) -> float | None:
    """A length in pixels; None where it is none, or relative to something."""
    found = _LENGTH.fullmatch(text or "")
    factor = _PIXELS.get(found[2].lower()) if found is not None else None
    return None if found is None or factor is None else float(found[1]) * factor
