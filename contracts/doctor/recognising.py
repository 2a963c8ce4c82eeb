"""Diagnoses of a target that answers, but not as the documented API with the credentials given.

Each needs more than one answer of the same kind: one operation that answers wrongly is for the checks to judge.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.client import read_json
from contracts.doctor.asking import Answered, Outcome, Question
from contracts.doctor.diagnosis import Diagnosis, Severity
from contracts.documents import Api, Operation

NOT_HERE = frozenset({404, 405, 501})
REFUSED = frozenset({401, 403})
GATEWAY = frozenset({502, 503, 504})
REDIRECTS = range(300, 400)
CLIENT_ERRORS = 400
SERVER_ERRORS = 500
NOT_FOUND = 404
MOST_SKEW_SECONDS = 300
MADE_UP_ID = "proofreel-looks-around"


def answers(outcomes: Sequence[Outcome]) -> list[Answered]:
    """Those that are answers."""
    return [outcome for outcome in outcomes if isinstance(outcome, Answered)]


def gateway(outcomes: Sequence[Outcome]) -> Diagnosis | None:
    """Everything is answered by a gateway that has nothing behind it."""
    seen = answers(outcomes)
    if not seen or any(answer.status not in GATEWAY for answer in seen):
        return None
    return Diagnosis(
        "target behind a gateway is down",
        _tried(seen),
        str(seen[0]),
        "what answers is a gateway or a server that is not ready: start what is behind it",
    )


def redirected(outcomes: Sequence[Outcome]) -> Diagnosis | None:
    """Everything is redirected: the API is at another address."""
    seen = answers(outcomes)
    if not seen or any(answer.status not in REDIRECTS for answer in seen):
        return None
    there = urlsplit(urljoin(seen[0].question.url, seen[0].headers.get("location", "")))
    return Diagnosis(
        "wrong base URL",
        _tried(seen),
        f"{seen[0].status} to {there.geturl()}",
        f"redirects are not followed; if the API is there, give {there.scheme}://{there.netloc} as URL",
    )


def wrong_base_url(outcomes: Sequence[Outcome], at_root: Outcome | None) -> Diagnosis | None:
    """No documented path exists under the URL; `at_root` is the first one, asked for without the URL's own path."""
    seen = answers(outcomes)
    if not seen or seen[0].status != NOT_FOUND or any(answer.status not in NOT_HERE for answer in seen):
        return None
    advice = "the URL is what stands before the documented paths, such as /api/v1/…: is it the right server and port?"
    parts = urlsplit(seen[0].question.url)
    if at_root is not None:
        base = f"{parts.scheme}://{parts.netloc}"
        found = isinstance(at_root, Answered) and at_root.status not in NOT_HERE
        advice = f"the URL holds a path, and the documented paths are added to it: {'give' if found else 'try'} {base}"
    return Diagnosis("wrong base URL", _tried(seen), "; ".join(str(answer.status) for answer in seen), advice)


def another_api(outcomes: Sequence[Outcome], api: Api) -> Diagnosis | None:
    """Web pages, or JSON in which no property of the documented answers occurs.

    Where no read is known to succeed, and nothing does, nothing is said: the form of errors need not be documented.
    """
    seen = answers(outcomes)
    if not _plain_reads(api) and all(answer.status >= CLIENT_ERRORS for answer in seen):
        return None
    if not seen or any(answer.status >= SERVER_ERRORS or not is_foreign_to(answer, api) for answer in seen):
        return None
    return Diagnosis(
        "another API",
        _tried(seen),
        str(seen[0]),
        f"what answers is not {api.short_title}: look at the URL and the port (a web site, a proxy's page, another "
        "service?)",
    )


def wrong_key(outcomes: Sequence[Outcome], api: Api, *, option: str | None) -> Diagnosis | None:
    """Every request with the key is refused; `option` is how the key was given, None where the kit made it up."""
    seen = answers(outcomes)
    if not seen or any(answer.status not in REFUSED for answer in seen):
        return None
    credential, word = api.credential, api.credential.word
    if option is None:
        advice = (
            f"the target refuses a made-up {word}, so that it takes a real one: {credential.option}, or "
            f"{credential.variable} in the environment"
        )
    else:
        form = f"{credential.header}: {credential.scheme} …" if credential.scheme else credential.header
        advice = (
            f"the target refuses the {word} of {option}: was it copied whole, does it belong to this server, and does "
            f"the target take it in the header {form}?"
        )
    return Diagnosis(f"wrong {word}", f"{_tried(seen)} with {option or f'a made-up {word}'}", str(seen[0]), advice)


