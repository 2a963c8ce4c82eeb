from types import SimpleNamespace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.life_cycle import PLAIN, STEPS
from contracts.checks.ricloud.life_cycle_model import Action
from contracts.checks.ricloud.life_cycle_world import MOST_CONFIGS, Course, Step, Tracked, World
from contracts.receiver import Inbox

STATES = ("new", "valid", "invalid", "deactivated")
configs = st.lists(st.sampled_from(STATES), max_size=MOST_CONFIGS)


def world_of(states: list[str]) -> World:
    world = World(cast("Course", SimpleNamespace(account=None)))
    inbox = cast("Inbox", SimpleNamespace(url="http://receiver/hooks/a/A"))
    world.configs = [Tracked(number, inbox, inbox.url, state) for number, state in enumerate(states)]
    return world


@given(configs, st.sampled_from(STEPS))
def test_every_step_that_is_drawn_becomes_one_that_applies(states: list[str], drawn: Step) -> None:
    world = world_of(states)
    step = world.fitted(drawn)
    assert world.applies(step)
    assert step.works == drawn.works
    if world.applies(drawn) and states:
        assert step.action is drawn.action


@given(configs)
def test_a_history_begins_with_a_creation_and_never_has_too_many(states: list[str]) -> None:
    world = world_of(states)
    creation = Step(Action.CREATE, len(states))
    assert world.applies(creation) == (len(states) < MOST_CONFIGS)
    assert states or all(world.fitted(step).action is Action.CREATE for step in STEPS)


def test_every_action_is_seen_plainly_and_in_histories() -> None:
    assert {step.action for step in PLAIN} == {step.action for step in STEPS} == set(Action)


def test_the_two_urls_of_a_config_take_turns_and_lead_to_one_inbox() -> None:
    config = world_of(["valid"]).configs[0]
    first = config.url
    config.url = config.other_url
    assert config.url.startswith(f"{first}/")
    assert config.other_url == first
