"""Every variation by its name. Each is permitted by the requirement catalogue, and many go together."""

import re
from collections.abc import Mapping
from typing import Any

from tests.miniature_parts import around
from tests.miniature_parts.moments import by_offset, ceiled, floored, in_basic_form, in_seconds
from tests.miniature_parts.writing import backwards, escaped, pretty

from .oddities import (
    MORE_HEADERS,
    MORE_OF_DELIVERIES,
    below_quoted,
    few_accepted,
    jittered,
    odd_id,
    odd_secret,
    too_many,
    with_more,
)
from .reference import AS_THE_REFERENCE, as_it_is, running_number
from .varying import Variation, Vary, but, door, shows, together, within

MINUTE_MS = 60_000
YEAR_MS = 365 * 86_400_000


def written(write: Any) -> Vary:
    """JSON in another form, in answers and in deliveries."""
    return together(within(around.json_written(write)), but("sending", written=write))


ACCESS: Mapping[str, Variation] = {
    "keep-alive": Variation(door(http="HTTP/1.1")),
    "ipv6": Variation(door(host="::1")),
    "below-a-path": Variation(together(door(prefix="/ricloud/v3"), within(around.below("/ricloud/v3")))),
    "chunks": Variation(
        together(door(http="HTTP/1.1"), but("sending", in_chunks=True), within(around.answering(around.unlengthened)))
    ),
    "length-required": Variation(within(around.asking(around.with_length_alone))),
    "compressed": Variation(within(around.answering(around.compressed))),
    "small-headers": Variation(within(around.answering(around.in_small_letters))),
    "more-headers": Variation(
        together(
            within(around.answering(around.with_headers(MORE_HEADERS))),
            but("sending", headers=MORE_OF_DELIVERIES, signed_in="ricloud-signature"),
        )
    ),
    "far-away": Variation(within(around.later(0.1))),
    "slow-control": Variation(within(around.later(0.3, "/_control"))),
    "at-times-too-many": Variation(within(around.asking(around.EveryNth(11, too_many, spares=("/_control",))))),
    "two-organisations": Variation(but("surroundings", tokens=("one", "two"), capabilities=("clock",))),
    "no-events-to-trigger": Variation(but("surroundings", capabilities=("clock", "reset", "workspaces"))),
    "word-in-any-case": shows("AUT-005 a")(but("surroundings", word_in_any_case=True)),
    "clock-years-ahead": Variation(but("surroundings", clock_offset_ms=30 * YEAR_MS)),
    "clock-years-behind": Variation(but("surroundings", clock_offset_ms=-20 * YEAR_MS)),
    "clock-minutes-behind": Variation(but("surroundings", clock_offset_ms=-4 * MINUTE_MS)),
    "clock-by-offset": Variation(but("surroundings", clock_written=by_offset)),
}

SHAPES: Mapping[str, Variation] = {
    "pretty-json": Variation(written(pretty)),
    "escaped-json": Variation(written(escaped)),
    "turned-json": Variation(written(backwards)),
    "more-properties": Variation(within(around.json_written(with_more))),
    "no-null": Variation(but("shapes", leaves_null_out=True)),
    "running-numbers": shows("CFG-002 a", "EVT-008 b")(
        but(
            "shapes",
            config_id=running_number,
            task_id=running_number,
            event_id=running_number,
            organisation_id=running_number,
            id_form=re.compile("[0-9]+"),
        )
    ),
    "odd-ids": shows("CFG-002 b", "EVT-008 b")(
        together(
            but("shapes", config_id=odd_id, task_id=odd_id, event_id=odd_id, organisation_id=odd_id),
            but("shapes", id_form=re.compile("a/.*", re.DOTALL)),
            but("sending", addressed=below_quoted),
        )
    ),
    "whole-seconds": shows("CFG-011 b")(but("shapes", kept=floored, written=in_seconds)),
    "basic-moments": shows("CFG-011 a")(but("shapes", written=in_basic_form)),
    "odd-secrets": Variation(but("configs", new_secret=odd_secret)),
    "malformed-ids-not-found": shows("ERR-007 a")(but("shapes", status_of_malformed_ids=404)),
    "errors-of-the-documents": shows("ERR-005 a", "ERR-008 a")(but("errors", codes={}, params_as_lists=True)),
    "no-object-is-invalid": shows("ERR-003 a")(but("errors", status_of_no_object=400)),
    "no-object-updates-nothing": shows("ERR-003 b")(but("errors", empty_updates_for_no_object=True)),
    "small-bodies": shows("ERR-011 a")(but("errors", most_body_bytes=65536)),
}

