"""Templates: text with expressions in `{{ … }}`, read once into trees and evaluated against values.

expression = unary { operator unary }          * / before + -, then < <= > >=, == !=, &&, ||
unary      = ("-" | "!") unary | primary
primary    = number | "text" | true | false | name { "." name } | function "(" expressions ")" | "(" expression ")"
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from mockserver.drawing.functions import BINARY, FUNCTIONS, LONGEST_TEXT, OPERATORS, UNARY, text_of

MOST_TOKENS = 200
DEEPEST = 24
LONGEST_SHOWN = 80

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,15}(?:\.\d{1,15})?)
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
      | (?P<sign>&&|\|\||[<>=!]=|[-+*/<>!().,]))""",
    re.VERBOSE | re.ASCII,
)


class ExpressionSyntaxError(ValueError):
    """An expression that cannot be read; the text says where."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands for itself."""

    value: Any


@dataclass(frozen=True, slots=True)
class Path:
    """A name, or names with dots between."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator, with its arguments."""

    function: str
    arguments: tuple["Node", ...]


Node = Literal | Path | Call


@dataclass(frozen=True, slots=True)
class Template:
    """Text and expressions in turn."""

    parts: tuple[str | Node, ...]

    def value(self, names: Mapping[str, Any]) -> Any:
        """What a single expression gives, with its type; text otherwise, of at most 20,000 characters."""
        if len(self.parts) == 1 and not isinstance(self.parts[0], str):
            return evaluated(self.parts[0], names)
        return self.text(names)

    def text(self, names: Mapping[str, Any], *, longest: int = LONGEST_TEXT) -> str:
        """The text with each expression replaced by what it gives, cut after so many characters."""
        pieces: list[str] = []
        left = longest
        for part in self.parts:
            if left <= 0:
                break
            piece = part if isinstance(part, str) else text_of(evaluated(part, names))
            pieces.append(piece[:left])
            left -= len(piece)
        return "".join(pieces)


def template(text: str) -> Template:
    """A text read as a template; raises `ExpressionSyntaxError`."""
    parts: list[str | Node] = []
    at = 0
    while (start := text.find("{{", at)) >= 0:
        # Searched for by hand: a pattern would go through the rest of the text again from each "{{" without an end.
        end = text.find("}}", start + len("{{"))
        if end < 0:
            message = "'{{' without '}}'"
            raise ExpressionSyntaxError(message)
        if start > at:
            parts.append(text[at:start])
        parts.append(_Reader(text[start + len("{{") : end]).whole())
        at = end + len("}}")
    if at < len(text):
        parts.append(text[at:])
    return Template(tuple(parts))


def evaluated(node: Node, names: Mapping[str, Any]) -> Any:
    """What an expression gives. It never fails: what has no sense gives the empty text."""
    match node:
        case Literal(value):
            return value
        case Path(path):
            return _found(path, names)
        case Call(function, arguments):
            implementation = BINARY.get(function) if len(arguments) > 1 else UNARY.get(function)
            return (implementation or FUNCTIONS[function])(*(evaluated(each, names) for each in arguments))


def _found(path: tuple[str, ...], names: Mapping[str, Any]) -> Any:
    value: Any = names
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return ""
        value = value[name]
    return "" if isinstance(value, Mapping) else value


class _Reader:
    """Reads one expression."""

    def __init__(self, source: str) -> None:
        self._source = source.strip()
        self._tokens = list(_tokens(self._source))
        self._at = 0
        self._depth = 0
        if len(self._tokens) > MOST_TOKENS:
            self._fail(f"more than {MOST_TOKENS} parts")

    def whole(self) -> Node:
        node = self._binary(0)
        if self._at < len(self._tokens):
            self._fail(f"{self._tokens[self._at][1]!r} is not expected here")
        return node

    def _binary(self, level: int) -> Node:
        if level == len(OPERATORS):
            return self._unary()
        node = self._binary(level + 1)
        while (sign := self._sign()) in OPERATORS[level]:
            self._at += 1
            node = Call(sign, (node, self._binary(level + 1)))
        return node

    def _unary(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            self._fail("nested too deeply")
        if (sign := self._sign()) in UNARY:
            self._at += 1
            node: Node = Call(sign, (self._unary(),))
        else:
            node = self._primary()
        self._depth -= 1
        return node

    def _primary(self) -> Node:
        kind, text = self._next()
        if kind == "number":
            return Literal(float(text) if "." in text else int(text))
        if kind == "text":
            return Literal(text[1:-1])
        if kind == "name":
            return self._named(text)
        if text != "(":
            self._fail(f"{text!r} is not expected here")
        node = self._binary(0)
        self._expect(")")
        return node

    def _named(self, name: str) -> Node:
        if self._sign() == "(":
            return self._call(name)
        return Literal(name == "true") if name in {"true", "false"} else self._path(name)

    def _call(self, function: str) -> Node:
        if function not in FUNCTIONS:
            self._fail(f"there is no function {function!r}; there are: {', '.join(sorted(FUNCTIONS))}")
        self._expect("(")
        arguments: list[Node] = []
        while self._sign() != ")":
            if arguments:
                self._expect(",")
            arguments.append(self._binary(0))
        self._expect(")")
        return Call(function, tuple(arguments))

    def _path(self, first: str) -> Node:
        names = [first]
        while self._sign() == ".":
            self._at += 1
            kind, name = self._next()
            if kind != "name":
                self._fail(f"{name!r} is no name")
            names.append(name)
        return Path(tuple(names))

    def _sign(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return text if kind == "sign" else ""

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            self._fail("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if self._sign() != sign:
            self._fail(f"{sign!r} is missing")
        self._at += 1

    def _fail(self, why: str) -> NoReturn:
        shown = self._source if len(self._source) <= LONGEST_SHOWN else f"{self._source[:LONGEST_SHOWN]}…"
        message = f"cannot read {{{{ {shown} }}}}: {why}"
        raise ExpressionSyntaxError(message)


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None or found.lastgroup is None:
            message = (
                f"cannot read {{{{ {source[:LONGEST_SHOWN]} }}}}: {source[at:].strip()[:1]!r} is not expected here"
            )
            raise ExpressionSyntaxError(message)
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()
