"""Every check of bannx as a test, by the check's id, such as `test_check[module.name_of_the_check]`."""

from contracts.suites.checks import each_check_of
from contracts.suites.found import Found


@each_check_of("bannx")
def test_check(found: Found) -> None:
    """What the check found holds, as far as it could be seen."""
    found.tell()
