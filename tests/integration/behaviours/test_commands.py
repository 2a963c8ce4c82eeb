"""Behaviours of commands, as polls and deliveries show them, show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a workspace
without it shows something else.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Arrival
    from tests.integration.behaviours.conftest import World

RUN = "/api/v1/run-ffmpeg-command"

Story = Callable[["World"], Any]


def seen(body: Mapping[str, Any], *path: str) -> Any:
    value: Any = body
    for name in path:
        value = value.get(name, "absent") if isinstance(value, Mapping) else "absent"
    return value


def polled(*path: str, fails: bool = False, **fields: Any) -> Story:
    """What a poll shows of a finished command; the delivery shows the same, unless `both` says otherwise."""

    def story(world: "World") -> Any:
        hook = world.configured()
        command = world.failed(**fields) if fails else world.succeeded(**fields)
        shown = world.account.client.get(f"/api/v1/commands/{command}").json()
        return seen(shown, *path), seen(hook.next().json["data"], *path)

    return story


def as_both(story: Story, read: Callable[[Any], Any] = lambda value: value) -> Story:
    def both(world: "World") -> Any:
        one, other = story(world)
        assert one == other
        return read(one)

    return both


def difference_of_seconds(world: "World") -> Any:
    shown, delivered = polled("total_processing_seconds", fails=True)(world)
    return delivered - shown


def output(name: str, read: Callable[[Any], Any] = lambda value: value) -> Story:
    return as_both(polled("output_files", "out_video", name), read)


def size_ratio(world: "World") -> Any:
    world.configured()
    shown = world.account.command(world.succeeded())["output_files"]["out_video"]
    stored = world.account.client.get(shown["storage_url"]).content
    return round(shown["size_mbytes"] * 1_000_000 / len(stored), 4)


def stored(world: "World") -> Any:
    url = world.account.command(world.succeeded())["output_files"]["out_video"]["storage_url"]
    response = world.account.client.get(url)
    return response.status_code, response.content[::-1][4:8] == b"ftyp"


def held_statuses(count: int) -> Story:
    """What polls see of a command that is at work, or waits."""

    def story(world: "World") -> Any:
        command = world.account.submit(input_files={"in_video": world.receiver.held_clip_url})
        world.receiver.downloads.get(timeout=20)
        found = [world.account.client.get(f"/api/v1/commands/{command}").json() for _ in range(count)]
        world.receiver.download_gate.set()
        world.account.settle()
        return [it.get("status", it.get("error")) for it in found]

    return story


def held_outputs(world: "World") -> Any:
    command = world.account.submit(input_files={"in_video": world.receiver.held_clip_url})
    world.receiver.downloads.get(timeout=20)
    shown = world.account.command(command).get("output_files", "absent")
    world.receiver.download_gate.set()
    ended = world.account.outcome(command)["status"]
    return shown if isinstance(shown, str) else {alias: it["status"] for alias, it in shown.items()}, ended


def final_statuses(world: "World") -> Any:
    command = world.failed()
    return [world.account.command(command)["status"] for _ in range(2)]


def submission_status(world: "World") -> Any:
    return world.submission()


def ids(world: "World") -> Any:
    world.configured()
    first, second = (world.account.client.post(RUN, json=world.account.body()).json()["command_id"] for _ in range(2))
    world.account.settle()
    return first == second, len({it["subject"] for it in world.account.deliveries()})


def shown_id(world: "World") -> Any:
    command = world.failed()
    return world.account.command(command)["command_id"] == command


def delivered(read: Callable[["Arrival"], Any], *, fails: bool = True, **fields: Any) -> Story:
    def story(world: "World") -> Any:
        hook = world.configured()
        _ = world.failed(**fields) if fails else world.succeeded(**fields)
        return read(hook.next())

    return story


def status_and_hold(world: "World") -> Any:
    """What a poll sees while the receiver holds the first request."""
    hook = world.configured()
    commands: list[str] = []

    def look() -> Any:
        return world.account.client.get(f"/api/v1/commands/{commands[0]}").json()["status"]

    gate = world.receiver.held_clip_url
    commands.append(world.account.submit(input_files={"in_video": gate}))
    hook.look = look
    world.receiver.download_gate.set()
    return hook.next().seen


def missing_command(world: "World") -> Any:
    return world.account.client.get("/api/v1/commands/absent").status_code


def command_of_another(world: "World") -> Any:
    command = world.other.submit_failing()
    world.other.settle()
    return world.account.client.get(f"/api/v1/commands/{command}").status_code


CASES: list[tuple[str, Story, Any]] = [
    ("submission-answers-201", submission_status, 201),
    ("submission-answers-202", submission_status, 202),
    ("every-second-id-is-repeated", ids, (True, 2)),
    ("poll-shows-id-in-capitals", shown_id, False),
    ("first-poll-finds-nothing", held_statuses(2), ["NOT_FOUND", "PROCESSING"]),
    ("unfinished-status-in-small-letters", held_statuses(1), ["processing"]),
    ("processing-is-shown-as-queued", held_statuses(1), ["QUEUED"]),
    ("status-goes-back", held_statuses(3), ["PROCESSING", "QUEUED", "PROCESSING"]),
    ("outcome-changes", final_statuses, ["FAILED", "SUCCESS"]),
    ("stored-output-is-reversed", stored, (200, True)),
    ("outputs-without-file-id", output("file_id"), "absent"),
    ("storage-url-is-dead", lambda world: stored(world)[0], 404),
    ("other-filename", output("filename"), "output-result.mp4"),
    ("other-output-status", output("status"), "UPLOADED"),
    ("size-in-kilobytes", size_ratio, 1000.0),
    ("size-in-mebibytes", size_ratio, 0.9537),
    ("measures-as-text", output("width"), "64"),
    ("failure-without-message", as_both(polled("error_message", fails=True)), ""),
    ("nulls-are-left-out", as_both(polled("metadata", fails=True)), "absent"),
    ("other-command-type", as_both(polled("command_type", fails=True)), "FFMPEG"),
    (
        "request-is-echoed-rendered",
        as_both(polled("original_request", "ffmpeg_command"), lambda line: "{{" in line),
        False,
    ),
    ("request-is-echoed-whole", as_both(polled("original_request", "metadata", metadata={"a": 1})), {"a": 1}),
    ("poll-without-metadata", polled("metadata", fails=True, metadata={"a": 1}), (None, {"a": 1})),
    ("negative-run-time", as_both(polled("ffmpeg_command_run_seconds"), lambda seconds: seconds < 0), True),
    (
        "run-longer-than-the-whole",
        as_both(polled(), lambda it: it["ffmpeg_command_run_seconds"] - it["total_processing_seconds"]),
        pytest.approx(1.0),
    ),
    ("no-outputs-before-success", held_outputs, ("absent", "SUCCESS")),
    ("outputs-before-success", held_outputs, ({"out_video": "PROCESSING"}, "SUCCESS")),
    ("delivered-before-stored", status_and_hold, "PROCESSING"),
    (
        "delivery-differs-from-poll",
        difference_of_seconds,
        pytest.approx(1.0),
    ),
    ("delivery-without-metadata", polled("metadata", fails=True, metadata={"a": 1}), ({"a": 1}, None)),
    ("missing-command-is-400", missing_command, 400),
    ("command-of-others-is-shown", command_of_another, 200),
    ("command-of-others-is-403", command_of_another, 403),
]


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_behaviour_shows_what_it_says(world: "World", behaviour: str, story: Story, expected: Any) -> None:
    assert world.behave(behaviour) == [behaviour]
    assert story(world) == expected


@pytest.mark.parametrize(("behaviour", "story", "expected"), CASES, ids=[case[0] for case in CASES])
def test_workspace_without_the_behaviour_does_not_show_it(
    world: "World", behaviour: str, story: Story, expected: Any
) -> None:
    assert world.reversed().behave(behaviour) == [behaviour]
    assert story(world) != expected
