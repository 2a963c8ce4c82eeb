"""Read FFmpeg's filtergraph syntax and decide which graphs a command may use.

The reading follows FFmpeg's own: a graph is cut into filters with one round of quoting, then each
filter's arguments into options with a second round. Nothing is guessed from the raw text, because
what looks like a text there may be a file name after unquoting, and the other way round.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from mockserver.media import options, placeholders

_WHITE_SPACE = " \n\t\r"
_KEY = re.compile(r"[ \n\t\r]*([A-Za-z0-9_/.-]*)[ \n\t\r]*=")
_LABEL = re.compile(r"[^\0/\\'\[\]]+")
_FILTER_NAME = re.compile(r"([A-Za-z0-9_]+)(?:@[A-Za-z0-9_]+)?")


class GraphSyntaxError(ValueError):
    """The text is no filtergraph; the message says where it stops being one."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One option of a filter; the key is None for a value that stands for its position."""

    key: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a graph, its quoting undone; labels are left out."""

    name: str
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a graph, if anything, and the aliases it opens as subtitles."""

    problems: tuple[str, ...]
    subtitle_inputs: frozenset[str] = frozenset()


def judge(graph: str) -> Verdict:
    """Decide whether a graph, its placeholders sealed, touches nothing but admitted files."""
    try:
        filters = parse(graph)
    except GraphSyntaxError as error:
        return Verdict((str(error),))
    return Verdict(
        problems=tuple(problem for one in filters for problem in _problems_with(one)),
        subtitle_inputs=frozenset(alias for one in filters for alias in _subtitle_aliases(one)),
    )


def read_token(text: str, start: int, terminators: str) -> tuple[str, int]:
    """Read up to a terminator, undo one round of quoting, and say where the reading stopped.

    This is `av_get_token` of libavutil, but that an open quote is refused, not closed silently.
    """
    position = _skip_white_space(text, start)
    characters: list[str] = []
    kept = 0
    while position < len(text) and text[position] not in terminators:
        character = text[position]
        position += 1
        if character == "\\" and position < len(text):
            characters.append(text[position])
            position += 1
            kept = len(characters)
        elif character == "'":
            closing = text.find("'", position)
            if closing < 0:
                message = f"the quote before '{_excerpt(text, position)}' is never closed"
                raise GraphSyntaxError(message)
            characters.extend(text[position:closing])
            position = closing + 1
            kept = len(characters)
        else:
            characters.append(character)
    while len(characters) > kept and characters[-1] in _WHITE_SPACE:
        characters.pop()
    return "".join(characters), position


def parse(graph: str) -> tuple[Filter, ...]:
    """Cut a graph into its filters, or raise `GraphSyntaxError`."""
    filters: list[Filter] = []
    position = 0
    while True:
        position = _skip_labels(graph, position)
        name, position = read_token(graph, position, "=,;[")
        arguments = ""
        if graph.startswith("=", position):
            arguments, position = read_token(graph, position + 1, "[],;")
        if not name:
            message = f"a filter is missing before '{_excerpt(graph, position)}'"
            raise GraphSyntaxError(message)
        filters.append(Filter(name, tuple(_settings(name, arguments))))
        position = _skip_labels(graph, position)
        if position < len(graph) and graph[position] not in ",;":
            message = f"the filtergraph cannot be read from '{_excerpt(graph, position)}' on"
            raise GraphSyntaxError(message)
        position = _skip_white_space(graph, position + 1)
        if position >= len(graph):
            return tuple(filters)


def _settings(name: str, arguments: str) -> Iterator[Setting]:
    position = 0
    positional = True
    while position < len(arguments):
        key = _KEY.match(arguments, position)
        if key is None and not positional:
            message = f"the filter '{name}' needs key=value at '{_excerpt(arguments, position)}'"
            raise GraphSyntaxError(message)
        positional = key is None
        value, position = read_token(arguments, key.end() if key else position, ":")
        position += 1
        yield Setting(key[1] if key else None, value)


def _skip_white_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _WHITE_SPACE:
        position += 1
    return position


def _skip_labels(graph: str, start: int) -> int:
    position = _skip_white_space(graph, start)
    while graph.startswith("[", position):
        label, end = read_token(graph, position + 1, "]")
        if end >= len(graph):
            message = f"the label '{_excerpt(graph, position)}' is never closed"
            raise GraphSyntaxError(message)
        if not _LABEL.fullmatch(label):
            message = f"'[{placeholders.readable(label)}]' is not a plain label"
            raise GraphSyntaxError(message)
        position = _skip_white_space(graph, end + 1)
    return position


