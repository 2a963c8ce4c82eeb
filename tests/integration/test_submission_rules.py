"""What a submission may be, and how a bad one is refused."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.renderio.submission import MOST_FILES
from mockserver.schemas import MOST_VIOLATIONS

if TYPE_CHECKING:
    from tests.conftest import Account

RUN = "/api/v1/run-ffmpeg-command"


def locations(problems: list[dict[str, Any]]) -> list[list[str]]:
    return [problem["loc"] for problem in problems]


@pytest.mark.requirement("RIO-CMD-001")
def test_submission_answers_only_the_id(account: "Account") -> None:
    response = account.client.post(RUN, json=account.body())
    assert (response.status_code, list(response.json())) == (200, ["command_id"])


@pytest.mark.requirement("RIO-CMD-002")
def test_every_submission_gets_an_id_of_its_own(account: "Account") -> None:
    body = account.body(input_files={"in_video": "http://127.0.0.1:1/x.mp4"})
    ids = [account.submit_body(body) for _ in range(20)]
    assert len(set(filter(None, ids))) == 20


@pytest.mark.requirement("RIO-CMD-029", "RIO-CMD-030", "RIO-CMD-031", "RIO-ERR-003", "RIO-ERR-004", "RIO-ERR-005")
@pytest.mark.parametrize("name", ["input_files", "output_files", "ffmpeg_command"])
def test_missing_field_is_refused(account: "Account", name: str) -> None:
    body = account.body()
    del body[name]
    assert [name] in locations(account.refused(body))


@pytest.mark.requirement("RIO-CMD-029", "RIO-CMD-030", "RIO-CMD-031", "RIO-ERR-004")
@pytest.mark.parametrize("value", [None, 7, True, [], ["in_video"], ""])
@pytest.mark.parametrize("name", ["input_files", "output_files", "ffmpeg_command"])
def test_field_of_another_type_is_refused(account: "Account", name: str, value: Any) -> None:
    assert [name] in locations(account.refused(account.body(**{name: value})))


@pytest.mark.requirement("RIO-CMD-029", "RIO-ERR-005")
def test_empty_input_files_are_refused(account: "Account") -> None:
    assert ["input_files"] in locations(account.refused(account.body(input_files={})))


@pytest.mark.requirement("RIO-CMD-027", "RIO-ERR-005")
@pytest.mark.parametrize(
    "key", ["video", "in_", "IN_video", "in-video", "in_vi deo", "in_vidéo", "out_video", "in_a\n", ""]
)
def test_input_key_of_another_form_is_refused(account: "Account", key: str) -> None:
    body = account.body(f"-i {{{{{key}}}}} {{{{out_video}}}}", input_files={key: account.clip_url})
    assert account.refused(body)


@pytest.mark.requirement("RIO-CMD-028", "RIO-ERR-005")
@pytest.mark.parametrize(
    "key", ["video", "out_", "OUT_video", "out-video", "out_vi deo", "out_vidéo", "in_result", "out_a\n", ""]
)
def test_output_key_of_another_form_is_refused(account: "Account", key: str) -> None:
    body = account.body(f"-i {{{{in_video}}}} {{{{{key}}}}}", output_files={key: "result.mp4"})
    assert account.refused(body)


@pytest.mark.requirement("RIO-CMD-027", "RIO-CMD-028")
def test_keys_of_letters_digits_and_underscores_are_accepted(account: "Account") -> None:
    body = account.body(
        "-i {{in_1__aZ}} -c copy {{out_9_Zz}}",
        input_files={"in_1__aZ": account.clip_url},
        output_files={"out_9_Zz": "result.mp4"},
    )
    assert account.submit_body(body)


@pytest.mark.requirement("RIO-ERR-004")
@pytest.mark.parametrize(
    "url", ["nowhere", "", "ftp://example.com/x.mp4", "file:///etc/passwd", 7, None, "http://", ["x"]]
)
def test_input_that_is_no_url_is_refused_by_alias(account: "Account", url: Any) -> None:
    assert ["input_files", "in_video"] in locations(account.refused(account.body(input_files={"in_video": url})))


@pytest.mark.requirement("RIO-CMD-043", "RIO-ERR-004")
@pytest.mark.parametrize(
    "name",
    [
        *("", "../result.mp4", "/result.mp4", "a/b.mp4", "a\\b.mp4", ".mp4", "-y.mp4", " x.mp4", "x.mp4 ", "x\n.mp4"),
        *("x" * 125 + ".mp4", "a:b.mp4", "%03d.png", "http://example.com/x.mp4", "result", "result.", "x\0.mp4"),
        *("résult.mp4", 7, None),
    ],
)
def test_output_name_that_is_no_plain_name_is_refused_by_alias(account: "Account", name: Any) -> None:
    assert ["output_files", "out_video"] in locations(account.refused(account.body(output_files={"out_video": name})))


def test_output_names_that_collide_are_refused(account: "Account") -> None:
    outputs = {"out_a": "result.mp4", "out_b": "Result.mp4"}
    problems = account.refused(account.body("-i {{in_video}} {{out_a}} {{out_b}}", output_files=outputs))
    assert locations(problems) == [["output_files", "out_b"]]


@pytest.mark.requirement("RIO-CMD-035", "RIO-ERR-004")
def test_undeclared_placeholder_is_refused(account: "Account") -> None:
    problems = account.refused(account.body("-i {{in_video}} -i {{in_music}} {{out_video}}"))
    assert (locations(problems), "in_music" in problems[0]["msg"]) == ([["ffmpeg_command"]], True)


@pytest.mark.requirement("RIO-CMD-036", "RIO-ERR-004")
def test_unused_input_is_refused(account: "Account") -> None:
    inputs = {"in_video": account.clip_url, "in_music": account.clip_url}
    assert locations(account.refused(account.body(input_files=inputs))) == [["input_files", "in_music"]]


@pytest.mark.requirement("RIO-CMD-036", "RIO-ERR-004")
def test_unused_output_is_refused(account: "Account") -> None:
    outputs = {"out_video": "a.mp4", "out_second": "b.mp4"}
    assert locations(account.refused(account.body(output_files=outputs))) == [["output_files", "out_second"]]


@pytest.mark.requirement("RIO-ERR-003")
def test_every_problem_of_a_submission_is_listed(account: "Account") -> None:
    body = account.body(
        "-i {{in_nothing}} {{out_video}}",
        input_files={"in_video": account.clip_url},
        output_files={"out_video": "a.mp4", "out_second": "b.mp4"},
    )
    expected = [["ffmpeg_command"], ["input_files", "in_video"], ["output_files", "out_second"]]
    assert sorted(locations(account.refused(body))) == expected


@pytest.mark.requirement("RIO-ERR-003", "RIO-ERR-012")
def test_refusal_has_code_message_and_typed_problems(account: "Account") -> None:
    response = account.client.post(RUN, json={}).json()
    shape = (response["error"], type(response["message"]), {problem["type"] for problem in response["detail"]})
    assert shape == ("VALIDATION_ERROR", str, {"value_error"})


@pytest.mark.requirement("RIO-ERR-005")
def test_refusal_names_no_command(account: "Account") -> None:
    assert "command_id" not in account.client.post(RUN, json={}).json()


def test_refused_submission_creates_no_delivery(account: "Account") -> None:
    account.configure("http://127.0.0.1:1/hook")
    account.refused(account.body("-i {{in_video}} {{out_other}}"))
    account.settle()
    assert account.deliveries() == []


@pytest.mark.requirement("RIO-CMD-038", "RIO-ERR-004")
def test_eleventh_metadata_key_is_refused(account: "Account") -> None:
    metadata = {f"key{number}": number for number in range(11)}
    assert locations(account.refused(account.body(metadata=metadata))) == [["metadata"]]


@pytest.mark.requirement("RIO-CMD-039", "RIO-ERR-004")
@pytest.mark.parametrize("value", [None, [], {}, ["a"], {"a": 1}])
def test_metadata_value_that_is_no_scalar_is_refused(account: "Account", value: Any) -> None:
    assert locations(account.refused(account.body(metadata={"key": value}))) == [["metadata", "key"]]


@pytest.mark.parametrize("metadata", [[], "text", 7, True])
def test_metadata_that_is_no_object_is_refused(account: "Account", metadata: Any) -> None:
    assert locations(account.refused(account.body(metadata=metadata))) == [["metadata"]]


@pytest.mark.requirement("RIO-CMD-040", "RIO-CFG-009", "RIO-ERR-004")
@pytest.mark.parametrize(
    "url", ["nowhere", "", 7, "ftp://example.com", "http://", "//example.com", "http://exa mple.com"]
)
def test_webhook_url_that_is_no_url_is_refused(account: "Account", url: Any) -> None:
    assert ["webhook_url"] in locations(account.refused(account.body(webhook_url=url)))


@pytest.mark.requirement("RIO-CMD-041")
def test_unknown_properties_are_ignored(account: "Account") -> None:
    body = account.body(max_command_run_seconds=60, vcpu_count=8, nested={"a": [1]}, status="SUCCESS")
    assert account.submit_body(body)


@pytest.mark.requirement("RIO-ERR-006", "RIO-ERR-005")
@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b'"text"', b"\xff"], ids=lambda content: content.hex() or "empty"
)
def test_body_that_is_no_json_object_is_refused(account: "Account", content: bytes) -> None:
    response = account.client.post(RUN, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


@pytest.mark.requirement("RIO-ERR-006")
def test_form_is_refused(account: "Account") -> None:
    assert account.client.post(RUN, data={"ffmpeg_command": "-i x y"}).status_code == 422


@pytest.mark.parametrize(
    "arguments",
    [
        "-i {{in_video}} {{out_video",
        "-i {{in_video}} '{{out_video}}",
        "-i {{in_video}} -f null -",
        "-i {{in_video}} /tmp/x.mp4 {{out_video}}",
        "-i /etc/passwd -i {{in_video}} {{out_video}}",
        "-i concat:{{in_video}} {{out_video}}",
        "-i {{in_video}} {{out_video}}; id",
        "-i {{out_video}} {{in_video}}",
        "-i {{in_video}} {{out_video}} {{out_video}}",
        "-i {{in_video}} -c:v",
        "-i {{in_video}} -\0 {{out_video}}",
        "-i {{in_video}} -passlogfile /tmp/x {{out_video}}",
    ],
)
def test_command_that_may_not_run_is_refused(account: "Account", arguments: str) -> None:
    assert ["ffmpeg_command"] in locations(account.refused(account.body(arguments)))


@pytest.mark.parametrize("text", ["", "   ", "ffmpeg", "x" * 16_385])
def test_command_text_of_an_impossible_length_is_refused(account: "Account", text: str) -> None:
    assert ["ffmpeg_command"] in locations(account.refused(account.body(ffmpeg_command=text)))


def test_command_with_half_a_surrogate_is_refused(account: "Account") -> None:
    content = json.dumps(account.body("-metadata title=\ud800 -i {{in_video}} {{out_video}}"))
    response = account.client.post(RUN, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


@pytest.mark.parametrize(
    "input_files",
    [
        {f"undeclared{number}": "http://127.0.0.1:1/" for number in range(5_000)},
        {f"in_{number}": 7 for number in range(5_000)},
        {f"in_{number}": "nowhere" for number in range(5_000)},
        {f"in_{number}": "http://127.0.0.1:1/" for number in range(5_000)},
        {"in_video": "nowhere" * 30_000},
    ],
    ids=["undeclared names", "other types", "no URLs", "too many", "huge"],
)
def test_refusal_of_a_large_body_is_small(account: "Account", input_files: dict[str, Any]) -> None:
    response = account.client.post(RUN, json=account.body(input_files=input_files))
    assert (
        response.status_code,
        len(response.content) < 100_000,
        len(response.json()["detail"]) <= MOST_VIOLATIONS,
    ) == (
        422,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("input_files", {"in_video": "x y" * 30_000}),
        ("output_files", {"out_video": "x/" * 30_000}),
        ("ffmpeg_command", "x y" * 30_000),
        ("webhook_url", "x y" * 30_000),
        ("metadata", {"key": ["x" * 90_000]}),
    ],
)
def test_refusal_does_not_repeat_a_huge_value(account: "Account", name: str, value: Any) -> None:
    problems = account.refused(account.body(**{name: value}))
    assert max(len(problem["msg"]) for problem in problems) < 1_000


def test_input_files_beyond_the_limit_are_refused_as_a_whole(account: "Account") -> None:
    input_files = {f"in_{number}": account.clip_url for number in range(MOST_FILES + 1)}
    assert locations(account.refused(account.body(input_files=input_files))) == [["input_files"]]


def test_long_alias_is_not_sent_back_whole(account: "Account") -> None:
    response = account.client.post(
        "/api/v1/run-ffmpeg-command", json={**account.body(), "input_files": {"in_" + "a" * 200_000: 7}}
    )
    assert (response.status_code, len(response.content) < 10_000) == (422, True)


def test_long_word_of_a_command_is_not_sent_back_whole(account: "Account") -> None:
    response = account.client.post("/api/v1/run-ffmpeg-command", json=account.body("-i {{in_video}} " + "x" * 16_000))
    assert (response.status_code, len(response.content) < 10_000) == (422, True)
