"""Behaviours of webhook configs, of their creation and their deletion show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and an organisation
without it shows something else.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import Cloud

CONFIGS = "/configs/webhook"
URL = "http://127.0.0.1:9/a/"
HOUR_MS = 3_600_000

Story = Callable[["Cloud"], Any]


def creation(read: Callable[[Any], Any] = lambda it: it.status_code, **body: Any) -> Story:
    """What is read of the answer to a creation."""
    return lambda cloud: read(cloud.send("POST", CONFIGS, body or {"url": URL}))


def raw(path: str, content: bytes, **headers: str) -> Story:
    """The status of a POST with these bytes, on the path of a config where the path is empty."""

    def story(cloud: "Cloud") -> Any:
        _, config = cloud.tested()
        target = path or f"{CONFIGS}/{config['id']}"
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return cloud.status("POST", target, content=content, headers=given)

    return story


def body_of_type(content_type: str | None, path: str = CONFIGS) -> Story:
    headers = {} if content_type is None else {"Content_Type": content_type}
    return raw(path, json.dumps({"url": URL}).encode(), **headers)


def of_config(*names: str) -> Story:
    """Some of what the retrieval of a new config shows."""

    def story(cloud: "Cloud") -> Any:
        _, config = cloud.tested()
        shown = cloud.shown(config)
        return tuple(shown.get(name, "absent") for name in names)

    return story


def statuses_of_retrievals(cloud: "Cloud") -> Any:
    _, config = cloud.new()
    return [cloud.status("GET", f"{CONFIGS}/{config['id']}") for _ in range(2)]


def id_everywhere(cloud: "Cloud") -> Any:
    """The form of a config's id, and whether it is the same wherever it stands."""
    hook, config = cloud.tested()
    shown, task = cloud.shown(config), cloud.test(config).json()
    page = cloud.items(CONFIGS, limit=1)
    after = cloud.items(CONFIGS, after_id=shown["id"])
    named = cloud.send("POST", "/organisation", {"webhook_config_default": shown["id"]}).json()
    seen = [page[0]["id"], named["webhook_config_default"], hook.next().json["data"]["id"]]
    return type(shown["id"]), set(seen) == {shown["id"]}, task["target"] == str(shown["id"]), after


def organisations(cloud: "Cloud") -> Any:
    return len({cloud.tested()[1]["organisation"] for _ in range(2)})


def secrets(cloud: "Cloud") -> Any:
    return len({creation(lambda it: it.json()["secret"])(cloud) for _ in range(2)})


def shown_secrets(cloud: "Cloud") -> Any:
    """Which answers have the secret: creation, retrieval, update, list, organisation."""
    _, config = cloud.tested()
    answers = [
        config,
        cloud.shown(config),
        cloud.update(config, url=URL).json(),
        cloud.items(CONFIGS)[0],
        cloud.send("GET", "/organisation").json()["webhook_configs"]["data"][0],
    ]
    return ["secret" in it for it in answers]


def creation_moment(cloud: "Cloud") -> Any:
    """How much later than on the organisation's clock a config was created, in milliseconds."""
    _, config = cloud.tested()
    return cloud.organisation.milliseconds(config["date_created"]) - cloud.organisation.moment_ms()


def moment_after_update(cloud: "Cloud") -> Any:
    hook, config = cloud.tested()
    cloud.organisation.advance(5)
    cloud.update(config, url=hook.url)
    moved = cloud.organisation.milliseconds(cloud.shown(config)["date_created"])
    return moved - cloud.organisation.milliseconds(config["date_created"])


def ends_of_moments(cloud: "Cloud") -> Any:
    """Decimals and ends of the moments of a config, a task and events, and whether the event's filter takes its own."""
    hook, config = cloud.used()
    task, event = cloud.test(config).json(), cloud.happen()
    moments = [config["date_created"], task["date_created"], event["date_created"], hook.next().json["date_created"]]
    found = cloud.items("/events", date_created=event["date_created"])
    forms = {("." in moment, moment[19:].lstrip(".0123456789")) for moment in moments}
    return forms, event["id"] in {it["id"] for it in found}


def listed_names(cloud: "Cloud") -> Any:
    cloud.tested()
    return "organisation" in cloud.items(CONFIGS)[0]


