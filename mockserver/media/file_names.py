"""Decide which names an output file may have."""

import unicodedata
from collections.abc import Mapping

LONGEST_NAME = 128
_LONGEST_NAME_BYTES = 255
_REFUSED_CHARACTERS = '/\\%:*?"<>|'


def problem_with(file_name: str) -> str | None:
    """Say why the name cannot be used for an output, or None when it can.

    A name that passes is one path component on every common file system, is no option, no URL
    and no numbered pattern to FFmpeg, and has an extension, which is what chooses its format.
    """
    if not file_name:
        return "the file name is empty"
    return (
        _problem_with_length(file_name)
        or _problem_with_characters(file_name)
        or _problem_with_ends(file_name)
        or _problem_with_extension(file_name)
    )


def problems_with_all(file_names: Mapping[str, str]) -> dict[str, str]:
    """Give a message for each key whose name cannot be used, alone or beside those before it.

    Names that differ only in case count as the same, as they are on some file systems.
    """
    problems: dict[str, str] = {}
    owners: dict[str, str] = {}
    for key, file_name in file_names.items():
        owner = owners.setdefault(_comparable(file_name), key)
        problem = problem_with(file_name)
        if problem is not None:
            problems[key] = problem
        elif owner != key:
            problems[key] = f"'{file_name}' is the file name of {owner} already; choose another"
    return problems


def _comparable(file_name: str) -> str:
    return unicodedata.normalize("NFC", file_name).casefold()


def _problem_with_length(file_name: str) -> str | None:
    encoded_length = len(file_name.encode(errors="surrogatepass"))
    if len(file_name) > LONGEST_NAME or encoded_length > _LONGEST_NAME_BYTES:
        return f"the file name is longer than {LONGEST_NAME} characters"
    return None


def _problem_with_characters(file_name: str) -> str | None:
    for character in file_name:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            return f"the file name holds the control character U+{ord(character):04X}"
        if character in _REFUSED_CHARACTERS:
            return f"the file name '{file_name}' holds '{character}'; give a plain name, no folder"
    return None


def _problem_with_ends(file_name: str) -> str | None:
    if file_name[0] in ".-" or file_name[0].isspace():
        return f"the file name '{file_name}' begins with '{file_name[0]}'"
    if file_name[-1] == "." or file_name[-1].isspace():
        return f"the file name '{file_name}' ends with '{file_name[-1]}'"
    return None


def _problem_with_extension(file_name: str) -> str | None:
    if "." not in file_name:
        return f"the file name '{file_name}' has no extension, which tells the format"
    return None
