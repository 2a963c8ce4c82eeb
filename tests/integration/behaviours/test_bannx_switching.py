"""Bannx's behaviours are switched on and off in spaces, and by the command line in all of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.behaviours.catalogue import load
from mockserver.errors import UnusableOptionError
from mockserver.outbound.guard import LoopbackGuard
from mockserver.settings import Settings
from tests.integration.bannx.images import data_uri
from tests.integration.bannx.spaces import PAGE, Space
from tests.integration.behaviours.studio import Studio, has, pages_of

RENDER, PAGE_PATH = "/api/render", "/api/render/square"
TOKEN = {"Authorization": "Bearer valid"}
BODY = {"pageId": "square"}
OF_SPACES = [it.id for it in load("bannx") if it.scope == "workspace"]


def active(studio: Studio) -> list[str]:
    return [it["id"] for it in studio.space.control("GET", "behaviours")["behaviours"] if it["active"]]


def test_list_is_the_catalogue_of_the_spaces_api(studio: Studio) -> None:
    listed = studio.space.control("GET", "behaviours")["behaviours"]
    assert [it["id"] for it in listed] == [it.id for it in load("bannx")]
    assert all(it["requirements"] and it["statement"] and not it["active"] for it in listed)


def test_behaviour_of_another_api_is_unknown(studio: Studio) -> None:
    refused = studio.space.control("PUT", "behaviours", {"active": ["put-keeps-url"]}, status=422)
    assert "there is no behaviour 'put-keeps-url'" in refused["detail"][0]["msg"]


def test_behaviour_of_the_server_is_refused_in_a_space(studio: Studio) -> None:
    refused = studio.space.control("PUT", "behaviours", {"active": ["word-bearer-must-be-exact"]}, status=422)
    assert "start it with --behave word-bearer-must-be-exact" in refused["detail"][0]["msg"]


def test_empty_list_brings_the_clean_server_back(studio: Studio) -> None:
    studio.behave("get-answers-202", "images-are-webp-by-default")
    assert studio.space.get().status_code == 202
    assert studio.behave() == []
    assert has(studio.space.get()) == "PNG"


def test_reset_switches_behaviours_off_and_forgets_what_they_remember(studio: Studio) -> None:
    studio.behave("tweaks-stick-to-their-page")
    plain = studio.other.get().content
    assert studio.space.get(query="tweak:text=Bob").content == studio.space.get().content != plain
    studio.space.reset()
    assert active(studio) == []
    studio.behave("tweaks-stick-to-their-page")
    assert studio.space.has().get().content == plain


def test_several_behaviours_hold_at_once(studio: Studio) -> None:
    studio.behave("unknown-format-is-415", "errors-are-code-and-message", "unknown-tweak-is-refused", "get-answers-202")
    answers = [studio.space.get(query=query) for query in ("format=bmp", "tweak:none=1", "tweak:text=Bob")]
    assert [answer.status_code for answer in answers] == [415, 400, 202]
    assert [sorted(answer.json()) for answer in answers[:2]] == [["message", "statusCode"]] * 2


def test_behaviours_around_the_same_answer_go_together(studio: Studio) -> None:
    studio.behave(
        "images-are-webp-by-default", "webp-is-a-png", "request-id-is-in-a-header", "failed-upload-cuts-the-image"
    )
    response = studio.space.get()
    assert (has(response), response.headers["content-type"]) == ("PNG", "image/webp")
    assert response.headers["X-Request-Id"] == studio.newest()["request_id"]
    assert has(studio.failing("upload")) == "no image"


def test_behaviours_of_the_same_log_go_together(studio: Studio) -> None:
    studio.behave("log-says-202", "log-does-not-name-pages", "render-counts-two-credits", "render-is-logged-twice")
    studio.space.get()
    assert [(entry["status"], entry["page_id"]) for entry in studio.logged()] == [(202, None)] * 2
    assert studio.space.credits() == 2


@pytest.mark.parametrize("behaviour", OF_SPACES)
def test_no_behaviour_breaks_the_server(studio: Studio, behaviour: str) -> None:
    """A whole life of a space, right and wrong requests included, without an answer of the 5xx kind but those meant."""
    studio.behave(behaviour)
    space = pages_of(studio.space, ["first", "second"])
    space.create({**PAGE, "id": "draft"})
    inline = {name: value for name, value in PAGE.items() if name != "id"}
    queries = (
        "", "format=webp", "format=svg&tweaks=%7B%22text%22:%22%26%22%7D", "output=json", "draft=true",
        "tweak:text=Bob&tweak:v-part=5&tweaks=%7B%22part%22:7%7D", "tweak:marked=true&tweak:none=1&tweak:text=%C3%BC",
        "tweaks=%7B", "tweaks=[]", "tweak:part=x", "format=bmp", "draft=x", "tweak:=1", "x=1&webhook_url=no",
    )  # fmt: skip
    answers = [space.get("first", query) for query in queries]
    answers += [space.get(page) for page in ("draft", "gone")]
    bodies: list[Mapping[str, Any]] = [
        {"pageId": "first"}, {"pageId": "first", "tweaks": {"v-text": "щ", "part": 3, "portrait": data_uri()}},
        {"pageId": "second", "format": "svg", "output": "json"}, {"page": inline, "templateVariables": {"text": "x"}},
        {"pageId": "gone"}, {"pageId": "draft", "draft": True}, {}, {"pageId": 1}, {"pageId": "first", "format": "bmp"},
        {"pageId": "first", "tweaks": []}, {"pageId": "first", "callback_url": "no", "binary": True},
    ]  # fmt: skip
    answers += [space.post(**body) for body in bodies]
    answers += [space.send(content) for content in (b"", b"[]", b"{", b'{"pageId":"first"}')]
    studio.failing("upload")
    studio.at_once(*(lambda: space.get("first"), lambda: space.get("second")))
    space.settled()
    space.credits()
    space.control("PUT", "pages/first", {**PAGE, "id": "first", "backgroundColor": "#123456"})
    space.publish("first")
    answers.append(space.get("first"))
    meant = "502" in behaviour or "500" in behaviour
    assert [(answer.request.url, answer.text) for answer in answers if answer.status_code >= 500 and not meant] == []
    space.reset()


# Of the whole server.


@contextmanager
def standing(*identifiers: str) -> Iterator[httpx.Client]:
    """A server with these behaviours."""
    settings = Settings(behaviours=identifiers, parallel_renders=0, guard=LoopbackGuard())
    with TestClient(create_app(settings), base_url="http://testserver.local") as client:
        yield client


def statuses(client: httpx.Client, headers: Mapping[str, str], query: str = "") -> list[int]:
    """What a GET and a POST are answered."""
    return [
        client.get(f"{PAGE_PATH}{query}", headers=headers).status_code,
        client.post(f"{RENDER}{query}", headers=headers, json=BODY).status_code,
    ]


BASIC, BARE, LOWER = ({"Authorization": value} for value in ("Basic YTpi", "abc", "bearer valid"))


@pytest.mark.parametrize(
    ("behaviour", "headers", "query", "expected"),
    [
        ("anonymous-post-is-rendered", {}, "", [401, 200]),
        ("anonymous-get-is-rendered", {}, "", [200, 401]),
        ("anonymous-render-is-403", {}, "", [403, 403]),
        ("other-authorization-to-post-is-rendered", BASIC, "", [401, 200]),
        ("other-authorization-to-post-is-rendered", BARE, "", [401, 200]),
        ("bare-token-to-post-is-rendered", BARE, "", [401, 200]),
        ("other-authorization-to-post-is-400", BASIC, "", [401, 400]),
        ("token-in-the-query-is-accepted", {}, "?token=abc", [200, 200]),
        ("token-in-the-query-is-401", {}, "?token=abc", [401, 401]),
        ("token-in-the-query-is-ignored-beside-a-good-one", TOKEN, "?token=abc", [200, 200]),
        ("word-bearer-must-be-exact", LOWER, "", [401, 401]),
        ("other-faults-come-before-the-token", {}, "?format=bmp", [400, 401]),
    ],
)
def test_behaviour_of_the_way_in_shows_what_it_says(
    behaviour: str, headers: Mapping[str, str], query: str, expected: list[int]
) -> None:
    with standing(behaviour) as client:
        assert statuses(client, headers, query) == expected
        assert statuses(client, TOKEN) == [200, 200]
    with standing() as client:
        assert statuses(client, headers, query) != expected


def test_bare_token_lets_no_other_authorization_in() -> None:
    with standing("bare-token-to-post-is-rendered") as client:
        assert statuses(client, BASIC) == [401, 401]


def test_faults_of_a_request_without_a_token_are_told_apart() -> None:
    with standing("other-faults-come-before-the-token") as client:
        assert [client.get(f"{RENDER}/{page}").status_code for page in ("gone", "square")] == [404, 401]


@pytest.mark.parametrize(
    ("behaviours", "expected"),
    [
        ([], [405, 405, 405, 405]),
        (["unknown-method-of-a-render-is-404"], [404, 404, 404, 404]),
        (["index-is-a-path-of-its-own"], [405, 405, 405, 200]),
    ],
)
def test_further_methods_are_those_of_the_behaviours(behaviours: list[str], expected: list[int]) -> None:
    with standing(*behaviours) as client:
        answers = [
            client.delete(PAGE_PATH, headers=TOKEN),
            client.get(RENDER, headers=TOKEN),
            client.post(PAGE_PATH, headers=TOKEN, json=BODY),
            client.post(f"{RENDER}/index", headers=TOKEN, json=BODY),
        ]
        assert [answer.status_code for answer in answers] == expected


def test_standing_behaviours_hold_in_every_space() -> None:
    with standing("get-answers-202", "word-bearer-must-be-exact") as client:
        for space in (Space(client), Space(client)):
            assert space.get("square").status_code == 202
            space.control("PUT", "behaviours", {"active": ["post-answers-201"]})
            listed = space.control("GET", "behaviours")["behaviours"]
            assert [it["id"] for it in listed if it["active"]] == ["word-bearer-must-be-exact", "post-answers-201"]
            assert [space.get("square").status_code, space.post(**BODY).status_code] == [200, 201]


def test_behaviour_that_opens_spaces_does_not_go_with_keys() -> None:
    settings = Settings(behaviours=("anonymous-post-is-rendered",), api_keys=frozenset({"valid"}))
    with pytest.raises(UnusableOptionError, match="opens accounts for other keys"):
        create_app(settings)
