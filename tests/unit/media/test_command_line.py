from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import options, placeholders
from mockserver.media.command_line import (
    INPUT_FORMATS,
    CommandLine,
    CommandRefused,
    Location,
    Problem,
    parse,
    parse_chain,
)

OUTPUTS = {"out_video": "result.mp4"}
GUARD = ["-protocol_whitelist", "file", "-format_whitelist", INPUT_FORMATS]
NAMES = {
    "out_video": "result.mp4",
    "out_webm": "result.webm",
    "out_gif": "result.gif",
    "out_audio": "result.mp3",
    "out_image": "thumb.jpg",
    "out_png": "still.PNG",
    "out_wav": "sound.wav",
    "out_subs": "subs.srt",
    "out_odd": "result.bin",
}


def declared(command: str) -> tuple[frozenset[str], dict[str, str]]:
    aliases = {found.alias for found in placeholders.find(command)}
    outputs = {alias: NAMES[alias] for alias in sorted(aliases) if alias.startswith("out_")}
    return frozenset(aliases - set(outputs)), outputs


def accepted(command: str) -> CommandLine:
    inputs, outputs = declared(command)
    return parse(command, inputs=inputs, outputs=outputs)


def refused(command: str) -> tuple[Problem, ...]:
    inputs, outputs = declared(command)
    with pytest.raises(CommandRefused) as caught:
        parse(command, inputs=inputs, outputs=outputs)
    return caught.value.problems


def rendered(command: str) -> list[str]:
    inputs, outputs = declared(command)
    line = parse(command, inputs=inputs, outputs=outputs)
    return line.render(
        {alias: f"inputs/{number}" for number, alias in enumerate(sorted(inputs))},
        {alias: f"outputs/{name}" for alias, name in outputs.items()},
    )


