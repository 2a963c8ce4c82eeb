"""Takes every secret out of a run's results, in whatever way it is written there."""

import functools
import html.entities
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from contracts.documents import Credential, load_api
from contracts.images import kind_of
from contracts.record import Arrival, Entry, Exchange, Headers, Note
from contracts.reports.marks import ByMark
from contracts.reports.plain import printable
from contracts.reports.shown_secrets import REDACTED, SHORTEST_SECRET, secrets_shown, without_shown_secrets
from contracts.results import CheckResult, Results
from contracts.verdicts import Finding, Verdict

OTHER_CREDENTIAL = "[another credential, redacted]"
"""Stands for a credential that no account of the run has, such as one that a check has spoilt on purpose."""

TELLING_BEGINNING = 12
"""How much of a secret gives away that it is one: a text that was shortened may end within a secret."""

CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})

_USER = re.compile(r"(?<=://)[^/?#@\s]+(?=@)")
_NAMES: Mapping[str, list[str]] = {
    chr(point): [name for name, other in html.entities.name2codepoint.items() if other == point]
    for point in html.entities.codepoint2name
}
_SHORT_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f", "\v": "v", "\0": "0", "\a": "a"}


class Redaction:
    """Replaces secrets by `[redacted]`, also where they are escaped as in JSON, Python or HTML, or percent-encoded."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._pictures: dict[bytes, bytes] = {}
        # The longest first: a secret may be a part of another one.
        ordered = sorted(
            {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=lambda one: (-len(one), one)
        )
        self._replacements = ByMark(
            [
                *((secret, _replacement(secret)) for secret in ordered),
                *(
                    (secret[:TELLING_BEGINNING], _replacement_of_beginning(secret))
                    for secret in ordered
                    if len(secret) >= 2 * TELLING_BEGINNING
                ),
            ]
        )

    def text(self, text: str) -> str:
        """The text without secrets, and without the values of JSON properties that are called so."""
        for replacement in self._replacements.that_may_apply_to(text):
            text = replacement(text)
        return without_shown_secrets(text)

    def data(self, data: bytes) -> bytes:
        """The bytes without secrets; what is no UTF-8 stays as it is."""
        if kind_of(data) is None:
            return self._data(data)
        # Pictures are long, and a run sees few different ones often.
        if data not in self._pictures:
            self._pictures[data] = self._data(data)
        return self._pictures[data]

    def _data(self, data: bytes) -> bytes:
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def url(self, url: str) -> str:
        """The URL without secrets and without a user's name and password."""
        return _USER.sub(REDACTED, self.text(url))

    def headers(self, headers: Headers, credential: Credential) -> Headers:
        """The headers without secrets; of one that carries credentials, nothing but the scheme is left."""
        held = CREDENTIAL_HEADERS | {credential.header.lower()}
        plain = {"", OTHER_CREDENTIAL, REDACTED, credential.header_value(REDACTED)}

        def shown(name: str, value: str) -> str:
            value = self.text(value)
            return OTHER_CREDENTIAL if name.lower() in held and value not in plain else value

        return tuple((self.text(name), shown(name, value)) for name, value in headers)


def told(text: str, secrets: Iterable[str]) -> str:
    """A message with a target's own words in it, without secrets and without what would act on a terminal."""
    return printable(Redaction(secrets).text(text))


def redacted(results: Results) -> Results:
    """The same results as they may be shown; doing it twice changes nothing more."""
    if results.is_redacted:
        return results
    api = load_api(results.information.api)
    redaction = Redaction(
        secret
        for result in results.checks
        for secret in itertools.chain(result.secrets, *(secrets_shown(entry, api) for entry in result.entries))
    )
    credential = api.credential
    text, information = redaction.text, results.information
    made = Results(
        replace(
            information,
            target_url=redaction.url(information.target_url),
            capabilities=tuple(map(text, information.capabilities)),
            target_gone=_maybe(text, information.target_gone),
        ),
        {identifier: _verdict(verdict, text) for identifier, verdict in results.verdicts.items()},
        tuple(_check(result, redaction, credential) for result in results.checks),
    )
    object.__setattr__(made, "is_redacted", True)
    return made


def _verdict(verdict: Verdict, text: Callable[[str], str]) -> Verdict:
    return replace(
        verdict,
        findings=tuple(_finding(finding, text) for finding in verdict.findings),
        expected_failure=_maybe(text, verdict.expected_failure),
    )


