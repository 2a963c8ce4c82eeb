"""The signature of a delivery: a pure function of policy, secret, body and time."""

import base64
import hashlib
import hmac
from typing import Protocol

from mockserver.webhooks.policy import SignaturePolicy


class Signing(Protocol):
    """Makes the value of the signature header."""

    def __call__(self, policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
        """The signature of exactly these bytes."""


def sign(policy: SignaturePolicy, *, secret: str, body: bytes, timestamp_seconds: int) -> str:
    """The value of the signature header for exactly these bytes; the key is the secret's UTF-8 bytes as they are."""
    timestamp = str(timestamp_seconds)
    before, _, after = policy.message.replace("{timestamp}", timestamp).partition("{body}")
    message = before.encode() + body + after.encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    text = digest.hex() if policy.encoding == "hex" else base64.b64encode(digest).decode()
    return policy.value.replace("{timestamp}", timestamp).replace("{digest}", text)
