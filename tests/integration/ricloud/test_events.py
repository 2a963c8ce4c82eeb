"""Events: to whom they go, what they say, and the five attempts at their moments on the clock."""

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis import strategies as some

if TYPE_CHECKING:
    from tests.conftest import Arrival, Hook, Organisation, Receiver

NOWHERE = "http://127.0.0.1:1/hook"
WHOLE_SCHEDULE = [0, 300, 2100, 5700, 12900]
"""Seconds after the event, where every failure is instant."""
SLUGS = ["session.expired", "poll.created", "poll.completed", "task.created", "task.succeeded", "task.failed"]


def used(organisation: "Organisation", hook: "Hook") -> Any:
    """A valid config for the hook, which has taken the test, as the organisation's default."""
    config = organisation.valid(hook.url)
    hook.next()
    hook.look = organisation.elapsed
    organisation.elapsed()
    organisation.use(config["id"])
    return config


def moments(hook: "Hook") -> list[float]:
    """When each event came, without the test."""
    return [arrival.seen for arrival in hook.arrivals[1:]]


def is_signed(arrival: "Arrival", secret: str) -> bool:
    """Whether an arrival carries its own body's signature, made of the moment that it names."""
    timestamp, _, digest = (arrival.header("Ricloud-Signature") or "").removeprefix("t=").partition(",s=")
    message = timestamp.encode() + b"." + arrival.body
    return base64.b64decode(digest) == hmac.digest(secret.encode(), message, hashlib.sha256)


def signed_at(arrival: "Arrival") -> int:
    """The Unix seconds that a signature names."""
    return int((arrival.header("Ricloud-Signature") or "").removeprefix("t=").partition(",")[0])


# What is sent.


@pytest.mark.requirement("RCL-EVT-003", "RCL-EVT-004", "RCL-EVT-005", "RCL-EVT-006", "RCL-EVT-007", "RCL-EVT-009")
def test_test_event_is_the_event_about_the_config(organisation: "Organisation", receiver: "Receiver") -> None:
    hook = receiver.hook()
    config = organisation.create(hook.url)
    arrival = hook.next()
    event = arrival.json
    organisation.settle()
    listed = organisation.events()["data"][0]
    assert (event["type"], event["action"], event["state"], event["retries"]) == (
        "webhook_config",
        "test",
        "pending",
        0,
    )
    assert event["data"] == {name: config[name] for name in config if name != "secret"}
    assert {name for name in event if event[name] != listed[name]} == {"state", "date_delivered"}
    assert (arrival.header("Content-Type"), arrival.header("User-Agent")) == ("application/json", "ricloud/3.0")


@pytest.mark.requirement("RCL-EVT-001", "RCL-EVT-004", "RCL-EVT-010", "RCL-EVT-025", "RCL-ORG-001")
@pytest.mark.parametrize("slug", SLUGS)
def test_event_is_sent_with_the_whole_resource(organisation: "Organisation", receiver: "Receiver", slug: str) -> None:
    hook = receiver.hook()
    used(organisation, hook)
    made = organisation.happen(slug, id="7c9e", state="completed", nested={"a": [1, None, "ż"]})
    organisation.settle()
    told, shown = hook.next().json, organisation.event(made["id"])
    about, action = slug.split(".")
    assert (told["type"], told["action"]) == (about, action)
    assert told["data"] == {"resource": about, "id": "7c9e", "state": "completed", "nested": {"a": [1, None, "ż"]}}
    assert {name: told[name] for name in ("id", "data", "date_created")} == {
        name: shown[name] for name in ("id", "data", "date_created")
    }
    assert (made["state"], shown["state"], shown["retries"]) == ("pending", "delivered", 0)


@pytest.mark.requirement("RCL-EVT-002")
@pytest.mark.parametrize("path", ["/hooks/here", "/hooks/here/", "/", "/a/b?c=d&e=%20"])
def test_event_goes_to_the_url_as_it_is(organisation: "Organisation", receiver: "Receiver", path: str) -> None:
    hook = receiver.hook_as(path)
    assert organisation.valid(hook.url)["url"] == hook.url
    assert hook.next().path == path


