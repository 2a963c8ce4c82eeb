"""What an answer holds: an image, a link, or an error."""

import json
from typing import Any

import httpx
import pytest

from contracts.checks.bannx.answers import is_image, is_render, link_of, media_type, picture_in, says_error
from contracts.checks.bannx.refusals import trouble_of
from contracts.client import Response

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"/>'
PNG_BEGINNING = b"\x89PNG\r\n\x1a\n"
NITRO = {"error": True, "url": "/api/render/x", "statusCode": 404, "statusMessage": "Not Found", "message": "no"}


def answer(body: bytes, status: int = 200, content_type: str = "application/json") -> Response:
    return Response(status, httpx.Headers({"Content-Type": content_type}), body, 1)


def told(content: Any, status: int = 200) -> Response:
    return answer(json.dumps(content).encode(), status)


def test_an_image_is_known_by_its_bytes_or_by_what_it_is_said_to_be() -> None:
    assert is_image(answer(SVG))
    assert is_image(answer(b"GIF89a", content_type="image/gif"))
    assert not is_image(answer(b"", content_type="image/png"))
    assert not is_image(told(NITRO))


def test_the_media_type_is_told_without_parameters() -> None:
    assert media_type(answer(SVG, content_type="Image/SVG+xml; charset=utf-8")) == "image/svg+xml"
    assert media_type(Response(200, httpx.Headers(), b"", 1)) == ""


@pytest.mark.parametrize(
    ("content", "link"),
    [
        ({"file": {"url": "https://files.example/a.png"}}, "https://files.example/a.png"),
        ({"success": True, "data": {"imageUrl": "/files/a.png"}}, "/files/a.png"),
        ({"results": [{"href": "http://files.example/a.png"}]}, "http://files.example/a.png"),
        ({"webhook_url": "https://hook.example/", "url": "https://files.example/a.png"}, "https://files.example/a.png"),
        ({"file": {"url": ""}, "name": "https://files.example/a.png"}, None),
        ({"file": None}, None),
        (NITRO, None),
        ([{"url": "https://files.example/a.png"}], None),
    ],
)
def test_a_link_is_file_url_or_what_is_named_like_one(content: Any, link: str | None) -> None:
    assert link_of(told(content)) == link


def test_an_image_or_a_link_is_a_render_where_the_status_is_a_success() -> None:
    assert is_render(answer(SVG))
    assert is_render(told({"file": {"url": "/a.png"}}))
    assert not is_render(told({"ok": True}))
    assert not is_render(answer(SVG, 404))


def test_a_broken_image_is_none_and_says_why() -> None:
    picture, trouble = picture_in(answer(PNG_BEGINNING))
    assert picture is None
    assert "broken png" in trouble, trouble
    picture, trouble = picture_in(answer(SVG))
    assert picture is not None
    assert (picture.size, trouble) == ((4, 2), "")


@pytest.mark.parametrize(
    ("response", "trouble"),
    [
        (told(NITRO, 404), None),
        (answer(b"", 401), None),
        (answer(SVG), None),
        (told({"file": {"url": "/a.png"}}), None),
        (told({"error": False, "file": {"url": "/a.png"}}), None),
        (told(NITRO), "BNX-ERR-001"),
        (told({"statusCode": 400}), "BNX-ERR-001"),
        (answer(SVG, 404), "BNX-ERR-001"),
        (told(NITRO, 500), "BNX-ERR-007"),
        (answer(SVG, 500), "BNX-ERR-007"),
        (answer(b"", 302), None),
    ],
)
def test_an_error_is_in_order_without_an_image_and_with_a_status_of_its_own(
    response: Response, trouble: str | None
) -> None:
    assert trouble_of(response) == trouble


def test_a_body_says_that_it_is_an_error_unless_it_has_a_link() -> None:
    assert says_error(told(NITRO))
    assert not says_error(told({"statusCode": 200}))
    assert not says_error(told({"statusCode": "400"}))
    assert not says_error(told({"error": True, "file": {"url": "/a.png"}}))
