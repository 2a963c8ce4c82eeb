"""LOG: entries that may have no file yet, or none at all, since a step of the callback did not happen."""

from contracts.checks.bannx.failing import Failed
from contracts.checks.bannx.space import Space
from contracts.renders import Step

NO_FILE = "BNX-LOG-006"


def judge_missing(space: Space, failed: Failed, *, is_obeyed: bool) -> bool:
    """Judge that there is no file after a callback whose upload or log failed or hangs; whether there is none.

    A target may take no notice of what its steps are told, and then nothing follows: so it is where the file is there
    that was not to be uploaded, or where another step has taken no notice before (`is_obeyed` is False).
    """
    trial, entry, step = space.trial, failed.entry_with_file, failed.step
    if entry is None or entry.file is None:
        trial.passed(NO_FILE, evidence=[failed.answer.evidence])
        return True
    because = f"{step} was told to go wrong, and the entry {entry.request_id} has a file all the same: {entry.file}"
    if step is Step.UPLOAD:
        fetched = space.asking.fetch(entry.file.url)
        is_obeyed = not (fetched.is_success and fetched.body == space.asking.image(failed.answer).body)
    if is_obeyed:
        trial.failed(NO_FILE, because, evidence=[failed.answer.evidence])
    else:
        trial.note(f"{because}; the target takes no notice of what its steps are told")
    return False