USUAL = [
    "ffmpeg -i {{in_video}} -c:v libvpx-vp9 {{out_webm}}",
    "-i {{in_video}} {{out_video}}",
    "ffmpeg -y -hide_banner -loglevel error -i <<in_video>> -c copy <<out_video>>",
    "ffmpeg -i {{ in_video }} -c:v libx264 -preset slow -crf 22 -c:a aac -b:a 128k {{ out_video }}",
    "ffmpeg -ss 00:00:05 -i {{in_video}} -t 10 -c copy {{out_video}}",
    "ffmpeg -ss 5.5 -to 00:01:10.250 -i {{in_video}} -c:v libx264 {{out_video}}",
    "ffmpeg -sseof -3 -i {{in_video}} -update 1 -q:v 1 {{out_image}}",
    'ffmpeg -i {{in_video}} -vf "scale=1280:-2,fps=30" -c:v libx264 -pix_fmt yuv420p {{out_video}}',
    "ffmpeg -i {{in_video}} -vf scale=-1:720 -af volume=0.5 {{out_video}}",
    "ffmpeg -i {{in_video}} -filter:v crop=640:480:0:0 -an {{out_video}}",
    'ffmpeg -i {{in_a}} -i {{in_logo}} -filter_complex "[0:v][1:v]overlay=W-w-10:10[v]" -map "[v]" {{out_video}}',
    'ffmpeg -i {{in_a}} -i {{in_b}} -lavfi "[0][1]concat=n=2:v=1:a=1[v][a]" -map "[v]" -map "[a]" {{out_video}}',
    "ffmpeg -i {{in_a}} -i {{in_b}} -filter_complex amix=inputs=2:duration=longest {{out_audio}}",
    "ffmpeg -i {{in_video}} -i {{in_audio}} -map 0:v:0 -map 1:a:0 -c:v copy -shortest {{out_video}}",
    "ffmpeg -i {{in_video}} -vn -acodec libmp3lame -q:a 2 {{out_audio}}",
    "ffmpeg -i {{in_video}} -vn -ar 16000 -ac 1 -c:a pcm_s16le {{out_wav}}",
    "ffmpeg -i {{in_video}} -ss 1 -frames:v 1 {{out_image}}",
    "ffmpeg -i {{in_video}} -vf thumbnail,scale=320:-1 -vframes 1 -qscale:v 2 {{out_image}}",
    "ffmpeg -i {{in_video}} -frames:v 1 -f image2 {{out_png}}",
    'ffmpeg -i {{in_video}} -vf "fps=10,split[a][b];[a]palettegen[p];[b][p]paletteuse" -loop 0 {{out_gif}}',
    "ffmpeg -loop 1 -framerate 25 -t 5 -i {{in_image}} -c:v libx264 -tune stillimage {{out_video}}",
    "ffmpeg -i {{in_video}} -movflags +faststart -metadata title='AC/DC' -metadata:s:a:0 language=eng {{out_video}}",
    'ffmpeg -f lavfi -i "sine=frequency=440:duration=2" {{out_audio}}',
    "ffmpeg -f lavfi -i testsrc2=size=640x360:rate=25 -t 2 -pix_fmt yuv420p {{out_video}}",
    "ffmpeg -f lavfi -i color=c=black:s=640x360:d=3 -f lavfi -i anullsrc=r=44100:cl=stereo -shortest {{out_video}}",
    "ffmpeg -i {{in_video}} -f lavfi -i anullsrc -map 0:v -map 1:a -c:v copy -shortest {{out_video}}",
    'ffmpeg -i {{in_video}} -vf "subtitles={{in_subs}}" {{out_video}}',
    "ffmpeg -i {{in_video}} -vf \"subtitles={{in_subs}}:force_style='FontSize=24'\" {{out_video}}",
    "ffmpeg -i {{in_video}} -vf ass={{in_subs}} -c:a copy {{out_video}}",
    "ffmpeg -i {{in_video}} -vf lut3d={{in_lut}} {{out_video}}",
    "ffmpeg -i {{in_video}} -vf \"drawtext=fontfile={{in_font}}:text='Hello World':x=10:y=H-th-10\" {{out_video}}",
    "ffmpeg -i {{in_video}} -vf \"drawtext=text='Now %{pts\\:hms}':fontsize=24:fontcolor=white\" {{out_video}}",
    "ffmpeg -i {{in_video}} -i {{in_subs}} -c copy -c:s mov_text -metadata:s:s:0 language=eng {{out_video}}",
    "ffmpeg -i {{in_video}} -map 0:s:0 {{out_subs}}",
    "ffmpeg -i {{in_video}} -s 640x480 -aspect 4:3 -r 30000/1001 -b:v 1M -maxrate 1.5M -bufsize 2M {{out_video}}",
    "ffmpeg -i {{in_video}} -c:v libx264 -x264-params keyint=60:scenecut=0 -profile:v high -level 4.1 {{out_video}}",
    "ffmpeg -i {{in_video}} -c:v libx265 -x265-params crf=28:log-level=error -tag:v hvc1 {{out_video}}",
    "ffmpeg -i {{in_video}} -c:v libsvtav1 -svtav1-params tune=0:film-grain=8 -preset 8 -crf 35 {{out_video}}",
    "ffmpeg -i {{in_video}} -c:v libvpx-vp9 -b:v 0 -crf 31 -row-mt 1 -deadline good -cpu-used 4 {{out_webm}}",
    "ffmpeg -i {{in_video}} -c:v libx264 -g 48 -keyint_min 48 -sc_threshold 0 -bf 2 -flags +cgop {{out_video}}",
    "ffmpeg -i {{in_video}} -force_key_frames 'expr:gte(t,n_forced*2)' {{out_video}}",
    "ffmpeg -i {{in_video}} -filter_complex '[0:v]split=2[a][b]' -map '[a]' {{out_video}} -map '[b]' {{out_webm}}",
    "ffmpeg -i {{in_video}} -c:v libx264 {{out_video}} -vn {{out_audio}} -frames:v 1 -ss 1 {{out_image}}",
    "ffmpeg -stream_loop 2 -i {{in_video}} -c copy {{out_video}}",
    "ffmpeg -itsoffset 0.5 -i {{in_a}} -i {{in_a}} -map 0:v -map 1:a -c copy {{out_video}}",
    "ffmpeg -i {{in_audio}} -af loudnorm=I=-16:TP=-1.5:LRA=11 -ar 48000 {{out_wav}}",
    "ffmpeg -i {{in_video}} -vf setpts=0.5*PTS -af atempo=2.0 {{out_video}}",
    "ffmpeg -i {{in_video}} -bsf:v h264_mp4toannexb -f mpegts {{out_odd}}",
    "ffmpeg -i {{in_audio}} -filter_complex showwavespic=s=640x120:colors=blue -frames:v 1 {{out_png}}",
    "ffmpeg -f s16le -ar 44100 -ac 2 -i {{in_raw}} {{out_wav}}",
    "ffmpeg -f rawvideo -pixel_format rgb24 -video_size 64x48 -framerate 25 -i {{in_raw}} {{out_video}}",
    "ffmpeg -noautorotate -i {{in_video}} -map_metadata -1 -map_chapters -1 -disposition:a:0 default {{out_video}}",
    "ffmpeg \\\n  -i {{in_video}} \\\r\n  -an \\\n\n  {{out_video}}\n",
    "ffmpeg -i {{in_video}} -c:v libx264 -strict -2 -fflags +genpts -avoid_negative_ts make_zero {{out_video}} -y",
    "ffmpeg -i {{in_video}} -vsync vfr -fps_mode vfr -async 1 -max_muxing_queue_size 1024 {{out_video}}",
    "ffmpeg -f lavfi -i 'color=s=64x48:d=1,subtitles={{in_subs}}' {{out_video}}",
    "ffmpeg -i {{in_video}} -c:v prores_ks -profile:v 3 -c:a pcm_s24le -f mov {{out_odd}}",
]

