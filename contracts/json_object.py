"""Reads the parts of a target's reply, and says precisely which one is not what it must be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, Self


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object of a reply, and what to call it; what reads a part of it raises `ValueError` where that is none."""

    content: Mapping[str, Any]
    place: str

    @classmethod
    def of(cls, value: object, place: str) -> Self:
        """The value, which must be an object."""
        if not isinstance(value, Mapping):
            message = f"{place} is {value!r:.100}, which is no object"
            raise ValueError(message)  # noqa: TRY004 - the same error as for all else that can be wrong
        return cls(value, place)

    def objects(self, name: str, each: str) -> Iterator[Self]:
        """The objects of a list, of which one is called `each`."""
        listed = self.content.get(name)
        if not isinstance(listed, list):
            self.refuse(name, "list")
        return (type(self).of(value, f"{each} {number} of {self.place}") for number, value in enumerate(listed, 1))

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self.content.get(name)
        if not isinstance(value, str) or not value:
            self.refuse(name, "text")
        return value

    def count(self, name: str, *, least: int = 0) -> int:
        """An integer of `least` or more."""
        value = self.content.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.refuse(name, f"integer of {least} or more")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean; `default` where it is absent."""
        value = self.content.get(name, default)
        if not isinstance(value, bool):
            self.refuse(name, "boolean")
        return value

    def moment(self, name: str) -> datetime:
        """A moment by RFC 3339; one that names no time zone is in UTC."""
        try:
            moment = datetime.fromisoformat(self.text(name).upper())  # RFC 3339 knows t and z, too
        except ValueError:
            self.refuse(name, "moment by RFC 3339")
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)

    def refuse(self, name: str, kind: str) -> NoReturn:
        """Raise `ValueError`: what is called so is no such thing."""
        message = f"{name} of {self.place} is {self.content.get(name)!r:.100}, which is no {kind}"
        raise ValueError(message)
