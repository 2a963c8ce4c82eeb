"""Scenes as pixels: PNG and WebP."""

from collections.abc import Mapping
from io import BytesIO

import uharfbuzz
from PIL import Image, ImageChops

from mockserver.drawing.canvas import Canvas, Region
from mockserver.drawing.fonts import font
from mockserver.drawing.gradients import gradient
from mockserver.drawing.masks import mask
from mockserver.drawing.pictures import Album
from mockserver.drawing.scene import Box, Fill, Lettering, LinearGradient, Picture, Scene, Shape


def png(scene: Scene, pictures: Mapping[str, bytes]) -> bytes:
    """The scene as PNG; raises `PictureError`."""
    buffer = BytesIO()
    painted(scene, pictures).save(buffer, "PNG", compress_level=2)
    return buffer.getvalue()


def webp(scene: Scene, pictures: Mapping[str, bytes]) -> bytes:
    """The scene as WebP, with the loss of quality 90; raises `PictureError`."""
    buffer = BytesIO()
    painted(scene, pictures).save(buffer, "WEBP", quality=90, method=2)
    return buffer.getvalue()


def painted(scene: Scene, pictures: Mapping[str, bytes]) -> Image.Image:
    """The scene's pixels, RGB if its background is opaque and RGBA otherwise; raises `PictureError`."""
    canvas, album = Canvas(scene), Album(pictures)
    for item in scene.items:
        match item:
            case Shape():
                _paint_shape(canvas, item)
            case Lettering():
                _paint_lettering(canvas, item)
            case Picture():
                _paint_picture(canvas, item, album)
    return canvas.image


def _paint_shape(canvas: Canvas, shape: Shape) -> None:
    region = canvas.region(shape.box)
    if region is None:
        return
    whole = _coverage(shape.box, shape.radius, region)
    if shape.fill is not None:
        _paint_fill(canvas, shape, shape.fill, whole)
    if shape.edge is not None:
        inner = shape.box.shrunk(shape.edge.width)
        hole = _coverage(inner, max(0, shape.radius - shape.edge.width), region)
        rim = whole if inner.is_empty else ImageChops.subtract(whole or region.solid(), hole or region.solid())
        canvas.put(shape.edge.colour.rgb, region, region.faded(rim, shape.edge.colour.alpha))


def _paint_fill(canvas: Canvas, shape: Shape, fill: Fill, coverage: Image.Image | None) -> None:
    region = canvas.region(shape.box)
    if region is None:
        return
    if not isinstance(fill, LinearGradient):
        canvas.put(fill.rgb, region, region.faded(coverage, fill.alpha))
        return
    colours = gradient(fill, region.local(shape.box), region.width, region.height)
    if any(stop.colour.alpha < 255 for stop in fill.stops):  # noqa: PLR2004 - the largest of a byte
        alpha = colours.getchannel("A")
        coverage = ImageChops.multiply(coverage, alpha) if coverage else alpha
    canvas.put(colours.convert("RGB"), region, coverage)


def _coverage(box: Box, radius: float, region: Region) -> Image.Image | None:
    """The coverage of a box; None where it covers the whole region."""
    local = region.local(box)
    if not radius and local.within(region.size) == region.size:
        return None
    return mask(local, radius, region.width, region.height)


def _paint_lettering(canvas: Canvas, lettering: Lettering) -> None:
    region = canvas.region(lettering.ink)
    if region is None:
        return
    face = font(lettering.font)
    scale = lettering.size / face.units_per_em
    draw = uharfbuzz.RasterDraw()
    draw.extents = uharfbuzz.RasterExtents(region.x, region.y, region.width, region.height, 0)
    for line in lettering.lines:
        for glyph in line.glyphs:
            draw.transform = (scale, 0, 0, -scale, line.x + glyph.x * scale, line.y - glyph.y * scale)
            draw.draw_glyph(face.handle, glyph.number)
    covered = draw.render()
    size = (covered.extents.width, covered.extents.height)
    coverage = Image.frombuffer("L", size, covered.buffer, "raw", "L", covered.extents.stride, 1)
    canvas.put(lettering.colour.rgb, region, region.faded(coverage, lettering.colour.alpha))


def _paint_picture(canvas: Canvas, picture: Picture, album: Album) -> None:
    image = album.fitted(picture)
    shown = Box(
        picture.box.x + (picture.box.width - image.width) // 2,
        picture.box.y + (picture.box.height - image.height) // 2,
        image.width,
        image.height,
    )
    region = canvas.region(shown)
    if region is None:
        return
    local = region.local(shown)
    part = image.crop((int(-local.x), int(-local.y), int(-local.x) + region.width, int(-local.y) + region.height))
    coverage = _coverage(picture.box, picture.radius, region)
    if part.mode == "RGBA":
        alpha = part.getchannel("A")
        coverage = ImageChops.multiply(coverage, alpha) if coverage else alpha
    canvas.put(part.convert("RGB"), region, region.faded(coverage, round(255 * picture.opacity)))
