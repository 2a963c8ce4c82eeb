"""Behaviours of the credits: how many a request counts, and for whom."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.bannx.blueprint import Blueprint, Change
from mockserver.bannx.callback import StepFailedError, Steps, StoredFile
from mockserver.bannx.policy import CallbackPolicy
from mockserver.bannx.ports import CreditStore, RenderStore, Stores
from mockserver.bannx.render import Refusal, Render
from mockserver.behaviours.bannx.answers import BAD_REQUEST, NOT_FOUND, answering
from mockserver.behaviours.bannx.crowds import Crowd
from mockserver.behaviours.bannx.repeats import NotingRepeats, Repeats
from mockserver.behaviours.bannx.stores import (
    OtherCredits,
    OtherRenders,
    OtherSteps,
    around_credits,
    around_steps,
    around_stores,
)


def _priced(amount: int) -> Change:
    """Renders that count this many credits."""
    return lambda blueprint: replace(blueprint, policy=replace(blueprint.policy, credits=amount))


class _Rising(OtherCredits):
    def __init__(self, inner: CreditStore) -> None:
        super().__init__(inner)
        self._counted = 0

    async def add(self, workspace: str, render: str, amount: int) -> None:
        self._counted += 1
        await super().add(workspace, render, amount * self._counted)


# Requests that were answered with an error.


class _RefusalsCounted(OtherRenders):
    """Counts requests that were answered with one status."""

    def __init__(self, inner: RenderStore, used: CreditStore, counted: tuple[int, int]) -> None:
        super().__init__(inner)
        self._credits = used
        self._status, self._amount = counted

    async def refuse(self, refusal: Refusal) -> None:
        await super().refuse(refusal)
        if refusal.status == self._status:
            await self._credits.add(refusal.workspace, refusal.id, self._amount)


def _counted(status: int) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        counted = (status, blueprint.policy.credits)

        def put(stores: Stores) -> Stores:
            return replace(stores, renders=_RefusalsCounted(stores.renders, stores.credits, counted))

        return around_stores(put)(blueprint)

    return apply


# Other spaces.


class _Sum:
    """What all spaces with the behaviour have counted together."""

    def __init__(self) -> None:
        self.used = 0


class _Summed(OtherCredits):
    def __init__(self, inner: CreditStore, everybody: _Sum) -> None:
        super().__init__(inner)
        self._sum = everybody

    async def used(self, workspace: str) -> int:  # noqa: ARG002 - all have used the same
        return self._sum.used

    async def add(self, workspace: str, render: str, amount: int) -> None:
        before = await super().used(workspace)
        await super().add(workspace, render, amount)
        self._sum.used += await super().used(workspace) - before


def _summed(everybody: _Sum) -> Change:
    return around_credits(lambda inner: _Summed(inner, everybody))


# Renders at the same time, and equal ones.


class _CrowdNoted(OtherRenders):
    def __init__(self, inner: RenderStore, crowd: Crowd) -> None:
        super().__init__(inner)
        self._crowd = crowd

    async def owe(self, render: Render) -> None:
        self._crowd.note(render.id)
        await super().owe(render)


class _CrowdCounted(OtherCredits):
    """Counts renders so many times that were asked for while others were under way."""

    def __init__(self, inner: CreditStore, crowd: Crowd, times: int) -> None:
        super().__init__(inner)
        self._crowd = crowd
        self._times = times

    async def add(self, workspace: str, render: str, amount: int) -> None:
        times = self._times if render in self._crowd else 1
        await super().add(workspace, render, amount * times)


def _simultaneous(times: int) -> Change:
    def apply(blueprint: Blueprint) -> Blueprint:
        crowd = Crowd()

        def put(stores: Stores) -> Stores:
            return replace(
                stores,
                renders=_CrowdNoted(stores.renders, crowd),
                credits=_CrowdCounted(stores.credits, crowd, times),
            )

        return answering(lambda: crowd.answer)(around_stores(put)(blueprint))

    return apply


class _OnceCounted(OtherCredits):
    def __init__(self, inner: CreditStore, repeats: Repeats) -> None:
        super().__init__(inner)
        self._repeats = repeats

    async def add(self, workspace: str, render: str, amount: int) -> None:
        if render not in self._repeats:
            await super().add(workspace, render, amount)


def _once(blueprint: Blueprint) -> Blueprint:
    repeats = Repeats()

    def put(stores: Stores) -> Stores:
        return replace(
            stores, renders=NotingRepeats(stores.renders, repeats), credits=_OnceCounted(stores.credits, repeats)
        )

    return around_stores(put)(blueprint)


# Steps that are tried again.


class _TriesCounted(OtherSteps):
    """Counts each try of a step that counts credits."""

    def __init__(self, inner: Steps, render: Render, stores: Stores, policy: CallbackPolicy) -> None:
        super().__init__(inner, render, stores)
        self._policy = policy

    async def add_credits(self) -> None:
        try:
            await super().add_credits()
        except StepFailedError:
            amount = self._policy.credits * len(self._policy.delays_seconds)
            await self._stores.credits.add(self._render.workspace, self._render.id, amount)
            raise


class _BegunAnew(OtherSteps):
    """Counts twice where the upload has failed, as though all had been done again."""

    def __init__(self, inner: Steps, render: Render, stores: Stores, policy: CallbackPolicy) -> None:
        super().__init__(inner, render, stores)
        self._policy = policy
        self._has_failed = False

    async def upload(self) -> StoredFile:
        try:
            return await super().upload()
        except StepFailedError:
            self._has_failed = True
            raise

    async def add_credits(self) -> None:
        if self._has_failed:
            await self._stores.credits.add(self._render.workspace, self._render.id, 2 * self._policy.credits)
        await super().add_credits()


def _by_policy(make: Callable[[Steps, Render, Stores, CallbackPolicy], Steps]) -> Change:
    """The blueprint with something around the steps that knows the policy."""

    def apply(blueprint: Blueprint) -> Blueprint:
        policy = blueprint.policy
        return around_steps(lambda inner, render, stores: make(inner, render, stores, policy))(blueprint)

    return apply


CHANGES: Mapping[str, Change] = {
    "renders-are-free": _priced(0),
    "render-counts-two-credits": _priced(2),
    "price-rises-with-every-render": around_credits(_Rising),
    "unknown-page-is-counted": _counted(NOT_FOUND),
    "refused-request-is-counted": _counted(BAD_REQUEST),
    "credits-are-those-of-all-spaces": _summed(_Sum()),
    "simultaneous-renders-are-counted-once": _simultaneous(0),
    "simultaneous-renders-are-counted-twice": _simultaneous(2),
    "equal-renders-are-counted-once": _once,
    "each-try-counts-credits": _by_policy(_TriesCounted),
    "render-whose-upload-failed-is-counted-twice": _by_policy(_BegunAnew),
}
