"""How a suite names its checks: all there are, so that a new one is a test at once."""

import pytest

from contracts.check import checks_of


def each_check_of(api: str) -> pytest.MarkDecorator:
    """Runs a test once for each check of the API, with what it has found as `found`."""
    return pytest.mark.parametrize(
        "found", [pytest.param(check, id=check.id) for check in checks_of(api)], indirect=True
    )
