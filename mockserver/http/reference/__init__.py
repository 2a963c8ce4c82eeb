"""The API reference: one page made from the documents, without scripts, and with nothing from elsewhere."""

from mockserver.http.reference.page import page

__all__ = ["page"]
