"""Signatures, made up by the hundred, before verifiers that are not ours: the official client, and plain HMAC."""

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

import hypothesis
import pytest
from hypothesis import strategies as some

from mockserver.documents import load
from mockserver.webhooks.signing import sign

if TYPE_CHECKING:
    from tests.integration.ricloud.conftest import OfficialClient

SIGNATURE = load("ricloud").policies["event"].signature
PUBLISHED = [
    ("secret", 1540000000, "{}", "t=1540000000,s=uVX6YJ7P+IciczDOS/mFc8nm6Zw+BoBdBgw2qWoITfE="),
    (
        "whsec_test_123",
        1543928400,
        '{"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "type": "webhook_config", "action": "test"}',
        "t=1543928400,s=Bp05jURkUIVn6qXTpKSsvqA0kjvj99BxwKCuPsM5CBg=",
    ),
    ("kłucz", 1543928400, '{"name": "Zażółć"}', "t=1543928400,s=/+e4TuXAOiEqCtZFUrqBi+uXwYvnnzv4h24NC+p0Kis="),
]
"""Secret, Unix seconds, body, and the header's value as the official client makes it."""

texts = some.text(some.characters(codec="utf-8"), max_size=200)
vectors = some.lists(
    some.tuples(texts.filter(bool), some.integers(0, 253_402_300_799), texts), min_size=60, max_size=120
)
PROCESSES = hypothesis.settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=4,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.generate],  # one process for many vectors: there is no need for a smaller list
)


def header(secret: str, timestamp: int, body: str) -> str:
    return sign(SIGNATURE, secret=secret, body=body.encode(), timestamp_seconds=timestamp)


def other(text: str) -> str:
    return text[:-1] + ("a" if text[-1:] != "a" else "b")


@pytest.mark.requirement("RCL-SIG-003", "RCL-SIG-004")
@pytest.mark.parametrize(("secret", "timestamp", "body", "value"), PUBLISHED)
def test_signature_is_the_official_clients(secret: str, timestamp: int, body: str, value: str) -> None:
    assert header(secret, timestamp, body) == value


@pytest.mark.requirement("RCL-SIG-003", "RCL-SIG-004", "RCL-SIG-005")
def test_official_client_takes_every_signature(official: "OfficialClient") -> None:
    @PROCESSES
    @hypothesis.given(vectors)
    def check(made_up: list[tuple[str, int, str]]) -> None:
        signed = [(secret, body, header(secret, timestamp, body)) for secret, timestamp, body in made_up]
        assert official.verify(signed) == [True] * len(signed)

    check()


@pytest.mark.requirement("RCL-SIG-004", "RCL-SIG-005")
def test_official_client_refuses_what_was_changed(official: "OfficialClient") -> None:
    @PROCESSES
    @hypothesis.given(vectors)
    def check(made_up: list[tuple[str, int, str]]) -> None:
        signed = [(secret, timestamp, body, header(secret, timestamp, body)) for secret, timestamp, body in made_up]
        changed = [(other(secret), body, value) for secret, _, body, value in signed]
        changed += [(secret, other(body), value) for secret, _, body, value in signed]
        changed += [
            (secret, body, value.replace(f"t={timestamp},", f"t={timestamp + 1},", 1))
            for secret, timestamp, body, value in signed
        ]
        assert official.verify(changed) == [False] * len(changed)

    check()


@pytest.mark.requirement("RCL-SIG-003", "RCL-SIG-004", "RCL-SIG-005")
@hypothesis.settings(deadline=None)
@hypothesis.given(secret=texts.filter(bool), timestamp=some.integers(0, 253_402_300_799), body=some.binary())
def test_any_bytes_are_signed_by_the_rule(secret: str, timestamp: int, body: bytes) -> None:
    moment, _, digest = sign(SIGNATURE, secret=secret, body=body, timestamp_seconds=timestamp).partition(",s=")
    expected = hmac.digest(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    assert (moment, base64.b64decode(digest, validate=True)) == (f"t={timestamp}", expected)
