"""Behaviours of the log: which requests it has, and what it says of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from mockserver.bannx.blueprint import Blueprint, Change, Json
from mockserver.bannx.callback import StoredFile
from mockserver.bannx.render import LogEntry, Render
from mockserver.behaviours.bannx.answers import OK, Exchange, answering
from mockserver.behaviours.bannx.asked import asking, current, in_turn
from mockserver.behaviours.bannx.neighbours import Latest
from mockserver.behaviours.bannx.repeats import NotingRepeats, Repeats
from mockserver.behaviours.bannx.stores import OtherRenders, around_renders
from mockserver.clock import rfc3339
from mockserver.http.problems import Problem

BEGINNING_MS = 0
ACCEPTED = 202


def _listed(change: Callable[[Sequence[LogEntry]], Iterator[LogEntry]]) -> Change:
    """Change the entries of logs."""

    class Listed(OtherRenders):
        async def entries(self, workspace: str) -> Sequence[LogEntry]:
            return list(change(await super().entries(workspace)))

    return around_renders(Listed)


def _each(change: Callable[[LogEntry], LogEntry]) -> Change:
    """Change every entry of a successful render."""
    return _listed(lambda entries: (change(entry) if entry.status == OK else entry for entry in entries))


def _with_file(change: Callable[[StoredFile], StoredFile]) -> Change:
    """Change every file."""
    return _each(lambda entry: entry if entry.file is None else replace(entry, file=change(entry.file)))


def _shown(change: Callable[[Json], Json]) -> Change:
    """Change how entries are shown."""

    def apply(blueprint: Blueprint) -> Blueprint:
        usual = blueprint.show_entry
        return replace(blueprint, show_entry=lambda entry: change(usual(entry)))

    return apply


def _twice(entries: Sequence[LogEntry]) -> Iterator[LogEntry]:
    for entry in entries:
        yield entry
        if entry.status == OK:
            yield replace(entry, request_id=str(uuid5(NAMESPACE_URL, entry.request_id)))


def _refusals_alone(entries: Sequence[LogEntry]) -> Iterator[LogEntry]:
    return (entry for entry in entries if entry.status != OK)


def _by_the_clock(entry: LogEntry) -> LogEntry:
    return replace(entry, request_id=f"req_{entry.created_ms // 1000}")


def _by_the_page(entry: LogEntry) -> LogEntry:
    return replace(entry, request_id=f"req_{entry.page_id}")


def _of_base64(file: StoredFile) -> StoredFile:
    return replace(file, size=(file.size + 2) // 3 * 4)


def _digest_cut(file: StoredFile) -> StoredFile:
    return replace(file, sha256=f"{file.sha256[:-8]}00000000")


class _Once(NotingRepeats):
    """Does not show renders that gave the very image that an earlier render of the page has given."""

    async def entries(self, workspace: str) -> Sequence[LogEntry]:
        return [entry for entry in await super().entries(workspace) if entry.request_id not in self._repeats]


def _shared(latest: Latest) -> Change:
    """Show, at the end of a log, what other spaces with this behaviour have rendered since its own last render."""

    class Shared(OtherRenders):
        async def owe(self, render: Render) -> None:
            await super().owe(render)
            latest.note(render.workspace, render.id)

        async def entries(self, workspace: str) -> Sequence[LogEntry]:
            entries = list(await super().entries(workspace))
            for other, renders in latest.since(workspace).items():
                entries += [entry for entry in await super().entries(other) if entry.request_id in renders]
            return entries

    return around_renders(Shared)


# What the client learns of it.


class _Known(OtherRenders):
    async def owe(self, render: Render) -> None:
        asked = current()
        if asked is not None:
            asked.render = render.id
        await super().owe(render)


async def _with_request_id(exchange: Exchange) -> Problem:
    with asking(exchange) as asked:
        problem = await exchange.usual()
    if asked.render is None:
        return problem
    return replace(problem, headers={**problem.headers, "X-Request-Id": asked.render})


def _refusals_unlogged(blueprint: Blueprint) -> Blueprint:
    return replace(blueprint, logs_refusals=False)


CHANGES: Mapping[str, Change] = {
    "render-is-logged-twice": _listed(_twice),
    "render-is-not-logged": _listed(_refusals_alone),
    "equal-renders-are-logged-once": around_renders(lambda inner: _Once(inner, Repeats())),
    "request-ids-are-those-of-the-second": _each(_by_the_clock),
    "request-ids-are-those-of-the-page": _each(_by_the_page),
    "request-ids-are-empty": _shown(lambda shown: {**shown, "request_id": ""}),
    "logged-size-is-that-of-base64": _with_file(_of_base64),
    "logged-digest-is-another": _with_file(_digest_cut),
    "logged-url-leads-nowhere": _with_file(lambda file: replace(file, url=f"{file.url}.gone")),
    "logged-type-is-octet-stream": _with_file(lambda file: replace(file, content_type="application/octet-stream")),
    "log-does-not-name-pages": _each(lambda entry: replace(entry, page_id=None)),
    "log-says-202": _shown(lambda shown: {**shown, "status": ACCEPTED if shown["status"] == OK else shown["status"]}),
    "log-says-1970": _shown(lambda shown: {**shown, "created_at": rfc3339(BEGINNING_MS)}),
    "log-shows-another-space": _shared(Latest()),
    "refusals-are-not-logged": _refusals_unlogged,
    "request-id-is-in-a-header": in_turn(around_renders(_Known), answering(lambda: _with_request_id)),
}
