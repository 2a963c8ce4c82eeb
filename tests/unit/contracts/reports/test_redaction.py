"""No secret gets into a report, whatever way it is written in the results."""

import html
import json
import random
import tempfile
import urllib.parse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from contracts.documents import load_api
from contracts.reports.redaction import OTHER_CREDENTIAL, Redaction, redacted
from contracts.reports.shown_secrets import REDACTED
from contracts.reports.terminal import show
from contracts.reports.write import write_reports
from contracts.results import Results

KEY = "ffsk_5f0c7a1d9e3b4286"
TOKEN = "a.token~of/a+space=="  # noqa: S105 - of nothing
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON with all characters": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "JSON for pages": lambda text: json.dumps(text).replace("<", "\\u003c").replace("&", "\\u0026").replace("/", "\\/"),
    "a URL's path": lambda text: urllib.parse.quote(text, errors="surrogatepass"),
    "a URL's query": lambda text: urllib.parse.quote_plus(text, errors="surrogatepass"),
    "a URL in small letters": lambda text: urllib.parse.quote(text, safe="", errors="surrogatepass").replace(
        "%C", "%c"
    ),
    "HTML": html.escape,
    "HTML of JSON": lambda text: html.escape(json.dumps(text)),
    "Python": repr,
    "Python in ASCII": ascii,
    "Python bytes": lambda text: repr(text.encode("utf-8", "surrogatepass")),
    "bytes read as Latin-1": lambda text: text.encode("utf-8", "surrogatepass").decode("latin-1"),
}
# What begins and ends with marks cannot be taken for the text around it.
SECRETS = st.builds("zq{}qz".format, st.text(min_size=1, max_size=12)) | st.text(
    st.sampled_from("\"'\\\n/<>&%+ ü€😀\x00"), min_size=4, max_size=8
)


@pytest.mark.parametrize("way", WAYS)
@given(secret=SECRETS)
def test_secret_is_taken_out_however_it_is_written(way: str, secret: str) -> None:
    written = WAYS[way](secret).strip("\"'") if secret.startswith("zq") else WAYS[way](secret)
    cleaned = Redaction([secret]).text(f"before {written} after")
    assert REDACTED in cleaned
    assert secret not in cleaned
    assert "zq" not in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")


@given(st.binary(max_size=30), SECRETS, st.binary(max_size=30))
def test_secret_is_taken_out_of_bytes_that_are_no_text(before: bytes, secret: str, after: bytes) -> None:
    secret = secret.encode("utf-8", "replace").decode()
    cleaned = Redaction([secret]).data(b"\xff" + before + b"|" + secret.encode() + b"|" + after)
    assert REDACTED.encode() in cleaned
    assert b"zq" not in cleaned.replace(before, b"").replace(after, b"")
    assert cleaned.startswith(b"\xff")


def test_text_without_secrets_stays_as_it_is() -> None:
    assert Redaction([KEY, 'whsec "1"']).text("ffsk_ \\ % & 😀") == "ffsk_ \\ % & 😀"


def test_secret_within_a_longer_one_leaves_no_rest() -> None:
    assert Redaction(["abcd", "xxabcdyy"]).text("xxabcdyy abcd") == f"{REDACTED} {REDACTED}"


@given(st.text("0123456789abcdef", min_size=24, max_size=64), st.integers(12, 63))
def test_secret_that_was_cut_off_is_taken_out(secret: str, length: int) -> None:
    cut = secret[:length]
    assert Redaction([secret]).text(f"answered 401 {cut} …") == f"answered 401 {REDACTED} …"


def test_text_too_short_to_be_a_secret_is_left() -> None:
    assert Redaction(["", "a", "abc"]).text("an abc of a day") == "an abc of a day"


