"""Carries out one command: downloads its inputs, runs FFmpeg, keeps and describes its outputs."""

import asyncio
import hashlib
import mimetypes
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.media import ffmpeg
from mockserver.media.command_line import CommandLine, parse
from mockserver.media.download import Downloader
from mockserver.media.failure import CommandFailure
from mockserver.media.options import DEMUXERS, SUBTITLE_DEMUXERS
from mockserver.media.probe import Probe, Unreadable
from mockserver.renderio.command import Command, OutputFile, Result

Stopwatch = Callable[[], float]

_IMAGE_CONTAINERS = re.compile(r"image2|_pipe$|^gif$|^apng$")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where jobs are carried out and where finished files lie."""

    jobs: Path
    files: Path


class Executor:
    """Turns a command into its result."""

    def __init__(self, *, folders: Folders, downloader: Downloader, probe: Probe, limits: ffmpeg.RunLimits) -> None:
        self._folders = folders
        self._downloader = downloader
        self._probe = probe
        self._limits = limits

    async def execute(self, command: Command, stopwatch: Stopwatch) -> Result:
        """Carry out the command; every failure that a request can cause is a result, not an exception."""
        began = stopwatch()
        folder = Path(tempfile.mkdtemp(prefix=f"{command.id}.", dir=self._folders.jobs))
        job = _Job(command, folder)
        try:
            outputs = await self._run(job, stopwatch)
        except CommandFailure as failure:
            return Result({}, stopwatch() - began, job.run_seconds, failure.status, failure.message)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return Result(outputs, stopwatch() - began, job.run_seconds)

    def discard(self, command: Command) -> None:
        """Remove what a run of this command may have kept."""
        for alias in command.request.output_files:
            (self._folders.files / _file_id(command.id, alias)).unlink(missing_ok=True)

    async def _run(self, job: "_Job", stopwatch: Stopwatch) -> dict[str, OutputFile]:
        request = job.command.request
        line = parse(request.ffmpeg_command, inputs=request.input_files, outputs=request.output_files)
        warming = asyncio.create_task(self._probe.warm_up())
        await self._download(job)
        await warming
        await self._check_subtitles(job, line)
        began = stopwatch()
        completed = await ffmpeg.run(
            ffmpeg.find_ffmpeg(), line.render(job.input_paths, job.output_paths), folder=job.folder, limits=self._limits
        )
        job.run_seconds = stopwatch() - began
        self._require_success(job, completed)
        return {alias: await self._keep(job, alias, name) for alias, name in request.output_files.items()}

    async def _download(self, job: "_Job") -> None:
        batch = self._downloader.batch()
        try:
            async with asyncio.TaskGroup() as group:
                for alias, url in job.command.request.input_files.items():
                    group.create_task(batch.fetch(alias, url, job.folder / job.input_paths[alias]))
        except ExceptionGroup as failures:
            # The first failure has cancelled the other downloads.
            raise failures.exceptions[0] from None

    async def _check_subtitles(self, job: "_Job", line: CommandLine) -> None:
        for alias in line.subtitle_inputs:
            found = await self._probe.inspect(job.folder / job.input_paths[alias], formats=SUBTITLE_DEMUXERS)
            if isinstance(found, Unreadable):
                message = f"{alias} is used as subtitles, but is neither SubRip, ASS nor WebVTT: {found.reason}"
                raise CommandFailure("INVALID_INPUT_FILE", message)

    def _require_success(self, job: "_Job", completed: ffmpeg.Completed) -> None:
        if completed.timed_out:
            message = f"FFmpeg did not finish within {self._limits.seconds:g} s"
            raise CommandFailure("COMMAND_TIMED_OUT", message)
        if completed.returncode == 0:
            return
        for alias, path in job.output_paths.items():
            if _size(job.folder / path) >= self._limits.most_bytes:
                message = f"{alias} grew beyond {self._limits.most_bytes} bytes, the most that an output may have"
                raise CommandFailure("OUTPUT_FILE_TOO_LARGE", message)
        words = job.in_terms_of_aliases(completed.last_words) or "FFmpeg gave no reason"
        raise CommandFailure("FFMPEG_FAILED", f"FFmpeg ended with exit code {completed.returncode}:\n{words}")

    async def _keep(self, job: "_Job", alias: str, name: str) -> OutputFile:
        made = job.folder / job.output_paths[alias]
        if not made.is_file() or made.is_symlink():
            message = f"{alias}: FFmpeg ended well but did not write {name}"
            raise CommandFailure("OUTPUT_FILE_MISSING", message)
        found = await self._probe.inspect(made, formats=DEMUXERS)
        file_id = _file_id(job.command.id, alias)
        size_bytes = _size(made)
        made.replace(self._folders.files / file_id)
        return _described(file_id, name, size_bytes, {} if isinstance(found, Unreadable) else found)


class _Job:
    """One run of a command: its folder, and where its files lie in it."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.command = command
        self.folder = folder
        self.run_seconds: float | None = None
        self.input_paths = {
            alias: f"inputs/{number}{_extension(url)}"
            for number, (alias, url) in enumerate(command.request.input_files.items())
        }
        self.output_paths = {alias: f"outputs/{name}" for alias, name in command.request.output_files.items()}
        (folder / "inputs").mkdir()
        (folder / "outputs").mkdir()

    def in_terms_of_aliases(self, words: str) -> str:
        """FFmpeg's words with the files called as the user calls them."""
        for alias, path in sorted(self.input_paths.items(), key=lambda pair: len(pair[1]), reverse=True):
            words = words.replace(path, alias)
        return words.replace("outputs/", "")


def _extension(url: str) -> str:
    """The URL's file extension where it is a plain one: FFmpeg takes some formats by it."""
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", urlsplit(url).path)
    return found.group().lower() if found else ""


def _file_id(command: str, alias: str) -> str:
    """Derived, so that a command that is run again after a crash gives its files the same ids."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"{command}/{alias}".encode()).digest()[:16], version=4))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _described(file_id: str, name: str, size_bytes: int, found: Mapping[str, Any]) -> OutputFile:
    video, audio = found.get("video"), found.get("audio")
    is_image = bool(video and not audio and _IMAGE_CONTAINERS.search(found["format"]))
    file_type = (
        "image"
        if is_image
        else "video"
        if video
        else "audio"
        if audio
        else "subtitle"
        if found.get("subtitles")
        else None
    )
    main = video or audio or {}
    duration = None if is_image and found["format"] not in {"gif", "apng"} else found.get("duration")
    return OutputFile(
        file_id=file_id,
        filename=name,
        size_bytes=size_bytes,
        duration=duration,
        file_type=file_type,
        file_format=found.get("format"),
        codec=main.get("codec"),
        pixel_format=video["pixel_format"] if video else None,
        mime_type=mimetypes.guess_type(name)[0],
        width=video["width"] if video else None,
        height=video["height"] if video else None,
        frame_rate=video["frame_rate"] if video and not is_image else None,
        bitrate_video_kb=_kilobits(video, size_bytes, duration),
        bitrate_audio_kb=_kilobits(audio, size_bytes, duration if not video else None),
    )


def _kilobits(stream: Mapping[str, Any] | None, size_bytes: int, duration: float | None) -> float | None:
    """The stream's bit rate in kbit/s: its own word, else the file's size over its duration."""
    if stream is None:
        return None
    bits: int | None = stream["bit_rate"]
    if bits:
        return round(bits / 1000, 3)
    return round(size_bytes * 8 / 1000 / duration, 3) if duration else None
