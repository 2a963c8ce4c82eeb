"""Lines and sizes of text: what breaks where, and that nothing is lost which has room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.drawing.fitting import Manner, fitted
from mockserver.drawing.fonts import FILES, available, font
from mockserver.drawing.scene import FontKey
from mockserver.drawing.shaping import paragraphs, shaped
from mockserver.drawing.wrapping import Line, wrapped

REGULAR = font(FontKey("sans", 400))
(HYPHEN,) = shaped(REGULAR, "-")
WORDS = st.lists(st.text(alphabet="abcijWéБω", min_size=1, max_size=12), min_size=1, max_size=20)


def text_of(line: Line) -> str:
    return "".join(cluster.text for cluster in line.clusters)


def broken(text: str, width: float) -> list[str]:
    """The lines of a text in a width in sizes of the font."""
    return [text_of(line) for line in wrapped(shaped(REGULAR, text), width * REGULAR.units_per_em, HYPHEN)]


def manner(width: float = 400, height: float = 100, *, least: float = 10, lines: int | None = None) -> Manner:
    return Manner(width, height, 40, least, 1.25, 0, lines)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 100, ["one two three"]),
        ("one two three", 4, ["one two", "three"]),
        ("one   two", 2, ["one", "two"]),
        ("well-known fact", 3.2, ["well-", "known", "fact"]),
        ("on 2026-11-21", 4, ["on", "2026-11", "-21"]),
        ("-x -y", 2, ["-x", "-y"]),
        ("con\u00adtract", 2.3, ["con\u00ad-", "tract"]),
        ("con\u00adtract", 100, ["con\u00adtract"]),
        ("WWWW", 2.2, ["WW", "WW"]),
        ("WWWW", 0.1, ["W", "W", "W", "W"]),
        ("", 5, [""]),
    ],
)
def test_line_ends_where_it_may(text: str, width: float, lines: list[str]) -> None:
    assert broken(text, width) == lines


@given(WORDS, st.floats(1.5, 30))
def test_no_line_is_wider_than_its_room(words: list[str], width: float) -> None:
    room = width * REGULAR.units_per_em
    for line in wrapped(shaped(REGULAR, " ".join(words)), room, HYPHEN):
        assert line.width <= room or len(line.clusters) == 1


@given(WORDS, st.floats(1.5, 30))
def test_wrapping_keeps_every_word(words: list[str], width: float) -> None:
    lines = list(wrapped(shaped(REGULAR, " ".join(words)), width * REGULAR.units_per_em, HYPHEN))
    joined = "".join(text_of(line) + ("" if line.broken else " ") for line in lines)
    assert joined.split() == words


@given(WORDS)
def test_text_that_has_room_is_set_whole_in_its_size(words: list[str]) -> None:
    text = " ".join(words)
    setting = fitted(REGULAR, text, manner(20_000))
    assert (setting.size, [text_of(line) for line in setting.lines]) == (40, [text])


@given(WORDS, st.floats(60, 800), st.floats(20, 400))
def test_text_fits_its_box_or_ends_with_an_ellipsis(words: list[str], width: float, height: float) -> None:
    setting = fitted(REGULAR, " ".join(words), manner(width, height))
    text = " ".join(text_of(line) for line in setting.lines)
    assert text.replace(" ", "") == "".join(words) or text.endswith("…")
    scale = setting.size / REGULAR.units_per_em
    block = (REGULAR.ascent + REGULAR.descent) * scale + (len(setting.lines) - 1) * 1.25 * setting.size
    assert block <= height + 0.001
    assert all(line.width * scale <= width for line in setting.lines)


def test_text_without_room_is_set_smaller_before_it_is_cut() -> None:
    text = "a word and another word and one more word"
    small = fitted(REGULAR, text, manner(200, 100))
    assert 10 <= small.size < 40
    assert not text_of(small.lines[-1]).endswith("…")
    cut = fitted(REGULAR, text * 20, manner(200, 100))
    assert cut.size == 10
    assert text_of(cut.lines[-1]).endswith("…")


def test_long_word_is_set_smaller_before_it_is_broken() -> None:
    setting = fitted(REGULAR, "Incomprehensibilities", manner(200, 200))
    assert [text_of(line) for line in setting.lines] == ["Incomprehensibilities"]


def test_no_more_lines_are_set_than_wanted() -> None:
    setting = fitted(REGULAR, "one two three four five six", manner(120, 1000, least=40, lines=2))
    assert [text_of(line) for line in setting.lines] == ["one", "two…"]


def test_newlines_of_every_kind_end_a_paragraph() -> None:
    assert paragraphs("a\nb\r\nc\rd\u2028e\u0085f") == ["a", "b", "c", "d", "e", "f"]


def test_what_no_font_could_show_is_left_out() -> None:
    assert paragraphs("a\x00b\x1bc\td\ud800") == ["abc d\ufffd"]


def test_accent_stays_with_its_letter() -> None:
    clusters = shaped(REGULAR, "e\u0301\u0302x")
    assert [cluster.text for cluster in clusters] == ["e\u0301\u0302", "x"]


def test_accent_stands_over_its_letter() -> None:
    ((letter, accent),) = (cluster.glyphs for cluster in shaped(REGULAR, "q\u0301"))
    under, over = REGULAR.ink(letter.number), REGULAR.ink(accent.number)
    assert under is not None
    assert over is not None
    assert under.left < accent.x + (over.left + over.right) / 2 < under.right


def test_letters_are_kerned() -> None:
    pair = sum(cluster.advance for cluster in shaped(REGULAR, "AV"))
    assert pair < sum(shaped(REGULAR, each)[0].advance for each in "AV")


def test_letters_that_are_set_apart_do_not_join() -> None:
    serif = font(FontKey("serif", 400))
    assert len(shaped(serif, "fi")) == 1
    assert [cluster.text for cluster in shaped(serif, "fi", spacing=100)] == ["f", "i"]


@pytest.mark.parametrize("key", FILES)
@pytest.mark.parametrize("sample", ["Łódź ĕ ằ ß", "Ωμέγα ώ", "Привет Ђ ґ", "€ “…” — ·"])
def test_fonts_cover_latin_greek_and_cyrillic(key: FontKey, sample: str) -> None:
    glyphs = [glyph.number for cluster in shaped(font(key), sample) for glyph in cluster.glyphs]
    assert 0 not in glyphs


def test_weight_that_a_family_lacks_is_the_nearest() -> None:
    assert available("serif", 700) == FontKey("serif", 600)
    assert available("sans", 700) == FontKey("sans", 700)
