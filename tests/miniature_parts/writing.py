"""Ways to write JSON."""

import json
from typing import Any


def pretty(content: Any) -> bytes:
    """Over several lines, with one more line at its end."""
    return json.dumps(content, indent=4, ensure_ascii=False).encode() + b"\r\n"


def escaped(content: Any) -> bytes:
    """As PHP does by default: compact, ASCII alone, slashes escaped."""
    return json.dumps(content, separators=(",", ":")).replace("/", "\\/").encode()


def backwards(content: Any) -> bytes:
    """With the properties in another order, marked as UTF-8 by its first bytes as some libraries do not omit."""
    return json.dumps(_turned(content), ensure_ascii=False).encode()


def _turned(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _turned(value) for name, value in reversed(content.items())}
    return [_turned(value) for value in content] if isinstance(content, list) else content


def with_points(content: Any) -> bytes:
    """With whole numbers written with a point: JSON knows numbers alone."""
    return json.dumps(_pointed(content)).encode()


def _pointed(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _pointed(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_pointed(value) for value in content]
    return float(content) if isinstance(content, int) and not isinstance(content, bool) else content
