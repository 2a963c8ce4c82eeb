"""Makes a target deliver one webhook, with as little else as possible."""

from contracts.client import Client
from contracts.documents import Api
from contracts.media import Media


def provoke(api: Api, client: Client, *, media: Media, webhook_url: str) -> None:
    """Submit a command on a small file with a webhook of its own; the account's configuration stays as it is.

    Raises `NoAnswerError`; that the command is refused is not looked at.
    """
    operation = api.operations["runFfmpegCommand"]
    body = {
        "input_files": {"in_file": media.picture.url},
        "output_files": {"out_file": "proof.png"},
        "ffmpeg_command": "ffmpeg -i {{in_file}} -frames:v 1 {{out_file}}",
        "webhook_url": webhook_url,
    }
    client.request(operation.method, operation.path, body=body)
