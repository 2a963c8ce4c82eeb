"""The report as JSON, for programs; its form is described in `report.schema.json`."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from contracts.catalogue import Requirement
from contracts.images import Kind, kind_of
from contracts.record import Arrival, Entry, Exchange, Headers, Note
from contracts.reports.plain import as_text
from contracts.reports.redaction import redacted
from contracts.reports.spans import moment
from contracts.reports.summary import Outcome, area_of, by_outcome, headline, outcome
from contracts.results import CheckResult, Results, RunInformation
from contracts.verdicts import Finding, Verdict

FORMAT: Final = 1
MOST_BODY_BYTES: Final = 16 * 1024


def json_report(results: Results) -> str:
    """The report as text, without secrets; what JSON's text cannot hold (halves of characters) is escaped."""
    text = json.dumps(document(results), ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def document(results: Results) -> dict[str, Any]:
    """The report as a JSON value, without secrets."""
    results = redacted(results)
    strict = results.information.strict
    found, head = by_outcome(results), headline(results)
    return {
        "format": FORMAT,
        "run": _run(results.information),
        "summary": {
            "headline": head.text,
            "exit_code": int(results.exit_code),
            "requirements": len(results.verdicts),
            "outcomes": {str(which): len(found.get(which, ())) for which in Outcome},
        },
        "verdicts": [_verdict(verdict, strict=strict) for verdict in results.verdicts.values()],
        "checks": [_check(result) for result in results.checks],
    }


def _run(information: RunInformation) -> dict[str, Any]:
    return {
        "target_url": information.target_url,
        "target_gone": information.target_gone,
        "api": information.api,
        "api_title": information.api_title,
        "time_level": str(information.time_level),
        "capabilities": list(information.capabilities),
        "seed": information.seed,
        "strict": information.strict,
        "only": list(information.only),
        "time_budget_seconds": information.time_budget_seconds,
        "began": moment(information.began),
        "seconds": round(information.seconds, 3),
        "kit_version": information.kit_version,
    }


def _verdict(verdict: Verdict, *, strict: bool) -> dict[str, Any]:
    return {
        **_requirement(verdict.requirement),
        "status": str(verdict.status),
        "outcome": str(outcome(verdict, strict=strict)),
        "breaks_run": verdict.breaks_run(strict=strict),
        "expected_failure": verdict.expected_failure,
        "explanation": verdict.explanation,
        "time_levels": list(map(str, verdict.time_levels)),
        "readings_seen": list(verdict.readings),
        "findings": [_finding(finding) for finding in verdict.findings],
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    source = requirement.source
    return {
        "id": requirement.id,
        "area": area_of(requirement.id),
        "level": str(requirement.level),
        "statement": requirement.statement,
        "source": {"section": source.section, "quote": source.quote, "confidence": source.confidence},
        "applies_to": list(requirement.applies_to),
        "observable": str(requirement.observable),
        "readings": [
            {"id": reading.id, "statement": reading.statement, "default": reading.default}
            for reading in requirement.readings
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "requirement": finding.requirement,
        "check": finding.check,
        "status": str(finding.status),
        "explanation": finding.explanation,
        "time_level": str(finding.time_level),
        "reading": finding.reading,
        "evidence": list(finding.evidence),
    }


def _check(result: CheckResult) -> dict[str, Any]:
    return {
        "id": result.check.id,
        "title": result.check.title,
        "requirements": list(result.check.requirements),
        "span_seconds": result.check.span_seconds,
        "began": moment(result.began),
        "seconds": round(result.seconds, 3),
        "ended_early": result.ended_early,
        "findings": [_finding(finding) for finding in result.findings],
        "entries": [dict(_entry(entry)) for entry in result.entries],
    }


def _entry(entry: Entry) -> Iterator[tuple[str, Any]]:
    yield "number", entry.number
    yield "at", moment(entry.at)
    match entry:
        case Exchange():
            yield from _exchange(entry).items()
        case Arrival():
            yield from _arrival(entry).items()
        case Note():
            yield "kind", "note"
            yield "text", entry.text
            yield "target_at", moment(entry.target_at) if entry.target_at is not None else None


def _exchange(entry: Exchange) -> Mapping[str, Any]:
    return {
        "kind": "request",
        "method": entry.method,
        "url": entry.url,
        "request_headers": _headers(entry.request_headers),
        "request_body": _body(entry.request_body),
        "status": entry.status,
        "response_headers": _headers(entry.response_headers),
        "response_body": _body(entry.response_body, entry),
        "seconds": round(entry.seconds, 6),
        "error": entry.error,
    }


def _arrival(entry: Arrival) -> Mapping[str, Any]:
    return {
        "kind": "delivery",
        "target_at": moment(entry.target_at) if entry.target_at is not None else None,
        "inbox": entry.inbox,
        "method": entry.method,
        "path": entry.path,
        "headers": _headers(entry.headers),
        "body": _body(entry.body),
        "answer": entry.answer,
    }


def _headers(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def _body(body: bytes, whole: Exchange | None = None) -> dict[str, Any] | None:
    """A body as text or as base64, only its beginning where it is long; of a picture that is no text, its digest.

    `whole` is the exchange whose answer it is, where no more than the beginning may have been kept.
    """
    if not body:
        return None
    whole_bytes, whole_sha256 = (whole.response_bytes, whole.response_sha256) if whole is not None else (None, None)
    kind = kind_of(body)
    if kind is not None and kind is not Kind.SVG:
        digest = whole_sha256 or hashlib.sha256(body).hexdigest()
        return {"media_type": kind.media_type, "sha256": digest, "bytes": whole_bytes or len(body), "shortened": True}
    kept = body[:MOST_BODY_BYTES]
    size = {"bytes": whole_bytes or len(body), "shortened": whole_bytes is not None or len(body) > len(kept)}
    # The cut may have gone through a character.
    for end in (len(kept), len(kept) - 1, len(kept) - 2, len(kept) - 3) if size["shortened"] else (len(kept),):
        if (text := as_text(kept[:end])) is not None:
            return {"text": text, **size}
    return {"base64": base64.b64encode(kept).decode(), **size}
