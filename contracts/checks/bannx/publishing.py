"""REN and AUT: what is published, what is being edited, and whose a page is; with pages that a check makes."""

import time

from contracts.check import check
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import RENDERED, SIZE, Ask
from contracts.checks.bannx.calls import FORBIDDEN, GET, NOT_FOUND, OK, POST, UNAUTHORIZED
from contracts.checks.bannx.comparing import looked_at
from contracts.checks.bannx.forms import DRAFT, OPERATIONS, knows_drafts, reading_of_drafts
from contracts.checks.bannx.own_pages import HEIGHT, WIDTH, OwnPages, has_color
from contracts.checks.bannx.rendering import UNPUBLISHED, judge_unpublished
from contracts.checks.closing import unseen
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.target import PAGES
from contracts.trial import Trial

CACHE, FOREIGN = "BNX-REN-008", "BNX-AUT-008"

COLORS = RED, BLUE = "#e11d48", "#2563eb"


@check(RENDERED[GET], RENDERED[POST], SIZE)
def a_render_gives_the_page_that_it_names(trial: Trial) -> None:
    """Of two pages that are one colour each, GET and POST give the one that they name."""
    asking = Asking(trial)
    with OwnPages(trial) as pages:
        made = {color: pages.create(color) for color in COLORS}
        for color, identifier in made.items():
            pages.publish(identifier)
            for post in (False, True):
                ask = Ask(identifier, post=post)
                rendered = asking.rendered(ask)
                because = f"{ask} was to give the image of a page that is {color} all over, and gives another"
                is_it = has_color(rendered.picture, color, COLORS)
                trial.expect(ask.requirement, is_it, because, evidence=rendered.evidence)
                because = f"{ask} was to give an image of {WIDTH}x{HEIGHT} pixels, and gave a {rendered.picture}"
                trial.expect(SIZE, rendered.picture.size == (WIDTH, HEIGHT), because, evidence=rendered.evidence)


@check(CACHE, DRAFT)
def a_page_is_rendered_as_it_was_published(trial: Trial) -> None:
    """What is changed in a page does not show until it is published again; whether a draft shows it is open."""
    asking = Asking(trial)
    with OwnPages(trial) as pages:
        page = pages.create(RED)
        pages.publish(page)
        asks = [Ask(page, post=post) for post in (False, True)]
        for ask in asks:
            rendered = asking.rendered(ask)
            because = f"{ask} was to give the image of a page that is {RED} all over, and gives another"
            trial.require(
                ask.requirement, has_color(rendered.picture, RED, COLORS), because, evidence=rendered.evidence
            )
        pages.edit(page, BLUE)
        for ask in asks:
            rendered = asking.rendered(ask, stands_on=CACHE)
            because = f"{ask} was to give the page as it was published, {RED}, and gives it as it was edited since"
            trial.expect(CACHE, not has_color(rendered.picture, BLUE, COLORS), because, evidence=rendered.evidence)
        _see_drafts(asking, page)
        pages.publish(page)
        because = f"{page} was to be rendered as it was published again, {BLUE}, and is not"
        trial.expect(CACHE, all(_becomes(asking, ask, BLUE) for ask in asks), because)


def _becomes(asking: Asking, ask: Ask, color: str) -> bool:
    """Whether a page shows a colour, at once or after a while."""
    deadline = time.monotonic() + asking.trial.patience_seconds
    while not has_color(asking.rendered(ask, stands_on=CACHE).picture, color, COLORS):
        if time.monotonic() > deadline:
            return False
        time.sleep(asking.trial.poll_seconds)
    return True


def _see_drafts(asking: Asking, page: str) -> None:
    """See which reading of BNX-REN-009 a published page shows that was edited since."""
    known: dict[str, bool | None] = {}
    evidence = []
    for operation in OPERATIONS:
        ask = Ask(page, post=operation == POST).with_further(draft=True)
        response = asking.render(ask)
        evidence.append(response.evidence)
        known[operation] = knows_drafts(response, is_published=True)
        picture = looked_at(asking, ask) if response.status == OK else None
        if picture is not None:
            known[operation] = has_color(picture, BLUE, COLORS)
    reading = reading_of_drafts(known)
    if reading is not None:
        asking.trial.saw(DRAFT, reading, evidence=evidence)


@check(UNPUBLISHED)
def a_page_that_was_made_just_now_is_not_published(trial: Trial) -> None:
    """A page that was made and not published is answered 404, without an image, by GET and by POST."""
    asking = Asking(trial)
    asking.learn()
    with OwnPages(trial) as pages:
        judge_unpublished(asking, pages.create(RED))


@check(FOREIGN, second_account=True)
def a_page_of_another_space_is_handled_in_a_permitted_way(trial: Trial) -> None:
    """A page that another space has made is as good as unknown, refused, or rendered."""
    owner, other = Asking(trial), Asking(trial, trial.second())
    if not trial.offer.has(PAGES):
        _see_known_page(owner, other)
        return
    with OwnPages(trial) as pages:
        identifier = pages.create(RED)
        pages.publish(identifier)
        if any(page.id == identifier for page in trial.control_of(other.workspace).pages()):
            raise NotObservable("the second token is of the same space; it takes one of another")
        other.learn()  # its token is good
        for post in (False, True):
            ask = Ask(identifier, post=post)
            owner.rendered(ask)
            response = _asked(other, ask)
            _see_foreign(trial, ask, response, reading_of_foreign(response))
    unseen(trial, FOREIGN, because="the answers are neither 401, 403 or 404 nor a success")


def _see_known_page(owner: Asking, other: Asking) -> None:
    """See what becomes of a page of the target that the second space may have, too: then nothing can be told."""
    trial = owner.trial
    for post in (False, True):
        ask = Ask(owner.page.id, post=post)
        owner.rendered(ask)
        response = _asked(other, ask)
        # A success may be that of a page which every space has, and a 401 that of a token which is not good.
        reading = reading_of_foreign(response) if response.status in {NOT_FOUND, FORBIDDEN} else None
        _see_foreign(trial, ask, response, reading)
    unseen(trial, FOREIGN, because="it takes a page that one space has made and the other has not")


def _see_foreign(trial: Trial, ask: Ask, response: Response, reading: str | None) -> None:
    if reading is None:
        trial.note(f"{ask} with another space's token was answered {response}, which tells nothing")
    else:
        trial.saw(FOREIGN, reading, f"{ask} was answered {response.status}", evidence=[response.evidence])


def _asked(asking: Asking, ask: Ask) -> Response:
    """The answer, whatever it says of the token, which is good for other pages."""
    operation = asking.trial.api.operations[ask.operation]
    if ask.post:
        return asking.request(operation.method, operation.url(), body=ask.body)
    return asking.request(operation.method, operation.url(pageId=ask.page))


def reading_of_foreign(response: Response) -> str | None:
    """Which reading of BNX-AUT-008 an answer shows; None where it shows none."""
    readings = {NOT_FOUND: "a", UNAUTHORIZED: "b", FORBIDDEN: "b", OK: "c"}
    return readings.get(response.status)
