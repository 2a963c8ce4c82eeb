"""What a task has to look like, judged by its JSON alone."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

TEST = "webhook_config.test"
"""The type of a test's task."""

STATES = ("pending", "processing", "succeeded", "failed", "suspended")
ENDED = ("succeeded", "failed")
"""The states of a task that is over."""

ALWAYS = ("id", "resource", "organisation", "key", "type", "state", "date_created")
OF_OTHER_TASKS = ("user", "source", "session", "poll")
UNREACHABLE, TIMED_OUT = "receiver-unreachable", "receiver-timed-out"
REDIRECTED, REFUSED = "receiver-redirected", "receiver-refused"


def lacking(task: Mapping[str, Any]) -> Sequence[str]:
    """What a task has to have and has not: names of properties that are absent or null, and a wrong resource."""
    absent = [name for name in ALWAYS if task.get(name) in (None, "")]
    wrong = ["the resource task"] if task.get("resource") not in (None, "", "task") else []
    return [*absent, *wrong]


def filled_in(task: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in the properties that the task of a test has no use for."""
    return {name: task[name] for name in OF_OTHER_TASKS if task.get(name) not in (None, "", [], {})}


def is_without_error(task: Mapping[str, Any]) -> bool:
    """Whether a task names no error."""
    return task.get("error") in (None, "", {}, [])


def says_why(task: Mapping[str, Any]) -> bool:
    """Whether a task has an error that is not empty."""
    error = task.get("error")
    return bool(error.strip()) if isinstance(error, str) else bool(error)


def reading_of_error(task: Mapping[str, Any], code: str) -> str:
    """Which reading of RCL-TSK-005 a failed task shows, where the reference server would name this code."""
    message = task.get("message")
    return "a" if task.get("error") == code and isinstance(message, str) and message.strip() else "b"


def reading_of_target(task: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """Which reading of RCL-TSK-008 the task of a config's test shows."""
    target, identifier = task.get("target"), config.get("id")
    if isinstance(target, str) and target == str(identifier):
        return "a"
    shown = target.get("id") if isinstance(target, Mapping) else target
    return "b" if shown is not None and shown == identifier else "c"


def reading_of_results(task: Mapping[str, Any]) -> str | None:
    """Which reading of RCL-TSK-013 a test's task shows; None where it has results."""
    results = task.get("results")
    if not results:
        return "b"
    is_list = isinstance(results, Mapping) and results.get("resource") == "list" and results.get("data") == []
    return "a" if is_list and isinstance(results.get("has_more"), bool) else None


def wrong_moments(task: Mapping[str, Any]) -> str | None:
    """What is wrong with a task's moments, in words: no datetimes, out of order, or too early; None if nothing is.

    A moment without an offset is taken for UTC, as all moments of the API are.
    """
    names = ("date_created", "date_started", "date_completed")
    moments: dict[str, datetime] = {}
    for name in names:
        value = task.get(name)
        if value is None and name != "date_created":
            continue
        moment = _moment(value)
        if moment is None:
            return f"{name} was to be a datetime{'' if name == 'date_created' else ' or null'}, and is {value!r}"
        moments[name] = moment
    if "date_completed" in moments and task.get("state") not in ENDED:
        shown = task["date_completed"]
        return f"date_completed was to be null until the end; it is {shown!r}, and the task is {task.get('state')}"
    ordered = [(name, moments[name]) for name in names if name in moments]
    for (earlier, before), (later, after) in itertools.pairwise(ordered):
        # Where one of the two has whole seconds, so does the comparison.
        if after < (before if after.microsecond else before.replace(microsecond=0)):
            return f"{later} was not to be before {earlier}; they are {task.get(later)!r} and {task.get(earlier)!r}"
    return None


def step_back(states: Sequence[str]) -> str | None:
    """Where a task's states, in the order in which they were seen, went back, in words; None where they did not."""
    for before, after in itertools.pairwise(states):
        if before in ENDED and after != before:
            return f"a task that was {before} was {after} later"
        if before == "processing" and after == "pending":
            return "a task that was processing was pending later"
    return None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.upper())  # RFC 3339 permits t and z
    except ValueError:
        return None
    return moment.replace(tzinfo=None) - (moment.utcoffset() or moment - moment)
