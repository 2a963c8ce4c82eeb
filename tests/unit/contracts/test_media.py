"""The kit's sample files, and its own look at what a file is."""

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import NotObservable, SetUpError
from contracts.media import SLOW_SECONDS, VARIABLE, Media, Probed, Unreadable, clip, find_ffmpeg, picture, probe
from contracts.receiver import Receiver


@pytest.fixture(scope="module")
def running() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def media(running: Receiver) -> Media:
    return Media(running)


def fetched(url: str) -> bytes:
    return httpx.get(url, trust_env=False).content


def test_picture_is_the_png_that_it_says(media: Media) -> None:
    sample = media.picture
    found = probe(fetched(sample.url))
    assert (found.kind, found.width, found.height, found.codecs) == ("picture", sample.width, sample.height, ("png",))
    assert (sample.kind, sample.alias, sample.duration_seconds, sample.is_own) == ("picture", "in_picture", None, True)


def test_clip_is_the_video_that_it_says(media: Media) -> None:
    sample = media.clip
    found = probe(fetched(sample.url))
    assert (found.kind, found.width, found.height) == ("video", sample.width, sample.height)
    assert found.duration_seconds == pytest.approx(sample.duration_seconds, abs=0.1)
    assert found.codecs == ("h264", "aac")


def test_slow_work_takes_its_time_on_any_machine(media: Media) -> None:
    slow = media.slow
    assert slow.command("out_file") == "ffmpeg -re -i {{in_clip}} -c copy {{out_file}}"
    assert slow.seconds == SLOW_SECONDS
    # What is read at the speed at which it plays takes as long as it lasts.
    assert probe(fetched(slow.sample.url)).duration_seconds == pytest.approx(SLOW_SECONDS, abs=0.2)


def test_sample_is_made_once_for_all_threads(media: Media) -> None:
    urls: list[str] = []
    threads = [threading.Thread(target=lambda: urls.append(media.picture.url)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 8
    assert len(set(urls)) == 1


def test_users_file_stands_for_all_samples_with_unknown_properties(running: Receiver) -> None:
    media = Media(running, input_url="https://example.com/a.mp4")
    assert media.clip == media.picture
    assert (media.clip.url, media.clip.is_own, media.clip.width) == ("https://example.com/a.mp4", False, None)
    with pytest.raises(NotObservable, match="--input-url"):
        _ = media.slow


def test_clip_can_be_read_over_http_by_ffmpeg(media: Media) -> None:
    read = subprocess.run([find_ffmpeg(), "-v", "error", "-i", media.clip.url, "-f", "null", "-"], check=False)
    assert read.returncode == 0


def test_named_ffmpeg_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "mine"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(program))
    assert find_ffmpeg() == str(program)


def test_named_ffmpeg_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "absent"))
    with pytest.raises(SetUpError, match=r"PROOFREEL_FFMPEG names .*absent"):
        find_ffmpeg()


def test_wheels_ffmpeg_is_taken_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/bin/true")
    assert find_ffmpeg() == "/bin/true"


def test_ffmpeg_that_fails_is_told_with_its_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "broken"
    program.write_text("#!/bin/sh\necho no encoder here >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(program))
    with pytest.raises(SetUpError, match="no encoder here"):
        clip(0.25)


def test_sound_is_no_video() -> None:
    made = subprocess.run(
        [find_ffmpeg(), "-v", "error", "-f", "lavfi", "-i", "sine=duration=0.2", "-f", "wav", "-"],
        check=True,
        capture_output=True,
    )
    found = probe(made.stdout)
    assert (found.kind, found.format, found.width, found.codecs) == ("sound", "wav", None, ("pcm_s16le",))


@pytest.mark.parametrize("content", [picture()[:20], picture()[:50]])
def test_beginning_of_a_file_is_not_the_file(content: bytes) -> None:
    with pytest.raises(Unreadable):
        probe(content)


def test_probing_says_nothing_beside_its_answer(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unreadable):
        probe(picture()[:50])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("text", [b"", b"This is no media file.", b"#EXTM3U\n#EXT-X-ENDLIST\n"])
def test_what_is_no_media_file_is_unreadable(text: bytes) -> None:
    with pytest.raises(Unreadable):
        probe(text)


def test_list_of_other_files_is_not_followed(running: Receiver) -> None:
    url = running.serve("secret.ts", b"x", "video/mp2t")
    before = len(running.downloads)
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{url}\n#EXT-X-ENDLIST\n"
    with pytest.raises(Unreadable):
        probe(playlist.encode())
    assert len(running.downloads) == before


@given(content=st.binary(max_size=400))
def test_probing_gives_a_finding_or_says_that_it_cannot(content: bytes) -> None:
    try:
        found: Probed | None = probe(content)
    except Unreadable:
        found = None
    assert found is None or found.format
