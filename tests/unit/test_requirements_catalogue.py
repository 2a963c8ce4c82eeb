"""The documents and the requirement catalogue are sound, and they agree with each other."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import validate

from contracts.catalogue import known_apis

LEVELS = {"MUST", "SHOULD", "MAY"}
OBSERVABLE = {"black-box", "control", "none"}
CONFIDENCES = {"H+", "H", "M", "L", "?"}
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
LONGEST_QUOTE_WORDS = 25


@dataclass(frozen=True, slots=True)
class Api:
    """An API with a document and a catalogue, the form of its requirement ids, and the public pages that it cites."""

    name: str
    ids: str
    seeds: frozenset[str]

    @property
    def document(self) -> str:
        """The file of its OpenAPI document."""
        return f"{self.name}/openapi.yaml"

    @property
    def catalogue(self) -> str:
        """The file of its requirements."""
        return f"{self.name}/requirements.yaml"


RENDERIO = Api("renderio", r"RIO-(AUT|CFG|CMD|WHK|SIG|RTY|DIS|ERR)-\d{3}", frozenset({"000", "001", "002"}))
RICLOUD = Api("ricloud", r"RCL-(AUT|CFG|UPD|TST|STA|LST|TSK|EVT|SIG|ORG|ERR|DEL)-\d{3}", frozenset({"003"}))
BANNX = Api("bannx", r"BNX-(AUT|REN|FMT|TWK|BOD|ERR|CBK|LOG|CRD|OUT)-\d{3}", frozenset({"004"}))
APIS = (RENDERIO, RICLOUD, BANNX)
DOCUMENTS = (*(api.document for api in APIS), "control/openapi.yaml")

every_api = pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)


@cache
def load(name: str) -> Any:
    """Parse one YAML file of the package; callers do not change what they get."""
    return yaml.load(files("openapi").joinpath(name).read_text("utf-8"), Loader=yaml.CSafeLoader)


def requirements(api: Api) -> list[dict[str, Any]]:
    """Every entry of the API's catalogue."""
    entries: list[dict[str, Any]] = load(api.catalogue)
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


def resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node itself, or what its reference into the document stands for."""
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def examples(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Every example with its path and the schema that it illustrates."""
    for path, node in mappings(document):
        if "schema" in node:
            if "example" in node:
                yield path, node["schema"], node["example"]
            for name, example in node.get("examples", {}).items():
                yield f"{path}/{name}", node["schema"], resolved(document, example)["value"]
        elif isinstance(listed := node.get("examples"), list):
            for index, example in enumerate(listed):
                yield f"{path}/{index}", node, example


