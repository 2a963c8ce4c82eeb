"""The documents, as package data: find them with `importlib.resources.files("openapi")`."""
