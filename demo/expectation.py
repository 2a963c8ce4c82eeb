"""What the demo takes for granted, said aloud: nothing is printed as a fact that was not checked."""


class UnexpectedError(Exception):
    """Something is not as the demo says; the text is a sentence for the reader."""


def expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads like `assert`
    """Raise `UnexpectedError` with the sentence `otherwise` unless the condition holds."""
    if not holds:
        raise UnexpectedError(otherwise)
