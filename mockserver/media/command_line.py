"""Decide which FFmpeg commands may run, and turn them into argument lists that stay in their folder.

A command is read as FFmpeg itself would read it: options of known arity, `-i` and its input, and
every other word an output. Only what the allowlists of `options` and `filtergraph` admit passes.
"""

import re
import shlex
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from mockserver.media import file_names, filtergraph, options, placeholders

LONGEST_COMMAND: Final = 65_536

INPUT_FORMATS: Final = ",".join(sorted(options.DEMUXERS))
"""What an input may be, in the form of FFmpeg's option `format_whitelist`."""

SUBTITLE_FORMATS: Final = ",".join(sorted(options.SUBTITLE_DEMUXERS))
"""What an input that a filter opens as subtitles may be, in the same form."""

Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a request cannot run: where in the request, and what to do about it."""

    location: Location
    message: str


class CommandRefused(Exception):
    """The command may not run; `problems` is never empty."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class Role(Enum):
    """What an argument is to FFmpeg."""

    WORD = auto()
    INPUT = auto()
    GENERATED_INPUT = auto()
    OUTPUT = auto()
    INTERMEDIATE_INPUT = auto()


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; placeholders in its text are sealed."""

    text: str
    role: Role = Role.WORD


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command that may run.

    `inputs` and `outputs` are the aliases it uses, `subtitle_inputs` those that a filter opens by
    itself as subtitles, with any demuxer: whoever runs the command must first make sure that they
    are nothing but `SUBTITLE_FORMATS`. `intermediates` are plain file names that it writes for a
    later command of its chain.
    """

    arguments: tuple[Argument, ...]
    inputs: frozenset[str]
    outputs: frozenset[str]
    subtitle_inputs: frozenset[str] = frozenset()
    intermediates: frozenset[str] = frozenset()

    def render(self, input_paths: Mapping[str, str], output_paths: Mapping[str, str]) -> list[str]:
        """Give FFmpeg's arguments, without the program, with paths relative to the job's folder.

        Input paths must be plain (`[a-z0-9_./-]`), for they may stand inside a filtergraph;
        `ValueError` otherwise.
        """
        rendered = [*_STANDING_ORDERS]
        for argument in self.arguments:
            rendered += _render(argument, input_paths, output_paths)
        return rendered


def parse(command: str, *, inputs: Collection[str], outputs: Mapping[str, str]) -> CommandLine:
    """Read one command, or raise `CommandRefused` with everything that is wrong with it.

    `inputs` are the declared aliases that may be read, `outputs` the declared aliases that are
    written, with their file names. Each must occur.
    """
    reading = _Reading(("ffmpeg_command",), frozenset(inputs), dict(outputs))
    line = reading.read(command)
    used = line.inputs | line.outputs | reading.mentioned
    problems = [
        *_file_name_problems(outputs),
        *reading.problems,
        *_unused_problems(inputs, outputs, used),
    ]
    if problems:
        raise CommandRefused(tuple(problems))
    return line


def parse_chain(
    commands: Sequence[str], *, inputs: Collection[str], outputs: Mapping[str, str]
) -> tuple[CommandLine, ...]:
    """Read commands that run one after another in one folder, or raise `CommandRefused`.

    Each declared alias must occur in one of them. A later command may read, with `-i`, what an
    earlier one wrote: an output alias, or an intermediate file that has a plain name and no alias.
    """
    lines: list[CommandLine] = []
    problems = _file_name_problems(outputs)
    used: set[str] = set()
    intermediates: set[str] = set()
    for index, command in enumerate(commands):
        written = frozenset[str]().union(*(line.outputs for line in lines))
        reading = _Reading(
            ("ffmpeg_commands", index),
            frozenset(inputs),
            dict(outputs),
            written=written,
            intermediates=frozenset(intermediates),
            chained=True,
        )
        line = reading.read(command)
        lines.append(line)
        intermediates |= line.intermediates
        used |= line.inputs | line.outputs | reading.mentioned
        problems += reading.problems
    problems += _unused_problems(inputs, outputs, used)
    if problems:
        raise CommandRefused(tuple(problems))
    return tuple(lines)


