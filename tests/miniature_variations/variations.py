"""Every variation by its name. Each is permitted by the requirement catalogue, and several go together."""

import itertools
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from tests.miniature.manners import Manners
from tests.miniature_parts import around
from tests.miniature_parts.moments import by_offset, ceiled, floored, in_basic_form, in_seconds
from tests.miniature_parts.serving import Wsgi
from tests.miniature_parts.writing import backwards, escaped, pretty, with_points
from tests.miniature_variations import around as renders

Vary = Callable[[Manners], Manners]

YEAR_MS = 365 * 86_400_000


def but(**changes: Any) -> Vary:
    """These fields are different."""
    return lambda manners: replace(manners, **changes)


def within(layer: Callable[[Wsgi], Wsgi]) -> Vary:
    """One more layer stands around the application."""

    def vary(manners: Manners) -> Manners:
        inner = manners.wrapped
        return replace(manners, wrapped=lambda application: layer(inner(application)))

    return vary


def together(*varies: Vary) -> Vary:
    """One after another."""

    def vary(manners: Manners) -> Manners:
        for one in varies:
            manners = one(manners)
        return manners

    return vary


# ---------------------------------------------------------------------------------------------- what is added


def with_more(content: Any) -> bytes:
    """With properties that no document knows, in the entries of a detail too; commands are left as they are."""
    if isinstance(content, dict) and "original_request" not in content:
        content = {"request_id": secrets.token_hex(8), **content, "_links": {"self": "/"}, "warnings": None}
        if isinstance(content.get("detail"), list):
            content["detail"] = [{**entry, "input": None, "ctx": {}, "url": "/e"} for entry in content["detail"]]
    return json.dumps(content).encode()


def told_more(command: Mapping[str, Any]) -> dict[str, Any]:
    """A command with properties that no document knows."""
    files = command.get("output_files")
    more = {"created_at": "2026-01-02T03:04:05Z", "credits": 0.25, "region": None, "object": "command"}
    if isinstance(files, Mapping):
        more["output_files"] = {
            key: {**entry, "sha256": None, "is_deleted": False, "width": None, "expires_in": 3600}
            for key, entry in files.items()
        }
    return {**command, **more}


# ----------------------------------------------------------------------------------------------------------- the rest


_SHARES = itertools.cycle((900, 0, 450, 700, 100))


def jittered(moment_ms: int) -> int:
    """Up to nine tenths of a second later."""
    return moment_ms + next(_SHARES)


def odd_id() -> str:
    """An id with characters that mean something in a URL, and some beyond ASCII."""
    return f"cmd/{secrets.token_hex(6)}/ü?#%20&+=ключ:{secrets.token_hex(40)}"


_NUMBERS = itertools.count(1)


def running_number() -> str:
    """An id as short as can be."""
    return str(next(_NUMBERS))


def signed(base_url: str, path: str) -> str:
    """Another URL in every answer: its signature stands in the query."""
    return f"{base_url}{path}?X-Expires=3600&X-Signature={secrets.token_urlsafe(12)}"


def public(base_url: str, path: str) -> str:
    """A URL that redirects."""
    return f"{base_url.upper().replace('HTTP', 'Http')}{path.replace(renders.FILES, '/public/')}?v=1"


