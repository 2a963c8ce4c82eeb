"""Behaviours that ask a list for something else than the request does: other filters, other limits."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.behaviours.ricloud.answers import LIST
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.handlers import HIDDEN
from mockserver.ricloud.listing import Created, Query

IN_USE = frozenset({"new", "valid", "invalid"})
DAY_US = 86_400_000_000


def _asked(change: Callable[[Query], Query], *operations: str) -> Change:
    """Another query of some lists; without any named, of all."""

    def apply(blueprint: Blueprint) -> Blueprint:
        usual = blueprint.asked

        def asked(operation: str, query: Query) -> Query:
            made = usual(operation, query)
            return change(made) if not operations or operation in operations else made

        return replace(blueprint, asked=asked)

    return apply


def _invalid_hidden(query: Query) -> Query:
    return query if "state" in query.equal else replace(query, hidden=query.hidden | {"invalid"})


def _nothing_hidden(query: Query) -> Query:
    return replace(query, hidden=frozenset())


def _deactivated_always_hidden(query: Query) -> Query:
    return replace(query, hidden=query.hidden | HIDDEN)


def _states_in_use_ignored(query: Query) -> Query:
    if query.equal.get("state") not in IN_USE:
        return query
    equal = {name: value for name, value in query.equal.items() if name != "state"}
    return replace(query, equal=equal, hidden=query.hidden | HIDDEN)


def _strict_includes(query: Query) -> Query:
    """Strict comparisons that hold at the moment itself, too."""
    created = [replace(it, comparison=">=") if it.comparison == ">" else it for it in query.created]
    return replace(query, created=[replace(it, comparison="<=") if it.comparison == "<" else it for it in created])


def _one_filter(query: Query) -> Query:
    return replace(query, created=()) if query.equal else query


def _first_page_filtered(query: Query) -> Query:
    if query.after is None or not query.equal:
        return query
    return replace(query, equal={}, hidden=HIDDEN if query.equal.get("state") in IN_USE else query.hidden)


def _whole_day(query: Query) -> Query:
    created: list[Created] = []
    for bound in query.created:
        begin = bound.moment_us - bound.moment_us % DAY_US
        day = [Created(">=", begin), Created("<", begin + DAY_US)]
        created += day if bound.comparison == "=" else [bound]
    return replace(query, created=created)


def _date_shows_hidden(query: Query) -> Query:
    return replace(query, hidden=frozenset()) if query.created else query


def _without(name: str) -> Callable[[Query], Query]:
    return lambda query: replace(query, equal={it: value for it, value in query.equal.items() if it != name})


CHANGES: Mapping[str, Change] = {
    "list-hides-invalid-configs": _asked(_invalid_hidden, LIST),
    "list-shows-deactivated-configs": _asked(_nothing_hidden, LIST),
    "list-never-shows-deactivated-configs": _asked(_deactivated_always_hidden, LIST),
    "state-in-use-filters-nothing": _asked(_states_in_use_ignored, LIST),
    "strict-comparisons-include-the-moment": _asked(_strict_includes),
    "first-filter-alone-counts": _asked(_one_filter),
    "only-the-first-page-is-filtered": _asked(_first_page_filtered),
    "moment-means-its-whole-day": _asked(_whole_day),
    "date-created-shows-deactivated-configs": _asked(_date_shows_hidden, LIST),
    "tasks-have-no-filter-by-type": _asked(_without("type"), "listTasks"),
    "events-have-no-filter-by-action": _asked(_without("action"), "listEvents"),
}
