"""Behaviours of signatures show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and an organisation
without it shows something else.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Arrival
    from tests.integration.behaviours.conftest import Cloud

SIGNATURE = "Ricloud-Signature"
HOUR_SECONDS = 3600

Story = Callable[["Cloud"], Any]


def event_of_test(read: Callable[[Any], Any]) -> Story:
    """What is read of the request with a test event."""

    def story(cloud: "Cloud") -> Any:
        hook, _ = cloud.tested()
        return read(hook.next())

    return story


def retry(read: Callable[[Any, Any, Any], Any]) -> Story:
    """What is read of the first two requests of an event, and of its config."""

    def story(cloud: "Cloud") -> Any:
        hook, config = cloud.used(500)
        cloud.happen()
        cloud.organisation.advance(300)
        return read(hook.next(), hook.next(), config)

    return story


def timestamp(arrival: "Arrival") -> int:
    return int((arrival.header(SIGNATURE) or "").partition(",")[0].removeprefix("t="))


def digest(secret: str, body: bytes, *, algorithm: str = "sha256") -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, algorithm).digest()).decode()


def signed(make: Callable[[str, "Arrival"], str]) -> Story:
    """Whether a test event carries the signature that is made of its config's secret and the request."""

    def story(cloud: "Cloud") -> Any:
        hook, config = cloud.tested()
        arrival = hook.next()
        return arrival.header(SIGNATURE) == make(config["secret"], arrival)

    return story


def usual(secret: str, arrival: "Arrival", *, algorithm: str = "sha256") -> str:
    """The signature of a request as it usually is."""
    moment = timestamp(arrival)
    made = digest(secret, f"{moment}.".encode() + arrival.body, algorithm=algorithm)
    return f"t={moment},s={made}"


def of_the_body(secret: str, arrival: "Arrival") -> str:
    return f"t={timestamp(arrival)},s={digest(secret, arrival.body)}"


def of_a_body_written_again(secret: str, arrival: "Arrival") -> str:
    text = f"{timestamp(arrival)}.{json.dumps(arrival.json)}"
    return f"t={timestamp(arrival)},s={digest(secret, text.encode())}"


def in_hex(secret: str, arrival: "Arrival") -> str:
    text = f"{timestamp(arrival)}.".encode() + arrival.body
    return f"t={timestamp(arrival)},s={hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()}"


def seconds_behind(cloud: "Cloud") -> Any:
    hook, _ = cloud.tested()
    return cloud.organisation.moment_ms() // 1000 - timestamp(hook.next())


def with_secret_of_another(cloud: "Cloud") -> Any:
    """Whether the test of a second config is signed with the secret of the first."""
    _, first = cloud.tested()
    hook, _ = cloud.tested()
    arrival = hook.next()
    return arrival.header(SIGNATURE) == usual(first["secret"], arrival)


def signature_of_event(cloud: "Cloud") -> Any:
    """Whether a test event and another one are signed."""
    hook, _ = cloud.tested()
    (arrival,) = hook.arrivals
    other, _ = cloud.used()
    cloud.happen()
    return arrival.header(SIGNATURE) is not None, other.next().header(SIGNATURE) is not None


CASES: list[tuple[str, Story, Any]] = [
    ("tests-are-unsigned", signature_of_event, (False, True)),
    ("tests-are-signed-with-the-first-secret", with_secret_of_another, True),
    ("events-are-unsigned", signature_of_event, (True, False)),
    ("retried-events-are-unsigned", retry(lambda _, second, __: second.header(SIGNATURE)), None),
    ("signature-has-a-space", event_of_test(lambda it: ", s=" in (it.header(SIGNATURE) or "")), True),
    ("signature-in-hex", signed(in_hex), True),
    ("signature-in-another-header", event_of_test(lambda it: it.header(f"X-{SIGNATURE}") is not None), True),
    ("signature-of-the-body-alone", signed(of_the_body), True),
    ("prefix-of-the-secret-is-cut", signed(lambda secret, it: usual(secret.removeprefix("whsec_"), it)), True),
    ("signature-by-sha-1", signed(lambda secret, it: usual(secret, it, algorithm="sha1")), True),
    ("signature-of-a-body-written-again", signed(of_a_body_written_again), True),
    ("timestamp-is-an-hour-behind", seconds_behind, HOUR_SECONDS),
    ("retries-keep-the-first-timestamp", retry(lambda first, second, _: timestamp(second) - timestamp(first)), 0),
]


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_behaviour_shows_what_it_says(cloud: "Cloud", behaviour: str, story: Story, expected: Any) -> None:
    assert cloud.behave(behaviour) == [behaviour]
    assert story(cloud) == expected


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_organisation_without_the_behaviour_does_not_show_it(
    cloud: "Cloud", behaviour: str, story: Story, expected: Any
) -> None:
    assert cloud.reversed().behave(behaviour) == [behaviour]
    assert story(cloud) != expected
