"""CFG: the attributes of a config, by whatever way it is shown."""

from typing import Any

from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.config_datetimes import REFERENCE_DECIMALS, decimals_of, is_documented, is_same, is_within
from contracts.checks.ricloud.config_shapes import reading_of_secret
from contracts.checks.ricloud.creation_moments import moment_of
from contracts.checks.ricloud.lists import EVENTS, TASKS, ask
from contracts.checks.ricloud.views import (
    CREATE,
    LIST,
    MOVING_SECONDS,
    RETRIEVE,
    UPDATE,
    Views,
    flaws_of,
    item_of,
    missing_somewhere,
    viewed,
)
from contracts.clock import Tolerance
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

SKEW_SECONDS = 300.0
"""How far the clock of a target may be off, where its own time is not known."""

URL_ENDINGS = ("/", "/?part=%7Ea&empty=", "/%C3%A9//b;c=1,2")
"""What is unchanged in a URL stays so to its last character, although it could be written in another way."""

SHAPES = ("RCL-CFG-002", "RCL-CFG-003", "RCL-CFG-004", "RCL-CFG-009", "RCL-CFG-010")


@check(*SHAPES, "RCL-CFG-008", "RCL-CFG-012", span_seconds=MOVING_SECONDS)
def every_answer_shows_the_same_config(trial: Trial) -> None:
    """Create, retrieve, update and list show the same config with all its attributes, each what it has to be."""
    with Account(trial) as account:
        other = account.create(trial.inbox("another config").url)
        views = viewed(account)
        broken = set()
        for requirement, because in flaws_of(views):
            trial.failed(requirement, because)
            broken.add(requirement)
        _judge_sameness(trial, views)
        _judge_identity(trial, views, other)
        if "RCL-CFG-010" not in broken:
            _judge_creation(trial, views)
        if "RCL-CFG-009" not in broken:
            trial.passed("RCL-CFG-009")
        if "RCL-CFG-003" not in broken:
            trial.passed("RCL-CFG-003")
        secrets = {answer: views.by_answer.get(answer, {}).get("secret") for answer in (RETRIEVE, UPDATE, LIST)}
        created = views.by_answer[CREATE].get("secret")
        if created and LIST in views.by_answer:
            trial.saw("RCL-CFG-008", reading_of_secret(created, secrets))


def _judge_sameness(trial: Trial, views: Views) -> None:
    absent = missing_somewhere(views)
    because = f"every answer was to have each attribute but the secret; there is no {'; no '.join(absent)}"
    trial.expect("RCL-CFG-012", not absent, because)
    if LIST not in views.by_answer:
        trial.note("the list does not show the config; that is judged elsewhere (RCL-LST-001)")
        return
    shown, listed = views.by_answer[RETRIEVE].get("state"), views.by_answer[LIST].get("state")
    if "state" in views.by_answer[LIST]:
        because = f"retrieve and list were to show the same config; its state was {shown!r} and {listed!r}"
        trial.expect("RCL-CFG-012", shown == listed, because)


def _judge_identity(trial: Trial, views: Views, other: Any) -> None:
    """Judge that id and organisation are the same in every answer, and how they are with another config."""
    for requirement, name in (("RCL-CFG-002", "id"), ("RCL-CFG-004", "organisation")):
        values = list(views.values(name).values())
        because = f"{name} was to be the same in every answer, and was {views.told(name)}"
        if values:
            trial.expect(requirement, all(value == values[0] for value in values), because)
    identifier = views.by_answer[CREATE]["id"]
    because = f"no two configs were to have the same id, and two have {identifier!r}"
    reading = "b" if isinstance(identifier, str) else "a"
    trial.expect("RCL-CFG-002", str(other["id"]) != str(identifier), because, reading=reading)
    first, second = views.by_answer[CREATE].get("organisation"), other.get("organisation")
    because = f"the configs of an organisation were to have the same organisation, and have {first!r} and {second!r}"
    trial.expect("RCL-CFG-004", first == second, because)


def _judge_creation(trial: Trial, views: Views) -> None:
    """Judge that date_created is the moment of the creation, and stays so."""
    values = [value for value in views.values("date_created").values() if isinstance(value, str)]
    moments = [moment for value in values if (moment := moment_of(value)) is not None]
    if len(moments) < len(values) or not moments:
        trial.unobservable("RCL-CFG-010", because="date_created is no moment that could be read (RCL-CFG-011)")
        return
    told = views.told("date_created")
    because = f"date_created was to stay the same whatever happens, and was {told}"
    trial.expect("RCL-CFG-010", all(is_same(values[0], value) for value in values), because)
    is_known = trial.clock.level in {TimeLevel.CONTROL, TimeLevel.STEPPED}
    tolerance = trial.clock.tolerance if is_known else Tolerance(SKEW_SECONDS, SKEW_SECONDS)
    trial.expect(
        "RCL-CFG-010",
        is_within(moments[0], views.before, views.after, tolerance),
        f"date_created was to be the moment of the creation, between {views.before} and {views.after}, and is {told}",
    )


@check("RCL-CFG-005")
def urls_are_kept_as_they_were_sent(trial: Trial) -> None:
    """The url of a config is the string that was sent, to its last character, by whatever way it is shown."""
    with Account(trial) as account:
        for ending in ("", *URL_ENDINGS):
            url = f"{trial.inbox().url}{ending}"
            created = account.create(url)
            shown = {CREATE: created.get("url"), RETRIEVE: account.retrieve(created["id"]).get("url")}
            listed = item_of(account, created)
            if listed is not None and "url" in listed:
                shown[LIST] = listed["url"]
            wrong = {answer: value for answer, value in shown.items() if value != url}
            trial.expect("RCL-CFG-005", not wrong, f"url was to be {url!r}, as it was sent, and was {wrong}")


@check("RCL-CFG-011")
def datetimes_are_written_in_utc(trial: Trial) -> None:
    """Every datetime of a config, a task and an event is a string by ISO 8601 in UTC that ends in Z."""
    with Account(trial) as account:
        config = account.valid(trial.inbox())
        shown: list[tuple[str, Any]] = [("a creation", config), ("a config", account.retrieve(config["id"]))]
        listed = item_of(account, config)
        shown += [("the list of configs", listed)] if listed is not None else []
        for what, operation in (("a task", TASKS), ("an event", EVENTS)):
            _, page = ask(account, operation)
            shown += [(what, item) for item in (page.items[:3] if page is not None else ())]
        dates = [
            (what, name, value)
            for what, resource in shown
            for name, value in resource.items()
            if name.startswith("date_") and value is not None
        ]
        for what, name, value in dates:
            because = f"{name} of {what} was to be a datetime by ISO 8601 in UTC that ends in Z, and is {value!r}"
            trial.expect("RCL-CFG-011", is_documented(value), because)
        decimals = {decimals_of(value) for _, _, value in dates if is_documented(value)}
        if decimals:
            trial.saw("RCL-CFG-011", "a" if decimals == {REFERENCE_DECIMALS} else "b", f"decimals: {sorted(decimals)}")
        unseen(trial, "RCL-CFG-011", because="no datetime was shown")
