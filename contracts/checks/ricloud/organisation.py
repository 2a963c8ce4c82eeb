"""ORG: the organisation and the key of the caller, and the config that each of them names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.check import check
from contracts.checks.absent_ids import other_of_the_same_form
from contracts.checks.closing import unseen
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.choosing import DEFAULT, OWN, Chooser, chosen
from contracts.checks.ricloud.delivered_events import shown
from contracts.checks.ricloud.lists import Item, items_of
from contracts.client import Response
from contracts.trial import Trial

CALLER, DEFAULT_SHOWN, OWN_SHOWN = "RCL-ORG-005", "RCL-ORG-003", "RCL-ORG-004"
BAD_REQUEST = 400


@check(CALLER)
def caller_is_shown(trial: Trial) -> None:
    """GET on /organisation shows the caller's organisation, which its configs name; GET on /key the calling key."""
    with Account(trial) as account:
        organisation, key = account.organisation(), account.key()
        for name, content in (("organisation", organisation), ("key", key)):
            because = f"GET on /{name} was to be answered with a resource of that kind, and is {shown(content)}"
            trial.expect(CALLER, content.get("resource", name) == name, because)
        again = account.send("retrieveKey", parameters={"keyId": key["id"]}, stands_on=CALLER)
        because = f"GET on the path of key {key['id']} was to be answered 200 with it, and was answered {again}"
        is_same = again.status == 200 and str(again.object().get("id")) == str(key["id"])  # noqa: PLR2004 - HTTP's OK
        trial.expect(CALLER, is_same, because, evidence=[again.evidence])
        config = account.create(trial.inbox().url)
        named = config.get("organisation")
        if named is not None and str(key.get("organisation")) != str(organisation["id"]):
            # Where the key agrees with the organisation and a config does not, the config is wrong (RCL-CFG-004).
            because = (
                f"the organisation's id was to be the organisation of its configs, {named!r}; {organisation['id']!r}"
            )
            trial.expect(CALLER, str(named) == str(organisation["id"]), because)


@check(CALLER, second_account=True)
def callers_are_told_apart(trial: Trial) -> None:
    """Keys of two organisations are shown two organisations."""
    with Account(trial) as account, Account(trial, trial.second()) as other:
        one, two = account.organisation()["id"], other.organisation()["id"]
        because = f"two callers of different organisations were both shown organisation {one!r}"
        trial.expect(CALLER, str(one) != str(two), because)


@dataclass(frozen=True, slots=True)
class Choice:
    """A reference to a config: the attribute that names it, the way to choose, and the ways to see what is chosen."""

    requirement: str
    name: str
    choose: Callable[[Any], Response]
    ways: Mapping[str, Callable[[], Mapping[str, Any]]]

    def named(self) -> Mapping[str, Any]:
        """The id that each way shows now, None for none."""
        return {way: chosen(ask(), self.name) for way, ask in self.ways.items()}


@check(DEFAULT_SHOWN, "RCL-ORG-010")
def default_is_chosen_and_shown(trial: Trial) -> None:
    """The organisation's default is null until it is chosen; then the organisation names the one that was chosen."""
    with Chooser(trial) as account:
        ways = {"GET on /organisation": account.organisation}
        _judge_choice(account, Choice(DEFAULT_SHOWN, DEFAULT, account.try_default, ways))


@check(OWN_SHOWN, "RCL-ORG-010")
def own_config_is_chosen_and_shown(trial: Trial) -> None:
    """A key's own config is null until it is chosen; then the key names the one that was chosen, on both paths."""
    with Chooser(trial) as account:
        by_id = {"keyId": account.key()["id"]}
        ways: Mapping[str, Callable[[], Mapping[str, Any]]] = {
            "GET on /key": account.key,
            "GET on the key's path": lambda: account.send("retrieveKey", parameters=by_id).object(),
        }
        _judge_choice(account, Choice(OWN_SHOWN, OWN, account.try_own, ways))


