"""Shows a schema as a table: a row for each member, nested ones below their owners."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.http.reference import markdown
from mockserver.http.reference.html import Html, element, joined
from mockserver.http.reference.json_view import compact
from mockserver.http.reference.references import References, name_of
from mockserver.http.reference.schemas import DEEPEST, Shape, bounds, condition_words, shape, type_words

MOST_EXAMPLES = 8
DEEPEST_FORM = 2
"""Forms of forms of a value; further ones are only named."""

Trail = tuple[str | None, ...]
"""The names of the schemas that lead to a row, None where one has no name."""


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    name: Html
    depth: int
    type: str
    required: bool
    found: Shape


def schema_table(schema: Any, references: References, depth: int = 0) -> Html:
    """The table and, below it, the conditions that tie members together; a table per form where there are several."""
    found = shape(schema, references)
    variants = found.variants if depth < DEEPEST_FORM else ()
    parts = [_form(number, variant, references, depth) for number, variant in enumerate(variants, start=1)]
    rows = list(_rows(found, references))
    if rows:
        parts.append(table(rows, references))
    if not parts:
        parts.append(
            element("p", element("span", type_words(schema, references), class_="type"), _notes(found, references))
        )
        return joined(parts)
    return joined([*parts, _conditions(found, references)])


def table(rows: list[Row], references: References) -> Html:
    """Rows as a table."""
    head = element("tr", element("th", "Name"), element("th", "Type"), element("th", "Description"))
    body = [_line(row, references) for row in rows]
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="wide")


def row(name: str, schema: Any, references: References, *, required: bool, beside: Mapping[str, Any]) -> Row:
    """A row for something that has a schema: a parameter or a header; `beside` describes it further."""
    found = shape({**references.resolved(schema), **beside}, references)
    return Row(element("code", name), 0, type_words(schema, references), required, found)


def _conditions(found: Shape, references: References) -> Html:
    if not found.conditions:
        return Html()
    sentences = [element("li", condition_words(condition, references)) for condition in found.conditions]
    return element("ul", *sentences, class_="conditions")


def _form(number: int, variant: Any, references: References, depth: int) -> Html:
    title = element("p", f"Form {number}", f": {name}" if (name := name_of(variant)) else None, class_="form")
    return joined([title, schema_table(variant, references, depth + 1)])


def _rows(found: Shape, references: References, trail: Trail = ()) -> Iterator[Row]:
    for name, member in found.properties.items():
        yield from _member(element("code", str(name)), member, references, trail, required=name in found.required)
    if isinstance(found.own.get("additionalProperties"), Mapping):
        yield from _member(Html("<i>each value</i>"), found.own["additionalProperties"], references, trail)
    if "array" in found.types and not trail and "items" in found.own:
        yield from _member(Html("<i>each item</i>"), found.own["items"], references, trail)


def _member(name: Html, schema: Any, references: References, trail: Trail, *, required: bool = False) -> Iterator[Row]:
    """Its row and those of its own members, unless the way down has led through the same schema before."""
    found = shape(schema, references)
    yield Row(name, len(trail), type_words(schema, references), required, found)
    items = found.own.get("items")
    inner = shape(items, references) if "items" in found.own else found
    here = name_of(schema) or name_of(items)
    if len(trail) < DEEPEST and (here is None or here not in trail):
        yield from _rows(inner, references, (*trail, here))


def _line(line: Row, references: References) -> Html:
    required = element("span", "required", class_="required") if line.required else None
    return element(
        "tr",
        element("td", line.name, required, class_=f"name depth{min(line.depth, 4)}"),
        element("td", element("span", line.type, class_="type")),
        element("td", _notes(line.found, references)),
    )


def _notes(found: Shape, references: References) -> Html:
    parts = [markdown.blocks(str(found.own["description"]))] if found.own.get("description") else []
    phrases = list(bounds(found, references))
    if phrases:
        parts.append(element("p", joined(phrases, "; "), class_="bounds"))
    examples = found.own.get("examples")
    if isinstance(examples, list) and examples:
        parts.append(_examples(examples))
    parts.append(_conditions(found, references))
    return joined(parts)


def _examples(values: list[Any]) -> Html:
    shown = [element("code", value if isinstance(value, str) else compact(value)) for value in values[:MOST_EXAMPLES]]
    return element("p", "for example ", joined(shown, ", "), class_="bounds")
