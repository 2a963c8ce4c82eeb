"""Requests that schemathesis makes up from a document: single ones to an operation, and chains along its links."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

import hypothesis
import requests
import schemathesis
from hypothesis.reporting import with_reporter
from schemathesis.core import NotSet
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response as Answered
from schemathesis.generation.stateful import run_state_machine_as_test
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.schemas import BaseSchema

from contracts.client import Response
from contracts.documents import Api
from contracts.hypothesis_lock import HYPOTHESIS

_SETTINGS = hypothesis.settings(
    phases=[hypothesis.Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)

NO_BODY = object()
"""The body of a request that has none; null is a body like any other."""


class Mode(StrEnum):
    """Whether a request keeps to the document's schemas or breaks one of them on purpose."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Generated:
    """One made-up request: an `operationId`, path parameters as they stand in the path, a query, and a body.

    The body is a JSON value, bytes that are none, or `NO_BODY`. Made-up headers are left out: a credential among them
    would be nobody's.
    """

    operation: str
    parameters: Mapping[str, str]
    body: Any
    mode: Mode
    query: tuple[tuple[str, str], ...] = ()

    def path(self, api: Api) -> str:
        """Where it goes: the operation's path with the parameters and the query filled in."""
        path = api.operations[self.operation].path.format_map(self.parameters)
        return f"{path}?{urlencode(self.query, quote_via=quote)}" if self.query else path


Sending = Callable[[Generated], Response]
"""Sends a request, or a harmless one in its place, and judges the answer."""


def requests_to(api: Api, operation: str, mode: Mode, *, count: int, seed: int) -> Sequence[Generated]:
    """Different requests to one operation: some for every point of its schemas, then up to `count` at random.

    They are the same for the same seed.
    """
    with HYPOTHESIS:
        return _requests_to(api, operation, mode, count=count, seed=seed)


def _requests_to(api: Api, operation: str, mode: Mode, *, count: int, seed: int) -> Sequence[Generated]:
    described, generation_mode = api.operations[operation], schemathesis.GenerationMode(mode.value)
    schema = _schema(api)
    target = schema[described.path][described.method]
    made: dict[str, Generated] = {}  # by what is written of them, for to Python 0 is the same as false

    def keep(case: schemathesis.Case[Any]) -> None:
        if case.method == described.method and (mode is Mode.POSITIVE or _is_broken(case)):
            generated = _generated(case)
            made.setdefault(repr(generated), generated)

    for case in schema.iter_coverage_cases(
        target, generation_modes=[generation_mode], generation_config=schema.config.generation
    ):
        keep(case)
    most = len(made) + count
    strategy = target.as_strategy(generation_mode=generation_mode)

    @hypothesis.seed(seed)
    @hypothesis.settings(_SETTINGS, max_examples=count)
    @hypothesis.given(case=strategy)
    def collect(case: schemathesis.Case[Any]) -> None:
        keep(case)

    with with_reporter(_silent):
        collect()
    return list(made.values())[:most]


def follow_links(api: Api, send: Sending, *, chains: int, steps: int, seed: int) -> None:
    """Make up to `chains` chains of up to `steps` requests each, in which answers lead to further requests.

    There are `chains * steps` requests at the most. What `send` raises ends it, and is raised.
    """
    course = _Course(send, left=chains * steps)  # hypothesis may go a step, or a chain, beyond what it is told

    def call(_: APIStateMachine, case: schemathesis.Case[Any], **__: Any) -> Answered:
        return course.call(case)

    def validate_response(*_: Any, **__: Any) -> None:
        """Answers are judged where they are sent."""

    with HYPOTHESIS, with_reporter(_silent):
        base = _schema(api).as_state_machine()
        machine: type[APIStateMachine] = hypothesis.seed(seed)(
            type("Chains", (base,), {"call": call, "validate_response": validate_response})
        )
        settings = hypothesis.settings(_SETTINGS, max_examples=chains, stateful_step_count=steps)
        run_state_machine_as_test(machine, settings=settings)
    if course.ended_by is not None:
        raise course.ended_by


@dataclass(slots=True)
class _Course:
    """What has become of the requests so far.

    An error that reached hypothesis would be tried again, and called flaky where the target then answers otherwise.
    """

    send: Sending
    left: int
    ended_by: BaseException | None = field(default=None)

    def call(self, case: schemathesis.Case[Any]) -> Answered:
        if self.ended_by is not None or not self.left:
            return _answered(case, None)
        self.left -= 1
        try:
            return _answered(case, self.send(_generated(case)))
        except Exception as error:  # noqa: BLE001 - kept, and raised where the chains have ended
            self.ended_by = error
            return _answered(case, None)


@functools.cache
def _schema(api: Api) -> BaseSchema:
    return schemathesis.openapi.from_dict(dict(api.content))


def _silent(_: object) -> None:
    """Hypothesis has nothing to say: findings go to the report."""


def _generated(case: schemathesis.Case[Any]) -> Generated:
    mode = case.meta.generation.mode if case.meta is not None else schemathesis.GenerationMode.POSITIVE
    return Generated(
        operation=str(case.operation.definition.raw["operationId"]),
        parameters={name: str(value) for name, value in case.path_parameters.items()},
        body=NO_BODY if isinstance(case.body, NotSet) else case.body,
        mode=Mode(mode.value),
        query=tuple(
            (name, each if isinstance(each, str) else json.dumps(each))
            for name, value in (case.query or {}).items()
            for each in (value if isinstance(value, list) else [value])
        ),
    )


def _is_broken(case: schemathesis.Case[Any]) -> bool:
    """Whether anything of a request is wrong that is sent; one that is wrong in its headers alone is not."""
    components = case.meta.components if case.meta is not None else {}
    return any(
        component.mode is schemathesis.GenerationMode.NEGATIVE
        for place, component in components.items()
        if place in {ParameterLocation.PATH, ParameterLocation.QUERY, ParameterLocation.BODY}
    )


def _answered(case: schemathesis.Case[Any], response: Response | None) -> Answered:
    """An answer in schemathesis's own form, which its links are read from; an empty one for none."""
    request = requests.Request(case.method, "http://target.invalid/").prepare()
    if response is None:
        return Answered(599, {}, b"", request, 0.0, verify=True)
    headers = {name: response.headers.get_list(name) for name in response.headers}
    return Answered(response.status, headers, response.body, request, 0.0, verify=True)
