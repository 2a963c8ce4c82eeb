"""ERR: commands that are not there, or not this account's."""

import uuid

from contracts.check import check
from contracts.checks.renderio.account import NOT_FOUND, Account
from contracts.client import Response
from contracts.trial import Trial


@check("RIO-ERR-007")
def an_absent_command_is_answered_404(trial: Trial) -> None:
    """GET of a command that was never submitted is answered 404."""
    account = Account(trial)
    own = account.submit()
    for absent in (str(uuid.UUID(int=trial.random.getrandbits(128), version=4)), _other_of_the_same_form(own)):
        response = _get(account, absent, stands_on="RIO-ERR-007")
        trial.expect(
            "RIO-ERR-007",
            response.status == NOT_FOUND,
            f"GET of the command {absent}, which does not exist, was to be answered 404, and was answered {response}",
            evidence=[response.evidence],
        )


@check("RIO-ERR-008", second_account=True)
def a_command_of_another_account_is_answered_404(trial: Trial) -> None:
    """GET of another account's command is answered 404, as if it did not exist."""
    owner, other = Account(trial), Account(trial, trial.second())
    command_id = owner.submit()
    owner.poll(command_id)
    absent = _get(other, str(uuid.UUID(int=trial.random.getrandbits(128), version=4)), stands_on="RIO-ERR-007")
    trial.require(
        "RIO-ERR-007",
        absent.status == NOT_FOUND,
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


def _other_of_the_same_form(command_id: str) -> str:
    """An id that is most likely nobody's: its last letters or digits are others of the same kind."""
    changed = [_next(character) for character in command_id[-6:]]
    return command_id[:-6] + "".join(changed)


def _next(character: str) -> str:
    for row in ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ"):
        if character in row:
            return row[(row.index(character) + 1) % len(row)]
    return character
