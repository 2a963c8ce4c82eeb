import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.catalogue import Level
from contracts.checks.ricloud.life_cycle_model import (
    UNCHANGING,
    Action,
    Divergence,
    Model,
    Seen,
    applies,
    blamed,
    left_alone,
    ways,
)
from contracts.documents import load_api

STATES = ("new", "valid", "invalid", "deactivated")
OUTCOMES = ("valid", "invalid")
SEEN = [Seen(refused, tested, state) for refused in (False, True) for tested in (False, True) for state in STATES]
CASES = [
    (action, before, outcome)
    for action, before, outcome in itertools.product(Action, STATES, OUTCOMES)
    if applies(action, before) and (action is not Action.CREATE or before == "new")
]
CERTAIN = (Action.TEST, Action.NEW_URL)


@dataclass(frozen=True)
class Server:
    """A server that goes one permitted way wherever the documents leave it open."""

    test_of_deactivated: str
    url_of_deactivated: str
    revives: bool
    idle: dict[Action, str]
    tests_when_deactivating: bool

    def does(self, action: Action, before: str, outcome: str) -> Seen:
        if action is Action.WAIT:
            return Seen(refused=False, tested=False, state=before)
        if action is Action.FORBIDDEN:
            return Seen(refused=True, tested=False, state=before)
        if action is Action.DEACTIVATE:
            return Seen(refused=False, tested=self.tests_when_deactivating, state="deactivated")
        if before == "deactivated":
            return self._does_with_a_deactivated(action, outcome)
        if action in UNCHANGING and self.idle[action] != "a":
            return Seen(refused=self.idle[action] == "c", tested=False, state=before)
        return Seen(refused=False, tested=True, state=outcome)

    def _does_with_a_deactivated(self, action: Action, outcome: str) -> Seen:
        refused = Seen(refused=True, tested=False, state="deactivated")
        revived = Seen(refused=False, tested=True, state=outcome)
        tested = Seen(refused=False, tested=True, state="deactivated")
        stored = Seen(refused=False, tested=False, state="deactivated")
        if action is Action.TEST:
            return {"a": refused, "b": revived, "c": tested}[self.test_of_deactivated]
        if action is Action.RENEW:
            return revived if self.revives else refused
        return {"a": stored, "b": revived, "c": tested, "d": refused}[self.url_of_deactivated]


servers = st.builds(
    Server,
    test_of_deactivated=st.sampled_from("abc"),
    url_of_deactivated=st.sampled_from("abcd"),
    revives=st.booleans(),
    idle=st.fixed_dictionaries({action: st.sampled_from("abc") for action in UNCHANGING}),
    tests_when_deactivating=st.booleans(),
)
histories = st.lists(st.tuples(st.sampled_from(list(Action)), st.sampled_from(OUTCOMES)), max_size=30)


@given(servers, histories)
def test_a_server_that_keeps_to_its_readings_never_diverges(server: Server, history: list[tuple[Action, str]]) -> None:
    model, state = Model(), "new"
    for action, outcome in history:
        if (action is Action.CREATE and state != "new") or not applies(action, state):
            continue
        seen = server.does(action, state, outcome)
        model.judge(action, state, outcome, seen)
        state = seen.state


@pytest.mark.parametrize(("action", "before", "outcome"), CASES)
def test_what_no_reading_permits_diverges_by_what_can_be_failed(action: Action, before: str, outcome: str) -> None:
    requirements = load_api("ricloud").requirements
    permitted = 0
    for seen in SEEN:
        if any(way.fits(seen) for way in ways(action, before, outcome)):
            Model().judge(action, before, outcome, seen)
            permitted += 1
            continue
        with pytest.raises(Divergence) as found:
            Model().judge(action, before, outcome, seen)
        assert requirements[found.value.requirement].level is not Level.MAY
        assert found.value.requirement == blamed(action, before, outcome, seen)
    assert 0 < permitted < len(SEEN)


