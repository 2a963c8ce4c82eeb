"""One config as every operation shows it, from its creation to its update."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.checks.ricloud.account import Account
from contracts.checks.ricloud.config_shapes import OWNERS, Config, flaws, lacking
from contracts.checks.ricloud.lists import CONFIGS, LARGEST_LIMIT, ask

CREATE, RETRIEVE, LIST, UPDATE, UPDATED = "create", "retrieve", "list", "update", "retrieve after an update"
MOVING_SECONDS = 2.0
"""How much of the target's time passes between creation and update: enough for a moment to show that it moves."""


@dataclass(frozen=True, slots=True)
class Views:
    """A config by kind of answer, all of the same one; between `retrieve` and `list` nothing has happened to it.

    `before` and `after` are moments of the target's time around its creation.
    """

    by_answer: Mapping[str, Config]
    before: datetime
    after: datetime

    def values(self, name: str) -> Mapping[str, object]:
        """What the attribute is, by kind of answer, where it is there."""
        return {answer: config[name] for answer, config in self.by_answer.items() if name in config}

    def told(self, name: str) -> str:
        """The same in words."""
        return ", ".join(f"{value!r} in {answer}" for answer, value in self.values(name).items())


def viewed(account: Account) -> Views:
    """Create a config, see it pass its test, and look at it in every way; then update its url and look again."""
    inbox, other = account.trial.inbox("first URL"), account.trial.inbox("second URL")
    clock = account.workspace.clock
    before = clock.now()
    created = account.create(inbox.url)
    after = clock.now()
    identifier = created["id"]
    account.becomes(identifier, "valid")
    listed = item_of(account, created)
    views = {CREATE: created, RETRIEVE: account.retrieve(identifier)}
    if listed is not None:
        views[LIST] = listed
    clock.pass_time(MOVING_SECONDS)
    views[UPDATE] = account.update(identifier, url=other.url)
    account.becomes(identifier, "valid")
    views[UPDATED] = account.retrieve(identifier)
    return Views(views, before, after)


def item_of(account: Account, created: Config) -> Config | None:
    """A config in the list, by its id or its url; None where it cannot be found, which is judged elsewhere."""
    for query in ((), [("limit", str(LARGEST_LIMIT))]):
        _, page = ask(account, CONFIGS, query)
        for item in page.items if page is not None else ():
            if item.get("id") == created["id"] or item.get("url") == created.get("url", created):
                return item
    return None


def missing_somewhere(views: Views) -> Sequence[str]:
    """In words, which attributes some answers lack that others have."""
    return [
        f"{', '.join(sorted(absent))} in {answer}"
        for answer, config in views.by_answer.items()
        if (absent := lacking(config) - missing_everywhere(views))
    ]


def missing_everywhere(views: Views) -> frozenset[str]:
    """The attributes that no answer has."""
    return frozenset(OWNERS).intersection(*(lacking(config) for config in views.by_answer.values()))


def flaws_of(views: Views) -> Iterator[tuple[str, str]]:
    """What is wrong with the attributes that are there: a requirement, and what was expected and seen."""
    for name in missing_everywhere(views):
        yield OWNERS[name], f"a config was to have the attribute {name}, and has none in any answer"
    for answer, config in views.by_answer.items():
        for requirement, because in flaws(config).items():
            yield requirement, f"{answer}: {because}"
