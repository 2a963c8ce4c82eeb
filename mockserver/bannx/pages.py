"""The pages of a space: those that every space has, and its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mockserver.bannx.ports import OwnPage, PageDocument, PageStore
from mockserver.errors import Conflict, NotFound, shortened
from mockserver.identifiers import Identify

ID_LENGTH = 21


@dataclass(frozen=True)
class BuiltIn:
    """The pages that every space has, by id; renders find those that are `published`."""

    documents: Mapping[str, PageDocument]
    published: frozenset[str]

    def page(self, identifier: str) -> OwnPage | None:
        """One of them."""
        document = self.documents.get(identifier)
        if document is None:
            return None
        return OwnPage(document, document if identifier in self.published else None)


@dataclass(frozen=True)
class Pages:
    """What a space can render; `identify` gives ids to pages that have none."""

    built_in: BuiltIn
    own: PageStore
    identify: Identify

    async def find(self, space: str, identifier: str, /, *, draft: bool) -> PageDocument:
        """The published page, or the page as it is being edited; raises `NotFound`."""
        page = await self._get(space, identifier)
        if page is None:
            raise _unknown(identifier)
        document = page.draft if draft else page.published
        if document is None:
            message = f"The page {identifier} is not published."
            raise NotFound(message)
        return document

    async def all(self, space: str) -> Sequence[tuple[OwnPage, bool]]:
        """Every page, and whether it is one that every space has."""
        everybody = [self.built_in.page(identifier) for identifier in self.built_in.documents]
        return [*((page, True) for page in everybody if page), *((page, False) for page in await self.own.all(space))]

    async def unused_id(self, space: str) -> str:
        """An id that no page has which the space can render."""
        number = 1
        while await self._get(space, identifier := self._id(space, number)) is not None:
            number += 1
        return identifier

    async def create(self, space: str, document: PageDocument, *, now_ms: int) -> OwnPage:
        """Store a page as a draft; raises `Conflict` where the space has one of this id."""
        if await self._get(space, document["id"]) is not None:
            message = f"There is a page {document['id']} already."
            raise Conflict(message)
        page = OwnPage(document, None)
        await self.own.save(space, page, now_ms=now_ms)
        return page

    async def edit(self, space: str, document: PageDocument, *, now_ms: int) -> OwnPage:
        """Replace the draft of a page; what is published stays as it is. Raises `NotFound`, or `Conflict`."""
        page = OwnPage(document, (await self._own(space, document["id"])).published)
        await self.own.save(space, page, now_ms=now_ms)
        return page

    async def publish(self, space: str, identifier: str, *, now_ms: int) -> OwnPage:
        """Have renders read the draft as it is now; raises `NotFound`, or `Conflict`."""
        draft = (await self._own(space, identifier)).draft
        page = OwnPage(draft, draft)
        await self.own.save(space, page, now_ms=now_ms)
        return page

    async def remove(self, space: str, identifier: str) -> None:
        """Remove a page; raises `NotFound`, or `Conflict` for one that every space has."""
        await self._own(space, identifier)
        await self.own.remove(space, identifier)

    def _id(self, space: str, number: int) -> str:
        return self.identify(f"{space}/pages", number).replace("-", "")[:ID_LENGTH]

    async def _get(self, space: str, identifier: str) -> OwnPage | None:
        return self.built_in.page(identifier) or await self.own.get(space, identifier)

    async def _own(self, space: str, identifier: str) -> OwnPage:
        if self.built_in.page(identifier) is not None:
            message = f"The page {identifier} is one that every space has, and stays as it is."
            raise Conflict(message)
        page = await self.own.get(space, identifier)
        if page is None:
            raise _unknown(identifier)
        return page


def _unknown(identifier: str) -> NotFound:
    return NotFound(f"There is no page {shortened(identifier)}.")
