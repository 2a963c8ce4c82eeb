"""Shows an operation or a webhook: what it takes, what it answers, what it stands on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from mockserver.documents import CREDENTIAL_SCHEME, Document
from mockserver.http.reference import markdown
from mockserver.http.reference.curl import Request, curl_line
from mockserver.http.reference.delivery import delivery
from mockserver.http.reference.html import Html, element, joined
from mockserver.http.reference.json_view import json_view
from mockserver.http.reference.references import References
from mockserver.http.reference.schema_table import Row, row, schema_table, table
from mockserver.webhooks.policy import EXTENSION

METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options", "trace"})
REQUIREMENTS = "x-proofreel-requirements"
JSON = "application/json"
TEXTS = (JSON, "text/")
FILE = "answer.bin"
"""What a curl line writes that would otherwise fill a terminal with bytes."""


@dataclass(frozen=True)
class Entry:
    """One operation, or one webhook where it has no path, as the document has it."""

    document: Document
    name: str
    method: str
    path: str | None
    source: Mapping[str, Any]
    shared: Mapping[str, Any]
    references: References

    @property
    def anchor(self) -> str:
        """The id of its section; no white space may stand in one."""
        return "-".join(f"{self.document.name}.{self.name}".split())

    @property
    def summary(self) -> str:
        """Its name for people."""
        return str(self.source.get("summary") or self.name)


def entries(document: Document) -> Iterator[Entry]:
    """The operations, then the webhooks."""
    references = References(document.content)
    for path, item in document.content["paths"].items():
        for method, source in _by_method(item):
            name = str(source.get("operationId", f"{method} {path}"))
            yield Entry(document, name, method, path, source, item, references)
    for name, item in document.content.get("webhooks", {}).items():
        for method, source in _by_method(item):
            yield Entry(document, str(name), method, None, source, item, references)


def _by_method(item: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((method, source) for method, source in item.items() if method in METHODS)


def badge(method: str) -> Html:
    """A method as a coloured word."""
    return element("span", method.upper(), class_=f"method {method}")


def section(entry: Entry) -> Html:
    """Everything about it."""
    return element(
        "section",
        element("h3", element("a", entry.summary, href=f"#{entry.anchor}")),
        element(
            "p", badge(entry.method), " ", element("code", entry.path or "your receiver", class_="path"), class_="line"
        ),
        markdown.blocks(str(entry.source.get("description", ""))),
        _facts(entry),
        _delivery(entry),
        _parameters(entry),
        _body(entry),
        _curl(entry),
        _responses(entry),
        _requirements(entry),
        id=entry.anchor,
        class_="operation",
    )


def _facts(entry: Entry) -> Html:
    parts: list[str] = ["webhook " if entry.path is None else "operation ", element("code", entry.name)]
    if entry.path is not None:
        names = [name for group in _security(entry) for name in group]
        parts.append(f" · credential: {' or '.join(names)}" if names else " · needs no credential")
    return element("p", *parts, class_="facts-line")


def _security(entry: Entry) -> list[Mapping[str, Any]]:
    return list(entry.source.get("security", entry.document.content.get("security", [])))


def _all_parameters(entry: Entry) -> list[Mapping[str, Any]]:
    given = [*entry.shared.get("parameters", ()), *entry.source.get("parameters", ())]
    return [entry.references.resolved(parameter) for parameter in given]


def _parameters(entry: Entry) -> Html | None:
    rows = [_parameter_row(parameter, entry.references) for parameter in _all_parameters(entry)]
    return joined([element("h4", "Parameters"), table(rows, entry.references)]) if rows else None


def _parameter_row(parameter: Mapping[str, Any], references: References) -> Row:
    beside = {key: parameter[key] for key in ("description",) if key in parameter}
    if "example" in parameter:
        beside["examples"] = [parameter["example"]]
    found = row(
        str(parameter.get("name")),
        parameter.get("schema", {}),
        references,
        required=bool(parameter.get("required")),
        beside=beside,
    )
    return Row(found.name, found.depth, f"{found.type}, {parameter.get('in')}", found.required, found.found)


def _body(entry: Entry) -> Html | None:
    if "requestBody" not in entry.source:
        return None
    media = _media(entry.references.resolved(entry.source["requestBody"]))
    return joined([element("h4", "Request body"), _content(media, entry.references)])


def _media(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said of the JSON body, or of the first one of another type."""
    content = holder.get("content", {})
    found: Mapping[str, Any] = content.get("application/json") or next(iter(content.values()), {})
    return found


