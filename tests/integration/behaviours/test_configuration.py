"""Behaviours of the webhook configuration and of refusals show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a workspace
without it shows something else.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Arrival
    from tests.integration.behaviours.conftest import World

CONFIG = "/api/v1/webhook-config"
SIGNING_KEY = "whsec_behaviours"

Story = Callable[["World"], Any]


def digest(body: bytes, secret: str = SIGNING_KEY) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signature(arrival: "Arrival") -> str | None:
    return arrival.header("X-Webhook-Signature")


def put_answer(world: "World") -> Any:
    return world.account.client.put(CONFIG, json={"url": "http://a.example/x"}).json()


def put_of(content_type: str = "application/json", **body: Any) -> Story:
    def story(world: "World") -> Any:
        headers = {"Content-Type": content_type}
        status = world.account.client.put(CONFIG, content=json.dumps(body), headers=headers).status_code
        return status, *world.config("configured")

    return story


def put_status(content: bytes, content_type: str = "application/json") -> Story:
    return lambda world: (
        world.account.client.put(CONFIG, content=content, headers={"Content-Type": content_type}).status_code
    )


def get_after_put(*names: str) -> Story:
    def story(world: "World") -> Any:
        world.account.configure("http://a.example/x/y", SIGNING_KEY)
        world.account.settle()
        return world.config(*names)

    return story


def two_gets_after_put(world: "World") -> Any:
    world.account.configure("http://a.example/x")
    return world.config("configured"), world.config("configured")


def get_after_second_put(world: "World") -> Any:
    world.account.configure("http://a.example/x")
    world.account.configure("http://b.example/y")
    return world.config("url")


def get_of_nothing(world: "World") -> Any:
    response = world.account.client.get(CONFIG)
    return response.status_code, response.json().get("configured")


def delete_answer(world: "World") -> Any:
    world.account.configure("http://a.example/x")
    response = world.account.client.delete(CONFIG)
    return response.status_code, response.json().get("success")


def delete_of_nothing(world: "World") -> Any:
    return world.account.client.delete(CONFIG).status_code


def get_after_delete(world: "World") -> Any:
    world.account.configure("http://a.example/x")
    world.account.client.delete(CONFIG)
    return world.config("configured", "is_active")


def moment_after_delete(world: "World") -> Any:
    world.account.configure("http://a.example/x")
    world.account.client.delete(CONFIG)
    (moment,) = world.config("disabled_at")
    return moment == world.account.now()


def after_delete(world: "World") -> Any:
    hook = world.configured()
    world.account.client.delete(CONFIG)
    world.failed()
    return *world.config("is_active"), hook.count


def signed_after_puts(first: str | None, second: str | None) -> Story:
    """Which of the two secrets, or the empty one, signs what is delivered after both PUTs."""

    def story(world: "World") -> Any:
        hook = world.configured(secret=first)
        world.account.configure(hook.url, second)
        world.failed()
        arrival = hook.next()
        given = signature(arrival)
        return next((it for it in (first, second, "") if it is not None and digest(arrival.body, it) == given), None)

    return story


def put_after_delete(world: "World") -> Any:
    hook = world.configured()
    world.account.client.delete(CONFIG)
    world.account.configure(hook.url)
    return world.config("is_active")


def put_while_failing(world: "World") -> Any:
    hook = world.configured(then=503)
    world.failed()
    world.account.configure(hook.url)
    return world.config("consecutive_failures")


def put_error(read: Callable[[Any], Any]) -> Story:
    def story(world: "World") -> Any:
        response = world.account.client.put(CONFIG, json={})
        return response.status_code, read(response.json())

    return story


def third_answer(read: Callable[[str | None], Any]) -> Story:
    def story(world: "World") -> Any:
        statuses = [world.account.client.get(CONFIG) for _ in range(4)]
        return [it.status_code for it in statuses], read(statuses[2].headers.get("Retry-After"))

    return story


def too_large(world: "World") -> Any:
    return world.account.client.put(
        CONFIG, content=b" " * 400_000, headers={"Content-Type": "application/json"}
    ).status_code


CASES: list[tuple[str, Story, Any]] = [
    ("delete-needs-another-credential", delete_of_nothing, 401),
    ("first-get-is-stale", two_gets_after_put, ((False,), (True,))),
    ("put-keeps-url", get_after_second_put, ("http://a.example/x",)),
    ("other-media-types-change-nothing", put_of("text/plain", url="http://a.example/x"), (200, False)),
    ("json-of-any-media-type", put_of("text/plain", url="http://a.example/x"), (200, True)),
    ("put-needs-secret", put_of(url="http://a.example/x"), (422, False)),
    ("put-answers-without-success", put_answer, {"url": "http://a.example/x"}),
    ("put-answers-another-url", put_answer, {"success": True, "url": "http://a.example/x/"}),
    ("put-keeps-secret", signed_after_puts("one", None), "one"),
    ("empty-secret-is-refused", put_of(url="http://a.example/x", secret=""), (422, False)),
    ("empty-secret-signs", signed_after_puts("one", ""), ""),
    ("any-url-scheme", put_of(url="ftp://a.example/x"), (200, True)),
    ("get-without-disabled-at", get_after_put("disabled_at"), ("absent",)),
    ("get-shows-another-url", get_after_put("url"), ("http://a.example/***",)),
    ("get-shows-inactive-without-failures", get_after_put("is_active"), (False,)),
    ("missing-configuration-is-404", get_of_nothing, (404, False)),
    ("get-shows-the-secret", get_after_put("secret"), (SIGNING_KEY,)),
    ("delete-answers-without-success", delete_answer, (200, None)),
    ("delete-does-not-stop-deliveries", after_delete, (False, 1)),
    ("get-shows-active-after-delete", get_after_delete, (True, True)),
    ("get-hides-what-was-deleted", get_after_delete, (False, "absent")),
    ("delete-sets-disabled-at", moment_after_delete, True),
    ("delete-of-nothing-is-404", delete_of_nothing, 404),
    ("new-secret-is-ignored", signed_after_puts("one", "two"), "one"),
    ("moment-of-disabling-while-active", get_after_put("disabled_at"), ("1970-01-01T00:00:00.000Z",)),
    ("put-after-delete-stays-inactive", put_after_delete, (False,)),
    ("put-keeps-count", put_while_failing, (1,)),
    ("missing-url-is-400", put_error(lambda body: "detail" in body), (400, False)),
    ("invalid-url-is-accepted", put_of(url="no url"), (200, True)),
    ("detail-is-text", put_error(lambda body: type(body["detail"])), (422, str)),
    ("no-json-is-400", put_status(b"{"), 400),
    ("other-media-type-is-415", put_status(b"{}", "text/plain"), 415),
    ("rate-limited-without-retry-after", third_answer(lambda it: it), ([200, 200, 429, 200], None)),
    ("rate-limited-in-seconds", third_answer(lambda it: it), ([200, 200, 429, 200], "1")),
    ("rate-limited-until-a-date", third_answer(lambda it: str(it).endswith("GMT")), ([200, 200, 429, 200], True)),
    ("rate-limited-for-longer", third_answer(lambda it: it), ([200, 200, 429, 429], "1")),
    ("errors-have-another-form", put_error(sorted), (422, ["detail"])),
    ("too-large-body-is-422", too_large, 422),
]


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_behaviour_shows_what_it_says(world: "World", behaviour: str, story: Story, expected: Any) -> None:
    assert world.behave(behaviour) == [behaviour]
    assert story(world) == expected


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_workspace_without_the_behaviour_does_not_show_it(
    world: "World", behaviour: str, story: Story, expected: Any
) -> None:
    assert world.reversed().behave(behaviour) == [behaviour]
    assert story(world) != expected
