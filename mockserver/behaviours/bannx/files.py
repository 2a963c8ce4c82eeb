"""Behaviours of the files in the log: when they are attached, to which request, and what is uploaded."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.bannx.blueprint import Blueprint, Change
from mockserver.bannx.callback import StoredFile
from mockserver.bannx.objects import name_of
from mockserver.bannx.ports import ObjectStore, RenderStore, StepStore, Stores
from mockserver.bannx.render import Refusal, Render
from mockserver.behaviours.bannx.stores import OtherRenders, around_stores
from mockserver.behaviours.memory import Recent

SIMULTANEOUS_SECONDS = 1.0
"""How long a file waits for that of another page, to change places with it."""

NOTHING = b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"
SVG = "image/svg+xml"


def _around_renders(make: Callable[[RenderStore, ObjectStore], RenderStore]) -> Change:
    """The blueprint with something around its store of renders that knows the object store."""

    def apply(blueprint: Blueprint) -> Blueprint:
        objects = blueprint.objects
        return around_stores(lambda stores: replace(stores, renders=make(stores.renders, objects)))(blueprint)

    return apply


class _WithObjects(OtherRenders):
    def __init__(self, inner: RenderStore, objects: ObjectStore) -> None:
        super().__init__(inner)
        self._objects = objects


class _AttachedAtOnce(_WithObjects):
    """Attaches the file that will be there, before anything of it is."""

    async def owe(self, render: Render) -> None:
        await super().owe(render)
        if render.is_logged:
            await super().attach(render.id, self._expected(render))

    def _expected(self, render: Render) -> StoredFile:
        result = render.result
        url = self._objects.url(name_of(render.id, result.content_type))
        return StoredFile(url, result.content_type, len(result.content), hashlib.sha256(result.content).hexdigest())


class _RefusalsUploaded(_WithObjects):
    """Uploads something for requests that were answered with an error."""

    async def refuse(self, refusal: Refusal) -> None:
        await super().refuse(refusal)
        name = name_of(refusal.id, SVG)
        await self._objects.put(name, NOTHING, SVG)
        digest = hashlib.sha256(NOTHING).hexdigest()
        await super().attach(refusal.id, StoredFile(self._objects.url(name), SVG, len(NOTHING), digest))


class _LastFile(OtherRenders):
    """Attaches, to requests that were answered with an error, the last file that the space has had."""

    def __init__(self, inner: RenderStore) -> None:
        super().__init__(inner)
        self._last: Recent[str, StoredFile] = Recent()
        self._spaces: Recent[str, str] = Recent()

    async def owe(self, render: Render) -> None:
        self._spaces.put(render.id, render.workspace)
        await super().owe(render)

    async def attach(self, render: str, file: StoredFile) -> None:
        space = self._spaces.get(render)
        if space is not None:
            self._last.put(space, file)
        await super().attach(render, file)

    async def refuse(self, refusal: Refusal) -> None:
        await super().refuse(refusal)
        file = self._last.get(refusal.workspace)
        if file is not None:
            await super().attach(refusal.id, file)


class _Swapped(OtherRenders):
    """Has the files of two renders change places that come to be attached at the same time, of different pages."""

    def __init__(self, inner: RenderStore) -> None:
        super().__init__(inner)
        self._pages: Recent[str, str | None] = Recent()
        self._waiting: dict[str, tuple[StoredFile, asyncio.Future[StoredFile]]] = {}

    async def owe(self, render: Render) -> None:
        self._pages.put(render.id, render.event.page_id)
        await super().owe(render)

    async def attach(self, render: str, file: StoredFile) -> None:
        await super().attach(render, await self._other(render, file))

    async def _other(self, render: str, file: StoredFile) -> StoredFile:
        page = self._pages.get(render)
        partner = next((it for it in self._waiting if self._pages.get(it) != page), None)
        if partner is not None:
            theirs, met = self._waiting.pop(partner)
            met.set_result(file)
            return theirs
        met = asyncio.get_running_loop().create_future()
        self._waiting[render] = (file, met)
        try:
            return await asyncio.wait_for(met, SIMULTANEOUS_SECONDS)
        except TimeoutError:
            self._waiting.pop(render, None)
            return file


# What is uploaded.


class _OtherObjects:
    """An object store that stores something else."""

    def __init__(self, usual: ObjectStore, change: Callable[[bytes], bytes]) -> None:
        self._usual = usual
        self._change = change

    def url(self, name: str) -> str:
        """Where an object of this name can be fetched."""
        return self._usual.url(name)

    async def put(self, name: str, content: bytes, content_type: str) -> None:
        """Store an object in the place of what has its name; raises `OSError`."""
        await self._usual.put(name, self._change(content), content_type)


def _uploaded(change: Callable[[bytes], bytes]) -> Change:
    return lambda blueprint: replace(blueprint, objects=_OtherObjects(blueprint.objects, change))


class _Attaching:
    """Attaches a file as soon as it was uploaded, whatever becomes of the log's own step."""

    def __init__(self, inner: StepStore, renders: RenderStore) -> None:
        self._inner = inner
        self._renders = renders

    async def uploaded(self, render: str) -> StoredFile | None:
        """The file that an earlier try has uploaded."""
        return await self._inner.uploaded(render)

    async def record(self, render: str, step: str, *, tries: int, failure: str | None) -> None:
        """Keep that a step has come to its end."""
        await self._inner.record(render, step, tries=tries, failure=failure)

    async def keep_upload(self, render: str, file: StoredFile) -> None:
        """Keep what an upload has given."""
        await self._inner.keep_upload(render, file)
        await self._renders.attach(render, file)


def _attaching(stores: Stores) -> Stores:
    return replace(stores, steps=_Attaching(stores.steps, stores.renders))


CHANGES: Mapping[str, Change] = {
    "file-is-logged-before-its-upload": _around_renders(_AttachedAtOnce),
    "file-is-logged-though-the-log-failed": around_stores(_attaching),
    "refusal-has-a-file": _around_renders(_RefusalsUploaded),
    "refusal-has-the-file-of-the-last-render": _around_renders(lambda inner, _: _LastFile(inner)),
    "files-of-simultaneous-renders-change-places": _around_renders(lambda inner, _: _Swapped(inner)),
    "uploaded-file-has-a-line-more": _uploaded(lambda content: content + b"\n"),
    "uploaded-file-is-cut-short": _uploaded(lambda content: content[: len(content) // 2]),
}
