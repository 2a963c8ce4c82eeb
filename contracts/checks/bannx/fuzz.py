"""Both operations under requests that schemathesis makes up, valid ones and invalid ones.

What the pages do not say is not asked for: an answer has to be a success or a client error, and no more, but where a
requirement says that the request is refused. Nothing in a made-up request leads to anybody but the kit's receiver.
"""

import dataclasses
from collections.abc import Iterator

from contracts import fuzzing
from contracts.check import check
from contracts.checks.bannx.asking import Asking
from contracts.checks.bannx.calls import GET, POST, is_refusal
from contracts.checks.bannx.made_up import as_content, harmless, harmless_body, is_name, rule_broken_by
from contracts.checks.bannx.probing import Prober
from contracts.checks.bannx.refusals import NO_SERVER_ERROR
from contracts.checks.closing import unseen
from contracts.fuzzing import Generated, Mode
from contracts.trial import Trial

MOST, FEW = 50, 16
"""How many requests of one kind are sent at most, in a space of the check's own and in another."""

AT_RANDOM = 24
"""How many requests are made up at random for an operation, besides those that go through its schemas."""


@check(NO_SERVER_ERROR)
def made_up_queries(trial: Trial) -> None:
    """Made-up ids and queries are rendered or refused, and never answered with a 5xx."""
    asking = Asking(trial)
    prober, url = Prober(asking), trial.inbox("URL in a made-up request").url
    for number, generated in enumerate(_made_up(trial, GET)):
        # Where no page has the id, nobody may look at the query.
        identifier = generated.parameters["pageId"] if number % 2 else asking.page.id
        if not is_name(identifier):
            continue
        query = tuple((name, harmless(value, url)) for name, value in generated.query)
        made = dataclasses.replace(generated, parameters={"pageId": identifier}, query=query)
        prober.get(made.path(trial.api))


@check("BNX-BOD-001", "BNX-BOD-002", NO_SERVER_ERROR)
def made_up_bodies(trial: Trial) -> None:
    """Made-up bodies are rendered or refused, and refused for sure where they name no page or are no object."""
    asking = Asking(trial)
    prober, url = Prober(asking), trial.inbox("URL in a made-up request").url
    for generated in _made_up(trial, POST):
        body = harmless_body(generated.body, page=asking.page.id, url=url)
        content, rule = as_content(body), rule_broken_by(body)
        if rule is None:
            prober.post(content)
            continue
        response = asking.post(content, stands_on=rule)
        because = f"POST of {content!r} was to be refused with a client error, and was answered {response}"
        trial.expect(rule, is_refusal(response), because, evidence=[response.evidence])
    unseen(trial, *trial.check.requirements, because="no made-up request came to what it says")


def _made_up(trial: Trial, operation: str) -> Iterator[Generated]:
    most = MOST if trial.untouched else FEW
    for mode in Mode:
        found = list(fuzzing.requests_to(trial.api, operation, mode, count=AT_RANDOM, seed=trial.seed))
        yield from found if len(found) <= most else trial.random.sample(found, most)
