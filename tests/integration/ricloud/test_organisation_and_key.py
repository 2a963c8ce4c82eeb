"""The organisation and its key: what they show, and which config they choose."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import OpenOrganisation, Organisation, Receiver, RunningServer

NOWHERE = "http://127.0.0.1:1/hook"


@pytest.mark.requirement("RCL-ORG-003", "RCL-ORG-005", "RCL-ORG-013")
def test_new_organisation_has_no_config(organisation: "Organisation") -> None:
    shown = organisation.shown()
    assert (shown["resource"], shown["state"], shown["webhook_config_default"]) == (
        "organisation",
        "unconfigured",
        None,
    )
    assert (shown["webhook_configs"]["resource"], shown["webhook_configs"]["data"]) == ("list", [])


@pytest.mark.requirement("RCL-ORG-004", "RCL-ORG-005")
def test_key_is_the_calling_one(organisation: "Organisation") -> None:
    key = organisation.api_key()
    by_id = organisation.client.get(f"/keys/{key['id']}").json()
    assert (key["resource"], key["token"], key["webhook_config"], by_id) == ("key", organisation.token, None, key)


@pytest.mark.requirement("RCL-ORG-013", "RCL-STA-008")
def test_organisation_is_active_as_long_as_a_config_is_valid(
    organisation: "Organisation", receiver: "Receiver"
) -> None:
    hook = receiver.hook(200, then=500)
    organisation.outcome(organisation.create(NOWHERE)["id"])
    states = [organisation.shown()["state"]]
    config = organisation.valid(hook.url)["id"]
    states.append(organisation.shown()["state"])
    organisation.tested(config)
    states.append(organisation.shown()["state"])
    assert states == ["unconfigured", "active", "unconfigured"]


@pytest.mark.requirement("RCL-ORG-012")
def test_organisation_shows_its_newest_configs_without_deactivated_ones(organisation: "Organisation") -> None:
    ids = [organisation.create(NOWHERE)["id"] for _ in range(12)]
    organisation.update(ids[-1], state="deactivated")
    shown = organisation.shown()["webhook_configs"]
    assert [config["id"] for config in shown["data"]] == ids[-2:0:-1]
    assert (shown["has_more"], shown["total_count"]) == (True, 11)


@pytest.mark.requirement("RCL-ORG-003", "RCL-ORG-010", "RCL-ORG-011")
def test_any_own_config_can_be_the_default_and_none(organisation: "Organisation") -> None:
    config = organisation.outcome(organisation.create(NOWHERE)["id"])["id"]
    answers = [organisation.use(choice)["webhook_config_default"] for choice in (config, None, config)]
    assert (answers, organisation.shown()["webhook_config_default"]) == ([config, None, config], config)


@pytest.mark.requirement("RCL-ORG-004", "RCL-ORG-010", "RCL-ORG-011")
def test_any_own_config_can_be_the_keys_own_and_none(organisation: "Organisation") -> None:
    config = organisation.create(NOWHERE)["id"]
    answers = [organisation.use_with_key(choice)["webhook_config"] for choice in (config, None, config)]
    assert (answers, organisation.api_key()["webhook_config"]) == ([config, None, config], config)


@pytest.mark.requirement("RCL-ORG-003")
def test_choice_may_be_written_as_text(organisation: "Organisation") -> None:
    config = organisation.create(NOWHERE)["id"]
    response = organisation.client.post("/organisation", json={"webhook_config_default": str(config)})
    assert response.json()["webhook_config_default"] == config


@pytest.mark.requirement("RCL-ORG-009", "RCL-ERR-004", "RCL-ERR-005")
@pytest.mark.parametrize("choice", [0, 999_999_999, "x", "", -1, 1.5, True, [], {}, 10**30])
def test_choice_of_what_is_not_there_is_refused(organisation: "Organisation", choice: Any) -> None:
    key = organisation.api_key()["id"]
    config = organisation.create(NOWHERE)["id"]
    organisation.use(config)
    organisation.use_with_key(config)
    answers = [
        organisation.client.post("/organisation", json={"webhook_config_default": choice, "name": "Changed"}),
        organisation.client.post(f"/keys/{key}", json={"webhook_config": choice}),
    ]
    told = [(answer.status_code, answer.json()["error"], list(answer.json()["params"])) for answer in answers]
    assert told == [(400, "invalid-parameter", [name]) for name in ("webhook_config_default", "webhook_config")]
    assert (organisation.shown()["webhook_config_default"], organisation.api_key()["webhook_config"]) == (config,) * 2
    assert organisation.shown()["name"] != "Changed"


@pytest.mark.requirement("RCL-ORG-007")
def test_deactivation_leaves_what_chooses_the_config(organisation: "Organisation") -> None:
    config = organisation.create(NOWHERE)["id"]
    organisation.use(config)
    organisation.use_with_key(config)
    organisation.update(config, state="deactivated")
    assert (organisation.shown()["webhook_config_default"], organisation.api_key()["webhook_config"]) == (config,) * 2


def test_organisation_takes_a_name(organisation: "Organisation") -> None:
    organisation.client.post("/organisation", json={"name": "Ours"})
    assert organisation.shown()["name"] == "Ours"


def test_name_alone_leaves_the_default(organisation: "Organisation") -> None:
    config = organisation.create(NOWHERE)["id"]
    organisation.use(config)
    response = organisation.client.post("/organisation", json={"name": "Ours"})
    assert response.json()["webhook_config_default"] == config


@pytest.mark.requirement("RCL-ERR-006", "RCL-ERR-007")
@pytest.mark.parametrize("key", ["0", "x", "999999999", "-1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_key_that_is_not_there_is_not_found(organisation: "Organisation", method: str, key: str) -> None:
    response = organisation.client.request(method, f"/keys/{key}", json={} if method == "POST" else None)
    assert (response.status_code, response.json()["error"]) == (404, "not-found")


# Two organisations.


@pytest.fixture
def stranger(open_organisation: "OpenOrganisation", server: "RunningServer") -> "Organisation":
    return open_organisation(server)


@pytest.mark.requirement("RCL-ORG-006", "RCL-ERR-006", "RCL-LST-001")
def test_what_is_another_organisations_looks_absent(
    organisation: "Organisation", stranger: "Organisation", receiver: "Receiver"
) -> None:
    config = organisation.valid(receiver.hook().url)
    task, event = organisation.tasks()["data"][0]["id"], organisation.events()["data"][0]["id"]
    path = f"/configs/webhook/{config['id']}"
    answers = [
        stranger.client.get(path),
        stranger.client.post(path, json={"state": "deactivated"}),
        stranger.client.delete(path),
        stranger.client.post(f"{path}/test"),
        stranger.client.get(f"/tasks/{task}"),
        stranger.client.get(f"/events/{event}"),
        stranger.client.get(f"/keys/{organisation.api_key()['id']}"),
    ]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(404, "not-found")] * 7
    lists = [stranger.configs(), stranger.tasks(), stranger.events(), stranger.configs(state="deactivated")]
    assert [page["total_count"] for page in lists] == [0] * 4
    assert (organisation.outcome(config["id"]), organisation.tasks()["total_count"]) == (config, 1)


@pytest.mark.requirement("RCL-ORG-006", "RCL-ORG-009")
def test_config_of_another_organisation_cannot_be_used(organisation: "Organisation", stranger: "Organisation") -> None:
    config = organisation.create(NOWHERE)["id"]
    answers = [
        stranger.client.post("/organisation", json={"webhook_config_default": config}),
        stranger.client.post(f"/keys/{stranger.api_key()['id']}", json={"webhook_config": config}),
        stranger.client.get("/configs/webhook", params={"after_id": config}),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400]


@pytest.mark.requirement("RCL-ORG-006", "RCL-EVT-001")
def test_events_stay_within_their_organisation(
    organisation: "Organisation", stranger: "Organisation", receiver: "Receiver"
) -> None:
    own, theirs = receiver.hook(), receiver.hook()
    organisation.use(organisation.valid(own.url)["id"])
    stranger.use(stranger.valid(theirs.url)["id"])
    organisation.happen()
    organisation.settle()
    stranger.settle()
    assert (own.count, theirs.count) == (2, 1)
