"""The API reference page."""

from collections.abc import Sequence

from mockserver.documents import Document


def page(documents: Sequence[Document]) -> str:
    """The page."""
    return "<!doctype html><title>proofreel</title>" + "".join(
        f"<a href=/openapi/{d.name}.json>{d.name}</a>" for d in documents
    )
