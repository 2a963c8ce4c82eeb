"""Every variation by its name. Each is permitted by the requirement catalogue, and many go together."""

import json
from collections.abc import Mapping
from typing import Any

from tests.miniature_bannx.manners import random_id
from tests.miniature_parts import around
from tests.miniature_parts.around import Answer
from tests.miniature_parts.moments import by_offset, in_milliseconds, in_seconds
from tests.miniature_parts.writing import backwards, pretty

from .reference import AS_THE_REFERENCE, BY_TYPE, MEDIA_TYPES
from .varying import Variation, but, door, shows, together, within
from .visited import Visited

MORE_HEADERS = {"Cache-Control": "no-store", "Set-Cookie": "session=1; Path=/", "Server-Timing": "render;dur=31"}
DOCTYPE = '\n<!-- drawn by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "about:legacy-compat">'
HOUR_MS = 3_600_000
LOSSY, LOSSLESS = {"quality": 80, "method": 0}, {"lossless": True, "method": 4}


def too_many() -> Answer:
    """A refusal with 429 for a second."""
    body = json.dumps({"statusCode": 429, "statusMessage": "Too Many Requests", "stack": []}).encode()
    headers = (("Retry-After", "1"), ("Content-Type", "application/json"))
    return Answer("429 Too Many Requests", headers, b"").with_body(body)


def hours_behind(moment_ms: int) -> str:
    """A moment by a clock that is set to another time zone."""
    return in_milliseconds(moment_ms - 13 * HOUR_MS)


def with_more(content: Any) -> bytes:
    """With properties that no document knows."""
    more: dict[str, Any] = {"requestedBy": None, "_links": {"self": "/"}, "warnings": []}
    return json.dumps({**more, **content} if isinstance(content, dict) else content).encode()


ACCESS: Mapping[str, Variation] = {
    "keep-alive": Variation(door(http="HTTP/1.1")),
    "ipv6": Variation(door(host="::1")),
    "below-a-path": Variation(together(door(prefix="/bannx/v1"), within(around.below("/bannx/v1")))),
    "chunks": Variation(together(door(http="HTTP/1.1"), within(around.answering(around.unlengthened)))),
    "length-required": Variation(within(around.asking(around.with_length_alone))),
    "compressed": Variation(within(around.answering(around.compressed))),
    "small-headers": Variation(within(around.answering(around.in_small_letters))),
    "more-headers": Variation(within(around.answering(around.with_headers(MORE_HEADERS)))),
    "more-properties": Variation(within(around.json_written(with_more))),
    "pretty-json": Variation(within(around.json_written(pretty))),
    "turned-json": Variation(within(around.json_written(backwards))),
    "far-away": Variation(within(around.later(0.1))),
    "slow-control": Variation(within(around.later(0.3, "/_control"))),
    "at-times-too-many": Variation(within(around.asking(around.EveryNth(11, too_many, spares=("/_control",))))),
    "two-spaces": Variation(but("surroundings", tokens=("one", "two"), capabilities=("renders", "callbacks"))),
    "other-clients": Variation(but("surroundings", space=Visited)),
    "renders-alone": Variation(but("surroundings", capabilities=("renders", "workspaces"))),
    "nothing-of-callbacks": Variation(but("surroundings", capabilities=("workspaces",))),
    "word-in-any-case": shows("AUT-007 a")(but("surroundings", word_in_any_case=True)),
    "gets-need-a-token": shows("AUT-002 a")(but("surroundings", gets_are_open=False)),
    "query-token-refused": shows("AUT-006 a")(but("surroundings", beside_header="refused")),
    "credential-first": shows("AUT-009 a")(but("surroundings", credential_first=True)),
    "foreign-pages-forbidden": Variation(but("surroundings", status_of_foreign=403)),
    "foreign-pages-unauthorized": Variation(but("surroundings", status_of_foreign=401)),
    "foreign-pages-not-found": Variation(but("surroundings", status_of_foreign=404)),
    "stored-within": Variation(but("surroundings", storage="within")),
    "links-are-paths": Variation(but("surroundings", storage="within", links_are_paths=True)),
    "files-elsewhere": Variation(but("surroundings", files_redirect=True)),
}

