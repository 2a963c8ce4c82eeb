"""The act about ricloud: a webhook config fails its test, its receiver is repaired, and it passes the next one."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import httpx

from demo.expectation import UnexpectedError, expect
from demo.stage import Stage

TOKEN = "demo"  # noqa: S105 - any token opens an organisation
PATIENCE_SECONDS = 30
BROKEN, WORKING = 500, 200


def tell(stage: Stage, url: str) -> None:
    """Tell how a config is tested before it is trusted; raises `UnexpectedError` where it goes otherwise."""
    headers = {"Authorization": f"Token {TOKEN}"}
    stage.act("7  Another API on the same server: ricloud tests a webhook before it trusts it")
    with httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False) as http:
        _Act(stage, http).tell()


class _Act:
    """The act, on one organisation."""

    def __init__(self, stage: Stage, http: httpx.Client) -> None:
        self._stage = stage
        self._http = http

    def tell(self) -> None:
        inbox = self._call("POST", "/_control/inboxes", {"then": BROKEN})
        config = self._call("POST", "/configs/webhook", {"url": inbox["url"]})
        path = f"/configs/webhook/{config['id']}"
        expect(config["state"] == "new", f"a config begins as {config['state']}")
        self._settle()
        task = self._call("GET", "/tasks?type=webhook_config.test")["data"][0]
        self._expect_state(path, "invalid")
        expect(task["state"] == "failed", f"the task of a failed test is {task['state']}")
        self._stage.refused(f"new → invalid   {task['message']} (task: {task['error']})")
        self._call("PUT", f"/_control/inboxes/{inbox['id']}", {"then": WORKING})
        self._call("POST", f"{path}/test")
        self._settle()
        self._expect_state(path, "valid")
        self._stage.checked("invalid → valid The receiver is repaired, and tested again.")
        requests = self._call("GET", f"/_control/inboxes/{inbox['id']}")["requests"]
        expect(len(requests) == 2, f"the receiver was sent {len(requests)} test events instead of 2")  # noqa: PLR2004 - one before the repair, one after it
        for request in requests:
            _expect_signature(request, config["secret"])
        self._stage.say(f"Ricloud-Signature: {requests[-1]['headers']['ricloud-signature'][:32]}…, checked")

    def _settle(self) -> None:
        self._call("POST", "/_control/clock/advance", {"seconds": 0})

    def _expect_state(self, path: str, expected: str) -> None:
        state = self._call("GET", path)["state"]
        expect(state == expected, f"the config should be {expected}, and is {state}")

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            response = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            message = f"{method} {path} got no answer: {error}"
            raise UnexpectedError(message) from error
        expect(response.is_success, f"{method} {path} answered {response.status_code}: {response.text}")
        return response.json()


def _expect_signature(request: Mapping[str, Any], secret: str) -> None:
    """`t=<Unix seconds>,s=<base64 of the HMAC-SHA256 of t, a dot and the body>`."""
    given = request["headers"].get("ricloud-signature", "")
    timestamp, _, digest = given.removeprefix("t=").partition(",s=")
    message = f"{timestamp}.{request['body']}".encode()
    expected = base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()
    expect(hmac.compare_digest(expected.encode(), digest.encode()), f"the signature {given!r} is wrong")