# Keys typed at FFmpeg's terminal can send commands to filters.
_STANDING_ORDERS: Final = ("-nostdin",)

_INPUT_PROTECTION: Final = ("-protocol_whitelist", "file", "-format_whitelist", INPUT_FORMATS)
_GENERATED_INPUT_PROTECTION: Final = ("-protocol_whitelist", "file", "-format_whitelist", "lavfi")

_PLAIN_PATH = re.compile(r"[a-z0-9_][a-z0-9_./-]*")
_INTERMEDIATE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEEDS_SHELL_RULES = re.compile(r"""['"\\]""")
_WORD = re.compile(r"[^ \t\r\n]+")
_CONTINUATION = re.compile(r"\\\r?\n")
_SHELL_WORDS: Final = frozenset({";", "|", "||", "&", "&&", ">", ">>", "<", "2>", "2>&1", "&>"})


def _render(argument: Argument, input_paths: Mapping[str, str], output_paths: Mapping[str, str]) -> Iterable[str]:
    def input_path(alias: str) -> str:
        return _checked_input_path(input_paths[alias])

    match argument.role:
        case Role.WORD:
            return [placeholders.unseal(argument.text, input_path)]
        case Role.INPUT:
            alias = argument.text
            path = input_paths.get(alias)
            checked = _checked_output_path(output_paths[alias]) if path is None else _checked_input_path(path)
            return [*_INPUT_PROTECTION, "-i", checked]
        case Role.INTERMEDIATE_INPUT:
            return [*_INPUT_PROTECTION, "-i", argument.text]
        case Role.GENERATED_INPUT:
            graph = placeholders.unseal(argument.text, input_path)
            return [*_GENERATED_INPUT_PROTECTION, "-i", graph]
        case Role.OUTPUT:
            return [_checked_output_path(output_paths[argument.text])]


def _checked_input_path(path: str) -> str:
    if not _PLAIN_PATH.fullmatch(path) or ".." in path.split("/"):
        message = f"not a plain relative path: {path!r}"
        raise ValueError(message)
    return path


def _checked_output_path(path: str) -> str:
    folder, _, name = path.rpartition("/")
    if folder:
        _checked_input_path(folder)
    if file_names.problem_with(name) is not None:
        message = f"not a plain relative path: {path!r}"
        raise ValueError(message)
    return path


def _file_name_problems(outputs: Mapping[str, str]) -> list[Problem]:
    problems = file_names.problems_with_all(outputs)
    return [Problem(("output_files", alias), message) for alias, message in problems.items()]


def _unused_problems(inputs: Iterable[str], outputs: Iterable[str], used: Collection[str]) -> Iterator[Problem]:
    for section, aliases in (("input_files", inputs), ("output_files", outputs)):
        for alias in aliases:
            if alias not in used:
                yield Problem(
                    (section, alias),
                    f"{alias} is declared but never used; write {{{{{alias}}}}} in the command or remove it",
                )


