"""What the signature of a delivery is, and, where it is not the right one, which statement its maker has broken."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from contracts.checks.mistakes import decoded, other_bodies, other_keys
from contracts.checks.ricloud.signed_texts import Text, documented, signed_texts, with_near_timestamps
from contracts.clock import Tolerance
from contracts.policy import Signature
from contracts.record import Headers

FORM, DIGEST, BYTES, MOMENT = "RCL-SIG-003", "RCL-SIG-004", "RCL-SIG-005", "RCL-SIG-006"

_EXACT = re.compile(r"t=([0-9]+),s=([A-Za-z0-9+/]{43}=)")
_HEX = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{43}=?(?![A-Za-z0-9+/=_-])")
_BASE64_OF_HEX = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{86}={0,2}(?![A-Za-z0-9+/=_-])")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)|\d+(?:\.\d+)?")
_OTHER_HASHES = ("sha1", "md5", "sha512", "sha384", "sha224", "sha3_256")
_SIGNING_WORDS = ("sign", "hmac")
_UNITS = (("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9), ("minutes", 1 / 60))
_MOST_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Material:
    """What a delivery was to be signed with, and what it may have been signed with instead.

    `owner` is the requirement that says whose secret it is. `other_secrets` are those of other configs; `other_bodies`
    and `other_timestamps` are those of earlier attempts.
    """

    owner: str
    secret: str
    other_secrets: tuple[str, ...] = ()
    other_bodies: tuple[bytes, ...] = ()
    other_timestamps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flaw:
    """A requirement that a signature breaks, and how."""

    requirement: str
    because: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is wrong with a signature, and what could not be told of it.

    `timestamp` is the text that stands for the moment in it, None where there is none.
    """

    flaws: tuple[Flaw, ...] = ()
    unclear: frozenset[str] = frozenset()
    timestamp: str | None = None


def inspect(signature: Signature, headers: Headers, body: bytes, material: Material) -> Inspection:
    """What is to be said of the signature of a delivery with these headers and this body."""
    values = [value for name, value in headers if name.lower() == signature.header.lower()]
    if values:
        return _of_value(signature, ", ".join(values), body, material)
    for name, value in headers:
        found = _of_value(signature, value, body, material)
        if not ({flaw.requirement for flaw in found.flaws} | found.unclear) & {material.owner}:
            flaw = Flaw(FORM, f"the signature was to stand in {signature.header}, and stands in {name}")
            others = tuple(other for other in found.flaws if other.requirement != FORM)
            return Inspection((flaw, *others), found.unclear, found.timestamp)
    unclear = frozenset({DIGEST, BYTES})
    named = [name for name, _ in headers if any(word in name.lower() for word in _SIGNING_WORDS)]
    if named:
        because = f"the signature was to stand in {signature.header}; there is {named[0]}, which nothing here explains"
        return Inspection((Flaw(FORM, because),), unclear | {material.owner})
    because = f"a delivery was to be signed, and carries no {signature.header}"
    return Inspection((Flaw(material.owner, because),), unclear | {FORM})


def moment_flaw(timestamp: str, sent_at: datetime, tolerance: Tolerance) -> Flaw | None:
    """What is wrong with the timestamp of an attempt that was made at `sent_at`; None where nothing is, or it is none.

    Another unit than seconds is a flaw of the form.
    """
    if not (timestamp.isascii() and timestamp.isdigit()):
        return None
    moment = sent_at.timestamp()
    off = int(timestamp) - moment
    if -tolerance.late_seconds <= off <= tolerance.early_seconds:
        return None
    for name, per_second in _UNITS:
        if abs(int(timestamp) / per_second - moment) <= max(tolerance.early_seconds, tolerance.late_seconds) + 1:
            return Flaw(FORM, f"the timestamp was to be in whole seconds, and {timestamp} are {name}")
    direction = "after" if off > 0 else "before"
    return Flaw(MOMENT, f"the timestamp {timestamp} is {abs(off):.1f} s {direction} the moment of the attempt")


# ------------------------------------------------------------------------------------------------- one header's value


def _of_value(signature: Signature, value: str, body: bytes, material: Material) -> Inspection:
    exact = _EXACT.fullmatch(value)
    if exact and signature.header_value(material.secret.encode(), body, timestamp=exact.group(1)) == value:
        return Inspection(timestamp=exact.group(1))
    written = () if exact else (Flaw(FORM, f"the value was to be t=…,s=… with a digest in base64: {_shown(value)}"),)
    digest, rest = _digest_in(value)
    timestamps = (exact.group(1),) if exact else tuple(match.group() for match in _TIMESTAMP.finditer(rest))
    first = timestamps[0] if timestamps else None
    if digest is None:
        wrong = _of_other_hash(value, body, material, timestamps)
        if wrong is not None:
            return Inspection((wrong,), frozenset({FORM, BYTES}), first)
        form = written or (Flaw(FORM, f"there was to be a digest: {_shown(value)}"),)
        return Inspection(form, frozenset({material.owner, DIGEST, BYTES}), first)
    problems = tuple(_wrong_digest(digest, body, material, timestamps))
    broken = {flaw.requirement for flaw in problems}
    unclear = frozenset({DIGEST, BYTES} - broken) if broken else frozenset()
    return Inspection((*written, *problems), unclear, first)


