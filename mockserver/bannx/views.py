"""What clients and the control protocol are shown."""

from mockserver.bannx.blueprint import Json
from mockserver.bannx.render import LogEntry, Render
from mockserver.bannx.request import RenderRequest
from mockserver.clock import rfc3339

RENDER_TYPE = "proofreel"
"""Names the engine, where the service names one of its own."""


def file(render: Render, request: RenderRequest, url: str, seconds: float) -> Json:
    """The answer with a link; the nesting is ours, as the documents do not show it."""
    return {
        "pageId": request.page_id,
        "templateId": None,
        "renderType": RENDER_TYPE,
        "format": request.image_format,
        "width": render.result.width,
        "height": render.result.height,
        "timings": {"totalMs": round(seconds * 1000)},
        "file": {"url": url},
    }


def entry(logged: LogEntry) -> Json:
    """A request of the log (control protocol, render callbacks)."""
    stored = logged.file
    return {
        "request_id": logged.request_id,
        "page_id": logged.page_id,
        "status": logged.status,
        "created_at": rfc3339(logged.created_ms),
        "file": None
        if stored is None
        else {
            "url": stored.url,
            "content_type": stored.content_type,
            "size": stored.size,
            "sha256": stored.sha256,
        },
    }