@dataclass(slots=True)
class _Reading:
    """The reading of one command: what may be named, and what was found."""

    location: Location
    inputs: frozenset[str]
    outputs: dict[str, str]
    written: frozenset[str] = frozenset()
    intermediates: frozenset[str] = frozenset()
    chained: bool = False
    problems: list[Problem] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)
    _arguments: list[Argument] = field(default_factory=list)
    _found_inputs: set[str] = field(default_factory=set)
    _found_outputs: set[str] = field(default_factory=set)
    _found_intermediates: set[str] = field(default_factory=set)
    _subtitles: set[str] = field(default_factory=set)
    _format: str | None = None
    _first_word: str | None = None

    def read(self, command: str) -> CommandLine:
        """Read all words; what is wrong is in `problems` afterwards."""
        words = deque(self._split(command))
        if words and words[0] == "ffmpeg":
            words.popleft()
        self._first_word = words[0] if words else None
        while words:
            word = words.popleft()
            self._check_declared(word)
            self._take(word, words)
        if self._format is not None:
            self._report(f"-f {placeholders.readable(self._format)} stands after the last output; write it before one")
        if not self._found_outputs | self._found_intermediates and not self.problems:
            self._report("the command writes no output; end it with an {{out_…}} placeholder")
        return CommandLine(
            arguments=tuple(self._arguments),
            inputs=frozenset(self._found_inputs),
            outputs=frozenset(self._found_outputs),
            subtitle_inputs=frozenset(self._subtitles),
            intermediates=frozenset(self._found_intermediates),
        )

    def _report(self, message: str) -> None:
        self.problems.append(Problem(self.location, message))

    def _split(self, command: str) -> list[str]:
        if "\0" in command:
            self._report("the command holds a NUL character; remove it")
        elif _SURROGATE.search(command):
            self._report("the command holds half of a surrogate pair, which is no character")
        elif len(command) > LONGEST_COMMAND:
            self._report(f"the command is longer than {LONGEST_COMMAND} characters")
        else:
            try:
                return _words(placeholders.seal(_CONTINUATION.sub(" ", command)))
            except ValueError as error:
                self._report(f"the command cannot be split into words: {_quoting(error)}")
        # Words that cannot be read may hold any alias.
        self.mentioned.update(self.inputs, self.outputs)
        return []

    def _check_declared(self, word: str) -> None:
        for alias in placeholders.sealed_aliases(word):
            # A placeholder in a wrong place is reported there; to call it unused as well would mislead.
            self.mentioned.add(alias)
            if alias not in self.inputs and alias not in self.outputs:
                self._report(f"{{{{{alias}}}}} is declared neither as an input nor as an output")

    def _take(self, word: str, remaining: deque[str]) -> None:
        if word == "-i":
            value = self._value(word, remaining)
            if value is not None:
                self._take_input(value)
                self._format = None
        elif word.startswith("-") and word != "-":
            self._take_option(word, remaining)
        else:
            self._take_output(word)
            self._format = None

    def _value(self, word: str, remaining: deque[str]) -> str | None:
        if not remaining:
            self._report(f"{word} is the last word, but needs a value after it")
            return None
        value = remaining.popleft()
        self._check_declared(value)
        return value

    def _take_option(self, word: str, remaining: deque[str]) -> None:
        option = options.find(word)
        if option is None:
            self._report(f"the option {placeholders.readable(word)} {options.why_refused(word)}")
            self._skip_value(remaining)
            return
        self._arguments.append(Argument(word))
        if option.kind is options.Kind.FLAG:
            return
        value = self._value(word, remaining)
        if value is None:
            return
        match option.kind:
            case options.Kind.GRAPH:
                self._judge_graph(word, value)
            case options.Kind.FORMAT:
                self._take_format(value)
            case _:
                self._check_value(word, option, value)
        self._arguments.append(Argument(value))

    def _skip_value(self, remaining: deque[str]) -> None:
        # What follows a refused option is most likely its value; to call it a wrong output as
        # well would mislead. Nothing is let through by this: the command is refused already.
        if remaining and not remaining[0].startswith("-") and placeholders.sealed_alias(remaining[0]) is None:
            self._check_declared(remaining.popleft())

    def _check_value(self, word: str, option: options.Option, value: str) -> None:
        if placeholders.sealed_aliases(value):
            self._report(
                f"{placeholders.readable(value)} is the value of {word}; placeholders stand after "
                "-i, as outputs, or for a file in a filter"
            )
            return
        problem = option.problem_with(value)
        if problem is not None:
            self._report(f"the value of {word}: {problem}")

    def _take_format(self, value: str) -> None:
        if self._format is not None:
            self._report(f"-f {placeholders.readable(value)} is the second -f of one file")
        self._format = value

    def _judge_graph(self, word: str, graph: str) -> None:
        verdict = filtergraph.judge(graph)
        for problem in verdict.problems:
            self._report(f"{word}: {problem}")
        for alias in placeholders.sealed_aliases(graph):
            if alias in self.inputs:
                self._found_inputs.add(alias)
            elif alias in self.outputs:
                self._report(f"{word}: {{{{{alias}}}}} is an output; filters read inputs only")
        self._subtitles |= verdict.subtitle_inputs

    def _take_input(self, value: str) -> None:
        alias = placeholders.sealed_alias(value)
        if self._format == "lavfi":
            self._judge_graph("-i", value)
            self._arguments.append(Argument(value, Role.GENERATED_INPUT))
            return
        if self._format is not None and self._format not in options.DEMUXERS:
            self._report(f"-f {placeholders.readable(self._format)} is no input format allowed here")
        if alias is None:
            self._take_intermediate_input(value)
        elif alias in self.inputs or alias in self.written:
            self._arguments.append(Argument(alias, Role.INPUT))
            self._found_inputs.add(alias)
        elif alias in self.outputs:
            self._report(f"-i {{{{{alias}}}}} is an output; -i needs an {{{{in_…}}}} placeholder")

    def _take_intermediate_input(self, value: str) -> None:
        if value in self.intermediates:
            self._arguments.append(Argument(value, Role.INTERMEDIATE_INPUT))
            return
        advice = "give the file as an {{in_…}} placeholder"
        if self.chained:
            advice += ", or the name of a file that an earlier command wrote"
        self._report(f"-i '{placeholders.readable(value)}' is not allowed; {advice}")

    def _take_output(self, word: str) -> None:
        alias = placeholders.sealed_alias(word)
        if alias is None:
            self._take_intermediate_output(word)
        elif alias in self.outputs:
            if alias in self._found_outputs:
                self._report(f"{{{{{alias}}}}} is written twice; declare a second output")
            self._found_outputs.add(alias)
            self._check_output_format(f"{{{{{alias}}}}}", self.outputs[alias])
            self._arguments.append(Argument(alias, Role.OUTPUT))
        elif alias in self.inputs:
            self._report(f"{{{{{alias}}}}} is an input, but stands where an output does; write -i before it")

    def _take_intermediate_output(self, word: str) -> None:
        is_name = self.chained and _INTERMEDIATE_NAME.fullmatch(word)
        if not is_name or file_names.problem_with(word) is not None:
            self._report(_why_no_output(word, is_first=word == self._first_word))
            return
        self._check_output_format(word, word)
        self._found_intermediates.add(word)
        self._arguments.append(Argument(word))

    def _check_output_format(self, shown: str, file_name: str) -> None:
        if self._format is not None:
            if self._format not in options.MUXERS:
                self._report(f"-f {placeholders.readable(self._format)} is no output format allowed here")
            return
        extension = file_name.rpartition(".")[2].lower()
        if extension not in options.EXTENSIONS:
            self._report(
                f"{shown} is to be '{file_name}', but the extension '.{extension}' leads to no "
                "output format allowed here; choose another, or name the format with -f"
            )


def _words(text: str) -> list[str]:
    """What `shlex.split` gives; most commands need no quoting, and then it is by far the slowest part."""
    return shlex.split(text) if _NEEDS_SHELL_RULES.search(text) else _WORD.findall(text)


def _quoting(error: ValueError) -> str:
    return {
        "No closing quotation": "a quote is opened but never closed",
        "No escaped character": "it ends with a backslash",
    }.get(str(error), str(error))


def _why_no_output(word: str, *, is_first: bool) -> str:
    shown = placeholders.readable(word)
    if word in _SHELL_WORDS:
        return f"'{shown}' means nothing here: the command runs without a shell; leave it out"
    if is_first:
        return f"'{shown}' is no option; a command begins with ffmpeg or with its first option"
    return (
        f"'{shown}' stands where an output does; outputs are {{{{out_…}}}} placeholders alone, "
        "and a value with spaces needs quotes"
    )
