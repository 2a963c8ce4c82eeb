"""What a render request asks for: read from the query of a GET and the body of a POST."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from .manners import Requests
from .refusal import Refused

FORMATS = ("png", "webp", "svg")
JSON_MEDIA_TYPE = "application/json"

IN_QUERIES = {"format", "tweaks", "draft", "output", "token", "templateId", "renderType", "emojiType", "brandTweaks"}
IN_BODIES = {
    *{"pageId", "page", "format", "tweaks", "templateVariables", "globalVariables", "draft", "output", "binary"},
    *{"templateId", "renderType", "emojiType", "brandTweaks"},
}


@dataclass(frozen=True)
class Wanted:
    """A picture of a page. `output` is empty where the request says nothing of it; later `tweaks` win."""

    page_id: str
    format: str
    output: str = ""
    is_draft: bool = False
    tweaks: tuple[Mapping[str, Any], ...] = ()


def by_query(request: Request, page_id: str, manners: Requests) -> Wanted:
    """Of a GET; `Refused` where it is wrong."""
    query = request.args
    pairs = {key.removeprefix("tweak:"): value for key, value in query.items() if key.startswith("tweak:")}
    _refuse_unknown((key for key in query if not key.startswith("tweak:")), IN_QUERIES, manners)
    several = (_tweaks_of_text(query.get("tweaks"), manners), pairs)
    return Wanted(
        page_id,
        _format(query.get("format", "png"), manners),
        query.get("output", ""),
        "GET" in manners.drafts and query.get("draft") == "true",
        several[::-1] if manners.tweaks_win else several,
    )


def by_body(request: Request, manners: Requests) -> Wanted:
    """Of a POST."""
    body = _body(request, manners)
    _refuse_unknown(body, IN_BODIES, manners)
    page_id = body.get("pageId")
    if not isinstance(page_id, str) or not page_id:
        raise Refused(400, "A pageId is needed; a page in the body is not understood.")
    page_id = page_id.encode(errors="replace").decode()  # JSON can hold halves of characters
    output = "binary" if body.get("binary") is True else body.get("output", "")
    return Wanted(
        page_id,
        _format(body.get("format", "png"), manners),
        output if isinstance(output, str) else "",
        "POST" in manners.drafts and body.get("draft") is True,
        (_tweaks(body.get("tweaks", {}), manners),),
    )


def _body(request: Request, manners: Requests) -> Mapping[str, Any]:
    content = request.get_data()
    body = _parsed(content)
    if not isinstance(body, dict):
        raise Refused(400, "The body is no JSON object.")
    if not manners.any_media_type and request.mimetype != JSON_MEDIA_TYPE:
        raise Refused(415, f"The body is to be {JSON_MEDIA_TYPE}.")
    return body


def _tweaks_of_text(text: str | None, manners: Requests) -> Mapping[str, Any]:
    return {} if text is None else _tweaks(_parsed(text), manners)


def _tweaks(value: Any, manners: Requests) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    if manners.malformed_tweaks == "ignored":
        return {}
    raise Refused(manners.malformed_tweaks, "tweaks are to be a JSON object.")


def _parsed(text: str | bytes) -> Any:
    """JSON; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _format(value: Any, manners: Requests) -> str:
    if value in FORMATS:
        return str(value)
    if isinstance(manners.other_formats, str):
        return manners.other_formats
    raise Refused(manners.other_formats, f"A format is one of {', '.join(FORMATS)}.")


def _refuse_unknown(names: Iterable[str], known: set[str], manners: Requests) -> None:
    others = sorted(set(names) - known)
    if others and manners.unknown == "refused":
        raise Refused(400, f"{others[0][:80]} is not known here.")
