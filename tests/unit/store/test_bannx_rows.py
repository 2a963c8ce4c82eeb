"""What the store keeps of bannx: pages, renders, steps and credits, on a real SQLite file."""

import asyncio
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mockserver.bannx.callback import StoredFile
from mockserver.bannx.policy import CREDITS, LOG, UPLOAD
from mockserver.bannx.ports import OwnPage
from mockserver.bannx.render import LogEntry, Refusal
from mockserver.store.bannx import BannxTables
from tests.unit.bannx.memory import NOW_MS, drawn
from tests.unit.bannx.stored import Stored

FILE = StoredFile("http://files.test/one.png", "image/png", 36, "ab" * 32)
OTHER_FILE = replace(FILE, url="http://files.test/two.png")
PAGE = {"id": "badge", "name": "żółć \U0001f600 \0", "width": 64, "height": 32, "layers": []}
NEWER = {**PAGE, "width": 65}


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    """A new store."""
    with Stored.opened(tmp_path) as store:
        yield store


def pages(stored: Stored, space: str = "space") -> list[OwnPage]:
    return list(asyncio.run(stored.pages.all(space)))


def save(stored: Stored, page: OwnPage, space: str = "space", *, now_ms: int = NOW_MS) -> None:
    asyncio.run(stored.pages.save(space, page, now_ms=now_ms))


# Pages.


def test_page_is_kept_as_it_is(stored: Stored) -> None:
    save(stored, OwnPage(PAGE, None))
    assert asyncio.run(stored.pages.get("space", "badge")) == OwnPage(PAGE, None)
    assert asyncio.run(stored.pages.get("other", "badge")) is None


def test_saving_replaces_draft_and_what_is_published(stored: Stored) -> None:
    for page in (OwnPage(PAGE, None), OwnPage(PAGE, PAGE), OwnPage(NEWER, PAGE)):
        save(stored, page)
        assert pages(stored) == [page]


def test_pages_are_listed_by_age_however_often_they_are_saved(stored: Stored) -> None:
    ids = ["zeta", "alpha", "mid"]
    for identifier in [*ids, "zeta"]:
        save(stored, OwnPage({**PAGE, "id": identifier}, None))
    assert [page.draft["id"] for page in pages(stored)] == ids


def test_removing_a_page_tells_whether_there_was_one(stored: Stored) -> None:
    save(stored, OwnPage(PAGE, None))
    removed = [asyncio.run(stored.pages.remove(space, "badge")) for space in ("other", "space", "space")]
    assert (removed, pages(stored)) == ([False, True, False], [])


def test_newest_space_that_has_a_page_is_found(stored: Stored) -> None:
    save(stored, OwnPage(PAGE, None), "other")
    save(stored, OwnPage(PAGE, PAGE), "space")
    found = [asyncio.run(stored.pages.workspace_of(page)) for page in ("badge", "none")]
    assert found == ["space", None]


# Renders.


def test_owed_render_is_given_back_whole_and_in_order(stored: Stored) -> None:
    renders = [
        drawn("b"),
        drawn("a", "other", is_logged=False),
        drawn("c", headers={"x-ż": "\xff", "authorization": "x"}),
    ]
    stored.owe(*renders)
    assert stored.owed() == renders


def test_owed_renders_survive_the_end_of_the_process(tmp_path: Path) -> None:
    renders = [drawn("a"), drawn("b")]
    with Stored.opened(tmp_path) as first:
        first.owe(*renders)
    with Stored.opened(tmp_path) as second:
        assert second.owed() == renders


def test_render_is_in_the_log_before_its_callback(stored: Stored) -> None:
    stored.owe(drawn("a"))
    assert stored.entries() == [LogEntry("a", "badge", 200, NOW_MS, None)]


def test_over_ends_the_debt_and_keeps_the_entry(stored: Stored) -> None:
    stored.owe(drawn("a"), drawn("b"))
    asyncio.run(stored.renders.attach("a", FILE))
    asyncio.run(stored.renders.over("a"))
    assert [render.id for render in stored.owed()] == ["b"]
    assert (stored.waiting(), [entry.file for entry in stored.entries()]) == (["b.png"], [FILE, None])


def test_image_that_is_missing_is_given_up_and_the_others_are_given(stored: Stored) -> None:
    stored.owe(drawn("a"), drawn("b"))
    stored.spool.remove("a")
    assert [[render.id for render in stored.owed()] for _ in range(2)] == [["b"], ["b"]]
    assert [entry.request_id for entry in stored.entries()] == ["a", "b"]


def test_newer_file_stands_in_the_place_of_an_older_one(stored: Stored) -> None:
    stored.owe(drawn("a"))
    for file in (FILE, OTHER_FILE):
        asyncio.run(stored.renders.attach("a", file))
    assert stored.entries()[0].file == OTHER_FILE


def test_log_has_refusals_in_their_place_and_nothing_that_is_not_logged(stored: Stored) -> None:
    stored.owe(drawn("a"))
    asyncio.run(stored.renders.refuse(Refusal("r", "space", None, 404, NOW_MS + 5)))
    stored.owe(drawn("silent", is_logged=False), drawn("b"), drawn("c", "other"))
    assert [(it.request_id, it.page_id, it.status, it.created_ms) for it in stored.entries()] == [
        ("a", "badge", 200, NOW_MS),
        ("r", None, 404, NOW_MS + 5),
        ("b", "badge", 200, NOW_MS),
    ]
    assert asyncio.run(stored.renders.ids()) == {"a", "r", "silent", "b", "c"}


