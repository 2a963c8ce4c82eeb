"""The target file, its schema, and the plan that settings make."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.duration import seconds
from contracts.errors import SetUpError
from contracts.settings import Settings, checked_url, plan
from contracts.target_file import PLACES, load_target_file, schema

WHOLE = """
[target]
url = "https://render.test/base/"
api = "renderio"
control = "off"
ca_file = "authority.pem"

[credentials]
api_key_env = "STAGING_KEY"
second_api_key_env = "STAGING_SECOND_KEY"

[receiver]
host = "0.0.0.0"
port = 9999
public_url = "https://tunnel.test"

[media]
input_url = "https://media.test/small.mp4"

[run]
time_budget = "2m"
seed = 7
strict = true
only = ["RIO-WHK", "rio-cfg-001"]
workers = 3
report_dir = "reports"

[timing]
patience = "45s"
request = 10
early = "500ms"
late = 4.5

[expected_failures]
RIO-CMD-016 = "known, to be mended in spring"
"""
ENVIRONMENT = {"STAGING_KEY": "ffsk_one", "STAGING_SECOND_KEY": "ffsk_two"}


def _written(folder: Path, text: str) -> Path:
    path = folder / "target.toml"
    path.write_text(text, "utf-8")
    return path


def _refusal(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> str:
    path = _written(folder, text)
    with pytest.raises(SetUpError) as caught:
        plan(load_target_file(path, environment or {}))
    return str(caught.value)


def test_a_whole_file_becomes_the_plan_that_it_describes(tmp_path: Path) -> None:
    (tmp_path / "authority.pem").write_text("")
    made = plan(load_target_file(_written(tmp_path, WHOLE), ENVIRONMENT))
    target, options = made.target, made.options
    assert target.url == "https://render.test/base"
    assert target.keys == ("ffsk_one", "ffsk_two")
    assert target.control_url is None
    assert target.ca_file == str(tmp_path / "authority.pem")
    assert (target.receiver.host, target.receiver.port, target.receiver.public_url) == (
        "0.0.0.0",  # noqa: S104 - an address to listen on is what is tested
        9999,
        "https://tunnel.test",
    )
    assert target.input_url == "https://media.test/small.mp4"
    assert dict(target.expected_failures) == {"RIO-CMD-016": "known, to be mended in spring"}
    timing = target.timing
    assert (timing.patience_seconds, timing.request_seconds, timing.early_seconds, timing.late_seconds) == (
        45,
        10,
        0.5,
        4.5,
    )
    assert (options.time_budget_seconds, options.seed, options.strict, options.workers) == (120, 7, True, 3)
    assert options.only == ("RIO-WHK", "RIO-CFG-001")
    assert made.report_dir == tmp_path / "reports"


def test_a_file_can_hold_every_setting() -> None:
    held = {*PLACES.values(), "api_key", "second_api_key", "expected_failures", "pages"}
    assert held == {field.name for field in fields(Settings)}


def test_the_schema_knows_every_place_and_no_other() -> None:
    known = {
        (table, key)
        for table, described in schema()["properties"].items()
        if table not in {"credentials", "expected_failures", "pages"}
        for key in described["properties"]
    }
    assert known == set(PLACES)


def test_the_schema_is_a_schema_and_describes_every_property() -> None:
    jsonschema_rs.meta.validate(schema())

    def undescribed(node: Mapping[str, Any], place: str) -> Iterator[str]:
        for name, value in node.get("properties", {}).items():
            if not value.get("description"):
                yield f"{place}.{name}"
            yield from undescribed(value, f"{place}.{name}")

    assert list(undescribed(schema(), "")) == []


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    file = load_target_file(_written(tmp_path, WHOLE.replace('ca_file = "authority.pem"', "")), ENVIRONMENT)
    made = plan(Settings(url="http://127.0.0.1:1", seed=8, strict=False).over(file))
    assert (made.target.url, made.options.seed, made.options.strict) == ("http://127.0.0.1:1", 8, False)
    assert made.target.keys == ("ffsk_one", "ffsk_two")


def test_the_file_wins_over_the_usual_variables(tmp_path: Path) -> None:
    file = load_target_file(_written(tmp_path, '[credentials]\napi_key_env = "STAGING_KEY"\n'), ENVIRONMENT)
    usual = Settings.of_environment({"PROOFREEL_API_KEY": "ffsk_usual", "PROOFREEL_SECOND_API_KEY": "ffsk_other"})
    assert plan(Settings(url="http://a.test").over(file).over(usual)).target.keys == ("ffsk_one", "ffsk_other")


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    message = _refusal(tmp_path, '[target]\nurl = "http://a.test"\n[credentials]\napi_key_env = "STAGING_KEY"\n')
    assert "STAGING_KEY" in message
    assert "not set" in message


def test_a_variable_is_not_needed_where_the_key_is_given(tmp_path: Path) -> None:
    path = _written(tmp_path, '[credentials]\napi_key_env = "STAGING_KEY"\n')
    given_settings = Settings(url="http://a.test", api_key="ffsk_given")
    file = load_target_file(path, {}, given=given_settings)
    assert plan(given_settings.over(file)).target.keys == ("ffsk_given",)


def test_a_literal_key_is_refused_with_the_way_to_do_it(tmp_path: Path) -> None:
    message = _refusal(tmp_path, '[credentials]\napi_key = "ffsk_secret"\n')
    assert 'api_key_env = "PROOFREEL_API_KEY"' in message
    assert "ffsk_secret" not in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[reciever]\nport = 1\n", ("[reciever]", "did you mean receiver")),
        ("[receiver]\nprot = 1\n", ("[receiver]", "prot", "did you mean port")),
        ("[target]\ntime_budget = '1s'\n", ("[target]", "did you mean [run] time_budget")),
        ("[receiver]\nport = 70000\n", ("[receiver] port", "70000")),
        ("[receiver]\nport = 'x'\n", ("[receiver] port",)),
        ("[run]\ntime_budget = 'soon'\n", ("[run] time_budget",)),
        ("[run]\ntime_budget = '0s'\n", ("[run] time_budget",)),
        ("[run]\nonly = ['RIO-WKH']\n[target]\nurl='http://a.test'\n", ("RIO-WKH", "did you mean RIO-WHK")),
        ("[expected_failures]\nRIO-CMD-016 = ''\n", ("[expected_failures]", "RIO-CMD-016")),
        ("[expected_failures]\nRIO-CMD-016 = '  '\n", ("[expected_failures]", "RIO-CMD-016")),
        ("[expected_failures]\ncommands = 'x'\n", ("[expected_failures]", "commands")),
        ("[target]\nurl='http://a.test'\n[expected_failures]\nRIO-CMD-916 = 'x'\n", ("RIO-CMD-916", "did you mean")),
        ("url = 'http://a.test'\n", ("outside of a table", "url")),
        ("[target\n", ("no TOML",)),
        ("[target]\nurl = 'ftp://a.test'\n", ("[target] url",)),
    ],
)
def test_what_is_wrong_is_named_with_file_and_table(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    message = _refusal(tmp_path, text)
    for word in words:
        assert word in message
    assert "Traceback" not in message


def test_a_wrong_entry_names_the_file(tmp_path: Path) -> None:
    assert str(tmp_path / "target.toml") in _refusal(tmp_path, "[receiver]\nprot = 1\n")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match=re.escape(str(tmp_path / "none.toml"))):
        load_target_file(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8740",
        "ftp://a.test",
        "http://",
        "http://a.test/?q=1",
        "http://u:p@a.test",
        "http://a b",
        "http://a:x",
        "",
    ],
)
def test_a_url_that_is_no_base_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(SetUpError, match="http://"):
        checked_url(url, what="the target's URL")


def test_a_url_without_scheme_is_given_back_with_one() -> None:
    with pytest.raises(SetUpError, match=r"write it like http://localhost:8740$"):
        checked_url("localhost:8740", what="the target's URL")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(url="http://a.test", api="renderoi"),
        Settings(url="http://a.test", second_api_key="ffsk_b"),
        Settings(url="http://a.test", api_key="ffsk_a", second_api_key="ffsk_a"),
        Settings(url="http://a.test", api_key="ffsk_a\n"),
        Settings(url="http://a.test", ca_file="/no/such/file.pem"),
        Settings(url="http://a.test", control="here"),
        Settings(url="http://a.test:{port}"),
        Settings(url="http://a.test", control="http://a.test:{port}/_control"),
        Settings(url="http://a.test", input_url="small.mp4"),
        Settings(url="http://a.test", input_url="http://[a.test/small.mp4"),
        Settings(url="http://a.test", receiver_port=65536),
        Settings(url="http://a.test", receiver_port=-1),
        Settings(url="http://a.test", time_budget_seconds=0.0),
    ],
)
def test_settings_that_make_no_plan_are_refused(settings: Settings) -> None:
    with pytest.raises(SetUpError):
        plan(settings)


def test_a_command_alone_is_enough_of_a_target() -> None:
    assert plan(Settings(run="node server.js")).target.url == "http://127.0.0.1:{port}"


@given(st.floats(0, 10_000, allow_nan=False).map(lambda value: round(value, 3)), st.sampled_from(["ms", "s", "m", "h"]))
def test_a_duration_is_its_number_times_its_unit(value: float, unit: str) -> None:
    factor = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit]
    assert seconds(f"{value:.3f}{unit}") == pytest.approx(value * factor)


@given(st.text())
def test_any_other_text_is_no_duration_and_no_trouble(text: str) -> None:
    if re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?(ms|s|m|h)?\s*", text):
        assert seconds(text) >= 0
    else:
        with pytest.raises(ValueError, match="write it like"):
            seconds(text)


# ------------------------------------------------------------------------------------- an API that has tokens


def test_a_token_is_the_same_setting_as_a_key(tmp_path: Path) -> None:
    text = (
        '[target]\napi = "ricloud"\n[credentials]\ntoken_env = "STAGING_KEY"\nsecond_token_env = "STAGING_SECOND_KEY"\n'
    )
    file = load_target_file(_written(tmp_path, text), ENVIRONMENT)
    assert plan(Settings(url="http://a.test").over(file)).target.keys == ("ffsk_one", "ffsk_two")


def test_a_key_and_a_token_at_once_are_refused(tmp_path: Path) -> None:
    message = _refusal(tmp_path, '[credentials]\napi_key_env = "STAGING_KEY"\ntoken_env = "STAGING_KEY"\n')
    assert "api_key_env and token_env are the same setting" in message


def test_a_literal_token_is_refused_with_the_way_to_do_it(tmp_path: Path) -> None:
    message = _refusal(tmp_path, '[credentials]\nsecond_token = "plain"\n')
    assert 'second_token_env = "PROOFREEL_SECOND_TOKEN"' in message
    assert "plain" not in message


@pytest.mark.parametrize(
    ("api", "keys"), [(None, ("ffsk_a", "ffsk_b")), ("renderio", ("ffsk_a", "ffsk_b")), ("ricloud", ("t", "u"))]
)
def test_the_environment_gives_each_api_its_own_credentials_alone(api: str | None, keys: tuple[str, ...]) -> None:
    environment = {
        "PROOFREEL_API_KEY": "ffsk_a",
        "PROOFREEL_SECOND_API_KEY": "ffsk_b",
        "PROOFREEL_TOKEN": "t",
        "PROOFREEL_SECOND_TOKEN": "u",
    }
    found = Settings.of_environment(environment, api=api)
    assert (found.api_key, found.second_api_key) == keys
    assert Settings.of_environment(
        {name: "x" for name in environment if (api == "ricloud") != ("TOKEN" in name)}, api=api
    ) == (Settings())


def test_of_an_api_that_does_not_exist_the_environment_says_nothing() -> None:
    assert Settings.of_environment({"PROOFREEL_API_KEY": "ffsk_a"}, api="riclaud") == Settings()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Settings(second_api_key="b"), "a second token was given, but no first one: --token"),
        (Settings(api_key="a", second_api_key="a"), "the second token is the first one"),
        (Settings(api_key="a\n"), "a token holds characters"),
    ],
)
def test_messages_about_credentials_have_the_word_of_the_api(settings: Settings, words: str) -> None:
    with pytest.raises(SetUpError, match=words):
        plan(Settings(url="http://a.test", api="ricloud").over(settings))
