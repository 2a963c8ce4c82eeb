"""Recognises which of the other known APIs answers at a URL where the one that is to be judged does not."""

import functools

from contracts.catalogue import known_apis
from contracts.client import Address
from contracts.doctor.asking import Answered, ask_all
from contracts.doctor.diagnosis import Deadline, Diagnosis
from contracts.doctor.recognising import (
    NOT_HERE,
    REDIRECTS,
    SERVER_ERRORS,
    answers,
    documented_properties,
    is_foreign_to,
    properties_of,
    reads,
)
from contracts.documents import Api, load_api
from contracts.session import new_key


def neighbour(api: Api, address: Address, deadline: Deadline) -> Diagnosis | None:
    """Another API that proofreel knows answers there; reads alone are sent, with made-up credentials of its form."""
    for name in known_apis():
        if name != api.name and (seen := _recognised(load_api(name), address, deadline)):
            return Diagnosis(
                "another API",
                ", ".join(str(answer.question) for answer in seen),
                "; ".join(str(answer.status) for answer in seen),
                f"what answers there is {load_api(name).short_title}, and not {api.short_title}: say --api {name}, or "
                "look at the URL and the port",
            )
    return None


def _recognised(other: Api, address: Address, deadline: Deadline) -> list[Answered]:
    """The answers of the other API's reads where every one of them is what that API answers."""
    asked = reads(other, address.base_url, new_key(other))
    seen = answers(ask_all(asked, address, deadline))
    is_one = len(seen) == len(asked) and all(_is_of(other, answer) for answer in seen)
    return seen if is_one else []


def _is_of(api: Api, answer: Answered) -> bool:
    is_here = answer.status not in NOT_HERE and answer.status not in REDIRECTS and answer.status < SERVER_ERRORS
    if not answer.question.headers and not _telling_properties(api) & properties_of(answer):
        return False  # anybody may refuse what nobody asks for
    return is_here and bool(answer.body.strip()) and not is_foreign_to(answer, api)


@functools.cache
def _telling_properties(api: Api) -> frozenset[str]:
    """The properties that no other known API documents."""
    others = [documented_properties(load_api(name)) for name in known_apis() if name != api.name]
    return documented_properties(api).difference(*others)
