# where proofreel is installed: pytest test_client.py
import httpx


def test_a_webhook_is_sent_again_until_it_is_taken(workspace, receiver, clock):
    receiver.script(503, 503)  # and 200 from then on
    with httpx.Client(base_url=workspace.url, headers=workspace.headers) as api:  # your client's place
        api.put("/api/v1/webhook-config", json={"url": receiver.url})
        command = {
            "input_files": {"in_video": f"{workspace.url}/_control/samples/clip.mp4"},
            "output_files": {"out_picture": "first.png"},
            "ffmpeg_command": "ffmpeg -i {{in_video}} -frames:v 1 {{out_picture}}",
        }
        api.post("/api/v1/run-ffmpeg-command", json=command).raise_for_status()
        receiver.wait(1, within_seconds=20)
    clock.advance(seconds=305)  # 5 s, then 5 min: over in milliseconds
    assert len(receiver.wait(3, within_seconds=5)) == 3
