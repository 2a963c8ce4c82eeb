"""Write the generated part of mockserver/media/avoptions.txt from the help of installed FFmpegs.

    python -m tools.list_avoptions /usr/bin/ffmpeg [another ffmpeg …]

The list is the union over the programs given, so pass an old one and a new one. It holds the
options of everything that mockserver.media admits whose *type* cannot name a file: numbers,
flags, times, colours and the like. String, dictionary and binary options are left out, and so is
a name that is one of these types in any component that a command line reaches. Filters' string
options come from the part of the file that is kept by hand; those nobody has looked at yet are
listed on stderr.
"""

import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mockserver.media import options

DATA = Path(__file__).parent.parent / "mockserver" / "media" / "avoptions.txt"

HARMLESS_TYPES = frozenset(
    {
        *("boolean", "flags", "int", "int64", "unsigned", "uint64"),
        *("float", "double", "rational", "duration", "video_rate"),
        *("color", "image_size", "pix_fmt", "sample_fmt", "channel_layout"),
    }
)

# Options of a harmless type that nevertheless stay out, by reason.
EXCLUDED = frozenset(
    [
        *("enable_drefs", "use_absolute_path"),  # let a MOV file name other files
        *("safe", "auto_convert", "strict_std_compliance"),  # loosen what a playlist may name
        *("listen", "follow", "seekable", "reconnect"),  # of protocols
        *("opencl", "hwaccel", "gpu", "surfaces", "zerocopy"),  # open a device
        # let an image's file be another than the one named
        *("strftime", "frame_pts", "atomic_writing", "pattern_type"),
        *("dump", "hex", "debug", "fdebug", "fdbg"),  # flood the log
        *("codec_whitelist", "format_whitelist", "protocol_whitelist", "protocol_blacklist"),
    ]
)

GENERIC_CLASSES = ("AVCodecContext", "AVFormatContext", "SWScaler", "SWResampler")

