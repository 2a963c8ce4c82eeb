"""The signature of a delivery, computed again from the bytes that came."""

from collections.abc import Sequence

from contracts.attempts import Pursuit
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.deliveries import submitted_with
from contracts.checks.renderio.material import exotic_metadata, exotic_secret, plain_secret, prefixed_secret
from contracts.checks.renderio.schedule import POLICY
from contracts.checks.renderio.signing import ALONE, BYTES, CONTENT, DIGEST, KEY, WRITING, Flaw, flaws
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.trial import Trial

HEADER = POLICY.signature.header


def signature_flaws(arrival: Arrival, secret: str) -> Sequence[Flaw] | None:
    """What is wrong with the signature of a delivery; None where it has none."""
    value = arrival.header(HEADER)
    return None if value is None else flaws(POLICY.signature, value, secret, arrival.body)


def first_attempt(account: Account, inbox: Inbox, command_id: str) -> Arrival:
    """The first delivery about a command, whatever else comes to the inbox; ends the check where there is none."""
    pursuit = Pursuit(account.workspace.clock, inbox, command_id)
    account.finished(command_id)
    account.workspace.clock.settle()
    others = len(inbox.arrivals) - len(pursuit.attempts)
    arrivals = account.followed(inbox, command_id, count=others + 1).arrivals
    return next(iter(pursuit.attempts), arrivals[-1])


def require_signed(trial: Trial, arrival: Arrival, secret: str) -> None:
    """End the check where a delivery is not signed as documented; each flaw is recorded under its own id."""
    found = signature_flaws(arrival, secret)
    because = f"a delivery was to carry {HEADER} where a secret is configured, and did not"
    trial.require("RIO-SIG-001", found is not None, because, evidence=[arrival.number])
    for flaw in (found or ())[1:]:
        trial.failed(flaw.requirement, flaw.because, evidence=[arrival.number])
    for flaw in (found or ())[:1]:
        trial.require(flaw.requirement, False, flaw.because, evidence=[arrival.number])


@check("RIO-SIG-001", DIGEST, WRITING, ALONE, "RIO-SIG-008")
def every_outcome_is_signed(trial: Trial) -> None:
    """Deliveries of both outcomes carry the HMAC of their body, in lower-case hex and alone."""
    account, inbox = Account(trial), trial.inbox()
    secret = plain_secret(trial.random)
    account.configure(inbox.url, secret)
    success = first_attempt(account, inbox, account.submit())
    failure = _failure(account, inbox)
    evidence = [arrival.number for arrival in (success, failure) if arrival is not None]
    found = signature_flaws(success, secret)
    found_later = None if failure is None else signature_flaws(failure, secret)
    because = f"deliveries were to carry {HEADER} where a secret is configured, and none did"
    if found is None and found_later is None:
        trial.failed("RIO-SIG-001", because, evidence=evidence)
        because = "deliveries were not signed"
        trial.unobservable(DIGEST, WRITING, ALONE, "RIO-SIG-008", because=because)
        return
    trial.passed("RIO-SIG-001", evidence=evidence)
    _judge_flaws(trial, found if found is not None else found_later or (), evidence)
    _judge_outcomes(trial, found, found_later, failure)


def _failure(account: Account, inbox: Inbox) -> Arrival | None:
    try:
        return first_attempt(account, inbox, account.submit_failing())
    except NotObservable:
        return None


def _judge_flaws(trial: Trial, found: Sequence[Flaw], evidence: Sequence[int]) -> None:
    for flaw in found:
        trial.failed(flaw.requirement, flaw.because, evidence=evidence)
    broken = {flaw.requirement for flaw in found}
    trial.passed(*({WRITING, ALONE} - broken), evidence=evidence)
    if not broken & CONTENT:
        trial.passed(DIGEST, evidence=evidence)
    elif DIGEST not in broken:
        trial.unobservable(DIGEST, because=f"the digest is wrong by {', '.join(sorted(broken & CONTENT))}")


def _judge_outcomes(
    trial: Trial, success: Sequence[Flaw] | None, failure: Sequence[Flaw] | None, arrival: Arrival | None
) -> None:
    if arrival is None:
        trial.unobservable("RIO-SIG-008", because="the target refuses at submission what cannot be fetched")
        return
    first, second = ("not signed" if found is None else "signed" for found in (success, failure))
    only_later = bool(failure) and not success
    detail = failure[0].because if only_later and failure else ""
    trial.expect(
        "RIO-SIG-008",
        success is not None and failure is not None and not only_later,
        f"the delivery of a SUCCESS and that of a FAILED were to be signed alike; the first was {first}, the second "
        f"{second}{': ' if detail else ''}{detail}",
        evidence=[arrival.number],
    )


