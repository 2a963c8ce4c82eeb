"""A model of one account's webhook: what it may show and send after any history, under every permitted reading.

It knows nothing of HTTP. What the documents leave open is a set of values here, which shrinks as answers are seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.checks.renderio.signing import CONTENT

PER_ATTEMPT, PER_DELIVERY, WITHIN_DELIVERY = "a", "b", "c"
"""What counts as a failure: the readings of RIO-DIS-001."""


class Divergence(Exception):
    """What was seen is not permitted by any reading; `requirement` is the one that says so."""

    def __init__(self, requirement: str, because: str) -> None:
        super().__init__(f"{requirement}: {because}")
        self.requirement = requirement
        self.because = because


@dataclass(frozen=True, slots=True)
class Seen:
    """A requirement that was seen to hold, in one of its readings where it has any."""

    requirement: str
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request of the target: about which command, to which URL, by which key, and whether it was answered 2xx.

    `key` is the secret that its signature fits, None where it is unsigned; where `flaw` is not None it names the
    requirement that a signature breaks which fits no secret at all.
    """

    subject: str
    url: str
    key: str | None
    taken: bool
    flaw: str | None = None


@dataclass(slots=True)
class Delivery:
    """What the target owes, or does not owe, about one command that is over."""

    generation: int
    url: str | None
    attempts: int = 0
    taken: bool = False
    waited_seconds: float = 0.0