def test_many_backslashes_do_not_take_long() -> None:
    assert Redaction(['\\\\"abcZ']).text("\\" * 200_000 + "abcZ") == "\\" * 200_000 + "abcZ"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (KEY, REDACTED),
        ("", ""),
        (KEY + "x", OTHER_CREDENTIAL),
        ("somebody-else", OTHER_CREDENTIAL),
        (f"Bearer {KEY}", OTHER_CREDENTIAL),
    ],
)
def test_credential_header_shows_no_more_than_whose_it_is(sent: str, shown: str) -> None:
    headers = (("x-api-key", sent), ("Accept", "text/plain"))
    credential = load_api("renderio").credential
    assert Redaction([KEY]).headers(headers, credential) == (("x-api-key", shown), ("Accept", "text/plain"))


def test_user_and_password_of_a_url_are_taken_out() -> None:
    assert Redaction([]).url("http://me:pass@example.test/a@b") == f"http://{REDACTED}@example.test/a@b"


def test_redacting_twice_changes_nothing_more(everything: Results) -> None:
    once = redacted(everything)
    assert redacted(once) == once
    assert not any(result.secrets for result in once.checks)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32), secrets=st.frozensets(SECRETS, min_size=1, max_size=3), way=st.sampled_from(list(WAYS))
)
def test_no_report_shows_a_secret(
    seed: int, secrets: frozenset[str], way: str, make_results: Callable[..., Results]
) -> None:
    marks = ["<script>alert(1)</script>", "]]>", "\x1b[31m", '"', "\ud800", "plain words", "\x00\x08"]

    def text(source: random.Random) -> str:
        secret = source.choice(sorted(secrets))
        return f"{source.choice(marks)} {WAYS[way](secret)} {source.choice(marks)}"

    results = make_results(seed, text=text, secrets=secrets)
    with tempfile.TemporaryDirectory() as folder:
        outputs = [path.read_text("utf-8") for path in write_reports(results, Path(folder))]
    console = Console(record=True, width=4000, file=Path("/dev/null").open("w"), force_terminal=False)  # noqa: SIM115 - closed below
    show(results, console)
    console.file.close()
    outputs.append(console.export_text())
    for secret in secrets:
        # Fewer than these characters stand in every report by chance.
        forms = {form(secret) for form in WAYS.values()} if secret.startswith("zq") else set()
        assert not [form for form in forms for output in outputs if form in output]


def test_secret_of_one_check_is_taken_out_of_another(everything: Results) -> None:
    first, second, *_ = everything.checks
    second = replace(second, secrets=frozenset(), ended_early=f"key {KEY}")
    results = replace(everything, checks=(replace(first, secrets=frozenset({KEY})), second))
    assert redacted(results).checks[1].ended_early == f"key {REDACTED}"


def test_bearer_token_is_redacted_in_headers_and_in_a_query() -> None:
    redaction, credential = Redaction([TOKEN]), load_api("bannx").credential
    headers = (("authorization", f"Bearer {TOKEN}"), ("X-Note", f"it was {TOKEN}"), ("Proxy-Authorization", "Basic x"))
    assert redaction.headers(headers, credential) == (
        ("authorization", f"Bearer {REDACTED}"),
        ("X-Note", f"it was {REDACTED}"),
        ("Proxy-Authorization", OTHER_CREDENTIAL),
    )
    url = f"http://a.test/api/render/card?token={urllib.parse.quote(TOKEN, safe='')}&format=png"
    assert redaction.url(url) == f"http://a.test/api/render/card?token={REDACTED}&format=png"


def test_what_was_redacted_is_not_looked_through_again_and_its_copies_are(everything: Results) -> None:
    once = redacted(everything)
    assert redacted(once) is once
    leaking = replace(once, information=replace(once.information, target_url=f"http://user:{KEY}@a.test/"))
    assert KEY not in redacted(leaking).information.target_url


def test_secrets_in_pictures_are_redacted_like_others() -> None:
    picture = b"\x89PNG\r\n\x1a\n\xff tEXt " + KEY.encode()
    redaction = Redaction([KEY])
    assert [redaction.data(picture) for _ in range(2)] == [picture.replace(KEY.encode(), REDACTED.encode())] * 2
