from typing import Any

import pytest

from contracts.checks.renderio.life_cycle_model import Attempt, Divergence, Model, Seen

FIRST, SECOND = "http://receiver/first", "http://receiver/second"


def config(**changed: Any) -> dict[str, Any]:
    return {
        "configured": True,
        "url": FIRST,
        "is_active": True,
        "consecutive_failures": 0,
        "disabled_at": None,
        **changed,
    }


def configured(secret: str | None = "one") -> Model:  # noqa: S107 - a name, no password
    model = Model()
    model.put(FIRST, secret)
    return model


def attempt(subject: str = "c1", *, url: str = FIRST, key: str | None = "one", taken: bool = True) -> Attempt:
    return Attempt(subject, url, key, taken)


def delivered(model: Model, subject: str, *, taken: bool, key: str | None = "one") -> None:
    model.finished(subject)
    list(model.arrived(attempt(subject, taken=taken, key=key)))


def broken_by_showing(model: Model, **changed: Any) -> str:
    with pytest.raises(Divergence) as found:
        model.shown(config(**changed))
    return found.value.requirement


def broken_by_arrival(model: Model, arrival: Attempt) -> str:
    with pytest.raises(Divergence) as found:
        model.arrived(arrival)
    return found.value.requirement


@pytest.mark.parametrize(
    ("changed", "requirement"),
    [
        ({"configured": False}, "RIO-CFG-001"),
        ({"url": SECOND}, "RIO-CFG-011"),
        ({"is_active": False}, "RIO-CFG-012"),
        ({"disabled_at": "2026-01-01T00:00:00Z"}, "RIO-DIS-007"),
        ({"consecutive_failures": 1}, "RIO-DIS-001"),
    ],
)
def test_what_get_shows_after_a_first_put_is_judged(changed: dict[str, Any], requirement: str) -> None:
    assert broken_by_showing(configured(), **changed) == requirement


def test_a_configuration_that_nobody_made_diverges() -> None:
    assert broken_by_showing(Model()) == "RIO-CFG-013"


def test_an_old_url_that_is_shown_or_used_breaks_the_replacing() -> None:
    model = configured()
    model.put(SECOND, "one")
    assert broken_by_showing(model, url=FIRST) == "RIO-CFG-002"
    model.finished("c1")
    assert broken_by_arrival(model, attempt(url=FIRST)) == "RIO-CFG-002"


def test_a_delete_may_show_the_configuration_or_hide_it() -> None:
    for shown, reading in ((config(is_active=False), "a"), ({"configured": False}, "b")):
        model = configured()
        model.delete()
        assert Seen("RIO-CFG-017", reading) in list(model.shown(shown))
    assert broken_by_showing(model) == "RIO-CFG-017"


def test_disabled_at_after_a_delete_is_a_reading() -> None:
    model = configured()
    model.delete()
    assert Seen("RIO-CFG-018", "b") in list(model.shown(config(is_active=False, disabled_at="2026-01-01T00:00:00Z")))


def test_a_delivery_after_a_delete_diverges() -> None:
    model = configured()
    model.delete()
    model.finished("c1")
    assert not model.owes("c1")
    assert broken_by_arrival(model, attempt()) == "RIO-CFG-016"


def test_a_missed_command_may_be_delivered_after_the_next_put() -> None:
    model = configured()
    model.delete()
    model.finished("c1")
    model.put(FIRST, "one")
    assert list(model.arrived(attempt())) == [Seen("RIO-DIS-010", "b")]


def test_an_inactive_webhook_after_a_second_put_breaks_the_re_enabling() -> None:
    model = configured()
    model.delete()
    model.put(FIRST, "one")
    assert broken_by_showing(model, is_active=False) == "RIO-DIS-014"
    model.finished("c1")
    assert model.owes("c1")


@pytest.mark.parametrize(
    ("arrival", "requirement"),
    [
        (attempt(key=None), "RIO-SIG-001"),
        (attempt(key="another"), "RIO-SIG-010"),
        (Attempt("c1", FIRST, None, taken=True, flaw="RIO-SIG-006"), "RIO-SIG-006"),
    ],
)
def test_a_wrong_signature_breaks_its_own_requirement(arrival: Attempt, requirement: str) -> None:
    model = configured()
    model.finished("c1")
    assert broken_by_arrival(model, arrival) == requirement


