"""Variations that go together, so that a few servers show all of them.

What comes later changes what came before, and stands around it: what is compressed is not written in another way.
"""

from collections.abc import Mapping

ON_PLAIN = (
    *("below-a-path", "keep-alive", "more-properties", "turned-json", "compressed", "small-headers", "more-headers"),
    *("odd-ids", "odd-secrets", "whole-seconds", "no-null", "clock-years-ahead", "no-object-updates-nothing"),
    *("created-201", "secrets-masked", "secrets-taken", "deactivated-url-tested", "idle-updates-differ"),
    *("misspelt-type", "put-updates", "no-delete", "tested-200", "tested-by-get", "deactivated-tests-decide"),
    *("odd-await-is-capped", "second-test-is-the-first", "targets-left-out", "timeout-3-s", "few-accepted"),
    *("retries-ceiled", "two-attempts", "bodies-stay", "retry-dropped-with-url", "events-wait-for-valid"),
    *("other-order", "underscores", "unreadable-ignored", "odd-limits-usual", "odd-cursors-ignored", "no-total"),
    *("no-deactivating-while-named", "null-chosen", "organisation-without-configs", "choices-as-configs"),
)
"""Together they are as far from the reference server as those that the miniature has when it is plain."""

ON_THE_REFERENCE = (
    *("as-the-reference", "ipv6", "chunks", "length-required", "escaped-json", "basic-moments"),
    *("running-numbers", "clock-years-behind", "clock-by-offset", "small-bodies", "creation-waits", "secrets-null"),
    *("no-reviving", "deactivated-url-refused", "idle-updates-refused", "delete-once", "put-not-allowed"),
    *("tested-201", "second-test-conflicts", "timeout-20-s", "retries-floored", "no-events-without-valid"),
    *("other-operators", "whole-days", "unreadable-differ", "odd-limits-differ", "odd-cursors-empty"),
)
"""These begin as it is."""

BACK_AND_FORTH = (
    *("pretty-json", "word-in-any-case", "malformed-ids-not-found", "errors-of-the-documents", "no-object-is-invalid"),
    *("secrets-shown", "urls-looked-at", "properties-ignored", "any-media-type", "no-last-commas", "updated-is-new"),
    *("deactivated-untested", "deactivated-url-stored", "idle-updates-tested", "delete-deactivates"),
    *("tests-retried-at-once", "deactivated-not-tested", "odd-await-is-zero", "newest-test-decides"),
    *("tested-as-before", "tasks-of-the-documents", "timeout-10-s", "redirects-not-followed"),
    *("urls-as-they-are", "user-agent-of-the-documents", "waits-of-the-documents", "signed-afresh"),
    *("test-events-without-secret", "retry-to-url-of-the-moment", "retry-dropped-when-deactivated"),
    *("events-failed-without-valid", "failures-change-nothing", "own-config-alone", "newest-first", "both-operators"),
    *("deactivated-hidden-by-date", "unreadable-refused", "parameters-ignored", "odd-limits-refused"),
    *("before-from-the-beginning", "odd-cursors-invalid", "total-of-the-filtered", "foreign-not-found"),
    *("named-when-deactivated", "unknown-choice-invalid", "invalid-chosen", "organisation-hides-deactivated"),
    *("organisation-with-state", "second-test-waits"),
)
"""Most of what the reference server does, on the way of the plain miniature."""

SLOW = (
    "clock-minutes-behind",
    "far-away",
    "slow-control",
    "tasks-suspended",
    "slow-tests",
    "timeout-60-s",
    "retries-jittered",
)
TOO_MANY = ("at-times-too-many", "second-test-too-many")
RETRIED = ("tests-retried-much-later",)
RETRIED_SOON = ("tests-retried",)
BY_THE_CLOCK = ("slow-tests-by-the-clock",)
OLD = ("two-organisations",)
NOTHING_TO_TRIGGER = ("no-events-to-trigger",)
NO_TASKS = ("no-tasks",)
NOWHERE_TO_SEND = ("https-alone",)

MIXTURES: Mapping[str, tuple[str, ...]] = {
    "plain": (),
    "on plain": ON_PLAIN,
    "reference": ("as-the-reference",),
    "on the reference": ON_THE_REFERENCE,
    "back and forth": BACK_AND_FORTH,
    "slow": SLOW,
    "too many": TOO_MANY,
    "retried": RETRIED,
    "retried soon": RETRIED_SOON,
    "by the clock": BY_THE_CLOCK,
    "old": OLD,
    "nothing to trigger": NOTHING_TO_TRIGGER,
    "no tasks": NO_TASKS,
    "nowhere to send": NOWHERE_TO_SEND,
}
