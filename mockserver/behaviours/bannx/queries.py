"""What stands in the query or the body of a render request, and requests with something else there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from mockserver.behaviours.bannx.answers import Exchange, given
from mockserver.behaviours.requests import Pairs, with_body, with_query
from mockserver.http.binding import Incoming

FORMATS = ("png", "webp", "svg")


def pairs_of(incoming: Incoming) -> Pairs:
    """The pairs of a query."""
    return parse_qsl(incoming.request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


async def asked_for(exchange: Exchange, name: str) -> Any:
    """What a GET says by a parameter of its query, or a POST by a property of its body; None where it does not."""
    if exchange.takes_body:
        return (await given(exchange) or {}).get(name)
    return dict(pairs_of(exchange.incoming)).get(name)


async def names_unknown_format(exchange: Exchange) -> bool:
    """Whether a format is asked for that there is not."""
    named = await asked_for(exchange, "format")
    return named is not None and named not in FORMATS


async def without(exchange: Exchange, is_meant: Callable[[str], bool]) -> Incoming:
    """The request without those parameters, or properties of its body, whose names are meant."""
    if exchange.takes_body:
        body = await given(exchange)
        if body is None:
            return exchange.incoming
        kept = {name: value for name, value in body.items() if not is_meant(name)}
        return await with_body(exchange.incoming, msgspec.json.encode(kept))
    pairs = [(name, value) for name, value in pairs_of(exchange.incoming) if not is_meant(name)]
    return await with_query(exchange.incoming, pairs)
