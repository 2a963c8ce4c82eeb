"""`python -m demo`: tell the story, and exit with 1 should anything in it not be true."""

import argparse
import contextlib
import io
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console

from demo import cards, clip, configs
from demo.client import connected
from demo.expectation import UnexpectedError
from demo.judgement import judge
from demo.moments import clock_face
from demo.picture import save_picture
from demo.receiver import Receiver
from demo.server import running
from demo.stage import Stage
from demo.story import Story
from mockserver.errors import SetUpError

API_KEY = "ffsk_demo"
CLOCK_START = "2026-01-01T00:00:00Z"
GRACE = "15s"  # a machine under load may take its time; here every receiver answers
WIDTH = 80
INTERRUPTED = 130
EXPLANATION = (
    "RenderIO runs FFmpeg commands and reports each outcome by webhook. A delivery",
    "that fails is tried again for 27 hours. Here a local server does the same, on a",
    "clock that you can move.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; the exit code."""
    options = _options(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    console = _console(options.save_svg)
    try:
        _run(Stage(console))
    except (UnexpectedError, SetUpError) as error:
        sys.stderr.write(f"\nThe demo has failed: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return INTERRUPTED
    if options.save_svg:
        save_picture(console, options.save_svg, title="make demo")
        sys.stdout.write(f"{options.save_svg} is written.\n")
    return 0


def _run(stage: Stage) -> None:
    began = time.monotonic()
    stage.title("proofreel: a reference server for render APIs with webhooks", *EXPLANATION)
    with contextlib.ExitStack() as stack:
        with stage.patience("making the input clip"):
            content = clip.make_clip()
        starting = time.monotonic()
        with stage.patience("starting the server"):
            url = stack.enter_context(running("--clock-start", CLOCK_START, "--grace", GRACE))
        client = stack.enter_context(connected(url, API_KEY))
        receiver = Receiver(content, client.now)
        stack.enter_context(receiver.listening())
        stage.act("1  A server and a receiver")
        stage.say(f"proofreel serve   {url}, up in {time.monotonic() - starting:.1f} s")
        stage.say(f"receiver          {receiver.url}, a small HTTP server of the demo")
        stage.say(f"virtual clock     {clock_face(client.now())}, standing still until it is moved")
        Story(stage, client, receiver).tell()
        configs.tell(stage, url)
        cards.tell(stage, url)
        judge(stage, url)
    stage.gap()
    stage.checked(f"The whole demo took {time.monotonic() - began:.1f} s of real time.")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--save-svg", type=Path, metavar="FILE", help="also write what was shown as a picture")
    return parser.parse_args(arguments)


def _console(picture: Path | None) -> Console:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    fixed = picture is not None or not sys.stdout.isatty()
    return Console(record=picture is not None, width=WIDTH if fixed else None)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
