"""What a signature is, and, where it is not the right one, which statement about signatures its maker has broken."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from contracts.checks.mistakes import decoded, other_bodies, other_keys
from contracts.policy import Signature

DIGEST, BYTES, KEY, WRITING, ALONE = ("RIO-SIG-003", "RIO-SIG-004", "RIO-SIG-005", "RIO-SIG-006", "RIO-SIG-007")

CONTENT = frozenset({DIGEST, BYTES, KEY})
"""What is wrong with the digest itself; the others are about how it is written."""

_HEX_DIGITS = 64
_HEX = re.compile(rf"(?<![0-9a-fA-F])[0-9a-fA-F]{{{_HEX_DIGITS}}}(?![0-9a-fA-F])")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{43}=?(?![A-Za-z0-9+/=_-])")
_OTHER_HASHES = ("sha1", "md5", "sha512", "sha384", "sha224", "sha3_256")
_MOST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Flaw:
    """A requirement that a signature breaks, and how; `explained` is False where only the wrong digest is known."""

    requirement: str
    because: str
    explained: bool = True


def flaws(signature: Signature, value: str, secret: str, body: bytes) -> tuple[Flaw, ...]:
    """What is wrong with the value of a signature header; empty where it is exactly the documented one.

    At most one flaw is about the digest itself. A digest that cannot be explained breaks RIO-SIG-003.
    """
    if value == signature.header_value(secret.encode(), body):
        return ()
    found = _HEX.search(value)
    if found is not None:
        digest = found.group()
        written = list(_hex_writing(value, digest))
    elif (token := _BASE64.search(value)) is not None and (raw := decoded(token.group())) is not None:
        digest = raw.hex()
        written = [Flaw(WRITING, f"it was to be {_HEX_DIGITS} hexadecimal digits, and was base64: {_shown(value)}")]
        if token.group() != value:
            written.append(_not_alone(value))
    else:
        return (_no_digest(signature, value, secret, body),)
    wrong = _wrong_digest(signature, digest.lower(), secret, body)
    return (*written, *([] if wrong is None else [wrong]))


def _hex_writing(value: str, digest: str) -> Iterator[Flaw]:
    if digest != digest.lower():
        yield Flaw(WRITING, f"it was to be in lower case, and was {_shown(value)}")
    if digest != value:
        yield _not_alone(value)


def _not_alone(value: str) -> Flaw:
    return Flaw(ALONE, f"the value was to be the digest alone, and was {_shown(value)}")


def _no_digest(signature: Signature, value: str, secret: str, body: bytes) -> Flaw:
    right = signature.digest(secret.encode(), body)
    if len(value) < len(right) and value and right.startswith(value.lower()):
        return Flaw(WRITING, f"it was to be {_HEX_DIGITS} hexadecimal digits, and was cut short: {_shown(value)}")
    for name in _OTHER_HASHES:
        if hmac.new(secret.encode(), body, name).hexdigest() in value.lower():
            return Flaw(DIGEST, f"it was to be made with SHA-256, and was made with {name}")
    return Flaw(DIGEST, f"it was to be an HMAC with SHA-256, and was {_shown(value)}", explained=False)


def _wrong_digest(signature: Signature, digest: str, secret: str, body: bytes) -> Flaw | None:
    right = replace(signature, encoding="hex")
    given = secret.encode()
    keys = [("the secret", given), *other_keys(secret)]
    bodies = [("the body", body), *other_bodies(body)]
    for (key_name, key), (body_name, content) in product(keys, bodies):
        if right.digest(key, content) != digest:
            continue
        if key == given and content == body:
            return None
        if key == given:
            return Flaw(BYTES, f"the bytes of the body were to be signed, and {body_name} was")
        return Flaw(KEY, f"the key was to be the secret as it was given, and was {key_name}")
    plain = {
        "a hash of the body without a key": hashlib.sha256(body).hexdigest(),
        "a hash of secret and body": hashlib.sha256(secret.encode() + body).hexdigest(),
        "an HMAC of the secret with the body as key": hmac.new(body, secret.encode(), hashlib.sha256).hexdigest(),
    }
    for name, other in plain.items():
        if other == digest:
            return Flaw(DIGEST, f"it was to be the HMAC with SHA-256 of the body, and was {name}")
    expected = right.digest(secret.encode(), body)
    return Flaw(DIGEST, f"it was to be the HMAC of the body, {expected[:16]}…, and was {digest[:16]}…", explained=False)


def _shown(value: str) -> str:
    return repr(value if len(value) <= _MOST_SHOWN else f"{value[:_MOST_SHOWN]}…")