def control_refused(outcomes: Sequence[Outcome], api: Api, *, has_key: bool) -> Diagnosis | None:
    """A control URL was given, and is not one: nothing answers, it is refused, or it answers something else.

    `outcomes` are of its base and of its clock; a clock that refuses a made-up credential says nothing.
    """
    if not outcomes:
        return None
    listing, clock = outcomes
    if isinstance(listing, Answered) and _is_control(listing):
        if isinstance(clock, Answered) and clock.status in REFUSED and has_key:
            return Diagnosis(
                "control refused",
                f"{clock.question} with the {api.credential.word}",
                str(clock),
                f"the control protocol must take the same {api.credential.word} as the API: say --control off to go on "
                "without it",
            )
        return None
    return Diagnosis(
        "control refused",
        f"{listing.question}",
        str(listing),
        'the base of the control protocol answers {"protocol": 1, "capabilities": […]} to anybody: look at it, '
        "or leave --control out",
    )


def clock_skew(outcomes: Sequence[Outcome], now: datetime) -> Diagnosis | None:
    """The target's clock is not ours, by its Date header."""
    for answer in answers(outcomes):
        date = _date(answer)
        if date is not None and abs((date - now).total_seconds()) > MOST_SKEW_SECONDS:
            return Diagnosis(
                "clock skew",
                f"the Date header of {answer.question}",
                f"{date:%Y-%m-%d %H:%M:%S} UTC, where it is {now:%Y-%m-%d %H:%M:%S} UTC here",
                "set both clocks (NTP); until then, verdicts about times of day are worth little",
                Severity.WARNING,
            )
    return None


def questions(api: Api, base_url: str, secret: str) -> list[Question]:
    """Requests that change nothing at a target that keeps to the document: reads, and creations from nothing."""
    headers = ((api.credential.header, api.credential.header_value(secret)),)
    creations = [
        # An empty object is refused, since what is required is missing in it.
        Question("POST", base_url + operation.path, (*headers, ("Content-Type", "application/json")), b"{}")
        for operation in api.operations.values()
        if operation.method == "POST" and "{" not in operation.path and _needs_properties(api, operation)
    ]
    asked = reads(api, base_url, secret)
    with_key = [Question(question.method, question.url, headers) for question in asked if not question.headers]
    return [*asked, *with_key, *creations]


def reads(api: Api, base_url: str, secret: str) -> list[Question]:
    """Reads that tell whether the API is there.

    Where each read needs to know an id, one that is made up is asked for, by nobody: that is refused before it is
    looked for.
    """
    headers = ((api.credential.header, api.credential.header_value(secret)),)
    if plain := _plain_reads(api):
        return [Question("GET", base_url + operation.path, headers) for operation in plain]
    operations = [operation for operation in api.operations.values() if operation.method == "GET"]
    return [Question("GET", base_url + re.sub(r"\{\w+\}", MADE_UP_ID, operation.path)) for operation in operations]


def _plain_reads(api: Api) -> list[Operation]:
    """Reads that can be asked for without knowing an id."""
    return [it for it in api.operations.values() if it.method == "GET" and "{" not in it.path]


def _tried(seen: Sequence[Answered]) -> str:
    return ", ".join(dict.fromkeys(str(answer.question) for answer in seen))


def _is_control(answer: Answered) -> bool:
    content = _json(answer)
    return answer.status == 200 and isinstance(content, Mapping) and "capabilities" in content  # noqa: PLR2004 - HTTP's OK


def is_foreign_to(answer: Answered, api: Api) -> bool:
    """Whether an answer is a web page, or JSON in which no property of the API's documented answers occurs."""
    if not answer.body.strip():
        return False
    if answer.media_type == "text/html":
        return True
    return not (documented_properties(api) & properties_of(answer))


def properties_of(answer: Answered) -> frozenset[str]:
    """The names in an answer that is a JSON object; none in any other."""
    content = _json(answer)
    return frozenset(content) if isinstance(content, Mapping) else frozenset()


def _json(answer: Answered) -> Any:
    try:
        return read_json(answer.body)
    except ValueError:
        return None


def _date(answer: Answered) -> datetime | None:
    try:
        date = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _needs_properties(api: Api, operation: Operation) -> bool:
    described = api.content["paths"][operation.path][operation.method.lower()].get("requestBody", {})
    schema = described.get("content", {}).get("application/json", {}).get("schema", {})
    resolved = _resolved(api, schema)
    alternatives = resolved.get("anyOf", [])
    return bool(resolved.get("required") or (alternatives and all(each.get("required") for each in alternatives)))


@functools.cache
def documented_properties(api: Api) -> frozenset[str]:
    """The names of all properties that the API's document knows."""
    schemas = api.content["components"]["schemas"].values()
    return frozenset(name for schema in schemas for name in schema.get("properties", {}))


def _resolved(api: Api, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    resolved: Mapping[str, Any] = api.content["components"]["schemas"][reference.rpartition("/")[2]]
    return resolved
