"""Behaviours of the organisation, of its key and of refusals show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and an organisation
without it shows something else.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import Cloud

CONFIGS, NOBODY = "/configs/webhook", "/configs/webhook/0"

Story = Callable[["Cloud"], Any]


def sent_to_default_and_key(cloud: "Cloud") -> Any:
    """How many events come to the default, and to the key's own config."""
    default, _ = cloud.used()
    cloud.happen()
    own, config = cloud.tested()
    cloud.organisation.use_with_key(config["id"])
    cloud.happen()
    return default.count - 1, own.count - 1


def sent_for_invalid_key(cloud: "Cloud") -> Any:
    """How many events come to the default of a key whose own config is invalid."""
    default, _ = cloud.used()
    _, config = cloud.tested(then=500)
    cloud.organisation.use_with_key(config["id"])
    cloud.happen()
    return default.count - 1


def named(cloud: "Cloud") -> Any:
    """Whether the organisation, the key by itself and the key by its id name the configs that were chosen."""
    _, config = cloud.used()
    own = cloud.organisation.use_with_key(config["id"])
    return (
        cloud.organisation.shown()["webhook_config_default"] == config["id"],
        cloud.organisation.api_key()["webhook_config"] == config["id"],
        cloud.send("GET", f"/keys/{own['id']}").json()["webhook_config"] == config["id"],
    )


def status(method: str, path: str, **options: Any) -> Story:
    return lambda cloud: cloud.status(method, path, **options)


def of_another(cloud: "Cloud") -> Any:
    """The status of the retrieval of another organisation's config, and whose it is."""
    config = cloud.other.create("http://127.0.0.1:9/")
    answer = cloud.send("GET", f"{CONFIGS}/{config['id']}")
    return answer.status_code, answer.json().get("organisation") == config["organisation"]


def deactivated_while_named(cloud: "Cloud") -> Any:
    """The status of the deactivation of a default config, and whether the organisation names it afterwards."""
    _, config = cloud.used()
    status_code = cloud.update(config, state="deactivated").status_code
    return status_code, cloud.organisation.shown()["webhook_config_default"] == config["id"]


def choices(cloud: "Cloud") -> Any:
    """The statuses of the choice of a config that does not exist, of null, and of an invalid config."""
    _, config = cloud.tested(then=500)
    chosen = [0, None, config["id"]]
    return [cloud.status("POST", "/organisation", {"webhook_config_default": it}) for it in chosen]


def shown_configs(cloud: "Cloud") -> Any:
    """How many configs the organisation shows of one in use and one that is deactivated, and its state."""
    _, config = cloud.tested()
    cloud.tested()
    cloud.update(config, state="deactivated")
    shown = cloud.organisation.shown()
    configs = shown.get("webhook_configs")
    return "absent" if configs is None else len(configs["data"]), shown.get("state", "absent")


def error(method: str, path: str, read: Callable[[Any], Any], **options: Any) -> Story:
    """The status of an error, and what is read of its body."""

    def story(cloud: "Cloud") -> Any:
        answer = cloud.send(method, path, **options)
        return answer.status_code, read(answer.json())

    return story


CASES: list[tuple[str, Story, Any]] = [
    ("default-config-is-not-used", sent_to_default_and_key, (0, 1)),
    ("config-of-the-key-is-not-used", sent_to_default_and_key, (2, 0)),
    ("events-go-to-every-valid-config", sent_to_default_and_key, (2, 1)),
    ("default-config-helps-out", sent_for_invalid_key, 1),
    ("organisation-does-not-name-its-default", named, (False, True, True)),
    ("current-key-does-not-name-its-config", named, (True, False, True)),
    ("current-key-is-404", status("GET", "/key"), 404),
    ("configs-of-others-are-shown", of_another, (200, True)),
    ("configs-of-others-are-403", of_another, (403, False)),
    ("deactivation-ends-a-choice", deactivated_while_named, (200, False)),
    ("chosen-config-cannot-be-deactivated", deactivated_while_named, (400, True)),
    ("choice-of-nothing-known-is-404", choices, [404, 200, 200]),
    ("choice-of-null-is-refused", choices, [400, 400, 200]),
    ("choice-of-what-is-not-valid-is-refused", choices, [400, 200, 400]),
    ("organisation-shows-deactivated-configs", shown_configs, (2, "active")),
    ("organisation-shows-no-configs", shown_configs, ("absent", "active")),
    ("organisation-has-no-state", shown_configs, (1, "absent")),
    ("not-found-in-another-form", error("GET", NOBODY, sorted), (404, ["detail"])),
    ("not-found-by-another-code", error("GET", NOBODY, lambda it: it["error"]), (404, "does-not-exist")),
    ("not-found-is-410", status("GET", NOBODY), 410),
    ("wrong-parameter-is-422", status("POST", CONFIGS, json={}), 422),
    ("wrong-parameter-without-params", error("POST", CONFIGS, lambda it: "params" in it, json={}), (400, False)),
    ("params-are-texts", error("POST", CONFIGS, lambda it: it["params"], json={}), (400, {"url": "is required"})),
    ("unreadable-body-is-422", status("POST", CONFIGS, content=b"{"), 422),
    ("other-json-than-objects-is-422", status("POST", CONFIGS, json=[]), 422),
    ("id-of-another-form-is-400", status("GET", f"{CONFIGS}/abc"), 400),
    ("body-that-is-too-large-is-400", status("POST", CONFIGS, content=b" " * 400_000), 400),
]


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_behaviour_shows_what_it_says(cloud: "Cloud", behaviour: str, story: Story, expected: Any) -> None:
    assert cloud.behave(behaviour) == [behaviour]
    assert story(cloud) == expected


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_organisation_without_the_behaviour_does_not_show_it(
    cloud: "Cloud", behaviour: str, story: Story, expected: Any
) -> None:
    assert cloud.reversed().behave(behaviour) == [behaviour]
    assert story(cloud) != expected
