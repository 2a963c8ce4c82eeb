"""The doctor: looks, before any check, whether a target can be judged at all, and says what is in the way."""

from contracts.doctor.diagnosis import Deadline, Diagnosis, Severity
from contracts.doctor.examination import ALL_SECONDS, examine_address, examine_machine, examine_round_trip

__all__ = [
    "ALL_SECONDS",
    "Deadline",
    "Diagnosis",
    "Severity",
    "examine_address",
    "examine_machine",
    "examine_round_trip",
]
