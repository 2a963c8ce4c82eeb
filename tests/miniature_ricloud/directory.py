"""Every organisation of the server, by the token of its key."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .keeping import Keeping
from .manners import Manners
from .occasions import Occasions
from .organisation import Organisation, Place
from .refusal import Refused
from .trials import Trials

CREDENTIAL = re.compile(r"(Token) ([\x21-\x7e]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Tenant:
    """An organisation, and what can be done with it."""

    organisation: Organisation
    trials: Trials
    keeping: Keeping
    occasions: Occasions


class Directory:
    """Opens an organisation for every token at its first use."""

    def __init__(self, pulse: threading.Condition, manners: Manners, place: Callable[[], Place]) -> None:
        self.pulse = pulse
        self._manners = manners
        self._place = place
        self._tenants: dict[str, Tenant] = {}

    def wake(self) -> None:
        """Have everything that waits for time look at the clock again."""
        with self.pulse:
            self.pulse.notify_all()

    def token(self, authorization: str | None) -> str:
        """The token of a request; `Refused` where it has none that is known."""
        tastes = self._manners.surroundings
        found = CREDENTIAL.fullmatch(authorization or "")
        if (
            found is None
            or (found[1] != "Token" and not tastes.word_in_any_case)
            or (tastes.tokens and found[2] not in tastes.tokens)
        ):
            raise Refused(401, "The token of a key is needed in Authorization.")
        return found[2]

    def of(self, token: str) -> Tenant:
        """The organisation of a token."""
        with self.pulse:
            if token not in self._tenants:
                organisation = Organisation(self._place(), token)
                trials = Trials(organisation)
                keeping, occasions = Keeping(organisation, trials), Occasions(organisation)
                self._tenants[token] = Tenant(organisation, trials, keeping, occasions)
            return self._tenants[token]

    def reset(self, token: str) -> None:
        """Close an organisation, so that its token's next use opens a new one. What was pending is never sent."""
        with self.pulse:
            closed = self._tenants.pop(token, None)
            if closed is not None:
                closed.organisation.is_closed = True

    def missing(self, kind: Literal["configs", "tasks", "events", "keys"], identifier: str) -> Refused:
        """How a request for something that the caller does not have is answered."""
        with self.pulse:
            everybody = [tenant.organisation for tenant in self._tenants.values()]
            is_foreign = any(identifier in self._ids(kind, organisation) for organisation in everybody)
        if is_foreign and self._manners.choices.status_of_foreign != 404:
            return Refused(self._manners.choices.status_of_foreign, "It belongs to another organisation.")
        if not self._manners.shapes.id_form.fullmatch(identifier):
            return Refused(self._manners.shapes.status_of_malformed_ids, "That is no id.", code="invalid-id")
        return Refused(404, "There is no such thing.")

    @staticmethod
    def _ids(kind: Literal["configs", "tasks", "events", "keys"], organisation: Organisation) -> set[str]:
        match kind:
            case "configs":
                return set(organisation.configs)
            case "tasks":
                return set(organisation.tasks)
            case "events":
                return set(organisation.events)
            case "keys":
                return {str(organisation.key_id)}