def rounded_to(places: int | None) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Sizes and times with few decimals."""

    def shown(command: dict[str, Any]) -> dict[str, Any]:
        times = ("total_processing_seconds", "ffmpeg_command_run_seconds")
        changed = {name: round(command[name], places) for name in times if name in command}
        files = {
            key: {**entry, "size_mbytes": round(entry["size_mbytes"], places)}
            for key, entry in command.get("output_files", {}).items()
        }
        return {**command, **changed, **({"output_files": files} if files else {})}

    return shown


def times_rounded_apart(command: dict[str, Any]) -> dict[str, Any]:
    """The whole time in whole seconds, that of FFmpeg in milliseconds."""
    if "total_processing_seconds" not in command:
        return command
    return {**command, "total_processing_seconds": int(command["total_processing_seconds"])}


MORE_HEADERS = {
    "X-Request-Id": "7f3c",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=1",
    "Set-Cookie": "session=1; Path=/",
    "Server-Timing": "app;dur=3",
}
MORE_OF_DELIVERIES = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "X-Delivery-Id": "42",
    "X-Attempt": "1",
    "content-type": "Application/JSON",
    "user-agent": "RenderIO-Webhook/1.0",
    "Connection": "keep-alive",
}

NOT_LIMITED = (renders.CONTROL, renders.FILES)


def in_a_second() -> str:
    """A date for Retry-After."""
    return formatdate(time.time() + 1, usegmt=True)  # noqa: TID251 - a server of its own


VARIATIONS: Mapping[str, Vary] = {
    "pretty-json": together(within(around.json_written(pretty)), but(delivery_written=pretty)),
    "escaped-json": together(within(around.json_written(escaped)), but(delivery_written=escaped)),
    "turned-json": together(within(around.json_written(backwards)), but(delivery_written=backwards)),
    "points-in-numbers": together(within(around.json_written(with_points)), but(delivery_written=with_points)),
    "more-properties": together(within(around.json_written(with_more)), but(shown=told_more)),
    "more-headers": together(
        within(around.answering(around.with_headers(MORE_HEADERS))), but(delivery_headers=MORE_OF_DELIVERIES)
    ),
    "compressed": within(around.answering(around.compressed)),
    "small-headers": within(around.answering(around.in_small_letters)),
    "keep-alive": but(http="HTTP/1.1"),
    "chunks": together(but(http="HTTP/1.1", delivery_in_chunks=True), within(around.answering(around.unlengthened))),
    "length-required": within(around.asking(around.with_length_alone)),
    "errors-as-pages": within(around.answering(renders.errors_as_pages)),
    "odd-ids": but(new_id=odd_id),
    "running-numbers": but(new_id=running_number),
    "queued": but(queued_seconds=2.0),
    "slow-commands": but(working_seconds=2.5),
    "one-at-a-time": but(at_a_time=1, working_seconds=1.0),
    "ids-of-one-form": within(around.asking(renders.ids_of_one_form)),
    "brooding": but(brooding_seconds=0.5),
    "retries-floored": but(due=floored),
    "retries-ceiled": but(due=ceiled),
    "retries-jittered": but(due=jittered),
    "timestamps-floored": but(dispatched=floored),
    "moments-by-offset": but(moment_written=by_offset),
    "moments-in-seconds": but(moment_written=in_seconds),
    "moments-in-basic-form": but(moment_written=in_basic_form),
    "clock-by-offset": but(clock_written=by_offset),
    "clock-years-ahead": but(clock_offset_ms=30 * YEAR_MS),
    "clock-years-behind": but(clock_offset_ms=-20 * YEAR_MS),
    "slow-control": within(around.later(0.3, renders.CONTROL)),
    "far-away": within(around.later(0.1)),
    "stored-signed": together(but(stored_at=signed), within(around.asking(renders.stored_for_signed_gets))),
    "stored-elsewhere": together(but(stored_at=public), within(around.asking(renders.stored_elsewhere))),
    "stored-slowly": within(around.later(1.5, renders.FILES)),
    "stored-for-the-key": within(around.asking(renders.stored_for_the_key)),
    "one-decimal": but(shown=rounded_to(1)),
    "whole-numbers": but(shown=rounded_to(None)),
    "times-rounded-apart": but(shown=times_rounded_apart),
    "at-times-too-many": within(around.asking(around.EveryNth(11, renders.too_many(lambda: "1"), spares=NOT_LIMITED))),
    "at-times-too-many-until": within(
        around.asking(around.EveryNth(11, renders.too_many(in_a_second), spares=NOT_LIMITED))
    ),
    "too-many-by-its-clock": within(renders.limited_by_its_clock),
    "below-a-path": together(but(prefix="/renders/v2"), within(around.below("/renders/v2"))),
    "ipv6": but(host="::1"),
    "two-accounts": but(keys=("ffsk_one", "ffsk_two"), capabilities=("clock",)),
}
