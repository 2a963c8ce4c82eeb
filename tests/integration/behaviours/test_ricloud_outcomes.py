"""Behaviours of tests and of the states that they lead to show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and an organisation
without it shows something else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import Cloud

HALF_A_DAY_SECONDS = 43_200

Story = Callable[["Cloud"], Any]


def action(read: Callable[[Any], Any] = lambda it: it.status_code, **options: Any) -> Story:
    """What is read of the answer to a test of a valid config."""

    def story(cloud: "Cloud") -> Any:
        _, config = cloud.tested()
        return read(cloud.test(config, **options))

    return story


def first_test(*steps: Any, advance: float = 0) -> Story:
    """State and task of a config whose receiver answers its first test so, and how many requests come."""

    def story(cloud: "Cloud") -> Any:
        hook, config = cloud.new(*[step(cloud) if callable(step) else step for step in steps])
        cloud.organisation.advance(advance)
        (task,) = cloud.items("/tasks")
        return cloud.shown(config)["state"], task["state"], hook.count

    return story


def drop(cloud: "Cloud") -> Any:
    return cloud.receiver.drop()


def hang(cloud: "Cloud") -> Any:
    return cloud.receiver.hang()


def redirect(cloud: "Cloud") -> Any:
    return cloud.receiver.redirect(cloud.receiver.hook().url)


def further_tests(*steps: Any) -> Story:
    """The state after the first test and after each further one, whose receiver answers by the steps."""

    def story(cloud: "Cloud") -> Any:
        _, config = cloud.tested(*steps)
        states = [cloud.shown(config)["state"]]
        for _ in steps[1:]:
            cloud.test(config)
            states.append(cloud.state(config))
        return states

    return story


def sent_by_action(cloud: "Cloud") -> Any:
    hook, config = cloud.tested()
    answer = cloud.test(config)
    cloud.organisation.settle()
    return answer.status_code, hook.count


def other_configs(cloud: "Cloud") -> Any:
    """The state of a config whose neighbour fails a test, and how many requests come to its receiver."""
    hook, config = cloud.tested()
    broken, other = cloud.tested(200, then=500)
    assert broken.count == 1
    cloud.test(other)
    return cloud.state(config), hook.count


def of_deactivated(cloud: "Cloud") -> Any:
    """The status of a test of a deactivated config, its state then, and how many requests have come."""
    hook, config = cloud.tested()
    cloud.update(config, state="deactivated")
    status = cloud.test(config).status_code
    return status, cloud.state(config), hook.count


def awaited(value: str) -> Story:
    """The status of a test action with this Ricloud-Await, and whether its task is over."""

    def story(cloud: "Cloud") -> Any:
        _, config = cloud.tested()
        answer = cloud.test(config, headers={"Ricloud-Await": value} if value else {})
        return answer.status_code, answer.json().get("state")

    return story


def overtaken(*, url_changes: bool) -> Story:
    """The state after two tests under way: the one that began first is passed, and ends last."""

    def story(cloud: "Cloud") -> Any:
        held = cloud.receiver.hang()
        hook, config = cloud.new(held)
        hook.next()
        second = cloud.receiver.hook(then=500)
        hook.then = 500
        if url_changes:
            cloud.update(config, url=second.url)
        else:
            cloud.test(config)
        (second if url_changes else hook).next()
        cloud.organisation.settle()
        held.released.set()
        cloud.organisation.answered()
        return cloud.state(config)

    return story


def deactivated_while_tested(cloud: "Cloud") -> Any:
    held = cloud.receiver.hang()
    hook, config = cloud.new(held)
    hook.next()
    cloud.update(config, state="deactivated")
    held.released.set()
    cloud.organisation.answered()
    return cloud.state(config)


def second_action(cloud: "Cloud") -> Any:
    """The status of a second test while the first is under way, and whether it is another task."""
    hook, config = cloud.tested(200, cloud.receiver.hang())
    hook.next()
    first = cloud.test(config).json()
    hook.next()
    second = cloud.test(config)
    return second.status_code, second.json().get("id") == first["id"]


def seconds_until_sent(cloud: "Cloud") -> Any:
    """How many requests have come at once, and after 3 seconds."""
    hook, _ = cloud.tested()
    at_once = hook.count
    cloud.organisation.advance(3)
    return at_once, hook.count


def state_while_tested(cloud: "Cloud") -> Any:
    """The state of a valid config while it is tested once more."""
    hook, config = cloud.tested(200, cloud.receiver.hang())
    hook.next()
    cloud.test(config)
    hook.next()
    return cloud.shown(config)["state"]


def state_while_new(cloud: "Cloud") -> Any:
    hook, config = cloud.new(cloud.receiver.hang())
    hook.next()
    return cloud.shown(config)["state"]


def state_in_creation(cloud: "Cloud") -> Any:
    _, config = cloud.new()
    return config["state"]


def retrieved_twice(then: int) -> Story:
    """The states that two retrievals show in a row."""

    def story(cloud: "Cloud") -> Any:
        _, config = cloud.tested(then=then)
        return [cloud.shown(config)["state"] for _ in range(2)]

    return story


def half_a_day_later(*, then: int = 200, **changes: str) -> Story:
    """The states of a config after its test and the changes, and half a day later."""

    def story(cloud: "Cloud") -> Any:
        _, config = cloud.tested(then=then)
        if changes:
            cloud.update(config, **changes)
        states = [cloud.shown(config)["state"]]
        cloud.organisation.advance(HALF_A_DAY_SECONDS)
        return [*states, cloud.shown(config)["state"]]

    return story


CASES: list[tuple[str, Story, Any]] = [
    ("test-action-needs-another-token", action(), 401),
    ("test-action-needs-a-body", action(), 400),
    ("test-action-answers-200", action(), 200),
    ("test-action-answers-202", action(), 202),
    ("test-action-sends-nothing", sent_by_action, (201, 1)),
    ("creation-is-not-tested", first_test(), ("new", "pending", 0)),
    ("passed-test-changes-nothing", first_test(200), ("new", "succeeded", 1)),
    ("broken-connection-passes-the-test", first_test(drop), ("valid", "succeeded", 1)),
    ("client-error-passes-the-test", first_test(404), ("valid", "succeeded", 1)),
    ("server-error-passes-the-test", first_test(503), ("valid", "succeeded", 1)),
    ("redirect-passes-the-test", first_test(302), ("valid", "succeeded", 1)),
    ("redirects-of-events-are-followed", first_test(redirect), ("valid", "succeeded", 1)),
    ("silence-passes-the-test", first_test(hang, advance=10), ("valid", "succeeded", 1)),
    ("receivers-have-five-seconds", first_test(hang, advance=5), ("invalid", "failed", 1)),
    ("only-200-accepts", first_test(204), ("invalid", "failed", 1)),
    ("invalid-config-stays-invalid", further_tests(500, 200), ["invalid", "invalid"]),
    ("valid-config-stays-valid", further_tests(200, 500), ["valid", "valid"]),
    ("test-decides-for-all-configs", other_configs, ("invalid", 1)),
    ("test-events-go-to-all-configs", other_configs, ("valid", 3)),
    ("test-action-refuses-null", action(content=b"null"), 400),
    ("test-revives-a-deactivated-config", of_deactivated, (201, "valid", 2)),
    ("deactivated-config-is-tested-and-stays", of_deactivated, (201, "deactivated", 2)),
    ("test-action-answers-the-config", action(lambda it: it.json()["resource"]), "webhook_config"),
    ("await-is-ignored", awaited("5"), (201, "pending")),
    ("test-action-always-waits", awaited(""), (201, "succeeded")),
    ("await-out-of-bounds-is-refused", awaited("11"), (400, None)),
    ("long-await-counts-as-ten-seconds", awaited("11"), (201, "succeeded")),
    ("refused-test-is-sent-again", first_test(500, 200, advance=5), ("valid", "succeeded", 2)),
    ("test-of-the-earlier-url-decides", overtaken(url_changes=True), "valid"),
    ("test-undoes-deactivation", deactivated_while_tested, "valid"),
    ("last-test-to-end-decides", overtaken(url_changes=False), "valid"),
    ("second-test-is-refused", second_action, (429, False)),
    ("second-test-is-taken-for-the-first", second_action, (201, True)),
    ("test-events-are-sent-late", seconds_until_sent, (0, 1)),
    ("test-action-makes-new", state_while_tested, "new"),
    ("untested-config-is-valid", state_while_new, "valid"),
    ("creation-waits-for-its-test", state_in_creation, "valid"),
    ("invalid-config-becomes-new", half_a_day_later(then=500), ["invalid", "new"]),
    ("valid-config-becomes-invalid", half_a_day_later(then=200), ["valid", "invalid"]),
    ("second-failed-test-deactivates", further_tests(500, 500), ["invalid", "deactivated"]),
    ("deactivated-config-becomes-new", half_a_day_later(state="deactivated"), ["deactivated", "new"]),
    ("outcome-is-shown-late", retrieved_twice(500), ["new", "invalid"]),
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
