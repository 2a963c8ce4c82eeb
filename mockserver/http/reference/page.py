"""Puts the page together."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from mockserver.documents import CREDENTIAL_PATTERN, CREDENTIAL_SCHEME, Document
from mockserver.http.reference import markdown
from mockserver.http.reference.html import Html, element, joined
from mockserver.http.reference.operation import Entry, badge, entries, section

TITLE = "proofreel: API reference"
SETTING = "server=http://127.0.0.1:8740\nkey=ffsk_anything"


def page(documents: Sequence[Document]) -> str:
    """One HTML page for all documents; it loads nothing and runs no script."""
    style = Html(files("mockserver.http.reference").joinpath("style.css").read_text("utf-8"))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", href="data:,"),
        element("title", TITLE),
        element("style", style),
    )
    shown = [(document, list(entries(document))) for document in documents]
    main = element("main", _introduction(documents), *(_document(*each) for each in shown))
    body = element("body", element("nav", *_navigation(shown), aria_label="Operations"), main)
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _navigation(shown: Sequence[tuple[Document, list[Entry]]]) -> Iterator[Html]:
    yield element("p", element("a", "proofreel", href="#top"), class_="brand")
    for document, listed in shown:
        yield element("p", element("a", document.name, href=f"#{document.name}"), class_="document")
        items = [
            element("li", element("a", badge(entry.method), element("span", entry.summary), href=f"#{entry.anchor}"))
            for entry in listed
        ]
        yield element("ul", *items)


def _introduction(documents: Sequence[Document]) -> Html:
    links = [element("a", f"/openapi/{each.name}.json", href=f"/openapi/{each.name}.json") for each in documents]
    return element(
        "header",
        element("h1", "API reference"),
        element(
            "p",
            "Made from the OpenAPI documents that this server runs by: ",
            joined(links, ", "),
            ". The curl lines on this page take the server and the API key from two variables:",
        ),
        element("pre", element("code", SETTING)),
        id="top",
    )


def _document(document: Document, listed: Sequence[Entry]) -> Html:
    info = document.content.get("info", {})
    return element(
        "article",
        element("h2", str(info.get("title", document.name)), " ", element("small", str(info.get("version", "")))),
        element("p", markdown.inline(str(info["summary"])), class_="lead") if "summary" in info else None,
        markdown.blocks(str(info.get("description", ""))),
        _authentication(document),
        *_groups(document, listed),
        id=document.name,
    )


def _authentication(document: Document) -> Html | None:
    schemes = document.content.get("components", {}).get("securitySchemes", {})
    if not schemes:
        return None
    facts = [joined([element("dt", str(name)), element("dd", *_scheme(scheme))]) for name, scheme in schemes.items()]
    return joined([element("h3", "Authentication"), element("dl", *facts, class_="facts")])


def _scheme(scheme: Any) -> Iterator[Html]:
    header = scheme.get("name") if scheme.get("type") == "apiKey" else "Authorization"
    after = [" after the word ", element("code", str(scheme[CREDENTIAL_SCHEME]))] if CREDENTIAL_SCHEME in scheme else []
    yield joined(["In the header ", element("code", str(header)), *after, ". "])
    yield markdown.inline(str(scheme.get("description", "")))
    if CREDENTIAL_PATTERN in scheme:
        yield joined([" This server accepts what matches ", element("code", str(scheme[CREDENTIAL_PATTERN])), "."])


def _groups(document: Document, listed: Sequence[Entry]) -> Iterator[Html]:
    """The entries by their first tag, in the document's order of tags; the headings only where there are tags."""
    described = {str(tag["name"]): str(tag.get("description", "")) for tag in document.content.get("tags", ())}
    names = dict.fromkeys([*described, *(_tag(entry) for entry in listed)])
    for name in names:
        group = [section(entry) for entry in listed if _tag(entry) == name]
        if group and name:
            yield element("p", element("strong", name), f": {described.get(name, '')}", class_="group")
        yield from group


def _tag(entry: Entry) -> str:
    return str(next(iter(entry.source.get("tags", ())), ""))
