"""What the documents leave to a server's taste; the miniature has plain manners, its variations have others.

The names of requirements beside a field are those that leave it open.
"""

import itertools
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.miniature_parts.moments import in_milliseconds
from tests.miniature_parts.serving import Door, Wsgi

Identifier = int | str

_NUMBERS = itertools.count(7)


def as_json(content: Any) -> bytes:
    """JSON without further care."""
    return json.dumps(content).encode()


def unchanged(value: Any) -> Any:
    """The same."""
    return value


def numbered(prefix: str) -> Callable[[], Identifier]:
    """Ids with a word before a running number."""
    return lambda: f"{prefix}_{next(_NUMBERS)}"


CONFIG_IDS, TASK_IDS, EVENT_IDS, ORGANISATION_IDS = (numbered(prefix) for prefix in ("wc", "task", "evt", "org"))


def new_secret() -> str:
    """A secret of a config."""
    return secrets.token_urlsafe(24)


def below_the_url(url: str, event_id: Identifier) -> str:
    """EVT-002 b: the event's id as the last part of the path."""
    path, mark, query = url.partition("?")
    return f"{path.rstrip('/')}/{event_id}{mark}{query}"


def is_200(status: int | None) -> bool:
    """TST-010 b: nothing else accepts an event."""
    return status == 200


@dataclass(frozen=True)
class Surroundings:
    """Where the server listens, who it knows, and what it offers. `wrapped` stands around the WSGI application.

    `tokens` are the only ones that are known, where there are any; they are of one organisation each.
    """

    door: Door = field(default_factory=Door)
    wrapped: Callable[[Wsgi], Wsgi] = unchanged
    capabilities: tuple[str, ...] = ("clock", "reset", "workspaces", "deliveries", "events")
    tokens: tuple[str, ...] = ()
    word_in_any_case: bool = False  # AUT-005
    clock_offset_ms: int = 0
    clock_written: Callable[[int], str] = in_milliseconds


@dataclass(frozen=True)
class Shapes:
    """Ids, moments and JSON. `kept` is the precision of moments, which are milliseconds since 1970."""

    config_id: Callable[[], Identifier] = CONFIG_IDS  # CFG-002
    task_id: Callable[[], Identifier] = TASK_IDS
    event_id: Callable[[], Identifier] = EVENT_IDS  # EVT-008
    organisation_id: Callable[[], Identifier] = ORGANISATION_IDS
    id_form: re.Pattern[str] = re.compile(r"[a-z]+_[0-9]+")
    status_of_malformed_ids: int = 400  # ERR-007
    kept: Callable[[int], int] = unchanged  # CFG-011
    written: Callable[[int], str] = in_milliseconds
    leaves_null_out: bool = False  # of tasks and events


@dataclass(frozen=True)
class Configs:
    """Creating, showing, updating and deleting configs. Times are real seconds; `shown_again` is about the secret."""

    created_status: int = 200  # CFG-001
    creation_waits_seconds: float = 0.0  # STA-002
    new_secret: Callable[[], str] = new_secret
    shown_again: Literal["shown", "left out", "null", "masked"] = "left out"  # CFG-008
    takes_any_text: bool = True  # CFG-015
    takes_plain_http: bool = True  # CFG-016
    unknown_properties: Literal["ignored", "refused", "taken"] = "refused"  # CFG-017
    takes_any_media_type: bool = False  # CFG-020
    forgives_commas: bool = True  # UPD-017
    state_while_updated: Literal["new", "as before"] = "as before"  # UPD-006
    revives: bool = True  # UPD-008
    deactivating: Literal["untested", "tested"] = "tested"  # UPD-011
    url_of_deactivated: Literal["stored", "decides", "tested", "refused"] = "decides"  # UPD-012
    idle_updates: Literal["tested", "untested", "refused", "differ"] = "untested"  # UPD-013
    update_type: str = "webhook_config.test"  # UPD-016
    other_methods: Literal["405", "404", "update"] = "404"  # ERR-010
    deletion: Literal["deactivates", "removes", "not offered"] = "removes"  # DEL-001
    deletes_again: bool = False  # DEL-002


@dataclass(frozen=True)
class Tests:
    """How configs are tested. `delay_seconds` are real ones, `delay_of_clock_seconds` and `waits` pass on the clock."""

    accepted_status: int = 202  # TST-001
    by_get: bool = False  # TST-015
    of_deactivated: Literal["refused", "decides", "tested"] = "tested"  # TST-016
    odd_await: Literal["zero", "refused", "capped"] = "refused"  # TST-020
    delay_seconds: float = 0.0  # TST-025
    delay_of_clock_seconds: float = 0.0
    waits: tuple[float, ...] = ()  # TST-021: before each further attempt
    fails_at_once: bool = False  # TST-021: the config, before the further attempts
    overlapping: Literal["newest", "last", "refused", "same", "in turn"] = "last"  # TST-024
    overlapping_status: int = 429
    state_meanwhile: Literal["new", "as before"] = "new"  # TST-026


