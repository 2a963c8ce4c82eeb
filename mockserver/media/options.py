"""The options, codecs and formats that an FFmpeg command may name.

Everything here is an allowlist. An option is absent when its value can name a file, a device, an
address, a plug-in or a script, when it can loosen a protection, or when nobody has looked at it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib import resources
from typing import Final


class Kind(Enum):
    """What the word after an option is."""

    FLAG = auto()  # there is none
    VALUE = auto()
    GRAPH = auto()
    FORMAT = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that a whole value must match, and the words that describe it to people."""

    pattern: re.Pattern[str]
    description: str

    def accepts(self, value: str) -> bool:
        """Whether the whole value matches."""
        return self.pattern.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class ParameterRule:
    """A `key=value:key=value` list for an encoder's library, of which only some keys are known."""

    keys: frozenset[str]

    def problem_with(self, value: str) -> str | None:
        """Say which part cannot be used, or None."""
        for part in value.split(":"):
            key, _, setting = part.partition("=")
            if key.strip() not in self.keys:
                return f"the encoder parameter '{key}' is not allowed here"
            if not _PARAMETER.fullmatch(setting):
                return f"the value of the encoder parameter '{key}' is not a plain word or number"
        return None


@dataclass(frozen=True, slots=True)
class Option:
    """One option as the command may use it; `per_stream` admits a specifier, as in `-c:v`."""

    kind: Kind
    per_stream: bool = False
    rule: Rule | ParameterRule | frozenset[str] | None = None

    def problem_with(self, value: str) -> str | None:
        """Say why the value cannot be used, or None; graphs and formats are judged elsewhere."""
        match self.rule:
            case Rule() as rule if not rule.accepts(value):
                return f"'{value}' is not {rule.description}"
            case ParameterRule() as rule:
                return rule.problem_with(value)
            case frozenset() as names if value not in names:
                return f"'{value}' is not among the names allowed here"
            case _:
                return None


def find(word: str) -> Option | None:
    """Give the option that a word such as `-c:v` names, or None when it is not allowed."""
    name, colon, specifier = word.removeprefix("-").partition(":")
    option = _table().get(name) if word.startswith("-") else None
    if option is None or not colon:
        return option
    return option if option.per_stream and _SPECIFIER.fullmatch(specifier) else None


def why_refused(word: str) -> str:
    """Say what is wrong with an option that `find` does not know."""
    name = word.removeprefix("-").partition(":")[0]
    if word.startswith("-/"):
        return "reads its value from a file, which is not allowed; give the value itself"
    if _table().get(name) is not None:
        return "does not take a stream specifier; leave out what follows the colon"
    return _REASONS.get(name, "is unknown or not allowed here; leave it out")


_SPECIFIER = re.compile(r"[A-Za-z0-9_:#+.-]+")
_PARAMETER = re.compile(r"[A-Za-z0-9_.,+*()|; -]*")

# A colon or a slash only between digits: such a word is no URL and leads out of no folder.
_PLAIN = Rule(
    re.compile(r"(?:[A-Za-z0-9_+.,()*|#% -]|(?<=[0-9]):(?=[0-9-])|(?<=[0-9])/(?=[0-9]))+"),
    "a plain number or word",
)
_WORD = Rule(re.compile(r"[A-Za-z0-9_.+-]+"), "a plain word")
_ANY = Rule(re.compile(r"[^\0]*", re.DOTALL), "a text")
_TIME = Rule(re.compile(r"-?[0-9:]*(?:\.[0-9]*)?(?:s|ms|us)?"), "a time such as 12.5 or 00:01:02.5")
_TIMESTAMP = Rule(re.compile(r"now|[0-9TZ:.;+ -]+"), "a date and time, or a time code")
_INTEGER = Rule(re.compile(r"-?[0-9]+"), "a whole number")
_STREAM = Rule(re.compile(r"-?[0-9]+(?::[^/\\\0]*)?\??|\[[^/\\\0\[\]]+\]"), "a stream or [label]")
_METADATA_MAP = Rule(re.compile(r"-?[0-9]+(?::[a-z](?::[a-z0-9:]*)?)?"), "an input and a part of it")
_KEY_FRAMES = Rule(re.compile(r"expr:[^\0\\]*|[A-Za-z0-9_.,:+ -]*"), "a list of times or an expression")


