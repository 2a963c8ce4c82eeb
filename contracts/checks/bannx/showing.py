"""Finds variables of a page whose tweaks can be seen in the picture."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from contracts.checks.bannx.answers import are_same
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.asks import TWEAKS, Ask
from contracts.checks.bannx.comparing import looked_at
from contracts.errors import NotObservable, Unmet
from contracts.images import Picture
from contracts.pages import Page, Value, Variable, VariableType

TEXT = (VariableType.STRING,)
EVERY = (VariableType.STRING, VariableType.COLOR, VariableType.NUMBER, VariableType.BOOLEAN, VariableType.IMAGE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A variable, and a value that makes another picture of its page; `other` is one more value of its type."""

    variable: Variable
    value: Value
    other: Value

    @property
    def tweak(self) -> dict[str, Value]:
        """The tweak by the variable's name."""
        return {self.variable.name: self.value}


@dataclass(frozen=True, slots=True)
class Showing:
    """A page that looks the same every time, and variables of it that can be seen: one at least."""

    page: Page
    seen: tuple[Seen, ...]

    @property
    def first(self) -> Seen:
        """One of them."""
        return self.seen[0]

    @property
    def plain(self) -> Ask:
        """A GET of the page as it is."""
        return Ask(self.page.id)

    def tweaked(self, *seen: Seen) -> Ask:
        """A GET with these variables tweaked by their names, in this order."""
        return Ask(self.page.id, tweaks={name: value for one in seen for name, value in one.tweak.items()})


def showing(asking: Asking, *, types: Sequence[VariableType] = EVERY, most: int = 1) -> Showing:
    """A page with up to `most` variables of these types that can be seen, by GET and BNX-TWK-001.

    That requirement does not hold where no text can be seen on any page that has some. Raises `NotObservable` where no
    page has anything that has to be seen.
    """
    best: Showing | None = None
    demanded: list[str] = []
    for page in by_size(asking.trial.published):
        shown = [variable for kind in types for variable in page.shown if variable.type is kind]
        if not shown or not asking.is_still(Ask(page.id)):
            continue
        found = tuple(_seen(asking, page, shown, most))
        if found and (best is None or len(found) > len(best.seen)):
            best = Showing(page, found)
        if len(found) == most:
            break
        demanded += [f"{each.name} of {page.id}" for each in shown if _has_to_be_seen(each)]
    if best is not None:
        return best
    if not demanded:
        kinds = " or ".join(types)
        message = f"it takes a published page that always looks the same, with a variable of type {kinds} that shows"
        raise NotObservable(message)
    because = f"one tweak at least was to change the image, and none did of {', '.join(demanded)}"
    asking.trial.failed(TWEAKS, because)
    raise Unmet(because)


def by_size(pages: Iterable[Page]) -> list[Page]:
    """The pages, what is rendered soonest first, as far as sizes say so."""
    return sorted(pages, key=lambda page: page.width * page.height)


def _has_to_be_seen(variable: Variable) -> bool:
    """Whether a tweak has to change the picture: of a text, and where the page's owner says so."""
    return variable.type is VariableType.STRING or variable.change is not None


def _seen(asking: Asking, page: Page, shown: Sequence[Variable], most: int) -> Iterator[Seen]:
    plain, found = asking.rendered(Ask(page.id)).picture, 0
    for variable in shown:
        value, other = variable.settings
        if _changes(asking, page, variable, value, plain):
            found += 1
            yield Seen(variable, value, other)
        if found == most:
            return


def _changes(asking: Asking, page: Page, variable: Variable, value: Value, plain: Picture) -> bool:
    # A target may refuse a value of ours, such as words for a text that it takes for a URL; another variable will do.
    picture = looked_at(asking, Ask(page.id, tweaks={variable.name: value}))
    return picture is not None and not are_same(picture, plain)