def _finding(finding: Finding, text: Callable[[str], str]) -> Finding:
    return replace(finding, explanation=text(finding.explanation))


def _check(result: CheckResult, redaction: Redaction, credential: Credential) -> CheckResult:
    return replace(
        result,
        findings=tuple(_finding(finding, redaction.text) for finding in result.findings),
        entries=tuple(_entry(entry, redaction, credential) for entry in result.entries),
        secrets=frozenset(),
        ended_early=_maybe(redaction.text, result.ended_early),
    )


def _entry(entry: Entry, redaction: Redaction, credential: Credential) -> Entry:
    text = redaction.text
    match entry:
        case Exchange():
            return replace(
                entry,
                method=text(entry.method),
                url=redaction.url(entry.url),
                request_headers=redaction.headers(entry.request_headers, credential),
                request_body=redaction.data(entry.request_body),
                response_headers=redaction.headers(entry.response_headers, credential),
                response_body=redaction.data(entry.response_body),
                error=_maybe(text, entry.error),
            )
        case Arrival():
            return replace(
                entry,
                inbox=text(entry.inbox),
                method=text(entry.method),
                path=text(entry.path),
                headers=redaction.headers(entry.headers, credential),
                body=redaction.data(entry.body),
                answer=text(entry.answer),
            )
        case Note():
            return replace(entry, text=text(entry.text))


def _maybe(change: Callable[[str], str], text: str | None) -> str | None:
    return None if text is None else change(text)


@functools.lru_cache(maxsize=4096)
def _replacement_of_beginning(secret: str) -> Callable[[str], str]:
    """Takes the beginning of a secret out of a text, as far as it goes on there."""
    telling, rest = secret[:TELLING_BEGINNING], secret[TELLING_BEGINNING:]

    def without(text: str) -> str:
        before, found, after = text.partition(telling)
        if not found:
            return text
        more = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(after, rest, strict=False)))
        return f"{before}{REDACTED}{without(after[more:])}"

    return without


def _replacement(secret: str) -> Callable[[str], str]:
    """Replaces one secret. Letters and digits are written alike everywhere: their runs can be looked for first."""
    runs = re.findall(r"[A-Za-z0-9]+", secret)
    if re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        return lambda text: text.replace(secret, REDACTED)
    longest = max(runs, key=len, default="")
    pieces = _pattern(re.findall(r"\\+|.", secret, re.DOTALL))
    # No match begins within a run of backslashes, and the pattern never goes back into one: long ones would take long.
    pattern = re.compile(pieces if secret[0].isascii() and secret[0].isalnum() else rf"(?<!\\){pieces}")

    def replaced(text: str) -> str:
        return pattern.sub(REDACTED, text) if longest in text else text

    return replaced


def _pattern(pieces: Iterable[str]) -> str:
    pattern, after_backslashes = "", False
    for piece in pieces:
        # The backslashes that escape this piece are a part of the run before it.
        pattern += _piece(piece).replace(r"\\+", r"\\*") if after_backslashes else _piece(piece)
        after_backslashes = piece[0] == "\\"
    return pattern


@functools.cache
def _piece(piece: str) -> str:
    """A pattern for one character as it is, escaped (once or again), percent-encoded, or decoded by the wrong code."""
    character = piece[0]
    if character.isascii() and character.isalnum():
        return character
    encoded = character.encode("utf-8", "surrogatepass")
    units = character.encode("utf-16-be", "surrogatepass")
    escapes = [
        "".join(rf"\\+u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)),
        rf"\\+u\{{0*{ord(character):x}\}}",
        rf"\\+U{ord(character):08x}",
        rf"\\+x{ord(character):02x}",
        "".join(rf"\\+x{byte:02x}" for byte in encoded),
        "".join(rf"\\*%(?:25)*{byte:02x}" for byte in encoded),
        rf"\\*&(?:amp;)*#(?:0*{ord(character)}|x0*{ord(character):x});",
    ]
    words = [rf"\\*&(?:amp;)*{name};" for name in _NAMES.get(character, [])]
    words += [r"\\+" + _SHORT_ESCAPES[character]] if character in _SHORT_ESCAPES else []
    words += [r"\+"] if character == " " else []
    words += [re.escape(encoded.decode("latin-1"))]
    words += [rf"\\{{{len(piece)},}}+" if character == "\\" else r"\\*" + re.escape(character)]
    count = "" if len(piece) == 1 else f"{{{len(piece)}}}"
    return f"(?:(?:(?i:{'|'.join(escapes)})){count}|{'|'.join(words)})"
