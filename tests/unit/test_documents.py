"""A document is compiled into operations, policies and credentials, or the server does not start."""

import re
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockserver.documents import CredentialHeader, Document, load
from mockserver.errors import SetUpError, Violation

Change = Callable[[dict[str, Any]], object]

COMMAND = {
    "input_files": {"in_video": "https://example.com/sample.mp4"},
    "output_files": {"out_video": "result.webm"},
    "ffmpeg_command": "-i {{in_video}} {{out_video}}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the documents, to be changed at will."""
    shutil.copytree(str(files("openapi")), tmp_path / "openapi")
    return tmp_path / "openapi"


def rewrite(folder: Path, change: Change) -> None:
    path = folder / "renderio" / "openapi.yaml"
    content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    change(content)
    path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper), "utf-8")


def violations(document: Document, operation: str, body: object) -> list[Violation]:
    schema = document.operations[operation].body
    assert schema is not None
    return schema.violations(body)


def places(found: list[Violation]) -> list[tuple[tuple[str | int, ...], str]]:
    return [(it.location, it.kind) for it in found]


# Loading.


def test_load_finds_every_operation(renderio: Document) -> None:
    assert {it.id: (it.method, it.path, it.secured) for it in renderio.operations.values()} == {
        "setWebhookConfig": ("PUT", "/api/v1/webhook-config", True),
        "getWebhookConfig": ("GET", "/api/v1/webhook-config", True),
        "deleteWebhookConfig": ("DELETE", "/api/v1/webhook-config", True),
        "runFfmpegCommand": ("POST", "/api/v1/run-ffmpeg-command", True),
        "getCommand": ("GET", "/api/v1/commands/{commandId}", True),
    }


def test_load_leaves_an_open_operation_open(control: Document) -> None:
    open_to_all = {it.id for it in control.operations.values() if not it.secured}
    hooks = {"getToInbox", "putToInbox", "postToInbox", "patchToInbox", "deleteToInbox"}
    assert open_to_all == {"getControl", "listSamples", "getSample", *hooks}


def test_load_reads_query_parameters(control: Document) -> None:
    found = [(it.name, it.type, it.required) for it in control.operations["listDeliveries"].query]
    assert found == [("subject", "string", False), ("limit", "integer", False)]


def test_load_reads_documented_responses(renderio: Document) -> None:
    assert set(renderio.operations["getCommand"].responses) == {200, 401, 404, 429}


@pytest.mark.parametrize("name", ["renderio", "control"])
def test_schemas_of_the_real_documents_compile(name: str) -> None:
    document = load(name)
    for operation in document.operations.values():
        schemas = [operation.body, *operation.responses.values(), *(it.schema for it in operation.query)]
        for schema in schemas:
            if schema is not None:
                schema.compile()


def test_load_names_an_unknown_document() -> None:
    with pytest.raises(SetUpError, match="nosuchapi"):
        load("nosuchapi")


@pytest.mark.parametrize("text", ["", "[]", "openapi: 3.1.0", "just text", "{", "\t"])
def test_load_refuses_what_is_no_document(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "openapi.yaml").write_text(text)
    with pytest.raises(SetUpError, match="mine"):
        load("mine", tmp_path)


def test_load_refuses_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "openapi.yaml").write_bytes(b"openapi: '\xff'\npaths: {}\n")
    with pytest.raises(SetUpError, match="mine"):
        load("mine", tmp_path)


def path_item(content: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = content["paths"]["/api/v1/webhook-config"]
    return item


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda it: it.update(paths=None), id="paths that are null"),
        pytest.param(lambda it: path_item(it)["get"].pop("operationId"), id="an operation without an id"),
        pytest.param(lambda it: path_item(it)["get"].update(operationId="getCommand"), id="two operations with one id"),
        pytest.param(lambda it: path_item(it)["get"].pop("responses"), id="an operation without responses"),
        pytest.param(
            lambda it: path_item(it)["put"].update(requestBody={"$ref": "#/components/requestBodies/Absent"}),
            id="a reference to nowhere",
        ),
        pytest.param(
            lambda it: it["components"]["schemas"]["WebhookConfigRequest"].update(type="text"), id="a type that is none"
        ),
        pytest.param(
            lambda it: it["components"]["schemas"]["WebhookConfigRequest"]["properties"].update(
                url={"$ref": "#/components/schemas/Absent"}
            ),
            id="a schema that refers to nowhere",
        ),
        pytest.param(
            lambda it: it["components"]["schemas"]["HttpUrl"].update(pattern="("), id="a pattern that is none"
        ),
        pytest.param(
            lambda it: it["components"]["schemas"]["Success"].update(type="text"), id="a response's type that is none"
        ),
        pytest.param(
            lambda it: it["components"]["securitySchemes"]["ApiKey"].update({"x-proofreel-credential-pattern": "("}),
            id="a credential pattern that is none",
        ),
        pytest.param(
            lambda it: it["webhooks"]["commandCompleted"]["x-proofreel-delivery"].pop("delays_seconds"),
            id="a policy without delays",
        ),
    ],
)
def test_load_refuses_a_document_that_cannot_be_served(folder: Path, change: Change) -> None:
    rewrite(folder, change)
    with pytest.raises(SetUpError):
        load("renderio", folder)


