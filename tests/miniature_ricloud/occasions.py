"""Events of things that happen: which config each is sent to, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tests.miniature_parts.attempts import Outcome

from .manners import Identifier
from .organisation import Organisation
from .postman import Address, Delivery
from .refusal import Refused
from .resources import Config, Event


@dataclass(frozen=True)
class Course:
    """An event on its way to a config, as that was when it began."""

    event_id: Identifier
    begun_with: Config


class Occasions:
    """The events of one organisation that are not tests. Whoever uses it holds the lock."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._manners = organisation.manners.events
        self._waiting: list[Identifier] = []
        organisation.watchers.append(self._look_again)

    def happens(self, type_: str, action: str, data: Mapping[str, Any]) -> Event:
        """Something happens; its event. `Refused` where there is none without a valid config."""
        organisation = self._organisation
        event = Event(
            organisation.manners.shapes.event_id(),
            organisation.id,
            type_,
            action,
            {"resource": type_, **data},
            organisation.now_ms(),
        )
        organisation.events[str(event.id)] = event
        config = self._receiving()
        if config is not None and config.state == "valid":
            self._send(event.id, config)
        else:
            self._handle_without_valid(event.id, config)
        return organisation.events[str(event.id)]

    def _look_again(self) -> None:
        config = self._receiving()
        if self._waiting and config is not None and config.state == "valid":
            waiting, self._waiting = self._waiting, []
            for event_id in waiting:
                self._send(event_id, config)

    def _receiving(self) -> Config | None:
        organisation = self._organisation
        own, default = organisation.config(organisation.own), organisation.config(organisation.default)
        if own is None:
            return default
        is_replaced = own.state != "valid" and default is not None and default.state == "valid"
        return default if is_replaced and self._manners.falls_to_default else own

    def _handle_without_valid(self, event_id: Identifier, config: Config | None) -> None:
        if self._manners.without_valid == "none":
            del self._organisation.events[str(event_id)]
            raise Refused(409, "Nobody is to be told of it: there is no event.", code="no-config")
        if config is not None and config.is_deactivated:
            self._organisation.change_event(event_id, state="failed")
        elif config is not None and self._manners.without_valid == "sent":
            self._send(event_id, config)
        elif self._manners.without_valid == "waits":
            self._waiting.append(event_id)
        else:
            self._organisation.change_event(event_id, state="failed")

    def _send(self, event_id: Identifier, config: Config) -> None:
        course = Course(event_id, config)
        self._organisation.postman.post(
            Delivery(
                "event",
                event_id,
                self._organisation.manners.sending.waits,
                address=partial(self._address, course),
                begins=partial(self._begins, course),
                failed=partial(self._failed, course),
                ended=partial(self._ended, course),
            )
        )

    def _address(self, course: Course) -> Address | None:
        config = self._organisation.config(course.begun_with.id)
        if config is None:
            return None
        if config.is_deactivated and self._manners.after_deactivation == "dropped":
            return None
        if config.url != course.begun_with.url and self._manners.retry_url == "dropped":
            return None
        url = course.begun_with.url if self._manners.retry_url == "as begun" else config.url
        return Address(url, config.secret)

    def _begins(self, course: Course, number: int) -> Event:
        return self._organisation.change_event(course.event_id, retries=number - 1)

    def _failed(self, course: Course) -> None:
        config = self._organisation.config(course.begun_with.id)
        is_meant = config is not None and config.era == course.begun_with.era and config.state == "valid"
        if config is not None and is_meant and self._manners.failures_invalidate:
            self._organisation.keep(replace(config, state="invalid"))

    def _ended(self, course: Course, is_accepted: bool, _: Outcome | None) -> None:  # noqa: FBT001 - as delivered
        organisation = self._organisation
        if is_accepted:
            organisation.change_event(course.event_id, state="delivered", delivered_ms=organisation.now_ms())
        else:
            organisation.change_event(course.event_id, state="failed")
