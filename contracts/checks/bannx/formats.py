"""FMT: the image has the format that was asked for, and is sent as what it is."""

from contracts.check import check
from contracts.checks.bannx.answers import is_image, media_type
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import FORMATS, FORMATS_OF_POST, Ask
from contracts.checks.bannx.calls import BAD_REQUEST, OK, is_refusal
from contracts.checks.closing import unseen
from contracts.client import Response
from contracts.errors import NoImageError
from contracts.images import Kind, decoded, kind_of
from contracts.trial import Trial
from contracts.vector_images import canonical

PNG, OTHERS = "BNX-FMT-001", "BNX-FMT-005"

OTHER_FORMATS = {"bmp": (b"BM",), "jpeg": (b"\xff\xd8\xff",), "pdf": (b"%PDF",), "gif": (b"GIF8",)}
"""Formats that are not documented everywhere, each with the bytes that a file of it begins with."""


@check(PNG)
def a_png_is_the_default(trial: Trial) -> None:
    """Without a format, and with png, GET gives a PNG; so does POST without a format."""
    asking = Asking(trial)
    asking.learn()
    page = asking.page.id
    for ask in (Ask(page), Ask(page, image_format=Kind.PNG), Ask(page, post=True)):
        _judge(asking, ask, Kind.PNG, PNG)


@check(FORMATS["webp"], FORMATS["svg"])
def get_obeys_the_format(trial: Trial) -> None:
    """With the format webp, GET gives a WebP, and with svg an SVG that is well-formed."""
    asking = Asking(trial)
    asking.learn()
    for kind in (Kind.WEBP, Kind.SVG):
        _judge(asking, Ask(asking.page.id, image_format=kind), kind, FORMATS[kind])


@check(FORMATS_OF_POST)
def post_obeys_the_format(trial: Trial) -> None:
    """With a format in its body, POST gives a PNG, a WebP, and an SVG that is well-formed."""
    asking = Asking(trial)
    asking.learn()
    for kind in Kind:
        ask = Ask(asking.page.id, post=True, image_format=kind)
        if kind is Kind.PNG and _gives_another_kind(asking, ask):
            _judge(asking, ask.plain, kind, PNG)
        else:
            _judge(asking, ask, kind, FORMATS_OF_POST)


def _gives_another_kind(asking: Asking, ask: Ask) -> bool:
    """Whether both this and the page without a format are no PNG: then it is not the format that is disobeyed."""
    return all(kind_of(asking.image(asking.render(one)).body) not in {None, Kind.PNG} for one in (ask, ask.plain))


def _judge(asking: Asking, ask: Ask, kind: Kind, requirement: str) -> None:
    trial = asking.trial
    answer = asking.render(ask, stands_on=requirement)
    image = asking.image(answer) if answer.status == OK else answer
    evidence = sorted({answer.evidence, image.evidence})
    problem = _problem(image, kind) if image.status == OK else "it holds no image"
    because = f"{ask} was to give a {kind} and was answered {image}: {problem}"
    if not trial.expect(requirement, not problem, because, evidence=evidence) or image is not answer:
        return  # what a link's storage calls the image is not the API's word
    told = media_type(image)
    because = f"{ask} was to be answered with the Content-Type {kind.media_type}, and was with {told or 'none'}"
    trial.expect(requirement, told == kind.media_type, because, evidence=evidence)


def _problem(image: Response, kind: Kind) -> str:
    """What is wrong with an image that is to be of this kind; empty where nothing is."""
    found = kind_of(image.body)
    if found is not kind and kind is not Kind.SVG:
        return f"it is a {found}" if found is not None else "its first bytes are those of no image"
    try:
        # What an SVG says of its size is judged elsewhere.
        canonical(image.body) if kind is Kind.SVG else decoded(image.body)
    except NoImageError as error:
        return str(error)
    return ""


@check(OTHERS)
def other_formats_are_handled_in_a_permitted_way(trial: Trial) -> None:
    """A format other than png, webp and svg is refused with a client error, obeyed, or answered with a PNG."""
    asking = Asking(trial)
    asking.learn()
    for name, beginnings in OTHER_FORMATS.items():
        for post in (False, True):
            ask = Ask(asking.page.id, post=post, image_format=name)
            response = asking.render(ask)
            reading = reading_of_other_format(response, beginnings)
            if reading is None:
                trial.note(f"{ask} was answered {response}, which is none of the ways")
            else:
                trial.saw(OTHERS, reading, f"{ask} was answered {response.status}", evidence=[response.evidence])
    unseen(trial, OTHERS, because="no answer was an image of a known kind or a client error")


def reading_of_other_format(response: Response, beginnings: tuple[bytes, ...]) -> str | None:
    """Which reading of BNX-FMT-005 an answer shows, where what was asked for begins so; None where it shows none."""
    if is_refusal(response) and not is_image(response):
        return "a" if response.status == BAD_REQUEST else "b"
    is_permitted = response.body.startswith(beginnings) or kind_of(response.body) is Kind.PNG
    return "c" if response.status == OK and is_permitted else None