@pytest.mark.requirement("RCL-SIG-001", "RCL-SIG-003", "RCL-SIG-004", "RCL-SIG-005", "RCL-SIG-006")
def test_test_event_is_signed_with_the_secret_of_its_creation(
    organisation: "Organisation", receiver: "Receiver"
) -> None:
    hook, other = receiver.hook(), receiver.hook()
    config, stranger = organisation.valid(hook.url), organisation.valid(other.url)
    arrival = hook.next()
    assert (is_signed(arrival, config["secret"]), is_signed(arrival, stranger["secret"])) == (True, False)
    assert signed_at(arrival) == organisation.milliseconds(config["date_created"]) // 1000


@pytest.mark.requirement("RCL-SIG-001", "RCL-UPD-014")
def test_update_keeps_the_secret(organisation: "Organisation", receiver: "Receiver") -> None:
    config, hook = organisation.create(NOWHERE), receiver.hook()
    organisation.update(config["id"], url=hook.url)
    assert is_signed(hook.next(), config["secret"])


@pytest.mark.requirement("RCL-SIG-002", "RCL-SIG-007")
def test_every_attempt_is_signed_afresh(organisation: "Organisation", receiver: "Receiver") -> None:
    hook = receiver.hook(200, then=500)
    config = used(organisation, hook)
    created = organisation.milliseconds(organisation.happen()["date_created"]) // 1000
    organisation.advance(20_000)
    attempts = hook.arrivals[1:]
    assert [is_signed(arrival, config["secret"]) for arrival in attempts] == [True] * 5
    assert [signed_at(arrival) - created for arrival in attempts] == WHOLE_SCHEDULE


# To whom.


@pytest.mark.requirement("RCL-ORG-001", "RCL-ORG-002", "RCL-ORG-004", "RCL-ORG-010")
def test_own_config_of_the_key_goes_before_the_default(organisation: "Organisation", receiver: "Receiver") -> None:
    default, own = receiver.hook(), receiver.hook()
    organisation.use(organisation.valid(default.url)["id"])
    organisation.use_with_key(organisation.valid(own.url)["id"])
    counts = []
    organisation.happen()
    organisation.settle()
    counts.append((default.count - 1, own.count - 1))
    organisation.use_with_key(None)
    organisation.happen()
    organisation.settle()
    counts.append((default.count - 1, own.count - 1))
    assert counts == [(0, 1), (1, 1)]


@pytest.mark.requirement("RCL-EVT-022", "RCL-EVT-012", "RCL-ORG-008", "RCL-EVT-021")
@pytest.mark.parametrize("which", ["none", "new", "invalid", "deactivated", "own is invalid"])
def test_event_for_which_there_is_no_valid_config_has_failed(
    organisation: "Organisation", receiver: "Receiver", which: str
) -> None:
    hook = receiver.hook()
    match which:
        case "new":
            organisation.use(organisation.create(receiver.hook(receiver.hang()).url)["id"])
        case "invalid":
            organisation.use(organisation.outcome(organisation.create(NOWHERE)["id"])["id"])
        case "deactivated":
            organisation.use(organisation.valid(hook.url)["id"])
            organisation.update(organisation.configs()["data"][0]["id"], state="deactivated")
        case "own is invalid":
            organisation.use(organisation.valid(hook.url)["id"])
            organisation.use_with_key(organisation.outcome(organisation.create(NOWHERE)["id"])["id"])
    before = hook.count
    event = organisation.happen()
    organisation.advance(100_000)
    shown = organisation.event(event["id"])
    assert (event["state"], shown["state"], shown["date_delivered"], hook.count) == ("failed", "failed", None, before)


