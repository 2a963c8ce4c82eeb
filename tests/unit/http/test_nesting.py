"""Bodies may be nested so deeply and no more, whatever they are nested with."""

import json
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.nesting import MOST_LEVELS, is_too_deep

KINDS = st.lists(st.sampled_from(["array", "object", "last of three", "first of two"]), min_size=1, max_size=4)


def nested(levels: int, kinds: list[str], innermost: Any) -> bytes:
    """JSON of so many levels, made of these kinds in turn around a value that is no container."""

    def around(inner: Any, level: int) -> Any:
        match kinds[level % len(kinds)]:
            case "array":
                return [inner]
            case "object":
                return {"in": inner}
            case "last of three":
                return [1, {}, inner] if level else [1, 2, inner]
            case _:
                return {"in": inner, "[{": "[[[{{{"}

    return json.dumps(reduce(around, range(levels), innermost)).encode()


@given(st.integers(0, MOST_LEVELS), KINDS, st.sampled_from([None, 1, "[{", 0.5]))
def test_as_many_levels_as_permitted_are_taken(levels: int, kinds: list[str], innermost: Any) -> None:
    text = nested(levels, kinds, innermost)
    assert not is_too_deep(text, json.loads(text))


@given(st.integers(MOST_LEVELS + 1, MOST_LEVELS + 60), KINDS, st.sampled_from([None, 1, "]}", 0.5]))
def test_more_levels_are_too_many(levels: int, kinds: list[str], innermost: Any) -> None:
    text = nested(levels, kinds, innermost)
    assert is_too_deep(text, json.loads(text))


@pytest.mark.parametrize("empty", [b"[]", b"{}"])
def test_innermost_counts_though_it_is_empty(empty: bytes) -> None:
    text = b"[" * MOST_LEVELS + empty + b"]" * MOST_LEVELS
    assert (is_too_deep(text, json.loads(text)), is_too_deep(text[1:-1], json.loads(text[1:-1]))) == (True, False)


def test_breadth_is_no_depth() -> None:
    text = json.dumps([[{}] for _ in range(10_000)]).encode()
    assert not is_too_deep(text, json.loads(text))
