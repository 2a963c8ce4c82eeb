"""Runs every benchmark and prints a table: figure, bound, and whether it holds."""

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue

import httpx
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.figures import FULL, QUICK, Figure, Size
from benchmarks.load import rate, request
from benchmarks.processes import receiver, resident_mib, running, server
from benchmarks.renders import renders
from mockserver.media.ffmpeg import find_ffmpeg

WHOLE_SCHEDULE_SECONDS = 99_305
ATTEMPTS = 8
ARGUMENTS = ["-t", "0.5", "-c:v", "libx264", "-preset", "ultrafast"]


def owe(client: httpx.Client, url: str, receiver_url: str, key: str) -> None:
    """Owe one delivery to a receiver that refuses it: the command's input is missing, so that no FFmpeg is measured."""
    headers = {"X-API-KEY": key}
    client.put(
        f"{url}/api/v1/webhook-config", headers=headers, json={"url": f"{receiver_url}/hook", "secret": "s"}
    ).raise_for_status()
    body = {
        "input_files": {"in_a": f"{receiver_url}/absent.mp4"},
        "output_files": {"out_a": "a.mp4"},
        "ffmpeg_command": "-i {{in_a}} {{out_a}}",
    }
    client.post(f"{url}/api/v1/run-ffmpeg-command", headers=headers, json=body).raise_for_status()


def require_all_refused(client: httpx.Client, url: str, key: str) -> None:
    """The workspace's one delivery was attempted as often as the policy says, and each attempt was answered."""
    (delivery,) = client.get(f"{url}/_control/deliveries", headers={"X-API-KEY": key}).json()["deliveries"]
    statuses = [attempt["status"] for attempt in delivery["attempts"]]
    assert statuses == [500] * ATTEMPTS, statuses


def whole_schedule(size: Size) -> Iterator[Figure]:
    """Eight attempts over 27 h 35 min 5 s, one workspace."""
    times = []
    with receiver() as (receiver_url, _), server() as (url, _), httpx.Client(timeout=60) as client:
        for number in range(size.repeats):
            key = f"ffsk_schedule_{number}"
            owe(client, url, receiver_url, key)
            client.post(
                f"{url}/_control/clock/advance", headers={"X-API-KEY": key}, json={"seconds": 0}
            ).raise_for_status()
            began = time.perf_counter()
            client.post(
                f"{url}/_control/clock/advance", headers={"X-API-KEY": key}, json={"seconds": WHOLE_SCHEDULE_SECONDS}
            ).raise_for_status()
            times.append((time.perf_counter() - began) * ATTEMPTS / (ATTEMPTS - 1))
            require_all_refused(client, url, key)
    milliseconds = statistics.median(times) * 1000
    yield Figure("whole schedule, 8 attempts over 99,305 s", f"{milliseconds:.0f} ms", "< 150 ms", milliseconds < 150)


def many_workspaces(size: Size) -> Iterator[Figure]:
    """Many workspaces whose receivers fail, advanced at once; the cost per attempt against that of ten workspaces."""
    few = statistics.median(_attempts_per_second(10) for _ in range(3))
    many = _attempts_per_second(size.workspaces)
    yield Figure(f"{size.workspaces} workspaces at once", f"{many:.0f} attempts/s", "> 800 attempts/s", many > 800)
    yield Figure(
        f"cost per attempt, {size.workspaces} workspaces : 10 workspaces",
        f"{few / many:.2f}",
        "flat (< 1.5)",
        few / many < 1.5,
    )


def _attempts_per_second(workspaces: int) -> float:
    with receiver() as (receiver_url, _), server() as (url, _), httpx.Client(timeout=60) as client:
        keys = [f"ffsk_many_{number}" for number in range(workspaces)]
        for key in keys:
            owe(client, url, receiver_url, key)
            client.post(
                f"{url}/_control/clock/advance", headers={"X-API-KEY": key}, json={"seconds": 0}
            ).raise_for_status()
        body = json.dumps({"seconds": WHOLE_SCHEDULE_SECONDS}).encode()

        async def all_at_once() -> None:
            await asyncio.gather(
                *(
                    rate(url, request("POST", "/_control/clock/advance", key, body), connections=1, count=1)
                    for key in keys
                )
            )

        began = time.perf_counter()
        uvloop.run(all_at_once())
        seconds = time.perf_counter() - began
        for key in (keys[0], keys[-1]):
            require_all_refused(client, url, key)
        return workspaces * (ATTEMPTS - 1) / seconds


