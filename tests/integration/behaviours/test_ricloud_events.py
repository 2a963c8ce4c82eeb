"""Behaviours of events and of their deliveries show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and an organisation
without it shows something else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import Cloud

WHOLE_SCHEDULE_SECONDS = 100_000

Story = Callable[["Cloud"], Any]


def event_of_test(read: Callable[[Any], Any]) -> Story:
    """What is read of the request with a test event."""

    def story(cloud: "Cloud") -> Any:
        hook, _ = cloud.tested()
        return read(hook.next())

    return story


def attempted_path(cloud: "Cloud") -> Any:
    """Where below its config's url a test event went, with its id written as (id)."""
    hook, _ = cloud.tested()
    (delivery,) = cloud.organisation.deliveries()
    url = str(delivery["attempts"][0]["url"])
    return url.removeprefix(hook.url).replace(delivery["subject"], "(id)")


def outcome_of_test(cloud: "Cloud") -> Any:
    cloud.tested()
    (delivery,) = cloud.organisation.deliveries()
    return delivery["attempts"][0]["status"]


def event(*names: str, then: int = 200, advance: float = 0) -> Story:
    """Some of what the retrieval of an event shows."""

    def story(cloud: "Cloud") -> Any:
        cloud.used(then=then)
        happened = cloud.happen(id="p", more=1)
        cloud.organisation.advance(advance)
        shown = cloud.send("GET", f"/events/{happened['id']}").json()
        return tuple(shown.get(name, "absent") for name in names)

    return story


def attempts(*, then: int = 500, advance: float = WHOLE_SCHEDULE_SECONDS) -> Story:
    """How many requests an event makes."""

    def story(cloud: "Cloud") -> Any:
        hook, _ = cloud.used(then=then)
        cloud.happen()
        cloud.organisation.advance(advance)
        return hook.count - 1

    return story


def retry(read: Callable[[Any, Any, Any], Any]) -> Story:
    """What is read of the first two requests of an event, and of its config."""

    def story(cloud: "Cloud") -> Any:
        hook, config = cloud.used(500)
        cloud.happen()
        cloud.organisation.advance(300)
        return read(hook.next(), hook.next(), config)

    return story


def moved(cloud: "Cloud") -> Any:
    """How many retries of an event come to the earlier and to the new receiver, and the event's state."""
    hook, config = cloud.used(500)
    happened = cloud.happen()
    other = cloud.receiver.hook()
    cloud.update(config, url=other.url)
    cloud.organisation.settle()
    cloud.organisation.advance(300)
    return hook.count - 2, other.count - 1, cloud.organisation.event(happened["id"])["state"]


def deactivated_while_pending(cloud: "Cloud") -> Any:
    hook, config = cloud.used(500)
    cloud.happen()
    cloud.update(config, state="deactivated")
    cloud.organisation.advance(300)
    return hook.count - 1


def deactivated_before(cloud: "Cloud") -> Any:
    hook, config = cloud.used()
    cloud.update(config, state="deactivated")
    cloud.happen()
    return hook.count - 1


def without_valid_config(cloud: "Cloud") -> Any:
    """How an event of an invalid config ends, and how many requests come before and after it becomes valid."""
    hook, config = cloud.tested(500)
    hook.next()
    cloud.organisation.use(config["id"])
    happened = cloud.happen()
    before = hook.count - 1
    status = cloud.status("GET", f"/events/{happened['id']}")
    cloud.test(config)
    cloud.organisation.settle()
    return status, before, hook.count - 2 - before


def state_after_failure(cloud: "Cloud") -> Any:
    _, config = cloud.used(then=500)
    cloud.happen()
    cloud.organisation.advance(WHOLE_SCHEDULE_SECONDS)
    return cloud.state(config)


def listed_events(**query: str) -> Story:
    """How many of a test event and another one are listed."""

    def story(cloud: "Cloud") -> Any:
        cloud.used()
        cloud.happen()
        return len(cloud.items("/events", **query))

    return story


