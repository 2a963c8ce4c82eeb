"""Pictures among the bodies of a run, told in words: nobody reads their bytes."""

import hashlib

from contracts.images import kind_of
from contracts.record import Arrival, Exchange


def picture_in_words(body: bytes, whole: Exchange | None = None) -> str | None:
    """Such as `image/png, 31,204 bytes, sha256 9f86…`; None for what is no picture.

    `whole` is the exchange whose answer the body is the beginning of, where only that was kept.
    """
    kind = kind_of(body)
    if kind is None:
        return None
    size = (whole.response_bytes if whole is not None else None) or len(body)
    digest = (whole.response_sha256 if whole is not None else None) or hashlib.sha256(body).hexdigest()
    return f"{kind.media_type}, {size:,} bytes, sha256 {digest}"


def picture_of(entry: object) -> bytes | None:
    """The whole picture that was answered or delivered; None where there is none, or only its beginning was kept."""
    match entry:
        case Exchange(response_bytes=None, response_body=body) if kind_of(body) is not None:
            return body
        case Arrival(body=body) if kind_of(body) is not None:
            return body
        case _:
            return None
