"""Everything that a run needs while it lasts: the target's capabilities, its time, the receiver, the media."""

import contextlib
import importlib
import importlib.util
import random
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from contracts.budget import Budget
from contracts.check import Check
from contracts.claims import Claims
from contracts.client import Address, Client
from contracts.clocks import Circumstances, Timekeeper, choose
from contracts.control import NOTHING, Control, Offer, discover
from contracts.documents import Api, Credential, load_api
from contracts.errors import NoAnswerError, SetUpError
from contracts.known_pages import known_pages
from contracts.media import Media
from contracts.pages import Page
from contracts.process import TargetProcess
from contracts.receiver import Receiver
from contracts.record import Record
from contracts.subjects import subjects_of
from contracts.target import PAGES, RESET, WORKSPACES, RunOptions, Target
from contracts.trial import Surroundings, Trial, Workspace
from contracts.verdicts import TimeLevel

KEY_RANDOM_BYTES = 32
MOST_WORKERS = 4
LOCAL_POLLS_PER_SECOND = 10.0

PRESENCE_SECONDS = 5.0
"""How long a target has to show that it is still there."""

Prepare = Callable[[Client, Offer], None]
"""What is done to every account when it is opened, before a check sees it."""


class Session:
    """A target made ready to be judged; a context manager. Raises `SetUpError` where that cannot be."""

    def __init__(self, target: Target, options: RunOptions, *, prepare: Prepare | None = None) -> None:
        self.target = target
        self.options = options
        self.api: Api = load_api(target.api)
        self.budget = Budget(options.time_budget_seconds)
        self.offer = NOTHING
        self.gone: str | None = None
        self.pages: tuple[Page, ...] = ()
        self._prepare = prepare
        self._timekeeper: Timekeeper | None = None
        self._receiver: Receiver | None = None
        self._subjects = subjects_of(self.api.name)
        self._claims = Claims(self._subjects, lambda: self.own_workspaces)
        self._close = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            process = None
            if self.target.run is not None:
                process = opened.enter_context(TargetProcess(self.target, self.budget))
                self.target = process.target  # with its port filled in
            control_url = self.target.control_url
            if control_url is not None:
                self.offer = discover(control_url, self.address, asked_for=self.target.control is not None)
            if not self.target.keys and not self.own_workspaces:
                credential = self.api.credential
                message = (
                    f"{credential.a_name} is needed ({credential.option}): the target does not say that any "
                    f"{credential.word} opens an account of its own"
                )
                raise SetUpError(message)
            self.pages = known_pages(self.api, self.target, self._listed_pages)
            subject_of = self._subjects.subject_of
            self._receiver = opened.enter_context(Receiver(self.target.receiver, subject_of=subject_of))
            self._media = Media(self._receiver, input_url=self.target.input_url)
            self._timekeeper = choose(self._circumstances(process))
            self._close = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close.close()

    # ------------------------------------------------------------------------------------- what a run is like

    @property
    def address(self) -> Address:
        """Where the target is."""
        target = self.target
        return Address(target.url, target.timing.request_seconds, target.ca_file, accept=self.api.accept)

    @property
    def is_receiver_apart(self) -> bool:
        """Whether the receiver is on this machine's loopback, and the target is not on this machine."""
        return not self.address.is_local and Address(self.receiver.url).is_local

    @property
    def own_workspaces(self) -> bool:
        """Whether every trial can have an account of its own, so that trials can run side by side."""
        return self.offer.has(WORKSPACES)

    @property
    def workers(self) -> int:
        """How many trials may run at a time."""
        side_by_side = self.own_workspaces and not self.timekeeper.exclusive
        return (self.options.workers or MOST_WORKERS) if side_by_side else 1

    @property
    def time_level(self) -> TimeLevel:
        """By which means time passes."""
        return self.timekeeper.level

    @property
    def timekeeper(self) -> Timekeeper:
        """Makes the clock of each account."""
        if self._timekeeper is None:
            message = "the session is not open"
            raise RuntimeError(message)
        return self._timekeeper

    @property
    def receiver(self) -> Receiver:
        """The kit's receiver."""
        if self._receiver is None:
            message = "the session is not open"
            raise RuntimeError(message)
        return self._receiver

    def unobservable(self, check: Check) -> str | None:
        """Why this check cannot see anything here; None if it can."""
        if check.second_account and not self.own_workspaces and len(self.target.keys) < 2:  # noqa: PLR2004 - two accounts
            return f"it takes the credential of a second account ({self.api.credential.second_option})"
        return self.timekeeper.beyond(check.span_seconds)

    # -------------------------------------------------------------------------------------------- for trials

    def trial(self, check: Check) -> Trial:
        """A trial of a check on an account of its own, or on the only one once nobody else is at it."""
        return Trial(
            check,
            Surroundings(
                api=self.api,
                receiver=self.receiver,
                media=self._media,
                patience_seconds=self.target.timing.patience_seconds,
                polls_per_second=self._polls_per_second,
                budget=self.budget,
                open_workspace=self._open_workspace,
                open_second=self._open_second,
                is_foreign=self._claims.is_foreign,
                claim=self._claims.claim,
                offer=self.offer,
                is_alone=self.workers == 1,
                pages=self.pages,
                is_receiver_apart=self.is_receiver_apart,
            ),
            seed=self.options.seed,
        )

    @property
    def _polls_per_second(self) -> float:
        """As the documents advise, but for a target on this machine, where nobody's service is burdened."""
        return max(self.timekeeper.polls_per_second, LOCAL_POLLS_PER_SECOND if self.address.is_local else 0.0)

    def still_there(self) -> bool:
        """Whether anything answers at the target's address."""
        address = replace(self.address, timeout_seconds=min(self.address.timeout_seconds, PRESENCE_SECONDS))
        client = Client(address, Record(), credential=self.api.credential, secret=self._any_key())
        try:
            client.request("GET", "/", anonymous=True)
        except Exception:  # noqa: BLE001 - whatever it is, it is no answer
            return False
        finally:
            client.close()
        return True

    def _circumstances(self, process: TargetProcess | None) -> Circumstances:
        # The longest: steps of the clock are proven by what is tried again.
        policy = max(self.api.policies.values(), key=lambda policy: len(policy.delays_seconds), default=None)
        return Circumstances(
            address=self.address,
            credential=self.api.credential,
            key=self._any_key(),
            offer=self.offer,
            process=process,
            receiver=self.receiver,
            budget=self.budget,
            timing=self.target.timing,
            provoke=self._provocation(),
            delays_seconds=policy.delays_seconds[1:] if policy is not None else (),
            is_timed=policy is not None,
        )

    def _provocation(self) -> Callable[[str], None] | None:
        name = f"contracts.checks.{self.api.name}.provocation"
        if importlib.util.find_spec(name) is None:
            return None
        provoke = importlib.import_module(name).provoke

        def provoked(webhook_url: str) -> None:
            client = self._client(Record(), self._any_key())
            try:
                provoke(self.api, client, media=self._media, webhook_url=webhook_url)
            finally:
                client.close()

        return provoked

    def _open_workspace(self, record: Record) -> Workspace:
        return self._workspace(record, self._any_key(), untouched=self.own_workspaces)

    def _open_second(self, record: Record) -> Workspace | None:
        if self.own_workspaces:
            return self._open_workspace(record)
        if len(self.target.keys) < 2:  # noqa: PLR2004 - two accounts
            return None
        return self._workspace(record, self.target.keys[1], untouched=False)

    def _workspace(self, record: Record, key: str, *, untouched: bool) -> Workspace:
        client = self._client(record, key)
        if not untouched and self.offer.has(RESET):
            Control(self.offer, client).reset()
            untouched = True
        if self._prepare is not None:
            self._prepare(client, self.offer)
        return Workspace(client, self.timekeeper.clock(client), untouched)

    def _client(self, record: Record, key: str) -> Client:
        return Client(
            self.address,
            record,
            credential=self.api.credential,
            secret=key,
            remaining_seconds=lambda: self.budget.remaining_seconds,
        )

    def _listed_pages(self) -> tuple[Page, ...] | None:
        if not self.offer.has(PAGES):
            return None
        client = self._client(Record(), self._any_key())
        try:
            return Control(self.offer, client).pages()
        except NoAnswerError as error:
            message = f"the target says that it lists its pages, and does not: {error}; or name some in a target file"
            raise SetUpError(message) from error
        finally:
            client.close()

    def _any_key(self) -> str:
        return new_key(self.api) if self.own_workspaces else self.target.keys[0]


def new_key(api: Api) -> str:
    """A credential of the documented form that nobody has used."""
    return new_credential(api.credential)


def new_credential(credential: Credential) -> str:
    """The same, for whoever knows the credential's form alone."""
    literal = re.match(r"[A-Za-z0-9_-]*", credential.pattern)
    return f"{literal.group() if literal else ''}{secrets.token_hex(KEY_RANDOM_BYTES)}"


def seeded(seed: int | None) -> int:
    """The seed given, or one to be named in the report."""
    return random.SystemRandom().randrange(2**32) if seed is None else seed