def requests(size: Size) -> Iterator[Figure]:
    """Our validated, stored operations against a bare Litestar route with the same JSON."""
    key = "ffsk_requests"
    body = json.dumps(
        {
            "input_files": {"in_video": "https://example.com/sample.mp4"},
            "output_files": {"out_video": "result.webm"},
            "ffmpeg_command": "ffmpeg -i {{in_video}} -c:v libvpx-vp9 {{out_video}}",
        }
    ).encode()
    with running("benchmarks.routes", "bare") as (bare, _), running("benchmarks.routes", "ours") as (ours, _):
        post = request("POST", "/api/v1/run-ffmpeg-command", key, body)
        accepted = httpx.post(
            f"{ours}/api/v1/run-ffmpeg-command",
            headers={"X-API-KEY": key, "Content-Type": "application/json"},
            content=body,
            timeout=30,
        )
        path = f"/api/v1/commands/{accepted.json()['command_id']}"
        httpx.post(
            f"{bare}/learn", json=httpx.get(f"{ours}{path}", headers={"X-API-KEY": key}).json()
        ).raise_for_status()
        get = request("GET", path, key)
        for name, message, bound in (
            ("GET /commands/{id}", get, 0.6),
            ("POST /run-ffmpeg-command (durable)", post, 0.5),
        ):
            pairs = [
                (
                    uvloop.run(rate(ours, message, connections=8, count=size.requests)),
                    uvloop.run(rate(bare, message, connections=8, count=size.requests)),
                )
                for _ in range(max(3, size.repeats // 2))
            ]
            ratio = statistics.median(mine / theirs for mine, theirs in pairs)
            mine = statistics.median(pair[0] for pair in pairs)
            yield Figure(f"{name} : bare route", f"{ratio:.0%} ({mine:.0f}/s)", f"≥ {bound:.0%}", ratio >= bound)


def start(size: Size) -> Iterator[Figure]:
    """From the command to the first 200, and what an idle server holds."""
    times, memory = [], 0.0
    for _ in range(size.repeats):
        began = time.perf_counter()
        with server() as (url, pid):
            httpx.get(f"{url}/_control").raise_for_status()
            times.append(time.perf_counter() - began)
            memory = resident_mib(pid)
    seconds = statistics.median(times)
    yield Figure("start to first 200", f"{seconds:.2f} s", "< 1 s", seconds < 1)
    yield Figure("idle memory", f"{memory:.0f} MiB", "< 100 MiB", memory < 100)


def latency(size: Size) -> Iterator[Figure]:
    """From submission to the webhook's arrival, less the bare FFmpeg process, the two in turn."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        source = ["-f", "lavfi", "-i", "testsrc2=size=320x240:duration=1", "-pix_fmt", "yuv420p"]
        subprocess.run([find_ffmpeg(), "-nostdin", "-loglevel", "error", *source, str(clip)], check=True)
        pairs = list(_latencies(clip, size.repeats + 1))[1:]
    milliseconds = statistics.median(ours - bare for ours, bare in pairs) * 1000
    yield Figure(
        "submit → webhook, beyond the bare FFmpeg process", f"{milliseconds:.0f} ms", "≤ 80 ms", milliseconds <= 80
    )


def _latencies(clip: Path, repeats: int) -> Iterator[tuple[float, float]]:
    arrivals: Queue[tuple[float, str]] = Queue()
    body = {
        "output_files": {"out_a": "a.mp4"},
        "ffmpeg_command": f"-i {{{{in_a}}}} {' '.join(ARGUMENTS)} {{{{out_a}}}}",
    }
    headers = {"X-API-KEY": "ffsk_latency"}
    with (
        _hook(arrivals) as hook,
        receiver(clip) as (media, _),
        server() as (url, _),
        httpx.Client(headers=headers) as client,
    ):
        client.put(f"{url}/api/v1/webhook-config", json={"url": hook}).raise_for_status()
        for _ in range(repeats):
            began = time.perf_counter()
            request_body = {**body, "input_files": {"in_a": f"{media}/clip.mp4"}}
            client.post(f"{url}/api/v1/run-ffmpeg-command", json=request_body).raise_for_status()
            arrived, status = arrivals.get(timeout=60)
            assert status == "SUCCESS", status
            ours = arrived - began
            began = time.perf_counter()
            _bare(clip, clip.with_name("bare.mp4"))
            yield ours, time.perf_counter() - began


@contextlib.contextmanager
def _hook(arrivals: "Queue[tuple[float, str]]") -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived = time.perf_counter()
            payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            arrivals.put((arrived, payload["data"]["status"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    hook = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{hook.server_port}/"
    hook.shutdown()


def _bare(clip: Path, target: Path) -> None:
    arguments = ["-nostdin", "-hide_banner", "-nostats", "-y", "-i", str(clip), *ARGUMENTS, str(target)]
    subprocess.run([find_ffmpeg(), *arguments], check=True, capture_output=True)


def main() -> int:
    """Print the table; 1 where a bound does not hold. `--quick` only tries that everything runs."""
    quick = "--quick" in sys.argv[1:]
    size = QUICK if quick else FULL
    table = Table(
        "figure",
        "measured",
        "bound",
        "",
        title="proofreel: benchmarks" + (" (quick: not for quoting)" if quick else ""),
    )
    held = True
    for benchmark in (whole_schedule, many_workspaces, requests, renders, start, latency):
        print(f"{(benchmark.__doc__ or '').splitlines()[0]}", file=sys.stderr, flush=True)
        for figure in benchmark(size):
            table.add_row(figure.name, figure.value, figure.bound, "ok" if figure.holds else "MISSED")
            held = held and figure.holds
    Console(width=120).print(table)
    return 0 if held or quick else 1


if __name__ == "__main__":
    sys.exit(main())