def id_of_event(cloud: "Cloud") -> Any:
    """Whether the id of an event is no UUID, and the same wherever it stands."""
    hook, _ = cloud.used()
    happened = cloud.happen()
    listed = cloud.items("/events")
    found = cloud.send("GET", f"/events/{happened['id']}").json()["id"]
    after = cloud.items("/events", after_id=happened["id"])
    same = {happened["id"], listed[0]["id"], found, hook.next().json["id"]}
    return "-" in happened["id"].removeprefix("evt-"), len(same), [it["id"] for it in after] == [listed[1]["id"]]


def first_waits(cloud: "Cloud") -> Any:
    """How many requests an event has made after half of its first wait."""
    return attempts(advance=150)(cloud)


CASES: list[tuple[str, Story, Any]] = [
    ("events-are-not-sent", event("state", "retries"), ("failed", 0)),
    ("events-go-below-notify", attempted_path, "/notify"),
    ("events-go-below-the-url", attempted_path, "/(id)"),
    ("events-are-sent-by-put", outcome_of_test, 501),
    ("events-are-sent-as-text", event_of_test(lambda it: it.header("Content-Type")), "text/plain"),
    ("delivery-does-not-name-its-resource", event_of_test(lambda it: "resource" in it.json), False),
    ("test-event-is-a-ping", event_of_test(lambda it: it.json["action"]), "ping"),
    ("test-event-names-another-resource", event_of_test(lambda it: it.json["data"]["resource"]), "config"),
    ("test-event-shows-the-secret", event_of_test(lambda it: "secret" in it.json["data"]), True),
    ("event-ids-are-no-uuids", id_of_event, (False, 1, True)),
    ("other-ricloud-user-agent", event_of_test(lambda it: it.header("User-Agent")), "ricloud-events/1.0"),
    ("retrieved-event-has-no-data", event("data"), ({},)),
    ("event-is-delivered-before-its-end", event("state", then=500), ("delivered",)),
    ("delivered-event-has-no-moment", event("state", "date_delivered"), ("delivered", None)),
    (
        "failed-event-stays-pending",
        event("state", "retries", then=500, advance=WHOLE_SCHEDULE_SECONDS),
        ("pending", 4),
    ),
    ("events-are-sent-once", attempts(), 1),
    ("events-are-sent-six-times", attempts(), 6),
    ("waits-are-halved", first_waits, 2),
    ("delivered-events-are-sent-again", attempts(then=200), 3),
    ("retries-count-the-first-attempt", event("retries", then=500), (1,)),
    ("retries-have-ids-of-their-own", retry(lambda first, second, _: first.json["id"] == second.json["id"]), False),
    ("retries-keep-the-first-url", moved, (1, 0, "delivered")),
    ("retries-to-another-url-are-dropped", moved, (0, 0, "failed")),
    ("retries-survive-deactivation", deactivated_while_pending, 2),
    ("deactivated-config-gets-events", deactivated_before, 1),
    ("untested-config-gets-events", without_valid_config, (200, 1, 0)),
    ("events-wait-for-a-valid-config", without_valid_config, (200, 0, 1)),
    ("event-that-is-not-sent-does-not-exist", without_valid_config, (404, 0, 0)),
    ("failed-event-makes-its-config-invalid", state_after_failure, "invalid"),
    ("events-leave-out-tests", listed_events(), 1),
    ("events-have-no-filter-by-action", listed_events(action="other"), 2),
    ("data-of-events-is-cut-short", event("data"), ({"resource": "poll", "id": "p"},)),
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


def test_event_that_waits_is_sent_when_a_valid_config_is_chosen(cloud: "Cloud") -> None:
    cloud.behave("events-wait-for-a-valid-config")
    happened = cloud.happen()
    assert happened["state"] == "pending"
    hook, _ = cloud.used()
    cloud.organisation.settle()
    assert [hook.next().json["id"], hook.count] == [happened["id"], 2]
