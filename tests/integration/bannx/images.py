"""Images: told apart by their bytes, looked into, and made."""

import base64
import hashlib
import io
from typing import Any

import defusedxml.ElementTree
import httpx
from PIL import Image


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def picture(response: httpx.Response) -> Image.Image:
    """The picture that was answered."""
    assert response.status_code == 200, response.text
    return Image.open(io.BytesIO(response.content)).convert("RGBA")


def colour(response: httpx.Response, x: int, y: int) -> str:
    """The colour of a pixel, such as `#336699`."""
    pixel: Any = picture(response).getpixel((x, y))
    return "#{:02x}{:02x}{:02x}".format(*pixel[:3])


def what_it_is(content: bytes) -> tuple[str, int, int]:
    """The format of an image by its bytes, its width, and its height."""
    if content.lstrip().startswith(b"<"):
        root = defusedxml.ElementTree.fromstring(content)
        return root.tag.rpartition("}")[2].upper(), int(root.attrib["width"]), int(root.attrib["height"])
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return str(image.format), image.width, image.height


def data_uri(fill: str = "#00ff00", size: tuple[int, int] = (4, 4)) -> str:
    """A PNG of one colour as a `data:` URI."""
    return f"data:image/png;base64,{base64.b64encode(png(fill, size)).decode()}"


def png(fill: str = "#00ff00", size: tuple[int, int] = (4, 4)) -> bytes:
    """A PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, fill).save(buffer, "PNG")
    return buffer.getvalue()
