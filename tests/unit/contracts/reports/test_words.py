"""Spans of time, and texts that are safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reports.plain import indented, one_line, printable, shortened, shown
from contracts.reports.spans import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.0123, "0.0123 s"),
        (5, "5 s"),
        (59.7, "1 min"),
        (305, "5 min 5 s"),
        (3600, "1 h"),
        (99305, "27 h 35 min 5 s"),
        (-65, "-1 min 5 s"),
    ],
)
def test_span_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_span_is_cut_to_its_largest_units() -> None:
    assert in_words(99305, most_units=2) == "27 h 35 min"


@given(st.text(st.characters()))
def test_printable_text_has_no_character_that_acts(text: str) -> None:
    kept = printable(text)
    assert all(each.isprintable() or each in "\n\t" or each.isspace() for each in kept)
    assert not set(kept) & set("\x1b\r\x07\x9b\u202e\u2028\x85")
    kept.encode()


@given(st.binary(max_size=200), st.integers(3, 100))
def test_body_for_reading_is_cut(body: bytes, most: int) -> None:
    assert len(shown(body, most)) <= 6 * most + 40
    indented(body, most).encode()


def test_json_is_spread_over_lines() -> None:
    assert indented(b'{"a":["\xc3\xbc"]}', 100) == '{\n  "a": [\n    "ü"\n  ]\n}'


def test_deep_json_is_shown_as_it_is() -> None:
    assert indented(b"[" * 100_000, 200_000) == "[" * 100_000


def test_bytes_that_are_no_text_are_shown_in_hexadecimal() -> None:
    assert shown(b"\xff\x00\x01", 100) == "ff 00 01 (3 bytes, no text)"


def test_long_line_is_cut() -> None:
    assert one_line("a  b\nc " * 50, 10) == "a b c a …"


def test_long_text_keeps_beginning_and_end() -> None:
    assert shortened("begin" + "x" * 100 + "end", 20) == "beginxxxxx … xxxxxxxend"
