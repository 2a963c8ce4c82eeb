"""ERR: what errors hold, methods and paths that the API does not have, large bodies, and requests of any content."""

import json
from collections.abc import Mapping, Sequence

from contracts.check import check
from contracts.checks.bannx.answers import is_image, is_render, says_error
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import GET, NOT_ALLOWED, NOT_FOUND, POST, TOO_LARGE, is_refusal, smallest
from contracts.checks.bannx.odd_requests import odd_asks, odd_contents, odd_paths
from contracts.checks.bannx.probing import Prober
from contracts.checks.bannx.refusals import absent_page
from contracts.checks.closing import unseen
from contracts.client import Response
from contracts.errors import NoAnswerError
from contracts.trial import Trial

NAMES = ("error", "url", "statusCode", "statusMessage", "message")
LARGE_BYTES = 2 * 1024 * 1024


@check("BNX-ERR-001")
def an_answer_is_an_image_or_an_error(trial: Trial) -> None:
    """What is answered with an error holds no image, and what is no image is no success."""
    asking = Asking(trial)
    asking.learn()
    for what, response in _questionable(asking).items():
        because = f"{what} was to be answered with an image, or an error without one, and was answered {response}"
        is_in_order = not (is_image(response) if not response.is_success else says_error(response))
        trial.expect("BNX-ERR-001", is_in_order, because, evidence=[response.evidence])


@check("BNX-ERR-002", "BNX-ERR-003")
def the_form_of_errors(trial: Trial) -> None:
    """Which form the bodies of errors have, and whether the statusCode in them is their status."""
    asking = Asking(trial)
    errors = {
        what: response
        for what, response in {**_plain_errors(asking), **_questionable(asking)}.items()
        if is_refusal(response) and not is_image(response)
    }
    for what, response in errors.items():
        if "statusCode" in response.object():
            code = response.object()["statusCode"]
            because = f"{what} was to have the statusCode {response.status} in its body, and has {code!r}: {response}"
            trial.expect("BNX-ERR-003", str(code) == str(response.status), because, evidence=[response.evidence])
    readings = {_reading_of_form(response) for response in errors.values()}
    if readings:
        told = ", ".join(f"{what}: {_names(response)}" for what, response in errors.items())
        trial.saw("BNX-ERR-002", max(readings), told, evidence=[error.evidence for error in errors.values()])
    unseen(trial, "BNX-ERR-003", because="no error has a statusCode in its body, which may be (BNX-ERR-002 c)")


def _reading_of_form(response: Response) -> str:
    content = response.object()
    if "statusCode" not in content:
        return "c"
    return "a" if all(name in content for name in NAMES) else "b"


def _names(response: Response) -> str:
    return " ".join(response.object()) or "no JSON object"


def _plain_errors(asking: Asking) -> Mapping[str, Response]:
    """What is to be refused by any reading."""
    absent, page = absent_page(asking), asking.page.id
    return {
        "a POST without a token": asking.render(Ask(page, post=True), anonymous=True),
        "a GET of a page that does not exist": asking.render(Ask(absent)),
        "a POST of a page that does not exist": asking.render(Ask(absent, post=True)),
        "a POST without a page": asking.send(POST, body={}),
        "a POST of what is no JSON": asking.post(b'{"pageId": '),
        "a token in the query": asking.render(Ask(page, pairs=(("token", "none"),)), anonymous=True),
    }


def _questionable(asking: Asking) -> Mapping[str, Response]:
    """What may be refused, or not."""
    page = asking.page.id
    described = asking.trial.api.operations[GET]
    return {
        "a GET in the format bmp": asking.render(Ask(page, image_format="bmp")),
        "a POST in the format bmp": asking.render(Ask(page, post=True, image_format="bmp")),
        "a GET with half of an object as tweaks": asking.render(Ask(page, tweaks='{"title": ')),
        "a POST with a list as tweaks": asking.render(Ask(page, post=True, tweaks=[])),
        "DELETE of a page": asking.request("DELETE", described.url(pageId=page)),
        "a GET of a path that the API does not have": asking.request("GET", absent_path(asking)),
    }


@check("BNX-ERR-004")
def methods_and_paths_that_there_are_not(trial: Trial) -> None:
    """How a method that a path does not have, and a path that the API does not have, are answered."""
    asking = Asking(trial)
    page = trial.api.operations[GET].url(pageId=asking.page.id)
    methods = [asking.request("DELETE", page), asking.request("PATCH", page, body={})]
    methods.append(asking.request("PUT", trial.api.operations[POST].path, body={"pageId": asking.page.id}))
    paths = [asking.request(method, absent_path(asking)) for method in ("GET", "POST")]
    evidence = [response.evidence for response in (*methods, *paths)]
    told = f"methods: {_statuses(methods)}; paths: {_statuses(paths)}"
    if all(each.status == NOT_ALLOWED for each in methods) and all(each.status == NOT_FOUND for each in paths):
        trial.saw("BNX-ERR-004", "a", told, evidence=evidence)
    elif all(is_refusal(each) for each in (*methods, *paths)):
        trial.saw("BNX-ERR-004", "b", told, evidence=evidence)


def absent_path(asking: Asking) -> str:
    """A path that the API does not have, among those that it has: others at the same address may be another API's."""
    return f"{asking.trial.api.operations[GET].url(pageId=asking.page.id)}/proofreel-absent"


def _statuses(responses: Sequence[Response]) -> str:
    return ", ".join(str(response.status) for response in responses)


@check("BNX-ERR-006")
def a_large_body(trial: Trial) -> None:
    """How a body of two megabytes is answered."""
    asking = Asking(trial)
    ask = Ask(asking.page.id, post=True)
    asking.rendered(ask)
    try:
        response = asking.post(json.dumps(ask.body).encode() + b" " * LARGE_BYTES)  # white space changes no JSON
    except NoAnswerError as error:
        trial.unobservable("BNX-ERR-006", because=f"the connection was closed while the body was sent: {error}")
        return
    if response.status == TOO_LARGE:
        trial.saw("BNX-ERR-006", "a", evidence=[response.evidence])
    elif is_refusal(response):
        trial.saw("BNX-ERR-006", "b", f"it is answered {response.status}", evidence=[response.evidence])
    elif is_render(response):
        trial.saw("BNX-ERR-006", "b", "two megabytes are taken", evidence=[response.evidence])


@check("BNX-ERR-007")
def odd_requests(trial: Trial) -> None:
    """Odd parameters, bodies and ids are rendered or refused, and never answered with a 5xx."""
    asking = Asking(trial)
    asking.learn()
    prober = Prober(asking)
    for ask in odd_asks(smallest([page for page in trial.published if page.variables] or trial.published)):
        prober.render(ask)
    for path in odd_paths(trial.api.operations[GET].path):
        prober.get(path)
    for content in odd_contents(asking.page.id):
        prober.post(content)