IN, OUT = "-i {{in_video}}", "{{out_video}}"
HOSTILE = [
    # other programs and the shell
    f"rm -rf / {IN} {OUT}",
    f"ffmpeg {IN} {OUT}; rm -rf /",
    f"ffmpeg {IN} {OUT} && cat /etc/passwd",
    f"ffmpeg {IN} {OUT} | cat",
    f"ffmpeg {IN} {OUT} > /tmp/x",
    f"ffmpeg {IN} {OUT} 2>&1",
    f"ffmpeg {IN} $(id) {OUT}",
    f"ffmpeg {IN} `id` {OUT}",
    f"ffprobe {IN} {OUT}",
    f"/usr/bin/ffmpeg {IN} {OUT}",
    # inputs that are no placeholder
    f"ffmpeg -i /etc/passwd {IN} {OUT}",
    f"ffmpeg -i ../../secret.mp4 {IN} {OUT}",
    f"ffmpeg -i file:/etc/passwd {IN} {OUT}",
    f"ffmpeg -i http://169.254.169.254/latest {IN} {OUT}",
    f"ffmpeg -i concat:/etc/passwd {IN} {OUT}",
    f"ffmpeg -i subfile,,start,0,end,9,,:/etc/passwd {IN} {OUT}",
    f"ffmpeg -i data:text/plain,x {IN} {OUT}",
    f"ffmpeg -i pipe:0 {IN} {OUT}",
    f"ffmpeg -i fd: {IN} {OUT}",
    f"ffmpeg -i - {IN} {OUT}",
    f"ffmpeg -i crypto:x -i async:x -i cache:x {IN} {OUT}",
    f"ffmpeg -i inputs/0.mp4 {IN} {OUT}",
    "ffmpeg -i {{in_video}}/../x {{out_video}}",
    "ffmpeg -i concat:{{in_video}} {{out_video}}",
    "ffmpeg -i x{{in_video}} {{out_video}}",
    "ffmpeg -i {{in_a}}{{in_b}} {{out_video}}",
    "ffmpeg -i {{out_video}} {{out_video}}",
    f"ffmpeg {IN} {OUT} -i",
    # input formats that name other files, and devices
    f"ffmpeg -f concat -safe 0 {IN} {OUT}",
    f"ffmpeg -f hls {IN} {OUT}",
    f"ffmpeg -f dash {IN} {OUT}",
    f"ffmpeg -f sdp {IN} {OUT}",
    f"ffmpeg -f imf {IN} {OUT}",
    f"ffmpeg -f rtsp {IN} {OUT}",
    f"ffmpeg -f vobsub {IN} {OUT}",
    f"ffmpeg -f avisynth {IN} {OUT}",
    f"ffmpeg -f svg_pipe {IN} {OUT}",
    f"ffmpeg -f x11grab -i :0.0 {IN} {OUT}",
    f"ffmpeg -f v4l2 -i /dev/video0 {IN} {OUT}",
    f"ffmpeg -f alsa {IN} {OUT}",
    f"ffmpeg -f lavfi -i movie=/etc/passwd {IN} {OUT}",
    f"ffmpeg -f lavfi -i amovie=/etc/passwd {IN} {OUT}",
    f"ffmpeg -f LAVFI -i movie=x {IN} {OUT}",
    f"ffmpeg -f lavfi {IN} {OUT}",
    f"ffmpeg -f lavfi -f mp4 -i movie=x {IN} {OUT}",
    f"ffmpeg -f lavfi -graph_file /etc/passwd -i null {IN} {OUT}",
    f"ffmpeg -i testsrc2 -f lavfi {IN} {OUT}",
    # outputs that are no placeholder
    f"ffmpeg {IN} {OUT} /tmp/x.mp4",
    f"ffmpeg {IN} {OUT} x.mp4",
    f"ffmpeg {IN} {OUT} -",
    f"ffmpeg {IN} {OUT} pipe:1",
    f"ffmpeg {IN} {OUT} tcp://127.0.0.1:80",
    f"ffmpeg {IN} {OUT} ''",
    f"ffmpeg {IN} {OUT} -- -x.mp4",
    f"ffmpeg {IN} /tmp/{OUT}",
    f"ffmpeg {IN} {OUT}/../../x",
    f"ffmpeg {IN} {OUT} {OUT}",
    f"ffmpeg {IN} {OUT} {{{{in_video}}}}",
    f"ffmpeg {IN} -f tee '[f=mp4]/tmp/x|y' {OUT}",
    # output formats that write other files, open connections or devices
    f"ffmpeg {IN} -f tee {OUT}",
    f"ffmpeg {IN} -f segment {OUT}",
    f"ffmpeg {IN} -f hls -hls_segment_filename /tmp/x%d.ts {OUT}",
    f"ffmpeg {IN} -f dash {OUT}",
    f"ffmpeg {IN} -f rtp {OUT}",
    f"ffmpeg {IN} -f rtsp {OUT}",
    f"ffmpeg {IN} -f fifo -fifo_format tee {OUT}",
    f"ffmpeg {IN} -f sdl {OUT}",
    f"ffmpeg {IN} -f pulse {OUT}",
    f"ffmpeg {IN} -f whip {OUT}",
    f"ffmpeg {IN} -f mp4 -f tee {OUT}",
    f"ffmpeg {IN} {{{{out_odd}}}}",
    f"ffmpeg {IN} {OUT} -f tee",
    # options that name files
    f"ffmpeg -report {IN} {OUT}",
    f"ffmpeg -progress /tmp/x {IN} {OUT}",
    f"ffmpeg -vstats {IN} {OUT}",
    f"ffmpeg -vstats_file /tmp/x {IN} {OUT}",
    f"ffmpeg -sdp_file /tmp/x {IN} {OUT}",
    f"ffmpeg -print_graphs_file /tmp/x {IN} {OUT}",
    f"ffmpeg {IN} -attach /etc/passwd {OUT}",
    f"ffmpeg -dump_attachment:t:0 /tmp/x {IN} {OUT}",
    f"ffmpeg {IN} -pass 1 -passlogfile /tmp/x {OUT}",
    f"ffmpeg {IN} -stats_enc_pre /tmp/x {OUT}",
    f"ffmpeg {IN} -stats:v /tmp/x {OUT}",
    f"ffmpeg {IN} -fpre /etc/passwd {OUT}",
    f"ffmpeg {IN} -vpre ../../etc/passwd {OUT}",
    f"ffmpeg {IN} -filter_script:v /etc/passwd {OUT}",
    f"ffmpeg {IN} -filter_complex_script /etc/passwd {OUT}",
    f"ffmpeg {IN} -/vf /etc/passwd {OUT}",
    f"ffmpeg {IN} -/filter_complex /etc/passwd {OUT}",
    f"ffmpeg {IN} -/metadata /etc/passwd {OUT}",
    f"ffmpeg {IN} -ifo_palette /etc/passwd {OUT}",
    f"ffmpeg {IN} -x264-params stats=/tmp/x {OUT}",
    f"ffmpeg {IN} -x264-params crf=20:stats=x {OUT}",
    f"ffmpeg {IN} -x264-params 'crf=20:psy=/tmp' {OUT}",
    f"ffmpeg {IN} -x264opts qpfile=/tmp/x {OUT}",
    f"ffmpeg {IN} -x264-params opencl=1 {OUT}",
    f"ffmpeg {IN} -x265-params csv=/tmp/x {OUT}",
    f"ffmpeg {IN} -x265-params analysis-save=/tmp/x {OUT}",
    f"ffmpeg {IN} -aom-params film-grain-table=/etc/passwd {OUT}",
    f"ffmpeg {IN} -svtav1-params stats=/tmp/x {OUT}",
    f"ffmpeg {IN} -kvazaar-params cqmfile=/etc/passwd {OUT}",
    f"ffmpeg {IN} -preset /etc/passwd {OUT}",
    f"ffmpeg {IN} -crf /etc/passwd {OUT}",
    f"ffmpeg {IN} -crf ../x {OUT}",
    f"ffmpeg {IN} -b:v http://x {OUT}",
    f"ffmpeg {IN} -sub_charenc ../../x {OUT}",
    # options that loosen a protection
    f"ffmpeg -protocol_whitelist file,http {IN} {OUT}",
    f"ffmpeg -format_whitelist hls {IN} {OUT}",
    f"ffmpeg -enable_drefs 1 -use_absolute_path 1 {IN} {OUT}",
    f"ffmpeg -safe 0 {IN} {OUT}",
    f"ffmpeg -allowed_extensions ALL {IN} {OUT}",
    f"ffmpeg -pattern_type glob {IN} {OUT}",
    f"ffmpeg {IN} -strftime 1 {OUT}",
    # devices
    f"ffmpeg -hwaccel vaapi {IN} {OUT}",
    f"ffmpeg -init_hw_device vaapi=foo:/dev/dri/renderD128 {IN} {OUT}",
    f"ffmpeg -vaapi_device /dev/dri/renderD128 {IN} {OUT}",
    f"ffmpeg {IN} -c:v h264_vaapi {OUT}",
    f"ffmpeg {IN} -c:v h264_v4l2m2m {OUT}",
    f"ffmpeg {IN} -c:v h264_nvenc {OUT}",
    f"ffmpeg {IN} -c:v /tmp/x {OUT}",
    # filters
    f"ffmpeg {IN} -vf movie=/etc/passwd[a],[in][a]overlay {OUT}",
    f"ffmpeg {IN} -vf drawtext=textfile=/etc/passwd {OUT}",
    f"ffmpeg {IN} -vf drawtext=/text=/etc/passwd {OUT}",
    f"ffmpeg {IN} -vf subtitles=/etc/passwd {OUT}",
    f"ffmpeg {IN} -vf subtitles={OUT} {OUT}",
    f"ffmpeg {IN} -lavfi zmq {OUT}",
    f"ffmpeg {IN} -filter:a ladspa=/tmp/x.so {OUT}",
    f"ffmpeg {IN} -filter_complex metadata=print:file=/tmp/x {OUT}",
    f"ffmpeg {IN} -af asendcmd=f=/etc/passwd {OUT}",
    f"ffmpeg {IN} -bsf:v trace_headers=/x {OUT}",
    # words in wrong places
    f"ffmpeg {IN} -metadata title={{{{in_video}}}} {OUT}",
    f"ffmpeg {IN} -{{{{in_video}}}} 1 {OUT}",
    f"ffmpeg {IN} -crf:{{{{in_video}}}} 1 {OUT}",
    f"ffmpeg {IN} -autorotate 0 {OUT}",
    f"ffmpeg {IN} -nosuchoption 1 {OUT}",
    f"ffmpeg {IN} --help {OUT}",
    f"ffmpeg -h full {IN} {OUT}",
    f"ffmpeg -sources pulse {IN} {OUT}",
    f"ffmpeg -n {IN} {OUT}",
    f"ffmpeg {IN} 'unbalanced {OUT}",
    f'ffmpeg {IN} "unbalanced {OUT}',
    f"ffmpeg {IN} {OUT} \\",
    f"ffmpeg {IN} {OUT}\0",
    f"ffmpeg {IN} {OUT} \ud800",
    "ffmpeg {{in_video}} {{out_video}}",
    "ffmpeg -i {{in_video}}",
    "ffmpeg",
    "",
]


