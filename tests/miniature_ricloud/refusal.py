"""Requests that are answered with an error."""

from collections.abc import Mapping
from typing import NoReturn


class Refused(Exception):
    """A refusal: its status, its code where the status does not say it, a text for people, and what is wrong where."""

    def __init__(self, status: int, message: str, *, code: str = "", params: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.params = params


def refuse_parameter(name: str, problem: str, *, status: int = 400) -> NoReturn:
    """Raise the refusal of one parameter."""
    refuse_parameters({name: problem}, status=status)


def refuse_parameters(problems: Mapping[str, str], *, status: int = 400) -> NoReturn:
    """Raise the refusal of several."""
    message = "; ".join(f"{name}: {problem}" for name, problem in problems.items())
    raise Refused(status, message, code="invalid-parameter", params=problems)