def _excerpt(text: str, position: int) -> str:
    longest = 40
    return placeholders.readable(text[position:])[:longest]


@dataclass(frozen=True, slots=True)
class _Admission:
    """How one filter may be used: so many values without a key, and these keys."""

    positional: int
    keys: frozenset[str]


# Options every filter has.
_COMMON_KEYS: Final = frozenset({"enable", "threads"})

# The only options that open a file; the first is also the first position, but for drawtext, where
# a value without a key would be easy to mistake for the text.
_FILE_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "drawtext": ("fontfile",),
    "subtitles": ("filename", "f"),
    "ass": ("filename", "f"),
    "lut3d": ("file",),
    "lut1d": ("file",),
}
_FILE_FIRST: Final = frozenset(_FILE_KEYS) - {"drawtext"}
_SUBTITLE_FILTERS: Final = frozenset({"subtitles", "ass"})

# Texts that a library may look up by name: fontconfig reads patterns after a colon, iconv loads
# its tables by name.
_FONT = options.Rule(re.compile(r"[A-Za-z0-9 _-]+"), "a font name of letters, digits and spaces")
_TEXT_RULES: Final[Mapping[tuple[str, str], options.Rule]] = {
    ("drawtext", "font"): _FONT,
    ("showcqt", "font"): _FONT,
    ("subtitles", "charenc"): options.Rule(re.compile(r"[A-Za-z0-9_-]+"), "a character encoding"),
    ("subtitles", "force_style"): options.Rule(re.compile(r"[^/\\\0]*"), "a list of styles without slashes"),
}

_REASONS: Final[Mapping[str, str]] = {
    "movie": "it opens files; give the file as an input of its own with -i",
    "amovie": "it opens files; give the file as an input of its own with -i",
    "sendcmd": "it can change other filters while they run",
    "asendcmd": "it can change other filters while they run",
    "zmq": "it opens a network connection",
    "azmq": "it opens a network connection",
    "ladspa": "it loads a plug-in",
    "lv2": "it loads a plug-in",
    "frei0r": "it loads a plug-in",
    "frei0r_src": "it loads a plug-in",
    "sws_flags": "give flags=… to the scale filter itself",
}


@cache
def _admissions() -> Mapping[str, _Admission]:
    rows = (line.split() for line in options.data_lines("filter options"))
    return {name: _Admission(int(positional), _COMMON_KEYS | frozenset(keys)) for name, positional, *keys in rows}


def _problems_with(one: Filter) -> Iterator[str]:
    match = _FILTER_NAME.fullmatch(one.name)
    name = match[1] if match else placeholders.readable(one.name)
    admission = _admissions().get(name)
    if match is None or admission is None:
        reason = _REASONS.get(name, "it is unknown, or may reach beyond the command's own files")
        yield f"the filter '{name}' is not allowed here: {reason}"
        return
    for position, setting in enumerate(one.settings):
        problem = _problem_with_setting(name, admission, position, setting)
        if problem is not None:
            yield f"the filter '{name}': {problem}"


def _problem_with_setting(name: str, admission: _Admission, position: int, setting: Setting) -> str | None:
    key, value = setting.key, setting.value
    if key in _FILE_KEYS.get(name, ()) or (key is None and position == 0 and name in _FILE_FIRST):
        return _problem_with_file(key or name, value)
    if key is None and position >= admission.positional:
        return f"write '{placeholders.readable(value)}' as key=value"
    if key is not None and key not in admission.keys:
        return _why_key_refused(key)
    return _problem_with_value(name, key or "", value)


def _problem_with_value(name: str, key: str, value: str) -> str | None:
    if placeholders.sealed_aliases(value):
        return f"'{placeholders.readable(value)}' stands where no file may be named"
    rule = _TEXT_RULES.get((name, key))
    if rule is not None and not rule.accepts(value):
        return f"'{value}' is not {rule.description}"
    return None


def _problem_with_file(key: str, value: str) -> str | None:
    if placeholders.sealed_alias(value) is None:
        return (
            f"'{placeholders.readable(value)}' for {key} is not a placeholder; "
            "files are given as {{in_…}}, and nothing beside it"
        )
    return None


def _why_key_refused(key: str) -> str:
    if key.startswith("/"):
        return f"'{key}' would read an option from a file; give the value itself"
    return f"the option '{key}' is unknown, or not allowed because it may name a file"


def _subtitle_aliases(one: Filter) -> Iterable[str]:
    if one.name.partition("@")[0] not in _SUBTITLE_FILTERS:
        return
    for setting in one.settings:
        alias = placeholders.sealed_alias(setting.value)
        if alias is not None:
            yield alias
