"""One account under one random history, and the model of it beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.checks.renderio.account import Account
from contracts.checks.renderio.calls import NOT_FOUND, OK
from contracts.checks.renderio.life_cycle_model import Attempt, Divergence, Model, Seen
from contracts.checks.renderio.material import plain_secret
from contracts.checks.renderio.payload import read
from contracts.checks.renderio.schedule import FAILURE, FIRST_RETRY_SECONDS, POLICY
from contracts.checks.renderio.signatures import signature_flaws
from contracts.checks.renderio.subjects import command_id
from contracts.errors import KitError
from contracts.record import Arrival
from contracts.trial import Trial, Workspace
from contracts.verdicts import Status, TimeLevel

MOST_FAILURES = (POLICY.failure_threshold or 100) - 1


class Rehearsal(Trial):
    """A trial within a trial, on a workspace of its own: what fails in it is a divergence, and nothing is recorded."""

    def __init__(self, trial: Trial, workspace: Workspace) -> None:
        self.__dict__.update(trial.__dict__)
        self.workspace = workspace

    def _find(
        self,
        requirement: str,
        status: Status,
        because: str,
        reading: str | None,  # noqa: ARG002 - the signature of `Trial`
        evidence: Sequence[int],  # noqa: ARG002 - the signature of `Trial`
    ) -> None:
        if status is Status.FAILED:
            raise Divergence(requirement, because)


@dataclass(slots=True)
class Course:
    """What all histories of one check share."""

    trial: Trial
    most_histories: int
    seen: set[Seen] = field(default_factory=set)
    histories: int = 0
    divergence: Divergence | None = None
    stopped: KitError | None = None

    @property
    def controlled(self) -> bool:
        """Whether time stands still but for what the kit lets pass; else nothing may be left to happen by itself."""
        return self.trial.clock.level is TimeLevel.CONTROL

    @property
    def over(self) -> bool:
        """Whether no more histories are wanted."""
        return self.divergence is not None or self.stopped is not None or self.histories > self.most_histories


class World:
    """One account under one history, and the model beside it."""

    def __init__(self, course: Course) -> None:
        trial = course.trial
        rehearsal = Rehearsal(trial, trial.fresh() if trial.untouched else trial.workspace)
        self.course = course
        self.account = Account(rehearsal)
        self.clock = rehearsal.clock
        self.inboxes = {name: rehearsal.inbox(f"{name} URL") for name in ("first", "second")}
        self.secrets = {name: plain_secret(trial.random) for name in ("one", "another")}
        self.model = Model()
        self.failures = 0
        self._told: set[int] = set()

    def begin(self) -> None:
        """Bring an account that is not as new into a known state: configured, active, without failures."""
        if not self.course.trial.untouched:
            self.put("first", "one")
            self.finish(taken=True)

    def put(self, place: str, secret: str | None) -> None:
        """PUT one of the two URLs with one of the two secrets, or none."""
        given = None if secret is None else self.secrets[secret]
        self.account.configure(self.inboxes[place].url, given)
        self.model.put(self.inboxes[place].url, given)

    def delete(self) -> None:
        """DELETE; only where the webhook is active is it said how that is answered."""
        if self.model.active:
            self.account.disable()
        else:
            response = self.account.send("deleteWebhookConfig")
            if self.model.url is None and response.status in {OK, NOT_FOUND}:
                self.course.seen.add(Seen("RIO-CFG-019", "a" if response.status == OK else "b"))
        self.model.delete()

    def finish(self, *, taken: bool) -> None:
        """Let a command end, and answer its delivery, if there is one, with a success or a failure."""
        self._answer(taken=taken)
        subject = self.account.submit()
        self.clock.settle()
        self.account.finished(subject)
        self.model.finished(subject)
        inbox = next((inbox for inbox in self.inboxes.values() if inbox.url == self.model.url), self.inboxes["first"])
        known = sum(arrival.number in self._told for arrival in inbox.arrivals)
        if not self.model.active:
            self.account.nothing_more(inbox, known)
            self.tell()
            self.course.seen.add(Seen("RIO-CFG-016"))
            return
        self.account.arrived(inbox, known + 1)
        again = "RIO-DIS-014" if self.model.since == "a PUT after a DELETE" else None
        self.tell()
        if self.model.owes(subject):
            run = self.account.followed(inbox, subject, count=known + 1, stands_on=again)
            problem = read(run.arrivals[-1].body).problem
            because = problem or "its data does not name the command"
            raise Divergence("RIO-WHK-006" if problem else "RIO-WHK-007", f"the body of a delivery: {because}")

    def pass_time(self, seconds: float, *, taken: bool) -> None:
        """Let time pass; retries in it are answered with a success or a failure."""
        self._answer(taken=taken)
        self.clock.pass_time(seconds)
        self.tell()
        self.course.seen.update(self.model.passed(seconds, first_retry_seconds=FIRST_RETRY_SECONDS))

    def may_fail(self, attempts: int) -> bool:
        """Whether so many more failures in a row leave the webhook enabled, and retries come when the kit says so."""
        # A success that does not count for certain may have set nothing back.
        counted = max(count for _, count in self.model.counts)
        return self.course.controlled and max(self.failures, counted) + attempts <= MOST_FAILURES

    def look(self) -> None:
        """Hold everything that came and everything that GET shows against the model."""
        self.clock.settle()
        self.tell()
        config = self.account.config()
        try:
            self.course.seen.update(self.model.shown(config))
        except Divergence as divergence:
            if divergence.requirement == "RIO-CFG-017" and config.get("is_active"):
                self.finish(taken=True)  # diverges by RIO-CFG-016 where the DELETE has had no effect at all
            raise

    def tell(self) -> None:
        """Tell the model what came since the last time, in order."""
        arrivals = [arrival for inbox in self.inboxes.values() for arrival in inbox.arrivals]
        for arrival in sorted(arrivals, key=lambda arrival: arrival.number):
            if arrival.number not in self._told:
                self._told.add(arrival.number)
                attempt = self._attempt(arrival)
                self.failures = 0 if attempt.taken else self.failures + 1
                self.course.seen.update(self.model.arrived(attempt))

    def _answer(self, *, taken: bool) -> None:
        for inbox in self.inboxes.values():
            inbox.script(then=OK if taken else FAILURE)

    def _attempt(self, arrival: Arrival) -> Attempt:
        url = next(inbox.url for inbox in self.inboxes.values() if inbox.name == arrival.inbox)
        taken = arrival.answer == str(OK)
        found = {secret: signature_flaws(arrival, secret) for secret in self.secrets.values()}
        key = next((secret for secret, flaws in found.items() if flaws == ()), None)
        expected = next((secret for secret in self.model.keys if secret is not None), self.secrets["one"])
        flaws = found[expected]
        flaw = flaws[0].requirement if key is None and flaws else None
        return Attempt(command_id(arrival.body) or "", url, key, taken, flaw)
