"""What ends a command early: a signal that would leave behind what the command has started counts as Ctrl-C."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""How a continuous integration system gives a job up, and a terminal that is closed."""


@contextlib.contextmanager
def like_ctrl_c() -> Iterator[None]:
    """While this is open, these signals raise `KeyboardInterrupt`; one that is ignored (`nohup`) stays so."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    taken = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
