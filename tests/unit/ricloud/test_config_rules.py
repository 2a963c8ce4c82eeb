"""A webhook config obeys its state machine, held against a model that knows only a list of what has happened."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mockserver.ricloud.config import ConfigRules, ConfigState, SettableState, WebhookConfig
from mockserver.ricloud.event import Event

RULES = ConfigRules()
EVENT = Event("e", "w", "poll", "completed", {}, 1, None, "pending", 0, 0)
URLS = ["http://127.0.0.1:1/a", "http://127.0.0.1:1/b/"]
urls = st.none() | st.sampled_from(URLS)
settable: st.SearchStrategy[SettableState | None] = st.sampled_from([None, "new", "deactivated"])
states: st.SearchStrategy[ConfigState] = st.sampled_from(["new", "valid", "invalid", "deactivated"])
configs = st.builds(
    WebhookConfig,
    id=st.integers(1, 99),
    workspace=st.just("w"),
    url=st.sampled_from(URLS),
    secret=st.just("whsec"),
    state=states,
    test=st.none() | st.sampled_from(["newest", "other"]),
    created_ms=st.integers(0, 10**13),
)


@dataclass(frozen=True)
class Ended:
    """A test that is over."""

    task: str
    succeeded: bool


class Config(RuleBasedStateMachine):
    """Does anything in any order; the model replays what has happened."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[str] = []
        self.happened: list[str | Ended] = []
        self.url = ""
        self.config: WebhookConfig

    @initialize(url=st.sampled_from(URLS))
    def create(self, url: str) -> None:
        self.url = url
        self.config = WebhookConfig(1, "w", url, "whsec", "new", None, 0)
        self._begin()

    @rule(url=urls, state=settable)
    def update(self, url: str | None, state: SettableState | None) -> None:
        self.url = url or self.url
        update = RULES.updated(self.config, url=url, state=state)
        self.config = update.config
        if state == "deactivated" or (state is None and self._state() == "deactivated"):
            self.happened.append("deactivated")
            assert not update.tests
        else:
            self.happened.append("new")
            assert update.tests
            self._begin()

    @rule()
    def delete(self) -> None:
        self.config = RULES.deleted(self.config)
        self.happened.append("deactivated")

    @rule()
    def test(self) -> None:
        assert RULES.can_be_tested(self.config) == (self._state() != "deactivated")
        if RULES.can_be_tested(self.config):
            self._begin()

    @rule(data=st.data(), succeeded=st.booleans())
    def end_a_test(self, data: st.DataObject, succeeded: bool) -> None:  # noqa: FBT001 - hypothesis passes by name
        task = data.draw(st.sampled_from(self.begun))
        was = self._state()
        self.config = RULES.tested(self.config, task=task, succeeded=succeeded)
        if task == self.begun[-1] and was != "deactivated":
            self.happened.append(Ended(task, succeeded))

    @invariant()
    def state_is_what_happened_last(self) -> None:
        assert (self.config.state, self.config.url) == (self._state(), self.url)

    @invariant()
    def what_is_its_own_stays(self) -> None:
        assert (self.config.id, self.config.workspace, self.config.secret) == (1, "w", "whsec")

    @invariant()
    def only_a_valid_config_takes_what_happens_now(self) -> None:
        assert RULES.takes_new(self.config) == (self._state() == "valid")
        assert RULES.takes_pending(self.config, EVENT) == (self._state() != "deactivated")

    def _begin(self) -> None:
        self.begun.append(f"task-{len(self.begun)}")
        self.config = WebhookConfig(
            **{name: getattr(self.config, name) for name in WebhookConfig.__slots__} | {"test": self.begun[-1]}
        )

    def _state(self) -> str:
        last = self.happened[-1] if self.happened else "new"
        if isinstance(last, Ended):
            return "valid" if last.succeeded else "invalid"
        return last


@pytest.mark.requirement("RCL-STA-005", "RCL-STA-006", "RCL-STA-007", "RCL-TST-022", "RCL-TST-023")
def test_state_follows_what_happened() -> None:
    run_state_machine_as_test(Config, settings=settings(deadline=None, stateful_step_count=30, max_examples=60))


@pytest.mark.requirement("RCL-UPD-007", "RCL-UPD-011")
@given(configs, urls)
def test_deactivation_wins_over_any_state_and_tests_nothing(config: WebhookConfig, url: str | None) -> None:
    update = RULES.updated(config, url=url, state="deactivated")
    assert (update.config.state, update.tests) == ("deactivated", False)


@pytest.mark.requirement("RCL-UPD-008", "RCL-UPD-009")
@given(configs, urls)
def test_new_revives_and_tests_whatever_was(config: WebhookConfig, url: str | None) -> None:
    update = RULES.updated(config, url=url, state="new")
    assert (update.config.state, update.tests) == ("new", True)


@pytest.mark.requirement("RCL-UPD-012")
@given(configs.filter(lambda config: config.state == "deactivated"), st.sampled_from(URLS))
def test_url_of_a_deactivated_config_is_stored_alone(config: WebhookConfig, url: str) -> None:
    update = RULES.updated(config, url=url, state=None)
    assert (update.config.url, update.config.state, update.tests) == (url, "deactivated", False)


@pytest.mark.requirement("RCL-UPD-013")
@given(configs.filter(lambda config: config.state != "deactivated"))
def test_update_that_changes_nothing_tests_all_the_same(config: WebhookConfig) -> None:
    update = RULES.updated(config, url=None, state=None)
    assert (update.config.url, update.config.state, update.tests) == (config.url, "new", True)


@pytest.mark.requirement("RCL-TST-022", "RCL-TST-023")
@given(configs, st.booleans())
def test_test_that_says_nothing_any_more_leaves_the_very_config(config: WebhookConfig, succeeded: bool) -> None:  # noqa: FBT001 - hypothesis passes by name
    assert RULES.tested(config, task="forgotten", succeeded=succeeded) is config
