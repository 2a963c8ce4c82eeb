import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import file_names


@pytest.mark.parametrize(
    "name",
    [
        "result.webm",
        "Résumé 2024 (final).mp4",
        "a.b.c.tar.mp3",
        "snap_01-final+x,y.jpg",
        "視頻.mp4",
        "x" * 124 + ".mp4",
    ],
)
def test_problem_with_accepts_plain_names(name: str) -> None:
    assert file_names.problem_with(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".mp4",
        ".hidden.mp4",
        "-y.mp4",
        "--.mp4",
        "/etc/passwd.mp4",
        "../up.mp4",
        "folder/x.mp4",
        "folder\\x.mp4",
        "C:x.mp4",
        "http:x.mp4",
        "frame_%03d.png",
        "a*.png",
        "a?.png",
        "a|b.mp4",
        'a".mp4',
        "noextension",
        "ends.mp4.",
        "ends.mp4 ",
        " begins.mp4",
        "new\nline.mp4",
        "nul\0.mp4",
        "escape\x1b.mp4",
        "delete\x7f.mp4",
        "right\u202eto-left.mp4",
        "\ud800.mp4",
        "x" * 125 + ".mp4",
        "視" * 100 + ".mp4",
    ],
)
def test_problem_with_refuses_other_names(name: str) -> None:
    assert file_names.problem_with(name)


@given(st.text(max_size=140))
def test_accepted_names_are_one_path_component(name: str) -> None:
    if file_names.problem_with(name) is None:
        assert not set(name) & set("/\\:%\0\n")
        assert name[0] not in ".-"
        assert name.rpartition(".")[2]


@pytest.mark.parametrize("twin", ["Clip.MP4", "clip.mp4"])
def test_problems_with_all_finds_equal_names(twin: str) -> None:
    problems = file_names.problems_with_all({"out_a": "clip.mp4", "out_b": twin, "out_c": "c.mp4"})
    assert list(problems) == ["out_b"]
    assert "out_a" in problems["out_b"]


def test_problems_with_all_finds_equal_composed_names() -> None:
    problems = file_names.problems_with_all({"out_a": "\u00e9.mp4", "out_b": "e\u0301.mp4"})
    assert list(problems) == ["out_b"]


def test_problems_with_all_reports_each_bad_name() -> None:
    problems = file_names.problems_with_all({"out_a": "a/b.mp4", "out_b": "b.mp4", "out_c": "c"})
    assert list(problems) == ["out_a", "out_c"]
