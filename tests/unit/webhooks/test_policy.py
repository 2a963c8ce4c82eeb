"""A delivery policy is read from the document as it stands there, or refused with a reason."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.documents import Document
from mockserver.errors import SetUpError
from mockserver.webhooks.policy import EXTENSION, DeliveryPolicy, SignaturePolicy

Change = Callable[[dict[str, Any]], object]


def extension_of(document: Document) -> dict[str, Any]:
    """A copy of the real extension, to be changed at will."""
    extension: dict[str, Any] = copy.deepcopy(document.content["webhooks"]["commandCompleted"][EXTENSION])
    return extension


def changed(document: Document, change: Change) -> dict[str, Any]:
    extension = extension_of(document)
    change(extension)
    return extension


def test_policy_reads_the_real_document(renderio: Document) -> None:
    assert renderio.policies == {
        "commandCompleted": DeliveryPolicy(
            delays_ms=(0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000),
            timeout_ms=15_000,
            first_success_status=200,
            last_success_status=299,
            failure_threshold=8,
            headers={"Content-Type": "application/json", "User-Agent": "RenderIO-Webhook/1.0"},
            signature=SignaturePolicy("X-Webhook-Signature", "hmac-sha256", "hex", "{body}", "{digest}"),
        )
    }


def test_policy_reads_fractions_of_seconds(renderio: Document) -> None:
    extension = changed(renderio, lambda it: it.update(delays_seconds=[0, 0.25, 1.5], timeout_seconds=0.001))
    policy = DeliveryPolicy.from_document(extension)
    assert (policy.delays_ms, policy.timeout_ms) == ((0, 250, 1_500), 1)


def test_policy_needs_no_failure_threshold(renderio: Document) -> None:
    extension = changed(renderio, lambda it: it.pop("disable_after_consecutive_failures"))
    assert DeliveryPolicy.from_document(extension).failure_threshold is None


def test_policy_does_not_share_its_headers_with_the_document(renderio: Document) -> None:
    extension = extension_of(renderio)
    policy = DeliveryPolicy.from_document(extension)
    extension["headers"]["X-Later"] = "1"
    assert "X-Later" not in policy.headers


@pytest.mark.parametrize("key", ["delays_seconds", "timeout_seconds", "success_statuses", "headers", "signature"])
def test_policy_names_what_is_missing(renderio: Document, key: str) -> None:
    extension = changed(renderio, lambda it: it.pop(key))
    with pytest.raises(SetUpError, match=f"{EXTENSION}.*{key}"):
        DeliveryPolicy.from_document(extension)


@pytest.mark.parametrize("key", ["header", "algorithm", "encoding", "message", "value"])
def test_policy_names_what_the_signature_misses(renderio: Document, key: str) -> None:
    extension = changed(renderio, lambda it: it["signature"].pop(key))
    with pytest.raises(SetUpError, match=f"{EXTENSION}.*{key}"):
        DeliveryPolicy.from_document(extension)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda it: it.update(delays_seconds=[]), id="no delay"),
        pytest.param(lambda it: it.update(delays_seconds=[0, -1]), id="negative delay"),
        pytest.param(lambda it: it.update(delays_seconds=5), id="one number for the delays"),
        pytest.param(lambda it: it.update(delays_seconds=["5"]), id="text as a delay"),
        pytest.param(lambda it: it.update(delays_seconds=None), id="null for the delays"),
        pytest.param(lambda it: it.update(delays_seconds=[float("nan")]), id="a delay that is no number"),
        pytest.param(lambda it: it.update(delays_seconds=[float("inf")]), id="a delay without end"),
        pytest.param(lambda it: it.update(timeout_seconds=0), id="no time to answer"),
        pytest.param(lambda it: it.update(timeout_seconds=-15), id="negative timeout"),
        pytest.param(lambda it: it.update(timeout_seconds="15"), id="text as the timeout"),
        pytest.param(lambda it: it.update(timeout_seconds=float("inf")), id="a timeout without end"),
        pytest.param(lambda it: it.update(success_statuses=[200]), id="one success status"),
        pytest.param(lambda it: it.update(success_statuses=200), id="a number for the success statuses"),
        pytest.param(lambda it: it.update(success_statuses=[299, 200]), id="success statuses the wrong way round"),
        pytest.param(lambda it: it.update(success_statuses=["200", "299"]), id="text as success statuses"),
        pytest.param(lambda it: it.update(disable_after_consecutive_failures="8"), id="text as the threshold"),
        pytest.param(lambda it: it.update(disable_after_consecutive_failures=0), id="a threshold of none"),
        pytest.param(lambda it: it.update(headers=["User-Agent"]), id="headers without values"),
        pytest.param(lambda it: it.update(headers="User-Agent"), id="text as headers"),
        pytest.param(lambda it: it.update(headers={"X-Version": 1}), id="a number as a header"),
        pytest.param(lambda it: it.update(signature="hmac-sha256"), id="text as the signature"),
        pytest.param(lambda it: it.update(signature=None), id="null for the signature"),
        pytest.param(lambda it: it["signature"].update(algorithm="hmac-md5"), id="another algorithm"),
        pytest.param(lambda it: it["signature"].update(encoding="base32"), id="another encoding"),
        pytest.param(lambda it: it["signature"].update(encoding=[]), id="a list as the encoding"),
        pytest.param(lambda it: it["signature"].update(message=None), id="null as the signed message"),
        pytest.param(lambda it: it["signature"].update(message="{timestamp}"), id="a message without the body"),
        pytest.param(lambda it: it["signature"].update(value="{timestamp}"), id="a value without the digest"),
        pytest.param(lambda it: it.update(follow_redirects=True), id="redirects, which are never followed"),
    ],
)
def test_policy_refuses_what_it_cannot_keep(renderio: Document, change: Change) -> None:
    with pytest.raises(SetUpError, match=EXTENSION):
        DeliveryPolicy.from_document(changed(renderio, change))


@pytest.mark.parametrize(
    ("status", "success"),
    [(100, False), (199, False), (200, True), (204, True), (299, True), (300, False), (500, False)],
)
def test_policy_takes_the_documents_statuses_as_success(renderio: Document, status: int, success: bool) -> None:  # noqa: FBT001
    assert renderio.policies["commandCompleted"].is_success(status) is success
