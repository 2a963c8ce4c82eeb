"""The doctor's examination: what is asked, in which order, and which diagnoses follow."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Self
from urllib.parse import urlsplit

from contracts.client import Address
from contracts.control import discover
from contracts.doctor import reaching, recognising
from contracts.doctor.asking import Answered, Outcome, Question, ask_all, side_by_side
from contracts.doctor.diagnosis import Deadline, Diagnosis
from contracts.doctor.listening import port_taken
from contracts.doctor.neighbours import neighbour
from contracts.doctor.round_trips import examination_of
from contracts.documents import Api, load_api
from contracts.errors import SetUpError
from contracts.session import Session, new_key
from contracts.target import NO_CONTROL, WORKSPACES, Target

ALL_SECONDS = 4.7
ANSWER_SECONDS = 3.5
"""Of these, for the first answers; the rest is for a second look and for the way back."""

BAD_REQUEST = 400


def examine_machine(target: Target) -> list[Diagnosis]:
    """What is wrong on this machine; to be asked before the receiver listens."""
    diagnosis = port_taken(target.receiver)
    return [] if diagnosis is None else [diagnosis]


def examine_address(target: Target, deadline: Deadline) -> list[Diagnosis]:
    """What is wrong with the address, the credentials and the control URL; nothing is changed at the target."""
    api = load_api(target.api)
    soon = Deadline(min(ANSWER_SECONDS, deadline.remaining_seconds))
    address = Address(target.url, soon.remaining_seconds, target.ca_file)
    asked = _Asked.of(target, api)
    outcomes = asked.outcomes(address, soon)
    main = outcomes.main
    unusable = (
        reaching.no_answer(main, deadline)
        or _plain_on_tls(main, deadline)
        or recognising.gateway(main)
        or recognising.redirected(main)
    )
    if unusable is None:
        unusable = recognising.wrong_base_url(main, outcomes.at_root)
        if unusable is not None and outcomes.at_root is None:
            unusable = neighbour(api, address, deadline) or unusable
    if unusable is not None:
        return [unusable]
    found = [
        _key(target, api, main, address) or recognising.another_api(main, api),
        recognising.wrong_key(outcomes.second, api, option=api.credential.second_option),
        recognising.control_refused(outcomes.control, api, has_key=bool(target.keys)),
        recognising.clock_skew(main, datetime.now(UTC)),
    ]
    return [diagnosis for diagnosis in found if diagnosis is not None]


def examine_round_trip(session: Session, deadline: Deadline) -> list[Diagnosis]:
    """What is wrong with the way back from the target to the kit; the least is done there that makes it deliver."""
    examine = examination_of(session.api.name)
    if examine is None:
        return []
    found = side_by_side([lambda: examine(session, deadline)], Deadline(deadline.remaining_seconds + 0.2))[0]
    return found or []


def _key(target: Target, api: Api, main: list[Outcome], address: Address) -> Diagnosis | None:
    credential = api.credential
    refused = recognising.wrong_key(main, api, option=credential.option if target.keys else None)
    if refused is not None and not target.keys and _opens_workspaces(target, address):
        return Diagnosis(
            refused.name,
            refused.tried,
            f"{refused.came_back}, though the control protocol lists `{WORKSPACES}`",
            f"who lists it takes any {credential.word} of the documented form: give a real one ({credential.option}), "
            "or correct the target",
        )
    return refused


def _opens_workspaces(target: Target, address: Address) -> bool:
    if target.control_url is None:
        return False
    try:
        return discover(target.control_url, address, asked_for=False).has(WORKSPACES)
    except SetUpError:
        return False


@dataclass(frozen=True, slots=True)
class _Outcomes:
    """`main` with the first key, `second` with the second one; `control` lists the capabilities and reads the clock."""

    main: list[Outcome]
    second: list[Outcome]
    at_root: Outcome | None
    control: list[Outcome]


@dataclass(frozen=True, slots=True)
class _Asked:
    main: list[Question]
    second: list[Question]
    at_root: list[Question]
    control: list[Question]

    @classmethod
    def of(cls, target: Target, api: Api) -> Self:
        key, *others = target.keys or (new_key(api),)
        main = recognising.questions(api, target.url, key)
        second = [question for other in others for question in recognising.questions(api, target.url, other)]
        return cls(main, second, _at_root(target, main), _control(target, api, key))

    def outcomes(self, address: Address, deadline: Deadline) -> _Outcomes:
        outcomes = iter(ask_all([*self.main, *self.second, *self.at_root, *self.control], address, deadline))
        main, second, at_root, control = (
            list(islice(outcomes, len(part))) for part in (self.main, self.second, self.at_root, self.control)
        )
        return _Outcomes(main, second, at_root[0] if at_root else None, control)


def _at_root(target: Target, asked: list[Question]) -> list[Question]:
    parts = urlsplit(target.url)
    if not parts.path or not asked:
        return []
    first = asked[0]
    url = f"{parts.scheme}://{parts.netloc}{first.url.removeprefix(target.url)}"
    return [Question(first.method, url, first.headers)]


def _control(target: Target, api: Api, key: str) -> list[Question]:
    if target.control in {None, NO_CONTROL} or target.control_url is None:
        return []
    headers = ((api.credential.header, api.credential.header_value(key)),)
    return [Question("GET", target.control_url), Question("GET", f"{target.control_url}/clock", headers)]


def _plain_on_tls(main: list[Outcome], deadline: Deadline) -> Diagnosis | None:
    answered = recognising.answers(main)
    if len(answered) < len(main) or not all(map(_is_blunt, answered)):
        return None
    return reaching.tls_expected(answered[0], deadline)


def _is_blunt(answer: Answered) -> bool:
    return answer.status == BAD_REQUEST and answer.media_type != "application/json"
