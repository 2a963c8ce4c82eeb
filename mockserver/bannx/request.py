"""What a request asks to be rendered, from a query or a body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from mockserver.bannx.ports import PageDocument
from mockserver.drawing.drawn import ImageFormat
from mockserver.errors import InvalidQuery, Violation
from mockserver.http.messages import Call

TWEAK = "tweak:"
JSON_OUTPUT = "json"

_decode = msgspec.json.Decoder().decode

Tweaks = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tweaking:
    """The tweaks of a request by where they stand: as one JSON object, and as pairs of the query."""

    together: Tweaks = field(default_factory=dict)
    single: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One render: of the page with this id, or of the `page` that came in the body with its variables' values.

    `variables` are those values by scope, the last of which wins. `as_json` is whether the answer is JSON with a link;
    None where the request does not say.
    """

    page_id: str | None
    image_format: ImageFormat
    tweaking: Tweaking
    draft: bool
    as_json: bool | None
    page: PageDocument | None = None
    variables: Sequence[Tweaks] = ()


def from_query(call: Call) -> RenderRequest:
    """What a GET asks for; raises `InvalidQuery`."""
    return RenderRequest(
        page_id=call.path["pageId"],
        image_format=call.query.get("format", "png"),
        tweaking=Tweaking(_together(call.query.get("tweaks")), _single(call)),
        draft=call.query.get("draft", False),
        as_json=_as_json(call.query.get("output")),
    )


def from_body(call: Call) -> RenderRequest:
    """What a POST asks for."""
    body = call.body
    page_id = body.get("pageId")
    return RenderRequest(
        page_id=page_id,
        image_format=body.get("format", "png"),
        tweaking=Tweaking(body.get("tweaks", {})),
        draft=body.get("draft", False),
        as_json=False if body.get("binary") else _as_json(body.get("output")),
        page=body["page"] if page_id is None else None,
        variables=(body.get("globalVariables", {}), body.get("templateVariables", {})),
    )


def _as_json(output: str | None) -> bool | None:
    return None if output is None else output == JSON_OUTPUT


def _together(text: str | None) -> Tweaks:
    if text is None:
        return {}
    try:
        tweaks = _decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidQuery([Violation(("tweaks",), f"is no JSON that can be read: {error}")]) from error
    if not isinstance(tweaks, dict):
        raise InvalidQuery([Violation(("tweaks",), "must be a JSON object", "type_error")])
    return tweaks


def _single(call: Call) -> Mapping[str, str]:
    named = [(name.removeprefix(TWEAK), value) for name, value in call.raw_query if name.startswith(TWEAK)]
    if any(not name for name, _ in named):
        raise InvalidQuery([Violation((TWEAK,), "the name of a variable must follow the colon")])
    return dict(named)
