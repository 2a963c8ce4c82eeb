import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import filtergraph, options, placeholders
from mockserver.media.filtergraph import Filter, GraphSyntaxError, Setting

TEXT = st.text(st.characters(exclude_characters="\0"), max_size=30)


def quoted(text: str) -> str:
    """Quote as FFmpeg's manual says: in quotes, and a quote itself escaped outside them."""
    return "'" + text.replace("'", r"'\''") + "'"


def escaped(text: str) -> str:
    return "".join("\\" + character for character in text)


def problems(graph: str) -> tuple[str, ...]:
    return filtergraph.judge(placeholders.seal(graph)).problems


@given(TEXT)
def test_read_token_undoes_quotes(text: str) -> None:
    token = quoted(text)
    assert filtergraph.read_token(token + ":rest", 0, ":") == (text, len(token))


@given(TEXT)
def test_read_token_undoes_backslashes(text: str) -> None:
    token = escaped(text)
    assert filtergraph.read_token(token + ";rest", 0, ";") == (text, len(token))


@given(st.sampled_from(["drawtext", "scale"]), TEXT, TEXT)
def test_parse_undoes_both_rounds_of_quoting(name: str, first: str, second: str) -> None:
    arguments = f"a={quoted(first)}:b={escaped(second)}"
    graph = f"[0:v] {name} = {quoted(arguments)} [out]"
    expected = Filter(name, (Setting("a", first), Setting("b", second)))
    assert filtergraph.parse(graph) == (expected,)


@given(TEXT)
def test_judge_never_crashes(graph: str) -> None:
    filtergraph.judge(placeholders.seal(graph))


@given(st.text("[]=:,;'\\ @/{}<>scalebinv_", max_size=40))
def test_judge_never_crashes_on_syntax(graph: str) -> None:
    filtergraph.judge(placeholders.seal(graph))


@given(st.text("'\\:,;[]= {}", max_size=6), st.text("'\\:,;[]= {}", max_size=6))
def test_judge_keeps_placeholders_whole(before: str, after: str) -> None:
    graph = placeholders.seal(f"subtitles={before}{{{{in_subs}}}}{after}")
    verdict = filtergraph.judge(graph)
    if not verdict.problems:
        assert verdict.subtitle_inputs == {"in_subs"}
        rendered = placeholders.unseal(graph, lambda _: "inputs/0.srt")
        values = [setting.value for one in filtergraph.parse(rendered) for setting in one.settings]
        assert [value for value in values if "0.srt" in value] == ["inputs/0.srt"]


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ("null", (Filter("null"),)),
        (" hflip , vflip ", (Filter("hflip"), Filter("vflip"))),
        ("[0:v][1:v]overlay=10:y=20[out]", (Filter("overlay", (Setting(None, "10"), Setting("y", "20"))),)),
        ("scale@big=640:-2;", (Filter("scale@big", (Setting(None, "640"), Setting(None, "-2"))),)),
        (r"select=eq(n\,0)", (Filter("select", (Setting(None, "eq(n,0)"),)),)),
        (r"drawtext=text=10\\:30", (Filter("drawtext", (Setting("text", "10:30"),)),)),
        (r"drawtext=text='a\:b'", (Filter("drawtext", (Setting("text", "a:b"),)),)),
        ("a=b = c", (Filter("a", (Setting("b", "c"),)),)),
        ("a=/b=c", (Filter("a", (Setting("/b", "c"),)),)),
        ("a==c", (Filter("a", (Setting("", "c"),)),)),
        ("a=b:", (Filter("a", (Setting(None, "b"),)),)),
        ("a=::c", (Filter("a", (Setting(None, ""), Setting(None, ""), Setting(None, "c"))),)),
        ("text=\\", (Filter("text", (Setting(None, "\\"),)),)),
    ],
)
def test_parse_reads_as_ffmpeg_does(graph: str, expected: tuple[Filter, ...]) -> None:
    assert filtergraph.parse(graph) == expected


@pytest.mark.parametrize(
    "graph",
    [
        "",
        " ",
        ",null",
        "null,,null",
        "[in null",
        "[in]",
        "null[a",
        "null [a] x",
        "drawtext=text='open",
        "scale=w=1:2",
        "[a/b]null",
        "[]null",
    ],
)
def test_parse_refuses_broken_graphs(graph: str) -> None:
    with pytest.raises(GraphSyntaxError):
        filtergraph.parse(graph)


