"""What is listed, and what is shown of the organisation and its key."""

from collections.abc import Iterable

from .lists import Item, Kind, page
from .manners import Identifier, Manners
from .organisation import Organisation
from .resources import Shown

__all__ = ["CONFIGS", "EVENTS", "Item", "Kind", "configs", "events", "key", "organisation", "tasks", "tasks_kind"]

CONFIG_STATES = ("new", "valid", "invalid", "deactivated")
TASK_STATES = ("pending", "processing", "succeeded", "failed", "suspended")
EVENT_STATES = ("pending", "delivered", "failed")

CONFIGS = Kind("/configs/webhook", ("state", "date_created"), {"state": CONFIG_STATES}, frozenset({"deactivated"}))
EVENTS = Kind("/events", ("type", "action", "state", "date_created"), {"state": EVENT_STATES})


def tasks_kind(manners: Manners) -> Kind:
    """The list of tasks."""
    return Kind("/tasks", manners.lists.task_filters, {"state": TASK_STATES})


def configs(of: Organisation) -> list[Item]:
    """Every config, oldest first."""
    return [
        Item(config.id, config.created_ms, {"state": config.state}, config.shown_later(of.manners))
        for config in of.configs.values()
    ]


def tasks(of: Organisation) -> list[Item]:
    """Every task, oldest first."""
    shown = [(task, task.shown(of.manners, of.key_id)) for task in of.tasks.values()]
    return [Item(task.id, task.created_ms, {"type": task.type, "state": view["state"]}, view) for task, view in shown]


def events(of: Organisation) -> list[Item]:
    """Every event, oldest first."""
    return [
        Item(
            event.id,
            event.created_ms,
            {"type": event.type, "action": event.action, "state": event.state},
            event.shown(of.manners),
        )
        for event in of.events.values()
    ]


def organisation(of: Organisation) -> Shown:
    """What GET /organisation answers."""
    choices = of.manners.choices
    view: Shown = {
        "id": of.id,
        "resource": "organisation",
        "name": of.name,
        "webhook_config_default": _named(of, of.default),
        "date_created": of.manners.shapes.written(of.created_ms),
    }
    if choices.shows_state:
        view["state"] = "active" if of.has_valid_config() else "unconfigured"
    if choices.configs != "left out":
        items: Iterable[Item] = configs(of)
        if choices.configs == "without deactivated":
            view["webhook_configs"] = page(CONFIGS, items, (), of.manners)
        else:
            shown = [item.shown for item in items]
            view["webhook_configs"] = {"resource": "list", "data": shown, "has_more": False, "url": CONFIGS.path}
    return view


def key(of: Organisation) -> Shown:
    """What GET /key answers."""
    return {
        "id": of.key_id,
        "resource": "key",
        "organisation": of.id,
        "type": "standard",
        "webhook_config": _named(of, of.own),
        "state": "active",
        "date_created": of.manners.shapes.written(of.created_ms),
        "date_expires": None,
    }


def _named(of: Organisation, identifier: Identifier | None) -> Identifier | Shown | None:
    config = of.config(identifier)
    if config is None or of.manners.choices.names_by == "id":
        return identifier
    return config.shown_later(of.manners)
