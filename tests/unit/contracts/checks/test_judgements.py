import io
from itertools import pairwise
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.renderio.error_bodies import leads_to
from contracts.checks.renderio.pictures import Points, is_whole_png, points, size_of
from contracts.checks.renderio.results import size_readings
from contracts.checks.renderio.shapes import place_of
from contracts.checks.renderio.states import RANK, moved_back
from contracts.documents import load_api
from contracts.media import PICTURE_PIXELS, Unreadable, picture


@given(statuses=st.lists(st.sampled_from(["QUEUED", "PROCESSING", "SUCCESS"])))
def test_status_has_moved_back_exactly_where_its_rank_falls(statuses: list[str]) -> None:
    assert (moved_back(statuses) is None) == all(RANK[one] <= RANK[other] for one, other in pairwise(statuses))


def test_step_back_is_named() -> None:
    assert moved_back(["QUEUED", "PROCESSING", "QUEUED"]) == "from PROCESSING to QUEUED"


@pytest.mark.parametrize(
    ("size", "readings"),
    [
        (1.05, ["a"]),
        (1.050054, ["a"]),
        (1.06, ["a"]),
        (1.1, ["a", "b"]),
        (1.0, ["a", "b"]),
        (1, ["a", "b"]),
        (1.0014, ["b"]),
        (1.001409, ["b"]),
        (1_050_054, []),
        (1050.054, []),
        (2.1, []),
        (0, []),
        (0.0, []),
        (1e300, []),
        (float("inf"), []),
        ("1.05", []),
        (True, []),
    ],
)
def test_size_of_a_megabyte_tells_the_readings_apart(size: Any, readings: list[str]) -> None:
    assert size_readings(size, 1_050_054) == readings


@given(byte_count=st.integers(0, 10**8), decimals=st.integers(0, 6), unit=st.sampled_from([1_000_000, 1_048_576]))
def test_size_may_be_rounded_to_any_decimal(byte_count: int, decimals: int, unit: int) -> None:
    assert size_readings(round(byte_count / unit, decimals), byte_count)


@pytest.mark.parametrize(
    ("violation", "place"),
    [
        ('the value: "original_request" is a required property', "original_request"),
        ("original_request.input_files: 7 is not of type object", "original_request"),
        ("status: 'done' is not one of …", "status"),
        ("the value: something else", "the value"),
    ],
)
def test_violation_is_about_a_property(violation: str, place: str) -> None:
    assert place_of(violation) == place


def test_violations_of_the_document_have_the_form_that_places_are_read_from() -> None:
    api = load_api("renderio")
    command = {"command_id": "a", "status": "done", "command_type": "FFMPEG_COMMAND"}
    assert {place_of(violation) for violation in api.violations("Command", command)} == {"status", "original_request"}


def test_place_leads_to_a_value_word_for_word() -> None:
    assert leads_to({"loc": ["input_files", "in_a"]}, ("input_files", "in_a"))
    assert not leads_to({"loc": ["body", "input_files", "in_a"]}, ("input_files", "in_a"))
    assert not leads_to({"loc": ["input_files"]}, ("input_files", "in_a"))


def test_points_are_those_of_the_picture() -> None:
    found = points(picture())
    assert (found.width, found.height) == (PICTURE_PIXELS, PICTURE_PIXELS)
    assert found.rows[2][:6] == bytes((0, 32, 64, 16, 32, 64))


def test_mirrored_points_begin_where_the_others_end() -> None:
    mirrored = points(picture()).mirrored()
    assert mirrored.rows[0][:3] == bytes((240, 0, 64))
    assert mirrored.mirrored() == points(picture())
    assert mirrored.corner(2, 1) == Points(2, 1, (bytes((240, 0, 64, 224, 0, 64)),))


def test_picture_that_lost_or_gained_bytes_is_not_whole() -> None:
    assert is_whole_png(picture())
    assert not is_whole_png(picture()[:-1])
    assert not is_whole_png(picture() + b"\0")


@pytest.mark.parametrize("content", [b"", b"no picture", picture()[::-1]])
def test_what_is_no_picture_has_no_points_and_no_size(content: bytes) -> None:
    assert size_of(content) is None
    with pytest.raises(Unreadable):
        points(content)


def test_padding_of_rows_is_no_point() -> None:
    # FFmpeg pads rows of odd widths.
    frame = av.VideoFrame(5, 3, "rgb24")
    for plane in frame.planes:
        plane.update(b"\x07" * plane.buffer_size)
    target = io.BytesIO()
    with av.open(target, "w", format="image2pipe") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 5, 3, "rgb24"
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert points(target.getvalue()) == Points(5, 3, (b"\x07" * 15,) * 3)
