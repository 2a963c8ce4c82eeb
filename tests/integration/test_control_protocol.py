"""The control protocol: clock, deliveries, reset."""

import json
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, ChangeDocuments, OpenAccount, Receiver, RunningServer, StartServer

ADVANCE = "/_control/clock/advance"
RESET = "/_control/reset"
ENDLESS = "-stream_loop -1 -re -i {{in_video}} -c copy {{out_video}}"
PATIENCE_SECONDS = 20.0
"""How long a reset may take. Only a failing test ever waits that long."""
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def test_control_is_announced_without_a_credential(server: "RunningServer") -> None:
    response = httpx.get(f"{server.url}/_control", trust_env=False)
    assert (response.status_code, response.json()) == (
        200,
        {
            "protocol": 1,
            "capabilities": [
                "clock",
                "deliveries",
                "reset",
                "inboxes",
                "samples",
                "behaviours",
                "events",
                "callbacks",
                "pages",
                "renders",
                "workspaces",
            ],
        },
    )


@pytest.mark.parametrize("headers", [{}, {"X-API-KEY": "nonsense"}, {"Authorization": "Basic nonsense"}])
def test_clock_without_a_credential_is_unauthorized(server: "RunningServer", headers: dict[str, str]) -> None:
    response = httpx.get(f"{server.url}/_control/clock", headers=headers, trust_env=False)
    assert (response.status_code, response.json()["error"]) == (401, "UNAUTHORIZED")


def test_clock_is_virtual_and_written_in_milliseconds(account: "Account") -> None:
    clock = account.client.get("/_control/clock").json()
    assert (clock["mode"], bool(re.fullmatch(MOMENT, clock["now"])), len(clock)) == ("virtual", True, 2)


def test_virtual_clock_stands_still(account: "Account") -> None:
    first = account.now()
    account.fail_deliveries(1)
    assert account.now() == first


@pytest.mark.parametrize(
    ("seconds", "milliseconds"), [(0, 0), (5, 5000), (0.25, 250), (0.001, 1), (99305, 99_305_000), (1e3, 1_000_000)]
)
def test_advance_moves_the_clock_by_so_much(account: "Account", seconds: float, milliseconds: int) -> None:
    before = account.moment_ms()
    after = account.milliseconds(account.advance(seconds))
    assert (after - before, account.moment_ms()) == (milliseconds, after)


