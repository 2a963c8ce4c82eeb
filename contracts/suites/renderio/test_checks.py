"""Every check of RenderIO as a test, by the check's id, such as `test_check[schedule.waits_follow_the_policy]`."""

from contracts.suites.checks import each_check_of
from contracts.suites.found import Found


@each_check_of("renderio")
def test_check(found: Found) -> None:
    """What the check found holds, as far as it could be seen."""
    found.tell()
