"""Drawing beside the event loop: in processes of their own, or in a thread."""

import asyncio
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from mockserver.drawing.drawn import Drawn, ImageFormat
from mockserver.drawing.variables import Value

NICENESS = 5
MOST_PAGES_KEPT = 16

_kept: dict[str, Any] = {}
_warm = threading.Lock()


class Workshop:
    """Draws pages, as many at a time as it has processes (one for each core), and one at a time in a thread with none.

    The processes, or the thread, start with the first drawing.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._processes = _cores() if processes is None else processes
        self._executor: Executor | None = None

    async def draw(
        self,
        document: Mapping[str, Any],
        values: Mapping[str, Value],
        image_format: ImageFormat,
        pictures: Mapping[str, bytes],
    ) -> Drawn:
        """The page of a document as an image; raises `PageError` or `PictureError`.

        A process that ends under its work, killed for instance, is replaced, and the drawing tried once more; after
        that, `concurrent.futures.BrokenExecutor` is raised.
        """
        work = (dict(document), dict(values), image_format, dict(pictures))
        executor = self._ready()
        try:
            return await self._done(executor, work)
        except BrokenExecutor:
            self._replace(executor)
            return await self._done(self._ready(), work)

    def close(self) -> None:
        """End the processes; drawings that have not begun are cancelled."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)

    async def _done(self, executor: Executor, work: tuple[Any, ...]) -> Drawn:
        return await asyncio.get_running_loop().run_in_executor(executor, drawn, *work)

    def _ready(self) -> Executor:
        if self._executor is None:
            self._executor = self._started()
        return self._executor

    def _started(self) -> Executor:
        if not self._processes:
            return ThreadPoolExecutor(1, "drawing")
        # Processes that are forked would inherit the server's sockets and its threads' locks.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._processes, mp_context=context, initializer=_start)

    def _replace(self, broken: Executor) -> None:
        if self._executor is broken:
            self._executor = None
            broken.shutdown(wait=False, cancel_futures=True)


def drawn(
    document: Mapping[str, Any],
    values: Mapping[str, Value],
    image_format: ImageFormat,
    pictures: Mapping[str, bytes],
) -> Drawn:
    """The drawing of a document, here and now; what it takes is imported with the first."""
    from mockserver.drawing.drawing import draw  # noqa: PLC0415 - the server itself need not have it

    return draw(_page(document), values, image_format, pictures)


def _page(document: Mapping[str, Any]) -> Any:
    """The page of a document; the last ones are kept."""
    from mockserver.drawing.page import page_from  # noqa: PLC0415

    key = json.dumps(document)
    with _warm:
        if key not in _kept:
            if len(_kept) >= MOST_PAGES_KEPT:
                _kept.clear()
            _kept[key] = page_from(document)
        return _kept[key]


def _start() -> None:
    """What a process does first: it lets the server go before it, and ends with the server, however that ends."""
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal; the server closes what it has started
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.join,), daemon=True).start()
    import mockserver.drawing.drawing  # noqa: F401, PLC0415 - so that no drawing waits for it


def _end_after(join: Callable[[], None]) -> None:
    join()
    os._exit(0)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
