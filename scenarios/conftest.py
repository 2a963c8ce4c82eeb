"""`pytest scenarios` runs every scenario."""

from contracts.scenarios.collection import pytest_collect_file

__all__ = ["pytest_collect_file"]
