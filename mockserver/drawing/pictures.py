"""The pictures of image layers: found, decoded within limits, and fitted."""

import base64
import binascii
from collections.abc import Mapping
from io import BytesIO
from urllib.parse import unquote_to_bytes

from PIL import Image, ImageOps

from mockserver.drawing.errors import PictureError
from mockserver.drawing.scene import Picture

MOST_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")

# Pillow warns at a limit of its own; here every picture is measured before it is decoded.
Image.MAX_IMAGE_PIXELS = None


class Album:
    """The pictures of one drawing. Together they may have twice as many pixels as a single one."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._left = 2 * MOST_PIXELS

    def fitted(self, picture: Picture, *, density: int = 1) -> Image.Image:
        """The picture as large as its box, or within it where it is to be seen whole; RGB, or RGBA if not opaque.

        A density of 2 gives twice the pixels, if the picture has them. Raises `PictureError`.
        """
        image = self._decoded(picture)
        width, height = int(picture.box.width), int(picture.box.height)
        ratio = (max if picture.fit == "cover" else min)(width / image.width, height / image.height)
        density = max(1, min(density, int(1 / ratio)))
        size = (width * density, height * density)
        if picture.fit == "cover":
            return ImageOps.fit(image, size, Image.Resampling.LANCZOS)
        shown = (max(1, round(image.width * ratio * density)), max(1, round(image.height * ratio * density)))
        return image.resize((min(shown[0], size[0]), min(shown[1], size[1])), Image.Resampling.LANCZOS)

    def _decoded(self, picture: Picture) -> Image.Image:
        content = _content(picture, self._pictures)
        try:
            with Image.open(BytesIO(content), formats=FORMATS) as image:
                self._count(picture, image)
                upright = ImageOps.exif_transpose(image)
                return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, MemoryError) as error:
            # What Pillow raises for broken files, by format.
            raise PictureError(picture.layer, "its picture is no PNG, JPEG, WebP or GIF, or it is broken") from error

    def _count(self, picture: Picture, image: Image.Image) -> None:
        pixels = image.width * image.height
        if pixels > MOST_PIXELS:
            size = f"{image.width} x {image.height}"
            raise PictureError(picture.layer, f"its picture has {size} pixels, more than 40 million")
        self._left -= pixels
        if self._left < 0:
            raise PictureError(picture.layer, "with its picture, all have more than 80 million pixels")


def _content(picture: Picture, pictures: Mapping[str, bytes]) -> bytes:
    if not picture.source.lower().startswith("data:"):
        if picture.source not in pictures:
            raise PictureError(picture.layer, "its picture was not fetched")
        return pictures[picture.source]
    head, comma, data = picture.source.partition(",")
    if not comma:
        raise PictureError(picture.layer, "its data: URI has no data")
    content = unquote_to_bytes(data)
    if not head.lower().endswith(";base64"):
        return content
    try:
        return base64.b64decode(content, validate=False)
    except binascii.Error:
        raise PictureError(picture.layer, "its data: URI is no base64") from None
