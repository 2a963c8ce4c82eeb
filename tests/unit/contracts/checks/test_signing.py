import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checks.renderio.signing import ALONE, BYTES, DIGEST, KEY, WRITING, flaws
from contracts.documents import load_api

SIGNATURE = load_api("renderio").policies["commandCompleted"].signature
SECRET = "whsec_c2VjcmV0IGtleSB0aGF0IGlzIGxvbmc="  # noqa: S105 - made up
EXOTIC = ' "quoted" café e\u0301 🔑 '
CONTENT = {"data": {"metadata": {"b": "naïve/café", "a": 1.0}}, "timestamp": 1700000000000}
BODY = json.dumps(CONTENT, ensure_ascii=False, separators=(",", ":")).encode()


def digest(key: bytes, body: bytes = BODY, name: str = "sha256") -> str:
    return hmac.new(key, body, name).hexdigest()


RIGHT = digest(SECRET.encode())


def found(value: str, secret: str = SECRET, body: bytes = BODY) -> list[str]:
    return [flaw.requirement for flaw in flaws(SIGNATURE, value, secret, body)]


@given(secret=st.text(min_size=1, max_size=90).filter(lambda text: text.isprintable()), body=st.binary(max_size=300))
def test_the_right_signature_has_no_flaw(secret: str, body: bytes) -> None:
    assert found(digest(secret.encode(), body), secret, body) == []


@given(digits=st.text("0123456789abcdef", min_size=64, max_size=64).filter(lambda text: text != RIGHT))
def test_a_digest_that_nothing_explains_is_no_hmac_of_the_body(digits: str) -> None:
    assert found(digits) == [DIGEST]
    assert not flaws(SIGNATURE, digits, SECRET, BODY)[0].explained


@given(value=st.text(max_size=120))
def test_any_text_but_the_right_one_has_a_flaw(value: str) -> None:
    assert bool(found(value)) == (value != RIGHT)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (RIGHT.upper(), [WRITING]),
        (base64.b64encode(bytes.fromhex(RIGHT)).decode(), [WRITING]),
        (base64.urlsafe_b64encode(bytes.fromhex(RIGHT)).decode().rstrip("="), [WRITING]),
        (RIGHT[:32], [WRITING]),
        (f"sha256={RIGHT}", [ALONE]),
        (f"t=1700000000,v1={RIGHT}", [ALONE]),
        (f"v1,{base64.b64encode(bytes.fromhex(RIGHT)).decode()}", [WRITING, ALONE]),
        (f"{RIGHT}, {RIGHT}", [ALONE]),
        (f"SHA256={RIGHT.upper()}", [WRITING, ALONE]),
        (digest(SECRET.encode(), name="sha1"), [DIGEST]),
        (digest(SECRET.encode(), name="sha512"), [DIGEST]),
        (hashlib.sha256(BODY).hexdigest(), [DIGEST]),
        (digest(BODY, SECRET.encode()), [DIGEST]),
        ("", [DIGEST]),
    ],
)
def test_each_way_of_writing_has_its_own_requirement(value: str, expected: list[str]) -> None:
    assert found(value) == expected


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(CONTENT).encode(),
        json.dumps(CONTENT, sort_keys=True).encode(),
        json.dumps(CONTENT, indent=2, ensure_ascii=False).encode(),
        BODY.replace(b"/", b"\\/"),
        BODY.replace(b"1.0", b"1"),
        BODY + b"\n",
    ],
)
def test_a_body_that_was_written_anew_is_told_from_a_wrong_digest(body: bytes) -> None:
    assert found(digest(SECRET.encode(), body)) == [BYTES]


@pytest.mark.parametrize(
    "key",
    [
        SECRET.removeprefix("whsec_").encode(),
        base64.b64decode(SECRET.removeprefix("whsec_")),
        SECRET.upper().encode(),
        hashlib.sha256(SECRET.encode()).digest(),
        b"",
    ],
)
def test_a_key_that_was_made_of_the_secret_is_told_from_a_wrong_digest(key: bytes) -> None:
    assert found(digest(key)) == [KEY]


@pytest.mark.parametrize(
    "key", [EXOTIC.strip().encode(), EXOTIC.encode("latin-1", "replace"), json.dumps(EXOTIC).encode()]
)
def test_an_exotic_secret_shows_what_is_done_to_it(key: bytes) -> None:
    assert found(digest(key), secret=EXOTIC) == [KEY]


def test_two_flaws_at_once_are_both_named() -> None:
    assert found(f"sha256={digest(SECRET.encode(), json.dumps(CONTENT).encode())}") == [ALONE, BYTES]
