"""What the documents leave to a server's taste; the miniature has plain manners, its variations have others.

The names of requirements beside a field are those that leave it open.
"""

import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.miniature_parts.moments import in_milliseconds
from tests.miniature_parts.serving import Door, Wsgi

if TYPE_CHECKING:
    from .space import Space

_NUMBERS = itertools.count(101)


def unchanged(value: Any) -> Any:
    """The same."""
    return value


def numbered() -> str:
    """A request id with a running number."""
    return f"req:{next(_NUMBERS)}"


def random_id() -> str:
    """A request id that says nothing."""
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Surroundings:
    """Where the server listens, who it knows, and what it offers. `wrapped` stands around the WSGI application.

    `tokens` are the only ones that are known, where there are any. `space` makes spaces: another class may do more.
    """

    door: Door = field(default_factory=Door)
    wrapped: Callable[[Wsgi], Wsgi] = unchanged
    capabilities: tuple[str, ...] = ("renders", "callbacks", "workspaces")
    tokens: tuple[str, ...] = ()
    word_in_any_case: bool = False  # AUT-007
    gets_are_open: bool = True  # AUT-002
    beside_header: Literal["refused", "ignored"] = "ignored"  # AUT-006: a token in the query
    credential_first: bool = False  # AUT-009
    status_of_foreign: int | None = None  # AUT-008: with `tokens`, pages are the first one's; None: rendered
    storage: Literal["apart", "within"] = "apart"  # LOG-004
    files_redirect: bool = False
    links_are_paths: bool = False  # with a storage within
    space: "Callable[..., Space] | None" = None


@dataclass(frozen=True)
class Requests:
    """How requests are read."""

    drafts: frozenset[str] = frozenset()  # REN-009: the methods that know them
    other_formats: int | Literal["png"] = 422  # FMT-005
    unknown_tweaks: Literal["ignored", "refused"] = "refused"  # TWK-007
    malformed_tweaks: int | Literal["ignored"] = "ignored"  # TWK-008
    tweaks_win: bool = True  # TWK-009
    texts_stay: bool = True  # TWK-010
    wrong_values: int | Literal["own"] = "own"  # TWK-011
    any_media_type: bool = False  # BOD-003
    path_of_index: bool = True  # BOD-005
    unknown: Literal["ignored", "refused"] = "refused"  # OUT-002
    most_body_bytes: int | None = None  # ERR-006
    status_of_large: int = 413


@dataclass(frozen=True)
class Answers:
    """How answers are made: what a render gives, and how a refusal is told."""

    json_by_default: frozenset[str] = frozenset({"GET", "POST"})  # REN-005
    json: Literal["file", "wrapped", "unknown"] = "wrapped"  # REN-010
    error_form: Literal["bare", "nitro", "text"] = "bare"  # ERR-002
    other_methods: Literal[404, 405] = 404  # ERR-004
    media_types: Mapping[str, str] = field(
        default_factory=lambda: {"png": "image/png", "webp": "image/webp", "svg": "image/svg+xml"}
    )
    tells_request_id: bool = True  # LOG-012


@dataclass(frozen=True)
class Pictures:
    """How pictures are drawn and encoded."""

    png_mode: Literal["RGB", "RGBA", "P"] = "RGB"
    webp: Mapping[str, Any] = field(default_factory=lambda: {"lossless": True, "method": 0})
    svg_size: Literal["both", "viewBox", "attributes"] = "viewBox"  # REN-003
    svg_ids_differ: bool = False
    svg_prologue: str = ""
    differ: bool = False  # REN-004: no picture is like another one
    first_seconds: float = 0.0  # what the first one of a format takes more
    each_seconds: float = 0.0  # what each one takes more, one after the other


@dataclass(frozen=True)
class Callbacks:
    """What follows a render. Seconds are real ones."""

    delay_seconds: float = 0.0  # CBK-006
    early: bool = True  # CBK-006: it begins when the picture is there, else after the answer
    in_turn: bool = False
    tries: int = 1  # CBK-009
    makes_up: bool = False  # CBK-009: what has failed is tried again once its step works
    hang_seconds: float = 10.0
    hangs_until_mended: bool = False  # a step hangs no longer when it works again
    faults_as_begun: bool = False  # steps go wrong as they did when the render was answered
    settles_what_has_begun: bool = False  # what is delayed is not waited for
    logs_failures: bool = False  # LOG-010
    logged_late: bool = False  # the entry is there some time after the answer
    request_id: Callable[[], str] = numbered
    written: Callable[[int], str] = in_milliseconds
    credits: Mapping[str, int] = field(default_factory=lambda: {"png": 2, "webp": 3, "svg": 1})  # CRD-001
    counts_without_file: bool = False  # CRD-007
    links_wait: bool = False  # CBK-014: before an answer with a link, the upload is made


@dataclass(frozen=True)
class Manners:
    """How this server does what may be done in many ways."""

    surroundings: Surroundings = field(default_factory=Surroundings)
    requests: Requests = field(default_factory=Requests)
    answers: Answers = field(default_factory=Answers)
    pictures: Pictures = field(default_factory=Pictures)
    callbacks: Callbacks = field(default_factory=Callbacks)


PLAIN = Manners()
