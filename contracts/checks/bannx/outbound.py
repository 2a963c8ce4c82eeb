"""OUT: URLs in a render request, which nobody is to send anything to."""

from collections.abc import Iterator, Sequence

from contracts.check import check
from contracts.checks.bannx.answers import are_same, picture_in
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.calls import is_refusal
from contracts.checks.bannx.refusals import absent_page
from contracts.client import Response
from contracts.images import Picture
from contracts.receiver import Inbox
from contracts.record import Arrival
from contracts.target import CALLBACKS
from contracts.trial import Trial

NAMES = ("webhook_url", "webhookUrl", "webhookURL", "webhook", "callback_url", "callbackUrl", "callback", "notify_url")
"""What services call the URL that is told of a render."""

HEADERS = ("Webhook-Url", "X-Webhook-Url", "X-Callback-Url", "X-Bannx-Webhook")

NEAR_SECONDS, FAR_SECONDS = 1.0, 5.0
"""How long it is watched that nothing comes: of a target on this machine whose callbacks are over, and of any other."""

MOST_TOLD = 3
"""How many of the requests that came are shown."""


@check("BNX-OUT-001")
def nobody_is_told_of_a_render(trial: Trial) -> None:
    """A URL in a render request, wherever it stands, is sent nothing, whether the render succeeds or fails."""
    if trial.is_receiver_apart:
        because = "nothing could come to the kit's receiver: give it a URL that the target can reach (--receiver-url)"
        trial.unobservable("BNX-OUT-001", because=because)
        return
    asking, inbox = Asking(trial), trial.inbox("URL in a request")
    asking.learn()
    answers = [asking.render(ask) for ask in (*_naming(asking.page.id, inbox), *_naming(absent_page(asking), inbox))]
    headers = dict.fromkeys(HEADERS, inbox.url)
    answers += [asking.render(Ask(asking.page.id, post=post), headers=headers) for post in (False, True)]
    # What was rendered is what somebody could be told of.
    asking.rendered(Ask(asking.page.id))
    if trial.offer.has(CALLBACKS):
        trial.control.settle()
    is_near = trial.offer.has(CALLBACKS) and trial.workspace.client.address.is_local
    came = inbox.wait_or_count(1, NEAR_SECONDS if is_near else FAR_SECONDS)
    trial.expect(
        "BNX-OUT-001",
        not came,
        f"a URL in a render request was to be sent nothing, and {len(came)} requests came to it",
        evidence=_behind(came, answers) if came else [answer.evidence for answer in answers],
    )


def _behind(came: Sequence[Arrival], answers: Sequence[Response]) -> Sequence[int]:
    """The first requests that came, and the renders before them, which may have caused them."""
    first = [arrival.number for arrival in came[:MOST_TOLD]]
    # An answer has its number from when its request was sent.
    causes = [max((each.evidence for each in answers if each.evidence < number), default=number) for number in first]
    return sorted({*first, *causes})


def _naming(page: str, inbox: Inbox) -> Iterator[Ask]:
    """Renders that name the inbox's URL: each by its own, as a target may refuse one of the names."""
    everywhere = dict.fromkeys(NAMES, inbox.url)
    for post in (False, True):
        yield Ask(page, post=post, further=everywhere)
        for name in NAMES[:2]:
            yield Ask(page, post=post, further={name: inbox.url})
    yield Ask(page, post=True, pairs=tuple(everywhere.items()))
    yield Ask(page, post=True, further={"webhook": {"url": inbox.url}, "webhooks": [{"url": inbox.url}]})


@check("BNX-OUT-002")
def what_the_api_does_not_know(trial: Trial) -> None:
    """How a render is handled that holds a webhook_url, or something else that the API does not know."""
    asking, url = Asking(trial), trial.inbox("URL in a request").url
    for post in (False, True):
        plain = Ask(asking.page.id, post=post)
        usual = asking.rendered(plain).picture
        for further in ({"webhook_url": url}, {"proofreelAbsent": "yes"}):
            ask = plain.with_further(**further)
            response = asking.render(ask)
            because = f"{ask}: {response.status}"
            if is_refusal(response):
                trial.saw("BNX-OUT-002", "b", because, evidence=[response.evidence])
            elif response.is_success and _is_like(asking, response, usual, plain):
                trial.saw("BNX-OUT-002", "a", because, evidence=[response.evidence])


def _is_like(asking: Asking, response: Response, usual: Picture, plain: Ask) -> bool:
    """Whether an answer has the usual picture, or one of its size where no two of the page are the same."""
    picture, _ = picture_in(asking.image(response))
    if picture is None:
        return False
    return are_same(picture, usual) or (picture.size == usual.size and not asking.is_still(plain))
