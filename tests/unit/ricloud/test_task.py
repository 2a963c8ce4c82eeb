"""Why a test has failed, in a code and in words."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.documents import load
from mockserver.ricloud.task import Failure, Task, failure
from mockserver.webhooks.delivery import Answer, Attempt, Outcome, Silence

POLICY = load("ricloud").policies["webhookConfigTest"]


def failed(outcome: Outcome, *, after_ms: int = 0) -> Failure:
    return failure(Attempt(1, 1, "http://x/", 1000, 1000 + after_ms, outcome), POLICY)


@pytest.mark.requirement("RCL-TSK-004", "RCL-TSK-005")
@pytest.mark.parametrize(
    ("outcome", "after_ms", "expected"),
    [
        (Answer(500), 0, Failure("receiver-refused", "The receiver answered 500.")),
        (Answer(404), 0, Failure("receiver-refused", "The receiver answered 404.")),
        (Answer(199), 0, Failure("receiver-refused", "The receiver answered 199.")),
        (
            Answer(301, "http://y/"),
            0,
            Failure("receiver-redirected", "The receiver redirected to http://y/ (301); redirects are not followed."),
        ),
        (Answer(399), 0, Failure("receiver-redirected", "The receiver redirected (399); redirects are not followed.")),
        (
            Silence("no answer within 10 s"),
            10_000,
            Failure("receiver-timed-out", "The receiver gave no answer within 10 s."),
        ),
        (
            Silence("connection refused"),
            0,
            Failure("receiver-unreachable", "The receiver could not be reached: connection refused."),
        ),
        (
            Silence("the connection broke: Server disconnected."),
            0,
            Failure(
                "receiver-unreachable",
                "The receiver could not be reached: the connection broke: Server disconnected.",
            ),
        ),
        (
            Silence("connection refused"),
            9_999,
            Failure("receiver-unreachable", "The receiver could not be reached: connection refused."),
        ),
    ],
)
def test_failure_says_what_the_receiver_did(outcome: Outcome, after_ms: int, expected: Failure) -> None:
    assert failed(outcome, after_ms=after_ms) == expected


@pytest.mark.requirement("RCL-TSK-004")
@given(st.integers(100, 999).filter(lambda status: not POLICY.is_success(status)))
def test_every_status_that_does_not_deliver_is_named(status: int) -> None:
    assert str(status) in failed(Answer(status)).message


def test_place_that_a_receiver_redirects_to_is_told_in_short() -> None:
    message = failed(Answer(302, "http://y/" + "a" * 50_000)).message
    assert ("http://y/aaa" in message, len(message) < 1_000) == (True, True)


@pytest.mark.requirement("RCL-TSK-006")
@pytest.mark.parametrize(
    ("state", "is_over"), [("pending", False), ("processing", False), ("succeeded", True), ("failed", True)]
)
def test_task_is_over_at_its_outcome(
    state: Literal["pending", "processing", "succeeded", "failed"],
    is_over: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert Task("t", "w", "webhook_config.test", 1, state, None, 0).is_over == is_over