def _digest_in(value: str) -> tuple[bytes | None, str]:
    """The digest in a value, however it is written, and what stands around it."""
    for pattern, read in ((_HEX, bytes.fromhex), (_BASE64, decoded), (_BASE64_OF_HEX, _from_hex_in_base64)):
        match = pattern.search(value)
        digest = read(match.group()) if match else None
        if match and digest is not None and len(digest) == hashlib.sha256().digest_size:
            return digest, f"{value[: match.start()]} {value[match.end() :]}"
    return None, value


def _from_hex_in_base64(text: str) -> bytes | None:
    try:
        return bytes.fromhex((decoded(text) or b"").decode("ascii"))
    except ValueError:
        return None


def _of_other_hash(value: str, body: bytes, material: Material, timestamps: tuple[str, ...]) -> Flaw | None:
    for text in (documented(body, timestamp) for timestamp in (*timestamps, "")):
        for name in _OTHER_HASHES:
            code = hmac.new(material.secret.encode(), text, name)
            if code.hexdigest() in value.lower() or code.digest() in _decoded_parts(value):
                return Flaw(DIGEST, f"it was to be made with SHA-256, and was made with {name}")
    return None


def _decoded_parts(value: str) -> list[bytes]:
    parts = [part.partition("=")[2] or part for part in re.split(r"[,; ]+", value)]
    return [raw for raw in (decoded(part) for part in (*parts, value)) if raw]


# ------------------------------------------------------------------------------------------------- a wrong digest


def _wrong_digest(digest: bytes, body: bytes, material: Material, timestamps: tuple[str, ...]) -> Iterator[Flaw]:
    """Nothing where the digest is the documented one by one of the timestamps; else the first explanation."""
    secret = material.secret.encode()
    if any(_is_code(digest, secret, documented(body, timestamp)) for timestamp in timestamps):
        return
    texts = signed_texts(body, timestamps, material.other_timestamps)
    bodies = [("the body of an earlier attempt", other) for other in material.other_bodies if other != body]
    bodies += other_bodies(body)
    text = _explaining(digest, secret, chain(texts, with_near_timestamps(body, timestamps)))
    if text is not None:
        yield Flaw(DIGEST, f"it was to be made of the timestamp, a dot and the body, and was made of {text.name}")
        return
    for name, other in bodies:
        if any(_is_code(digest, secret, documented(other, timestamp)) for timestamp in timestamps):
            yield Flaw(BYTES, f"the bytes of the body were to be signed as they are sent, and {name} was")
            return
    yield from _wrong_key(digest, material, texts)


def _wrong_key(digest: bytes, material: Material, texts: tuple[Text, ...]) -> Iterator[Flaw]:
    for name, key in other_keys(material.secret):
        if _explaining(digest, key, texts) is not None:
            yield Flaw(
                DIGEST if key else material.owner, f"the key was to be the secret as it is shown, and was {name}"
            )
            return
    if any(_explaining(digest, other.encode(), texts) is not None for other in material.other_secrets):
        yield Flaw(material.owner, "a delivery was to be signed with the secret of its config, and was with another's")
        return
    secret = material.secret.encode()
    for text in texts:
        if digest in {hashlib.sha256(secret + text.content).digest(), hashlib.sha256(text.content + secret).digest()}:
            yield Flaw(DIGEST, f"it was to be an HMAC, and was a plain hash of the secret and {text.name}")
            return
        if digest == hmac.digest(text.content, secret, "sha256"):
            yield Flaw(DIGEST, f"the key was to be the secret, and was {text.name}")
            return
    yield Flaw(material.owner, "a delivery was to be signed with the secret of its config, and was not")


def _explaining(digest: bytes, key: bytes, texts: Iterable[Text]) -> Text | None:
    return next((text for text in texts if _is_code(digest, key, text.content)), None)


def _is_code(digest: bytes, key: bytes, content: bytes) -> bool:
    return hmac.digest(key, content, "sha256") == digest


def _shown(value: str) -> str:
    return repr(value if len(value) <= _MOST_SHOWN else f"{value[:_MOST_SHOWN]}…")
