"""What a delivery sends."""

import hmac
from dataclasses import dataclass

from tests.miniature_parts.transmission import Message as Post

from .manners import PLAIN, Manners


@dataclass(frozen=True)
class Message:
    """What every attempt of a delivery sends, byte for byte; without a secret it is not signed."""

    url: str
    body: bytes
    secret: str
    manners: Manners = PLAIN

    def headers(self) -> dict[str, str]:
        """The headers that the document names."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "RenderIO-Webhook/1.0",
        }
        if self.secret:
            headers["X-Webhook-Signature"] = hmac.digest(self.secret.encode(), self.body, "sha256").hex()
        other = self.manners.delivery_headers or {}
        replaced = {name.lower() for name in other}
        return {**{name: value for name, value in headers.items() if name.lower() not in replaced}, **other}

    def post(self) -> Post:
        """The request."""
        return Post(self.url, self.body, self.headers(), in_chunks=self.manners.delivery_in_chunks)
