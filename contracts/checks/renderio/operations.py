"""Every operation under requests that schemathesis makes up: valid ones, invalid ones, and chains along the links.

What the documents do not say is not asked for: of a made-up request only the documented properties are sent, and only
an answer that a requirement speaks of is judged. Every URL in it is one of the kit's own receiver.
"""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from contracts import fuzzing
from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.bodies import (
    harmless_configuration,
    harmless_submission,
    made_valid,
    rules_broken_by_configuration,
    rules_broken_by_submission,
)
from contracts.checks.renderio.error_bodies import detail_problems, judge_details
from contracts.checks.renderio.isolation import MALFORMED
from contracts.checks.renderio.refusals import RULES, UNPROCESSABLE
from contracts.checks.renderio.shapes import judge_command
from contracts.checks.renderio.succeeding import is_accepted, is_refusal, is_refused, short
from contracts.client import Response
from contracts.fuzzing import Generated, Mode
from contracts.trial import Trial

VALID, INVALID = 12, 24
"""How many requests are made up at random for an operation, besides those that go through its schemas."""

CHAINS, STEPS = 4, 5

MOST_UNDER_WAY = 3
"""How many commands may wait for their turn: where they are carried out one by one, others wait behind them."""

ANSWERS = ("RIO-CMD-005", "RIO-CMD-018", "RIO-CMD-020", "RIO-CMD-021", "RIO-CMD-023", "RIO-CMD-024")


@check("RIO-CFG-005", "RIO-CFG-006", "RIO-CFG-010", "RIO-CFG-015", "RIO-ERR-001", "RIO-ERR-002", "RIO-ERR-003")
def made_up_configurations(trial: Trial) -> None:
    """Made-up configurations are taken where they are valid and answered 422 where they are not."""
    account, inbox = Account(trial), trial.inbox()
    for generated in _made_up(trial, "setWebhookConfig", Mode.NEGATIVE, INVALID):
        body = harmless_configuration(generated.body, inbox.url)
        for requirement in rules_broken_by_configuration(body):
            response = account.send("setWebhookConfig", body=body, stands_on=requirement)
            if trial.expect(
                requirement,
                response.status == UNPROCESSABLE,
                f"PUT of {short(body)} was to be answered 422, and was answered {response}",
                evidence=[response.evidence],
            ):
                judge_details(trial, response)
    is_configured = False
    for generated in _made_up(trial, "setWebhookConfig", Mode.POSITIVE, VALID):
        body = harmless_configuration(generated.body, inbox.url)
        response = account.configure(body["url"], body.get("secret"))
        shown = response.object().get("url")
        trial.expect("RIO-CFG-006", shown == body["url"], f"url was to be {body['url']!r}, and was {shown!r}")
        account.config()
        is_configured = True
    if is_configured:
        account.disable()
        account.config()
        trial.passed("RIO-CFG-005", "RIO-CFG-010", "RIO-CFG-015")
    _close(trial)


@check(*RULES, "RIO-CMD-001", "RIO-ERR-003", "RIO-ERR-005")
def made_up_submissions(trial: Trial) -> None:
    """Made-up submissions are taken where they are valid and refused where they break a documented rule."""
    sender = _Submissions(Account(trial), trial.inbox().url)
    for mode, count in ((Mode.NEGATIVE, INVALID), (Mode.POSITIVE, VALID)):
        for generated in _made_up(trial, "runFfmpegCommand", mode, count):
            if mode is Mode.POSITIVE or rules_broken_by_submission(sender.harmless(generated)):
                sender.send(generated)
    sender.settle()
    _close(trial)


@check(*ANSWERS, "RIO-CMD-003", "RIO-ERR-007")
def made_up_chains(trial: Trial) -> None:
    """Along the document's links, every command that was taken is found and shown as documented."""
    sender = _Submissions(Account(trial), trial.inbox().url)
    for generated in _made_up(trial, "getCommand", Mode.POSITIVE, VALID):
        sender.send(generated)
    fuzzing.follow_links(trial.api, sender.send, chains=CHAINS, steps=STEPS, seed=trial.seed)
    sender.settle()
    _close(trial)


def _made_up(trial: Trial, operation: str, mode: Mode, count: int) -> Iterator[Generated]:
    """Made-up requests, as long as the target does not say that there are too many."""
    for generated in fuzzing.requests_to(trial.api, operation, mode, count=count, seed=trial.seed):
        if any(finding.requirement == "RIO-ERR-010" for finding in trial.findings):
            trial.note("no further requests are made up: the target limits how many it takes")
            return
        yield generated


def _close(trial: Trial) -> None:
    unseen(trial, *trial.check.requirements, because="no made-up request came to what it says")


def _as_json(body: Any) -> dict[str, Any]:
    """How a body is sent, null too."""
    return {"content": json.dumps(body).encode(), "headers": {"Content-Type": "application/json"}}


