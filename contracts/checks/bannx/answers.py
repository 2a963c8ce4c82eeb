"""What an answer holds: an image, a link to one, or an error."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.checks.bannx.calls import FIRST_CLIENT_ERROR
from contracts.client import Response
from contracts.errors import NoImageError
from contracts.images import Picture, decoded, difference, kind_of
from contracts.vector_images import canonical

LINKS = ("url", "href", "src", "link")
"""Ends of the names of properties that hold links."""

NO_LINKS = ("webhook_url", "webhookUrl", "callback_url", "callbackUrl")


def media_type(response: Response) -> str:
    """The type that the answer says it has, without parameters, in lower case."""
    return str(response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def is_image(response: Response) -> bool:
    """Whether the body is an image by its first bytes, or is said to be one."""
    return kind_of(response.body) is not None or (bool(response.body) and media_type(response).startswith("image/"))


def is_render(response: Response) -> bool:
    """Whether this is the answer to a successful render: an image, or JSON with a link to one."""
    return response.is_success and (is_image(response) or link_of(response) is not None)


def file_url(response: Response) -> str | None:
    """The link in `file.url` of a JSON object; None where there is none."""
    file = response.object().get("file")
    url = file.get("url") if isinstance(file, Mapping) else None
    return url if isinstance(url, str) and url else None


def says_error(response: Response) -> bool:
    """Whether the body is that of an error, whatever the status is."""
    content = response.object()
    code = content.get("statusCode")
    is_error = isinstance(code, int) and code >= FIRST_CLIENT_ERROR
    return (is_error or content.get("error") is True) and file_url(response) is None


def link_of(response: Response) -> str | None:
    """The link to the image in an answer that is JSON: `file.url`, else the first that is named like one."""
    if says_error(response):
        return None  # its links lead back to what was asked for
    return file_url(response) or next(_links(response.object()), None)


def _links(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            is_named = str(name).lower().endswith(LINKS) and name not in NO_LINKS
            if is_named and isinstance(inner, str) and inner.startswith(("http://", "https://", "/")):
                yield inner
            yield from _links(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _links(inner)


def picture_in(response: Response) -> tuple[Picture | None, str]:
    """The picture that the body is; None, and what is wrong with it, where it is none."""
    try:
        return decoded(response.body), ""
    except NoImageError as error:
        return None, str(error)


def is_drawing(response: Response) -> bool:
    """Whether the body is an SVG, whatever it says of its size."""
    try:
        canonical(response.body)
    except NoImageError:
        return False
    return True


def are_same(one: Picture, other: Picture) -> bool:
    """Whether two pictures of one kind are the same, pixel for pixel; an SVG and one that is none never are."""
    return one.kind is other.kind and difference(one, other, tolerance=0) == 0
