"""All that the reference server does where the documents leave it open, as the catalogue has it: its defaults."""

import itertools
import re
import uuid

from tests.miniature_parts.attempts import is_2xx
from tests.miniature_parts.moments import in_microseconds
from tests.miniature_ricloud.manners import Identifier

from .varying import Vary, but, together

UUID_OR_NUMBER = re.compile(r"[0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_NUMBERS = itertools.count(1)


def running_number() -> Identifier:
    """A whole number."""
    return next(_NUMBERS)


def random_uuid() -> Identifier:
    """A UUID."""
    return str(uuid.uuid4())


def as_it_is(url: str, _: Identifier) -> str:
    """The URL of the config."""
    return url


def with_prefix(code: str) -> str:
    """The code of a failed test."""
    return f"receiver-{code}"


AS_THE_REFERENCE: Vary = together(
    but("surroundings", word_in_any_case=True),
    but(
        "shapes",
        config_id=running_number,
        task_id=random_uuid,
        event_id=random_uuid,
        organisation_id=running_number,
        id_form=UUID_OR_NUMBER,
        status_of_malformed_ids=404,
        written=in_microseconds,
    ),
    but(
        "configs",
        created_status=201,
        shown_again="shown",
        takes_any_text=False,
        unknown_properties="ignored",
        takes_any_media_type=True,
        forgives_commas=False,
        state_while_updated="new",
        revives=True,
        deactivating="untested",
        url_of_deactivated="stored",
        idle_updates="tested",
        other_methods="405",
        deletion="deactivates",
        deletes_again=True,
    ),
    but(
        "tests",
        accepted_status=201,
        of_deactivated="refused",
        odd_await="zero",
        overlapping="newest",
        state_meanwhile="as before",
    ),
    but(
        "sending",
        timeout_seconds=10.0,
        most_redirects=0,
        accepts=is_2xx,
        addressed=as_it_is,
        headers={"Content-Type": "application/json", "User-Agent": "ricloud/3.0"},
        waits=(300, 1800, 3600, 7200),
        signed_afresh=True,
    ),
    but(
        "events",
        with_secret=False,
        retry_url="of the moment",
        after_deactivation="dropped",
        without_valid="failed",
        failures_invalidate=False,
        falls_to_default=False,
    ),
    but(
        "lists",
        order="newest first",
        operators=("{}[{}]", "{}__{}"),
        deactivated_by_date=False,
        unreadable="refused",
        unknown="ignored",
        odd_limits="refused",
        before="beginning",
        odd_cursors="400",
        total="filtered",
        task_filters=("type", "state", "date_created"),
    ),
    but("tasks", target="text", codes=with_prefix, has_message=True, results="list"),
    but(
        "choices",
        status_of_foreign=404,
        when_deactivated="named",
        status_of_unknown=400,
        takes_null=True,
        takes_invalid=True,
        configs="without deactivated",
        shows_state=True,
    ),
    but("errors", codes={}, status_of_no_object=400, params_as_lists=True, most_body_bytes=1024 * 1024),
)
