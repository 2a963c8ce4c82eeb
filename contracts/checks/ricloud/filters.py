"""LST: the list of configs by their states, with and without a filter; filters that do not exist."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.check import check
from contracts.checks.ricloud.account import DECIDED, Account
from contracts.checks.ricloud.calls import is_refusal
from contracts.checks.ricloud.holding import held_creation
from contracts.checks.ricloud.lists import CONFIGS, Item, Page, ask, ids_of, page, whole
from contracts.client import Response
from contracts.trial import Trial

STATES = ("new", "valid", "invalid", "deactivated")
DEACTIVATED = "deactivated"
BY_STATE: Mapping[str, str] = {state: "RCL-LST-003" if state == DEACTIVATED else "RCL-LST-004" for state in STATES}
"""The requirement on the list that is filtered by a state."""

MOST_NAMED = 5

States = Mapping[str, str | None]
"""The state of each config by its id as text; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Selection:
    """How a list differs from what its filter leaves: ids that are missing, that do not belong, that come again."""

    missing: Sequence[str]
    foreign: Sequence[str]
    repeated: Sequence[str]

    @property
    def is_right(self) -> bool:
        """Whether it does not differ."""
        return not (self.missing or self.foreign or self.repeated)

    def __str__(self) -> str:
        parts = {"missing": self.missing, "not belonging there": self.foreign, "more than once": self.repeated}
        return "; ".join(f"{name}: {', '.join(ids[:MOST_NAMED])}" for name, ids in parts.items() if ids)


def selection(items: Sequence[Item], states: States, belongs: Callable[[str], bool]) -> Selection:
    """Hold a list against the states of configs that are known; of all others, the state that it shows itself counts.

    `belongs` says which states the filter leaves.
    """
    listed = ids_of(items)
    shown = {str(item.get("id")): item.get("state") for item in items}
    told = {identifier: states.get(identifier, state) for identifier, state in shown.items()}
    return Selection(
        missing=[
            known for known, state in states.items() if state is not None and belongs(state) and known not in shown
        ],
        foreign=[listed for listed, state in told.items() if isinstance(state, str) and not belongs(state)],
        repeated=[identifier for identifier, count in Counter(listed).items() if count > 1],
    )


@check("RCL-LST-001", "RCL-LST-002", "RCL-LST-003", "RCL-LST-004")
def configs_are_listed_by_their_states(trial: Trial) -> None:
    """The list shows every config but those that are deactivated; by a state, those in it and no others."""
    with Account(trial) as account:
        world = World(account)
        with held_creation(account, trial.inbox("held")) as held:
            world.ids.append(held.config_id())  # which is new as long as its test event is held
            _judge_usual(trial, world)
            for wanted in STATES:
                _judge_state(trial, world, wanted)


def _judge_usual(trial: Trial, world: "World") -> None:
    listed, states = world.around(lambda: whole(world.account, CONFIGS, stands_on="RCL-LST-001"))
    usual = selection(listed, states, lambda state: state != DEACTIVATED)
    because = f"the list was to show every config that is not deactivated once; {usual}"
    trial.expect("RCL-LST-001", not (usual.missing or usual.repeated), because)
    because = f"the list was to show no deactivated config; {usual}"
    trial.expect("RCL-LST-002", not usual.foreign, because)


def _judge_state(trial: Trial, world: "World", wanted: str) -> None:
    query = [("state", wanted)]
    requirement = BY_STATE[wanted]
    response, _ = ask(world.account, CONFIGS, query)
    because = f"the list of configs with state={wanted} was to be answered 200, and was answered {response}"
    if not trial.expect(requirement, not is_refusal(response), because, evidence=[response.evidence]):
        return
    listed, states = world.around(lambda: whole(world.account, CONFIGS, query, stands_on=requirement))
    found = selection(listed, states, lambda state: state == wanted)
    because = f"with state={wanted} the list was to show the configs in that state and no others; {found}"
    trial.expect(requirement, found.is_right, because)


class World:
    """Configs in all the states that are the ends of something."""

    def __init__(self, account: Account) -> None:
        self.account = account
        working, broken = account.trial.inbox("working").url, account.trial.receiver.refused_url
        self.ids = [self._decided(url) for url in (working, broken, working, broken, working)]
        self._deactivated = set(map(str, self.ids[-2:]))
        for identifier in self.ids[-2:]:
            account.deactivate(identifier)

    def around(self, read: Callable[[], Sequence[Item]]) -> tuple[Sequence[Item], States]:
        """What is read, and the states that were the same before and after it."""
        before = self._states()
        items = read()
        after = self._states()
        return items, {
            identifier: state if after[identifier] == state else None for identifier, state in before.items()
        }

    def _decided(self, url: str) -> Any:
        account = self.account
        identifier = account.create(url)["id"]
        account.eventually(lambda: account.retrieve(identifier), lambda config: config.get("state") in DECIDED)
        return identifier

    def _states(self) -> States:
        return {str(identifier): self._state(identifier) for identifier in self.ids}

    def _state(self, identifier: Any) -> str | None:
        """As it is shown; that a deactivated config is shown at all is for RCL-CFG-019 to say."""
        response = self.account.send("retrieveWebhookConfig", parameters={"webhookConfigId": identifier})
        state = response.object().get("state")
        if is_refusal(response) and str(identifier) in self._deactivated:
            return DEACTIVATED
        return state if isinstance(state, str) and state in STATES else None


@check("RCL-LST-009", "RCL-LST-010")
def filters_that_do_not_exist(trial: Trial) -> None:
    """How a list is answered by a state, a moment, an operator and a parameter that do not exist."""
    with Account(trial) as account:
        account.create(trial.inbox().url)
        plain = page(account, CONFIGS, stands_on="RCL-LST-001")
        probes = [
            ("state", "proofreel"),
            ("date_created", "proofreel"),
            ("date_created[proofreel]", "2020-01-01T00:00:00Z"),
        ]
        outcomes = {outcome(*ask(account, CONFIGS, [probe]), plain) for probe in probes}
        readings = {"refused": "a", "empty": "b", "ignored": "c"}
        if len(outcomes) > 1:
            trial.saw("RCL-LST-009", "d", f"they were {' and '.join(sorted(outcomes))}")
        elif outcomes & set(readings):
            trial.saw("RCL-LST-009", readings[next(iter(outcomes))])
        unknown = outcome(*ask(account, CONFIGS, [("proofreel", "1")]), plain)
        if unknown in {"ignored", "refused"}:
            trial.saw("RCL-LST-010", "a" if unknown == "ignored" else "b")


def outcome(response: Response, found: Page | None, plain: Page) -> str:
    """What became of a filter: `refused`, `empty`, `ignored` where the list is the plain one, or `other`."""
    if is_refusal(response):
        return "refused"
    if found is None:
        return "other"
    if set(found.ids) == set(plain.ids):
        return "ignored"
    return "other" if found.items else "empty"
