"""`proofreel verify`."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from proofreel.values import POSITIVE_DURATION

EPILOG = (
    "Exit codes: 0 conformant; 1 a requirement failed; 2 wrong usage or set-up, or the target could not be judged; "
    "3 a trouble of proofreel itself; 130 interrupted."
)


@click.command(epilog=EPILOG)
@click.option_panel("Target", options=["--api", "--target", "--run", "--control", "--ca-file"])
@click.option_panel("Credentials", options=["--api-key", "--second-api-key"])
@click.option_panel(
    "Receiver and media", options=["--receiver-host", "--receiver-port", "--receiver-url", "--input-url"]
)
@click.option_panel("Run", options=["--only", "--time-budget", "--strict", "--workers", "--seed", "--report-dir"])
@click.option_panel("Doctor", options=["--doctor-only", "--no-doctor"])
@click.argument("url", required=False)
@click.option("--api", help="The API that the target should implement: renderio, ricloud, bannx.  [default: renderio]")
@click.option(
    "--target",
    "target_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file with any of these settings; what stands on the command line wins.",
)
@click.option(
    "--run",
    metavar="COMMAND",
    help="Start the target with this command, and end it afterwards; `{port}` in it is a free port, which is in the "
    "environment as PORT, too.",
)
@click.option(
    "--control",
    metavar="URL|off",
    help="The base of the control protocol, or `off`.  [default: URL/_control, if it is there]",
)
@click.option(
    "--ca-file",
    type=click.Path(exists=True, dir_okay=False),
    help="Certificate authorities to trust besides the usual ones, as PEM.",
)
@click.option(
    "--api-key",
    "--token",
    "api_key",
    metavar="KEY",
    help="The account to judge with. Other users of this machine can see a command line: better in the environment "
    "variable PROOFREEL_API_KEY, or PROOFREEL_TOKEN where the API calls it so. None is needed where the target opens a "
    "workspace for any key.",
)
@click.option(
    "--second-api-key",
    "--second-token",
    "second_api_key",
    metavar="KEY",
    help="Another account, to see that accounts are kept apart; or PROOFREEL_SECOND_API_KEY, PROOFREEL_SECOND_TOKEN.",
)
@click.option("--receiver-host", metavar="HOST", help="Where to listen for webhooks.  [default: 127.0.0.1]")
@click.option(
    "--receiver-port",
    type=click.IntRange(0, 65535),
    help="The port to listen on.  [default: 0, which takes a free one]",
)
@click.option(
    "--receiver-url",
    metavar="URL",
    help="The URL under which the target reaches that port, such as that of a tunnel.",
)
@click.option(
    "--input-url",
    metavar="URL",
    help="A small video that the target can fetch, in place of the ones that proofreel serves itself.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="PREFIX",
    help="Judge only requirements that begin so, such as RIO-WHK or RIO-RTY-003; can be given several times.",
)
@click.option("--time-budget", type=POSITIVE_DURATION, help="How long it may take, such as 60s.  [default: no limit]")
@click.option("--strict", is_flag=True, default=None, help="A SHOULD that is not met fails the run, too.")
@click.option("--workers", type=click.IntRange(1), help="Checks at a time, where the target has room for them.")
@click.option("--seed", type=int, help="Repeat a run with the same generated data; a report names its seed.")
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False),
    help="Write report.html, report.json, junit.xml and a badge into this folder.",
)
@click.option("--doctor-only", is_flag=True, help="Look whether the target can be judged, and stop there.")
@click.option("--no-doctor", is_flag=True, help="Judge whatever the doctor would say.")
def verify(url: str | None, target_file: Path | None, *, doctor_only: bool, no_doctor: bool, **options: Any) -> None:
    """Judge an implementation over HTTP alone.

    URL is the base that the documented paths lie under, such as http://127.0.0.1:8740. It may be left out where the
    target file or --run says enough.
    """
    from contracts.errors import SetUpError  # noqa: PLC0415 - keeps --help quick
    from proofreel.verification import Doctor, judge  # noqa: PLC0415

    if doctor_only and no_doctor:
        message = "--doctor-only and --no-doctor exclude each other"
        raise click.UsageError(message)
    doctor = Doctor.ALONE if doctor_only else Doctor.OFF if no_doctor else Doctor.FIRST
    options["time_budget_seconds"] = options.pop("time_budget")
    options["only"] = options["only"] or None
    try:
        code = judge({"url": url, **options}, target_file, doctor=doctor)
    except SetUpError as error:
        raise click.UsageError(str(error)) from error
    sys.exit(code)
