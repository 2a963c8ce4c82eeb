"""BOD: bodies that name no page or are no object, how a body is sent, a page in a body, and the other path."""

import json
from typing import Any

from contracts.check import check
from contracts.checks.bannx.answers import is_render
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import BAD_REQUEST, NOT_ALLOWED, NOT_FOUND, POST, is_refusal
from contracts.checks.bannx.refusals import expect_refusal
from contracts.trial import Trial

WITHOUT_A_PAGE: tuple[dict[str, Any], ...] = (
    {},
    {"format": "png"},
    {"tweaks": {}},
    {"tweaks": {"title": "Hello"}, "format": "webp"},
)
NO_OBJECTS = (b"", b"[]", b'["%s"]', b'"%s"', b"7", b"true", b"null")
NO_JSON = (b'{"pageId": "%s"', b"pageId=%s", b'{"pageId": "%s"} more', b"{'pageId': '%s'}")

OTHER_TYPES = ("text/plain", "application/octet-stream")

PAGE: dict[str, Any] = {
    "name": "Greeting",
    "width": 96,
    "height": 48,
    "backgroundColor": "#0f172a",
    "layers": [{"type": "rectangle", "x": 8, "y": 8, "width": 40, "height": 20, "fill": "#38bdf8"}],
    "variables": [],
}
"""A page in the form that the document describes."""


@check("BNX-BOD-001")
def a_body_without_a_page_is_answered_400(trial: Trial) -> None:
    """POST of a JSON object that names no page and holds none is answered 400."""
    asking = Asking(trial)
    asking.rendered(Ask(asking.page.id, post=True))
    for body in WITHOUT_A_PAGE:
        response = asking.send(POST, body=body, stands_on="BNX-BOD-001")
        expect_refusal(asking, "BNX-BOD-001", response, f"POST of {body}, which names no page,", status=BAD_REQUEST)


@check("BNX-BOD-002")
def a_body_that_is_no_object_is_answered_400(trial: Trial) -> None:
    """POST of what is no JSON object, and POST without a body, is answered 400."""
    asking = Asking(trial)
    asking.rendered(Ask(asking.page.id, post=True))
    for form in (*NO_OBJECTS, *NO_JSON):
        content = form.replace(b"%s", asking.page.id.encode())
        response = asking.post(content, stands_on="BNX-BOD-002")
        what = f"POST of {content.decode()}, which is no JSON object," if content else "POST of an empty body"
        expect_refusal(asking, "BNX-BOD-002", response, what, status=BAD_REQUEST)
    response = asking.send(POST, stands_on="BNX-BOD-002")
    expect_refusal(asking, "BNX-BOD-002", response, "POST without a body", status=BAD_REQUEST)


@check("BNX-BOD-003")
def a_body_of_another_content_type(trial: Trial) -> None:
    """How JSON is handled that is sent as something else, or without a Content-Type."""
    asking = Asking(trial)
    ask = Ask(asking.page.id, post=True)
    asking.rendered(ask)
    content = json.dumps(ask.body).encode()
    for what, headers in (("no Content-Type", {}), *((each, {"Content-Type": each}) for each in OTHER_TYPES)):
        response = asking.send(POST, content=content, headers=headers)
        if is_render(response):
            trial.saw("BNX-BOD-003", "a", f"{what}: {response.status}", evidence=[response.evidence])
        elif is_refusal(response):
            trial.saw("BNX-BOD-003", "b", f"{what}: {response.status}", evidence=[response.evidence])


@check("BNX-BOD-004")
def a_page_in_the_body(trial: Trial) -> None:
    """How a body is handled that holds a whole page in place of a page's id."""
    asking = Asking(trial)
    asking.rendered(Ask(asking.page.id, post=True))
    response = asking.send(POST, body={"page": PAGE})
    if is_render(response):
        trial.saw("BNX-BOD-004", "a", evidence=[response.evidence])
    elif is_refusal(response):
        trial.saw("BNX-BOD-004", "b", f"it is answered {response.status}", evidence=[response.evidence])


@check("BNX-BOD-005")
def the_path_with_index(trial: Trial) -> None:
    """How a POST to /api/render/index is handled."""
    asking = Asking(trial)
    ask = Ask(asking.page.id, post=True)
    asking.rendered(ask)
    path = f"{trial.api.operations[POST].path}/index"
    response = asking.request("POST", path, body=ask.body)
    if response.status in {NOT_FOUND, NOT_ALLOWED}:
        trial.saw("BNX-BOD-005", "a", f"it is answered {response.status}", evidence=[response.evidence])
    elif is_render(response):
        trial.saw("BNX-BOD-005", "b", evidence=[response.evidence])
