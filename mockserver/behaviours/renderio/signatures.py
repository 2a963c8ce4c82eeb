"""Behaviours that sign in another way."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from mockserver.renderio.blueprint import Blueprint, Change
from mockserver.webhooks.policy import SignaturePolicy
from mockserver.webhooks.signing import Signing


class _Upper:
    def __init__(self, usual: Signing) -> None:
        self._usual = usual

    def __call__(self, policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
        return self._usual(policy, secret=secret, body=body, timestamp_seconds=timestamp_seconds).upper()


class _PrefixStripped:
    def __init__(self, usual: Signing) -> None:
        self._usual = usual

    def __call__(self, policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
        stripped = secret.removeprefix("whsec_")
        return self._usual(policy, secret=stripped, body=body, timestamp_seconds=timestamp_seconds)


class _Reserialised:
    def __init__(self, usual: Signing) -> None:
        self._usual = usual

    def __call__(self, policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
        written_again = json.dumps(json.loads(body)).encode()
        return self._usual(policy, secret=secret, body=written_again, timestamp_seconds=timestamp_seconds)


class _PlainHash:
    def __init__(self, _: Signing) -> None:
        """The usual way is not used."""

    def __call__(self, policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
        digest = hashlib.sha256(secret.encode() + body).hexdigest()
        return policy.value.replace("{timestamp}", str(timestamp_seconds)).replace("{digest}", digest)


class _Swapped:
    def __init__(self, usual: Signing) -> None:
        self._usual = usual

    def __call__(self, policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
        return self._usual(policy, secret=body.decode(), body=secret.encode(), timestamp_seconds=timestamp_seconds)


def _changed(make: type[_Upper | _PrefixStripped | _Reserialised | _PlainHash | _Swapped]) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, sign=make(blueprint.sign))

    return apply


CHANGES: Mapping[str, Change] = {
    "signature-in-capitals": _changed(_Upper),
    "secret-prefix-is-stripped": _changed(_PrefixStripped),
    "signature-over-reserialised-body": _changed(_Reserialised),
    "signature-is-no-hmac": _changed(_PlainHash),
    "signature-swaps-key-and-body": _changed(_Swapped),
}
