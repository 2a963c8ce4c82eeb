"""Behaviours of what is sent, where to and how it is signed show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a workspace
without it shows something else.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Arrival
    from tests.integration.behaviours.conftest import World

CONFIG = "/api/v1/webhook-config"
SIGNING_KEY = "whsec_behaviours"
SPAN_SECONDS = 200_000

Story = Callable[["World"], Any]


def digest(body: bytes, secret: str = SIGNING_KEY) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signature(arrival: "Arrival") -> str | None:
    return arrival.header("X-Webhook-Signature")


def storage_urls(world: "World") -> Any:
    command = world.succeeded()
    first, second = (world.account.command(command)["output_files"]["out_video"]["storage_url"] for _ in range(2))
    assert world.account.client.get(first).status_code == 200
    return first == second, first.partition("?")[0] == second.partition("?")[0]


def delivered(read: Callable[["Arrival"], Any], *, fails: bool = True, **fields: Any) -> Story:
    def story(world: "World") -> Any:
        hook = world.configured()
        _ = world.failed(**fields) if fails else world.succeeded(**fields)
        return read(hook.next())

    return story


def count_of(*steps: Any, fails: bool = True, then: Any = 200, seconds: float = 5) -> Story:
    """How many requests come within a time."""

    def story(world: "World") -> Any:
        hook = world.configured(*steps, then=then)
        _ = world.failed() if fails else world.succeeded()
        world.account.advance(seconds)
        return hook.count

    return story


def status_of_first_attempt(world: "World") -> Any:
    """What the receiver answers, which knows deliveries by POST alone."""
    world.configured()
    world.failed()
    return world.account.deliveries()[0]["attempts"][0]["status"]


def with_and_without_metadata(world: "World") -> Any:
    hook = world.configured()
    world.failed(metadata={"a": 1})
    world.failed()
    return hook.count


def commands_in_a_row(world: "World") -> Any:
    hook = world.configured()
    for _ in range(4):
        world.failed()
    return hook.count


def own_url(*, configured: bool, active: bool = True, then: Any = 200, seconds: float = 0) -> Story:
    """How many requests come to a command's own URL, and to the configured one; and the account's count."""

    def story(world: "World") -> Any:
        own, hook = world.receiver.hook(then=then), world.configured() if configured else None
        if not active:
            world.account.client.delete(CONFIG)
        world.failed(webhook_url=own.url)
        world.account.advance(seconds)
        return own.count, hook.count if hook is not None else 0, *world.config("consecutive_failures")

    return story


def after_own_url(world: "World") -> Any:
    own, hook = world.receiver.hook(), world.configured()
    world.failed(webhook_url=own.url)
    world.failed()
    return own.count, hook.count


def own_signature(world: "World") -> Any:
    own = world.receiver.hook()
    world.configured()
    world.failed(webhook_url=own.url)
    return signature(own.next()) is None


def poll_after_delivery(world: "World") -> Any:
    world.configured()
    return world.account.client.get(f"/api/v1/commands/{world.failed()}").status_code


def signed(make: Callable[[bytes], str | None], *, secret: str | None = SIGNING_KEY) -> Story:
    """Whether the signature is the one that `make` makes of the body."""

    def story(world: "World") -> Any:
        hook = world.configured(secret=secret)
        world.failed(metadata={"name": "Zoë"})
        arrival = hook.next()
        return signature(arrival) == make(arrival.body)

    return story


def retry_signatures(world: "World") -> Any:
    hook = world.configured(503)
    world.failed()
    world.account.advance(5)
    first, second = hook.next(), hook.next()
    return signature(second) == digest(second.body), signature(second) == signature(first), signature(second) is None


def timestamps(world: "World") -> Any:
    hook = world.configured(503)
    world.failed()
    world.account.advance(5)
    return hook.next().json["timestamp"] == hook.next().json["timestamp"]


def redirected(world: "World") -> Any:
    target = world.receiver.hook()
    world.configured(world.receiver.redirect(target.url), then=503)
    world.failed()
    return target.count, world.account.deliveries()[0]["state"]


def dropped(world: "World") -> Any:
    world.configured(world.receiver.drop())
    world.failed()
    return world.account.deliveries()[0]["state"]


def retry_after_put(world: "World") -> Any:
    first = world.configured(503)
    world.failed()
    second = world.configured(secret=f"{SIGNING_KEY}_other")
    world.account.advance(5)
    return first.count, second.count


def retry_after_delete(world: "World") -> Any:
    hook = world.configured(503)
    world.failed()
    world.account.client.delete(CONFIG)
    world.account.advance(5)
    return hook.count


def delivered_while_disabled(world: "World") -> Any:
    hook = world.disabled()
    before = hook.count
    world.failed()
    return hook.count - before, *world.config("is_active")


CASES: list[tuple[str, Story, Any]] = [
    ("success-is-not-delivered", count_of(fails=False, seconds=0), 0),
    ("failure-is-not-delivered", count_of(seconds=0), 0),
    ("commands-with-metadata-are-not-delivered", with_and_without_metadata, 1),
    ("sent-by-put", status_of_first_attempt, 501),
    ("timestamp-is-text", delivered(lambda it: type(it.json["timestamp"])), str),
    ("timestamp-in-seconds", delivered(lambda it: it.json["timestamp"] < 10**11), True),
    ("storage-url-is-signed", storage_urls, (False, True)),
    ("timestamp-of-first-attempt", timestamps, True),
    ("content-type-is-text", delivered(lambda it: it.header("Content-Type")), "text/plain"),
    (
        "content-type-with-charset",
        delivered(lambda it: it.header("Content-Type")),
        "application/json; charset=utf-8",
    ),
    ("other-user-agent", delivered(lambda it: it.header("User-Agent")), "RenderIO-Hooks/2.0"),
    ("every-second-command-is-not-delivered", commands_in_a_row, 2),
    ("own-url-is-ignored", own_url(configured=True), (0, 0, 0)),
    ("own-url-and-configured-url", own_url(configured=True), (1, 1, 0)),
    ("own-url-becomes-the-accounts", after_own_url, (2, 0)),
    ("own-url-needs-configuration", own_url(configured=False), (0, 0, "absent")),
    ("own-url-is-tried-once", own_url(configured=True, then=503, seconds=SPAN_SECONDS), (1, 0, 0)),
    ("own-url-failures-count", own_url(configured=True, then=503), (1, 0, 1)),
    ("own-url-needs-active-webhook", own_url(configured=True, active=False), (0, 0, 0)),
    ("delivered-command-is-gone", poll_after_delivery, 404),
    ("deliveries-are-unsigned", signed(lambda _: None), True),
    ("signed-without-secret", signed(lambda body: digest(body, ""), secret=None), True),
    ("signature-is-no-hmac", signed(lambda body: hashlib.sha256(SIGNING_KEY.encode() + body).hexdigest()), True),
    ("signature-swaps-key-and-body", signed(lambda body: digest(SIGNING_KEY.encode(), body.decode())), True),
    (
        "signature-over-reserialised-body",
        signed(lambda body: digest(json.dumps(json.loads(body)).encode())),
        True,
    ),
    ("secret-prefix-is-stripped", signed(lambda body: digest(body, SIGNING_KEY.removeprefix("whsec_"))), True),
    ("signature-in-capitals", signed(lambda body: digest(body).upper()), True),
    ("signature-with-prefix", signed(lambda body: f"sha256={digest(body)}"), True),
    ("failure-is-unsigned", signed(lambda _: None), True),
    ("retries-are-unsigned", retry_signatures, (False, False, True)),
    ("retries-repeat-the-first-signature", retry_signatures, (False, True, False)),
    ("own-url-is-unsigned", own_signature, True),
    ("delivered-twice", count_of(seconds=5), 2),
    ("only-200-delivers", count_of(then=204), 2),
    ("4xx-ends-the-schedule", count_of(then=404), 1),
    ("broken-connection-delivers", dropped, "delivered"),
    ("redirects-deliver", redirected, (0, "delivered")),
    ("redirects-are-followed", redirected, (1, "delivered")),
    ("retries-keep-url-and-secret", retry_after_put, (2, 0)),
    ("put-drops-pending-retries", retry_after_put, (1, 0)),
    ("pending-retries-survive-delete", retry_after_delete, 2),
    ("disabled-webhook-is-delivered-to", delivered_while_disabled, (1, False)),
]


def test_second_delivery_is_created_when_the_first_is_over(world: "World") -> None:
    world.behave("delivered-twice")
    world.configured()
    world.failed()
    first, second = world.account.deliveries()
    assert (second["state"], second["created_at"]) == ("pending", first["attempts"][0]["finished_at"])


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_behaviour_shows_what_it_says(world: "World", behaviour: str, story: Story, expected: Any) -> None:
    assert world.behave(behaviour) == [behaviour]
    assert story(world) == expected


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_workspace_without_the_behaviour_does_not_show_it(
    world: "World", behaviour: str, story: Story, expected: Any
) -> None:
    assert world.reversed().behave(behaviour) == [behaviour]
    assert story(world) != expected
