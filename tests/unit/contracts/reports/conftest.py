"""Results of runs that never took place: one that holds something of everything, and any number of random ones."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.catalogue import Level, Observable, Requirement, load_catalogue
from contracts.check import Check
from contracts.record import Arrival, Entry, Exchange, Note
from contracts.results import CheckResult, Results, RunInformation
from contracts.verdicts import Finding, Status, TimeLevel, Verdict, verdict

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
KEY = "ffsk_0123456789abcdef0123456789abcdef"
SECRET = 'whsec "ü€" \\ 42'  # noqa: S105 - of nothing
COMMAND = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
MOMENTS_SECONDS = (0, 5, 305, 2105, 9305, 27305, 63305, 99305)

MakeExchange = Callable[..., Exchange]
MakeArrival = Callable[..., Arrival]
MakeCheck = Callable[..., CheckResult]
MakeResults = Callable[..., Results]


def exchange(number: int = 1, **parts: object) -> Exchange:
    """A request that sets the webhook's URL and secret, and its answer, with the given parts instead."""
    usual = Exchange(
        number=number,
        at=BEGAN + timedelta(seconds=number),
        method="PUT",
        url="http://127.0.0.1:8740/api/v1/webhook-config",
        request_headers=(("Host", "127.0.0.1:8740"), ("X-API-KEY", KEY), ("Content-Type", "application/json")),
        request_body=json.dumps({"url": "http://127.0.0.1:9000/hook", "secret": SECRET}).encode(),
        status=200,
        response_headers=(("Content-Type", "application/json"),),
        response_body=b'{"success": true, "url": "http://127.0.0.1:9000/hook"}',
        seconds=0.0123,
    )
    return replace(usual, **parts)  # type: ignore[arg-type] # parts are what a test says


def arrival(number: int, seconds: float, *, answer: str = "503", body: bytes | None = None) -> Arrival:
    """An attempt to deliver, so many seconds of the target's time after the beginning."""
    content = {"event": "command.completed", "data": {"command_id": COMMAND, "status": "SUCCESS"}}
    return Arrival(
        number=number,
        at=BEGAN + timedelta(milliseconds=number),
        monotonic=float(number),
        target_at=BEGAN + timedelta(seconds=seconds),
        inbox="hook",
        method="POST",
        path="/1/hook",
        headers=(("Content-Type", "application/json"), ("X-Webhook-Signature", "5f0c" * 16)),
        body=json.dumps(content).encode() if body is None else body,
        answer=answer,
    )


def check_result(name: str, findings: tuple[Finding, ...], entries: tuple[Entry, ...], **parts: object) -> CheckResult:
    """What a check called `made.{name}` found."""
    requirements = tuple(dict.fromkeys(finding.requirement for finding in findings))
    check = Check(f"made.{name}", f"The check called {name} looks at its requirements", requirements, lambda _: None)
    usual = CheckResult(check, findings, entries, frozenset({KEY, SECRET}), BEGAN, 1.5)
    return replace(usual, **parts)  # type: ignore[arg-type] # parts are what a test says


def information(**parts: object) -> RunInformation:
    """The circumstances of a run against the reference server, with the given parts instead."""
    usual = RunInformation(
        target_url="http://127.0.0.1:8740",
        api="renderio",
        api_title="RenderIO API (webhooks and FFmpeg commands)",
        time_level=TimeLevel.CONTROL,
        capabilities=("clock", "deliveries", "reset", "workspaces"),
        seed=20260101,
        strict=False,
        only=(),
        time_budget_seconds=60.0,
        began=BEGAN,
        seconds=41.7,
        kit_version="1.0",
    )
    return replace(usual, **parts)  # type: ignore[arg-type] # parts are what a test says


def schedule_check(requirement: str, **parts: object) -> CheckResult:
    """A check that has followed all attempts; the fourth came too late."""
    moments = [seconds + (600 if number >= 4 else 0) for number, seconds in enumerate(MOMENTS_SECONDS, 1)]
    entries: list[Entry] = [exchange(1), Note(2, BEGAN, "the clock is at the first attempt", BEGAN)]
    entries += [arrival(number, seconds) for number, seconds in enumerate(moments, 3)]
    because = "attempt 4 was expected 1800 s after the failure of attempt 3, and came after 2400 s"
    finding = Finding(requirement, Status.FAILED, because, "made.schedule", TimeLevel.CONTROL, evidence=(1, 5, 6))
    return check_result("schedule", (finding,), tuple(entries), **parts)


