"""What a delivery of RenderIO is about: a command."""

import json

from contracts.subjects import Subjects


def command_id(body: bytes) -> str | None:
    """The text at `data.command_id` in a JSON body; None where there is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    data = content.get("data") if isinstance(content, dict) else None
    subject = data.get("command_id") if isinstance(data, dict) else None
    return subject if isinstance(subject, str) else None


# An account has one webhook: retries about commands of earlier checks may come to the URL of a later one.
SUBJECTS = Subjects(command_id, may_be_foreign=True)
