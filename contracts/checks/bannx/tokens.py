"""AUT: the token of a space, and what is answered without one."""

import base64
from collections.abc import Iterator, Sequence

from contracts.check import check
from contracts.checks.bannx.answers import is_render
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import BAD_REQUEST, POST, UNAUTHORIZED, area, is_refusal
from contracts.checks.bannx.refusals import absent_page, expect_refusal
from contracts.pages import Page
from contracts.trial import Trial

MOST_PAGES = 3
"""How many pages are asked for without a token."""


@check("BNX-AUT-001")
def a_token_is_enough(trial: Trial) -> None:
    """Renders by GET and by POST are let in with the word Bearer, a space and a token."""
    asking = Asking(trial)
    evidence: list[int] = []
    for ask in _both(asking.page):
        # A token that is refused ends the check in `Calls.send`, as what this check is about.
        evidence += asking.rendered(ask).evidence
    trial.passed("BNX-AUT-001", because="no operation has refused the token", evidence=evidence)


@check("BNX-AUT-002")
def no_token_is_answered_401(trial: Trial) -> None:
    """A request without a token is answered 401, but for a GET of a page whose owner needs none."""
    asking = Asking(trial)
    for page in sorted(trial.published, key=area)[:MOST_PAGES]:
        for ask in _both(page):
            asking.rendered(ask)  # with a token, it is
            response = asking.render(ask, stands_on="BNX-AUT-002", anonymous=True)
            what = f"{ask} without a token"
            if is_render(response) and not ask.post:
                trial.saw("BNX-AUT-002", "b", f"{what}: {response.status}", evidence=[response.evidence])
            elif expect_refusal(asking, "BNX-AUT-002", response, what, status=UNAUTHORIZED) and not ask.post:
                trial.saw("BNX-AUT-002", "a", f"{what}: {response.status}", evidence=[response.evidence])


@check("BNX-AUT-003")
def another_authorization_is_answered_401(trial: Trial) -> None:
    """POST answers 401 to another scheme, to a token without one, and to the word Bearer alone."""
    asking = Asking(trial)
    ask = Ask(asking.page.id, post=True)
    asking.rendered(ask)
    for what, value in _other_forms(trial):
        headers = {trial.api.credential.header: value}
        response = asking.render(ask, stands_on="BNX-AUT-003", headers=headers)
        expect_refusal(asking, "BNX-AUT-003", response, f"POST with {what}", status=UNAUTHORIZED)


def _other_forms(trial: Trial) -> Iterator[tuple[str, str]]:
    token = trial.client.secret
    for place, pair in (("a user", f"{token}:"), ("a password", f"token:{token}")):
        encoded = base64.b64encode(pair.encode()).decode()
        trial.record.hide(encoded)
        yield f"Basic and the token as {place}", f"Basic {encoded}"
    yield "Basic and the token", f"Basic {token}"
    yield "the token alone", token
    yield "the word Bearer alone", "Bearer"


@check("BNX-AUT-005")
def a_token_in_the_query_is_answered_400(trial: Trial) -> None:
    """A token in the query, in place of the header, is answered 400."""
    asking = Asking(trial)
    for ask in _both(asking.page):
        asking.rendered(ask)
        response = asking.render(_with_token(ask, trial), stands_on="BNX-AUT-005", anonymous=True)
        what = f"{'POST' if ask.post else 'GET'} with its token in the query and no header"
        expect_refusal(asking, "BNX-AUT-005", response, what, status=BAD_REQUEST)


@check("BNX-AUT-006")
def a_token_in_the_query_beside_the_header(trial: Trial) -> None:
    """How a token in the query beside a good header is handled."""
    asking = Asking(trial)
    for ask in _both(asking.page):
        asking.rendered(ask)
        response = asking.render(_with_token(ask, trial))
        because = f"{'POST' if ask.post else 'GET'}: {response.status}"
        if response.status == BAD_REQUEST:
            trial.saw("BNX-AUT-006", "a", because, evidence=[response.evidence])
        elif is_render(response):
            trial.saw("BNX-AUT-006", "b", because, evidence=[response.evidence])


@check("BNX-AUT-007")
def the_case_of_the_word(trial: Trial) -> None:
    """Whether upper and lower case count the same in the word Bearer."""
    asking = Asking(trial)
    ask = Ask(asking.page.id, post=True)  # a GET may need no token at all
    asking.rendered(ask)
    values = [f"{word} {trial.client.secret}" for word in ("bearer", "BEARER")]
    answers = [asking.render(ask, headers={trial.api.credential.header: value}) for value in values]
    evidence = [answer.evidence for answer in answers]
    if all(is_render(answer) for answer in answers):
        trial.saw("BNX-AUT-007", "a", evidence=evidence)
    elif all(answer.status == UNAUTHORIZED for answer in answers):
        trial.saw("BNX-AUT-007", "b", evidence=evidence)


@check("BNX-AUT-009")
def several_faults_at_a_time(trial: Trial) -> None:
    """Which fault of a request without a token counts where it has others."""
    asking = Asking(trial)
    absent, page = absent_page(asking), asking.page.id
    asks = (
        Ask(absent),
        Ask(absent, post=True),
        Ask(page, post=True, image_format="bmp"),
        Ask(page, post=True, tweaks=[]),
    )
    answers = [asking.render(ask, anonymous=True) for ask in asks]
    answers += [asking.send(POST, body={}, anonymous=True)]
    told = ", ".join(str(answer.status) for answer in answers)
    evidence = [answer.evidence for answer in answers]
    if all(answer.status == UNAUTHORIZED for answer in answers):
        trial.saw("BNX-AUT-009", "a", f"the statuses: {told}", evidence=evidence)
    elif all(is_refusal(answer) for answer in answers):
        trial.saw("BNX-AUT-009", "b", f"the statuses: {told}", evidence=evidence)


def _both(page: Page) -> Sequence[Ask]:
    return Ask(page.id), Ask(page.id, post=True)


def _with_token(ask: Ask, trial: Trial) -> Ask:
    return Ask(ask.page, post=ask.post, pairs=(("token", trial.client.secret),))
