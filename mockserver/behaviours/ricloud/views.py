"""Behaviours that show a config, a task or an event in another way."""

import copy
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.ricloud.blueprint import Blueprint, Change, ConfigView
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.event import Event
from mockserver.ricloud.task import Task

Shown = dict[str, Any]
Item = WebhookConfig | Task | Event
Edit = Callable[[Shown, Any], None]
"""Changes, in place, how a resource is shown."""


def _edited(view: Callable[[Any, int], Shown], edit: Edit) -> Callable[[Any, int], Shown]:
    def show(item: Item, organisation: int) -> Shown:
        shown = copy.deepcopy(view(item, organisation))
        edit(shown, item)
        return shown

    return show


def _config_everywhere(edit: Edit) -> Change:
    return lambda blueprint: replace(blueprint, show_config=_edited(blueprint.show_config, edit))


def config_view(edit: Edit) -> Change:
    """Edit how the API shows a config, but not how the event of a test does."""

    def apply(blueprint: Blueprint) -> Blueprint:
        usual, usually_tested = blueprint.show_config, blueprint.show_tested

        def tested(config: WebhookConfig, organisation: int, _: ConfigView) -> Shown:
            return usually_tested(config, organisation, usual)

        return replace(blueprint, show_config=_edited(usual, edit), show_tested=tested)

    return apply


def _task(edit: Edit) -> Change:
    return lambda blueprint: replace(blueprint, show_task=_edited(blueprint.show_task, edit))


def _event(edit: Edit) -> Change:
    return lambda blueprint: replace(blueprint, show_event=_edited(blueprint.show_event, edit))


def _delivered(edit: Edit) -> Change:
    return lambda blueprint: replace(blueprint, delivered=_edited(blueprint.delivered, edit))


def everywhere(edit: Edit) -> Change:
    """Edit how configs, tasks and events are shown, wherever that is."""
    return in_turn(_config_everywhere(edit), _task(edit), _event(edit), _delivered(edit))


def _set(**values: Any) -> Edit:
    return lambda shown, _: shown.update(values)


def _without(name: str) -> Edit:
    def edit(shown: Shown, _: Item) -> None:
        shown.pop(name, None)

    return edit


def moments(change: Callable[[str], str]) -> Edit:
    """Write the moments of a resource in another way."""

    def edit(shown: Shown, _: Item) -> None:
        for name, value in shown.items():
            if name.startswith("date_") and isinstance(value, str):
                shown[name] = change(value)

    return edit


# The config.


def _untested(shown: Shown, _: WebhookConfig) -> None:
    if shown["state"] == "new":
        shown["state"] = "untested"


def _organisation_of_its_own(shown: Shown, config: WebhookConfig) -> None:
    shown["organisation"] = f"{shown['organisation']}-{config.id}"


def _without_slash(shown: Shown, _: WebhookConfig) -> None:
    shown["url"] = shown["url"].removesuffix("/")


# The task.


def _queued(shown: Shown, task: Task) -> None:
    if not task.is_over:
        shown["state"] = "queued"


def _error_of_success(shown: Shown, task: Task) -> None:
    if task.state == "succeeded":
        shown["error"] = "none"


def _no_error(shown: Shown, task: Task) -> None:
    if task.state == "failed":
        shown["error"] = shown["message"] = None


def _completed_before_the_end(shown: Shown, task: Task) -> None:
    if not task.is_over:
        shown["date_completed"] = shown["date_created"]


def _target_as_number(shown: Shown, task: Task) -> None:
    shown["target"] = task.config


# The event.


def _never_failed(shown: Shown, event: Event) -> None:
    if event.state == "failed":
        shown["state"] = "pending"


def _delivered_at_once(shown: Shown, event: Event) -> None:
    if event.state == "pending":
        shown.update(state="delivered", date_delivered=shown["date_created"])


def _first_attempt_counted(shown: Shown, event: Event) -> None:
    shown["retries"] = event.retries + 1


def _new_id_for_retries(shown: Shown, event: Event) -> None:
    if event.retries:
        shown["id"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{event.id}/{event.retries}"))


def _tested_with_secret(blueprint: Blueprint) -> Blueprint:
    def tested(config: WebhookConfig, organisation: int, view: ConfigView) -> Shown:
        return view(config, organisation)

    return replace(blueprint, show_tested=tested)


def _tested_as_another_resource(blueprint: Blueprint) -> Blueprint:
    usual = blueprint.show_tested

    def tested(config: WebhookConfig, organisation: int, view: ConfigView) -> Shown:
        return {**usual(config, organisation, view), "resource": "config"}

    return replace(blueprint, show_tested=tested)


CHANGES: Mapping[str, Change] = {
    "moments-have-an-offset": everywhere(moments(lambda moment: f"{moment.removesuffix('Z')}+00:00")),
    "config-has-another-resource": config_view(_set(resource="webhook")),
    "config-has-an-organisation-of-its-own": config_view(_organisation_of_its_own),
    "slash-of-the-url-is-cut": config_view(_without_slash),
    "new-config-is-called-untested": config_view(_untested),
    "task-does-not-name-its-key": _task(_without("key")),
    "unfinished-task-is-queued": _task(_queued),
    "succeeded-task-has-an-error": _task(_error_of_success),
    "failed-task-has-no-error": _task(_no_error),
    "task-names-a-user": _task(_set(user={"id": 1, "resource": "user"})),
    "task-is-completed-before-its-end": _task(_completed_before_the_end),
    "target-of-a-task-is-a-number": _task(_target_as_number),
    "task-has-no-target": _task(_without("target")),
    "results-of-a-task-are-an-array": _task(_set(results=[])),
    "retrieved-event-has-no-data": _event(_set(data={})),
    "event-is-delivered-before-its-end": _event(_delivered_at_once),
    "delivered-event-has-no-moment": _event(_set(date_delivered=None)),
    "failed-event-stays-pending": _event(_never_failed),
    "retries-count-the-first-attempt": _event(_first_attempt_counted),
    "delivery-does-not-name-its-resource": _delivered(_without("resource")),
    "retries-have-ids-of-their-own": _delivered(_new_id_for_retries),
    "test-event-shows-the-secret": _tested_with_secret,
    "test-event-names-another-resource": _tested_as_another_resource,
}
