"""The built-in steps of one render's callback: each tried as often as the document says, and recorded."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from mockserver.bannx.callback import StepFailedError, StoredFile
from mockserver.bannx.objects import name_of
from mockserver.bannx.policy import CREDITS, LOG, UPLOAD, CallbackPolicy
from mockserver.bannx.ports import ObjectStore, Stores
from mockserver.bannx.render import Render

Fault = Literal["fail", "hang"]

ResultT = TypeVar("ResultT")


class ToldToFailError(Exception):
    """The step fails because it was told to."""


@dataclass
class StepFaults:
    """What steps were told to do in which space, by the control protocol; it is kept in memory."""

    hang_seconds: float
    _told: dict[tuple[str, str], Fault] = field(default_factory=dict)

    def tell(self, space: str, step: str, fault: Fault | None) -> None:
        """From now on this step fails, hangs, or works again."""
        if fault is None:
            self._told.pop((space, step), None)
        else:
            self._told[space, step] = fault

    def forget(self, space: str) -> None:
        """All steps of a space work again."""
        self._told = {place: fault for place, fault in self._told.items() if place[0] != space}

    async def meet(self, space: str, step: str) -> None:
        """Do what the step was told to; raises `ToldToFailError`."""
        match self._told.get((space, step)):
            case "fail":
                message = "it was told to fail"
                raise ToldToFailError(message)
            case "hang":
                await asyncio.sleep(self.hang_seconds)


@dataclass(frozen=True)
class Workbench:
    """What the steps of a space work with."""

    policy: CallbackPolicy
    stores: Stores
    objects: ObjectStore
    faults: StepFaults


class DurableSteps:
    """The steps of one render."""

    def __init__(self, render: Render, bench: Workbench) -> None:
        self._render = render
        self._bench = bench

    async def upload(self) -> StoredFile:
        """Put the image into the object store."""
        steps, render = self._bench.stores.steps, self._render
        file = await steps.uploaded(render.id)
        if file is None:
            file = await self._made(UPLOAD, self._put)
            await steps.keep_upload(render.id, file)
        return file

    async def update_log(self, file: StoredFile) -> None:
        """Attach a file to the log of the request."""
        if self._render.is_logged:
            await self._made(LOG, lambda: self._bench.stores.renders.attach(self._render.id, file))

    async def add_credits(self) -> None:
        """Count what a render costs for the space."""
        add, render = self._bench.stores.credits.add, self._render
        await self._made(CREDITS, lambda: add(render.workspace, render.id, self._bench.policy.credits))

    async def _put(self) -> StoredFile:
        render, objects = self._render, self._bench.objects
        result = render.result
        name = name_of(render.id, result.content_type)
        await objects.put(name, result.content, result.content_type)
        digest = hashlib.sha256(result.content).hexdigest()
        return StoredFile(objects.url(name), result.content_type, len(result.content), digest)

    async def _made(self, step: str, make: Callable[[], Awaitable[ResultT]]) -> ResultT:
        bench, failure = self._bench, ""
        record = bench.stores.steps.record
        for tries, delay_seconds in enumerate(bench.policy.delays_seconds, start=1):
            await asyncio.sleep(delay_seconds)
            try:
                await bench.faults.meet(self._render.workspace, step)
                result = await make()
            except (ToldToFailError, OSError) as error:
                failure = f"{type(error).__name__}: {error}"
            else:
                await record(self._render.id, step, tries=tries, failure=None)
                return result
        await record(self._render.id, step, tries=len(bench.policy.delays_seconds), failure=failure)
        message = f"{step}: {failure}"
        raise StepFailedError(message)
