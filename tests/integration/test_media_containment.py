"""That rendered commands run with real FFmpegs, and that no input file's content leads out of the folder."""

import functools
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg
import pytest

from mockserver.media import options, placeholders
from mockserver.media.command_line import SUBTITLE_FORMATS, parse, parse_chain

FFMPEGS = sorted({path for path in (shutil.which("ffmpeg"), imageio_ffmpeg.get_ffmpeg_exe()) if path})
WITH_EACH_FFMPEG = pytest.mark.parametrize("ffmpeg", FFMPEGS, ids=[Path(path).name for path in FFMPEGS])
PATIENCE_SECONDS = 60.0

SUBTITLES = "1\n00:00:00,000 --> 00:00:00,400\nHello\n"
IDENTITY_LUT = "LUT_3D_SIZE 2\n" + "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))

FILES = {
    "in_video": "inputs/0.mp4",
    "in_other": "inputs/1.mp4",
    "in_image": "inputs/2.png",
    "in_subs": "inputs/3.srt",
    "in_lut": "inputs/4.cube",
    "in_font": "inputs/5.ttf",
    "in_raw": "inputs/6",
}


@functools.cache
def a_font() -> Path | None:
    found = (path for folder in FONT_FOLDERS for path in sorted(folder.rglob("*.ttf")))
    return next(found, None)


