"""The target file: everything about a target, and about a run on it, that can stand on the command line, as TOML."""

import functools
import json
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from contracts.duration import seconds
from contracts.errors import SetUpError
from contracts.pages import Page
from contracts.settings import Settings, near
from contracts.target_pages import place_of_page, read_target_pages

SCHEMA = "target.schema.json"

PLACES = {
    ("target", "url"): "url",
    ("target", "api"): "api",
    ("target", "run"): "run",
    ("target", "control"): "control",
    ("target", "ca_file"): "ca_file",
    ("receiver", "host"): "receiver_host",
    ("receiver", "port"): "receiver_port",
    ("receiver", "public_url"): "receiver_url",
    ("media", "input_url"): "input_url",
    ("run", "time_budget"): "time_budget_seconds",
    ("run", "seed"): "seed",
    ("run", "strict"): "strict",
    ("run", "only"): "only",
    ("run", "workers"): "workers",
    ("run", "report_dir"): "report_dir",
    ("timing", "patience"): "patience_seconds",
    ("timing", "request"): "request_seconds",
    ("timing", "early"): "early_seconds",
    ("timing", "late"): "late_seconds",
}
"""Where each setting stands: its table and key."""

KEYS = {
    "api_key_env": "api_key",
    "second_api_key_env": "second_api_key",
    "token_env": "api_key",
    "second_token_env": "second_api_key",
}
"""Keys of `[credentials]` that name an environment variable, and the setting that it holds."""

OWN_FOLDER = {"ca_file", "report_dir"}
"""Paths that count from the folder of the file."""


def load_target_file(path: Path, environment: Mapping[str, str], *, given: Settings | None = None) -> Settings:
    """The settings in a file. `SetUpError` names the file, the table and the key that is wrong.

    Environment variables that the file names must be set, unless the key is in `given`, which wins anyway.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise SetUpError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path} is no TOML: {error}"
        raise SetUpError(message) from error
    for violation in _validator().iter_errors(content):
        message = f"{path}: {_explained(violation, content)}"
        raise SetUpError(message)
    settings = {
        setting: _read(path, setting, content[table][key])
        for (table, key), setting in PLACES.items()
        if key in content.get(table, {})
    }
    settings |= _keys(path, content.get("credentials", {}), environment, given)
    if "pages" in content:
        settings["pages"] = _pages(path, content["pages"])
    if "expected_failures" in content:
        settings["expected_failures"] = {
            identifier: reason.strip() for identifier, reason in content["expected_failures"].items()
        }
    return Settings(**settings)


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the file, as it comes with the package."""
    content: dict[str, Any] = json.loads(files("contracts").joinpath(SCHEMA).read_text("utf-8"))
    return content


@functools.cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())


def _read(path: Path, setting: str, value: Any) -> Any:
    if setting.endswith("_seconds"):
        return seconds(str(value))
    if setting in OWN_FOLDER:
        return str(path.parent / value)
    return tuple(value) if isinstance(value, list) else value


def _keys(
    path: Path, credentials: Mapping[str, str], environment: Mapping[str, str], given: Settings | None
) -> dict[str, str]:
    """The credentials that the file names variables for, but for those that are given."""
    for key, other in (("token_env", "api_key_env"), ("second_token_env", "second_api_key_env")):
        if key in credentials and other in credentials:
            message = f"{path}: [credentials] {other} and {key} are the same setting: write one of them"
            raise SetUpError(message)
    return {
        setting: _secret(path, key, credentials[key], environment)
        for key, setting in KEYS.items()
        if key in credentials and (given is None or getattr(given, setting) is None)
    }


def _pages(path: Path, listed: Sequence[Mapping[str, Any]]) -> tuple[Page, ...]:
    try:
        return read_target_pages(listed)
    except SetUpError as error:
        message = f"{path}: {error}"
        raise SetUpError(message) from error


def _secret(path: Path, key: str, variable: str, environment: Mapping[str, str]) -> str:
    value = environment.get(variable)
    if not value:
        message = f"{path}: [credentials] {key} names the environment variable {variable}, which is not set"
        raise SetUpError(message)
    return value


def _explained(error: jsonschema_rs.ValidationError, content: Mapping[str, Any]) -> str:
    place = list(error.instance_path)
    unexpected = getattr(error.kind, "unexpected", None)
    if unexpected:
        return _unknown(place, unexpected[0], content)
    where = _where(place, content)
    described = _described(place)
    return f"{where}: {error.message}" + (f" ({described})" if described else "")


def _where(place: Sequence[str | int], content: Mapping[str, Any]) -> str:
    if not place:
        return "the file"
    if place[0] == "pages":
        return place_of_page(place, content)
    return f"[{place[0]}] {'.'.join(map(str, place[1:]))}".strip()


def _unknown(place: Sequence[str | int], key: str, content: Mapping[str, Any]) -> str:
    if not place:
        tables = schema()["properties"]
        kind = "table" if isinstance(content[key], Mapping) else "key outside of a table"
        return f"there is no {kind} [{key}]{near(key, tables)}; the tables are: {', '.join(tables)}"
    table = str(place[0])
    keys = _part(place).get("properties", {})
    if table == "credentials" and f"{key}_env" in KEYS:
        return (
            f"[credentials] {key}: a {key.rpartition('_')[2]} does not belong in a file; put it into an environment "
            "variable and name that: "
            f'{key}_env = "{"PROOFREEL_" + key.upper()}"'
        )
    if table == "expected_failures":
        return f"[expected_failures] {key} is no id of a requirement, such as RIO-CMD-016"
    others = [f"[{name}] {key}" for name, other in schema()["properties"].items() if key in other.get("properties", {})]
    hint = near(key, keys) or (f" (did you mean {others[0]}?)" if others else "")
    return f"{_where(place, content)} has no key {key}{hint}; its keys are: {', '.join(keys)}"


def _described(place: Sequence[str | int]) -> str:
    return str(_part(place).get("description", ""))


def _part(place: Sequence[str | int]) -> Mapping[str, Any]:
    """What the schema says of a place in the file; nothing where it says nothing."""
    node: Any = schema()
    for part in place:
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(part, node.get("additionalProperties"))
        node = node if isinstance(node, Mapping) else {}
        if "$ref" in node:
            node = {**schema()["$defs"][node["$ref"].rpartition("/")[2]], **node}
    found: Mapping[str, Any] = node
    return found
