"""What the store keeps of ricloud: configs, tasks, events and organisations, on a real SQLite file."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.ricloud.config import ConfigRules, WebhookConfig
from mockserver.ricloud.errors import NothingThere
from mockserver.ricloud.event import Event
from mockserver.ricloud.listing import Comparison, Created, Page, Query
from mockserver.ricloud.ports import Debt, Draft, Testing
from mockserver.ricloud.ports import Test as BegunTest
from mockserver.ricloud.task import Failure, Task
from mockserver.store.database import Database
from mockserver.store.deliveries import DeliveryRows
from mockserver.store.ricloud import ConfigRows, EventRows, Numbers, OrganisationRows, RicloudTables, TaskRows
from mockserver.store.workspaces import WorkspaceRows
from mockserver.webhooks.delivery import Answer, Attempt, Delivered, Delivery, Exhausted, Retry, Succession
from mockserver.webhooks.log import DeliveryEntry

A, B = "workspace-a", "workspace-b"
NOW_MS = 1_767_225_600_000
URL = "http://127.0.0.1:9/hook"
REFUSED = Failure("receiver-refused", "The receiver answered 500.")
Ending = Literal["delivered", "failed"]


@dataclass(frozen=True)
class Store:
    """Every table of one database, with two workspaces."""

    configs: ConfigRows
    tasks: TaskRows
    events: EventRows
    organisations: OrganisationRows
    numbers: Numbers
    deliveries: DeliveryRows
    workspaces: WorkspaceRows

    def test_of(self, workspace: str = A, *, now_ms: int = NOW_MS) -> Testing:
        """A test with ids by the workspace's running number."""
        number = asyncio.run(self.numbers.next_number(workspace))

        def testing(config: WebhookConfig) -> BegunTest:
            task = Task(f"{workspace}-{number}", workspace, "webhook_config.test", config.id, "pending", None, now_ms)
            event = Event(
                *(f"{workspace}-{number + 1}", workspace, "webhook_config", "test", {"id": config.id}),
                *(config.id, task.id, "pending", 0, now_ms),
            )
            return BegunTest(task, event, "webhookConfigTest", 250)

        return testing

    def create(self, workspace: str = A, *, now_ms: int = NOW_MS, url: str = URL) -> WebhookConfig:
        draft = Draft(workspace, url, "whsec", now_ms)
        return asyncio.run(self.configs.add(draft, self.test_of(workspace, now_ms=now_ms)))

    def config(self, config: WebhookConfig, workspace: str = A) -> WebhookConfig | None:
        return asyncio.run(self.configs.get(workspace, config.id))

    def save(self, config: WebhookConfig, testing: Testing | None = None) -> WebhookConfig:
        return asyncio.run(self.configs.save(config, testing))

    def task(self, task: str | None, workspace: str = A) -> Task:
        assert task is not None
        found = asyncio.run(self.tasks.get(workspace, task))
        assert found is not None
        return found

    def event_of(self, config: WebhookConfig) -> Event:
        """The event of the config's newest test."""
        return next(event for event in self.list_events().items if event.task == config.test)

    def event(self, event: str, workspace: str = A) -> Event | None:
        return asyncio.run(self.events.get(workspace, event))

    def list_configs(self, query: Query | None = None, workspace: str = A) -> Page[WebhookConfig]:
        return asyncio.run(self.configs.page(workspace, query or Query(equal={}, limit=1000)))

    def list_events(self, query: Query | None = None, workspace: str = A) -> Page[Event]:
        return asyncio.run(self.events.page(workspace, query or Query(equal={}, limit=1000)))

    def list_tasks(self, query: Query | None = None, workspace: str = A) -> Page[Task]:
        return asyncio.run(self.tasks.page(workspace, query or Query(equal={}, limit=1000)))

    def happen(self, *, config: WebhookConfig | None, owed: bool = True, workspace: str = A) -> Event:
        number = asyncio.run(self.numbers.next_number(workspace))
        event = Event(
            *(f"{workspace}-{number}", workspace, "poll", "completed", {"resource": "poll", "text": "żółć \U0001f600"}),
            *(None if config is None else config.id, None, "pending" if owed else "failed", 0, NOW_MS),
        )
        asyncio.run(self.events.add(event, Debt("event", URL, NOW_MS) if owed else None))
        return event

    def due(self, event: Event) -> Delivery:
        """The delivery that an event owes."""
        owed = [entry for entry in self.entries(event.workspace) if entry.subject == event.id]
        [entry] = owed
        attempts = len(entry.attempts)
        return Delivery(entry.id, event.workspace, "event", event.id, entry.url, False, attempts, entry.due_ms)

    def entries(self, workspace: str = A) -> list[DeliveryEntry]:
        return asyncio.run(self.deliveries.entries(workspace, subject=None, limit=1000))

    def conclude(self, event: Event, follows: Succession, *, number: int = 1, finished_ms: int = NOW_MS) -> str | None:
        delivery = self.due(event)
        status = 200 if isinstance(follows, Delivered) else 500
        attempt = Attempt(delivery.id, number, URL, NOW_MS, finished_ms, Answer(status))
        failure = REFUSED if isinstance(follows, Exhausted) else None
        return asyncio.run(self.events.conclude(delivery, attempt, follows, failure=failure))

    def end_test(self, config: WebhookConfig, *, succeeded: bool, finished_ms: int = NOW_MS + 7) -> str | None:
        return self.conclude(self.event_of(config), Delivered() if succeeded else Exhausted(), finished_ms=finished_ms)

    def clear(self, workspace: str = A) -> list[str]:
        return asyncio.run(self.workspaces.clear(workspace, clock_ms=NOW_MS))


