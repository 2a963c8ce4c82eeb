"""What can go wrong with a drawing, as one tree; every error survives the way between processes.

DrawingError
├── PageError            a document that is no page
├── UnusableTweakError   a value that a variable cannot take
└── PictureError         a picture that a layer cannot show
"""


class DrawingError(Exception):
    """Any error about a drawing; its text is for whoever asked for the drawing."""


class PageError(DrawingError):
    """A document that is no page: where (such as `layer headline: content`) and what is wrong."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class UnusableTweakError(DrawingError):
    """A tweak whose value the variable's type does not allow."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(key, message)
        self.key = key
        self.message = message

    def __str__(self) -> str:
        return f"{self.key}: {self.message}"


class PictureError(DrawingError):
    """A picture that cannot be shown: the layer, and why."""

    def __init__(self, layer: str, why: str) -> None:
        super().__init__(layer, why)
        self.layer = layer
        self.why = why

    def __str__(self) -> str:
        return f"{self.layer}: {self.why}"
