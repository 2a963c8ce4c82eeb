"""What a target calls a secret in its answers is in no report, though nobody has told the run of it."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.documents import load_api
from contracts.record import Arrival, Exchange
from contracts.reports.redaction import OTHER_CREDENTIAL, Redaction, redacted
from contracts.reports.shown_secrets import REDACTED, secrets_shown, without_shown_secrets
from contracts.results import Results

RICLOUD, RENDERIO = load_api("ricloud"), load_api("renderio")
SHOWN = 'whsec_4fA9b2 "quoted" \\ é'
DIGEST = "uVX6YJ7P+IciczDOS/mFc8nm6Zw+BoBdBgw2qWoITfE="


@given(st.text(min_size=8), st.sampled_from(["secret", "token"]), st.booleans())
def test_value_of_a_secret_is_taken_out_of_json(secret: str, name: str, ascii_only: bool) -> None:  # noqa: FBT001 - given by hypothesis
    text = json.dumps({"id": 3, name: secret, "state": "new"}, ensure_ascii=ascii_only)
    assert json.loads(without_shown_secrets(text)) == {"id": 3, name: REDACTED, "state": "new"}


@given(st.text("abcdefé0123456789_+/=", min_size=8))
def test_value_of_a_secret_is_taken_out_of_json_within_json(secret: str) -> None:
    text = json.dumps(json.dumps([{"secret": secret, "id": 1}]))
    assert json.loads(json.loads(without_shown_secrets(text))) == [{"secret": REDACTED, "id": 1}]


def test_value_that_was_cut_off_is_taken_out() -> None:
    assert without_shown_secrets('200 {"id": 1, "secret": "whsec_4f') == f'200 {{"id": 1, "secret": "{REDACTED}'


@pytest.mark.parametrize(
    "text",
    [
        '{"secret": null}',
        '{"secret": "abc"}',
        '{"secrets": "abcdefgh"}',
        '{"params": {"secret": ["is odd"]}}',
        "secret",
    ],
)
def test_what_is_no_secret_is_left(text: str) -> None:
    assert without_shown_secrets(text) == text


def test_endless_backslashes_do_not_take_long() -> None:
    text = "secret" + "\\" * 200_000 + '"secret'
    assert without_shown_secrets(text) == text


def test_secret_of_an_answer_is_taken_out_of_every_other_place(
    everything: Results, make_exchange: Callable[..., Exchange]
) -> None:
    answer = make_exchange(
        request_headers=(("Authorization", "Token mine"), ("X-Other", "é")),
        request_body=b"",
        response_body=json.dumps({"id": 3, "secret": SHOWN}).encode(),
    )
    check = everything.checks[0]
    results = replace(
        everything,
        information=replace(everything.information, api="ricloud"),
        checks=(
            replace(check, entries=(answer,), secrets=frozenset({"mine"}), ended_early=f"signed by {SHOWN}, it was"),
        ),
    )
    [cleaned] = redacted(results).checks
    [entry] = cleaned.entries
    assert isinstance(entry, Exchange)
    assert cleaned.ended_early == f"signed by {REDACTED}, it was"
    assert json.loads(entry.response_body) == {"id": 3, "secret": REDACTED}
    assert entry.request_headers[0] == ("Authorization", f"Token {REDACTED}")


def test_refusal_tells_no_secret(make_exchange: Callable[..., Exchange]) -> None:
    refusal = make_exchange(status=400, response_body=b'{"secret": "must be a text"}')
    assert list(secrets_shown(refusal, RICLOUD)) == []
    assert list(secrets_shown(replace(refusal, status=None), RICLOUD)) == []


def test_digest_of_the_services_own_secret_is_one(make_arrival: Callable[..., Arrival]) -> None:
    signed = replace(make_arrival(1, 0), headers=(("ricloud-signature", f"t=1540000000,s={DIGEST}"),))
    assert list(secrets_shown(signed, RICLOUD)) == [DIGEST]
    text = Redaction(secrets_shown(signed, RICLOUD)).headers(signed.headers, RICLOUD.credential)
    assert text == (("ricloud-signature", f"t=1540000000,s={REDACTED}"),)


def test_digest_of_a_secret_that_the_kit_made_up_is_evidence(make_arrival: Callable[..., Arrival]) -> None:
    signed = replace(make_arrival(1, 0), headers=(("X-Webhook-Signature", "5f0c" * 16),))
    assert list(secrets_shown(signed, RENDERIO)) == []


def test_credential_in_another_form_is_another_one() -> None:
    headers = (("Authorization", "Bearer mine-it-is"),)
    shown = Redaction(["mine-it-is"]).headers(headers, RICLOUD.credential)
    assert shown == (("Authorization", OTHER_CREDENTIAL),)
