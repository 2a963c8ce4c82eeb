"""The runner sends what a description says, judges the answers, and goes where its actions lead."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from contracts.documents import Credential
from contracts.errors import SetUpError
from contracts.scenarios.inputs import read_inputs
from contracts.scenarios.reading import description_of
from contracts.scenarios.runner import MOST_STEPS, Runner
from contracts.scenarios.runs import StepRun, WorkflowRun
from contracts.scenarios.sources import Operation, Sources

SOURCES = Sources(
    {
        "api": (
            Operation("api", "get", "GET", "/things/{id}"),
            Operation("api", "put", "PUT", "/things"),
            Operation("api", "ask", "GET", "/ask"),
        )
    }
)
Answer = Callable[[httpx.Request], httpx.Response]


@dataclass
class Bench:
    """A runner over a scripted server, with what it has heard, sent and waited."""

    answer: Answer
    sources: Sources = SOURCES
    heard: list[StepRun] = field(default_factory=list)
    sent: list[httpx.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def run(self, *workflows: dict[str, Any], inputs: dict[str, Any] | None = None) -> WorkflowRun:
        """Run the first of the workflows."""
        document = {
            "arazzo": "1.0.1",
            "info": {"title": "t", "version": "1"},
            "sourceDescriptions": [{"name": "api", "url": "api.yaml"}],
            "workflows": list(workflows),
        }
        client = httpx.Client(base_url="http://server", transport=httpx.MockTransport(self._take))
        description = description_of(document, "x")
        runner = Runner(description, self.sources, client=client, listen=self.heard.append, wait=self.waits.append)
        with client:
            return runner.run(workflows[0]["workflowId"], inputs or {})

    @property
    def order(self) -> list[str]:
        """The ids of the steps in the order of their tries."""
        return [tried.step.id for tried in self.heard]

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return self.answer(request)


def workflow(*steps: dict[str, Any], name: str = "main", **more: Any) -> dict[str, Any]:
    return {"workflowId": name, "steps": list(steps), **more}


def ask(name: str = "ask", **more: Any) -> dict[str, Any]:
    return {"stepId": name, "operationId": "ask", **more}


def statuses(*given: int, headers: dict[str, str] | None = None) -> Answer:
    """Answers with these statuses in turn, the last one for ever."""
    left = list(given)
    return lambda _: httpx.Response(
        left.pop(0) if len(left) > 1 else left[0], json={"left": len(left)}, headers=headers
    )


def test_request_is_made_of_parameters_and_payload() -> None:
    bench = Bench(statuses(200))
    bench.run(
        workflow(
            {
                "stepId": "get",
                "operationId": "$sourceDescriptions.api.get",
                "parameters": [
                    {"name": "id", "in": "path", "value": "a/b c"},
                    {"name": "q", "in": "query", "value": "$inputs.number"},
                    {"name": "X-Key", "in": "header", "value": "own"},
                    {"name": "c", "in": "cookie", "value": "v"},
                ],
            },
            {
                "stepId": "put",
                "operationId": "put",
                "requestBody": {
                    "payload": {"n": "$inputs.number", "t": "n={$inputs.number}", "deep": {"list": [1, 2]}},
                    "replacements": [{"target": "/deep/list/1", "value": "$inputs.number"}],
                },
            },
            parameters=[{"name": "X-Key", "in": "header", "value": "shared"}],
        ),
        inputs={"number": 7},
    )
    get, put = bench.sent
    assert get.url.raw_path == b"/things/a%2Fb%20c?q=7"
    assert (get.headers["x-key"], get.headers["cookie"], put.headers["x-key"]) == ("own", "c=v", "shared")
    assert json.loads(put.content) == {"n": 7, "t": "n=7", "deep": {"list": [1, 7]}}
    assert put.headers["content-type"] == "application/json"


def test_outputs_lead_from_step_to_step_and_out() -> None:
    bench = Bench(lambda request: httpx.Response(200, json={"path": request.url.path}))
    ended = bench.run(
        workflow(
            ask(outputs={"path": "$response.body#/path"}),
            {
                "stepId": "get",
                "operationId": "get",
                "parameters": [{"name": "id", "in": "path", "value": "x{$steps.ask.outputs.path}"}],
                "outputs": {"status": "$statusCode"},
            },
            outputs={"status": "$steps.get.outputs.status", "fixed": "text"},
        )
    )
    assert (ended.succeeded, ended.outputs) == (True, {"status": 200, "fixed": "text"})
    assert bench.sent[1].url.raw_path == b"/things/x%2Fask"


def test_step_without_criteria_needs_a_success() -> None:
    assert [Bench(statuses(it)).run(workflow(ask())).succeeded for it in (200, 204, 304, 404, 503)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_first_failure_ends_the_workflow_with_its_reason() -> None:
    bench = Bench(statuses(200, 404, 200))
    criteria = [{"condition": "$statusCode == 200"}]
    ended = bench.run(
        workflow(ask("one", successCriteria=criteria), ask("two", successCriteria=criteria), ask("three"))
    )
    assert (ended.succeeded, bench.order) == (False, ["one", "two"])
    assert bench.heard[1].reasons == ["$statusCode == 200: $statusCode is 404"]


def test_output_that_names_nothing_fails_the_step() -> None:
    bench = Bench(statuses(200))
    ended = bench.run(workflow(ask(outputs={"x": "$response.body#/missing"}), ask("two")))
    assert (ended.succeeded, bench.order) == (False, ["ask"])
    assert "there is no 'missing'" in bench.heard[0].problem


def test_missing_answer_fails_the_step() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        message = "connection refused"
        raise httpx.ConnectError(message, request=request)

    bench = Bench(refuse)
    ended = bench.run(workflow(ask()))
    assert (ended.succeeded, bench.heard[0].exchange) == (False, None)
    assert "GET http://server/ask had no answer: connection refused" in bench.heard[0].problem


def retrying(limit: int, **more: Any) -> dict[str, Any]:
    return ask(onFailure=[{"name": "again", "type": "retry", "retryAfter": 0.5, "retryLimit": limit, **more}])


def test_retry_repeats_until_success() -> None:
    bench = Bench(statuses(503, 503, 200))
    ended = bench.run(workflow(retrying(5), ask("next")))
    assert (ended.succeeded, bench.order, bench.waits) == (True, ["ask", "ask", "ask", "next"], [0.5, 0.5])
    assert [(it.attempt, it.will_retry) for it in bench.heard] == [(1, True), (2, True), (3, False), (1, False)]


def test_retry_ends_with_its_limit() -> None:
    bench = Bench(statuses(503))
    ended = bench.run(workflow(retrying(2), ask("next")))
    assert (ended.succeeded, bench.order) == (False, ["ask"] * 3)


def test_retry_waits_as_long_as_the_answer_asks() -> None:
    bench = Bench(statuses(429, 200, headers={"Retry-After": "7"}))
    bench.run(workflow(retrying(1)))
    assert bench.waits == [7.0]


def test_action_is_taken_only_where_its_criteria_hold() -> None:
    bench = Bench(statuses(500))
    ended = bench.run(workflow(retrying(3, criteria=[{"condition": "$statusCode == 429"}])))
    assert (ended.succeeded, bench.order) == (False, ["ask"])


def test_retry_carries_another_step_out_before() -> None:
    bench = Bench(statuses(200, 401, 200, 200))
    ended = bench.run(workflow(ask("login"), retrying(1, stepId="login")))
    assert (ended.succeeded, bench.order) == (True, ["login", "ask", "login", "ask"])


def test_goto_leads_to_another_step() -> None:
    bench = Bench(statuses(200))
    forward = [{"name": "skip", "type": "goto", "stepId": "three"}]
    bench.run(workflow(ask("one", onSuccess=forward), ask("two"), ask("three")))
    assert bench.order == ["one", "three"]


def test_failure_may_lead_on() -> None:
    bench = Bench(statuses(404, 200))
    onward = [{"name": "make", "type": "goto", "stepId": "make"}]
    ended = bench.run(workflow(ask("look", onFailure=onward), ask("never"), ask("make")))
    assert (ended.succeeded, bench.order) == (True, ["look", "make"])


@pytest.mark.parametrize(("status", "field"), [(200, "onSuccess"), (404, "onFailure")])
def test_end_ends_the_workflow_as_the_step_went(status: int, field: str) -> None:
    bench = Bench(statuses(status))
    ended = bench.run(workflow(ask("one", **{field: [{"name": "enough", "type": "end"}]}), ask("two")))
    assert (ended.succeeded, bench.order) == (status == 200, ["one"])


def test_action_of_the_workflow_holds_where_a_step_has_none() -> None:
    again = [{"name": "again", "type": "retry", "retryLimit": 1}]
    shared = Bench(statuses(503, 200))
    assert shared.run(workflow(ask(), failureActions=again)).succeeded
    overruled = Bench(statuses(503, 200))
    assert not overruled.run(
        workflow(ask(onFailure=[{"name": "enough", "type": "end"}]), failureActions=again)
    ).succeeded


def test_step_calls_a_workflow_with_inputs_and_takes_its_outputs() -> None:
    bench = Bench(lambda request: httpx.Response(200, json=str(request.url)))
    inner = workflow(
        ask(
            "inner", parameters=[{"name": "q", "in": "query", "value": "$inputs.word"}], outputs={"u": "$response.body"}
        ),
        name="inner",
        inputs={"type": "object", "properties": {"word": {"type": "string", "default": "unused"}}},
        outputs={"url": "$steps.inner.outputs.u"},
    )
    call = {
        "stepId": "call",
        "workflowId": "inner",
        "parameters": [{"name": "word", "value": "given"}],
        "outputs": {"url": "$outputs.url"},
    }
    ended = bench.run(workflow(call, outputs={"url": "$steps.call.outputs.url"}), inner)
    assert ended.outputs == {"url": "http://server/ask?q=given"}


def test_workflow_runs_after_those_that_it_depends_on() -> None:
    bench = Bench(statuses(200))
    first = workflow(ask("first", outputs={"s": "$statusCode"}), name="before", outputs={"s": "$steps.first.outputs.s"})
    ended = bench.run(
        workflow(ask("second"), dependsOn=["before"], outputs={"s": "$workflows.before.outputs.s"}), first
    )
    assert (bench.order, ended.outputs) == (["first", "second"], {"s": 200})


def test_workflow_does_not_run_where_one_that_it_depends_on_fails() -> None:
    bench = Bench(statuses(500))
    ended = bench.run(workflow(ask("second"), dependsOn=["before"]), workflow(ask("first"), name="before"))
    assert (ended.succeeded, bench.order, ended.problem) == (False, ["first"], "before failed")


def test_circle_of_steps_comes_to_an_end() -> None:
    bench = Bench(statuses(200))
    ended = bench.run(workflow(ask(onSuccess=[{"name": "back", "type": "goto", "stepId": "ask"}])))
    assert (ended.succeeded, len(bench.sent)) == (False, MOST_STEPS)
    assert "more than" in ended.problem


def test_circle_of_workflows_comes_to_an_end() -> None:
    there = workflow({"stepId": "there", "workflowId": "back"})
    back = workflow({"stepId": "back", "workflowId": "main"}, name="back")
    ended = Bench(statuses(200)).run(there, back)
    assert (ended.succeeded, "lead into one another" in ended.problem) == (False, True)


INPUTS = workflow(
    ask(),
    inputs={
        "type": "object",
        "required": ["needed"],
        "properties": {
            "needed": {"type": "string"},
            "count": {"type": "integer", "default": 3},
            "flag": {"type": "boolean"},
        },
    },
)


def read(**given: str) -> dict[str, Any]:
    document = {
        "arazzo": "1.0.1",
        "info": {"title": "t", "version": "1"},
        "sourceDescriptions": [{"name": "api", "url": "x"}],
        "workflows": [INPUTS],
    }
    return read_inputs(description_of(document, "x").workflows["main"], given)


def test_inputs_are_read_by_their_schema() -> None:
    assert read(needed="5", flag="true") == {"needed": "5", "flag": True, "count": 3}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "needed"),
        ({"needed": "x", "count": "many"}, "count"),
        ({"needed": "x", "other": "1"}, "has no input other; there are needed, count, flag"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(SetUpError, match=message):
        read(**given)


TOKEN = Credential("Authorization", "Token", r"\S+", "token")
SECURED = Sources(
    {"api": (Operation("api", "ask", "GET", "/ask", TOKEN), Operation("api", "open", "GET", "/open"))}, TOKEN
)


def secured(**more: Any) -> dict[str, Any]:
    inputs = {"type": "object", "properties": {"token": {"type": "string"}}}
    return workflow(ask(), ask("open") | {"operationId": "open"}, inputs=inputs, **more)


def test_credential_is_sent_as_the_document_says_where_it_is_needed() -> None:
    bench = Bench(statuses(200), sources=SECURED)
    bench.run(secured(), inputs={"token": "{$inputs.none}$"})
    needed, unneeded = bench.sent
    assert needed.headers["authorization"] == "Token {$inputs.none}$"
    assert "authorization" not in unneeded.headers


def test_header_that_the_description_gives_wins_over_the_credential() -> None:
    bench = Bench(statuses(200), sources=SECURED)
    own = [{"name": "authorization", "in": "header", "value": "Bearer other"}]
    bench.run(secured(parameters=own), inputs={"token": "mine"})
    assert bench.sent[0].headers.get_list("authorization") == ["Bearer other"]


def test_without_an_input_for_it_no_credential_is_sent() -> None:
    bench = Bench(statuses(200), sources=SECURED)
    bench.run(workflow(ask()))
    assert "authorization" not in bench.sent[0].headers


def test_picture_in_an_answer_is_told_in_words() -> None:
    bench = Bench(lambda _: httpx.Response(200, content=b"\x89PNG\r\n\x1a\n" + bytes(50)))
    ended = bench.run(
        workflow(ask(successCriteria=[{"condition": "$statusCode == 200"}], outputs={"body": "$response.body"}))
    )
    assert ended.succeeded
    assert bench.heard[0].exchange is not None
    assert str(bench.heard[0].exchange.response.body).startswith("image/png, 58 bytes, sha256 ")


def test_drawing_in_an_answer_is_the_text_that_it_is() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    bench = Bench(lambda _: httpx.Response(200, text=drawing))
    bench.run(workflow(ask()))
    assert bench.heard[0].exchange is not None
    assert bench.heard[0].exchange.response.body == drawing
