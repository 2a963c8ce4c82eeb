"""Compares the pictures of two requests, and blames neither for a page that changes by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.checks.bannx.answers import are_same, picture_in
from contracts.checks.bannx.asking import Asking, Rendered
from contracts.checks.bannx.asks import FORMATS, FORMATS_OF_POST, Ask
from contracts.checks.bannx.calls import OK
from contracts.images import Kind, Picture


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two requests whose pictures are the same, or differ for good; `evidence` are the answers' numbers."""

    are_same: bool
    evidence: Sequence[int]


def compared(asking: Asking, one: Ask, other: Ask, *, stands_on: str | None = None) -> Comparison:
    """Whether two requests give the same picture; `stands_on` is what does not hold where the other gives none.

    A difference is looked at twice. Raises `NotObservable` where one of the two changes by itself, and ends the check
    where one has another format than was asked for, which is judged by that.
    """
    first = asking.rendered(one), asking.rendered(other, stands_on=stands_on)
    for ask, rendered in zip((one, other), first, strict=True):
        _require_format(asking, ask, rendered)
    evidence = [number for rendered in first for number in rendered.evidence]
    if are_same(first[0].picture, first[1].picture):
        return Comparison(are_same=True, evidence=evidence)
    asking.require_stillness(one)
    asking.require_stillness(other)
    second = asking.rendered(other, stands_on=stands_on), asking.rendered(one)
    evidence += [number for rendered in second for number in rendered.evidence]
    return Comparison(are_same(second[0].picture, second[1].picture), evidence)


def _require_format(asking: Asking, ask: Ask, rendered: Rendered) -> None:
    kind = Kind(ask.image_format or Kind.PNG)
    because = f"{ask} was to give a {kind}, and gave a {rendered.picture}"
    asking.trial.require(format_requirement(ask), rendered.picture.kind is kind, because, evidence=rendered.evidence)


def format_requirement(ask: Ask) -> str:
    """What says which format the image of a request has."""
    if ask.image_format is None:
        return FORMATS[Kind.PNG]
    return FORMATS_OF_POST if ask.post else FORMATS[ask.image_format]


def looked_at(asking: Asking, ask: Ask) -> Picture | None:
    """The picture that a request gives; None where it gives none, of which others judge."""
    answer = asking.render(ask)
    return picture_in(asking.image(answer))[0] if answer.status == OK else None
