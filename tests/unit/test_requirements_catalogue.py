"""The documents and the requirement catalogue are sound, and they agree with each other."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import validate

DOCUMENTS = ("renderio/openapi.yaml", "control/openapi.yaml")
RENDERIO = "renderio/openapi.yaml"
CATALOGUE = "renderio/requirements.yaml"

LEVELS = {"MUST", "SHOULD", "MAY"}
OBSERVABLE = {"black-box", "control", "none"}
CONFIDENCES = {"H+", "H", "M", "L", "?"}
ID = re.compile(r"RIO-(AUT|CFG|CMD|WHK|SIG|RTY|DIS|ERR)-\d{3}")
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
LONGEST_QUOTE_WORDS = 25


@cache
def load(name: str) -> Any:
    """Parse one YAML file of the package; callers do not change what they get."""
    return yaml.load(files("openapi").joinpath(name).read_text("utf-8"), Loader=yaml.CSafeLoader)


def requirements() -> list[dict[str, Any]]:
    """Every entry of the catalogue."""
    entries: list[dict[str, Any]] = load(CATALOGUE)
    return entries


def operations(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Every operation by its operationId, and every webhook's operation by the webhook's name."""
    found: dict[str, Mapping[str, Any]] = {}
    for item in document["paths"].values():
        found |= {item[method]["operationId"]: item[method] for method in METHODS if method in item}
    for name, item in document.get("webhooks", {}).items():
        found[name] = item[next(method for method in METHODS if method in item)]
    return found


