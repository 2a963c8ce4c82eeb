"""What can go wrong with ricloud's requests beyond what goes wrong everywhere."""

from mockserver.errors import ApiError, Invalid, Violation, shortened


class Deactivated(ApiError):
    """A webhook config that is deactivated cannot be tested."""

    status = 400
    code = "DEACTIVATED"


class NothingThere(Invalid):
    """A parameter names something that does not exist, or belongs to another organisation."""

    def __init__(self, parameter: str, value: object) -> None:
        super().__init__([Violation((parameter,), f"there is no {shortened(str(value))!r}")])
