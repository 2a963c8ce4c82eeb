"""What is judged: an address, credentials, what it offers, and what is expected to fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from contracts.pages import Page

NO_CONTROL = "off"

CLOCK, DELIVERIES, EVENTS, RESET, WORKSPACES = "clock", "deliveries", "events", "reset", "workspaces"
CALLBACKS, PAGES, RENDERS = "callbacks", "pages", "renders"
"""Names of capabilities of the control protocol that the kit uses; `events`: one can be had happen; `workspaces`: any
credential of the documented form opens a workspace of its own; `callbacks`: the steps that follow a render can be told
to go wrong; `pages` and `renders`: the target lists these."""


@dataclass(frozen=True, slots=True)
class ReceiverOptions:
    """Where the kit's receiver listens, and under which URL the target reaches it (None: where it listens)."""

    host: str = "127.0.0.1"
    port: int = 0
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Patience and tolerances in seconds of real time; None: what fits the time level."""

    patience_seconds: float = 30.0
    request_seconds: float = 30.0
    early_seconds: float | None = None
    late_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One implementation, as the run is told of it.

    `keys` are the credentials of different accounts, the main one first; empty where the target opens a workspace for
    any credential. `control` is the control base URL, `off`, or None for the usual place. `run` is a command that
    starts it. `input_url` is a small media file that the target can fetch, in place of the kit's own.
    `expected_failures` maps requirement ids to reasons. `pages` are those that it has, the published ones first; empty
    where it is asked for them.
    """

    url: str
    api: str
    keys: tuple[str, ...] = ()
    control: str | None = None
    run: str | None = None
    receiver: ReceiverOptions = ReceiverOptions()
    input_url: str | None = None
    ca_file: str | None = None
    timing: Timing = Timing()
    expected_failures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pages: tuple[Page, ...] = ()

    @property
    def control_url(self) -> str | None:
        """The base of the control protocol; None where it is not to be used."""
        if self.control == NO_CONTROL:
            return None
        return (self.control or f"{self.url.rstrip('/')}/_control").rstrip("/")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How one run goes: which requirements (id prefixes; empty: all), how long (None: no limit), from which seed."""

    only: tuple[str, ...] = ()
    time_budget_seconds: float | None = None
    seed: int = 0
    strict: bool = False
    workers: int | None = None