@pytest.mark.requirement("RCL-EVT-021")
def test_nothing_of_the_time_out_of_use_is_sent_after_the_revival(
    organisation: "Organisation", receiver: "Receiver"
) -> None:
    hook = receiver.hook()
    config = used(organisation, hook)["id"]
    organisation.update(config, state="deactivated")
    organisation.happen()
    organisation.update(config, state="new")
    organisation.advance(100_000)
    assert [arrival.json["type"] for arrival in hook.arrivals] == ["webhook_config"] * 2


# When.


@pytest.mark.requirement("RCL-EVT-012", "RCL-EVT-014", "RCL-EVT-015", "RCL-EVT-018")
def test_attempts_are_made_by_the_schedule_and_then_no_more(organisation: "Organisation", receiver: "Receiver") -> None:
    hook = receiver.hook(200, then=500)
    config = used(organisation, hook)
    event = organisation.happen()
    organisation.advance(1_000_000)
    told = [arrival.json for arrival in hook.arrivals[1:]]
    assert (moments(hook), [it["retries"] for it in told]) == (WHOLE_SCHEDULE, [0, 1, 2, 3, 4])
    assert {it["id"] for it in told} == {event["id"]}
    shown = organisation.event(event["id"])
    assert (shown["state"], shown["retries"], shown["date_delivered"]) == ("failed", 4, None)
    assert organisation.config(config["id"])["state"] == "valid"


@pytest.mark.requirement("RCL-EVT-013", "RCL-EVT-015", "RCL-EVT-017")
@pytest.mark.parametrize("attempt", range(2, 6))
def test_attempt_is_made_when_it_is_due_and_no_millisecond_before(
    organisation: "Organisation", receiver: "Receiver", attempt: int
) -> None:
    hook = receiver.hook(200, then=500)
    used(organisation, hook)
    event = organisation.happen()
    organisation.advance(WHOLE_SCHEDULE[attempt - 1] - 0.001)
    before, waiting = hook.count - 1, organisation.event(event["id"])
    organisation.advance(0.001)
    shown = organisation.event(event["id"])
    assert (before, hook.count - 1) == (attempt - 1, attempt)
    assert (waiting["state"], waiting["retries"], shown["retries"]) == ("pending", attempt - 2, attempt - 1)


SPANS = some.lists(some.sampled_from([0, 0.001, 1, 299.999, 300, 1800, 3600, 7199.5, 20_000]), max_size=8)


@hypothesis.settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=25,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(spans=SPANS)
def test_every_split_of_an_advance_gives_the_same_history(
    organisation: "Organisation", receiver: "Receiver", spans: list[float]
) -> None:
    organisation.reset()
    organisation._start = None
    hook = receiver.hook(200, then=500)
    used(organisation, hook)
    event = organisation.happen()
    for span in spans:
        organisation.advance(span)
    organisation.advance(1_000_000)
    shown = organisation.event(event["id"])
    assert (moments(hook), shown["state"], shown["retries"]) == (WHOLE_SCHEDULE, "failed", 4)


@pytest.mark.requirement("RCL-EVT-011", "RCL-EVT-016", "RCL-EVT-017")
@pytest.mark.parametrize("failures", range(5))
def test_event_is_delivered_once_and_then_left(
    organisation: "Organisation", receiver: "Receiver", failures: int
) -> None:
    hook = receiver.hook(200, *[503] * failures)
    used(organisation, hook)
    event = organisation.happen()
    organisation.advance(1_000_000)
    shown = organisation.event(event["id"])
    taken_s = (
        organisation.milliseconds(shown["date_delivered"]) - organisation.milliseconds(shown["date_created"])
    ) / 1000
    assert (shown["state"], shown["retries"], hook.count - 1) == ("delivered", failures, failures + 1)
    assert taken_s == WHOLE_SCHEDULE[failures]


@pytest.mark.requirement("RCL-EVT-013", "RCL-EVT-015")
def test_retry_counts_from_the_timeout(organisation: "Organisation", receiver: "Receiver") -> None:
    hook = receiver.hook(200, receiver.hang())
    used(organisation, hook)
    organisation.happen()
    organisation.advance(310)
    assert moments(hook) == [0, 310]


