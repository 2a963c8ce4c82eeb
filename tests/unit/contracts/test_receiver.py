"""The kit's receiver: scripts, arrivals, waiting, files, and what it does with nonsense."""

import contextlib
import itertools
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.checks.renderio.subjects import command_id
from contracts.errors import NoAnswerError, SetUpError
from contracts.receiver import (
    Answer,
    Drop,
    Hang,
    Inbox,
    Missing,
    Receiver,
    Redirect,
    Reply,
    Reset,
    SlowBody,
    Unexpected,
)
from contracts.receiver.listener import bound
from contracts.receiver.static import StaticFile
from contracts.record import Arrival, Note, Record
from contracts.target import ReceiverOptions

PATIENCE_SECONDS = 10.0
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)

Post = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def running() -> Iterator[Receiver]:
    with Receiver(subject_of=command_id) as receiver:
        yield receiver


@pytest.fixture
def inbox(running: Receiver) -> Inbox:
    return running.inbox("hook", record=Record())


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with httpx.Client(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        yield client.post


@contextlib.contextmanager
def raw(receiver: Receiver, sent: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", receiver.port), PATIENCE_SECONDS) as connection:
        connection.sendall(sent)
        yield connection


def everything(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def holds(inbox: Inbox, count: int) -> bool:
    """Wait for the number of requests that are held."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while inbox.holding != count and time.monotonic() < deadline:
        inbox.wait_or_count(1_000_000, 0.005)
    return inbox.holding == count


def in_background(call: Callable[[], object]) -> threading.Thread:
    def ignoring() -> None:
        with contextlib.suppress(httpx.HTTPError):
            call()

    thread = threading.Thread(target=ignoring, daemon=True)
    thread.start()
    return thread


# ------------------------------------------------------------------------------------------------------ scripts


def test_inbox_answers_200_until_it_is_told_otherwise(inbox: Inbox, post: Post) -> None:
    assert [post(inbox.url).status_code for _ in range(2)] == [200, 200]


def test_script_answers_in_order_and_then_for_good(inbox: Inbox, post: Post) -> None:
    inbox.script(503, 404, then=204)
    assert [post(inbox.url).status_code for _ in range(4)] == [503, 404, 204, 204]


def test_new_script_counts_from_its_making(inbox: Inbox, post: Post) -> None:
    inbox.script(503, 503, 503)
    post(inbox.url)
    inbox.script(500, then=201)
    assert [post(inbox.url).status_code for _ in range(2)] == [500, 201]


def test_answer_can_depend_on_subject_and_count(inbox: Inbox, post: Post) -> None:
    inbox.answer_by(lambda subject, before: 503 if subject == "bad" and before == 0 else 200)
    bodies = [{"data": {"command_id": name}} for name in ("bad", "good", "bad")]
    assert [post(inbox.url, json=body).status_code for body in bodies] == [503, 200, 200]


def test_trouble_in_an_answering_function_is_raised_where_arrivals_are_asked_for(inbox: Inbox, post: Post) -> None:
    inbox.answer_by(lambda _, before: [503][before])
    assert [post(inbox.url).status_code for _ in range(2)] == [503, 500]
    with pytest.raises(IndexError):
        inbox.wait(2, 0)


def test_reply_carries_headers_and_body(inbox: Inbox, post: Post) -> None:
    inbox.script(Reply(429, (("Retry-After", "7"),), b"slow down"))
    response = post(inbox.url)
    assert (response.status_code, response.headers["retry-after"], response.content) == (429, "7", b"slow down")


def test_late_reply_waits_first(inbox: Inbox, post: Post) -> None:
    inbox.script(Reply(200, after_seconds=0.1))
    began = time.monotonic()
    post(inbox.url)
    assert time.monotonic() - began >= 0.1


def test_redirect_names_its_location(inbox: Inbox, post: Post) -> None:
    inbox.script(Redirect("https://example.com/elsewhere", 307))
    response = post(inbox.url)
    assert (response.status_code, response.headers["location"]) == (307, "https://example.com/elsewhere")


def test_dropped_request_gets_no_answer(inbox: Inbox, post: Post) -> None:
    inbox.script(Drop())
    with pytest.raises(httpx.RemoteProtocolError):
        post(inbox.url)


def test_reset_connection_is_reset(inbox: Inbox, post: Post) -> None:
    inbox.script(Reset())
    with pytest.raises(httpx.ReadError, match="reset"):
        post(inbox.url)


def test_slow_body_follows_its_headers(inbox: Inbox) -> None:
    inbox.script(SlowBody(200, chunk_count=3, pause_seconds=0.05))
    began = time.monotonic()
    with httpx.stream("POST", inbox.url, trust_env=False) as response:
        assert response.status_code == 200
        head_seconds = time.monotonic() - began
        assert len(response.read()) == 3
    assert time.monotonic() - began >= max(0.15, head_seconds)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Reply(503), "503"),
        (Reply(200, after_seconds=2), "200 after 2 s"),
        (Hang(), "held"),
        (Drop(), "dropped"),
        (Reset(), "reset"),
        (Redirect("http://a/b"), "302 to http://a/b"),
        (SlowBody(200, 4, 0.5), "200 with a body that takes 2 s"),
    ],
)
def test_evidence_says_how_a_request_was_answered(answer: Answer, words: str) -> None:
    assert str(answer) == words


@pytest.mark.parametrize("make", [lambda: Reply(101), lambda: Redirect("a\nb"), lambda: Reply(200, (("a b", ""),))])
def test_answer_that_http_does_not_know_cannot_be_made(make: Callable[[], Answer]) -> None:
    with pytest.raises(ValueError, match=r"no final status|cannot be sent"):
        make()


# ------------------------------------------------------------------------------------------------------ holding


def test_held_request_is_answered_when_released(inbox: Inbox, post: Post) -> None:
    inbox.script(Hang())
    answers: list[int] = []
    sender = in_background(lambda: answers.append(post(inbox.url).status_code))
    assert holds(inbox, 1)
    assert [arrival.answer for arrival in inbox.arrivals] == ["held"]
    inbox.release(202)
    sender.join(PATIENCE_SECONDS)
    assert answers == [202]
    assert inbox.holding == 0


def test_end_of_a_hold_is_evidence(running: Receiver, post: Post) -> None:
    record = Record()
    inbox = running.inbox("hook", record=record)
    inbox.script(Hang(), Hang())
    with pytest.raises(httpx.ReadTimeout):
        post(inbox.url, timeout=0.2)
    assert holds(inbox, 0)
    sender = in_background(lambda: post(inbox.url))
    assert holds(inbox, 1)
    inbox.release(202)
    sender.join(PATIENCE_SECONDS)
    given_up, answered = [entry.text for entry in record.entries if isinstance(entry, Note)]
    assert re.fullmatch(r"a request held at 'hook' was given up by its sender after \d\.\d s", given_up)
    assert answered == "1 request held at 'hook' answered with 202"


def test_sender_that_gives_up_is_not_held_any_more(inbox: Inbox, post: Post) -> None:
    inbox.script(Hang())
    with pytest.raises(httpx.ReadTimeout):
        post(inbox.url, timeout=0.1)
    assert holds(inbox, 0)
    waited = inbox.held_seconds(inbox.arrivals[0])
    assert waited is not None
    assert 0.09 <= waited < PATIENCE_SECONDS


def test_end_of_a_hold_can_be_waited_for(inbox: Inbox, post: Post) -> None:
    assert inbox.let_go_within(0)
    inbox.script(Hang())
    with pytest.raises(httpx.ReadTimeout):
        post(inbox.url, timeout=0.1)
    assert inbox.let_go_within(PATIENCE_SECONDS)
    assert inbox.held_seconds(inbox.arrivals[0]) is not None
    inbox.script(Hang())
    sender = in_background(lambda: post(inbox.url))
    assert holds(inbox, 1)
    assert not inbox.let_go_within(0.05)
    inbox.release()
    sender.join(PATIENCE_SECONDS)


def test_sender_that_was_answered_has_not_given_up(inbox: Inbox, post: Post) -> None:
    inbox.script(Hang())
    sender = in_background(lambda: post(inbox.url))
    assert holds(inbox, 1)
    inbox.release()
    sender.join(PATIENCE_SECONDS)
    assert inbox.held_seconds(inbox.arrivals[0]) is None


def test_request_behind_a_held_one_does_not_end_it(running: Receiver, inbox: Inbox) -> None:
    inbox.script(Hang())
    path = urlsplit(inbox.url).path.encode()
    with raw(running, b"POST %b HTTP/1.1\r\nHost: a\r\n\r\n" % path) as connection:
        assert holds(inbox, 1)
        connection.sendall(b"GET / HTTP/1.1\r\n")
        inbox.silence(0.05)
        assert inbox.holding == 1
        inbox.release(204)
        assert everything(connection).startswith(b"HTTP/1.1 204")


def test_retired_inbox_answers_200_and_keeps_nothing(inbox: Inbox, post: Post) -> None:
    inbox.script(Hang(), then=503)
    answers: list[int] = []
    sender = in_background(lambda: answers.append(post(inbox.url).status_code))
    assert holds(inbox, 1)
    inbox.retire()
    sender.join(PATIENCE_SECONDS)
    assert answers == [200]
    assert post(inbox.url).status_code == 200
    assert len(inbox.arrivals) == 1


# ------------------------------------------------------------------------------------------------------ arrivals


def test_arrival_is_kept_as_it_was_sent(inbox: Inbox, post: Post) -> None:
    post(f"{inbox.url}?a=b", content=b"\x00\xff", headers={"X-Twice": "1", "CONTENT-type": "text/x"})
    (arrival,) = inbox.wait(1, PATIENCE_SECONDS)
    assert (arrival.method, arrival.body, arrival.inbox, arrival.answer) == ("POST", b"\x00\xff", "hook", "200")
    assert arrival.path == f"{urlsplit(inbox.url).path}?a=b"
    assert ("CONTENT-type", "text/x") in arrival.headers
    assert arrival.at.tzinfo is not None


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_any_method_arrives(inbox: Inbox, method: str) -> None:
    assert httpx.request(method, inbox.url, trust_env=False).status_code == 200
    assert inbox.arrivals[0].method == method


def test_chunked_body_arrives_whole(inbox: Inbox, post: Post) -> None:
    post(inbox.url, content=iter([b"one ", b"two"]))
    assert inbox.arrivals[0].body == b"one two"


def test_sender_that_waits_for_it_is_told_to_go_on(running: Receiver, inbox: Inbox) -> None:
    path = urlsplit(inbox.url).path.encode()
    head = b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n" % path
    with raw(running, head) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(b"hi")
        assert everything(connection).startswith(b"HTTP/1.1 200")
    assert inbox.arrivals[0].body == b"hi"


def test_connection_is_closed_unless_an_answer_says_otherwise(running: Receiver, inbox: Inbox) -> None:
    inbox.script(Reply(200, (("Connection", "keep-alive"),)), then=200)
    path = urlsplit(inbox.url).path.encode()
    request = b"POST %b HTTP/1.1\r\nHost: a\r\n\r\n" % path
    with raw(running, request) as connection:
        assert b"keep-alive" in connection.recv(1000)
        connection.sendall(request)
        assert b"Connection: close" in everything(connection)
    assert len(inbox.arrivals) == 2


def test_half_a_request_is_no_arrival(running: Receiver, inbox: Inbox) -> None:
    path = urlsplit(inbox.url).path.encode()
    with raw(running, b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf" % path):
        pass
    inbox.silence(0.05)


def test_arrivals_carry_the_targets_time_of_when_they_were_held(running: Receiver, post: Post) -> None:
    inbox = running.inbox("hook", record=Record(), stamp=lambda: MOMENT)
    post(inbox.url)
    assert inbox.arrivals[0].target_at == MOMENT


def test_time_that_cannot_be_had_is_none(running: Receiver, post: Post) -> None:
    def stamp() -> datetime:
        message = "no clock"
        raise NoAnswerError(message)

    inbox = running.inbox("hook", record=Record(), stamp=stamp)
    assert post(inbox.url).status_code == 200
    assert inbox.arrivals[0].target_at is None


def test_arrivals_are_evidence(running: Receiver, post: Post) -> None:
    record = Record()
    inbox = running.inbox("hook", record=record)
    post(inbox.url)
    assert [entry for entry in record.entries if isinstance(entry, Arrival)] == list(inbox.arrivals)


def test_order_is_that_of_arriving_however_long_the_target_takes_to_tell_its_time(
    running: Receiver, post: Post
) -> None:
    late = threading.Event()
    turns = itertools.count()

    def stamp() -> datetime:
        if next(turns) == 0:
            late.wait(PATIENCE_SECONDS)
        return MOMENT

    inbox = running.inbox("hook", record=Record(), stamp=stamp)
    first = in_background(lambda: post(inbox.url, content=b"first"))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not running.in_flight and time.monotonic() < deadline:
        inbox.wait_or_count(1, 0.005)
    inbox.wait_or_count(1, 0.05)
    post(inbox.url, content=b"second")
    late.set()
    first.join(PATIENCE_SECONDS)
    assert [arrival.body for arrival in inbox.wait(2, PATIENCE_SECONDS)] == [b"first", b"second"]


def test_foreign_delivery_is_answered_200_and_not_kept(running: Receiver, post: Post) -> None:
    inbox = running.inbox("hook", record=Record(), is_foreign=lambda subject: subject == "another's")
    inbox.script(then=503)
    assert post(inbox.url, json={"data": {"command_id": "another's"}}).status_code == 200
    assert post(inbox.url, json={"data": {"command_id": "ours"}}).status_code == 503
    assert len(inbox.arrivals) == 1


# ------------------------------------------------------------------------------------------------------ waiting


def test_waiting_ends_when_enough_has_arrived(inbox: Inbox, post: Post) -> None:
    sender = in_background(lambda: [post(inbox.url) for _ in range(3)])
    assert len(inbox.wait(3, PATIENCE_SECONDS)) == 3
    sender.join(PATIENCE_SECONDS)


def test_missing_explains_what_did_arrive(inbox: Inbox, post: Post) -> None:
    inbox.script(503)
    post(inbox.url)
    with pytest.raises(Missing, match=r"2 requests had to arrive at 'hook' within 0 s.*1 request: POST at .* by 503"):
        inbox.wait(2, 0)
    assert len(inbox.wait_or_count(2, 0)) == 1


def test_missing_says_that_nothing_arrived(inbox: Inbox) -> None:
    with pytest.raises(Missing, match=r"1 request had to arrive .* came none"):
        inbox.wait(1, 0)


def test_silence_passes_where_only_earlier_requests_came(inbox: Inbox, post: Post) -> None:
    post(inbox.url)
    inbox.silence(0.02)


def test_unexpected_explains_what_arrived(inbox: Inbox, post: Post) -> None:
    sender = threading.Timer(0.02, lambda: post(inbox.url))
    sender.start()
    with pytest.raises(Unexpected, match=r"nothing was to arrive .* came 1 request: POST"):
        inbox.silence(PATIENCE_SECONDS)
    sender.join()


def test_quiet_is_known_when_nothing_is_in_flight(post: Post) -> None:
    with Receiver() as receiver:
        inbox = receiver.inbox("hook", record=Record())
        assert receiver.quiet(0.01, PATIENCE_SECONDS)
        inbox.script(Reply(200, after_seconds=0.3))
        sender = in_background(lambda: post(inbox.url))
        inbox.wait(1, PATIENCE_SECONDS)
        assert (receiver.in_flight, receiver.holding) == (1, 0)
        assert not receiver.quiet(0.01, 0.05)
        assert receiver.quiet(0.01, PATIENCE_SECONDS)
        sender.join(PATIENCE_SECONDS)


def test_held_request_leaves_it_quiet(post: Post) -> None:
    with Receiver() as receiver:
        inbox = receiver.inbox("hook", record=Record())
        inbox.script(Hang())
        sender = in_background(lambda: post(inbox.url))
        assert holds(inbox, 1)
        assert (receiver.in_flight, receiver.holding) == (1, 1)
        assert receiver.quiet(0.02, PATIENCE_SECONDS)
        inbox.release()
        sender.join(PATIENCE_SECONDS)


# ------------------------------------------------------------------------------------------------------ addresses


def test_urls_cannot_be_guessed(running: Receiver, post: Post) -> None:
    first, second = (running.inbox("hook", record=Record()) for _ in range(2))
    assert first.url != second.url
    assert post(f"{running.url}/hooks/hook").status_code == 404
    assert post(f"{running.url}/").status_code == 404
    assert not first.arrivals


def test_inbox_is_found_behind_a_path_that_a_proxy_has_added(inbox: Inbox, post: Post) -> None:
    assert post(inbox.url.replace("/hooks/", "/tunnel/hooks/")).status_code == 200
    assert len(inbox.arrivals) == 1


def test_public_url_stands_in_what_is_given_out() -> None:
    with Receiver(ReceiverOptions(public_url="https://kit.example:8443/")) as receiver:
        assert receiver.inbox("hook", record=Record()).url.startswith("https://kit.example:8443/hooks/")
        assert receiver.serve("a.png", b"", "image/png").startswith("https://kit.example:8443/files/")
        assert receiver.missing_url.startswith("https://kit.example:8443/missing/")
        assert receiver.refused_url.startswith("https://kit.example:")
        assert receiver.closed_door(receiver.inbox("hook", record=Record())) is None


def test_receiver_on_all_addresses_gives_out_one_that_can_be_reached(post: Post) -> None:
    with Receiver(ReceiverOptions(host="0.0.0.0")) as receiver:  # noqa: S104 - the case that is tested
        assert receiver.url == f"http://127.0.0.1:{receiver.port}"
        assert post(receiver.inbox("hook", record=Record()).url).status_code == 200


def test_taken_port_is_named_with_what_to_do() -> None:
    with Receiver() as receiver, pytest.raises(SetUpError, match=rf"port {receiver.port} .*--receiver-port"):
        Receiver(ReceiverOptions(port=receiver.port))


def test_refused_url_refuses_and_missing_url_is_missing(running: Receiver, post: Post) -> None:
    with pytest.raises(httpx.ConnectError):
        post(running.refused_url)
    assert httpx.get(running.missing_url, trust_env=False).status_code == 404
    assert running.downloads[-1].path == urlsplit(running.missing_url).path


def test_closed_door_refuses_until_it_is_opened(running: Receiver, inbox: Inbox, post: Post) -> None:
    door = running.closed_door(inbox)
    assert door is not None
    with pytest.raises(httpx.ConnectError):
        post(door.url)
    door.open()
    assert post(door.url).status_code == 200
    assert len(inbox.arrivals) == 1
    door.close()
    with pytest.raises(httpx.ConnectError):
        post(door.url)


def test_closing_is_quick_whatever_goes_on(post: Post) -> None:
    receiver = Receiver()
    inbox = receiver.inbox("hook", record=Record())
    inbox.script(Hang(), Reply(200, after_seconds=60), SlowBody(200, 100, 60))
    senders = []
    for count in range(1, 4):
        senders.append(in_background(lambda: post(inbox.url)))
        inbox.wait(count, PATIENCE_SECONDS)
    with raw(receiver, b"POST / HTTP/1.1\r\nHost"):
        began = time.monotonic()
        receiver.close()
        receiver.close()
        assert time.monotonic() - began < 0.5  # 0.2 s, and what a busy machine adds
    for sender in senders:
        sender.join(PATIENCE_SECONDS)
    with pytest.raises(httpx.ConnectError):
        post(inbox.url)


def test_receiver_leaves_no_thread_and_prints_nothing(post: Post, capfd: pytest.CaptureFixture[str]) -> None:
    with Receiver() as receiver:
        url = receiver.inbox("hook", record=Record()).url
        post(url)
        with raw(receiver, b"nonsense\r\n\r\n") as connection:
            everything(connection)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(f"receiver {receiver.port}")]
    assert capfd.readouterr() == ("", "")


# ------------------------------------------------------------------------------------------------------ nonsense


@settings(max_examples=40)
@given(garbage=st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: b"POST /hooks/a HTTP/1.1\r\n" + tail))
def test_nonsense_does_not_disturb_the_next_request(running: Receiver, garbage: bytes) -> None:
    inbox = running.inbox("hook", record=Record())
    with raw(running, garbage) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert httpx.post(inbox.url, trust_env=False).status_code == 200
    assert len(inbox.arrivals) == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (b"POST / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 20_000 + b"\r\n", b"431"),
        (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", b"404"),
        (b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n", b"404"),
    ],
)
def test_nonsense_is_answered_as_http_says(running: Receiver, sent: bytes, status: bytes) -> None:
    with raw(running, sent) as connection:
        assert everything(connection).split(b" ")[1] == status


# ------------------------------------------------------------------------------------------------------ files


def test_file_is_given_out_whole_and_noted(running: Receiver) -> None:
    url = running.serve("clip.mp4", b"0123456789", "video/mp4")
    response = httpx.get(url, trust_env=False)
    assert (response.content, response.headers["content-type"]) == (b"0123456789", "video/mp4")
    assert url.endswith("/clip.mp4")
    download = running.downloads[-1]
    assert (download.path, download.method) == (urlsplit(url).path, "GET")


def test_head_gives_the_length_alone(running: Receiver) -> None:
    response = httpx.head(running.serve("a.bin", b"0123456789", "a/b"), trust_env=False)
    assert (response.headers["content-length"], response.content) == ("10", b"")


def test_file_takes_no_post(running: Receiver, post: Post) -> None:
    assert post(running.serve("a.bin", b"", "a/b")).status_code == 405


@given(content=st.binary(min_size=1, max_size=50), first=st.integers(0, 60), length=st.none() | st.integers(1, 60))
def test_range_gives_that_part(content: bytes, first: int, length: int | None) -> None:
    last = "" if length is None else first + length - 1
    reply = StaticFile(content, "a/b").reply("GET", f"bytes={first}-{last}")
    if first >= len(content):
        assert (reply.status, dict(reply.headers)["Content-Range"]) == (416, f"bytes */{len(content)}")
    else:
        end = len(content) if length is None else first + length
        assert (reply.status, reply.body) == (206, content[first:end])
        assert dict(reply.headers)["Content-Range"].startswith(f"bytes {first}-")


@given(content=st.binary(min_size=1, max_size=50), length=st.integers(1, 60))
def test_range_from_the_end_gives_the_last_bytes(content: bytes, length: int) -> None:
    assert StaticFile(content, "a/b").reply("GET", f"bytes=-{length}").body == content[-length:]


@pytest.mark.parametrize("wanted", [None, "bytes=-", "lines=1-2", "bytes=0-1,3-4", "bytes=a-b"])
def test_range_of_another_form_is_passed_over(wanted: str | None) -> None:
    reply = StaticFile(b"0123", "a/b").reply("GET", wanted)
    assert (reply.status, reply.body) == (200, b"0123")


def test_port_that_another_listens_on_cannot_be_bound() -> None:
    with bound("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            bound("127.0.0.1", first.getsockname()[1])
