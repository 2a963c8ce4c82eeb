"""What a server can be told; every default is the one that the command line documents."""

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from mockserver import DEFAULT_PORT
from mockserver.clock import Mode
from mockserver.errors import SetUpError
from mockserver.http.access import RateLimit
from mockserver.outbound.guard import Guard, LocalGuard


@dataclass(frozen=True)
class Limits:
    """Bounds of one command."""

    input_bytes: int = 1024**3
    output_bytes: int = 1024**3
    memory_bytes: int = 4 * 1024**3
    download_seconds: float = 120.0
    run_seconds: float = 300.0


@dataclass(frozen=True)
class Settings:
    """One server.

    `data` keeps the state; without it a temporary folder does, and is removed at the end. `documents` replaces the
    OpenAPI documents that come with the distribution. `public_url` is the server's own address as clients know it,
    in `storage_url`s. `behaviours` are switched on in every workspace from its first use. `parallel_renders` is the
    number of processes that draw images; with 0, a thread of this process does. `render_callback` names what runs after
    a render as `module:function`. `request_logging` is whether renders are logged and have request ids.
    """

    data: Path | None = None
    clock: Mode = "virtual"
    clock_start_ms: int | None = None
    seed: int | None = None
    api_keys: frozenset[str] = frozenset()
    rate_limit: RateLimit | None = None
    parallel_commands: int = field(default_factory=lambda: os.cpu_count() or 1)
    grace_seconds: float = 1.0
    public_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    guard: Guard = field(default_factory=LocalGuard)
    limits: Limits = field(default_factory=Limits)
    documents: Path | None = None
    checks_replies: bool = False
    behaviours: tuple[str, ...] = ()
    parallel_renders: int = field(default_factory=lambda: os.cpu_count() or 1)
    render_callback: str | None = None
    request_logging: bool = True

    def open_folder(self) -> "Folder":
        """The folder of the state, made if need be."""
        if self.data is None:
            temporary = tempfile.TemporaryDirectory(prefix="proofreel-", ignore_cleanup_errors=True)
            return Folder(Path(temporary.name), temporary)
        try:
            self.data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"{self.data} cannot be made a folder: {error}"
            raise SetUpError(message) from error
        return Folder(self.data, None)


@dataclass(frozen=True)
class Folder:
    """Where a server keeps its state, and whether that goes when it ends."""

    path: Path
    temporary: "tempfile.TemporaryDirectory[str] | None"

    def close(self) -> None:
        """Remove a temporary folder."""
        if self.temporary is not None:
            self.temporary.cleanup()