def validator(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Draft202012Validator:
    """Build a validator for a schema whose references point into the document."""
    whole = {**schema, "components": document["components"]}
    return Draft202012Validator(whole, validate_formats=True)


def component(api: Api, name: str) -> Draft202012Validator:
    """Build a validator for one named schema of an API's document."""
    return validator(load(api.document), {"$ref": f"#/components/schemas/{name}"})


def example_of(api: Api, operation: str, status: str, name: str) -> dict[str, Any]:
    """Copy a named response example of an API's document, for a test to change."""
    document = load(api.document)
    response = resolved(document, operations(document)[operation]["responses"][status])
    value: dict[str, Any] = response["content"]["application/json"]["examples"][name]["value"]
    return deepcopy(value)


def every_example() -> list[Any]:
    """One test parameter for each example of each document."""
    return [
        pytest.param(name, schema, value, id=f"{name}#{path}")
        for name in DOCUMENTS
        for path, schema, value in examples(load(name))
    ]


def every_entry() -> list[Any]:
    """One test parameter for each entry of each catalogue."""
    return [pytest.param(entry, id=str(entry.get("id"))) for api in APIS for entry in requirements(api)]


def every_requirement() -> list[Any]:
    """One test parameter, an API and an entry, for each entry of each catalogue."""
    return [pytest.param(api, entry, id=str(entry.get("id"))) for api in APIS for entry in requirements(api)]


def every_delivery() -> list[Any]:
    """One test parameter for each kind of webhook that has a delivery policy."""
    return [
        pytest.param(webhook, id=f"{api.name}-{name}")
        for api in APIS
        for name, webhook in load(api.document).get("webhooks", {}).items()
        if "x-proofreel-delivery" in webhook
    ]


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


def test_every_catalogue_is_tested_here() -> None:
    assert {api.name for api in APIS} == set(known_apis())


def test_requirement_ids_are_unique() -> None:
    ids = [entry["id"] for api in APIS for entry in requirements(api)]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize(("api", "entry"), every_requirement())
def test_requirement_is_well_formed(api: Api, entry: Mapping[str, Any]) -> None:
    assert set(entry) - {"readings"} == {
        "id",
        "level",
        "statement",
        "source",
        "applies_to",
        "observable",
    }
    assert re.fullmatch(api.ids, entry["id"])
    assert entry["level"] in LEVELS
    assert entry["observable"] in OBSERVABLE
    assert entry["statement"].endswith(".")
    assert entry["applies_to"]


@pytest.mark.parametrize(("api", "entry"), every_requirement())
def test_requirement_names_one_source(api: Api, entry: Mapping[str, Any]) -> None:
    source = entry["source"]
    if "facts" in source:
        assert set(source) == {"facts", "confidence"}
        assert source["facts"].startswith(f"{api.name}.md §")
        assert source["confidence"] in CONFIDENCES
    else:
        assert set(source) == {"seed", "section", "quote"}
        assert source["seed"] in api.seeds
        assert 0 < len(source["quote"].split()) <= LONGEST_QUOTE_WORDS


@pytest.mark.parametrize("entry", every_entry())
def test_only_certain_facts_bind(entry: Mapping[str, Any]) -> None:
    if entry["source"].get("confidence", "H") not in {"H", "H+"}:
        assert entry["level"] == "MAY"
        assert entry["readings"]


@pytest.mark.parametrize("entry", every_entry())
def test_readings_have_one_default(entry: Mapping[str, Any]) -> None:
    if "readings" not in entry:
        return
    readings = entry["readings"]
    assert [reading["id"] for reading in readings] == list("abcdef"[: len(readings)])
    assert len(readings) > 1
    assert [reading.get("default") for reading in readings].count(True) == 1
    assert all(set(reading) - {"default"} == {"id", "statement"} for reading in readings)


@every_api
def test_requirements_and_operations_name_each_other(api: Api) -> None:
    by_operation = {
        (name, identifier)
        for name, operation in operations(load(api.document)).items()
        for identifier in operation["x-proofreel-requirements"]
    }
    by_requirement = {(name, entry["id"]) for entry in requirements(api) for name in entry["applies_to"]}
    assert by_operation == by_requirement


@every_api
def test_no_operation_names_a_requirement_twice(api: Api) -> None:
    for operation in operations(load(api.document)).values():
        listed = operation["x-proofreel-requirements"]
        assert len(listed) == len(set(listed))


@pytest.mark.parametrize("webhook", every_delivery())
def test_delivery_policy_is_complete(webhook: Mapping[str, Any]) -> None:
    policy = webhook["x-proofreel-delivery"]
    validator({"components": {}}, load("delivery-policy.schema.yaml")).validate(policy)
    assert policy["delays_seconds"][0] == 0
    assert policy["delays_seconds"] == sorted(policy["delays_seconds"])
    assert policy["success_statuses"] == [200, 299]


@pytest.mark.parametrize("webhook", every_delivery())
def test_webhook_parameters_agree_with_the_policy(webhook: Mapping[str, Any]) -> None:
    policy, post = webhook["x-proofreel-delivery"], webhook["post"]
    parameters = {parameter["name"]: parameter for parameter in post["parameters"]}
    assert policy["signature"]["header"] in parameters
    assert set(parameters) <= set(policy["headers"]) | {policy["signature"]["header"]}
    for name in set(parameters) & set(policy["headers"]):
        assert parameters[name]["schema"]["const"] == policy["headers"][name]
    assert set(post["requestBody"]["content"]) == {policy["headers"]["Content-Type"]}


def test_renderio_is_tried_as_often_as_it_takes_to_be_disabled() -> None:
    policy = load(RENDERIO.document)["webhooks"]["commandCompleted"]["x-proofreel-delivery"]
    assert len(policy["delays_seconds"]) == policy["disable_after_consecutive_failures"]
    assert policy["signature"] == {
        "header": "X-Webhook-Signature",
        "algorithm": "hmac-sha256",
        "encoding": "hex",
        "message": "{body}",
        "value": "{digest}",
        "only_with_secret": True,
    }


def test_renderio_names_its_user_agent() -> None:
    webhook = load(RENDERIO.document)["webhooks"]["commandCompleted"]
    assert "User-Agent" in {parameter["name"] for parameter in webhook["post"]["parameters"]}


def test_ricloud_musts_rest_on_the_page_alone() -> None:
    assert [
        entry["id"] for entry in requirements(RICLOUD) if entry["level"] == "MUST" and "seed" not in entry["source"]
    ] == []


@pytest.mark.parametrize(("webhook", "attempts"), [("webhookConfigTest", 1), ("event", 5)])
def test_ricloud_is_tried_so_often(webhook: str, attempts: int) -> None:
    policy = load(RICLOUD.document)["webhooks"][webhook]["x-proofreel-delivery"]
    assert len(policy["delays_seconds"]) == attempts
    assert "disable_after_consecutive_failures" not in policy


@pytest.mark.parametrize("webhook", ["webhookConfigTest", "event"])
def test_ricloud_signs_timestamp_and_body(webhook: str) -> None:
    signature = load(RICLOUD.document)["webhooks"][webhook]["x-proofreel-delivery"]["signature"]
    assert signature == {
        "header": "Ricloud-Signature",
        "algorithm": "hmac-sha256",
        "encoding": "base64",
        "message": "{timestamp}.{body}",
        "value": "t={timestamp},s={digest}",
        "only_with_secret": True,
    }


def test_ricloud_config_may_hide_its_secret_once_it_was_shown() -> None:
    config = example_of(RICLOUD, "retrieveWebhookConfig", "200", "valid")
    hidden = {name: value for name, value in config.items() if name != "secret"}
    assert component(RICLOUD, "WebhookConfig").is_valid(hidden)
    assert not component(RICLOUD, "WebhookConfigCreated").is_valid(hidden)
    assert component(RICLOUD, "WebhookConfigCreated").is_valid(config)


@pytest.mark.parametrize("name", ["id", "resource", "organisation", "url", "state", "date_created"])
def test_ricloud_config_has_each_attribute_of_the_page(name: str) -> None:
    config = example_of(RICLOUD, "retrieveWebhookConfig", "200", "valid")
    del config[name]
    assert not component(RICLOUD, "WebhookConfig").is_valid(config)


@pytest.mark.parametrize(
    ("state", "settable"), [("new", True), ("deactivated", True), ("valid", False), ("invalid", False)]
)
def test_ricloud_owner_sets_no_outcome(state: str, settable: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert component(RICLOUD, "WebhookConfigUpdate").is_valid({"state": state}) is settable
    assert component(RICLOUD, "WebhookConfigState").is_valid(state)


def test_ricloud_test_event_is_of_its_own_type() -> None:
    event = example_of(RICLOUD, "retrieveEvent", "200", "delivered")
    assert component(RICLOUD, "Event").is_valid(event)
    assert not component(RICLOUD, "WebhookConfigTested").is_valid(event)
    assert component(RICLOUD, "WebhookConfigTested").is_valid(event | {"type": "webhook_config", "action": "test"})


def test_bannx_names_no_request_to_a_client() -> None:
    document = load(BANNX.document)
    assert "webhooks" not in document
    assert [name for name, operation in operations(document).items() if "callbacks" in operation] == []


def test_bannx_callback_has_its_steps_in_order() -> None:
    callback = load(BANNX.document)["x-proofreel-callback"]
    assert set(callback) == {"steps", "delays_seconds", "hang_seconds", "credits"}
    assert callback["steps"] == ["upload", "log", "credits"]
    assert callback["credits"] == 1


def test_bannx_callback_begins_at_once_and_is_soon_given_up() -> None:
    callback = load(BANNX.document)["x-proofreel-callback"]
    delays = callback["delays_seconds"]
    assert delays[0] == 0
    assert delays == sorted(delays)
    assert 0 < sum(delays) <= 1 < callback["hang_seconds"]


@pytest.mark.parametrize("area", ["CBK", "LOG", "CRD", "OUT"])
def test_bannx_musts_on_the_callback_rest_on_the_page_on_webhooks(area: str) -> None:
    musts = [entry for entry in requirements(BANNX) if entry["level"] == "MUST" and f"-{area}-" in entry["id"]]
    assert musts
    assert [entry["id"] for entry in musts if "seed" not in entry["source"]] == []


def test_bannx_says_the_same_of_both_operations_but_where_they_differ() -> None:
    alone = [entry["id"] for entry in requirements(BANNX) if len(entry["applies_to"]) == 1]
    assert {identifier.split("-")[1] for identifier in alone} <= {"AUT", "REN", "FMT", "TWK", "BOD", "ERR", "CBK"}


@pytest.mark.parametrize(
    ("body", "sound"),
    [({"pageId": "a"}, True), ({"page": {"width": 16, "height": 16, "layers": []}}, True), ({}, False), ([], False)],
)
def test_bannx_body_names_a_page_or_holds_one(body: object, sound: bool) -> None:  # noqa: FBT001 - a table's column
    assert component(BANNX, "RenderRequest").is_valid(body) is sound


def test_bannx_answers_json_only_with_a_link() -> None:
    file = example_of(BANNX, "renderPage", "200", "file")
    assert component(BANNX, "RenderedFile").is_valid(file)
    del file["file"]["url"]
    assert not component(BANNX, "RenderedFile").is_valid(file)


@pytest.mark.parametrize(
    ("status", "missing"),
    [("success", "output_files"), ("failed", "error_status"), ("failed", "error_message")],
)
def test_renderio_finished_command_needs_its_outcome(status: str, missing: str) -> None:
    command = example_of(RENDERIO, "getCommand", "200", status)
    del command[missing]
    assert not component(RENDERIO, "Command").is_valid(command)


def test_renderio_output_of_a_success_needs_its_url() -> None:
    command = example_of(RENDERIO, "getCommand", "200", "success")
    command["output_files"]["out_video"]["storage_url"] = None
    assert not component(RENDERIO, "Command").is_valid(command)
    command["output_files"]["out_video"]["is_deleted"] = True
    assert component(RENDERIO, "Command").is_valid(command)


@pytest.mark.parametrize("status", ["queued", "success"])
def test_renderio_nullable_fields_may_be_left_out(status: str) -> None:
    command = example_of(RENDERIO, "getCommand", "200", status)
    kept = {name: value for name, value in command.items() if value is not None}
    assert kept != command
    assert component(RENDERIO, "Command").is_valid(kept)


def test_renderio_only_a_finished_command_is_delivered() -> None:
    queued = {"data": example_of(RENDERIO, "getCommand", "200", "queued"), "timestamp": 1700000000000}
    success = {"data": example_of(RENDERIO, "getCommand", "200", "success"), "timestamp": 1700000000000}
    assert not component(RENDERIO, "CommandCompleted").is_valid(queued)
    assert component(RENDERIO, "CommandCompleted").is_valid(success)
    assert not component(RENDERIO, "CommandCompleted").is_valid(success | {"timestamp": 1700000000})


def test_renderio_configuration_never_shows_its_secret() -> None:
    configuration = example_of(RENDERIO, "getWebhookConfig", "200", "active")
    assert component(RENDERIO, "WebhookConfig").is_valid(configuration)
    assert not component(RENDERIO, "WebhookConfig").is_valid(configuration | {"secret": "whsec_x"})


def test_renderio_active_webhook_has_no_moment_of_disabling() -> None:
    configuration = example_of(RENDERIO, "getWebhookConfig", "200", "disabled")
    assert not component(RENDERIO, "WebhookConfig").is_valid(configuration | {"is_active": True})


@pytest.mark.parametrize("name", ["../a.mp4", ".hidden", "-y", " a.mp4", "a/b.mp4", "a\\b.mp4", "", "ü.mp4", "a" * 129])
def test_renderio_output_name_is_a_plain_file_name(name: str) -> None:
    assert not component(RENDERIO, "OutputName").is_valid(name)


def test_renderio_validation_error_may_hold_detail_alone() -> None:
    detail = [{"loc": ["input_files"], "msg": "is required", "type": "value_error"}]
    assert component(RENDERIO, "ValidationError").is_valid({"detail": detail})
