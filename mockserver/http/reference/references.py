"""Follows the references within a document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.http.reference.html import Html


@dataclass(frozen=True)
class References:
    """The document that references point into."""

    content: Mapping[str, Any]
    _shown: dict[str, Html] = field(default_factory=dict, repr=False)

    def once(self, name: str | None, show: Callable[[], Html]) -> Html:
        """What `show` makes, made once for each name: documents refer to the same few responses again and again."""
        if name is None:
            return show()
        if name not in self._shown:
            self._shown[name] = show()
        return self._shown[name]

    def resolved(self, value: Any) -> Mapping[str, Any]:
        """What a value stands for: its target, with what stands beside the reference on top of it.

        A reference that leads nowhere, or in a circle, gives what stands beside it. The schema `true` allows
        everything, `false` nothing.
        """
        if isinstance(value, bool):
            return {} if value else {"not": {}}
        overlay: dict[str, Any] = {}
        seen: set[str] = set()
        while isinstance(value, Mapping) and isinstance(reference := value.get("$ref"), str) and reference not in seen:
            seen.add(reference)
            overlay = {**{key: beside for key, beside in value.items() if key != "$ref"}, **overlay}
            value = self._target(reference)
        return {**(value if isinstance(value, Mapping) else {}), **overlay}

    def _target(self, reference: str) -> Any:
        target: Any = self.content
        for part in reference.removeprefix("#/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            target = target.get(key) if isinstance(target, Mapping) else None
        return target


def name_of(value: Any) -> str | None:
    """The last part of a value's reference, if it is one: a schema's name."""
    reference = value.get("$ref") if isinstance(value, Mapping) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else None
