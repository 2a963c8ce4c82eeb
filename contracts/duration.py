"""The notation of durations, in options and in target files."""

import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """`500ms`, `5s`, `2m`, `1h` or a plain number of seconds; raises `ValueError`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)?", text.strip(), re.ASCII)
    if found is None:
        message = f"{text!r} is no duration: write it like 500ms, 5s, 2m or 1h"
        raise ValueError(message)
    return float(found[1]) * _UNITS[found[2] or "s"]
