"""Finds the secrets that a target has made and shown: nobody told the run of them, and they outlive it."""

import json
import re
from collections.abc import Iterator

from contracts.documents import Api
from contracts.record import Arrival, Entry, Exchange

REDACTED = "[redacted]"

SHORTEST_SECRET = 4
"""A shorter text keeps no secret, and taking it out of every sentence would leave nothing to read."""

LEAST_TELLING = 8
"""A shorter value is redacted where it is called a secret alone: it may be a word that occurs elsewhere."""

_SUCCESSES = range(200, 300)
_NAMES = "secret|token"

# A text may have been shortened within the value. No match begins within a run of backslashes, as long ones would take
# long.
_PLAIN = re.compile(rf'("(?:{_NAMES})"\s*+:\s*+")((?:[^"\\]|\\.)*+)', re.DOTALL)
_WITHIN_JSON = re.compile(rf'((?<!\\)\\++"(?:{_NAMES})\\++"\s*+:\s*+\\++")((?:[^"\\]|\\++(?!"))*+)')

_DIGEST = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
"""What may be a digest, however it is written; a moment in Unix seconds is shorter."""


def without_shown_secrets(text: str) -> str:
    """The text with every value redacted that JSON in it, or JSON within JSON, calls a secret or a token."""
    if "secret" not in text and "token" not in text:
        return text
    return _WITHIN_JSON.sub(_redacted, _PLAIN.sub(_redacted, text))


def secrets_shown(entry: Entry, api: Api) -> Iterator[str]:
    """What an accepted answer, or a delivery, has called a secret: it may stand elsewhere, too, such as in a sentence.

    A signature is one where the service's own secret made it: with its body, somebody else could send it again.
    """
    match entry:
        case Exchange(status=status) if status in _SUCCESSES:
            yield from _named(entry.response_body)
        case Arrival():
            yield from _named(entry.body)
            if api.makes_secrets:
                for header in {policy.signature.header for policy in api.policies.values()}:
                    yield from (digest for value in entry.values(header) for digest in _DIGEST.findall(value))
        case _:
            return


def _named(body: bytes) -> Iterator[str]:
    if b"secret" not in body and b"token" not in body:
        return
    text = body.decode("utf-8", "surrogateescape")
    for pattern in (_PLAIN, _WITHIN_JSON):
        yield from (_read(found[2]) for found in pattern.finditer(text) if len(found[2]) >= LEAST_TELLING)


def _read(written: str) -> str:
    """A text of JSON without its escapes; as it is, where it was cut off within one."""
    try:
        return str(json.loads(f'"{written}"'))
    except ValueError:
        return written


def _redacted(found: re.Match[str]) -> str:
    return found[0] if len(found[2]) < SHORTEST_SECRET else f"{found[1]}{REDACTED}"
