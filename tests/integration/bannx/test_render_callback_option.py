"""A callback of one's own: what it is given, what it can do, how it may end, and which names are refused."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from litestar.testing import TestClient

from mockserver.app import create_app
from mockserver.errors import UnusableOptionError
from mockserver.settings import Settings
from tests.integration.bannx.hooks import Heard, heard_of
from tests.integration.bannx.spaces import PAGE, Space

if TYPE_CHECKING:
    from tests.conftest import RunServe

HOOKS = "tests.integration.bannx.hooks"

Serve = Callable[..., Space]


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """A space with the page `badge`: `serve("heed")` on a server with that callback; servers are kept."""
    clients: dict[str, TestClient] = {}  # type: ignore[type-arg] # of any application
    with ExitStack() as stack:

        def of(name: str, *, logs: bool = True) -> Space:
            key = f"{name} {logs}"
            if key not in clients:
                settings = Settings(
                    checks_replies=True, parallel_renders=0, render_callback=f"{HOOKS}:{name}", request_logging=logs
                )
                clients[key] = stack.enter_context(TestClient(create_app(settings), base_url="http://testserver.local"))
            return Space(clients[key]).has()

        yield of


@pytest.mark.requirement("BNX-CBK-010", "BNX-CBK-011", "BNX-CBK-012")
def test_callback_is_given_the_request(serve: Serve) -> None:
    space = serve("heed")
    space.get(query="tweak:text=x%20y&format=svg")
    [heard] = settled(space)
    event, [entry] = heard.event, space.renders()
    assert (event.method, event.url, event.token) == (
        "GET",
        "/api/render/badge?tweak:text=x%20y&format=svg",
        space.token,
    )
    assert (event.request_id, event.page_id, event.created_at) == (entry["request_id"], "badge", entry["created_at"])
    assert (event.headers["authorization"], len(event.space)) == (f"Bearer {space.token}", 64)


def test_callback_is_given_the_request_of_a_post(serve: Serve) -> None:
    space = serve("heed")
    space.send(b'{"page": {"width": 20, "height": 30, "layers": []}}', **{"X-Trace": "abc"})
    [heard] = settled(space)
    assert (heard.event.method, heard.event.url, heard.event.page_id) == ("POST", "/api/render", None)
    assert heard.event.headers["x-trace"] == "abc"


@pytest.mark.parametrize("image_format", ["png", "webp", "svg"])
@pytest.mark.requirement("BNX-CBK-011")
def test_callback_is_given_what_the_client_was(serve: Serve, image_format: str) -> None:
    space = serve("heed")
    answer = space.get(format=image_format)
    [heard] = settled(space)
    result = heard.result
    assert (result.content, result.content_type) == (answer.content, answer.headers["content-type"])
    assert (result.width, result.height) == (PAGE["width"], PAGE["height"])


@pytest.mark.requirement("BNX-CBK-010")
def test_callback_is_given_the_image_where_the_client_got_a_link(serve: Serve) -> None:
    space = serve("heed")
    url = space.get(output="json").json()["file"]["url"]
    [heard] = settled(space)
    assert space.file(url).content == heard.result.content


def test_request_id_is_none_where_requests_are_not_logged(serve: Serve) -> None:
    space = serve("heed", logs=False)
    space.get()
    assert [it.event.request_id for it in settled(space)] == [None]


def test_callback_is_not_run_for_what_was_refused(serve: Serve) -> None:
    space = serve("heed")
    answers = [space.get("none"), space.get(format="jpeg"), space.get(query="token=x"), space.post()]
    assert ([it.status_code for it in answers], settled(space)) == ([404, 400, 400, 400], [])


@pytest.mark.parametrize("ending", ["error", "exit", "cancelled", "group"])
@pytest.mark.requirement("BNX-CBK-004", "BNX-CBK-008")
def test_callback_may_end_in_any_way(serve: Serve, ending: str, caplog: pytest.LogCaptureFixture) -> None:
    space = serve("break_off")
    answer = space.client.get("/api/render/badge", headers={**space.headers, "X-Ending": ending})
    assert (answer.status_code, len(settled(space)), space.credits()) == (200, 1, 0)
    assert space.renders()[0]["request_id"] in caplog.text
    space.get()
    assert (len(settled(space)), space.credits()) == (2, 1)


def test_steps_are_made_once_however_often_they_are_asked(serve: Serve) -> None:
    space = serve("ask_twice")
    space.get()
    [entry] = space.settled()
    assert (entry["file"] is not None, space.credits()) == (True, 1)


def test_callback_that_does_nothing_leaves_nothing_done(serve: Serve) -> None:
    space = serve("nothing")
    url = space.get(output="json").json()["file"]["url"]
    assert ([it["file"] for it in space.settled()], space.credits()) == ([None], 0)
    assert space.file(url).status_code == 404


def test_callback_may_stand_within_a_class(serve: Serve) -> None:
    space = serve("Holder.callback")
    space.get()
    assert len(settled(space)) == 1


def settled(space: Space) -> list[Heard]:
    """What the callbacks of a space were given, when all are over."""
    space.settle()
    return heard_of(space.token)


# Names.


@pytest.mark.parametrize(
    ("name", "why"),
    [
        *(("", "package.module:function"), ("hooks", "package.module:function"), (":", "package.module:function")),
        *((f"{HOOKS}:", "package.module:function"), (":heed", "package.module:function")),
        *((".hooks:heed", "package.module:function"), (f"{HOOKS}:a b", "package.module:function")),
        *(("no.such.module:f", "cannot be imported"), (f"{HOOKS}:none", "has no none")),
        *((f"{HOOKS}:Holder.none", "has no Holder.none"), (f"{HOOKS}:constant", "async def")),
        *((f"{HOOKS}:no_coroutine", "async def"), (f"{HOOKS}:too_few", "event, result, steps")),
        (f"{HOOKS}:Holder", "async def"),
    ],
)
def test_name_that_cannot_be_used_is_refused_with_the_reason(name: str, why: str) -> None:
    with pytest.raises(UnusableOptionError, match=r"--render-callback") as refused:
        create_app(Settings(render_callback=name))
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("code", "why"),
    [("def (", "cannot be imported"), ("import no_such_module_anywhere", "no_such_module_anywhere")],
)
def test_module_that_cannot_be_imported_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, why: str
) -> None:
    module = f"broken_{uuid.uuid4().hex}"
    (tmp_path / f"{module}.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UnusableOptionError) as refused:
        create_app(Settings(render_callback=f"{module}:callback"))
    assert why in str(refused.value)


def test_command_refuses_a_name_that_cannot_be_used(run_serve: "RunServe") -> None:
    ended = run_serve("--render-callback", "no.such.module:f")
    assert (ended.returncode, "no.such.module cannot be imported" in ended.stderr) == (2, True)
