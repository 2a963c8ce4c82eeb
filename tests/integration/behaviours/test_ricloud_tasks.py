"""Behaviours of tasks show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and an organisation
without it shows something else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import Cloud

Story = Callable[["Cloud"], Any]


def task(*names: str, then: int = 200) -> Story:
    """Some of what a task shows when it is over."""

    def story(cloud: "Cloud") -> Any:
        cloud.tested(then=then)
        (listed,) = cloud.items("/tasks")
        shown = cloud.send("GET", f"/tasks/{listed['id']}").json()
        return tuple(shown.get(name, "absent") for name in names)

    return story


def unfinished_task(*names: str) -> Story:
    """Some of what a task shows that is under way."""

    def story(cloud: "Cloud") -> Any:
        hook, _ = cloud.new(cloud.receiver.hang())
        hook.next()
        (listed,) = cloud.items("/tasks")
        return tuple(listed.get(name, "absent") for name in names)

    return story


def retrieved_task(cloud: "Cloud") -> Any:
    cloud.tested()
    (listed,) = cloud.items("/tasks")
    return [cloud.send("GET", f"/tasks/{listed['id']}").json()["state"] for _ in range(3)]


def type_of_target(cloud: "Cloud") -> Any:
    _, config = cloud.tested()
    return cloud.items("/tasks")[0]["target"] == config["id"]


def listed_tasks(cloud: "Cloud") -> Any:
    """How many tasks are listed of a creation, an update and a test action."""
    hook, config = cloud.tested()
    cloud.update(config, url=hook.url)
    cloud.test(config)
    return len(cloud.items("/tasks"))


def tasks_of_another_type(cloud: "Cloud") -> Any:
    cloud.tested()
    return len(cloud.items("/tasks", type="poll"))


CASES: list[tuple[str, Story, Any]] = [
    ("task-does-not-name-its-key", task("key"), ("absent",)),
    ("unfinished-task-is-queued", unfinished_task("state"), ("queued",)),
    ("succeeded-task-has-an-error", task("state", "error"), ("succeeded", "none")),
    ("failed-task-has-no-error", task("state", "error", "message", then=500), ("failed", None, None)),
    ("failed-test-has-another-code", task("error", then=500), ("webhook-test-failed",)),
    ("ended-task-is-processing-again", retrieved_task, ["succeeded", "processing", "succeeded"]),
    ("target-of-a-task-is-a-number", type_of_target, True),
    ("task-has-no-target", task("target"), ("absent",)),
    ("task-names-a-user", task("user"), ({"id": 1, "resource": "user"},)),
    ("task-is-completed-before-its-end", lambda cloud: unfinished_task("date_completed")(cloud) == (None,), False),
    ("tasks-leave-out-those-of-updates", listed_tasks, 2),
    ("tasks-have-no-filter-by-type", tasks_of_another_type, 1),
    ("results-of-a-task-are-an-array", task("results"), ([],)),
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
