"""Commands from submission to outcome, with real FFmpeg runs."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Account, OpenAccount, Receiver, StartServer

COPY = "-i {{in_video}} -c copy {{out_video}}"
SCALE = "-i {{in_video}} -vf scale=32:24 -c:v libx264 -an {{out_video}}"
ENDLESS = "-stream_loop -1 -re -i {{in_video}} -c copy {{out_video}}"


def downloaded(url: str) -> bytes:
    """The bytes of a stored file."""
    response = httpx.get(url, trust_env=False)
    assert response.status_code == 200
    return response.content


@pytest.mark.requirement("RIO-CMD-003", "RIO-CMD-004")
def test_command_can_be_read_as_soon_as_it_is_submitted(account: "Account") -> None:
    command_id = account.submit()
    assert account.command(command_id)["command_id"] == command_id


@pytest.mark.requirement("RIO-CMD-004", "RIO-CMD-005", "RIO-CMD-006")
def test_command_that_waits_its_turn_is_queued(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    account = open_account(start_server("--parallel", "1"))
    account.submit(input_files={"in_video": receiver.held_clip_url})
    receiver.downloads.get(timeout=20)
    assert account.command(account.submit())["status"] == "QUEUED"


@pytest.mark.requirement("RIO-CMD-005")
def test_command_that_is_at_work_is_processing(account: "Account", receiver: "Receiver") -> None:
    command_id = account.submit(input_files={"in_video": receiver.held_clip_url})
    receiver.downloads.get(timeout=20)
    assert account.command(command_id)["status"] == "PROCESSING"


@pytest.mark.requirement("RIO-CMD-019", "RIO-CMD-026")
def test_unfinished_command_has_nulls_and_no_outputs(account: "Account", receiver: "Receiver") -> None:
    command_id = account.submit(input_files={"in_video": receiver.held_clip_url})
    receiver.downloads.get(timeout=20)
    command = account.command(command_id)
    assert {
        name: command[name] for name in ("metadata", "output_files", "error_status", "total_processing_seconds")
    } == {
        "metadata": None,
        "output_files": {},
        "error_status": None,
        "total_processing_seconds": None,
    }


@pytest.mark.requirement("RIO-CMD-008")
def test_status_only_moves_forward(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    account = open_account(start_server("--parallel", "1"))
    account.submit(input_files={"in_video": receiver.held_clip_url})
    receiver.downloads.get(timeout=20)
    command_id = account.submit()
    seen = [account.command(command_id)["status"]]
    receiver.download_gate.set()
    while seen[-1] not in {"SUCCESS", "FAILED"}:
        seen.append(account.command(command_id)["status"])
    assert list(dict.fromkeys(seen)) in (["QUEUED", "PROCESSING", "SUCCESS"], ["QUEUED", "SUCCESS"])


@pytest.mark.requirement("RIO-CMD-007")
def test_command_is_processing_while_ffmpeg_runs(start_server: "StartServer", open_account: "OpenAccount") -> None:
    running = start_server("--run-limit", "2s")
    account = open_account(running)
    command_id = account.submit(ENDLESS)
    account.ffmpeg(running, command_id)
    assert account.command(command_id)["status"] == "PROCESSING"


@pytest.mark.requirement("RIO-CMD-042", "RIO-CMD-018")
def test_run_that_does_not_end_is_timed_out(start_server: "StartServer", open_account: "OpenAccount") -> None:
    command = open_account(start_server("--run-limit", "500ms")).run(ENDLESS)
    assert (command["status"], command["error_status"], "0.5 s" in command["error_message"]) == (
        "FAILED",
        "COMMAND_TIMED_OUT",
        True,
    )


@pytest.mark.requirement("RIO-CMD-009")
def test_finished_command_stays_as_it_is(account: "Account") -> None:
    command_id = account.submit()
    first = account.outcome(command_id)
    account.advance(100_000)
    assert account.command(command_id) == first


@pytest.mark.requirement("RIO-CMD-012", "RIO-CMD-014", "RIO-CMD-015", "RIO-CMD-019", "RIO-CMD-020", "RIO-CMD-010")
def test_successful_command_has_its_output(account: "Account") -> None:
    command = account.run()
    output = command["output_files"]["out_video"]
    assert (
        *(command[name] for name in ("status", "command_type", "error_status", "error_message")),
        *(output[name] for name in ("status", "filename", "rendi_store_type", "is_deleted")),
        bool(output["file_id"]),
    ) == ("SUCCESS", "FFMPEG_COMMAND", None, None, "STORED", "result.mp4", "OUTPUT", False, True)


@pytest.mark.requirement("RIO-CMD-021", "RIO-CMD-022")
def test_original_request_is_echoed(account: "Account") -> None:
    body = account.body(COPY, metadata={"order": 7}, webhook_url="http://127.0.0.1:1/hook", unknown=True)
    assert account.outcome(account.submit_body(body))["original_request"] == {
        name: body[name] for name in ("input_files", "output_files", "ffmpeg_command")
    }


@pytest.mark.requirement("RIO-CMD-023", "RIO-CMD-039")
@pytest.mark.parametrize(
    "value",
    ["", "text", "é✓\u0000\n", 0, -1, 1.5, 1e300, 2**53, 2**63 - 1, 2**64, 10**25, True, False],
    ids=lambda value: repr(value)[:12].encode().hex(),
)
def test_metadata_is_echoed_unchanged(account: "Account", value: Any) -> None:
    metadata = {"key": value}
    echoed = account.command(account.submit_failing(metadata=metadata))["metadata"]
    assert (echoed, type(echoed["key"])) == (metadata, type(value))


@pytest.mark.requirement("RIO-CMD-023", "RIO-CMD-038")
def test_ten_metadata_keys_are_echoed(account: "Account") -> None:
    metadata = {f"key {number}": number for number in range(10)}
    assert account.command(account.submit_failing(metadata=metadata))["metadata"] == metadata


@pytest.mark.requirement("RIO-CMD-013")
def test_storage_url_ends_in_the_file_name(account: "Account") -> None:
    output = account.run()["output_files"]["out_video"]
    url = httpx.URL(output["storage_url"])
    assert (url.scheme, str(account.client.base_url.host), url.path.rpartition("/")[2]) == (
        "http",
        url.host,
        "result.mp4",
    )


def test_storage_url_answers_head_with_the_size(account: "Account") -> None:
    output = account.run()["output_files"]["out_video"]
    answer = httpx.head(output["storage_url"], trust_env=False)
    size = round(output["size_mbytes"] * 1_000_000)
    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, str(size), b"")


@pytest.mark.parametrize("path", ["/storage/none/x.mp4", "/storage/none"])
def test_storage_url_of_no_file_is_not_found(account: "Account", path: str) -> None:
    answer = account.client.get(path)
    assert (answer.status_code, answer.json()["error"]) == (404, "NOT_FOUND")


@pytest.mark.requirement("RIO-CMD-013")
def test_storage_url_with_a_space_in_the_name_can_be_fetched(account: "Account") -> None:
    command = account.run(COPY, output_files={"out_video": "my best result.v2.mp4"})
    assert downloaded(command["output_files"]["out_video"]["storage_url"])[4:8] == b"ftyp"


@pytest.mark.requirement("RIO-CMD-013", "RIO-CMD-016")
def test_stored_size_is_that_of_the_file(account: "Account") -> None:
    output = account.run()["output_files"]["out_video"]
    assert round(output["size_mbytes"] * 1_000_000) == len(downloaded(output["storage_url"]))


@pytest.mark.requirement("RIO-CMD-011", "RIO-CMD-013")
def test_stored_file_is_what_was_asked_for(account: "Account") -> None:
    output = account.run(SCALE)["output_files"]["out_video"]
    with av.open(io.BytesIO(downloaded(output["storage_url"]))) as container:
        video = container.streams.video[0]
        assert (video.width, video.height, video.codec_context.name, len(container.streams.audio)) == (
            32,
            24,
            "h264",
            0,
        )


@pytest.mark.requirement("RIO-CMD-017")
def test_video_is_described_as_it_is(account: "Account") -> None:
    output = account.run(SCALE)["output_files"]["out_video"]
    names = ("width", "height", "codec", "pixel_format", "file_type", "mime_type", "frame_rate", "bitrate_audio_kb")
    assert [output[name] for name in names] == [32, 24, "h264", "yuv420p", "video", "video/mp4", 10, None]


@pytest.mark.requirement("RIO-CMD-017")
def test_video_duration_is_measured(account: "Account") -> None:
    assert account.run(SCALE)["output_files"]["out_video"]["duration"] == pytest.approx(0.5, abs=0.1)


@pytest.mark.requirement("RIO-CMD-017")
def test_audio_is_described_as_it_is(account: "Account") -> None:
    command = account.run("-i {{in_video}} -vn -c:a pcm_s16le {{out_sound}}", output_files={"out_sound": "sound.wav"})
    output = command["output_files"]["out_sound"]
    names = ("width", "height", "codec", "file_type", "file_format", "pixel_format", "frame_rate", "bitrate_video_kb")
    assert [output[name] for name in names] == [None, None, "pcm_s16le", "audio", "wav", None, None, None]


@pytest.mark.requirement("RIO-CMD-017")
def test_image_is_described_as_it_is(account: "Account") -> None:
    command = account.run("-i {{in_video}} -frames:v 1 {{out_image}}", output_files={"out_image": "image.png"})
    output = command["output_files"]["out_image"]
    names = ("width", "height", "codec", "file_type", "mime_type", "duration")
    assert [output[name] for name in names] == [64, 48, "png", "image", "image/png", None]


@pytest.mark.requirement("RIO-CMD-012")
def test_two_outputs_are_both_stored(account: "Account") -> None:
    outputs = {"out_video": "video.mp4", "out_image": "image.jpg"}
    command = account.run("-i {{in_video}} -c copy {{out_video}} -frames:v 1 {{out_image}}", output_files=outputs)
    stored = {alias: (file["status"], file["filename"]) for alias, file in command["output_files"].items()}
    assert stored == {"out_video": ("STORED", "video.mp4"), "out_image": ("STORED", "image.jpg")}


@pytest.mark.requirement("RIO-CMD-011")
def test_two_inputs_are_both_read(account: "Account", receiver: "Receiver") -> None:
    inputs = {"in_left": receiver.clip_url, "in_right": receiver.clip_url}
    graph = "-filter_complex '[0:v][1:v]hstack' -an"
    command = account.run(f"-i {{{{in_left}}}} -i {{{{in_right}}}} {graph} {{{{out_video}}}}", input_files=inputs)
    assert command["output_files"]["out_video"]["width"] == 128


@pytest.mark.requirement("RIO-CMD-032", "RIO-CMD-033", "RIO-CMD-034", "RIO-CMD-037")
@pytest.mark.parametrize(
    "text",
    [
        "ffmpeg -i {{in_video}} -c copy {{out_video}}",
        "-i {{in_video}} -c copy {{out_video}}",
        "-i <<in_video>> -c copy <<out_video>>",
        "-i <<in_video>> -c copy {{out_video}}",
        "  ffmpeg\t-i {{ in_video }}\n-c copy << out_video >>  ",
        "-i \"{{in_video}}\" -c copy '{{out_video}}'",
        "ffmpeg -y -i {{in_video}} \\\n -c copy {{out_video}}",
    ],
)
def test_spelling_of_the_command_makes_no_difference(account: "Account", text: str) -> None:
    command = account.outcome(account.submit_body(account.body(ffmpeg_command=text)))
    assert (command["status"], command["error_message"]) == ("SUCCESS", None)


@pytest.mark.requirement("RIO-CMD-024", "RIO-CMD-025")
def test_run_is_a_part_of_the_processing_time(account: "Account") -> None:
    command = account.run()
    assert 0 < command["ffmpeg_command_run_seconds"] <= command["total_processing_seconds"]


@pytest.mark.requirement("RIO-CMD-042", "RIO-CMD-018", "RIO-CMD-026")
@pytest.mark.parametrize("path", ["missing.mp4", "loop/clip.mp4", "cut/clip.mp4"])
def test_input_that_cannot_be_fetched_fails_the_command(account: "Account", receiver: "Receiver", path: str) -> None:
    command = account.run(input_files={"in_video": f"{receiver.url}/{path}"})
    assert (
        command["status"],
        command["error_status"],
        "in_video" in command["error_message"],
        command["output_files"],
    ) == (
        "FAILED",
        "UNREACHABLE_INPUT_FILE",
        True,
        {},
    )


@pytest.mark.requirement("RIO-CMD-042", "RIO-CMD-018")
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x.mp4",
        "http://no-such-host.invalid/x.mp4",
        "http://127.0.0.1:99999/x.mp4",
        "http://127.0.0.1:0/x.mp4",
    ],
)
def test_input_nobody_serves_fails_the_command(account: "Account", url: str) -> None:
    command = account.run(input_files={"in_video": url})
    assert (command["status"], command["error_status"]) == ("FAILED", "UNREACHABLE_INPUT_FILE")


def test_input_redirected_to_another_scheme_fails_the_command(account: "Account", receiver: "Receiver") -> None:
    hook = receiver.hook(then=receiver.redirect(receiver.clip_url.replace("http:", "ftp:")))
    command = account.run(input_files={"in_video": hook.url})
    assert (command["status"], command["error_status"]) == ("FAILED", "UNREACHABLE_INPUT_FILE")


def test_redirected_input_is_fetched(account: "Account", receiver: "Receiver") -> None:
    assert account.run(input_files={"in_video": f"{receiver.url}/redirect/clip.mp4"})["status"] == "SUCCESS"


def test_slow_input_is_given_up(start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver") -> None:
    account = open_account(start_server("--download-limit", "300ms"))
    command = account.run(input_files={"in_video": f"{receiver.url}/slow/clip.mp4"})
    assert (command["error_status"], "0.3 s" in command["error_message"]) == ("UNREACHABLE_INPUT_FILE", True)


def test_input_that_is_too_large_is_given_up(
    start_server: "StartServer", open_account: "OpenAccount", receiver: "Receiver"
) -> None:
    account = open_account(start_server("--max-file", "100k"))
    command = account.run(input_files={"in_video": f"{receiver.url}/endless/clip.mp4"})
    assert (command["status"], command["error_status"]) == ("FAILED", "INPUT_FILE_TOO_LARGE")


def test_output_that_is_too_large_fails_the_command(start_server: "StartServer", open_account: "OpenAccount") -> None:
    account = open_account(start_server("--max-file", "100k"))
    command = account.run(
        "-stream_loop 20 -i {{in_video}} -an -c:v rawvideo {{out_video}}", output_files={"out_video": "raw.avi"}
    )
    assert (command["error_status"], "out_video" in command["error_message"]) == ("OUTPUT_FILE_TOO_LARGE", True)


@pytest.mark.requirement("RIO-CMD-042", "RIO-CMD-018")
def test_invalid_media_fails_in_the_words_of_ffmpeg(account: "Account", receiver: "Receiver") -> None:
    command = account.run(input_files={"in_video": f"{receiver.url}/nonsense.mp4"})
    words = command["error_message"]
    assert ("Invalid data found when processing input" in words, "in_video" in words, "inputs/" in words) == (
        True,
        True,
        False,
    )


@pytest.mark.requirement("RIO-CMD-042", "RIO-CMD-018")
def test_error_message_does_not_tell_where_the_server_works(account: "Account", receiver: "Receiver") -> None:
    message = account.run(input_files={"in_video": f"{receiver.url}/nonsense.mp4"})["error_message"]
    assert (account.clip_url in message, "inputs/" in message, "jobs" in message) == (False, False, False)


@pytest.mark.requirement("RIO-CMD-042", "RIO-CMD-018")
def test_command_that_ffmpeg_rejects_fails(account: "Account") -> None:
    command = account.run("-i {{in_video}} -map 0:s:3 {{out_video}}")
    assert (command["status"], command["error_status"], bool(command["error_message"])) == (
        "FAILED",
        "FFMPEG_FAILED",
        True,
    )


@pytest.mark.requirement("RIO-CMD-018")
def test_output_that_was_not_written_fails_the_command(account: "Account") -> None:
    command = account.run("-i {{in_video}} -ss 60 -frames:v 1 {{out_image}}", output_files={"out_image": "image.png"})
    assert (command["status"], command["error_status"], "out_image" in command["error_message"]) == (
        "FAILED",
        "OUTPUT_FILE_MISSING",
        True,
    )


def test_failed_command_stores_no_file(account: "Account") -> None:
    outputs = {"out_video": "a.mp4", "out_image": "image.png"}
    command = account.run(
        "-i {{in_video}} -c copy {{out_video}} -ss 60 -frames:v 1 {{out_image}}", output_files=outputs
    )
    assert (command["status"], command["output_files"]) == ("FAILED", {})


def test_failed_command_leaves_no_file_behind(
    start_server: "StartServer", open_account: "OpenAccount", tmp_path: Path
) -> None:
    outputs = {"out_video": "a.mp4", "out_image": "image.png"}
    command = open_account(start_server("--data", str(tmp_path / "data"))).run(
        "-i {{in_video}} -c copy {{out_video}} -ss 60 -frames:v 1 {{out_image}}", output_files=outputs
    )
    assert (command["error_status"], stored(tmp_path / "data")) == ("OUTPUT_FILE_MISSING", [])


def test_reset_while_files_are_stored_leaves_none_behind(
    start_server: "StartServer", open_account: "OpenAccount", tmp_path: Path
) -> None:
    account = open_account(start_server("--data", str(tmp_path / "data")))
    outputs = {f"out_{number}": f"{number}.mp4" for number in range(60)}
    arguments = " ".join(f"-c copy {{{{{alias}}}}}" for alias in outputs)
    command_id = account.submit(f"-i {{{{in_video}}}} {arguments}", output_files=outputs)
    while not stored(tmp_path / "data"):
        assert account.command(command_id)["error_message"] is None
    account.client.post("/_control/reset")
    account.settle()
    assert stored(tmp_path / "data") == []


def stored(data: Path) -> list[str]:
    """The names of the files that a server keeps in its folder."""
    return sorted(path.name for path in (data / "files").iterdir())


def test_file_that_nobody_knows_is_removed_at_the_start(
    start_server: "StartServer", open_account: "OpenAccount", tmp_path: Path
) -> None:
    running = start_server("--data", str(tmp_path / "data"))
    account = open_account(running)
    known = account.run()["output_files"]["out_video"]["file_id"]
    running.kill()
    (tmp_path / "data" / "files" / "0b5e4c1e-0000-4000-8000-000000000000").write_bytes(b"kept, but never committed")
    start_server("--data", str(tmp_path / "data"))
    assert stored(tmp_path / "data") == [known]


def test_file_that_is_gone_is_not_found(
    start_server: "StartServer", open_account: "OpenAccount", tmp_path: Path
) -> None:
    account = open_account(start_server("--data", str(tmp_path / "data")))
    file = account.run()["output_files"]["out_video"]
    (tmp_path / "data" / "files" / file["file_id"]).unlink()
    response = httpx.get(file["storage_url"], trust_env=False)
    assert (response.status_code, response.json()["error"], str(tmp_path) in response.text) == (404, "NOT_FOUND", False)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("arguments", "name", "media_type"),
    [
        ("-i {{in_video}} -c copy {{out_video}}", "a.mp4", "video/mp4"),
        ("-i {{in_video}} -f ffmetadata {{out_video}}", "a.html", "application/octet-stream"),
        ("-i {{in_video}} -f ffmetadata {{out_video}}", "a.svg", "application/octet-stream"),
        ("-i {{in_video}} -f ffmetadata {{out_video}}", "a.txt", "application/octet-stream"),
    ],
)
def test_stored_file_is_shown_as_nothing_that_could_act(
    account: "Account", arguments: str, name: str, media_type: str, method: str
) -> None:
    url = account.run(arguments, output_files={"out_video": name})["output_files"]["out_video"]["storage_url"]
    headers = httpx.request(method, url, trust_env=False).headers
    assert (headers["Content-Type"].partition(";")[0], headers["X-Content-Type-Options"]) == (media_type, "nosniff")


HUNGRY = "-i {{in_video}} -vf scale=3840:2160 -c:v libx264 {{out_video}}"
"""Frames of 12 megabytes, of which an encoder holds many."""


def test_run_that_takes_too_much_memory_fails(start_server: "StartServer", open_account: "OpenAccount") -> None:
    command = open_account(start_server("--max-memory", "64M")).run(HUNGRY)
    assert (command["status"], command["error_status"]) == ("FAILED", "FFMPEG_FAILED")


def test_server_goes_on_after_a_run_that_took_too_much_memory(
    start_server: "StartServer", open_account: "OpenAccount"
) -> None:
    account = open_account(start_server("--max-memory", "64M"))
    account.run(HUNGRY, output_files={"out_video": "raw.avi"})
    assert account.run()["status"] == "SUCCESS"


def test_storage_serves_only_the_right_name(account: "Account") -> None:
    url = account.run()["output_files"]["out_video"]["storage_url"]
    assert httpx.get(url.replace("result.mp4", "other.mp4"), trust_env=False).status_code == 404


@pytest.mark.parametrize("path", ["/storage/x/y", "/storage/..%2F..%2Fetc/passwd", "/storage/x", "/storage/%00/x"])
def test_storage_of_nothing_is_not_found(account: "Account", path: str) -> None:
    assert account.client.get(path).status_code == 404
