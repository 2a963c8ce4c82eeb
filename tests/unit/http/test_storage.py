"""Stored files are shown as media, and as nothing that could act on the server's origin."""

import pytest

from mockserver.http.storage import _media_type

HARMLESS = "application/octet-stream"


@pytest.mark.parametrize(
    "name",
    [
        *("a.html", "a.htm", "a.HTML", "a.xhtml", "a.shtml", "a.svg", "a.SVG", "a.svgz", "a.xml", "a.xsl", "a.mhtml"),
        *("a.js", "a.mjs", "a.css", "a.json", "a.txt", "a.csv", "a.pdf", "a.swf", "a.py", "a.unknown", "a.", "a"),
        *("a.mp4.html", "a.html.gz"),
    ],
)
def test_what_could_act_is_only_bytes(name: str) -> None:
    assert _media_type(name) == HARMLESS


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *(("a.mp4", "video/mp4"), ("a.webm", "video/webm"), ("a.MP4", "video/mp4"), ("a.html.mp4", "video/mp4")),
        *(("a.mp3", "audio/mpeg"), ("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.gif", "image/gif")),
        ("a.vtt", "text/vtt"),
    ],
)
def test_media_is_shown_as_what_it_is(name: str, media_type: str) -> None:
    assert _media_type(name) == media_type
