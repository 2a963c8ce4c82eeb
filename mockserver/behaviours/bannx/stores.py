"""The stores and steps that stood here before, for behaviours to change a part of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from mockserver.bannx.blueprint import Blueprint, Change
from mockserver.bannx.callback import StepFailedError, Steps, StoredFile
from mockserver.bannx.policy import CREDITS, LOG, UPLOAD
from mockserver.bannx.ports import CreditStore, RenderStore, Stores
from mockserver.bannx.render import LogEntry, Refusal, Render
from mockserver.behaviours.bannx.asked import Asked, current


class OtherRenders:
    """Another store of renders around the one that stood here."""

    def __init__(self, inner: RenderStore) -> None:
        self._inner = inner

    def next_number(self, workspace: str) -> int:
        """The running number of one more request of this space."""
        return self._inner.next_number(workspace)

    async def owe(self, render: Render) -> None:
        """Keep a render with its callback."""
        await self._inner.owe(render)

    async def refuse(self, refusal: Refusal) -> None:
        """Log a request that was answered with an error."""
        await self._inner.refuse(refusal)

    async def attach(self, render: str, file: StoredFile) -> None:
        """Attach a file to the log of a request."""
        await self._inner.attach(render, file)

    async def entries(self, workspace: str) -> Sequence[LogEntry]:
        """The log of a space, oldest first."""
        return await self._inner.entries(workspace)

    async def over(self, render: str) -> None:
        """The callback has come to its end."""
        await self._inner.over(render)


class OtherCredits:
    """Another store of credits around the one that stood here."""

    def __init__(self, inner: CreditStore) -> None:
        self._inner = inner

    async def used(self, workspace: str) -> int:
        """What was counted so far."""
        return await self._inner.used(workspace)

    async def add(self, workspace: str, render: str, amount: int) -> None:
        """Count a render, once however often it is asked."""
        await self._inner.add(workspace, render, amount)


class OtherSteps:
    """Other steps around those of one render; a subclass can tell that one has failed."""

    def __init__(self, inner: Steps, render: Render, stores: Stores) -> None:
        self._inner = inner
        self._render = render
        self._stores = stores

    async def upload(self) -> StoredFile:
        """Put the image into the object store."""
        return await self._inner.upload()

    async def update_log(self, file: StoredFile) -> None:
        """Attach a file to the log of the request."""
        await self._inner.update_log(file)

    async def add_credits(self) -> None:
        """Count what a render costs for the space."""
        await self._inner.add_credits()


class NotingSteps(OtherSteps):
    """Notes, with the request that is being answered, which steps have begun, ended and failed."""

    def __init__(self, inner: Steps, render: Render, stores: Stores) -> None:
        super().__init__(inner, render, stores)
        self._asked = current() or Asked("")

    async def upload(self) -> StoredFile:
        """Put the image into the object store."""
        with self._asked.noting(UPLOAD, StepFailedError):
            return await super().upload()

    async def update_log(self, file: StoredFile) -> None:
        """Attach a file to the log of the request."""
        with self._asked.noting(LOG, StepFailedError):
            await super().update_log(file)

    async def add_credits(self) -> None:
        """Count what a render costs for the space."""
        with self._asked.noting(CREDITS, StepFailedError):
            await super().add_credits()


def around_stores(make: Callable[[Stores], Stores]) -> Change:
    """The blueprint with something around its stores."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_stores=(*blueprint.around_stores, make))

    return apply


def around_renders(make: Callable[[RenderStore], RenderStore]) -> Change:
    """The blueprint with something around its store of renders."""
    return around_stores(lambda stores: replace(stores, renders=make(stores.renders)))


def around_credits(make: Callable[[CreditStore], CreditStore]) -> Change:
    """The blueprint with something around its store of credits."""
    return around_stores(lambda stores: replace(stores, credits=make(stores.credits)))


def around_steps(make: Callable[[Steps, Render, Stores], Steps]) -> Change:
    """The blueprint with something around the steps of every render."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, around_steps=(*blueprint.around_steps, make))

    return apply