class _Submissions:
    """Sends made-up requests about commands, each made harmless, and judges the answers."""

    def __init__(self, account: Account, webhook_url: str) -> None:
        self.account = account
        self.trial = account.trial
        self._webhook_url = webhook_url
        self._taken: set[str] = set()
        self._valid: dict[str, None] = {}
        self._under_way: deque[str] = deque()
        self._refuses_unreachable: bool | None = None

    def harmless(self, generated: Generated) -> Any:
        """The body to send. Its inputs answer 404, so that no FFmpeg runs for it."""
        body = harmless_submission(
            {} if generated.body is fuzzing.NO_BODY or isinstance(generated.body, bytes) else generated.body,
            input_url=self.trial.receiver.missing_url,
            webhook_url=self._webhook_url,
        )
        valid = generated.mode is Mode.POSITIVE and not rules_broken_by_submission(body)
        return made_valid(body) if valid else body

    def send(self, generated: Generated) -> Response:
        """Send it, or its harmless like."""
        if generated.operation == "getCommand":
            return self._get(generated)
        if generated.operation != "runFfmpegCommand":
            return self.account.send(generated.operation)
        body = self.harmless(generated)
        rules = rules_broken_by_submission(body)
        stands_on = "RIO-ERR-005" if rules else "RIO-CMD-001"
        response = self.account.send("runFfmpegCommand", **_as_json(body), stands_on=stands_on)
        if is_accepted(response):
            self._take(response, valid=not rules)
        if rules:
            self._judge_refusal(rules, body, response)
        elif generated.mode is Mode.POSITIVE:
            self._judge_acceptance(body, response)
        return response

    def settle(self) -> None:
        """See every command that was rightly taken to its end, so that none is under way when the account is left."""
        self._see_end_of_all_but(0)

    def _see_end_of_all_but(self, count: int) -> None:
        """In the order in which they were taken: a target may carry out one after another."""
        while len(self._under_way) > count:
            command_id = self._under_way.popleft()
            judge_command(self.trial, self.account.finished(command_id, stands_on="RIO-CMD-042"))

    def _take(self, response: Response, *, valid: bool) -> None:
        """Keep an accepted submission's id; of an invalid one, nothing is said on how its command looks."""
        command_id = self.account.claimed(response)
        self._taken.add(command_id)
        if valid:
            self._valid[command_id] = None
            self._under_way.append(command_id)
            self._see_end_of_all_but(MOST_UNDER_WAY)

    def _get(self, generated: Generated) -> Response:
        wanted = generated.parameters["commandId"]
        if wanted in self._taken:
            command = self.account.poll(wanted)
            if wanted in self._valid:
                judge_command(self.trial, command)
            self.trial.passed("RIO-CMD-003")
            return self.account.send("getCommand", parameters={"commandId": wanted})
        absent = "absent-" + "".join(character for character in wanted if character.isascii() and character.isalnum())
        response = self.account.send("getCommand", parameters={"commandId": absent}, stands_on="RIO-ERR-007")
        if response.status in MALFORMED:  # no id of the target's own form: that it does not exist is not all there is
            return response
        self.trial.expect(
            "RIO-ERR-007",
            response.status == 404,  # noqa: PLR2004 - HTTP's Not Found
            f"GET of the command {absent}, which does not exist, was to be answered 404, and was answered {response}",
            evidence=[response.evidence],
        )
        return response

    def _judge_refusal(self, rules: frozenset[str], body: Any, response: Response) -> None:
        trial, evidence = self.trial, [response.evidence]
        if is_accepted(response):
            for rule in rules:
                because = f"the body {short(body)} was to be refused, and was answered {response}"
                trial.failed(rule, because, evidence=evidence)
        elif not is_refused(response):
            trial.failed(
                "RIO-ERR-005",
                f"the invalid body {short(body)} was to be answered with a client error that names no command, and was "
                f"answered {response}",
                evidence=evidence,
            )
        else:
            trial.passed("RIO-ERR-005", *rules, evidence=evidence)
            if response.status == UNPROCESSABLE:
                judge_details(trial, response)

    def _judge_acceptance(self, body: Any, response: Response) -> None:
        trial = self.trial
        if is_refusal(response) and self._unreachable_is_refused():
            return
        trial.require(
            _rule_of(trial, response),
            is_accepted(response),
            f"the submission {short(body)} was to be answered with a command_id, and was answered {response}",
            evidence=[response.evidence],
        )
        trial.passed("RIO-CMD-001", evidence=[response.evidence])

    def _unreachable_is_refused(self) -> bool:
        """Whether this target refuses at once what cannot be fetched (RIO-CMD-042 b), like all that is sent here."""
        if self._refuses_unreachable is None:
            response = self.account.send("runFfmpegCommand", body=self.account.failing_body())
            self._refuses_unreachable = is_refusal(response)
            if is_accepted(response):
                self._take(response, valid=True)
        return self._refuses_unreachable


def _rule_of(trial: Trial, response: Response) -> str:
    """Which rule a refusal of a valid body has in mind, by its own word; RIO-CMD-001 where it has none."""
    rules = {"input_files": "RIO-CMD-027", "output_files": "RIO-CMD-028", "metadata": "RIO-CMD-039"}
    if response.status != UNPROCESSABLE or detail_problems(trial, response):
        return "RIO-CMD-001"
    places = [entry["loc"][0] for entry in response.object()["detail"] if entry["loc"]]
    return next((rules[place] for place in places if place in rules), "RIO-CMD-001")
