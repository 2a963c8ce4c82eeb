"""A second attempt is a delivery like the first: with the headers, a timestamp, a signature of its own body."""

from contracts.attempts import Pursuit
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.material import plain_secret
from contracts.checks.renderio.payload import Payload, read
from contracts.checks.renderio.received import judge_headers, timestamp_problem
from contracts.checks.renderio.schedule import FAILURE, FIRST_RETRY_SECONDS
from contracts.checks.renderio.signatures import HEADER, require_signed, signature_flaws
from contracts.errors import NotObservable
from contracts.record import Arrival
from contracts.trial import Trial


@check("RIO-SIG-009", "RIO-WHK-008", "RIO-WHK-009", "RIO-WHK-010", span_seconds=FIRST_RETRY_SECONDS)
def retry_is_like_the_first_attempt(trial: Trial) -> None:
    """A retry carries the same headers as the first attempt, and a signature that fits its own body."""
    account, inbox = Account(trial), trial.inbox()
    secret = plain_secret(trial.random)
    account.configure(inbox.url, secret)
    inbox.script(FAILURE, then=200)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    first = pursuit.attempts[0]
    require_signed(trial, first, secret)
    before = read(first.body)
    trial.require("RIO-WHK-006", before.problem is None, f"the body was not as documented: {before.problem}")
    if len(pursuit.attempts) == 1 and pursuit.next_attempt(FIRST_RETRY_SECONDS).arrival is None:
        raise NotObservable("no second attempt came")
    second = pursuit.attempts[1]
    judge_headers(trial, second, attempt="the second attempt")
    _judge_timestamp(trial, before, second)
    found = signature_flaws(second, secret)
    if found is None:
        trial.failed("RIO-SIG-009", "the second attempt was to be signed, and was not", evidence=[second.number])
        return
    its_own = "it is the signature of the first attempt" if signed_like(first, second) else ""
    detail = its_own or "".join(flaw.because for flaw in found[:1])
    because = f"the signature of the second attempt was to fit its own body: {detail}"
    trial.expect("RIO-SIG-009", not found, because, evidence=[first.number, second.number])


def signed_like(first: Arrival, second: Arrival) -> bool:
    """Whether a later attempt with another body carries the signature of an earlier one."""
    return first.body != second.body and first.header(HEADER) == second.header(HEADER)


def _judge_timestamp(trial: Trial, before: Payload, second: Arrival) -> None:
    payload = read(second.body)
    evidence = [second.number]
    trial.require("RIO-WHK-006", payload.problem is None, f"the body was not as documented: {payload.problem}")
    if payload.timestamp == before.timestamp:
        trial.passed("RIO-WHK-008", reading="b", because="both attempts have the same timestamp", evidence=evidence)
        return
    problem = timestamp_problem(trial, payload, second)
    because = f"timestamp was to be the moment of the second attempt, or that of the first: {problem}"
    trial.expect("RIO-WHK-008", problem is None, because, reading="a", evidence=evidence)