def _content(media: Mapping[str, Any], references: References) -> Html:
    shown = [
        element("details", element("summary", "Example: ", markdown.inline(title)), json_view(value), open=number == 0)
        for number, (title, value) in enumerate(_examples(media, references))
    ]
    return joined([schema_table(media.get("schema", {}), references), *shown])


def _examples(media: Mapping[str, Any], references: References) -> Iterator[tuple[str, Any]]:
    if "example" in media:
        yield "example", media["example"]
    for name, example in media.get("examples", {}).items():
        found = references.resolved(example)
        yield str(found.get("summary", name)), found.get("value")


def _curl(entry: Entry) -> Html | None:
    if entry.path is None:
        return None
    values = {
        str(parameter.get("name")): parameter["example"]
        for parameter in _all_parameters(entry)
        if parameter.get("in") == "path" and "example" in parameter
    }
    body: Any = None
    if "requestBody" in entry.source:
        media = _media(entry.references.resolved(entry.source["requestBody"]))
        body = next((value for _, value in _examples(media, entry.references)), {})
    file = FILE if _writes_a_file(entry) else None
    request = Request(entry.method.upper(), entry.path, values, _credential_headers(entry), body, file)
    return joined([element("h4", "curl"), element("pre", element("code", curl_line(request)))])


def _credential_headers(entry: Entry) -> list[str]:
    schemes = entry.document.content.get("components", {}).get("securitySchemes", {})
    for group in _security(entry):
        for name in group:
            scheme = entry.references.resolved(schemes.get(name, {}))
            if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
                word = str(scheme.get(CREDENTIAL_SCHEME, ""))
                return [f"{scheme.get('name')}: {word} $key" if word else f"{scheme.get('name')}: $key"]
            if scheme.get("type") == "http":
                return [f"Authorization: {str(scheme.get('scheme')).capitalize()} $key"]
    return []


def _delivery(entry: Entry) -> Html | None:
    policy = entry.document.policies.get(entry.name) if entry.path is None else None
    if policy is None:
        return None
    return delivery(policy, entry.shared[EXTENSION])


def _responses(entry: Entry) -> Html | None:
    responses = entry.source.get("responses", {})
    if not responses:
        return None
    title = "Answers of the receiver" if entry.path is None else "Responses"
    shown = [
        entry.references.once(
            f"{status} {response['$ref']}" if "$ref" in response else None,
            partial(_response, str(status), response, entry),
        )
        for status, response in responses.items()
    ]
    return joined([element("h4", title), *shown])


def _response(status: str, response: Any, entry: Entry) -> Html:
    found = entry.references.resolved(response)
    media = _media(found)
    parts = [_media_types(found), _headers(found, entry.references), _links(found, entry)]
    if media:
        parts.append(_content(media, entry.references))
    head = [element("span", status, class_=f"status s{status[:1].lower()}"), " ", markdown.inline(_flat(found))]
    if not any(parts):
        return element("p", *head, class_="response")
    return element("details", element("summary", *head), *parts, class_="response", open=status == "200")


def _media_types(response: Mapping[str, Any]) -> Html | None:
    """The types of the body, where they are not JSON alone."""
    types = [str(each) for each in response.get("content", {})]
    if not types or types == [JSON]:
        return None
    return element("p", "The body: ", joined([element("code", each) for each in types], ", "))


def _writes_a_file(entry: Entry) -> bool:
    success = entry.source.get("responses", {}).get("200", {})
    return any(not str(it).startswith(TEXTS) for it in entry.references.resolved(success).get("content", {}))


def _flat(response: Mapping[str, Any]) -> str:
    return " ".join(str(response.get("description", "")).split())


def _headers(response: Mapping[str, Any], references: References) -> Html | None:
    rows = []
    for name, header in response.get("headers", {}).items():
        found = references.resolved(header)
        rows.append(_parameter_row({**found, "name": name, "in": "header"}, references))
    return table(rows, references) if rows else None


def _links(response: Mapping[str, Any], entry: Entry) -> Html | None:
    shown = []
    for link in response.get("links", {}).values():
        found = entry.references.resolved(link)
        target = str(found.get("operationId", ""))
        leads = element("a", target, href=f"#{entry.document.name}.{target}")
        shown.append(element("p", "Leads to ", leads, ": ", markdown.inline(_flat(found))))
    return joined(shown) if shown else None


def _requirements(entry: Entry) -> Html | None:
    ids = entry.source.get(REQUIREMENTS, ())
    if not ids:
        return None
    tags = [element("span", str(each), class_="tag") for each in ids]
    return element(
        "details", element("summary", f"Stands on {len(tags)} requirements"), joined(tags, " "), class_="tags"
    )
