"""LOG: entries: one for each render, with an id of its own, that says what was rendered."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.check import check
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.ledger import Followed
from contracts.checks.bannx.refused import refused
from contracts.checks.bannx.showing import by_size
from contracts.checks.bannx.space import LOGGED, Space
from contracts.renders import LoggedRender
from contracts.trial import Trial
from contracts.verdicts import TimeLevel

IDS, WORDS = "BNX-LOG-002", "BNX-LOG-009"

IN_TURN, AT_ONCE = 2, 6
"""How many renders are made one after the other, and then at the same time."""

APART_SECONDS = 3600.0
"""How far two renders are apart where the target's time can be moved."""

OFF_SECONDS = 5.0
"""By how much that may be off in the log."""

MOST_OFF = timedelta(days=1)
"""By how much a moment may be off the kit's own clock: clocks go wrong, and are set to time zones."""


@check(LOGGED)
def each_render_has_one_entry(trial: Trial) -> None:
    """Renders of several pages and formats, one after the other and at the same time, have one entry each."""
    space = Space(trial)
    asks = _different(space)
    for ask in asks[:IN_TURN]:
        _judge_number(space, space.followed(ask))
    _judge_number(space, space.followed(*asks[IN_TURN:], at_once=AT_ONCE))


def _different(space: Space) -> Sequence[Ask]:
    """GETs and POSTs of which no two are equal, as long as pages and formats last."""
    pages = by_size(space.trial.published)[:3]
    kinds = itertools.product(("png", "svg", "webp"), pages)
    asks = [
        Ask(page.id, post=number % 2 == 1, image_format=None if kind == "png" else kind)
        for number, (kind, page) in enumerate(kinds)
    ]
    return list(itertools.islice(itertools.cycle(asks), IN_TURN + AT_ONCE))


def _judge_number(space: Space, followed: Followed) -> None:
    renders, entries = len(followed.renders), len(followed.new.entries)
    because = f"{renders} renders were to have one entry each in the log, and {space.waited} it has {entries}"
    space.trial.expect(LOGGED, entries == renders, because, evidence=followed.evidence)


@check(IDS)
def each_request_has_an_id_of_its_own(trial: Trial) -> None:
    """Request ids are texts, and no two requests have the same, not even at the same time."""
    space = Space(trial)
    in_turn, together = _different(space)[:IN_TURN], _different(space)[IN_TURN:]
    space.learn(*in_turn, *together)
    space.asking.rendered(in_turn[0])
    space.rest()
    malformed = [value for value in _values(space) if not isinstance(value, str) or not value]
    because = f"a request id was to be a text that is not empty, and is {malformed[:1]}"
    if not trial.expect(IDS, not malformed, because):
        return
    refused(space)
    followed = [space.followed(ask) for ask in in_turn[1:]] + [space.followed(*together, at_once=AT_ONCE)]
    for each in followed:
        number = len(each.new.entries)
        because = f"{len(each.renders)} renders were to have one entry each in the log, and have {number}"
        trial.require(LOGGED, number == len(each.renders), because, evidence=each.evidence)
    identifiers = [entry.request_id for entry in space.look().entries]
    twice = sorted({identifier for identifier in identifiers if identifiers.count(identifier) > 1})
    because = f"each request was to have an id that no other has; two or more have {twice[:3]}"
    trial.expect(IDS, not twice, because, evidence=[number for each in followed for number in each.evidence])


def _values(space: Space) -> Sequence[Any]:
    """The request ids of the log as they are, whether or not they are texts."""
    content = space.workspace.client.request("GET", f"{space.trial.offer.url}/renders").object()
    listed = content.get("renders")
    return [entry.get("request_id") for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


@check(WORDS)
def an_entry_says_what_was_rendered_and_when(trial: Trial) -> None:
    """An entry has the page that was asked for, the status that was sent, and the moment of the request."""
    space = Space(trial)
    pages = by_size(trial.published)
    first = _judge_words(space, Ask(pages[0].id))
    if can_move := space.workspace.clock.level is TimeLevel.CONTROL:
        space.workspace.clock.pass_time(APART_SECONDS)
    second = _judge_words(space, Ask(pages[-1].id, post=True))
    apart_seconds = (second.created_at - first.created_at).total_seconds()
    if can_move:
        because = f"two renders were {APART_SECONDS:g} s apart, and are {apart_seconds:g} s in the log"
        trial.expect(WORDS, abs(apart_seconds - APART_SECONDS) <= OFF_SECONDS, because)
        return
    off = abs(first.created_at - datetime.now(UTC))
    because = f"the moment of a request that was just made is {first.created_at} in the log"
    trial.expect(WORDS, off <= MOST_OFF and apart_seconds >= 0, because)


def _judge_words(space: Space, ask: Ask) -> LoggedRender:
    followed = space.logged(ask)
    (entry,), (render,) = followed.new.entries, followed.renders
    because = f"the entry of {ask} was to name that page, and names {entry.page_id}"
    space.trial.expect(WORDS, entry.page_id == ask.page, because, evidence=followed.evidence)
    because = f"the entry of {ask} was to have the status {render.answer.status}, and has {entry.status}"
    space.trial.expect(WORDS, entry.status == render.answer.status, because, evidence=followed.evidence)
    return entry
