"""The way to the workspace that a request's credential opens, for each API and for the control protocol."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mockserver.documents import Document
from mockserver.errors import SetUpError, UnusableOptionError
from mockserver.http.access import Doorkeeper, Turnstile, admit_to_any
from mockserver.http.binding import AdmittedTo
from mockserver.workspaces import Workspace, Workspaces


@dataclass(frozen=True)
class Admission:
    """Leads a request to its workspace."""

    workspaces: Workspaces
    doorkeepers: Sequence[Doorkeeper]
    turnstile: Turnstile | None

    def to_api(self, api: str) -> AdmittedTo:
        """Admission to the operations of one API."""
        doorkeeper = next(keeper for keeper in self.doorkeepers if keeper.api == api)

        async def admit(headers: Mapping[str, str]) -> Workspace:
            credential = doorkeeper.admit(headers)
            if self.turnstile is not None:
                self.turnstile.pass_through((api, credential))
            return await self.workspaces.of(api, credential)

        return admit

    async def to_control(self, headers: Mapping[str, str]) -> Workspace:
        """Admission to the control protocol: any API's credential leads to its workspace, and no rate limit holds."""
        api, credential = admit_to_any(self.doorkeepers, headers)
        return await self.workspaces.of(api, credential)


def doorkeepers(documents: Sequence[Document], api_keys: frozenset[str]) -> list[Doorkeeper]:
    """A doorkeeper for each document; each key is one of every API whose form it has, and must be one of some API.

    Without keys, any credential of an API's form is let in. Raises `UnusableOptionError`.
    """
    made = [_doorkeeper(document, api_keys) for document in documents]
    for key in sorted(api_keys):
        if not any(keeper.only and key in keeper.only for keeper in made):
            forms = "; ".join(f"one of {keeper.api} matches {keeper.header.pattern.pattern}" for keeper in made)
            message = f"--api-key {key}: no API has keys of this form; {forms}"
            raise UnusableOptionError(message)
    return made


def _doorkeeper(document: Document, api_keys: frozenset[str]) -> Doorkeeper:
    header = next(iter(document.credentials.values()), None)
    if header is None:
        message = f"{document.name}: the document names no credential in a header"
        raise SetUpError(message)
    matches: Callable[[str], object] = header.pattern.fullmatch
    return Doorkeeper(document.name, header, frozenset(filter(matches, api_keys)) if api_keys else None)
