"""`proofreel serve`."""

import gc
import ipaddress
import re
import sys
from pathlib import Path
from typing import Any

import rich_click as click

from contracts.catalogue import known_apis
from contracts.duration import seconds
from mockserver import DEFAULT_PORT
from proofreel.behaviours import list_behaviours
from proofreel.values import POSITIVE_DURATION, POSITIVE_SIZE, Notation

FIRST_MOMENT_MS = 10**12  # before it, a webhook's timestamp in milliseconds looks like one in seconds


def _rate(text: str) -> tuple[int, float]:
    count, separator, window = text.partition("/")
    if not separator or not re.fullmatch(r"[1-9]\d*", count) or not (length := seconds(window)):
        message = f"{text!r} is no rate: write it like 10/1s, ten requests in one second"
        raise ValueError(message)
    return int(count), length


def _moment(text: str) -> int:
    from mockserver.clock import parse_rfc3339  # noqa: PLC0415 - keeps --help quick

    message = f"{text!r} is no moment since September 2001: write it like 2026-01-01T00:00:00Z"
    try:
        moment_ms = parse_rfc3339(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(message) from error
    if moment_ms < FIRST_MOMENT_MS:
        raise ValueError(message)
    return moment_ms


def _public_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", text):
        message = f"{text!r} is no address of a server: write it like http://render.test:8740"
        raise ValueError(message)
    return text.rstrip("/")


def _network(text: str) -> Any:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        message = f"{text!r} is no network: write it like 10.0.0.0/8 or ::1"
        raise ValueError(message) from error


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free one and prints it.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that keeps the state over restarts, a `kill -9` included. Without it, everything is gone at the end.",
)
@click.option(
    "--clock",
    type=click.Choice(["virtual", "real"]),
    default="virtual",
    show_default=True,
    help="`virtual` stands still until POST /_control/clock/advance moves it; `real` is the wall clock.",
)
@click.option(
    "--clock-start",
    type=Notation("moment", _moment),
    help="Where virtual clocks start, such as 2026-01-01T00:00:00Z.  [default: the wall time of the first use]",
)
@click.option("--seed", type=int, help="Make ids, times and bodies the same in every run (with --clock-start).")
@click.option(
    "--api-key",
    "api_keys",
    multiple=True,
    metavar="KEY",
    help="Accept only this key, in each API whose keys have its form; can be given several times.  [default: any key "
    "of an API's form, such as ffsk_…, opens its own workspace]",
)
@click.option(
    "--rate-limit",
    type=Notation("rate", _rate),
    help="Requests per key and time, such as 10/1s; more get 429.  [default: off]",
)
@click.option("--parallel", type=click.IntRange(1), help="FFmpeg commands at a time.  [default: one per core]")
@click.option(
    "--run-limit", type=POSITIVE_DURATION, default="5m", show_default=True, help="How long one FFmpeg run may take."
)
@click.option(
    "--download-limit",
    type=POSITIVE_DURATION,
    default="2m",
    show_default=True,
    help="How long one input's download may take.",
)
@click.option(
    "--max-file",
    type=POSITIVE_SIZE,
    default="1G",
    show_default=True,
    help="How large an output, and a command's inputs together, may be.",
)
@click.option(
    "--max-memory", type=POSITIVE_SIZE, default="4G", show_default=True, help="How much memory one FFmpeg run may use."
)
@click.option(
    "--grace",
    type=POSITIVE_DURATION,
    default="1s",
    show_default=True,
    help="How long a virtual clock waits, in real time, for a receiver that stays silent.",
)
@click.option(
    "--outbound",
    type=click.Choice(["local", "public", "loopback"]),
    default="local",
    show_default=True,
    help="Where webhooks and downloads may go: with `local` also to private networks, with `public` only to public "
    "addresses, with `loopback` only to this machine.",
)
@click.option(
    "--allow-network",
    "networks",
    multiple=True,
    type=Notation("network", _network),
    help="With --outbound public: a further network that is allowed; can be given several times.",
)
@click.option(
    "--public-url",
    type=Notation("url", _public_url),
    help="The server's address as clients know it, for storage URLs.  [default: the address it listens on]",
)
@click.option(
    "--openapi",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with other OpenAPI documents, laid out like ours: change a schedule there, and the server follows.  "
    "What it does not hold comes with the distribution.",
)
@click.option(
    "--render-processes",
    type=click.IntRange(0),
    help="Images of one space that are drawn at a time, each in a process; one more serves the other spaces. With 0, a "
    "thread of the server draws them one by one.  [default: one per core]",
)
@click.option(
    "--render-callback",
    metavar="MODULE:FUNCTION",
    help="What runs after a successful render, in place of uploading, logging and counting: an `async def` that takes "
    "event, result and steps (mockserver.bannx.callback).",
)
@click.option(
    "--request-logging/--no-request-logging",
    default=True,
    show_default=True,
    help="Whether renders have request ids and are logged. Without, they are uploaded and counted all the same.",
)
@click.option(
    "--behave",
    "behaviours",
    multiple=True,
    metavar="ID",
    help="Switch a fault, or another reading of the documents, on in every workspace; can be given several times.  "
    "[see --list-behaviours]",
)
@click.option(
    "--list-behaviours",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=list_behaviours,
    help="Show what --behave can switch on, and exit.",
)
@click.option(
    "--log-format",
    type=click.Choice(["console", "json"]),
    default="console",
    show_default=True,
    help="How the log (on standard error) is written.",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="What is logged.",
)
def serve(**options: Any) -> None:
    """Run the reference server.

    It does the real work: real FFmpeg, real images, real signed webhooks, the full retry schedule. Every API key or
    token has a workspace of its own, with its own clock.
    """
    from mockserver.errors import SetUpError, UnusableOptionError  # noqa: PLC0415 - keeps --help quick

    gc.disable()  # until the server runs: nothing of what a start makes is garbage
    try:
        _run(options)
    except UnusableOptionError as error:
        raise click.UsageError(str(error)) from error
    except SetUpError as error:
        raise click.ClickException(str(error)) from error
    finally:
        gc.enable()