@pytest.mark.parametrize("command", USUAL)
def test_parse_accepts_usual_commands(command: str) -> None:
    inputs, outputs = declared(command)
    line = accepted(command)
    assert line.inputs == inputs
    assert line.outputs == frozenset(outputs)


@pytest.mark.parametrize("command", USUAL)
def test_render_leaves_no_placeholder(command: str) -> None:
    assert not any("{{" in word or "<<" in word or "\0" in word for word in rendered(command))


@pytest.mark.parametrize("command", USUAL)
def test_render_guards_every_input(command: str) -> None:
    words = rendered(command)
    guarded = [words[index - 4 : index - 1] for index, word in enumerate(words) if word == "-i"]
    assert all(guard == ["-protocol_whitelist", "file", "-format_whitelist"] for guard in guarded)


@pytest.mark.parametrize("command", HOSTILE)
def test_parse_refuses_hostile_commands(command: str) -> None:
    problems = refused(command)
    assert problems
    assert all(problem.message for problem in problems)
    assert not any("\0" in problem.message for problem in problems)


def test_render_gives_the_argument_list() -> None:
    command = "ffmpeg -ss 1 -i {{in_video}} -vf 'drawtext=text=a b,subtitles={{in_subs}}' {{out_video}}"
    line = parse(command, inputs={"in_video", "in_subs"}, outputs=OUTPUTS)
    words = line.render({"in_video": "inputs/0.mp4", "in_subs": "inputs/1.srt"}, {"out_video": "outputs/A b.mp4"})
    graph = "drawtext=text=a b,subtitles=inputs/1.srt"
    assert words == ["-nostdin", "-ss", "1", *GUARD, "-i", "inputs/0.mp4", "-vf", graph, "outputs/A b.mp4"]