@check(BYTES, KEY)
def bytes_and_key_are_taken_as_they_are(trial: Trial) -> None:
    """The bytes of the body are signed as they are sent, with the secret's own bytes as key."""
    account, inbox = Account(trial), trial.inbox()
    secrets = (prefixed_secret(trial.random), exotic_secret(trial.random))
    for count, secret in enumerate(secrets, start=1):
        account.configure(inbox.url, secret)
        arrival = first_attempt(account, inbox, submitted_with(account, exotic_metadata(trial.random)))
        found = [flaw for flaw in _flaws_of_the_latest(trial, arrival, secrets[:count]) if flaw.requirement in CONTENT]
        if found and not found[0].explained:
            _explain(trial, account, inbox, (*secrets[:count], plain_secret(trial.random)))
        elif found:
            trial.require(found[0].requirement, False, found[0].because, evidence=[arrival.number])
    trial.passed(BYTES, KEY)


def _flaws_of_the_latest(trial: Trial, arrival: Arrival, secrets: Sequence[str]) -> Sequence[Flaw]:
    """What is wrong with a signature by the last secret of several; ends the check where it is by an earlier one."""
    found = signature_flaws(arrival, secrets[-1])
    if found is None:
        require_signed(trial, arrival, secrets[-1])
        return ()
    by_earlier = any(signature_flaws(arrival, earlier) == () for earlier in secrets[:-1])
    because = "a delivery was signed with a secret that a PUT had replaced"
    trial.require("RIO-SIG-010", not found or not by_earlier, because, evidence=[arrival.number])
    return found


def _explain(trial: Trial, account: Account, inbox: Inbox, secrets: Sequence[str]) -> None:
    """Find out by comparison whether it is the secret or the content that makes a digest wrong; ends the check."""
    plain = secrets[-1]
    account.configure(inbox.url, plain)
    exotic = first_attempt(account, inbox, submitted_with(account, exotic_metadata(trial.random)))
    because = "with a plain secret the signature was right, and with another it was not"
    trial.require(KEY, _flaws_of_the_latest(trial, exotic, secrets), because, evidence=[exotic.number])
    bare = first_attempt(account, inbox, account.submit())
    because = "with plain content the signature was right, and with other content it was not"
    trial.require(BYTES, signature_flaws(bare, plain), because, evidence=[exotic.number, bare.number])
    require_signed(trial, bare, plain)


@check("RIO-SIG-010")
def new_secret_is_used(trial: Trial) -> None:
    """After a PUT with another secret, deliveries are signed with that one."""
    account, inbox = Account(trial), trial.inbox()
    old, new = plain_secret(trial.random), plain_secret(trial.random)
    account.configure(inbox.url, old)
    require_signed(trial, first_attempt(account, inbox, account.submit()), old)
    account.configure(inbox.url, new)
    arrival = first_attempt(account, inbox, account.submit())
    still_old = signature_flaws(arrival, old)
    which = "was signed with the one before" if still_old == () else "was not"
    trial.expect(
        "RIO-SIG-010",
        signature_flaws(arrival, new) == (),
        f"a delivery after a PUT with another secret was to be signed with it, and {which}",
        evidence=[arrival.number],
    )


@check("RIO-SIG-002", "RIO-CFG-007", "RIO-CFG-008")
def no_secret(trial: Trial) -> None:
    """Without a secret deliveries are unsigned; what an empty one means, and one that is left out later."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    arrival = first_attempt(account, inbox, account.submit())
    value = arrival.header(HEADER)
    if value is None or trial.untouched:
        because = f"without a secret a delivery was not to carry {HEADER}, and it was {value!r}"
        trial.expect("RIO-SIG-002", value is None, because, evidence=[arrival.number])
    else:
        trial.unobservable("RIO-SIG-002", because="the account may keep a secret from before (RIO-CFG-007 b)")
    if value is None:
        _see_empty_secret(trial, account, inbox)
    else:
        trial.unobservable("RIO-CFG-008", because="deliveries were signed without a secret already")
    _see_secret_left_out(trial, account, inbox)


def _see_empty_secret(trial: Trial, account: Account, inbox: Inbox) -> None:
    response = account.send("setWebhookConfig", body={"url": inbox.url, "secret": ""})
    if response.status == 422:  # noqa: PLR2004 - the status of the reading
        trial.saw("RIO-CFG-008", "b", evidence=[response.evidence])
    elif response.object().get("success") is True:
        arrival = first_attempt(account, inbox, account.submit())
        found = signature_flaws(arrival, "")
        if not found:
            trial.saw("RIO-CFG-008", "a" if found is None else "c", evidence=[arrival.number])


def _see_secret_left_out(trial: Trial, account: Account, inbox: Inbox) -> None:
    secret = plain_secret(trial.random)
    account.configure(inbox.url, secret)
    account.configure(inbox.url)
    arrival = first_attempt(account, inbox, account.submit())
    found = signature_flaws(arrival, secret)
    if not found:
        trial.saw("RIO-CFG-007", "a" if found is None else "b", evidence=[arrival.number])
