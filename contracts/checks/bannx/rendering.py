"""REN: pages are rendered by GET and by POST, as large as they are and alike; what is not there is not."""

import uuid

from contracts.check import check
from contracts.checks.bannx.absent_pages import absent_like
from contracts.checks.bannx.answers import is_drawing, picture_in
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import RENDERED, SIZE, Ask
from contracts.checks.bannx.calls import GET, NOT_FOUND, OK, POST
from contracts.checks.bannx.comparing import compared, looked_at
from contracts.checks.bannx.refusals import expect_refusal
from contracts.checks.bannx.showing import by_size
from contracts.checks.closing import unseen
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.images import Kind
from contracts.pages import Page
from contracts.trial import Trial

ALIKE, UNKNOWN, UNPUBLISHED = "BNX-REN-004", "BNX-REN-006", "BNX-REN-007"

MOST_PAGES = 6
MOST_COMPARED = 2
MALFORMED = frozenset({400, 422})
"""How a target may answer an id that could not be one of its own; the pages do not speak of such."""


@check(RENDERED[GET], SIZE)
def published_pages_are_rendered_by_get(trial: Trial) -> None:
    """GET of a published page is answered 200 with its image, as large as the page."""
    _judge_pages(trial, post=False)


@check(RENDERED[POST], SIZE)
def published_pages_are_rendered_by_post(trial: Trial) -> None:
    """POST with the id of a published page is answered 200 with its image, as large as the page."""
    _judge_pages(trial, post=True)


def _judge_pages(trial: Trial, *, post: bool) -> None:
    asking = Asking(trial)
    for page in by_size(trial.published)[:MOST_PAGES]:
        ask = Ask(page.id, post=post)
        rendered = asking.rendered(ask)
        trial.passed(ask.requirement, evidence=rendered.evidence)
        _judge_size(trial, ask, page, rendered.image)


@check(SIZE)
def images_of_every_format_have_the_size_of_the_page(trial: Trial) -> None:
    """A WebP and an SVG are as large as their page, by GET and by POST."""
    asking = Asking(trial)
    asking.learn()
    for page in by_size(trial.published)[:MOST_COMPARED]:
        for kind in (Kind.WEBP, Kind.SVG):
            for post in (False, True):
                ask = Ask(page.id, post=post, image_format=kind)
                answer = asking.render(ask)
                if answer.status == OK:
                    _judge_size(trial, ask, page, asking.image(answer))
    unseen(trial, SIZE, because="no render with the format webp or svg gave an image")


def _judge_size(trial: Trial, ask: Ask, page: Page, image: Response) -> None:
    picture, trouble = picture_in(image)
    if picture is not None:
        because = f"{ask} was to give an image of {page.width}x{page.height} pixels, and gave a {picture}"
        trial.expect(SIZE, picture.size == (page.width, page.height), because, evidence=[image.evidence])
    elif is_drawing(image):
        because = f"{ask} was to give an image of {page.width}x{page.height} pixels: {trouble}"
        trial.failed(SIZE, because, evidence=[image.evidence])


@check(ALIKE)
def get_and_post_give_the_same_image(trial: Trial) -> None:
    """GET and POST of one page, in one format, give the same image, pixel for pixel."""
    asking = Asking(trial)
    asking.learn()
    for number, page in enumerate(by_size(trial.published)[:MOST_COMPARED]):
        for image_format in (None, Kind.WEBP, Kind.SVG) if number == 0 else (None,):
            _judge_alike(asking, Ask(page.id, image_format=image_format))
    unseen(trial, ALIKE, because="it takes a page that gives the same picture when it is asked for twice")


def _judge_alike(asking: Asking, ask: Ask) -> None:
    trial = asking.trial
    if ask.image_format is not None and any(looked_at(asking, one) is None for one in (ask, ask.by_post())):
        trial.note(f"{ask} and the same by POST do not both give an image, which is judged elsewhere")
        return
    try:
        comparison = compared(asking, ask, ask.by_post())
    except NotObservable as reason:
        trial.note(str(reason))
        return
    because = f"{ask} and the same by POST were to give the same image, and the two differ"
    trial.expect(ALIKE, comparison.are_same, because, evidence=comparison.evidence)


@check(UNKNOWN)
def a_page_that_nobody_has_is_answered_404(trial: Trial) -> None:
    """A render of an id that no page has is answered 404, without an image, by GET and by POST."""
    asking = Asking(trial)
    asking.learn()
    of_its_form, is_exact = absent_like(asking.page.id, {page.id for page in trial.pages})
    for post in (False, True):
        for absent, is_of_its_form in ((of_its_form, is_exact), (_unused_id(trial), False)):
            ask = Ask(absent, post=post)
            response = asking.render(ask, stands_on=UNKNOWN)
            if response.status in MALFORMED and not is_of_its_form:
                trial.note(f"the id {absent} may have been refused for its form; that says nothing")
                continue
            expect_refusal(asking, UNKNOWN, response, f"{ask}, an id that no page has,", status=NOT_FOUND)
    unseen(trial, UNKNOWN, because="every made-up id was refused for its form")


def _unused_id(trial: Trial) -> str:
    return uuid.UUID(int=trial.random.getrandbits(128), version=4).hex[:21]


@check(UNPUBLISHED)
def a_page_that_is_not_published_is_answered_404(trial: Trial) -> None:
    """A page that exists and is not published is answered 404, without an image, by GET and by POST."""
    if not trial.unpublished:
        raise NotObservable("it takes a page that is known not to be published")
    asking = Asking(trial)
    asking.learn()
    for page in trial.unpublished[:MOST_COMPARED]:
        judge_unpublished(asking, page.id)


def judge_unpublished(asking: Asking, identifier: str) -> None:
    """Judge that a page is not rendered that exists and is not published (BNX-REN-007)."""
    trial = asking.trial
    for post in (False, True):
        ask = Ask(identifier, post=post)
        response = asking.render(ask, stands_on=UNPUBLISHED)
        what = f"{ask}, a page that is not published,"
        if not expect_refusal(asking, UNPUBLISHED, response, what, status=NOT_FOUND):
            continue
        undrafted = ask.with_further(draft=False)
        response = asking.render(undrafted, stands_on=UNPUBLISHED)
        because = f"{undrafted}, a page that is not published, was not to be rendered, and was answered {response}"
        trial.expect(UNPUBLISHED, response.status != OK, because, evidence=[response.evidence])
