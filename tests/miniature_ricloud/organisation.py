"""What one organisation has: its configs, tasks and events, its key, and which config each of these names."""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from tests.miniature_parts.timeline import Timeline

from .manners import PLAIN, Identifier, Manners
from .postman import Postman
from .resources import Config, Event, Task


@dataclass(frozen=True)
class Place:
    """What an organisation lives by: its clock, the lock that everything shares, and its manners."""

    timeline: Timeline
    pulse: threading.Condition
    grace_seconds: float
    manners: Manners = PLAIN


@dataclass(eq=False)
class Organisation:
    """The state of one token. Whoever uses it holds the lock."""

    place: Place
    token: str
    name: str = "A miniature"
    default: Identifier | None = None
    own: Identifier | None = None
    configs: dict[str, Config] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    is_closed: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    watchers: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        shapes = self.manners.shapes
        self.id, self.key_id = shapes.organisation_id(), shapes.organisation_id()
        self.created_ms = self.now_ms()
        self.postman = Postman(
            self.place.timeline, self.place.pulse, grace_seconds=self.place.grace_seconds, manners=self.manners
        )

    @property
    def manners(self) -> Manners:
        """How things are done here."""
        return self.place.manners

    def now_ms(self) -> int:
        """The moment, as precisely as moments are kept."""
        return self.manners.shapes.kept(self.place.timeline.now_ms())

    def config(self, identifier: Identifier | None) -> Config | None:
        """A config as it is now; None where there is none, or the organisation is no more."""
        return None if identifier is None or self.is_closed else self.configs.get(str(identifier))

    def keep(self, config: Config) -> Config:
        """Keep a config as it is from now on."""
        self.configs[str(config.id)] = config
        self.changed()
        return config

    def changed(self) -> None:
        """Tell whoever waits for a config, or for a choice of one."""
        self.place.pulse.notify_all()
        for watcher in self.watchers:
            watcher()

    def let_go(self, config: Config) -> None:
        """Have nothing name a config any more."""
        if self.default == config.id:
            self.default = None
        if self.own == config.id:
            self.own = None

    def names(self, config: Config) -> bool:
        """Whether a config is the default or the key's own."""
        return config.id in {self.default, self.own}

    def has_valid_config(self) -> bool:
        """Whether any config has passed its test."""
        return any(config.state == "valid" for config in self.configs.values())

    def change_event(self, identifier: Identifier, **changes: object) -> Event:
        """Keep an event with other attributes."""
        changed = replace(self.events[str(identifier)], **changes)  # type: ignore[arg-type] # by name
        self.events[str(identifier)] = changed
        return changed

    def change_task(self, identifier: Identifier, **changes: object) -> Task:
        """Keep a task with other attributes."""
        changed = replace(self.tasks[str(identifier)], **changes)  # type: ignore[arg-type] # by name
        self.tasks[str(identifier)] = changed
        self.place.pulse.notify_all()
        return changed
