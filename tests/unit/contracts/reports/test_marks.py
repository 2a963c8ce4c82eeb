"""Replacements that are found by a mark in the text change it as all of them would."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reports.marks import FEW_MARKS, ByMark, Replacement

LETTERS = "abcdefg_é"
SECRETS = st.lists(st.text(LETTERS, min_size=1, max_size=20), unique=True, max_size=8)


def taking_out(secret: str) -> Replacement:
    return lambda text: text.replace(secret, "#")


def applied(replacements: list[Replacement], text: str) -> str:
    for replacement in replacements:
        text = replacement(text)
    return text


@pytest.mark.parametrize("others", [0, FEW_MARKS + 1], ids=["few", "many"])
@given(secrets=SECRETS, rest=st.lists(st.text(LETTERS, max_size=8), min_size=9, max_size=9))
def test_marks_leave_nothing_out(others: int, secrets: list[str], rest: list[str]) -> None:
    looked_for = [*secrets, *(f"OTHER{number:04}" for number in range(others))]
    text = "".join(part + secret for part, secret in zip(rest, [*secrets, *[""] * 9], strict=False))
    replacements = [(one, taking_out(one)) for one in looked_for]

    chosen = ByMark(replacements).that_may_apply_to(text)

    assert applied(list(chosen), text) == applied([replacement for _, replacement in replacements], text)


def test_order_is_kept_and_what_cannot_apply_is_left_out() -> None:
    names = [f"secret{number}abcdef" for number in range(FEW_MARKS * 2)]
    noted: list[str] = []

    def note(name: str, text: str) -> str:
        noted.append(name)
        return text

    marks = ByMark([*((name, partial(note, name)) for name in names), ("xyz", partial(note, "without a mark"))])

    for replacement in marks.that_may_apply_to("the secret123abcdef"):
        replacement("")
    assert noted[-1] == "without a mark"
    assert "secret123abcdef" in noted
    assert noted[:-1] == sorted(noted[:-1], key=names.index)
