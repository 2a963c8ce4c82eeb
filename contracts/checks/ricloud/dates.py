"""LST: the list of configs by the moment of their creation, however such a filter is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from contracts.attempts import span
from contracts.check import check
from contracts.checks.ricloud.account import DECIDED, Account
from contracts.checks.ricloud.creation_moments import (
    COMPARISONS,
    Created,
    contradictions,
    moment_of,
    written_like,
    wrongly_filtered,
)
from contracts.checks.ricloud.filters import outcome
from contracts.checks.ricloud.lists import CONFIGS, Page, ask, ids_of, page, whole
from contracts.errors import NotObservable
from contracts.trial import Trial

STEP_SECONDS = 3.0
"""How far apart the moments of creation are, so that one of them lies between two others however they are rounded."""

ROUNDING = timedelta(seconds=1)
PAST, FUTURE = "1971-01-01T00:00:00Z", "2171-01-01T00:00:00Z"

FORMS: Mapping[str, str] = {"brackets": "date_created[{}]", "underscores": "date_created__{}"}
"""The ways to write an operator that the document names."""

OTHER_FORMS = (
    ("date_created", f"gt:{FUTURE}"),
    ("date_created", f">{FUTURE}"),
    ("date_created", f"{FUTURE},"),
    ("date_created", f"{FUTURE}/2172-01-01T00:00:00Z"),
    ("date_created", f"{FUTURE}..2172-01-01T00:00:00Z"),
    ("date_created[after]", FUTURE),
    ("date_created[from]", FUTURE),
    ("date_created_after", FUTURE),
    ("date_created_gt", FUTURE),
    ("date_created.gt", FUTURE),
)
"""Other ways to write a filter that leaves nothing, tried where none of the usual ones does anything."""

Probe = tuple[str, str]


@check("RCL-LST-005")
def date_created_is_not_ignored(trial: Trial) -> None:
    """The parameter date_created narrows the list, or refuses what it cannot read."""
    with Account(trial) as account:
        shown = account.create(trial.inbox().url).get("date_created")
        plain = page(account, CONFIGS, stands_on="RCL-LST-001")
        because = "date_created was not to be ignored; with whatever moment the list was the whole one"
        trial.expect("RCL-LST-005", heeds_dates(account, CONFIGS, str(shown), plain), because)


@check("RCL-LST-005", "RCL-LST-006", "RCL-LST-007", "RCL-LST-008", span_seconds=2 * STEP_SECONDS)
def configs_are_listed_by_their_creation(trial: Trial) -> None:
    """An operator on date_created leaves what the same comparison does; two filters leave what both of them do."""
    with Account(trial) as account:
        days = Days(account)
        exact = days.listed(("date_created", days.middle.shown))
        same_moment = frozenset(one.id for one in days.created if one.moment == days.middle.moment)
        is_exact = exact is not None and exact & days.own == same_moment & days.own
        heeded = [form for form in FORMS if _judge_operators(trial, days, form)]
        readings = {("brackets", "underscores"): "a", ("brackets",): "b", ("underscores",): "c"}
        if is_exact or heeded or days.listed(("date_created", FUTURE)) != days.listed(("date_created", PAST)):
            trial.passed("RCL-LST-005", reading=readings.get(tuple(heeded), "d") if is_exact else "d")
        else:
            trial.unobservable("RCL-LST-005", because="none of the usual ways to write the filter makes a difference")
        if not heeded:
            trial.unobservable("RCL-LST-006", because="neither date_created[gt] nor date_created__gt is understood")
        narrow = list(_narrowing(days, heeded))
        _judge_two_filters(trial, days, narrow)
        _see_deactivated(trial, days, narrow)


def heeds_dates(account: Account, operation: str, shown: str, plain: Page) -> bool:
    """Whether a list that is `plain` without a filter heeds date_created in any way; `shown` is how it writes a moment.

    A moment that is refused is one that it cannot read. An operator that is refused says nothing.
    """
    moments = [("date_created", moment) for moment in (PAST, FUTURE, FUTURE[:10], shown)]
    if any(outcome(*ask(account, operation, [probe]), plain) != "ignored" for probe in moments):
        return True
    others = [*((form.format("gt"), FUTURE) for form in FORMS.values()), *OTHER_FORMS]
    return any(outcome(*ask(account, operation, [probe]), plain) in {"empty", "other"} for probe in others)


class Days:
    """Configs of three moments, some of which are valid, one invalid and one deactivated at the middle one.

    `created` are all that are listed; `own` are the ids of those made here that are not deactivated.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        working, broken = account.trial.inbox("working").url, account.trial.receiver.refused_url
        early = [self._decided(working)]
        account.workspace.clock.pass_time(STEP_SECONDS)
        between = [self._decided(working), self._decided(broken)]
        hidden = self._decided(working)
        account.deactivate(hidden["id"])
        account.workspace.clock.pass_time(STEP_SECONDS)
        late = [self._decided(working)]
        self.hidden = _created(hidden)
        self.own = frozenset(ids_of([*early, *between, *late]))
        self.created = tuple(map(_created, whole(account, CONFIGS, stands_on="RCL-LST-001")))
        known = {one.id: one for one in self.created}
        if not self.own <= set(known):
            account.trial.require("RCL-LST-001", False, f"of {len(self.own)} new configs the list does not show all")
        self.first, self.middle, self.last = (known[str(group[0]["id"])] for group in (early, between, late))
        if not self.first.moment + ROUNDING < self.middle.moment < self.last.moment - ROUNDING:
            shown = ", ".join(one.shown for one in (self.first, self.middle, self.last))
            message = f"configs that were created {span(STEP_SECONDS)} apart show the moments {shown}"
            raise NotObservable(message)

    @property
    def bounds(self) -> Sequence[datetime]:
        """Moments before, between and after those of the configs."""
        half = timedelta(seconds=STEP_SECONDS / 2)
        return (
            self.first.moment - timedelta(days=400),
            self.middle.moment - half,
            self.last.moment - half,
            self.last.moment + timedelta(days=400),
        )

    def listed(self, *filters: Probe) -> frozenset[str] | None:
        """The ids that filters leave; None where they are refused."""
        _, found = ask(self.account, CONFIGS, filters)
        if found is None:
            return None
        return frozenset(ids_of(whole(self.account, CONFIGS, filters, stands_on="RCL-LST-001")))

    def _decided(self, url: str) -> Mapping[str, Any]:
        identifier = self.account.create(url)["id"]
        return self.account.eventually(
            lambda: self.account.retrieve(identifier), lambda config: config.get("state") in DECIDED
        )


