"""Behaviours of lists show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and an organisation
without it shows something else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import Cloud

CONFIGS = "/configs/webhook"
DAY_SECONDS = 86_400

Story = Callable[["Cloud"], Any]


def populated(cloud: "Cloud") -> list[Any]:
    """The ids of a valid, an invalid, a deactivated and another valid config, created a second after each other."""
    ids = []
    for then in (200, 500, 200, 200):
        _, config = cloud.tested(then=then)
        cloud.organisation.advance(1)
        ids.append(config["id"])
    cloud.organisation.update(ids[2], state="deactivated")
    return ids


def selected(**query: str) -> Story:
    """Which of the four configs a list shows, by their places in order of creation."""

    def story(cloud: "Cloud") -> Any:
        ids = populated(cloud)
        return [ids.index(config["id"]) for config in cloud.items(CONFIGS, **query)]

    return story


def since_second(name: str, **query: str) -> Story:
    """The same of a list with the moment of the second config's creation as this parameter."""

    def story(cloud: "Cloud") -> Any:
        ids = populated(cloud)
        moment = cloud.shown({"id": ids[1]})["date_created"]
        return [ids.index(config["id"]) for config in cloud.items(CONFIGS, **{name: moment, **query})]

    return story


def whole_day(cloud: "Cloud") -> Any:
    """How many configs a list shows that were created in the day of the last one's creation."""
    cloud.organisation.advance(DAY_SECONDS)
    populated(cloud)
    day = cloud.items(CONFIGS)[0]["date_created"][:10]
    return len(cloud.items(CONFIGS, date_created=day))


def status(path: str = CONFIGS, **query: str) -> Story:
    return lambda cloud: cloud.status("GET", path, params=query)


def page(*names: str, path: str = CONFIGS, **query: str) -> Story:
    """Some of what a page of the four configs says."""

    def story(cloud: "Cloud") -> Any:
        populated(cloud)
        shown = cloud.send("GET", path, params=query).json()
        return tuple(shown.get(name, "absent") for name in names)

    return story


def statuses_and_sizes(*queries: dict[str, str]) -> Story:
    """The status of each list, and how many items it shows."""

    def story(cloud: "Cloud") -> Any:
        populated(cloud)
        answers = [cloud.send("GET", CONFIGS, params=query) for query in queries]
        return [(answer.status_code, len(answer.json().get("data", ()))) for answer in answers]

    return story


def after(place: int, **query: str) -> Story:
    return around("after_id", place, **query)


def before(place: int, **query: str) -> Story:
    return around("before_id", place, **query)


def around(cursor: str, place: int, **query: str) -> Story:
    """What a list shows after, or before, the config in this place."""

    def story(cloud: "Cloud") -> Any:
        ids = populated(cloud)
        return [ids.index(it["id"]) for it in cloud.items(CONFIGS, **{cursor: str(ids[place]), **query})]

    return story


def by_digest(cloud: "Cloud") -> Any:
    """Whether twelve tasks and their ids stand in the order of their creation."""
    hook, config = cloud.tested()
    for _ in range(11):
        cloud.test(config)
    cloud.organisation.settle()
    assert hook.count == 12
    ids = [item["id"] for item in cloud.items("/tasks", limit="100")]
    moments = [cloud.send("GET", f"/events/{arrival.json['id']}").json()["id"] for arrival in hook.arrivals]
    events = [item["id"] for item in cloud.items("/events", limit="100")]
    assert sorted(moments) == sorted(events)
    return len(ids), events == moments[::-1]


def size_without_limit(cloud: "Cloud") -> Any:
    _, config = cloud.tested()
    for _ in range(11):
        cloud.test(config)
    return len(cloud.items("/tasks"))


WRONG = [{"state": "x"}, {"date_created": "x"}, {"date_created[x]": "2026-01-01T00:00:00Z"}]
LIMITS = [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}]

