"""The last act: the contract kit judges the server over HTTP alone, first as it is, then with a fault switched on."""

import time
from collections.abc import Sequence

import httpx

from contracts.client import Client
from contracts.control import Offer
from contracts.errors import KitError
from contracts.results import Results
from contracts.run import run
from contracts.session import Session
from contracts.target import RunOptions, Target
from contracts.verdicts import Status, TimeLevel, Verdict
from demo.expectation import UnexpectedError, expect
from demo.stage import Stage

API = "renderio"
ROWS = tuple(f"RIO-RTY-{number:03}" for number in range(12, 19))
"""The requirements on the waits before the second attempt and all that follow it."""

FAULT = "third-attempt-late"
BROKEN = "RIO-RTY-013"


def judge(stage: Stage, url: str) -> None:
    """Tell how the kit finds a fault; raises `UnexpectedError` where it finds anything else."""
    stage.act("9  The same server, judged")
    stage.say("The contract kit sees no more than HTTP, on accounts of its own.")
    results, seconds = _judged(stage, url, ())
    _expect_failures(results, [])
    stage.checked(f"As it is: {len(ROWS)} of {len(ROWS)} rows of the retry schedule hold. Judged in {seconds:.1f} s.")
    results, seconds = _judged(stage, url, (FAULT,))
    _expect_failures(results, [BROKEN])
    stage.say(f"Told to misbehave, by PUT /_control/behaviours: {FAULT}.")
    _tell(stage, results.verdicts[BROKEN])
    stage.checked(f"The kit has found this, and nothing else, in {seconds:.1f} s.")


def _tell(stage: Stage, verdict: Verdict) -> None:
    requirement = verdict.requirement
    stage.refused(f"{requirement.id}  {requirement.statement}")
    for line in (f"source: {requirement.source}", *verdict.explanation.split("; ")):
        stage.say(f"    {line}")


def _judged(stage: Stage, url: str, faults: Sequence[str]) -> tuple[Results, float]:
    """What the kit says of the rows, and how many seconds of real time it took."""

    def prepare(client: Client, offer: Offer) -> None:
        response = client.request("PUT", f"{offer.url}/behaviours", body={"active": list(faults)})
        expect(response.status == httpx.codes.OK, f"PUT {offer.url}/behaviours answered {response}")

    began = time.perf_counter()
    try:
        with stage.patience("judging"), Session(Target(url, API), RunOptions(only=ROWS), prepare=prepare) as session:
            results = run(session)
    except KitError as error:
        message = f"the server cannot be judged: {error}"
        raise UnexpectedError(message) from error
    expect(results.information.time_level is TimeLevel.CONTROL, "the kit could not move the server's clock")
    return results, time.perf_counter() - began


def _expect_failures(results: Results, broken: Sequence[str]) -> None:
    expect(set(results.verdicts) == set(ROWS), f"the kit has judged {', '.join(results.verdicts)}")
    others = [verdict for verdict in results.verdicts.values() if verdict.status is not Status.PASSED]
    said = "; ".join(f"{each.requirement.id} {each.status}: {each.explanation}" for each in others)
    found = {each.requirement.id for each in others if each.status is Status.FAILED}
    expect(len(found) == len(others) and found == set(broken), f"the kit says otherwise: {said or 'all is well'}")
