"""The console of commands whose exit code is a verdict."""

import os

from rich.console import Console


class VerdictConsole(Console):
    """Falls silent where nobody reads any more, as with `| head`: rich would end the process with a code of its own."""

    def on_broken_pipe(self) -> None:
        """Write nothing more, not even what is still in a buffer when Python ends."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)
