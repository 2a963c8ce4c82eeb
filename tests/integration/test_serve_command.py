"""`proofreel` on the command line: help, options, and errors that say what to do."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import OpenAccount, Receiver, RunningServer, RunProofreel, RunServe, StartServer


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["serve", "--help"], ["--version"]])
def test_help_is_given(run_proofreel: "RunProofreel", arguments: list[str]) -> None:
    ended = run_proofreel(*arguments)
    assert (ended.returncode, ended.stderr, "proofreel" in ended.stdout) == (0, "", True)


@pytest.mark.parametrize(
    "option",
    [
        "--port",
        "--data",
        "--clock-start",
        "--seed",
        "--api-key",
        "--rate-limit",
        "--grace",
        "--max-memory",
        "--openapi",
    ],
)
def test_help_explains_every_option(run_proofreel: "RunProofreel", option: str) -> None:
    assert option in run_proofreel("serve", "--help").stdout


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (["--rate-limit", "many"], "10/1s"),
        (["--rate-limit", "0/1s"], "10/1s"),
        (["--rate-limit", "3/0s"], "10/1s"),
        (["--rate-limit", "-3/1s"], "10/1s"),
        (["--rate-limit", "3"], "10/1s"),
        (["--clock-start", "yesterday"], "2026-01-01T00:00:00Z"),
        (["--clock-start", "2026-02-30T00:00:00Z"], "2026-01-01T00:00:00Z"),
        (["--clock-start", "0001-01-01T00:00:00+05:00"], "2026-01-01T00:00:00Z"),
        (["--grace", "soon"], "500ms"),
        (["--grace", "-1s"], "500ms"),
        (["--grace", "0"], "--grace"),
        (["--clock-start", "2001-09-09T01:46:39Z"], "2026-01-01T00:00:00Z"),
        (["--outbound", "loopback", "--allow-network", "10.0.0.0/8"], "--outbound public"),
        (["--run-limit", "5 minutes"], "5s"),
        (["--run-limit", "0"], "--run-limit"),
        (["--download-limit", "x"], "5s"),
        (["--download-limit", "0"], "--download-limit"),
        (["--max-file", "big"], "20M"),
        (["--max-file", "0"], "--max-file"),
        (["--max-memory", "big"], "20M"),
        (["--max-memory", "0"], "--max-memory"),
        (["--max-memory", "-1"], "--max-memory"),
        (["--parallel", "0"], "--parallel"),
        (["--seed", "x"], "integer"),
        (["--port", "99999"], "65535"),
        (["--clock", "fast"], "virtual"),
        (["--outbound", "public", "--allow-network", "everything"], "10.0.0.0/8"),
        (["--allow-network", "10.0.0.0/8"], "--outbound public"),
        (["--clock", "real", "--clock-start", "2026-01-01T00:00:00Z"], "--clock virtual"),
        (["--public-url", "example"], "http"),
        (["--public-url", "http://"], "http"),
        (["--api-key", "two words"], "ffsk_"),
        (["--openapi", "/no/such/folder"], "--openapi"),
        (["--grase", "1s"], "--grace"),
        (["surplus"], "surplus"),
    ],
)
def test_bad_option_is_a_usage_error_with_advice(run_serve: "RunServe", options: list[str], advice: str) -> None:
    ended = run_serve(*options)
    assert (ended.returncode, advice in ended.stderr, "Traceback" in ended.stderr) == (2, True, False)


def test_taken_port_is_a_clear_error(run_proofreel: "RunProofreel", server: "RunningServer") -> None:
    port = server.url.rpartition(":")[2]
    ended = run_proofreel("serve", "--port", port)
    assert (ended.returncode, port in ended.stderr, "--port" in ended.stderr, "Traceback" in ended.stderr) == (
        1,
        True,
        True,
        False,
    )


def test_unknown_host_is_a_clear_error(run_serve: "RunServe") -> None:
    ended = run_serve("--host", "no-such-host.invalid")
    assert (ended.returncode, "--host" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)


def test_data_below_a_file_is_a_clear_error(run_serve: "RunServe", tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = run_serve("--data", str(tmp_path / "file" / "data"))
    assert (ended.returncode in {1, 2}, "file" in ended.stderr, "Traceback" in ended.stderr) == (True, True, False)


def test_damaged_data_is_a_clear_error(run_serve: "RunServe", tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "proofreel.sqlite3").write_bytes(b"This is no database. " * 100)
    ended = run_serve("--data", str(tmp_path / "data"))
    assert (ended.returncode, "data" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)


def test_second_server_on_the_same_data_is_a_clear_error(
    start_server: "StartServer", run_serve: "RunServe", tmp_path: Path
) -> None:
    start_server("--data", str(tmp_path / "data"))
    ended = run_serve("--data", str(tmp_path / "data"))
    assert (ended.returncode, "another server" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)


def test_public_url_is_the_base_of_storage_urls(start_server: "StartServer", open_account: "OpenAccount") -> None:
    account = open_account(start_server("--public-url", "https://media.example/base/"))
    url = account.run()["output_files"]["out_video"]["storage_url"]
    assert url.startswith("https://media.example/base/storage/")


@pytest.mark.parametrize(("options", "reached"), [([], 0), (["--allow-network", "127.0.0.0/8"], 1)])
def test_public_server_posts_only_where_it_may(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver", options: list[str], reached: int
) -> None:
    account = open_account(start_server("--outbound", "public", *options))
    hook = receiver.hook()
    account.submit_failing(webhook_url=hook.url)
    account.settle()
    assert hook.count == reached


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://169.254.169.254/latest",
            "http://[::ffff:169.254.169.254]/",
            "http://[fe80::1]/",
            "http://224.0.0.1/",
        ),
        *("http://[64:ff9b::a9fe:a9fe]/", "http://2852039166/", "http://0xa9fea9fe/"),
    ],
)
def test_local_server_does_not_reach_cloud_metadata(
    start_server: "StartServer", open_account: "OpenAccount", url: str
) -> None:
    command = open_account(start_server("--outbound", "local")).run(input_files={"in_video": url})
    assert (command["error_status"], "may not connect" in command["error_message"]) == ("UNREACHABLE_INPUT_FILE", True)


def test_json_log_is_one_object_a_line(start_server: "StartServer", open_account: "OpenAccount") -> None:
    running = start_server("--log-format", "json")
    account = open_account(running)
    account.fail_deliveries(1)
    running.stop()
    assert {"time", "level", "logger", "message"} <= set.intersection(
        *(set(json.loads(line)) for line in running.log.splitlines())
    )


def test_log_does_not_tell_keys_or_secrets(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    running = start_server("--log-level", "debug")
    account = open_account(running)
    account.configure(receiver.hook().url, "whsec_do_not_tell")
    account.fail_deliveries(1)
    running.stop()
    assert (account.key in running.log, "do_not_tell" in running.log) == (False, False)


def test_announcement_is_all_that_is_printed(start_server: "StartServer") -> None:
    running = start_server()
    running.process.terminate()
    assert running.process.stdout is not None
    assert [line.split()[0] for line in running.process.stdout] == ["APIs", "pages", "clock"]
