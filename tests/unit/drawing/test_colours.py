"""Colours: read from text, mixed, and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.drawing.colours import Colour, colour_in

BYTES = st.integers(0, 255)
COLOURS = st.builds(Colour, BYTES, BYTES, BYTES, BYTES)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#abc", Colour(0xAA, 0xBB, 0xCC)),
        ("#abcd", Colour(0xAA, 0xBB, 0xCC, 0xDD)),
        ("#0F172A", Colour(0x0F, 0x17, 0x2A)),
        ("#0f172a80", Colour(0x0F, 0x17, 0x2A, 0x80)),
        (" Red ", Colour(255, 0, 0)),
        ("transparent", Colour(0, 0, 0, 0)),
        ("rgb(1, 2,3)", Colour(1, 2, 3)),
        ("rgba(255, 50%, 0, .5)", Colour(255, 128, 0, 128)),
        ("rgb(300, 0, 0)", Colour(255, 0, 0)),
    ],
)
def test_colour_is_read(text: str, colour: Colour) -> None:
    assert colour_in(text) == colour


@pytest.mark.parametrize("text", ["", "#ab", "#abcde", "#gggggg", "rgb(1,2)", "url(#x)", "reddish", "#١٢٣"])
def test_text_that_names_no_colour_gives_none(text: str) -> None:
    assert colour_in(text) is None


@given(COLOURS)
def test_written_colour_is_read_as_itself(colour: Colour) -> None:
    assert colour_in(str(colour)) == colour


@given(COLOURS, COLOURS)
def test_mixture_runs_from_one_colour_to_the_other(one: Colour, other: Colour) -> None:
    assert one.mixed(other, 0) == one
    assert one.mixed(other, 1) == other
    middle = one.mixed(other, 0.5)
    assert all(min(a, b) <= between <= max(a, b) for a, between, b in zip(one, middle, other, strict=True))