def test_load_takes_statuses_that_yaml_reads_as_numbers(folder: Path) -> None:
    def unquote(content: dict[str, Any]) -> None:
        operation = path_item(content)["get"]
        operation["responses"] = {int(status): response for status, response in operation["responses"].items()}

    rewrite(folder, unquote)
    assert set(load("renderio", folder).operations["getWebhookConfig"].responses) == {200, 401, 429}


def test_load_takes_the_policy_from_a_changed_document(folder: Path) -> None:
    def hurry(content: dict[str, Any]) -> None:
        content["webhooks"]["commandCompleted"]["x-proofreel-delivery"] |= {
            "delays_seconds": [1, 2.5],
            "disable_after_consecutive_failures": 3,
        }

    rewrite(folder, hurry)
    policy = load("renderio", folder).policies["commandCompleted"]
    assert (policy.delays_ms, policy.failure_threshold) == ((1_000, 2_500), 3)


def test_load_takes_rules_from_a_changed_document(folder: Path) -> None:
    rewrite(folder, lambda it: it["components"]["schemas"]["WebhookConfigRequest"].update(required=["url", "secret"]))
    found = violations(load("renderio", folder), "setWebhookConfig", {"url": "https://example.com/"})
    assert places(found) == [(("secret",), "value_error")]


def test_load_keeps_the_content_for_readers(renderio: Document) -> None:
    assert renderio.content["info"]["title"].startswith("RenderIO")


@pytest.mark.parametrize(("name", "any_content_type"), [("renderio", False), ("control", True)])
def test_document_says_which_content_types_it_reads(name: str, any_content_type: bool) -> None:  # noqa: FBT001
    assert load(name).any_content_type is any_content_type


# Violations.


def test_valid_body_has_no_violations(renderio: Document) -> None:
    assert violations(renderio, "runFfmpegCommand", COMMAND) == []


@pytest.mark.parametrize("missing", list(COMMAND))
def test_missing_property_is_a_value_error_at_its_place(renderio: Document, missing: str) -> None:
    body = {key: value for key, value in COMMAND.items() if key != missing}
    assert places(violations(renderio, "runFfmpegCommand", body)) == [((missing,), "value_error")]


def test_every_missing_property_is_named(renderio: Document) -> None:
    found = violations(renderio, "runFfmpegCommand", {})
    assert sorted(places(found)) == sorted(((key,), "value_error") for key in COMMAND)


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}], ids=repr)
def test_wrong_type_is_a_type_error_at_its_place(renderio: Document, value: object) -> None:
    found = violations(renderio, "runFfmpegCommand", {**COMMAND, "ffmpeg_command": value})
    assert places(found) == [(("ffmpeg_command",), "type_error")]


def test_wrong_type_is_told_in_words(renderio: Document) -> None:
    found = violations(renderio, "runFfmpegCommand", {**COMMAND, "metadata": {"a": []}})
    assert [it.message for it in found] == ["must be a boolean or a number or a string"]


def test_wrong_type_of_the_whole_body_is_at_its_root(renderio: Document) -> None:
    assert places(violations(renderio, "runFfmpegCommand", [])) == [((), "type_error")]


def test_violation_inside_a_map_names_its_key(renderio: Document) -> None:
    found = violations(renderio, "runFfmpegCommand", {**COMMAND, "input_files": {"in_video": "no url"}})
    assert set(places(found)) == {(("input_files", "in_video"), "value_error")}


def test_violation_of_a_value_is_a_value_error(control: Document) -> None:
    assert places(violations(control, "advanceClock", {"seconds": -1})) == [(("seconds",), "value_error")]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "/path",
        "ftp://example.com/",
        "http://",
        "https:///path",
        "http://?",
        "javascript:alert(1)",
        "http://exa mple.com/",
        "http://example.com/a b",
        "http://example.com/\n",
        "http://[::1",
        "http://example.com/ä",
    ],
)
def test_url_that_cannot_be_used_is_refused(renderio: Document, url: str) -> None:
    assert {it.location for it in violations(renderio, "setWebhookConfig", {"url": url})} == {("url",)}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8001/webhooks/",
        "http://localhost/",
        "https://example.com",
        "http://[::1]:9/",
        "https://user:secret@example.com/a?b=c#d",
        "http://xn--bcher-kva.example/%C3%A4",
    ],
)
def test_url_that_can_be_used_is_taken(renderio: Document, url: str) -> None:
    assert violations(renderio, "setWebhookConfig", {"url": url}) == []


