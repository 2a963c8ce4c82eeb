"""A body that the document allows is either accepted as it is or refused with reasons, and never breaks the server."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mockserver.documents import Document
from mockserver.errors import Invalid
from mockserver.renderio.command import Request
from mockserver.renderio.submission import MOST_FILES, accepted

BODY: dict[str, Any] = {
    "input_files": {"in_video": "https://example.com/sample.mp4"},
    "output_files": {"out_video": "result.webm"},
    "ffmpeg_command": "ffmpeg -i {{in_video}} -c:v libvpx-vp9 {{out_video}}",
}

# Few aliases, so that placeholders often meet them; and whatever else might confuse a reader of commands.
inputs = st.sampled_from(["in_a", "in_b", "in_A", "in_1", "in__"])
outputs = st.sampled_from(["out_a", "out_b", "out_1"])
urls = st.sampled_from(["http://127.0.0.1:9/a.mp4", "https://example.com/b.srt", "http://x/%00?q#f", "http://x:99999/"])
names = st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9_. -]{0,12}\Z") | st.sampled_from(
    ["a.mp4", "a.png", "%03d", "con", "a..b"]
)
placeholders = st.builds(
    lambda left, alias, right: f"{left}{alias}{right}",
    st.sampled_from(["{{", "<<", "{{ ", "{", "<<\t", "{{{{"]),
    inputs | outputs | st.just("in_unknown") | st.text(max_size=3),
    st.sampled_from(["}}", ">>", " }}", "}", "\n>>", "}}}}"]),
)
words = st.one_of(
    placeholders,
    st.sampled_from(
        [
            "ffmpeg",
            "-i",
            "-y",
            "-f",
            "lavfi",
            "mp4",
            "-vf",
            "scale=2:2",
            "-t",
            "1",
            "-map",
            "0:v",
            "-c:v",
            "libx264",
            "-",
        ]
    ),
    st.sampled_from(
        ["'", '"', "\\", ";", "|", "$(id)", "`id`", "/etc/passwd", "file:/etc/passwd", "concat:a|b", "#", "\0", "\n"]
    ),
    st.sampled_from(
        ["-filter_complex", "[0:v]movie={{in_a}}[o]", "subtitles={{in_a}}", "drawtext=text='", "[", "]", ",", "=", ":"]
    ),
    st.text(max_size=8),
)
commands = st.lists(words, min_size=1, max_size=12).flatmap(
    lambda found: st.sampled_from(["", " ", "  ", "\t"]).map(lambda space: space.join(found))
)
metadata = st.dictionaries(
    st.text(max_size=4),
    st.text(max_size=4) | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    max_size=10,
)
bodies = st.fixed_dictionaries(
    {
        "input_files": st.dictionaries(inputs, urls, min_size=1, max_size=3),
        "output_files": st.dictionaries(outputs, names, min_size=1, max_size=3),
        "ffmpeg_command": commands,
    },
    optional={
        "metadata": metadata,
        "webhook_url": urls,
        "unknown": st.none() | st.lists(st.integers()) | st.dictionaries(st.text(max_size=2), st.none()),
    },
)


def allowed_by(document: Document, body: object) -> bool:
    schema = document.operations["runFfmpegCommand"].body
    return schema is not None and not schema.violations(body)


def accepted_or_refused(body: Mapping[str, Any]) -> Request | Invalid:
    try:
        return accepted(body)
    except Invalid as refused:
        return refused


def reasons(body: Mapping[str, Any]) -> set[tuple[str | int, ...]]:
    """Where the body is refused; empty where it is accepted."""
    outcome = accepted_or_refused(body)
    return {it.location for it in outcome.violations} if isinstance(outcome, Invalid) else set()


@settings(max_examples=400)
@given(body=bodies)
def test_allowed_body_is_accepted_or_refused_with_reasons(renderio: Document, body: dict[str, Any]) -> None:
    assume(allowed_by(renderio, body))
    outcome = accepted_or_refused(body)
    if isinstance(outcome, Invalid):
        assert [it.message != "" and it.location != () for it in outcome.violations] == [True] * len(outcome.violations)
        assert len(outcome.violations) > 0
    else:
        assert outcome.ffmpeg_command == body["ffmpeg_command"]


@settings(max_examples=200)
@given(body=bodies)
def test_refusal_points_into_the_body(renderio: Document, body: dict[str, Any]) -> None:
    assume(allowed_by(renderio, body))
    assert {place[0] for place in reasons(body)} <= {"input_files", "output_files", "ffmpeg_command"}


@given(extra=metadata, webhook_url=urls)
def test_accepted_request_is_the_body(extra: dict[str, Any], webhook_url: str) -> None:
    request = accepted({**BODY, "metadata": extra, "webhook_url": webhook_url, "unknown": []})
    assert request == Request(**BODY, metadata=extra, webhook_url=webhook_url)


def test_accepted_request_needs_neither_metadata_nor_url() -> None:
    assert accepted(BODY) == Request(**BODY, metadata=None, webhook_url=None)


@pytest.mark.parametrize(
    "command",
    [
        "ffmpeg -i {{in_video}} {{out_video}}",
        "-i {{in_video}} {{out_video}}",
        "-i <<in_video>> <<out_video>>",
        "-i {{ in_video }} << out_video >>",
    ],
)
def test_every_way_to_write_a_command_is_accepted(command: str) -> None:
    assert reasons({**BODY, "ffmpeg_command": command}) == set()


def test_placeholder_that_names_no_file_is_refused() -> None:
    body = {**BODY, "ffmpeg_command": "-i {{in_video}} -i {{in_other}} {{out_video}}"}
    assert reasons(body) == {("ffmpeg_command",)}


@pytest.mark.parametrize(
    ("key", "alias", "value"), [("input_files", "in_b", "http://x/"), ("output_files", "out_b", "b.mp4")]
)
def test_file_that_no_placeholder_names_is_refused(key: str, alias: str, value: str) -> None:
    body = {**BODY, key: {**BODY[key], alias: value}}
    assert reasons(body) == {(key, alias)}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    body = {
        **BODY,
        "input_files": {**BODY["input_files"], "in_b": "http://x/"},
        "ffmpeg_command": "-i {{in_c}} {{out_video}}",
    }
    assert reasons(body) == {("ffmpeg_command",), ("input_files", "in_b"), ("input_files", "in_video")}


def body_of(inputs: int, outputs: int) -> dict[str, Any]:
    """A body with so many files, each of which the command names."""
    input_files = {f"in_{number}": f"http://x/{number}" for number in range(inputs)}
    output_files = {f"out_{number}": f"{number}.mp4" for number in range(outputs)}
    words = [*(f"-i {{{{{alias}}}}}" for alias in input_files), *(f"{{{{{alias}}}}}" for alias in output_files)]
    return {"input_files": input_files, "output_files": output_files, "ffmpeg_command": " ".join(words)}


@pytest.mark.parametrize(
    ("inputs", "outputs", "where"),
    [
        (MOST_FILES + 1, 1, {("input_files",)}),
        (1, MOST_FILES + 1, {("output_files",)}),
        (MOST_FILES + 1, MOST_FILES + 1, {("input_files",), ("output_files",)}),
    ],
)
def test_more_files_than_a_command_may_have_are_refused_as_a_whole(
    inputs: int, outputs: int, where: set[tuple[str, ...]]
) -> None:
    assert reasons(body_of(inputs, outputs)) == where


def test_as_many_files_as_a_command_may_have_are_accepted() -> None:
    assert reasons(body_of(MOST_FILES, MOST_FILES)) == set()
