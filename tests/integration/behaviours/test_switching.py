"""Behaviours are switched by the control protocol in one workspace, and by the command line in all of them."""

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.behaviours.catalogue import load
from mockserver.errors import UnusableOptionError
from mockserver.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import OpenAccount, RunningServer, RunProofreel, RunServe, StartServer
    from tests.integration.behaviours.conftest import World

CONTROL, CONFIG = "/_control/behaviours", "/api/v1/webhook-config"
URL = "http://127.0.0.1:9/hook"
TAKES_REAL_TIME = frozenset({"commands-are-slow", "sent-late-in-real-time", "rate-limited-for-longer"})
OF_WORKSPACES = [it.id for it in load("renderio") if it.scope == "workspace"]
INVALID_BODY = {"url": 1}


def active(world: "World") -> list[str]:
    listed = world.account.client.get(CONTROL).json()["behaviours"]
    return [it["id"] for it in listed if it["active"]]


def refused(world: "World", *identifiers: str) -> str:
    response = world.account.client.put(CONTROL, json={"active": list(identifiers)})
    assert response.status_code == 422, response.text
    (problem,) = response.json()["detail"]
    assert problem["loc"] == ["active", len(identifiers) - 1]
    return str(problem["msg"])


def test_list_is_the_catalogue(world: "World") -> None:
    listed = world.account.client.get(CONTROL).json()["behaviours"]
    assert [it["id"] for it in listed] == [it.id for it in load("renderio")]
    assert all(it["requirements"] and it["statement"] and not it["active"] for it in listed)


def test_listing_needs_a_credential(server: "RunningServer", open_account: "OpenAccount") -> None:
    assert open_account(server, "no-key").client.get(CONTROL).status_code == 401


def test_put_replaces_what_was_active(world: "World") -> None:
    world.behave("put-keeps-url", "put-keeps-count")
    assert world.behave("never-disabled") == ["never-disabled"]
    assert active(world) == ["never-disabled"]


def test_empty_list_brings_the_clean_server_back(world: "World") -> None:
    world.behave("missing-configuration-is-404")
    assert world.behave() == []
    assert world.account.client.get(CONFIG).status_code == 200


def test_several_behaviours_hold_at_once(world: "World") -> None:
    world.behave("submission-answers-202", "signature-in-capitals", "other-user-agent", "content-type-is-text")
    hook = world.configured()
    assert world.submission() == 202
    arrival = hook.next()
    signature = arrival.header("X-Webhook-Signature") or ""
    assert signature.isupper()
    assert [arrival.header(name) for name in ("User-Agent", "Content-Type")] == ["RenderIO-Hooks/2.0", "text/plain"]


def test_behaviour_that_is_given_twice_holds_once(world: "World") -> None:
    assert world.behave("second-attempt-late", "second-attempt-late") == ["second-attempt-late"]
    world.configured(then=503)
    world.failed()
    world.account.advance(8)
    assert world.waits() == (0.0, 8.0)


def test_other_workspace_does_not_notice(world: "World") -> None:
    world.behave("missing-configuration-is-404", "never-disabled")
    assert active(world.reversed()) == []
    assert world.other.client.get(CONFIG).status_code == 200


def test_unknown_behaviour_is_refused_with_a_suggestion(world: "World") -> None:
    assert refused(world, "put-keeps-ulr") == (
        "there is no behaviour 'put-keeps-ulr'; did you mean put-keeps-url or put-keeps-count or put-keeps-secret?"
    )


def test_unlike_name_is_told_where_all_are_listed(world: "World") -> None:
    assert "GET /_control/behaviours" in refused(world, "@@@")


def test_behaviour_of_the_server_is_refused_in_a_workspace(world: "World") -> None:
    message = refused(world, "put-keeps-url", "missing-key-is-403")
    assert message == "missing-key-is-403 concerns the whole server; start it with --behave missing-key-is-403"


def test_refused_list_switches_nothing(world: "World") -> None:
    world.behave("never-disabled")
    refused(world, "put-keeps-url", "absent")
    assert active(world) == ["never-disabled"]


@pytest.mark.parametrize("body", [{}, {"active": "x"}, {"active": [1]}, {"active": [""]}, [], None])
def test_invalid_body_is_refused(world: "World", body: Any) -> None:
    assert world.account.client.put(CONTROL, json=body).status_code == 422


