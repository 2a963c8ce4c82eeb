"""The examples of the public page on webhook configs, as they stand there, slips included."""

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Organisation, Receiver
    from tests.integration.ricloud.conftest import OfficialClient

HOST = "https://ricloud-api.reincubate.com"
CREATE = """curl https://ricloud-api.reincubate.com/configs/webhook \\
  -X POST \\
  -H 'Authorization: Token <your key_token>' \\
  -H 'Content-Type: application/json' \\
  -d '{
  "url": "https://www.mywebhook.com/webhooks/"
}'"""
RETRIEVE = """curl https://ricloud-api.reincubate.com/configs/webhook/<webhook_config ID> \\
  -H 'Authorization: Token <your key_token>'"""
UPDATE = """curl https://ricloud-api.reincubate.com/configs/webhook/<webhook_config ID> \\
  -X POST \\
  -H 'Authorization: Token <your key_token>' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "url": "https://www.myupdatedwebhook.com/webhooks/",
}'"""
TEST = """curl https://ricloud-api.reincubate.com/configs/webhook/<webhook_config ID>/test \\
  -H 'Authorization: Token <your key_token>'"""
FIRST_URL, SECOND_URL = "https://www.mywebhook.com/webhooks/", "https://www.myupdatedwebhook.com/webhooks/"

needs_curl = pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl"))), reason="the examples need bash and curl")


def curl(organisation: "Organisation", example: str, config: int = 0) -> tuple[int, str]:
    """Run an example of the page; the status and the body."""
    text = example.replace(HOST, str(organisation.client.base_url).rstrip("/"))
    text = text.replace("<your key_token>", organisation.token).replace("<webhook_config ID>", str(config))
    text = text.replace("curl ", "curl --silent --show-error --noproxy '*' --write-out '\\n%{http_code}' ", 1)
    ended = subprocess.run([str(shutil.which("bash")), "-c", text], capture_output=True, text=True, check=True)
    body, _, status = ended.stdout.rpartition("\n")
    return int(status), body


@pytest.fixture
def config(organisation: "Organisation", receiver: "Receiver") -> Any:
    """A valid config."""
    return organisation.valid(receiver.hook().url)


@needs_curl
@pytest.mark.requirement("RCL-AUT-001", "RCL-CFG-001", "RCL-CFG-005", "RCL-CFG-020")
def test_curl_creates(organisation: "Organisation") -> None:
    status, body = curl(organisation, CREATE)
    [config] = organisation.configs()["data"]
    assert (status, f'"id":{config["id"]}' in body, config["url"]) == (201, True, FIRST_URL)


@needs_curl
@pytest.mark.requirement("RCL-AUT-001", "RCL-CFG-018")
def test_curl_retrieves(organisation: "Organisation", config: Any) -> None:
    status, body = curl(organisation, RETRIEVE, config["id"])
    assert (status, config["secret"] in body) == (200, True)


@needs_curl
@pytest.mark.requirement("RCL-UPD-017", "RCL-ERR-002")
def test_curl_with_the_surplus_comma_is_told_of_it(organisation: "Organisation", config: Any) -> None:
    status, body = curl(organisation, UPDATE, config["id"])
    assert (status, '"error":"invalid-body"' in body, "trailing comma" in body) == (400, True, True)
    assert (organisation.outcome(config["id"]), organisation.tasks()["total_count"]) == (config, 1)


@needs_curl
@pytest.mark.requirement("RCL-AUT-001", "RCL-UPD-001", "RCL-UPD-002")
def test_curl_without_the_surplus_comma_updates(organisation: "Organisation", config: Any) -> None:
    status, _ = curl(organisation, UPDATE.replace('/",', '/"'), config["id"])
    assert (status, organisation.config(config["id"])["url"]) == (200, SECOND_URL)


@needs_curl
@pytest.mark.requirement("RCL-TST-015", "RCL-ERR-010")
def test_curl_without_a_method_tests_nothing(organisation: "Organisation", config: Any) -> None:
    status, body = curl(organisation, TEST, config["id"])
    assert (status, '"error":"method-not-allowed"' in body) == (405, True)
    assert organisation.tasks()["total_count"] == 1


@needs_curl
@pytest.mark.requirement("RCL-AUT-001", "RCL-TST-001")
def test_curl_with_the_headings_method_tests(organisation: "Organisation", config: Any) -> None:
    status, body = curl(organisation, TEST.replace("curl ", "curl -X POST ", 1), config["id"])
    assert (status, organisation.tasks()["data"][0]["id"] in body) == (201, True)


@pytest.mark.requirement("RCL-UPD-016")
def test_task_of_an_update_has_the_type_that_is_spelt_right(organisation: "Organisation", config: Any) -> None:
    organisation.update(config["id"], url="http://127.0.0.1:1/webhooks")
    assert [task["type"] for task in organisation.tasks()["data"]] == ["webhook_config.test"] * 2


PYTHON = {
    "create": (
        "webhook_config = ricloud.WebhookConfig.create(url='https://www.mywebhook.com/webhooks/')",
        "webhook_config",
        {"url": FIRST_URL, "state": "new"},
    ),
    "retrieve": (
        "webhook_config = ricloud.WebhookConfig.retrieve(<webhook_config ID>)",
        "webhook_config",
        {"resource": "webhook_config", "state": "valid"},
    ),
    "update by id": (
        """webhook_config = ricloud.WebhookConfig.update_with_id(
  <webhook_config ID>,
  url='https://www.myupdatedwebhook.com/webhooks/'
)""",
        "webhook_config",
        {"url": SECOND_URL, "state": "new"},
    ),
    "update": (
        """webhook_config = ricloud.WebhookConfig.retrieve(<webhook_config ID>)

webhook_config.update(url='https://www.myupdatedwebhook.com/webhooks/')""",
        "webhook_config",
        {"url": SECOND_URL, "state": "new"},
    ),
    "test by id": (
        "test_task = ricloud.WebhookConfig.test_with_id(<webhook_config ID>)",
        "test_task",
        {"resource": "task", "type": "webhook_config.test"},
    ),
    "test": (
        """webhook_config = ricloud.WebhookConfig.retrieve(<webhook_config ID>)

test_task = webhook_config.test()""",
        "test_task",
        {"resource": "task", "type": "webhook_config.test"},
    ),
}
"""By name: the example, the variable that it ends with, and some of what that must hold then."""


@pytest.mark.requirement("RCL-CFG-001", "RCL-CFG-018", "RCL-CFG-021", "RCL-UPD-001", "RCL-TST-001", "RCL-TST-014")
@pytest.mark.parametrize("name", PYTHON)
def test_python_example_works(official: "OfficialClient", organisation: "Organisation", config: Any, name: str) -> None:
    example, variable, expected = PYTHON[name]
    script = f"import ricloud\n{example}\ntell({variable})".replace("<webhook_config ID>", str(config["id"]))
    [told] = official.run(organisation, script)
    assert {key: told[key] for key in expected} == expected
