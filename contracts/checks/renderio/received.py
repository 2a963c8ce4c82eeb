"""What every delivery is judged by: its method, its headers, its body, its timestamp."""

import time
from datetime import datetime, timedelta
from typing import Any

from contracts.checks.renderio.account import Account, Run
from contracts.checks.renderio.payload import Payload, differences, moment_problem, read
from contracts.checks.renderio.schedule import POLICY, WEBHOOK
from contracts.clock import Tolerance
from contracts.record import Arrival
from contracts.trial import Trial

REQUEST = ("RIO-WHK-001", "RIO-WHK-006", "RIO-WHK-007", "RIO-WHK-008", "RIO-WHK-009", "RIO-WHK-010")
"""The requirements on every delivery."""

SKEW_SECONDS = 300.0
"""How far the clocks of two machines may be apart."""

MOST_DIFFERENCES = 3
JSON_MEDIA_TYPE = "application/json"


def judge_request(trial: Trial, account: Account, run: Run) -> Payload | None:
    """Judge the first delivery of a run by everything that holds for all; its payload where that can be read."""
    arrival = run.arrivals[0]
    evidence = [arrival.number]
    because = f"a delivery was to be a POST request, and was a {arrival.method}"
    trial.expect("RIO-WHK-001", arrival.method == "POST", because, evidence=evidence)
    judge_headers(trial, arrival)
    payload = read(arrival.body)
    because = f"the body was to be an object with an object data and a number timestamp: {payload.problem}"
    if not trial.expect("RIO-WHK-006", payload.problem is None, because, evidence=evidence):
        trial.unobservable("RIO-WHK-007", "RIO-WHK-008", because="the body of the delivery could not be read")
        return None
    _judge_data(trial, account, run, payload)
    problem = timestamp_problem(trial, payload, arrival)
    because = f"timestamp was to be the moment of sending in milliseconds: {problem}"
    trial.expect("RIO-WHK-008", problem is None, because, evidence=evidence)
    return payload


def judge_headers(trial: Trial, arrival: Arrival, *, attempt: str = "a delivery") -> None:
    """Judge Content-Type and User-Agent."""
    evidence = [arrival.number]
    media_type = arrival.header("Content-Type")
    first, _, parameters = (media_type or "").partition(";")
    trial.expect(
        "RIO-WHK-009",
        first.strip().lower() == JSON_MEDIA_TYPE,
        f"{attempt} was to have the media type {JSON_MEDIA_TYPE}, and its Content-Type was {media_type!r}",
        reading="b" if parameters else "a",
        evidence=evidence,
    )
    agent = arrival.header("User-Agent")
    because = f"{attempt} was to carry the User-Agent {POLICY.headers['User-Agent']}, and it was {agent!r}"
    trial.expect("RIO-WHK-010", agent == POLICY.headers["User-Agent"], because, evidence=evidence)


def _judge_data(trial: Trial, account: Account, run: Run, payload: Payload) -> None:
    polled = run.command
    evidence = [run.arrivals[0].number]
    found = list(differences(polled, payload.data))
    if any(not difference.is_in_query for difference in found):
        # A second look: what a server fills in after the final status is no difference between the two ways.
        polled = account.poll(run.command_id)
        found = list(differences(polled, payload.data))
    if found and all(difference.path[0] == "metadata" for difference in found if difference.path):
        because = "metadata alone differs, which is for RIO-WHK-020 and RIO-CMD-023 to say"
        trial.unobservable("RIO-WHK-007", because=because)
        return
    wrong = [difference for difference in found if not difference.is_in_query]
    listed = "; ".join(map(str, wrong[:MOST_DIFFERENCES]))
    schema = "; ".join(trial.api.violations(_schema(trial), {"data": payload.data, "timestamp": payload.timestamp})[:1])
    by_document = f" (by the document: {schema})" if schema else ""
    trial.expect(
        "RIO-WHK-007",
        not wrong,
        f"data was to equal what polling answers; {len(wrong)} values differ{by_document}: {listed}",
        reading="b" if found else "a",
        evidence=evidence,
    )


def _schema(trial: Trial) -> str:
    """The name of the schema of the payload, as the document refers to it."""
    body = trial.api.content["webhooks"][WEBHOOK]["post"]["requestBody"]
    return str(body["content"][JSON_MEDIA_TYPE]["schema"]["$ref"]).rpartition("/")[2]


def timestamp_problem(trial: Trial, payload: Payload, arrival: Arrival) -> str | None:
    """What is wrong with the timestamp of a delivery that has just arrived; None where nothing is."""
    skew = Tolerance(SKEW_SECONDS, SKEW_SECONDS)
    tolerance = trial.clock.tolerance if arrival.target_at is not None else skew
    return moment_problem(
        payload.timestamp,
        sent_at(trial, arrival),
        early_seconds=tolerance.early_seconds,
        late_seconds=tolerance.late_seconds,
    )


def sent_at(trial: Trial, arrival: Arrival) -> datetime:
    """When a request was sent by the target's clock, as well as it is known; nothing may have moved the clock since."""
    if arrival.target_at is not None:
        return arrival.target_at
    return trial.clock.now() - timedelta(seconds=time.monotonic() - arrival.monotonic)


def told(wanted: Any, delivered: Any) -> str:
    """The first differences of two JSON values, in words."""
    return "; ".join(str(difference) for difference in list(differences(wanted, delivered))[:MOST_DIFFERENCES])
