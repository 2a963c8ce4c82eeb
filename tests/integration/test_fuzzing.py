"""Whatever is sent, the server answers, and as its document says: never with a 5xx."""

import copy
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import strategies as some

if TYPE_CHECKING:
    from tests.conftest import Account

NOWHERE = "http://127.0.0.1:1/clip.mp4"
VALID = {
    ("PUT", "/api/v1/webhook-config"): {"url": NOWHERE, "secret": "s"},
    ("POST", "/api/v1/run-ffmpeg-command"): {
        "input_files": {"in_video": NOWHERE},
        "output_files": {"out_video": "result.mp4"},
        "ffmpeg_command": "ffmpeg -i {{in_video}} -vf scale=2:2 -c:v libx264 {{out_video}}",
        "metadata": {"key": "value"},
        "webhook_url": NOWHERE,
    },
    ("POST", "/_control/clock/advance"): {"seconds": 1},
}
PATHS = ["/api/v1/webhook-config", "/api/v1/run-ffmpeg-command", "/api/v1/commands/x", "/_control", "/_control/clock"]
PATHS += ["/_control/clock/advance", "/_control/deliveries", "/_control/reset", "/storage/x/y", "/openapi/x", "/docs"]

TEXTS = some.text() | some.sampled_from(
    [*("", "\0", "\ud800", "in_video", "out_video", "{{in_video}}", "<<out_video>>", NOWHERE, "http://[", "https://é.x/"),
     *("../x", "x.mp4", "-i {{in_video}} {{out_video}}", "'", '"', "\\", "%s", "${x}", "x" * 20_000, "http://127.0.0.1:99999/")]
)  # fmt: skip
SCALARS = some.none() | some.booleans() | some.integers() | some.floats() | TEXTS
VALUES = some.recursive(
    SCALARS, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4)
)

FUZZING = hypothesis.settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to every value within `value`."""
    found = [way]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*way, key))
    return found


@some.composite
def mutated(draw: some.DrawFn, valid: Any) -> Any:
    """A valid body with one value replaced, removed or joined by another."""
    body = copy.deepcopy(valid)
    *way, last = draw(some.sampled_from([way for way in places(body) if way]))
    holder = body
    for key in way:
        holder = holder[key]
    match draw(some.sampled_from(["replace", "remove", "add", "rename", "garnish"])):
        case "replace":
            holder[last] = draw(VALUES)
        case "remove":
            del holder[last]
        case "add":
            holder[draw(TEXTS)] = draw(VALUES)
        case "rename":
            holder[draw(TEXTS)] = holder.pop(last)
        case "garnish" if isinstance(holder[last], str):
            position = draw(some.integers(0, len(holder[last])))
            holder[last] = holder[last][:position] + draw(TEXTS) + holder[last][position:]
    return body


def answer(account: "Account", method: str, path: str, content: bytes) -> int:
    response = account.client.request(method, path, content=content, headers={"Content-Type": "application/json"})
    return response.status_code


@pytest.mark.parametrize(("method", "path"), VALID)
def test_mutated_bodies_never_break_the_server(strict_app: "Account", method: str, path: str) -> None:
    @FUZZING
    @hypothesis.given(mutated(VALID[method, path]))
    def check(body: Any) -> None:
        assert answer(strict_app, method, path, json.dumps(body).encode()) in {200, 413, 422}

    check()
    strict_app.client.post("/_control/reset")


@pytest.mark.parametrize(("method", "path"), VALID)
def test_any_json_never_breaks_the_server(strict_app: "Account", method: str, path: str) -> None:
    @FUZZING
    @hypothesis.given(VALUES)
    def check(body: Any) -> None:
        assert answer(strict_app, method, path, json.dumps(body).encode()) in {413, 422}

    check()


@pytest.mark.parametrize(("method", "path"), VALID)
def test_any_bytes_never_break_the_server(strict_app: "Account", method: str, path: str) -> None:
    valid = json.dumps(VALID[method, path]).encode()
    cut = some.integers(0, len(valid)).map(lambda length: valid[:length])

    @FUZZING
    @hypothesis.given(some.binary() | some.tuples(cut, some.binary(max_size=8)).map(b"".join))
    def check(body: bytes) -> None:
        assert answer(strict_app, method, path, body) in {200, 413, 422}

    check()
    strict_app.client.post("/_control/reset")


@FUZZING
@hypothesis.given(
    method=some.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"]),
    path=some.sampled_from(PATHS)
    | some.text(some.characters(codec="utf-8"), max_size=20).map(lambda text: f"/api/v1/commands/{text}"),
    query=some.dictionaries(
        some.sampled_from(["limit", "subject", "x"]), some.text(some.characters(codec="utf-8"), max_size=10)
    ),
)
def test_any_request_is_answered_without_a_server_error(
    strict_app: "Account", method: str, path: str, query: dict[str, str]
) -> None:
    assert strict_app.client.request(method, quote(path), params=query).status_code < 500


@FUZZING
@hypothesis.given(
    key=some.text(some.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=50)
)
def test_any_key_is_answered_without_a_server_error(strict_app: "Account", key: str) -> None:
    headers = [(b"X-API-KEY", b"ffsk_" + key.encode("latin-1"))]
    assert strict_app.client.get("/api/v1/webhook-config", headers=headers).status_code in {200, 401}
