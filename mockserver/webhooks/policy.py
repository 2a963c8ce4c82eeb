"""How one kind of webhook is delivered: the numbers and names that stand beside it in the document.

The source is the extension `x-proofreel-delivery` of a webhook; nothing here knows an API by name.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from mockserver.errors import SetUpError
from mockserver.schemas import Schema, folder_of_documents, read_yaml

EXTENSION = "x-proofreel-delivery"


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
        """Read a policy from the extension's value, held against `openapi/delivery-policy.schema.yaml`.

        Raises `SetUpError` naming everything in it that cannot be used.
        """
        _require_conformance(extension)
        signature = extension["signature"]
        first, last = extension["success_statuses"]
        return cls(
            delays_ms=tuple(round(seconds * 1000) for seconds in extension["delays_seconds"]),
            timeout_ms=round(extension["timeout_seconds"] * 1000),
            first_success_status=first,
            last_success_status=last,
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

    def is_success(self, status: int) -> bool:
        """Whether a receiver that answers `status` has accepted the delivery."""
        return self.first_success_status <= status <= self.last_success_status


@functools.cache
def _schema() -> Schema:
    return Schema(read_yaml(folder_of_documents() / "delivery-policy.schema.yaml"), {})


def _require_conformance(extension: Any) -> None:
    reasons = [f"{'.'.join(map(str, found.location))}: {found.message}" for found in _schema().violations(extension)]
    if not reasons and extension["success_statuses"][0] > extension["success_statuses"][1]:
        reasons.append("success_statuses: the first is greater than the last")
    if reasons:
        message = f"{EXTENSION} cannot be used: {'; '.join(reasons)}"
        raise SetUpError(message)
