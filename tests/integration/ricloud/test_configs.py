"""The life of a webhook config: created, retrieved, updated, deactivated, revived, deleted."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Organisation, Receiver

PATH = "/configs/webhook"
NOWHERE = "http://127.0.0.1:1/hook"
NO_URLS: list[Any] = [None, 1, True, [], {}, "", "x", "/hook", "ftp://x/", "http://"]
NAMES = {"id", "resource", "organisation", "url", "secret", "state", "date_created"}


def count_of_tests(organisation: "Organisation") -> int:
    """How many tests have begun."""
    return int(organisation.tasks()["total_count"])


# Creating and retrieving.


@pytest.mark.requirement("RCL-CFG-001", "RCL-CFG-003", "RCL-CFG-009", "RCL-CFG-012", "RCL-STA-002")
def test_created_config_is_new_and_whole(organisation: "Organisation") -> None:
    config = organisation.create(NOWHERE)
    assert (config.keys(), config["resource"], config["state"]) == (NAMES, "webhook_config", "new")


@pytest.mark.requirement("RCL-CFG-001", "RCL-CFG-012", "RCL-CFG-018", "RCL-CFG-008")
def test_config_is_the_same_by_every_way(organisation: "Organisation") -> None:
    created = organisation.create(NOWHERE)
    retrieved = organisation.outcome(created["id"])
    [listed] = organisation.configs()["data"]
    updated = organisation.update(created["id"], state="deactivated")
    assert {name: created[name] for name in NAMES - {"state"}} == {name: updated[name] for name in NAMES - {"state"}}
    assert (retrieved, {**retrieved, "state": "new"}) == (listed, created)


@pytest.mark.requirement("RCL-CFG-002", "RCL-CFG-006", "RCL-CFG-007")
def test_every_config_has_an_id_and_a_secret_of_its_own(organisation: "Organisation") -> None:
    configs = [organisation.create(NOWHERE) for _ in range(5)]
    ids, secrets = {config["id"] for config in configs}, {config["secret"] for config in configs}
    assert (len(ids), len(secrets), all(isinstance(identifier, int) for identifier in ids)) == (5, 5, True)
    assert all(secret.startswith("whsec_") and len(secret) > 40 for secret in secrets)


@pytest.mark.requirement("RCL-CFG-004", "RCL-ORG-005")
def test_configs_belong_to_the_organisation(organisation: "Organisation") -> None:
    owners = {organisation.create(NOWHERE)["organisation"] for _ in range(2)}
    assert owners == {organisation.shown()["id"]} == {organisation.api_key()["organisation"]}


@pytest.mark.requirement("RCL-CFG-005", "RCL-CFG-016")
@pytest.mark.parametrize(
    "url",
    [
        *("https://www.mywebhook.com/webhooks/", "http://127.0.0.1:1", "HTTP://LOCALHOST:1/Path/", "http://[::1]:1/x"),
        *("http://127.0.0.1:1/a?b=c&d=%20#e", "http://name:word@127.0.0.1:1/"),
    ],
)
def test_url_is_kept_as_it_came(organisation: "Organisation", url: str) -> None:
    assert organisation.config(organisation.create(url)["id"])["url"] == url


@pytest.mark.requirement("RCL-CFG-010", "RCL-CFG-011")
def test_date_is_the_moment_of_the_creation_whatever_happens(organisation: "Organisation") -> None:
    before = organisation.moment_ms()
    config = organisation.create(NOWHERE)
    organisation.advance(3600)
    organisation.update(config["id"], url="http://127.0.0.1:1/other")
    organisation.test(config["id"])
    assert organisation.milliseconds(config["date_created"]) == before
    assert organisation.outcome(config["id"])["date_created"] == config["date_created"]
    assert datetime.fromisoformat(config["date_created"]).utcoffset() is not None


@pytest.mark.requirement("RCL-CFG-017")
def test_properties_that_are_no_parameters_are_ignored(organisation: "Organisation") -> None:
    body: dict[str, Any] = {"url": NOWHERE, "secret": "mine", "id": 7_000_000, "state": "valid", "x": [1]}
    config = organisation.client.post(PATH, json=body).json()
    assert config["state"] == "new"
    assert [name for name in ("secret", "id", "x") if config.get(name) == body[name]] == []


@pytest.mark.requirement("RCL-CFG-020", "RCL-CFG-021")
@pytest.mark.parametrize("media_type", [None, "application/json", "application/json; charset=utf-8", "text/plain", "x"])
def test_body_is_json_whatever_it_is_sent_as(organisation: "Organisation", media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    content = json.dumps({"url": NOWHERE}).encode()
    response = organisation.client.post(PATH, content=content, headers=headers)
    updated = organisation.client.post(f"{PATH}/{response.json()['id']}", content=content, headers=headers)
    assert (response.status_code, updated.status_code) == (201, 200)


@pytest.mark.requirement("RCL-CFG-013", "RCL-CFG-014", "RCL-CFG-015", "RCL-ERR-004", "RCL-ERR-005")
@pytest.mark.parametrize("body", [{}, {"Url": NOWHERE}, *({"url": url} for url in NO_URLS)], ids=json.dumps)
def test_creation_without_a_usable_url_is_refused(organisation: "Organisation", body: Any) -> None:
    response = organisation.client.post(PATH, json=body)
    assert (response.status_code, response.json()["error"], list(response.json()["params"])) == (
        400,
        "invalid-parameter",
        ["url"],
    )
    assert (organisation.configs()["total_count"], count_of_tests(organisation)) == (0, 0)


# Updating.


@pytest.mark.requirement("RCL-UPD-001", "RCL-UPD-006", "RCL-UPD-014")
def test_update_stores_the_url_and_begins_anew(organisation: "Organisation", receiver: "Receiver") -> None:
    config, url = organisation.valid(receiver.hook().url), receiver.hook().url
    updated = organisation.update(config["id"], url=url)
    assert updated == {**config, "url": url, "state": "new"}


@pytest.mark.requirement("RCL-UPD-002", "RCL-UPD-003", "RCL-UPD-004")
def test_update_moves_from_a_receiver_to_another(organisation: "Organisation", receiver: "Receiver") -> None:
    first, second = receiver.hook(), receiver.hook(500)
    config = organisation.valid(first.url)["id"]
    organisation.update(config, url=second.url)
    broken = organisation.outcome(config)["state"]
    organisation.update(config, url=first.url)
    assert (broken, organisation.outcome(config)["state"], first.count, second.count) == ("invalid", "valid", 2, 1)


@pytest.mark.requirement("RCL-UPD-005")
def test_update_is_answered_while_the_receiver_holds_the_test(
    organisation: "Organisation", receiver: "Receiver"
) -> None:
    config = organisation.valid(receiver.hook().url)["id"]
    hang = receiver.hang()
    hook = receiver.hook(hang)
    updated = organisation.update(config, url=hook.url)["state"]
    hook.next()
    held = organisation.config(config)["state"]
    hang.released.set()
    organisation.ended(organisation.tasks()["data"][0]["id"])
    assert (updated, held, organisation.config(config)["state"]) == ("new", "new", "valid")


@pytest.mark.requirement("RCL-UPD-013", "RCL-TSK-011")
@pytest.mark.parametrize("changes", [{}, {"state": "new"}, {"x": 1}])
def test_update_that_changes_nothing_tests_all_the_same(
    organisation: "Organisation", receiver: "Receiver", changes: Any
) -> None:
    hook = receiver.hook()
    config = organisation.valid(hook.url)["id"]
    assert organisation.update(config, **changes)["state"] == "new"
    assert (organisation.outcome(config)["state"], hook.count) == ("valid", 2)


@pytest.mark.requirement("RCL-UPD-010", "RCL-UPD-015", "RCL-ERR-004", "RCL-ERR-005")
@pytest.mark.parametrize("state", ["valid", "invalid", "NEW", "", "tested", None, 1, ["new"]])
def test_no_other_state_can_be_set(organisation: "Organisation", receiver: "Receiver", state: Any) -> None:
    config = organisation.valid(receiver.hook().url)
    response = organisation.client.post(f"{PATH}/{config['id']}", json={"state": state, "url": NOWHERE})
    assert (response.status_code, response.json()["error"], list(response.json()["params"])) == (
        400,
        "invalid-parameter",
        ["state"],
    )
    assert (organisation.outcome(config["id"]), count_of_tests(organisation)) == (config, 1)


@pytest.mark.requirement("RCL-CFG-014", "RCL-UPD-015")
@pytest.mark.parametrize("url", NO_URLS, ids=json.dumps)
def test_update_to_no_url_changes_nothing(organisation: "Organisation", receiver: "Receiver", url: Any) -> None:
    config = organisation.valid(receiver.hook().url)
    response = organisation.client.post(f"{PATH}/{config['id']}", json={"url": url, "state": "deactivated"})
    assert (response.status_code, list(response.json()["params"])) == (400, ["url"])
    assert (organisation.outcome(config["id"]), count_of_tests(organisation)) == (config, 1)


# Out of use, and into it again.


@pytest.fixture(params=["new", "valid", "invalid", "deactivated"])
def config(request: pytest.FixtureRequest, organisation: "Organisation", receiver: "Receiver") -> Any:
    """A config in each state."""
    match request.param:
        case "new":
            hook = receiver.hook(receiver.hang())
            created = organisation.create(hook.url)
            hook.next()  # its test is under way, and no more goes where an update leads
            return created
        case "valid":
            return organisation.valid(receiver.hook().url)
        case "invalid":
            return organisation.outcome(organisation.create(NOWHERE)["id"])
        case _:
            return organisation.update(organisation.valid(receiver.hook().url)["id"], state="deactivated")


@pytest.mark.requirement("RCL-UPD-007", "RCL-UPD-011", "RCL-CFG-019")
def test_config_is_deactivated_from_any_state_without_a_test(organisation: "Organisation", config: Any) -> None:
    answer = organisation.update(config["id"], state="deactivated")
    assert answer == organisation.config(config["id"]) == {**config, "state": "deactivated"}
    assert count_of_tests(organisation) == 1


@pytest.mark.requirement("RCL-UPD-008", "RCL-UPD-009")
def test_config_is_made_new_from_any_state_and_tested(
    organisation: "Organisation", receiver: "Receiver", config: Any
) -> None:
    hook = receiver.hook()
    answer = organisation.update(config["id"], state="new", url=hook.url)["state"]
    assert (answer, organisation.outcome(config["id"])["state"], hook.count) == ("new", "valid", 1)


@pytest.mark.requirement("RCL-DEL-001", "RCL-DEL-002")
def test_delete_leaves_any_config_deactivated(organisation: "Organisation", config: Any) -> None:
    answers = [organisation.delete(config["id"]) for _ in range(2)]
    assert answers == [{**config, "state": "deactivated"}] * 2
    assert (organisation.config(config["id"]), count_of_tests(organisation)) == (answers[0], 1)


@pytest.mark.requirement("RCL-UPD-012", "RCL-STA-006")
def test_url_of_a_deactivated_config_is_stored_and_not_tested(
    organisation: "Organisation", receiver: "Receiver"
) -> None:
    hook = receiver.hook()
    config = organisation.create(NOWHERE)["id"]
    organisation.update(config, state="deactivated")
    answer = organisation.update(config, url=hook.url)
    organisation.advance(100_000)
    assert (answer["url"], answer["state"], organisation.config(config), hook.count) == (
        hook.url,
        "deactivated",
        answer,
        0,
    )


@pytest.mark.requirement("RCL-TST-016", "RCL-STA-006")
def test_deactivated_config_is_not_tested(organisation: "Organisation", receiver: "Receiver") -> None:
    hook = receiver.hook()
    config = organisation.valid(hook.url)["id"]
    organisation.update(config, state="deactivated")
    response = organisation.client.post(f"{PATH}/{config}/test")
    assert (response.status_code, response.json()["error"]) == (400, "deactivated")
    assert (organisation.outcome(config)["state"], count_of_tests(organisation), hook.count) == ("deactivated", 1, 1)


@pytest.mark.requirement("RCL-STA-001", "RCL-STA-003", "RCL-STA-004", "RCL-STA-005", "RCL-STA-006")
def test_state_does_not_change_by_itself(organisation: "Organisation", receiver: "Receiver") -> None:
    broken = receiver.hook(500)
    configs = [
        organisation.valid(receiver.hook(200, then=500).url),
        organisation.outcome(organisation.create(broken.url)["id"]),
        organisation.update(organisation.create(receiver.hook().url)["id"], state="deactivated"),
    ]
    organisation.advance(1_000_000)
    assert [organisation.config(config["id"]) for config in configs] == configs
    assert [config["state"] for config in configs] == ["valid", "invalid", "deactivated"]


@pytest.mark.requirement("RCL-STA-005")
def test_failing_tests_never_deactivate(organisation: "Organisation", receiver: "Receiver") -> None:
    config = organisation.create(receiver.hook(then=500).url)["id"]
    for _ in range(12):
        organisation.tested(config)
    assert organisation.config(config)["state"] == "invalid"


# What is not there.


@pytest.mark.requirement("RCL-CFG-002", "RCL-ERR-006")
@pytest.mark.parametrize("form", ["0{}", "+{}", " {}", "{}.0", "{}%20"])
def test_id_is_written_in_one_way_alone(organisation: "Organisation", form: str) -> None:
    config = organisation.create(NOWHERE)["id"]
    assert organisation.client.get(f"{PATH}/{form.format(config)}").status_code == 404


@pytest.mark.requirement("RCL-ERR-006", "RCL-ERR-007", "RCL-ERR-001")
@pytest.mark.parametrize("identifier", ["0", "999999999", "-1", "x", "1.5", "٣", "9" * 400, "%00", "1%2F2"])
@pytest.mark.parametrize(
    ("method", "end"), [("GET", ""), ("POST", ""), ("DELETE", ""), ("POST", "/test")], ids=lambda it: it or "config"
)
def test_config_that_is_not_there_is_not_found(
    organisation: "Organisation", method: str, end: str, identifier: str
) -> None:
    body = {"url": NOWHERE} if method == "POST" and not end else None
    response = organisation.client.request(method, f"{PATH}/{identifier}{end}", json=body)
    assert (response.status_code, response.json()["error"], bool(response.json()["message"])) == (
        404,
        "not-found",
        True,
    )