def store_in(database: Database) -> Store:
    made = Store(
        ConfigRows(database),
        TaskRows(database),
        EventRows(database, ConfigRules()),
        OrganisationRows(database),
        Numbers(database),
        DeliveryRows(database),
        WorkspaceRows(database, [RicloudTables()]),
    )
    for workspace in (A, B):
        asyncio.run(made.workspaces.open(workspace, api="ricloud", clock_ms=NOW_MS))
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


# Configs and their tests.


def test_config_is_new_when_added(store: Store) -> None:
    config = store.create()
    assert config == WebhookConfig(config.id, A, URL, "whsec", "new", config.test, NOW_MS)
    assert store.config(config) == config


def test_config_comes_with_its_test_and_what_that_owes(store: Store) -> None:
    config = store.create()
    task, event = store.task(config.test), store.event_of(config)
    delivery = store.due(event)
    assert (task.config, task.state, event.state, event.config) == (config.id, "pending", "pending", config.id)
    assert (event.data, delivery.url, delivery.due_ms) == ({"id": config.id}, URL, NOW_MS + 250)


def test_config_that_cannot_be_tested_is_not_stored(store: Store) -> None:
    def broken(_: WebhookConfig) -> BegunTest:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        asyncio.run(store.configs.add(Draft(A, URL, "whsec", NOW_MS), broken))
    assert (store.list_configs().total, store.list_tasks().total, store.entries()) == (0, 0, [])


def test_config_of_another_workspace_is_unknown(store: Store) -> None:
    assert store.config(store.create(A), workspace=B) is None


def test_config_of_another_workspace_is_not_replaced(store: Store) -> None:
    config = store.create(A)
    store.save(replace(config, workspace=B, url="http://other/"))
    assert store.config(config) == config


def test_saved_config_is_the_one_that_is_found(store: Store) -> None:
    changed = replace(store.create(), url="http://other/", state="deactivated")
    assert (store.save(changed), store.config(changed)) == (changed, changed)


def test_saved_config_points_to_the_test_that_begins(store: Store) -> None:
    config = store.create()
    saved = store.save(config, store.test_of())
    assert (saved.test != config.test, store.task(saved.test).state) == (True, "pending")


def test_id_of_a_config_is_never_used_again(store: Store) -> None:
    first = store.create()
    store.clear()
    assert store.create().id > first.id


@pytest.mark.requirement("RCL-TST-004", "RCL-TST-006", "RCL-TSK-003", "RCL-TSK-004", "RCL-TSK-007")
@pytest.mark.parametrize(
    ("succeeded", "config_state", "task_state", "event_state"),
    [(True, "valid", "succeeded", "delivered"), (False, "invalid", "failed", "failed")],
)
def test_end_of_a_test_moves_config_task_and_event_together(
    store: Store,
    succeeded: bool,  # noqa: FBT001 - a table's column
    config_state: str,
    task_state: str,
    event_state: str,
) -> None:
    config = store.create()
    ended = store.end_test(config, succeeded=succeeded)
    moved, task, event = store.config(config), store.task(config.test), store.event_of(config)
    assert moved is not None
    assert (ended, moved.state, task.state, event.state) == (config.test, config_state, task_state, event_state)
    assert (task.failure, task.completed_ms) == (None if succeeded else REFUSED, NOW_MS + 7)
    assert event.delivered_ms == (NOW_MS + 7 if succeeded else None)


