"""Diagnoses of a target that gives no answer: it is down, slow, behind other TLS than expected, or speaks no HTTP."""

import socket
import ssl
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx

from contracts.doctor.asking import Answered, Outcome, Unanswered
from contracts.doctor.diagnosis import Deadline, Diagnosis

TLS = "TLS trouble"

_X509_EXPIRED, _X509_HOST_MISMATCH, _X509_IP_MISMATCH = 10, 62, 64
_HANDSHAKE_SECONDS = 1.0
_BAD_REQUEST = 400


def no_answer(outcomes: Sequence[Outcome], deadline: Deadline) -> Diagnosis | None:
    """Why no request at all was answered; None as soon as one was."""
    silent = [outcome for outcome in outcomes if isinstance(outcome, Unanswered)]
    if len(silent) < len(outcomes) or not silent:
        return None
    told = next((outcome for outcome in silent if outcome.error is not None), silent[0])
    return tls_trouble(told) or tls_expected(told, deadline) or unreachable(told) or slow(told) or not_http(told)


def tls_trouble(outcome: Unanswered) -> Diagnosis | None:
    """The TLS handshake failed, and by what."""
    error = next((cause for cause in outcome.causes() if isinstance(cause, ssl.SSLError)), None)
    # httpx gives the cause as text alone.
    text = str(error or outcome.error or "")
    if error is None and not ("[SSL" in text or "certificate" in text.lower()):
        return None
    host = urlsplit(outcome.question.url).hostname
    code = getattr(error, "verify_code", None)
    low = text.lower()
    if code in {_X509_HOST_MISMATCH, _X509_IP_MISMATCH} or "mismatch" in low:
        advice = f"the certificate is for another name than {host}: use a name that stands in it"
    elif code == _X509_EXPIRED or "expired" in low:
        advice = "the certificate has expired: renew it (or set the clock of this machine, if that is wrong)"
    elif "verify failed" in low:
        advice = (
            "the certificate is not signed by an authority that is trusted here: give that authority's with --ca-file"
        )
    else:
        advice = (
            "the port does not speak TLS, or another version of it: is it http:// instead of https://, or another port?"
        )
    return Diagnosis(TLS, f"{outcome.question}", text, advice)


def tls_expected(outcome: Unanswered | Answered, deadline: Deadline) -> Diagnosis | None:
    """Plain HTTP was spoken to a port that speaks TLS."""
    parts = urlsplit(outcome.question.url)
    # A server of TLS does not wait for more: one that says nothing at all is something else.
    is_possible = outcome.status == _BAD_REQUEST if isinstance(outcome, Answered) else outcome.error is not None
    if parts.scheme != "http" or not is_possible or not _speaks_tls(parts.hostname or "", parts.port or 80, deadline):
        return None
    return Diagnosis(
        TLS,
        f"{outcome.question}, which is plain HTTP",
        f"{outcome}; a TLS handshake on the same port succeeds",
        "write https:// in place of http://",
    )


def unreachable(outcome: Unanswered) -> Diagnosis | None:
    """No connection came about."""
    parts = urlsplit(outcome.question.url)
    place = parts.netloc
    if isinstance(outcome.error, httpx.ConnectTimeout):
        advice = "packets get lost on the way: is the address right, and is there a firewall or a VPN between?"
    elif not isinstance(outcome.error, httpx.ConnectError):
        return None
    elif any(isinstance(cause, socket.gaierror) for cause in outcome.causes()) or "Name or service" in str(
        outcome.error
    ):
        return Diagnosis(
            "no such host",
            f"{outcome.question}",
            str(outcome),
            f"{parts.hostname} has no address: is it spelled right?",
        )
    else:
        advice = f"nothing listens at {place}: start the target (or let --run start it), and look at the port"
    return Diagnosis("target down", f"{outcome.question}", str(outcome), advice)


def slow(outcome: Unanswered) -> Diagnosis | None:
    """A connection came about, and nothing else in time."""
    if outcome.error is not None:
        return None
    return Diagnosis(
        "slow target",
        f"{outcome.question}",
        str(outcome),
        "the target takes the connection and does not answer: is it still starting, or stuck? Try again, or "
        "judge it as it is with --no-doctor",
    )


def not_http(outcome: Unanswered) -> Diagnosis | None:
    """The connection came about, and what came back, if anything, is no HTTP."""
    if outcome.error is None:
        return None
    return Diagnosis(
        "no HTTP",
        f"{outcome.question}",
        str(outcome),
        "what listens there breaks off or does not speak HTTP: is it the right port?",
    )


def _speaks_tls(host: str, port: int, deadline: Deadline) -> bool:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it is only asked whether TLS is spoken; nothing is sent
    seconds = min(_HANDSHAKE_SECONDS, max(0.05, deadline.remaining_seconds))
    try:
        with (
            socket.create_connection((host, port), seconds) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return True
    except (OSError, ValueError):
        return False
