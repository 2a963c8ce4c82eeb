"""Where the story is told: headings, sentences and tables, and a line of progress for whatever takes its time."""

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

PROGRESS_SECONDS = 2.0
INDENT = "  "


def good(text: str) -> Text:
    """A table's cell that says something pleasant."""
    return Text(text, style="green")


def bad(text: str) -> Text:
    """A table's cell that says something unpleasant."""
    return Text(text, style="red")


class Stage:
    """The console, with the few gestures that the story needs."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def title(self, text: str, *explanation: str) -> None:
        """The first line, and what a newcomer should know."""
        self._console.print(f"[bold]{escape(text)}[/]", highlight=False)
        for line in explanation:
            self._console.print(f"[dim]{escape(line)}[/]", highlight=False)

    def act(self, title: str) -> None:
        """Begin a new part."""
        self._console.print(f"\n[bold cyan]{escape(title)}[/]", highlight=False)

    def say(self, text: str) -> None:
        """One line."""
        self._console.print(f"{INDENT}{escape(text)}", highlight=False)

    def gap(self) -> None:
        """An empty line."""
        self._console.print()

    def checked(self, text: str) -> None:
        """One line that was found true."""
        self._console.print(f"{INDENT}[green]✓[/] {escape(text)}", highlight=False)

    def refused(self, text: str) -> None:
        """One line that was found untrue."""
        self._console.print(f"{INDENT}[red]✗[/] {escape(text)}", highlight=False)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str | Text]]) -> None:
        """A table, a little indented."""
        table = Table(*columns, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
        for row in rows:
            table.add_row(*row)
        self._console.print()
        self._console.print(Padding(table, (0, 0, 0, len(INDENT)), expand=False))
        self._console.print()

    @contextlib.contextmanager
    def patience(self, what: str) -> Iterator[None]:
        """Say every two seconds that `what` is still going on."""
        over = threading.Event()
        thread = threading.Thread(target=self._tick, args=(what, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _tick(self, what: str, over: threading.Event) -> None:
        began = time.monotonic()
        while not over.wait(PROGRESS_SECONDS):
            seconds = f"{time.monotonic() - began:.0f} s"
            self._console.print(f"{INDENT}[dim]… still {escape(what)}, {seconds}[/]", highlight=False)
