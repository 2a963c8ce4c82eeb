"""The organisation and its key: who the caller is, and which config is used."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organisation:
    """One workspace's organisation; it has one key, which bears the same number.

    `default_config` is used by a key without one of its own; `key_config` is that of the key. Both are config ids.
    """

    id: int
    workspace: str
    name: str
    default_config: int | None
    key_config: int | None
    created_ms: int


def chosen_config(organisation: Organisation) -> int | None:
    """The config that an event of the key goes to (ricloud, Webhook configs, introduction)."""
    return organisation.default_config if organisation.key_config is None else organisation.key_config
