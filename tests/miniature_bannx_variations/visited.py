"""A space that has other clients at the same time, who render now and then."""

import itertools
import threading
import time
from typing import Any

from tests.miniature_bannx.drawing import drawn
from tests.miniature_bannx.manners import PLAIN, random_id
from tests.miniature_bannx.pages import PAGES
from tests.miniature_bannx.space import Entry, Render, Space
from tests.miniature_bannx.storage import File, new_key

GAPS_SECONDS = (0.4, 1.3, 0.7, 2.9)


class Visited(Space):
    """Has renders in its log, and credits, that nobody knows who knows this client alone."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        threading.Thread(target=self._visit, name="visitor", daemon=True).start()

    def _visit(self) -> None:
        page = next(page for page in PAGES if page.is_published and not page.variables)
        picture = drawn(page, {}, "png", PLAIN.pictures)
        for gap_seconds in itertools.cycle(GAPS_SECONDS):
            time.sleep(gap_seconds)
            entry = Entry(random_id(), page.id, 200, time.time_ns() // 1_000_000)
            self.owe(Render(entry, File(new_key("png"), "image/png", picture), 2))()
