"""Behaviours that are another delivery policy: other waits, another timeout, other names and limits."""

from collections.abc import Mapping
from dataclasses import replace

from mockserver.renderio.blueprint import Blueprint, Change
from mockserver.webhooks.policy import DeliveryPolicy

SECOND_MS = 1000
HOUR_MS = 3600 * SECOND_MS


def _policy(change: "PolicyChange") -> Change:
    return lambda blueprint: replace(blueprint, policy=change(blueprint.policy))


class PolicyChange:
    """A change of some fields of the policy."""

    def __init__(self, **fields: object) -> None:
        self._fields = fields

    def __call__(self, policy: DeliveryPolicy) -> DeliveryPolicy:
        """The policy with the fields replaced."""
        return replace(policy, **self._fields)  # type: ignore[arg-type]  # the table below is what is typed


def _wait(number: int, *, plus_ms: int) -> Change:
    """The wait before attempt `number` (1-based), longer or shorter by so much."""

    def change(blueprint: Blueprint) -> Blueprint:
        delays = list(blueprint.policy.delays_ms)
        delays[number - 1] += plus_ms
        return replace(blueprint, policy=replace(blueprint.policy, delays_ms=tuple(delays)))

    return change


def _header(name: str, value: str) -> Change:
    def change(blueprint: Blueprint) -> Blueprint:
        headers = {**blueprint.policy.headers, name: value}
        return replace(blueprint, policy=replace(blueprint.policy, headers=headers))

    return change


def _threshold(plus: int) -> Change:
    def change(blueprint: Blueprint) -> Blueprint:
        threshold = blueprint.policy.failure_threshold
        changed = None if threshold is None else threshold + plus
        return replace(blueprint, policy=replace(blueprint.policy, failure_threshold=changed))

    return change


def _without_last_wait(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, delays_ms=policy.delays_ms[:-1])


CHANGES: Mapping[str, Change] = {
    "first-attempt-late": _wait(1, plus_ms=20 * SECOND_MS),
    "second-attempt-late": _wait(2, plus_ms=3 * SECOND_MS),
    "third-attempt-late": _wait(3, plus_ms=60 * SECOND_MS),
    "fourth-attempt-late": _wait(4, plus_ms=600 * SECOND_MS),
    "fifth-attempt-late": _wait(5, plus_ms=HOUR_MS),
    "sixth-attempt-late": _wait(6, plus_ms=HOUR_MS),
    "disabled-after-seven-failures": _threshold(-1),
    "disabled-after-nine-failures": _threshold(+1),
    "timeout-after-ten-seconds": _policy(PolicyChange(timeout_ms=10 * SECOND_MS)),
    "other-user-agent": _header("User-Agent", "RenderIO-Hooks/2.0"),
}