def without_url(cloud: "Cloud") -> Any:
    return [cloud.status("POST", CONFIGS, body) for body in ({"a": 1}, {"url": None})]


def urls_of_other_types(cloud: "Cloud") -> Any:
    _, config = cloud.tested()
    others: list[Any] = [1, True, [], {}]
    statuses = [cloud.status("POST", CONFIGS, {"url": url}) for url in others]
    return [*statuses, cloud.update(config, url=5).json().get("url")]


def text_as_url(cloud: "Cloud") -> Any:
    response = cloud.send("POST", CONFIGS, {"url": "no url"})
    return response.status_code, response.is_success and cloud.state(response.json())


def after_deactivation(cloud: "Cloud") -> Any:
    _, config = cloud.tested()
    cloud.update(config, state="deactivated")
    return cloud.status("GET", f"{CONFIGS}/{config['id']}")


def created_secret(cloud: "Cloud") -> Any:
    body = {"url": URL, "secret": "whsec_own"}
    return cloud.send("POST", CONFIGS, body).json()["secret"]


# Deletion.


def after_deletion(cloud: "Cloud") -> Any:
    """The statuses of a deletion, of a second one and of a retrieval, and how many configs are listed."""
    _, config = cloud.tested()
    path = f"{CONFIGS}/{config['id']}"
    statuses = [cloud.status(method, path) for method in ("DELETE", "DELETE", "GET")]
    return statuses, len(cloud.items(CONFIGS, state="deactivated"))


CASES: list[tuple[str, Story, Any]] = [
    ("creation-answers-in-an-envelope", creation(lambda it: sorted(it.json())), ["webhook_config"]),
    ("creation-answers-200", creation(), 200),
    ("first-retrieval-finds-nothing", statuses_of_retrievals, [404, 200]),
    ("config-ids-are-fractions", id_everywhere, (float, True, True, [])),
    ("config-ids-are-strings", id_everywhere, (str, True, True, [])),
    ("config-has-another-resource", of_config("resource"), ("webhook",)),
    ("config-has-an-organisation-of-its-own", organisations, 2),
    ("slash-of-the-url-is-cut", creation(lambda it: it.json()["url"]), URL[:-1]),
    ("creation-hides-the-secret", shown_secrets, [False, True, True, True, True]),
    ("secret-is-shown-once", shown_secrets, [True, False, False, False, False]),
    ("all-configs-have-one-secret", secrets, 1),
    ("new-config-is-called-untested", creation(lambda it: it.json()["state"]), "untested"),
    ("date-created-is-an-hour-off", creation_moment, HOUR_MS),
    ("update-moves-date-created", moment_after_update, 5000),
    ("moments-have-an-offset", ends_of_moments, ({(True, "+00:00")}, True)),
    ("moments-in-whole-seconds", ends_of_moments, ({(False, "Z")}, True)),
    ("listed-config-has-no-organisation", listed_names, False),
    ("creation-needs-no-url", without_url, [201, 201]),
    ("url-of-any-type-is-accepted", urls_of_other_types, [201, 201, 201, 201, "5"]),
    ("any-text-is-accepted-as-url", text_as_url, (201, "invalid")),
    ("url-must-be-https", creation(), 400),
    ("unknown-body-properties-are-refused", creation(url=URL, other=1), 400),
    ("secret-of-a-creation-is-taken", created_secret, "whsec_own"),
    ("retrieval-answers-202", statuses_of_retrievals, [202, 202]),
    ("deactivated-config-cannot-be-retrieved", after_deactivation, 404),
    ("update-of-application-json-is-415", body_of_type("application/json", ""), 415),
    ("body-of-another-media-type-is-415", body_of_type("text/plain"), 415),
    ("body-without-media-type-is-415", body_of_type(None), 415),
    ("trailing-comma-is-understood", raw("", b'{"url": "http://127.0.0.1:9/",\n}'), 200),
    ("deleted-config-is-gone", after_deletion, ([200, 404, 404], 0)),
    ("configs-cannot-be-deleted", after_deletion, ([405, 405, 200], 0)),
    ("second-deletion-is-refused", after_deletion, ([200, 400, 200], 1)),
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
