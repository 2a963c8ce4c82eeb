"""Every operation under requests that schemathesis makes up, valid ones and invalid ones.

What the documents do not say is not asked for: only an answer that a requirement speaks of is judged. Every URL in a
made-up request is one of the kit's own receiver, and every config that is changed is one of the check's own.
"""

from typing import Any

from contracts.check import check
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import FIRST_SERVER_ERROR, is_success
from contracts.checks.ricloud.lists import CONFIGS, EVENTS, TASKS, ask, read_page
from contracts.checks.ricloud.made_up import ANY_CONTENT, Prober, in_short, made_up, sent
from contracts.checks.ricloud.made_up_bodies import (
    OF_CREATION,
    PARAMETERS,
    harmless,
    is_plain,
    is_valid_creation,
    rules_broken_by_creation,
    rules_broken_by_update,
)
from contracts.fuzzing import Generated, Mode
from contracts.trial import Trial

CREATE, UPDATE, TEST = "createWebhookConfig", "updateWebhookConfig", "testWebhookConfig"
BY_ID = ("retrieveWebhookConfig", "retrieveTask", "retrieveEvent", "retrieveKey")
OK = 200


@check("RCL-CFG-001", "RCL-CFG-013", "RCL-CFG-014", "RCL-ERR-001", ANY_CONTENT)
def made_up_creations(trial: Trial) -> None:
    """Made-up creations are taken where they are valid, and refused where they break a documented rule."""
    with Account(trial) as account:
        prober, url = Prober(account), trial.inbox().url
        account.create(url)
        for mode in Mode:
            for generated in made_up(account, CREATE, mode):
                body = harmless(generated.body, url)
                what = f"a creation with {in_short(body)}"
                response = prober.send(CREATE, what, **sent(body))
                prober.keep(response)
                is_bare = is_plain(body, OF_CREATION)
                prober.judge_refusal(rules_broken_by_creation(body), response, what, is_plain=is_bare)
                if is_valid_creation(body):
                    because = f"{what} was to be accepted, and was answered {response}"
                    trial.expect("RCL-CFG-001", is_success(response), because, evidence=[response.evidence])
                    prober.judge_config(response)
        _close(trial)


@check("RCL-UPD-010", "RCL-CFG-014", "RCL-ERR-001", ANY_CONTENT)
def made_up_updates(trial: Trial) -> None:
    """Made-up updates are refused where they break a documented rule."""
    with Account(trial) as account:
        prober, url = Prober(account), trial.inbox().url
        config = account.create(trial.inbox("before").url)["id"]
        account.update(config, url=url)  # what is refused then is not refused for being an update
        parameters = {"webhookConfigId": config}
        for mode in Mode:
            for generated in made_up(account, UPDATE, mode):
                body = harmless(generated.body, url)
                what = f"an update with {in_short(body)}"
                response = prober.send(UPDATE, what, parameters=parameters, **sent(body))
                is_bare = is_plain(body, PARAMETERS)
                prober.judge_refusal(rules_broken_by_update(body), response, what, is_plain=is_bare)
                if is_success(response):
                    prober.judge_config(response)
        _close(trial)


@check("RCL-LST-011", ANY_CONTENT)
def made_up_queries(trial: Trial) -> None:
    """Lists are answered to made-up queries where these are valid, and never with a 5xx."""
    with Account(trial) as account:
        prober = Prober(account)
        account.create(trial.inbox().url)
        for operation in (CONFIGS, TASKS, EVENTS):
            plain, page = ask(account, operation)
            if page is None:
                trial.note(f"{operation} was answered {plain.status}, which is judged elsewhere")
                continue
            for mode in Mode:
                for generated in made_up(account, operation, mode):
                    _query(prober, generated)
        _close(trial)


def _query(prober: Prober, generated: Generated) -> None:
    """Send a query; whether it is understood is judged elsewhere, and what it is answered with where it is."""
    what = f"{generated.operation} with {dict(generated.query)}"
    response = prober.send(generated.operation, what, query=generated.query)
    if is_success(response):
        page = read_page(response)
        has_form = page is not None and page.has_more is not None and page.content.get("resource") == "list"
        because = f"{what} was to be answered 200 with a list, and was answered {response}"
        prober.trial.expect("RCL-LST-011", response.status == OK and has_form, because, evidence=[response.evidence])


@check(ANY_CONTENT)
def made_up_requests_of_other_kinds(trial: Trial) -> None:
    """Nothing else that is made up is answered with a 5xx: ids, bodies of tests, choices of configs."""
    with Account(trial) as account:
        prober = Prober(account)
        parameters = {"webhookConfigId": account.create(trial.inbox().url)["id"]}
        for operation in BY_ID:
            for generated in made_up(account, operation, Mode.POSITIVE):
                _retrieve_made_up(prober, generated)
        for generated in (*made_up(account, TEST, Mode.NEGATIVE), *made_up(account, TEST, Mode.POSITIVE)):
            what = f"a test with {in_short(generated.body)}"
            prober.send(TEST, what, parameters=parameters, **sent(generated.body))
        if account.workspace.untouched:  # else it is somebody's organisation
            _choose_made_up(prober, account)


def _retrieve_made_up(prober: Prober, generated: Generated) -> None:
    path = generated.path(prober.trial.api)
    if set(path.rpartition("/")[2]) <= {"."}:
        return  # not a name, but a way through the path
    response = prober.account.workspace.client.request("GET", path)
    because = f"GET {path} was not to be answered with a 5xx status, and was answered {response}"
    prober.trial.expect(ANY_CONTENT, response.status < FIRST_SERVER_ERROR, because, evidence=[response.evidence])


def _choose_made_up(prober: Prober, account: Account) -> None:
    key = account.send("retrieveCurrentKey").object().get("id")
    places: list[tuple[str, dict[str, Any]]] = [("updateOrganisation", {})]
    places += [("updateKey", {"keyId": key})] if key is not None else []
    url = account.trial.inbox("unused").url
    for operation, parameters in places:
        for mode in Mode:
            for generated in made_up(account, operation, mode):
                body = harmless(generated.body, url)
                prober.send(operation, f"{operation} with {in_short(body)}", parameters=parameters, **sent(body))


def _close(trial: Trial) -> None:
    unseen(trial, *trial.check.requirements, because="no made-up request came to what it says")
