"""Reads the fields of a document with errors that say where they are."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from contracts.errors import SetUpError

T = TypeVar("T")

_KINDS: Mapping[type, str] = {str: "a text", int: "an integer", float: "a number", list: "a list", dict: "an object"}


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of a document, and where it stands there."""

    values: Mapping[str, Any]
    place: str

    def fail(self, name: str, reason: str) -> SetUpError:
        """The error for one field."""
        return SetUpError(f"{self.place}.{name}: {reason}")

    def required(self, name: str, kind: type[T]) -> T:
        """A field that must be there."""
        value = self.optional(name, kind)
        if value is None:
            raise self.fail(name, "is missing")
        return value

    def optional(self, name: str, kind: type[T]) -> T | None:
        """A field, or None where it is absent."""
        value = self.values.get(name)
        if value is None:
            return None
        accepted = (int, float) if kind is float else kind
        if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(name, f"must be {_KINDS.get(kind, kind.__name__)}")
        return kind(value) if kind is float else value  # type: ignore[call-arg,return-value] # an int where a float is due

    def only(self, *names: str) -> None:
        """Refuse fields that have no meaning here; those that begin with `x-` are anybody's."""
        for name in self.values:
            if name not in names and not name.startswith("x-"):
                raise self.fail(name, f"has no meaning here; there are {', '.join(names)}")

    def inner(self, name: str) -> "Fields | None":
        """An object within this one."""
        value = self.optional(name, dict)
        return None if value is None else Fields(value, f"{self.place}.{name}")

    def each(self, name: str, read: Callable[["Fields"], T]) -> tuple[T, ...]:
        """A list of objects, each read; empty where it is absent."""
        return tuple(read(item) for item in self._objects(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where it is absent."""
        values = self.optional(name, list) or []
        if not all(isinstance(value, str) for value in values):
            raise self.fail(name, "must be a list of texts")
        return tuple(values)

    def _objects(self, name: str) -> Iterator["Fields"]:
        for index, value in enumerate(self.optional(name, list) or []):
            inner = f"{name}[{index}]"
            if not isinstance(value, dict):
                raise self.fail(inner, "must be an object")
            yield Fields(value, f"{self.place}.{inner}")
