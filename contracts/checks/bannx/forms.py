"""REN: the forms that an answer has, image or JSON with a link, and drafts."""

import time
from collections.abc import Mapping

from contracts.check import check
from contracts.checks.bannx.answers import are_same, file_url, is_image, link_of, picture_in
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import RENDERED, Ask
from contracts.checks.bannx.calls import GET, OK, POST, is_refusal
from contracts.checks.bannx.comparing import looked_at
from contracts.checks.closing import unseen
from contracts.client import Response
from contracts.images import Kind
from contracts.target import CALLBACKS
from contracts.trial import Trial

FORM, DRAFT, JSON, LINK = "BNX-REN-005", "BNX-REN-009", "BNX-REN-010", "BNX-REN-011"
OPERATIONS = (GET, POST)


@check(FORM)
def a_render_is_answered_in_a_permitted_form(trial: Trial) -> None:
    """A render that does not say which form is answered with the image, or with JSON that has a link to it."""
    asking = Asking(trial)
    for operation in OPERATIONS:
        ask = Ask(asking.page.id, post=operation == POST)
        response = _as_it_comes(asking, ask)
        requirement, because = RENDERED[operation], f"{ask} was to be answered 200, and was answered {response}"
        trial.require(requirement, response.status == OK, because, evidence=[response.evidence])
        if is_image(response):
            trial.saw(FORM, "a", f"{ask} is answered with the image", evidence=[response.evidence])
            continue
        for wanted in _binary(ask):
            image = asking.render(wanted)
            if link_of(response) is None or image.status != OK or not is_image(image):
                trial.note(f"{ask} was answered {response}, and {wanted} {image}, which is none of the forms")
                continue
            evidence = [response.evidence, image.evidence]
            trial.saw(FORM, "b", f"{ask} is answered with JSON, {wanted} with the image", evidence=evidence)
    unseen(trial, FORM, because="an answer is neither the image nor JSON that gives way to it where that is asked for")


def _as_it_comes(asking: Asking, ask: Ask) -> Response:
    """The answer to a request that says nothing of its form, whatever is known of those."""
    if ask.post:
        return asking.send(POST, body=ask.body, stands_on=ask.requirement)
    return asking.send(GET, parameters={"pageId": ask.page}, stands_on=ask.requirement)


def _binary(ask: Ask) -> list[Ask]:
    """The ways to ask for the image."""
    asks = [ask.with_further(output=output) for output in ("binary", "image", "raw")]
    return [*asks, ask.with_further(binary=True)] if ask.post else asks


@check(JSON)
def the_output_json_is_handled_in_a_permitted_way(trial: Trial) -> None:
    """The output json is answered with a JSON object with file.url, with other JSON, or is not known."""
    asking = Asking(trial)
    asking.learn()
    for operation in OPERATIONS:
        ask = Ask(asking.page.id, post=operation == POST).with_further(output="json")
        response = asking.render(ask)
        reading = reading_of_json(response)
        if reading is None:
            trial.note(f"{ask} was answered {response}, which is none of the ways")
        else:
            trial.saw(JSON, reading, f"{ask} was answered {response.status}", evidence=[response.evidence])
    unseen(trial, JSON, because="no answer was JSON, an image or a client error")


def reading_of_json(response: Response) -> str | None:
    """Which reading of BNX-REN-010 an answer shows; None where it shows none."""
    if is_refusal(response):
        return "c"
    if response.status != OK:
        return None
    if is_image(response):
        return "c"
    if file_url(response) is not None:
        return "a"
    return "b" if response.is_json else None


@check(LINK)
def a_link_gives_the_image(trial: Trial) -> None:
    """The link in file.url of an answer gives the image, in the format that was asked for."""
    asking = Asking(trial)
    asking.learn()
    page = asking.page.id
    asks = [(Ask(page, image_format=kind), kind) for kind in Kind]
    for ask, kind in (*asks, (Ask(page, post=True), Kind.PNG)):
        if not _is_link_good(asking, ask, kind):
            break
    unseen(trial, LINK, because="no answer is JSON with a link in file.url, also where the output json is asked for")


def _is_link_good(asking: Asking, ask: Ask, kind: Kind) -> bool:
    """Judge the link in the answer to a request; whether nothing is wrong with it."""
    trial, wanted = asking.trial, ask.with_further(output="json")
    response = asking.render(wanted)
    link = file_url(response) if response.status == OK and not is_image(response) else None
    if link is None:
        return True
    at_once = asking.fetch(link)
    answer = at_once if at_once.status == OK else _once_there(asking, link)
    evidence = [response.evidence, answer.evidence]
    because = f"the link {link} in the answer to {wanted} was to give the image, and was answered {answer}"
    if not trial.expect(LINK, answer.status == OK, because, evidence=evidence):
        return False
    expected = looked_at(asking, ask)
    if expected is None or expected.kind is not kind:
        trial.note(f"{ask} gives no {kind} either, which is judged elsewhere")
        return True
    picture, trouble = picture_in(answer)
    found = trouble if picture is None else f"it gives a {picture}"
    is_right = picture is not None and picture.kind is kind and picture.size == expected.size
    if picture is not None and is_right and not are_same(picture, expected):
        is_right, found = not asking.is_still(ask), "it gives another one"
    because = f"the link {link} in the answer to {wanted} was to give the {expected} that {ask} gives, and {found}"
    if trial.expect(LINK, is_right, because, evidence=evidence):
        trial.saw(LINK, "a" if answer is at_once else "b", evidence=evidence)
    return is_right


def _once_there(asking: Asking, link: str) -> Response:
    """The answer of a link, once it is a success; the last one where that does not come to pass in time."""
    if asking.trial.offer.has(CALLBACKS):
        asking.trial.control.settle()
        return asking.fetch(link)
    deadline = time.monotonic() + asking.trial.patience_seconds
    while True:
        time.sleep(asking.trial.poll_seconds)
        answer = asking.fetch(link)
        if answer.status == OK or time.monotonic() > deadline:
            return answer


@check(DRAFT)
def drafts_are_handled_in_a_permitted_way(trial: Trial) -> None:
    """Drafts are known to GET and to POST, to POST alone, or to neither."""
    asking = Asking(trial)
    asking.learn()
    known: dict[str, bool | None] = {}
    evidence = []
    for operation in OPERATIONS:
        page = (trial.unpublished or trial.published)[0]
        response = asking.render(Ask(page.id, post=operation == POST).with_further(draft=True))
        evidence.append(response.evidence)
        known[operation] = knows_drafts(response, is_published=page.is_published)
    reading = reading_of_drafts(known)
    if reading is None:
        trial.unobservable(DRAFT, because="it takes a page that is known not to be published, or is being edited")
    else:
        trial.saw(DRAFT, reading, evidence=evidence)


def knows_drafts(response: Response, *, is_published: bool) -> bool | None:
    """Whether an operation knows drafts, by its answer to one; None where a published page is answered like ever."""
    if is_refusal(response):
        return False
    return True if response.status == OK and not is_published else None


def reading_of_drafts(known: Mapping[str, bool | None]) -> str | None:
    """Which reading of BNX-REN-009 shows, by whether each operation knows drafts; None where it is none."""
    match known[GET], known[POST]:
        case True, True:
            return "a"
        case False, True:
            return "b"
        case False, False:
            return "c"
    return None
