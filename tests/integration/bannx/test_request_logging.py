"""A server that does not log requests: no log and no ids, and everything else as ever."""

from collections.abc import Iterator

import httpx
import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.integration.bannx.spaces import Space


@pytest.fixture(scope="module")
def silent() -> Iterator[httpx.Client]:
    """A server without the log of requests."""
    settings = Settings(checks_replies=True, parallel_renders=0, request_logging=False)
    with TestClient(create_app(settings), base_url="http://testserver.local") as client:
        yield client


@pytest.mark.requirement("BNX-LOG-013")
def test_renders_are_uploaded_and_counted_without_a_log(silent: httpx.Client) -> None:
    space = Space(silent).has()
    answers = [space.get(), space.get("none"), space.get(output="json")]
    assert [it.status_code for it in answers] == [200, 404, 200]
    assert (space.settled(), space.credits()) == ([], 2)
    assert space.file(answers[2].json()["file"]["url"]).content == answers[0].content


def test_log_is_offered_only_where_there_is_one(silent: httpx.Client, application: httpx.Client) -> None:
    offers = [set(client.get("/_control").json()["capabilities"]) for client in (silent, application)]
    assert offers[1] - offers[0] == {"renders"}
    assert {"callbacks", "pages"} <= offers[0]


def test_failing_upload_is_counted_without_a_log(silent: httpx.Client) -> None:
    space = Space(silent).has()
    space.tell("upload", "fail")
    space.get()
    space.settle()
    assert space.credits() == 1


def test_log_keeps_no_large_text_of_a_refused_request(application: httpx.Client) -> None:
    space = Space(application)
    assert space.post(pageId="x" * 200_000).status_code == 404
    (entry,) = space.renders()
    assert len(entry["page_id"]) < 1_000


def test_list_of_broken_layers_is_refused_without_a_long_search(application: httpx.Client) -> None:
    answer = Space(application).post(page={"width": 16, "height": 16, "layers": [{}] * 60_000})
    assert (answer.status_code, answer.json()["error"]) == (400, True)
    assert len(answer.content) < 2_000
