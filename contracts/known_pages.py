"""The pages that a run judges by: those of the target file, else those that the target lists itself."""

from collections.abc import Callable

from contracts.documents import Api
from contracts.errors import SetUpError
from contracts.pages import Page
from contracts.target import Target

EXAMPLE = """\
[[pages]]
id = "social-card"
width = 1200
height = 630
variables = [
  {name = "title", id = "v-title", type = "string", value = "Another title"},
]"""
"""What a target file says of a page, for whoever has not said it yet."""

Listed = Callable[[], tuple[Page, ...] | None]


def known_pages(api: Api, target: Target, listed: Listed) -> tuple[Page, ...]:
    """The pages, the published ones first; none where the API renders none.

    `listed` asks the target for them; None where it does not tell. Raises `SetUpError` where none is known that is
    published.
    """
    if not api.needs_pages:
        return ()
    told = target.pages or listed()
    if told is None:
        message = (
            f"{api.short_title} renders pages, and none is known: name one at least in a target file (--target), with "
            f"the variables that a render may change, such as\n{EXAMPLE}\n"
            "or let the target list them (the control protocol's capability `pages`)"
        )
        raise SetUpError(message)
    if not any(page.is_published for page in told):
        names = ", ".join(page.id for page in told) or "none at all"
        message = f"no published page is known ({names}): {api.short_title} cannot be judged without one"
        raise SetUpError(message)
    return told
