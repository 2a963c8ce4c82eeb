"""Everything that can go wrong around a run, as one tree.

KitError                      the base
├── SetUpError                the run cannot begin: an option, a file, a machine; its text says what to do
├── TargetGoneError           the target answered before and does not any more
├── NoAnswerError             one request had no answer
├── NoImageError              what should be a picture is none
└── EndOfCheck                a check cannot go on
    ├── Unmet                 what it stands on does not hold; that was recorded
    ├── NotObservable         it cannot be seen with this target
    └── NotRun                the time budget does not reach
"""


class KitError(Exception):
    """The base of what the kit raises."""


class SetUpError(KitError):
    """The run cannot begin; the text says what to do about it."""


class TargetGoneError(KitError):
    """The target has answered before, and nothing listens there any more."""


class NoAnswerError(KitError):
    """A request to the target had no answer; the text says why."""


class NoImageError(KitError):
    """What should be a picture is none, or none that can be looked at; the text says why."""


class EndOfCheck(KitError):
    """A check cannot go on; the text says why."""


class Unmet(EndOfCheck):
    """Something that the check stands on does not hold, which has been recorded as a failure of its own."""


class NotObservable(EndOfCheck):
    """What the check looks for cannot be seen with this target."""


class NotRun(EndOfCheck):
    """The time budget does not reach."""
