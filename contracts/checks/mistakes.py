"""What signers sign by mistake: what the secret becomes in their hands, and what becomes of the body."""

import base64
import binascii
import hashlib
import json
import unicodedata
from collections.abc import Sequence
from itertools import product
from typing import Literal

from contracts.client import read_json

_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")


def other_keys(secret: str) -> Sequence[tuple[str, bytes]]:
    """What the secret becomes in hands that do more than take its bytes, each with its name."""
    rest = secret.partition("_")[2] or secret
    raw = secret.encode()
    keys: dict[str, bytes | None] = {
        "the secret without its prefix": rest.encode(),
        "the secret without its prefix, decoded from base64": decoded(rest),
        "the secret decoded from base64": decoded(secret),
        "the secret decoded from hex": _unhexed(secret),
        "the secret without the white space around it": secret.strip().encode(),
        "the secret without any white space": "".join(secret.split()).encode(),
        "the secret in Latin-1": secret.encode("latin-1", "replace"),
        "the secret in ASCII, other characters replaced": secret.encode("ascii", "replace"),
        "the secret in ASCII, other characters left out": secret.encode("ascii", "ignore"),
        "the secret in UTF-16": secret.encode("utf-16-le"),
        "the secret as a JSON string": json.dumps(secret).encode(),
        "the secret escaped as in JSON": json.dumps(secret)[1:-1].encode(),
        "the secret encoded as base64": base64.b64encode(raw),
        "the secret encoded as hex": raw.hex().encode(),
        "the SHA-256 of the secret": hashlib.sha256(raw).digest(),
        "the SHA-256 of the secret in hex": hashlib.sha256(raw).hexdigest().encode(),
        "the secret in lower case": secret.lower().encode(),
        "the secret in upper case": secret.upper().encode(),
        "an empty key": b"",
        **{f"the secret in Unicode's {form}": unicodedata.normalize(form, secret).encode() for form in _FORMS},
    }
    return [(name, key) for name, key in keys.items() if key is not None and key != raw]


def other_bodies(body: bytes) -> Sequence[tuple[str, bytes]]:
    """What the body becomes when it is read as JSON and written again, by the habits of several languages."""
    others = [("the body without the white space around it", body.strip()), ("the body and a line's end", body + b"\n")]
    try:
        content = read_json(body)
    except (ValueError, RecursionError):
        return [(name, other) for name, other in others if other != body]
    for value, ascii_only, sort_keys, (indent, separators), slashes in product(
        (content, _whole(content)),
        (False, True),
        (False, True),
        ((None, (",", ":")), (None, (", ", ": ")), (2, (",", ": ")), (4, (",", ": "))),
        (False, True),
    ):
        text = json.dumps(value, ensure_ascii=ascii_only, sort_keys=sort_keys, indent=indent, separators=separators)
        written = (text.replace("/", "\\/") if slashes else text).encode("utf-8", "surrogatepass")
        others.append(("the same JSON, written anew,", written))
    return [(name, other) for name, other in others if other != body]


def decoded(text: str) -> bytes | None:
    """What a text stands for in base64, of either alphabet, padded or not; None where it is none."""
    plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


def _whole(value: object) -> object:
    """Whole numbers without a point, as JavaScript writes them."""
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _unhexed(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None