@pytest.mark.requirement("RCL-EVT-013")
@pytest.mark.parametrize("status", [300, 301, 304, 307, 400, 404, 410, 429, 500, 599])
def test_every_status_beyond_2xx_is_tried_again(
    organisation: "Organisation", receiver: "Receiver", status: int
) -> None:
    hook = receiver.hook(200, status)
    used(organisation, hook)
    organisation.happen()
    organisation.advance(300)
    assert hook.count == 3


@pytest.mark.requirement("RCL-EVT-019", "RCL-SIG-002")
def test_retry_goes_to_the_url_of_the_moment(organisation: "Organisation", receiver: "Receiver") -> None:
    first, second = receiver.hook(200, then=500), receiver.hook()
    config = used(organisation, first)
    organisation.happen()
    organisation.settle()
    organisation.update(config["id"], url=second.url)
    organisation.advance(300)
    test, retry = second.next(), second.next()
    assert (first.count, test.json["type"], retry.json["type"], retry.json["retries"]) == (
        2,
        "webhook_config",
        "poll",
        1,
    )
    assert is_signed(retry, config["secret"])


@pytest.mark.requirement("RCL-EVT-020")
def test_deactivation_ends_what_is_pending(organisation: "Organisation", receiver: "Receiver") -> None:
    hook = receiver.hook(200, then=500)
    config = used(organisation, hook)["id"]
    event = organisation.happen()
    organisation.settle()
    organisation.update(config, state="deactivated")
    organisation.advance(1_000_000)
    assert (hook.count - 1, organisation.event(event["id"])["state"]) == (1, "failed")


@pytest.mark.requirement("RCL-EVT-023")
def test_config_that_became_invalid_still_gets_what_is_pending(
    organisation: "Organisation", receiver: "Receiver"
) -> None:
    hook = receiver.hook(200, 500, 500)
    config = used(organisation, hook)["id"]
    event = organisation.happen()
    organisation.settle()
    organisation.tested(config)
    state = organisation.config(config)["state"]
    organisation.advance(300)
    assert (state, organisation.event(event["id"])["state"]) == ("invalid", "delivered")


def test_events_interleave_in_order_of_time(organisation: "Organisation", receiver: "Receiver") -> None:
    hook = receiver.hook(200, then=500)
    used(organisation, hook)
    organisation.happen()
    organisation.advance(2)
    organisation.happen()
    organisation.advance(2200)
    assert moments(hook) == [0, 2, 300, 302, 2100, 2102]


# The control protocol's way to trigger them.


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "poll"},
        {"type": "poll", "action": 1},
        {"type": "", "action": "completed"},
        {"type": "poll", "action": "completed", "data": []},
        [],
    ],
    ids=str,
)
def test_event_that_is_none_is_refused(organisation: "Organisation", body: Any) -> None:
    response = organisation.client.post("/_control/events", json=body)
    assert (response.status_code, response.json()["error"]) == (422, "VALIDATION_ERROR")
    assert organisation.events()["total_count"] == 0


@pytest.mark.parametrize("levels", [240, 248, 249, 966, 967, 968])
def test_what_is_taken_of_deep_data_can_be_shown_and_sent(
    organisation: "Organisation", receiver: "Receiver", levels: int
) -> None:
    hook = receiver.hook()
    used(organisation, hook)
    data = '{"deep": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}"
    response = organisation.client.post(
        "/_control/events", content='{"type": "poll", "action": "completed", "data": ' + data + "}"
    )
    organisation.settle()
    told = [(arrival.json["type"], arrival.json["data"].get("deep")) for arrival in hook.arrivals[1:]]
    shown = [(event["type"], event["data"].get("deep")) for event in organisation.events(type="poll")["data"]]
    assert response.status_code == (201 if levels < 250 else 422)
    assert told == shown
    assert len(shown) == (1 if levels < 250 else 0)
