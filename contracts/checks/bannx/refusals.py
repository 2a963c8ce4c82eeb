"""What is refused: how that is judged, and what every refusal has to be."""

from contracts.checks.absent_ids import other_of_the_same_form
from contracts.checks.bannx.answers import is_image, says_error
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.calls import FIRST_CLIENT_ERROR, FIRST_SERVER_ERROR
from contracts.client import Response

NO_IMAGE, NO_SERVER_ERROR = "BNX-ERR-001", "BNX-ERR-007"


def expect_refusal(asking: Asking, requirement: str, response: Response, what: str, *, status: int) -> bool:
    """Judge that a request is answered with this status and without an image; whether it is."""
    return asking.trial.expect(
        requirement,
        response.status == status and not is_image(response),
        f"{what} was to be answered {status} without an image, and was answered {response}",
        evidence=[response.evidence],
    )


def absent_page(asking: Asking) -> str:
    """The id of a page that does not exist."""
    known = {page.id for page in asking.trial.pages}
    identifier, _ = other_of_the_same_form(asking.page.id)
    while identifier in known:
        identifier = f"{identifier}0"
    return identifier


def trouble_of(response: Response) -> str | None:
    """The requirement on all errors that an answer breaks; None where it is an error in order, or none at all."""
    if response.status >= FIRST_SERVER_ERROR:
        return NO_SERVER_ERROR
    if response.status >= FIRST_CLIENT_ERROR:
        return NO_IMAGE if is_image(response) else None
    return NO_IMAGE if response.is_success and says_error(response) else None
