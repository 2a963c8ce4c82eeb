"""Which operation a test was begun by: what behaviours need that concern the tests of updates alone, for example."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from mockserver.behaviours.memory import Recent
from mockserver.behaviours.ricloud.answers import CREATE, Exchange, answering
from mockserver.behaviours.ricloud.composing import in_turn
from mockserver.behaviours.ricloud.stores import OtherConfigs, around_configs
from mockserver.http.problems import Problem
from mockserver.ricloud.blueprint import Blueprint, Change
from mockserver.ricloud.config import WebhookConfig
from mockserver.ricloud.ports import ConfigStore, Draft, Testing

_answered: ContextVar[str] = ContextVar("the operation that is being answered", default="")


@dataclass(frozen=True, slots=True)
class Begun:
    """A test that began: by which operation, at which URL, and what the config was like before."""

    operation: str
    url: str
    before: WebhookConfig


class Origins:
    """The tests of a workspace that began lately, by the ids of their tasks."""

    def __init__(self) -> None:
        self._begun: Recent[str, Begun] = Recent()

    def of(self, task: str | None) -> Begun | None:
        """How the test of this task began."""
        return None if task is None else self._begun.get(task)

    def is_by(self, operation: str, task: str | None) -> bool:
        """Whether an operation has begun the test of this task."""
        begun = self.of(task)
        return begun is not None and begun.operation == operation

    def note(self, operation: str, before: WebhookConfig, after: WebhookConfig) -> None:
        """The test that a config has now was begun."""
        if after.test is not None:
            self._begun.put(after.test, Begun(operation, after.url, before))


class _Noting(OtherConfigs):
    def __init__(self, inner: ConfigStore, origins: Origins) -> None:
        super().__init__(inner)
        self._origins = origins

    async def add(self, draft: Draft, testing: Testing) -> WebhookConfig:
        config = await super().add(draft, testing)
        self._origins.note(CREATE, config, config)
        return config

    async def save(self, config: WebhookConfig, testing: Testing | None) -> WebhookConfig:
        before = await self.get(config.workspace, config.id) or config
        saved = await super().save(config, testing)
        if testing is not None:
            self._origins.note(_answered.get(), before, saved)
        return saved


async def _answer(exchange: Exchange) -> Problem:
    earlier = _answered.set(exchange.operation)
    try:
        return await exchange.usual()
    finally:
        _answered.reset(earlier)


def answered_operation() -> str:
    """The id of the operation that is being answered, for changes made by `by_origin`."""
    return _answered.get()


def by_origin(make: Callable[[Origins], Change]) -> Change:
    """A change that knows which operation each test was begun by."""

    def apply(blueprint: Blueprint) -> Blueprint:
        origins = Origins()
        noted = in_turn(answering(lambda: _answer), around_configs(lambda inner: _Noting(inner, origins)))
        return make(origins)(noted(blueprint))

    return apply


def other_tests(operation: str, testing: Callable[[Testing], Testing]) -> Change:
    """Another test in the place of those that an operation begins."""

    class Testers(OtherConfigs):
        async def save(self, config: WebhookConfig, testing_of: Testing | None) -> WebhookConfig:
            if testing_of is not None and answered_operation() == operation:
                testing_of = testing(testing_of)
            return await super().save(config, testing_of)

    return by_origin(lambda _: around_configs(Testers))
