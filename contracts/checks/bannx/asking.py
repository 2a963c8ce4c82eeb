"""Asks for renders in one space, whatever form their answers have, and looks at the images."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.checks.bannx.answers import are_same, is_drawing, is_image, link_of, picture_in
from contracts.checks.bannx.asks import SIZE, Ask
from contracts.checks.bannx.calls import FORBIDDEN, GET, NOT_FOUND, OK, POST, UNAUTHORIZED, Calls, smallest
from contracts.client import Response
from contracts.errors import NotObservable, Unmet
from contracts.images import Picture
from contracts.pages import Page
from contracts.trial import Trial, Workspace

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Rendered:
    """A successful render: its answer, the answer that holds the image (the same, or that of its link), the picture."""

    answer: Response
    image: Response
    picture: Picture

    @property
    def evidence(self) -> Sequence[int]:
        """The answers' numbers in the record."""
        return sorted({self.answer.evidence, self.image.evidence})


class Asking(Calls):
    """The renders of one space.

    Where one that does not say which form its answer has is answered with JSON (BNX-REN-005 b), it is repeated with the
    output binary, and so are those after it: the first render by GET, and by POST, is then two. Whoever counts renders
    calls `learn` before.
    """

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        super().__init__(trial, workspace)
        self._is_json: dict[str, bool] = {}
        self._is_still: dict[str, bool] = {}

    @property
    def page(self) -> Page:
        """The smallest page that can be rendered."""
        return smallest(self.trial.published)

    def learn(self, *operations: str) -> None:
        """Find out how renders by these operations (both) are answered; ends the check where they are not."""
        for operation in operations or (GET, POST):
            if operation not in self._is_json:
                self.rendered(Ask(self.page.id, post=operation == POST))

    def render(self, ask: Ask, *, stands_on: str | None = None, **request: Any) -> Response:
        """The answer, whatever it is; `stands_on` and `request` are those of `Calls.send`.

        A success holds the image, unless the target gives nothing but links: `image` follows these.
        """
        says_form = "output" in ask.further or "binary" in ask.further
        known = self._is_json.get(ask.operation)
        response = self._sent(ask if says_form or not known else _as_image(ask), stands_on, request)
        if says_form or known is not None or not response.is_success:
            return response
        is_json = self._is_json[ask.operation] = not is_image(response) and link_of(response) is not None
        return self._sent(_as_image(ask), stands_on, request) if is_json else response

    def post(self, content: bytes, *, stands_on: str | None = None) -> Response:
        """A POST of a body that is said to be JSON, whatever it is."""
        return self.send(POST, content=content, headers={"Content-Type": "application/json"}, stands_on=stands_on)

    def image(self, response: Response) -> Response:
        """The answer that holds the image of a successful render: this one, or the one to its link.

        A link may begin to work after a while (BNX-REN-011 b): the trial's patience is waited for it.
        """
        link = None if is_image(response) else link_of(response)
        if link is None:
            return response
        deadline = time.monotonic() + self.trial.patience_seconds
        while True:
            answer = self.fetch(link)
            if answer.is_success or time.monotonic() > deadline:
                return answer
            time.sleep(self.trial.poll_seconds)

    def fetch(self, link: str) -> Response:
        """A GET of a link that the target gave: without the token, unless the target itself asks for it.

        Redirects are followed, as a storage's may lead to where the bytes are.
        """
        url = urljoin(f"{self.workspace.client.address.base_url.rstrip('/')}/", link)
        answer = self._fetched(url)
        for _ in range(MOST_REDIRECTS):
            location = answer.headers.get("Location")
            if answer.status not in REDIRECTS or not location:
                break
            url = urljoin(url, location)
            answer = self._fetched(url)
        return answer

    def _fetched(self, url: str) -> Response:
        client = self.workspace.client
        answer = client.request("GET", url, anonymous=True)
        if answer.status == UNAUTHORIZED and urlsplit(url)[:2] == urlsplit(client.address.base_url)[:2]:
            return client.request("GET", url)
        return answer

    def rendered(self, ask: Ask, *, stands_on: str | None = None, **request: Any) -> Rendered:
        """A render that has to succeed, with an image of whichever kind.

        Else the check ends, and `stands_on` does not hold (by default, what the ask stands on); where the page alone is
        not rendered either, BNX-REN-001 or BNX-REN-002 does not.
        """
        requirement = stands_on or ask.requirement
        answer = self.render(ask, stands_on=requirement, **request)
        image = self.image(answer) if answer.status == OK else answer
        picture, trouble = picture_in(image) if image.status == OK else (None, "it cannot be fetched")
        if picture is not None:
            return Rendered(answer, image, picture)
        if ask != ask.plain:
            self.rendered(ask.plain)
        because = f"{ask} was to be answered 200 with an image, and was answered {answer}"
        if answer.status == OK:
            because += f"; the image: {trouble}"
            requirement = SIZE if is_drawing(image) else requirement
        self.trial.failed(requirement, because, evidence=sorted({answer.evidence, image.evidence}))
        raise Unmet(because)

    def may_render(self, ask: Ask) -> bool:
        """Whether the token's space may render this page, which may be that of another one (BNX-AUT-008)."""
        operation = self.trial.api.operations[ask.operation]
        path = operation.url() if ask.post else operation.url(pageId=ask.page)
        response = self.request(operation.method, path, body=ask.body if ask.post else None)
        if response.status in {UNAUTHORIZED, FORBIDDEN, NOT_FOUND}:
            self.trial.note(f"{ask} was answered {response}: the page may be another space's")
            return False
        return True

    def is_still(self, ask: Ask) -> bool:
        """Whether two equal requests give the same picture; what changes by itself cannot be compared."""
        key = repr(ask)
        if key not in self._is_still:
            self._is_still[key] = are_same(self.rendered(ask).picture, self.rendered(ask).picture)
        return self._is_still[key]

    def require_stillness(self, ask: Ask) -> None:
        """Go on only where renders of this page, in this format, can be compared; else `NotObservable`."""
        if not self.is_still(ask):
            message = f"two equal requests ({ask}) gave different pictures: the page shows what changes by itself"
            raise NotObservable(message)

    def _sent(self, ask: Ask, stands_on: str | None, request: Mapping[str, Any]) -> Response:
        parts = {"query": ask.query, "stands_on": stands_on, **request}
        if ask.post:
            return self.send(POST, body=ask.body, **parts)
        return self.send(GET, parameters={"pageId": ask.page}, **parts)


def _as_image(ask: Ask) -> Ask:
    return ask.with_further(output="binary")