def test_render_lets_generated_inputs_only_generate() -> None:
    words = accepted("-f lavfi -i sine=d=1 {{out_audio}}").render({}, {"out_audio": "outputs/a.mp3"})
    guard = ["-protocol_whitelist", "file", "-format_whitelist", "lavfi"]
    assert words == ["-nostdin", "-f", "lavfi", *guard, "-i", "sine=d=1", "outputs/a.mp3"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "inputs/../x", "a b", "-x", "http:x", "", "a\nb", "A"])
def test_render_refuses_odd_input_paths(path: str) -> None:
    line = accepted("-i {{in_video}} {{out_video}}")
    with pytest.raises(ValueError, match="plain"):
        line.render({"in_video": path}, {"out_video": "outputs/a.mp4"})


@pytest.mark.parametrize("path", ["/srv/x.mp4", "../x.mp4", "outputs/../x.mp4", "outputs/-", "http:x.mp4", "-y.mp4"])
def test_render_refuses_odd_output_paths(path: str) -> None:
    line = accepted("-i {{in_video}} {{out_video}}")
    with pytest.raises(ValueError, match="plain"):
        line.render({"in_video": "inputs/0"}, {"out_video": path})


@pytest.mark.parametrize(
    ("command", "subtitles"),
    [
        ("-i {{in_video}} -vf subtitles={{in_subs}} {{out_video}}", {"in_subs"}),
        ("-i {{in_video}} -vf \"ass='{{in_subs}}'\" {{out_video}}", {"in_subs"}),
        ("-f lavfi -i color,subtitles@a=f={{in_subs}} {{out_video}}", {"in_subs"}),
        ("-i {{in_video}} -vf 'lut3d={{in_lut}},subtitles={{in_a}},ass={{in_b}}' {{out_video}}", {"in_a", "in_b"}),
        ("-i {{in_video}} -i {{in_subs}} -vf lut3d={{in_lut}} {{out_video}}", set()),
    ],
)
def test_subtitle_inputs_are_what_filters_open(command: str, subtitles: set[str]) -> None:
    assert accepted(command).subtitle_inputs == subtitles


