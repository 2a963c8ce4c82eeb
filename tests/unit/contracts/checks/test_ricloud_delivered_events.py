import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.choosing import chosen
from contracts.checks.ricloud.delivered_events import (
    differences,
    form_problems,
    is_test,
    is_uuid,
    media_type_problem,
    read,
    shows_secret,
    url_reading,
)
from contracts.checks.ricloud.retries import fits
from contracts.clock import Tolerance

EVENT: dict[str, Any] = {
    "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "resource": "event",
    "type": "webhook_config",
    "action": "test",
    "data": {"id": 3, "resource": "webhook_config"},
    "state": "pending",
    "retries": 0,
    "date_created": "2026-01-01T00:00:00.000000Z",
}
URL = "http://127.0.0.1:9000/hooks/token/hook"
TOLERANCE = Tolerance(1.0, 2.0)


@given(body=st.binary(max_size=40))
def test_every_body_is_an_object_or_has_a_problem(body: bytes) -> None:
    delivered = read(body)
    assert (delivered.problem is None) or not delivered.content


def test_a_body_is_read_as_what_it_is() -> None:
    delivered = read(json.dumps(EVENT).encode())
    assert delivered.problem is None
    assert delivered.content == EVENT
    assert is_test(delivered.content)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", json.dumps(EVENT).encode("utf-16"), b'{"a": "\xff"}'])
def test_a_body_that_is_no_object_in_utf8_has_a_problem(body: bytes) -> None:
    assert read(body).problem


def test_an_event_with_all_its_attributes_has_no_problem() -> None:
    assert not form_problems(EVENT)
    assert not form_problems({**EVENT, "id": 7, "date_delivered": None, "more": True})


@pytest.mark.parametrize("name", sorted(EVENT))
def test_each_attribute_that_is_missing_or_null_is_named(name: str) -> None:
    without = {key: value for key, value in EVENT.items() if key != name}
    assert [problem.split()[0] for problem in form_problems(without)] == [name]
    assert [problem.split()[0] for problem in form_problems({**EVENT, name: None})] == [name]


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        ("application/json", True),
        ("Application/JSON; charset=UTF-8", True),
        ('application/json;charset="utf-8"', True),
        ("application/json; charset=latin-1", False),
        ("application/x-www-form-urlencoded", False),
        ("text/json", False),
        (None, False),
    ],
)
def test_media_types_of_json_in_utf8_are_known(value: str | None, is_right: bool) -> None:  # noqa: FBT001 - a table's column
    assert (media_type_problem(value) is None) is is_right


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("before", ["", "/behind/a/proxy"])
def test_both_readings_of_the_url_are_told_from_other_places(slash: str, before: str) -> None:
    path = f"{before}/hooks/token/hook"
    assert url_reading(f"{URL}{slash}", f"{path}{slash}", "e1") == "a"
    assert url_reading(f"{URL}{slash}", f"{path}/e1", "e1") == "b"
    for wrong in (f"{path}{'' if slash else '/'}", f"{path}//e1", f"{path}/e2", f"{path}/events/e1", "/hooks/token"):
        assert url_reading(f"{URL}{slash}", wrong, "e1") is None


@pytest.mark.parametrize("path", ["/hooks/token/hook/a%2Fb%20%C3%BC", "/hooks/token/hook/a/b ü"])
def test_an_id_below_the_url_may_be_quoted(path: str) -> None:
    assert url_reading(URL, path, "a/b ü") == "b"


def test_views_of_an_event_differ_by_what_identifies_it_alone() -> None:
    assert not differences(EVENT, {**EVENT, "state": "delivered", "retries": 2})
    assert not differences(EVENT, {**EVENT, "data": {**EVENT["data"], "secret": "s"}})
    for name, other in (("id", "x"), ("type", "poll"), ("action", "created"), ("data", {"id": 4})):
        assert [difference.split()[0] for difference in differences(EVENT, {**EVENT, name: other})] == [name]


def test_a_moment_with_fewer_decimals_is_the_same_moment() -> None:
    names = ("date_created",)
    assert not differences(EVENT, {**EVENT, "date_created": "2026-01-01T00:00:00Z"}, names)
    assert differences(EVENT, {**EVENT, "date_created": "2026-01-01T00:00:09Z"}, names)
    assert differences(EVENT, {}, names)


@given(value=st.uuids())
def test_uuids_are_known(value: uuid.UUID) -> None:
    assert is_uuid(str(value))
    assert is_uuid(str(value).upper())
    assert not is_uuid(value.hex)


@pytest.mark.parametrize("value", [3, "3", None, "evt_1", ""])
def test_other_ids_are_no_uuids(value: object) -> None:
    assert not is_uuid(value)


def test_a_secret_is_seen_in_the_data_alone() -> None:
    assert shows_secret({"data": {"secret": "s"}})
    assert not shows_secret({"data": {"secret": None}, "secret": "s"})
    assert not shows_secret({"data": None})


@pytest.mark.parametrize(
    ("owner", "expected"), [({"a": 3}, 3), ({"a": {"id": 3}}, 3), ({"a": None}, None), ({}, None), ({"a": "x"}, "x")]
)
def test_the_config_that_is_named_is_found_by_its_id_or_as_an_object(owner: dict[str, Any], expected: object) -> None:
    assert chosen(owner, "a") == expected


@given(off_seconds=st.floats(-0.9, 0.9))
def test_the_documented_waits_fit_within_the_tolerance(off_seconds: float) -> None:
    assert fits([300 + off_seconds, 1800, 3600 - off_seconds, 7200], TOLERANCE)


@pytest.mark.parametrize("waits", [[], [300, 1800, 3600], [300, 1800, 3600, 7200, 7200], [300, 1800, 3600, 7190]])
def test_other_waits_do_not_fit(waits: list[float]) -> None:
    assert not fits(waits, TOLERANCE)