def data_lines(section: str) -> list[str]:
    """Give the lines of one section of the data file."""
    text = resources.files(__package__).joinpath("avoptions.txt").read_text(encoding="ascii")
    body = text.partition(f"\n[{section}]\n")[2].partition("\n[")[0]
    return [line for line in body.splitlines() if line and not line.startswith("#")]


def _names(section: str) -> frozenset[str]:
    return frozenset(" ".join(data_lines(section)).split())


CODECS: Final = _names("codecs")
DEMUXERS: Final = _names("demuxers")
SUBTITLE_DEMUXERS: Final = frozenset({"ass", "srt", "webvtt"})
MUXERS: Final = _names("muxers")
EXTENSIONS: Final = _names("extensions")

_BIT_STREAM_FILTER = rf"(?:{'|'.join(_names('bit stream filters'))})(?:=[A-Za-z0-9_=:.+*()|<>-]*)?"
_BIT_STREAM_FILTERS = Rule(
    re.compile(rf"{_BIT_STREAM_FILTER}(?:,{_BIT_STREAM_FILTER})*"),
    "a list of bit stream filters that are allowed here",
)


def _options(kind: Kind, names: str, rule: Rule | None = None) -> Iterator[tuple[str, Option]]:
    """Read a list of names; one that may be given per stream has a colon after it."""
    for name in names.split():
        option = Option(kind, per_stream=name.endswith(":"), rule=rule)
        yield name.removesuffix(":"), option


@cache
def main_options() -> Mapping[str, Option]:
    """Give the options of the ffmpeg program itself by name; the others belong to its libraries."""
    return dict(_main_options())


def _main_options() -> Iterator[tuple[str, Option]]:
    # Only options that take a word, or none, in the same way in FFmpeg 5 to 9: were a release to
    # take none where this table has one, that word would be an output to it. This is why
    # autorotate and autoscale are here in their "no" form alone.
    yield from _options(
        Kind.FLAG,
        """
        y hide_banner nostdin stats nostats copyts start_at_zero xerror ignore_unknown
        copy_unknown benchmark re accurate_seek noaccurate_seek noautorotate: noautoscale: shortest
        bitexact vn an sn dn copyinkf: fix_sub_duration: display_hflip: display_vflip:
        find_stream_info force_fps:
        """,
    )
    yield from _options(Kind.GRAPH, "vf af filter: filter_complex lavfi")
    yield "f", Option(Kind.FORMAT)
    yield from _options(
        Kind.VALUE,
        """
        loglevel v frames: vframes aframes dframes r: s: aspect: b: ab q: qscale: aq ar: ac: vol
        sample_fmt: channel_layout: ch_layout: disposition: streamid fps_mode: vsync async fpsmax:
        enc_time_base: time_base: max_muxing_queue_size: muxing_queue_data_threshold: muxdelay
        muxpreload thread_queue_size guess_layout_max: bits_per_raw_sample: filter_threads
        filter_complex_threads max_error_rate copytb stats_period canvas_size: display_rotation:
        shortest_buf_duration discard: readrate readrate_initial_burst dts_delta_threshold
        dts_error_threshold abort_on itsscale: apply_cropping: seek_timestamp fs
        profile: pix_fmt: copypriorss: apad: reinit_filter:
        """,
        _PLAIN,
    )
    yield from _options(Kind.VALUE, "tag: vtag atag stag", _WORD)
    yield from _options(Kind.VALUE, "t to ss sseof itsoffset", _TIME)
    yield from _options(Kind.VALUE, "stream_loop isync map_chapters pass:", _INTEGER)
    yield from _options(Kind.VALUE, "map map_channel", _STREAM)
    yield from _options(Kind.VALUE, "map_metadata:", _METADATA_MAP)
    yield from _options(Kind.VALUE, "metadata:", _ANY)
    yield from _options(Kind.VALUE, "timestamp timecode", _TIMESTAMP)
    yield from _options(Kind.VALUE, "force_key_frames:", _KEY_FRAMES)
    yield from _options(Kind.VALUE, "bsf:", _BIT_STREAM_FILTERS)
    for name in ("c", "codec", "vcodec", "acodec", "scodec", "dcodec"):
        yield name, Option(Kind.VALUE, per_stream=name in {"c", "codec"}, rule=CODECS)


