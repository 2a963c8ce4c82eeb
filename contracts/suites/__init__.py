"""The checks as pytest tests: `pytest --pyargs contracts.suites.renderio --target URL`."""
