"""Behaviours of what is accepted as a submission show what they say.

Each case is a small story whose end is one value: what is seen with the behaviour is written down, and a workspace
without it shows something else.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.behaviours.conftest import World

RUN = "/api/v1/run-ffmpeg-command"
UNDECLARED = "-i {{in_video}} -i {{in_other}} -map 0:v -c copy {{out_video}}"
ELEVEN = {f"key{number}": number for number in range(11)}

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


def output(name: str, read: Callable[[Any], Any] = lambda value: value) -> Story:
    return as_both(polled("output_files", "out_video", name), read)


def submitted(**fields: Any) -> Story:
    """The status of a submission, and how its command ended, if there is one."""

    def story(world: "World") -> Any:
        body = {key: value for key, value in world.account.body(**fields).items() if value != "absent"}
        response = world.account.client.post(RUN, json=body)
        if response.status_code != 200:
            return response.status_code
        return world.account.outcome(response.json()["command_id"])["status"]

    return story


def input_that_fails(world: "World") -> Any:
    """The alias that the error names: of two inputs, the second is missing."""
    clip = world.account.clip_url
    inputs = {"in_first": clip, "in_second": clip.replace("clip.mp4", "missing.mp4")}
    line = "-i {{in_first}} -i {{in_second}} -map 0:v -c copy {{out_video}}"
    command = world.succeeded(input_files=inputs, ffmpeg_command=line)
    return world.account.command(command)["error_message"].partition(":")[0]


def refusal(read: Callable[[Any], Any], **fields: Any) -> Story:
    def story(world: "World") -> Any:
        response = world.account.client.post(RUN, json=world.account.body(**fields))
        return response.status_code, read(response.json())

    return story


def unreachable(world: "World") -> Any:
    missing = {"in_video": world.account.clip_url.replace("clip.mp4", "missing.mp4")}
    return submitted(input_files=missing)(world)


CASES: list[tuple[str, Story, Any]] = [
    (
        "input-keys-need-no-prefix",
        submitted(input_files={"video": "http://127.0.0.1:9/a"}, ffmpeg_command="-i {{video}} {{out_video}}"),
        "FAILED",
    ),
    (
        "output-keys-need-no-prefix",
        submitted(output_files={"video": "a.mp4"}, ffmpeg_command="-i {{in_video}} -c copy {{video}}"),
        "SUCCESS",
    ),
    ("input-files-are-optional", submitted(input_files={}), "FAILED"),
    ("output-files-are-optional", submitted(output_files="absent"), "FAILED"),
    ("command-line-is-optional", submitted(ffmpeg_command=["-i", "{{in_video}}", "{{out_video}}"]), "FAILED"),
    ("angle-placeholders-are-refused", submitted(ffmpeg_command="-i <<in_video>> -c copy <<out_video>>"), 422),
    (
        "spaces-in-placeholders-are-refused",
        submitted(ffmpeg_command="-i {{ in_video }} -c copy {{out_video}}"),
        422,
    ),
    ("undeclared-placeholder-succeeds", submitted(ffmpeg_command=UNDECLARED), "SUCCESS"),
    ("undeclared-placeholder-fails-later", submitted(ffmpeg_command=UNDECLARED), "FAILED"),
    ("unused-key-succeeds", submitted(output_files={"out_video": "result.mp4", "out_other": "a.mp4"}), "SUCCESS"),
    ("unused-key-fails-later", submitted(output_files={"out_video": "a.mp4", "out_other": "b.mp4"}), "FAILED"),
    ("program-name-is-required", submitted(ffmpeg_command="-i {{in_video}} -c copy {{out_video}}"), 422),
    ("metadata-without-limit", submitted(metadata=ELEVEN), "SUCCESS"),
    ("metadata-without-booleans", submitted(metadata={"a": True}), 422),
    ("metadata-of-any-value", submitted(metadata={"a": None, "b": [1, {}]}), "SUCCESS"),
    ("invalid-webhook-url-is-accepted", submitted(webhook_url="no url"), "SUCCESS"),
    ("unknown-properties-are-refused", submitted(another=1), 422),
    ("unreachable-input-succeeds", unreachable, "SUCCESS"),
    ("unreachable-input-is-refused", unreachable, 422),
    ("strict-file-names", submitted(output_files={"out_video": "a b.mp4"}), 422),
    ("placeholder-means-the-next-input", input_that_fails, "in_first"),
    ("location-begins-with-body", refusal(lambda it: it["detail"][0]["loc"][0], metadata=ELEVEN), (422, "body")),
    ("refused-submission-names-a-command", refusal(lambda it: "command_id" in it, metadata=ELEVEN), (422, True)),
    ("invalid-submission-is-400", refusal(lambda it: it["error"], metadata=ELEVEN), (400, "INVALID_REQUEST")),
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
