"""The server's log: a readable line for people, or one JSON object a line for programs."""

import logging
from datetime import UTC, datetime
from typing import Literal

import msgspec

LogFormat = Literal["console", "json"]

_EXTRAS = ("workspace",)


class JsonFormatter(logging.Formatter):
    """`{"time", "level", "logger", "message", …}` a record, with the traceback under `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {name: getattr(record, name) for name in _EXTRAS if hasattr(record, name)}
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return msgspec.json.encode(entry).decode()


def configure(log_format: LogFormat, level: str) -> None:
    """Send the server's log to standard error."""
    handler = logging.StreamHandler()
    if log_format == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("mockserver", "uvicorn.access"):
        logging.getLogger(name).setLevel(level.upper())
