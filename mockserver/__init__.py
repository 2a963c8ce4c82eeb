"""The reference server: render APIs with webhooks, built from OpenAPI documents, on a clock that its user can move."""

DEFAULT_PORT = 8740
