"""Asks the inspector process what a file is."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROBE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The file is none of the formats asked for; `reason` is the reader's own word."""

    reason: str


class Probe:
    """One inspector process, started when first needed and again should it crash."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def inspect(self, path: Path, *, formats: Collection[str]) -> dict[str, Any] | Unreadable:
        """What `mockserver.media.inspector.inspect` finds; `formats` are the demuxers that may read the file."""
        async with self._turn:
            try:
                async with asyncio.timeout(PROBE_SECONDS):
                    return await self._ask({"path": str(path), "formats": ",".join(sorted(formats))})
            except TimeoutError:
                await self._end()
                return Unreadable(f"reading it took longer than {PROBE_SECONDS:g} s")
            except BaseException:
                # Its reply is still to come, and would be taken for the next one's.
                process, self._process = self._process, None
                if process is not None and process.returncode is None:
                    process.kill()
                raise

    async def warm_up(self) -> None:
        """Start the inspector, so that the first result does not wait for it."""
        async with self._turn:
            await self._started()

    async def close(self) -> None:
        """End the inspector."""
        async with self._turn:
            await self._end()

    async def _ask(self, request: dict[str, str]) -> dict[str, Any] | Unreadable:
        process = await self._started()
        reply = b""
        if process.stdin is not None and process.stdout is not None:
            with contextlib.suppress(ConnectionError):
                process.stdin.write(json.dumps(request).encode() + b"\n")
                await process.stdin.drain()
                reply = await process.stdout.readline()
        if not reply:
            await self._end()
            return Unreadable("reading it crashed the inspector")
        answer = json.loads(reply)
        return answer["found"] if "found" in answer else Unreadable(answer["unreadable"])

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                "mockserver.media.inspector",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
