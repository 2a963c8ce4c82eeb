"""The webhook configuration: how it is set, what is shown of it, what may not be shown."""

import base64
import json
from html import escape
from urllib.parse import quote

from contracts.check import check
from contracts.checks.renderio.account import Account
from contracts.checks.renderio.material import exotic_secret, prefixed_secret
from contracts.client import Response
from contracts.trial import Trial

OK, NOT_FOUND, UNPROCESSABLE = 200, 404, 422
OTHER_SCHEME = "ftp://receiver.invalid/webhook"


@check(
    "RIO-CFG-001",
    "RIO-CFG-004",
    "RIO-CFG-005",
    "RIO-CFG-006",
    "RIO-CFG-010",
    "RIO-CFG-013",
    untouched=True,
)
def first_configuration(trial: Trial) -> None:
    """An account without a configuration says so, and a PUT with a url alone creates one."""
    account, inbox = Account(trial), trial.inbox()
    was_configured = _judge_absence(trial, account)
    response = account.configure(inbox.url)
    evidence = [response.evidence]
    trial.passed("RIO-CFG-004", "RIO-CFG-005", evidence=evidence)
    shown = response.object().get("url")
    trial.expect(
        "RIO-CFG-006",
        shown == inbox.url,
        f"url in the answer was to be the one that was sent, {inbox.url}, and was {shown!r}",
        evidence=evidence,
    )
    configured = account.config().get("configured")
    if not configured or not was_configured:
        trial.expect("RIO-CFG-001", configured, "GET was to answer configured true after a PUT, and answers false")
    else:
        trial.unobservable("RIO-CFG-001", because="the account had a configuration before")
    if configured:
        trial.passed("RIO-CFG-010")
    else:
        trial.unobservable("RIO-CFG-010", because="GET shows no configuration")


def _judge_absence(trial: Trial, account: Account) -> bool:
    """Judge what GET says where no webhook was ever configured; whether it says that there is one."""
    response = account.send("getWebhookConfig", stands_on="RIO-CFG-013")
    says_none = response.status == OK and response.object().get("configured") is False
    if says_none or trial.untouched:
        because = f"GET was to be answered 200 with configured false, and was answered {response}"
        trial.expect("RIO-CFG-013", says_none, because, evidence=[response.evidence])
    else:
        trial.unobservable("RIO-CFG-013", because="the account may have been configured before")
    return not (says_none or trial.untouched)


@check("RIO-CFG-019", untouched=True)
def delete_without_a_configuration(trial: Trial) -> None:
    """How a DELETE is answered where no webhook was ever configured."""
    if not trial.untouched:
        trial.unobservable("RIO-CFG-019", because="the account may have been configured before")
        return
    response = Account(trial).send("deleteWebhookConfig")
    if response.status == OK and response.object().get("success") is True:
        trial.saw("RIO-CFG-019", "a", evidence=[response.evidence])
    elif response.status == NOT_FOUND:
        trial.saw("RIO-CFG-019", "b", evidence=[response.evidence])


@check("RIO-CFG-003")
def other_media_type(trial: Trial) -> None:
    """A JSON body of another media type is refused, or understood all the same."""
    account, inbox, other = Account(trial), trial.inbox(), trial.inbox("other media type")
    account.configure(inbox.url)
    response = account.send(
        "setWebhookConfig",
        content=json.dumps({"url": other.url}).encode(),
        headers={"Content-Type": "text/plain"},
        stands_on="RIO-CFG-003",
    )
    shown = account.config().get("url")
    evidence = [response.evidence]
    if _is_client_error(response):
        because = f"a body of text/plain was refused with {response.status}, and still the url shown is {shown!r}"
        trial.expect("RIO-CFG-003", shown != other.url, because, reading="a", evidence=evidence)
    else:
        because = f"a body of text/plain was to be refused with 4xx or understood, and was answered {response}"
        understood = response.status == OK and shown == other.url
        trial.expect("RIO-CFG-003", understood, because, reading="b", evidence=evidence)


@check("RIO-CFG-009")
def other_scheme(trial: Trial) -> None:
    """How a PUT of a URL is answered whose scheme is neither http nor https."""
    account = Account(trial)
    response = account.send("setWebhookConfig", body={"url": OTHER_SCHEME})
    if _is_client_error(response):
        trial.saw("RIO-CFG-009", "a", f"it was answered {response.status}", evidence=[response.evidence])
    elif response.status == OK:
        trial.saw("RIO-CFG-009", "b", evidence=[response.evidence])
        account.configure(trial.inbox().url)  # so that nothing is sent there


@check("RIO-CFG-014")
def secret_is_never_shown(trial: Trial) -> None:
    """No answer of the configuration endpoints contains the secret, that to an invalid PUT included."""
    account, inbox = Account(trial), trial.inbox()
    for secret in (prefixed_secret(trial.random), exotic_secret(trial.random)):
        answers = [account.configure(inbox.url, secret), account.send("getWebhookConfig")]
        answers.append(account.send("setWebhookConfig", body={"url": "no url", "secret": secret}))
        answers += [account.send("deleteWebhookConfig"), account.send("getWebhookConfig")]
        showing = [answer for answer in answers if shows(answer, secret)]
        trial.expect(
            "RIO-CFG-014",
            not showing,
            f"no answer was to contain the secret, and {len(showing)} of {len(answers)} did",
            evidence=[answer.evidence for answer in showing],
        )


def shows(answer: Response, secret: str) -> bool:
    """Whether an answer contains a secret, in its headers or in its body, in any usual spelling of it."""
    raw = secret.encode()
    spellings = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret).replace("/", "\\/")[1:-1],
        json.dumps(secret)[1:-1].lower(),
        quote(secret),
        quote(secret, safe=""),
        escape(secret),
        raw.hex(),
        base64.b64encode(raw).decode(),
    }
    text = answer.body.decode("utf-8", "replace") + "\n".join(answer.headers.values())
    return any(spelling in text for spelling in spellings) or secret in _strings(answer)


def _strings(answer: Response) -> str:
    """Every string of a JSON body, unescaped, whatever escapes it is written with."""
    return "\n".join(_inner_strings(answer.json())) if answer.is_json else ""


def _inner_strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (str(key), *_inner_strings(item))]
    if isinstance(value, list):
        return [text for item in value for text in _inner_strings(item)]
    return [value] if isinstance(value, str) else []


def _is_client_error(response: Response) -> bool:
    return 400 <= response.status < 500  # noqa: PLR2004 - HTTP's class of client errors
