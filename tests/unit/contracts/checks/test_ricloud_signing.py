import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.ricloud.signing import BYTES, DIGEST, FORM, MOMENT, Inspection, Material, inspect, moment_flaw
from contracts.clock import Tolerance
from contracts.documents import load_api

OWNER = "RCL-SIG-001"
SIGNATURE = load_api("ricloud").policies["event"].signature
HEADER = "Ricloud-Signature"
SECRET = "whsec_c2VjcmV0IGtleSB0aGF0IGlzIGxvbmc="  # noqa: S105 - made up
OTHER_SECRET = "whsec_another"  # noqa: S105 - made up
EVENT = {"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "data": {"url": "http://a/b", "name": "naïve", "share": 1.0}}
BODY = json.dumps(EVENT, ensure_ascii=False, separators=(",", ":")).encode()
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
TOLERANCE = Tolerance(1.0, 1.0)
SECRETS = st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable())


def code(key: bytes, message: bytes, name: str = "sha256") -> bytes:
    """An HMAC by its definition (RFC 2104), apart from the one of the kit."""
    size = hashlib.new(name).block_size
    padded = (hashlib.new(name, key).digest() if len(key) > size else key).ljust(size, b"\0")
    inner = hashlib.new(name, bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.new(name, bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def value(digest: bytes, stamp: str = STAMP) -> str:
    return f"t={stamp},s={base64.b64encode(digest).decode()}"


def signed(body: bytes = BODY, secret: str = SECRET, stamp: str = STAMP) -> str:
    return value(code(secret.encode(), stamp.encode() + b"." + body), stamp)


RIGHT = signed()
DIGEST_OF_RIGHT = base64.b64decode(RIGHT.partition(",s=")[2])


def inspected(header: str | None, *, name: str = HEADER, body: bytes = BODY, **material: object) -> Inspection:
    headers = () if header is None else ((name, header),)
    given_material = {"owner": OWNER, "secret": SECRET, "other_secrets": (OTHER_SECRET,), **material}
    return inspect(SIGNATURE, (("Content-Type", "application/json"), *headers), body, Material(**given_material))  # type: ignore[arg-type]


def broken(found: Inspection) -> set[str]:
    return {flaw.requirement for flaw in found.flaws}


@given(secret=SECRETS, body=st.binary(max_size=300), stamp=st.integers(0, 2**40).map(str))
def test_the_right_signature_has_no_flaw(secret: str, body: bytes, stamp: str) -> None:
    found = inspected(signed(body, secret, stamp), body=body, secret=secret)
    assert found == Inspection(timestamp=stamp)


@pytest.mark.parametrize(
    ("secret", "stamp", "body", "expected"),
    [
        ("secret", "1540000000", "{}", "t=1540000000,s=uVX6YJ7P+IciczDOS/mFc8nm6Zw+BoBdBgw2qWoITfE="),
        (
            "whsec_test_123",
            "1543928400",
            '{"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "type": "webhook_config", "action": "test"}',
            "t=1543928400,s=Bp05jURkUIVn6qXTpKSsvqA0kjvj99BxwKCuPsM5CBg=",
        ),
        ("kłucz", "1543928400", '{"name": "Zażółć"}', "t=1543928400,s=/+e4TuXAOiEqCtZFUrqBi+uXwYvnnzv4h24NC+p0Kis="),
    ],
)
def test_the_vectors_of_the_official_client_are_right(secret: str, stamp: str, body: str, expected: str) -> None:
    assert signed(body.encode(), secret, stamp) == expected
    assert inspected(expected, body=body.encode(), secret=secret).flaws == ()


@given(digest=st.binary(min_size=32, max_size=32).filter(lambda digest: digest != DIGEST_OF_RIGHT))
def test_a_digest_that_nothing_explains_is_by_another_secret(digest: bytes) -> None:
    found = inspected(value(digest))
    assert broken(found) == {OWNER}
    assert found.unclear == {DIGEST, BYTES}


@given(text=st.text(max_size=120).filter(lambda text: text != RIGHT))
def test_any_text_but_the_right_one_has_a_flaw(text: str) -> None:
    assert inspected(text).flaws


def test_a_delivery_without_a_signature_is_not_signed() -> None:
    found = inspected(None)
    assert broken(found) == {OWNER}
    assert found.unclear == {FORM, DIGEST, BYTES}


@pytest.mark.parametrize(
    "written",
    [
        RIGHT.replace(",", ", "),
        RIGHT.replace("s=", "v1="),
        RIGHT.rstrip("="),
        f"s={RIGHT.partition(',s=')[2]},t={STAMP}",
        f"t={STAMP},s={base64.urlsafe_b64encode(DIGEST_OF_RIGHT).decode().rstrip('=')}",
        f"t={STAMP},s={DIGEST_OF_RIGHT.hex()}",
        f"t={STAMP},s={DIGEST_OF_RIGHT.hex().upper()}",
        f"t={STAMP},s={base64.b64encode(DIGEST_OF_RIGHT.hex().encode()).decode()}",
        f"{RIGHT}, {RIGHT}",
    ],
)
def test_a_right_digest_that_is_written_in_another_way_breaks_the_form_alone(written: str) -> None:
    found = inspected(written)
    assert broken(found) == {FORM}
    assert not found.unclear


def test_a_right_signature_in_another_header_breaks_the_form_alone() -> None:
    found = inspected(RIGHT, name="X-Signature")
    assert broken(found) == {FORM}
    assert not found.unclear


def test_a_signature_of_an_unknown_kind_says_nothing_of_the_secret() -> None:
    found = inspected("keyId=1,signature=abc", name="X-Signature")
    assert broken(found) == {FORM}
    assert OWNER in found.unclear


@pytest.mark.parametrize("text", ["", "none", f"t={STAMP}", f"t={STAMP},s="])
def test_a_value_without_a_digest_breaks_the_form_and_says_nothing_of_the_secret(text: str) -> None:
    found = inspected(text)
    assert broken(found) == {FORM}
    assert OWNER in found.unclear


@pytest.mark.parametrize(
    "message",
    [
        BODY,
        STAMP.encode() + BODY,
        BODY + b"." + STAMP.encode(),
        STAMP.encode() + b":" + BODY,
        f"{EVENT['id']}.{STAMP}.".encode() + BODY,
        f"{STAMP}123.".encode() + BODY,
        f"{int(STAMP) - 30}.".encode() + BODY,
        STAMP.encode(),
    ],
)
def test_another_text_that_is_signed_breaks_the_digest_alone(message: bytes) -> None:
    assert broken(inspected(value(code(SECRET.encode(), message)))) == {DIGEST}


@pytest.mark.parametrize(
    "key",
    [
        SECRET.removeprefix("whsec_").encode(),
        base64.b64decode(SECRET.removeprefix("whsec_")),
        SECRET.upper().encode(),
        hashlib.sha256(SECRET.encode()).digest(),
    ],
)
def test_a_key_that_was_made_of_the_secret_breaks_the_digest_alone(key: bytes) -> None:
    assert broken(inspected(value(code(key, STAMP.encode() + b"." + BODY)))) == {DIGEST}


@pytest.mark.parametrize("name", ["sha1", "sha512", "md5"])
def test_another_hash_breaks_the_digest_alone(name: str) -> None:
    message = STAMP.encode() + b"." + BODY
    assert broken(inspected(value(code(SECRET.encode(), message, name)))) == {DIGEST}
    assert hmac.new(SECRET.encode(), message, name).digest() == code(SECRET.encode(), message, name)


@pytest.mark.parametrize("key", [OTHER_SECRET.encode(), b"", b"a secret that nobody knows"])
def test_another_secret_breaks_whose_secret_it_is(key: bytes) -> None:
    assert broken(inspected(value(code(key, STAMP.encode() + b"." + BODY)))) == {OWNER}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(EVENT).encode(),
        json.dumps(EVENT, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(),
        json.dumps(EVENT, indent=2).encode(),
        BODY.replace(b"/", b"\\/"),
        BODY.replace(b"1.0", b"1"),
        BODY + b"\n",
    ],
)
def test_a_body_that_was_written_anew_breaks_the_bytes_alone(body: bytes) -> None:
    assert broken(inspected(signed(body))) == {BYTES}


def test_the_body_of_an_earlier_attempt_breaks_the_bytes_alone() -> None:
    assert broken(inspected(signed(b"{}"), other_bodies=(b"{}",))) == {BYTES}


def test_an_earlier_timestamp_that_is_signed_breaks_the_digest_alone() -> None:
    earlier = str(int(STAMP) - 5000)
    digest = code(SECRET.encode(), f"{earlier}.".encode() + BODY)
    assert broken(inspected(value(digest), other_timestamps=(earlier,))) == {DIGEST}


@given(off_seconds=st.floats(-1, 0.99))
def test_a_timestamp_within_the_tolerance_is_right(off_seconds: float) -> None:
    stamp = str(int(NOW.timestamp() + off_seconds + 1) - 1)
    assert moment_flaw(stamp, NOW, TOLERANCE) is None


@given(off_seconds=st.integers(2, 10**8) | st.integers(-(10**8), -2))
def test_a_timestamp_beyond_the_tolerance_is_of_another_moment(off_seconds: int) -> None:
    flaw = moment_flaw(str(int(NOW.timestamp()) + off_seconds), NOW, TOLERANCE)
    assert flaw is not None
    assert flaw.requirement == MOMENT


@pytest.mark.parametrize("factor", [10**3, 10**6, 10**9])
def test_a_timestamp_in_another_unit_breaks_the_form(factor: int) -> None:
    flaw = moment_flaw(str(int(NOW.timestamp()) * factor), NOW, TOLERANCE)
    assert flaw is not None
    assert flaw.requirement == FORM


@pytest.mark.parametrize("text", ["", "2026-01-01T12:00:00Z", "12.5", "-3"])
def test_a_timestamp_that_is_no_number_of_seconds_is_not_judged_by_its_moment(text: str) -> None:
    assert moment_flaw(text, NOW, TOLERANCE) is None
