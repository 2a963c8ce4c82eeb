"""The official client's own event listener at the other end: it receives, and it verifies."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import OpenOrganisation, Organisation, Receiver, StartServer
    from tests.integration.ricloud.conftest import Listener, OfficialClient


def have_events_go_below_the_url(organisation: "Organisation") -> None:
    """Switch the reading on with which the listener can be reached."""
    active = {"active": ["events-go-below-the-url"]}
    assert organisation.client.put("/_control/behaviours", json=active).status_code == 200


def config_to_come(organisation: "Organisation") -> Any:
    """A config for a listener that does not run yet: it needs the secret to begin with."""
    have_events_go_below_the_url(organisation)
    return organisation.outcome(organisation.create("http://127.0.0.1:1/webhooks")["id"])


def led_to(listener: "Listener", organisation: "Organisation", config: Any, *, end: str = "") -> Any:
    """The config, when it was led to the listener and tested."""
    organisation.update(config["id"], url=f"{listener.url}/webhooks{end}")
    return organisation.outcome(config["id"])


@pytest.mark.requirement("RCL-EVT-002", "RCL-EVT-003", "RCL-EVT-005", "RCL-EVT-008", "RCL-SIG-001", "RCL-SIG-003")
@pytest.mark.parametrize("end", ["", "/"])
def test_listener_takes_a_test_event(official: "OfficialClient", organisation: "Organisation", end: str) -> None:
    config = config_to_come(organisation)
    listener = official.listen(organisation, config["secret"])
    state = led_to(listener, organisation, config, end=end)["state"]
    heard = listener.heard()
    assert (state, "Test event received!" in heard, "verification failed" in heard) == ("valid", True, False)


@pytest.mark.requirement("RCL-EVT-001", "RCL-EVT-004", "RCL-EVT-025", "RCL-SIG-002")
def test_listener_takes_what_has_happened(official: "OfficialClient", organisation: "Organisation") -> None:
    config = config_to_come(organisation)
    listener = official.listen(organisation, config["secret"])
    led_to(listener, organisation, config)
    organisation.use(config["id"])
    event = organisation.happen("poll.completed", id="7c9e6679", answer="żółć")
    organisation.settle()
    heard = listener.heard()
    assert organisation.event(event["id"])["state"] == "delivered"
    assert ('"type": "poll"' in heard, '"answer": "żółć"' in heard, event["id"] in heard) == (True, True, True)


@pytest.mark.requirement("RCL-SIG-007", "RCL-EVT-013")
def test_listener_takes_an_event_that_is_sent_again_later(
    official: "OfficialClient", organisation: "Organisation", receiver: "Receiver"
) -> None:
    config = organisation.valid(receiver.hook(200, then=500).url)
    organisation.use(config["id"])
    event = organisation.happen("poll.created")
    organisation.settle()
    have_events_go_below_the_url(organisation)
    listener = official.listen(organisation, config["secret"])
    led_to(listener, organisation, config)
    organisation.advance(300)
    assert organisation.event(event["id"])["state"] == "delivered"
    assert '"retries": 1' in listener.heard()


@pytest.mark.requirement("RCL-SIG-001", "RCL-TST-006")
def test_listener_with_another_secret_refuses(official: "OfficialClient", organisation: "Organisation") -> None:
    config = config_to_come(organisation)
    listener = official.listen(organisation, "another secret")
    state = led_to(listener, organisation, config)["state"]
    task = organisation.tasks(limit=1)["data"][0]
    assert (state, task["error"], task["message"]) == ("invalid", "receiver-refused", "The receiver answered 400.")
    assert "Event signature verification failed" in listener.heard()


@pytest.mark.requirement("RCL-SIG-006")
def test_listener_refuses_what_was_signed_long_ago(
    official: "OfficialClient", start_server: "StartServer", open_organisation: "OpenOrganisation"
) -> None:
    organisation = open_organisation(start_server("--clock-start", "2020-01-01T00:00:00Z"))
    config = config_to_come(organisation)
    listener = official.listen(organisation, config["secret"])
    state = led_to(listener, organisation, config)["state"]
    assert (state, "Event signature verification failed" in listener.heard()) == ("invalid", True)


@pytest.mark.requirement("RCL-EVT-002")
def test_listener_takes_nothing_at_the_url_itself(official: "OfficialClient", organisation: "Organisation") -> None:
    config = organisation.outcome(organisation.create("http://127.0.0.1:1/webhooks")["id"])
    listener = official.listen(organisation, config["secret"])
    state = led_to(listener, organisation, config)["state"]
    assert (state, organisation.tasks(limit=1)["data"][0]["message"]) == ("invalid", "The receiver answered 404.")
