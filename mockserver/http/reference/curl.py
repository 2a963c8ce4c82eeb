"""Writes an operation as a curl line; `$server` and `$key` are the reader's."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

WIDEST_BODY = 80


@dataclass(frozen=True)
class Request:
    """What the line sends; `values` fill the path's parameters, `body` is None where there is none.

    The answer is written into `file`, where there is one.
    """

    method: str
    path: str
    values: Mapping[str, Any]
    headers: Sequence[str]
    body: Any = None
    file: str | None = None


def curl_line(request: Request) -> str:
    """A line for a POSIX shell, broken where it gets long."""
    path = request.path
    for name, value in request.values.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    method = "" if request.method == "GET" else f"-X {request.method} "
    parts = [f'curl {method}"$server"{shlex.quote(path)}', *(f'-H "{header}"' for header in request.headers)]
    if request.body is not None:
        parts.append('-H "Content-Type: application/json"')
        parts.append(f"-d {shlex.quote(_written(request.body))}")
    if request.file is not None:
        parts.append(f"-o {request.file}")
    return " \\\n  ".join(parts)


def _written(body: Any) -> str:
    """As JSON, spread over lines where one would get long."""
    line = json.dumps(body, ensure_ascii=False, default=str)
    return line if len(line) <= WIDEST_BODY else json.dumps(body, ensure_ascii=False, default=str, indent=2)
