"""Behaviours that are another delivery policy: other waits, another timeout, other limits and headers."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.renderio.blueprint import Blueprint, Change
from mockserver.webhooks.policy import DeliveryPolicy

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS

REDIRECTS_END = 399


def changed(change: Callable[[DeliveryPolicy], DeliveryPolicy]) -> Change:
    """The blueprint with its policy changed."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, policy=change(blueprint.policy))

    return apply


def _wait(number: int, *, plus_ms: int) -> Change:
    """The wait before attempt `number` (1-based) longer or shorter by so much, where the schedule has that attempt."""

    def change(policy: DeliveryPolicy) -> DeliveryPolicy:
        delays = list(policy.delays_ms)
        if number <= len(delays):
            delays[number - 1] = max(0, delays[number - 1] + plus_ms)
        return replace(policy, delays_ms=tuple(delays))

    return changed(change)


def _header(name: str, value: str) -> Change:
    return changed(lambda policy: replace(policy, headers={**policy.headers, name: value}))


def _threshold(plus: int) -> Change:
    def change(policy: DeliveryPolicy) -> DeliveryPolicy:
        threshold = policy.failure_threshold
        return replace(policy, failure_threshold=None if threshold is None else threshold + plus)

    return changed(change)


def _timeout(plus_ms: int) -> Change:
    return changed(lambda policy: replace(policy, timeout_ms=max(SECOND_MS, policy.timeout_ms + plus_ms)))


def _never_disabled(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, failure_threshold=None)


def _first_status_alone(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, last_success_status=policy.first_success_status)


def _redirects_too(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, last_success_status=REDIRECTS_END)


def _prefixed_digest(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, signature=replace(policy.signature, value=f"sha256={policy.signature.value}"))


CHANGES: Mapping[str, Change] = {
    "first-attempt-late": _wait(1, plus_ms=20 * SECOND_MS),
    "second-attempt-late": _wait(2, plus_ms=3 * SECOND_MS),
    "third-attempt-late": _wait(3, plus_ms=MINUTE_MS),
    "fourth-attempt-late": _wait(4, plus_ms=10 * MINUTE_MS),
    "fifth-attempt-late": _wait(5, plus_ms=HOUR_MS),
    "sixth-attempt-late": _wait(6, plus_ms=HOUR_MS),
    "seventh-attempt-early": _wait(7, plus_ms=-HOUR_MS),
    "eighth-attempt-late": _wait(8, plus_ms=2 * HOUR_MS),
    "last-wait-is-shorter": _wait(8, plus_ms=-5 * HOUR_MS),
    "timeout-after-10-seconds": _timeout(-5 * SECOND_MS),
    "timeout-after-25-seconds": _timeout(+10 * SECOND_MS),
    "disabled-after-seven-failures": _threshold(-1),
    "disabled-after-nine-failures": _threshold(+1),
    "never-disabled": changed(_never_disabled),
    "only-200-delivers": changed(_first_status_alone),
    "redirects-deliver": changed(_redirects_too),
    "content-type-is-text": _header("Content-Type", "text/plain"),
    "content-type-with-charset": _header("Content-Type", "application/json; charset=utf-8"),
    "other-user-agent": _header("User-Agent", "RenderIO-Hooks/2.0"),
    "signature-with-prefix": changed(_prefixed_digest),
}
