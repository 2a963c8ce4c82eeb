"""Behaviours that sign in another way."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.webhooks.policy import SignaturePolicy
from mockserver.webhooks.signing import Signing

HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed: with which secret, which body, at which Unix time."""

    secret: str
    body: bytes
    timestamp_seconds: int


class _Other:
    """Signs something else in the usual way."""

    def __init__(self, usual: Signing, change: Callable[[Signed], Signed]) -> None:
        self._usual = usual
        self._change = change

    def __call__(self, policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
        other = self._change(Signed(secret, body, timestamp_seconds))
        return self._usual(policy, secret=other.secret, body=other.body, timestamp_seconds=other.timestamp_seconds)


class _Sha1:
    def __init__(self, _: Signing) -> None:
        """The usual way is not used."""

    def __call__(self, policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
        timestamp = str(timestamp_seconds)
        message = policy.message.replace("{timestamp}", timestamp).encode().replace(b"{body}", body)
        digest = base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha1).digest()).decode()
        return policy.value.replace("{timestamp}", timestamp).replace("{digest}", digest)


def _signing(make: Callable[[Signing], Signing]) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, sign=make(blueprint.sign))

    return apply


def _signed(change: Callable[[Signed], Signed]) -> Change:
    return _signing(lambda usual: _Other(usual, change))


def _without_prefix(signed: Signed) -> Signed:
    return replace(signed, secret=signed.secret.removeprefix("whsec_"))


def _written_again(signed: Signed) -> Signed:
    return replace(signed, body=json.dumps(json.loads(signed.body)).encode())


def _an_hour_ago(signed: Signed) -> Signed:
    return replace(signed, timestamp_seconds=signed.timestamp_seconds - HOUR_SECONDS)


CHANGES: Mapping[str, Change] = {
    "prefix-of-the-secret-is-cut": _signed(_without_prefix),
    "signature-by-sha-1": _signing(_Sha1),
    "signature-of-a-body-written-again": _signed(_written_again),
    "timestamp-is-an-hour-behind": _signed(_an_hour_ago),
}
