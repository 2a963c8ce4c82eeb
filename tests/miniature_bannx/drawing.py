"""Pictures of pages: PNG and WebP by Pillow with its own font, SVG by hand."""

import base64
import binascii
import io
import itertools
import threading
import time
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from .manners import Pictures
from .pages import Block, Line, Page, Part, Photo, filled

_NUMBERS = itertools.count(1)
_LOCK = threading.Lock()
_FORMATS_SEEN: set[str] = set()


def drawn(page: Page, shown: Mapping[str, str], format_: str, manners: Pictures) -> bytes:
    """The picture of a page in a format: png, webp or svg."""
    _take_time(format_, manners)
    parts = page.parts
    if manners.differ:
        parts = (*parts, Line(4, page.height // 2, 20, "#dc2626", f"No. {next(_NUMBERS)}"))
    if format_ == "svg":
        return _vector(page, parts, shown, manners).encode()
    picture = _raster(page, parts, shown)
    output = io.BytesIO()
    if format_ == "png":
        picture.convert(manners.png_mode).save(output, "PNG", compress_level=1)
    else:
        picture.save(output, "WEBP", **manners.webp)
    return output.getvalue()


def _take_time(format_: str, manners: Pictures) -> None:
    if not manners.first_seconds and not manners.each_seconds:
        return
    with _LOCK:
        time.sleep(manners.each_seconds if format_ in _FORMATS_SEEN else manners.first_seconds)
        _FORMATS_SEEN.add(format_)


def _raster(page: Page, parts: tuple[Part, ...], shown: Mapping[str, str]) -> Image.Image:
    picture = Image.new("RGB", (page.width, page.height), page.ground)
    pen = ImageDraw.Draw(picture)
    for part in parts:
        match part:
            case Block(box, fill):
                pen.rectangle(box, filled(fill, shown))
            case Line(x, y, size, colour, text):
                font = ImageFont.load_default(size)
                pen.text((x, y), filled(text, shown), filled(colour, shown), font)
            case Photo((left, top, right, bottom), source) if photo := _photo(filled(source, shown)):
                picture.paste(photo.convert("RGB").resize((right - left, bottom - top)), (left, top))
    return picture


def _photo(source: str) -> Image.Image | None:
    """The picture in a data URI; nothing else is fetched."""
    kind, _, content = source.partition(";base64,")
    if not kind.startswith("data:image/"):
        return None
    try:
        photo = Image.open(io.BytesIO(base64.b64decode(content)), formats=("PNG", "JPEG", "WEBP"))
        photo.load()
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return photo


def _vector(page: Page, parts: tuple[Part, ...], shown: Mapping[str, str], manners: Pictures) -> str:
    sizes = {
        "viewBox": f'viewBox="0 0 {page.width} {page.height}"',
        "attributes": f'width="{page.width}px" height="{page.height}px"',
    }
    size = sizes.get(manners.svg_size) or " ".join(sizes.values())
    name = f"ground-{next(_NUMBERS) if manners.svg_ids_differ else 0}"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>' + manners.svg_prologue,
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">',
            f'<defs><rect id="{name}" width="100%" height="100%" fill="{page.ground}"/></defs><use href="#{name}"/>',
            *_elements(parts, shown),
            "</svg>\n",
        ]
    )


def _elements(parts: tuple[Part, ...], shown: Mapping[str, str]) -> Iterator[str]:
    for part in parts:
        match part:
            case Block((left, top, right, bottom), fill):
                place = f'x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"'
                yield f"<rect {place} fill={quoteattr(filled(fill, shown))}/>"
            case Photo((left, top, right, bottom), source) if _photo(filled(source, shown)):
                place = f'x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"'
                yield f'<image {place} preserveAspectRatio="none" href={quoteattr(filled(source, shown))}/>'
            case Line(x, y, size, colour, text):
                look = f'x="{x}" y="{y + size}" font-size="{size}" fill={quoteattr(filled(colour, shown))}'
                yield f"<text {look}>{escape(filled(text, shown))}</text>"