@pytest.mark.parametrize(
    ("command", "location"),
    [
        ("-i {{in_video}} {{out_video}}", ("input_files", "in_spare")),
        ("-i {{in_spare}} -i {{in_video}} -f null {{out_video}}", ("ffmpeg_command",)),
        ("-i {{in_spare}} -i {{in_video}} -f lavfi -i color out.mp4", ("output_files", "out_video")),
        ("-i {{in_spare}} -i {{in_video}} -i {{in_other}} {{out_video}}", ("ffmpeg_command",)),
    ],
)
def test_problems_are_located(command: str, location: Location) -> None:
    with pytest.raises(CommandRefused) as caught:
        parse(command, inputs=["in_video", "in_spare"], outputs=OUTPUTS)
    assert location in [problem.location for problem in caught.value.problems]


def test_file_name_problems_are_located() -> None:
    outputs = {"out_a": "../a.mp4", "out_b": "b.mp4"}
    with pytest.raises(CommandRefused) as caught:
        parse("-i {{in_video}} {{out_a}} {{out_b}}", inputs=["in_video"], outputs=outputs)
    assert [problem.location for problem in caught.value.problems] == [("output_files", "out_a")]


def test_all_problems_are_reported_at_once() -> None:
    command = "ffmpeg -report -i /etc/passwd -vf movie=x,zmq -c:v h264_qsv x.mp4"
    with pytest.raises(CommandRefused) as caught:
        parse(command, inputs=["in_video"], outputs=OUTPUTS)
    assert len(caught.value.problems) == 8


