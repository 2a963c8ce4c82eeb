"""The scenarios, as package data: find them with `importlib.resources.files("scenarios")`."""