def test_reset_switches_behaviours_off(world: "World") -> None:
    world.behave("missing-configuration-is-404")
    world.account.client.post("/_control/reset")
    assert active(world) == []
    assert world.account.client.get(CONFIG).status_code == 200


def test_switching_back_goes_on_with_what_was_stored(world: "World") -> None:
    world.behave("second-attempt-late")
    hook = world.configured(503)
    world.failed()
    world.behave()
    world.account.advance(8)
    assert hook.count == 2


@pytest.mark.parametrize("behaviour", [it for it in OF_WORKSPACES if it not in TAKES_REAL_TIME])
def test_no_behaviour_breaks_the_server(world: "World", behaviour: str) -> None:
    """A whole life of a workspace, right and wrong requests included, without any answer of the 5xx kind."""
    world.behave(behaviour)
    account, hook = world.account, world.receiver.hook(503)
    body = account.body(input_files={"in_video": f"{world.receiver.url}/missing.mp4"}, metadata={"a": 1})
    requests: list[tuple[str, str, Any]] = [
        ("GET", CONFIG, None),
        ("PUT", CONFIG, {"url": hook.url, "secret": "s"}),
        ("PUT", CONFIG, INVALID_BODY),
        ("PUT", CONFIG, []),
        ("POST", "/api/v1/run-ffmpeg-command", body),
        ("POST", "/api/v1/run-ffmpeg-command", {**body, "webhook_url": hook.url}),
        ("POST", "/api/v1/run-ffmpeg-command", {}),
        ("POST", "/api/v1/run-ffmpeg-command", {"input_files": 1, "output_files": [], "ffmpeg_command": 2}),
        ("POST", "/_control/clock/advance", {"seconds": 200_000}),
        ("GET", "/api/v1/commands/absent", None),
        ("PUT", CONFIG, {"url": hook.url}),
        ("DELETE", CONFIG, None),
        ("GET", CONFIG, None),
        ("POST", "/_control/clock/advance", {"seconds": 10}),
    ]
    answers = [account.client.request(method, path, json=it) for method, path, it in requests]
    answers += [account.client.get(f"/api/v1/commands/{delivery['subject']}") for delivery in account.deliveries()]
    answers.append(account.client.post("/_control/reset"))
    assert [answer.text for answer in answers if answer.status_code >= 500] == []


@pytest.mark.parametrize(
    ("pair", "method", "path", "body"),
    [
        (("missing-configuration-is-404", "errors-have-another-form"), "GET", CONFIG, None),
        (("detail-is-text", "location-begins-with-body"), "POST", "/api/v1/run-ffmpeg-command", {}),
    ],
)
def test_behaviours_that_change_the_same_answer_go_together(
    world: "World", pair: tuple[str, str], method: str, path: str, body: Any
) -> None:
    world.behave(*pair)
    response = world.account.client.request(method, path, json=body)
    assert 400 <= response.status_code < 500
    assert isinstance(response.json()["detail"], str)


def test_behaviours_that_change_the_same_schema_go_together(world: "World") -> None:
    many: dict[str, object] = {str(number): number for number in range(20)}
    bodies: list[dict[str, object]] = [{"metadata": {"a": [1]}}, {"metadata": many}, {"other": 1}]
    for active, statuses in (
        ((), [422, 422, 200]),
        (("metadata-of-any-value", "metadata-without-limit"), [200, 200, 200]),
        (("metadata-of-any-value", "unknown-properties-are-refused"), [200, 422, 422]),
    ):
        world.behave(*active)
        assert [world.submission(**fields) for fields in bodies] == statuses, active


# Of the whole server.


def standing(*identifiers: str) -> TestClient[Any]:
    return TestClient(create_app(Settings(behaviours=identifiers)), base_url="http://testserver.local")