def test_messages_say_what_to_do_instead() -> None:
    (problem,) = refused("ffmpeg -i {{in_video}} -vf drawtext=fontfile=/x.ttf:text=a {{out_video}}")
    assert "/x.ttf" in problem.message
    assert "{{in_" in problem.message


@pytest.mark.parametrize("extension", sorted(options.EXTENSIONS))
def test_every_admitted_extension_is_accepted(extension: str) -> None:
    parse("-i {{in_a}} {{out_a}}", inputs=["in_a"], outputs={"out_a": f"x.{extension.upper()}"})


@pytest.mark.parametrize("extension", ["m3u8", "mpd", "ism", "txt", "sh", "sdp", "chk", "xml", "unknown"])
def test_other_extensions_are_refused(extension: str) -> None:
    with pytest.raises(CommandRefused):
        parse("-i {{in_a}} {{out_a}}", inputs=["in_a"], outputs={"out_a": f"x.{extension}"})


CHAIN_INPUTS = ["in_video"]


def chain(*commands: str, outputs: Mapping[str, str] = OUTPUTS) -> tuple[CommandLine, ...]:
    return parse_chain(commands, inputs=CHAIN_INPUTS, outputs=outputs)


def test_chain_reads_what_an_earlier_command_wrote() -> None:
    outputs = {"out_a": "First Part.mp4", "out_b": "b.mp4"}
    lines = chain("-i {{in_video}} {{out_a}} mid.mkv", "-i {{out_a}} -i mid.mkv {{out_b}}", outputs=outputs)
    paths = {alias: f"outputs/{name}" for alias, name in outputs.items()}
    assert lines[0].intermediates == {"mid.mkv"}
    assert lines[1].render({}, paths) == [
        *("-nostdin", *GUARD, "-i", "outputs/First Part.mp4", *GUARD, "-i", "mid.mkv", "outputs/b.mp4")
    ]


