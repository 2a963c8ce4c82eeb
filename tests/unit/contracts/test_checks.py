"""The checks as a whole: what they stand on, and that nothing is left without one."""

import pytest

from contracts.catalogue import Level, Observable, load_catalogue
from contracts.check import checks_of

CATALOGUE = load_catalogue("renderio")
CHECKS = {check.id: check for check in checks_of("renderio")}
JUDGED = {requirement for check in CHECKS.values() for requirement in check.requirements}


@pytest.mark.parametrize(
    "identifier",
    [
        requirement.id
        for requirement in CATALOGUE.values()
        if requirement.level is not Level.MAY and requirement.observable is not Observable.NONE
    ],
)
def test_observable_must_and_should_has_a_check(identifier: str) -> None:
    assert identifier in JUDGED, CATALOGUE[identifier].statement


@pytest.mark.parametrize("identifier", sorted(CHECKS))
def test_check_stands_on_known_requirements(identifier: str) -> None:
    check = CHECKS[identifier]
    assert check.requirements
    assert set(check.requirements) <= set(CATALOGUE)


@pytest.mark.parametrize("identifier", sorted(CHECKS))
def test_check_says_what_it_looks_at(identifier: str) -> None:
    assert CHECKS[identifier].title.endswith(".")


def test_ids_are_unique() -> None:
    assert len(CHECKS) == len(checks_of("renderio"))


def test_what_cannot_be_seen_is_not_judged() -> None:
    unseen = {requirement.id for requirement in CATALOGUE.values() if requirement.observable is Observable.NONE}
    assert not JUDGED & unseen
