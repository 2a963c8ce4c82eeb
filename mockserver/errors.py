"""What can go wrong, as one tree.

ServerError
├── SetUpError                 the server cannot start; the text says what to change
│   └── UnusableOptionError    because of a value that it was given
└── ApiError                   an answer to a request; `mockserver.http.problems` gives it its form
    ├── Unreadable             400, or as the status says: no HTTP that can be answered otherwise
    ├── Unauthorized           401
    ├── NotFound               404
    ├── MethodNotAllowed       405
    ├── Conflict               409
    ├── BodyTooLarge           413
    ├── Invalid                422 for a body, 400 for a query: carries one `Violation` per problem
    ├── RateLimited            429
    └── Stopping               503
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LONGEST_QUOTE = 400

ViolationKind = Literal["value_error", "type_error"]


def shortened(text: str) -> str:
    """The text without its middle where it is long: an error must not send a large value back."""
    half = LONGEST_QUOTE // 2
    return text if len(text) <= LONGEST_QUOTE else f"{text[:half]} … {text[-half:]}"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a request: where (path from the body's root), what, and of which kind."""

    location: tuple[str | int, ...]
    message: str
    kind: ViolationKind = "value_error"

    @property
    def readable_location(self) -> tuple[str | int, ...]:
        """The location, without the middle of names that are too long to send back."""
        return tuple(shortened(part) if isinstance(part, str) else part for part in self.location)


class ServerError(Exception):
    """Any error that the server itself raises."""


class SetUpError(ServerError):
    """The server cannot start as it was asked to."""


class UnusableOptionError(SetUpError):
    """The server cannot start because of a value that it was given."""


class ApiError(ServerError):
    """A request that is answered with an error status."""

    status = 500
    code = "INTERNAL_ERROR"


class Unreadable(ApiError):
    """The request cannot be read at all; `status` says in what way."""

    status = 400
    code = "INVALID_REQUEST"

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Unauthorized(ApiError):
    """The credential is missing or refused."""

    status = 401
    code = "UNAUTHORIZED"


class NotFound(ApiError):
    """What the request names does not exist, or belongs to another account."""

    status = 404
    code = "NOT_FOUND"


class MethodNotAllowed(ApiError):
    """The path exists, the method does not."""

    status = 405
    code = "METHOD_NOT_ALLOWED"


class Conflict(ApiError):
    """The request cannot be carried out in the present state."""

    status = 409
    code = "CONFLICT"


class BodyTooLarge(ApiError):
    """The request body is over the server's limit."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"


class Invalid(ApiError):
    """The request breaks the document, or a rule that a document cannot state."""

    status = 422
    code = "VALIDATION_ERROR"

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("; ".join(violation.message for violation in violations))
        self.violations = tuple(violations)


class InvalidQuery(Invalid):
    """A query parameter breaks the document."""

    status = 400
    code = "INVALID_REQUEST"


class RateLimited(ApiError):
    """Too many requests; a further one is welcome after `retry_after_seconds`."""

    status = 429
    code = "RATE_LIMITED"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Too many requests. Retry after {retry_after_seconds} s.")
        self.retry_after_seconds = retry_after_seconds


class Stopping(ApiError):
    """The server is stopping and cannot finish what was asked."""

    status = 503
    code = "UNAVAILABLE"
