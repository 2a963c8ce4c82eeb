from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import placeholders

ALIASES = st.text("abcxyzABC019_", min_size=1, max_size=12)
SPACES = st.text(" \t\n", max_size=3)
NO_NUL = st.text(st.characters(exclude_characters="\0"))


BRACKETS = st.sampled_from([("{{", "}}"), ("<<", ">>")])


def test_find_gives_both_forms_in_order() -> None:
    text = "-i {{in_a}} <<in_b>> {{ out_c }} << out_d\t>>"
    assert [found.alias for found in placeholders.find(text)] == ["in_a", "in_b", "out_c", "out_d"]


def test_find_tells_where_each_stands() -> None:
    text = "-i {{ in_a }} x"
    (found,) = placeholders.find(text)
    assert text[found.start : found.end] == "{{ in_a }}"


def test_find_leaves_other_braces_alone() -> None:
    text = "{in_a} {{in a}} {{}} << >> {{in-a}} {{in_a> <in_a>> {{in_ä}}"
    assert placeholders.find(text) == ()


@given(BRACKETS, SPACES, ALIASES, st.tuples(NO_NUL, NO_NUL))
def test_seal_and_unseal_keep_what_surrounds(
    brackets: tuple[str, str], space: str, alias: str, surroundings: tuple[str, str]
) -> None:
    placeholder = space.join([brackets[0], alias, brackets[1]])
    text = f" {placeholder} ".join(surroundings)
    sealed = placeholders.seal(text)
    assert alias in placeholders.sealed_aliases(sealed)
    assert placeholders.find(sealed) == ()
    assert placeholders.unseal(sealed, str) == placeholders.replace(text, str)


@given(NO_NUL)
def test_unsealed_text_has_no_sealed_alias(text: str) -> None:
    assert placeholders.sealed_alias(text) is None
    assert placeholders.sealed_aliases(text) == ()


@given(NO_NUL)
def test_readable_keeps_plain_text(text: str) -> None:
    assert placeholders.readable(text) == text


@given(ALIASES)
def test_readable_shows_placeholders_as_written(alias: str) -> None:
    assert placeholders.readable(placeholders.seal(f"<< {alias} >>")) == "{{" + alias + "}}"