@pytest.mark.parametrize(
    "body",
    [
        *(
            b'{"seconds": -1}',
            b'{"seconds": -0.001}',
            b'{"seconds": NaN}',
            b'{"seconds": Infinity}',
            b'{"seconds": 1e999}',
        ),
        *(b'{"seconds": "5"}', b'{"seconds": null}', b'{"seconds": true}', b'{"seconds": [5]}', b'{"seconds": {}}'),
        *(
            b"{}",
            b'{"second": 5}',
            b"5",
            b"[]",
            b"null",
            b"",
            b"{",
            b"\xff",
            b'{"seconds": 3153600001}',
            b'{"seconds": 1e30}',
        ),
        b'{"seconds": 123456789012345678901234567890}',
    ],
)
def test_bad_advance_is_refused(account: "Account", body: bytes) -> None:
    response = account.client.post(ADVANCE, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error"]) == (422, "VALIDATION_ERROR")


def test_refused_advance_moves_nothing(account: "Account") -> None:
    before = account.now()
    account.client.post(ADVANCE, json={"seconds": -5})
    assert account.now() == before


def test_advance_names_what_is_wrong(account: "Account") -> None:
    detail = account.client.post(ADVANCE, json={"seconds": "5"}).json()["detail"]
    assert [(problem["loc"], problem["type"]) for problem in detail] == [(["seconds"], "type_error")]


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_advance_takes_json_of_any_media_type(account: "Account", media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    assert account.client.post(ADVANCE, content=b'{"seconds": 1}', headers=headers).status_code == 200


def test_clock_does_not_pass_the_year_9999(start_server: "StartServer", open_account: "OpenAccount") -> None:
    account = open_account(start_server("--clock-start", "9999-12-31T23:59:50Z"))
    answers = [account.client.post(ADVANCE, json={"seconds": seconds}).status_code for seconds in (9.999, 0.001, 0)]
    assert (answers, account.now()) == ([200, 422, 200], "9999-12-31T23:59:59.999Z")


def test_retry_beyond_the_year_9999_can_be_listed(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    account = open_account(start_server("--clock-start", "9999-12-31T23:59:59Z"))
    account.submit_failing(webhook_url=receiver.hook(then=500).url)
    account.settle()
    assert account.client.get("/_control/deliveries").status_code == 200


def test_real_clock_cannot_be_advanced(start_server: "StartServer", open_account: "OpenAccount") -> None:
    account = open_account(start_server("--clock", "real"))
    response = account.client.post(ADVANCE, json={"seconds": 0})
    assert (response.status_code, response.json()["error"], account.client.get("/_control/clock").json()["mode"]) == (
        409,
        "CONFLICT",
        "real",
    )


def test_clock_of_one_account_does_not_move_another(
    account: "Account", open_account: "OpenAccount", server: "RunningServer"
) -> None:
    other = open_account(server)
    before = other.now()
    account.advance(3600)
    assert other.now() == before


def test_advance_of_one_account_makes_no_attempt_of_another(
    account: "Account", open_account: "OpenAccount", server: "RunningServer", receiver: "Receiver"
) -> None:
    hook = receiver.hook(then=500)
    account.submit_failing(webhook_url=hook.url)
    account.settle()
    open_account(server).advance(1_000_000)
    account.settle()
    assert hook.count == 1


def test_settling_waits_for_the_command_and_its_webhook(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    command_id = account.submit(webhook_url=hook.url)
    account.settle()
    assert (account.command(command_id)["status"], hook.count) == ("SUCCESS", 1)


def test_clock_answers_while_an_advance_is_under_way(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(500)
    hook.look = account.elapsed
    account.elapsed()
    account.submit_failing(webhook_url=hook.url)
    account.advance(1000)
    assert [arrival.seen for arrival in hook.arrivals] == [0, 5]


def test_advances_at_the_same_time_add_up(account: "Account") -> None:
    before = account.moment_ms()
    threads = [threading.Thread(target=account.advance, args=(10,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert account.moment_ms() - before == 80_000


def test_delivery_is_listed_with_its_attempts(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(503)
    command_id = account.submit_failing(webhook_url=hook.url)
    start = account.settle()
    end = account.advance(5)
    listed = account.deliveries()
    assert listed == [
        {
            "id": listed[0]["id"],
            "webhook": "commandCompleted",
            "subject": command_id,
            "url": hook.url,
            "state": "delivered",
            "created_at": start,
            "next_attempt_at": None,
            "attempts": [
                {"number": 1, "started_at": start, "finished_at": start, "url": hook.url, "status": 503, "error": None},
                {"number": 2, "started_at": end, "finished_at": end, "url": hook.url, "status": 200, "error": None},
            ],
        }
    ]


def test_pending_delivery_names_its_next_attempt(account: "Account", receiver: "Receiver") -> None:
    account.submit_failing(webhook_url=receiver.hook(503).url)
    start = account.settle()
    delivery = account.deliveries()[0]
    wait = account.milliseconds(delivery["next_attempt_at"]) - account.milliseconds(start)
    assert (delivery["state"], wait) == ("pending", 5000)


def test_timed_out_attempt_is_listed_with_its_times(account: "Account", receiver: "Receiver") -> None:
    account.submit_failing(webhook_url=receiver.hook(receiver.hang()).url)
    account.advance(15)
    attempt = account.deliveries()[0]["attempts"][0]
    lasted = account.milliseconds(attempt["finished_at"]) - account.milliseconds(attempt["started_at"])
    assert (lasted, attempt["status"], bool(attempt["error"])) == (15_000, None, True)


def test_deliveries_are_filtered_by_subject(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    ids = [account.submit_failing(webhook_url=hook.url) for _ in range(3)]
    account.settle()
    assert [delivery["subject"] for delivery in account.deliveries(subject=ids[1])] == [ids[1]]


def test_newest_deliveries_are_listed_oldest_first(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook()
    ids = []
    for _ in range(4):
        ids.append(account.submit_failing(webhook_url=hook.url))
        account.settle()
    assert [delivery["subject"] for delivery in account.deliveries(limit=2)] == ids[2:]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1.5",
        "limit=%D9%A3",
        "limit=99999999999999999999",
        "subject=",
    ],
)
def test_bad_query_is_refused(account: "Account", query: str) -> None:
    response = account.client.get(f"/_control/deliveries?{query}")
    name = query.partition("=")[0]
    assert (response.status_code, response.json()["error"], response.json()["detail"][0]["loc"]) == (
        400,
        "INVALID_REQUEST",
        [name],
    )


def test_reset_forgets_the_configuration(account: "Account") -> None:
    account.configure("https://example.com/hook")
    account.client.post("/_control/reset")
    assert account.config() == {"configured": False}


def test_reset_forgets_commands_and_deliveries(account: "Account", receiver: "Receiver") -> None:
    command_id = account.submit_failing(webhook_url=receiver.hook().url)
    account.settle()
    assert account.client.post("/_control/reset").json() == {}
    status = account.client.get(f"/api/v1/commands/{command_id}").status_code
    assert (status, account.deliveries()) == (404, [])


def test_reset_removes_stored_files(account: "Account") -> None:
    url = account.run()["output_files"]["out_video"]["storage_url"]
    account.client.post("/_control/reset")
    assert httpx.get(url, trust_env=False).status_code == 404


def test_reset_starts_the_clock_anew(start_server: "StartServer", open_account: "OpenAccount") -> None:
    account = open_account(start_server("--clock-start", "2026-01-01T00:00:00Z"))
    account.advance(1000)
    account.client.post("/_control/reset")
    assert account.now() == "2026-01-01T00:00:00.000Z"


def test_reset_gives_running_and_queued_commands_up(start_server: "StartServer", open_account: "OpenAccount") -> None:
    running = start_server("--parallel", "1")
    account = open_account(running)
    endless = account.submit("-stream_loop -1 -re -i {{in_video}} -c copy {{out_video}}")
    account.ffmpeg(running, endless)
    queued = account.submit()
    account.client.post("/_control/reset")
    account.settle()
    statuses = [account.client.get(f"/api/v1/commands/{command}").status_code for command in (endless, queued)]
    assert (statuses, account.run()["status"]) == ([404, 404], "SUCCESS")


def test_reset_drops_what_was_pending(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=500)
    account.submit_failing(webhook_url=hook.url)
    account.settle()
    account.client.post("/_control/reset")
    account.advance(1_000_000)
    assert hook.count == 1


def test_reset_while_a_receiver_is_silent_drops_the_attempt(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(receiver.hang())
    account.submit_failing(webhook_url=hook.url)
    account.settle()
    account.client.post("/_control/reset")
    account.advance(1_000_000)
    assert (hook.count, account.deliveries()) == (1, [])


def test_reset_does_not_wait_for_the_commands_of_others(
    start_server: "StartServer", open_account: "OpenAccount"
) -> None:
    running = start_server("--parallel", "1")
    other, account = open_account(running), open_account(running)
    endless = other.submit(ENDLESS)
    other.ffmpeg(running, endless)
    account.submit()
    status = account.client.post(RESET, timeout=PATIENCE_SECONDS).status_code
    assert (status, other.command(endless)["status"]) == (200, "PROCESSING")


def test_account_is_quiet_after_the_reset_of_a_queued_command(
    start_server: "StartServer", open_account: "OpenAccount"
) -> None:
    running = start_server("--parallel", "1")
    other, account = open_account(running), open_account(running)
    other.ffmpeg(running, other.submit(ENDLESS))
    account.submit()
    account.client.post(RESET, timeout=PATIENCE_SECONDS)
    assert account.client.post(ADVANCE, json={"seconds": 0}, timeout=PATIENCE_SECONDS).status_code == 200


def test_reset_sends_nothing_that_is_due(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    account = open_account(start_server("--grace", "1h"))
    hang = receiver.hang()
    hook = receiver.hook(hang)
    account.configure(hook.url)
    commands = [account.submit_failing() for _ in range(3)]
    hook.next()
    while not all(account.command(command)["status"] == "FAILED" for command in commands):
        pass
    account.client.post(RESET, timeout=PATIENCE_SECONDS)
    hang.released.set()
    account.settle()
    assert hook.count == 1


def test_reset_does_not_wait_for_a_silent_receiver_in_real_time(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver", change_documents: "ChangeDocuments"
) -> None:
    documents = change_documents(("timeout_seconds: 15", "timeout_seconds: 3600"))
    account = open_account(start_server("--clock", "real", "--openapi", str(documents)))
    hook = receiver.hook(receiver.hang())
    account.submit_failing(webhook_url=hook.url)
    hook.next()
    status = account.client.post(RESET, timeout=PATIENCE_SECONDS).status_code
    assert (status, account.deliveries()) == (200, [])


def test_reset_leaves_other_accounts_alone(
    account: "Account", open_account: "OpenAccount", server: "RunningServer"
) -> None:
    other = open_account(server)
    other.configure("https://example.com/hook")
    account.client.post("/_control/reset")
    assert other.config()["configured"] is True


def test_account_works_on_after_a_reset(account: "Account", receiver: "Receiver") -> None:
    account.fail_deliveries(1)
    account.client.post("/_control/reset")
    hook = receiver.hook()
    account.configure(hook.url)
    account.fail_deliveries(1)
    assert hook.count == 1


def test_resets_at_the_same_time_all_succeed(account: "Account", receiver: "Receiver") -> None:
    account.submit(input_files={"in_video": receiver.held_clip_url})
    receiver.downloads.get(timeout=20)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(account.client.post("/_control/reset").status_code))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    account.now()
    receiver.download_gate.set()
    for thread in threads:
        thread.join()
    assert answers == [200, 200, 200, 200]


def test_reset_during_an_advance_is_not_undone_by_it(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver", tmp_path: Path
) -> None:
    options = ("--clock-start", "2026-01-01T00:00:00Z", "--grace", "20s", "--data", str(tmp_path / "data"))
    running = start_server(*options)
    account = open_account(running)
    hang = receiver.hang(500)
    hook = receiver.hook(500, hang)
    account.submit_failing(webhook_url=hook.url)
    hook.next()
    calls = [
        threading.Thread(target=account.client.post, args=(ADVANCE,), kwargs={"json": {"seconds": 1000}}),
        threading.Thread(target=account.client.post, args=("/_control/reset",)),
    ]
    calls[0].start()
    hook.next()
    calls[1].start()
    account.now()
    hang.released.set()
    for call in calls:
        call.join()
    before = account.now()
    running.kill()
    assert open_account(start_server(*options), account.key).now() == before


def seeded_history(account: "Account", receiver: "Receiver") -> list[Any]:
    """What a client sees of a short life: ids, outcomes, and the bytes of every delivery."""
    hook = receiver.hook(500)
    account.configure(hook.url, "secret")
    ids = []
    for arguments in ("-i {{in_video}} -c copy {{out_video}}", "-i {{in_video}} -map 0:s:7 {{out_video}}"):
        ids.append(account.submit(arguments, metadata={"n": 1}))
        account.settle()
    account.advance(400)
    bodies = [(arrival.body, arrival.header("X-Webhook-Signature")) for arrival in hook.arrivals]
    return [ids, [account.command(command_id) for command_id in ids], bodies, _without_urls(account.deliveries())]


def _without_urls(deliveries: list[dict[str, Any]]) -> str:
    return re.sub(r"/hooks/\d+", "", json.dumps(deliveries))


def test_seed_makes_two_servers_live_the_same(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    options = ("--seed", "7", "--clock-start", "2026-01-01T00:00:00Z", "--public-url", "http://media.test")
    histories = [seeded_history(open_account(start_server(*options), "ffsk_seeded"), receiver) for _ in range(2)]
    assert histories[0] == histories[1]


def test_other_seed_gives_other_ids(start_server: "StartServer", open_account: "OpenAccount") -> None:
    ids = [open_account(start_server("--seed", seed), "ffsk_seeded").submit_failing() for seed in ("1", "2")]
    assert ids[0] != ids[1]


def test_clock_start_is_where_every_account_begins(start_server: "StartServer", open_account: "OpenAccount") -> None:
    running = start_server("--clock-start", "2026-03-01T12:00:00+02:00")
    assert [open_account(running).now() for _ in range(2)] == ["2026-03-01T10:00:00.000Z"] * 2
