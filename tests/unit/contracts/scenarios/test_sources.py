"""What each operation of a scenario's sources is called with."""

from pathlib import Path

import pytest
import yaml

from contracts.errors import SetUpError
from contracts.scenarios.description import Description, OperationReference
from contracts.scenarios.reading import description_of
from contracts.scenarios.sources import Sources, load_sources

OPENAPI = Path(__file__).parents[4] / "openapi"


def _sources(*names: str) -> Sources:
    return load_sources(_description(*names), OPENAPI)


def _description(*names: str, operation: str = "getControl") -> Description:
    return description_of(
        {
            "arazzo": "1.0.1",
            "info": {"title": "t", "version": "1"},
            "sourceDescriptions": [{"name": name, "url": f"{name}/openapi.yaml"} for name in names],
            "workflows": [
                {
                    "workflowId": "main",
                    "steps": [{"stepId": "one", "operationId": f"$sourceDescriptions.{names[-1]}.{operation}"}],
                }
            ],
        },
        "x",
    )


@pytest.mark.parametrize(("api", "value"), [("renderio", "k"), ("ricloud", "Token k"), ("bannx", "Bearer k")])
@pytest.mark.parametrize("order", [1, -1])
def test_control_is_called_with_the_credential_of_the_api(api: str, value: str, order: int) -> None:
    names = [api, "control"][::order]
    sources = load_sources(_description(*names, operation="resetWorkspace" if order > 0 else _LISTS[api]), OPENAPI)
    reset = sources.find(OperationReference("control", operation_id="resetWorkspace"))
    assert reset.credential is not None
    assert reset.credential == sources.credential
    assert reset.credential.header_value("k") == value


_LISTS = {"renderio": "getWebhookConfig", "ricloud": "listTasks", "bannx": "renderPage"}


def test_each_api_has_its_own_credential_beside_another() -> None:
    sources = _sources("ricloud", "renderio", "control")
    names = {
        source: operation.credential.input_name
        for source, operation in (
            ("renderio", sources.find(OperationReference("renderio", operation_id="getWebhookConfig"))),
            ("ricloud", sources.find(OperationReference("ricloud", operation_id="listTasks"))),
            ("control", sources.find(OperationReference("control", operation_id="resetWorkspace"))),
        )
        if operation.credential is not None
    }
    assert names == {"renderio": "apiKey", "ricloud": "token", "control": "token"}


def test_operation_that_needs_no_credential_has_none() -> None:
    assert (
        _sources("renderio", "control").find(OperationReference("control", operation_id="getControl")).credential
        is None
    )


def test_control_alone_is_called_with_the_first_that_it_names() -> None:
    credential = _sources("control").credential
    assert credential is not None
    assert credential.header == "X-API-KEY"


@pytest.mark.parametrize("components", [{}, {"securitySchemes": {"Login": {"type": "openIdConnect"}}}])
def test_document_without_a_credential_in_a_header_is_called_without(
    tmp_path: Path, components: dict[str, object]
) -> None:
    document = {"paths": {"/": {"get": {"operationId": "getControl"}}}, "components": components}
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "openapi.yaml").write_text(yaml.safe_dump(document), "utf-8")
    sources = load_sources(_description("own"), tmp_path)
    assert sources.credential is None
    assert sources.operations["own"][0].credential is None


def test_operation_that_does_not_exist_is_named() -> None:
    with pytest.raises(SetUpError, match="there is no operation getNothing in control"):
        load_sources(_description("renderio", "control", operation="getNothing"), OPENAPI)
