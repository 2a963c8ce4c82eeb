"""A webhook that keeps failing: disabled exactly at the eighth failure, silent from then on, re-enabled by PUT."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.attempts import Pursuit, span
from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.received import SKEW_SECONDS
from contracts.checks.renderio.schedule import FAILURE, POLICY
from contracts.errors import NotObservable
from contracts.receiver import Inbox
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

THRESHOLD = POLICY.failure_threshold or 0
QUIET_SECONDS = 3600.0
"""How long a disabled webhook is watched."""


@check("RIO-DIS-003", "RIO-DIS-004", "RIO-DIS-005", "RIO-DIS-006", span_seconds=POLICY.span_seconds)
def eighth_failure_disables(trial: Trial) -> None:
    """The eighth failure in a row disables the webhook, and the seventh does not."""
    account, inbox = Account(trial), trial.inbox()
    disabled = _fail_until_disabled(trial, account, inbox)
    if disabled is None:
        return
    count = disabled["consecutive_failures"]
    trial.saw("RIO-DIS-005", "a" if count == THRESHOLD else "b", f"the count is {count}")
    _judge_moment(trial, disabled["disabled_at"], inbox)


@check("RIO-DIS-008", "RIO-DIS-011", "RIO-DIS-012", "RIO-DIS-013", span_seconds=POLICY.span_seconds + QUIET_SECONDS)
def disabled_webhook_is_silent_until_put(trial: Trial) -> None:
    """Nothing is delivered to a disabled webhook; a PUT re-enables it, sets its count to 0, and deliveries go on."""
    account, inbox = Account(trial), trial.inbox()
    if _fail_quietly(trial, account, inbox) is None:
        raise NotObservable("the webhook was not disabled by its failures")
    inbox.script(then=200)
    silent_from = len(inbox.arrivals)
    account.finish_one()
    quiet = account.nothing_more(inbox, silent_from, seconds=QUIET_SECONDS)
    trial.expect(
        "RIO-DIS-008",
        quiet,
        f"nothing was to come to a disabled webhook; {len(inbox.arrivals) - silent_from} requests came",
    )
    account.configure(inbox.url)
    config = account.config()
    is_active, disabled_at = config.get("is_active"), config.get("disabled_at")
    trial.expect(
        "RIO-DIS-011",
        is_active is True and disabled_at is None,
        f"a PUT was to re-enable the webhook; is_active is {is_active} and disabled_at {disabled_at!r}",
    )
    failures = config.get("consecutive_failures")
    trial.expect(
        "RIO-DIS-012", failures == 0, f"a PUT was to set the count of a disabled webhook to 0; it is {failures}"
    )
    if is_active is not True:
        trial.unobservable("RIO-DIS-013", because="the webhook is not active after the PUT")
        return
    # Commands that finished meanwhile may be delivered now (RIO-DIS-010 b), so this one is told by its id.
    pursuit = Pursuit(trial.clock, inbox, account.finish_one())
    count = len(inbox.arrivals) + (not pursuit.attempts)
    if len(account.arrived(inbox, count)) < count:
        account.rule_lateness_out(inbox, count)
    trial.expect(
        "RIO-DIS-013",
        pursuit.attempts,
        "a command that finished after the PUT was to be delivered, and was not",
    )


@check("RIO-DIS-014")
def put_re_enables_after_delete(trial: Trial) -> None:
    """A PUT on a webhook that was disabled by DELETE makes it active again."""
    account, inbox = Account(trial), trial.inbox()
    account.configure(inbox.url)
    account.disable()
    account.configure(inbox.url)
    config = account.config()
    active = config.get("configured") is True and config["is_active"]
    because = f"a PUT was to make a webhook active again that was disabled by DELETE; GET answers {dict(config)}"
    if not trial.expect("RIO-DIS-014", active, because):
        return
    account.finish_one()
    arrived = account.arrived(inbox, 1)
    if not arrived:
        account.rule_lateness_out(inbox, 1)
    because = "after DELETE and PUT the webhook is active, and a command that finished then was not delivered"
    trial.expect("RIO-DIS-014", arrived, because)


def _fail_until_disabled(trial: Trial, account: Account, inbox: Inbox) -> Mapping[str, Any] | None:
    """Let a message fail to its end, judging RIO-DIS-003 and 004; the configuration of the disabled webhook."""
    account.configure_from_zero(inbox)
    inbox.script(then=FAILURE)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox, count=len(inbox.arrivals) + 1).command_id)
    config = _settled(trial, account)
    for delay in POLICY.delays_seconds[1:]:
        failures = len(pursuit.attempts)
        if not config["is_active"]:
            because = f"the webhook was not to be disabled before {THRESHOLD} failures; it was after {failures}"
            trial.failed("RIO-DIS-004", because)
            trial.unobservable("RIO-DIS-003", "RIO-DIS-005", "RIO-DIS-006", because="it was disabled before")
            return None
        if pursuit.next_attempt(delay).seconds is None:
            because = f"no further attempt came after {failures} failures, and the webhook was still active"
            trial.unobservable("RIO-DIS-003", "RIO-DIS-004", "RIO-DIS-005", "RIO-DIS-006", because=because)
            return None
        last = len(pursuit.attempts) >= THRESHOLD
        config = _settled(trial, account, expected=-1 if last else None)
    if config["is_active"] and config["consecutive_failures"] <= 1:
        return _exhaust_messages(trial, account)
    trial.passed("RIO-DIS-004", because=f"it was active after {THRESHOLD - 1} failures, and deliveries went on")
    return _judge_disabled(trial, config, f"{len(pursuit.attempts)} failures in a row")


def _exhaust_messages(trial: Trial, account: Account) -> Mapping[str, Any] | None:
    """Reading b of RIO-DIS-001: only a message all of whose attempts failed counts, so eight of them are needed."""
    trial.note("failed attempts do not count by themselves; going on with whole messages (RIO-DIS-001 b)")
    span_seconds = POLICY.span_seconds + len(POLICY.delays_seconds) + 60

    def exhaust(messages: int) -> Mapping[str, Any]:
        for _ in range(messages):
            account.finish_one()
        trial.clock.pass_time(span_seconds)
        return _settled(trial, account)

    config = exhaust(THRESHOLD - 2)
    if not config["is_active"]:
        because = f"the webhook was not to be disabled before {THRESHOLD} failed messages; it was after {THRESHOLD - 1}"
        trial.failed("RIO-DIS-004", because)
        trial.unobservable("RIO-DIS-003", "RIO-DIS-005", "RIO-DIS-006", because="it was disabled before")
        return None
    trial.passed("RIO-DIS-004", because=f"it was active after {THRESHOLD - 1} failed messages")
    return _judge_disabled(trial, exhaust(1), f"{THRESHOLD} messages that failed to their end")


def _judge_disabled(trial: Trial, config: Mapping[str, Any], after: str) -> Mapping[str, Any] | None:
    disabled = not config["is_active"]
    trial.expect("RIO-DIS-003", disabled, f"the webhook was to be disabled after {after}, and is still active")
    if disabled:
        return config
    trial.unobservable("RIO-DIS-005", "RIO-DIS-006", because="the webhook was not disabled")
    return None


def _fail_quietly(trial: Trial, account: Account, inbox: Inbox) -> Mapping[str, Any] | None:
    """Let messages fail until the webhook is disabled, without a word on when that is; None where it never is."""
    account.configure(inbox.url)
    inbox.script(then=FAILURE)
    pursuit = Pursuit(trial.clock, inbox, account.run(inbox).command_id)
    for delay in POLICY.delays_seconds[1:]:
        if pursuit.next_attempt(delay).seconds is None:
            break
    for _ in range(THRESHOLD):
        config = _settled(trial, account)
        if not config["is_active"]:
            return config
        account.finish_one()
    trial.clock.pass_time(POLICY.span_seconds + len(POLICY.delays_seconds) + 60)  # where only whole messages count
    config = _settled(trial, account)
    return None if config["is_active"] else config


def _settled(trial: Trial, account: Account, *, expected: int | None = None) -> Mapping[str, Any]:
    """The configuration; where it is stored a moment later, once it shows the `expected` failures or is disabled."""
    config = account.config_once(
        lambda config: expected is None or not config.get("is_active") or config["consecutive_failures"] == expected
    )
    trial.require("RIO-CFG-001", config.get("configured"), "GET was to answer configured true after a PUT")
    return config


def _judge_moment(trial: Trial, disabled_at: object, inbox: Inbox) -> None:
    last = inbox.arrivals[-1]
    moment = _moment(disabled_at)
    if moment is None:
        because = f"disabled_at was to be an ISO 8601 timestamp, and is {disabled_at!r}"
        trial.failed("RIO-DIS-006", because)
        return
    if moment.tzinfo is None:
        trial.passed("RIO-DIS-006", because=f"{disabled_at} names no time zone, so its moment was not compared")
        return
    if last.target_at is None and trial.clock.level is TimeLevel.CONTROL:
        trial.unobservable("RIO-DIS-006", because="the target did not say what time it was on its clock")
        return
    expected = last.target_at or last.at
    off = abs(moment - expected)
    # Where the target's time is not known, its clock may be another machine's.
    late_seconds = SKEW_SECONDS if last.target_at is None else trial.clock.tolerance.late_seconds
    allowed = timedelta(seconds=late_seconds + 1)
    trial.expect(
        "RIO-DIS-006",
        off <= allowed,
        f"disabled_at was to be the moment of the last failure, {expected.astimezone(UTC).isoformat()}, and is "
        f"{disabled_at}: {span(off.total_seconds())} off",
        evidence=[last.number],
    )


def _moment(value: object) -> datetime | None:
    """An ISO 8601 timestamp of a day and a time."""
    if not isinstance(value, str) or not re.match(r"\d{4}-?\d{2}-?\d{2}[T ]\d{2}", value):
        return None
    try:
        return datetime.fromisoformat(value.upper())  # RFC 3339 permits t and z
    except ValueError:
        return None