_PARAMETER_LISTS: Final[Mapping[str, str]] = {
    "x264-params": "x264 parameters",
    "x264opts": "x264 parameters",
    "x265-params": "x265 parameters",
    "svtav1-params": "svtav1 parameters",
    "aom-params": "aom parameters",
    "rav1e-params": "rav1e parameters",
}


def _string_options() -> Iterator[tuple[str, Option]]:
    """Give the AVOptions of string type: curated, for in general such a value may be a path."""
    yield from _options(
        Kind.VALUE,
        """
        preset: tune: profile: level: brand sub_charenc: pixel_format row-mt: wpredp: partitions:
        psy-rd: deblock: framerate video_size
        """,
        _PLAIN,
    )
    for name, section in _PARAMETER_LISTS.items():
        rule = ParameterRule(_names(section))
        yield name, Option(Kind.VALUE, per_stream=True, rule=rule)


@cache
def _table() -> Mapping[str, Option]:
    plain = Option(Kind.VALUE, per_stream=True, rule=_PLAIN)
    names = " ".join(data_lines("options")).split()
    # FFmpeg looks among its main options first, so theirs must win here too.
    return {**dict.fromkeys(names, plain), **dict(_string_options()), **main_options()}


_FILE = "names a file, which is not allowed; files are given as placeholders"
_DEVICE = "opens a device, which is not allowed; leave it out"
_PROTECTION = "would loosen the protection of the server; leave it out"
_UNSTEADY = "takes a word in some releases of FFmpeg and none in others; leave it out, or write its '-no…' form"
_REASONS: Final[Mapping[str, str]] = {
    "attach": _FILE,
    "dump_attachment": _FILE,
    "filter_complex_script": _FILE,
    "filter_script": _FILE,
    "hls_key_info_file": _FILE,
    "hls_segment_filename": _FILE,
    "passlogfile": _FILE,
    "print_graphs_file": _FILE,
    "progress": _FILE,
    "report": _FILE,
    "sdp_file": _FILE,
    "stats_enc_post": _FILE,
    "stats_enc_pre": _FILE,
    "stats_mux_pre": _FILE,
    "vstats": _FILE,
    "vstats_file": _FILE,
    "apre": _FILE,
    "fpre": _FILE,
    "pre": _FILE,
    "spre": _FILE,
    "vpre": _FILE,
    "hwaccel": _DEVICE,
    "hwaccel_device": _DEVICE,
    "hwaccel_output_format": _DEVICE,
    "init_hw_device": _DEVICE,
    "filter_hw_device": _DEVICE,
    "qsv_device": _DEVICE,
    "vaapi_device": _DEVICE,
    "allowed_extensions": _PROTECTION,
    "codec_whitelist": _PROTECTION,
    "enable_drefs": _PROTECTION,
    "format_whitelist": _PROTECTION,
    "protocol_blacklist": _PROTECTION,
    "protocol_whitelist": _PROTECTION,
    "safe": _PROTECTION,
    "use_absolute_path": _PROTECTION,
    "autorotate": _UNSTEADY,
    "autoscale": _UNSTEADY,
    "n": "would forbid to write the outputs; leave it out, no file is ever in their way",
}
