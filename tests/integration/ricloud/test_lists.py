"""Lists over HTTP: filters as what they leave of the whole list, pages as parts of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Organisation, Receiver

NOWHERE = "http://127.0.0.1:1/hook"
STATES = ["new", "valid", "invalid", "deactivated"]


@pytest.fixture
def stored(organisation: "Organisation", receiver: "Receiver") -> list[Any]:
    """Three configs in each state, oldest first: nine over three seconds, then those whose test goes on."""
    created: list[int] = []
    for _ in range(3):
        created.append(organisation.valid(receiver.hook().url)["id"])
        created.append(organisation.outcome(organisation.create(NOWHERE)["id"])["id"])
        created.append(organisation.create(NOWHERE)["id"])
        organisation.update(created[-1], state="deactivated")
        organisation.advance(1)
    created += [organisation.create(receiver.hook(receiver.hang()).url)["id"] for _ in range(3)]
    return [organisation.config(identifier) for identifier in created]


def ids(page: Any) -> list[int]:
    return [item["id"] for item in page["data"]]


@pytest.mark.requirement("RCL-LST-001", "RCL-LST-002", "RCL-LST-003", "RCL-LST-004", "RCL-LST-021", "RCL-LST-022")
@pytest.mark.parametrize("state", [None, *STATES])
def test_state_leaves_what_is_in_it(organisation: "Organisation", stored: list[Any], state: str | None) -> None:
    page = organisation.configs(limit=100, **({} if state is None else {"state": state}))
    shown = STATES[:3] if state is None else [state]
    expected = [config for config in reversed(stored) if config["state"] in shown]
    assert (page["data"], page["total_count"], page["has_more"]) == (expected, len(expected), False)


COMPARISONS: list[tuple[str, Callable[[str, str], bool]]] = [
    ("date_created", lambda moment, bound: moment == bound),
    *((f"date_created{form}", lambda moment, bound: moment > bound) for form in ("[gt]", "__gt")),
    *((f"date_created{form}", lambda moment, bound: moment >= bound) for form in ("[gte]", "__gte")),
    *((f"date_created{form}", lambda moment, bound: moment < bound) for form in ("[lt]", "__lt")),
    *((f"date_created{form}", lambda moment, bound: moment <= bound) for form in ("[lte]", "__lte")),
]


@pytest.mark.requirement("RCL-LST-005", "RCL-LST-006", "RCL-LST-008")
@pytest.mark.parametrize(("name", "holds"), COMPARISONS, ids=[name for name, _ in COMPARISONS])
def test_moment_of_creation_leaves_what_compares_so(
    organisation: "Organisation", stored: list[Any], name: str, holds: Callable[[str, str], bool]
) -> None:
    bound = stored[5]["date_created"]
    expected = [
        config["id"]
        for config in reversed(stored)
        if config["state"] != "deactivated" and holds(config["date_created"], bound)
    ]
    assert ids(organisation.configs(limit=100, **{name: bound})) == expected
    assert 0 < len(expected) < 9


@pytest.mark.requirement("RCL-LST-007")
def test_filters_leave_what_all_of_them_do(organisation: "Organisation", stored: list[Any]) -> None:
    begin, end = stored[2]["date_created"], stored[8]["date_created"]
    page = organisation.configs(**{"state": "deactivated", "date_created[gt]": begin, "date_created__lt": end})
    assert ids(page) == [
        config["id"]
        for config in reversed(stored)
        if config["state"] == "deactivated" and begin < config["date_created"] < end
    ]
    assert len(ids(page)) == 1


@pytest.mark.requirement("RCL-LST-012", "RCL-LST-016", "RCL-LST-018", "RCL-LST-019")
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 8, 9, 10, 1000])
def test_walk_gives_everything_once_in_order(organisation: "Organisation", stored: list[Any], limit: int) -> None:
    pages = [organisation.configs(limit=limit)]
    while pages[-1]["has_more"]:
        pages.append(organisation.configs(limit=limit, after_id=pages[-1]["data"][-1]["id"]))
    walked = [identifier for page in pages for identifier in ids(page)]
    assert walked == [config["id"] for config in reversed(stored) if config["state"] != "deactivated"]
    assert {len(page["data"]) for page in pages[:-1]} <= {limit}
    assert {page["total_count"] for page in pages} == {9}


@pytest.mark.requirement("RCL-LST-019", "RCL-LST-016", "RCL-LST-017")
def test_walk_goes_on_from_what_has_left_the_list(organisation: "Organisation", stored: list[Any]) -> None:
    everything = ids(organisation.configs())
    organisation.update(everything[3], state="deactivated")
    assert ids(organisation.configs(after_id=everything[3])) == everything[4:]
    assert ids(organisation.configs(before_id=everything[3])) == everything[:3]
    assert [config["id"] for config in stored if config["id"] == everything[3]] == [everything[3]]


@pytest.mark.requirement("RCL-LST-013", "RCL-LST-014", "RCL-LST-011", "RCL-LST-023")
def test_page_has_ten_items_unless_asked_otherwise(organisation: "Organisation") -> None:
    created = [organisation.create(NOWHERE)["id"] for _ in range(12)]
    page, whole = organisation.configs(), organisation.configs(limit=1000)
    assert (ids(page), page["has_more"], ids(whole)) == (created[:1:-1], True, created[::-1])
    assert {name: page[name] for name in ("resource", "url", "total_count")} == {
        "resource": "list",
        "url": "/configs/webhook",
        "total_count": 12,
    }


@pytest.mark.requirement("RCL-TSK-012", "RCL-EVT-024")
def test_tasks_and_events_are_filtered_and_paged(organisation: "Organisation", receiver: "Receiver") -> None:
    organisation.valid(receiver.hook().url)
    organisation.outcome(organisation.create(NOWHERE)["id"])
    organisation.happen("poll.completed")
    tasks, events = organisation.tasks()["data"], organisation.events()["data"]
    assert [organisation.tasks(state=state)["data"] for state in ("succeeded", "failed", "pending")] == [
        [tasks[1]],
        [tasks[0]],
        [],
    ]
    assert organisation.tasks(type="webhook_config.test")["data"] == tasks
    assert organisation.tasks(type="webhook_config")["data"] == []
    assert organisation.events(type="webhook_config", action="test")["data"] == events[1:]
    assert organisation.events(state="delivered")["data"] == events[2:]
    assert organisation.events(type="poll")["data"] == events[:1]
    assert organisation.events(limit=1, after_id=events[0]["id"])["data"] == [events[1]]
    assert organisation.tasks(before_id=tasks[1]["id"], date_created__lte=tasks[0]["date_created"])["data"] == tasks[:1]
    assert (organisation.tasks()["url"], organisation.events()["url"]) == ("/tasks", "/events")


@pytest.mark.requirement("RCL-LST-009", "RCL-LST-015", "RCL-LST-020", "RCL-ERR-004", "RCL-ERR-005")
@pytest.mark.parametrize("path", ["/configs/webhook", "/tasks", "/events"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", limit) for limit in ("0", "-1", "1001", "x", "1.5", "", "9" * 30)),
        *((f"date_created{form}", "yesterday") for form in ("", "[gt]", "__lte")),
        *((f"date_created{form}", "2026-01-01") for form in ("[ne]", "__after", "[]")),
        *(("state", state) for state in ("tested", "", "VALID")),
        *((cursor, value) for cursor in ("after_id", "before_id") for value in ("0", "", "x")),
    ],
)
def test_parameter_that_cannot_be_read_is_refused_by_name(
    organisation: "Organisation", path: str, name: str, value: str
) -> None:
    response = organisation.client.get(path, params={name: value})
    assert (response.status_code, response.json()["error"], list(response.json()["params"])) == (
        400,
        "invalid-parameter",
        [name],
    )


@pytest.mark.requirement("RCL-LST-010")
@pytest.mark.parametrize("path", ["/configs/webhook", "/tasks", "/events"])
def test_parameter_that_is_not_known_is_ignored(organisation: "Organisation", path: str) -> None:
    organisation.create(NOWHERE)
    organisation.settle()
    known = organisation.client.get(path).json()
    assert organisation.client.get(path, params={"colour": "red", "date": "x", "Limit": "0"}).json() == known


@pytest.mark.requirement("RCL-ERR-006")
@pytest.mark.parametrize(
    "path", ["/tasks/x", "/events/x", "/tasks/%00", "/events/0f8fad5b-d9cb-469f-a165-70867728950e"]
)
def test_task_or_event_that_is_not_there_is_not_found(organisation: "Organisation", path: str) -> None:
    response = organisation.client.get(path)
    assert (response.status_code, response.json()["error"]) == (404, "not-found")
