import threading

import pytest

from contracts.checks.ricloud.background import Background
from contracts.checks.ricloud.holding import config_in
from contracts.errors import NotObservable


def test_an_answer_is_there_once_it_is_let_go() -> None:
    held = threading.Event()

    def call() -> str:
        held.wait(30)
        return "answered"

    with Background(call, held.set) as background:
        assert not background.has_ended(0)
        with pytest.raises(NotObservable, match="not answered within 0 s"):
            background.answer(0)
    assert background.has_ended(0)
    assert background.answer(0) == "answered"


def test_what_it_stands_in_the_way_of_is_let_go_whatever_happens() -> None:
    held = threading.Event()

    def interrupted() -> None:
        with Background(lambda: held.wait(30), held.set):
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    assert held.is_set()


def test_an_error_is_an_answer_that_is_raised() -> None:
    def call() -> None:
        raise LookupError("no such thing")

    with Background(call, lambda: None) as background:
        assert background.has_ended(30)
        with pytest.raises(LookupError, match="no such thing"):
            background.answer(0)


@pytest.mark.parametrize(("body", "identifier"), [(b'{"data": {"id": 3}}', 3), (b'{"data": {"id": "wc_3"}}', "wc_3")])
def test_a_test_event_names_its_config(body: bytes, identifier: object) -> None:
    assert config_in(body) == identifier


@pytest.mark.parametrize(
    "body",
    [b"", b"no JSON", b"[]", b"{}", b'{"data": 3}', b'{"data": {"id": null}}', b'{"data": {"id": true}}', b"[" * 10**6],
)
def test_what_names_no_config_tells_nothing(body: bytes) -> None:
    with pytest.raises(NotObservable):
        config_in(body)
