"""Pages become images: by GET and by POST, in every format, as bytes and as a link."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.bannx.images import colour, sha256, what_it_is
from tests.integration.bannx.spaces import PAGE

if TYPE_CHECKING:
    from tests.integration.bannx.spaces import Space

BUILT_IN = {
    "social-card": (1200, 630),
    "square": (1080, 1080),
    "story": (1080, 1920),
    "certificate": (1754, 1240),
    "coming-soon": (1200, 630),
}
MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "webp": b"RIFF", "svg": b"<"}
MEDIA_TYPES = {"png": "image/png", "webp": "image/webp", "svg": "image/svg+xml"}


@pytest.mark.parametrize(("image_format", "media_type"), MEDIA_TYPES.items())
@pytest.mark.requirement("BNX-REN-001", "BNX-REN-002", "BNX-REN-003", "BNX-REN-004", "BNX-FMT-001", "BNX-FMT-002")
@pytest.mark.requirement("BNX-FMT-003", "BNX-FMT-004", "BNX-AUT-001")
def test_get_and_post_give_the_same_image_of_the_format(space: "Space", image_format: str, media_type: str) -> None:
    got, posted = space.get(format=image_format), space.post(pageId="badge", format=image_format)
    assert (got.status_code, got.headers["content-type"]) == (200, media_type)
    assert got.content.startswith(MAGIC[image_format])
    assert what_it_is(got.content) == (image_format.upper(), 64, 32)
    assert (posted.content, posted.headers["content-type"]) == (got.content, media_type)


@pytest.mark.requirement("BNX-FMT-001")
def test_image_without_a_format_is_a_png(space: "Space") -> None:
    assert [what_it_is(it.content)[0] for it in (space.get(), space.post(pageId="badge"))] == ["PNG", "PNG"]


@pytest.mark.requirement("BNX-REN-003")
@pytest.mark.parametrize("page", [page for page in BUILT_IN if page != "coming-soon"])
def test_every_space_has_the_built_in_pages(new_space: "Space", page: str) -> None:
    assert what_it_is(new_space.get(page).content) == ("PNG", *BUILT_IN[page])


@pytest.mark.requirement("BNX-REN-007", "BNX-REN-009")
def test_built_in_draft_is_rendered_only_as_a_draft(new_space: "Space") -> None:
    answers = [new_space.get("coming-soon", draft="true"), new_space.post(pageId="coming-soon", draft=True)]
    assert [what_it_is(it.content) for it in answers] == [("PNG", 1200, 630)] * 2
    refused = [new_space.get("coming-soon"), new_space.get("coming-soon", draft="false")]
    refused += [new_space.post(pageId="coming-soon"), new_space.post(pageId="coming-soon", draft=False)]
    assert [it.status_code for it in refused] == [404] * 4


@pytest.mark.requirement("BNX-BOD-004")
def test_page_in_the_body_is_rendered_with_its_variables(new_space: "Space") -> None:
    page = {name: value for name, value in PAGE.items() if name not in {"id", "name"}}
    answers = [
        new_space.post(page=page),
        new_space.post(page=page, templateVariables={"ground": "#010203"}),
        new_space.post(page=page, globalVariables={"ground": "#040506"}),
        new_space.post(page=page, globalVariables={"ground": "#040506"}, templateVariables={"ground": "#010203"}),
        new_space.post(page=page, templateVariables={"ground": "#010203"}, tweaks={"ground": "#070809"}),
    ]
    assert [colour(it, 30, 30) for it in answers] == ["#336699", "#010203", "#040506", "#010203", "#070809"]


@pytest.mark.requirement("BNX-BOD-004")
@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ({"templateVariables": {"ground": "#010203"}, "tweaks": {"v-ground": "#070809"}}, "#070809"),
        ({"templateVariables": {"v-ground": "#010203"}, "tweaks": {"ground": "#070809"}}, "#070809"),
        ({"globalVariables": {"ground": "#010203"}, "templateVariables": {"v-ground": "#070809"}}, "#070809"),
        ({"globalVariables": {"v-ground": "#010203"}, "templateVariables": {"ground": "#070809"}}, "#070809"),
    ],
)
def test_later_scope_wins_whether_it_names_the_variable_or_its_id(
    new_space: "Space", scopes: dict[str, Any], expected: str
) -> None:
    assert colour(new_space.post(page=dict(PAGE), **scopes), 30, 30) == expected


def test_page_in_the_body_is_not_kept(new_space: "Space") -> None:
    new_space.post(page=dict(PAGE))
    assert (new_space.get().status_code, "badge" in new_space.pages()) == (404, False)


def test_page_id_is_taken_where_there_is_a_page_too(space: "Space") -> None:
    both = space.post(pageId="badge", page={**PAGE, "backgroundColor": "#000000", "layers": []})
    assert both.content == space.get().content


@pytest.mark.requirement("BNX-REN-004", "BNX-TWK-005")
def test_equal_requests_give_equal_bytes(space: "Space") -> None:
    first = space.get()
    space.get(tweaks='{"text": "other"}')
    assert space.get().content == first.content


# As JSON with a link.


@pytest.mark.parametrize("image_format", MEDIA_TYPES)
@pytest.mark.requirement("BNX-REN-010", "BNX-REN-011")
def test_link_gives_the_image_before_and_after_the_callback(space: "Space", image_format: str) -> None:
    space.tell("upload", "hang")
    answer = space.get(format=image_format, output="json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert {name: value for name, value in answer.json().items() if name not in {"timings", "file"}} == {
        "pageId": "badge",
        "templateId": None,
        "renderType": "proofreel",
        "format": image_format,
        "width": 64,
        "height": 32,
    }
    expected = sha256(space.get(format=image_format).content)
    before = space.file(answer.json()["file"]["url"])
    space.reset()
    space.has()
    again = space.post(pageId="badge", format=image_format, output="json").json()["file"]["url"]
    space.settle()
    after = space.file(again)
    assert [sha256(before.content), sha256(after.content)] == [expected, expected]
    assert [it.headers["content-type"] for it in (before, after)] == [MEDIA_TYPES[image_format]] * 2


def test_time_that_a_render_took_is_told_in_whole_milliseconds(space: "Space") -> None:
    took = space.get(output="json").json()["timings"]["totalMs"]
    assert isinstance(took, int)
    assert took >= 0


def test_inline_page_is_shown_without_an_id_in_json(new_space: "Space") -> None:
    assert new_space.post(page=dict(PAGE), output="json").json()["pageId"] is None


@pytest.mark.parametrize("output", ["binary", "image", "raw"])
def test_bytes_can_be_asked_for(space: "Space", output: str) -> None:
    answers = [space.get(output=output), space.post(pageId="badge", output=output)]
    assert [what_it_is(it.content)[0] for it in answers] == ["PNG", "PNG"]


@pytest.mark.parametrize(
    ("fields", "media_type"),
    [
        ({"binary": True}, "image/png"),
        ({"binary": True, "output": "json"}, "image/png"),
        ({"binary": False}, "image/png"),
        ({"binary": False, "output": "json"}, "application/json"),
    ],
)
def test_binary_in_the_body_asks_for_bytes(space: "Space", fields: dict[str, Any], media_type: str) -> None:
    assert space.post(pageId="badge", **fields).headers["content-type"] == media_type


@pytest.mark.requirement("BNX-OUT-002", "BNX-REN-012")
def test_what_the_document_does_not_name_is_ignored(space: "Space") -> None:
    usual = space.get().content
    extra = {"gt": "x", "demo": "y", "renderType": "html", "templateId": "z", "webhook_url": "http://127.0.0.1:1/"}
    assert [space.get(**extra).content, space.post(pageId="badge", **extra).content] == [usual, usual]


@pytest.mark.requirement("BNX-BOD-003")
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; x=y"])
def test_body_is_read_whatever_its_content_type_says(space: "Space", media_type: str) -> None:
    answer = space.send(b'{"pageId": "badge"}', **{"Content-Type": media_type})
    assert what_it_is(answer.content) == ("PNG", 64, 32)


# Files.


@pytest.mark.parametrize("image_format", MEDIA_TYPES)
def test_file_is_served_so_that_it_can_do_nothing(space: "Space", image_format: str) -> None:
    space.get(format=image_format)
    headers = space.file(space.settled()[0]["file"]["url"]).headers
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert ("sandbox" in policy, "default-src 'none'" in policy, "script" in policy) == (True, True, False)


@pytest.mark.parametrize(
    "name",
    [
        *("none.png", "3f2504e0-4f89-41d3-9a0c-0305e82c3301.png", "..%2f..%2fproofreel.sqlite3", "%00", "x" * 300),
        *(".3f2504e0-4f89-41d3-9a0c-0305e82c3301.png", "3f2504e0-4f89-41d3-9a0c-0305e82c3301.png%0a", "%ff"),
    ],
)
def test_what_is_no_file_is_not_found(new_space: "Space", name: str) -> None:
    assert new_space.client.get(f"/renders/{name}").status_code == 404
