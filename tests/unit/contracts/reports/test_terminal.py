"""What the report on the terminal says."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from contracts.reports.summary import Outcome, by_outcome, first_failure, headline
from contracts.reports.terminal import show
from contracts.results import ExitCode, Results
from contracts.verdicts import Status


def printed(results: Results, *, width: int = 100, folder: Path | None = None, encoding: str = "utf-8") -> str:
    """The report as it comes to a terminal without colours."""
    buffer = io.BytesIO()
    file = io.TextIOWrapper(buffer, encoding=encoding, errors="strict")
    show(results, Console(file=file, width=width, color_system=None, legacy_windows=False), folder=folder)
    file.flush()
    return buffer.getvalue().decode(encoding)


def only(results: Results, *statuses: Status) -> Results:
    """The run without the verdicts of any other status."""
    kept = {each: verdict for each, verdict in results.verdicts.items() if verdict.status in statuses}
    return replace(results, verdicts={each: replace(one, expected_failure=None) for each, one in kept.items()})


def test_what_needs_a_look_is_named_and_passes_are_counted(everything: Results) -> None:
    text = printed(everything)
    for which, verdicts in by_outcome(everything).items():
        for verdict in verdicts:
            assert which is Outcome.PASSED or verdict.requirement.id in text
    assert "CFG  Webhook configuration         19 passed" in text
    assert "RIO-CFG-001" not in text


def test_equal_reasons_are_said_once(everything: Results) -> None:
    text = printed(everything)
    assert text.count("which nothing can make pass") == 1
    assert "not observable (7): it takes 27 h 35 min 5 s" in text
    assert "not run (2): the time budget of 60 s does not reach for it" in text


def test_first_failure_is_explained_in_full(everything: Results) -> None:
    verdict = first_failure(everything)
    assert verdict is not None
    _, _, told = printed(everything, width=200).partition(f"{verdict.requirement.id} in full")
    assert verdict.requirement.statement in told
    assert str(verdict.requirement.source) in told
    assert "expected status 401, saw 200" in told
    assert "#1 PUT http://127.0.0.1:8740/api/v1/webhook-config" in told
    assert "status 200 after 0.0123 s" in told


def test_line_to_repeat_is_not_broken_in_a_narrow_terminal(everything: Results) -> None:
    lines = printed(everything, width=50).splitlines()
    [line] = [line for line in lines if line.startswith("curl ")]
    assert line.endswith('\'{"url": "http://127.0.0.1:9000/hook", "secret": "[redacted]"}\'')
    assert '"X-API-KEY: $PROOFREEL_API_KEY"' in line


def test_failure_of_a_must_is_explained_before_that_of_a_should(everything: Results) -> None:
    first, *rest = sorted(only(everything, Status.FAILED).verdicts.values(), key=lambda one: one.requirement.level)
    assert first.requirement.level == "MUST"
    should = rest[-1]
    reordered = replace(everything, verdicts={each.requirement.id: each for each in (should, first)})
    assert first_failure(reordered) is first


def test_report_ends_with_the_verdict_and_where_to_read_on(everything: Results) -> None:
    *_, verdict, counts, more, report = printed(everything, width=200, folder=Path("/tmp/out")).splitlines()  # noqa: S108 - only named
    assert verdict == "does not conform: 2 requirements failed"
    assert counts.startswith(
        "2 failed, 1 unexpected pass, 1 error of the kit, 1 warning, 1 expected failure, 136 passed"
    )
    assert more == "more: proofreel explain RIO-CMD-004"
    assert report == "report: /tmp/out/report.html"


def test_circumstances_are_told(everything: Results) -> None:
    head = printed(everything, width=200).splitlines()[1]
    assert "time level control" in head
    assert "seed 20260101" in head
    assert "time budget 1 min" in head


@pytest.mark.parametrize(
    ("statuses", "gone", "words", "code"),
    [
        ([Status.PASSED], None, "conforms", ExitCode.CONFORMANT),
        ([Status.PASSED, Status.NOT_RUN], None, "conforms in all that was seen", ExitCode.CONFORMANT),
        ([Status.NOT_OBSERVABLE], None, "no verdict: nothing could be judged", ExitCode.SET_UP),
        ([Status.PASSED, Status.ERROR], None, "no verdict: the kit itself had a trouble", ExitCode.KIT),
        ([Status.PASSED, Status.NOT_RUN], "connection refused", "no verdict: the target went away", ExitCode.SET_UP),
    ],
)
def test_headline_agrees_with_the_exit_code(
    statuses: list[Status], gone: str | None, words: str, code: ExitCode, everything: Results
) -> None:
    results = only(everything, *statuses)
    results = replace(results, information=replace(results.information, target_gone=gone))
    assert results.exit_code is code
    assert headline(results).text == words
    assert words in printed(results)


def test_unexpected_pass_alone_is_no_failed_requirement(everything: Results) -> None:
    [verdict] = by_outcome(everything)[Outcome.UNEXPECTED_PASS]
    results = replace(everything, verdicts={verdict.requirement.id: verdict})
    assert headline(results).text == "the expectations are out of date: 1 unexpected pass"
    assert "passed, but was expected to fail: a known fault" in printed(results)


def test_other_reading_than_the_reference_servers_is_told_in_full(everything: Results) -> None:
    verdict = everything.verdicts["RIO-AUT-005"]
    finding = replace(verdict.findings[0], reading="b")
    results = replace(everything, verdicts={"RIO-AUT-005": replace(verdict, findings=(finding,))})
    assert "RIO-AUT-005 b The body is judged first" in printed(results)


def test_terminal_without_such_characters_gets_plain_marks(everything: Results) -> None:
    text = printed(everything, encoding="ascii")
    assert "  x RIO-CMD-004 MUST" in text
    assert "  ! RIO-CMD-010 SHOULD" in text
    assert text.splitlines() != printed(everything).splitlines()


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), said=st.text(st.characters()), width=st.integers(20, 120))
def test_no_text_of_a_target_acts_on_the_terminal(
    seed: int, said: str, width: int, make_results: Callable[..., Results]
) -> None:
    def text(source: random.Random) -> str:
        return source.choice(("\x1b[2J", "\x07\r", "\u202e", "[bold red]x[/]", "\x9b31m", "\ud800")) + said

    shown = printed(make_results(seed, text=text, secrets=frozenset()), width=width)
    assert not [character for character in shown if not character.isprintable() and character not in "\n\t\u3000\xa0"]
