"""How a variation is made: it changes manners, and says which readings of the catalogue it shows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.miniature_bannx.manners import Manners
from tests.miniature_parts.serving import Wsgi

Vary = Callable[[Manners], Manners]


@dataclass(frozen=True)
class Variation:
    """Other manners. `readings` are those that it shows where nothing else varies, such as `BNX-AUT-006 a`."""

    vary: Vary
    readings: tuple[str, ...] = ()


def but(group: str, **changes: Any) -> Vary:
    """These fields of a group are different."""
    return lambda manners: replace(manners, **{group: replace(getattr(manners, group), **changes)})


def door(**changes: Any) -> Vary:
    """It listens in another way."""
    return lambda manners: but("surroundings", door=replace(manners.surroundings.door, **changes))(manners)


def within(layer: Callable[[Wsgi], Wsgi]) -> Vary:
    """One more layer stands around the application."""

    def vary(manners: Manners) -> Manners:
        inner = manners.surroundings.wrapped
        return but("surroundings", wrapped=lambda application: layer(inner(application)))(manners)

    return vary


def together(*varies: Vary) -> Vary:
    """One after another."""

    def vary(manners: Manners) -> Manners:
        for one in varies:
            manners = one(manners)
        return manners

    return vary


def shows(*readings: str) -> Callable[[Vary], Variation]:
    """A variation with these readings, without the catalogue's prefix."""
    return lambda vary: Variation(vary, tuple(f"BNX-{reading}" for reading in readings))
