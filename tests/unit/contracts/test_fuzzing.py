import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from contracts.client import Response
from contracts.documents import load_api
from contracts.errors import Unmet
from contracts.fuzzing import NO_BODY, Generated, Mode, follow_links, requests_to

API = load_api("renderio")


class Scripted:
    """A target that takes every submission, and finds the commands that it has taken."""

    def __init__(self, *, breaks_at: int | None = None) -> None:
        self.sent: list[Generated] = []
        self.taken: set[str] = set()
        self._breaks_at = breaks_at

    def send(self, generated: Generated) -> Response:
        self.sent.append(generated)
        if len(self.sent) == self._breaks_at:
            message = "it does not hold"
            raise Unmet(message)
        if generated.operation == "runFfmpegCommand":
            command_id = f"command-{len(self.sent)}"
            self.taken.add(command_id)
            return self._answer(200, {"command_id": command_id})
        return self._answer(200 if generated.parameters.get("commandId") in self.taken else 404, {})

    @staticmethod
    def _answer(status: int, content: dict[str, str]) -> Response:
        return Response(status, httpx.Headers({"Content-Type": "application/json"}), json.dumps(content).encode(), 0)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("operation", ["setWebhookConfig", "runFfmpegCommand"])
def test_requests_repeat_for_the_same_seed(operation: str, mode: Mode) -> None:
    first = requests_to(API, operation, mode, count=5, seed=7)
    assert first == requests_to(API, operation, mode, count=5, seed=7)
    assert {generated.operation for generated in first} == {operation}


def test_valid_requests_keep_the_schema_and_invalid_ones_go_through_its_points() -> None:
    valid = requests_to(API, "runFfmpegCommand", Mode.POSITIVE, count=5, seed=1)
    assert not [problem for each in valid for problem in API.violations("CommandRequest", each.body)]
    invalid = [each.body for each in requests_to(API, "runFfmpegCommand", Mode.NEGATIVE, count=1, seed=1)]
    bodies = [body for body in invalid if isinstance(body, dict)]
    for key in ("input_files", "output_files", "ffmpeg_command"):
        assert any(key not in body for body in bodies)
        assert any(key in body and isinstance(body[key], bool) for body in bodies)


def test_operation_without_a_body_gets_none() -> None:
    [generated] = requests_to(API, "getWebhookConfig", Mode.POSITIVE, count=5, seed=1)
    assert generated.body is NO_BODY


def test_chains_follow_the_links_of_the_document() -> None:
    target = Scripted()
    follow_links(API, target.send, chains=5, steps=6, seed=1)
    polled = {each.parameters["commandId"] for each in target.sent if each.operation == "getCommand"}
    assert polled & target.taken
    assert len(target.sent) <= 5 * 6


def test_what_sending_raises_ends_the_chains() -> None:
    target = Scripted(breaks_at=3)
    with pytest.raises(Unmet, match="it does not hold"):
        follow_links(API, target.send, chains=5, steps=6, seed=1)
    assert len(target.sent) == 3


def test_several_threads_make_up_requests_at_once() -> None:
    def make_up(seed: int) -> int:
        follow_links(API, Scripted().send, chains=1, steps=2, seed=seed)
        return len(requests_to(API, "setWebhookConfig", Mode.NEGATIVE, count=3, seed=seed))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(make_up, range(8)))


RICLOUD = load_api("ricloud")


@pytest.mark.parametrize("operation", ["listWebhookConfigs", "createWebhookConfig", "testWebhookConfig"])
def test_broken_requests_are_broken_in_what_is_sent(operation: str) -> None:
    valid = {(each.path(RICLOUD), repr(each.body)) for each in _made_up(operation, Mode.POSITIVE)}
    broken = {(each.path(RICLOUD), repr(each.body)) for each in _made_up(operation, Mode.NEGATIVE)}
    assert valid
    assert broken
    assert not valid & broken


def test_operation_whose_headers_alone_can_be_broken_has_no_broken_requests() -> None:
    assert _made_up("retrieveCurrentKey", Mode.NEGATIVE) == []


def test_query_stands_in_the_path() -> None:
    generated = Generated(
        "listTasks", {}, NO_BODY, Mode.POSITIVE, (("date_created[gt]", "2026-01-01 é"), ("limit", "1"))
    )
    assert generated.path(RICLOUD) == "/tasks?date_created%5Bgt%5D=2026-01-01%20%C3%A9&limit=1"
    assert _made_up("listTasks", Mode.POSITIVE)[0].query


def test_path_parameters_are_filled_in_as_they_stand() -> None:
    generated = Generated("retrieveTask", {"taskId": "a%2Fb"}, NO_BODY, Mode.POSITIVE)
    assert generated.path(RICLOUD) == "/tasks/a%2Fb"


def _made_up(operation: str, mode: Mode) -> list[Generated]:
    return list(requests_to(RICLOUD, operation, mode, count=4, seed=1))


BANNX = load_api("bannx")


@pytest.mark.parametrize("operation", ["renderPage", "renderPost"])
def test_renders_are_made_up_without_a_credential_among_them(operation: str) -> None:
    for mode in Mode:
        made_up = requests_to(BANNX, operation, mode, count=5, seed=1)
        assert {each.operation for each in made_up} == {operation}
        assert all(each.path(BANNX).startswith("/api/render") for each in made_up)


def test_made_up_bodies_of_renders_keep_to_the_document() -> None:
    made_up = requests_to(BANNX, "renderPost", Mode.POSITIVE, count=5, seed=1)
    assert [problem for each in made_up for problem in BANNX.violations("RenderRequest", each.body)] == []