@pytest.mark.requirement("RCL-TST-022", "RCL-TST-023")
@pytest.mark.parametrize("state", ["new", "deactivated"])
def test_end_of_a_test_that_was_overtaken_leaves_the_config(store: Store, state: Literal["new", "deactivated"]) -> None:
    config = store.create()
    now = store.save(replace(config, state=state), store.test_of())
    store.end_test(config, succeeded=True)
    assert (store.config(config), store.task(config.test).state) == (now, "succeeded")


def test_task_that_has_begun_is_in_work(store: Store) -> None:
    config = store.create()
    asyncio.run(store.tasks.begin(str(config.test), now_ms=NOW_MS + 3))
    asyncio.run(store.tasks.begin(str(config.test), now_ms=NOW_MS + 9))
    assert (store.task(config.test).state, store.task(config.test).started_ms) == ("processing", NOW_MS + 3)


@pytest.mark.requirement("RCL-TSK-006")
def test_task_that_is_over_does_not_begin_again(store: Store) -> None:
    config = store.create()
    store.end_test(config, succeeded=True)
    asyncio.run(store.tasks.begin(str(config.test), now_ms=NOW_MS + 9))
    assert store.task(config.test).state == "succeeded"


@pytest.mark.parametrize("succeeded", [True, False])
def test_workspace_has_a_valid_config_when_one_is(store: Store, succeeded: bool) -> None:  # noqa: FBT001 - a table's column
    store.end_test(store.create(), succeeded=succeeded)
    found = [asyncio.run(store.configs.has_valid(workspace)) for workspace in (A, B)]
    assert found == [succeeded, False]


# Events.


def test_event_is_found_as_it_was_added(store: Store) -> None:
    event = store.happen(config=store.create())
    assert (store.event(event.id), store.event(event.id, workspace=B)) == (event, None)


def test_event_that_owes_nothing_is_not_due(store: Store) -> None:
    event = store.happen(config=None, owed=False)
    assert (store.event(event.id), store.entries()) == (event, [])


@pytest.mark.requirement("RCL-EVT-011", "RCL-EVT-012", "RCL-EVT-013", "RCL-EVT-017")
@pytest.mark.parametrize(
    ("follows", "state", "delivered_ms"),
    [(Retry(NOW_MS + 300_000), "pending", None), (Delivered(), "delivered", NOW_MS), (Exhausted(), "failed", None)],
)
def test_attempt_moves_its_event(store: Store, follows: Succession, state: str, delivered_ms: int | None) -> None:
    event = store.happen(config=store.create())
    ended = store.conclude(event, follows, number=3)
    moved = store.event(event.id)
    assert moved == replace(event, state=state, retries=2, delivered_ms=delivered_ms)  # type: ignore[arg-type]
    assert ended is None


@pytest.mark.requirement("RCL-EVT-023")
def test_event_that_fails_leaves_its_config(store: Store) -> None:
    config = store.create()
    store.end_test(config, succeeded=True)
    store.conclude(store.happen(config=config), Exhausted())
    assert [found.state for found in store.list_configs().items] == ["valid"]


@pytest.mark.requirement("RCL-EVT-020")
def test_event_that_is_given_up_has_failed_with_its_task(store: Store) -> None:
    config = store.create()
    asyncio.run(store.events.give_up(store.event_of(config), REFUSED, now_ms=NOW_MS + 5))
    task = store.task(config.test)
    assert (store.event_of(config).state, task.state, task.failure) == ("failed", "failed", REFUSED)


def test_event_that_is_owed_again_is_pending(store: Store) -> None:
    config = store.create()
    event = store.happen(config=None, owed=False)
    asyncio.run(store.events.owe(replace(event, config=config.id), Debt("event", URL, NOW_MS + 1)))
    assert store.event(event.id) == replace(event, config=config.id, state="pending")
    assert store.due(event).due_ms == NOW_MS + 1


# Organisations and numbers.


def test_organisation_is_made_once(store: Store) -> None:
    first = asyncio.run(store.organisations.of(A, now_ms=NOW_MS))
    again = asyncio.run(store.organisations.of(A, now_ms=NOW_MS + 1))
    other = asyncio.run(store.organisations.of(B, now_ms=NOW_MS))
    assert (first, first.name, first.created_ms) == (again, f"Organisation {first.id}", NOW_MS)
    assert other.id != first.id


