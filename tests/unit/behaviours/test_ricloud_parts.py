"""The parts of ricloud's behaviours that hold for any value: pages that are made anew, URLs, further methods."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.behaviours.catalogue import Behaviour, Catalogue
from mockserver.behaviours.implementations import Implementations
from mockserver.behaviours.ricloud.addresses import below
from mockserver.behaviours.ricloud.lists import Listed, page_of
from mockserver.behaviours.switchboard import Switchboard
from mockserver.errors import SetUpError
from mockserver.http.binding import OtherMethod
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.errors import NothingThere
from mockserver.ricloud.listing import Query
from mockserver.store.database import Database
from mockserver.store.ricloud import ConfigRows
from mockserver.store.workspaces import WorkspaceRows

STATES = ["new", "valid", "invalid", "deactivated"]
IDS = [str(number) for number in range(1, 13)]

identifiers = st.none() | st.sampled_from(IDS)
queries = st.builds(
    Query,
    equal=st.sampled_from([{}, *({"state": state} for state in STATES)]),
    hidden=st.sampled_from([frozenset(), frozenset({"deactivated"})]),
    after=identifiers,
    before=identifiers,
    limit=st.integers(1, 12),
)


def filled(database: Database, states: Sequence[str]) -> ConfigRows:
    """A store of configs with the ids from 1 on, in these states."""
    asyncio.run(WorkspaceRows(database, []).open("w", api="ricloud", clock_ms=0))
    rows = list(enumerate(states, start=1))
    with database.transaction() as connection:
        connection.execute("delete from ricloud_configs")
        connection.executemany(
            "insert into ricloud_configs (id, workspace, url, secret, state, created_ms) values (?, 'w', '', '', ?, 0)",
            rows,
        )
    return ConfigRows(database)


async def whole(rows: ConfigRows, query: Query) -> Listed[WebhookConfig]:
    everything = await rows.page("w", Query(equal={}, limit=1000))
    left = await rows.page("w", Query(equal=query.equal, hidden=query.hidden, limit=1000))
    return Listed(left.items, [str(config.id) for config in everything.items])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(st.sampled_from(STATES), max_size=12), query=queries)
def test_page_that_is_made_anew_is_that_of_the_store(database: Database, states: Sequence[str], query: Query) -> None:
    rows = filled(database, states)
    listed = asyncio.run(whole(rows, query))
    try:
        page = asyncio.run(rows.page("w", query))
    except NothingThere:
        with pytest.raises(NothingThere):
            page_of(listed, query)
    else:
        assert page_of(listed, query) == page


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(st.sampled_from(STATES), max_size=12), order=st.randoms(use_true_random=False), query=queries)
def test_walk_in_any_order_gives_every_item_once(
    database: Database, states: Sequence[str], order: Any, query: Query
) -> None:
    listed = asyncio.run(whole(filled(database, states), query))
    ids = list(listed.ids)
    order.shuffle(ids)
    shuffled = listed.in_order(ids)
    walked: list[WebhookConfig] = []
    has_more = True
    while has_more:
        after = str(walked[-1].id) if walked else None
        page = page_of(shuffled, Query(equal={}, after=after, limit=query.limit))
        walked += page.items
        has_more = page.has_more
    assert walked == shuffled.items
    assert sorted(walked, key=lambda it: it.id) == sorted(listed.items, key=lambda it: it.id)


@given(st.from_regex(r"http://a\.example(/[a-z]{0,3}){0,3}/{0,2}", fullmatch=True), st.uuids().map(str))
def test_event_goes_below_the_url_by_one_slash(url: str, event: str) -> None:
    made = below(url, event)
    assert made.endswith(f"/{event}")
    assert not made.removesuffix(f"/{event}").endswith("/")
    assert made.startswith(url.rstrip("/"))


# Further methods of operations.


def switchboard(methods: dict[str, Sequence[OtherMethod]], *standing: str) -> Switchboard[str]:
    behaviours = {it: Behaviour(it, "reading", f"{it}.", "server", None, (), {"A-001": "b"}) for it in methods}
    implementations: Implementations[str] = Implementations(seams=(), fronts={}, other_methods=methods)
    return Switchboard(Catalogue(behaviours), implementations, lambda _, __: None, standing)


def test_methods_are_those_of_the_standing_behaviours_each_once() -> None:
    methods: dict[str, Sequence[OtherMethod]] = {
        "both": [("get", "PUT"), ("get", "PATCH")],
        "one": [("get", "PUT")],
        "not-standing": [("get", "DELETE")],
    }
    assert switchboard(methods).other_methods == []
    assert switchboard(methods, "both", "one").other_methods == [("get", "PUT"), ("get", "PATCH")]


def test_behaviour_that_opens_a_method_is_one_of_the_server() -> None:
    board = switchboard({"one": [("get", "PUT")]}, "one")
    board.switch("w", [])
    assert [it["active"] for it in board.listed("w")] == [True]


def test_method_without_a_behaviour_keeps_the_server_from_starting() -> None:
    implementations: Implementations[str] = Implementations(seams=(), fronts={}, other_methods={"one": []})
    with pytest.raises(SetUpError, match=r"implementations without a behaviour: \['one'\]"):
        implementations.require_agreement(Catalogue({}))