@dataclass(slots=True)
class Model:
    """One account. `url` is None until the first PUT; `keys` are those that deliveries may be signed with."""

    url: str | None = None
    active: bool = False
    keys: frozenset[str | None] = frozenset()
    counts: frozenset[tuple[str, int]] = frozenset({(reading, 0) for reading in "abc"})
    generation: int = 0
    since: str = "nothing"
    _earlier_urls: set[str] = field(default_factory=set)
    _deliveries: dict[str, Delivery] = field(default_factory=dict)
    _open_count: int = 0
    _reset: bool = False

    # ------------------------------------------------------------------------------------------- what is done

    def put(self, url: str, secret: str | None) -> None:
        """A PUT was answered with success."""
        if self.url is not None:
            self._earlier_urls.add(self.url)
        # RIO-CFG-007: a secret that is left out is gone, or the earlier one is kept.
        kept = self.keys - {None} if secret is None else frozenset[str | None]()
        self.keys = frozenset({secret}) | kept
        shown = {count for _, count in self.counts}
        self._open_count = max(shown) if self.active and len(shown) == 1 else 0
        # RIO-DIS-015 for an active webhook; for one that a DELETE has disabled nothing is said.
        self.counts |= {(reading, 0) for reading, _ in self.counts}
        self.since = "a first PUT" if self.url is None else "a PUT" if self.active else "a PUT after a DELETE"
        self.url, self.active = url, True
        self.generation += 1

    def delete(self) -> None:
        """A DELETE was answered with success."""
        if self.url is None:
            return
        self.active = False
        self.counts |= {(reading, 0) for reading, _ in self.counts}
        self.since = "a DELETE"
        self._open_count = 0
        self.generation += 1

    def finished(self, subject: str) -> None:
        """A command is over; it is owed a delivery where the webhook is active."""
        self._deliveries[subject] = Delivery(self.generation, self.url if self.active else None)

    @property
    def pending(self) -> int:
        """How many deliveries have begun and were not taken yet."""
        return sum(bool(delivery.attempts) and not delivery.taken for delivery in self._deliveries.values())

    def owes(self, subject: str) -> bool:
        """Whether a first attempt of this command's delivery should have come and has not."""
        delivery = self._deliveries[subject]
        return delivery.url is not None and not delivery.attempts

    def passed(self, seconds: float, *, first_retry_seconds: float) -> Iterable[Seen]:
        """So much time has passed, and what came in it has been told; what that says of retries that did not come."""
        for delivery in self._deliveries.values():
            delivery.waited_seconds += seconds
            overdue = delivery.waited_seconds > first_retry_seconds and delivery.attempts == 1 and not delivery.taken
            if overdue and delivery.generation == self.generation - 1:
                if not self.active:
                    yield Seen("RIO-RTY-021", "a")
                elif delivery.url != self.url:
                    yield Seen("RIO-RTY-020", "c")

    # ------------------------------------------------------------------------------------------- what is seen

    def arrived(self, attempt: Attempt) -> Iterable[Seen]:
        """A request came. Raises `Divergence`."""
        delivery = self._deliveries.get(attempt.subject)
        if delivery is None:
            return ()
        if delivery.taken:
            raise Divergence("RIO-RTY-001", "an attempt came after one of the same delivery that was answered 200")
        seen = self._placed(attempt, delivery)
        delivery.attempts, delivery.waited_seconds = delivery.attempts + 1, 0.0
        delivery.taken = attempt.taken
        self._count(attempt, delivery)
        return seen

    def _placed(self, attempt: Attempt, delivery: Delivery) -> list[Seen]:
        if delivery.url is None and not delivery.attempts:
            if not self.active:
                raise Divergence("RIO-CFG-016", "a command that finished after a DELETE was delivered all the same")
            return [Seen("RIO-DIS-010", "b")]
        if delivery.generation != self.generation:
            return self._overtaken(attempt, delivery)
        if attempt.url != self.url:
            stale = attempt.url in self._earlier_urls
            because = f"a delivery came to {'the URL before the last PUT' if stale else 'another URL'}"
            raise Divergence("RIO-CFG-002" if stale else "RIO-CFG-011", because)
        again = [Seen("RIO-DIS-014")] if self.since == "a PUT after a DELETE" else []
        replaced = [Seen("RIO-CFG-002")] if self._earlier_urls - {self.url} else []
        return [*self._signed(attempt, first=delivery.attempts == 0), *again, *replaced, Seen("RIO-CFG-011")]

    def _overtaken(self, attempt: Attempt, delivery: Delivery) -> list[Seen]:
        """A retry that was pending while the configuration changed; whatever becomes of it is permitted."""
        if not self.active:
            return [Seen("RIO-RTY-021", "b")]
        if delivery.url in {None, self.url}:
            return []
        return [Seen("RIO-RTY-020", "a" if attempt.url == self.url else "b")]

    def _signed(self, attempt: Attempt, *, first: bool) -> list[Seen]:
        if attempt.flaw is None and attempt.key in self.keys:
            seen = []
            if len(self.keys) > 1:
                seen.append(Seen("RIO-CFG-007", "a" if attempt.key is None else "b"))
            self.keys = frozenset({attempt.key})
            return seen
        if self.keys == {None} or (None in self.keys and attempt.flaw in CONTENT):
            raise Divergence("RIO-SIG-002", "no secret is configured, and a delivery was signed")
        if not first:
            raise Divergence("RIO-SIG-009", "the signature of a retry did not fit its own body")
        if attempt.flaw is not None:
            raise Divergence(attempt.flaw, "the signature of a delivery was not the documented one")
        if attempt.key is None:
            raise Divergence("RIO-SIG-001", "a secret is configured, and a delivery was not signed")
        raise Divergence("RIO-SIG-010", "a delivery was signed with a secret that a PUT had replaced")

    def _count(self, attempt: Attempt, delivery: Delivery) -> None:
        if attempt.taken:
            self._reset = all(count for _, count in self.counts)
            after = frozenset((reading, 0) for reading, _ in self.counts)
        else:
            after = frozenset(
                pair
                for reading, count in self.counts
                for pair in {
                    PER_ATTEMPT: [(reading, count + 1)],
                    PER_DELIVERY: [(reading, count)],
                    WITHIN_DELIVERY: [(reading, delivery.attempts), (reading, max(count, delivery.attempts))],
                }[reading]
            )
        certain = self.active and delivery.generation == self.generation
        # Whether attempts of an earlier configuration count on this one is said nowhere.
        self.counts = after if certain else self.counts | after
        self.since = "a success" if attempt.taken and certain else "a failure" if not attempt.taken else self.since

    # ------------------------------------------------------------------------------------------- what is shown

    def shown(self, config: Mapping[str, Any]) -> Iterable[Seen]:
        """GET was answered with a body of one of the documented forms. Raises `Divergence`."""
        configured = config["configured"]
        if self.url is None:
            self._expect("RIO-CFG-013", not configured, "GET says configured true, and nothing ever was")
            return [Seen("RIO-CFG-013")]
        if not configured:
            return self._hidden()
        url = config["url"]
        stale = url in self._earlier_urls
        because = f"GET shows {'the URL before the last PUT' if stale else 'another URL than was configured'}"
        self._expect("RIO-CFG-002" if stale else "RIO-CFG-011", url == self.url, because)
        seen = self._shown_state(config)
        return [*seen, *self._shown_count(config["consecutive_failures"])]

    def _hidden(self) -> list[Seen]:
        if not self.active:
            return [Seen("RIO-CFG-017", "b")]
        requirement = "RIO-DIS-014" if self.since == "a PUT after a DELETE" else "RIO-CFG-001"
        raise Divergence(requirement, f"GET says configured false after {self.since}")

    def _shown_state(self, config: Mapping[str, Any]) -> list[Seen]:
        is_active, disabled_at = config["is_active"], config["disabled_at"]
        if not self.active:
            self._expect("RIO-CFG-017", not is_active, "GET says is_active true after a DELETE")
            at_delete = self.since == "a DELETE"
            return [
                Seen("RIO-CFG-017", "a"),
                *([Seen("RIO-CFG-018", "a" if disabled_at is None else "b")] if at_delete else []),
            ]
        requirement = {"a PUT after a DELETE": "RIO-DIS-014", "a failure": "RIO-DIS-004"}.get(self.since, "RIO-CFG-012")
        self._expect(requirement, is_active, f"GET says is_active false after {self.since}")
        self._expect("RIO-DIS-007", disabled_at is None, f"disabled_at is {disabled_at!r} while is_active is true")
        return [Seen("RIO-DIS-007"), *([Seen(requirement)] if requirement != "RIO-DIS-004" else [])]

    def _shown_count(self, count: int) -> list[Seen]:
        fitting = frozenset(pair for pair in self.counts if pair[1] == count)
        permitted = sorted({possible for _, possible in self.counts})
        requirement = "RIO-DIS-002" if self.since == "a success" and self._reset else "RIO-DIS-001"
        because = f"consecutive_failures is {count} after {self.since}, and was to be {_either(permitted)}"
        self._expect(requirement, fitting, because)
        self.counts = fitting
        readings = {reading for reading, _ in fitting}
        seen = [Seen(requirement, readings.pop() if requirement == "RIO-DIS-001" and len(readings) == 1 else None)]
        if self._open_count and self.since == "a PUT":
            seen.append(Seen("RIO-DIS-015", "a" if count == 0 else "b"))
            self._open_count = 0
        return seen

    def _expect(self, requirement: str, holds: object, because: str) -> None:
        if not holds:
            raise Divergence(requirement, because)


def _either(values: Iterable[int]) -> str:
    return " or ".join(map(str, values))