def test_saved_organisation_is_the_one_that_is_found(store: Store) -> None:
    first = asyncio.run(store.organisations.of(A, now_ms=NOW_MS))
    other = asyncio.run(store.organisations.of(B, now_ms=NOW_MS))
    changed = replace(first, name="Ours", default_config=3, key_config=4)
    asyncio.run(store.organisations.save(changed))
    found = [asyncio.run(store.organisations.of(workspace, now_ms=0)) for workspace in (A, B)]
    assert found == [changed, other]


@settings(deadline=None, max_examples=20)
@given(st.lists(st.sampled_from(["create", "event", "other workspace"]), max_size=8))
def test_numbers_are_free_with_the_one_after(steps: list[str]) -> None:
    with fresh_store() as store:
        for step in steps:
            match step:
                case "create":
                    store.create()
                case "event":
                    store.happen(config=None, owed=False)
                case _:
                    store.create(B)
        number = asyncio.run(store.numbers.next_number(A))
        used = {task.id for task in store.list_tasks().items} | {event.id for event in store.list_events().items}
        assert used == {f"{A}-{before}" for before in range(1, number)}


# Where a virtual clock goes on that was a real one before.


def clocks(store: Store) -> list[int]:
    return [asyncio.run(store.workspaces.open(workspace, api="ricloud", clock_ms=-1)) for workspace in (A, B)]


def test_clock_is_not_before_an_event_that_was_not_sent(store: Store) -> None:
    event = replace(store.happen(config=None, owed=False), id="later", created_ms=NOW_MS + 2_000)
    asyncio.run(store.events.add(event, None))
    assert clocks(store) == [NOW_MS + 2_000, NOW_MS]


def test_clock_is_not_before_the_organisation(store: Store) -> None:
    asyncio.run(store.organisations.of(A, now_ms=NOW_MS + 3))
    assert clocks(store) == [NOW_MS + 3, NOW_MS]


def test_clock_is_not_before_the_end_of_a_task_that_sent_nothing(store: Store) -> None:
    config = store.create()
    asyncio.run(store.events.give_up(store.event_of(config), REFUSED, now_ms=NOW_MS + 5))
    assert clocks(store) == [NOW_MS + 5, NOW_MS]


# Clearing.


def test_cleared_workspace_is_empty_and_others_are_not(store: Store) -> None:
    for workspace in (A, B):
        store.create(workspace)
        asyncio.run(store.organisations.of(workspace, now_ms=NOW_MS))
    assert store.clear(A) == []
    left = [[it.total for it in (store.list_configs(None, w), store.list_tasks(None, w), store.list_events(None, w))]
            for w in (A, B)]  # fmt: skip
    assert (left, len(store.entries(A)), len(store.entries(B))) == ([[0, 0, 0], [1, 1, 1]], 0, 1)
    assert asyncio.run(store.organisations.of(A, now_ms=NOW_MS + 5)).created_ms == NOW_MS + 5


# Lists, held against plain Python over the same rows.

STATES = ["new", "valid", "invalid", "deactivated"]
moments = st.integers(0, 6)
bounds = st.builds(
    Created,
    st.sampled_from(["=", ">", ">=", "<", "<="]),
    # between the moments of rows, and beside them by a microsecond
    st.builds(lambda ms, us: (NOW_MS + ms) * 1000 + us, moments, st.integers(-1, 1)),
)
queries = st.builds(
    Query,
    equal=st.dictionaries(st.just("state"), st.sampled_from(STATES), max_size=1),
    created=st.lists(bounds, max_size=2).map(tuple),
    hidden=st.sets(st.sampled_from(STATES), max_size=2).map(frozenset),
    limit=st.integers(1, 5),
)
rows = st.lists(st.tuples(st.sampled_from([A, A, B]), st.sampled_from(STATES), moments), max_size=10)
Row = tuple[str, Literal["new", "valid", "invalid", "deactivated"], int]


def filled(store: Store, made_up: list[Row]) -> list[WebhookConfig]:
    """Store these; those of workspace A as they are then, newest first."""
    for workspace, state, moment in sorted(made_up, key=lambda row: row[2]):
        store.save(replace(store.create(workspace, now_ms=NOW_MS + moment), state=state))
    return sorted(store.list_configs().items, key=lambda config: -config.id)


def holds(comparison: Comparison, moment_us: int, bound_us: int) -> bool:
    outcomes = {"=": moment_us == bound_us, ">": moment_us > bound_us, "<": moment_us < bound_us}
    return outcomes.get(comparison, outcomes["="] or outcomes[comparison[0]])