def test_unknown_properties_are_ignored(renderio: Document) -> None:
    assert violations(renderio, "setWebhookConfig", {"url": "http://x/", "unknown": [{}]}) == []


@given(secret=st.text())
def test_any_text_is_a_secret(renderio: Document, secret: str) -> None:
    assert violations(renderio, "setWebhookConfig", {"url": "http://x/", "secret": secret}) == []


@pytest.mark.parametrize("depth", [100, 254, 255, 300, 900])
def test_deeply_nested_bodies_are_judged(control: Document, depth: int) -> None:
    body: object = []
    for _ in range(depth):
        body = [body]
    assert violations(control, "advanceClock", {"seconds": body})


# Credentials.


def test_document_says_where_its_credential_stands(renderio: Document) -> None:
    header = renderio.credentials["ApiKey"]
    assert (header.header, header.scheme) == ("x-api-key", "")


def test_document_says_every_place_of_a_credential(control: Document) -> None:
    found = {(it.header, it.scheme.lower()) for it in control.credentials.values()}
    assert found == {("x-api-key", ""), ("authorization", ""), ("authorization", "bearer")}


def test_document_may_name_the_word_before_a_credential(folder: Path) -> None:
    def after_a_word(content: dict[str, Any]) -> None:
        content["components"]["securitySchemes"] = {
            "Token": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "x-proofreel-credential-scheme": "Token",
                "x-proofreel-credential-pattern": "[a-z]+",
            }
        }

    rewrite(folder, after_a_word)
    header = load("renderio", folder).credentials["Token"]
    assert header.place == ("authorization", "token")
    assert [header.read(value) for value in ("Token abc", "TOKEN abc", "abc", "Bearer abc", "Token 1")] == [
        "abc",
        "abc",
        None,
        None,
        None,
    ]


BEARER = CredentialHeader("authorization", "Bearer", re.compile(r"t_[a-z]+"))
KEY = CredentialHeader("x-api-key", "", re.compile(r"k_[a-z]+"))


@pytest.mark.parametrize(
    ("header", "value", "credential"),
    [
        (KEY, None, None),
        (KEY, "", None),
        (KEY, "k_abc", "k_abc"),
        (KEY, "k_abc1", None),
        (KEY, "xk_abc", None),
        (KEY, "k_abc\n", None),
        (KEY, "K_abc", None),
        (KEY, "Bearer k_abc", None),
        (BEARER, None, None),
        (BEARER, "", None),
        (BEARER, "Bearer", None),
        (BEARER, "Bearer ", None),
        (BEARER, "t_abc", None),
        (BEARER, "Bearer t_abc", "t_abc"),
        (BEARER, "bearer t_abc", "t_abc"),
        (BEARER, "BEARER   t_abc ", "t_abc"),
        (BEARER, "Basic t_abc", None),
        (BEARER, "Bearer t_abc t_abc", None),
        (BEARER, "Bearer Bearer t_abc", None),
        (BEARER, "Bearert_abc", None),
    ],
)
def test_credential_is_read_in_its_form_only(
    header: CredentialHeader, value: str | None, credential: str | None
) -> None:
    assert header.read(value) == credential


@pytest.mark.parametrize(
    ("header", "headers", "is_given"),
    [
        (KEY, {}, False),
        (KEY, {"x-api-key": ""}, True),
        (KEY, {"x-api-key": "abc"}, True),
        (BEARER, {"authorization": "Bearer"}, True),
        (BEARER, {"authorization": "bearer t_abc"}, True),
        (BEARER, {"authorization": "Basic t_abc"}, False),
        (BEARER, {"authorization": "t_abc"}, False),
        (BEARER, {"x-api-key": "Bearer t_abc"}, False),
    ],
)
def test_credential_is_given_whether_or_not_it_is_good(
    header: CredentialHeader,
    headers: dict[str, str],
    is_given: bool,  # noqa: FBT001 - a row's value
) -> None:
    assert header.is_given(headers) is is_given


@pytest.mark.parametrize(
    ("required", "is_required"), [({}, False), ({"required": False}, False), ({"required": True}, True)]
)
def test_document_says_whether_a_body_is_required(folder: Path, required: dict[str, bool], is_required: bool) -> None:  # noqa: FBT001
    def require(content: dict[str, Any]) -> None:
        content_of_body = path_item(content)["put"]["requestBody"]["content"]
        path_item(content)["put"]["requestBody"] = {"content": content_of_body, **required}

    rewrite(folder, require)
    assert load("renderio", folder).operations["setWebhookConfig"].body_required is is_required


@given(value=st.text())
def test_credential_never_breaks_on_any_text(value: str) -> None:
    assert BEARER.read(value) in {None, value.partition(" ")[2].strip()}
