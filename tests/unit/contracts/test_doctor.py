"""The doctor, examining little servers that misbehave in one way each."""

import contextlib
import http.server
import io
import json
import socket
import ssl
import struct
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from PIL import Image

from contracts.doctor import (
    ALL_SECONDS,
    Deadline,
    Diagnosis,
    Severity,
    examine_address,
    examine_machine,
    examine_round_trip,
)
from contracts.doctor.asking import Question, Unanswered
from contracts.doctor.reaching import unreachable
from contracts.errors import SetUpError
from contracts.pages import Page
from contracts.session import Session
from contracts.target import ReceiverOptions, RunOptions, Target

KEY, SECOND_KEY = "ffsk_first", "ffsk_second"
CONFIGURED = {"configured": False}
INVALID = {"error": "VALIDATION_ERROR", "message": "input_files is required.", "detail": []}
UNAUTHORIZED = {"error": "UNAUTHORIZED", "message": "No."}

Reply = tuple[int, Mapping[str, str], bytes]
Respond = Callable[[str, str, Mapping[str, str], bytes], Reply]


def _json(status: int, content: Any, **headers: str) -> Reply:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(content).encode()


def _html(status: int = 200) -> Reply:
    return status, {"Content-Type": "text/html"}, b"<html><h1>Welcome</h1></html>"


