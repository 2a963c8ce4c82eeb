"""Behaviours of the update of a webhook config show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and an organisation
without it shows something else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import Cloud

URL = "http://127.0.0.1:9/a/"

Story = Callable[["Cloud"], Any]


def update_to(read: Callable[["Cloud", Any, Any, Any], Any], *, then: Any = 200) -> Story:
    """What is read of (the cloud, the config, the answer, the new hook) after the update of a valid config's url."""

    def story(cloud: "Cloud") -> Any:
        first, config = cloud.tested()
        first.next()
        hook = cloud.receiver.hook(then=then)
        answer = cloud.update(config, url=hook.url)
        cloud.organisation.settle()
        return read(cloud, config, answer, (first, hook))

    return story


def beside_an_update(cloud: "Cloud") -> Any:
    """The states of a valid and an invalid config and of the one that is updated, when its test is over."""
    configs = [cloud.tested(then=then)[1] for then in (200, 500, 200)]
    cloud.update(configs[2], url=cloud.receiver.hook().url)
    return [cloud.state(config) for config in configs]


def answer_of_update(cloud: "Cloud") -> Any:
    """The state in the answer to an update of a valid config."""
    _, config = cloud.tested()
    return cloud.update(config, url=cloud.receiver.hook().url).json()["state"]


def deactivated_when(then: int) -> Story:
    def story(cloud: "Cloud") -> Any:
        _, config = cloud.tested(then=then)
        answer = cloud.update(config, state="deactivated")
        return answer.status_code, answer.json()["state"], cloud.state(config)

    return story


def revived(cloud: "Cloud") -> Any:
    hook, config = cloud.tested()
    cloud.update(config, state="deactivated")
    status = cloud.update(config, state="new").status_code
    return status, cloud.state(config), hook.count


def set_to_valid(cloud: "Cloud") -> Any:
    _, config = cloud.tested(then=500)
    return cloud.update(config, state="valid").status_code, cloud.state(config)


def sent_by_deactivation(cloud: "Cloud") -> Any:
    hook, config = cloud.tested()
    cloud.update(config, state="deactivated")
    return cloud.state(config), hook.count


def url_of_deactivated(cloud: "Cloud") -> Any:
    _, config = cloud.tested()
    cloud.update(config, state="deactivated")
    hook = cloud.receiver.hook()
    status = cloud.update(config, url=hook.url).status_code
    return status, cloud.state(config), hook.count


def updates_of_nothing(cloud: "Cloud") -> Any:
    """The statuses of three updates that change nothing, and how many tests each begins."""
    seen = []
    for body in ({}, {"url": True}, {"state": "new"}):
        hook, config = cloud.tested()
        changes = {"url": hook.url} if "url" in body else body
        status = cloud.update(config, **changes).status_code
        cloud.organisation.settle()
        seen.append((status, hook.count - 1))
    return seen


def refused_update(cloud: "Cloud") -> Any:
    _, config = cloud.tested()
    status = cloud.update(config, url=URL, state="valid").status_code
    return status, cloud.shown(config)["url"] == URL


def type_of_tasks(cloud: "Cloud") -> Any:
    """The types of the tasks of a creation, an update and a test action."""
    hook, config = cloud.tested()
    cloud.update(config, url=hook.url)
    cloud.test(config)
    return [task["type"] for task in reversed(cloud.items("/tasks"))]


CASES: list[tuple[str, Story, Any]] = [
    ("update-answers-201", update_to(lambda _, __, answer, ___: answer.status_code), 201),
    ("update-keeps-the-url", update_to(lambda _, __, ___, hooks: [it.count for it in hooks]), [2, 0]),
    (
        "update-is-not-tested",
        update_to(lambda cloud, config, _, hooks: (cloud.shown(config)["url"] == hooks[1].url, hooks[1].count)),
        (True, 0),
    ),
    (
        "update-tests-the-earlier-url-too",
        update_to(lambda _, __, ___, hooks: [it.count for it in hooks]),
        [2, 1],
    ),
    ("updates-always-pass", update_to(lambda cloud, config, _, __: cloud.state(config), then=500), "valid"),
    ("update-makes-all-configs-new", beside_an_update, ["new", "new", "valid"]),
    ("update-waits-for-its-test", answer_of_update, "valid"),
    (
        "update-keeps-the-state",
        update_to(lambda _, __, answer, ___: answer.json()["state"], then=500),
        "valid",
    ),
    ("invalid-config-cannot-be-deactivated", deactivated_when(500), (200, "invalid", "invalid")),
    ("reviving-is-refused", revived, (400, "deactivated", 1)),
    ("revived-config-is-not-tested", revived, (200, "new", 1)),
    ("outcomes-can-be-set-as-states", set_to_valid, (200, "valid")),
    ("deactivation-is-tested", sent_by_deactivation, ("deactivated", 2)),
    ("url-revives-a-deactivated-config", url_of_deactivated, (200, "valid", 1)),
    ("url-of-a-deactivated-config-is-tested", url_of_deactivated, (200, "deactivated", 1)),
    ("url-of-a-deactivated-config-is-refused", url_of_deactivated, (400, "deactivated", 0)),
    ("update-that-changes-nothing-is-not-tested", updates_of_nothing, [(200, 0), (200, 0), (200, 0)]),
    ("update-that-changes-nothing-is-refused", updates_of_nothing, [(400, 0), (400, 0), (400, 0)]),
    ("empty-update-is-not-tested", updates_of_nothing, [(200, 0), (200, 1), (200, 1)]),
    (
        "update-makes-a-new-secret",
        update_to(lambda cloud, config, _, __: cloud.shown(config)["secret"] == config["secret"]),
        False,
    ),
    ("refused-update-stores-its-url", refused_update, (400, True)),
    (
        "test-of-an-update-is-misspelt",
        type_of_tasks,
        ["webhook_config.test", "webhook_confg.test", "webhook_config.test"],
    ),
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
