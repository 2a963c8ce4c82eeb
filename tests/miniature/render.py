"""The work of a command: fetch its inputs, run FFmpeg, keep what it wrote."""

import http.client
import os
import re
import secrets
import shlex
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import imageio_ffmpeg

from tests.miniature_parts.loopback import loopback_opener

from .submission import OUTPUT_NAME, Submission

DOWNLOAD_TIMEOUT_SECONDS = 30
RUN_TIMEOUT_SECONDS = 120
MAXIMAL_INPUT_BYTES = 256 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
MEBIBYTE = 1024 * 1024

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}|<<(\w+)>>")
FOREIGN_PATH = re.compile(r"\.\.|://|(?<![\w)])/")
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")

# A preloaded library that fakes the time is meant for this server, not for FFmpeg.
ENVIRONMENT_OF_FFMPEG = {
    name: value for name, value in os.environ.items() if name != "LD_PRELOAD" and not name.startswith("FAKETIME")
}


class RenderFailed(Exception):
    """The command ends as FAILED: a code, a text for people, and how long FFmpeg has run if it did."""

    def __init__(self, code: str, message: str, run_seconds: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.run_seconds = run_seconds


@dataclass(frozen=True)
class Output:
    """A file that was kept."""

    file_id: str
    name: str
    size_bytes: int

    @property
    def path(self) -> str:
        """Its path below the server's root."""
        return f"/files/{self.file_id}/{quote(self.name)}"


@dataclass(frozen=True)
class Rendered:
    """A run that went well."""

    outputs: Mapping[str, Output]
    run_seconds: float


def arguments(command: str, paths: Mapping[str, Path]) -> list[str]:
    """FFmpeg's arguments, with the files' paths in the place of placeholders; RenderFailed where these do not fit."""
    used = {first or second for first, second in PLACEHOLDER.findall(command)}
    if undeclared := used - paths.keys():
        raise RenderFailed("INVALID_COMMAND", f"Not declared: {', '.join(sorted(undeclared))}.")
    if unused := paths.keys() - used:
        raise RenderFailed("INVALID_COMMAND", f"Not used in the command: {', '.join(sorted(unused))}.")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise RenderFailed("INVALID_COMMAND", f"The command cannot be split into words: {error}.") from error
    if FOREIGN_PATH.search(PLACEHOLDER.sub("", command)):
        raise RenderFailed("INVALID_COMMAND", "Files are named by placeholders only.")
    return [
        PLACEHOLDER.sub(lambda found: str(paths[found[1] or found[2]]), word)
        for word in (words[1:] if words[:1] == ["ffmpeg"] else words)
    ]


class Studio:
    """Renders in folders of its own, a few commands at a time, and keeps the outputs until they are forgotten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs = threading.Semaphore(os.cpu_count() or 1)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._program = shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()
        self._opener = loopback_opener()

    def render(self, submission: Submission, *, started: Callable[[], None]) -> Rendered:
        """Do the work; `started` is called before FFmpeg runs. RenderFailed where it ends without the outputs."""
        with tempfile.TemporaryDirectory(dir=self._folder, ignore_cleanup_errors=True) as folder:
            paths = self._fetch(submission.input_files, Path(folder))
            for alias, name in submission.output_files.items():
                (Path(folder) / alias).mkdir()
                paths[alias] = Path(folder) / alias / name
            given = arguments(submission.ffmpeg_command, paths)
            with self._runs:
                started()
                run_seconds = self._run(given, Path(folder))
            written = {alias: paths[alias] for alias in submission.output_files}
            if missing := [alias for alias, path in written.items() if not path.is_file()]:
                raise RenderFailed("OUTPUT_FILE_MISSING", f"FFmpeg wrote no {', '.join(missing)}.", run_seconds)
            return Rendered({alias: self._keep(path) for alias, path in written.items()}, run_seconds)

    def find(self, file_id: str, name: str) -> Path | None:
        """A kept file."""
        if not re.fullmatch("[0-9a-f]+", file_id) or not OUTPUT_NAME.fullmatch(name):
            return None
        path = self._folder / "kept" / file_id / name
        return path if path.is_file() else None

    def forget(self, output: Output) -> None:
        """Remove a kept file."""
        shutil.rmtree(self._folder / "kept" / output.file_id, ignore_errors=True)

    def close(self) -> None:
        """End every FFmpeg."""
        for process in tuple(self._running):
            process.kill()

    def _fetch(self, inputs: Mapping[str, str], folder: Path) -> dict[str, Path]:
        paths = {}
        for alias, url in inputs.items():
            extension = Path(urlsplit(url).path).suffix
            paths[alias] = folder / (alias + (extension if EXTENSION.fullmatch(extension) else ""))
            try:
                self._download(url, paths[alias])
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise RenderFailed("UNREACHABLE_INPUT_FILE", f"{alias}: {type(error).__name__}: {error}") from error
        return paths

    def _download(self, url: str, path: Path) -> None:
        with self._opener.open(url, timeout=DOWNLOAD_TIMEOUT_SECONDS) as answer, path.open("wb") as file:
            size_bytes = 0
            while chunk := answer.read(CHUNK_BYTES):
                size_bytes += file.write(chunk)
                if size_bytes > MAXIMAL_INPUT_BYTES:
                    raise RenderFailed("INPUT_FILE_TOO_LARGE", f"{url} has more than {MAXIMAL_INPUT_BYTES} bytes.")
            announced = answer.headers.get("Content-Length")
            if announced is not None and size_bytes < int(announced):
                raise http.client.IncompleteRead(b"", int(announced) - size_bytes)

    def _run(self, given: list[str], folder: Path) -> float:
        began = time.monotonic()
        try:
            process = subprocess.Popen(
                [self._program, "-hide_banner", "-nostdin", "-y", "-loglevel", "error", *given],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=ENVIRONMENT_OF_FFMPEG,
            )
        except (OSError, ValueError) as error:  # too long, or with a character that no argument may have
            raise RenderFailed("FFMPEG_FAILED", f"FFmpeg cannot be started: {error}") from error
        self._running.add(process)
        try:
            _, complaint = process.communicate(timeout=RUN_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.communicate()
            raise RenderFailed(
                "COMMAND_TIMED_OUT", f"FFmpeg ran for {RUN_TIMEOUT_SECONDS} s.", time.monotonic() - began
            ) from error
        finally:
            self._running.discard(process)
        run_seconds = time.monotonic() - began
        if process.returncode != 0:
            text = complaint.decode(errors="replace").strip().replace(f"{folder}/", "")
            raise RenderFailed("FFMPEG_FAILED", text or f"FFmpeg ended with code {process.returncode}.", run_seconds)
        return run_seconds

    def _keep(self, path: Path) -> Output:
        file_id = secrets.token_hex(12)
        folder = self._folder / "kept" / file_id
        folder.mkdir(parents=True)
        kept = folder / path.name
        path.rename(kept)
        return Output(file_id, path.name, kept.stat().st_size)
