"""What a webhook config has to look like, judged by its JSON alone; each flaw belongs to one requirement."""

from collections.abc import Mapping
from typing import Any

from contracts.checks.ricloud.config_datetimes import is_documented

ID, RESOURCE, ORGANISATION, URL = "RCL-CFG-002", "RCL-CFG-003", "RCL-CFG-004", "RCL-CFG-005"
STATE, CREATED, DATETIME = "RCL-CFG-009", "RCL-CFG-010", "RCL-CFG-011"

OWNERS = {
    "id": ID,
    "resource": RESOURCE,
    "organisation": ORGANISATION,
    "url": URL,
    "state": STATE,
    "date_created": CREATED,
}
"""Each attribute that every view of a config has, and the requirement that says what it is."""

STATES = ("new", "valid", "invalid", "deactivated")

Config = Mapping[str, Any]


def lacking(config: Config) -> frozenset[str]:
    """The names of the attributes that a view of a config has not."""
    return frozenset(name for name in OWNERS if name not in config)


def is_identifier(value: object) -> bool:
    """Whether this can be an id: a whole number, or a string that is not empty."""
    if isinstance(value, str):
        return bool(value)
    return isinstance(value, int) and not isinstance(value, bool)


def flaws(config: Config) -> Mapping[str, str]:
    """What is wrong with the attributes that are there: by requirement, what was expected and what was seen."""
    found: dict[str, str] = {}
    for name, says in (("id", ID), ("organisation", ORGANISATION)):
        if name in config and not is_identifier(config[name]):
            found[says] = f"{name} was to be a whole number or a non-empty string, and is {config[name]!r}"
    if config.get("resource", "webhook_config") != "webhook_config":
        found[RESOURCE] = f"resource was to be the string webhook_config, and is {config['resource']!r}"
    if not isinstance(config.get("url", ""), str):
        found[URL] = f"url was to be the string that was sent, and is {config['url']!r}"
    if config.get("state", "new") not in STATES:
        found[STATE] = f"state was to be one of {', '.join(STATES)}, and is {config['state']!r}"
    found.update(_flaws_of_date(config))
    return found


def _flaws_of_date(config: Config) -> Mapping[str, str]:
    value = config.get("date_created", "")
    if value is None:
        return {CREATED: "date_created was to be the moment of the creation, and is null"}
    if "date_created" in config and not is_documented(value):
        return {DATETIME: f"date_created was to be a datetime by ISO 8601 in UTC that ends in Z, and is {value!r}"}
    return {}


def reading_of_secret(created: object, shown: Mapping[str, object]) -> str:
    """Which reading of RCL-CFG-008 is seen; `shown` is the secret by kind of answer, None where there is none."""
    return "a" if all(secret == created for secret in shown.values()) else "b"
