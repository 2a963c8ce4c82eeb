"""LOG: renders of several pages at the same time, each with the file of its own."""

from collections import Counter

from contracts.check import check
from contracts.checks.bannx.asks import FORMATS, Ask
from contracts.checks.bannx.ledger import Followed, digest_of
from contracts.checks.bannx.showing import by_size
from contracts.checks.bannx.space import FOLLOWED_BY, LOGGED, Space
from contracts.errors import NotObservable
from contracts.trial import Trial

OWN, SAME = "BNX-LOG-005", "BNX-LOG-003"

MOST_PAGES = 3
"""How many pages are rendered at the same time, each in every format."""


@check(OWN)
def each_page_has_its_own_image_in_the_log(trial: Trial) -> None:
    """Of renders of different pages at the same time, the entries of each page have the images of that page."""
    space = Space(trial)
    pages = by_size(trial.published)[:MOST_PAGES]
    if len(pages) == 1:
        message = "it takes two published pages at least, as entries are told apart by their pages"
        raise NotObservable(message)
    asks = [Ask(page.id, image_format=kind) for kind in FORMATS for page in pages]
    followed = space.followed(*asks, at_once=len(asks))
    entries = followed.new.entries
    because = f"{len(asks)} renders at the same time were to have one entry each, and have {len(entries)}"
    trial.require(LOGGED, len(entries) == len(asks), because, evidence=followed.evidence)
    files = len(followed.new.files)
    because = f"{len(asks)} renders at the same time were to have a file each in the log, and {files} have one"
    trial.require(FOLLOWED_BY[asks[0].operation], files == len(asks), because, evidence=followed.evidence)
    if Counter(entry.page_id for entry in entries) != Counter(ask.page for ask in asks):
        message = "the entries of the log do not say which page was rendered (BNX-LOG-009)"
        raise NotObservable(message)
    for page in pages:
        _judge(space, page.id, followed, asks)


def _judge(space: Space, page: str, followed: Followed, asks: list[Ask]) -> None:
    """The files of a page have to be its images; one that nobody got is not mixed up, but wrong (BNX-LOG-003)."""
    trial = space.trial
    digests = [digest_of(render.image.body) for render in followed.renders]
    own = Counter(digest for digest, ask in zip(digests, asks, strict=True) if ask.page == page)
    logged = Counter(entry.file.sha256 for entry in followed.new.entries if entry.page_id == page and entry.file)
    unknown = sorted(set(logged) - set(digests))
    because = f"a file in the log of {page} was to be an image that a client got, and has the SHA-256 {unknown[:1]}"
    trial.require(SAME, not unknown, because, evidence=followed.evidence)
    because = f"the files in the log of {page} were to be its own images, and are those of other requests, too"
    trial.expect(OWN, own == logged, because, evidence=followed.evidence)
