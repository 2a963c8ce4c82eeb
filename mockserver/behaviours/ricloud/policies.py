"""Behaviours that are another delivery policy: other waits, another timeout, other limits, headers and signatures."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from mockserver.ricloud.blueprint import EVENT, TEST, Blueprint, Change
from mockserver.webhooks.policy import DeliveryPolicy, SignaturePolicy

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS

BOTH = (TEST, EVENT)


def changed(webhooks: Collection[str], change: Callable[[DeliveryPolicy], DeliveryPolicy]) -> Change:
    """The blueprint with the policies of some webhooks changed."""

    def apply(blueprint: Blueprint) -> Blueprint:
        policies = blueprint.policies
        return replace(
            blueprint, policies={name: change(it) if name in webhooks else it for name, it in policies.items()}
        )

    return apply


def _delays(webhook: str, *delays_ms: int) -> Change:
    return changed([webhook], lambda policy: replace(policy, delays_ms=delays_ms))


def _one_more(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, delays_ms=(*policy.delays_ms, policy.delays_ms[-1]))


def _half_the_waits(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, delays_ms=tuple(delay_ms // 2 for delay_ms in policy.delays_ms))


def _half_the_timeout(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, timeout_ms=policy.timeout_ms // 2)


def _first_status_alone(policy: DeliveryPolicy) -> DeliveryPolicy:
    return replace(policy, last_success_status=policy.first_success_status)


def _header(name: str, value: str) -> Change:
    return changed(BOTH, lambda policy: replace(policy, headers={**policy.headers, name: value}))


def _signature(change: Callable[[SignaturePolicy], SignaturePolicy]) -> Change:
    return changed(BOTH, lambda policy: replace(policy, signature=change(policy.signature)))


def _with_a_space(signature: SignaturePolicy) -> SignaturePolicy:
    return replace(signature, value=signature.value.replace(",", ", "))


def _in_hex(signature: SignaturePolicy) -> SignaturePolicy:
    return replace(signature, encoding="hex")


def _over_the_body_alone(signature: SignaturePolicy) -> SignaturePolicy:
    return replace(signature, message="{body}")


def _in_another_header(signature: SignaturePolicy) -> SignaturePolicy:
    return replace(signature, header="X-Ricloud-Signature")


CHANGES: Mapping[str, Change] = {
    "test-events-are-sent-late": _delays(TEST, 3 * SECOND_MS),
    "refused-test-is-sent-again": _delays(TEST, 0, 5 * SECOND_MS),
    "events-are-sent-once": _delays(EVENT, 0),
    "events-are-sent-six-times": changed([EVENT], _one_more),
    "waits-are-halved": changed([EVENT], _half_the_waits),
    "receivers-have-five-seconds": changed(BOTH, _half_the_timeout),
    "only-200-accepts": changed(BOTH, _first_status_alone),
    "other-ricloud-user-agent": _header("User-Agent", "ricloud-events/1.0"),
    "events-are-sent-as-text": _header("Content-Type", "text/plain"),
    "signature-has-a-space": _signature(_with_a_space),
    "signature-in-hex": _signature(_in_hex),
    "signature-of-the-body-alone": _signature(_over_the_body_alone),
    "signature-in-another-header": _signature(_in_another_header),
}
