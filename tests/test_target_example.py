"""The example of a target file is one, as it stands and with every setting in it switched on."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts.clocks import control, real, stepped
from contracts.pages import Page, Variable, VariableType
from contracts.session import MOST_WORKERS
from contracts.settings import plan
from contracts.target import RunOptions, Target
from contracts.target_file import PLACES, load_target_file, schema
from mockserver.drawing.gallery import builtin_pages

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "target.example.toml"
ENVIRONMENT = {"STAGING_API_KEY": "ffsk_one", "STAGING_SECOND_API_KEY": "ffsk_two"}


def test_example_makes_a_plan() -> None:
    settings = load_target_file(EXAMPLE, {})

    assert settings.expected_failures is not None
    assert "RIO-CMD-021" in plan(settings).target.expected_failures


def test_example_shows_every_setting(tmp_path: Path) -> None:
    settings = load_target_file(_uncommented(tmp_path), ENVIRONMENT)

    assert [name for name in PLACES.values() if getattr(settings, name) is None] == []
    assert settings.pages is not None
    assert (settings.api_key, settings.second_api_key) == ("ffsk_one", "ffsk_two")


def test_example_has_every_table_and_key_of_the_schema() -> None:
    text = EXAMPLE.read_text("utf-8")
    tables = {table: set(_part(content).get("properties", ())) for table, content in schema()["properties"].items()}

    shown = {
        table: set(re.findall(r"(?m)^#?([a-z_]+) = ", lines))
        for table, lines in re.findall(r"(?ms)^#?\[\[?(\w+)\]\]?\n(.*?)(?=^#?\[|\Z)", text)
    }

    assert shown == tables


def test_example_shows_every_key_of_a_variable() -> None:
    shown = re.findall(r"\b(\w+) = ", "".join(re.findall(r"(?m)^#variables = (.*)$", EXAMPLE.read_text("utf-8"))))

    assert set(shown) == set(schema()["$defs"]["page_variable"]["properties"])


def test_example_names_the_defaults(tmp_path: Path) -> None:
    settings = load_target_file(_uncommented(tmp_path), ENVIRONMENT)
    usual = Target("http://127.0.0.1:1", "renderio")

    assert settings.api == usual.api
    assert settings.receiver_host == usual.receiver.host
    assert settings.strict is RunOptions().strict
    assert settings.workers == MOST_WORKERS
    assert settings.patience_seconds == usual.timing.patience_seconds
    assert settings.request_seconds == usual.timing.request_seconds
    assert (settings.early_seconds, settings.late_seconds) == (
        real.TOLERANCE.early_seconds,
        real.TOLERANCE.late_seconds,
    )


def test_example_names_the_tolerances() -> None:
    text = " ".join(EXAMPLE.read_text("utf-8").replace("\n#", "").split())
    one, other, third = (
        f"{tolerance.early_seconds:g} s and {tolerance.late_seconds:g} s"
        for tolerance in (real.TOLERANCE, control.TOLERANCE, stepped.TOLERANCE)
    )

    assert f"By default {one} in real time, {other} where the clock is moved, {third} where it is stepped." in text


def test_example_of_a_page_is_read_as_it_is_described(tmp_path: Path) -> None:
    settings = load_target_file(_uncommented(tmp_path), ENVIRONMENT)

    assert settings.pages == (
        Page(
            id="social-card",
            width=1200,
            height=630,
            name="Social card",
            variables=(
                Variable("v-title", "title", VariableType.STRING, change="Another title"),
                Variable("v-utm", "utm", VariableType.STRING, is_shown=False),
            ),
        ),
    )


@pytest.mark.parametrize("page", load_target_file(ROOT / "tools" / "bannx_pages.toml", {}).pages or ())
def test_page_for_runs_without_control_is_one_of_the_reference_server(page: Page) -> None:
    drawn = builtin_pages()[page.id]
    variables = [(each["id"], each["name"], each["type"]) for each in drawn.document["variables"]]

    assert (page.width, page.height, page.is_published) == (drawn.page.width, drawn.page.height, drawn.is_published)
    assert {(each.id, each.name, each.type) for each in page.variables} <= set(variables)


def _part(described: Mapping[str, Any]) -> Mapping[str, Any]:
    """A table of the schema, or what an array of tables holds."""
    reference = described.get("items", {}).get("$ref")
    part: Mapping[str, Any] = schema()["$defs"][reference.rpartition("/")[2]] if reference else described
    return part


def _uncommented(folder: Path) -> Path:
    path = folder / "target.toml"
    # A token is another word for a key: one of the two is set.
    path.write_text(
        re.sub(r"(?m)^#((?!(?:second_)?token_env)[a-z_]+ = |\[\[)", r"\1", EXAMPLE.read_text("utf-8")), "utf-8"
    )
    return path


def test_example_shows_the_settings_of_a_token(tmp_path: Path) -> None:
    path = tmp_path / "target.toml"
    path.write_text(re.sub(r"(?m)^#((?:second_)?token_env = )", r"\1", EXAMPLE.read_text("utf-8")), "utf-8")
    settings = load_target_file(path, {"STAGING_TOKEN": "one", "STAGING_SECOND_TOKEN": "two"})

    assert (settings.api_key, settings.second_api_key) == ("one", "two")
