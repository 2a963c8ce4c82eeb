"""Behaviours that are another callback: for some renders, with other steps, with other tries."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from mockserver.bannx.blueprint import Blueprint, Change
from mockserver.bannx.callback import Callback, HandlerResult, RequestEvent, StepFailedError, Steps, StoredFile
from mockserver.bannx.ports import Stores
from mockserver.bannx.render import Render
from mockserver.behaviours.bannx.stores import OtherSteps, around_steps

LATER_SECONDS = 0.25
"""How long after a failure a callback is tried once more, and again."""

MOST_LATER_TRIES = 240


def _called_back(make: Callable[[Callback], Callback]) -> Change:
    """The blueprint with something around its callback."""

    def apply(blueprint: Blueprint) -> Blueprint:
        return replace(blueprint, callback=make(blueprint.callback))

    return apply


def _other_after(method: str, callback: Callback) -> Change:
    """Another callback after renders by a method."""

    def made(usual: Callback) -> Callback:
        async def chosen(event: RequestEvent, result: HandlerResult, steps: Steps) -> None:
            await (callback if event.method == method else usual)(event, result, steps)

        return chosen

    return _called_back(made)


async def _nothing(_event: RequestEvent, _result: HandlerResult, _steps: Steps) -> None:
    return


async def _credits_alone(_event: RequestEvent, _result: HandlerResult, steps: Steps) -> None:
    await steps.add_credits()


async def _file_alone(_event: RequestEvent, _result: HandlerResult, steps: Steps) -> None:
    await steps.update_log(await steps.upload())


async def _upload_alone(_event: RequestEvent, _result: HandlerResult, steps: Steps) -> None:
    with contextlib.suppress(StepFailedError):
        await steps.upload()
    await steps.add_credits()


async def _one_after_the_other(_event: RequestEvent, _result: HandlerResult, steps: Steps) -> None:
    """Upload, log, count: each only if everything before it has worked."""
    await steps.update_log(await steps.upload())
    await steps.add_credits()


def _tried_once(blueprint: Blueprint) -> Blueprint:
    policy = blueprint.policy
    return replace(blueprint, policy=replace(policy, delays_seconds=policy.delays_seconds[:1]))


# What a failure does later.


class _Failures:
    """Whether a step has failed since somebody has looked."""

    def __init__(self) -> None:
        self.happened = False

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Note what fails in here."""
        try:
            yield
        except StepFailedError:
            self.happened = True
            raise


class _Noting:
    """The steps of one render, whose failures are noted."""

    def __init__(self, inner: Steps, failures: _Failures) -> None:
        self._inner = inner
        self._failures = failures

    async def upload(self) -> StoredFile:
        """Put the image into the object store."""
        with self._failures.noted():
            return await self._inner.upload()

    async def update_log(self, file: StoredFile) -> None:
        """Attach a file to the log of the request."""
        with self._failures.noted():
            await self._inner.update_log(file)

    async def add_credits(self) -> None:
        """Count what a render costs for the space."""
        with self._failures.noted():
            await self._inner.add_credits()


class _LastCredits(OtherSteps):
    """Counts nothing any more once the credits could not be counted."""

    def __init__(self, inner: Steps, render: Render, stores: Stores, failures: _Failures) -> None:
        super().__init__(inner, render, stores)
        self._failures = failures

    async def add_credits(self) -> None:
        if not self._failures.happened:
            with self._failures.noted():
                await super().add_credits()


def _last_callback(blueprint: Blueprint) -> Blueprint:
    """Run no callback any more once a step of one has failed."""
    failures, usual = _Failures(), blueprint.callback

    async def callback(event: RequestEvent, result: HandlerResult, steps: Steps) -> None:
        if not failures.happened:
            await usual(event, result, steps)

    noting = around_steps(lambda inner, _render, _stores: _Noting(inner, failures))
    return noting(replace(blueprint, callback=callback))


def _last_credits(blueprint: Blueprint) -> Blueprint:
    failures = _Failures()
    return around_steps(lambda inner, render, stores: _LastCredits(inner, render, stores, failures))(blueprint)


def _until_it_works(usual: Callback) -> Callback:
    """Try a callback again, by itself, until none of its steps fails; what was done is not done again."""
    later: set[asyncio.Task[None]] = set()

    async def callback(event: RequestEvent, result: HandlerResult, steps: Steps) -> None:
        failures = _Failures()
        noting = _Noting(steps, failures)
        await usual(event, result, noting)
        if failures.happened:
            task = asyncio.create_task(again(event, result, noting, failures))
            later.add(task)
            task.add_done_callback(later.discard)

    async def again(event: RequestEvent, result: HandlerResult, steps: Steps, failures: _Failures) -> None:
        for _ in range(MOST_LATER_TRIES):
            await asyncio.sleep(LATER_SECONDS)
            failures.happened = False
            await usual(event, result, steps)
            if not failures.happened:
                return

    return callback


CHANGES: Mapping[str, Change] = {
    "callback-skips-gets": _other_after("GET", _nothing),
    "callback-of-a-get-uploads-nothing": _other_after("GET", _credits_alone),
    "callback-of-a-get-counts-nothing": _other_after("GET", _file_alone),
    "callback-skips-posts": _other_after("POST", _nothing),
    "callback-of-a-post-logs-no-file": _other_after("POST", _upload_alone),
    "callback-of-a-post-counts-nothing": _other_after("POST", _file_alone),
    "render-whose-upload-failed-is-not-counted": lambda it: replace(it, callback=_one_after_the_other),
    "failed-step-is-given-up-at-once": _tried_once,
    "failed-step-is-tried-until-it-works": _called_back(_until_it_works),
    "failed-callback-is-the-last-one": _last_callback,
    "failed-credits-are-the-last-ones": _last_credits,
}