@dataclass(frozen=True)
class Sending:
    """How requests to receivers are made. `waits` are before each attempt of an event but the first, on the clock."""

    timeout_seconds: float = 5.0  # TST-009
    most_redirects: int = 3  # TST-007
    accepts: Callable[[int | None], bool] = is_200  # TST-010
    addressed: Callable[[str, Identifier], str] = below_the_url  # EVT-002
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Webhooks/2"}
    )  # EVT-009
    signed_in: str = "Ricloud-Signature"
    written: Callable[[Any], bytes] = as_json
    in_chunks: bool = False
    waits: tuple[float, ...] = (60, 900, 5400)  # EVT-015
    due: Callable[[int], int] = unchanged
    signed_afresh: bool = False  # SIG-007
    body_stays: bool = False


@dataclass(frozen=True)
class Events:
    """Which events there are, what they say, and what becomes of them."""

    with_secret: bool = True  # EVT-007
    retry_url: Literal["of the moment", "as begun", "dropped"] = "as begun"  # EVT-019
    after_deactivation: Literal["dropped", "goes on"] = "goes on"  # EVT-020
    without_valid: Literal["failed", "sent", "waits", "none"] = "sent"  # EVT-022
    failures_invalidate: bool = True  # EVT-023
    falls_to_default: bool = True  # ORG-008


@dataclass(frozen=True)
class Lists:
    """Filters and pages."""

    order: Literal["newest first", "oldest first", "other"] = "oldest first"  # LST-021
    operators: tuple[str, ...] = ("{}[{}]",)  # LST-005: how they are written after the name
    days: bool = False  # LST-005 d: a day alone stands for all its moments
    deactivated_by_date: bool = True  # LST-008
    unreadable: Literal["refused", "empty", "ignored", "differ"] = "empty"  # LST-009
    unknown: Literal["ignored", "refused"] = "refused"  # LST-010
    odd_limits: Literal["refused", "nearest", "usual", "differ"] = "nearest"  # LST-015
    before: Literal["beginning", "directly before"] = "directly before"  # LST-017
    odd_cursors: Literal["400", "404", "ignored", "empty"] = "404"  # LST-020
    total: Literal["filtered", "all", "left out"] = "all"  # LST-022
    task_filters: tuple[str, ...] = ("state",)  # TSK-012


@dataclass(frozen=True)
class Tasks:
    """What is shown of tasks."""

    target: Literal["text", "config", "left out"] = "config"  # TSK-008
    codes: Callable[[str], str] = lambda code: f"test-{code}"  # TSK-005
    has_message: bool = False
    results: Literal["list", "array", "left out"] = "array"  # TSK-013
    first_state: Literal["pending", "suspended"] = "pending"  # TSK-002
    offered: bool = True


@dataclass(frozen=True)
class Choices:
    """The organisation, its key, and which config they name."""

    status_of_foreign: int = 403  # ORG-006
    when_deactivated: Literal["named", "null", "refused"] = "null"  # ORG-007
    status_of_unknown: int = 404  # ORG-009
    takes_null: bool = False  # ORG-010
    takes_invalid: bool = False  # ORG-011
    configs: Literal["without deactivated", "all", "left out"] = "all"  # ORG-012
    shows_state: bool = False  # ORG-013
    names_by: Literal["id", "config"] = "id"


@dataclass(frozen=True)
class Errors:
    """How refusals are told. `codes` are by status, where they are not those of the documents."""

    codes: Mapping[int, str] = field(
        default_factory=lambda: {401: "authentication-required", 403: "forbidden", 404: "no-such-resource"}
    )  # ERR-008
    status_of_no_object: int = 422  # ERR-003
    empty_updates_for_no_object: bool = False
    params_as_lists: bool = False  # ERR-005
    most_body_bytes: int | None = None  # ERR-011


@dataclass(frozen=True)
class Manners:
    """How this server does what may be done in many ways."""

    surroundings: Surroundings = field(default_factory=Surroundings)
    shapes: Shapes = field(default_factory=Shapes)
    configs: Configs = field(default_factory=Configs)
    tests: Tests = field(default_factory=Tests)
    sending: Sending = field(default_factory=Sending)
    events: Events = field(default_factory=Events)
    lists: Lists = field(default_factory=Lists)
    tasks: Tasks = field(default_factory=Tasks)
    choices: Choices = field(default_factory=Choices)
    errors: Errors = field(default_factory=Errors)


PLAIN = Manners()