@pytest.mark.parametrize(
    ("action", "before", "outcome", "seen", "requirement"),
    [
        (Action.CREATE, "new", "valid", Seen(refused=False, tested=False, state="new"), "RCL-TST-003"),
        (Action.CREATE, "new", "valid", Seen(refused=False, tested=True, state="invalid"), "RCL-TST-004"),
        (Action.CREATE, "new", "invalid", Seen(refused=False, tested=True, state="valid"), "RCL-TST-006"),
        (Action.TEST, "valid", "valid", Seen(refused=True, tested=False, state="valid"), "RCL-TST-001"),
        (Action.TEST, "valid", "valid", Seen(refused=False, tested=False, state="valid"), "RCL-TST-002"),
        (Action.TEST, "valid", "invalid", Seen(refused=False, tested=True, state="valid"), "RCL-TST-012"),
        (Action.TEST, "invalid", "valid", Seen(refused=False, tested=True, state="invalid"), "RCL-TST-011"),
        (Action.TEST, "invalid", "invalid", Seen(refused=False, tested=True, state="deactivated"), "RCL-STA-005"),
        (Action.NEW_URL, "valid", "valid", Seen(refused=True, tested=False, state="valid"), "RCL-UPD-001"),
        (Action.NEW_URL, "valid", "valid", Seen(refused=False, tested=False, state="valid"), "RCL-UPD-002"),
        (Action.NEW_URL, "valid", "invalid", Seen(refused=False, tested=True, state="valid"), "RCL-UPD-004"),
        (Action.DEACTIVATE, "valid", "valid", Seen(refused=False, tested=False, state="valid"), "RCL-UPD-007"),
        (Action.FORBIDDEN, "new", "valid", Seen(refused=False, tested=False, state="valid"), "RCL-UPD-010"),
        (Action.FORBIDDEN, "valid", "valid", Seen(refused=True, tested=True, state="valid"), "RCL-UPD-015"),
        (Action.SAME_URL, "valid", "invalid", Seen(refused=False, tested=True, state="valid"), "RCL-UPD-004"),
        (Action.RENEW, "deactivated", "valid", Seen(refused=False, tested=True, state="invalid"), "RCL-UPD-009"),
        (Action.WAIT, "invalid", "valid", Seen(refused=False, tested=False, state="valid"), "RCL-STA-003"),
        (Action.WAIT, "valid", "valid", Seen(refused=False, tested=False, state="invalid"), "RCL-STA-004"),
        (Action.WAIT, "deactivated", "valid", Seen(refused=False, tested=False, state="new"), "RCL-STA-006"),
    ],
)
def test_a_single_step_breaks_the_requirement_that_is_about_it(
    action: Action, before: str, outcome: str, seen: Seen, requirement: str
) -> None:
    with pytest.raises(Divergence) as found:
        Model().judge(action, before, outcome, seen)
    assert found.value.requirement == requirement


@given(st.sampled_from(CASES), st.sampled_from(SEEN), st.sampled_from(SEEN))
def test_a_target_is_held_to_the_reading_that_it_was_seen_to_take(
    case: tuple[Action, str, str], first: Seen, second: Seen
) -> None:
    fitting = [[way for way in ways(*case) if way.fits(seen)] for seen in (first, second)]
    if not all(fitting):
        return
    model = Model()
    model.judge(*case, first)
    if fitting[0][0].reading == fitting[1][0].reading:
        model.judge(*case, second)
    else:
        with pytest.raises(Divergence) as found:
            model.judge(*case, second)
        assert found.value.requirement == "RCL-STA-007"
        assert "in another way before" in found.value.because


def test_a_reading_of_one_state_says_nothing_of_another() -> None:
    model = Model()
    model.judge(Action.SAME_URL, "valid", "valid", Seen(refused=False, tested=True, state="valid"))
    model.judge(Action.SAME_URL, "invalid", "valid", Seen(refused=True, tested=False, state="invalid"))
    with pytest.raises(Divergence):
        model.judge(Action.SAME_URL, "valid", "valid", Seen(refused=True, tested=False, state="valid"))


@pytest.mark.parametrize("action", CERTAIN)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_test_of_a_config_in_use_leaves_nothing_open(action: Action, outcome: str) -> None:
    for before in ("new", "valid", "invalid"):
        assert [way.reading for way in ways(action, before, outcome)] == [None]


def test_each_state_has_a_requirement_by_which_it_stays() -> None:
    assert {state: left_alone(state) for state in STATES} == {
        "new": "RCL-STA-007",
        "valid": "RCL-STA-004",
        "invalid": "RCL-STA-003",
        "deactivated": "RCL-STA-006",
    }
