"""What every delivery is judged by, that of a test and that of another event: its method, its place, its body."""

from collections.abc import Mapping
from typing import Any

from contracts.checks.ricloud.delivered_events import (
    TYPE,
    form_problems,
    is_uuid,
    media_type_problem,
    read,
    shown,
    shows_secret,
    url_reading,
)
from contracts.checks.ricloud.waiting import Resource
from contracts.documents import load_api
from contracts.record import Arrival
from contracts.trial import Trial

TEST_WEBHOOK, EVENT_WEBHOOK = "webhookConfigTest", "event"
TEST_POLICY = load_api("ricloud").policies[TEST_WEBHOOK]
EVENT_POLICY = load_api("ricloud").policies[EVENT_WEBHOOK]

DELIVERY = ("RCL-EVT-002", "RCL-EVT-003", "RCL-EVT-004", "RCL-EVT-008", "RCL-EVT-009")
"""The requirements on every delivery."""


def judge_delivery(trial: Trial, url: str, arrival: Arrival) -> Mapping[str, Any] | None:
    """Judge a delivery to a config with this url by all of them; its body, None where that is no JSON object."""
    evidence = [arrival.number]
    delivered = read(arrival.body)
    problems = [
        *([f"it was a {arrival.method} request"] if arrival.method != "POST" else []),
        *([problem] if (problem := media_type_problem(arrival.header("Content-Type"))) else []),
        *([delivered.problem] if delivered.problem else []),
    ]
    because = f"an event was to be a POST request with JSON in UTF-8 as application/json; {'; '.join(problems)}"
    trial.expect("RCL-EVT-003", not problems, because, evidence=evidence)
    agent = arrival.header("User-Agent")
    reading = "a" if agent == EVENT_POLICY.headers["User-Agent"] else "b"
    trial.saw("RCL-EVT-009", reading, f"it is {agent!r}", evidence=evidence)
    identifier = delivered.content.get("id")
    place = url_reading(url, arrival.path, identifier)
    because = f"an event was to be sent to {url}, or to that and its id; it came to {arrival.path}"
    trial.expect("RCL-EVT-002", place is not None, because, reading=place, evidence=evidence)
    if delivered.problem:
        trial.unobservable("RCL-EVT-004", because="the body of the delivery could not be read")
        return None
    wrong = form_problems(delivered.content)
    because = f"the body was to be an event with all its attributes; {'; '.join(wrong)}"
    trial.expect("RCL-EVT-004", not wrong, because, evidence=evidence)
    if identifier is not None:
        trial.saw("RCL-EVT-008", "a" if is_uuid(identifier) else "b", evidence=evidence)
    return delivered.content


def judge_test_event(trial: Trial, config: Resource, content: Mapping[str, Any], arrival: Arrival) -> None:
    """Judge what a test event is about."""
    evidence = [arrival.number]
    slug = f"{content.get('type')}.{content.get('action')}"
    if isinstance(content.get("type"), str) and isinstance(content.get("action"), str):
        because = f"a test event was to have the type webhook_config and the action test, and has {slug}"
        trial.expect("RCL-EVT-005", slug == "webhook_config.test", because, evidence=evidence)
    else:
        trial.unobservable("RCL-EVT-005", because="the event has no type and no action (RCL-EVT-004)")
    data = content.get("data")
    if not isinstance(data, dict):
        trial.unobservable("RCL-EVT-006", because="the event has no data (RCL-EVT-004)")
        return
    is_config = str(data.get("id")) == str(config["id"]) and data.get("resource") == TYPE
    because = f"data was to be the config that is tested, {config['id']}, and is {shown(data)}"
    trial.expect("RCL-EVT-006", is_config, because, evidence=evidence)
    trial.saw("RCL-EVT-007", "b" if shows_secret(content) else "a", evidence=evidence)
