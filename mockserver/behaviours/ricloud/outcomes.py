"""Behaviours that make something else of the end of a test for its config."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mockserver.behaviours.ricloud.answers import UPDATE
from mockserver.behaviours.ricloud.origins import Origins, by_origin
from mockserver.behaviours.ricloud.rules import OtherRules, ruled
from mockserver.ricloud.blueprint import Change
from mockserver.ricloud.config import ConfigRules, ConfigState, WebhookConfig


@dataclass(frozen=True, slots=True)
class End:
    """The end of a test by its task, and its config before and, by the usual rules, after it."""

    before: WebhookConfig
    after: WebhookConfig
    task: str
    succeeded: bool

    @property
    def decides(self) -> bool:
        """Whether the state follows from it."""
        return self.after is not self.before

    @property
    def outcome(self) -> ConfigState:
        """The state that it stands for."""
        return "valid" if self.succeeded else "invalid"


Deciding = Callable[[End], WebhookConfig]
"""The config after the end of a test."""


class _OtherOutcome(OtherRules):
    def __init__(self, inner: ConfigRules, decide: Deciding) -> None:
        super().__init__(inner)
        self._decide = decide

    def tested(self, config: WebhookConfig, *, task: str, succeeded: bool) -> WebhookConfig:
        after = super().tested(config, task=task, succeeded=succeeded)
        return self._decide(End(config, after, task, succeeded))


def _decided(decide: Deciding) -> Change:
    return ruled(lambda inner: _OtherOutcome(inner, decide))


def _passed_changes_nothing(end: End) -> WebhookConfig:
    return end.before if end.succeeded else end.after


def _invalid_stays(end: End) -> WebhookConfig:
    return end.before if end.before.state == "invalid" else end.after


def _valid_stays(end: End) -> WebhookConfig:
    return end.before if end.before.state == "valid" else end.after


def _second_failure_deactivates(end: End) -> WebhookConfig:
    again = end.decides and end.before.state == end.after.state == "invalid"
    return replace(end.after, state="deactivated") if again else end.after


def _deactivation_is_undone(end: End) -> WebhookConfig:
    is_undone = end.before.state == "deactivated" and end.before.test == end.task
    return replace(end.after, state=end.outcome) if is_undone else end.after


def _last_to_end_decides(end: End) -> WebhookConfig:
    return end.after if end.before.state == "deactivated" else replace(end.after, state=end.outcome)


def _last_of_the_same_url_decides(origins: Origins) -> Change:
    """Let the test that ends last decide, unless the url was updated since it began."""

    def decide(end: End) -> WebhookConfig:
        begun = origins.of(end.task)
        return _last_to_end_decides(end) if begun is not None and begun.url == end.before.url else end.after

    return _decided(decide)


def _updates_pass(origins: Origins) -> Change:
    """Let every test of an update make its config valid."""

    def decide(end: End) -> WebhookConfig:
        passes = end.decides and origins.is_by(UPDATE, end.task)
        return replace(end.after, state="valid") if passes else end.after

    return _decided(decide)


CHANGES: Mapping[str, Change] = {
    "passed-test-changes-nothing": _decided(_passed_changes_nothing),
    "invalid-config-stays-invalid": _decided(_invalid_stays),
    "valid-config-stays-valid": _decided(_valid_stays),
    "second-failed-test-deactivates": _decided(_second_failure_deactivates),
    "test-undoes-deactivation": _decided(_deactivation_is_undone),
    "test-of-the-earlier-url-decides": _decided(_last_to_end_decides),
    "updates-always-pass": by_origin(_updates_pass),
    "last-test-to-end-decides": by_origin(_last_of_the_same_url_decides),
}
