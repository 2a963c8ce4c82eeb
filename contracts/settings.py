"""What a run is told, by command line, target file and environment, and the plan that it makes."""

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlsplit

from contracts.catalogue import known_apis, load_catalogue
from contracts.documents import Credential, load_api
from contracts.errors import SetUpError
from contracts.pages import Page, in_order
from contracts.process import PORT
from contracts.session import seeded
from contracts.target import NO_CONTROL, ReceiverOptions, RunOptions, Target, Timing

DEFAULT_API = "renderio"
HIGHEST_PORT = 65535
LOCAL_URL = "http://127.0.0.1:{port}"


@dataclass(frozen=True, slots=True)
class Settings:
    """One source's settings; None where it says nothing. Times are seconds, `url` may hold `{port}` beside `run`.

    `api_key` is the API's credential, whatever people call it there: a token is given by the same setting.
    """

    url: str | None = None
    api: str | None = None
    run: str | None = None
    control: str | None = None
    ca_file: str | None = None
    api_key: str | None = None
    second_api_key: str | None = None
    receiver_host: str | None = None
    receiver_port: int | None = None
    receiver_url: str | None = None
    input_url: str | None = None
    time_budget_seconds: float | None = None
    seed: int | None = None
    strict: bool | None = None
    only: tuple[str, ...] | None = None
    workers: int | None = None
    report_dir: str | None = None
    patience_seconds: float | None = None
    request_seconds: float | None = None
    early_seconds: float | None = None
    late_seconds: float | None = None
    expected_failures: Mapping[str, str] | None = None
    pages: tuple[Page, ...] | None = None

    def over(self, other: Self) -> Self:
        """These settings, and those of `other` where these say nothing."""
        missing = {
            field.name: getattr(other, field.name) for field in fields(self) if getattr(self, field.name) is None
        }
        return replace(self, **missing)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str], *, api: str | None = None) -> Self:
        """The keys that stand in the environment under the names of the API; those of another one are not sent there.

        None are found for an API that is not known, which `plan` refuses.
        """
        name = api or DEFAULT_API
        if name not in known_apis():
            return cls()
        credential = load_api(name).credential
        return cls(
            api_key=environment.get(credential.variable) or None,
            second_api_key=environment.get(credential.second_variable) or None,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will judge, and how."""

    target: Target
    options: RunOptions
    report_dir: Path | None


def plan(settings: Settings) -> Plan:
    """The plan that settings make; `SetUpError` says what is missing or wrong."""
    if settings.url is None and settings.run is None:
        raise SetUpError("say which target to judge: its URL, or --run with the command that starts it")
    if settings.run is None and any(PORT in (text or "") for text in (settings.url, settings.control)):
        message = f"{PORT} stands for a free port that --run gives to a target; without --run, say which port it is"
        raise SetUpError(message)
    if settings.time_budget_seconds is not None and settings.time_budget_seconds <= 0:
        raise SetUpError("a time budget of 0 s leaves nothing: it must be more")
    api = settings.api or DEFAULT_API
    if api not in known_apis():
        message = f"there is no API {api!r}{near(api, known_apis())}; known are: {', '.join(known_apis())}"
        raise SetUpError(message)
    return Plan(
        _target(settings, api),
        RunOptions(
            only=_selection(settings.only or (), api),
            time_budget_seconds=settings.time_budget_seconds,
            seed=seeded(settings.seed),
            strict=bool(settings.strict),
            workers=settings.workers,
        ),
        None if settings.report_dir is None else Path(settings.report_dir),
    )


def near(word: str, known: Iterable[str]) -> str:
    """` (did you mean …?)` where something known is like the word, else nothing."""
    found = difflib.get_close_matches(word, list(known), n=3)
    return f" (did you mean {' or '.join(found)}?)" if found else ""


def checked_url(text: str, *, what: str) -> str:
    """A base URL without a slash at its end; `SetUpError` where it is none."""
    url = text.strip().rstrip("/")
    example = LOCAL_URL.format(port=8740)
    try:
        # A place for the port is as good as a port here.
        parts = urlsplit(url.replace(PORT, "1"))
        port_is_right = parts.port is None or parts.port > 0
    except ValueError as error:
        message = f"{what} {text!r} cannot be read ({error}): write it like {example}"
        raise SetUpError(message) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_right:
        hint = f"http://{url}" if "://" not in url and url else example
        message = f"{what} {text!r} is no http or https URL: write it like {hint}"
        raise SetUpError(message)
    if parts.query or parts.fragment or parts.username is not None or any(letter.isspace() for letter in url):
        message = f"{what} {text!r} must hold no user name, query, fragment or blank: write it like {example}"
        raise SetUpError(message)
    return url


def check_folder(folder: Path) -> None:
    """Make the folder of the reports where it is missing; `SetUpError` where nothing can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError as error:
        message = f"the reports cannot be written into {folder}: {error.strerror}; name another --report-dir"
        raise SetUpError(message) from error
    if not is_writable:
        message = f"the reports cannot be written into {folder}: it is read-only; name another --report-dir"
        raise SetUpError(message)


def _target(settings: Settings, api: str) -> Target:
    expected = settings.expected_failures or {}
    for requirement in expected:
        _known_requirement(requirement, api)
    control = settings.control
    if control is not None and control != NO_CONTROL:
        control = checked_url(control, what="the control URL")
    defaults = Timing()
    return Target(
        url=checked_url(settings.url or LOCAL_URL, what="the target's URL"),
        api=api,
        keys=_keys(settings, load_api(api).credential),
        control=control,
        run=settings.run,
        receiver=_receiver(settings),
        input_url=_input_url(settings.input_url),
        ca_file=_ca_file(settings.ca_file),
        timing=Timing(
            patience_seconds=_first(settings.patience_seconds, defaults.patience_seconds),
            request_seconds=_first(settings.request_seconds, defaults.request_seconds),
            early_seconds=settings.early_seconds,
            late_seconds=settings.late_seconds,
        ),
        expected_failures=MappingProxyType(dict(expected)),
        pages=in_order(settings.pages or ()),
    )


def _keys(settings: Settings, credential: Credential) -> tuple[str, ...]:
    if settings.second_api_key is not None and settings.api_key is None:
        message = f"a second {credential.name} was given, but no first one: {credential.option}"
        raise SetUpError(message)
    if settings.second_api_key is not None and settings.second_api_key == settings.api_key:
        message = f"the second {credential.name} is the first one: it must belong to another account"
        raise SetUpError(message)
    keys = tuple(key for key in (settings.api_key, settings.second_api_key) if key is not None)
    if any(not key or not key.isascii() or not key.isprintable() or " " in key for key in keys):
        message = (
            f"{credential.a_name} holds characters that no HTTP header can carry: was it copied with a line's end?"
        )
        raise SetUpError(message)
    return keys


def _receiver(settings: Settings) -> ReceiverOptions:
    defaults = ReceiverOptions()
    public_url = settings.receiver_url
    port = _first(settings.receiver_port, defaults.port)
    if not 0 <= port <= HIGHEST_PORT:
        message = f"the receiver cannot listen on port {port}: ports go from 0 (any that is free) to {HIGHEST_PORT}"
        raise SetUpError(message)
    return ReceiverOptions(
        host=settings.receiver_host or defaults.host,
        port=port,
        public_url=None if public_url is None else checked_url(public_url, what="the receiver's URL"),
    )


def _input_url(url: str | None) -> str | None:
    """Any URL of a file; it may hold a query, and a user's name, as links to stored files do."""
    try:
        is_one = url is None or (urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname))
    except ValueError:
        is_one = False
    if not is_one:
        message = f"the input's URL {url!r} is no http or https URL: write it like https://media.example.com/small.mp4"
        raise SetUpError(message)
    return url


def _ca_file(path: str | None) -> str | None:
    if path is not None and not Path(path).is_file():
        message = f"the file of certificate authorities {path} does not exist"
        raise SetUpError(message)
    return path


def _selection(only: Iterable[str], api: str) -> tuple[str, ...]:
    catalogue = load_catalogue(api)
    selected = tuple(prefix.strip().upper() for prefix in only)
    areas = sorted({identifier.rpartition("-")[0] for identifier in catalogue})
    for prefix in selected:
        if not prefix or not any(identifier.startswith(prefix) for identifier in catalogue):
            message = (
                f"no requirement begins with {prefix!r}{near(prefix, [*areas, *catalogue])}; "
                f"the areas are: {', '.join(areas)}"
            )
            raise SetUpError(message)
    return selected


def _known_requirement(identifier: str, api: str) -> None:
    catalogue = load_catalogue(api)
    if identifier not in catalogue:
        message = f"expected failures: there is no requirement {identifier}{near(identifier, catalogue)}"
        raise SetUpError(message)


def _first(given: Any, default: Any) -> Any:
    return default if given is None else given
