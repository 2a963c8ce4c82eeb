"""What the store keeps: commands, accounts, deliveries and workspaces, on a real SQLite file."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.renderio.account import AccountWebhook
from mockserver.renderio.command import Command, OutputFile, Request, Result
from mockserver.store.database import Database
from mockserver.store.deliveries import DeliveryRows
from mockserver.store.renderio import AccountRows, CommandRows, RenderIOTables
from mockserver.store.workspaces import WorkspaceRows
from mockserver.webhooks.delivery import (
    Answer,
    Attempt,
    Delivered,
    Delivery,
    Exhausted,
    Outcome,
    Retry,
    Silence,
    Succession,
)
from mockserver.webhooks.log import AttemptEntry, DeliveryEntry

A, B = "workspace-a", "workspace-b"
NOW_MS = 1_767_225_600_000
URL = "http://127.0.0.1:9/account"
OWN_URL = "http://127.0.0.1:9/own"
WEBHOOK = "commandCompleted"
THRESHOLD = 8
REFUSED = Answer(503)
DONE = Result({}, 1.5, 1.0)


@dataclass(frozen=True)
class Store:
    """Every table of one database, with two workspaces."""

    commands: CommandRows
    accounts: AccountRows
    deliveries: DeliveryRows
    workspaces: WorkspaceRows

    def submit(self, workspace: str = A, *, webhook_url: str | None = None, request: Request | None = None) -> Command:
        request = request or Request(
            {"in_a": "http://x/"}, {"out_a": "a.mp4"}, "-i {{in_a}} {{out_a}}", None, webhook_url
        )
        return asyncio.run(
            self.commands.submit(workspace, request, identify=lambda it: f"{workspace}-{it}", now_ms=NOW_MS)
        )

    def configure(self, account: AccountWebhook, workspace: str = A) -> None:
        asyncio.run(self.accounts.save(workspace, account))

    def account(self, workspace: str = A) -> AccountWebhook | None:
        return asyncio.run(self.accounts.load(workspace))

    def finish(self, command: Command, result: Result = DONE, *, first_delay_ms: int = 0) -> None:
        asyncio.run(
            self.commands.finish(command, result, webhook=WEBHOOK, first_delay_ms=first_delay_ms, now_ms=NOW_MS)
        )

    def get(self, command: Command, workspace: str = A) -> Command | None:
        return asyncio.run(self.commands.get(workspace, command.id))

    def owe(self, *, webhook_url: str | None = None, workspace: str = A) -> Delivery:
        """A delivery that a finished command has brought."""
        command = self.submit(workspace, webhook_url=webhook_url)
        self.finish(command)
        entry = self.entries(workspace)[-1]
        own_url = webhook_url is not None
        return Delivery(entry.id, workspace, WEBHOOK, command.id, entry.url, own_url, 0, entry.due_ms)

    def entries(self, workspace: str = A, *, subject: str | None = None, limit: int = 100) -> list[DeliveryEntry]:
        return asyncio.run(self.deliveries.entries(workspace, subject=subject, limit=limit))

    def states(self, workspace: str = A) -> list[str]:
        return [entry.state for entry in self.entries(workspace)]

    def conclude(self, delivery: Delivery, outcome: Outcome, follows: Succession, *, number: int = 1) -> None:
        attempt = Attempt(delivery.id, number, delivery.url, NOW_MS + number, NOW_MS + number + 1, outcome)
        asyncio.run(self.accounts.conclude(delivery, attempt, follows, threshold=THRESHOLD))

    def next_due(self, now_ms: int, *besides: int, workspace: str = A) -> Delivery | None:
        return asyncio.run(self.deliveries.next_due(workspace, now_ms, besides=besides))

    def next_due_ms(self, *besides: int, workspace: str = A) -> int | None:
        return asyncio.run(self.deliveries.next_due_ms(workspace, besides=besides))

    def with_work(self) -> list[tuple[str, str]]:
        return sorted(asyncio.run(self.workspaces.with_work()))

    def clear(self, workspace: str = A) -> list[str]:
        return asyncio.run(self.workspaces.clear(workspace, clock_ms=NOW_MS + 7))

    def clock_ms(self, workspace: str) -> int:
        return asyncio.run(self.workspaces.open(workspace, api="renderio", clock_ms=-1))


def store_in(database: Database) -> Store:
    tables = RenderIOTables(database)
    made = Store(tables.commands(), tables.accounts(), DeliveryRows(database), WorkspaceRows(database, [tables]))
    for workspace in (A, B):
        asyncio.run(made.workspaces.open(workspace, api="renderio", clock_ms=NOW_MS))
    return made


@pytest.fixture
def store(database: Database) -> Store:
    return store_in(database)


@contextmanager
def fresh_store() -> Iterator[Store]:
    """A store of its own, for tests that need many."""
    with TemporaryDirectory() as folder:
        database = Database(Path(folder))
        try:
            yield store_in(database)
        finally:
            database.close()


# Commands.


def test_command_is_queued_when_submitted(store: Store) -> None:
    command = store.submit()
    assert (store.get(command), command.status, command.result) == (command, "QUEUED", None)


def test_commands_are_numbered_by_workspace(store: Store) -> None:
    assert [store.submit(it).id for it in (A, A, B, A)] == [f"{A}-1", f"{A}-2", f"{B}-1", f"{A}-3"]


def test_command_of_another_workspace_is_unknown(store: Store) -> None:
    assert store.get(store.submit(A), workspace=B) is None


def test_command_that_never_was_is_unknown(store: Store) -> None:
    assert asyncio.run(store.commands.get(A, "never")) is None


def test_command_is_processing_once_begun(store: Store) -> None:
    command = store.submit()
    asyncio.run(store.commands.begin(command.id))
    assert [found.status for found in [store.get(command)] if found] == ["PROCESSING"]


def test_command_that_is_over_does_not_begin_again(store: Store) -> None:
    command = store.submit()
    store.finish(command)
    asyncio.run(store.commands.begin(command.id))
    assert [found.status for found in [store.get(command)] if found] == ["SUCCESS"]


@pytest.mark.parametrize(("error_status", "status"), [(None, "SUCCESS"), ("FFMPEG_FAILED", "FAILED")])
def test_command_ends_by_its_result(store: Store, error_status: str | None, status: str) -> None:
    command, result = store.submit(), Result({}, 1.5, None, error_status, error_status)
    store.finish(command, result)
    assert store.get(command) == Command(command.id, A, status, command.request, result)  # type: ignore[arg-type]


def test_command_keeps_its_first_result(store: Store) -> None:
    command = store.submit()
    store.finish(command)
    store.finish(command, Result({}, 9.0, None, "FFMPEG_FAILED", "late"))
    assert [found.result for found in [store.get(command)] if found] == [DONE]


def test_unfinished_commands_come_in_order_of_submission(store: Store) -> None:
    first, second, third = store.submit(), store.submit(), store.submit()
    asyncio.run(store.commands.begin(third.id))
    store.finish(second)
    assert [it.id for it in asyncio.run(store.commands.unfinished())] == [first.id, third.id]


def test_stored_file_has_its_name(store: Store) -> None:
    store.finish(store.submit(), Result({"out_a": OutputFile("f1", "ä b.mp4", 3)}, 1.0))
    names = [asyncio.run(store.commands.file_name(it)) for it in ("f1", "f2")]
    assert names == ["ä b.mp4", None]


# Anything that a document of strings, numbers and booleans may hold.
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
metadata = st.dictionaries(
    texts, texts | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
)
requests = st.builds(
    Request,
    input_files=st.dictionaries(texts, texts),
    output_files=st.dictionaries(texts, texts),
    ffmpeg_command=texts,
    metadata=st.none() | metadata,
    webhook_url=st.none() | texts,
)


@settings(max_examples=50)
@given(request=requests)
def test_request_survives_the_store_whatever_it_holds(request: Request) -> None:
    with fresh_store() as store:
        found = store.get(store.submit(request=request))
    assert found is not None
    assert typed(found.request) == typed(request)


@settings(max_examples=50)
@given(message=texts, filename=texts)
def test_result_survives_the_store_whatever_it_holds(message: str, filename: str) -> None:
    result = Result({"out_a": OutputFile("f1", filename, 1, duration=0.1)}, 0.5, 0.25, "FFMPEG_FAILED", message)
    with fresh_store() as store:
        command = store.submit()
        store.finish(command, result)
        found = store.get(command)
    assert found is not None
    assert found.result == result


@settings(max_examples=50)
@given(url=texts, secret=st.none() | texts)
def test_account_survives_the_store_whatever_it_holds(url: str, secret: str | None) -> None:
    account = AccountWebhook(url, secret, active=False, failures=8, disabled_ms=NOW_MS)
    with fresh_store() as store:
        store.configure(account)
        assert store.account() == account


def typed(request: Request) -> tuple[object, ...]:
    """A request in which 1, 1.0 and True are told apart."""
    kinds = {key: type(value) for key, value in (request.metadata or {}).items()}
    return request, kinds


# What a finished command owes.


def test_finished_command_owes_its_own_url(store: Store) -> None:
    store.finish(store.submit(webhook_url=OWN_URL), first_delay_ms=250)
    found = store.next_due(NOW_MS + 250)
    assert found == Delivery(1, A, WEBHOOK, f"{A}-1", OWN_URL, True, 0, NOW_MS + 250)


def test_finished_command_owes_the_account(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    store.finish(store.submit())
    assert store.next_due(NOW_MS) == Delivery(1, A, WEBHOOK, f"{A}-1", URL, False, 0, NOW_MS)


@pytest.mark.parametrize("webhook_url", [None, OWN_URL])
@pytest.mark.parametrize(
    "account", [None, AccountWebhook(URL, None), AccountWebhook(URL, None, active=False)], ids=repr
)
def test_finished_command_owes_exactly_what_has_somewhere_to_go(
    store: Store, webhook_url: str | None, account: AccountWebhook | None
) -> None:
    if account is not None:
        store.configure(account)
    store.finish(store.submit(webhook_url=webhook_url))
    owes = webhook_url is not None or (account is not None and account.active)
    assert store.states() == ["pending"] * owes


def test_finished_command_prefers_its_own_url(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    store.finish(store.submit(webhook_url=OWN_URL))
    assert [it.url for it in store.entries()] == [OWN_URL]


def test_finished_command_does_not_owe_another_workspaces_account(store: Store) -> None:
    store.configure(AccountWebhook(URL, None), workspace=B)
    store.finish(store.submit(A))
    assert (store.states(A), store.states(B)) == ([], [])


def test_finishing_twice_owes_once(store: Store) -> None:
    command = store.submit(webhook_url=OWN_URL)
    store.finish(command)
    store.finish(command)
    assert store.states() == ["pending"]


def test_finishing_a_command_that_is_gone_owes_nothing(store: Store) -> None:
    command = store.submit(webhook_url=OWN_URL)
    store.clear()
    store.finish(command)
    assert store.states() == []


def test_finish_tells_whether_the_result_is_kept(store: Store) -> None:
    command, cleared = store.submit(B), store.submit(A)
    store.clear(A)
    finish = [
        asyncio.run(store.commands.finish(it, DONE, webhook=WEBHOOK, first_delay_ms=0, now_ms=NOW_MS))
        for it in (command, command, cleared)
    ]
    assert finish == [True, False, False]


def test_finish_that_fails_leaves_the_command_open(store: Store) -> None:
    store.finish(store.submit(), Result({"out_a": OutputFile("same", "a", 1)}, 1.0))
    command = store.submit(webhook_url=OWN_URL)
    with pytest.raises(Exception, match="UNIQUE"):
        store.finish(command, Result({"out_a": OutputFile("same", "b", 1)}, 1.0))
    assert ([it.id for it in asyncio.run(store.commands.unfinished())], store.states()) == ([command.id], [])


# The due table.


def test_next_due_is_the_earliest_then_the_oldest(store: Store) -> None:
    first, second, third = (store.owe(webhook_url=OWN_URL) for _ in range(3))
    store.conclude(first, REFUSED, Retry(NOW_MS + 10))
    store.conclude(third, REFUSED, Retry(NOW_MS + 10))
    order: list[int] = []
    for _ in range(3):
        found = store.next_due(NOW_MS + 10, *order)
        order += [found.id] if found else []
    assert order == [second.id, first.id, third.id]


def test_next_due_waits_for_its_moment(store: Store) -> None:
    delivery = store.owe(webhook_url=OWN_URL)
    store.conclude(delivery, REFUSED, Retry(NOW_MS + 5_000))
    found = [store.next_due(NOW_MS + it) for it in (4_999, 5_000)]
    assert [it and it.attempts for it in found] == [None, 1]


def test_next_due_ms_leaves_out_what_is_besides(store: Store) -> None:
    first, second = store.owe(webhook_url=OWN_URL), store.owe(webhook_url=OWN_URL)
    store.conclude(second, REFUSED, Retry(NOW_MS + 5_000))
    moments = [store.next_due_ms(), store.next_due_ms(first.id), store.next_due_ms(first.id, second.id)]
    assert moments == [NOW_MS, NOW_MS + 5_000, None]


def test_next_due_is_blind_to_other_workspaces(store: Store) -> None:
    store.owe(webhook_url=OWN_URL, workspace=B)
    assert (store.next_due(NOW_MS), store.next_due_ms()) == (None, None)


def test_dropped_delivery_is_due_no_more(store: Store) -> None:
    delivery = store.owe(webhook_url=OWN_URL)
    asyncio.run(store.deliveries.drop(delivery.id))
    assert (store.states(), store.next_due_ms()) == (["dropped"], None)


def test_delivered_delivery_cannot_be_dropped(store: Store) -> None:
    delivery = store.owe(webhook_url=OWN_URL)
    store.conclude(delivery, Answer(200), Delivered())
    asyncio.run(store.deliveries.drop(delivery.id))
    assert store.states() == ["delivered"]


@pytest.mark.parametrize(
    ("outcome", "follows", "state"),
    [
        (Answer(204), Delivered(), "delivered"),
        (REFUSED, Exhausted(), "exhausted"),
        (Silence("refused"), Retry(NOW_MS + 5), "pending"),
    ],
)
def test_attempt_leaves_the_delivery_as_it_follows(
    store: Store, outcome: Outcome, follows: Succession, state: str
) -> None:
    store.conclude(store.owe(webhook_url=OWN_URL), outcome, follows)
    assert store.states() == [state]


def test_entries_tell_every_attempt(store: Store) -> None:
    delivery = store.owe(webhook_url=OWN_URL)
    store.conclude(delivery, Silence("refused"), Retry(NOW_MS + 5_000), number=1)
    store.conclude(delivery, Answer(503), Retry(NOW_MS + 9_000), number=2)
    attempts = (
        AttemptEntry(1, OWN_URL, NOW_MS + 1, NOW_MS + 2, None, "refused"),
        AttemptEntry(2, OWN_URL, NOW_MS + 2, NOW_MS + 3, 503, None),
    )
    assert store.entries() == [
        DeliveryEntry(1, WEBHOOK, delivery.subject, OWN_URL, "pending", NOW_MS, NOW_MS + 9_000, attempts)
    ]


def test_entries_are_the_newest_oldest_first(store: Store) -> None:
    made = [store.owe(webhook_url=OWN_URL).id for _ in range(4)]
    assert [it.id for it in store.entries(limit=2)] == made[-2:]


def test_entries_can_be_of_one_subject(store: Store) -> None:
    _, second = store.owe(webhook_url=OWN_URL), store.owe(webhook_url=OWN_URL)
    assert [it.id for it in store.entries(subject=second.subject)] == [second.id]


def test_entries_are_of_one_workspace(store: Store) -> None:
    store.owe(webhook_url=OWN_URL, workspace=B)
    assert store.entries(A) == []


# The account.


def failing(store: Store, times: int, **kind: str) -> None:
    for _ in range(times):
        store.conclude(store.owe(**kind), REFUSED, Retry(NOW_MS + 5_000))


def test_account_is_none_before_it_is_configured(store: Store) -> None:
    assert store.account() is None


def test_account_is_replaced_as_a_whole(store: Store) -> None:
    store.configure(AccountWebhook(URL, "secret", active=False, failures=8, disabled_ms=NOW_MS))
    store.configure(AccountWebhook(OWN_URL, None))
    assert store.account() == AccountWebhook(OWN_URL, None)


def test_account_counts_failures_over_all_deliveries(store: Store) -> None:
    store.configure(AccountWebhook(URL, "secret"))
    failing(store, THRESHOLD - 1)
    assert store.account() == AccountWebhook(URL, "secret", failures=THRESHOLD - 1)


def test_account_is_disabled_at_the_threshold(store: Store) -> None:
    store.configure(AccountWebhook(URL, "secret"))
    failing(store, THRESHOLD)
    assert store.account() == AccountWebhook(URL, "secret", active=False, failures=THRESHOLD, disabled_ms=NOW_MS + 2)


def test_account_counts_anew_after_a_success(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    failing(store, THRESHOLD - 1)
    store.conclude(store.owe(), Answer(200), Delivered())
    failing(store, 1)
    assert store.account() == AccountWebhook(URL, None, failures=1)


def test_account_counts_the_attempt_that_exhausts(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    store.conclude(store.owe(), REFUSED, Exhausted())
    assert store.account() == AccountWebhook(URL, None, failures=1)


@pytest.mark.parametrize(("outcome", "follows"), [(REFUSED, Exhausted()), (Answer(200), Delivered())])
def test_account_does_not_count_deliveries_to_own_urls(store: Store, outcome: Outcome, follows: Succession) -> None:
    store.configure(AccountWebhook(URL, None, failures=3))
    store.conclude(store.owe(webhook_url=OWN_URL), outcome, follows)
    assert store.account() == AccountWebhook(URL, None, failures=3)


def test_disabling_drops_what_is_pending_for_the_account(store: Store) -> None:
    store.configure(AccountWebhook(URL, None, failures=THRESHOLD - 2))
    store.owe()
    failing(store, 2)
    assert store.states() == ["dropped", "dropped", "dropped"]


def test_disabling_spares_own_urls_and_what_is_over(store: Store) -> None:
    store.configure(AccountWebhook(URL, None, failures=THRESHOLD - 1))
    store.conclude(store.owe(webhook_url=OWN_URL), REFUSED, Exhausted())
    store.owe(webhook_url=OWN_URL)
    failing(store, 1)
    assert store.states() == ["exhausted", "pending", "dropped"]


def test_disabling_spares_other_workspaces(store: Store) -> None:
    store.configure(AccountWebhook(URL, None), workspace=B)
    store.owe(workspace=B)
    store.configure(AccountWebhook(URL, None, failures=THRESHOLD - 1))
    failing(store, 1)
    assert store.states(B) == ["pending"]


def test_deactivating_drops_what_is_pending_for_the_account(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    store.owe()
    store.owe(webhook_url=OWN_URL)
    store.configure(AccountWebhook(URL, None).deactivated())
    assert store.states() == ["dropped", "pending"]


def test_reconfiguring_keeps_what_is_pending(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    store.owe()
    store.configure(AccountWebhook(OWN_URL, "new"))
    assert store.states() == ["pending"]


def test_dropped_delivery_stays_dropped_when_its_attempt_fails(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    under_way = store.owe()
    store.configure(AccountWebhook(URL, None).deactivated())
    store.conclude(under_way, REFUSED, Retry(NOW_MS + 5_000))
    assert (store.states(), store.next_due_ms()) == (["dropped"], None)


def test_dropped_delivery_is_delivered_when_its_attempt_arrives(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    under_way = store.owe()
    store.configure(AccountWebhook(URL, None).deactivated())
    store.conclude(under_way, Answer(200), Delivered())
    assert store.states() == ["delivered"]


def test_conclusion_without_an_account_is_kept(store: Store) -> None:
    delivery = store.owe(webhook_url=OWN_URL)
    store.conclude(delivery, REFUSED, Retry(NOW_MS + 5))
    assert [len(it.attempts) for it in store.entries()] == [1]


# Workspaces.


def test_workspace_begins_where_it_is_told(store: Store) -> None:
    assert asyncio.run(store.workspaces.open("new", api="renderio", clock_ms=42)) == 42


def test_workspace_keeps_its_clock(store: Store) -> None:
    asyncio.run(store.workspaces.keep_clock(A, NOW_MS + 99))
    assert (store.clock_ms(A), store.clock_ms(B)) == (NOW_MS + 99, NOW_MS)


def test_workspace_clock_is_not_before_its_last_attempt(store: Store) -> None:
    delivery = store.owe(webhook_url=OWN_URL)
    store.conclude(delivery, REFUSED, Retry(NOW_MS + 5_000), number=70)
    assert (store.clock_ms(A), store.clock_ms(B)) == (NOW_MS + 71, NOW_MS)


def test_workspace_clock_is_not_before_its_last_delivery(store: Store) -> None:
    asyncio.run(store.workspaces.keep_clock(A, NOW_MS - 99))
    store.owe(webhook_url=OWN_URL)
    assert store.clock_ms(A) == NOW_MS


def test_workspace_clock_is_not_before_its_last_submission(store: Store) -> None:
    asyncio.run(store.workspaces.keep_clock(A, NOW_MS - 99))
    store.submit()
    assert (store.clock_ms(A), store.clock_ms(B)) == (NOW_MS, NOW_MS)


def test_workspace_clock_is_that_of_the_clear_though_attempts_were_later(store: Store) -> None:
    store.conclude(store.owe(webhook_url=OWN_URL), REFUSED, Retry(NOW_MS + 5_000), number=70)
    store.clear()
    assert store.clock_ms(A) == NOW_MS + 7


def test_workspace_has_work_while_a_command_is_open(store: Store) -> None:
    command = store.submit(B)
    before = store.with_work()
    store.finish(command)
    assert (before, store.with_work()) == ([(B, "renderio")], [])


def test_workspace_has_work_while_a_delivery_is_pending(store: Store) -> None:
    delivery = store.owe(webhook_url=OWN_URL)
    before = store.with_work()
    store.conclude(delivery, Answer(200), Delivered())
    assert (before, store.with_work()) == ([(A, "renderio")], [])


def test_clear_removes_everything_of_the_workspace(store: Store) -> None:
    store.configure(AccountWebhook(URL, None))
    command = store.submit()
    store.finish(command, Result({"out_a": OutputFile("f1", "a", 1)}, 1.0))
    failing(store, 1)
    store.clear()
    left = (store.account(), store.get(command), store.entries(), asyncio.run(store.commands.file_name("f1")))
    assert left == (None, None, [], None)


def test_clear_names_the_files_of_the_workspace(store: Store) -> None:
    for workspace, file in ((A, "f1"), (A, "f2"), (B, "f3")):
        store.finish(store.submit(workspace), Result({"out_a": OutputFile(file, "a", 1)}, 1.0))
    assert sorted(store.clear(A)) == ["f1", "f2"]


def test_clear_starts_clock_and_numbers_anew(store: Store) -> None:
    store.submit()
    store.clear()
    assert (store.clock_ms(A), store.submit().id) == (NOW_MS + 7, f"{A}-1")


def test_clear_spares_other_workspaces(store: Store) -> None:
    store.configure(AccountWebhook(URL, None), workspace=B)
    delivery = store.owe(workspace=B)
    store.conclude(delivery, REFUSED, Retry(NOW_MS + 5))
    before = (store.account(B), store.entries(B), store.clock_ms(B))
    store.clear(A)
    assert (store.account(B), store.entries(B), store.clock_ms(B)) == before


def test_store_survives_being_opened_again(tmp_path: Path) -> None:
    first = Database(tmp_path)
    store = store_in(first)
    store.configure(AccountWebhook(URL, "secret", failures=2))
    delivery = store.owe()
    told = (store.account(), store.entries(), store.next_due(NOW_MS))
    first.close()
    second = Database(tmp_path)
    again = store_in(second)
    found = (again.account(), again.entries(), again.next_due(NOW_MS))
    second.close()
    assert (found, delivery.id) == (told, 1)
