"""Behaviours that draw something else: another size, another format than it is said to be, or something on top."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.bannx.blueprint import Blueprint, Change, Drawing
from mockserver.bannx.ports import PageDocument
from mockserver.behaviours.bannx.answers import GET, POST
from mockserver.behaviours.bannx.asked import knowing, operation
from mockserver.drawing.drawn import Drawn, ImageFormat

_SVG_ROOT = re.compile(rb"<svg\b[^>]*>")
_SIZE = re.compile(rb'\s(?:width|height|viewBox)="[^"]*"')


def _drawn(make: Callable[[Drawing], Drawing]) -> Change:
    """The blueprint with something around its drawing."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, draw=make(blueprint.draw))

    return knowing(apply)


def _of_another_page(change: Callable[[PageDocument], PageDocument], *operations: str) -> Change:
    """Draw another page in the place of the one of these operations."""

    def made(usual: Drawing) -> Drawing:
        async def draw(
            document: PageDocument, values: Mapping[str, Any], image_format: ImageFormat, pictures: Mapping[str, bytes]
        ) -> Drawn:
            page = change(document) if operation() in operations else document
            return await usual(page, values, image_format, pictures)

        return draw

    return _drawn(made)


def _with_content(change: Callable[[bytes], bytes], operations: tuple[str, ...], *formats: ImageFormat) -> Change:
    """Change the bytes of the images of these formats that these operations give."""

    def made(usual: Drawing) -> Drawing:
        async def draw(
            document: PageDocument, values: Mapping[str, Any], image_format: ImageFormat, pictures: Mapping[str, bytes]
        ) -> Drawn:
            drawn = await usual(document, values, image_format, pictures)
            is_meant = operation() in operations and image_format in formats
            return replace(drawn, content=change(drawn.content)) if is_meant else drawn

        return draw

    return _drawn(made)


def _in_truth(drawn_as: ImageFormat, said_to_be: ImageFormat, *operations: str) -> Change:
    """Give images of one format that are said to be of another."""

    def made(usual: Drawing) -> Drawing:
        async def draw(
            document: PageDocument, values: Mapping[str, Any], image_format: ImageFormat, pictures: Mapping[str, bytes]
        ) -> Drawn:
            if operation() not in operations or image_format != said_to_be:
                return await usual(document, values, image_format, pictures)
            drawn = await usual(document, values, drawn_as, pictures)
            return replace(drawn, image_format=image_format)

        return draw

    return _drawn(made)


def _wider(document: PageDocument) -> PageDocument:
    return {**document, "width": document["width"] + 1}


def _watermarked(document: PageDocument) -> PageDocument:
    width, height = document["width"], document["height"]
    mark = {
        "type": "rectangle",
        "x": width / 4,
        "y": height / 4,
        "width": width / 2,
        "height": height / 2,
        "opacity": 0.5,
        "fill": "#ff00ff",
    }
    return {**document, "layers": [*document["layers"], mark]}


def _without_size(content: bytes) -> bytes:
    return _SVG_ROOT.sub(lambda root: _SIZE.sub(b"", root[0]), content, count=1)


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _unclosed(content: bytes) -> bytes:
    return content.removesuffix(b"</svg>")


def _raw_ampersands(content: bytes) -> bytes:
    return content.replace(b"&amp;", b"&")


CHANGES: Mapping[str, Change] = {
    "image-is-a-pixel-too-wide": _of_another_page(_wider, GET, POST),
    "svg-has-no-size": _with_content(_without_size, (GET, POST), "svg"),
    "image-of-a-get-is-cut-short": _with_content(_half, (GET,), "png", "webp", "svg"),
    "image-of-a-post-has-a-watermark": _of_another_page(_watermarked, POST),
    "png-is-a-webp": _in_truth("webp", "png", GET, POST),
    "webp-is-a-png": _in_truth("png", "webp", GET),
    "svg-is-a-png": _in_truth("png", "svg", GET),
    "svg-is-not-closed": _with_content(_unclosed, (GET,), "svg"),
    "ampersands-break-an-svg": _with_content(_raw_ampersands, (GET, POST), "svg"),
}
