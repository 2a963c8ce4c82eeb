"""ERR: commands that are not there, or not this account's."""

import uuid

from contracts.check import check
from contracts.checks.absent_ids import other_of_the_same_form
from contracts.checks.closing import unseen
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.calls import NOT_FOUND
from contracts.client import Response
from contracts.trial import Trial

MALFORMED = frozenset({400, 422})
"""How a target may answer a made-up id that could not be one of its own; the pages do not speak of such."""


@check("RIO-ERR-007")
def an_absent_command_is_answered_404(trial: Trial) -> None:
    """GET of a command that was never submitted is answered 404."""
    account = Account(trial)
    of_its_form, is_of_its_form = other_of_the_same_form(account.submit())
    for absent, is_exact in ((_unused_id(trial), False), (of_its_form, is_of_its_form)):
        response = _get(account, absent, stands_on="RIO-ERR-007")
        if response.status in MALFORMED and not is_exact:
            trial.note(f"the id {absent} may have been refused for its form; that says nothing")
            continue
        trial.expect(
            "RIO-ERR-007",
            response.status == NOT_FOUND,
            f"GET of the command {absent}, which does not exist, was to be answered 404, and was answered {response}",
            evidence=[response.evidence],
        )
    unseen(trial, "RIO-ERR-007", because="every made-up id was refused for its form")


@check("RIO-ERR-008", second_account=True)
def a_command_of_another_account_is_answered_404(trial: Trial) -> None:
    """GET of another account's command is answered 404, as if it did not exist."""
    owner, other = Account(trial), Account(trial, trial.second())
    command_id = owner.submit()
    owner.poll(command_id)
    of_its_form, is_exact = other_of_the_same_form(command_id)
    absent = _get(other, of_its_form, stands_on="RIO-ERR-007")
    trial.require(
        "RIO-ERR-007",
        absent.status == NOT_FOUND or (absent.status in MALFORMED and not is_exact),
        f"GET of a command that does not exist was to be answered 404, and was answered {absent}",
        evidence=[absent.evidence],
    )
    response = _get(other, command_id, stands_on="RIO-ERR-008")
    trial.expect(
        "RIO-ERR-008",
        response.status == NOT_FOUND,
        f"GET of another account's command was to be answered 404, and was answered {response}",
        evidence=[response.evidence],
    )
    owner.finished(command_id)
    response = _get(other, command_id, stands_on="RIO-ERR-008")
    trial.expect(
        "RIO-ERR-008",
        response.status == NOT_FOUND,
        f"GET of another account's finished command was to be answered 404, and was answered {response}",
        evidence=[response.evidence],
    )


def _get(account: Account, command_id: str, *, stands_on: str) -> Response:
    return account.send("getCommand", parameters={"commandId": command_id}, stands_on=stands_on)


def _unused_id(trial: Trial) -> str:
    return str(uuid.UUID(int=trial.random.getrandbits(128), version=4))
