"""The life of a webhook configuration, and how a bad one is refused."""

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Account

PATH = "/api/v1/webhook-config"
URL = "https://example.com/webhooks/renderio"
OTHER_URL = "http://other.example:8080/hook?account=7&x=%20#part"


@pytest.mark.requirement("RIO-CFG-013")
def test_new_account_is_not_configured(account: "Account") -> None:
    assert account.config() == {"configured": False}


@pytest.mark.requirement("RIO-CFG-005", "RIO-CFG-006")
@pytest.mark.parametrize("url", [URL, OTHER_URL, "http://[::1]:9/x", "HTTPS://EXAMPLE.COM"])
def test_put_answers_success_and_url(account: "Account", url: str) -> None:
    assert account.configure(url, "secret") == {"success": True, "url": url}


@pytest.mark.requirement("RIO-CFG-001", "RIO-CFG-004", "RIO-CFG-010", "RIO-CFG-012", "RIO-DIS-001", "RIO-DIS-007")
def test_put_creates_an_active_configuration(account: "Account") -> None:
    account.configure(URL)
    assert account.config() == {
        "configured": True,
        "url": URL,
        "is_active": True,
        "consecutive_failures": 0,
        "disabled_at": None,
    }


@pytest.mark.requirement("RIO-CFG-002", "RIO-CFG-011")
def test_put_replaces_the_url(account: "Account") -> None:
    account.configure(URL)
    account.configure(OTHER_URL)
    assert account.config()["url"] == OTHER_URL


@pytest.mark.requirement("RIO-CFG-014")
def test_secret_is_never_shown(account: "Account") -> None:
    stored = account.client.put(PATH, json={"url": URL, "secret": "whsec_do_not_tell"}).text
    assert "do_not_tell" not in stored + account.client.get(PATH).text + account.client.delete(PATH).text


@pytest.mark.requirement("RIO-CFG-015")
def test_delete_answers_success(account: "Account") -> None:
    account.configure(URL)
    assert account.unconfigure() == {"success": True}


@pytest.mark.requirement("RIO-CFG-017", "RIO-CFG-018")
def test_delete_keeps_the_configuration_inactive(account: "Account") -> None:
    account.configure(URL)
    account.unconfigure()
    assert account.config() == {
        "configured": True,
        "url": URL,
        "is_active": False,
        "consecutive_failures": 0,
        "disabled_at": None,
    }


@pytest.mark.requirement("RIO-CFG-019")
def test_delete_without_configuration_succeeds(account: "Account") -> None:
    assert account.unconfigure() == {"success": True}


def test_delete_without_configuration_creates_none(account: "Account") -> None:
    account.unconfigure()
    assert account.config() == {"configured": False}


def test_delete_can_be_repeated(account: "Account") -> None:
    account.configure(URL)
    account.unconfigure()
    assert account.unconfigure() == {"success": True}


@pytest.mark.requirement("RIO-DIS-014")
def test_put_after_delete_makes_it_active(account: "Account") -> None:
    account.configure(URL)
    account.unconfigure()
    account.configure(URL)
    assert account.config()["is_active"] is True


def test_put_ignores_unknown_properties(account: "Account") -> None:
    response = account.client.put(PATH, json={"url": URL, "is_active": False, "events": ["all"]})
    assert (response.status_code, account.config()["is_active"]) == (200, True)


@pytest.mark.requirement("RIO-CFG-003")
@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_put_takes_json(account: "Account", media_type: str) -> None:
    content = json.dumps({"url": URL}).encode()
    assert account.client.put(PATH, content=content, headers={"Content-Type": media_type}).status_code == 200


@pytest.mark.requirement("RIO-CFG-003", "RIO-ERR-006")
@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_put_refuses_another_media_type(account: "Account", media_type: str) -> None:
    content = json.dumps({"url": URL}).encode()
    assert account.client.put(PATH, content=content, headers={"Content-Type": media_type}).status_code == 422


@pytest.mark.requirement("RIO-ERR-001", "RIO-ERR-003")
def test_missing_url_is_refused(account: "Account") -> None:
    response = account.client.put(PATH, json={"secret": "s"})
    assert (response.status_code, response.json()["detail"]) == (
        422,
        [{"loc": ["url"], "msg": "is required", "type": "value_error"}],
    )


@pytest.mark.requirement("RIO-ERR-002", "RIO-CFG-009")
@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            " ",
            "example.com",
            "/webhooks",
            "//example.com/x",
            "http://",
            "http:///x",
            "https://?x=1",
            "http:example.com",
        ),
        *("not a url", "http://exa mple.com/", "http://example.com/a b", "http://[::1/x", "http://example.com/\n"),
        *("ftp://example.com/x", "javascript:alert(1)", "file:///etc/passwd"),
        *("http://example.com/%zz", "http://exam\u0000ple.com/"),
    ],
)
def test_url_that_is_none_is_refused(account: "Account", url: str) -> None:
    assert account.client.put(PATH, json={"url": url}).status_code == 422


