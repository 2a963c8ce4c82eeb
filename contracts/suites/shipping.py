"""Results of checks on their way from a worker process to the one that reports."""

import pickle
from collections.abc import Sequence
from dataclasses import fields

from contracts.check import checks_of
from contracts.results import CheckResult


def packed(results: Sequence[CheckResult]) -> bytes:
    """The results as bytes; a check goes by its id."""
    names = [field.name for field in fields(CheckResult) if field.name != "check"]
    return pickle.dumps([(result.check.id, {name: getattr(result, name) for name in names}) for result in results])


def unpacked(content: bytes, api: str) -> list[CheckResult]:
    """The results again. The bytes must come from a process of our own: to read others' is to run them."""
    checks = {check.id: check for check in checks_of(api)}
    shipped = pickle.loads(content)  # noqa: S301 - made by a worker of this very run
    return [CheckResult(check=checks[identifier], **values) for identifier, values in shipped]
