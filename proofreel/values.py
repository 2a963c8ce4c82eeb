"""Option values with a notation of their own."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import rich_click as click

from contracts.duration import seconds

T = TypeVar("T")


def size(text: str) -> int:
    """`500k`, `20M`, `1G` (powers of 1024) or a plain number of bytes; raises `ValueError`."""
    found = re.fullmatch(r"(\d+)([kKmMgG])?[bB]?", text.strip())
    if found is None:
        message = f"{text!r} is no size: write it like 500k, 20M or 1G"
        raise ValueError(message)
    return int(found[1]) * int(1024 ** " kmg".index((found[2] or " ").lower()))


class Notation(click.ParamType[Any]):
    """An option type from a function that raises `ValueError` with a sentence for the user."""

    def __init__(self, name: str, read: Any) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value read, or a usage error."""
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _positive(read: Callable[[str], T]) -> Callable[[str], T]:
    def read_positive(text: str) -> T:
        value = read(text)
        if not value:
            message = f"{text!r} leaves nothing: it must be more than 0"
            raise ValueError(message)
        return value

    return read_positive


POSITIVE_DURATION = Notation("duration", _positive(seconds))
POSITIVE_SIZE = Notation("size", _positive(size))
