"""Who asks: credentials and the spaces that they open."""

import re
import threading

from werkzeug.wrappers import Request

from .manners import Manners
from .refusal import Refused
from .space import Space
from .storage import Storage

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class Spaces:
    """Every space by its token; one is opened when its token is first seen."""

    def __init__(self, storage: Storage, manners: Manners) -> None:
        self._storage = storage
        self._manners = manners
        self._tastes = manners.surroundings
        self._lock = threading.Lock()
        self._owner = self._new()
        self._spaces = dict.fromkeys(self._tastes.tokens[:1], self._owner)

    def named(self, request: Request) -> Space | None:
        """The space of the token in the header Authorization; None where there is no good one."""
        word, _, token = request.headers.get("Authorization", "").partition(" ")
        is_word = word == "Bearer" or (self._tastes.word_in_any_case and word.lower() == "bearer")
        if not is_word or not _TOKEN.fullmatch(token) or (self._tastes.tokens and token not in self._tastes.tokens):
            return None
        with self._lock:
            return self._spaces.setdefault(token, self._spaces.get(token) or self._new())

    def of_control(self, request: Request) -> Space:
        """The same for a call that needs one."""
        space = self.named(request)
        if space is None:
            raise Refused(401, "A token is needed.")
        return space

    def of_render(self, request: Request) -> Space:
        """The space that a render is for: that of the token, or that which has made the pages."""
        space = self.named(request)
        if "token" in request.args and (space is None or self._tastes.beside_header == "refused"):
            raise Refused(400, "A token does not belong in the query.")
        if space is not None:
            return space
        if request.method == "POST" or not self._tastes.gets_are_open:
            raise Refused(401, "A token is needed.")
        return self._owner

    def look_at_page(self, space: Space) -> None:
        """Refuse a page that is another space's, where there are such."""
        status = self._tastes.status_of_foreign
        if self._tastes.tokens and status is not None and space is not self._owner:
            raise Refused(status, "This page is of another space.")

    def _new(self) -> Space:
        return (self._tastes.space or Space)(self._storage, self._manners.callbacks)
