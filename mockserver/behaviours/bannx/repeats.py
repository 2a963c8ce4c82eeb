"""Which renders of a space gave the very image that an earlier render of the same page has given."""

import hashlib

from mockserver.bannx.ports import RenderStore
from mockserver.bannx.render import Render
from mockserver.behaviours.bannx.stores import OtherRenders
from mockserver.behaviours.memory import Recent


class Repeats:
    """The renders that were equal to an earlier one, by their ids."""

    def __init__(self) -> None:
        self._first: Recent[tuple[str, str | None, bytes], str] = Recent()
        self._repeated: Recent[str, None] = Recent()

    def __contains__(self, render: str) -> bool:
        return render in self._repeated

    def note(self, render: Render) -> None:
        """A render was made."""
        digest = hashlib.sha256(render.result.content).digest()
        if self._first.first((render.workspace, render.event.page_id, digest), render.id) != render.id:
            self._repeated.put(render.id, None)


class NotingRepeats(OtherRenders):
    """A store of renders that notes them."""

    def __init__(self, inner: RenderStore, repeats: Repeats) -> None:
        super().__init__(inner)
        self._repeats = repeats

    async def owe(self, render: Render) -> None:
        """Keep a render with its callback."""
        self._repeats.note(render)
        await super().owe(render)