def _created(config: Mapping[str, Any]) -> Created:
    shown = config.get("date_created")
    moment = moment_of(shown)
    if moment is None:
        message = f"date_created is {shown!r}, which is no datetime that can be read"
        raise NotObservable(message)
    return Created(str(config.get("id")), str(shown), moment)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operator with a bound leaves of the list."""

    bound: datetime
    listed: frozenset[str]


def _judge_operators(trial: Trial, days: Days, form: str) -> bool:
    """Judge each operator of a form that is understood; whether any is."""
    at_the_moment: dict[str, bool] = {}
    for name in COMPARISONS:
        answers = list(_answers(days, FORMS[form].format(name)))
        if not _is_understood(days, answers):
            continue
        for answer in answers:
            wrong = wrongly_filtered(days.created, name, answer.bound, answer.listed, by=ROUNDING)
            because = (
                f"{FORMS[form].format(name)}={answer.bound.isoformat()} was to leave what the comparison leaves of the "
                f"whole list; it is otherwise with {', '.join(wrong[:5])}"
            )
            trial.expect("RCL-LST-006", not wrong, because)
        listed = days.listed((FORMS[form].format(name), days.middle.shown))
        if listed is not None:
            at_the_moment[name] = days.middle.id in listed
    found = contradictions(at_the_moment)
    if at_the_moment:
        because = f"with {days.middle.shown}, when one was created, {'; '.join(found)} ({form})"
        trial.expect("RCL-LST-006", not found, because)
    return bool(at_the_moment)


def _answers(days: Days, parameter: str) -> Iterator[Answer]:
    for bound in days.bounds:
        listed = days.listed((parameter, written_like(days.middle.shown, bound)))
        if listed is not None:
            yield Answer(bound, listed)


def _is_understood(days: Days, answers: Sequence[Answer]) -> bool:
    """Whether it makes a difference at which moment the bound is: else it is ignored, refused, or matches nothing."""
    return len({answer.listed & days.own for answer in answers}) > 1


def _narrowing(days: Days, forms: Sequence[str]) -> Iterator[Probe]:
    """Filters by the moment that leave some of the configs made here, and not all."""
    _, before, after, _ = days.bounds
    probes = [("date_created", days.middle.shown)]
    for form in forms:
        probes.append((FORMS[form].format("gt"), written_like(days.middle.shown, before)))
        probes.append((FORMS[form].format("lt"), written_like(days.middle.shown, after)))
    for probe in probes:
        listed = days.listed(probe)
        if listed is not None and listed & days.own and not days.own <= listed:
            yield probe


def _judge_two_filters(trial: Trial, days: Days, narrow: Sequence[Probe]) -> None:
    for state, probe in product(sorted(DECIDED), narrow):
        by_state, by_moment, both = (
            days.listed(*one) for one in ([("state", state)], [probe], [("state", state), probe])
        )
        expected = (by_state or frozenset()) & (by_moment or frozenset()) & days.own
        shown = "a refusal" if both is None else str(sorted(both & days.own))
        because = (
            f"with state={state} and {probe[0]}={probe[1]} the list was to show what both leave of {sorted(days.own)}, "
            f"which is {sorted(expected)}; there was {shown}"
        )
        trial.expect("RCL-LST-007", both is not None and both & days.own == expected, because)
    if not narrow:
        trial.unobservable("RCL-LST-007", because="no filter by the moment of creation leaves a part of the list")


def _see_deactivated(trial: Trial, days: Days, narrow: Sequence[Probe]) -> None:
    for probe in narrow:
        is_exact = probe[0] == "date_created"
        if is_exact and days.hidden.moment != days.middle.moment:
            continue
        listed = days.listed(probe)
        if listed is not None:
            trial.saw("RCL-LST-008", "b" if days.hidden.id in listed else "a")
            return
