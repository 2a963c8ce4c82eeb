"""What the document says about callbacks, and what a document that cannot be used is told."""

from typing import Any

import pytest

from mockserver.bannx.policy import EXTENSION, CallbackPolicy
from mockserver.documents import load
from mockserver.errors import SetUpError

GOOD: dict[str, Any] = {
    "steps": ["upload", "log", "credits"],
    "delays_seconds": [0, 0.5],
    "hang_seconds": 10,
    "credits": 1,
}


def test_document_of_the_distribution_has_a_policy() -> None:
    policy = CallbackPolicy.from_document(load("bannx").content)
    assert (policy.delays_seconds, policy.hang_seconds, policy.credits) == ((0, 0.05, 0.25), 10, 1)


def test_policy_is_read() -> None:
    assert CallbackPolicy.from_document({EXTENSION: GOOD}) == CallbackPolicy((0.0, 0.5), 10.0, 1)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        *(
            ({"delays_seconds": []}, "a delay"),
            ({"delays_seconds": [0, -1]}, "below 0"),
            ({"hang_seconds": -1}, "below"),
        ),
        *(({"credits": -1}, "below 0"), ({"credits": "x"}, "ValueError"), ({"delays_seconds": 5}, "TypeError")),
        *(
            ({"steps": ["upload"]}, "steps"),
            ({"steps": ["log", "upload", "credits"]}, "steps"),
            ({"steps": 5}, "TypeError"),
        ),
    ],
)
def test_policy_that_cannot_be_used_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(SetUpError, match=EXTENSION) as refused:
        CallbackPolicy.from_document({EXTENSION: {**GOOD, **changes}})
    assert why in str(refused.value)


@pytest.mark.parametrize("missing", GOOD)
def test_policy_with_a_gap_names_it(missing: str) -> None:
    gap = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(SetUpError, match=missing):
        CallbackPolicy.from_document({EXTENSION: gap})


@pytest.mark.parametrize("content", [{}, {EXTENSION: None}, {EXTENSION: []}])
def test_document_without_a_policy_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(SetUpError, match="is missing"):
        CallbackPolicy.from_document(content)