def run_of_everything() -> Results:
    """A run in which every outcome occurs, over the whole catalogue."""
    catalogue = load_catalogue("renderio")
    musts = [
        each.id for each in catalogue.values() if each.level is Level.MUST and each.observable is not Observable.NONE
    ]
    shoulds = [each.id for each in catalogue.values() if each.level is Level.SHOULD]
    late = next(each for each in musts if each.startswith("RIO-RTY"))
    others = [each for each in musts if each != late]
    wrong, expected, unexpected, broken, *_ = others[20::9]
    unseen, unrun = others[-9:-2], others[-2:]
    statuses = dict.fromkeys(catalogue, Status.PASSED)
    statuses |= dict.fromkeys([late, wrong, expected, shoulds[0]], Status.FAILED) | {broken: Status.ERROR}
    statuses |= dict.fromkeys(unseen, Status.NOT_OBSERVABLE) | dict.fromkeys(unrun, Status.NOT_RUN)
    checks = [schedule_check(late)]
    for at, (identifier, status) in enumerate(statuses.items()):
        if identifier != late:
            checks.append(_one(at, catalogue[identifier], status))
    findings = [finding for result in checks for finding in result.findings]
    verdicts: dict[str, Verdict] = {
        requirement.id: verdict(
            requirement,
            [finding for finding in findings if finding.requirement == requirement.id],
            expected_failure="a known fault, to be repaired" if requirement.id in {expected, unexpected} else None,
        )
        for requirement in catalogue.values()
    }
    return Results(information(), verdicts, tuple(checks))


def _one(at: int, requirement: Requirement, status: Status) -> CheckResult:
    explanations = {
        Status.FAILED: f"expected status 401, saw 200 {{'key': '{KEY}'}}",
        Status.NOT_OBSERVABLE: "it takes 27 h 35 min 5 s of the target's time, which nothing can make pass",
        Status.NOT_RUN: "the time budget of 60 s does not reach for it",
        Status.ERROR: f"Traceback (most recent call last):\n  File x\nZeroDivisionError: {SECRET!r}",
    }
    reading = requirement.readings[0].id if requirement.readings and status is Status.PASSED else None
    name = f"check{at:03}"
    finding = Finding(
        requirement.id,
        status,
        explanations.get(status, ""),
        f"made.{name}",
        TimeLevel.CONTROL,
        reading=reading,
        evidence=(1,) if status is Status.FAILED else (),
    )
    seen = status in {Status.PASSED, Status.FAILED}
    entries = (exchange(1), exchange(2, method="GET", request_body=b"", status=404), arrival(3, 0, answer="200"))
    return check_result(name, (finding,), entries if seen else ())


def random_results(seed: int, *, text: Callable[[random.Random], str], secrets: frozenset[str]) -> Results:
    """A run over some requirements, in which every text that can come from a target is made by `text`."""
    source = random.Random(seed)  # noqa: S311 - data for tests, to be repeated
    catalogue = load_catalogue("renderio")
    chosen = source.sample(list(catalogue.values()), source.randint(1, 12))

    def words() -> str:
        return text(source)

    def data() -> bytes:
        return words().encode("utf-8", "surrogatepass") + source.randbytes(source.choice((0, 0, 3)))

    def entry(number: int) -> Entry:
        headers = ((words(), words()), ("X-API-KEY", words()), ("Authorization", words()))
        match source.randrange(3):
            case 0:
                sent = {"request_headers": headers, "request_body": data(), "method": words(), "error": words()}
                sent |= {"response_headers": headers, "response_body": data(), "url": f"http://x:y@z/{words()}"}
                return exchange(number, status=source.choice((None, 200, 500)), **sent)
            case 1:
                made = arrival(number, number * 7.0, answer=words(), body=data())
                return replace(made, headers=headers, path=words(), method=words(), inbox=words())
            case _:
                return Note(number, BEGAN, words(), source.choice((None, BEGAN)))

    def finding(requirement: Requirement, name: str) -> Finding:
        readings = [None, *(reading.id for reading in requirement.readings)]
        may = requirement.level is Level.MAY
        status = source.choice([each for each in Status if not (may and each is Status.FAILED)])
        numbers = tuple(source.sample(range(1, 7), source.randrange(4)))
        level = source.choice(list(TimeLevel))
        reading = source.choice(readings)
        return Finding(requirement.id, status, words(), f"made.{name}", level, reading=reading, evidence=numbers)

    checks = []
    for at, requirement in enumerate(chosen):
        entries = tuple(entry(number) for number in range(1, source.randrange(2, 8)))
        findings = tuple(finding(requirement, f"c{at}") for _ in range(source.randint(1, 3)))
        ended = source.choice((None, words()))
        checks.append(check_result(f"c{at}", findings, entries, secrets=secrets, ended_early=ended))
    verdicts = {
        requirement.id: verdict(requirement, result.findings, expected_failure=source.choice((None, words())))
        for requirement, result in zip(chosen, checks, strict=True)
    }
    gone = source.choice((None, words()))
    about = information(
        target_url=f"http://{words()}", target_gone=gone, capabilities=(words(),), strict=source.random() < 0.5
    )
    return Results(about, verdicts, tuple(checks))


@pytest.fixture(scope="session")
def everything() -> Results:
    """A run in which every outcome occurs."""
    return run_of_everything()


@pytest.fixture(scope="session")
def make_exchange() -> MakeExchange:
    """Makes a request and its answer from some of its parts."""
    return exchange


@pytest.fixture(scope="session")
def make_arrival() -> MakeArrival:
    """Makes a delivery from its number and the target's time in seconds."""
    return arrival


@pytest.fixture(scope="session")
def make_check() -> MakeCheck:
    """Makes a check's result from a name, findings and entries."""
    return check_result


@pytest.fixture(scope="session")
def make_results() -> MakeResults:
    """Makes a random run; see `random_results`."""
    return random_results
