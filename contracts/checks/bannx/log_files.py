"""LOG: the files of entries: the very images that the clients got."""

import itertools

from contracts.check import check
from contracts.checks.bannx.answers import media_type
from contracts.checks.bannx.asks import Ask
from contracts.checks.bannx.ledger import Whole, digest_of
from contracts.checks.bannx.showing import by_size
from contracts.checks.bannx.space import Space
from contracts.checks.bannx.storage import stored
from contracts.trial import Trial

SAME, FETCHED, OWN, KIND = "BNX-LOG-003", "BNX-LOG-004", "BNX-LOG-005", "BNX-LOG-008"

FORMATS = (None, "webp", "svg")


@check(SAME, FETCHED, KIND)
def a_file_is_the_image_that_the_client_got(trial: Trial) -> None:
    """The file of an entry has the size, the SHA-256 and the content type of the image, and its URL gives its bytes."""
    space = Space(trial)
    digests: set[str] = set()
    # No two of them are equal, as long as there are two pages.
    kinds = itertools.product(by_size(trial.published)[:2], FORMATS)
    for number, (page, image_format) in enumerate(kinds):
        ask = Ask(page.id, post=number % 2 == 1, image_format=image_format)
        whole = space.whole(ask)
        _judge_own(space, ask, whole, digests)
        _judge_same(space, ask, whole)
        _judge_fetched(space, ask, whole)
        digests.add(digest_of(whole.render.image.body))


def _judge_own(space: Space, ask: Ask, whole: Whole, others: set[str]) -> None:
    """Go on only if the file is not the image of another request of this check (BNX-LOG-005)."""
    is_other = whole.file.sha256 in others - {digest_of(whole.render.image.body)}
    because = f"the file in the log of {ask} was to be its own image, and is that of an earlier request"
    space.trial.require(OWN, not is_other, because, evidence=whole.render.evidence)


def _judge_same(space: Space, ask: Ask, whole: Whole) -> None:
    trial, file, body = space.trial, whole.file, whole.render.image.body
    size, digest = len(body), digest_of(body)
    because = f"{ask} gave {size} bytes with the SHA-256 {digest}, and the file in the log has {file.size} bytes with"
    is_same = (file.size, file.sha256) == (size, digest)
    trial.expect(SAME, is_same, f"{because} {file.sha256}", evidence=whole.render.evidence)
    said, sent = file.content_type.partition(";")[0].strip().lower(), media_type(whole.render.image)
    because = f"{ask} gave {sent}, and the file in the log is said to be {file.content_type}"
    trial.expect(KIND, said == sent, because, evidence=whole.render.evidence)


def _judge_fetched(space: Space, ask: Ask, whole: Whole) -> None:
    trial, url = space.trial, whole.file.url
    answer = stored(space, url)
    if answer is None:
        trial.unobservable(FETCHED, because=f"nothing answered at {url}, which may be out of reach from here")
        return
    because = f"GET of {url}, the file of {ask}, was to give the bytes that the client got, and was answered {answer}"
    evidence = [*whole.render.evidence, answer.evidence]
    trial.expect(FETCHED, answer.is_success and answer.body == whole.render.image.body, because, evidence=evidence)
