"""How one kind of webhook is delivered: the numbers and names that stand beside it in the document.

The source is the extension `x-proofreel-delivery` of a webhook; nothing here knows an API by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from mockserver.errors import SetUpError

EXTENSION = "x-proofreel-delivery"
SIGNATURES = {("hmac-sha256", "hex"), ("hmac-sha256", "base64")}


@dataclass(frozen=True, slots=True)
class SignaturePolicy:
    """How a delivery is signed.

    `message` and `value` are templates: `{body}` and `{timestamp}` (Unix seconds) stand in the signed message,
    `{digest}` and `{timestamp}` in the header's value.
    """

    header: str
    algorithm: Literal["hmac-sha256"]
    encoding: Literal["hex", "base64"]
    message: str
    value: str


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """When a delivery is attempted, what it carries besides its body, and what counts as delivered.

    `delays_ms[n]` is the wait before attempt `n + 1`, counted from the failure of attempt `n`.
    """

    delays_ms: tuple[int, ...]
    timeout_ms: int
    first_success_status: int
    last_success_status: int
    failure_threshold: int | None
    headers: Mapping[str, str]
    signature: SignaturePolicy

    @classmethod
    def from_document(cls, extension: Mapping[str, Any]) -> Self:
        """Read a policy from the extension's value; raises `SetUpError` naming what is missing or unusable."""
        try:
            signature = extension["signature"]
            policy = cls(
                delays_ms=tuple(round(seconds * 1000) for seconds in extension["delays_seconds"]),
                timeout_ms=round(extension["timeout_seconds"] * 1000),
                first_success_status=extension["success_statuses"][0],
                last_success_status=extension["success_statuses"][1],
                failure_threshold=extension.get("disable_after_consecutive_failures"),
                headers=dict(extension["headers"]),
                signature=SignaturePolicy(
                    header=signature["header"],
                    algorithm=signature["algorithm"],
                    encoding=signature["encoding"],
                    message=signature["message"],
                    value=signature["value"],
                ),
            )
        except (KeyError, IndexError, TypeError) as error:
            message = f"{EXTENSION}: unusable delivery policy ({type(error).__name__}: {error})"
            raise SetUpError(message) from error
        policy._require_sense()
        return policy

    def is_success(self, status: int) -> bool:
        """Whether a receiver that answers `status` has accepted the delivery."""
        return self.first_success_status <= status <= self.last_success_status

    def _require_sense(self) -> None:
        if not self.delays_ms or min(self.delays_ms) < 0 or self.timeout_ms <= 0:
            message = f"{EXTENSION}: at least one delay, no negative delay, and a positive timeout are needed"
            raise SetUpError(message)
        if (self.signature.algorithm, self.signature.encoding) not in SIGNATURES:
            message = f"{EXTENSION}: only hmac-sha256 in hex or base64 can be made"
            raise SetUpError(message)
