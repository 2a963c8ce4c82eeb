"""Commands that are to succeed; where one does not, which requirement it is that does not hold."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.checks.renderio.account import Account
from contracts.checks.renderio.calls import ACCEPTED, FORBIDDEN, OK, UNAUTHORIZED
from contracts.client import Response
from contracts.errors import NoAnswerError
from contracts.trial import Trial

SUCCESS = "SUCCESS"

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def is_accepted(response: Response) -> bool:
    """Whether a submission was taken: there is a command now."""
    return response.status in {OK, ACCEPTED} and bool(response.object().get("command_id"))


def is_refused(response: Response) -> bool:
    """Whether a submission was refused as documented: a client error, and no command."""
    return 400 <= response.status < 500 and not response.object().get("command_id")  # noqa: PLR2004 - HTTP's classes


def succeeded(account: Account, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Submit a valid command on a good input; the command after its SUCCESS.

    Ends the check where there is none, as what is to blame does not hold.
    """
    trial = account.trial
    response = account.send("runFfmpegCommand", body=body, stands_on="RIO-CMD-001")
    trial.require(
        _blamed(account, body, otherwise="RIO-CMD-001") if is_refusal(response) else "RIO-CMD-001",
        response.status in {OK, ACCEPTED} and "command_id" in response.object(),
        f"the submission {short(body)} was to be answered 200 or 202 with a command_id, and was answered {response}",
        evidence=[response.evidence],
    )
    command = account.finished(account.claimed(response))
    if command["status"] != SUCCESS:
        trial.require(
            _blamed(account, body, otherwise="RIO-CMD-011"),
            False,
            f"the command {body['ffmpeg_command']!r} on a good input was to end as SUCCESS, and ended as "
            f"{command['status']} with {command.get('error_status')!r}: {command.get('error_message')!r}",
        )
    return command


def is_refusal(response: Response) -> bool:
    """Whether the answer is a client error."""
    return 400 <= response.status < 500  # noqa: PLR2004 - HTTP's classes


def is_success(response: Response) -> bool:
    """Whether the answer says that the request was taken, in whatever way."""
    return 200 <= response.status < 300  # noqa: PLR2004 - HTTP's classes


def _blamed(account: Account, body: Mapping[str, Any], *, otherwise: str) -> str:
    """Which way of writing the command is what does not work: the same is tried in the other ways."""
    command = str(body["ffmpeg_command"])
    other_brackets = command.replace("{{", "<<").replace("}}", ">>")
    without_word = command.removeprefix("ffmpeg").lstrip()
    if other_brackets != command and _works(account, {**body, "ffmpeg_command": other_brackets}):
        return "RIO-CMD-032"
    if without_word != command and _works(account, {**body, "ffmpeg_command": without_word}):
        return "RIO-CMD-037"
    return otherwise


def _works(account: Account, body: Mapping[str, Any]) -> bool:
    response = account.send("runFfmpegCommand", body=body, stands_on="RIO-CMD-001")
    return is_accepted(response) and account.finished(account.claimed(response))["status"] == SUCCESS


def output(trial: Trial, command: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """One entry of a successful command's output_files; ends the check where there is none (RIO-CMD-012)."""
    files = command.get("output_files")
    entry = files.get(key) if isinstance(files, Mapping) else None
    trial.require(
        "RIO-CMD-012",
        isinstance(entry, Mapping),
        f"output_files of a command with SUCCESS was to have an entry {key}, and was {short(files)}",
    )
    return entry if isinstance(entry, Mapping) else {}


def fetched(account: Account, entry: Mapping[str, Any]) -> bytes:
    """The file behind an output entry's storage_url; ends the check where it cannot be fetched (RIO-CMD-013)."""
    trial = account.trial
    url = entry.get("storage_url")
    trial.require(
        "RIO-CMD-012",
        isinstance(url, str) and url,
        f"an output entry was to have a storage_url, and was {short(entry)}",
    )
    for _ in range(MOST_REDIRECTS):
        trial.require(
            "RIO-CMD-013",
            str(url).lower().startswith(("http://", "https://")),
            f"storage_url was to be an absolute http or https URL, and was {url!r}",
        )
        response = _download(account, str(url))
        if response.status in {UNAUTHORIZED, FORBIDDEN} and _is_of_target(account, str(url)):
            # That it takes no key to fetch a file is said nowhere. The key goes to the target alone.
            response = _download(account, str(url), anonymous=False)
        if response.status not in REDIRECTS or "Location" not in response.headers:
            break
        url = urljoin(str(url), response.headers["Location"])  # which may be relative
    trial.require(
        "RIO-CMD-013",
        response.status == OK,
        f"the file at {url!r} was to be fetched, and the answer was {response.status}",
        evidence=[response.evidence],
    )
    return response.body


def _is_of_target(account: Account, url: str) -> bool:
    one, other = (urlsplit(text) for text in (url, account.workspace.client.address.base_url))
    return (one.scheme, one.netloc.lower()) == (other.scheme, other.netloc.lower())


def _download(account: Account, url: str, *, anonymous: bool = True) -> Response:
    try:
        return account.workspace.client.request("GET", url, anonymous=anonymous, headers={"Accept": "*/*"})
    except NoAnswerError as error:
        account.trial.require("RIO-CMD-013", False, f"the file at {url!r} was to be fetched: {error}")
        raise


def short(value: Any) -> str:
    """A value as JSON for a sentence."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:300]} …"  # noqa: PLR2004 - about three lines