CONFIGS: Mapping[str, Variation] = {
    "created-201": shows("CFG-001 a")(but("configs", created_status=201)),
    "creation-waits": shows("STA-002 b")(but("configs", creation_waits_seconds=60.0)),
    "secrets-shown": shows("CFG-008 a")(but("configs", shown_again="shown")),
    "secrets-null": shows("CFG-008 b")(but("configs", shown_again="null")),
    "secrets-masked": shows("CFG-008 b")(but("configs", shown_again="masked")),
    "urls-looked-at": shows("CFG-015 a")(but("configs", takes_any_text=False)),
    "https-alone": shows("CFG-016 b")(but("configs", takes_plain_http=False)),
    "properties-ignored": shows("CFG-017 a")(but("configs", unknown_properties="ignored")),
    "secrets-taken": shows("CFG-017 a", "CFG-017 c")(but("configs", unknown_properties="taken")),
    "any-media-type": shows("CFG-020 a")(but("configs", takes_any_media_type=True)),
    "no-last-commas": shows("UPD-017 a")(but("configs", forgives_commas=False)),
    "updated-is-new": shows("UPD-006 a")(but("configs", state_while_updated="new")),
    "no-reviving": shows("UPD-008 b")(but("configs", revives=False)),
    "deactivated-untested": shows("UPD-011 a")(but("configs", deactivating="untested")),
    "deactivated-url-stored": shows("UPD-012 a")(but("configs", url_of_deactivated="stored")),
    "deactivated-url-tested": shows("UPD-012 c")(but("configs", url_of_deactivated="tested")),
    "deactivated-url-refused": shows("UPD-012 d")(but("configs", url_of_deactivated="refused")),
    "idle-updates-tested": shows("UPD-013 a")(but("configs", idle_updates="tested")),
    "idle-updates-refused": shows("UPD-013 c")(but("configs", idle_updates="refused")),
    "idle-updates-differ": shows("UPD-013 d")(but("configs", idle_updates="differ")),
    "misspelt-type": shows("UPD-016 b")(but("configs", update_type="webhook_confg.test")),
    "put-not-allowed": shows("ERR-010 a")(but("configs", other_methods="405")),
    "put-updates": shows("ERR-010 c")(but("configs", other_methods="update")),
    "delete-deactivates": shows("DEL-001 a", "DEL-002 a")(but("configs", deletion="deactivates", deletes_again=True)),
    "delete-once": shows("DEL-001 a", "DEL-002 b")(but("configs", deletion="deactivates", deletes_again=False)),
    "no-delete": shows("DEL-001 c")(but("configs", deletion="not offered")),
}

TESTS: Mapping[str, Variation] = {
    "tested-200": shows("TST-001 b")(but("tests", accepted_status=200)),
    "tested-201": shows("TST-001 a")(but("tests", accepted_status=201)),
    "tested-by-get": shows("TST-015 b")(but("tests", by_get=True)),
    "deactivated-not-tested": shows("TST-016 a")(but("tests", of_deactivated="refused")),
    "deactivated-tests-decide": shows("TST-016 b")(but("tests", of_deactivated="decides")),
    "odd-await-is-zero": shows("TST-020 a")(but("tests", odd_await="zero")),
    "odd-await-is-capped": shows("TST-020 a", "TST-020 c")(but("tests", odd_await="capped")),
    "slow-tests": Variation(but("tests", delay_seconds=0.5)),
    "slow-tests-by-the-clock": shows("TST-025 b")(but("tests", delay_of_clock_seconds=5.0)),
    "tests-retried": shows("TST-021 b")(but("tests", waits=(1.0, 2.0))),
    "tests-retried-at-once": shows("TST-021 b")(but("tests", waits=(0.0, 0.0))),
    "tests-retried-much-later": shows("TST-021 b")(but("tests", waits=(300.0, 1800.0), fails_at_once=True)),
    "newest-test-decides": shows("TST-024 a")(but("tests", overlapping="newest")),
    "second-test-too-many": shows("TST-024 c")(but("tests", overlapping="refused")),
    "second-test-conflicts": shows("TST-024 c")(but("tests", overlapping="refused", overlapping_status=409)),
    "second-test-is-the-first": shows("TST-024 d")(but("tests", overlapping="same")),
    "second-test-waits": shows("TST-024 d")(but("tests", overlapping="in turn")),
    "tested-as-before": shows("TST-026 a")(but("tests", state_meanwhile="as before")),
    "tasks-suspended": Variation(together(but("tasks", first_state="suspended"), but("tests", delay_seconds=0.3))),
    "tasks-of-the-documents": shows("TSK-005 a", "TSK-008 a", "TSK-012 a", "TSK-013 a")(
        together(
            but("tasks", target="text", codes=lambda code: f"receiver-{code}", has_message=True, results="list"),
            but("lists", task_filters=("type", "state", "date_created")),
        )
    ),
    "targets-left-out": shows("TSK-008 c", "TSK-013 b")(but("tasks", target="left out", results="left out")),
    "no-tasks": Variation(but("tasks", offered=False)),
}