@pytest.mark.requirement("RIO-ERR-002", "RIO-ERR-003")
@pytest.mark.parametrize("url", [None, 7, True, ["https://example.com"], {"href": "https://example.com"}])
def test_url_of_another_type_is_a_type_error(account: "Account", url: Any) -> None:
    response = account.client.put(PATH, json={"url": url})
    assert ("url", "type_error") in [(problem["loc"][0], problem["type"]) for problem in response.json()["detail"]]


@pytest.mark.parametrize("secret", [None, 7, False, ["s"], {"key": "s"}])
def test_secret_that_is_no_string_is_refused(account: "Account", secret: Any) -> None:
    response = account.client.put(PATH, json={"url": URL, "secret": secret})
    assert (response.status_code, response.json()["detail"][0]["loc"]) == (422, ["secret"])


@pytest.mark.requirement("RIO-ERR-003")
@pytest.mark.parametrize("body", [[], "text", 7, None, True])
def test_body_that_is_no_object_is_refused(account: "Account", body: Any) -> None:
    response = account.client.put(PATH, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["detail"][0]["loc"]) == (422, [])


@pytest.mark.requirement("RIO-ERR-006")
@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"url=https://example.com", b"{'url': 'https://example.com'}", b"\xff\xfe"),
        *(b'{"url": "https://example.com"} trailing', b"[" * 100_000, b'{"url": NaN}', b'{"url": "\xff"}'),
    ],
    ids=lambda content: content[:12].hex() or "empty",
)
def test_body_that_is_no_json_is_refused(account: "Account", content: bytes) -> None:
    response = account.client.put(PATH, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


@pytest.mark.requirement("RIO-ERR-003", "RIO-ERR-012")
def test_every_problem_of_a_body_is_listed(account: "Account") -> None:
    body = account.client.put(PATH, json={"url": 7, "secret": 8}).json()
    assert (body["error"], {problem["loc"][0] for problem in body["detail"]}) == ("VALIDATION_ERROR", {"url", "secret"})


def test_refused_put_changes_nothing(account: "Account") -> None:
    account.configure(URL)
    account.client.put(PATH, json={"url": "nowhere"})
    assert account.config()["url"] == URL


@pytest.mark.requirement("RIO-ERR-013")
@pytest.mark.parametrize("path", [PATH, "/api/v1/run-ffmpeg-command"])
def test_body_that_is_too_large_is_refused(account: "Account", path: str) -> None:
    method = "PUT" if path == PATH else "POST"
    content = json.dumps({"url": URL, "padding": "x" * 1_100_000})
    response = account.client.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.requirement("RIO-ERR-013")
def test_chunked_body_that_is_too_large_is_refused(account: "Account") -> None:
    parts = (b'{"url": "https://example.com", "padding": "', *(b"x" * 10_000 for _ in range(120)), b'"}')
    response = account.client.put(PATH, content=iter(parts), headers={"Content-Type": "application/json"})
    assert response.status_code == 413


def test_chunked_body_is_accepted(account: "Account") -> None:
    parts = (b'{"url": ', b'"https://example.com"', b"}")
    response = account.client.put(PATH, content=iter(parts), headers={"Content-Type": "application/json"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", PATH), ("PATCH", PATH), ("GET", "/api/v1/run-ffmpeg-command"), ("DELETE", "/api/v1/commands/x")],
)
def test_unknown_method_is_not_allowed(account: "Account", method: str, path: str) -> None:
    response = account.client.request(method, path)
    assert (response.status_code, response.json()["error"]) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("method", ["POST", "PATCH", "OPTIONS"])
def test_methods_that_are_allowed_are_named(account: "Account", method: str) -> None:
    allowed = account.client.request(method, PATH).headers["Allow"]
    assert {"GET", "PUT", "DELETE"} <= set(allowed.replace(" ", "").split(","))


@pytest.mark.parametrize(
    "path", ["/api/v1", "/api/v1/nothing", "/api/v2/webhook-config", "/_control/nothing", "/api/v1/commands/a/b"]
)
def test_unknown_path_is_not_found(account: "Account", path: str) -> None:
    response = account.client.get(path)
    assert (response.status_code, response.json()["error"]) == (404, "NOT_FOUND")


@pytest.mark.requirement("RIO-ERR-007", "RIO-ERR-012")
@pytest.mark.parametrize(
    "command_id", ["no-such-command", "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "%00", "ünknown", "a%2Fb", "x" * 5000]
)
def test_unknown_command_is_not_found(account: "Account", command_id: str) -> None:
    response = account.client.get(f"/api/v1/commands/{command_id}")
    assert (response.status_code, response.json()["error"]) == (404, "NOT_FOUND")
