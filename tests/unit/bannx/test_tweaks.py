"""Which value holds for a variable that several scopes name, each by its name or by its id."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.bannx.request import Tweaking
from mockserver.bannx.tweaks import overlaid, pairs_first
from mockserver.drawing.page import page_from
from mockserver.drawing.values import tweaked

NAMES = ("a", "b", "c")
PAGE = page_from(
    {
        "id": "page",
        "name": "Page",
        "width": 16,
        "height": 16,
        "layers": [],
        "variables": [{"id": f"v-{name}", "name": name, "type": "string", "value": "default"} for name in NAMES],
    }
)
SCOPE = st.dictionaries(st.sampled_from([*NAMES, *(f"v-{name}" for name in NAMES), "unknown"]), st.text(max_size=3))


def by_hand(*scopes: dict[str, Any]) -> dict[str, str]:
    """The value of each variable: of the last scope that names it, where its name counts more than its id."""
    values = {}
    for name in NAMES:
        values[name] = "default"
        for scope in scopes:
            values[name] = scope.get(name, scope.get(f"v-{name}", values[name]))
    return values


@given(st.lists(SCOPE, max_size=4))
def test_last_scope_that_names_a_variable_decides(scopes: list[dict[str, str]]) -> None:
    assert tweaked(PAGE, overlaid(PAGE, *scopes)) == by_hand(*scopes)


@given(SCOPE, SCOPE)
@pytest.mark.requirement("BNX-TWK-009")
def test_pairs_come_before_the_object(together: dict[str, str], single: dict[str, str]) -> None:
    assert tweaked(PAGE, pairs_first(PAGE, Tweaking(together, single))) == by_hand(together, single)


@given(st.lists(SCOPE, max_size=4))
def test_no_key_that_no_variable_has_is_lost(scopes: list[dict[str, str]]) -> None:
    given_keys = {key for scope in scopes for key in scope}
    assert ("unknown" in overlaid(PAGE, *scopes)) == ("unknown" in given_keys)