SENDING: Mapping[str, Variation] = {
    "timeout-3-s": shows("TST-009 b")(but("sending", timeout_seconds=3.0)),
    "timeout-10-s": shows("TST-009 a")(but("sending", timeout_seconds=10.0)),
    "timeout-20-s": shows("TST-009 b")(but("sending", timeout_seconds=20.0)),
    "timeout-60-s": shows("TST-009 b")(but("sending", timeout_seconds=60.0)),
    "redirects-not-followed": shows("TST-007 a")(but("sending", most_redirects=0)),
    "few-accepted": shows("TST-010 b")(but("sending", accepts=few_accepted)),
    "urls-as-they-are": shows("EVT-002 a")(but("sending", addressed=as_it_is)),
    "user-agent-of-the-documents": shows("EVT-009 a")(
        but("sending", headers={"Content-Type": "application/json", "User-Agent": "ricloud/3.0"})
    ),
    "waits-of-the-documents": shows("EVT-015 a")(but("sending", waits=(300, 1800, 3600, 7200))),
    "retries-floored": Variation(but("sending", due=floored)),
    "retries-ceiled": Variation(but("sending", due=ceiled)),
    "retries-jittered": Variation(but("sending", due=jittered)),
    "two-attempts": shows("EVT-015 b")(but("sending", waits=(7200,))),
    "signed-afresh": shows("SIG-007 a")(but("sending", signed_afresh=True)),
    "bodies-stay": Variation(but("sending", body_stays=True)),
}

EVENTS: Mapping[str, Variation] = {
    "test-events-without-secret": shows("EVT-007 a")(but("events", with_secret=False)),
    "retry-to-url-of-the-moment": shows("EVT-019 a")(but("events", retry_url="of the moment")),
    "retry-dropped-with-url": shows("EVT-019 c")(but("events", retry_url="dropped")),
    "retry-dropped-when-deactivated": shows("EVT-020 a")(but("events", after_deactivation="dropped")),
    "events-failed-without-valid": shows("EVT-022 a")(but("events", without_valid="failed")),
    "events-wait-for-valid": shows("EVT-022 c")(but("events", without_valid="waits")),
    "no-events-without-valid": shows("EVT-022 d")(but("events", without_valid="none")),
    "failures-change-nothing": shows("EVT-023 a")(but("events", failures_invalidate=False)),
    "own-config-alone": shows("ORG-008 a")(but("events", falls_to_default=False)),
}

LISTS: Mapping[str, Variation] = {
    "newest-first": shows("LST-021 a")(but("lists", order="newest first")),
    "other-order": shows("LST-021 c")(but("lists", order="other")),
    "both-operators": shows("LST-005 a")(but("lists", operators=("{}[{}]", "{}__{}"))),
    "underscores": shows("LST-005 c")(but("lists", operators=("{}__{}",))),
    "other-operators": shows("LST-005 d")(but("lists", operators=("{}.{}",))),
    "whole-days": Variation(but("lists", days=True)),
    "deactivated-hidden-by-date": shows("LST-008 a")(but("lists", deactivated_by_date=False)),
    "unreadable-refused": shows("LST-009 a")(but("lists", unreadable="refused")),
    "unreadable-ignored": shows("LST-009 c")(but("lists", unreadable="ignored")),
    "unreadable-differ": shows("LST-009 d")(but("lists", unreadable="differ")),
    "parameters-ignored": shows("LST-010 a")(but("lists", unknown="ignored")),
    "odd-limits-refused": shows("LST-015 a")(but("lists", odd_limits="refused")),
    "odd-limits-usual": shows("LST-015 b")(but("lists", odd_limits="usual")),
    "odd-limits-differ": shows("LST-015 c")(but("lists", odd_limits="differ")),
    "before-from-the-beginning": shows("LST-017 a")(but("lists", before="beginning")),
    "odd-cursors-invalid": shows("LST-020 a")(but("lists", odd_cursors="400")),
    "odd-cursors-ignored": shows("LST-020 c")(but("lists", odd_cursors="ignored")),
    "odd-cursors-empty": shows("LST-020 c")(but("lists", odd_cursors="empty")),
    "total-of-the-filtered": shows("LST-022 a")(but("lists", total="filtered")),
    "no-total": shows("LST-022 c")(but("lists", total="left out")),
}

CHOICES: Mapping[str, Variation] = {
    "foreign-not-found": shows("ORG-006 a")(but("choices", status_of_foreign=404)),
    "named-when-deactivated": shows("ORG-007 a")(but("choices", when_deactivated="named")),
    "no-deactivating-while-named": shows("ORG-007 c")(but("choices", when_deactivated="refused")),
    "unknown-choice-invalid": shows("ORG-009 a")(but("choices", status_of_unknown=400)),
    "null-chosen": shows("ORG-010 a")(but("choices", takes_null=True)),
    "invalid-chosen": shows("ORG-011 a")(but("choices", takes_invalid=True)),
    "organisation-hides-deactivated": shows("ORG-012 a")(but("choices", configs="without deactivated")),
    "organisation-without-configs": shows("ORG-012 c")(but("choices", configs="left out")),
    "organisation-with-state": shows("ORG-013 a")(but("choices", shows_state=True)),
    "choices-as-configs": Variation(but("choices", names_by="config")),
}

VARIATIONS: Mapping[str, Variation] = {
    "as-the-reference": Variation(AS_THE_REFERENCE),
    **ACCESS,
    **SHAPES,
    **CONFIGS,
    **TESTS,
    **SENDING,
    **EVENTS,
    **LISTS,
    **CHOICES,
}
