"""The bodies of errors: what a 422 says, and where the code of an error stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.checks.renderio.succeeding import short
from contracts.client import Response
from contracts.trial import Trial

CODES = frozenset({"INVALID_REQUEST", "UNAUTHORIZED", "NOT_FOUND", "VALIDATION_ERROR", "RATE_LIMITED"})


def judge_details(trial: Trial, response: Response) -> bool:
    """Judge the detail of a 422 (RIO-ERR-003); whether it has the documented form."""
    problems = detail_problems(trial, response)
    return trial.expect(
        "RIO-ERR-003",
        not problems,
        f"the body of a 422 was to have a non-empty detail of entries with loc, msg and type; {'; '.join(problems)}; "
        f"it was {response}",
        evidence=[response.evidence],
    )


def detail_problems(trial: Trial, response: Response) -> list[str]:
    """What is wrong with the detail of a 422, in words; empty where nothing is."""
    detail = response.object().get("detail")
    if not isinstance(detail, list) or not detail:
        return [f"detail is {short(detail)}"]
    return [problem for entry in detail for problem in trial.api.violations("Violation", entry)]


def leads_to(entry: Mapping[str, Any], place: Sequence[str]) -> bool:
    """Whether the loc of an entry is this way from the body's root."""
    return list(entry["loc"]) == list(place)


def see_error_form(trial: Trial, response: Response) -> None:
    """Note where an error's code stands (RIO-ERR-012, a MAY)."""
    if response.status < 400:  # noqa: PLR2004 - HTTP's errors begin there
        return
    content = response.object()
    has_code = content.get("error") in CODES and isinstance(content.get("message"), str)
    trial.saw("RIO-ERR-012", "a" if has_code else "b", f"an error {response.status}", evidence=[response.evidence])
