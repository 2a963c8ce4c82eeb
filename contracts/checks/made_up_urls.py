"""URLs in made-up requests: none of them may lead to anybody else."""

import re
from collections.abc import Mapping
from typing import Any


def is_plainly_no_url(value: Any) -> bool:
    """Whether this is no URL by any standard. Null may stand for none at all."""
    if value is None:
        return False
    return not isinstance(value, str) or re.search(r"[:/.\\@?#%]", value) is None


def not_elsewhere(value: Any, url: str) -> Any:
    """The same JSON value, with `url` in place of every string in it that might be a URL."""
    if isinstance(value, Mapping):
        return {key: not_elsewhere(inner, url) for key, inner in value.items()}
    if isinstance(value, list):
        return [not_elsewhere(inner, url) for inner in value]
    return url if isinstance(value, str) and not is_plainly_no_url(value) else value
