"""What a delivery is about, as each API says it."""

import pytest

from contracts.checks.renderio.subjects import command_id
from contracts.checks.ricloud.subjects import event_id
from contracts.subjects import Subjects, subjects_of

DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        (b'{"data": {"command_id": "c1"}}', "c1"),
        (b'{"data": {"command_id": 1}}', None),
        (b'{"data": []}', None),
        (b"[]", None),
        (b"\xff", None),
        (DEEP, None),
    ],
)
def test_renderio_delivers_about_a_command(body: bytes, subject: str | None) -> None:
    assert command_id(body) == subject


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        (b'{"id": "3f2504e0", "data": {"id": 3}}', "3f2504e0"),
        (b'{"id": 7}', "7"),
        (b'{"id": true}', None),
        (b'{"id": null}', None),
        (b'{"data": {"id": 3}}', None),
        (b"[]", None),
        (b"\xff", None),
        (DEEP, None),
    ],
)
def test_ricloud_delivers_an_event(body: bytes, subject: str | None) -> None:
    assert event_id(body) == subject


def test_only_urls_that_are_shared_have_foreign_deliveries() -> None:
    assert subjects_of("renderio") == Subjects(command_id, may_be_foreign=True)
    assert subjects_of("ricloud") == Subjects(event_id, may_be_foreign=False)


def test_of_an_api_that_says_nothing_nothing_is_foreign() -> None:
    assert subjects_of("unheard_of") == Subjects()
    assert Subjects().subject_of(b'{"id": 1}') is None
