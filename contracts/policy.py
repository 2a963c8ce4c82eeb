"""The delivery policy of a webhook, as the document states it: schedule, time-out, success, threshold, signature."""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

EXTENSION = "x-proofreel-delivery"


@dataclass(frozen=True, slots=True)
class Signature:
    """How a delivery is signed: templates with `{body}` and `{timestamp}`, or `{digest}`, in them."""

    header: str
    encoding: str
    message: str
    value: str

    def digest(self, secret: bytes, body: bytes, *, timestamp: str = "") -> str:
        """The encoded HMAC-SHA256 of exactly these bytes."""
        before, _, after = self.message.replace("{timestamp}", timestamp).partition("{body}")
        code = hmac.new(secret, before.encode() + body + after.encode(), hashlib.sha256).digest()
        return code.hex() if self.encoding == "hex" else base64.b64encode(code).decode()

    def header_value(self, secret: bytes, body: bytes, *, timestamp: str = "") -> str:
        """The whole value that the header must have."""
        return self.value.replace("{timestamp}", timestamp).replace(
            "{digest}", self.digest(secret, body, timestamp=timestamp)
        )


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """`delays_seconds[n]` is the wait before attempt `n + 1`, counted from the failure of attempt `n`."""

    delays_seconds: tuple[float, ...]
    timeout_seconds: float
    success_statuses: tuple[int, int]
    failure_threshold: int | None
    headers: Mapping[str, str]
    signature: Signature

    @classmethod
    def from_extension(cls, extension: Mapping[str, Any]) -> Self:
        """Read the extension that stands beside a webhook in the document."""
        signature, success = extension["signature"], extension["success_statuses"]
        return cls(
            delays_seconds=tuple(extension["delays_seconds"]),
            timeout_seconds=extension["timeout_seconds"],
            success_statuses=(success[0], success[1]),
            failure_threshold=extension.get("disable_after_consecutive_failures"),
            headers=dict(extension["headers"]),
            signature=Signature(signature["header"], signature["encoding"], signature["message"], signature["value"]),
        )

    @property
    def span_seconds(self) -> float:
        """From the first attempt to the last one, where every failure is instant."""
        return sum(self.delays_seconds)

    @property
    def moments_seconds(self) -> tuple[float, ...]:
        """When each attempt is made, counted from the first, where every failure is instant."""
        return tuple(itertools.accumulate(self.delays_seconds))

    def is_success(self, status: int) -> bool:
        """Whether a receiver that answers `status` has taken the delivery."""
        first, last = self.success_statuses
        return first <= status <= last
