"""Why something that much stands on does not work: a second look tells requirements apart that have the same look."""

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.checks.ricloud.calls import is_refusal, is_success
from contracts.client import Response

if TYPE_CHECKING:
    from contracts.checks.ricloud.account import Account


@dataclass(frozen=True, slots=True)
class Update:
    """An update that was not answered as it had to be, and what it stands on."""

    body: Mapping[str, Any]
    response: Response
    stands_on: str


MOST_PAGES = 20
PAGE_LIMIT = "100"


def is_of_special_kind(url: str) -> bool:
    """Whether a URL is plain http, or of an address that is not public: a target may refuse such (RCL-CFG-016 b)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme != "https" or not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


def of_failed_creation(account: "Account", url: str, response: Response, stands_on: str) -> str:
    """Which requirement is broken where a creation is not answered with a config that has an id."""
    if is_refusal(response):
        return _of_refused_creation(account, url)
    return "RCL-CFG-002" if is_success(response) and "id" in response.object() else stands_on


def _of_refused_creation(account: "Account", url: str) -> str:
    """Without a media type it may be understood."""
    response = account.send("createWebhookConfig", content=json.dumps({"url": url}).encode())
    if not is_success(response):
        return "RCL-CFG-001"
    account.keep(response.object())
    return "RCL-CFG-020"


def of_config_not_shown(account: "Account", config_id: Any, response: Response) -> str:
    """Which requirement is broken where a config that was created cannot be retrieved, or comes with another id."""
    identifier = response.object().get("id")
    if identifier != config_id and str(identifier) == str(config_id):
        return "RCL-CFG-002"  # it is written in another way
    if not is_refusal(response) or _is_shown(account, config_id):
        return "RCL-CFG-018"
    if config_id in account.deactivated:
        in_use = next((other for other in account.created if other not in account.deactivated), None)
        return "RCL-CFG-019" if in_use is None or _is_shown(account, in_use) else "RCL-CFG-018"
    return "RCL-CFG-018" if _is_listed(account, config_id) is not False else "RCL-CFG-001"


def _is_shown(account: "Account", config_id: Any) -> bool:
    return is_success(account.send("retrieveWebhookConfig", parameters={"webhookConfigId": config_id}))


def of_failed_update(account: "Account", config_id: Any, update: "Update") -> str:
    """Which requirement is broken where an update is not answered 200 with its config."""
    response = update.response
    if not is_success(response):
        content = json.dumps(update.body).encode()
        parameters = {"webhookConfigId": config_id}
        again = account.send("updateWebhookConfig", parameters=parameters, content=content)
        return "RCL-CFG-020" if is_success(again) else update.stands_on
    identifier = response.object().get("id")
    return "RCL-UPD-001" if identifier is None or identifier == config_id else "RCL-CFG-002"


def _is_listed(account: "Account", config_id: Any) -> bool | None:
    """Whether the list shows a config; None where there is no list that could be read to its end."""
    cursor: list[tuple[str, str]] = []
    for _ in range(MOST_PAGES):
        response = account.send("listWebhookConfigs", query=[("limit", PAGE_LIMIT), *cursor])
        content = response.object()
        data = content.get("data")
        if not is_success(response) or not isinstance(data, list):
            return None
        ids = [item.get("id") for item in data if isinstance(item, dict)]
        if config_id in ids:
            return True
        if not content.get("has_more") or not ids:
            return False
        cursor = [("after_id", str(ids[-1]))]
    return None
