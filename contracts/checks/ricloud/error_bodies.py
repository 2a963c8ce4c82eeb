"""The bodies of errors: their form, and what an invalid parameter is answered with."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.checks.ricloud.calls import is_refusal
from contracts.client import Response
from contracts.trial import Trial

FORM, INVALID_PARAMETER, PARAMS, CODES = "RCL-ERR-001", "RCL-ERR-004", "RCL-ERR-005", "RCL-ERR-008"
BAD_REQUEST, UNAUTHORIZED, NOT_FOUND = 400, 401, 404
REFERENCE_CODES = {UNAUTHORIZED: "unauthorized", NOT_FOUND: "not-found"}


def form_problems(response: Response) -> Sequence[str]:
    """What is wrong with the body of an error, in words; empty where nothing is."""
    content = response.json() if response.is_json else None
    if not isinstance(content, dict):
        return ["it is no JSON object"]
    return [
        f"{name} is {content.get(name)!r}"
        for name in ("error", "message")
        if not (isinstance(content.get(name), str) and content[name])
    ]


def judge_form(trial: Trial, response: Response, what: str) -> bool:
    """Judge the body of an error (RCL-ERR-001); whether it has the documented form."""
    problems = form_problems(response)
    return trial.expect(
        FORM,
        not problems,
        f"{what} was to be answered with a JSON object with error and message, both non-empty strings; "
        f"{', '.join(problems)}; it was {response}",
        evidence=[response.evidence],
    )


def judge_invalid_parameter(trial: Trial, response: Response, what: str, *parameters: str) -> None:
    """Judge how a refused request names the parameters that are wrong (RCL-ERR-004, RCL-ERR-005)."""
    if not is_refusal(response) or not judge_form(trial, response, what):
        return
    code = response.object()["error"]
    trial.expect(
        INVALID_PARAMETER,
        response.status == BAD_REQUEST and code == "invalid-parameter",
        f"{what} was to be answered 400 with the error invalid-parameter, and was answered {response}",
        evidence=[response.evidence],
    )
    if code != "invalid-parameter":
        return
    reading, because = reading_of_params(response.object().get("params"), parameters)
    trial.expect(
        PARAMS,
        reading is not None,
        f"the params of {what} were to have an entry for {' and '.join(parameters)}; {because}; it was {response}",
        reading=reading,
        evidence=[response.evidence],
    )


def reading_of_params(params: Any, parameters: Sequence[str]) -> tuple[str | None, str]:
    """Which reading of RCL-ERR-005 the params of an error show; None, and why, where they do not name them all."""
    if not isinstance(params, Mapping):
        return None, f"they are {params!r}"
    absent = [name for name in parameters if not params.get(name)]
    if absent:
        return None, f"there is none for {', '.join(absent)}"
    lists = all(
        isinstance(params[name], list) and all(isinstance(text, str) for text in params[name]) for name in parameters
    )
    return "a" if lists else "b", ""


def reading_of_codes(codes: Mapping[int, object]) -> str | None:
    """Which reading of RCL-ERR-008 the codes of errors show, by status; None where none of them is known."""
    known = {status: code for status, code in codes.items() if status in REFERENCE_CODES}
    if not known:
        return None
    return "a" if all(REFERENCE_CODES[status] == code for status, code in known.items()) else "b"
