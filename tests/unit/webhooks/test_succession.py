"""What follows an attempt depends on the policy, the outcome and the moment of the failure, and on nothing else."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from mockserver.documents import Document
from mockserver.webhooks.delivery import Answer, Delivered, Exhausted, Outcome, Retry, Silence, succession
from mockserver.webhooks.policy import DeliveryPolicy, SignaturePolicy

SIGNATURE = SignaturePolicy("X-Signature", "hmac-sha256", "hex", "{body}", "{digest}")

statuses = st.integers(100, 599)
moments = st.integers(0, 10**13)
silences = st.text(max_size=20).map(Silence)


@st.composite
def policies(draw: st.DrawFn) -> DeliveryPolicy:
    first, last = sorted((draw(statuses), draw(statuses)))
    return DeliveryPolicy(
        delays_ms=tuple(draw(st.lists(st.integers(0, 10**9), min_size=1, max_size=12))),
        timeout_ms=15_000,
        first_success_status=first,
        last_success_status=last,
        failure_threshold=draw(st.none() | st.integers(1, 20)),
        headers={},
        signature=SIGNATURE,
    )


@st.composite
def failures(draw: st.DrawFn, policy: DeliveryPolicy) -> Outcome:
    """Silence, or an answer outside the policy's range."""
    refused = [
        status for status in range(100, 600) if not policy.first_success_status <= status <= policy.last_success_status
    ]
    return draw(silences if not refused else silences | st.sampled_from(refused).map(Answer))


@given(data=st.data(), policy=policies(), failed_ms=moments)
def test_succession_counts_the_delay_from_the_failure(
    data: st.DataObject, policy: DeliveryPolicy, failed_ms: int
) -> None:
    number = data.draw(st.integers(1, len(policy.delays_ms)).filter(lambda it: it < len(policy.delays_ms)) | st.just(0))
    if number == 0:  # a policy of one attempt has no retry
        return
    outcome = data.draw(failures(policy))
    follows = succession(policy, number=number, outcome=outcome, finished_ms=failed_ms)
    assert follows == Retry(due_ms=failed_ms + policy.delays_ms[number])


@given(data=st.data(), policy=policies(), failed_ms=moments)
def test_succession_is_exhausted_after_the_last_attempt(
    data: st.DataObject, policy: DeliveryPolicy, failed_ms: int
) -> None:
    outcome = data.draw(failures(policy))
    follows = succession(policy, number=len(policy.delays_ms), outcome=outcome, finished_ms=failed_ms)
    assert follows == Exhausted()


@given(data=st.data(), policy=policies(), now_ms=moments, status=statuses)
def test_succession_is_delivered_on_statuses_in_range_only(
    data: st.DataObject, policy: DeliveryPolicy, now_ms: int, status: int
) -> None:
    number = data.draw(st.integers(1, len(policy.delays_ms)))
    follows = succession(policy, number=number, outcome=Answer(status), finished_ms=now_ms)
    assert isinstance(follows, Delivered) == (
        status in range(policy.first_success_status, policy.last_success_status + 1)
    )


@given(policy=policies(), now_ms=moments)
def test_succession_never_delivers_on_silence(policy: DeliveryPolicy, now_ms: int) -> None:
    follows = succession(policy, number=1, outcome=Silence("no answer in time"), finished_ms=now_ms)
    assert not isinstance(follows, Delivered)


@given(policy=policies())
def test_succession_makes_as_many_attempts_as_delays(policy: DeliveryPolicy) -> None:
    moments_ms = failing_moments(policy, start_ms=0)
    assert moments_ms == list(accumulate(policy.delays_ms))


def test_succession_keeps_the_renderio_schedule(renderio: Document) -> None:
    moments_ms = failing_moments(renderio.policies["commandCompleted"], start_ms=0)
    assert [moment / 1000 for moment in moments_ms] == [0, 5, 305, 2_105, 9_305, 27_305, 63_305, 99_305]


def failing_moments(policy: DeliveryPolicy, *, start_ms: int) -> list[int]:
    """When the attempts of a message are made whose every attempt fails at once."""
    moment_ms = start_ms + policy.delays_ms[0]
    made = [moment_ms]
    while isinstance(
        follows := succession(policy, number=len(made), outcome=Silence("refused"), finished_ms=moment_ms), Retry
    ):
        moment_ms = follows.due_ms
        made.append(moment_ms)
    return made
