"""Reads JSON Schemas for people: what a value is, what bounds it, what it is made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockserver.http.reference.html import Html, element, joined
from mockserver.http.reference.json_view import compact
from mockserver.http.reference.references import References, name_of

DEEPEST = 6
"""Schemas may contain themselves; nobody reads further down than this."""

_RANGES = (
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "item"),
    ("minProperties", "maxProperties", "key"),
)


@dataclass(frozen=True)
class Condition:
    """What holds where something else does."""

    when: Mapping[str, Any]
    then: Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """A schema with its references followed and its parts (`allOf`, a lone alternative to null) merged into it."""

    own: Mapping[str, Any]
    nullable: bool = False
    conditions: tuple[Condition, ...] = ()
    variants: tuple[Any, ...] = ()

    @property
    def types(self) -> list[str]:
        """The names of its types, null among them."""
        given = self.own.get("type")
        names = [given] if isinstance(given, str) else [str(name) for name in _list(given)]
        return [*names, "null"] if self.nullable and "null" not in names else names

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its named members."""
        return _mapping(self.own.get("properties"))

    @property
    def required(self) -> Sequence[str]:
        """The names of the members that it must have."""
        return [str(name) for name in _list(self.own.get("required"))]


def shape(schema: Any, references: References, depth: int = 0) -> Shape:
    """The shape of a schema."""
    own = dict(references.resolved(schema))
    conditions = _conditions(own)
    found = Shape(own, conditions=tuple(conditions))
    if depth >= DEEPEST:
        return found
    for part in _list(own.pop("allOf", ())):
        found = _merged(found, shape(part, references, depth + 1), references)
    alternatives = _list(own.get("oneOf") or own.get("anyOf") or ())
    solid = [each for each in alternatives if references.resolved(each).get("type") != "null"]
    if len(solid) == 1:
        inner = shape(solid[0], references, depth + 1)
        return replace(_merged(inner, found, references), nullable=len(alternatives) > 1)
    return replace(found, variants=tuple(solid))


def type_words(schema: Any, references: References, depth: int = 0) -> str:
    """Such as `string or null`, `array of integer`."""
    found = shape(schema, references, depth)
    if found.own.get("not") == {}:
        return "never present"
    if found.variants and not found.properties:
        return " or ".join(_variant_name(variant, references) for variant in found.variants)
    words = [
        f"array of {type_words(found.own['items'], references, depth + 1)}"
        if name == "array" and "items" in found.own and depth < DEEPEST
        else name
        for name in found.types
    ]
    return " or ".join(words) or ("object" if found.properties else "any")


def bounds(found: Shape, references: References) -> Iterator[Html]:
    """What bounds the value, one phrase each."""
    own = found.own
    if "const" in own:
        yield joined(["always ", _code(own["const"])])
    if own.get("enum"):
        yield joined(["one of ", joined([_code(value) for value in _list(own["enum"])], ", ")])
    if "format" in own:
        yield joined(["format ", str(own["format"])])
    for least, most, noun in _RANGES:
        if least in own or most in own:
            yield _range(own.get(least), own.get(most), noun)
    yield from _numbers(own)
    if own.get("uniqueItems"):
        yield joined(["no item twice"])
    if "pattern" in own:
        yield joined(["matches ", element("code", str(own["pattern"]))])
    names = references.resolved(own.get("propertyNames", {}))
    if "pattern" in names:
        yield joined(["keys match ", element("code", str(names["pattern"]))])
    if "default" in own:
        yield joined(["by default ", _code(own["default"])])


def in_words(schema: Any, references: References, depth: int = 0) -> Html:
    """A schema as half a sentence, for where a table would be too much."""
    if depth >= DEEPEST:
        return Html("…")
    found = shape(schema, references, depth)
    parts: list[str] = [joined([", ".join(found.types)])] if found.types else []
    parts += bounds(found, references)
    if found.required:
        parts.append(joined([joined([element("code", name) for name in found.required], ", "), " required"]))
    parts += [
        joined([element("code", str(name)), ": ", in_words(member, references, depth + 1)])
        for name, member in found.properties.items()
    ]
    members = found.own.get("additionalProperties")
    if isinstance(members, Mapping):
        parts.append(joined(["each value: ", in_words(members, references, depth + 1)]))
    if found.variants:
        parts.append(joined([in_words(variant, references, depth + 1) for variant in found.variants], "; or "))
    return joined(parts, ", ") or Html("anything")


def condition_words(condition: Condition, references: References) -> Html:
    """Such as: where `status` is `FAILED`: `error_status` required."""
    tests = [
        joined([element("code", str(name)), " is ", _code(references.resolved(test)["const"])])
        if "const" in references.resolved(test)
        else joined([element("code", str(name)), " is ", in_words(test, references)])
        for name, test in _mapping(condition.when.get("properties")).items()
    ]
    return joined(["Where ", joined(tests, " and ") or "it applies", ": ", in_words(condition.then, references), "."])


def _conditions(own: dict[str, Any]) -> Iterator[Condition]:
    when, then = own.pop("if", None), own.pop("then", None)
    if isinstance(when, Mapping) and isinstance(then, Mapping):
        yield Condition(when, then)


def _merged(one: Shape, other: Shape, references: References) -> Shape:
    """Both at once; where they name the same thing, `other` has the last word."""
    properties = dict(one.properties)
    for name, member in other.properties.items():
        both = (
            {**references.resolved(properties[name]), **references.resolved(member)} if name in properties else member
        )
        properties[name] = both
    own = {**one.own, **other.own}
    if properties:
        own["properties"] = properties
    if one.required or other.required:
        own["required"] = list(dict.fromkeys([*one.required, *other.required]))
    return Shape(
        own,
        nullable=one.nullable or other.nullable,
        conditions=one.conditions + other.conditions,
        variants=one.variants + other.variants,
    )


def _variant_name(variant: Any, references: References) -> str:
    return name_of(variant) or " or ".join(shape(variant, references).types) or "a variant"


def _range(least: Any, most: Any, noun: str) -> Html:
    if least is not None and most is not None:
        text = f"{least} to {most} {noun}s"
    elif least is not None:
        text = f"at least {least} {noun}{'' if least == 1 else 's'}"
    else:
        text = f"at most {most} {noun}{'' if most == 1 else 's'}"
    return joined([text])


def _numbers(own: Mapping[str, Any]) -> Iterator[Html]:
    for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<")):
        if key in own:
            yield joined([f"{sign} {own[key]}"])


def _code(value: Any) -> Html:
    return element("code", value if isinstance(value, str) else compact(value))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []
