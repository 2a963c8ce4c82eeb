"""RenderIO's operations on one account, as checks use them.

Each call stands on the requirement that says how it is answered. Where that does not hold, it is recorded as what is
broken, and the check that needed it ends without a word on its own requirements.
"""

import contextlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from contracts.checks.renderio.missing import rule_disappearance_out, rule_other_causes_out
from contracts.client import Response
from contracts.clock import Clock
from contracts.errors import NoAnswerError, NotObservable, NotRun, TargetGoneError
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.trial import Trial, Workspace
from contracts.verdicts import TimeLevel

FINAL = frozenset({"SUCCESS", "FAILED"})
IN_ORDER = ("QUEUED", "PROCESSING", "SUCCESS", "FAILED")

LONGEST_WAIT_SECONDS = 60.0
"""The longest Retry-After that a run waits for."""

CLOCK_GRAIN_SECONDS = 0.1
"""How much longer than Retry-After is waited: two machines do not count seconds alike."""

MOST_REFUSALS = 5
"""How often one request may be answered 429 before its check gives up."""

SETTLED_SECONDS = 0.25
"""How long a delivery may be on its way after a controlled clock has said that nothing due is left."""

STORED_SECONDS = 5.0
"""How long a target has, where no clock says that it is done, to store what an answer of ours means."""

LATE_SECONDS = 120.0
"""How long a first attempt that did not come at once is looked for."""

SEEN_LATE_SECONDS = 3.0
"""For how long a command that cannot be read at once is asked for, to tell "not at once" from "not at all"."""

OK, ACCEPTED, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY = 200, 202, 401, 403, 404, 429


@dataclass(frozen=True, slots=True)
class Run:
    """A command that is over: as polling shows it, and the deliveries that it has caused so far."""

    command_id: str
    command: Mapping[str, Any]
    arrivals: Sequence[Arrival]


class Account:
    """One account of the target."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        self.trial = trial
        self.workspace = workspace or trial.workspace
        self._submitted: set[str] = set()
        self._seen: set[str] = set()
        self.waited_seconds = 0.0
        """How long it was waited, in real time, since requests were answered 429."""

    # ------------------------------------------------------------------------------------------------- requests

    def send(
        self,
        operation: str,
        *,
        parameters: Mapping[str, str] | None = None,
        stands_on: str | None = None,
        **request: Any,
    ) -> Response:
        """Send a request to an operation (`body`, `content`, `headers`, `anonymous` as in `Client.request`).

        A 429 is judged, waited for and repeated. Without an answer, `stands_on` does not hold, or `NoAnswerError`.
        Ends the check where the account's own key is refused: RIO-AUT-001 does not hold.
        """
        described = self.trial.api.operations[operation]
        refusals = 0
        while True:
            try:
                with self.trial.submitting() if operation == "runFfmpegCommand" else contextlib.nullcontext():
                    response = self.workspace.client.request(
                        described.method, described.url(**(parameters or {})), **request
                    )
            except NoAnswerError as error:
                if stands_on is not None and self._answers_at_all():
                    self.trial.require(stands_on, False, str(error))
                raise
            if response.status != TOO_MANY:
                if refusals:
                    self.trial.passed("RIO-ERR-011", because="the request was accepted after the time of Retry-After")
                self._let_in(operation, response, request)
                return response
            refusals += 1
            self._wait_out(response, refusals)

    def _let_in(self, operation: str, response: Response, request: Mapping[str, Any]) -> None:
        # 403 to a poll says of the command, not of the key, that it is somebody else's.
        refused = {UNAUTHORIZED} if operation == "getCommand" else {UNAUTHORIZED, FORBIDDEN}
        other_key = self.trial.api.credential.header in (request.get("headers") or {})
        own_key = not request.get("anonymous") and not other_key
        self.trial.require(
            "RIO-AUT-001",
            not own_key or response.status not in refused,
            f"a request with a valid key was to be accepted, and was answered {response}",
            evidence=[response.evidence],
        )

    def _answers_at_all(self) -> bool:
        try:
            self.workspace.client.request("GET", "/", anonymous=True)
        except NoAnswerError as error:
            message = "nothing answers there any more"
            raise TargetGoneError(message) from error
        return True

    def _wait_out(self, response: Response, refusals: int) -> None:
        trial, value = self.trial, response.headers.get("Retry-After")
        seconds = judge_retry_after(trial, response)
        # By which clock a limit is counted is said nowhere, and other trials may have used up what it allows for.
        controlled = self.workspace.clock.level is TimeLevel.CONTROL
        if refusals > 1 + controlled and trial.is_alone:
            because = f"the request was answered 429 again after the {value!r} of Retry-After"
            trial.failed("RIO-ERR-011", because, evidence=[response.evidence])
        if refusals > MOST_REFUSALS:
            message = f"it was answered 429 {refusals} times in a row"
            raise NotObservable(message)
        if seconds is None or seconds > LONGEST_WAIT_SECONDS:
            message = f"it was answered 429 with Retry-After {value!r}"
            raise NotRun(message)
        trial.note(f"429: waiting {seconds:g} s")
        began = time.monotonic()
        wait_out(self.workspace.clock, seconds, by_its_clock=refusals > 1 and controlled)
        self.waited_seconds += time.monotonic() - began

    # -------------------------------------------------------------------------------------------- configuration

    def configure(self, url: str, secret: str | None = None) -> Response:
        """PUT the configuration; ends the check where a valid one is not answered as RIO-CFG-005 says."""
        if secret:
            self.trial.record.hide(secret)
        body = {"url": url} if secret is None else {"url": url, "secret": secret}
        response = self.send("setWebhookConfig", body=body, stands_on="RIO-CFG-005")
        if secret is None and not _succeeded(response):
            self._rule_missing_secret_out(url, response)
        self.trial.require(
            "RIO-CFG-005",
            _succeeded(response),
            f"a valid PUT was to be answered 200 with success true, and was answered {response}",
            evidence=[response.evidence],
        )
        return response

    def _rule_missing_secret_out(self, url: str, response: Response) -> None:
        """Tell a PUT that fails because it has no secret (RIO-CFG-004) from one that fails anyway."""
        body = {"url": url, "secret": "whsec_to_see_whether_it_takes_one"}
        with_secret = self.send("setWebhookConfig", body=body, stands_on="RIO-CFG-005")
        self.trial.require(
            "RIO-CFG-004",
            not _succeeded(with_secret),
            f"a PUT with a url alone was to succeed like one with a secret, and was answered {response}",
            evidence=[response.evidence, with_secret.evidence],
        )

    def config(self) -> Mapping[str, Any]:
        """GET the configuration; ends the check where the answer is neither of the documented two."""
        response = self.send("getWebhookConfig", stands_on="RIO-CFG-010")
        content = response.object()
        configured = content.get("configured")
        if configured is False:
            self.trial.require(
                "RIO-CFG-013", response.status == OK, f"GET was to be answered 200, and was answered {response}"
            )
            return content
        problems = self.trial.api.violations("ConfiguredWebhook", content)
        # What is_active and disabled_at have to do with each other is judged where it is looked at.
        shape = [key for key in ("url", "is_active", "consecutive_failures", "disabled_at") if key not in content]
        self.trial.require(
            "RIO-CFG-010",
            response.status == OK and configured is True and not shape and _typed(content),
            f"GET was to be answered 200 with the documented properties, and was answered {response}; "
            + "; ".join(problems),
            evidence=[response.evidence],
        )
        return content

    def disable(self) -> Response:
        """DELETE the configuration; ends the check where that is not answered as RIO-CFG-015 says."""
        response = self.send("deleteWebhookConfig", stands_on="RIO-CFG-015")
        self.trial.require(
            "RIO-CFG-015",
            _succeeded(response),
            f"DELETE was to be answered 200 with success true, and was answered {response}",
            evidence=[response.evidence],
        )
        return response

    # -------------------------------------------------------------------------------------------------- commands

    def body(self, **fields: Any) -> dict[str, Any]:
        """A submission of the cheapest command that there is; `fields` replace or add properties."""
        return {
            "input_files": {"in_file": self.trial.media.picture.url},
            "output_files": {"out_file": "result.png"},
            "ffmpeg_command": "ffmpeg -i {{in_file}} -frames:v 1 {{out_file}}",
            **fields,
        }

    def failing_body(self, **fields: Any) -> dict[str, Any]:
        """A submission whose input answers 404, so that the command ends as FAILED."""
        return self.body(input_files={"in_file": self.trial.receiver.missing_url}, **fields)

    def submit(self, body: Mapping[str, Any] | None = None) -> str:
        """Submit a valid command; its id. Ends the check where it is not accepted as RIO-CMD-001 says."""
        response = self.send("runFfmpegCommand", body=body or self.body(), stands_on="RIO-CMD-001")
        self.trial.require(
            "RIO-CMD-001",
            response.status in {OK, ACCEPTED} and "command_id" in response.object(),
            f"a valid submission was to be answered 200 or 202 with a command_id, and was answered {response}",
            evidence=[response.evidence],
        )
        return self.claimed(response)

    def claimed(self, response: Response) -> str:
        """The id in the answer to an accepted submission; ends the check where it is not as RIO-CMD-002 says."""
        command_id = response.object()["command_id"]
        self.trial.require(
            "RIO-CMD-002",
            isinstance(command_id, str) and command_id and command_id not in self._submitted,
            f"command_id was to be a non-empty string of this submission's own, and was {command_id!r}",
            evidence=[response.evidence],
        )
        self._submitted.add(command_id)
        self.trial.claim(command_id)
        return str(command_id)

    def submit_failing(self, **fields: Any) -> str:
        """Submit a command that will end as FAILED; its id. `NotObservable` where it is refused at once (a reading)."""
        response = self.send("runFfmpegCommand", body=self.failing_body(**fields), stands_on="RIO-CMD-001")
        if response.status in {400, 422}:
            raise NotObservable("the target refuses at submission what cannot be fetched (RIO-CMD-042 b)")
        self.trial.require(
            "RIO-CMD-001" if response.status // 100 == 2 else "RIO-CMD-042",  # noqa: PLR2004 - HTTP's success
            response.status in {OK, ACCEPTED} and "command_id" in response.object(),
            f"a command whose input answers 404 was to be accepted or refused with 4xx, and was answered {response}",
            evidence=[response.evidence],
        )
        return self.claimed(response)

    def poll(self, command_id: str) -> Mapping[str, Any]:
        """The command as polling shows it; ends the check where it is not answered 200 with a known status."""
        response = self.send("getCommand", parameters={"commandId": command_id}, stands_on="RIO-CMD-003")
        if response.status == NOT_FOUND and command_id in self._submitted - self._seen:
            self._await_reading(command_id, response)
        if response.status == NOT_FOUND:
            rule_disappearance_out(self, command_id)
        content = response.object()
        self.trial.require(
            "RIO-CMD-003",
            response.status == OK and content.get("command_id") == command_id,
            f"a poll was to be answered 200 with the command {command_id}, and was answered {response}",
            evidence=[response.evidence],
        )
        self._seen.add(command_id)
        status = content.get("status")
        self.trial.require(
            "RIO-CMD-005",
            status in IN_ORDER,
            f"status was to be one of {', '.join(IN_ORDER)}, and was {status!r}",
            evidence=[response.evidence],
        )
        return content

    def _await_reading(self, command_id: str, first: Response) -> None:
        deadline = time.monotonic() + SEEN_LATE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(self.trial.poll_seconds)
            response = self.send("getCommand", parameters={"commandId": command_id}, stands_on="RIO-CMD-003")
            self.trial.require(
                "RIO-CMD-004",
                response.status != OK,
                f"command {command_id} was to be found at once, and was only found after an answer {first.status}",
                evidence=[first.evidence, response.evidence],
            )

    def finished(self, command_id: str, *, stands_on: str = "RIO-CMD-010") -> Mapping[str, Any]:
        """Poll until the command is over; ends the check, as `stands_on` does not hold, where it is not in time."""
        deadline = time.monotonic() + self.trial.patience_seconds - self.waited_seconds
        while (command := self.poll(command_id))["status"] not in FINAL:
            self._stop_in_time()
            if time.monotonic() > deadline + self.waited_seconds:
                if stands_on != "RIO-CMD-010":
                    self.finished(self.submit())  # where a plain command is as slow, it is not of this command's kind
                self.trial.require(
                    stands_on,
                    False,
                    f"a command on a short file was to finish within a few seconds, and was {command['status']} "
                    f"after {self.trial.patience_seconds:g} s",
                )
            time.sleep(self.trial.poll_seconds)
        return command

    # ------------------------------------------------------------------------------------------------ deliveries

    def run(self, inbox: Inbox, body: Mapping[str, Any] | None = None, *, count: int = 1) -> Run:
        """Submit a command, wait until it is over and until `count` deliveries in all have come to the inbox.

        Ends the check where fewer come: RIO-WHK-002 does not hold for a SUCCESS, RIO-WHK-003 for a FAILED.
        """
        return self.followed(inbox, self.submit(body), count=count)

    def run_failing(self, inbox: Inbox, *, count: int = 1, **fields: Any) -> Run:
        """The same with a command that ends as FAILED."""
        return self.followed(inbox, self.submit_failing(**fields), count=count)

    def followed(self, inbox: Inbox, command_id: str, *, count: int = 1, stands_on: str | None = None) -> Run:
        """Wait until a submitted command is over, and for `count` deliveries in all at the inbox.

        Ends the check where fewer come, as `stands_on` does not hold; None: what the configured URL stands on.
        """
        command = self.finished(command_id)
        arrivals = self.arrived(inbox, count)
        if len(arrivals) < count:
            self.rule_lateness_out(inbox, count)
            if stands_on is None and command["status"] == "SUCCESS":
                rule_other_causes_out(self, inbox)
        self.trial.require(
            stands_on or ("RIO-WHK-002" if command["status"] == "SUCCESS" else "RIO-WHK-003"),
            len(arrivals) >= count,
            f"command {command_id} ended as {command['status']}: {count} deliveries in all were to come to the "
            f"{inbox.name}, and {len(arrivals)} came",
        )
        return Run(command_id, command, arrivals)

    def arrived(self, inbox: Inbox, count: int) -> Sequence[Arrival]:
        """What has come to the inbox once everything due has happened; waits for `count` at most."""
        self.workspace.clock.settle()
        left_seconds = self.trial.budget.remaining_seconds
        arrivals = inbox.wait_or_count(count, min(self.transit_seconds, left_seconds))
        if len(arrivals) < count and left_seconds < self.transit_seconds:
            raise NotRun("the time budget ended before a delivery had its time to come")
        return arrivals

    def config_once(self, holds: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        """The configuration, asked for again, where no clock says that it is up to date, until something holds of it.

        What an attempt's end means for the account is stored after our answer, a moment later than we can look.
        """
        self.workspace.clock.settle()
        deadline = time.monotonic() + STORED_SECONDS
        while not holds(config := self.config()) and time.monotonic() < deadline:
            if self.workspace.clock.level is TimeLevel.CONTROL:
                break
            self._stop_in_time()
            time.sleep(self.trial.poll_seconds)
        return config

    def _stop_in_time(self) -> None:
        if not self.trial.budget.remaining_seconds:
            raise NotRun("the time budget ended in the middle of the check")

    def finish_one(self, body: Mapping[str, Any] | None = None) -> str:
        """Submit a command and wait until it is over and everything due has happened, whatever is delivered; its id."""
        command_id = self.submit(body)
        self.finished(command_id)
        self.workspace.clock.settle()
        return command_id

    def configure_from_zero(self, inbox: Inbox) -> None:
        """PUT the inbox's URL and see to it that no failure is counted; an earlier check may have left some.

        `NotObservable` where not even a successful delivery sets the count back, or the webhook is not active.
        """
        self.configure(inbox.url)
        if self.workspace.untouched or not self.config().get("consecutive_failures"):
            return
        aside = self.trial.inbox("aside")
        self.configure(aside.url)
        self.run(aside)
        config = self.config_once(lambda config: not config.get("consecutive_failures"))
        if config.get("consecutive_failures") or not config.get("is_active"):
            raise NotObservable("failures are counted from before, and a successful delivery did not set them back")
        self.configure(inbox.url)

    def rule_lateness_out(self, inbox: Inbox, count: int) -> None:
        """Tell a first attempt that comes late (RIO-RTY-011) from one that never comes, where time costs nothing."""
        clock = self.workspace.clock
        if clock.level in {TimeLevel.CONTROL, TimeLevel.STEPPED}:
            clock.pass_time(LATE_SECONDS)
            self.trial.require(
                "RIO-RTY-011",
                len(self.arrived(inbox, count)) < count,
                f"the first attempt was to be made at once, and came later, within {LATE_SECONDS:g} s",
            )

    @property
    def transit_seconds(self) -> float:
        """How long to wait, in real time, for a delivery that is due."""
        controlled = self.workspace.clock.level is TimeLevel.CONTROL
        return SETTLED_SECONDS if controlled else self.trial.patience_seconds

    def nothing_more(self, inbox: Inbox, count: int, *, seconds: float = 0.0) -> bool:
        """Whether no more than `count` deliveries have come to the inbox after `seconds` more of the target's time."""
        if seconds:
            self.workspace.clock.pass_time(seconds)
        self.workspace.clock.settle()
        quiet_seconds = 1.0 if self.workspace.clock.level in {TimeLevel.NONE, TimeLevel.DECLARED} else 0.0
        return len(inbox.wait_or_count(count + 1, quiet_seconds)) <= count


def judge_retry_after(trial: Trial, response: Response) -> float | None:
    """Judge the Retry-After of a 429 (RIO-ERR-010); the seconds to wait, or None where it has none."""
    value = response.headers.get("Retry-After", "").strip()
    evidence = [response.evidence]
    if value.isascii() and value.isdigit():
        trial.passed("RIO-ERR-010", reading="a", because=f"Retry-After: {value}", evidence=evidence)
        return float(value)
    try:
        moment = _date(value)
    except ValueError:
        because = f"a 429 was to carry Retry-After with seconds or an HTTP date, and its value was {value!r}"
        trial.failed("RIO-ERR-010", because, evidence=evidence)
        return None
    trial.passed("RIO-ERR-010", reading="b", because=f"Retry-After: {value}", evidence=evidence)
    try:
        shown = _date(response.headers.get("Date", ""))
    except ValueError:
        shown = datetime.now(UTC)
    by_its_clock = trial.clock.now() if trial.clock.level is TimeLevel.CONTROL else shown
    return seconds_until(moment, shown, by_its_clock) + 1


def seconds_until(moment: datetime, shown: datetime, by_its_clock: datetime) -> float:
    """The seconds to a date in a header, 0 where it is over.

    They count from what the target's own watch has `shown`, which need not be right; where that makes no sense, from
    the moment on the clock that it can be made to move.
    """
    seconds = (moment - shown).total_seconds()
    if abs(seconds) > LONGEST_WAIT_SECONDS:
        seconds = (moment - by_its_clock).total_seconds()
    return max(0.0, seconds)


def _date(text: str) -> datetime:
    """A date of HTTP; one without a time zone is in UTC, as all of them are. Raises `ValueError`."""
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def wait_out(clock: Clock, seconds: float, *, by_its_clock: bool) -> None:
    """Let so much time pass, in any case in real time, and on the target's own clock if that is asked for."""
    time.sleep(seconds + CLOCK_GRAIN_SECONDS)
    if by_its_clock:
        clock.pass_time(seconds)


def _succeeded(response: Response) -> bool:
    return response.status == OK and response.object().get("success") is True


def _typed(content: Mapping[str, Any]) -> bool:
    failures = content["consecutive_failures"]
    return (
        isinstance(content["url"], str)
        and isinstance(content["is_active"], bool)
        and isinstance(failures, int | float)
        and not isinstance(failures, bool)
        and failures == math.floor(failures) >= 0  # 8.0 is a whole number in JSON as 8 is
        and isinstance(content["disabled_at"], str | None)
    )
