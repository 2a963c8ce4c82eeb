"""Find the `{{alias}}` and `<<alias>>` placeholders that stand for files in a command."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_SPACE = r"[ \t\r\n]*"
_ALIAS = r"[A-Za-z0-9_]+"
_PLACEHOLDER = re.compile(rf"\{{\{{{_SPACE}({_ALIAS}){_SPACE}\}}\}}|<<{_SPACE}({_ALIAS}){_SPACE}>>")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder: its alias and where it stands, as `text[start:end]`."""

    alias: str
    start: int
    end: int


def find(text: str) -> tuple[Placeholder, ...]:
    """Give every placeholder of the text, in order; they never overlap."""
    return tuple(
        Placeholder(alias=_alias(match), start=match.start(), end=match.end()) for match in _PLACEHOLDER.finditer(text)
    )


def replace(text: str, replacement: Callable[[str], str]) -> str:
    """Give the text with each placeholder replaced by what `replacement` gives for its alias."""
    return _PLACEHOLDER.sub(lambda match: replacement(_alias(match)), text)


def _alias(match: re.Match[str]) -> str:
    return match[1] or match[2]


# A seal is an alias between two NULs. No argument of a program can hold a NUL, so no text of a
# user can look like a seal; and no rule of quoting gives a meaning to its characters.
_SEAL = re.compile(r"\0([A-Za-z0-9_]+)\0")


def seal(text: str) -> str:
    """Give the text with its placeholders in a form that no splitting or quoting can break.

    The text must hold no NUL.
    """
    return replace(text, lambda alias: f"\0{alias}\0")


def sealed_alias(word: str) -> str | None:
    """Give the alias when the word is one sealed placeholder and nothing else."""
    match = _SEAL.fullmatch(word)
    return match[1] if match else None


def sealed_aliases(text: str) -> tuple[str, ...]:
    """Give the aliases of all sealed placeholders of a text, in order."""
    return tuple(_SEAL.findall(text))


def unseal(text: str, replacement: Callable[[str], str]) -> str:
    """Give the text with each sealed placeholder replaced."""
    return _SEAL.sub(lambda match: replacement(match[1]), text)


def readable(text: str) -> str:
    """Give the text with sealed placeholders as people write them, for messages."""
    return unseal(text, lambda alias: "{{" + alias + "}}")
