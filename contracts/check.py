"""A check: a plain function over a trial, with the requirements that it judges and what it needs."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.trial import Trial


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    `span_seconds` is how much of the target's time it lets pass: in real time it takes that long. `second_account`
    says that it needs the credential of another account, `untouched` that it is best run first where all checks share
    one account: it looks at one that nobody has used.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    run: "Callable[[Trial], None]"
    span_seconds: float = 0.0
    second_account: bool = False
    untouched: bool = False

    def __call__(self, trial: "Trial") -> None:
        """Run it; what it finds is in the trial."""
        self.run(trial)


def check(
    *requirements: str, span_seconds: float = 0.0, second_account: bool = False, untouched: bool = False
) -> "Callable[[Callable[[Trial], None]], Check]":
    """Make a function a check on these requirements; its id is `module.name`, its title its docstring's first line."""

    def made(function: "Callable[[Trial], None]") -> Check:
        title = (inspect.getdoc(function) or "").partition("\n")[0]
        area = function.__module__.rpartition(".")[2]
        return Check(
            f"{area}.{function.__name__}",
            title,
            requirements,
            function,
            span_seconds=span_seconds,
            second_account=second_account,
            untouched=untouched,
        )

    return made


def checks_of(api: str) -> Sequence[Check]:
    """Every check of an API, by module and then in the order of the source."""
    package = importlib.import_module(f"contracts.checks.{api}")
    found: list[Check] = []
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        names = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
        found += [
            value for value in names.values() if isinstance(value, Check) and value.run.__module__ == names["__name__"]
        ]
    return found
