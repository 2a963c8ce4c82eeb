from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.bannx.ledger import Ledger, digest_of
from contracts.renders import LoggedRender, StoredFile

AT = datetime(2026, 1, 1, tzinfo=UTC)
FILE = StoredFile("http://storage.test/1.png", "image/png", 5, digest_of(b"image"))

logs = st.lists(st.text(max_size=2)).map(tuple)


def entries(identifiers: tuple[str, ...], *, file: StoredFile | None = None) -> tuple[LoggedRender, ...]:
    return tuple(LoggedRender(identifier, "card", 200, AT, file) for identifier in identifiers)


@given(logs, logs, st.integers(0, 9), st.integers(0, 9))
def test_what_a_log_has_grown_by_is_new_also_where_ids_are_used_again(
    before: tuple[str, ...], new: tuple[str, ...], used: int, counted: int
) -> None:
    ledger = Ledger(entries(before + new, file=FILE), used + counted)
    since = ledger.since(Ledger(entries(before), used))
    assert sorted(entry.request_id for entry in since.entries) == sorted(new)
    assert since.credits == counted
    assert len(since.files) == len(new)


@given(st.lists(st.uuids(), unique=True), st.data())
def test_a_log_that_forgets_its_oldest_entries_shows_no_old_ones_as_new(
    names: list[object], data: st.DataObject
) -> None:
    identifiers = tuple(map(str, names))
    middle = data.draw(st.integers(0, len(identifiers)))
    forgotten = data.draw(st.integers(0, middle))
    since = Ledger(entries(identifiers[forgotten:])).since(Ledger(entries(identifiers[:middle])))
    assert since.entries == entries(identifiers[middle:])


def test_an_entry_that_gets_its_file_later_is_no_new_one() -> None:
    assert Ledger(entries(("r1",), file=FILE)).since(Ledger(entries(("r1",)))).entries == ()
