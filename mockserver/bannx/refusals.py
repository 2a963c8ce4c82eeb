"""The log of requests that were answered with an error: kept for those who were admitted, as nobody else has a log."""

from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.bannx.ports import RenderStore
from mockserver.bannx.render import Refusal
from mockserver.errors import shortened
from mockserver.http.binding import Answering, Incoming
from mockserver.http.problems import Problem
from mockserver.identifiers import Identify
from mockserver.workspaces import Workspace

FIRST_ERROR = 400


def logging_refusals(renders: RenderStore, identify: Identify) -> Callable[[Answering], Answering]:
    """Puts the log of refused requests around answers."""

    def around(answer: Answering) -> Answering:
        async def logged(incoming: Incoming, workspace: Workspace | None) -> Problem:
            shaped = await answer(incoming, workspace)
            if workspace is not None and shaped.status >= FIRST_ERROR:
                page_id = await _page_id(incoming)
                # Nothing is waited for from here on: rows come into the store in the order of their numbers.
                await renders.refuse(
                    Refusal(
                        id=identify(workspace.id, renders.next_number(workspace.id)),
                        workspace=workspace.id,
                        page_id=page_id,
                        status=shaped.status,
                        created_ms=workspace.clock.now_ms(),
                    )
                )
            return shaped

        return logged

    return around


async def _page_id(incoming: Incoming) -> str | None:
    """The page that a request names, as far as it can be read; the log is no place for a large text."""
    named: Any = incoming.request.path_params.get("pageId")
    if named is None and incoming.operation.body is not None:
        try:
            body = msgspec.json.decode(await incoming.request.body())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        named = body.get("pageId") if isinstance(body, dict) else None
    return shortened(named) if isinstance(named, str) else None
