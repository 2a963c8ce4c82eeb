"""What must hold after a call: simple conditions and regular expressions, each with a reason where it does not."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.scenarios.condition_text import ConditionError, parse
from contracts.scenarios.conditions import Condition, holds
from contracts.scenarios.expressions import EXPRESSION, Scope, UnresolvedError, evaluate

LONGEST_VALUE = 120


class CriterionError(ValueError):
    """A criterion cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion, read: `condition` as it was written, and what it became."""

    condition: str
    context: str | None
    test: Condition | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a criterion was met; `reason` says what was found where it was not."""

    criterion: str
    met: bool
    reason: str = ""


def read(condition: str, *, kind: str, context: str | None) -> Criterion:
    """Read a criterion; raises `CriterionError`."""
    if kind not in {"simple", "regex"}:
        message = f"criteria of the type {kind} are not evaluated here, only simple and regex"
        raise CriterionError(message)
    try:
        if kind == "simple":
            return Criterion(condition, context, parse(condition))
        if context is None:
            message = f"{condition!r}: a regex criterion needs a context"
            raise CriterionError(message)
        return Criterion(condition, context, re.compile(condition))
    except ConditionError as error:
        raise CriterionError(str(error)) from error
    except re.error as error:
        message = f"{condition!r} is no regular expression: {error}"
        raise CriterionError(message) from error


def judge(criterion: Criterion, scope: Scope) -> Judgement:
    """Hold a criterion against what is there; an expression that names nothing is a criterion that is not met."""
    shown = criterion.condition if criterion.context is None else f"{criterion.context} =~ /{criterion.condition}/"
    try:
        met, seen = _tried(criterion, scope)
    except UnresolvedError as error:
        return Judgement(shown, met=False, reason=str(error))
    return Judgement(shown, met, "" if met else seen)


def all_met(criteria: Sequence[Criterion], scope: Scope) -> bool:
    """Whether every criterion is met; with none, yes."""
    return all(judge(criterion, scope).met for criterion in criteria)


def _tried(criterion: Criterion, scope: Scope) -> tuple[bool, str]:
    if isinstance(criterion.test, re.Pattern):
        value = evaluate(criterion.context or "", scope)
        text = value if isinstance(value, str) else json.dumps(value)
        return criterion.test.search(text) is not None, f"{criterion.context} is {shortened(value)}"
    # What is decided before an expression without a value is reached stays decided.
    met = holds(criterion.test.value(scope))
    found = [f"{expression} is {shortened(_seen(expression, scope))}" for expression in _expressions(criterion)]
    return met, ", ".join(found)


def _expressions(criterion: Criterion) -> list[str]:
    return list(dict.fromkeys(re.findall(EXPRESSION, criterion.condition)))


def _seen(expression: str, scope: Scope) -> Any:
    try:
        return evaluate(expression, scope)
    except UnresolvedError:
        return "not there"


def shortened(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"
