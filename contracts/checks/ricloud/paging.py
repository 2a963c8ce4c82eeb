"""LST: the lists page by page: how many items a page has, where it begins, and that a walk meets every item once."""

from contracts.check import check
from contracts.checks.absent_ids import other_of_the_same_form
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.creation_moments import moment_of
from contracts.checks.ricloud.lists import CONFIGS, EVENTS, TASKS, ask, page, whole
from contracts.checks.ricloud.paged import FORM, PAGING, Paged
from contracts.checks.ricloud.paging_rules import SIZE, Ids
from contracts.trial import Trial

TOO_MUCH = ("1001", "0", "-1", "2.5", "many")


@check(*PAGING, "RCL-LST-021", "RCL-LST-022")
def configs_are_paged(trial: Trial) -> None:
    """The pages of the list of configs: their size, their order, what has_more says; a walk meets every config once."""
    with Account(trial) as account:
        paged = Paged(account, CONFIGS)
        paged.judge()
        _see_order(trial, account, paged.order)
        _see_total(trial, account, paged.order)


@check(*PAGING)
def tasks_are_paged(trial: Trial) -> None:
    """The pages of the list of tasks."""
    with Account(trial) as account:
        Paged(account, TASKS).judge()


@check(*PAGING)
def events_are_paged(trial: Trial) -> None:
    """The pages of the list of events."""
    with Account(trial) as account:
        Paged(account, EVENTS).judge()


def _see_order(trial: Trial, account: Account, order: Ids) -> None:
    """See the order by the moments of creation; by what was created here where these are all the same."""
    items = whole(account, CONFIGS, stands_on=FORM)
    moments = [moment for item in items if (moment := moment_of(item.get("date_created"))) is not None]
    own = [str(identifier) for identifier in account.created]
    listed = [identifier for identifier in order if identifier in own]
    if len(set(moments)) > 1:
        readings = {"a": sorted(moments, reverse=True) == moments, "b": sorted(moments) == moments}
    else:
        readings = {"a": listed == own[::-1], "b": listed == own}
    trial.saw("RCL-LST-021", next((reading for reading, is_seen in readings.items() if is_seen), "c"))


def _see_total(trial: Trial, account: Account, order: Ids) -> None:
    if account.created:
        account.deactivate(account.created[0])
    deactivated = whole(account, CONFIGS, [("state", "deactivated")], stands_on="RCL-LST-003")
    shown = len(order) - bool(account.created)
    total = page(account, CONFIGS, [("limit", "3")], stands_on=SIZE).content.get("total_count")
    readings = {shown: "a", shown + len(deactivated): "b"}
    reading = readings.get(total, "c") if isinstance(total, int) and deactivated else "c"
    if deactivated or total not in readings:
        trial.saw("RCL-LST-022", reading, f"total_count is {total!r}, and {shown} are listed")


@check("RCL-LST-015", "RCL-LST-020")
def limits_and_cursors_that_do_not_exist(trial: Trial) -> None:
    """How a list is answered with a limit that is none, and with a cursor that names nothing in it."""
    with Account(trial) as account:
        known = str(account.create(trial.inbox().url)["id"])
        refused = [is_refusal(ask(account, CONFIGS, [("limit", limit)])[0]) for limit in TOO_MUCH]
        trial.saw("RCL-LST-015", "a" if all(refused) else "c" if any(refused) else "b")
        absent, _ = other_of_the_same_form(known)
        for cursor in ("after_id", "before_id"):
            response, _ = ask(account, CONFIGS, [(cursor, absent)])
            if response.status == 400:  # noqa: PLR2004 - the status of the reading
                trial.saw("RCL-LST-020", "a")
            elif is_refusal(response):
                trial.saw("RCL-LST-020", "b", f"it was answered {response.status}")
            elif is_success(response):
                trial.saw("RCL-LST-020", "c")
