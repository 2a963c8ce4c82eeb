"""What a delivery of ricloud is about: an event."""

import json

from contracts.subjects import Subjects


def event_id(body: bytes) -> str | None:
    """The `id` of the event in a JSON body, as text; None where there is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    subject = content.get("id") if isinstance(content, dict) else None
    if isinstance(subject, bool) or not isinstance(subject, str | int):
        return None
    return str(subject)


# The URL of an inbox belongs to one config of one trial: nothing else comes there.
SUBJECTS = Subjects(event_id, may_be_foreign=False)
