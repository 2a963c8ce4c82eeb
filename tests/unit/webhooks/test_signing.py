"""A signature covers exactly the body's bytes, as an HMAC that is written out here once more after RFC 2104."""

import base64
import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.documents import Document
from mockserver.webhooks.policy import SignaturePolicy
from mockserver.webhooks.signing import sign

BLOCK_BYTES = 64
"""The block size of SHA-256 (RFC 2104, section 2)."""

RICLOUD = SignaturePolicy(
    "Ricloud-Signature", "hmac-sha256", "base64", "{timestamp}.{body}", "t={timestamp},s={digest}"
)

secrets = st.text()
bodies = st.binary(max_size=300)
timestamps = st.integers(0, 253_402_300_799)
tricky = st.lists(
    st.sampled_from([b"{body}", b"{timestamp}", b"{digest}", b"{", b"}", b".", b"\x00", b"\xff", b"%s", b"{0}"]),
    max_size=8,
).map(b"".join)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104 by hand: H(K xor opad, H(K xor ipad, text))."""
    if len(key) > BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    block = key.ljust(BLOCK_BYTES, b"\0")
    inner = hashlib.sha256(bytes(octet ^ 0x36 for octet in block) + message).digest()
    return hashlib.sha256(bytes(octet ^ 0x5C for octet in block) + inner).digest()


@given(secret=secrets, body=bodies | tricky, timestamp=timestamps)
@example(secret="", body=b"", timestamp=0)
@example(secret="k" * 64, body=b"{}", timestamp=1)
@example(secret="k" * 65, body=b"{}", timestamp=1)
@example(secret="kłucz \U0001f511", body='{"name": "Zażółć"}'.encode(), timestamp=1)  # noqa: S106
def test_sign_is_the_hmac_of_the_raw_body(renderio: Document, secret: str, body: bytes, timestamp: int) -> None:
    policy = renderio.policies["commandCompleted"].signature
    signature = sign(policy, secret=secret, body=body, timestamp_seconds=timestamp)
    assert signature == hmac_sha256(secret.encode(), body).hex()


@given(secret=secrets, body=bodies | tricky, timestamp=timestamps)
def test_sign_puts_timestamp_and_digest_in_their_places(secret: str, body: bytes, timestamp: int) -> None:
    digest = hmac_sha256(secret.encode(), str(timestamp).encode() + b"." + body)
    signature = sign(RICLOUD, secret=secret, body=body, timestamp_seconds=timestamp)
    assert signature == f"t={timestamp},s={base64.b64encode(digest).decode('ascii')}"


@given(body=tricky)
def test_sign_keeps_text_after_the_body(body: bytes) -> None:
    policy = SignaturePolicy("X", "hmac-sha256", "hex", "<{timestamp}|{body}|{timestamp}>", "v1={digest}")
    signature = sign(policy, secret="k", body=body, timestamp_seconds=7)  # noqa: S106
    assert signature == f"v1={hmac_sha256(b'k', b'<7|' + body + b'|7>').hex()}"


@pytest.mark.parametrize(
    ("secret", "timestamp", "body", "value"),
    [
        ("secret", 1540000000, "{}", "t=1540000000,s=uVX6YJ7P+IciczDOS/mFc8nm6Zw+BoBdBgw2qWoITfE="),
        (
            "whsec_test_123",
            1543928400,
            '{"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "type": "webhook_config", "action": "test"}',
            "t=1543928400,s=Bp05jURkUIVn6qXTpKSsvqA0kjvj99BxwKCuPsM5CBg=",
        ),
        ("kłucz", 1543928400, '{"name": "Zażółć"}', "t=1543928400,s=/+e4TuXAOiEqCtZFUrqBi+uXwYvnnzv4h24NC+p0Kis="),
    ],
)
def test_sign_agrees_with_known_vectors(secret: str, timestamp: int, body: str, value: str) -> None:
    assert sign(RICLOUD, secret=secret, body=body.encode(), timestamp_seconds=timestamp) == value


def test_sign_agrees_with_rfc_4231() -> None:
    policy = SignaturePolicy("X", "hmac-sha256", "hex", "{body}", "{digest}")
    signature = sign(policy, secret="Jefe", body=b"what do ya want for nothing?", timestamp_seconds=0)  # noqa: S106
    assert signature == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@given(secret=secrets, body=bodies, position=st.integers(min_value=0), flip=st.integers(1, 255))
def test_sign_changes_with_any_byte_of_the_body(secret: str, body: bytes, position: int, flip: int) -> None:
    altered = bytearray(body or b"\0")
    altered[position % len(altered)] ^= flip
    policy = SignaturePolicy("X", "hmac-sha256", "hex", "{body}", "{digest}")
    before = sign(policy, secret=secret, body=body, timestamp_seconds=0)
    assert sign(policy, secret=secret, body=bytes(altered), timestamp_seconds=0) != before
