"""Reads simple conditions, such as `$statusCode == 200 && $response.body#/ready == true`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.scenarios.conditions import Comparison, Condition, Junction, Literal, Not, Reference
from contracts.scenarios.expressions import EXPRESSION

_TOKEN = re.compile(
    rf"\s*(?:(?P<expression>{EXPRESSION})|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<text>'(?:[^']|'')*'|\"[^\"]*\")|(?P<word>true|false|null)\b"
    r"|(?P<operator>==|!=|<=|>=|<|>|&&|\|\||!|\(|\)|\[|\]|\.\w+))"
)
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_COMPARISONS = {"==", "!=", "<", "<=", ">", ">="}


class ConditionError(ValueError):
    """A condition cannot be read; the text says where it goes wrong."""


def parse(text: str) -> Condition:
    """Read a condition; raises `ConditionError`."""
    reader = _Reader(text, _tokens(text))
    condition = reader.any_of()
    reader.expect_end()
    return condition


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> list[_Token]:
    tokens, position, end = [], 0, len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            message = f"{text!r} cannot be read from {text[position:].strip()!r} on"
            raise ConditionError(message)
        tokens.append(_Token(found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens


class _Reader:
    def __init__(self, text: str, tokens: Sequence[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0

    def any_of(self) -> Condition:
        return self._junction("||", self.all_of, needs_all=False)

    def all_of(self) -> Condition:
        return self._junction("&&", self.negated, needs_all=True)

    def negated(self) -> Condition:
        if self._take("!"):
            return Not(self.negated())
        left = self.operand()
        operator = self._peek()
        if operator is None or operator.kind != "operator" or operator.text not in _COMPARISONS:
            return left
        self._next += 1
        return Comparison(left, operator.text, self.operand())

    def operand(self) -> Condition:
        if self._take("("):
            inner = self.any_of()
            if not self._take(")"):
                raise self._error("a ) is missing")
            return inner
        token = self._peek()
        if token is None:
            raise self._error("a value is missing at the end")
        self._next += 1
        match token.kind:
            case "expression":
                return Reference(token.text, self._way())
            case "number":
                return Literal(float(token.text) if re.search(r"[.eE]", token.text) else int(token.text))
            case "text":
                return Literal(token.text[1:-1].replace("''", "'") if token.text[0] == "'" else token.text[1:-1])
            case "word":
                return Literal(_WORDS[token.text])
            case _:
                raise self._error("a value should stand in place of", token.text)

    def expect_end(self) -> None:
        token = self._peek()
        if token is not None:
            raise self._error("it should end before", token.text)

    def _junction(self, sign: str, part: Callable[[], Condition], *, needs_all: bool) -> Condition:
        parts = [part()]
        while self._take(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Junction(tuple(parts), needs_all)

    def _way(self) -> tuple[str | int, ...]:
        way: list[str | int] = []
        while (token := self._peek()) is not None and token.kind == "operator":
            if token.text.startswith("."):
                self._next += 1
                way.append(token.text[1:])
            elif self._take("["):
                index = self._peek()
                self._next += 1
                if index is None or not index.text.isdigit() or not self._take("]"):
                    raise self._error("an index is written like [0]")
                way.append(int(index.text))
            else:
                break
        return tuple(way)

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, operator: str) -> bool:
        token = self._peek()
        taken = token is not None and token.kind == "operator" and token.text == operator
        self._next += taken
        return taken

    def _error(self, reason: str, place: str = "") -> ConditionError:
        return ConditionError(f"{self._text!r}: {reason} {place}".rstrip())
