"""DEL: the deletion of a config, which the page does not have and the official client does."""

from contracts.check import check
from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.checks.ricloud.error_bodies import NOT_FOUND
from contracts.trial import Trial

OK = 200


@check("RCL-DEL-001", "RCL-DEL-002")
def a_deletion(trial: Trial) -> None:
    """What DELETE on the path of a config does, and what it does when the config was deleted before."""
    with Account(trial) as account:
        config = account.valid(trial.inbox())["id"]
        parameters = {"webhookConfigId": config}
        deleted = account.send("deleteWebhookConfig", parameters=parameters)
        evidence = [deleted.evidence]
        if is_refusal(deleted):
            trial.saw("RCL-DEL-001", "c", f"it was answered {deleted.status}", evidence=evidence)
            trial.unobservable("RCL-DEL-002", because="DELETE is not offered (RCL-DEL-001 c)")
            return
        if not is_success(deleted):
            return
        account.deactivated.add(config)
        shown = account.send("retrieveWebhookConfig", parameters=parameters)
        if shown.status == NOT_FOUND:
            trial.saw("RCL-DEL-001", "b", evidence=[*evidence, shown.evidence])
        elif deleted.status == OK and shown.object().get("state") == "deactivated":
            trial.saw("RCL-DEL-001", "a", evidence=[*evidence, shown.evidence])
        again = account.send("deleteWebhookConfig", parameters=parameters)
        if again.status == OK:
            trial.saw("RCL-DEL-002", "a", evidence=[again.evidence])
        elif is_refusal(again):
            trial.saw("RCL-DEL-002", "b", f"it was answered {again.status}", evidence=[again.evidence])
