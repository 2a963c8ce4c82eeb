"""What is refused before anybody asks whose request it is: a token in the query."""

from urllib.parse import parse_qsl

from mockserver.bannx.problems import shape
from mockserver.errors import InvalidQuery, Violation
from mockserver.http.binding import Front, Incoming
from mockserver.http.problems import Problem, url_of

TOKEN = "token"  # noqa: S105 - the name of a parameter


def refusing_query_tokens(front: Front) -> Front:
    """Answers 400 to `?token=…`, whether or not the header has a token: a URL ends up in logs."""

    async def answer(incoming: Incoming) -> Problem:
        query = incoming.request.scope["query_string"].decode("latin-1")
        if any(name == TOKEN for name, _ in parse_qsl(query, keep_blank_values=True)):
            what = "a token does not belong in the query; send the header Authorization: Bearer"
            return shape(InvalidQuery([Violation((TOKEN,), what)]), url_of(incoming.request))
        return await front(incoming)

    return answer