@pytest.mark.parametrize(
    "graph",
    [
        "scale=1280:720:flags=lanczos,setsar=1",
        "scale=w=iw/2:h=-2:force_original_aspect_ratio=decrease",
        "crop=in_w/2:in_h/2:0:0",
        "pad=1080:1920:(ow-iw)/2:(oh-ih)/2:black",
        "[0:v]scale=320:-1[a];[1:v]scale=320:-1[b];[a][b]hstack=inputs=2[v]",
        "[0:v][1:v]overlay=W-w-10:H-h-10:enable='between(t,0,20)':shortest=1",
        "rotate=PI/6:c=none:ow=rotw(iw):oh=roth(ih)",
        "transpose=1,hflip,vflip",
        "fade=t=in:st=0:d=1,fade=t=out:st=9:d=1",
        "[0:v][0:a][1:v][1:a]concat=n=2:v=1:a=1[v][a]",
        "[0:a][1:a]amix=inputs=2:duration=longest:weights='1 0.3'",
        "loudnorm=I=-16:TP=-1.5:LRA=11:print_format=json",
        "volume=0.5,atempo=1.25,afade=t=out:st=5:d=2",
        "setpts=0.5*PTS",
        "fps=30000/1001,format=yuv420p",
        r"drawtext=text='At 10\:30':fontsize=h/20:x=(w-text_w)/2:y=h-th-10:fontcolor=white@0.8:box=1",
        "drawtext=fontfile={{in_font}}:text=Hello:x=10:y=10",
        "drawtext=text='%{pts\\:hms}':font=DejaVu Sans",
        "subtitles={{in_subs}}:force_style='FontName=Arial,FontSize=24,PrimaryColour=&H00FFFF&'",
        "subtitles=filename={{in_subs}}:si=0:charenc=UTF-8",
        "subtitles='{{in_subs}}'",
        "ass={{in_subs}}",
        "ass=f={{in_subs}}",
        "lut3d={{in_lut}}",
        "lut3d=file={{in_lut}}:interp=trilinear",
        "lut1d=file={{in_lut}}",
        "fps=12,scale=480:-1:flags=lanczos,split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer:bayer_scale=5",
        "curves=preset=vintage",
        "curves=vintage",
        "curves=r='0/0.11 .42/.51 1/0.95':b='0/0.22 .49/.44 1/0.8'",
        "eq=brightness=0.06:saturation=2",
        "boxblur=2:1,unsharp=5:5:1.0:5:5:0.0",
        "zoompan=z='min(zoom+0.0015,1.5)':d=125:x='iw/2-(iw/zoom/2)':s=1280x720",
        "xfade=transition=fade:duration=1:offset=4",
        "chromakey=0x00FF00:0.1:0.2",
        "select='gt(scene,0.4)',showinfo",
        "pan=stereo|c0=0.5*FL+0.5*FR|c1=FR",
        "aresample=async=1:first_pts=0",
        "aevalsrc='sin(2*PI*440*t)':d=1",
        "silencedetect=noise=-30dB:d=0.5,astats=metadata=1:reset=1",
        "geq=lum='p(X,Y)':cb=128:cr=128",
        "yadif=0:-1:0,hqdn3d,deband",
        "showwaves=s=640x120:mode=line:colors=white",
        "tile=3x3:padding=4",
        "metadata=mode=print",
        "psnr",
    ],
)
def test_judge_accepts_usual_graphs(graph: str) -> None:
    assert problems(graph) == ()


