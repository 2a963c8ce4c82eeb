"""Whatever a client of bannx sends, the answer is an image or a client error in the form of the document."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import strategies as some

from tests.integration.bannx.images import data_uri, what_it_is
from tests.integration.bannx.spaces import PAGE

if TYPE_CHECKING:
    import httpx

    from tests.integration.bannx.spaces import Space

LATIN = some.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f")
FUZZING = hypothesis.settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=80,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
NAMES = [variable[key] for variable in PAGE["variables"] for key in ("name", "id")]
ODD = [
    *("", "\0", "\ud800", "\u202e", "\U0001f600", "a" * 5_000, "{{ text }}", "{{ 1/0 }}", data_uri()),
    *("{{", "}}", "%", "%zz", "%ff", "1e308", "-0", "1e-400", "true", "#f00", "rgba(0,0,0,0)", "data:", "data:,"),
    *("data:image/png;base64,AAAA", "http://127.0.0.1:1/x.png", "http://[", "https://é/", "http://127.0.0.1:99999/"),
    "file:///x",
]
QUERY_PARTS = [
    *("tweaks=", "tweak:", "tweak:text", "format=", "output=", "draft=", "&", "=", "+", ";", "%", "%f", "%00", "json"),
    *("{", "}", '"', "png", "true", "#", "?", "[]", "%ed%a0%80", "tweak%3atext=x", "%7B%22text%22%3A5%7D"),
]
TEXTS = some.text(max_size=40) | some.sampled_from(ODD)
SCALARS = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = some.recursive(
    SCALARS, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4), max_leaves=8
)
TWEAKS = some.dictionaries(some.sampled_from(NAMES) | TEXTS, VALUES, max_size=4)


SUITABLE = some.fixed_dictionaries(
    {},
    optional={
        "text": some.text(max_size=200),
        "ground": some.sampled_from(["#f00", "transparent", "rgba(1,2,3,.5)"]),
        "part": some.floats(-(10**15), 10**15) | some.integers(-(10**15), 10**15),
        "marked": some.booleans(),
        "portrait": some.sampled_from(["", data_uri()]),
    },
)
"""Tweaks that the variables can take."""


def check(answer: "httpx.Response") -> None:
    """The answer is an image of the page, or a client error."""
    if answer.status_code == 200:
        if answer.headers["content-type"] != "application/json":
            assert what_it_is(answer.content)[1:] == (64, 32)
        return
    body = answer.json()
    assert (400 <= answer.status_code < 500, body["statusCode"], body["error"]) == (True, answer.status_code, True)


def posted(space: "Space", body: Any) -> "httpx.Response":
    return space.send(json.dumps(body).encode())


@pytest.mark.requirement("BNX-ERR-001", "BNX-ERR-007")
def test_any_tweaks_are_answered(space: "Space") -> None:
    @FUZZING
    @hypothesis.given(SUITABLE | TWEAKS, some.sampled_from(["png", "webp", "svg"]))
    def run(tweaks: Any, image_format: str) -> None:
        check(posted(space, {"pageId": "badge", "tweaks": tweaks, "format": image_format}))
        check(space.get(query=f"format={image_format}&tweaks={quote(json.dumps(tweaks))}"))

    run()


@pytest.mark.requirement("BNX-ERR-001", "BNX-ERR-007")
def test_any_text_of_a_pair_is_answered(space: "Space") -> None:
    @FUZZING
    @hypothesis.given(some.sampled_from(NAMES), TEXTS, some.sampled_from(["png", "svg"]))
    def run(name: str, text: str, image_format: str) -> None:
        escaped = quote(text.encode("utf-8", "surrogatepass"))
        check(space.get(query=f"tweak:{name}={escaped}&format={image_format}"))

    run()


@pytest.mark.requirement("BNX-ERR-001", "BNX-ERR-007")
def test_any_query_is_answered(space: "Space") -> None:
    parts = some.sampled_from(QUERY_PARTS)
    texts = some.lists(parts | some.text(some.characters(codec="latin-1"), max_size=5), max_size=8).map("".join)

    @FUZZING
    @hypothesis.given(texts)
    def run(text: str) -> None:
        check(space.get(query=quote(text, safe='&=+;%:{}[]"?')))

    run()


@pytest.mark.requirement("BNX-ERR-001", "BNX-ERR-007")
def test_any_json_is_answered(space: "Space") -> None:
    fields = some.sampled_from(
        ["pageId", "page", "format", "tweaks", "templateVariables", "globalVariables", "draft", "output", "binary"]
    )

    @FUZZING
    @hypothesis.given(VALUES | some.dictionaries(fields, VALUES, max_size=5))
    def run(body: Any) -> None:
        check(posted(space, body))
        if isinstance(body, dict):
            check(posted(space, {**body, "pageId": "badge"}))

    run()


@pytest.mark.requirement("BNX-ERR-001", "BNX-ERR-007")
def test_any_bytes_are_answered(space: "Space") -> None:
    valid = json.dumps({"pageId": "badge", "tweaks": {"text": "é"}}).encode()
    cut = some.integers(0, len(valid)).map(lambda length: valid[:length])

    @FUZZING
    @hypothesis.given(some.binary() | some.tuples(cut, some.binary(max_size=8)).map(b"".join))
    def run(body: bytes) -> None:
        check(space.send(body))

    run()


LAYERS = ("rectangle", "circle", "text", "image")
EXPRESSIONS = some.sampled_from(
    [
        *(
            "{{ part }}",
            "{{ 1 / 0 }}",
            "{{ $_page.width * 9 }}",
            "{{ text }}",
            "{{ use(none, ground) }}",
            "{{ min() }}",
        ),
        *("{{ -part }}", "{{ marked && part }}", "{{ lighten(ground) }}", "{{ round(part, 99) }}", "{{ mix(ground) }}"),
    ]
)
COLOURS = EXPRESSIONS | some.sampled_from(["#f0f8", "transparent", "rgba(1, 2, 3, 0.5)", "navy"])


def between(least: float, most: float) -> some.SearchStrategy[Any]:
    """A number within bounds, now and then an expression."""
    return some.floats(least, most) | some.floats(least, most) | EXPRESSIONS


def _stop(offset: float, color: str) -> dict[str, Any]:
    return {"offset": offset, "color": color}


LAYER = some.fixed_dictionaries(
    {"type": some.sampled_from(LAYERS)},
    optional={
        **dict.fromkeys(("x", "y", "centerX", "centerY"), between(-8192, 8192)),
        **dict.fromkeys(("width", "height", "radius", "cornerRadius"), between(0, 8192)),
        "opacity": between(0, 1),
        "size": between(4, 1000),
        "minimumSize": some.floats(4, 1000),
        "lineHeight": some.floats(0.5, 4),
        "letterSpacing": some.floats(-0.2, 2),
        "color": COLOURS,
        "fill": COLOURS
        | some.fixed_dictionaries(
            {"stops": some.lists(some.builds(_stop, some.floats(0, 1), COLOURS), min_size=2, max_size=3)},
            optional={"angle": some.floats(-360, 360)},
        ),
        "content": EXPRESSIONS | TEXTS,
        "src": some.sampled_from(
            ["{{ portrait }}", "", data_uri(), "data:image/png;base64,AAAA", "http://127.0.0.1:1/"]
        ),
        "visible": some.booleans() | EXPRESSIONS,
        "border": some.fixed_dictionaries({"color": COLOURS, "width": some.floats(0, 512)}),
        "maximumLines": some.integers(1, 3),
        "fit": some.sampled_from(["cover", "contain"]),
    },
)
PLACED = {"x": 1, "y": 1, "width": 20, "height": 20, "centerX": 9, "centerY": 9, "radius": 5, "content": "x", "src": ""}
KNOWN = {
    "rectangle": {"x", "y", "width", "height", "cornerRadius", "fill", "border", "opacity", "visible"},
    "circle": {"centerX", "centerY", "radius", "fill", "border", "opacity", "visible"},
    "text": {"x", "y", "width", "height", "content", "size", "minimumSize", "lineHeight", "letterSpacing", "color"}
    | {"maximumLines", "opacity", "visible"},
    "image": {"x", "y", "width", "height", "src", "fit", "cornerRadius", "opacity", "visible"},
}
NEEDED = {
    "rectangle": ("x", "y", "width", "height"),
    "circle": ("centerX", "centerY", "radius"),
    "text": ("x", "y", "width", "height", "content"),
    "image": ("x", "y", "width", "height", "src"),
}


def layer(drawn: dict[str, Any]) -> dict[str, Any]:
    """A layer of which nothing is missing, and with nothing that its type does not know."""
    kind = drawn["type"]
    placed = {name: PLACED[name] for name in NEEDED[kind]}
    return {"type": kind, **placed, **{name: value for name, value in drawn.items() if name in KNOWN[kind]}}


@pytest.mark.requirement("BNX-ERR-001", "BNX-ERR-007")
def test_any_page_is_answered(new_space: "Space") -> None:
    @FUZZING
    @hypothesis.given(
        some.lists(LAYER.map(layer), max_size=4), SUITABLE | TWEAKS, some.sampled_from(["png", "webp", "svg"])
    )
    def run(layers: Any, tweaks: Any, image_format: str) -> None:
        page = {**PAGE, "layers": layers}
        check(posted(new_space, {"page": page, "tweaks": tweaks, "format": image_format}))

    run()


def test_any_page_of_control_is_answered(new_space: "Space") -> None:
    @FUZZING
    @hypothesis.given(some.lists(LAYER.map(layer) | VALUES, max_size=3), some.dictionaries(TEXTS, VALUES, max_size=1))
    def run(layers: Any, extra: Any) -> None:
        body = json.dumps({"width": 64, "height": 32, "layers": layers, **extra}).encode()
        answer = new_space.client.post("/_control/pages", content=body, headers=new_space.headers)
        assert answer.status_code in {201, 409, 422}

    run()
    new_space.reset()


@pytest.mark.requirement("BNX-ERR-007")
def test_any_token_is_answered(new_space: "Space") -> None:
    @FUZZING
    @hypothesis.given(
        some.text(some.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=50)
    )
    def run(token: str) -> None:
        headers = [(b"Authorization", b"Bearer " + token.encode("latin-1"))]
        assert new_space.client.get("/api/render/none", headers=headers).status_code in {401, 404}

    run()
