"""The reference page is sound HTML, shows everything that the documents have, and lets nothing of them act."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.documents import Document, load
from mockserver.http.reference import markdown, page
from mockserver.http.reference.html import Html
from mockserver.http.reference.references import References
from mockserver.http.reference.schema_table import schema_table

VOID = {"meta", "link", "br"}
HARMLESS_ADDRESS = re.compile(r"#|/openapi/[a-z]+\.json$|data:,$|https?://|mailto:|[/.]")
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</style><img src=x onerror=alert(1)>",
            '" onmouseover="alert(1)',
            "'><svg/onload=alert(1)>",
            "[click](javascript:alert(1))",
            '[click](https://example.com/"onclick="alert(1))',
            "`<b>` **<i>** &lt; &amp;",
            "- <li>\n1. </ul>",
            "<!-- ",
            "]]>",
        ]
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=12,
)
KEYWORDS = st.sampled_from(
    ["type", "properties", "items", "required", "enum", "const", "allOf", "oneOf", "anyOf", "not", "if", "then", "$ref",
     "additionalProperties", "propertyNames", "examples", "description", "minLength", "maxItems", "default", "format"]
)  # fmt: skip
SCHEMA = st.recursive(
    JSON | st.just({"$ref": "#/components/schemas/Loop"}),
    lambda inner: st.dictionaries(KEYWORDS | st.text(max_size=5), inner | st.lists(inner, max_size=3), max_size=4),
    max_leaves=15,
)


@dataclass
class Reading(HTMLParser):
    """What a parser finds in a page; an element that is closed wrongly is an error."""

    tags: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]

    def finished(self) -> "Reading":
        self.close()
        assert self._open == []
        return self


def read(text: str) -> Reading:
    reading = Reading()
    reading.feed(text)
    return reading.finished()


@cache
def documents() -> tuple[Document, ...]:
    return load("renderio"), load("control")


@cache
def shown() -> str:
    return page(documents())


def test_page_is_well_formed() -> None:
    reading = read(shown())

    assert shown().startswith("<!doctype html>\n")
    assert {"html", "head", "body", "nav", "main", "svg", "table"} <= reading.tags
    identifiers = reading.of("id")
    assert len(identifiers) == len(set(identifiers))


def test_page_shows_every_operation_and_webhook() -> None:
    reading = read(shown())

    for document in documents():
        for name in (*document.operations, *document.policies):
            assert f"{document.name}.{name}" in reading.of("id")
            assert f"#{document.name}.{name}" in reading.of("href")
            assert name in reading.text


def test_page_leads_nowhere_that_does_not_exist() -> None:
    reading = read(shown())

    assert {link[1:] for link in reading.of("href") if link.startswith("#")} <= set(reading.of("id"))
    assert {"/openapi/renderio.json", "/openapi/control.json"} <= set(reading.of("href"))


def test_page_loads_nothing_and_runs_nothing() -> None:
    reading = read(shown())

    assert not reading.tags & {"script", "img", "iframe", "object", "base", "form"}
    assert reading.of("src") == []
    assert not re.search(r"url\(|@import|@font-face", shown())


def test_page_shows_every_requirement() -> None:
    ids = re.findall(r"RIO-[A-Z]{3}-\d{3}", json.dumps(documents()[0].content["paths"]))

    assert set(ids) <= set(re.findall(r"RIO-[A-Z]{3}-\d{3}", read(shown()).text))


def test_page_shows_the_schedule_of_the_document() -> None:
    text = read(shown()).text
    moments = list(accumulate(documents()[0].policies["commandCompleted"].delays_ms))

    assert f"{len(moments)} attempts over 27 h 35 min 5 s" in text
    for written in ("5 min 5 s", "35 min 5 s", "2 h 35 min 5 s", "7 h 35 min 5 s", "17 h 35 min 5 s"):
        assert written in text


def test_curl_line_sends_the_example() -> None:
    body = documents()[0].content["paths"]["/api/v1/run-ffmpeg-command"]["post"]["requestBody"]
    example = next(iter(body["content"]["application/json"]["examples"].values()))["value"]
    text = read(shown()).text
    line = text[text.index('curl -X POST "$server"/api/v1/run-ffmpeg-command') :].partition("Responses")[0]

    words = shlex.split(line.replace("\\\n", ""))

    assert json.loads(words[words.index("-d") + 1]) == example
    assert words[4:6] == ["-H", "X-API-KEY: $key"]


def test_curl_line_has_the_word_before_a_credential() -> None:
    content: Mapping[str, Any] = {
        "paths": {"/tasks": {"get": {"operationId": "listTasks"}}},
        "security": [{"Token": []}],
        "components": {
            "securitySchemes": {
                "Token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "x-proofreel-credential-scheme": "Token",
                }
            }
        },
    }
    text = read(page([documents()[0], Document("other", content, {}, {}, {})])).text

    assert '-H "Authorization: Token $key"' in text
    assert "In the header Authorization after the word Token." in text


def test_nullable_reference_reads_as_one_type() -> None:
    table = schema_table(
        {"properties": {"when": {"oneOf": [{"$ref": "#/components/Instant"}, {"type": "null"}]}}},
        References({"components": {"Instant": {"type": "string", "format": "date-time"}}}),
    )

    assert "string or null" in read(table).text
    assert "format date-time" in read(table).text


def test_parts_of_a_schema_are_merged() -> None:
    table = schema_table(
        {
            "allOf": [
                {"required": ["status"], "properties": {"status": {"type": "string", "enum": ["A", "B"]}}},
                {"properties": {"status": {"enum": ["B"]}}},
            ]
        },
        References({}),
    )

    assert "statusrequiredstringone of B" in read(table).text


def test_schema_that_contains_itself_ends() -> None:
    members = {name: {"$ref": "#/tree"} for name in ("left", "right", "other")}
    tree = {"type": "object", "properties": members}

    assert read(schema_table(tree, References({"tree": tree}))).text.count("left") <= 4


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one two</p><p>three</p>"),
        ("so:\n- a\n  b\n- c", "<p>so:</p><ul><li>a b</li><li>c</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("`<<a>>` and **b**", "<p><code>&lt;&lt;a&gt;&gt;</code> and <strong>b</strong></p>"),
        ("[x](https://a.b)", '<p><a href="https://a.b">x</a></p>'),
        ("[x](javascript:y)", "<p>[x](javascript:y)</p>"),
        ("5 * 3 - 2", "<p>5 * 3 - 2</p>"),
    ],
)
def test_markdown_becomes_html(source: str, html: str) -> None:
    assert markdown.blocks(source) == html


@given(HOSTILE)
def test_everything_from_a_document_is_escaped(text: str) -> None:
    usual = read(shown())

    reading = read(page([document_saying(text)]))

    assert reading.tags <= usual.tags | {"ul", "ol", "li", "strong", "small", "i"}
    assert {name for name, _ in reading.attributes} <= {name for name, _ in usual.attributes}
    assert all(HARMLESS_ADDRESS.match(address) for address in reading.of("href"))
    assert reading.text.count(text) >= 3


@given(SCHEMA, SCHEMA)
def test_no_schema_breaks_the_table(schema: Any, loop: Any) -> None:
    read(schema_table(schema, References({"components": {"schemas": {"Loop": loop}}})))


@given(st.text())
def test_markdown_of_any_text_is_well_formed(text: str) -> None:
    assert isinstance(markdown.blocks(text), Html)
    read(markdown.blocks(text))


def document_saying(text: str) -> Document:
    """A small document that says `text` wherever it can."""
    schema = {
        "type": text,
        "description": text,
        "properties": {text: {"type": "string", "enum": [text], "pattern": text, "default": text}},
        "required": [text],
        "examples": [text, {text: text}],
        "if": {"properties": {text: {"const": text}}},
        "then": {"required": [text]},
    }
    media: Mapping[str, Any] = {"application/json": {"schema": schema, "examples": {text: {"value": {text: [text]}}}}}
    operation = {
        "operationId": text,
        "summary": text,
        "description": text,
        "tags": [text],
        "x-proofreel-requirements": [text],
        "security": [{text: []}],
        "parameters": [{"name": text, "in": "path", "schema": schema, "example": text, "description": text}],
        "requestBody": {"content": media},
        "responses": {
            text: {"description": text, "headers": {text: {"schema": schema}}, "content": media},
            "200": {"description": text, "links": {text: {"operationId": text, "description": text}}},
        },
    }
    content = {
        "info": {"title": text, "version": text, "summary": text, "description": text},
        "tags": [{"name": text, "description": text}],
        "paths": {text: {"get": operation, "post": operation}},
        "webhooks": {text: {"post": operation}},
        "components": {
            "securitySchemes": {text: {"type": "apiKey", "in": "header", "name": text, "description": text}}
        },
    }
    return Document("hostile", content, {}, {}, {})