@pytest.mark.parametrize(
    "graph",
    [
        "movie=/etc/passwd",
        "amovie={{in_video}}",
        "movie@x=a.mp4",
        "'movie'=a.mp4",
        r"\movie=a.mp4",
        "sendcmd=c='0 drawtext reinit textfile=/etc/passwd'",
        "asendcmd=f=commands.txt",
        "zmq",
        "azmq=b=tcp\\://*\\:5555",
        "ladspa=file=/tmp/evil.so",
        "lv2=p=http\\://x",
        "frei0r=filter_name=/tmp/evil",
        "frei0r_src=1x1:25:evil",
        "whisper=model=/m.bin:destination=http\\://x",
        "arnndn=m=/etc/passwd",
        "dnn_processing=model=/x",
        "sr=model=/x",
        "program_opencl=source=/etc/passwd",
        "openclsrc=source=/etc/passwd",
        "libplacebo=custom_shader_path=/etc/passwd",
        "libvmaf=log_path=/tmp/x",
        "removelogo=/etc/passwd",
        "find_rect=object=/etc/x",
        "cover_rect=cover=/etc/x",
        "fieldhint=hint=/etc/passwd",
        "nnedi=weights=/etc/passwd",
        "vidstabdetect=result=/tmp/x",
        "vidstabtransform=input=/etc/passwd",
        "signature=filename=/tmp/x",
        "sofalizer=sofa=/etc/passwd",
        "flite=textfile=/etc/passwd",
        "hwupload",
        "hwupload_cuda",
        "scale_vaapi=640:480",
        "buffer=video_size=1x1",
        "drawtext=textfile=/etc/passwd",
        "drawtext=textfile={{in_text}}",
        "drawtext=/etc/passwd",
        "drawtext={{in_font}}",
        "drawtext=fontfile=/usr/share/fonts/x.ttf:text=a",
        "drawtext=fontfile={{in_font}}x:text=a",
        "drawtext=fontfile=/{{in_font}}:text=a",
        "drawtext=fontfile='../'{{in_font}}:text=a",
        "drawtext=text={{in_text}}",
        "drawtext=/text=/etc/passwd",
        r"drawtext=\/text=/etc/passwd",
        "drawtext= /text =/etc/passwd",
        r"drawtext=text=a\:textfile=/etc/passwd:x=1,drawtext=text=a\\\\\\:b:t\extfile=/etc/passwd",
        "drawtext=text='a':'textfile=/etc/passwd'",
        "drawtext=font='Sans\\:file=/etc/passwd':text=a",
        "drawtext=text_source=side_data_detection_bboxes:text=a",
        "subtitles=/etc/passwd",
        "subtitles=subs.srt",
        "subtitles=http\\://x/y.srt",
        "subtitles=filename=/etc/passwd",
        "subtitles=f=subs.srt",
        "subtitles={{in_subs}}:fontsdir=/etc",
        "subtitles={{in_subs}}:640x480",
        "subtitles={{in_subs}}:force_style='FontName=/etc/x'",
        "subtitles={{in_subs}}:charenc=../../x",
        "ass=concat\\:x",
        "lut3d=/etc/passwd",
        "lut3d=file=x.cube",
        "lut1d=file=/etc/passwd",
        "metadata=mode=print:file=/tmp/x",
        "metadata=print:key:value:same_str:expr:/tmp/x",
        "ametadata=print:file=pipe\\:1",
        "psnr=/tmp/x",
        "psnr=stats_file=/tmp/x",
        "ssim=f=/tmp/x",
        "xpsnr=f=/tmp/x",
        "loudnorm=stats_file=/tmp/x",
        "curves=psfile=/etc/x.acv",
        "curves=plot=/tmp/x",
        "curves=none:0/0:0/0:0/0:0/0:0/0:/etc/x.acv:/tmp/plot",
        "paletteuse=debug_kdtree=/tmp/x",
        "paletteuse=bayer:2:none:0:128:/tmp/x",
        "selectivecolor=psfile=/etc/x",
        "deshake=filename=/tmp/x",
        "deshake=1:1:1:1:16:16:0:8:125:0:/tmp/x",
        "deshake=opencl=1",
        "firequalizer=dumpfile=/tmp/x",
        "showcqt=axisfile=/etc/x.png",
        "showcqt=fontfile=/etc/x",
        "life=/etc/passwd",
        "life=f=/etc/passwd",
        "cellauto=filename=/etc/passwd",
        "scale=/w=/etc/passwd",
        "scale=640:480,movie=x",
        "sws_flags=bicubic;scale=640:480",
        "[{{in_a}}]null",
        "{{in_a}}=1",
        "scale={{in_a}}",
        "scale={{in_a}}=1",
        "nosuchfilter",
        "null]",
        "scale=nosuchoption=1",
        "scale:640",
    ],
)
def test_judge_refuses_what_reaches_out(graph: str) -> None:
    assert problems(graph)


def test_judge_reports_every_bad_filter() -> None:
    assert len(problems("movie=a,null,zmq,drawtext=textfile=a:fontfile=b")) == 4


def test_judge_names_the_filter_and_the_way_out() -> None:
    (message,) = problems("movie=logo.png[l];[0:v][l]overlay")
    assert "'movie'" in message
    assert "-i" in message


def test_every_admitted_filter_has_its_options() -> None:
    admitted = {line.split()[0] for line in options.data_lines("filters")}
    described = {line.split()[0] for line in options.data_lines("filter options")}
    assert admitted == described


def test_no_admitted_option_is_called_after_a_file() -> None:
    suspicious = ("file", "path", "url", "model", "plugin", "library", "address", "command", "socket", "host")
    keys = {key for _, _, *keys in map(str.split, options.data_lines("filter options")) for key in keys}
    assert {key for key in keys if any(word in key for word in suspicious)} == {"profile"}