def _good(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
    del headers, body
    if path == "/api/v1/webhook-config" and method == "GET":
        return _json(200, CONFIGURED)
    if path == "/api/v1/run-ffmpeg-command" and method == "POST":
        return _json(422, INVALID)
    return _json(404, {"error": "NOT_FOUND", "message": path})


@contextlib.contextmanager
def _http(respond: Respond, context: ssl.SSLContext | None = None) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, answer = respond(self.command, self.path, dict(self.headers), body)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = _any  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A handshake that fails is what is tested."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def _raw(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """Each connection is handled by the function, in a thread, and then closed."""
    ending = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            handle(connection)

    def accept() -> None:
        while not ending.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listening.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ending.set()
            thread.join()


def _target(port: int, **changes: Any) -> Target:
    return replace(Target(url=f"http://127.0.0.1:{port}", api="renderio", keys=(KEY,)), **changes)


def _examine(target: Target, seconds: float = 4.0) -> list[Diagnosis]:
    return examine_address(target, Deadline(seconds))


def _only(diagnoses: list[Diagnosis]) -> Diagnosis:
    assert len(diagnoses) == 1, [str(diagnosis) for diagnosis in diagnoses]
    return diagnoses[0]


# ------------------------------------------------------------------------------------------------ nothing is wrong


def test_a_target_that_answers_as_documented_has_nothing() -> None:
    with _http(_good) as port:
        assert _examine(_target(port)) == []


@pytest.mark.parametrize("broken", ["GET", "POST"])
@pytest.mark.parametrize(
    "reply",
    [
        _json(404, {}),
        _json(401, UNAUTHORIZED),
        _html(),
        _json(200, ["other"]),
        _json(500, {}),
        _json(503, {}),
        (302, {"Location": "/"}, b""),
    ],
    ids=["404", "401", "html", "other JSON", "500", "503", "302"],
)
def test_one_operation_that_answers_wrongly_is_left_to_the_checks(broken: str, reply: Reply) -> None:
    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return reply if method == broken else _good(method, path, headers, body)

    with _http(respond) as port:
        assert _examine(_target(port)) == []


def test_a_target_that_fails_at_everything_is_left_to_the_checks() -> None:
    with _http(lambda *_: _html(500)) as port:
        assert _examine(_target(port)) == []


def test_the_examination_changes_nothing_at_the_target() -> None:
    seen: list[tuple[str, bytes]] = []

    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        seen.append((method, body))
        return _good(method, path, headers, body)

    with _http(respond) as port:
        _examine(_target(port, keys=(KEY, SECOND_KEY)))
    assert {(method, body) for method, body in seen} == {("GET", b""), ("POST", b"{}")}


# -------------------------------------------------------------------------------------------------------- no answer


def test_a_port_on_which_nobody_listens_is_a_target_that_is_down() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        found = _only(_examine(_target(bound.getsockname()[1])))
    assert found.name == "target down"
    assert "refused" in found.came_back


def test_a_name_without_an_address_is_no_such_host() -> None:
    error = httpx.ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    found = unreachable(Unanswered(Question("GET", "http://render.invalid/api"), error))
    assert found is not None
    assert found.name == "no such host"
    assert "render.invalid" in found.advice


def test_a_target_that_never_answers_is_slow_within_five_seconds() -> None:
    stopped = threading.Event()

    def hold(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        stopped.wait(8)

    began = time.monotonic()
    with _raw(hold) as port:
        found = _only(examine_address(_target(port), Deadline(ALL_SECONDS)))
        stopped.set()
    assert found.name == "slow target"
    assert time.monotonic() - began < 5


def test_a_target_that_answers_byte_by_byte_is_slow() -> None:
    stopped = threading.Event()

    def drip(connection: socket.socket) -> None:
        while not stopped.wait(0.05):
            connection.sendall(b"H")

    with _raw(drip) as port:
        found = _only(_examine(_target(port), seconds=0.5))
        stopped.set()
    assert found.name in {"slow target", "no HTTP"}


@pytest.mark.parametrize(
    "answer", [b"\x00\xff garbage \r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n", b""], ids=["garbage", "ssh", "none"]
)
def test_what_speaks_no_http_is_called_so(answer: bytes) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(answer)

    with _raw(handle) as port:
        assert _only(_examine(_target(port))).name == "no HTTP"


def test_a_target_that_resets_connections_is_no_http() -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with _raw(handle) as port:
        assert _only(_examine(_target(port))).name == "no HTTP"


# --------------------------------------------------------------------------------------------------------------- TLS


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - certificates and Date headers live in the wall clock's time


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def _tls(authority: trustme.CA, name: str = "127.0.0.1", days: int = 1) -> ssl.SSLContext:
    return _context(authority.issue_cert(name, not_after=_now() + timedelta(days=days)))


def _ca_file(authority: trustme.CA, folder: Path) -> str:
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def test_a_certificate_of_a_trusted_authority_is_no_trouble(tmp_path: Path) -> None:
    authority = trustme.CA()
    with _http(_good, _tls(authority)) as port:
        target = _target(port, url=f"https://127.0.0.1:{port}", ca_file=_ca_file(authority, tmp_path))
        assert _examine(target) == []


def test_an_unknown_authority_is_told_apart_and_points_to_the_option() -> None:
    with _http(_good, _tls(trustme.CA())) as port:
        found = _only(_examine(_target(port, url=f"https://127.0.0.1:{port}")))
    assert found.name == "TLS trouble"
    assert "--ca-file" in found.advice


def test_an_expired_certificate_is_told_apart(tmp_path: Path) -> None:
    authority = trustme.CA()
    with _http(_good, _tls(authority, days=-1)) as port:
        target = _target(port, url=f"https://127.0.0.1:{port}", ca_file=_ca_file(authority, tmp_path))
        found = _only(_examine(target))
    assert found.name == "TLS trouble"
    assert "expired" in found.advice


def test_a_certificate_for_another_name_is_told_apart(tmp_path: Path) -> None:
    authority = trustme.CA()
    with _http(_good, _tls(authority, "render.test")) as port:
        target = _target(port, url=f"https://127.0.0.1:{port}", ca_file=_ca_file(authority, tmp_path))
        found = _only(_examine(target))
    assert found.name == "TLS trouble"
    assert "another name than 127.0.0.1" in found.advice


def test_https_on_a_port_of_plain_http_is_told_apart() -> None:
    with _http(_good) as port:
        found = _only(_examine(_target(port, url=f"https://127.0.0.1:{port}")))
    assert found.name == "TLS trouble"
    assert "http:// instead of https://" in found.advice


def test_plain_http_on_a_port_of_https_is_told_apart() -> None:
    with _http(_good, _tls(trustme.CA())) as port:
        found = _only(_examine(_target(port)))
    assert found.name == "TLS trouble"
    assert "write https://" in found.advice


# ----------------------------------------------------------------------------------------------- another than thought


def test_a_server_that_knows_no_documented_path_is_a_wrong_base_url() -> None:
    with _http(lambda *_: _html(404)) as port:
        assert _only(_examine(_target(port))).name == "wrong base URL"


def test_a_url_that_holds_the_path_already_is_told_where_the_base_is() -> None:
    with _http(_good) as port:
        found = _only(_examine(_target(port, url=f"http://127.0.0.1:{port}/api/v1")))
    assert found.name == "wrong base URL"
    assert f"give http://127.0.0.1:{port}" in found.advice


def test_a_server_that_redirects_everything_names_the_other_address() -> None:
    with _http(lambda *_: (301, {"Location": "https://render.test/api/v1/webhook-config"}, b"")) as port:
        found = _only(_examine(_target(port)))
    assert found.name == "wrong base URL"
    assert "https://render.test" in found.advice


def test_a_gateway_with_nothing_behind_it_is_called_so() -> None:
    with _http(lambda *_: _html(502)) as port:
        assert "gateway" in _only(_examine(_target(port))).name


@pytest.mark.parametrize(
    "reply", [_html(), _json(200, {"swagger": "2.0"}), _json(400, "no")], ids=["html", "json", "text"]
)
def test_what_answers_something_else_is_another_api(reply: Reply) -> None:
    with _http(lambda *_: reply) as port:
        assert _only(_examine(_target(port))).name == "another API"


def test_a_refused_key_names_its_option_and_the_header() -> None:
    with _http(lambda *_: _json(401, UNAUTHORIZED)) as port:
        found = _only(_examine(_target(port)))
    assert found.name == "wrong key"
    assert "--api-key" in found.advice
    assert "X-API-KEY" in found.advice


def test_a_missing_key_is_asked_for() -> None:
    with _http(lambda *_: _json(401, UNAUTHORIZED)) as port:
        found = _only(_examine(_target(port, keys=())))
    assert found.name == "wrong key"
    assert "PROOFREEL_API_KEY" in found.advice


def test_a_refused_second_key_is_told_from_the_first() -> None:
    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if SECOND_KEY in headers.values():
            return _json(401, UNAUTHORIZED)
        return _good(method, path, headers, body)

    with _http(respond) as port:
        found = _only(_examine(_target(port, keys=(KEY, SECOND_KEY))))
    assert found.name == "wrong key"
    assert "--second-api-key" in found.advice


def test_no_diagnosis_shows_a_key() -> None:
    with _http(lambda *_: _json(401, UNAUTHORIZED)) as port:
        for found in _examine(_target(port, keys=(KEY, SECOND_KEY))):
            assert KEY not in str(found)
            assert SECOND_KEY not in str(found)


@pytest.mark.parametrize("status", [401, 404, 200])
def test_a_control_url_that_is_none_is_refused(status: int) -> None:
    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return _json(status, {}) if path.startswith("/control") else _good(method, path, headers, body)

    with _http(respond) as port:
        found = _only(_examine(_target(port, control=f"http://127.0.0.1:{port}/control")))
    assert found.name == "control refused"
    assert str(status) in found.came_back


def test_a_clock_that_refuses_the_key_is_control_refused() -> None:
    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if path == "/_control":
            return _json(200, {"protocol": 1, "capabilities": ["clock"]})
        return _json(401, UNAUTHORIZED) if path == "/_control/clock" else _good(method, path, headers, body)

    with _http(respond) as port:
        found = _only(_examine(_target(port, control=f"http://127.0.0.1:{port}/_control")))
    assert found.name == "control refused"
    assert "--control off" in found.advice


@pytest.mark.parametrize(("minutes", "count"), [(-6, 1), (6, 1), (4, 0)])
def test_a_clock_that_is_far_off_is_a_warning(minutes: int, count: int) -> None:
    date = format_datetime(_now() + timedelta(minutes=minutes), usegmt=True)

    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        status, more, answer = _good(method, path, headers, body)
        return status, {**more, "Date": date}, answer

    with _http(respond) as port:
        found = _examine(_target(port))
    assert [(diagnosis.name, diagnosis.severity) for diagnosis in found] == [("clock skew", Severity.WARNING)] * count


def test_a_date_that_is_none_is_passed_over() -> None:
    with _http(
        lambda *call: (_good(*call)[0], {"Date": "soon", "Content-Type": "application/json"}, _good(*call)[2])
    ) as port:
        assert _examine(_target(port)) == []


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = _only(examine_machine(_target(1, receiver=ReceiverOptions(port=port))))
    assert found.name == "port taken"
    assert str(port) in found.tried


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    found = _only(examine_machine(_target(1, receiver=ReceiverOptions(host="192.0.2.1"))))
    assert found.name == "receiver cannot listen"
    assert "--receiver-host" in found.advice


# ------------------------------------------------------------------------------------------------------- the way back


class _Renderer:
    """A target of which it can be said whether it fetches, delivers, and how its commands end."""

    def __init__(self, *, status: str = "SUCCESS", fetches: bool = True, delivers: bool = True) -> None:
        self.status = status
        self.fetches = fetches
        self.delivers = delivers
        self.reachable: Callable[[str], bool] = lambda _: True
        self._statuses: dict[str, str] = {}

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if method == "POST" and path == "/api/v1/run-ffmpeg-command" and body != b"{}":
            return self._submitted(json.loads(body))
        if path.startswith("/api/v1/commands/"):
            command_id = path.rpartition("/")[2]
            error = "NOT_TODAY" if self._statuses[command_id] == "FAILED" else None
            content = {"command_id": command_id, "status": self._statuses[command_id], "error_status": error}
            return _json(200, content)
        return _good(method, path, headers, body)

    def _submitted(self, command: Mapping[str, Any]) -> Reply:
        command_id = f"cmd_{len(self._statuses)}"
        (input_url,) = command["input_files"].values()
        status = self.status
        if self.fetches and self.reachable(input_url):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(input_url, timeout=2).close()
        elif not self.reachable(input_url):
            status = "FAILED"
        self._statuses[command_id] = status
        if self.delivers and status in {"SUCCESS", "FAILED"}:
            request = urllib.request.Request(command["webhook_url"], b"{}", method="POST")
            urllib.request.urlopen(request, timeout=2).close()
        return _json(200, {"command_id": command_id})


def _way_back(renderer: _Renderer, seconds: float = 1.5, **changes: Any) -> list[Diagnosis]:
    with _http(renderer) as port, Session(_target(port, **changes), RunOptions()) as session:
        return examine_round_trip(session, Deadline(seconds))


def test_a_target_that_does_everything_has_nothing() -> None:
    assert _way_back(_Renderer()) == []


def test_a_target_that_reaches_nothing_and_fails_does_not_reach_the_receiver() -> None:
    found = _only(_way_back(_Renderer(status="FAILED", fetches=False, delivers=False)))
    assert found.name == "receiver unreachable"
    assert found.severity is Severity.BLOCKING
    assert "--receiver-url" in found.advice


def test_a_target_that_does_nothing_yet_gets_the_benefit_of_the_doubt() -> None:
    found = _only(_way_back(_Renderer(status="QUEUED", fetches=False, delivers=False)))
    assert found.name == "receiver unreachable"
    assert found.severity is Severity.WARNING


def test_a_target_that_fetches_and_never_delivers_is_left_to_the_checks() -> None:
    assert _way_back(_Renderer(delivers=False)) == []


def test_a_target_that_delivers_and_cannot_fetch_does_not_reach_the_input() -> None:
    found = _only(_way_back(_Renderer(status="FAILED", fetches=False)))
    assert found.name == "input unreachable"
    assert "NOT_TODAY" in found.came_back


def test_a_target_that_fetches_and_fails_may_have_no_ffmpeg() -> None:
    found = _only(_way_back(_Renderer(status="FAILED")))
    assert found.name == "no FFmpeg"
    assert found.severity is Severity.WARNING


def test_an_input_url_that_the_target_alone_cannot_fetch_is_unreachable() -> None:
    with _http(lambda *_: (200, {}, b"video")) as port:
        renderer, url = _Renderer(), f"http://127.0.0.1:{port}/small.mp4"
        renderer.reachable = lambda wanted: wanted != url
        found = _only(_way_back(renderer, input_url=url))
    assert found.name == "input unreachable"
    assert url in found.tried


def test_an_input_url_that_does_not_exist_is_unreachable() -> None:
    with _http(lambda *_: (404, {}, b"")) as port:
        renderer, url = _Renderer(status="FAILED"), f"http://127.0.0.1:{port}/gone.mp4"
        found = _way_back(renderer, input_url=url)
    assert "input unreachable" in {diagnosis.name for diagnosis in found}
    assert "status 404" in "".join(diagnosis.came_back for diagnosis in found)


def test_an_input_url_that_only_the_target_can_fetch_is_fine() -> None:
    with _http(lambda *_: (404, {}, b"")) as port:
        assert _way_back(_Renderer(), input_url=f"http://127.0.0.1:{port}/internal.mp4") == []


def test_a_target_that_refuses_the_command_is_left_to_the_checks() -> None:
    with _http(_good) as port, Session(_target(port), RunOptions()) as session:
        assert examine_round_trip(session, Deadline(1.0)) == []


def test_an_account_that_cannot_be_reset_is_left_to_the_checks() -> None:
    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if path == "/_control":
            return _json(200, {"protocol": 1, "capabilities": ["reset"]})
        return _json(500, {}) if path == "/_control/reset" else _good(method, path, headers, body)

    with _http(respond) as port, Session(_target(port), RunOptions()) as session:
        assert examine_round_trip(session, Deadline(1.0)) == []


# ------------------------------------------------------------------------------------------------------- another API

TOKEN = "token-of-a-key"  # noqa: S105 - of nothing
UNKNOWN = {"error": "not-found", "message": "There is no such path."}


class _Configs:
    """A ricloud of which it can be said whether its tests come, and what it makes of them."""

    def __init__(self, *, state: str = "valid", delivers: bool = True, creates: bool = True) -> None:
        self.state = state
        self.delivers = delivers
        self.creates = creates
        self.updates: list[tuple[str, Any]] = []

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if headers.get("Authorization", "").partition(" ")[0] != "Token":
            return _json(401, {"error": "unauthorized", "message": "No."})
        if method == "POST" and path == "/configs/webhook":
            return self._created(json.loads(body))
        if method == "POST":
            self.updates.append((path, json.loads(body)))
        if path.partition("?")[0] in {"/configs/webhook", "/tasks", "/events"}:
            return _json(200, {"resource": "list", "data": [], "has_more": False})
        if path in {"/organisation", "/key"}:
            return _json(200, {"id": 1, "resource": path[1:]})
        return _json(200, {"id": 3, "state": self.state}) if path == "/configs/webhook/3" else _json(404, UNKNOWN)

    def _created(self, config: Mapping[str, Any]) -> Reply:
        if "url" not in config or not self.creates:
            return _json(400, {"error": "invalid-parameter", "message": "url: is required"})
        if self.delivers:
            request = urllib.request.Request(f"{config['url']}/event-1", b'{"id": "event-1"}', method="POST")
            urllib.request.urlopen(request, timeout=2).close()
        return _json(201, {"id": 3, "state": "new", "secret": "whsec"})


def _ricloud(port: int, **changes: Any) -> Target:
    return replace(Target(url=f"http://127.0.0.1:{port}", api="ricloud", keys=(TOKEN,)), **changes)


def _tested(configs: _Configs, seconds: float = 1.5) -> list[Diagnosis]:
    with _http(configs) as port, Session(_ricloud(port), RunOptions()) as session:
        return examine_round_trip(session, Deadline(seconds))


def test_a_ricloud_that_answers_as_documented_has_nothing() -> None:
    with _http(_Configs()) as port:
        assert _examine(_ricloud(port)) == []


@pytest.mark.parametrize("state", ["valid", "new", "invalid"])
def test_a_test_event_that_comes_is_enough_whatever_becomes_of_the_config(state: str) -> None:
    configs = _Configs(state=state)
    assert _tested(configs) == []
    assert configs.updates == [("/configs/webhook/3", {"state": "deactivated"})]


def test_a_config_that_fails_its_test_in_silence_does_not_reach_the_receiver() -> None:
    configs = _Configs(state="invalid", delivers=False)
    found = _only(_tested(configs))
    assert (found.name, found.severity) == ("receiver unreachable", Severity.BLOCKING)
    assert "the config is invalid" in found.came_back
    assert configs.updates == [("/configs/webhook/3", {"state": "deactivated"})]


def test_a_config_that_is_not_tested_yet_gets_the_benefit_of_the_doubt() -> None:
    found = _only(_tested(_Configs(state="new", delivers=False), seconds=0.8))
    assert (found.name, found.severity) == ("receiver unreachable", Severity.WARNING)


def test_a_config_that_is_valid_without_a_test_is_left_to_the_checks() -> None:
    assert _tested(_Configs(delivers=False)) == []


def test_a_ricloud_that_takes_no_config_is_left_to_the_checks() -> None:
    configs = _Configs(creates=False)
    assert _tested(configs) == []
    assert configs.updates == []


def test_a_refused_token_is_called_so_and_names_its_option_and_form() -> None:
    with _http(lambda *_: _json(401, UNAUTHORIZED)) as port:
        given, made_up = _only(_examine(_ricloud(port))), _only(_examine(_ricloud(port, keys=())))
    assert given.name == made_up.name == "wrong token"
    assert "--token" in given.advice
    assert "Authorization: Token" in given.advice
    assert "PROOFREEL_TOKEN" in made_up.advice


def test_a_token_is_asked_for_where_none_opens_an_organisation() -> None:
    with (
        _http(lambda *_: _json(404, UNKNOWN)) as port,
        pytest.raises(SetUpError, match=r"a token is needed \(--token\)"),
        Session(_ricloud(port, keys=()), RunOptions()),
    ):
        pass


def test_a_known_api_that_is_another_one_is_named() -> None:
    seen: list[tuple[str, str, str]] = []

    def noting(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        seen.append((method, path, headers.get("Authorization", "")))
        return _Configs()(method, path, headers, body) if "Authorization" in headers else _json(404, UNKNOWN)

    with _http(noting) as port:
        found = _only(_examine(_target(port)))
    assert found.name == "another API"
    assert "say --api ricloud" in found.advice
    asked = [(method, path) for method, path, authorization in seen if authorization]
    assert {method for method, _ in asked} == {"GET"}
    assert not [authorization for *_, authorization in seen if KEY in authorization]

    with _http(_good) as port:
        found = _only(_examine(_ricloud(port)))
    assert found.name == "another API"
    assert "say --api renderio" in found.advice


def test_what_answers_to_nothing_of_the_other_api_is_not_taken_for_it() -> None:
    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        del method, headers, body
        return _json(200, {"id": 1, "resource": "key"}) if path == "/key" else _json(404, UNKNOWN)

    with _http(respond) as port:
        assert _only(_examine(_target(port))).name == "wrong base URL"


# ------------------------------------------------------------------------------------------------------------ a render

CARD = Page("card", 3, 2, "Card")
NO_TOKEN = {"error": True, "url": "/", "statusCode": 401, "statusMessage": "Unauthorized", "message": "No."}
NO_PAGE = {**NO_TOKEN, "statusCode": 404, "statusMessage": "Not Found"}
NO_BODY = {**NO_TOKEN, "statusCode": 400, "statusMessage": "Bad Request"}


def _png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "PNG")
    return file.getvalue()


PICTURE: Reply = (200, {"Content-Type": "image/png"}, _png(3, 2))


def _rendering(
    answer: Reply = PICTURE,
    *,
    token: str | None = TOKEN,
    listed: Any = None,
    seen: list[tuple[str, str, str]] | None = None,
) -> Respond:
    """A bannx whose page is answered so; any token is taken where it is None; it lists pages where they are given."""

    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if seen is not None:
            seen.append((method, path, headers.get("Authorization", "")))
        if path == "/_control" and listed is not None:
            return _json(200, {"protocol": 1, "capabilities": ["pages", "workspaces"]})
        if path == "/_control/pages" and listed is not None:
            return listed if isinstance(listed, tuple) else _json(200, {"pages": listed})
        if not path.startswith("/api/render"):
            return _json(404, {"message": "nothing here"})
        word, _, given = headers.get("Authorization", "").partition(" ")
        if word != "Bearer" or not given or token not in {None, given}:
            return _json(401, NO_TOKEN)
        if method == "POST":
            return _json(400, NO_BODY) if json.loads(body) == {} else answer
        return answer if path.partition("?")[0] == "/api/render/card" else _json(404, NO_PAGE)

    return respond


def _bannx(port: int, **changes: Any) -> Target:
    usual = Target(url=f"http://127.0.0.1:{port}", api="bannx", keys=(TOKEN,), pages=(CARD,))
    return replace(usual, **changes)


def _rendered(respond: Respond, **changes: Any) -> list[Diagnosis]:
    with _http(respond) as port, Session(_bannx(port, **changes), RunOptions()) as session:
        return examine_round_trip(session, Deadline(3.0))


LISTED = [{"id": "card", "name": "Card", "width": 3, "height": 2, "published": True, "variables": []}]
IMAGE_LINK = {"pageId": "card", "file": {"url": "http://a.test/renders/1.png"}}


def test_a_bannx_that_answers_as_documented_has_nothing() -> None:
    with _http(_rendering()) as port:
        assert _examine(_bannx(port)) == []
    assert _rendered(_rendering()) == []


def test_a_bannx_that_answers_with_a_link_has_nothing() -> None:
    assert _rendered(_rendering(_json(200, IMAGE_LINK))) == []


def test_a_bannx_that_gives_the_image_to_who_asks_for_it_has_nothing() -> None:
    def with_a_link_of_another_form(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        answer = PICTURE if path.endswith("?output=binary") else _json(200, {"data": {"link": "/it"}})
        return _rendering(answer)(method, path, headers, body)

    assert _rendered(with_a_link_of_another_form) == []


def test_a_bannx_is_told_by_more_than_one_answer() -> None:
    def wrong_in_one_way(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        return _json(404, NO_PAGE) if method == "POST" else _rendering()(method, path, headers, body)

    with _http(wrong_in_one_way) as port:
        assert _examine(_bannx(port)) == []


def test_where_nothing_is_of_bannx_the_url_is_wrong() -> None:
    with _http(lambda *_: _json(404, NO_PAGE)) as port:
        assert _only(_examine(_bannx(port))).name == "wrong base URL"


def test_a_path_too_many_is_told_by_what_is_at_the_root() -> None:
    with _http(_rendering()) as port:
        found = _only(_examine(_bannx(port, url=f"http://127.0.0.1:{port}/api")))
    assert (found.name, f"give http://127.0.0.1:{port}" in found.advice) == ("wrong base URL", True)


def test_a_refused_bearer_token_is_called_so() -> None:
    with _http(_rendering(token="another")) as port:  # noqa: S106 - of nothing
        found = _only(_examine(_bannx(port)))
    assert found.name == "wrong token"
    assert "Authorization: Bearer" in found.advice


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_for_the_page_alone_blocks(status: int) -> None:
    found = _only(_rendered(_rendering(_json(status, NO_TOKEN))))
    assert (found.name, found.severity) == ("wrong token", Severity.BLOCKING)
    assert "--token" in found.tried


def test_a_page_that_is_not_found_is_named_and_blocks_where_the_target_file_names_it() -> None:
    found = _only(_rendered(_rendering(_json(404, NO_PAGE))))
    assert (found.name, found.severity) == ("page not found", Severity.BLOCKING)
    assert "'card'" in found.advice


def test_a_page_that_the_target_lists_and_does_not_find_is_for_the_checks() -> None:
    found = _only(_rendered(_rendering(_json(404, NO_PAGE), token=None, listed=LISTED), keys=(), pages=()))
    assert (found.name, found.severity) == ("page not found", Severity.WARNING)
    assert "the checks will tell" in found.advice


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n"), "it is a broken png"),
        (_html(), "its first bytes"),
        (_json(200, {"ok": True}), "its first bytes"),
        (_json(500, {}), "500 {}"),
    ],
)
def test_an_answer_that_is_no_image_is_a_warning(answer: Reply, words: str) -> None:
    found = _only(_rendered(_rendering(answer)))
    assert (found.name, found.severity) == ("no image", Severity.WARNING)
    assert words in found.came_back


def test_a_picture_of_another_size_than_the_file_says_is_a_warning() -> None:
    found = _only(_rendered(_rendering((200, {}, _png(6, 4)))))
    assert (found.name, found.severity) == ("page of another size", Severity.WARNING)
    assert found.came_back == "a png of 6x4"
    assert "the target file says 3x2" in found.advice


def test_pages_that_the_target_lists_are_taken_once() -> None:
    seen: list[tuple[str, str, str]] = []
    with (
        _http(_rendering(token=None, listed=LISTED, seen=seen)) as port,
        Session(_bannx(port, keys=(), pages=()), RunOptions()) as session,
    ):
        assert examine_round_trip(session, Deadline(3.0)) == []
        assert session.pages == (CARD,)
    assert [path for _, path, _ in seen].count("/_control/pages") == 1


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (None, "a token is needed"),
        ([], "no published page is known"),
        ([{**LISTED[0], "width": "wide"}], "width of page 1 of the reply is 'wide'"),
        (_json(500, {}), "the target says that it lists its pages, and does not"),
    ],
)
def test_without_pages_a_run_does_not_begin(listed: Any, words: str) -> None:
    respond = _rendering(token=None, listed=listed)
    with (
        _http(respond) as port,
        pytest.raises(SetUpError, match=words),
        Session(_bannx(port, keys=(), pages=()), RunOptions()),
    ):
        pass


def test_where_no_page_is_known_the_error_says_what_to_write() -> None:
    with (
        _http(_rendering()) as port,
        pytest.raises(SetUpError, match=r"(?s)renders pages, and none is known.*\[\[pages\]\]"),
        Session(_bannx(port, pages=()), RunOptions()),
    ):
        pass


@pytest.mark.parametrize("asked", ["renderio", "ricloud"])
def test_a_bannx_that_is_taken_for_another_api_is_named(asked: str) -> None:
    seen: list[tuple[str, str, str]] = []
    with _http(_rendering(seen=seen)) as port:
        found = _only(_examine(_target(port) if asked == "renderio" else _ricloud(port)))
    assert found.name == "another API"
    assert "say --api bannx" in found.advice
    assert {authorization for _, path, authorization in seen if path.startswith("/api/render/")} == {""}


def _ricloud_alone(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
    return _json(404, UNKNOWN) if path.startswith("/api/") else _Configs()(method, path, headers, body)


@pytest.mark.parametrize(("api", "respond"), [("renderio", _good), ("ricloud", _ricloud_alone)])
def test_another_api_that_is_taken_for_bannx_is_named(api: str, respond: Respond) -> None:
    with _http(respond) as port:
        found = _only(_examine(_bannx(port)))
    assert found.name == "another API"
    assert f"say --api {api}" in found.advice


def test_a_gateway_that_refuses_everything_of_a_path_is_not_taken_for_bannx() -> None:
    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        del method, headers, body
        return _json(401, {"message": "No."}) if path.startswith("/api/render") else _json(404, UNKNOWN)

    with _http(respond) as port:
        assert _only(_examine(_ricloud(port))).name == "wrong base URL"


@pytest.mark.parametrize("text", [b"No.", b'"No."', b'{"reason": "No."}'])
def test_a_bannx_whose_errors_have_a_form_of_their_own_is_one(text: bytes) -> None:
    def respond(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        status, _, content = _rendering()(method, path, headers, body)
        return (status, {"Content-Type": "text/plain"}, text) if status >= 400 else (status, {}, content)

    with _http(respond) as port:
        assert _examine(_bannx(port)) == []