def test_numbers_go_on_by_space_after_a_restart(tmp_path: Path) -> None:
    with Stored.opened(tmp_path) as first:
        assert [first.renders.next_number(space) for space in ("space", "space", "other")] == [1, 2, 1]
        first.owe(drawn("a"))
        asyncio.run(first.renders.refuse(Refusal("r", "space", None, 404, NOW_MS)))
    with Stored.opened(tmp_path) as second:
        assert [second.renders.next_number(space) for space in ("space", "other")] == [3, 1]


# Steps.


def record(stored: Stored, step: str, tries: int, failure: str | None) -> None:
    asyncio.run(stored.steps.record("a", step, tries=tries, failure=failure))


def test_outcome_of_a_step_is_kept_by_render_and_step(stored: Stored) -> None:
    stored.owe(drawn("a"))
    record(stored, UPLOAD, 3, "why")
    record(stored, LOG, 1, None)
    assert stored.recorded() == [("a", "log", 1, None), ("a", "upload", 3, "why")]


def test_later_success_stands_in_the_place_of_a_failure(stored: Stored) -> None:
    stored.owe(drawn("a"))
    record(stored, LOG, 3, "why")
    record(stored, LOG, 3, "why else")
    record(stored, LOG, 2, None)
    assert stored.recorded() == [("a", "log", 2, None)]


def test_step_that_was_done_stays_done(stored: Stored) -> None:
    stored.owe(drawn("a"))
    record(stored, LOG, 1, None)
    record(stored, LOG, 3, "why")
    assert stored.recorded() == [("a", "log", 1, None)]


def test_upload_is_remembered(stored: Stored) -> None:
    stored.owe(drawn("a"), drawn("b"))
    asyncio.run(stored.steps.keep_upload("a", FILE))
    record(stored, UPLOAD, 1, None)
    assert [asyncio.run(stored.steps.uploaded(render)) for render in ("a", "b")] == [FILE, None]


def test_step_of_no_render_is_not_kept(stored: Stored) -> None:
    record(stored, LOG, 1, None)
    asyncio.run(stored.steps.keep_upload("a", FILE))
    assert stored.recorded() == []


# Credits.


def add(stored: Stored, render: str = "a", amount: int = 1, space: str = "space") -> None:
    asyncio.run(stored.credits.add(space, render, amount))


@pytest.mark.requirement("BNX-CRD-006")
def test_render_is_counted_once(stored: Stored) -> None:
    stored.owe(drawn("a"), drawn("b"), drawn("c", "other"))
    for _ in range(3):
        add(stored)
    add(stored, "b", 4)
    add(stored, "c", 2, "other")
    assert (stored.used(), stored.used("other"), stored.used("none")) == (5, 2, 0)


def test_render_that_is_unknown_is_not_counted(stored: Stored) -> None:
    add(stored)
    assert (stored.used(), stored.recorded()) == (0, [])


def test_render_is_counted_after_a_failure_was_recorded_and_then_no_more(stored: Stored) -> None:
    stored.owe(drawn("a"))
    record(stored, CREDITS, 3, "why")
    for _ in range(2):
        add(stored)
    assert stored.used() == 1


def test_count_and_its_record_survive_together(tmp_path: Path) -> None:
    with Stored.opened(tmp_path) as first:
        first.owe(drawn("a"))
        add(first)
    with Stored.opened(tmp_path) as second:
        add(second)
        assert second.used() == 1


def test_record_of_a_count_is_not_kept_without_the_count(stored: Stored) -> None:
    stored.owe(drawn("a"))
    stored.database.execute("alter table bannx_credits rename to elsewhere")
    with pytest.raises(sqlite3.OperationalError):
        add(stored)
    assert stored.recorded() == []
    stored.database.execute("alter table elsewhere rename to bannx_credits")
    add(stored)
    assert stored.used() == 1


# Workspaces.


def test_cleared_space_has_nothing_and_others_keep_theirs(stored: Stored) -> None:
    for space in ("space", "other"):
        save(stored, OwnPage(PAGE, PAGE), space)
        stored.owe(drawn(f"of-{space}", space))
        add(stored, f"of-{space}", space=space)
    assert asyncio.run(stored.workspaces.clear("space", clock_ms=0)) == ["of-space"]
    assert (pages(stored), stored.entries(), stored.used(), stored.renders.next_number("space")) == ([], [], 0, 1)
    assert (len(pages(stored, "other")), len(stored.entries("other")), stored.used("other")) == (1, 1, 1)
    assert [it[0] for it in stored.recorded()] == ["of-other"]


def test_spaces_with_callbacks_that_are_not_over_have_work(stored: Stored) -> None:
    stored.owe(drawn("a"), drawn("b", "other"))
    asyncio.run(stored.renders.over("a"))
    assert asyncio.run(stored.workspaces.with_work()) == [("other", "bannx")]


def test_last_moment_is_that_of_the_newest_row(stored: Stored) -> None:
    tables, connection = BannxTables({}), stored.database.connection
    moments = [tables.last_moment_ms(connection, "space")]
    save(stored, OwnPage(PAGE, None), now_ms=NOW_MS + 9)
    moments.append(tables.last_moment_ms(connection, "space"))
    asyncio.run(stored.renders.refuse(Refusal("r", "space", None, 404, NOW_MS + 11)))
    moments.append(tables.last_moment_ms(connection, "space"))
    assert (moments, tables.last_moment_ms(connection, "other")) == ([0, NOW_MS + 9, NOW_MS + 11], 0)