def _judge_choice(account: Chooser, choice: Choice) -> None:
    trial, requirement = account.trial, choice.requirement
    configs = [account.valid(trial.inbox(f"config {number}"))["id"] for number in (1, 2)]
    if trial.untouched:
        for way, named in choice.named().items():
            because = f"{choice.name} was to be null as long as none was chosen; {way} shows {shown(named)}"
            trial.expect(requirement, named is None, because)
    for config in configs:
        response = choice.choose(config)
        because = f"the choice of config {config} was to be accepted, and was answered {response}"
        trial.require(requirement, is_success(response), because, evidence=[response.evidence])
        for way, named in choice.named().items():
            because = f"{choice.name} was to name config {config}, which was chosen; {way} shows {shown(named)}"
            trial.expect(requirement, str(named) == str(config), because)
    response = choice.choose(None)
    if is_refusal(response):
        trial.saw("RCL-ORG-010", "b", f"null was answered {response.status}")
    elif is_success(response) and set(choice.named().values()) == {None}:
        trial.saw("RCL-ORG-010", "a")


@check("RCL-ORG-009", "RCL-ORG-011")
def choices_of_configs_that_cannot_be_used(trial: Trial) -> None:
    """How the choice of a config that does not exist is answered, and of one that is not valid."""
    with Chooser(trial) as account:
        valid = account.valid(trial.inbox())["id"]
        absent, _ = other_of_the_same_form(str(valid))
        invalid = account.decided(account.create(trial.receiver.refused_url)["id"])
        for name, choose, ask in (
            (DEFAULT, account.try_default, account.organisation),
            (OWN, account.try_own, account.key),
        ):
            choose(valid)
            response = choose(int(absent) if isinstance(valid, int) else absent)
            if response.status == BAD_REQUEST and str(chosen(ask(), name)) == str(valid):
                trial.saw("RCL-ORG-009", "a")
            elif is_refusal(response) and response.status != BAD_REQUEST:
                trial.saw("RCL-ORG-009", "b", f"it was answered {response.status}")
            if invalid.get("state") == "invalid":
                response = choose(invalid["id"])
                if is_refusal(response) or is_success(response):
                    trial.saw("RCL-ORG-011", "b" if is_refusal(response) else "a")


@check("RCL-ORG-007")
def deactivation_of_a_config_that_is_chosen(trial: Trial) -> None:
    """What becomes of the references to a config when it is deactivated."""
    with Chooser(trial) as account:
        config = account.valid(trial.inbox())["id"]
        account.default(config)
        account.own(config)
        response = account.try_update(config, state="deactivated")
        if is_refusal(response):
            trial.saw("RCL-ORG-007", "c", f"it was answered {response.status}", evidence=[response.evidence])
            return
        for name, owner in ((DEFAULT, account.organisation()), (OWN, account.key())):
            named = chosen(owner, name)
            if named is None or str(named) == str(config):
                trial.saw("RCL-ORG-007", "b" if named is None else "a", f"{name} is {shown(named)}")


@check("RCL-ORG-012", "RCL-ORG-013")
def configs_and_state_of_an_organisation(trial: Trial) -> None:
    """Which configs an organisation shows, and what its state has to do with them."""
    with Account(trial) as account:
        before = account.organisation().get("state")
        account.valid(trial.inbox("valid"))
        active = account.organisation().get("state")
        account.valid(trial.inbox("deactivated"))
        kept, retired = map(str, account.created)
        account.deactivate(account.created[1])
        shown_ids = _ids(account.organisation().get("webhook_configs"))
        if not shown_ids:
            trial.saw("RCL-ORG-012", "c")
        elif kept in shown_ids:
            trial.saw("RCL-ORG-012", "b" if retired in shown_ids else "a")
        account.deactivate(account.created[0])
        states = (before, active, account.organisation().get("state"))
        if trial.untouched or active is None:
            as_documented = states == ("unconfigured", "active", "unconfigured")
            trial.saw("RCL-ORG-013", "a" if as_documented else "b", f"it was {', '.join(map(shown, states))}")
        unseen(trial, "RCL-ORG-012", because="the organisation shows some of its configs, and not the new ones")


def _ids(configs: Any) -> frozenset[str]:
    """The ids of configs that an organisation shows, as objects or as ids, in a list or in an array."""
    items: list[Item] | None = items_of(configs)
    if items is not None:
        return frozenset(str(item.get("id")) for item in items)
    plain = configs.get("data") if isinstance(configs, Mapping) else configs
    return frozenset(map(str, plain)) if isinstance(plain, list) else frozenset()