def run(ffmpeg: str, arguments: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [ffmpeg, "-hide_banner", "-y", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory, clip: bytes) -> Path:
    """A folder with one file of each kind that the usual commands take."""
    folder = tmp_path_factory.mktemp("material")
    (folder / "inputs").mkdir()
    for alias in ("in_video", "in_other"):
        (folder / FILES[alias]).write_bytes(clip)
    (folder / FILES["in_subs"]).write_text(SUBTITLES)
    (folder / FILES["in_lut"]).write_text(IDENTITY_LUT)
    (folder / FILES["in_raw"]).write_bytes(bytes(64 * 48 * 3 * 5))
    font = a_font()
    if font is not None:
        shutil.copy(font, folder / FILES["in_font"])
    made = run(FFMPEGS[0], ["-i", FILES["in_video"], "-frames:v", "1", FILES["in_image"]], folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def job(material: Path, tmp_path: Path) -> Path:
    """A job's folder, its inputs in place."""
    folder = tmp_path / "job"
    shutil.copytree(material / "inputs", folder / "inputs")
    (folder / "outputs").mkdir()
    return folder


def rendered(command: str, outputs: dict[str, str]) -> list[str]:
    inputs = {found.alias for found in placeholders.find(command)} - set(outputs)
    line = parse(command, inputs=inputs, outputs=outputs)
    return line.render(FILES, {alias: f"outputs/{name}" for alias, name in outputs.items()})


def require(completed: "subprocess.CompletedProcess[str]") -> None:
    for lack in ("Unknown encoder", "No such filter", "Filter not found"):
        if lack in completed.stderr:
            pytest.skip(f"this FFmpeg was built without what the command needs: {completed.stderr[-300:]}")
    assert completed.returncode == 0, completed.stderr


USUAL = [
    "-i {{in_video}} -c copy {{out_mkv}}",
    "-i {{in_video}} -c:v libx264 -preset veryfast -crf 30 -c:a aac -b:a 64k -movflags +faststart {{out_mp4}}",
    "-i {{in_video}} -c:v libx264 -x264-params keyint=5:scenecut=0 -profile:v main -level 4.1 {{out_mp4}}",
    "-i {{in_video}} -c:v libx265 -x265-params crf=30:log-level=error -tag:v hvc1 {{out_mp4}}",
    "-i {{in_video}} -c:v libvpx-vp9 -b:v 0 -crf 40 -deadline realtime -cpu-used 8 -row-mt 1 -an {{out_webm}}",
    "-i {{in_video}} -vf scale=128:-2 -c:v libsvtav1 -preset 12 -svtav1-params tune=0 -an {{out_mp4}}",
    "-ss 0.1 -to 00:00:00.4 -i {{in_video}} -vf 'scale=32:-2,fps=5,setsar=1' {{out_mp4}}",
    "-i {{in_video}} -vf crop=in_w/2:in_h/2,pad=64:64:(ow-iw)/2:-1:black,rotate=PI/8,hue=s=0 {{out_mp4}}",
    "-i {{in_video}} -i {{in_image}} -lavfi '[1]scale=16:-1[l];[0][l]overlay=W-w-2:2[v]' -map '[v]' {{out_mp4}}",
    "-i {{in_video}} -i {{in_other}} -lavfi '[0][1]concat=n=2:v=1:a=1[v][a]' -map '[v]' -map '[a]' {{out_mp4}}",
    "-i {{in_video}} -i {{in_other}} -filter_complex amix=inputs=2:duration=longest -vn {{out_wav}}",
    "-i {{in_video}} -vn -af loudnorm=I=-16:TP=-1.5:LRA=11,volume=0.5,atempo=1.5 -c:a libmp3lame -q:a 4 {{out_mp3}}",
    "-i {{in_video}} -vf fade=t=in:d=0.2,setpts=0.5*PTS -an {{out_mp4}}",
    "-i {{in_video}} -ss 0.2 -frames:v 1 -q:v 2 -update 1 {{out_jpg}}",
    "-i {{in_video}} -vf 'split[a][b];[a]palettegen[p];[b][p]paletteuse=bayer:bayer_scale=5' -loop 0 {{out_gif}}",
    "-loop 1 -framerate 10 -t 0.5 -i {{in_image}} -c:v libx264 -tune stillimage -pix_fmt yuv420p {{out_mp4}}",
    "-i {{in_video}} -metadata title='AC/DC: live' -metadata:s:a:0 language=eng -c copy {{out_mp4}}",
    "-f lavfi -i 'sine=frequency=440:duration=0.3' {{out_flac}}",
    "-f lavfi -i testsrc2=s=64x48:d=0.3 -f lavfi -i anullsrc=r=44100:cl=stereo -shortest {{out_mp4}}",
    "-f lavfi -i 'color=c=red:s=64x48:d=0.3,subtitles={{in_subs}}' {{out_mp4}}",
    "-i {{in_video}} -vf \"subtitles={{in_subs}}:force_style='FontSize=24,PrimaryColour=&H00FFFF&'\" {{out_mp4}}",
    "-i {{in_video}} -vf lut3d={{in_lut}},eq=brightness=0.1,curves=vintage {{out_mp4}}",
    "-i {{in_video}} -vf \"drawtext=fontfile={{in_font}}:text='Hi %{pts\\:hms}':x=(w-text_w)/2:y=2\" {{out_mp4}}",
    "-i {{in_video}} -i {{in_subs}} -c copy -c:s mov_text {{out_mp4}}",
    "-i {{in_subs}} {{out_vtt}}",
    "-f rawvideo -pixel_format rgb24 -video_size 64x48 -framerate 10 -i {{in_raw}} {{out_mp4}}",
    "-i {{in_video}} -bsf:v h264_mp4toannexb -c copy -f mpegts {{out_odd}}",
    "-i {{in_video}} -filter_complex showwavespic=s=64x32:colors=blue -frames:v 1 -update 1 {{out_png}}",
    "-re -noautorotate -copyts -i {{in_video}} -map 0:v:0 -map 0:a? -map_metadata -1 -c copy {{out_mov}}",
    "-i {{in_video}} -force_key_frames 'expr:gte(t,n_forced*0.2)' -r 30000/1001 -s 32x24 -aspect 4:3 {{out_avi}}",
]


@WITH_EACH_FFMPEG
@pytest.mark.parametrize("command", USUAL)
def test_usual_commands_run(ffmpeg: str, command: str, job: Path) -> None:
    if "in_font" in command and a_font() is None:
        pytest.skip("there is no font on this machine")
    outputs = {
        found.alias: found.alias.replace("out_", "a.")
        for found in placeholders.find(command)
        if found.alias.startswith("out_")
    }
    before = set(job.rglob("*"))
    require(run(ffmpeg, rendered(command, outputs), job))
    written = {job / "outputs" / name for name in outputs.values()}
    assert set(job.rglob("*")) - before == written
    assert all(path.stat().st_size for path in written)


@WITH_EACH_FFMPEG
def test_several_outputs_are_written(ffmpeg: str, job: Path) -> None:
    command = "-i {{in_video}} -c copy {{out_a}} -vn {{out_b}} -frames:v 1 -update 1 {{out_c}}"
    require(run(ffmpeg, rendered(command, {"out_a": "a.mkv", "out_b": "b.wav", "out_c": "c.png"}), job))
    assert {path.name for path in (job / "outputs").iterdir()} == {"a.mkv", "b.wav", "c.png"}


@WITH_EACH_FFMPEG
def test_chains_hand_files_on(ffmpeg: str, job: Path) -> None:
    outputs = {"out_a": "First.mp4", "out_b": "b.mp4"}
    commands = [
        "-i {{in_video}} -vf hflip -b:v 100k -pass 1 {{out_a}} -vn mid.wav",
        "-i {{in_video}} -i {{out_a}} -i mid.wav -map 0:v -map 2:a -vf hflip -b:v 100k -c:a aac -pass 2 {{out_b}}",
    ]
    for line in parse_chain(commands, inputs=["in_video"], outputs=outputs):
        require(run(ffmpeg, line.render(FILES, {alias: f"outputs/{name}" for alias, name in outputs.items()}), job))
    assert {path.name for path in (job / "outputs").iterdir()} == {"First.mp4", "b.mp4"}


HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{canary}\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile '{canary}'\n"
DASH = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-main:2011" type="static"
 mediaPresentationDuration="PT0.5S" minBufferTime="PT1S"><Period><AdaptationSet mimeType="video/mp4">
<Representation id="0" bandwidth="1" codecs="avc1"><BaseURL>{canary}</BaseURL></Representation>
</AdaptationSet></Period></MPD>
"""
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 39999 RTP/AVP 0\n"
CONTENTS = {"hls": HLS, "ffconcat": CONCAT, "dash": DASH, "sdp": SDP}


@pytest.fixture
def canary(tmp_path: Path, clip: bytes) -> Path:
    """A video outside the job's folder, in a format that a playlist's segment may have."""
    path = tmp_path / "secret" / "canary.mp4"
    path.parent.mkdir()
    path.write_bytes(clip)
    made = run(FFMPEGS[0], ["-i", str(path), "-c", "copy", str(path.with_suffix(".ts"))], tmp_path)
    assert made.returncode == 0, made.stderr
    return path


def lure(job: Path, content: str, canary: Path, alias: str = "in_video") -> None:
    target = canary.with_suffix(".ts") if content is HLS else canary
    (job / FILES[alias]).write_text(content.format(canary=target))


@WITH_EACH_FFMPEG
@pytest.mark.parametrize(("content", "forced"), [(HLS, "-f hls"), (CONCAT, "-f concat -safe 0")], ids=["hls", "concat"])
def test_unprotected_ffmpeg_would_leave_the_folder(
    ffmpeg: str, content: str, forced: str, job: Path, canary: Path
) -> None:
    """The lures do work where nothing protects: otherwise the next test would prove nothing."""
    lure(job, content, canary)
    completed = run(ffmpeg, [*forced.split(), "-i", FILES["in_video"], "-c", "copy", "outputs/a.mkv"], job)
    assert completed.returncode == 0, completed.stderr
    assert (job / "outputs" / "a.mkv").stat().st_size > 0


@WITH_EACH_FFMPEG
@pytest.mark.parametrize("forced", ["", "-f mp4 ", "-f matroska ", "-c:v h264 "])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_input_content_leads_nowhere(ffmpeg: str, content: str, forced: str, job: Path, canary: Path) -> None:
    lure(job, content, canary)
    completed = run(ffmpeg, rendered(forced + "-i {{in_video}} -map 0 -c copy {{out_a}}", {"out_a": "a.mkv"}), job)
    assert completed.returncode != 0
    assert not any(path.stat().st_size for path in (job / "outputs").iterdir())
    assert "Opening" not in completed.stderr
    assert "canary" not in completed.stderr


@WITH_EACH_FFMPEG
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_playlists_taken_as_data_stay_what_they_are(ffmpeg: str, content: str, job: Path, canary: Path) -> None:
    lure(job, content, canary)
    require(run(ffmpeg, rendered("-f data -i {{in_video}} -map 0 -c copy -f data {{out_a}}", {"out_a": "a.bin"}), job))
    assert (job / "outputs" / "a.bin").read_bytes() == (job / FILES["in_video"]).read_bytes()


@WITH_EACH_FFMPEG
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_autodetected_playlists_are_refused_by_name(ffmpeg: str, content: str, job: Path, canary: Path) -> None:
    lure(job, content, canary)
    completed = run(ffmpeg, rendered("-i {{in_video}} -c copy {{out_a}}", {"out_a": "a.mkv"}), job)
    assert "not on whitelist" in completed.stderr or "Invalid data found" in completed.stderr, completed.stderr


@WITH_EACH_FFMPEG
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_subtitle_formats_hold_playlists_off(ffmpeg: str, content: str, job: Path, canary: Path) -> None:
    lure(job, content, canary, "in_subs")
    guard = ["-protocol_whitelist", "file", "-format_whitelist", SUBTITLE_FORMATS]
    assert run(ffmpeg, [*guard, "-i", FILES["in_subs"], "outputs/a.srt"], job).returncode != 0


@WITH_EACH_FFMPEG
@pytest.mark.parametrize("value", [(), ("-1",)], ids=["without a value", "with a value"])
def test_options_take_as_many_words_as_the_table_says(ffmpeg: str, value: tuple[str, ...], tmp_path: Path) -> None:
    """Were it otherwise, a value that was checked as such could become an output."""
    silencers = {"loglevel", "v"}  # FFmpeg obeys them before it looks at anything else
    table = [(name, option) for name, option in options.main_options().items() if name not in silencers]
    names = [name for name, option in table if (option.kind is options.Kind.FLAG) is (value == ())]
    while True:
        words = [word for name in names for word in (f"-{name}", *value)]
        found = re.search(r"nrecognized option '(.*)'", run(ffmpeg, [*words, "-nosuchoption"], tmp_path).stderr)
        assert found is not None
        if found[1] not in names:
            break
        names.remove(found[1])  # not in this release
    assert found[1] == "nosuchoption"


@WITH_EACH_FFMPEG
def test_subtitle_formats_admit_subtitles(ffmpeg: str, job: Path) -> None:
    guard = ["-protocol_whitelist", "file", "-format_whitelist", SUBTITLE_FORMATS]
    require(run(ffmpeg, [*guard, "-i", FILES["in_subs"], "outputs/a.ass"], job))
