"""The official client, unmodified, against the reference server: what it sees, and what the server then holds."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Organisation, Receiver
    from tests.integration.ricloud.conftest import OfficialClient

NOWHERE = "http://127.0.0.1:1/webhooks"


def without_state(config: Any) -> Any:
    return {name: value for name, value in config.items() if name != "state"}


@pytest.mark.requirement("RCL-CFG-001", "RCL-CFG-006", "RCL-CFG-021", "RCL-STA-002")
def test_create_gives_a_new_config_with_its_secret(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    hook = receiver.hook()
    [created] = official.run(organisation, "tell(ricloud.WebhookConfig.create(url=given['url']))", url=hook.url)
    held = organisation.outcome(created["id"])
    assert (created["state"], without_state(created), held["state"]) == ("new", without_state(held), "valid")


@pytest.mark.requirement("RCL-CFG-018")
def test_retrieve_gives_what_the_server_holds(official: "OfficialClient", organisation: "Organisation") -> None:
    config = organisation.outcome(organisation.create(NOWHERE)["id"])
    assert official.run(organisation, "tell(ricloud.WebhookConfig.retrieve(given['id']))", id=config["id"]) == [config]


@pytest.mark.requirement("RCL-ERR-001", "RCL-ERR-006")
def test_config_that_does_not_exist_is_a_request_error(
    official: "OfficialClient", organisation: "Organisation"
) -> None:
    script = """
try:
    ricloud.WebhookConfig.retrieve(0)
except ricloud.exceptions.RequestError as error:
    tell(error.status, error.error, error.message)
"""
    assert official.run(organisation, script) == [404, "not-found", "There is no such webhook config."]


@pytest.mark.requirement("RCL-ERR-005", "RCL-UPD-010")
def test_refused_parameter_is_a_request_error_that_names_it(
    official: "OfficialClient", organisation: "Organisation"
) -> None:
    config = organisation.outcome(organisation.create(NOWHERE)["id"])
    script = """
try:
    ricloud.WebhookConfig.update_with_id(given["id"], state="valid")
except ricloud.exceptions.RequestError as error:
    tell(error.status, error.error, sorted(error.params))
"""
    told = official.run(organisation, script, id=config["id"])
    assert (told, organisation.config(config["id"])) == ([400, "invalid-parameter", ["state"]], config)


@pytest.mark.requirement("RCL-LST-001", "RCL-LST-002", "RCL-LST-003", "RCL-LST-004")
def test_list_filters_by_state(official: "OfficialClient", organisation: "Organisation", receiver: "Receiver") -> None:
    ids = {
        "valid": organisation.valid(receiver.hook().url)["id"],
        "invalid": organisation.outcome(organisation.create(NOWHERE)["id"])["id"],
        "deactivated": organisation.create(NOWHERE)["id"],
    }
    organisation.update(ids["deactivated"], state="deactivated")
    script = """
listed = ricloud.WebhookConfig.list
tell(listed(), *(listed(state=state) for state in ("valid", "invalid", "deactivated", "new")))
"""
    listed = [[config["id"] for config in page] for page in official.run(organisation, script)]
    assert listed == [[ids["invalid"], ids["valid"]], [ids["valid"]], [ids["invalid"]], [ids["deactivated"]], []]


@pytest.mark.requirement("RCL-LST-005", "RCL-LST-006")
def test_list_filters_by_the_moment_of_creation(official: "OfficialClient", organisation: "Organisation") -> None:
    ids = []
    for _ in range(3):
        ids.append(organisation.create(NOWHERE)["id"])
        organisation.advance(0.001)
    script = """
import datetime
text = ricloud.WebhookConfig.retrieve(given["middle"]).date_created
moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
listed = ricloud.WebhookConfig.list
tell(
    listed(date_created=moment), listed(date_created=text), listed(**{"date_created[lt]": moment}),
    listed(**{"date_created[gte]": moment}), listed(date_created__gt=moment), listed(date_created__lte=moment),
)
"""
    first, middle, last = ids
    told = official.run(organisation, script, middle=middle)
    listed = [[config["id"] for config in page] for page in told]
    assert listed == [[middle], [middle], [first], [last, middle], [last], [middle, first]]


@pytest.mark.requirement("RCL-LST-011", "RCL-LST-012", "RCL-LST-013", "RCL-LST-016", "RCL-LST-019")
def test_list_is_walked_page_by_page(official: "OfficialClient", organisation: "Organisation") -> None:
    ids = [organisation.create(NOWHERE)["id"] for _ in range(12)]
    script = """
def walk(**limit):
    pages = [ricloud.WebhookConfig.list(**limit)]
    while pages[-1].has_more:
        pages.append(ricloud.WebhookConfig.list(after_id=pages[-1].data[-1].id, **limit))
    return [[config.id for config in page] for page in pages]
first = ricloud.WebhookConfig.list(limit=2)
tell(walk(), walk(limit=5), repr(first)[:5], first.total_count, ricloud.WebhookConfig.list(before_id=given["third"]))
"""
    newest = ids[::-1]
    by_ten, by_five, text, total, before = official.run(organisation, script, third=newest[2])
    assert (by_ten, by_five) == ([newest[:10], newest[10:]], [newest[:5], newest[5:10], newest[10:]])
    assert (text, total, [config["id"] for config in before]) == ("List(", 12, newest[:2])


@pytest.mark.requirement("RCL-UPD-001", "RCL-UPD-002", "RCL-UPD-006")
def test_updates_are_stored_and_tested(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    hook = receiver.hook()
    ids = [organisation.outcome(organisation.create(NOWHERE)["id"])["id"] for _ in range(2)]
    script = """
