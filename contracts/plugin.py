"""The pytest plugin: fixtures for tests of a client, and the options of the contract suites.

Whoever does not use it must not notice it: all options bear the prefix `--proofreel-`; short names are added only
where the suites are asked for, and only those that nobody else has taken; nothing beyond pytest is imported before it
is used.
"""

import argparse
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contracts.fixtures import RunningTarget, TargetClock, TestAccount
    from contracts.receiver import Inbox, Receiver

PREFIX = "proofreel"
SUITES = ("contracts.suites", "contracts/suites")
SUITES_PLUGIN = "proofreel-suites"

OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "target": {"metavar": "URL|FILE", "help": "the target's URL, or a target file (.toml)"},
    "api": {"metavar": "NAME", "help": "the API that it should implement (default: renderio)"},
    "run": {"metavar": "COMMAND", "help": "start the target with this command; {port} in it is a free port"},
    "control": {
        "metavar": "URL|off",
        "help": "the base of the control protocol (default: URL/_control, if it is there)",
    },
    "ca-file": {"metavar": "FILE", "help": "certificate authorities to trust besides the usual ones, as PEM"},
    "api-key": {
        "metavar": "KEY",
        "help": "the account to judge with (better in PROOFREEL_API_KEY or, for a token, PROOFREEL_TOKEN)",
    },
    "second-api-key": {
        "metavar": "KEY",
        "help": "another account (better in PROOFREEL_SECOND_API_KEY or PROOFREEL_SECOND_TOKEN)",
    },
    "receiver-host": {"metavar": "HOST", "help": "where to listen for webhooks (default: 127.0.0.1)"},
    "receiver-port": {"metavar": "PORT", "type": int, "help": "the port to listen on (default: a free one)"},
    "receiver-url": {"metavar": "URL", "help": "the URL under which the target reaches that port"},
    "input-url": {"metavar": "URL", "help": "a small video that the target can fetch"},
    "only": {"metavar": "PREFIX", "action": "append", "help": "judge only requirements that begin so"},
    "time-budget": {"metavar": "DURATION", "help": "how long it may take, such as 60s (default: no limit)"},
    "strict": {"action": "store_true", "default": None, "help": "a SHOULD that is not met fails, too"},
    "seed": {"metavar": "NUMBER", "type": int, "help": "repeat a run with the same generated data"},
    "report-dir": {"metavar": "FOLDER", "help": "write report.html, report.json, junit.xml and a badge there"},
    "no-doctor": {"action": "store_true", "default": None, "help": "judge whatever the doctor would say"},
}
"""Without their prefix; as attributes of `config.option` they have it."""

OTHER_NAMES: Mapping[str, str] = {"api-key": "token", "second-api-key": "second-token"}
"""Second names of options, for APIs that call their credential so."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options by their long names, which no other project has."""
    group = parser.getgroup(PREFIX, "proofreel: a reference server with a clock, and contract suites")
    for name, attributes in OPTIONS.items():
        names = [f"--{PREFIX}-{each}" for each in _names(name)]
        group.addoption(*names, dest=_attribute(name), **attributes)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Iterator[None]:
    """Add the short names where the suites are asked for, after every conftest file has taken what it wants."""
    yield
    if not _asks_for_suites(args):
        return
    early_config.stash[_ASKED] = True
    group = parser.getgroup(PREFIX)
    for name, attributes in OPTIONS.items():
        for short in _names(name):
            try:
                group.addoption(f"--{short}", dest=_attribute(name), **{**attributes, "help": argparse.SUPPRESS})
            except (ValueError, argparse.ArgumentError):
                continue  # somebody else's; the long name is left


def pytest_configure(config: pytest.Config) -> None:
    """Make the suites ready where they are asked for."""
    if config.stash.get(_ASKED, False) and not config.option.help and not config.option.version:
        from contracts.suites import running  # noqa: PLC0415 - only who runs the suites pays for them

        config.pluginmanager.register(running, SUITES_PLUGIN)


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> "Iterator[RunningTarget]":
    """The server under `url`: that of `--proofreel-target`, or a reference server of this session's own."""
    from contracts.errors import SetUpError  # noqa: PLC0415 - only who uses it pays for it
    from contracts.fixtures import running_target  # noqa: PLC0415

    with contextlib.ExitStack() as opened:
        try:
            running = opened.enter_context(running_target(given(pytestconfig)))
        except SetUpError as error:
            pytest.fail(str(error), pytrace=False)
        yield running


@pytest.fixture
def workspace(target: "RunningTarget") -> "TestAccount":
    """An account as new on the target: `url`, `api_key` (or `token`), and the `headers` of a request."""
    return target.account()


@pytest.fixture
def clock(workspace: "TestAccount") -> "Iterator[TargetClock]":
    """The clock of the workspace: `now()`, and `advance(seconds)`, which returns when everything due is done."""
    from contracts.fixtures import target_clock  # noqa: PLC0415 - only who uses it pays for it

    with target_clock(workspace) as opened:
        yield opened


@pytest.fixture
def receiver(_proofreel_receiver: "Receiver", request: pytest.FixtureRequest) -> "Iterator[Inbox]":
    """A `url` that keeps what arrives and answers by `script`; see `contracts.receiver.Inbox`."""
    from contracts.record import Record  # noqa: PLC0415 - only who uses it pays for it

    inbox = _proofreel_receiver.inbox(request.node.originalname or "test", record=Record())
    yield inbox
    inbox.retire()


@pytest.fixture(scope="session")
def _proofreel_receiver(pytestconfig: pytest.Config) -> "Iterator[Receiver]":
    from contracts.fixtures import receiver_options  # noqa: PLC0415 - only who uses it pays for it
    from contracts.receiver import Receiver  # noqa: PLC0415

    with Receiver(receiver_options(given(pytestconfig))) as listening:
        yield listening


def given(config: pytest.Config) -> Mapping[str, Any]:
    """The values of the options, by their names without prefix, with `_` for `-`; None where one was not given."""
    return {name.replace("-", "_"): getattr(config.option, _attribute(name)) for name in OPTIONS}


_ASKED = pytest.StashKey[bool]()


def _asks_for_suites(args: Sequence[str]) -> bool:
    return any(name in arg for arg in args for name in SUITES)


def _names(name: str) -> Sequence[str]:
    return [name, *([OTHER_NAMES[name]] if name in OTHER_NAMES else [])]


def _attribute(name: str) -> str:
    return f"{PREFIX}_{name.replace('-', '_')}"