def test_a_signature_without_any_secret_diverges() -> None:
    model = configured(None)
    model.finished("c1")
    assert broken_by_arrival(model, attempt()) == "RIO-SIG-002"


def test_a_retry_that_does_not_fit_its_body_diverges() -> None:
    model = configured()
    delivered(model, "c1", taken=False)
    assert broken_by_arrival(model, Attempt("c1", FIRST, None, taken=True, flaw="RIO-SIG-003")) == "RIO-SIG-009"


@pytest.mark.parametrize(("key", "reading"), [(None, "a"), ("one", "b")])
def test_a_secret_that_is_left_out_is_gone_or_kept_and_stays_so(key: str | None, reading: str) -> None:
    model = configured()
    model.put(FIRST, None)
    model.finished("c1")
    assert Seen("RIO-CFG-007", reading) in list(model.arrived(attempt(key=key)))
    assert model.keys == {key}


@pytest.mark.parametrize(("counts", "reading"), [((1, 2), "a"), ((0, 0), "b"), ((1, 1), "c")])
def test_failures_of_two_deliveries_are_counted_by_one_of_the_readings(counts: tuple[int, int], reading: str) -> None:
    model = configured()
    for number, count in enumerate(counts):
        delivered(model, f"c{number}", taken=False)
        seen = list(model.shown(config(consecutive_failures=count)))
    assert Seen("RIO-DIS-001", reading) in seen


def test_a_reading_of_the_count_that_was_seen_is_kept_to() -> None:
    model = configured()
    delivered(model, "c1", taken=False)
    model.shown(config(consecutive_failures=0))
    delivered(model, "c2", taken=False)
    assert broken_by_showing(model, consecutive_failures=1) == "RIO-DIS-001"


def test_a_success_sets_the_count_back() -> None:
    model = configured()
    delivered(model, "c1", taken=False)
    model.shown(config(consecutive_failures=1))
    delivered(model, "c2", taken=True)
    assert broken_by_showing(model, consecutive_failures=1) == "RIO-DIS-002"
    assert Seen("RIO-DIS-002") in list(model.shown(config()))


@pytest.mark.parametrize(("count", "reading"), [(0, "a"), (1, "b")])
def test_a_put_sets_the_count_of_an_active_webhook_back_or_leaves_it(count: int, reading: str) -> None:
    model = configured()
    delivered(model, "c1", taken=False)
    model.shown(config(consecutive_failures=1))
    model.put(FIRST, "one")
    assert Seen("RIO-DIS-015", reading) in list(model.shown(config(consecutive_failures=count)))


def test_an_attempt_after_a_success_diverges() -> None:
    model = configured()
    delivered(model, "c1", taken=True)
    assert broken_by_arrival(model, attempt()) == "RIO-RTY-001"


@pytest.mark.parametrize(("url", "reading"), [(SECOND, "a"), (FIRST, "b")])
def test_a_pending_retry_may_go_to_either_url_after_a_put(url: str, reading: str) -> None:
    model = configured()
    delivered(model, "c1", taken=False)
    model.put(SECOND, "another")
    assert list(model.arrived(attempt(url=url))) == [Seen("RIO-RTY-020", reading)]


def test_a_pending_retry_may_be_dropped_by_a_put_and_by_a_delete() -> None:
    model = configured()
    delivered(model, "c1", taken=False)
    model.put(SECOND, "another")
    assert list(model.passed(6, first_retry_seconds=5)) == [Seen("RIO-RTY-020", "c")]
    model = configured()
    delivered(model, "c1", taken=False)
    model.delete()
    assert list(model.passed(4, first_retry_seconds=5)) == []
    assert list(model.passed(4, first_retry_seconds=5)) == [Seen("RIO-RTY-021", "a")]


def test_a_pending_retry_may_go_on_after_a_delete() -> None:
    model = configured()
    delivered(model, "c1", taken=False)
    model.delete()
    assert list(model.arrived(attempt())) == [Seen("RIO-RTY-021", "b")]


@pytest.mark.parametrize(("flaw", "requirement"), [("RIO-SIG-005", "RIO-SIG-002"), ("RIO-SIG-006", "RIO-SIG-006")])
def test_a_strange_signature_after_the_secret_was_left_out_is_one_without_a_secret(flaw: str, requirement: str) -> None:
    model = configured()
    model.put(FIRST, None)
    model.finished("c1")
    assert broken_by_arrival(model, Attempt("c1", FIRST, None, taken=True, flaw=flaw)) == requirement
