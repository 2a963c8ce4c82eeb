"""Shows the delivery policy of a webhook: its rules in words, its schedule as a table and as a picture."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from mockserver.http.reference.html import Html, element, joined
from mockserver.http.reference.spans import in_words
from mockserver.http.reference.timeline import timeline
from mockserver.webhooks.policy import DeliveryPolicy


def delivery(policy: DeliveryPolicy, extension: Mapping[str, Any]) -> Html:
    """The policy; `extension` is how the document writes it, with what only people need to know."""
    moments_ms = list(accumulate(policy.delays_ms))
    return joined(
        [
            element("h4", "Delivery policy"),
            element("dl", *_rules(policy, extension), class_="facts"),
            element("h4", "Attempts"),
            element(
                "p", "Where every attempt fails at once. Each wait counts from the failure of the attempt before it."
            ),
            timeline(moments_ms),
            _schedule(policy, moments_ms),
        ]
    )


def _rules(policy: DeliveryPolicy, extension: Mapping[str, Any]) -> Iterator[Html]:
    first, last = policy.first_success_status, policy.last_success_status
    yield _rule("Delivered", f"when the receiver answers {first} to {last} within {in_words(policy.timeout_ms)}")
    redirects = "" if extension.get("follow_redirects") else ", a redirect included,"
    yield _rule("Failed", f"with any other status{redirects} or without an answer in time")
    if policy.failure_threshold is not None:
        yield _rule("Disabled", f"after {policy.failure_threshold} failed attempts in a row")
    signature = policy.signature
    yield _rule(
        "Signature",
        element("code", signature.header),
        ": ",
        element("code", signature.value),
        ", where the digest is ",
        f"{signature.algorithm.upper()} of ",
        element("code", signature.message),
        f" in {signature.encoding}",
        ", left out where there is no secret" if extension["signature"].get("only_with_secret") else None,
    )
    yield _rule(
        "Headers", *(element("code", f"{name}: {value}", class_="line") for name, value in policy.headers.items())
    )


def _rule(name: str, *words: str | None) -> Html:
    return joined([element("dt", name), element("dd", *words)])


def _schedule(policy: DeliveryPolicy, moments_ms: list[int]) -> Html:
    head = element("tr", element("th", "Attempt"), element("th", "Wait before it"), element("th", "Since the first"))
    rows = [
        element(
            "tr",
            element("td", str(number)),
            element("td", in_words(delay_ms) if delay_ms else "none"),
            element("td", in_words(moment_ms) if moment_ms else "at once"),
        )
        for number, (delay_ms, moment_ms) in enumerate(zip(policy.delays_ms, moments_ms, strict=True), start=1)
    ]
    return element(
        "div", element("table", element("thead", head), element("tbody", *rows), class_="schedule"), class_="wide"
    )