def is_left(config: WebhookConfig, query: Query) -> bool:
    return (
        query.equal.get("state", config.state) == config.state
        and config.state not in query.hidden
        and all(holds(bound.comparison, config.created_ms * 1000, bound.moment_us) for bound in query.created)
    )


def walk(store: Store, query: Query) -> list[Page[WebhookConfig]]:
    """The pages from the first to the one that has no more."""
    pages = [store.list_configs(query)]
    while pages[-1].has_more:
        pages.append(store.list_configs(replace(query, after=str(pages[-1].items[-1].id))))
    return pages


@pytest.mark.requirement("RCL-LST-005", "RCL-LST-006", "RCL-LST-007", "RCL-LST-019")
@settings(deadline=None, max_examples=80)
@given(rows, queries)
def test_walk_of_a_filtered_list_is_the_filtered_whole(made_up: list[Row], query: Query) -> None:
    with fresh_store() as store:
        expected = [config for config in filled(store, made_up) if is_left(config, query)]
        pages = walk(store, query)
        assert [config for page in pages for config in page.items] == expected
        assert {page.total for page in pages} == {len(expected)}
        assert [len(page.items) for page in pages[:-1]] == [query.limit] * (len(pages) - 1)


@pytest.mark.requirement("RCL-LST-016", "RCL-LST-017", "RCL-LST-018")
@settings(deadline=None, max_examples=60)
@given(rows, queries, st.data())
def test_page_lies_between_its_cursors(made_up: list[Row], query: Query, data: st.DataObject) -> None:
    with fresh_store() as store:
        everything = filled(store, made_up)
        cursors = st.none() | st.sampled_from(everything) if everything else st.none()
        after, before = data.draw(cursors), data.draw(cursors)
        asked = replace(
            query, after=None if after is None else str(after.id), before=None if before is None else str(before.id)
        )
        between = [
            config
            for config in everything
            if is_left(config, query)
            and (after is None or config.id < after.id)
            and (before is None or config.id > before.id)
        ]
        page = store.list_configs(asked)
        assert (list(page.items), page.has_more) == (between[: query.limit], len(between) > query.limit)


@pytest.mark.requirement("RCL-LST-020", "RCL-ORG-006")
@pytest.mark.parametrize("parameter", ["after", "before"])
def test_cursor_that_is_nothing_of_the_workspace_is_refused(store: Store, parameter: str) -> None:
    theirs = str(store.create(B).id)
    for cursor in (theirs, "0", "", "x", f" {theirs}", "1.0"):
        with pytest.raises(NothingThere) as refused:
            store.list_configs(replace(Query(equal={}), **{parameter: cursor}))  # type: ignore[arg-type]
        assert refused.value.violations[0].location == (f"{parameter}_id",)


def test_id_of_a_config_as_a_cursor_is_written_in_one_way(store: Store) -> None:
    own = store.create().id
    assert store.list_configs(Query(equal={}, after=str(own))).total == 1
    for cursor in (f"0{own}", f"{own}.0", f"+{own}", f"{own} ", f"{own}e0"):
        with pytest.raises(NothingThere):
            store.list_configs(Query(equal={}, after=cursor))


def test_cursors_are_looked_up_by_their_ids(store: Store, database: Database) -> None:
    config = store.create()
    asked: list[str] = []
    database.connection.set_trace_callback(asked.append)
    store.list_configs(Query(equal={}, after=str(config.id)))
    store.list_tasks(Query(equal={}, before=config.test))
    database.connection.set_trace_callback(None)
    looked_up = [statement for statement in asked if "cast(id" in statement]
    plans = [database.connection.execute(f"explain query plan {it}").fetchall() for it in looked_up]
    assert [[("rowid=?" in row["detail"] or "(id=?)" in row["detail"]) for row in plan] for plan in plans] == [
        [True],
        [True],
    ]


def test_tasks_and_events_are_paged_by_their_ids(store: Store) -> None:
    for _ in range(3):
        store.create()
    tasks, events = store.list_tasks().items, store.list_events().items
    after_first = Query(equal={}, after=tasks[0].id, limit=1)
    assert list(store.list_tasks(after_first).items) == [tasks[1]]
    assert list(store.list_events(Query(equal={"action": "test"}, before=events[2].id)).items) == list(events[:2])
    assert store.list_events(Query(equal={"type": "poll"})).total == 0
