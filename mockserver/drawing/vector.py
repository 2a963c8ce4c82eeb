"""Scenes as SVG: shapes as they are, text as the outlines of its glyphs, at the very places of the pixels' layout."""

import base64
from collections.abc import Iterator, Mapping
from io import BytesIO
from xml.sax.saxutils import escape

from mockserver.drawing.colours import OPAQUE, Colour
from mockserver.drawing.fonts import font
from mockserver.drawing.gradients import direction, length
from mockserver.drawing.outlines import outline
from mockserver.drawing.pictures import Album
from mockserver.drawing.scene import Box, Fill, FontKey, Lettering, LinearGradient, Picture, Scene, Shape

PICTURE_DENSITY = 2


def svg(scene: Scene, pictures: Mapping[str, bytes]) -> bytes:
    """The scene as SVG 1.1 without scripts, style sheets or anything to load; raises `PictureError`."""
    return "".join(_Writer(scene, pictures).document()).encode()


class _Writer:
    def __init__(self, scene: Scene, pictures: Mapping[str, bytes]) -> None:
        self._scene = scene
        self._album = Album(pictures)
        self._definitions: list[str] = []
        self._glyphs: dict[tuple[FontKey, int], str] = {}

    def document(self) -> Iterator[str]:
        scene = self._scene
        body = [part for item in scene.items for part in self._item(item)]
        size = f'width="{scene.width}" height="{scene.height}" viewBox="0 0 {scene.width} {scene.height}"'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {size} role="img">'
        yield f"<title>{_text(scene.title)}</title>"
        if words := " ".join(item.text for item in scene.items if isinstance(item, Lettering)):
            yield f"<desc>{_text(words)}</desc>"
        if self._definitions:
            yield f"<defs>{''.join(self._definitions)}</defs>"
        if scene.background.alpha:
            yield f"<rect {_bounds(scene.box)}{_colour('fill', scene.background)}/>"
        yield from body
        yield "</svg>"

    def _item(self, item: Shape | Lettering | Picture) -> Iterator[str]:
        match item:
            case Shape():
                yield from self._shape(item)
            case Lettering():
                yield from self._lettering(item)
            case Picture():
                yield from self._picture(item)

    def _shape(self, shape: Shape) -> Iterator[str]:
        if shape.fill is not None:
            yield f"<rect {_bounds(shape.box, shape.radius)}{self._fill(shape.fill, shape.box)}/>"
        if shape.edge is None:
            return
        width = shape.edge.width
        if 2 * width >= min(shape.box.width, shape.box.height):
            yield f"<rect {_bounds(shape.box, shape.radius)}{_colour('fill', shape.edge.colour)}/>"
            return
        middle = _bounds(shape.box.shrunk(width / 2), max(0, shape.radius - width / 2))
        stroke = _colour("stroke", shape.edge.colour)
        yield f'<rect {middle} fill="none"{stroke} stroke-width="{_number(width)}"/>'

    def _fill(self, fill: Fill, box: Box) -> str:
        if not isinstance(fill, LinearGradient):
            return _colour("fill", fill)
        x, y = direction(fill.angle)
        half = length(fill.angle, box) / 2
        middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
        start = f'x1="{_number(middle_x - x * half)}" y1="{_number(middle_y - y * half)}"'
        end = f'x2="{_number(middle_x + x * half)}" y2="{_number(middle_y + y * half)}"'
        stops = "".join(
            f'<stop offset="{_number(stop.offset)}"{_colour("stop", stop.colour, "stop-color")}/>'
            for stop in fill.stops
        )
        content = f'<linearGradient id="{{}}" gradientUnits="userSpaceOnUse" {start} {end}>{stops}</linearGradient>'
        return f' fill="url(#{self._define("p", content)})"'

    def _lettering(self, lettering: Lettering) -> Iterator[str]:
        scale = lettering.size / font(lettering.font).units_per_em
        clip = self._clip(lettering.ink, 0) if lettering.is_clipped else ""
        # One group, so that glyphs that overlap do not show twice where they are translucent.
        opacity = _opacity("opacity", lettering.colour)
        yield f'<g fill="{_rgb(lettering.colour)}"{opacity}{clip}>'
        for line in lettering.lines:
            place = f"translate({_number(line.x)} {_number(line.y)}) scale({scale:.8g} {-scale:.8g})"
            uses = "".join(
                f'<use xlink:href="#{name}" x="{_number(glyph.x)}"{_y(glyph.y)}/>'
                for glyph in line.glyphs
                if (name := self._glyph(lettering.font, glyph.number))
            )
            if uses:
                yield f'<g transform="{place}">{uses}</g>'
        yield "</g>"

    def _glyph(self, key: FontKey, number: int) -> str:
        if (key, number) not in self._glyphs:
            path = outline(key, number)
            self._glyphs[key, number] = self._define("g", f'<path id="{{}}" d="{path}"/>') if path else ""
        return self._glyphs[key, number]

    def _picture(self, picture: Picture) -> Iterator[str]:
        image = self._album.fitted(picture, density=PICTURE_DENSITY)
        buffer = BytesIO()
        if image.mode == "RGB":
            image.save(buffer, "JPEG", quality=90)
        else:
            image.save(buffer, "PNG", compress_level=6)
        media_type = "image/jpeg" if image.mode == "RGB" else "image/png"
        content = base64.b64encode(buffer.getvalue()).decode()
        clip = self._clip(picture.box, picture.radius) if picture.radius else ""
        opacity = f' opacity="{_number(picture.opacity)}"' if picture.opacity < 1 else ""
        yield f"<g{clip}{opacity}>"
        yield f'<image {_bounds(picture.box)} xlink:href="data:{media_type};base64,{content}"/>'
        yield "</g>"

    def _clip(self, box: Box, radius: float) -> str:
        name = self._define("c", f'<clipPath id="{{}}"><rect {_bounds(box, radius)}/></clipPath>')
        return f' clip-path="url(#{name})"'

    def _define(self, prefix: str, content: str) -> str:
        name = f"{prefix}{len(self._definitions)}"
        self._definitions.append(content.replace("{}", name, 1))
        return name


def _bounds(box: Box, radius: float = 0) -> str:
    corner = f' rx="{_number(radius)}"' if radius else ""
    x, y = _number(box.x), _number(box.y)
    return f'x="{x}" y="{y}" width="{_number(box.width)}" height="{_number(box.height)}"{corner}'


def _colour(kind: str, colour: Colour, name: str = "") -> str:
    return f' {name or kind}="{_rgb(colour)}"{_opacity(f"{kind}-opacity", colour)}'


def _opacity(name: str, colour: Colour) -> str:
    return "" if colour.alpha == OPAQUE else f' {name}="{_number(colour.alpha / OPAQUE)}"'


def _rgb(colour: Colour) -> str:
    return str(colour._replace(alpha=OPAQUE))


def _y(value: float) -> str:
    return f' y="{_number(value)}"' if value else ""


def _number(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(text: str) -> str:
    """Text for XML 1.0, which has no place for some characters."""
    return escape("".join(each if each.isprintable() else " " for each in text))
