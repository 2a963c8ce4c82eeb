"""Ricloud's behaviours are switched on and off in workspaces, and by the command line in all of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.behaviours.catalogue import load
from mockserver.errors import UnusableOptionError
from mockserver.outbound.guard import LoopbackGuard
from mockserver.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import OpenOrganisation, RunProofreel, StartServer
    from tests.integration.behaviours.conftest import Cloud

CONTROL, CONFIGS = "/_control/behaviours", "/configs/webhook"
TOKEN = {"Authorization": "Token valid"}
OF_WORKSPACES = [it.id for it in load("ricloud") if it.scope == "workspace"]


def active(cloud: "Cloud") -> list[str]:
    return [it["id"] for it in cloud.send("GET", CONTROL).json()["behaviours"] if it["active"]]


def test_list_is_the_catalogue_of_the_workspaces_api(cloud: "Cloud") -> None:
    listed = cloud.send("GET", CONTROL).json()["behaviours"]
    assert [it["id"] for it in listed] == [it.id for it in load("ricloud")]
    assert all(it["requirements"] and it["statement"] and not it["active"] for it in listed)


def test_behaviour_of_another_api_is_unknown(cloud: "Cloud") -> None:
    response = cloud.send("PUT", CONTROL, {"active": ["put-keeps-url"]})
    assert response.status_code == 422
    assert "there is no behaviour 'put-keeps-url'" in response.json()["detail"][0]["msg"]


def test_behaviour_of_the_server_is_refused_in_a_workspace(cloud: "Cloud") -> None:
    response = cloud.send("PUT", CONTROL, {"active": ["get-tests-a-config"]})
    assert response.status_code == 422
    assert "start it with --behave get-tests-a-config" in response.json()["detail"][0]["msg"]


def test_empty_list_brings_the_clean_server_back(cloud: "Cloud") -> None:
    cloud.behave("retrieval-answers-202", "creation-answers-200")
    _, config = cloud.tested()
    path = f"{CONFIGS}/{config['id']}"
    assert cloud.status("GET", path) == 202
    assert cloud.behave() == []
    assert cloud.status("GET", path) == 200


def test_reset_switches_behaviours_off_and_forgets_what_they_remember(cloud: "Cloud") -> None:
    cloud.behave("ended-task-is-processing-again")
    cloud.organisation.reset()
    assert active(cloud) == []


def test_several_behaviours_hold_at_once(cloud: "Cloud") -> None:
    cloud.behave("unknown-body-properties-are-refused", "url-must-be-https", "creation-answers-200", "params-are-texts")
    https = "https://127.0.0.1:9/"
    answers = [
        cloud.send("POST", CONFIGS, body)
        for body in ({"url": https}, {"url": "http://127.0.0.1:9/"}, {"url": https, "a": 1})
    ]
    assert [answer.status_code for answer in answers] == [200, 400, 400]
    assert isinstance(answers[1].json()["params"]["url"], str)


def test_behaviours_around_the_same_answer_go_together(cloud: "Cloud") -> None:
    cloud.behave("config-ids-are-strings", "secret-is-shown-once", "moments-in-whole-seconds", "list-has-no-count")
    _, config = cloud.tested()
    (listed,) = cloud.items(CONFIGS)
    assert listed == {name: value for name, value in cloud.shown(config).items() if name != "secret"}
    assert (listed["id"], listed["date_created"][19:]) == (config["id"], "Z")
    assert "total_count" not in cloud.send("GET", CONFIGS).json()


def test_behaviours_of_the_same_transition_go_together(cloud: "Cloud") -> None:
    cloud.behave("test-revives-a-deactivated-config", "deactivation-is-tested", "retries-survive-deactivation")
    hook, config = cloud.used(500)
    cloud.happen()
    cloud.update(config, state="deactivated")
    assert (cloud.state(config), hook.count) == ("deactivated", 3)
    cloud.organisation.advance(300)
    assert hook.count == 4
    cloud.test(config)
    assert (cloud.state(config), hook.count) == ("valid", 5)


@pytest.mark.parametrize("behaviour", OF_WORKSPACES)
def test_no_behaviour_breaks_the_server(cloud: "Cloud", behaviour: str) -> None:
    """A whole life of an organisation, right and wrong requests included, without any answer of the 5xx kind."""
    cloud.behave(behaviour)
    first, second = cloud.receiver.hook(500), cloud.receiver.hook()
    created = cloud.send("POST", CONFIGS, {"url": first.url})
    config = created.json().get("id", 1)
    path = f"{CONFIGS}/{config}"
    requests: list[tuple[str, str, Any]] = [
        ("POST", CONFIGS, {"url": 1, "other": {}}),
        ("POST", CONFIGS, []),
        ("POST", CONFIGS, {}),
        ("POST", "/_control/clock/advance", {"seconds": 20}),
        ("GET", path, None),
        ("POST", path, {"url": second.url}),
        ("POST", path, {"url": second.url, "state": "valid"}),
        ("POST", path, {}),
        ("POST", "/_control/clock/advance", {"seconds": 20}),
        ("POST", f"{path}/test", None),
        ("POST", f"{path}/test", {}),
        ("POST", "/organisation", {"webhook_config_default": config}),
        ("POST", "/organisation", {"webhook_config_default": "x", "name": "n"}),
        ("GET", "/organisation", None),
        ("GET", "/key", None),
        ("POST", "/_control/events", {"type": "poll", "action": "completed", "data": {"id": 1}}),
        ("POST", "/_control/clock/advance", {"seconds": 20_000}),
        ("GET", f"{CONFIGS}?state=valid&date_created[gt]=2020-01-01&limit=1&after_id={config}", None),
        ("GET", f"{CONFIGS}?state=x&date_created__foo=y&limit=0&before_id=0&other=1", None),
        ("GET", "/tasks?type=webhook_config.test&limit=2", None),
        ("GET", "/events?action=test&limit=2", None),
        ("GET", f"{CONFIGS}/x", None),
        ("GET", "/tasks/x", None),
        ("GET", "/events/x", None),
        ("POST", path, {"state": "deactivated"}),
        ("POST", f"{path}/test", None),
        ("POST", path, {"url": first.url}),
        ("POST", path, {"state": "new"}),
        ("DELETE", path, None),
        ("DELETE", path, None),
        ("GET", path, None),
        ("POST", "/_control/clock/advance", {"seconds": 20}),
        ("POST", "/_control/reset", None),
    ]
    answers = [created, *(cloud.send(method, target, body) for method, target, body in requests)]
    assert [(answer.request.url, answer.text) for answer in answers if answer.status_code >= 500] == []


# Of the whole server.


def standing(*identifiers: str) -> TestClient[Any]:
    settings = Settings(behaviours=identifiers, guard=LoopbackGuard())
    return TestClient(create_app(settings), base_url="http://testserver.local")


@pytest.mark.parametrize(
    ("behaviour", "headers", "status"),
    [
        ("missing-token-is-accepted", {}, 200),
        ("missing-token-is-403", {}, 403),
        ("malformed-authorization-is-accepted", {"Authorization": "Bearer abc"}, 200),
        ("malformed-authorization-is-accepted", {"Authorization": "Token"}, 200),
        ("malformed-authorization-is-accepted", {"Authorization": "abc"}, 200),
        ("malformed-authorization-is-403", {"Authorization": "Bearer abc"}, 403),
        ("token-word-must-be-exact", {"Authorization": "token valid"}, 401),
    ],
)
def test_behaviour_of_the_way_in_shows_what_it_says(behaviour: str, headers: Mapping[str, str], status: int) -> None:
    other_headers = {} if headers else {"Authorization": "Bearer abc"}
    with standing(behaviour) as client:
        assert client.get(CONFIGS, headers=headers).status_code == status
        assert client.get(CONFIGS, headers=other_headers).status_code == 401
        assert client.get(CONFIGS, headers=TOKEN).status_code == 200


def test_without_behaviours_the_word_token_may_be_written_in_any_case() -> None:
    with standing() as client:
        assert client.get(CONFIGS, headers={"Authorization": "tOKEN valid"}).status_code == 200


def test_refusal_of_a_token_can_have_another_form() -> None:
    with standing("unauthorized-in-another-form") as client:
        answer = client.get(CONFIGS)
        assert (answer.status_code, answer.json()) == (401, "Missing or invalid token.")


def created(client: TestClient[Any]) -> str:
    """The path of a new config."""
    return f"{CONFIGS}/{client.post(CONFIGS, headers=TOKEN, json={'url': 'http://127.0.0.1:9/'}).json()['id']}"


@pytest.mark.parametrize(
    ("behaviours", "statuses"),
    [
        ([], [405, 405, 405, 405]),
        (["unknown-method-is-404"], [404, 404, 404, 405]),
        (["put-updates-a-config"], [200, 405, 405, 405]),
        (["get-tests-a-config"], [405, 405, 405, 201]),
        (["get-tests-a-config", "unknown-method-is-404"], [404, 404, 404, 201]),
    ],
)
def test_further_methods_are_those_of_the_behaviours(behaviours: list[str], statuses: list[int]) -> None:
    with standing(*behaviours) as client:
        path = created(client)
        answers = [
            client.put(path, headers=TOKEN, json={"url": "http://127.0.0.1:9/b"}),
            client.patch(path, headers=TOKEN, json={}),
            client.delete(CONFIGS, headers=TOKEN),
            client.get(f"{path}/test", headers=TOKEN),
        ]
        assert [answer.status_code for answer in answers] == statuses


def test_put_updates_and_get_tests_the_config() -> None:
    with standing("put-updates-a-config", "get-tests-a-config") as client:
        path = created(client)
        client.put(path, headers=TOKEN, json={"url": "http://127.0.0.1:9/b"})
        assert client.get(path, headers=TOKEN).json()["url"] == "http://127.0.0.1:9/b"
        assert client.get(f"{path}/test", headers=TOKEN).json()["type"] == "webhook_config.test"


def test_standing_behaviours_of_the_server_stay_when_a_workspace_switches() -> None:
    with standing("get-tests-a-config", "retrieval-answers-202") as client:
        path = created(client)
        assert client.get(path, headers=TOKEN).status_code == 202
        shown = client.put(CONTROL, headers=TOKEN, json={"active": []}).json()["behaviours"]
        assert [it["id"] for it in shown if it["active"]] == ["get-tests-a-config"]
        assert [client.get(it, headers=TOKEN).status_code for it in (path, f"{path}/test")] == [200, 201]
        client.post("/_control/reset", headers=TOKEN)
        assert client.get(created(client), headers=TOKEN).status_code == 202


def test_standing_behaviours_hold_in_their_own_api_alone() -> None:
    with standing("missing-token-is-403", "missing-configuration-is-404") as client:
        config = "/api/v1/webhook-config"
        statuses = [client.get(path).status_code for path in (CONFIGS, config)]
        assert [*statuses, client.get(config, headers={"X-API-KEY": "ffsk_valid"}).status_code] == [403, 401, 404]


@pytest.mark.parametrize("behaviour", ["missing-token-is-accepted", "malformed-authorization-is-accepted"])
def test_behaviour_that_opens_organisations_is_refused_where_tokens_are_given(behaviour: str) -> None:
    with pytest.raises(UnusableOptionError, match=f"--behave {behaviour} opens accounts for other keys"):
        create_app(Settings(behaviours=(behaviour,), api_keys=frozenset({"only"})))


def test_option_switches_a_behaviour_on(start_server: "StartServer", open_organisation: "OpenOrganisation") -> None:
    organisation = open_organisation(start_server("--behave", "current-key-is-404"))
    assert organisation.client.get("/key").status_code == 404


def test_catalogue_can_be_listed_on_the_command_line(run_proofreel: "RunProofreel") -> None:
    ended = run_proofreel("serve", "--list-behaviours")
    assert ended.returncode == 0
    assert [it for it in OF_WORKSPACES if it not in ended.stdout] == []
