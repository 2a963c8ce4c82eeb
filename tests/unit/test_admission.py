"""Keys that are given to the server belong to every API whose form they have, and to one at least."""

import re

import pytest

from mockserver.admission import doorkeepers
from mockserver.documents import CredentialHeader, Document
from mockserver.errors import SetUpError, Unauthorized, UnusableOptionError


def document(name: str, header: CredentialHeader | None) -> Document:
    return Document(name, {}, {}, {}, {} if header is None else {"Credential": header})


KEYS = document("keys", CredentialHeader("x-api-key", "", re.compile(r"k_\S+")))
TOKENS = document("tokens", CredentialHeader("authorization", "Token", re.compile(r"[a-z_]+")))


def test_key_is_let_in_by_every_api_whose_form_it_has() -> None:
    keys, tokens = doorkeepers([KEYS, TOKENS], frozenset({"k_a"}))
    admitted = keys.admit({"x-api-key": "k_a"}), tokens.admit({"authorization": "Token k_a"})
    assert admitted == ("k_a", "k_a")


def test_api_that_no_key_has_the_form_of_lets_nobody_in() -> None:
    keys, tokens = doorkeepers([KEYS, TOKENS], frozenset({"abc"}))
    assert tokens.admit({"authorization": "Token abc"}) == "abc"
    with pytest.raises(Unauthorized):
        keys.admit({"x-api-key": "k_a"})


def test_without_keys_every_credential_of_the_form_is_let_in() -> None:
    keys, tokens = doorkeepers([KEYS, TOKENS], frozenset())
    assert (keys.admit({"x-api-key": "k_b"}), tokens.admit({"authorization": "Token b"})) == ("k_b", "b")


def test_key_of_no_form_is_an_unusable_option_that_tells_the_forms() -> None:
    with pytest.raises(UnusableOptionError) as told:
        doorkeepers([KEYS, TOKENS], frozenset({"k_a", "A1"}))
    assert str(told.value) == (
        "--api-key A1: no API has keys of this form; one of keys matches k_\\S+; one of tokens matches [a-z_]+"
    )


def test_document_without_a_credential_keeps_the_server_from_starting() -> None:
    with pytest.raises(SetUpError, match="bare: the document names no credential"):
        doorkeepers([KEYS, document("bare", None)], frozenset())