REQUESTS: Mapping[str, Variation] = {
    "drafts": shows("REN-009 a")(but("requests", drafts=frozenset({"GET", "POST"}))),
    "drafts-by-post": shows("REN-009 b")(but("requests", drafts=frozenset({"POST"}))),
    "other-formats-are-bad": shows("FMT-005 a")(but("requests", other_formats=400)),
    "other-formats-are-png": shows("FMT-005 c")(but("requests", other_formats="png")),
    "unknown-tweaks-ignored": shows("TWK-007 a")(but("requests", unknown_tweaks="ignored")),
    "malformed-tweaks-are-bad": shows("TWK-008 a")(but("requests", malformed_tweaks=400)),
    "malformed-tweaks-unprocessable": shows("TWK-008 c")(but("requests", malformed_tweaks=422)),
    "pairs-win": shows("TWK-009 a")(but("requests", tweaks_win=False)),
    "texts-by-type": shows("TWK-010 a")(but("requests", texts_stay=False)),
    "wrong-values-are-bad": shows("TWK-011 a")(but("requests", **BY_TYPE)),
    "wrong-values-unprocessable": shows("TWK-011 c")(but("requests", texts_stay=False, wrong_values=422)),
    "any-media-type": shows("BOD-003 a")(but("requests", any_media_type=True)),
    "no-path-of-index": shows("BOD-005 a")(but("requests", path_of_index=False)),
    "unknown-ignored": shows("OUT-002 a")(but("requests", unknown="ignored")),
    "small-bodies": shows("ERR-006 a")(but("requests", most_body_bytes=1024 * 1024)),
    "small-bodies-bad": shows("ERR-006 b")(but("requests", most_body_bytes=256 * 1024, status_of_large=400)),
}

ANSWERS: Mapping[str, Variation] = {
    "as-the-reference": Variation(AS_THE_REFERENCE),
    "bytes": shows("REN-005 a")(but("answers", json_by_default=frozenset())),
    "bytes-by-get": Variation(but("answers", json_by_default=frozenset({"POST"}))),
    "file-in-json": shows("REN-010 a")(but("answers", json="file")),
    "no-json": shows("REN-010 c")(but("answers", json="unknown", json_by_default=frozenset())),
    "nitro-errors": shows("ERR-002 a")(but("answers", error_form="nitro")),
    "errors-in-text": shows("ERR-002 c")(but("answers", error_form="text")),
    "method-not-allowed": shows("ERR-004 a")(but("answers", other_methods=405)),
    "charsets": Variation(
        but("answers", media_types={name: f"{kind}; charset=utf-8" for name, kind in MEDIA_TYPES.items()})
    ),
    "large-media-types": Variation(
        but("answers", media_types={name: kind.replace("image", "Image") for name, kind in MEDIA_TYPES.items()})
    ),
    "no-request-ids": shows("LOG-012 a")(but("answers", tells_request_id=False)),
}

PICTURES: Mapping[str, Variation] = {
    "png-with-alpha": Variation(but("pictures", png_mode="RGBA")),
    "png-with-palette": Variation(but("pictures", png_mode="P")),
    "webp-lossy": Variation(but("pictures", webp=LOSSY)),
    "webp-smaller": Variation(but("pictures", webp=LOSSLESS)),
    "svg-with-both-sizes": Variation(but("pictures", svg_size="both")),
    "svg-in-pixels": Variation(but("pictures", svg_size="attributes")),
    "svg-with-doctype": Variation(but("pictures", svg_prologue=DOCTYPE)),
    "svg-ids-differ": Variation(but("pictures", svg_ids_differ=True)),
    "slow-start": Variation(but("pictures", first_seconds=3.0)),
    "slow-pictures": Variation(but("pictures", each_seconds=0.2)),
    "pictures-differ": Variation(but("pictures", differ=True)),
}

CALLBACKS: Mapping[str, Variation] = {
    "callbacks-after-answers": shows("CBK-006 a")(but("callbacks", early=False)),
    "callbacks-later": Variation(but("callbacks", early=False, delay_seconds=0.3)),
    "callbacks-in-turn": Variation(but("callbacks", in_turn=True)),
    "steps-tried-again": shows("CBK-009 a")(but("callbacks", tries=3)),
    "steps-made-up": shows("CBK-009 c")(but("callbacks", makes_up=True)),
    "failures-logged": shows("LOG-010 a")(but("callbacks", logs_failures=True)),
    "logged-late": Variation(but("callbacks", logged_late=True, delay_seconds=0.1)),
    "hangs-until-mended": Variation(but("callbacks", hangs_until_mended=True)),
    "faults-as-begun": Variation(but("callbacks", faults_as_begun=True)),
    "settles-what-has-begun": Variation(but("callbacks", settles_what_has_begun=True)),
    "random-request-ids": Variation(but("callbacks", request_id=random_id)),
    "moments-by-offset": Variation(but("callbacks", written=by_offset)),
    "moments-hours-behind": Variation(but("callbacks", written=hours_behind)),
    "moments-in-seconds": Variation(but("callbacks", written=in_seconds)),
    "one-credit-each": shows("CRD-001 a")(but("callbacks", credits=dict.fromkeys(MEDIA_TYPES, 1))),
    "counted-without-file": shows("CRD-007 a")(but("callbacks", counts_without_file=True)),
    "links-wait-for-uploads": Variation(but("callbacks", links_wait=True)),
}

VARIATIONS: Mapping[str, Variation] = {**ACCESS, **REQUESTS, **ANSWERS, **PICTURES, **CALLBACKS}
