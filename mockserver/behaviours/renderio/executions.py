"""Behaviours that carry a command out in another way, or take another end for its outcome."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from mockserver.media import placeholders
from mockserver.media.command_line import CommandRefused
from mockserver.renderio.blueprint import Blueprint, Change, Executing
from mockserver.renderio.command import Command, Request, Result
from mockserver.renderio.execution import Stopwatch

SLOW_SECONDS = 40.0


class AroundExecutor:
    """The executor that stood here before, for a subclass to change a part of it."""

    def __init__(self, inner: Executing) -> None:
        self._inner = inner

    async def execute(self, command: Command, stopwatch: Stopwatch) -> Result:
        """Carry out the command."""
        return await self._inner.execute(command, stopwatch)

    def discard(self, command: Command) -> None:
        """Remove what a run of this command may have kept."""
        self._inner.discard(command)


def around(make: Callable[[Executing], Executing]) -> Change:
    """The blueprint with something around its executor."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, executor=make(blueprint.executor))

    return apply


class RefusedFails(AroundExecutor):
    """What was accepted and cannot be carried out ends as FAILED."""

    async def execute(self, command: Command, stopwatch: Stopwatch) -> Result:
        """Carry out the command."""
        try:
            return await super().execute(command, stopwatch)
        except CommandRefused as refused:
            return Result({}, 0.0, None, "INVALID_COMMAND", str(refused))


class Rewritten(AroundExecutor):
    """Carries out another command than the one that was submitted."""

    def __init__(self, inner: Executing, rewrite: Callable[[Request], Request]) -> None:
        super().__init__(inner)
        self._rewrite = rewrite

    async def execute(self, command: Command, stopwatch: Stopwatch) -> Result:
        """Carry out the rewritten command."""
        return await super().execute(replace(command, request=self._rewrite(command.request)), stopwatch)


class Slow(AroundExecutor):
    """Waits, in real time, before each command."""

    async def execute(self, command: Command, stopwatch: Stopwatch) -> Result:
        """Carry out the command, late."""
        await asyncio.sleep(SLOW_SECONDS)
        return await super().execute(command, stopwatch)


class _UnreachableSucceeds(AroundExecutor):
    async def execute(self, command: Command, stopwatch: Stopwatch) -> Result:
        result = await super().execute(command, stopwatch)
        if result.error_status != "UNREACHABLE_INPUT_FILE":
            return result
        return Result({}, result.total_processing_seconds, result.ffmpeg_command_run_seconds)


class _Reversed(AroundExecutor):
    """Stores the bytes of an output in reverse order: of the right size, and of no use."""

    def __init__(self, inner: Executing, files: Path) -> None:
        super().__init__(inner)
        self._files = files

    async def execute(self, command: Command, stopwatch: Stopwatch) -> Result:
        result = await super().execute(command, stopwatch)
        for output in result.output_files.values():
            await asyncio.to_thread(_reverse, self._files / output.file_id)
        return result


def _reverse(path: Path) -> None:
    path.write_bytes(path.read_bytes()[::-1])


def _next_input(request: Request) -> Request:
    """Each input alias with the URL of the one that is declared after it, and the last with the first."""
    urls = list(request.input_files.values())
    rotated = dict(zip(request.input_files, [*urls[1:], *urls[:1]], strict=True))
    return msgspec.structs.replace(request, input_files=rotated)


def without_unused(request: Request) -> Request:
    """The request without declared keys that its command does not name."""
    used = {placeholder.alias for placeholder in placeholders.find(request.ffmpeg_command)}
    return msgspec.structs.replace(
        request,
        input_files={alias: url for alias, url in request.input_files.items() if alias in used},
        output_files={alias: name for alias, name in request.output_files.items() if alias in used},
    )


_UNDECLARED_INPUT = r"-i\s+(?:\{{\{{\s*{alias}\s*\}}\}}|<<\s*{alias}\s*>>)"
_UNDECLARED = r"(?:\{{\{{\s*{alias}\s*\}}\}}|<<\s*{alias}\s*>>)"


def without_undeclared(request: Request) -> Request:
    """The request with every undeclared placeholder replaced by a declared key that is not used, or else left out."""
    aliases = list(dict.fromkeys(placeholder.alias for placeholder in placeholders.find(request.ffmpeg_command)))
    declared = {**request.input_files, **request.output_files}
    unused_inputs = [alias for alias in request.input_files if alias not in aliases]
    unused_outputs = [alias for alias in request.output_files if alias not in aliases]
    line = request.ffmpeg_command
    for alias in (alias for alias in aliases if alias not in declared):
        unused = unused_outputs if alias.startswith("out_") else unused_inputs
        if unused:
            replacement = f"{{{{{unused.pop(0)}}}}}"
        else:
            line, replacement = re.sub(_UNDECLARED_INPUT.format(alias=alias), "", line), ""
        line = re.sub(_UNDECLARED.format(alias=alias), replacement, line)
    return msgspec.structs.replace(request, ffmpeg_command=line)


def _reversed_outputs(blueprint: Blueprint) -> Blueprint:
    return around(lambda inner: _Reversed(inner, blueprint.files))(blueprint)


CHANGES: Mapping[str, Change] = {
    "commands-are-slow": around(Slow),
    "stored-output-is-reversed": _reversed_outputs,
    "unreachable-input-succeeds": around(_UnreachableSucceeds),
    "placeholder-means-the-next-input": around(lambda inner: Rewritten(inner, _next_input)),
}
