"""`Ricloud-Await`: an answer that is held until the task is over."""

import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Hook, OpenOrganisation, Organisation, Receiver, RunningServer, StartServer

SOON_SECONDS = 8
"""Shorter than any wait that a test asks for, and longer than any answer that is not held takes."""


class Held:
    """A test request in a thread of its own."""

    def __init__(self, organisation: "Organisation", config: int, seconds: str) -> None:
        self._organisation = organisation
        self._path = f"/configs/webhook/{config}/test"
        self._headers = {"Ricloud-Await": seconds}
        self._answers: list[httpx.Response] = []
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    @property
    def is_held(self) -> bool:
        """Whether there is no answer yet."""
        return self._thread.is_alive()

    def answer(self) -> httpx.Response:
        """The answer, which must come soon."""
        self._thread.join(SOON_SECONDS)
        assert self._answers, "the answer is still held"
        return self._answers[0]

    def _ask(self) -> None:
        self._answers.append(self._organisation.client.post(self._path, headers=self._headers))


def held_test(organisation: "Organisation", receiver: "Receiver", hang: Any) -> "tuple[Held, Hook]":
    """A request that waits for a test which its receiver holds."""
    hook = receiver.hook(200, hang)
    config = organisation.valid(hook.url)["id"]
    held = Held(organisation, config, "10")
    hook.next()
    hook.next()
    return held, hook


@pytest.mark.requirement("RCL-TST-018")
@pytest.mark.parametrize(("status", "state"), [(200, "succeeded"), (500, "failed")])
def test_answer_is_held_until_the_task_is_over(
    organisation: "Organisation", receiver: "Receiver", status: int, state: str
) -> None:
    hang = receiver.hang(status)
    held, _ = held_test(organisation, receiver, hang)
    was_held = held.is_held
    hang.released.set()
    assert (was_held, held.answer().status_code, held.answer().json()["state"]) == (True, 201, state)


@pytest.mark.requirement("RCL-TST-018", "RCL-TST-008")
def test_time_that_passes_on_the_clock_ends_the_wait(organisation: "Organisation", receiver: "Receiver") -> None:
    held, _ = held_test(organisation, receiver, receiver.hang())
    organisation.advance(10)
    assert (held.answer().json()["state"], held.answer().json()["error"]) == ("failed", "receiver-timed-out")


@pytest.mark.requirement("RCL-TST-018")
def test_answer_comes_when_its_time_is_over(organisation: "Organisation", receiver: "Receiver") -> None:
    config = organisation.valid(receiver.hook(200, receiver.hang()).url)["id"]
    assert organisation.test(config, **{"Ricloud-Await": "0.2"})["state"] in {"pending", "processing"}


@pytest.mark.requirement("RCL-TST-019", "RCL-TST-020")
@pytest.mark.parametrize("seconds", ["0", "", "soon", "-1", "11", "nan", "1e9"])
def test_answer_is_not_held_without_a_number_from_0_to_10(
    organisation: "Organisation", receiver: "Receiver", seconds: str
) -> None:
    config = organisation.valid(receiver.hook(200, receiver.hang()).url)["id"]
    assert Held(organisation, config, seconds).answer().json()["state"] in {"pending", "processing"}


@pytest.mark.requirement("RCL-TST-019")
def test_creation_is_not_held(organisation: "Organisation", receiver: "Receiver") -> None:
    body, headers = {"url": receiver.hook(receiver.hang()).url}, {"Ricloud-Await": "10"}
    response = organisation.client.post("/configs/webhook", json=body, headers=headers, timeout=SOON_SECONDS)
    assert response.json()["state"] == "new"


def test_reset_lets_a_held_request_go(organisation: "Organisation", receiver: "Receiver") -> None:
    held, _ = held_test(organisation, receiver, receiver.hang())
    organisation.reset()
    assert held.answer().status_code in {201, 404}  # the task as it was, or no more


def test_reset_of_another_organisation_lets_nobody_go(
    organisation: "Organisation", open_organisation: "OpenOrganisation", server: "RunningServer", receiver: "Receiver"
) -> None:
    hang = receiver.hang()
    held, _ = held_test(organisation, receiver, hang)
    open_organisation(server).reset()
    was_held = held.is_held
    hang.released.set()
    assert (was_held, held.answer().json()["state"]) == (True, "succeeded")


def test_stopping_server_lets_a_held_request_go(
    start_server: "StartServer", open_organisation: "OpenOrganisation", receiver: "Receiver"
) -> None:
    running = start_server()
    held, _ = held_test(open_organisation(running), receiver, receiver.hang())
    assert (running.stop(), "Traceback" in running.log) == (0, False)
    assert (held.answer().status_code, held.answer().json()["state"]) == (201, "processing")
