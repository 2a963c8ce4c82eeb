"""Diagnoses of a render by bannx: the first page that is known is rendered, and a picture must come of it.

There is no way back: what follows a render never touches the client. A page that the target file names and the target
does not find is a wrong set-up; one that the target lists itself, and does not find, is for the checks to judge.
"""

from dataclasses import dataclass

from contracts.check import Check
from contracts.client import Response
from contracts.doctor.diagnosis import Deadline, Diagnosis, Severity
from contracts.documents import Credential
from contracts.errors import KitError, NoImageError
from contracts.images import Kind, decoded
from contracts.pages import Page
from contracts.session import Session

RENDER = "renderPage"
LEAST_SECONDS = 0.3
NOT_FOUND = 404
REFUSED = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Rendering:
    """What the doctor saw: which page was asked for at which path, and the answer.

    `is_told`: the target file names the page; else the target lists it. `option` is how the credential was given, None
    where the kit made it up.
    """

    page: Page
    path: str
    response: Response
    credential: Credential
    is_told: bool
    option: str | None

    @property
    def tried(self) -> str:
        """What was asked."""
        return f"GET {self.path}"

    @property
    def severity_of_set_up(self) -> Severity:
        """How grave it is what the target file can have caused: nothing where there is none."""
        return Severity.BLOCKING if self.is_told else Severity.WARNING


def examine(session: Session, deadline: Deadline) -> list[Diagnosis]:
    """What is wrong with rendering a page at all; one page is rendered."""
    seen = rendering(session, deadline)
    if seen is None:
        return []
    looks = (refused, not_found, no_picture, another_size)
    return [diagnosis for look in looks if (diagnosis := look(seen)) is not None][:1]


def refused(seen: Rendering) -> Diagnosis | None:
    """The token is not taken for a render."""
    if seen.response.status not in REFUSED:
        return None
    word, option = seen.credential.word, seen.option
    given = f"the {word} of {option}" if option else f"a made-up {word}, though it says that any opens a space"
    return Diagnosis(
        f"wrong {word}",
        f"{seen.tried} with {option or f'a made-up {word}'}",
        str(seen.response),
        f"the target refuses {given}: does it belong to the space of the page, and is it neither expired nor revoked?",
    )


def not_found(seen: Rendering) -> Diagnosis | None:
    """The target does not find the page."""
    if seen.response.status != NOT_FOUND:
        return None
    advice = (
        f"there is no page {seen.page.id!r} in this space, or it is not published: publish it, or correct its id in "
        "the target file; a page that is not to be found has `published = false` there"
    )
    if not seen.is_told:
        advice = f"the target lists {seen.page.id!r} as a published page, and does not find it: the checks will tell"
    return Diagnosis("page not found", seen.tried, str(seen.response), advice, seen.severity_of_set_up)


def no_picture(seen: Rendering) -> Diagnosis | None:
    """The answer is neither a picture nor JSON with a link to one: for the checks to judge, too."""
    problem = None
    if not seen.response.is_success:
        problem = str(seen.response)
    elif "file" not in seen.response.object():
        try:
            decoded(seen.response.body)
        except NoImageError as error:
            problem = f"{seen.response.status}, and no image: {error}"
    if problem is None:
        return None
    advice = "can the page be rendered, by hand as well? Everything about pictures will fail"
    return Diagnosis("no image", seen.tried, problem, advice, Severity.WARNING)


def another_size(seen: Rendering) -> Diagnosis | None:
    """The picture has another size than the page is said to have."""
    try:
        picture = decoded(seen.response.body)
    except NoImageError:
        return None
    if picture.kind is Kind.SVG or picture.size == (seen.page.width, seen.page.height):
        return None
    said = "the target file" if seen.is_told else "the target's own list of pages"
    return Diagnosis(
        "page of another size",
        seen.tried,
        f"a {picture}",
        f"{said} says {seen.page.width}x{seen.page.height}: if that is wrong, correct it",
        Severity.WARNING,
    )


def rendering(session: Session, deadline: Deadline) -> Rendering | None:
    """Render the first page; None where there is no answer in time, which is for the checks to judge."""
    if deadline.remaining_seconds < LEAST_SECONDS:
        return None
    try:
        trial = session.trial(Check("doctor.render", "A page is rendered", (), lambda _: None))
        try:
            operation, (page, *_) = trial.api.operations[RENDER], trial.published
            path = operation.url(pageId=page.id)
            response = trial.client.request(operation.method, path, timeout_seconds=deadline.remaining_seconds)
            if response.is_success and response.object() and deadline.remaining_seconds >= LEAST_SECONDS:
                path = f"{path}?output=binary"  # where the answer is JSON with a link, one can ask for the image
                response = trial.client.request(operation.method, path, timeout_seconds=deadline.remaining_seconds)
        finally:
            trial.close()
    except KitError:
        return None
    credential, is_given = session.api.credential, not session.own_workspaces
    return Rendering(
        page, path, response, credential, bool(session.target.pages), credential.option if is_given else None
    )
