"""Tweaks: in every form, which wins, how values are read, and what is refused."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.integration.bannx.images import colour, data_uri, what_it_is

if TYPE_CHECKING:
    from tests.integration.bannx.spaces import Space

RED = "#ff0000"


def by_query(space: "Space", tweaks: Any, **parameters: str) -> bytes:
    answer = space.get(tweaks=json.dumps(tweaks), **parameters)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize(
    "tweaks",
    [
        {"text": "Grace"},
        {"ground": "#123456", "text": "Zoë & <Łucja> 100 % + \"q\" 'a'", "part": 40, "marked": True},
        {"text": "Ελλάδα Кириллица \t\n line"},
        {"text": ""},
        {"text": "a+b=c&d;e#f?g/h\\i"},
    ],
)
@pytest.mark.requirement("BNX-TWK-001", "BNX-TWK-002", "BNX-TWK-003", "BNX-TWK-004", "BNX-TWK-006")
def test_every_form_of_a_tweak_gives_the_same_image(space: "Space", tweaks: dict[str, Any]) -> None:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in tweaks.items()}
    forms = [
        by_query(space, tweaks),
        space.get(**{f"tweak:{name}": text for name, text in texts.items()}).content,
        space.get(query="&".join(f"tweak:{name}={quote(text)}" for name, text in texts.items())).content,
        space.get(**{f"tweak:v-{name}": text for name, text in texts.items()}).content,
        by_query(space, {f"v-{name}": value for name, value in tweaks.items()}),
        space.post(pageId="badge", tweaks=tweaks).content,
        space.post(pageId="badge", tweaks={f"v-{name}": value for name, value in tweaks.items()}).content,
    ]
    assert [form == forms[0] for form in forms] == [True] * len(forms)
    assert forms[0] != space.get().content


@pytest.mark.requirement("BNX-TWK-006")
def test_svg_of_any_text_is_well_formed(space: "Space") -> None:
    text = "<&>\"'\x00\x0b\ufffe\x1f]]>"
    assert what_it_is(by_query(space, {"text": text}, format="svg")) == ("SVG", 64, 32)


@pytest.mark.requirement("BNX-TWK-009")
@pytest.mark.parametrize(
    ("together", "single"),
    [("ground", "ground"), ("v-ground", "ground"), ("ground", "v-ground"), ("v-ground", "v-ground")],
)
def test_pair_wins_over_the_object(space: "Space", together: str, single: str) -> None:
    answer = space.get(tweaks=json.dumps({together: "#00ff00"}), **{f"tweak:{single}": RED})
    assert colour(answer, 30, 30) == RED


def test_object_holds_for_what_no_pair_names(space: "Space") -> None:
    answer = space.get(tweaks='{"ground": "#00ff00", "part": 64}', **{"tweak:ground": RED})
    assert [colour(answer, *place) for place in ((30, 26), (60, 30))] == [RED, "#ffffff"]


def test_last_of_equal_pairs_is_taken(space: "Space") -> None:
    assert colour(space.get(query="tweak:ground=%2300ff00&tweak:ground=%23ff0000"), 30, 30) == RED


@pytest.mark.requirement("BNX-TWK-007")
def test_tweaks_that_no_variable_has_are_ignored(space: "Space") -> None:
    usual = space.get().content
    unknown = {"nope": "x", "$_page": {"width": 1}, "": [], "text ": "y", "Text": "z"}
    given = [by_query(space, unknown), space.post(pageId="badge", tweaks=unknown).content]
    assert given == [usual, usual]
    assert space.get(**{"tweak:nope": "x"}).content == usual


@pytest.mark.requirement("BNX-TWK-010")
@pytest.mark.parametrize(
    ("name", "value", "same_as"),
    [
        *(("part", "40", 40), ("part", " 40 ", 40), ("part", "4e1", 40), ("part", "40.0", 40), ("part", 40.0, 40)),
        *(("marked", "true", True), ("marked", "TRUE", True), ("marked", "1", True), ("marked", "yes", True)),
        *(("marked", "false", False), ("marked", "0", False), ("text", 5, "5"), ("text", True, "true")),
        *(("text", 2.5, "2.5"), ("ground", "red", RED), ("ground", "#f00", RED), ("ground", "rgb(255, 0, 0)", RED)),
    ],
)
def test_values_are_read_by_the_type_of_the_variable(space: "Space", name: str, value: Any, same_as: Any) -> None:
    wanted = by_query(space, {name: same_as})
    given = [by_query(space, {name: value}), space.post(pageId="badge", tweaks={name: value}).content]
    if isinstance(value, str):
        given.append(space.get(**{f"tweak:{name}": value}).content)
    assert given == [wanted] * len(given)


def test_picture_of_a_tweak_is_shown(space: "Space") -> None:
    assert colour(space.post(pageId="badge", tweaks={"portrait": data_uri()}), 48, 16) == "#00ff00"


@pytest.mark.requirement("BNX-TWK-011", "BNX-ERR-007")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("part", "abc"), ("part", ""), ("part", "nan"), ("part", "Infinity"), ("part", "1e400"), ("part", "0x10")),
        *(("part", None), ("part", True), ("part", []), ("part", {}), ("part", 10**16), ("part", -(10**30))),
        *(("marked", "maybe"), ("marked", ""), ("marked", 2), ("marked", None), ("marked", [True])),
        *(("ground", "nocolour"), ("ground", ""), ("ground", "#12"), ("ground", 7), ("ground", "url(x)")),
        *(("text", None), ("text", []), ("text", {"a": 1}), ("portrait", "file:///etc/passwd"), ("portrait", "/x.png")),
        *(("portrait", 7), ("portrait", "javascript:1"), ("portrait", "ftp://127.0.0.1/x"), ("portrait", "http://")),
        ("portrait", "data:image/png;base64"),
    ],
)
def test_value_that_the_variable_cannot_have_is_refused_by_its_name(space: "Space", name: str, value: Any) -> None:
    keys = (name, f"v-{name}")
    answers = [
        *(space.get(tweaks=json.dumps({key: value})) for key in keys),
        *(space.post(pageId="badge", tweaks={key: value}) for key in keys),
    ]
    if isinstance(value, str):
        answers += [space.get(**{f"tweak:{key}": value}) for key in keys]
    assert [it.status_code for it in answers] == [400] * len(answers)
    assert [f"tweaks.{key}: " in it.json()["message"] for it, key in zip(answers, keys * 3, strict=False)] == [
        True
    ] * len(answers)


@pytest.mark.requirement("BNX-TWK-008", "BNX-ERR-007")
@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "5", "null", '"text"', "true", "{'a': 1}", '{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}'),
        *("%", "\x00", '{"a": 1}x', "\ufeff{}", "[" * 10_000, '{"a":' * 5_000),
    ],
)
def test_malformed_tweaks_are_refused(space: "Space", text: str) -> None:
    answer = space.get(query=f"tweaks={quote(text)}")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("tweaks: ")


@pytest.mark.parametrize("tweaks", [[], "{}", None, 5, True])
def test_malformed_tweaks_of_a_body_are_refused(space: "Space", tweaks: Any) -> None:
    answer = space.post(pageId="badge", tweaks=tweaks)
    assert (answer.status_code, answer.json()["message"].partition(":")[0]) == (400, "tweaks")


def test_pair_without_a_name_is_refused(space: "Space") -> None:
    answer = space.get(query="tweak:=x")
    assert (answer.status_code, answer.json()["message"].startswith("tweak:")) == (400, True)


@pytest.mark.requirement("BNX-TWK-006")
def test_text_of_ten_thousand_characters_is_set(space: "Space") -> None:
    text = "ż" * 10_000
    assert space.post(pageId="badge", tweaks={"text": text}).status_code == 200
    assert space.get(query=f"tweak:text={'x' * 10_000}").status_code == 200


def test_raw_utf8_of_a_query_is_read_like_escaped(space: "Space") -> None:
    escaped = space.get(query=f"tweak:text={quote('żółć')}").content
    together = space.get(query=f"tweaks={quote(json.dumps({'text': 'żółć'}, ensure_ascii=False))}").content
    assert together == escaped
