"""Diagnoses of the way back for RenderIO: the target may not reach the receiver or the inputs, or have no FFmpeg.

One trivial command is submitted, with the webhook of that command alone, so that the account's configuration stays as
it is; with an input URL of the user's own, a second one on the kit's input tells the two causes of a failure apart.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from contracts.check import Check
from contracts.doctor import way_back
from contracts.doctor.diagnosis import Deadline, Diagnosis, Severity
from contracts.errors import KitError, NoAnswerError
from contracts.media import picture
from contracts.session import Session
from contracts.trial import Trial

SUBMIT, POLL = "runFfmpegCommand", "getCommand"
MOST_POLLS_PER_SECOND = 5.0
LEAST_SECONDS = 0.5
MOST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one command: its last status as far as it was seen, and its own words on a failure."""

    input_url: str
    status: str
    error: str = ""

    def __str__(self) -> str:
        return f"status {self.status}{': ' if self.error else ''}{self.error}"


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What the doctor saw. `own` worked on the kit's input, `given` on the user's; None where it was not accepted.

    `fetched`: the kit's input was downloaded; `delivered`: anything came to the receiver; `receiver_apart`: the
    receiver is on this machine's loopback, and the target is not on this machine; `given_readable`: what this machine
    gets at the user's input URL, None where it gets the file.
    """

    own: Attempt | None
    given: Attempt | None
    fetched: bool
    delivered: bool
    receiver_url: str
    receiver_apart: bool
    given_unreadable: str | None = None


def examine(session: Session, deadline: Deadline) -> list[Diagnosis]:
    """What is wrong with the way back; one command is submitted, or two."""
    seen = travel(session, deadline)
    if seen is None:
        return []
    looks = (receiver_unreachable, input_unreachable, no_ffmpeg)
    return [diagnosis for look in looks if (diagnosis := look(seen)) is not None]


def receiver_unreachable(seen: RoundTrip) -> Diagnosis | None:
    """The target has neither fetched anything from the kit nor delivered anything to it."""
    if seen.own is None or seen.fetched or seen.delivered:
        return None
    return way_back.receiver_unreachable(
        f"a command with its input and its webhook at {seen.receiver_url}",
        f"{seen.own}; nothing was fetched, and nothing was delivered",
        # A command that failed without a look at its input, in silence, is what a missing way back looks like.
        is_sure=seen.receiver_apart or seen.own.status == "FAILED",
    )


def input_unreachable(seen: RoundTrip) -> Diagnosis | None:
    """The target reaches the receiver, and does not get the input."""
    own, given = seen.own, seen.given
    if given is not None and given.status == "FAILED" and (seen.given_unreadable is not None or _succeeded(own)):
        here = f"; this machine gets {seen.given_unreadable}" if seen.given_unreadable else ""
        return Diagnosis(
            "input unreachable",
            f"a command on {given.input_url}",
            f"{given}{here}",
            "the target must be able to fetch the input: give another --input-url, or none if it reaches this machine",
        )
    if given is None and own is not None and own.status == "FAILED" and seen.delivered and not seen.fetched:
        return Diagnosis(
            "input unreachable",
            f"a command on {own.input_url}",
            f"{own}; its webhook arrived, and the input was never fetched",
            "the target does not download from this machine: give it a small video that it can fetch, with --input-url",
        )
    return None


def no_ffmpeg(seen: RoundTrip) -> Diagnosis | None:
    """The target gets the input, and the simplest command fails all the same: for the checks to judge, too."""
    if seen.own is None or seen.own.status != "FAILED" or not seen.fetched:
        return None
    return Diagnosis(
        "no FFmpeg",
        "the simplest command there is, one picture from PNG to PNG; its input was fetched",
        str(seen.own),
        "has the target an FFmpeg, and may it run? Everything about finished commands will fail",
        Severity.WARNING,
    )


def travel(session: Session, deadline: Deadline) -> RoundTrip | None:
    """Make the round trip, as far as time allows; None where the target takes no command."""
    if deadline.remaining_seconds < LEAST_SECONDS:
        return None
    try:
        trial = session.trial(Check("doctor.round_trip", "The way there and back", (), lambda _: None))
        try:
            return _travel(trial, session, deadline)
        finally:
            trial.close()
    except KitError:
        return None  # what is wrong with it is for the checks to say


def _travel(trial: Trial, session: Session, deadline: Deadline) -> RoundTrip | None:
    receiver, given_url = session.receiver, session.target.input_url
    inbox = trial.inbox("doctor")
    # Made here and not taken from the media, which are the user's where there is an input URL.
    own_url = receiver.serve("doctor.png", picture(), "image/png")
    unreadable = None if given_url is None else _unreadable(given_url, deadline)
    commands = {url: _submit(trial, url, inbox.url) for url in (own_url, given_url) if url is not None}
    attempts = {url: Attempt(url, "not seen") for url, command in commands.items() if command is not None}
    pause_seconds = 1 / min(MOST_POLLS_PER_SECOND, session.timekeeper.polls_per_second)

    def fetched() -> bool:
        return any(download.path == urlsplit(own_url).path for download in receiver.downloads)

    while attempts and deadline.remaining_seconds:
        for url in [url for url, attempt in attempts.items() if attempt.status not in {"SUCCESS", "FAILED"}]:
            attempts[url] = _poll(trial, url, str(commands[url]))
        over = all(attempt.status in {"SUCCESS", "FAILED"} for attempt in attempts.values())
        if over and (fetched() or inbox.arrivals):
            break
        time.sleep(min(pause_seconds, deadline.remaining_seconds))
    return RoundTrip(
        own=attempts.get(own_url),
        given=attempts.get(given_url or ""),
        fetched=fetched(),
        delivered=bool(inbox.arrivals),
        receiver_url=receiver.url,
        receiver_apart=session.is_receiver_apart,
        given_unreadable=unreadable,
    )


def _submit(trial: Trial, input_url: str, webhook_url: str) -> str | None:
    response = trial.client.request(
        "POST",
        trial.api.operations[SUBMIT].path,
        body={
            "input_files": {"in_doctor": input_url},
            "output_files": {"out_doctor": "doctor.png"},
            "ffmpeg_command": "ffmpeg -i {{in_doctor}} -frames:v 1 {{out_doctor}}",
            "webhook_url": webhook_url,
        },
    )
    command_id = response.object().get("command_id")
    if not isinstance(command_id, str) or not command_id:
        return None
    trial.claim(command_id)
    return command_id


def _poll(trial: Trial, input_url: str, command_id: str) -> Attempt:
    try:
        response = trial.client.request("GET", trial.api.operations[POLL].url(commandId=command_id))
    except NoAnswerError as error:
        return Attempt(input_url, "not seen", str(error))
    content: Mapping[str, Any] = response.object()
    words = [str(content[name]) for name in ("error_status", "error_message") if content.get(name)]
    return Attempt(input_url, str(content.get("status", response)), " ".join(words)[:MOST_WORDS])


def _unreadable(url: str, deadline: Deadline) -> str | None:
    try:
        with httpx.stream(
            "GET", url, timeout=max(0.1, deadline.remaining_seconds / 2), follow_redirects=True
        ) as response:
            return None if response.is_success else f"the status {response.status_code} there"
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return f"no answer there ({type(error).__name__})"


def _succeeded(attempt: Attempt | None) -> bool:
    return attempt is not None and attempt.status == "SUCCESS"
