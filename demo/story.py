"""What the demo tells, act by act; each sentence that states a fact is preceded by its check."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from demo import clip
from demo.client import Client
from demo.expectation import expect
from demo.moments import clock_face, in_words, moment
from demo.receiver import CLIP_PATH, WEBHOOK_PATH, Receipt, Receiver
from demo.stage import Stage, bad, good

PUBLISHED_DELAYS = (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600)
"""RenderIO's retry schedule as its documentation prints it: the seconds before each attempt.

Written down here, not read from the server: the server is held against it.
"""

FIRST_SECRET = "whsec_first_secret"  # noqa: S105 - made up for the demo
SECOND_SECRET = "whsec_second_secret"  # noqa: S105 - the same
OVERLOADED = 503
BROKEN = 500
OK = 200
POLL_SECONDS = 0.02
COMMAND_SECONDS = 60
TRANSCODE = (
    "ffmpeg -i {{in_video}} "
    "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 600k {{out_video}} "
    "-frames:v 1 {{out_thumbnail}}"
)
THUMBNAIL = "ffmpeg -i {{in_video}} -frames:v 1 {{out_thumbnail}}"


@dataclass(frozen=True)
class Story:
    """The cast: the stage, a client of the server, and the receiver of its webhooks."""

    stage: Stage
    client: Client
    receiver: Receiver

    def tell(self) -> None:
        """All acts in order; raises `UnexpectedError` at the first thing that is not as told."""
        began = self.client.now()
        command_id = self._submit_a_transcode()
        self._watch_retries(command_id, began)
        self._look_at_the_results(command_id)
        self._fail_eight_times()
        self._miss_one_while_disabled()
        self._come_back()
        expect(not self.receiver.errors, f"the receiver broke: {'; '.join(self.receiver.errors)}")
        self.stage.gap()
        self.stage.checked(
            f"Everything above was checked. The clock moved {in_words(self.client.now() - began)} in all."
        )

    def _submit_a_transcode(self) -> str:
        self.stage.act("2  A real command")
        self.client.configure(self._webhook_url, FIRST_SECRET)
        self.receiver.secret = FIRST_SECRET
        self.stage.say("PUT  /api/v1/webhook-config       a webhook with a signing secret")
        self.receiver.answer([OVERLOADED] * 3, then=OK)
        command_id = self._submit(TRANSCODE, {"out_video": "result.webm", "out_thumbnail": "thumbnail.png"})
        self.stage.say(f"POST /api/v1/run-ffmpeg-command   {clip.SECONDS} s of MP4 → WebM and a thumbnail")
        self._finish(command_id, show=True)
        return command_id

    def _watch_retries(self, command_id: str, began: datetime) -> None:
        self.stage.act("3  A receiver that fails three times")
        self.stage.say("Holding a request, the receiver checks its signature and asks the clock.")
        self.client.advance(0)
        self._expect_attempts(command_id, 1)
        self.stage.say("The first attempt came at once, and the receiver answered 503.")
        for number, (seconds, remark) in enumerate(
            [(5, "503 again."), (5 * 60, "And again."), (30 * 60, "This time the receiver answers 200.")], start=2
        ):
            with self.stage.patience("moving the clock"):
                self.client.advance(seconds)
            self._expect_attempts(command_id, number)
            self.stage.say(f"Clock + {in_words(timedelta(seconds=seconds)) + ':':8} attempt {number}. {remark}")
        receipts = self.receiver.of(command_id)
        self._expect_schedule(receipts, began, [OVERLOADED] * 3 + [OK])
        self._expect_signatures(receipts)
        self._expect_same_log(command_id, receipts)
        self._timeline(receipts)
        expect(self.client.webhook()["consecutive_failures"] == 0, "a success did not reset the count of failures")
        self.stage.checked("Each signature is right, and fits no more once a byte is added to the body.")
        self.stage.checked("The success has set the count of consecutive failures back to 0.")

    def _look_at_the_results(self, command_id: str) -> None:
        self.stage.act("4  The results, downloaded and decoded")
        said = self.client.command(command_id)["output_files"]
        rows = []
        for alias, video_codec in (("out_video", "vp9"), ("out_thumbnail", "png")):
            content = self.client.download(said[alias]["storage_url"])
            found = clip.look_into(content)
            _expect_result(said[alias], found, video_codec)
            rows.append(
                (
                    said[alias]["filename"],
                    found.container.rpartition(",")[2],
                    " + ".join(filter(None, (found.video_codec, found.audio_codec))),
                    f"{found.width}x{found.height}",
                    str(found.frames),
                    f"{found.seconds:.2f} s" if found.seconds and found.frames > 1 else "",
                    f"{len(content) / 1000:,.0f} kB",
                )
            )
        self.stage.table(("file", "container", "codecs", "size", "frames", "length", "bytes"), rows)
        self.stage.checked("The API says the same of them.")

    def _fail_eight_times(self) -> None:
        self.stage.act("5  A receiver that never recovers")
        self.receiver.answer(then=BROKEN)
        began = self.client.now()
        command_id = self._submit(THUMBNAIL, {"out_thumbnail": "thumbnail.png"})
        self._finish(command_id)
        self.client.advance(0)
        span = timedelta(seconds=sum(PUBLISHED_DELAYS))
        real = time.perf_counter()
        with self.stage.patience("moving the clock"):
            now = self.client.advance(span.total_seconds())
        milliseconds = (time.perf_counter() - real) * 1000
        receipts = self.receiver.of(command_id)
        self._expect_schedule(receipts, began, [BROKEN] * len(PUBLISHED_DELAYS))
        self._expect_signatures(receipts)
        self._expect_same_log(command_id, receipts)
        expect(now == began + span, f"the clock shows {clock_face(now)} after the advance")
        self.stage.say(f"One call: the clock moved {in_words(span)}. It took {milliseconds:.0f} ms of real time.")
        self._timeline(receipts)
        self._expect_disabled(since=began + span)

    def _expect_disabled(self, since: datetime) -> None:
        webhook = self.client.webhook()
        expect(webhook["is_active"] is False, "the webhook is still active after eight failures in a row")
        expect(webhook["consecutive_failures"] == len(PUBLISHED_DELAYS), f"the count of failures reads {webhook}")
        expect(moment(webhook["disabled_at"]) == since, f"disabled_at reads {webhook['disabled_at']}")
        self.stage.checked(f"Disabled at {clock_face(since)}, after 8 consecutive failures.")

    def _miss_one_while_disabled(self) -> None:
        command_id = self._submit(THUMBNAIL, {"out_thumbnail": "thumbnail.png"})
        self._finish(command_id)
        self.client.advance(3600)
        expect(not self.receiver.of(command_id), "something was delivered to a webhook that is disabled")
        self.stage.checked("A command that finishes now delivers nothing, not even an hour later.")

    def _come_back(self) -> None:
        self.stage.act("6  Back again")
        self.receiver.answer(then=OK)
        self.client.configure(self._webhook_url, SECOND_SECRET)
        self.receiver.secret = SECOND_SECRET
        webhook = self.client.webhook()
        expect(webhook["is_active"] is True, "PUT did not re-enable the webhook")
        expect(webhook["consecutive_failures"] == 0, "PUT did not reset the count of failures")
        self.stage.checked("PUT /api/v1/webhook-config with a new secret: active again, 0 failures.")
        began = self.client.now()
        command_id = self._submit(THUMBNAIL, {"out_thumbnail": "thumbnail.png"})
        self._finish(command_id)
        self.client.advance(0)
        receipts = self.receiver.of(command_id)
        self._expect_schedule(receipts, began, [OK])
        self._expect_signatures(receipts)
        self.stage.checked(f"The next delivery came at {clock_face(began)}, signed with the new secret.")

    @property
    def _webhook_url(self) -> str:
        return f"{self.receiver.url}{WEBHOOK_PATH}"

    def _submit(self, command: str, outputs: Mapping[str, str]) -> str:
        inputs = {"in_video": f"{self.receiver.url}{CLIP_PATH}"}
        return self.client.submit(inputs=inputs, outputs=outputs, command=command)

    def _finish(self, command_id: str, *, show: bool = False) -> None:
        """Poll until the command is over, and see that its status only moves forward."""
        began = time.monotonic()
        seen: list[str] = []
        with self.stage.patience("waiting for FFmpeg"):
            while not seen or seen[-1] not in {"SUCCESS", "FAILED"}:
                command = self.client.command(command_id)
                seconds = time.monotonic() - began
                expect(seconds < COMMAND_SECONDS, f"a command is {command['status']} after {COMMAND_SECONDS} s")
                if not seen or command["status"] != seen[-1]:
                    seen.append(command["status"])
                    if show:
                        self.stage.say(
                            f"GET  /api/v1/commands/…           {command['status']:10} after {seconds:.2f} s"
                        )
                else:
                    time.sleep(POLL_SECONDS)
        expect(seen[-1] == "SUCCESS", f"a command ended as {seen[-1]}: {command['error_message']}")
        expect(seen == sorted(seen, key=_ORDER.index), f"a command's status went {' → '.join(seen)}")

    def _expect_attempts(self, command_id: str, count: int) -> None:
        found = len(self.receiver.of(command_id))
        expect(found == count, f"{count} attempts should have arrived by now, but {found} have")

    def _expect_schedule(self, receipts: Sequence[Receipt], began: datetime, answers: Sequence[int]) -> None:
        given = [receipt.answer for receipt in receipts]
        expect(given == list(answers), f"the receiver should have answered {list(answers)}, but answered {given}")
        due = list(accumulate(PUBLISHED_DELAYS))[: len(receipts)]
        found = [(receipt.moment - began).total_seconds() for receipt in receipts]
        expect(found == due, f"the attempts came after {found} s, but the schedule says {due}")

    def _expect_signatures(self, receipts: Sequence[Receipt]) -> None:
        expect(all(receipt.signature_holds for receipt in receipts), "a signature is wrong")
        expect(all(receipt.forgery_refused for receipt in receipts), "a signature fits another body, too")

    def _expect_same_log(self, command_id: str, receipts: Sequence[Receipt]) -> None:
        logged = [(moment(entry["started_at"]), entry["status"]) for entry in self.client.attempts(command_id)]
        seen = [(receipt.moment, receipt.answer) for receipt in receipts]
        expect(logged == seen, f"GET /_control/deliveries shows {logged}, but the receiver saw {seen}")

    def _timeline(self, receipts: Sequence[Receipt]) -> None:
        self.stage.table(
            ("virtual time", "since the first", "attempt", "answer", "signature"),
            [
                (
                    clock_face(receipt.moment),
                    f"+ {in_words(receipt.moment - receipts[0].moment)}",
                    f"{number} of {len(PUBLISHED_DELAYS)}",
                    good("200, delivered") if receipt.answer == OK else bad(f"{receipt.answer}, failed"),
                    good("right") if receipt.signature_holds else bad("wrong"),
                )
                for number, receipt in enumerate(receipts, start=1)
            ],
        )


_ORDER = ("QUEUED", "PROCESSING", "SUCCESS", "FAILED")


def _expect_result(said: Mapping[str, Any], found: clip.Found, video_codec: str) -> None:
    name = said["filename"]
    expect((found.width, found.height) == (clip.WIDTH, clip.HEIGHT), f"{name} has the wrong size: {found}")
    expect(
        found.video_codec in {video_codec, f"lib{video_codec}", "libvpx-vp9"}, f"{name} has the wrong codec: {found}"
    )
    if found.frames > 1:
        length = found.seconds or 0
        expect(abs(length - clip.SECONDS) < 1, f"{name} is {length} s long, not {clip.SECONDS}")
    properties = (said["width"], said["height"], said["codec"])
    expect(properties == (found.width, found.height, found.video_codec), f"the API says otherwise of {name}: {said}")