def mappings(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping within a document with the path to it, examples left out."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            if key not in {"example", "examples"}:
                yield from mappings(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from mappings(value, f"{path}/{index}")


def examples(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Every example with its path and the schema that it illustrates."""
    for path, node in mappings(document):
        if "schema" in node:
            if "example" in node:
                yield path, node["schema"], node["example"]
            for name, example in node.get("examples", {}).items():
                yield f"{path}/{name}", node["schema"], example["value"]
        else:
            for index, example in enumerate(node.get("examples", ())):
                yield f"{path}/{index}", node, example


def validator(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Draft202012Validator:
    """Build a validator for a schema whose references point into the document."""
    whole = {**schema, "components": document["components"]}
    return Draft202012Validator(whole, validate_formats=True)


def component(name: str) -> Draft202012Validator:
    """Build a validator for one named schema of the RenderIO document."""
    return validator(load(RENDERIO), {"$ref": f"#/components/schemas/{name}"})


def example_of(operation: str, status: str, name: str) -> dict[str, Any]:
    """Copy a named response example of the RenderIO document, for a test to change."""
    response = operations(load(RENDERIO))[operation]["responses"][status]
    value: dict[str, Any] = response["content"]["application/json"]["examples"][name]["value"]
    return deepcopy(value)


def every_example() -> list[Any]:
    """One test parameter for each example of each document."""
    return [
        pytest.param(name, schema, value, id=f"{name}#{path}")
        for name in DOCUMENTS
        for path, schema, value in examples(load(name))
    ]


def every_requirement() -> list[Any]:
    """One test parameter for each entry of the catalogue."""
    return [pytest.param(entry, id=str(entry.get("id"))) for entry in requirements()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_valid_openapi(name: str) -> None:
    validate(load(name))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_operation_ids_are_unique(name: str) -> None:
    ids = [node["operationId"] for _, node in mappings(load(name)) if "responses" in node and "operationId" in node]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_json_body_has_examples(name: str) -> None:
    bodies = [(path, node) for path, node in mappings(load(name)) if path.endswith("/content/application/json")]
    assert bodies
    assert [path for path, node in bodies if not node.get("examples")] == []


@pytest.mark.parametrize(("name", "schema", "value"), every_example())
def test_example_conforms_to_its_schema(name: str, schema: Mapping[str, Any], value: Any) -> None:
    validator(load(name), schema).validate(value)


def test_requirement_ids_are_unique() -> None:
    ids = [entry["id"] for entry in requirements()]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("entry", every_requirement())
def test_requirement_is_well_formed(entry: Mapping[str, Any]) -> None:
    assert set(entry) - {"readings"} == {
        "id",
        "level",
        "statement",
        "source",
        "applies_to",
        "observable",
    }
    assert ID.fullmatch(entry["id"])
    assert entry["level"] in LEVELS
    assert entry["observable"] in OBSERVABLE
    assert entry["statement"].endswith(".")
    assert entry["applies_to"]


@pytest.mark.parametrize("entry", every_requirement())
def test_requirement_names_one_source(entry: Mapping[str, Any]) -> None:
    source = entry["source"]
    if "facts" in source:
        assert set(source) == {"facts", "confidence"}
        assert source["confidence"] in CONFIDENCES
    else:
        assert set(source) == {"seed", "section", "quote"}
        assert source["seed"] in {"000", "001", "002"}
        assert 0 < len(source["quote"].split()) <= LONGEST_QUOTE_WORDS


@pytest.mark.parametrize("entry", every_requirement())
def test_only_certain_facts_bind(entry: Mapping[str, Any]) -> None:
    if entry["source"].get("confidence", "H") not in {"H", "H+"}:
        assert entry["level"] == "MAY"
        assert entry["readings"]


@pytest.mark.parametrize("entry", every_requirement())
def test_readings_have_one_default(entry: Mapping[str, Any]) -> None:
    if "readings" not in entry:
        return
    readings = entry["readings"]
    assert [reading["id"] for reading in readings] == list("abcdef"[: len(readings)])
    assert len(readings) > 1
    assert [reading.get("default") for reading in readings].count(True) == 1
    assert all(set(reading) - {"default"} == {"id", "statement"} for reading in readings)


def test_requirements_and_operations_name_each_other() -> None:
    by_operation = {
        (name, identifier)
        for name, operation in operations(load(RENDERIO)).items()
        for identifier in operation["x-proofreel-requirements"]
    }
    by_requirement = {(name, entry["id"]) for entry in requirements() for name in entry["applies_to"]}
    assert by_operation == by_requirement


def test_no_operation_names_a_requirement_twice() -> None:
    for operation in operations(load(RENDERIO)).values():
        listed = operation["x-proofreel-requirements"]
        assert len(listed) == len(set(listed))


def test_delivery_policy_is_complete() -> None:
    policy = load(RENDERIO)["webhooks"]["commandCompleted"]["x-proofreel-delivery"]
    assert len(policy["delays_seconds"]) == policy["disable_after_consecutive_failures"]
    assert policy["delays_seconds"][0] == 0
    assert policy["delays_seconds"] == sorted(policy["delays_seconds"])
    assert policy["timeout_seconds"] > 0
    assert policy["success_statuses"] == [200, 299]
    assert policy["follow_redirects"] is False
    assert policy["signature"] == {
        "header": "X-Webhook-Signature",
        "algorithm": "hmac-sha256",
        "encoding": "hex",
        "message": "{body}",
        "value": "{digest}",
        "only_with_secret": True,
    }


def test_webhook_parameters_agree_with_the_policy() -> None:
    webhook = load(RENDERIO)["webhooks"]["commandCompleted"]
    policy, post = webhook["x-proofreel-delivery"], webhook["post"]
    parameters = {parameter["name"]: parameter for parameter in post["parameters"]}
    assert set(parameters) == (set(policy["headers"]) - {"Content-Type"}) | {policy["signature"]["header"]}
    assert parameters["User-Agent"]["schema"]["const"] == policy["headers"]["User-Agent"]
    assert set(post["requestBody"]["content"]) == {policy["headers"]["Content-Type"]}


@pytest.mark.parametrize(
    ("status", "missing"),
    [("success", "output_files"), ("failed", "error_status"), ("failed", "error_message")],
)
def test_finished_command_needs_its_outcome(status: str, missing: str) -> None:
    command = example_of("getCommand", "200", status)
    del command[missing]
    assert not component("Command").is_valid(command)


def test_output_of_a_success_needs_its_url() -> None:
    command = example_of("getCommand", "200", "success")
    command["output_files"]["out_video"]["storage_url"] = None
    assert not component("Command").is_valid(command)
    command["output_files"]["out_video"]["is_deleted"] = True
    assert component("Command").is_valid(command)


@pytest.mark.parametrize("status", ["queued", "success"])
def test_nullable_fields_may_be_left_out(status: str) -> None:
    command = example_of("getCommand", "200", status)
    kept = {name: value for name, value in command.items() if value is not None}
    assert kept != command
    assert component("Command").is_valid(kept)


def test_only_a_finished_command_is_delivered() -> None:
    queued = {"data": example_of("getCommand", "200", "queued"), "timestamp": 1700000000000}
    success = {"data": example_of("getCommand", "200", "success"), "timestamp": 1700000000000}
    assert not component("CommandCompleted").is_valid(queued)
    assert component("CommandCompleted").is_valid(success)
    assert not component("CommandCompleted").is_valid(success | {"timestamp": 1700000000})


def test_configuration_never_shows_its_secret() -> None:
    configuration = example_of("getWebhookConfig", "200", "active")
    assert component("WebhookConfig").is_valid(configuration)
    assert not component("WebhookConfig").is_valid(configuration | {"secret": "whsec_x"})


def test_active_webhook_has_no_moment_of_disabling() -> None:
    configuration = example_of("getWebhookConfig", "200", "disabled")
    assert not component("WebhookConfig").is_valid(configuration | {"is_active": True})


@pytest.mark.parametrize("name", ["../a.mp4", ".hidden", "-y", " a.mp4", "a/b.mp4", "a\\b.mp4", "", "ü.mp4", "a" * 129])
def test_output_name_is_a_plain_file_name(name: str) -> None:
    assert not component("OutputName").is_valid(name)


def test_validation_error_may_hold_detail_alone() -> None:
    detail = [{"loc": ["input_files"], "msg": "is required", "type": "value_error"}]
    assert component("ValidationError").is_valid({"detail": detail})
