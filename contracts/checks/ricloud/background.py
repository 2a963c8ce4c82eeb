"""A request that is sent while the check goes on: its answer may have to wait for what the receiver does."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from types import TracebackType
from typing import Generic, Self, TypeVar

from contracts.errors import NotObservable

Answer = TypeVar("Answer")

LEAVING_SECONDS = 5.0
"""How long an answer is waited for at the end, once nothing stands in its way any more."""


class Background(Generic[Answer]):
    """A call in a thread of its own. A context manager: at its end `let_go` is called, and the call waited for."""

    def __init__(self, call: Callable[[], Answer], let_go: Callable[[], object]) -> None:
        self._future: Future[Answer] = Future()
        self._call = call
        self._let_go = let_go
        Thread(target=self._run, name="request in the background", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()
        wait({self._future}, LEAVING_SECONDS)

    def has_ended(self, within_seconds: float) -> bool:
        """Whether the answer is there, or comes within so much real time; an error is one, too."""
        return bool(wait({self._future}, within_seconds).done)

    def answer(self, within_seconds: float) -> Answer:
        """What the call has returned; raises what it has raised, `NotObservable` where it has not come to its end."""
        try:
            return self._future.result(within_seconds)
        except TimeoutError as error:
            message = f"a request was not answered within {within_seconds:g} s"
            raise NotObservable(message) from error

    def _run(self) -> None:
        try:
            self._future.set_result(self._call())
        except BaseException as error:  # noqa: BLE001 - it is raised again by whoever asks for the answer
            self._future.set_exception(error)
