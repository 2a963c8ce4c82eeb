"""The miniature of bannx: a second server, with other readings, that nothing of the first one helps to run."""

import ast
import base64
import hashlib
import io
import json
import select
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import jsonschema_rs
import pytest
import yaml
from PIL import Image

from contracts.target_file import load_target_file
from tests.miniature_bannx.pages import PAGES

TESTS = Path(__file__).parents[1]
FOLDER = TESTS / "miniature_bannx"
VARIED = TESTS / "miniature_bannx_variations"
PARTS = "tests.miniature_parts"
START_SECONDS = 20
CARD, BADGE, SKETCH = "k2vRz0Xq7JmWb9TfYc4Ls", "badge é+1", "sketch"

Process = subprocess.Popen[str]
Json = dict[str, Any]


def start(*options: str, folder: Path = VARIED) -> tuple[Process, str]:
    """A miniature that answers, and its URL."""
    process = subprocess.Popen(
        [sys.executable, str(folder), "--port", "0", *options], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else ""
    if not line.startswith("listening on http://127.0.0.1:"):
        end(process)
        pytest.fail(f"the miniature did not start: {line!r}")
    return process, line.split()[-1]


def end(process: Process) -> int:
    """Ask it to end; the exit code."""
    process.terminate()
    process.communicate(timeout=START_SECONDS)
    return process.returncode


class Space:
    """One space on a miniature."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.client.headers["Authorization"] = f"Bearer {uuid.uuid4().hex}"

    def get(self, page: str = CARD, **query: str) -> httpx.Response:
        return self.client.get(f"/api/render/{page}", params=query)

    def post(self, **body: Any) -> httpx.Response:
        return self.client.post("/api/render", json=body)

    def picture(self, page: str = CARD, **query: str) -> bytes:
        answer = self.get(page, **{"output": "binary", **query})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        return answer.content

    def told(self, path: str) -> Any:
        answer = self.client.get(f"/_control{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settle(self) -> None:
        assert self.client.post("/_control/callbacks/settle").json() == {}

    def log(self) -> list[Json]:
        """What is logged once every callback is over."""
        self.settle()
        entries: list[Json] = self.told("/renders")["renders"]
        return entries

    def credits(self) -> int:
        self.settle()
        return int(self.told("/credits")["used"])

    def fault(self, step: str, fault: str | None) -> None:
        body = {"step": step, "fault": fault}
        assert self.client.post("/_control/callbacks", json=body).json() == body


Open = Callable[[str], Space]


@pytest.fixture(scope="module")
def miniature() -> Iterator[str]:
    process, url = start(folder=FOLDER)
    yield url
    end(process)


@pytest.fixture(scope="module")
def like_the_reference() -> Iterator[str]:
    process, url = start("--vary", "as-the-reference")
    yield url
    end(process)


@pytest.fixture
def open_one() -> Iterator[Open]:
    """Open spaces with tokens of their own on the miniature with this URL."""
    with ExitStack() as stack:

        def open_space(url: str) -> Space:
            return Space(stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=START_SECONDS)))

        yield open_space


@pytest.fixture
def mine(miniature: str, open_one: Open) -> Space:
    return open_one(miniature)


@pytest.fixture
def usual(like_the_reference: str, open_one: Open) -> Space:
    """A space on a miniature that does what the reference server does."""
    return open_one(like_the_reference)


@pytest.fixture
def other(request: pytest.FixtureRequest, open_one: Open) -> Iterator[Space]:
    """A space on a miniature of its own with the variations that the test is given."""
    process, url = start(*(word for name in request.param for word in ("--vary", name)))
    yield open_one(url)
    end(process)


def with_variations(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("other", [names], indirect=True)


def document(name: str) -> Any:
    return yaml.load(files("openapi").joinpath(name, "openapi.yaml").read_text("utf-8"), yaml.CSafeLoader)


def fits(schema: str, value: object, *, api: str = "bannx") -> None:
    """Hold a value against a schema of the document."""
    components = {"components": document(api)["components"], "$ref": f"#/components/schemas/{schema}"}
    jsonschema_rs.validator_for(components, validate_formats=True).validate(value)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            yield PARTS if module.startswith(PARTS) else module.partition(".")[0]


def size(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        return picture.size


def fetched(url: str) -> bytes:
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer.content


def test_it_shares_no_code_with_the_project() -> None:
    modules = sorted(FOLDER.glob("*.py"))
    names = {name for path in modules for name in imported(ast.parse(path.read_text("utf-8")))}
    assert modules
    assert names - sys.stdlib_module_names == {"werkzeug", "PIL", PARTS}


def test_target_file_names_the_pages() -> None:
    named = load_target_file(FOLDER / "target.toml", {}).pages or ()
    assert [(page.id, page.width, page.height, page.is_published) for page in named] == [
        (page.id, page.width, page.height, page.is_published) for page in PAGES
    ]
    assert [(variable.id, variable.name, variable.type) for page in named for variable in page.variables] == [
        (variable.id, variable.name, variable.type) for page in PAGES for variable in page.variables
    ]


def test_control_lists_what_it_offers(mine: Space) -> None:
    assert mine.told("") == {"protocol": 1, "capabilities": ["renders", "callbacks", "workspaces"]}


@pytest.mark.parametrize("page", [page for page in PAGES if page.is_published], ids=lambda page: page.id)
def test_every_published_page_is_rendered_in_its_size(mine: Space, page: Any) -> None:
    whole = (page.width, page.height)
    assert size(mine.picture(page.id)) == whole
    assert size(mine.get(page.id, format="webp", output="raw").content) == whole
    drawing = ET.fromstring(mine.get(page.id, format="svg", output="image").content)  # noqa: S314 - its own
    assert (drawing.tag, drawing.get("viewBox")) == ("{http://www.w3.org/2000/svg}svg", "0 0 {} {}".format(*whole))


def test_link_in_an_answer_leads_to_the_picture(mine: Space) -> None:
    answer = mine.get()
    link = answer.json()["data"]["file"]["url"]
    mine.settle()
    assert fetched(link) == mine.picture()
    assert mine.client.get(link).status_code == 400


def test_get_and_post_give_the_same_picture(mine: Space) -> None:
    tweaks = {"headline": "Zoë & <Ana>", "q2": "Ж", "copies": 3, "signed": True, "accent": "#b91c1c"}
    posted = mine.post(pageId=CARD, tweaks=tweaks, binary=True)
    assert posted.content == mine.picture(tweaks=json.dumps(tweaks)) != mine.picture()


def test_each_kind_of_variable_changes_the_picture(mine: Space) -> None:
    portrait = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(portrait, "PNG")
    data_uri = f"data:image/png;base64,{base64.b64encode(portrait.getvalue()).decode()}"
    changes = {
        "headline": "Other",
        "author": "Ada",
        "copies": "7",
        "signed": "true",
        "accent": "red",
        "portrait": data_uri,
    }
    pictures = [mine.picture(**{f"tweak:{name}": value}) for name, value in changes.items()]
    assert len({mine.picture(), *pictures}) == len(changes) + 1


@pytest.mark.parametrize("space", ["mine", "usual"])
def test_tweaks_by_name_by_id_and_as_pairs_are_the_same(request: pytest.FixtureRequest, space: str) -> None:
    asked: Space = request.getfixturevalue(space)
    by_name, by_id = (asked.picture(tweaks=json.dumps({key: "Hello"})) for key in ("headline", "q1"))
    assert by_name == by_id == asked.picture(**{"tweak:headline": "Hello"}) == asked.picture(**{"tweak:q1": "Hello"})


def test_either_form_of_tweaks_can_win(mine: Space, usual: Space) -> None:
    both = {"tweaks": '{"headline": "object"}', "tweak:headline": "pair"}
    assert mine.picture(**both) == mine.picture(**{"tweak:headline": "object"})
    assert usual.picture(**both) == usual.picture(**{"tweak:headline": "pair"})


@pytest.mark.parametrize(
    ("query", "plain", "reference"),
    [
        ({"format": "bmp"}, 422, 400),
        ({"tweak:colour": "1"}, 400, 200),
        ({"tweaks": "{"}, 200, 400),
        ({"tweaks": "[]"}, 200, 400),
        ({"tweak:copies": "abc"}, 200, 400),
        ({"tweak:accent": "no colour"}, 200, 400),
        ({"webhook_url": "http://127.0.0.1:1/"}, 400, 200),
        ({"token": "abc"}, 200, 400),
    ],
)
def test_queries_that_are_open_to_readings(
    mine: Space, usual: Space, query: dict[str, str], plain: int, reference: int
) -> None:
    assert (mine.get(**query).status_code, usual.get(**query).status_code) == (plain, reference)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b'{"pageId": 7}', b'{"page": {"width": 9}}'])
def test_body_that_names_no_page_is_refused(mine: Space, usual: Space, content: bytes) -> None:
    for space in (mine, usual):
        answer = space.client.post("/api/render", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
        fits("Error", answer.json())


@pytest.mark.parametrize("page", [SKETCH, "none", "%F0%9F%92%A9"])
def test_page_that_is_not_published_or_unknown_is_not_found(mine: Space, page: str) -> None:
    answers = [mine.get(page), mine.get(page, draft="true"), mine.post(pageId=page)]
    assert [answer.status_code for answer in answers] == [404] * 3
    fits("Error", answers[0].json())


def test_draft_is_rendered_where_it_is_known(usual: Space) -> None:
    assert size(usual.picture(SKETCH, draft="true")) == (240, 240)
    assert usual.post(pageId=SKETCH, draft=True).status_code == 200
    assert usual.get(SKETCH).status_code == 404


@pytest.mark.parametrize("value", [None, "", "Bearer", "Basic YTpi", "abc", "bearer abc"])
def test_request_without_a_token_has_401(miniature: str, value: str | None) -> None:
    headers = {} if value is None else {"Authorization": value}
    posted = httpx.post(f"{miniature}/api/render", json={"pageId": BADGE}, headers=headers, trust_env=False)
    controlled = httpx.get(f"{miniature}/_control/renders", headers=headers, trust_env=False)
    assert (posted.status_code, controlled.status_code) == (401, 401)
    fits("Error", posted.json())


def test_token_in_the_query_alone_is_refused(miniature: str) -> None:
    answer = httpx.get(f"{miniature}/api/render/{BADGE}?token=abc", trust_env=False)
    assert answer.status_code == 400


def test_get_may_be_open_and_costs_its_owner_alone(mine: Space, miniature: str, like_the_reference: str) -> None:
    answers = [httpx.get(f"{url}/api/render/{BADGE}", trust_env=False) for url in (miniature, like_the_reference)]
    assert [answer.status_code for answer in answers] == [200, 401]
    assert (mine.log(), mine.credits()) == ([], 0)


@pytest.mark.parametrize("space", ["mine", "usual"])
def test_render_is_uploaded_logged_and_counted(request: pytest.FixtureRequest, space: str) -> None:
    asked: Space = request.getfixturevalue(space)
    content = asked.picture(BADGE)
    posted = asked.post(pageId=BADGE, format="svg", output="binary")
    first, second = asked.log()
    assert (first["page_id"], first["status"], first["file"]["content_type"]) == (BADGE, 200, "image/png")
    assert (first["file"]["size"], first["file"]["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert fetched(first["file"]["url"]) == content
    assert fetched(second["file"]["url"]) == posted.content
    assert second["file"]["content_type"] == "image/svg+xml"
    assert first["request_id"] != second["request_id"]
    assert asked.credits() == {"mine": 3, "usual": 2}[space]
    fits("Renders", asked.told("/renders"), api="control")


def test_spaces_do_not_see_each_other(mine: Space, miniature: str, open_one: Open) -> None:
    other = open_one(miniature)
    mine.picture()
    assert (len(mine.log()), other.log(), other.credits()) == (1, [], 0)


def test_failed_render_is_logged_or_not_and_costs_nothing(mine: Space, usual: Space) -> None:
    for space in (mine, usual):
        space.get("none")
        space.post(pageId=SKETCH)
        assert space.credits() == 0
    assert mine.log() == []
    assert [(entry["page_id"], entry["status"], entry["file"]) for entry in usual.log()] == [
        ("none", 404, None),
        (SKETCH, 404, None),
    ]


@pytest.mark.parametrize("step", ["upload", "log", "credits"])
def test_failing_step_changes_no_answer(mine: Space, usual: Space, step: str) -> None:
    for space in (mine, usual):
        before = space.picture(BADGE)
        counted = space.credits()
        space.fault(step, "fail")
        assert space.picture(BADGE) == before
        with_file = step == "credits"
        assert [entry["file"] is not None for entry in space.log()] == [True, with_file]
        space.fault(step, None)
        is_counted = step != "credits" and space is usual
        assert space.credits() == counted + (1 if is_counted else 0)


@pytest.mark.parametrize("step", ["upload", "log", "credits"])
def test_hanging_step_delays_no_answer(mine: Space, step: str) -> None:
    mine.fault(step, "hang")
    mine.picture(BADGE)
    while step == "credits" and mine.told("/renders")["renders"][0]["file"] is None:
        pass  # each look is a request, which sets the pace
    seen = mine.told("/renders")["renders"][0]["file"], mine.told("/credits")["used"]
    assert (seen[0] is None, seen[1]) == (step != "credits", 0)


@with_variations("steps-made-up")
def test_failed_steps_can_be_made_up(other: Space) -> None:
    other.fault("upload", "fail")
    other.picture(BADGE)
    before = other.log()[0]["file"], other.credits()
    other.fault("upload", None)
    assert (before, other.credits()) == ((None, 0), 2)
    assert len(other.log()) == 1
    assert other.log()[0]["file"] is not None


@with_variations("steps-tried-again", "callbacks-in-turn", "callbacks-later")
def test_no_credit_is_lost_or_counted_twice(other: Space) -> None:
    with ThreadPoolExecutor(8) as renderers:
        list(renderers.map(lambda _: other.picture(BADGE), range(24)))
    assert other.credits() == 48
    assert len({entry["request_id"] for entry in other.log()}) == 24


@with_variations("pictures-differ", "bytes", "chunks")
def test_pictures_can_differ_from_render_to_render(other: Space) -> None:
    one, another = other.get(BADGE), other.get(BADGE)
    assert one.content != another.content
    assert size(one.content) == size(another.content) == (203, 97)
    assert one.headers.get("transfer-encoding") == "chunked"


@with_variations("links-wait-for-uploads", "file-in-json")
def test_link_can_work_at_once_or_be_refused(other: Space) -> None:
    assert size(fetched(other.get(BADGE).json()["file"]["url"])) == (203, 97)
    other.fault("upload", "fail")
    assert other.get(BADGE).status_code == 502
    assert other.get(BADGE, output="binary").status_code == 200


def test_body_can_be_too_large(usual: Space) -> None:
    answer = usual.post(pageId=BADGE, more="x" * 1024 * 1024)
    assert answer.status_code == 413
    fits("Error", answer.json())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"step": "upload"}', b'{"step": "mail", "fault": null}'])
def test_fault_that_does_not_exist_is_refused(mine: Space, body: bytes) -> None:
    assert mine.client.post("/_control/callbacks", content=body).status_code == 422


def test_other_paths_and_methods_are_not_found(mine: Space, usual: Space) -> None:
    for space, method in ((mine, 404), (usual, 405)):
        answers = [space.client.delete(f"/api/render/{BADGE}"), space.client.get("/api/renders")]
        assert [answer.status_code for answer in answers] == [method, 404]
        fits("Error", answers[0].json())


def test_without_control_there_is_none(open_one: Open) -> None:
    process, url = start("--no-control")
    try:
        space = open_one(url)
        assert space.client.get("/_control").status_code == 404
        assert space.get(BADGE).status_code == 200
    finally:
        end(process)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked_in_the_middle_of_a_callback(open_one: Open, number: signal.Signals) -> None:
    process, url = start()
    space = open_one(url)
    space.fault("upload", "hang")
    space.picture(BADGE)
    process.send_signal(number)
    process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0
