"""Requests that are answered with an error."""


class Refused(Exception):
    """A refusal: its status, and a text for people."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
