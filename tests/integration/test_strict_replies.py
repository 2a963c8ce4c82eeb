"""Every kind of reply, on a server that holds each against its document."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, Receiver


@pytest.mark.requirement("RIO-CMD-017", "RIO-CMD-024", "RIO-CFG-010")
def test_replies_of_a_whole_life_are_documented(strict_app: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(500, 500, receiver.drop(), receiver.redirect(receiver.clip_url), *[500] * 4)
    statuses = [strict_app.client.get("/api/v1/webhook-config").status_code]
    strict_app.configure(hook.url, "secret")
    for command_id in [
        strict_app.submit(),
        strict_app.submit_failing(),
        strict_app.submit("-i {{in_video}} -map 0:s:1 {{out_video}}"),
    ]:
        statuses.append(strict_app.client.get(f"/api/v1/commands/{command_id}").status_code)
        strict_app.settle()
        statuses.append(strict_app.client.get(f"/api/v1/commands/{command_id}").status_code)
        statuses.append(strict_app.client.get("/_control/deliveries").status_code)
    strict_app.advance(100_000)
    paths = ("/api/v1/webhook-config", "/_control/deliveries", "/_control", "/_control/clock")
    statuses.extend(strict_app.client.get(path).status_code for path in paths)
    statuses.append(strict_app.client.delete("/api/v1/webhook-config").status_code)
    statuses.append(strict_app.client.post("/_control/reset").status_code)
    assert statuses == [200] * len(statuses)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ("-i {{in_video}} -c copy {{out_file}}", "video.mp4"),
        ("-i {{in_video}} -c copy {{out_file}}", "video.mkv"),
        ("-i {{in_video}} {{out_file}}", "video.gif"),
        ("-i {{in_video}} -frames:v 1 {{out_file}}", "image.jpg"),
        ("-i {{in_video}} -frames:v 1 {{out_file}}", "image.png"),
        ("-i {{in_video}} -vn {{out_file}}", "sound.wav"),
        ("-i {{in_video}} -vn -c:a copy {{out_file}}", "sound.m4a"),
        ("-i {{in_video}} -vn -c:a copy {{out_file}}", "sound.aac"),
        ("-i {{in_video}} -an -c:v rawvideo {{out_file}}", "raw.avi"),
    ],
)
@pytest.mark.requirement("RIO-CMD-017")
def test_outputs_of_many_kinds_are_described_as_documented(strict_app: "Account", arguments: str, name: str) -> None:
    command_id = strict_app.submit(arguments, output_files={"out_file": name})
    strict_app.settle()
    command = strict_app.command(command_id)
    assert (command["status"], command["error_message"]) == ("SUCCESS", None)


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("PUT", "/api/v1/webhook-config", b"{}", 422),
        ("PUT", "/api/v1/webhook-config", b"x" * 1_100_000, 413),
        ("POST", "/api/v1/run-ffmpeg-command", b"[]", 422),
        ("POST", "/api/v1/run-ffmpeg-command", b"x" * 1_100_000, 413),
        ("GET", "/api/v1/commands/x", b"", 404),
        ("POST", "/_control/clock/advance", b"{}", 422),
        ("POST", "/_control/clock/advance", b"x" * 1_100_000, 413),
        ("GET", "/_control/deliveries?limit=0", b"", 400),
    ],
)
def test_refusals_are_documented(strict_app: "Account", method: str, path: str, content: bytes, status: int) -> None:
    response = strict_app.client.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == status
