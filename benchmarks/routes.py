"""The servers whose requests are compared: a bare Litestar application, and ours with its command queue at rest."""

import socket
import sys
from typing import Any

import uvicorn
from litestar import Litestar, get, post

from mockserver.app import Server
from mockserver.settings import Settings

COMMAND: dict[str, Any] = {}


@get("/api/v1/commands/{command_id:str}")
async def bare_get(command_id: str) -> dict[str, Any]:  # noqa: ARG001 - as a route would have it
    """The same JSON, from memory."""
    return COMMAND


@post("/api/v1/run-ffmpeg-command", status_code=200)
async def bare_post(data: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    """The same reply, with nothing checked or kept."""
    return {"command_id": "a1b2c3d4-e5f6-7890-abcd-ef1234567890"}


@post("/learn", status_code=204)
async def learn(data: dict[str, Any]) -> None:
    """What `bare_get` shall answer."""
    COMMAND.update(data)


def main() -> None:
    """Serve `bare` or `ours` until killed."""
    if sys.argv[1] == "bare":
        application = Litestar([bare_get, bare_post, learn], openapi_config=None, logging_config=None)
    else:
        application = Server(Settings(parallel_commands=0)).application
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    main()
