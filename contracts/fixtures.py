"""What the fixtures of the pytest plugin give to the tests of a client."""

import contextlib
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.budget import Budget
from contracts.client import Address, Client
from contracts.control import Control, Offer, discover
from contracts.documents import Api, Credential, load_api
from contracts.duration import seconds
from contracts.errors import SetUpError
from contracts.process import TargetProcess
from contracts.record import Record
from contracts.session import new_credential
from contracts.settings import LOCAL_URL, Plan, Settings, plan
from contracts.target import CLOCK, WORKSPACES, ReceiverOptions, Target
from contracts.target_file import load_target_file

REFERENCE_SERVER = (sys.executable, "-P", "-m", "proofreel", "serve", "--port", "{port}", "--log-level", "warning")


def settings_of(options: Mapping[str, Any]) -> Settings:
    """Settings from the options of the pytest plugin and a target file that they name; raises `SetUpError`."""
    values = dict(options)
    values.pop("no_doctor")
    named, budget, only = values.pop("target"), values.pop("time_budget"), values.pop("only")
    try:
        values["time_budget_seconds"] = None if budget is None else seconds(budget)
    except ValueError as error:
        raise SetUpError(str(error)) from error
    values["only"] = tuple(dict.fromkeys(only)) if only else None
    file = Path(named) if named is not None and named.endswith(".toml") else None
    settings = Settings(url=None if file is not None else named, **values)
    if file is not None:
        settings = settings.over(load_target_file(file, os.environ, given=settings))
    return settings.over(Settings.of_environment(os.environ, api=settings.api))


def plan_of(options: Mapping[str, Any]) -> Plan:
    """The plan that the options of the pytest plugin make; raises `SetUpError`."""
    return plan(settings_of(options))


def receiver_options(options: Mapping[str, Any]) -> ReceiverOptions:
    """Where the receiver of the fixtures listens."""
    return _client_plan(options).target.receiver


@dataclass(frozen=True, slots=True)
class TestAccount:
    """An account on the target; `headers` carry its credential."""

    __test__ = False  # it is no test, whatever its name begins with

    url: str
    api_key: str
    headers: Mapping[str, str]
    target: "RunningTarget"

    @property
    def token(self) -> str:
        """The same credential, as APIs call it whose keys have tokens."""
        return self.api_key


@dataclass(frozen=True, slots=True)
class RunningTarget:
    """A server that the tests of a client talk to; `url` is its base."""

    url: str
    api: Api
    offer: Offer
    address: Address
    keys: tuple[str, ...]

    def account(self, credential: Credential | None = None) -> TestAccount:
        """An account as new where the target opens one for any key, else the one whose key was given.

        It is one of the target's API, or of the API that has this credential.
        """
        credential = credential or self.api.credential
        if self.offer.has(WORKSPACES):
            key = new_credential(credential)
        elif self.keys and credential == self.api.credential:
            key = self.keys[0]
        else:
            message = (
                f"{self.url} does not say that any {credential.word} opens a workspace: give it one, with "
                f"--proofreel-{credential.option.removeprefix('--')} (or does nothing answer there?)"
            )
            raise SetUpError(message)
        return TestAccount(self.url, key, {credential.header: credential.header_value(key)}, self)


class TargetClock:
    """The clock of one account."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def now(self) -> datetime:
        """The moment that it shows, in UTC."""
        return self._control.clock()[1]

    def advance(self, seconds: float) -> datetime:
        """Move it; returns when everything that falls due is done, with the moment that it shows then."""
        return self._control.advance(seconds)


@contextlib.contextmanager
def running_target(options: Mapping[str, Any]) -> Iterator[RunningTarget]:
    """The target of the options; where they name none, a reference server that runs as long as this is open."""
    target = _client_plan(options).target
    with contextlib.ExitStack() as opened:
        if target.run is not None:
            target = opened.enter_context(TargetProcess(target, Budget(None))).target
        address = Address(target.url, target.timing.request_seconds, target.ca_file)
        yield RunningTarget(target.url, load_api(target.api), _offer(target, address), address, target.keys)


@contextlib.contextmanager
def target_clock(account: TestAccount) -> Iterator[TargetClock]:
    """The clock of an account; raises `SetUpError` where the target offers none."""
    target = account.target
    if not target.offer.has(CLOCK):
        message = f"{target.url} offers no clock that could be moved"
        raise SetUpError(message)
    client = Client(target.address, Record(), credential=target.api.credential, secret=account.api_key)
    try:
        yield TargetClock(Control(target.offer, client))
    finally:
        client.close()


def _client_plan(options: Mapping[str, Any]) -> Plan:
    settings = settings_of(options)
    if settings.url is None and settings.run is None:
        settings = Settings(url=LOCAL_URL, run=shlex.join(REFERENCE_SERVER)).over(settings)
    return plan(settings)


def _offer(target: Target, address: Address) -> Offer:
    if target.control_url is None:
        return Offer("", frozenset())
    return discover(target.control_url, address, asked_for=target.control is not None)