@pytest.mark.parametrize(
    ("behaviour", "headers", "status"),
    [
        ("missing-key-is-accepted", {}, 200),
        ("missing-key-is-403", {}, 403),
        ("invalid-key-is-accepted", {"X-API-KEY": "abc"}, 200),
        ("invalid-key-is-accepted", {"X-API-KEY": "ffsk_"}, 200),
        ("invalid-key-is-accepted", {"X-API-KEY": "ffsk_a b"}, 200),
        ("invalid-key-is-403", {"X-API-KEY": "abc"}, 403),
    ],
)
def test_behaviour_of_the_way_in_shows_what_it_says(behaviour: str, headers: dict[str, str], status: int) -> None:
    other_headers = {} if headers else {"X-API-KEY": "abc"}
    with standing(behaviour) as client:
        assert client.get(CONFIG, headers=headers).status_code == status
        assert client.get(CONFIG, headers=other_headers).status_code == 401
        assert client.get(CONFIG, headers={"X-API-KEY": "ffsk_valid"}).status_code == 200


def test_body_can_be_judged_before_the_key() -> None:
    with standing("body-is-judged-before-the-key") as client:
        statuses = [client.put(CONFIG, json=body).status_code for body in (INVALID_BODY, {"url": URL})]
        assert [*statuses, client.get(CONFIG).status_code] == [422, 401, 401]


@pytest.mark.parametrize(
    "identifiers", list(permutations(["missing-key-is-403", "body-is-judged-before-the-key"])), ids=" ".join
)
def test_standing_behaviours_do_the_same_in_any_order(identifiers: tuple[str, ...]) -> None:
    with standing(*identifiers) as client:
        assert client.put(CONFIG, json=INVALID_BODY).status_code == 403


@pytest.mark.parametrize("behaviour", ["missing-key-is-accepted", "invalid-key-is-accepted"])
def test_behaviour_that_opens_accounts_is_refused_where_keys_are_given(behaviour: str) -> None:
    with pytest.raises(UnusableOptionError, match=f"--behave {behaviour} opens accounts for other keys"):
        create_app(Settings(behaviours=(behaviour,), api_keys=frozenset({"ffsk_only"})))


def test_standing_behaviours_hold_in_every_workspace_and_come_back_with_a_reset() -> None:
    with standing("missing-configuration-is-404", "missing-key-is-403") as client:
        keys = [{"X-API-KEY": f"ffsk_{name}"} for name in ("a", "b")]
        assert [client.get(CONFIG, headers=key).status_code for key in keys] == [404, 404]
        shown = client.put(CONTROL, headers=keys[0], json={"active": []}).json()["behaviours"]
        assert [it["id"] for it in shown if it["active"]] == ["missing-key-is-403"]
        assert [client.get(CONFIG, headers=key).status_code for key in keys] == [200, 404]
        client.post("/_control/reset", headers=keys[0])
        assert client.get(CONFIG, headers=keys[0]).status_code == 404


def test_workspaces_do_not_share_what_a_behaviour_remembers() -> None:
    with standing("rate-limited-in-seconds") as client:
        statuses = [client.get(CONFIG, headers={"X-API-KEY": f"ffsk_{name}"}).status_code for name in "aabb"]
    assert statuses == [200] * 4


# The command line.


def test_option_switches_a_behaviour_on(start_server: "StartServer", open_account: "OpenAccount") -> None:
    running = start_server("--behave", "missing-configuration-is-404", "--behave", "never-disabled")
    assert open_account(running).client.get(CONFIG).status_code == 404


def test_unknown_id_on_the_command_line_is_a_usage_error(run_serve: "RunServe") -> None:
    ended = run_serve("--behave", "never-disable")
    assert ended.returncode == 2
    assert "never-disable: there is no such behaviour; did you mean never-disabled" in " ".join(ended.stderr.split())


def test_catalogue_can_be_listed_on_the_command_line(run_proofreel: "RunProofreel") -> None:
    ended = run_proofreel("serve", "--list-behaviours")
    assert ended.returncode == 0
    assert [it for it in OF_WORKSPACES if it not in ended.stdout] == []
    assert "(cannot be switched in a workspace)" in ended.stdout


# What is offered.


def test_server_with_keys_of_its_own_offers_no_workspaces() -> None:
    with TestClient(create_app(Settings(api_keys=frozenset({"ffsk_only"})))) as client:
        assert "workspaces" not in client.get("/_control").json()["capabilities"]


def test_server_offers_behaviours_and_workspaces(world: "World") -> None:
    assert {"behaviours", "workspaces"} <= set(world.account.client.get("/_control").json()["capabilities"])