first = ricloud.WebhookConfig.update_with_id(given["ids"][0], url=given["url"])
second = ricloud.WebhookConfig.retrieve(given["ids"][1])
second.update(url=given["url"])
tell(first, second)
"""
    updated = official.run(organisation, script, ids=ids, url=hook.url)
    held = [organisation.outcome(identifier) for identifier in ids]
    assert [(config["url"], config["state"]) for config in updated] == [(hook.url, "new")] * 2
    assert [(config["url"], config["state"]) for config in held] == [(hook.url, "valid")] * 2


@pytest.mark.requirement("RCL-UPD-007", "RCL-UPD-008")
def test_config_is_deactivated_and_revived(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    config = organisation.valid(receiver.hook().url)["id"]
    script = """
config = ricloud.WebhookConfig.retrieve(given["id"])
states = [config.state]
for state in ("deactivated", "new"):
    config.update(state=state)
    states.append(config.state)
tell(*states)
"""
    states = official.run(organisation, script, id=config)
    assert (states, organisation.outcome(config)["state"]) == (["valid", "deactivated", "new"], "valid")


@pytest.mark.requirement("RCL-TST-002", "RCL-TST-014", "RCL-TST-017", "RCL-TSK-003")
def test_test_gives_a_task_whose_outcome_can_be_retrieved(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    config = organisation.outcome(organisation.create(receiver.hook(500).url)["id"])
    script = """
begun = ricloud.WebhookConfig.test_with_id(given["id"])
again = ricloud.WebhookConfig.retrieve(given["id"]).test()
while ricloud.Task.retrieve(again["attrs"]["id"]).state not in ("succeeded", "failed"):
    pass
tell(begun, ricloud.Task.retrieve(begun["attrs"]["id"]), again, ricloud.Task.retrieve(again["attrs"]["id"]))
"""
    first, first_over, second, second_over = official.run(organisation, script, id=config["id"])
    assert [(it["resource"], it["type"], it["state"]) for it in (first, second)] == [
        ("task", "webhook_config.test", "pending")
    ] * 2
    assert [(over["id"], over["state"]) for over in (first_over, second_over)] == [
        (begun["id"], "succeeded") for begun in (first, second)
    ]
    assert (config["state"], organisation.config(config["id"])["state"]) == ("invalid", "valid")


@pytest.mark.requirement("RCL-TST-018")
def test_test_that_is_awaited_gives_a_task_that_is_over(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    config = organisation.valid(receiver.hook().url)["id"]
    script = "tell(ricloud.WebhookConfig.test_with_id(given['id']))"
    [task] = official.run(organisation, script, settings={"RICLOUD_AWAIT_FOR": "10"}, id=config)
    assert (task["state"], task["error"]) == ("succeeded", None)


@pytest.mark.requirement("RCL-DEL-001")
def test_delete_gives_the_config_as_it_was_left(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    ids = [organisation.valid(receiver.hook().url)["id"] for _ in range(2)]
    script = """
config = ricloud.WebhookConfig.retrieve(given["ids"][0])
config.delete()
tell(config, ricloud.WebhookConfig.delete_with_id(given["ids"][1]))
"""
    left = official.run(organisation, script, ids=ids)
    assert [config["state"] for config in left] == ["deactivated"] * 2
    assert left == [organisation.config(identifier) for identifier in ids]


@pytest.mark.requirement("RCL-TSK-011", "RCL-EVT-024")
def test_tasks_and_events_are_listed_and_retrieved(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    organisation.valid(receiver.hook().url)
    organisation.happen("session.expired")
    script = """
tasks, events = ricloud.Task.list(type="webhook_config.test"), ricloud.Event.list(type="session", action="expired")
tell(tasks, ricloud.Task.retrieve(tasks[0].id), events, ricloud.Event.retrieve(events[0].id), len(ricloud.Event.list()))
"""
    tasks, task, events, event, count = official.run(organisation, script)
    assert ([task], [event], count) == (tasks, events, 2)
    assert (tasks[0]["state"], events[0]["data"], events[0]["state"]) == (
        "succeeded",
        {"resource": "session"},
        "failed",
    )


@pytest.mark.requirement("RCL-ORG-003", "RCL-ORG-004", "RCL-ORG-005")
def test_organisation_and_key_take_a_config(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    config = organisation.valid(receiver.hook().url)
    script = """
config = ricloud.WebhookConfig.retrieve(given["id"])
organisation = ricloud.Organisation.retrieve()
nested = [type(it).__name__ for it in (organisation.webhook_configs, *organisation.webhook_configs)]
organisation.update(webhook_config_default=config)
key = ricloud.Key.retrieve(ricloud.Key.current()["attrs"]["id"])
key.update(webhook_config=config)
tell(nested, organisation, key, ricloud.Key.current())
"""
    nested, shown, key, current = official.run(organisation, script, id=config["id"])
    listed = shown["webhook_configs"]["data"]
    assert (nested, listed, shown["state"]) == (["List", "WebhookConfig"], [config], "active")
    assert (shown["webhook_config_default"], key["webhook_config"]) == (config["id"], config["id"])
    assert (key, current) == (organisation.api_key(), key)


@pytest.mark.requirement("RCL-CFG-001", "RCL-TST-002")
def test_command_line_creates_and_tests(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    hook = receiver.hook()
    created = official.command(organisation, "webhook-config", "create", "--url", hook.url)
    config = organisation.configs()["data"][0]
    organisation.settle()
    told = official.command(organisation, "webhook-config", "test", str(config["id"]))
    organisation.settle()
    assert (f'"id": {config["id"]}' in created, '"type": "webhook_config.test"' in told) == (True, True)
    assert (config["url"], hook.count) == (hook.url, 2)
