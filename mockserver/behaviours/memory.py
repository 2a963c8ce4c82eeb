"""What behaviours remember: bounded, so that a server that runs for months does not grow."""

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

MOST_REMEMBERED = 10_000


class Recent(Generic[Key, Value]):
    """The values of the keys that were set last."""

    def __init__(self) -> None:
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def get(self, key: Key) -> Value | None:
        """The key's value, if it is remembered."""
        return self._values.get(key)

    def put(self, key: Key, value: Value) -> Value:
        """Remember a value; the oldest is forgotten where there are too many."""
        self._values[key] = value
        if len(self._values) > MOST_REMEMBERED:
            self._values.popitem(last=False)
        return value

    def first(self, key: Key, value: Value) -> Value:
        """The key's value, which is this one where there is none yet."""
        remembered = self._values.get(key)
        return self.put(key, value) if remembered is None else remembered

    def forget(self, key: Key) -> None:
        """Remember the key no more."""
        self._values.pop(key, None)
