"""The doctor's examination: what is asked, in which order, and which diagnoses follow."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from contracts.client import Address
from contracts.control import discover
from contracts.doctor import reaching, recognising, round_trip
from contracts.doctor.asking import Outcome, Question, ask_all, side_by_side
from contracts.doctor.diagnosis import Deadline, Diagnosis
from contracts.doctor.listening import port_taken
from contracts.documents import Api, load_api
from contracts.errors import SetUpError
from contracts.session import Session, new_key
from contracts.target import NO_CONTROL, WORKSPACES, Target

ALL_SECONDS = 4.7
ANSWER_SECONDS = 3.5
"""Of these, for the first answers; the rest is for a second look and for the way back."""

KEY_OPTIONS = ("--api-key", "--second-api-key")


def examine_address(target: Target, deadline: Deadline) -> list[Diagnosis]:
    """What is wrong with the address, the credentials, the control URL and the receiver's port; nothing is changed."""
    api = load_api(target.api)
    found = [port_taken(target.receiver)]
    soon = Deadline(min(ANSWER_SECONDS, deadline.remaining_seconds))
    address = _address(target, soon)
    asked = recognising.questions(api, target.url, target.keys[0] if target.keys else new_key(api))
    others = [question[0] for key in target.keys[1:] if (question := recognising.questions(api, target.url, key))]
    aside = [*_at_root(target, asked), *_control(target, api)]
    outcomes = ask_all([*asked, *others, *aside], address, soon)
    main, second, rest = (
        outcomes[: len(asked)],
        outcomes[len(asked) : len(asked) + len(others)],
        outcomes[-len(aside) or len(outcomes) :],
    )
    at_root = rest.pop(0) if _at_root(target, asked) else None
    unusable = (
        reaching.no_answer(main, deadline)
        or _plain_on_tls(main, deadline)
        or recognising.gateway(main)
        or recognising.redirected(main)
        or recognising.wrong_base_url(main, at_root)
    )
    if unusable is not None:
        return [diagnosis for diagnosis in (unusable, *found) if diagnosis is not None]
    found.append(_key(target, api, main, address) or recognising.another_api(main, api))
    found += [recognising.wrong_key([outcome], api, option=KEY_OPTIONS[1]) for outcome in second]
    if rest:
        found.append(recognising.control_refused(rest[0], rest[1] if target.keys else None))
    found.append(recognising.clock_skew(main, datetime.now(UTC)))
    return [diagnosis for diagnosis in found if diagnosis is not None]


def examine_round_trip(session: Session, deadline: Deadline) -> list[Diagnosis]:
    """What is wrong with the way back from the target to the kit; one command is submitted."""
    seen = side_by_side([lambda: round_trip.travel(session, deadline)], Deadline(deadline.remaining_seconds + 0.2))[0]
    if seen is None:
        return []
    looks = (round_trip.receiver_unreachable, round_trip.input_unreachable, round_trip.no_ffmpeg)
    return [diagnosis for look in looks if (diagnosis := look(seen)) is not None]


def _key(target: Target, api: Api, main: list[Outcome], address: Address) -> Diagnosis | None:
    refused = recognising.wrong_key(main, api, option=KEY_OPTIONS[0] if target.keys else None)
    if refused is not None and not target.keys and _opens_workspaces(target, address):
        return Diagnosis(
            refused.name,
            refused.tried,
            f"{refused.came_back}, though the control protocol lists `{WORKSPACES}`",
            "a target that lists it takes any key of the documented form: give a real key with --api-key, or correct the target",
        )
    return refused


def _opens_workspaces(target: Target, address: Address) -> bool:
    if target.control_url is None:
        return False
    try:
        return discover(target.control_url, address, asked_for=False).has(WORKSPACES)
    except SetUpError:
        return False


def _at_root(target: Target, asked: list[Question]) -> list[Question]:
    parts = urlsplit(target.url)
    if not parts.path or not asked:
        return []
    first = asked[0]
    return [
        Question(first.method, f"{parts.scheme}://{parts.netloc}{first.url.removeprefix(target.url)}", first.headers)
    ]


def _control(target: Target, api: Api) -> list[Question]:
    if target.control in {None, NO_CONTROL} or target.control_url is None:
        return []
    key = target.keys[0] if target.keys else new_key(api)
    headers = ((api.credential.header, api.credential.header_value(key)),)
    return [Question("GET", target.control_url), Question("GET", f"{target.control_url}/clock", headers)]


def _plain_on_tls(main: list[Outcome], deadline: Deadline) -> Diagnosis | None:
    answered = recognising.answers(main)
    if len(answered) < len(main) or any(
        answer.status != 400 or answer.media_type == "application/json" for answer in answered
    ):  # noqa: PLR2004 - HTTP's Bad Request
        return None
    return reaching.tls_expected(answered[0], deadline)


def _address(target: Target, deadline: Deadline) -> Address:
    return Address(target.url, deadline.remaining_seconds, target.ca_file)
