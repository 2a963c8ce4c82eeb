"""What a check is given: an account on the target, its time, the kit's receiver, and a place for what it finds."""

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.budget import Budget
from contracts.catalogue import Level
from contracts.check import Check
from contracts.client import Client
from contracts.clock import Clock
from contracts.control import NOTHING, Control, Offer
from contracts.documents import Api
from contracts.errors import NotObservable, Unmet
from contracts.media import Media
from contracts.pages import Page
from contracts.receiver import Inbox, Receiver
from contracts.record import Note, Record
from contracts.verdicts import Finding, Status


@dataclass(frozen=True, slots=True)
class Workspace:
    """One account on the target for one check; `untouched` where nothing of another check can be left in it."""

    client: Client
    clock: Clock
    untouched: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run lends to its trials."""

    api: Api
    receiver: Receiver
    media: Media
    patience_seconds: float
    polls_per_second: float
    budget: Budget
    open_workspace: Callable[[Record], Workspace]
    open_second: Callable[[Record], Workspace | None]
    is_foreign: Callable[["Trial", str], bool]
    claim: Callable[["Trial", str], None]
    offer: Offer = NOTHING
    is_alone: bool = True
    pages: tuple[Page, ...] = ()
    is_receiver_apart: bool = False


class Trial:
    """One run of one check."""

    def __init__(self, check: Check, surroundings: Surroundings, *, seed: int) -> None:
        self.check = check
        self.api = surroundings.api
        self.media = surroundings.media
        self.receiver = surroundings.receiver
        self.patience_seconds = surroundings.patience_seconds
        self.poll_seconds = 1 / surroundings.polls_per_second
        self.budget = surroundings.budget
        self.offer = surroundings.offer
        """What the target offers of the control protocol."""
        self.is_alone = surroundings.is_alone
        """Whether no other trial sends requests at the same time."""
        self.pages = surroundings.pages
        """The pages of the target that a render can name, in every account; the published ones first."""
        self.is_receiver_apart = surroundings.is_receiver_apart
        """Whether the target can hardly reach the receiver, so that nothing follows from what does not come there."""
        self.record = Record()
        self.random = random.Random(f"{seed}/{check.id}")  # noqa: S311 - data for tests, to be repeated
        self.seed = seed
        self._surroundings = surroundings
        self.token = object()
        """Stands for this trial where it is to be known without being kept."""
        self._findings: list[Finding] = []
        self._inboxes: list[Inbox] = []
        self._workspaces: list[Workspace] = []
        self._submissions = 0
        self.workspace = self._opened(surroundings.open_workspace(self.record))

    # ------------------------------------------------------------------------------------------ what is found

    @property
    def findings(self) -> Sequence[Finding]:
        """Everything found so far, in order."""
        return tuple(self._findings)

    def passed(
        self, *requirements: str, because: str = "", reading: str | None = None, evidence: Sequence[int] = ()
    ) -> None:
        """These requirements hold, as far as this check sees; `reading` is the id of the reading that was seen."""
        for requirement in requirements:
            self._find(requirement, Status.PASSED, because, reading, evidence)

    def failed(self, requirement: str, because: str, *, evidence: Sequence[int] = ()) -> None:
        """This requirement does not hold; `because` says what was expected and what was seen."""
        if self.api.requirements[requirement].level is Level.MAY:
            message = f"{requirement} is a MAY: nothing fails by it"
            raise ValueError(message)
        self._find(requirement, Status.FAILED, because, None, evidence)

    def expect(
        self, requirement: str, holds: object, because: str, *, reading: str | None = None, evidence: Sequence[int] = ()
    ) -> bool:
        """Judge a requirement and go on; `because` says what was expected and what was seen, for a failure."""
        if holds:
            self.passed(requirement, reading=reading, evidence=evidence)
        else:
            self.failed(requirement, because, evidence=evidence)
        return bool(holds)

    def require(self, requirement: str, holds: object, because: str, *, evidence: Sequence[int] = ()) -> None:
        """Go on only if this holds. A pass is not recorded by it.

        Else it is recorded as a failure of `requirement`, whether or not the check is about that, and the check ends
        (`Unmet`).
        """
        if not holds:
            self.failed(requirement, because, evidence=evidence)
            message = f"{requirement} does not hold: {because}"
            raise Unmet(message)

    def saw(self, requirement: str, reading: str, because: str = "", *, evidence: Sequence[int] = ()) -> None:
        """A reading of a requirement was seen; it is permitted, like every reading."""
        self.api.requirements[requirement].reading(reading)
        self.passed(requirement, reading=reading, because=because, evidence=evidence)

    def unobservable(self, *requirements: str, because: str) -> None:
        """These requirements could not be seen, and why."""
        for requirement in requirements:
            self._find(requirement, Status.NOT_OBSERVABLE, because, None, ())

    def note(self, text: str) -> None:
        """Keep a word on the course of the check beside its evidence."""
        self.record.add(Note(self.record.next_number(), datetime.now(UTC), text, self.clock.stamp()))

    # ------------------------------------------------------------------------------------------ what is at hand

    @property
    def client(self) -> Client:
        """The account that is judged."""
        return self.workspace.client

    @property
    def clock(self) -> Clock:
        """Its time."""
        return self.workspace.clock

    @property
    def published(self) -> Sequence[Page]:
        """The pages that a render can name: one at least where the API renders pages."""
        return [page for page in self.pages if page.is_published]

    @property
    def unpublished(self) -> Sequence[Page]:
        """Pages that exist and are not published; often none are known."""
        return [page for page in self.pages if not page.is_published]

    @property
    def control(self) -> Control:
        """The account's calls of the control protocol; only those may be made that `offer` lists."""
        return self.control_of(self.workspace)

    def control_of(self, workspace: Workspace) -> Control:
        """The same for another account."""
        return Control(self.offer, workspace.client)

    @property
    def untouched(self) -> bool:
        """Whether the account is as new: no configuration, no commands, nothing pending."""
        return self.workspace.untouched

    def second(self) -> Workspace:
        """Another account; raises `NotObservable` where the run has none."""
        workspace = self._surroundings.open_second(self.record)
        if workspace is None:
            message = f"it takes the credential of a second account ({self.api.credential.second_option})"
            raise NotObservable(message)
        return self._opened(workspace)

    def fresh(self) -> Workspace:
        """A workspace as new for one more round of this check; raises `NotObservable` where there is none."""
        workspace = self._opened(self._surroundings.open_workspace(self.record))
        if not workspace.untouched:
            raise NotObservable("it takes an account as new for every round")
        return workspace

    def inbox(self, name: str = "hook", *, clock: Clock | None = None) -> Inbox:
        """A URL of the receiver for this trial alone; it answers 200 until it is told otherwise.

        Where the API's URLs are shared, deliveries about subjects of other trials (which may be pending from before,
        under the same account) are answered 200 and are no arrivals.
        """
        inbox = self.receiver.inbox(
            name,
            record=self.record,
            stamp=(clock or self.clock).stamp,
            is_foreign=lambda subject: self._surroundings.is_foreign(self, subject),
        )
        self._inboxes.append(inbox)
        return inbox

    @contextlib.contextmanager
    def submitting(self) -> Iterator[None]:
        """While this lasts, a delivery about a subject that nobody has claimed may be about what is being submitted."""
        self._submissions += 1
        try:
            yield
        finally:
            self._submissions -= 1

    @property
    def is_submitting(self) -> bool:
        """Whether a submission has been sent and not been answered."""
        return self._submissions > 0

    def claim(self, subject: str) -> None:
        """Deliveries about this subject (such as a command's id) belong to this trial."""
        self._surroundings.claim(self, subject)

    def close(self) -> None:
        """Let go of everything; later arrivals are answered 200."""
        for inbox in self._inboxes:
            inbox.retire()
        for workspace in self._workspaces:
            workspace.client.close()

    def _opened(self, workspace: Workspace) -> Workspace:
        self._workspaces.append(workspace)
        return workspace

    def _find(
        self, requirement: str, status: Status, because: str, reading: str | None, evidence: Sequence[int]
    ) -> None:
        if requirement not in self.api.requirements:
            message = f"there is no requirement {requirement}"
            raise KeyError(message)
        finding = Finding(
            requirement, status, because, self.check.id, self.clock.level, reading=reading, evidence=tuple(evidence)
        )
        if finding not in self._findings:
            self._findings.append(finding)