CASES: list[tuple[str, Story, Any]] = [
    ("list-hides-invalid-configs", selected(), [3, 0]),
    ("list-shows-deactivated-configs", selected(), [3, 2, 1, 0]),
    ("list-never-shows-deactivated-configs", selected(state="deactivated"), []),
    ("state-in-use-filters-nothing", selected(state="valid"), [3, 1, 0]),
    ("date-created-filters-nothing", since_second("date_created"), [3, 1, 0]),
    ("date-operators-in-brackets-alone", since_second("date_created__gt"), [3, 1, 0]),
    ("date-operators-by-underscores-alone", since_second("date_created[gt]"), [3, 1, 0]),
    ("moment-means-its-whole-day", whole_day, 3),
    ("strict-comparisons-include-the-moment", since_second("date_created[gt]"), [3, 1]),
    ("first-filter-alone-counts", since_second("date_created[lt]", state="valid"), [3, 0]),
    ("date-created-shows-deactivated-configs", since_second("date_created[gt]"), [3, 2]),
    ("unreadable-filter-matches-nothing", statuses_and_sizes(*WRONG), [(200, 0), (200, 0), (200, 0)]),
    ("unreadable-filter-is-ignored", statuses_and_sizes(*WRONG), [(200, 3), (200, 3), (200, 3)]),
    ("unknown-state-matches-nothing", statuses_and_sizes(*WRONG), [(200, 0), (400, 0), (400, 0)]),
    ("unknown-list-parameter-is-refused", status(colour="red"), 400),
    ("list-has-another-resource", page("resource"), ("webhook",)),
    ("page-has-one-item-too-many", selected(limit="1"), [3, 1]),
    ("page-has-twenty-items-by-default", size_without_limit, 12),
    ("largest-limit-is-a-hundred", status(limit="1000"), 400),
    ("limit-of-letters-is-500", status(limit="ten"), 500),
    ("nearest-limit-is-used", statuses_and_sizes(*LIMITS), [(200, 1), (200, 3), (200, 3)]),
    ("large-limit-counts-as-the-largest", statuses_and_sizes(*LIMITS), [(400, 0), (200, 3), (400, 0)]),
    ("after-id-includes-the-named-item", after(1), [1, 0]),
    ("before-id-includes-the-named-item", before(1), [3, 1]),
    ("before-id-ends-directly-before", before(0, limit="1"), [1]),
    ("full-page-has-more", page("has_more", limit="3"), (True,)),
    ("only-the-first-page-is-filtered", after(3, state="valid"), [1, 0]),
    ("unknown-cursor-is-404", status(after_id="0"), 404),
    ("unknown-cursor-is-ignored", status(after_id="0"), 200),
    ("lists-begin-with-the-oldest", selected(), [0, 1, 3]),
    ("lists-have-an-order-of-their-own", by_digest, (12, False)),
    ("hidden-configs-are-counted", page("total_count"), (4,)),
    ("list-has-no-count", page("total_count"), ("absent",)),
    ("list-has-an-absolute-url", lambda cloud: page("url")(cloud)[0].startswith("http://127.0.0.1"), True),
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


@pytest.mark.parametrize("behaviour", ["lists-begin-with-the-oldest", "lists-have-an-order-of-their-own"])
@pytest.mark.parametrize("query", [{}, {"state": "valid"}, {"state": "deactivated"}])
def test_walk_gives_every_item_once_in_any_order(cloud: "Cloud", behaviour: str, query: dict[str, str]) -> None:
    populated(cloud)
    cloud.behave(behaviour)
    whole = [it["id"] for it in cloud.items(CONFIGS, **query)]
    walked: list[Any] = []
    has_more = True
    while has_more:
        cursor = {"after_id": walked[-1]} if walked else {}
        answer = cloud.send("GET", CONFIGS, params={"limit": 1, **cursor, **query}).json()
        walked += [it["id"] for it in answer["data"]]
        has_more = answer["has_more"]
    assert walked == whole
