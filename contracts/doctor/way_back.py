"""The diagnosis of a receiver that the target does not reach, whatever was asked of the target to find that out."""

from contracts.doctor.diagnosis import Diagnosis, Severity


def receiver_unreachable(tried: str, came_back: str, *, is_sure: bool) -> Diagnosis:
    """The target has not come to the kit's receiver; it blocks a run where there is hardly another reason."""
    advice = (
        "the target must reach the receiver: let it listen where the target sees it (--receiver-host 0.0.0.0) "
        "and say under which URL (--receiver-url): from a container such as http://host.docker.internal:PORT, from "
        "elsewhere that of a tunnel"
    )
    severity = Severity.BLOCKING if is_sure else Severity.WARNING
    return Diagnosis("receiver unreachable", tried, came_back, advice, severity)
