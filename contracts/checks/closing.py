"""The end of a check: every requirement that it is about gets a finding."""

from contracts.trial import Trial


def unseen(trial: Trial, *requirements: str, because: str) -> None:
    """Those of these requirements that the check has found nothing about could not be observed."""
    found = {finding.requirement for finding in trial.findings}
    trial.unobservable(*(requirement for requirement in requirements if requirement not in found), because=because)