def _run(options: dict[str, Any]) -> None:
    from mockserver import logs  # noqa: PLC0415
    from mockserver.http.access import RateLimit  # noqa: PLC0415
    from mockserver.outbound.guard import Guard, LocalGuard, LoopbackGuard, PublicGuard  # noqa: PLC0415
    from mockserver.serve import serve as run  # noqa: PLC0415
    from mockserver.settings import Limits, Settings  # noqa: PLC0415

    if options["networks"] and options["outbound"] != "public":
        message = "--allow-network goes with --outbound public"
        raise click.UsageError(message)
    if options["clock_start"] is not None and options["clock"] == "real":
        message = "--clock-start goes with --clock virtual: the real clock starts where the wall clock is"
        raise click.UsageError(message)
    logs.configure(options["log_format"], options["log_level"])
    defaults = Settings()
    guards: dict[str, Guard] = {
        "local": LocalGuard(),
        "public": PublicGuard(options["networks"]),
        "loopback": LoopbackGuard(),
    }
    settings = Settings(
        data=options["data"],
        clock=options["clock"],
        clock_start_ms=options["clock_start"],
        seed=options["seed"],
        api_keys=frozenset(options["api_keys"]),
        rate_limit=RateLimit(*options["rate_limit"]) if options["rate_limit"] else None,
        parallel_commands=options["parallel"] or defaults.parallel_commands,
        grace_seconds=options["grace"],
        guard=guards[options["outbound"]],
        limits=Limits(
            input_bytes=options["max_file"],
            output_bytes=options["max_file"],
            memory_bytes=options["max_memory"],
            download_seconds=options["download_limit"],
            run_seconds=options["run_limit"],
        ),
        documents=options["openapi"],
        behaviours=options["behaviours"],
        parallel_renders=defaults.parallel_renders
        if options["render_processes"] is None
        else options["render_processes"],
        render_callback=options["render_callback"],
        request_logging=options["request_logging"],
    )
    run(
        settings,
        host=options["host"],
        port=options["port"],
        public_url=options["public_url"],
        announce=lambda url: _announce(url, options),
    )


def _announce(url: str, options: dict[str, Any]) -> None:
    clock = "virtual, moved by POST /_control/clock/advance" if options["clock"] == "virtual" else "real"
    apis = ", ".join(known_apis())
    click.echo(f"proofreel listening on {url}\n  APIs   {apis}\n  pages  {url}/docs\n  clock  {clock}")
    if options["outbound"] == "local" and options["host"] not in {"127.0.0.1", "::1", "localhost"}:
        click.echo(
            "  note   other machines can reach this server, and your network through it: consider --outbound public",
            err=True,
        )
    sys.stdout.flush()
