"""Behaviours of the schedule, the count of failures and disabling show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a workspace
without it shows something else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import World

CONFIG = "/api/v1/webhook-config"
SIGNING_KEY = "whsec_behaviours"
SPAN_SECONDS = 200_000
WAITS = (0.0, 5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 36000.0)

Story = Callable[["World"], Any]


def whole_schedule(world: "World") -> Any:
    world.configured(then=503)
    world.failed()
    world.account.advance(SPAN_SECONDS)
    return world.waits()


def shorter_ending(world: "World") -> Any:
    hook = world.configured(then=503)
    world.failed()
    world.account.advance(SPAN_SECONDS)
    return len(world.account.deliveries()[0]["attempts"]), hook.count, *world.config("is_active")


def silent(seconds: float) -> Story:
    """How many attempts are over after some time with a silent receiver."""

    def story(world: "World") -> Any:
        hang = world.receiver.hang()
        world.configured(hang, then=503)
        world.failed()
        world.account.advance(seconds)
        attempts = world.account.deliveries()[0]["attempts"]
        hang.released.set()
        return len(attempts)

    return story


def wait_after_silence(world: "World") -> Any:
    hang = world.receiver.hang()
    world.configured(503, hang, then=503)
    world.failed()
    world.account.advance(400)
    hang.released.set()
    return world.waits()[2:3]


def counts(world: "World") -> Any:
    world.configured(then=503)
    found = []
    for _ in range(2):
        world.failed()
        found += world.config("consecutive_failures")
    world.account.advance(5)
    return [*found, *world.config("consecutive_failures")]


def count_after_success(world: "World") -> Any:
    world.configured(503)
    world.failed()
    world.account.advance(5)
    return world.config("consecutive_failures")


def failures_until_disabled(world: "World") -> Any:
    world.configured(then=503)
    for number in range(1, 11):
        world.failed()
        if world.config("is_active") == (False,):
            return number
    return None


def when_disabled(*names: str) -> Story:
    def story(world: "World") -> Any:
        world.disabled()
        return world.config(*names)

    return story


def retries_while_disabled(world: "World") -> Any:
    hook = world.configured(then=503)
    for _ in range(8):
        world.failed()
    world.account.advance(5)
    return hook.count


def caught_up(world: "World") -> Any:
    hook = world.configured()
    world.account.client.delete(CONFIG)
    world.failed()
    world.account.configure(hook.url, SIGNING_KEY)
    world.account.settle()
    return hook.count


def after_re_enabling(world: "World") -> Any:
    hook = world.disabled()
    world.account.configure(hook.url, SIGNING_KEY)
    state = world.config("is_active", "consecutive_failures")
    before = hook.count
    world.failed()
    return *state, hook.count - before


def late(number: int, seconds: float) -> tuple[float, ...]:
    return tuple(seconds if index == number else wait for index, wait in enumerate(WAITS, start=1))


CASES: list[tuple[str, Story, Any]] = [
    ("timeout-after-25-seconds", silent(16), 0),
    ("timeout-after-10-seconds", silent(11), 1),
    ("last-attempt-twice", shorter_ending, (8, 9, False)),
    ("nine-requests", whole_schedule, (0.0, *WAITS)),
    ("waits-count-the-attempt-twice", wait_after_silence, (330.0,)),
    ("waits-count-from-the-start", wait_after_silence, (300.0,)),
    ("last-wait-is-shorter", whole_schedule, late(8, 18000.0)),
    ("first-attempt-late", whole_schedule, late(1, 20.0)),
    ("second-attempt-late", whole_schedule, late(2, 8.0)),
    ("third-attempt-late", whole_schedule, late(3, 360.0)),
    ("fourth-attempt-late", whole_schedule, late(4, 2400.0)),
    ("fifth-attempt-late", whole_schedule, late(5, 10800.0)),
    ("sixth-attempt-late", whole_schedule, late(6, 21600.0)),
    ("seventh-attempt-early", whole_schedule, late(7, 32400.0)),
    ("eighth-attempt-late", whole_schedule, late(8, 43200.0)),
    ("ninth-attempt", whole_schedule, (*WAITS, 36000.0)),
    ("get-shows-twice-the-count", counts, [2, 4, 8]),
    ("only-whole-deliveries-count", counts, [0, 0, 0]),
    ("counts-within-one-delivery", counts, [1, 1, 2]),
    ("success-keeps-count", count_after_success, (1,)),
    ("disabled-after-nine-failures", failures_until_disabled, 9),
    ("never-disabled", failures_until_disabled, None),
    ("disabled-after-seven-failures", failures_until_disabled, 7),
    ("count-is-zero-when-disabled", when_disabled("is_active", "consecutive_failures"), (False, 0)),
    ("disabled-without-moment", when_disabled("is_active", "disabled_at"), (False, None)),
    ("pending-retries-survive-disabling", retries_while_disabled, 16),
    ("missed-commands-are-caught-up", caught_up, 1),
    ("put-does-not-re-enable", after_re_enabling, (False, 0, 0)),
    ("put-keeps-count-of-disabled", after_re_enabling, (True, 8, 1)),
    ("re-enabled-webhook-stays-silent", after_re_enabling, (True, 0, 0)),
]


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
