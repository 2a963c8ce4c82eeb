"""The test of a webhook config: what its receiver gets, and what becomes of config, task and event."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Organisation, Receiver

Broken = Callable[["Receiver"], str]

NOWHERE = "http://127.0.0.1:1/hook"


def answering(status: int) -> Broken:
    """A receiver that always answers so."""
    return lambda receiver: receiver.hook(then=status).url


BROKEN: dict[str, tuple[Broken, str, str]] = {
    "down": (lambda _: NOWHERE, "receiver-unreachable", "The receiver could not be reached"),
    "unknown": (lambda _: "http://no-such-host.invalid/", "receiver-unreachable", "The receiver could not be reached"),
    "not http": (
        lambda receiver: receiver.url.replace("http:", "https:"),
        "receiver-unreachable",
        "The receiver could not be reached",
    ),
    "hangs up": (
        lambda receiver: receiver.hook(then=receiver.drop()).url,
        "receiver-unreachable",
        "The receiver could not be reached",
    ),
    "slow": (
        lambda receiver: receiver.hook(then=receiver.hang()).url,
        "receiver-timed-out",
        "The receiver gave no answer within 10 s.",
    ),
    "redirects": (
        lambda receiver: receiver.hook(then=receiver.redirect(receiver.clip_url)).url,
        "receiver-redirected",
        "redirects are not followed",
    ),
    "moved for good": (
        lambda receiver: receiver.hook(then=receiver.redirect(receiver.clip_url, 308)).url,
        "receiver-redirected",
        "(308)",
    ),
    **{
        f"answers {status}": (answering(status), "receiver-refused", f"The receiver answered {status}.")
        for status in (400, 401, 404, 410, 429, 500, 503)
    },
    "has no such page": (lambda receiver: f"{receiver.url}/nothing", "receiver-refused", "The receiver answered 404."),
}
"""By name: a receiver that cannot take the test, and what the task then says: the code, and some of the words."""


@pytest.fixture(params=BROKEN)
def broken(request: pytest.FixtureRequest, receiver: "Receiver") -> tuple[str, str, str]:
    """The URL of each receiver that cannot take the test, with the code and the words."""
    make, code, words = BROKEN[request.param]
    return make(receiver), code, words


@pytest.mark.requirement("RCL-TST-005", "RCL-TST-006", "RCL-TST-007", "RCL-TST-008", "RCL-TSK-004", "RCL-TSK-005")
def test_receiver_that_cannot_take_it_ends_as_invalid_with_a_task_that_says_why(
    organisation: "Organisation", broken: tuple[str, str, str]
) -> None:
    url, code, words = broken
    config = organisation.create(url)["id"]
    organisation.advance(10)
    [task], [event] = organisation.tasks()["data"], organisation.events()["data"]
    assert (organisation.config(config)["state"], task["state"], task["error"]) == ("invalid", "failed", code)
    assert (words in task["message"], event["state"], event["date_delivered"]) == (True, "failed", None)


@pytest.mark.requirement("RCL-TST-011", "RCL-TSK-003")
def test_config_is_valid_when_it_is_tested_after_the_repair(
    organisation: "Organisation", receiver: "Receiver", broken: tuple[str, str, str]
) -> None:
    config = organisation.create(broken[0])["id"]
    organisation.advance(10)
    organisation.update(config, url=receiver.hook(500).url)
    assert organisation.outcome(config)["state"] == "invalid"
    task = organisation.tested(config)
    assert (task["state"], task["error"], organisation.config(config)["state"]) == ("succeeded", None, "valid")


@pytest.mark.requirement("RCL-TST-012")
def test_config_is_invalid_when_it_is_tested_after_its_receiver_broke(
    organisation: "Organisation", receiver: "Receiver"
) -> None:
    config = organisation.valid(receiver.hook(200, then=503).url)["id"]
    task = organisation.tested(config)
    assert (task["state"], organisation.config(config)["state"]) == ("failed", "invalid")


@pytest.mark.requirement("RCL-TST-003", "RCL-TST-004", "RCL-TST-010")
@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 226, 299])
def test_every_2xx_accepts(organisation: "Organisation", receiver: "Receiver", status: int) -> None:
    assert organisation.valid(receiver.hook(status, then=500).url)["state"] == "valid"


@pytest.mark.requirement("RCL-TST-004", "RCL-TST-009")
def test_receiver_may_take_ten_seconds(organisation: "Organisation", receiver: "Receiver") -> None:
    hang = receiver.hang()
    config = organisation.create(receiver.hook(hang).url)["id"]
    organisation.advance(9.999)
    held = (organisation.config(config)["state"], organisation.tasks()["data"][0]["state"])
    hang.released.set()
    organisation.answered()
    assert (held, organisation.outcome(config)["state"]) == (("new", "processing"), "valid")


@pytest.mark.requirement("RCL-TST-007")
def test_redirect_leads_nowhere(organisation: "Organisation", receiver: "Receiver") -> None:
    target = receiver.hook()
    config = organisation.create(receiver.hook(receiver.redirect(target.url, 307)).url)["id"]
    assert (organisation.outcome(config)["state"], target.count) == ("invalid", 0)


@pytest.mark.requirement("RCL-TST-021", "RCL-EVT-016")
@pytest.mark.parametrize("status", [200, 500])
def test_test_is_one_attempt(organisation: "Organisation", receiver: "Receiver", status: int) -> None:
    hook = receiver.hook(then=status)
    organisation.create(hook.url)
    organisation.advance(1_000_000)
    assert hook.count == 1


# What happens when, and what shows when.


@pytest.mark.requirement("RCL-STA-001", "RCL-TST-019", "RCL-TST-025", "RCL-TSK-002", "RCL-TSK-010")
def test_everything_waits_while_the_receiver_holds_the_test(organisation: "Organisation", receiver: "Receiver") -> None:
    hang = receiver.hang()
    hook = receiver.hook(hang)
    config = organisation.create(hook.url)["id"]
    hook.next()
    [task], [event] = organisation.tasks()["data"], organisation.events()["data"]
    assert (organisation.config(config)["state"], task["state"], event["state"]) == ("new", "processing", "pending")
    assert (task["date_completed"], event["date_delivered"], event["retries"]) == (None, None, 0)
    hang.released.set()
    assert (organisation.ended(task["id"])["state"], organisation.config(config)["state"]) == ("succeeded", "valid")


@pytest.mark.requirement("RCL-TSK-010", "RCL-EVT-011")
def test_moments_are_those_of_the_workspaces_clock(organisation: "Organisation", receiver: "Receiver") -> None:
    hang = receiver.hang()
    config = organisation.create(receiver.hook(hang).url)
    organisation.advance(7)
    hang.released.set()
    organisation.answered()
    [task], [event] = organisation.tasks()["data"], organisation.events()["data"]
    began = organisation.milliseconds(config["date_created"])
    moments = [task["date_created"], task["date_started"], task["date_completed"], event["date_delivered"]]
    assert [organisation.milliseconds(moment) - began for moment in moments] == [0, 0, 7000, 7000]


@pytest.mark.requirement("RCL-TST-026")
@pytest.mark.parametrize("before", ["valid", "invalid"])
def test_state_stays_until_a_test_is_over(organisation: "Organisation", receiver: "Receiver", before: str) -> None:
    hang = receiver.hang(500 if before == "valid" else 200)
    hook = receiver.hook(200 if before == "valid" else 500, hang)
    config = organisation.outcome(organisation.create(hook.url)["id"])
    task = organisation.test(config["id"])["id"]
    hook.next()
    hook.next()
    during = organisation.config(config["id"])["state"]
    hang.released.set()
    organisation.ended(task)
    assert (config["state"], during) == (before, before)
    assert organisation.config(config["id"])["state"] != before


@pytest.mark.requirement("RCL-TST-022", "RCL-UPD-003")
def test_test_of_the_earlier_url_does_not_decide(organisation: "Organisation", receiver: "Receiver") -> None:
    hang = receiver.hang()
    first, second = receiver.hook(hang), receiver.hook(500)
    config = organisation.create(first.url)["id"]
    first.next()
    organisation.update(config, url=second.url)
    second.next()
    hang.released.set()
    tasks = [organisation.ended(task["id"])["state"] for task in organisation.tasks()["data"]]
    assert (tasks, organisation.config(config)["state"]) == (["failed", "succeeded"], "invalid")


@pytest.mark.requirement("RCL-TST-023", "RCL-STA-006")
@pytest.mark.parametrize("status", [200, 500])
def test_test_under_way_does_not_undo_a_deactivation(
    organisation: "Organisation", receiver: "Receiver", status: int
) -> None:
    hang = receiver.hang(status)
    hook = receiver.hook(hang)
    config = organisation.create(hook.url)["id"]
    hook.next()
    organisation.update(config, state="deactivated")
    hang.released.set()
    organisation.ended(organisation.tasks()["data"][0]["id"])
    assert organisation.config(config)["state"] == "deactivated"


@pytest.mark.requirement("RCL-TST-024")
def test_of_two_tests_the_one_that_began_last_decides(organisation: "Organisation", receiver: "Receiver") -> None:
    first, second = receiver.hang(), receiver.hang(500)
    hook = receiver.hook(200, first, second)
    config = organisation.valid(hook.url)["id"]
    tasks = [organisation.test(config)["id"] for _ in range(2)]
    for _ in range(3):
        hook.next()
    second.released.set()
    ended = [organisation.ended(tasks[1])["state"]]
    first.released.set()
    ended.append(organisation.ended(tasks[0])["state"])
    assert (organisation.config(config)["state"], ended) == ("invalid", ["failed", "succeeded"])


@pytest.mark.requirement("RCL-TST-013", "RCL-TST-002")
def test_test_concerns_its_own_config_alone(organisation: "Organisation", receiver: "Receiver") -> None:
    own, other = receiver.hook(200, then=500), receiver.hook()
    ids = [organisation.valid(hook.url)["id"] for hook in (own, other)]
    organisation.tested(ids[0])
    states = [organisation.config(config)["state"] for config in ids]
    assert (states, own.count, other.count) == (["invalid", "valid"], 2, 1)


# The action.


@pytest.mark.requirement("RCL-TST-001", "RCL-TST-014", "RCL-CFG-021")
@pytest.mark.parametrize("content", [b"", b"null", b"{}", b'{"x": 1}'])
@pytest.mark.parametrize("media_type", [None, "application/json", "text/plain"])
def test_test_needs_no_body(organisation: "Organisation", content: bytes, media_type: str | None) -> None:
    config = organisation.create(NOWHERE)["id"]
    headers = {} if media_type is None else {"Content-Type": media_type}
    response = organisation.client.post(f"/configs/webhook/{config}/test", content=content, headers=headers)
    assert (response.status_code, response.json()["type"]) == (201, "webhook_config.test")


@pytest.mark.requirement("RCL-ERR-002", "RCL-ERR-003")
@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b"1", b'"x"', b"nul"])
def test_test_with_a_body_that_is_none_does_nothing(organisation: "Organisation", content: bytes) -> None:
    config = organisation.create(NOWHERE)["id"]
    response = organisation.client.post(f"/configs/webhook/{config}/test", content=content)
    assert (response.status_code, response.json()["error"]) == (400, "invalid-body")
    assert organisation.tasks()["total_count"] == 1


@pytest.mark.requirement("RCL-TST-015", "RCL-ERR-010")
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_test_by_another_method_does_nothing(organisation: "Organisation", method: str) -> None:
    config = organisation.create(NOWHERE)["id"]
    response = organisation.client.request(method, f"/configs/webhook/{config}/test")
    assert (response.status_code, response.json()["error"]) == (405, "method-not-allowed")
    assert organisation.tasks()["total_count"] == 1


@pytest.mark.requirement("RCL-TST-017", "RCL-TSK-001", "RCL-TSK-008", "RCL-TSK-009")
def test_test_answers_with_its_task(organisation: "Organisation", receiver: "Receiver") -> None:
    config = organisation.valid(receiver.hook().url)
    task = organisation.test(config["id"])
    shown: dict[str, Any] = {name: task[name] for name in ("resource", "organisation", "key", "type", "target")}
    assert shown == {
        "resource": "task",
        "organisation": config["organisation"],
        "key": organisation.api_key()["id"],
        "type": "webhook_config.test",
        "target": str(config["id"]),
    }
    organisation.settle()
    over = organisation.task(task["id"])
    assert {name for name in task if task[name] != over[name]} == {"state", "date_started", "date_completed"}


@pytest.mark.requirement("RCL-TSK-011")
def test_everything_that_tests_makes_a_task_of_its_own(organisation: "Organisation", receiver: "Receiver") -> None:
    config = organisation.valid(receiver.hook().url)["id"]
    organisation.update(config, url=receiver.hook().url)
    begun = organisation.test(config)["id"]
    tasks = organisation.tasks()["data"]
    assert (len({task["id"] for task in tasks}), tasks[0]["id"]) == (3, begun)
