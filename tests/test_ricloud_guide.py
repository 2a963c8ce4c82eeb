"""docs/ricloud.md says what is so: its session and its receiver run against the real server."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from demo.server import running
from tests.shell import SNIPPETS, adapted, free_port, in_shell, needs_shell, wait_until_listening

LOCAL_URL = "http://127.0.0.1:8740"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as url:
        yield url


@needs_shell
def test_session_repairs_a_receiver_and_is_told_of_an_event(server: str) -> None:
    output = in_shell(adapted("ricloud.sh", (LOCAL_URL, server), ("Token readme", "Token session")))

    lines = output.splitlines()
    assert json.loads(lines[1])["state"] == "invalid"
    assert lines[2] == '"message":"The receiver answered 500."'
    assert lines[3] == '"state":"succeeded"'
    assert json.loads(lines[4])["type"] == "poll"
    assert len([line for line in lines if line.startswith('"ricloud-signature":"t=')]) == 3


@contextlib.contextmanager
def receiving(secret: str) -> Iterator[str]:
    """The guide's receiver on a free port; its URL."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, str(SNIPPETS / "ricloud_receiver.py")],
        env={**os.environ, "RICLOUD_SECRET": secret, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_until_listening(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@pytest.mark.parametrize(("is_own", "state"), [(True, "valid"), (False, "invalid")])
def test_receiver_takes_its_own_configs_events_alone(server: str, *, is_own: bool, state: str) -> None:
    headers = {"Authorization": f"Token guide-{is_own}"}
    with httpx.Client(base_url=server, headers=headers, trust_env=False) as api:
        config = api.post("/configs/webhook", json={"url": f"http://127.0.0.1:{free_port()}"}).json()
        with receiving(config["secret"] if is_own else "another secret") as url:
            api.post(f"/configs/webhook/{config['id']}", json={"url": url})
            api.post("/_control/clock/advance", json={"seconds": 0})
            assert api.get(f"/configs/webhook/{config['id']}").json()["state"] == state


def test_receiver_refuses_what_is_unsigned_or_old() -> None:
    with receiving("secret") as url:
        for signature in ("", "t=1,s=", "t=x,s=AAAA", "t=1540000000,s=uVX6YJ7P+IciczDOS/mFc8nm6Zw+BoBdBgw2qWoITfE="):
            headers = {"Ricloud-Signature": signature}
            assert httpx.post(url, content=b"{}", headers=headers, trust_env=False).status_code == 400
