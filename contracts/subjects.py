"""What a delivery is about, which every API says in its own way."""

import functools
import importlib
import importlib.util
from dataclasses import dataclass

from contracts.receiver.request import SubjectOf, no_subject


@dataclass(frozen=True, slots=True)
class Subjects:
    """How an API's deliveries are told apart.

    `subject_of` reads from a body what a delivery is about; None where it does not say. `may_be_foreign`: a delivery
    that comes to a trial's URL may be about something that another trial, or an earlier run, has done; else everything
    that comes there is the trial's own.
    """

    subject_of: SubjectOf = no_subject
    may_be_foreign: bool = False


@functools.cache
def subjects_of(api: str) -> Subjects:
    """What the `subjects` module of the API's checks says as `SUBJECTS`; where there is none, nothing is known."""
    name = f"contracts.checks.{api}.subjects"
    if importlib.util.find_spec(f"contracts.checks.{api}") is None or importlib.util.find_spec(name) is None:
        return Subjects()
    found: Subjects = importlib.import_module(name).SUBJECTS
    return found
