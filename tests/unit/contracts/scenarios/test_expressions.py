"""Runtime expressions name what they should, keep its type, and say what is missing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.scenarios.expressions import Exchange, Message, Scope, UnresolvedError, evaluate, point, resolve

SCOPE = Scope(
    inputs={"id": 7, "nested": {"inner": "deep"}, "with.dot": "dotted"},
    steps={"submit": {"command_id": "c-1", "list": [{"a": 1}]}},
    outputs={"done": True},
    workflows={"other": {"inputs": {"x": 1}, "outputs": {"y": 2}}},
    sources={"api": "../api.yaml"},
    exchange=Exchange(
        "POST",
        "http://host/path?q=1",
        Message({"x-api-key": "k"}, {"sent": [1, 2]}, {"q": "1"}, {"name": "p"}),
        201,
        Message({"location": "/there"}, {"a/b": 1, "m~n": 2, "": 3, "items": ["zero", {"one": None}]}),
    ),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8", exclude_characters="$"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$inputs.id", 7),
        ("$inputs.nested.inner", "deep"),
        ("$inputs.with.dot", "dotted"),
        ("$steps.submit.outputs.command_id", "c-1"),
        ("$steps.submit.outputs.list#/0/a", 1),
        ("$outputs.done", True),
        ("$workflows.other.inputs.x", 1),
        ("$workflows.other.outputs.y", 2),
        ("$sourceDescriptions.api.url", "../api.yaml"),
        ("$url", "http://host/path?q=1"),
        ("$method", "POST"),
        ("$statusCode", 201),
        ("$request.header.X-API-KEY", "k"),
        ("$request.query.q", "1"),
        ("$request.path.name", "p"),
        ("$request.body", {"sent": [1, 2]}),
        ("$request.body#/sent/1", 2),
        ("$response.header.Location", "/there"),
        ("$response.body#/a~1b", 1),
        ("$response.body#/m~0n", 2),
        ("$response.body#/", 3),
        ("$response.body#/items/0", "zero"),
        ("$response.body#/items/1/one", None),
        ("$response.body.items", ["zero", {"one": None}]),
    ],
)
def test_expression_names_its_value(expression: str, value: Any) -> None:
    assert evaluate(expression, SCOPE) == value


@pytest.mark.parametrize(
    "expression",
    ["$inputs.other", "$inputs.nested.other", "$steps.submit.outputs.other", "$steps.other.outputs.x",
     "$workflows.other.x.y", "$sourceDescriptions.other.url", "$response.header.X",
     "$response.body#/items/2", "$response.body#/items/01",
     "$response.body#/items/-1", "$response.body#/items/x", "$response.body#/a~1b/c", "$response.other", "$nonsense",
     "$components.parameters.x"],
)  # fmt: skip
def test_expression_that_names_nothing_says_which(expression: str) -> None:
    with pytest.raises(UnresolvedError) as raised:
        evaluate(expression, SCOPE)
    assert expression in str(raised.value)


@pytest.mark.parametrize("expression", ["$statusCode", "$response.body", "$url"])
def test_exchange_is_not_there_before_an_answer(expression: str) -> None:
    with pytest.raises(UnresolvedError, match="nothing has been answered"):
        evaluate(expression, Scope())


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("$inputs.id", 7),
        ("{$inputs.id}", "7"),
        ("id-{$inputs.id}/{$steps.submit.outputs.command_id}", "id-7/c-1"),
        ("{$response.body#/items/1/one} {$outputs.done}", "null true"),
        ("ffmpeg -i {{in_video}} {{out}}", "ffmpeg -i {{in_video}} {{out}}"),
        ("costs $5 and $inputs.id more", "costs $5 and $inputs.id more"),
        ({"a": ["$inputs.id", 1, None, {"b": "$outputs.done"}]}, {"a": [7, 1, None, {"b": True}]}),
    ],
)
def test_template_is_resolved(template: Any, value: Any) -> None:
    assert resolve(template, SCOPE) == value


@given(JSON)
def test_template_without_expressions_stays_as_it_is(value: Any) -> None:
    assert resolve(value, Scope()) == value


@given(JSON)
def test_whole_expression_keeps_the_type(value: Any) -> None:
    assert resolve("$inputs.it", Scope(inputs={"it": value})) == value


@given(st.dictionaries(st.text(max_size=5), st.lists(st.integers(), min_size=1, max_size=4), min_size=1, max_size=4))
def test_pointer_leads_to_every_value(document: dict[str, list[int]]) -> None:
    for key, values in document.items():
        for index, value in enumerate(values):
            pointer = f"/{key.replace('~', '~0').replace('/', '~1')}/{index}"
            assert point(document, pointer, "here") == value


def test_empty_pointer_is_the_whole() -> None:
    assert point({"a": 1}, "", "here") == {"a": 1}
