"""Descriptions are read whole, or refused with the place where they go wrong."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import SetUpError
from contracts.scenarios.description import OperationReference
from contracts.scenarios.reading import description_of, read_description
from contracts.scenarios.sources import load_sources

MINIMAL: dict[str, Any] = {
    "arazzo": "1.0.1",
    "info": {"title": "Minimal", "version": "1"},
    "sourceDescriptions": [{"name": "api", "url": "api.yaml", "type": "openapi"}],
    "workflows": [{"workflowId": "only", "steps": [{"stepId": "one", "operationId": "getThing"}]}],
}


def changed(change: Callable[[Any], Any]) -> dict[str, Any]:
    document = copy.deepcopy(MINIMAL)
    change(document)
    return document


def step(document: Any) -> Any:
    return document["workflows"][0]["steps"][0]


def test_minimal_description_is_read() -> None:
    description = description_of(MINIMAL, "x")
    (only,) = description.workflows["only"].steps
    assert (description.title, only.id, only.calls) == ("Minimal", "one", OperationReference(None, "getThing"))


def test_operation_is_named_by_source_id_or_path() -> None:
    by_id = changed(lambda it: step(it).update(operationId="$sourceDescriptions.api.getThing"))
    by_path = changed(
        lambda it: (
            step(it).pop("operationId"),
            step(it).update(operationPath="{$sourceDescriptions.api.url}#/paths/~1things~1{id}/get"),
        )
    )
    read = [description_of(it, "x").workflows["only"].steps[0].calls for it in (by_id, by_path)]
    assert read == [
        OperationReference("api", "getThing"),
        OperationReference("api", path="/things/{id}", method="get"),
    ]


def test_reusable_components_are_looked_up() -> None:
    def use(document: Any) -> None:
        document["components"] = {
            "parameters": {"key": {"name": "X-API-KEY", "in": "header", "value": "general"}},
            "failureActions": {"again": {"name": "again", "type": "retry", "retryAfter": 2, "retryLimit": 5}},
            "inputs": {"shared": {"type": "object", "properties": {"a": {"default": 1}}}},
        }
        document["workflows"][0]["inputs"] = {"$ref": "#/components/inputs/shared"}
        step(document)["parameters"] = [{"reference": "$components.parameters.key", "value": "own"}]
        step(document)["onFailure"] = [{"reference": "$components.failureActions.again"}]

    workflow = description_of(changed(use), "x").workflows["only"]
    (parameter,), (action,) = workflow.steps[0].parameters, workflow.steps[0].on_failure or ()
    assert (parameter.name, parameter.place, parameter.value) == ("X-API-KEY", "header", "own")
    assert (action.kind, action.retry_after_seconds, action.retry_limit) == ("retry", 2.0, 5)
    assert workflow.inputs["properties"] == {"a": {"default": 1}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda it: it.update(arazzo="2.0.0"), r"x\.arazzo: this runner reads versions 1\.0\.x"),
        (lambda it: it.update(workflow=[]), r"x\.workflow: has no meaning here"),
        (lambda it: it.pop("info"), r"x\.info: is missing"),
        (lambda it: it.update(workflows=[]), r"x\.workflows: must have at least one entry"),
        (lambda it: it["sourceDescriptions"][0].update(type="arazzo"), "openapi documents only"),
        (lambda it: it["workflows"].append(it["workflows"][0]), "two have the same workflowId"),
        (lambda it: it["workflows"][0]["steps"].append(step(it)), "two have the same stepId"),
        (lambda it: step(it).update(stepId="a b"), r"steps\[0\]\.stepId: 'a b' may have letters"),
        (lambda it: step(it).update(workflowId="only"), "exactly one of operationId, operationPath and workflowId"),
        (lambda it: step(it).pop("operationId"), "exactly one of"),
        (lambda it: step(it).update(operationId="$sourceDescriptions.other.x"), "there is no source other"),
        (lambda it: step(it).update(operationId="$nonsense.x"), "names no operation"),
        (lambda it: step(it).update(parameters=[{"name": "q", "value": 1}]), "q needs `in`"),
        (lambda it: step(it).update(parameters=[{"name": "q", "in": "body", "value": 1}]), "must be one of path"),
        (lambda it: step(it).update(parameters=[{"name": "q", "in": "query"}]), "value: is missing"),
        (lambda it: step(it).update(parameters=[{"reference": "$components.parameters.x"}]), "no component"),
        (
            lambda it: step(it).update(successCriteria=[{"condition": "a = b"}]),
            r"successCriteria\[0\]\.condition: 'a = b'",
        ),
        (
            lambda it: step(it).update(successCriteria=[{"condition": "(", "type": "regex", "context": "$url"}]),
            "no regular",
        ),
        (lambda it: step(it).update(successCriteria=[{"condition": "x", "type": "regex"}]), "needs a context"),
        (lambda it: step(it).update(successCriteria=[{"condition": "$", "type": "jsonpath"}]), "not evaluated here"),
        (lambda it: step(it).update(onSuccess=[{"name": "r", "type": "retry"}]), "retry is no action here"),
        (lambda it: step(it).update(onFailure=[{"name": "g", "type": "goto"}]), "a goto needs"),
        (lambda it: step(it).update(onFailure=[{"name": "g", "type": "goto", "stepId": "x"}]), "x, which is no step"),
        (lambda it: step(it).update(onFailure=[{"name": "g", "type": "goto", "workflowId": "x"}]), "no workflow x"),
        (lambda it: step(it).update(onFailure=[{"name": "r", "type": "retry", "retryAfter": -1}]), "may be negative"),
        (lambda it: it["workflows"][0].update(dependsOn=["other"]), "there is no workflow other"),
    ],
)
def test_description_that_goes_wrong_is_refused(change: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(SetUpError, match=message):
        description_of(changed(change), "x")


@pytest.mark.parametrize("text", ["", "[]", "openapi: 3.1.0", "a: [", "\0"])
def test_file_that_is_no_description_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.arazzo.yaml"
    path.write_text(text)
    with pytest.raises(SetUpError, match=r"x\.arazzo\.yaml"):
        read_description(path)


def test_operation_that_its_document_lacks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("paths: {/things: {get: {operationId: getOther}}}")
    with pytest.raises(SetUpError, match="there is no operation getThing in api"):
        load_sources(description_of(MINIMAL, "x"), tmp_path)


@pytest.mark.parametrize("url", ["missing.yaml", "https://example.com/api.yaml"])
def test_source_that_cannot_be_read_is_refused(tmp_path: Path, url: str) -> None:
    description = description_of(changed(lambda it: it["sourceDescriptions"][0].update(url=url)), "x")
    with pytest.raises(SetUpError, match="the source api"):
        load_sources(description, tmp_path)
