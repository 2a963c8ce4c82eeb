"""Ids: random, or with a seed the same in every run."""

import hashlib
import uuid
from collections.abc import Callable

Identify = Callable[[str, int], str]
"""(workspace, running number) → id."""


def random_ids(_workspace: str, _ordinal: int) -> str:
    """An id that nobody can guess."""
    return str(uuid.uuid4())


def seeded_ids(seed: int) -> Identify:
    """Ids that depend on nothing but the seed, the workspace and the running number."""

    def identify(workspace: str, ordinal: int) -> str:
        digest = hashlib.sha256(f"{seed}/{workspace}/{ordinal}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    return identify
