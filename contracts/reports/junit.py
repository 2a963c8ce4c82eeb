"""JUnit XML, as continuous integration systems read it: a suite for each area, a case for each requirement."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from contracts.reports.plain import one_line
from contracts.reports.redaction import redacted
from contracts.reports.spans import moment
from contracts.reports.summary import Outcome, area_title, by_area, deciding, outcome
from contracts.results import CheckResult, Results
from contracts.verdicts import Verdict

MOST_NAME_CHARACTERS = 160

_FAILURES: Final = (Outcome.FAILED, Outcome.UNEXPECTED_PASS)
_SKIPS: Final = (Outcome.NOT_OBSERVABLE, Outcome.NOT_RUN, Outcome.EXPECTED_FAILURE)
# What XML 1.0 cannot hold, not even escaped; and carriage returns, which a parser would turn into line feeds.
_NOT_XML = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Results) -> bytes:
    """The document, in UTF-8.

    What was not seen, and what fails as expected, is skipped with a reason; a SHOULD that failed is passed with a
    warning in system-out unless the run is strict. A case's time is its share of the seconds of its checks.
    """
    results = redacted(results)
    root = ET.Element("testsuites", name=_clean(f"proofreel: {results.information.api_title}"))
    shares = _shares(results.checks)
    suites = [_suite(results, area, verdicts, shares) for area, verdicts in by_area(results.verdicts.values()).items()]
    root.extend(suites)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{results.information.seconds:.3f}")
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _suite(results: Results, area: str, verdicts: Sequence[Verdict], shares: Mapping[str, float]) -> ET.Element:
    information = results.information
    outcomes = Counter(outcome(verdict, strict=information.strict) for verdict in verdicts)
    suite = ET.Element(
        "testsuite",
        name=_clean(f"{information.api}.{area} {area_title(area)}"),
        tests=str(len(verdicts)),
        failures=str(sum(outcomes[each] for each in _FAILURES)),
        errors=str(outcomes[Outcome.ERROR]),
        skipped=str(sum(outcomes[each] for each in _SKIPS)),
        time=f"{sum(shares.get(verdict.requirement.id, 0.0) for verdict in verdicts):.3f}",
        # The format knows no time zone; what reads it takes it for UTC.
        timestamp=moment(information.began).partition(".")[0],
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _circumstances(results).items():
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    for verdict in verdicts:
        suite.append(_case(results, verdict, shares))
    return suite


def _circumstances(results: Results) -> Mapping[str, str]:
    information = results.information
    budget = information.time_budget_seconds
    return {
        "target": information.target_url,
        "api": information.api,
        "seed": str(information.seed),
        "time-level": str(information.time_level),
        "time-budget-seconds": "none" if budget is None else f"{budget:g}",
        "strict": str(information.strict).lower(),
        "capabilities": " ".join(information.capabilities),
        "kit-version": information.kit_version,
    }


def _case(results: Results, verdict: Verdict, shares: Mapping[str, float]) -> ET.Element:
    requirement, which = verdict.requirement, outcome(verdict, strict=results.information.strict)
    case = ET.Element(
        "testcase",
        classname=_clean(f"{results.information.api}.{requirement.id.split('-')[1]}"),
        name=_clean(f"{requirement.id} {one_line(requirement.statement, MOST_NAME_CHARACTERS)}"),
        time=f"{shares.get(requirement.id, 0.0):.3f}",
    )
    if which in _FAILURES:
        _add(case, "failure", verdict, message=_message(verdict, which), type_=f"{requirement.level} {which}")
    elif which is Outcome.ERROR:
        _add(case, "error", verdict, message=_message(verdict, which), type_="error of the kit")
    elif which in _SKIPS:
        ET.SubElement(case, "skipped", message=_clean(_message(verdict, which)))
    out = [f"warning: {_text(verdict)}"] if which is Outcome.WARNING else []
    out += [f"reading seen: {each}: {requirement.reading(each).statement}" for each in verdict.readings]
    if out:
        ET.SubElement(case, "system-out").text = _clean("\n".join(out))
    return case


def _add(case: ET.Element, name: str, verdict: Verdict, *, message: str, type_: str) -> None:
    element = ET.SubElement(case, name, message=_clean(message), type=type_)
    element.text = _clean(_text(verdict))


def _message(verdict: Verdict, which: Outcome) -> str:
    explanation = one_line(verdict.explanation, 400)
    if which is Outcome.UNEXPECTED_PASS:
        return f"it passed, but was expected to fail: {verdict.expected_failure}"
    if which is Outcome.EXPECTED_FAILURE:
        return f"expected failure ({verdict.expected_failure}): {explanation}"
    return explanation if which in {Outcome.FAILED, Outcome.ERROR} else f"{which}: {explanation}"


def _text(verdict: Verdict) -> str:
    requirement, finding = verdict.requirement, deciding(verdict)
    lines = [f"{requirement.id} ({requirement.level}): {requirement.statement}", f"source: {requirement.source}"]
    if finding is not None:
        lines.append(f"seen: {finding.explanation}")
        lines.append(f"check: {finding.check} (time level {finding.time_level})")
        lines += [f"evidence: {', '.join(map(str, finding.evidence))}"] if finding.evidence else []
    return "\n".join(lines)


def _shares(checks: Sequence[CheckResult]) -> Mapping[str, float]:
    """The seconds that each requirement has taken, where a check's time is shared by what it has judged."""
    shares: defaultdict[str, float] = defaultdict(float)
    for result in checks:
        judged = {finding.requirement for finding in result.findings}
        for requirement in judged:
            shares[requirement] += result.seconds / len(judged)
    return shares


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