@pytest.mark.parametrize(
    "commands",
    [
        ("-i {{out_video}} {{out_video}}", "-i {{in_video}} {{out_video}}"),
        ("-i mid.mkv {{out_video}}", "-i {{in_video}} mid.mkv"),
        ("-i {{in_video}} ../mid.mkv", "-i ../mid.mkv {{out_video}}"),
        ("-i {{in_video}} outputs/mid.mkv", "-i outputs/mid.mkv {{out_video}}"),
        ("-i {{in_video}} mid_%d.png", "-i mid_%d.png {{out_video}}"),
        ("-i {{in_video}} list.m3u8", "-i list.m3u8 {{out_video}}"),
        ("-i {{in_video}} -f data list.txt", "-f concat -i list.txt {{out_video}}"),
        ("-i {{in_video}} {{out_video}}", "-i {{in_video}} -vf subtitles={{out_video}} mid.mkv"),
        ("-i {{in_video}} subs.srt", "-i {{in_video}} -vf subtitles=subs.srt {{out_video}}"),
    ],
)
def test_chain_refuses_other_files(commands: tuple[str, ...]) -> None:
    with pytest.raises(CommandRefused):
        chain(*commands)


def test_chain_wants_each_alias_only_once() -> None:
    with pytest.raises(CommandRefused) as caught:
        chain("-i {{in_video}} mid.mkv", "-report -i mid.mkv {{out_video}}", outputs={**OUTPUTS, "out_b": "b.mp4"})
    assert [problem.location for problem in caught.value.problems] == [
        ("ffmpeg_commands", 1),
        ("output_files", "out_b"),
    ]


def test_single_command_may_not_write_intermediates() -> None:
    assert refused("-i {{in_video}} mid.mkv")


FRAGMENTS = st.sampled_from(
    [
        *("-i", "{{in_video}}", "<< in_video >>", "{{out_video}}", "-f", "lavfi", "-vf", "-metadata", "-c:v", "-y"),
        *("libx264", "color", "subtitles={{in_video}}", "movie=x", "'", '"', "\\", "\n", "{{", "}}", "/etc/passwd"),
    ]
)


@given(st.text(max_size=60) | st.lists(FRAGMENTS | st.text(max_size=8), max_size=12).map(" ".join))
def test_parse_only_ever_accepts_or_refuses(command: str) -> None:
    try:
        line = parse(command, inputs=["in_video"], outputs=OUTPUTS)
    except CommandRefused as refusal:
        assert refusal.problems  # noqa: PT017 - both outcomes are right
    else:
        assert line.outputs == {"out_video"}


@given(st.lists(FRAGMENTS | st.text(max_size=8), max_size=12).map(" ".join))
def test_accepted_commands_name_only_their_files(middle: str) -> None:
    try:
        line = parse(f"-i {{{{in_video}}}} {middle} {{{{out_video}}}}", inputs=["in_video"], outputs=OUTPUTS)
    except CommandRefused:
        return
    words = line.render({"in_video": "inputs/0.mp4"}, {"out_video": "outputs/result.mp4"})
    values = {word for option, word in pairwise(words) if option == "-metadata"}
    assert not any("/etc" in word or "movie=" in word for word in words if word not in values)


PLAIN_OPTIONS = st.sampled_from(
    [("-an",), ("-crf", "20"), ("-vf", "scale=1:2,null"), ("-metadata", "a=b c"), ("-c", "copy")]
)


@given(st.lists(PLAIN_OPTIONS, max_size=6), st.sampled_from(["{{in_video}}", "{{ in_video }}", "<<in_video>>"]))
def test_render_keeps_the_words_of_a_command(pairs: list[tuple[str, ...]], source: str) -> None:
    words = [word for pair in pairs for word in pair]
    quoted = " ".join(f"'{word}'" for word in words)
    line = parse(f"ffmpeg -i {source} {quoted} {{{{out_video}}}}", inputs=["in_video"], outputs=OUTPUTS)
    given_paths = {"in_video": "inputs/0.mp4"}, {"out_video": "outputs/r.mp4"}
    assert line.render(*given_paths) == ["-nostdin", *GUARD, "-i", "inputs/0.mp4", *words, "outputs/r.mp4"]


@given(st.text(max_size=200))
def test_metadata_text_arrives_unchanged(text: str) -> None:
    if placeholders.find(text) or "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return
    if "\\\n" in text or "\\\r\n" in text:
        return
    quoted = "'" + text.replace("'", "'\\''") + "'"
    line = parse(f"-i {{{{in_video}}}} -metadata {quoted} {{{{out_video}}}}", inputs=["in_video"], outputs=OUTPUTS)
    assert text in line.render({"in_video": "i"}, {"out_video": "o.mp4"})
