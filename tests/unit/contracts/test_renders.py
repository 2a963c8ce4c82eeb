"""What a target tells of its renders, credits and pages by the control protocol, and what is no answer."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.client import Address, Client
from contracts.control import SETTLE_SECONDS, Control, Offer
from contracts.documents import Credential
from contracts.errors import NoAnswerError
from contracts.pages import Page
from contracts.receiver import Inbox, Receiver, Reply
from contracts.record import Exchange, Record
from contracts.renders import Fault, LoggedRender, Step, StoredFile, read_renders

CREDENTIAL = Credential("Authorization", "Bearer", ".*", "token")
DIGEST = "0f" * 32
FILE = {"url": "http://a.test/renders/1.png", "content_type": "image/png", "size": 31204, "sha256": DIGEST}
RENDER = {"request_id": "r1", "page_id": "card", "status": 200, "created_at": "2026-01-01t00:00:05.250z", "file": FILE}


@pytest.fixture(scope="module")
def running() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def target(running: Receiver) -> Iterator[Inbox]:
    """A control protocol that answers by script, at a URL of its own."""
    inbox = running.inbox("control", record=Record())
    yield inbox
    inbox.retire()


@pytest.fixture
def control(target: Inbox) -> Iterator[Control]:
    client = Client(Address(target.url, 0.2), Record(), credential=CREDENTIAL, secret="token")  # noqa: S106 - no worth
    yield Control(Offer(target.url, frozenset({"renders", "callbacks", "pages"})), client)
    client.close()


def says(content: Any, status: int = 200, *, after_seconds: float = 0.0) -> Reply:
    return Reply(status, (("Content-Type", "application/json"),), json.dumps(content).encode(), after_seconds)


def asked(target: Inbox) -> list[tuple[str, str, Any]]:
    """Method, the part of the path after the base, and the body of each call."""
    base = f"/{target.url.rpartition('/')[2]}"
    return [
        (each.method, each.path.partition(base)[2], json.loads(each.body) if each.body else None)
        for each in target.arrivals
    ]


def test_the_log_of_renders_is_read(target: Inbox, control: Control) -> None:
    failed = {
        "request_id": "r2",
        "page_id": None,
        "status": 404,
        "created_at": "2026-01-01T01:00:06+01:00",
        "file": None,
    }
    target.script(says({"renders": [RENDER, failed]}))

    assert control.renders() == (
        LoggedRender(
            "r1",
            "card",
            200,
            datetime(2026, 1, 1, 0, 0, 5, 250_000, tzinfo=UTC),
            StoredFile("http://a.test/renders/1.png", "image/png", 31204, DIGEST),
        ),
        LoggedRender("r2", None, 404, datetime(2026, 1, 1, 0, 0, 6, tzinfo=UTC), None),
    )
    assert asked(target) == [("GET", "/renders", None)]
    assert target.arrivals[0].header("authorization") == "Bearer token"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"request_id": 7}, "request_id of render 1 of the reply is 7, which is no text"),
        ({"page_id": ""}, "page_id of render 1 of the reply is ''"),
        ({"status": "200"}, "status of render 1 of the reply is '200', which is no integer"),
        ({"created_at": "yesterday"}, "created_at of render 1 of the reply is 'yesterday', which is no moment"),
        ({"file": "http://a.test"}, "the file of render 1 of the reply is 'http://a.test', which is no object"),
        ({"file": {**FILE, "size": -1}}, "size of the file of render 1 of the reply is -1"),
        ({"file": {**FILE, "sha256": DIGEST.upper()}}, "which is no SHA-256 in lower-case hex"),
    ],
)
def test_a_malformed_log_says_what_is_wrong(change: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_renders({"renders": [{**RENDER, **change}]})
    assert words in str(caught.value)


CALLS: Mapping[str, Callable[[Control], object]] = {
    "renders": Control.renders,
    "credits": Control.credits,
    "pages": Control.pages,
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer", [says([]), says({}), says("x"), Reply(200, (), b"<html>"), says({}, 500), Reply(404)]
)
def test_another_answer_is_none(target: Inbox, control: Control, call: str, answer: Reply) -> None:
    target.script(answer)
    with pytest.raises(NoAnswerError, match=call):
        CALLS[call](control)


def test_credits_are_a_number(target: Inbox, control: Control) -> None:
    target.script(says({"used": 50}), says({"used": True}))
    assert control.credits() == 50
    with pytest.raises(NoAnswerError, match="used of the reply is True, which is no integer"):
        control.credits()


def test_pages_are_listed(target: Inbox, control: Control) -> None:
    card = {"id": "card", "name": "Card", "width": 12, "height": 9, "published": False, "variables": []}
    target.script(says({"pages": [card]}))
    assert control.pages() == (Page("card", 12, 9, "Card", is_published=False),)


def test_a_step_is_told_to_go_wrong_and_to_work_again(target: Inbox, control: Control) -> None:
    for fault in (Fault.FAIL, Fault.HANG, None):
        control.set_callback_fault(Step.UPLOAD, fault)
    assert asked(target) == [
        ("POST", "/callbacks", {"step": "upload", "fault": each}) for each in ("fail", "hang", None)
    ]


def test_settling_may_take_longer_than_other_calls(target: Inbox, control: Control) -> None:
    assert SETTLE_SECONDS == 60.0
    target.script(says({}, after_seconds=0.5))
    control.settle()
    assert asked(target) == [("POST", "/callbacks/settle", None)]


def test_calls_are_evidence(target: Inbox, control: Control) -> None:
    target.script(says({"used": 1}))
    control.credits()
    (seen,) = control._client.record.entries
    assert isinstance(seen, Exchange)
    assert seen.url == f"{target.url}/credits"