_OPTION = re.compile(r" {2,3}-?(?P<name>\S+) +\[?<(?P<type>\w+) *>\]? ?\.?(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class AVOption:
    """One line of FFmpeg's help."""

    name: str
    type: str
    flags: str
    help: str


def help_of(ffmpeg: str, topic: str) -> str:
    """Give what `ffmpeg -h topic` prints."""
    command = [ffmpeg, "-hide_banner", "-h", topic]
    return subprocess.run(  # noqa: S603 - the programs are named by who runs this tool
        command, capture_output=True, text=True, check=False
    ).stdout


def classes(text: str) -> Iterator[tuple[str, list[AVOption]]]:
    """Give each class of options in a help text, with its options in their order."""
    for block in re.split(r"^(?=.* AVOptions:$)", text, flags=re.MULTILINE)[1:]:
        title, _, body = block.partition(" AVOptions:\n")
        found = (_OPTION.match(line) for line in body.splitlines())
        yield title, [_option(match) for match in found if match]


def _option(match: re.Match[str]) -> AVOption:
    flags, _, description = match["rest"].strip().partition(" ")
    return AVOption(match["name"], match["type"], flags.lstrip("."), description)


def main_option_names(text: str) -> set[str]:
    """Give the names of ffmpeg's own options, which come before the first class of AVOptions."""
    preface = text.partition(" AVOptions:\n")[0]
    return set(re.findall(r"^--?([A-Za-z0-9_]+)", preface, flags=re.MULTILINE))


def listed(ffmpeg: str, what: str) -> set[str]:
    """Give the names that `ffmpeg -encoders` or another of its tables lists."""
    table = subprocess.run(  # noqa: S603 - the programs are named by who runs this tool
        [ffmpeg, "-hide_banner", f"-{what}"], capture_output=True, text=True, check=False
    ).stdout
    rows = (line.split() for line in table.splitlines())
    return {name for row in rows if len(row) > 1 for name in row[1].split(",")}


def topics(ffmpeg: str) -> Iterator[str]:
    """Give the help topics of the codecs and formats that are admitted and that FFmpeg has."""
    admitted = {
        "encoder": options.CODECS,
        "decoder": options.CODECS,
        "muxer": options.MUXERS,
        "demuxer": options.DEMUXERS,
    }
    for kind, names in admitted.items():
        # For a codec without a coder of that name the help would list its hardware coders.
        for name in sorted(names & listed(ffmpeg, f"{kind}s")):
            yield f"{kind}={name}"


def reachable_options(ffmpeg: str, full_help: str) -> set[str]:
    """Give the names of harmless type among the generic classes and the admitted components."""
    blocks = [block for block in classes(full_help) if block[0] in GENERIC_CLASSES]
    for topic in topics(ffmpeg):
        blocks += classes(help_of(ffmpeg, topic))
    return {
        option.name
        for _, members in blocks
        for option in members
        if option.type in HARMLESS_TYPES and "F" not in option.flags[:3]
    }


def dangerous_names(full_help: str) -> set[str]:
    """Give the names that are of another type in any component but filters."""
    return {
        option.name
        for _, members in classes(full_help)
        for option in members
        if option.type not in HARMLESS_TYPES and "F" not in option.flags[:4]
    }


def slots(members: list[AVOption]) -> list[set[str]]:
    """Group options into positions: aliases of one value follow each other with the same help."""
    groups: list[tuple[tuple[str, str], set[str]]] = []
    for option in members:
        key = (option.type, option.help)
        if not groups or groups[-1][0] != key:
            groups.append((key, set()))
        groups[-1][1].add(option.name)
    return [names for _, names in groups]


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What one FFmpeg's filter takes: how many values without a key, and which keys."""

    positional: int
    keys: frozenset[str]
    unknown: frozenset[str]


def filter_options(ffmpeg: str, name: str, text_options: frozenset[str]) -> FilterOptions | None:
    """Read one filter's options, or None when this FFmpeg has no such filter."""
    text = help_of(ffmpeg, f"filter={name}")
    if "Unknown filter" in text or not text.startswith("Filter "):
        return None
    blocks = list(classes(text))
    keys = {
        option.name
        for _, members in blocks
        for option in members
        if option.type in HARMLESS_TYPES or option.name in text_options
    } - {"opencl"}
    everything = {option.name for _, members in blocks for option in members}
    positions = slots(blocks[0][1]) if blocks else []
    positional = len(positions)
    if any(not names <= keys for names in positions):
        # One value at most: how aliases share a position is a guess from their help texts.
        positional = 1 if positions[0] <= keys else 0
    return FilterOptions(positional, frozenset(keys), frozenset(everything - keys))


def filter_lines(ffmpegs: list[str], admitted: Iterable[str]) -> Iterator[str]:
    """Give the data file's line for each admitted filter."""
    for line in admitted:
        name, *text_options = line.split()
        found = [filter_options(ffmpeg, name, frozenset(text_options)) for ffmpeg in ffmpegs]
        known = [one for one in found if one is not None]
        unknown = frozenset[str]().union(*(one.unknown for one in known))
        if unknown:
            sys.stderr.write(f"{name}: left out {' '.join(sorted(unknown))}\n")
        keys = frozenset[str]().union(*(one.keys for one in known), text_options)
        positional = min((one.positional for one in known), default=0)
        yield " ".join([name, str(positional), *sorted(keys)])


def main(ffmpegs: list[str]) -> None:
    """Rewrite the generated part of the data file."""
    names: set[str] = set()
    dangerous: set[str] = set()
    refused = set(EXCLUDED)
    for ffmpeg in ffmpegs:
        full_help = help_of(ffmpeg, "full")
        main_names = main_option_names(full_help)
        names |= reachable_options(ffmpeg, full_help)
        dangerous |= dangerous_names(full_help)
        refused |= main_names | {f"no{name}" for name in main_names}
    sys.stderr.write(f"left out, for their type elsewhere: {' '.join(sorted(names & dangerous))}\n")
    kept = DATA.read_text(encoding="ascii").partition("\n# Generated")[0].rstrip("\n")
    DATA.write_text(
        "\n".join(
            [
                kept,
                "",
                "# Generated by tools/list_avoptions.py: options whose type cannot name a file.",
                "[options]",
                *textwrap.wrap(" ".join(sorted(names - refused - dangerous)), 99, break_on_hyphens=False),
                "",
                "# Generated as well: each filter, how many values it takes without a key, its keys.",
                "[filter options]",
                *filter_lines(ffmpegs, options.data_lines("filters")),
                "",
            ]
        ),
        encoding="ascii",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
