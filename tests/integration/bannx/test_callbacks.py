"""What follows a render: upload, log, credits; it never touches the answer, and is counted exactly."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.integration.bannx.images import sha256
from tests.integration.bannx.spaces import PAGE, Space

if TYPE_CHECKING:
    from tests.conftest import Receiver, RunningServer
    from tests.integration.bannx.conftest import OpenSpace

STEPS = ("upload", "log", "credits")
MANY = 50
MORE_THAN_RUN_AT_ONCE = 70


@pytest.mark.parametrize(
    ("image_format", "media_type"), [("png", "image/png"), ("webp", "image/webp"), ("svg", "image/svg+xml")]
)
@pytest.mark.requirement("BNX-CBK-001", "BNX-CBK-002", "BNX-LOG-001", "BNX-LOG-003", "BNX-LOG-004", "BNX-LOG-008")
@pytest.mark.requirement("BNX-LOG-009", "BNX-CRD-001", "BNX-CRD-005")
def test_each_render_is_uploaded_logged_and_counted(space: Space, image_format: str, media_type: str) -> None:
    answers = [space.get(format=image_format), space.post(pageId="badge", format=image_format)]
    entries = space.settled()
    assert [(it["page_id"], it["status"], it["created_at"]) for it in entries] == [
        ("badge", 200, space.control("GET", "clock")["now"])
    ] * 2
    for answer, entry in zip(answers, entries, strict=True):
        file = entry["file"]
        assert (file["content_type"], file["size"], file["sha256"]) == (
            media_type,
            len(answer.content),
            sha256(answer.content),
        )
        assert space.file(file["url"]).content == answer.content
    assert (space.credits(), len({it["request_id"] for it in entries})) == (2, 2)


@pytest.mark.requirement("BNX-LOG-007", "BNX-CRD-003")
def test_spaces_see_nothing_of_each_other(space: Space) -> None:
    other = Space(space.client).has()
    space.get()
    space.get()
    other.get(format="svg")
    logs = [space.settled(), other.settled()]
    assert [len(log) for log in logs] == [2, 1]
    assert (space.credits(), other.credits()) == (2, 1)


# Steps that fail or hang.


@pytest.mark.parametrize("fault", ["fail", "hang"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.requirement("BNX-CBK-004", "BNX-CBK-005", "BNX-CBK-006", "BNX-CBK-007", "BNX-LOG-006")
def test_faulty_step_leaves_the_answer_as_it_is(space: Space, step: str, fault: str) -> None:
    usual = [space.get(), space.post(pageId="badge", output="json")]
    space.tell(step, fault)
    faulty = [space.get(), space.post(pageId="badge", output="json"), space.get()]
    assert [it.status_code for it in faulty] == [200, 200, 200]
    assert (faulty[0].content, faulty[2].content) == (usual[0].content, usual[0].content)
    assert [it.headers["content-type"] for it in faulty[:2]] == [it.headers["content-type"] for it in usual]
    assert faulty[1].json().keys() == usual[1].json().keys()
    if fault == "hang":
        files = [it["file"] for it in space.renders()[2:]]
        assert step == "credits" or files == [None, None, None]
        space.reset()  # nobody waits for what hangs


@pytest.mark.parametrize(("step", "has_file", "used"), [("upload", False, 1), ("log", False, 1), ("credits", True, 0)])
@pytest.mark.requirement("BNX-CBK-008", "BNX-CBK-009", "BNX-CRD-007")
def test_step_that_fails_keeps_nothing_else_from_being_done(
    space: Space,
    step: str,
    has_file: bool,  # noqa: FBT001 - from the list above
    used: int,
) -> None:
    space.tell(step, "fail")
    space.get()
    assert [it["file"] is not None for it in space.settled()] == [has_file]
    assert space.credits() == used
    space.tell(step, None)
    space.get()
    assert [it["file"] is not None for it in space.settled()] == [has_file, True]
    assert space.credits() == used + 1


def test_link_of_a_render_that_was_not_uploaded_ends_with_its_callback(space: Space) -> None:
    space.tell("upload", "fail")
    url = space.get(output="json").json()["file"]["url"]
    space.settle()
    assert space.file(url).status_code == 404


@pytest.mark.requirement("BNX-CBK-007")
def test_hanging_callbacks_of_one_space_do_not_hold_another_up(space: Space) -> None:
    other = Space(space.client).has()
    space.tell("upload", "hang")
    for _ in range(MORE_THAN_RUN_AT_ONCE):
        assert space.get().status_code == 200
    other.get()
    assert [it["file"] is not None for it in other.settled()] == [True]
    assert [it["file"] for it in space.renders()] == [None] * MORE_THAN_RUN_AT_ONCE
    space.reset()


@pytest.mark.parametrize(
    "body", [{}, {"step": "upload"}, {"step": "nope", "fault": "fail"}, {"step": "log", "fault": "x"}]
)
def test_fault_that_is_none_is_refused(space: Space, body: dict[str, Any]) -> None:
    assert space.control("POST", "callbacks", body, status=422)["error"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("fault", ["fail", "hang", None])
def test_fault_is_told_back(space: Space, fault: str | None) -> None:
    body = {"step": "log", "fault": fault}
    assert space.control("POST", "callbacks", body) == body


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "renders"), ("GET", "credits"), ("POST", "callbacks/settle"), ("GET", "pages")]
)
def test_api_that_renders_nothing_has_none_of_it(application: httpx.Client, method: str, path: str) -> None:
    headers = {"X-API-KEY": "ffsk_abc"}
    assert application.request(method, f"/_control/{path}", headers=headers).status_code == 404
    assert application.request(method, f"/_control/{path}").status_code == 401


# URLs of clients.


@pytest.mark.requirement("BNX-OUT-001", "BNX-OUT-002", "BNX-CBK-012")
def test_url_of_a_client_is_told_nothing(space: Space, receiver: "Receiver") -> None:
    hook = receiver.hook()
    names = ("webhook_url", "webhookUrl", "webhook", "callback", "callback_url", "callbackUrl", "url", "notify")
    urls = dict.fromkeys(names, hook.url)
    headers = {**space.headers, "X-Webhook-Url": hook.url, "X-Callback-Url": hook.url}
    answers = [
        space.client.get("/api/render/badge", params=urls, headers=headers),
        space.client.post("/api/render", json={"pageId": "badge", **urls}, headers=headers),
        space.get(output="json", **urls),
        space.get("none", **urls),
    ]
    space.settle()
    assert ([it.status_code for it in answers], hook.count, space.credits()) == ([200, 200, 200, 404], 0, 3)


# Many at a time.


@pytest.mark.requirement("BNX-CRD-004", "BNX-LOG-002", "BNX-LOG-005")
def test_many_renders_at_a_time_are_counted_and_logged_exactly(
    server: "RunningServer", open_space: "OpenSpace"
) -> None:
    space = open_space(server)
    grounds = ("#ff0000", "#00ff00", "#0000ff")
    for number, ground in enumerate(grounds):
        space.has({**PAGE, "id": f"page-{number}", "backgroundColor": ground, "layers": []})
    with ThreadPoolExecutor(MANY) as threads:
        pages = [f"page-{number % len(grounds)}" for number in range(MANY)]
        answers = list(threads.map(space.get, pages))
    expected = sorted((page, sha256(answer.content)) for page, answer in zip(pages, answers, strict=True))
    entries = space.settled()
    assert sorted((it["page_id"], it["file"]["sha256"]) for it in entries) == expected
    assert len({it["request_id"] for it in entries}) == MANY
    assert (space.credits(), len(set(expected))) == (MANY, len(grounds))


# Reset.


@pytest.mark.parametrize("step", STEPS)
def test_reset_leaves_nothing_of_callbacks_that_run(space: Space, step: str) -> None:
    done = space.get(output="json").json()["file"]["url"]
    space.settle()
    space.tell(step, "hang")
    links = [done, *(space.get(output="json").json()["file"]["url"] for _ in range(3))]
    space.reset()
    assert (space.renders(), space.credits(), list(space.pages())[-1]) == ([], 0, "coming-soon")
    space.settle()
    assert (space.renders(), space.credits()) == ([], 0)
    assert [space.file(link).status_code for link in links] == [404] * 4


def test_steps_work_again_after_a_reset(space: Space) -> None:
    for step in STEPS:
        space.tell(step, "fail")
    space.reset()
    space.has().get()
    assert (space.settled()[0]["file"] is not None, space.credits()) == (True, 1)


def test_settling_with_nothing_to_settle_answers_at_once(new_space: Space) -> None:
    assert new_space.control("POST", "callbacks/settle") == {}
