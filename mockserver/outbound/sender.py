"""Makes one webhook attempt over HTTP."""

import asyncio
import contextlib

import httpx

from mockserver.outbound.transport import ForbiddenAddressError
from mockserver.webhooks.delivery import Answer, Envelope, Outcome, Silence

BODY_LIMIT_BYTES = 64 * 1024
BODY_SECONDS = 0.25


class HttpSender:
    """Posts envelopes. It follows no redirect, sets no deadline (that is the scheduler's), and never raises."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        # Not through a client: it would add cookies, credentials from the URL and headers of its own.
        self._transport = transport

    async def send(self, envelope: Envelope) -> Outcome:
        """Post the envelope; the receiver's status is the outcome, or why there was none."""
        try:
            request = httpx.Request(
                envelope.method,
                envelope.url,
                headers={**envelope.headers, "Connection": "close"},
                content=envelope.body,
            )
            response = await self._transport.handle_async_request(request)
        except httpx.InvalidURL:
            return Silence("the URL cannot be used")
        except httpx.UnsupportedProtocol:
            return Silence("the URL is neither http nor https")
        except ForbiddenAddressError as error:
            return Silence(str(error))
        except httpx.ConnectError as error:
            return Silence(f"no connection: {error}")
        except (httpx.HTTPError, OSError, ValueError, ArithmeticError, ExceptionGroup) as error:
            return Silence(f"the connection broke before an answer: {str(error) or type(error).__name__}")
        await _read_politely(response)
        return Answer(response.status_code, response.headers.get("location"))

    async def close(self) -> None:
        """Release the transport."""
        await self._transport.aclose()


async def _read_politely(response: httpx.Response) -> None:
    """Take the answer's body off the line: a receiver whose answer is cut off would see an error of its own."""
    size = 0
    # Whatever happens here, the receiver has answered.
    with contextlib.suppress(Exception):
        async with asyncio.timeout(BODY_SECONDS):
            async for part in response.aiter_raw():
                size += len(part)
                if size > BODY_LIMIT_BYTES:
                    break
    with contextlib.suppress(Exception):
        await response.aclose()
