"""The webhook configuration and the commands of one account, as checks use them.

Each call stands on the requirement that says how it is answered. Where that does not hold, it is recorded as what is
broken, and the check that needed it ends without a word on its own requirements.
"""

import math
import time
from collections.abc import Mapping
from typing import Any

from contracts.checks.renderio.calls import ACCEPTED, NOT_FOUND, OK, Calls
from contracts.checks.renderio.missing import rule_disappearance_out
from contracts.client import Response
from contracts.errors import NotObservable
from contracts.trial import Trial, Workspace

FINAL = frozenset({"SUCCESS", "FAILED"})
IN_ORDER = ("QUEUED", "PROCESSING", "SUCCESS", "FAILED")

SEEN_LATE_SECONDS = 3.0
"""For how long a command that cannot be read at once is asked for, to tell "not at once" from "not at all"."""


class Resources(Calls):
    """What one account has on the target."""

    def __init__(self, trial: Trial, workspace: Workspace | None = None) -> None:
        super().__init__(trial, workspace)
        self._submitted: set[str] = set()
        self._seen: set[str] = set()

    # -------------------------------------------------------------------------------------------- configuration

    def configure(self, url: str, secret: str | None = None) -> Response:
        """PUT the configuration; ends the check where a valid one is not answered as RIO-CFG-005 says."""
        if secret:
            self.trial.record.hide(secret)
        body = {"url": url} if secret is None else {"url": url, "secret": secret}
        response = self.send("setWebhookConfig", body=body, stands_on="RIO-CFG-005")
        if secret is None and not _succeeded(response):
            self._rule_missing_secret_out(url, response)
        self.trial.require(
            "RIO-CFG-005",
            _succeeded(response),
            f"a valid PUT was to be answered 200 with success true, and was answered {response}",
            evidence=[response.evidence],
        )
        return response

    def _rule_missing_secret_out(self, url: str, response: Response) -> None:
        """Tell a PUT that fails because it has no secret (RIO-CFG-004) from one that fails anyway."""
        body = {"url": url, "secret": "whsec_to_see_whether_it_takes_one"}
        with_secret = self.send("setWebhookConfig", body=body, stands_on="RIO-CFG-005")
        self.trial.require(
            "RIO-CFG-004",
            not _succeeded(with_secret),
            f"a PUT with a url alone was to succeed like one with a secret, and was answered {response}",
            evidence=[response.evidence, with_secret.evidence],
        )

    def config(self) -> Mapping[str, Any]:
        """GET the configuration; ends the check where the answer is neither of the documented two."""
        response = self.send("getWebhookConfig", stands_on="RIO-CFG-010")
        content = response.object()
        configured = content.get("configured")
        if configured is False:
            self.trial.require(
                "RIO-CFG-013", response.status == OK, f"GET was to be answered 200, and was answered {response}"
            )
            return content
        problems = self.trial.api.violations("ConfiguredWebhook", content)
        # What is_active and disabled_at have to do with each other is judged where it is looked at.
        shape = [key for key in ("url", "is_active", "consecutive_failures", "disabled_at") if key not in content]
        self.trial.require(
            "RIO-CFG-010",
            response.status == OK and configured is True and not shape and _typed(content),
            f"GET was to be answered 200 with the documented properties, and was answered {response}; "
            + "; ".join(problems),
            evidence=[response.evidence],
        )
        return content

    def disable(self) -> Response:
        """DELETE the configuration; ends the check where that is not answered as RIO-CFG-015 says."""
        response = self.send("deleteWebhookConfig", stands_on="RIO-CFG-015")
        self.trial.require(
            "RIO-CFG-015",
            _succeeded(response),
            f"DELETE was to be answered 200 with success true, and was answered {response}",
            evidence=[response.evidence],
        )
        return response

    # -------------------------------------------------------------------------------------------------- commands

    def body(self, **fields: Any) -> dict[str, Any]:
        """A submission of the cheapest command that there is; `fields` replace or add properties."""
        return {
            "input_files": {"in_file": self.trial.media.picture.url},
            "output_files": {"out_file": "result.png"},
            "ffmpeg_command": "ffmpeg -i {{in_file}} -frames:v 1 {{out_file}}",
            **fields,
        }

    def failing_body(self, **fields: Any) -> dict[str, Any]:
        """A submission whose input answers 404, so that the command ends as FAILED."""
        return self.body(input_files={"in_file": self.trial.receiver.missing_url}, **fields)

    def submit(self, body: Mapping[str, Any] | None = None) -> str:
        """Submit a valid command; its id. Ends the check where it is not accepted as RIO-CMD-001 says."""
        response = self.send("runFfmpegCommand", body=body or self.body(), stands_on="RIO-CMD-001")
        self.trial.require(
            "RIO-CMD-001",
            response.status in {OK, ACCEPTED} and "command_id" in response.object(),
            f"a valid submission was to be answered 200 or 202 with a command_id, and was answered {response}",
            evidence=[response.evidence],
        )
        return self.claimed(response)

    def claimed(self, response: Response) -> str:
        """The id in the answer to an accepted submission; ends the check where it is not as RIO-CMD-002 says."""
        command_id = response.object()["command_id"]
        self.trial.require(
            "RIO-CMD-002",
            isinstance(command_id, str) and command_id and command_id not in self._submitted,
            f"command_id was to be a non-empty string of this submission's own, and was {command_id!r}",
            evidence=[response.evidence],
        )
        self._submitted.add(command_id)
        self.trial.claim(command_id)
        return str(command_id)

    def submit_failing(self, **fields: Any) -> str:
        """Submit a command that will end as FAILED; its id. `NotObservable` where it is refused at once (a reading)."""
        response = self.send("runFfmpegCommand", body=self.failing_body(**fields), stands_on="RIO-CMD-001")
        if response.status in {400, 422}:
            raise NotObservable("the target refuses at submission what cannot be fetched (RIO-CMD-042 b)")
        self.trial.require(
            "RIO-CMD-001" if response.status // 100 == 2 else "RIO-CMD-042",  # noqa: PLR2004 - HTTP's success
            response.status in {OK, ACCEPTED} and "command_id" in response.object(),
            f"a command whose input answers 404 was to be accepted or refused with 4xx, and was answered {response}",
            evidence=[response.evidence],
        )
        return self.claimed(response)

    def poll(self, command_id: str) -> Mapping[str, Any]:
        """The command as polling shows it; ends the check where it is not answered 200 with a known status."""
        response = self.send("getCommand", parameters={"commandId": command_id}, stands_on="RIO-CMD-003")
        if response.status == NOT_FOUND and command_id in self._submitted - self._seen:
            self._await_reading(command_id, response)
        if response.status == NOT_FOUND:
            rule_disappearance_out(self, command_id)
        content = response.object()
        self.trial.require(
            "RIO-CMD-003",
            response.status == OK and content.get("command_id") == command_id,
            f"a poll was to be answered 200 with the command {command_id}, and was answered {response}",
            evidence=[response.evidence],
        )
        self._seen.add(command_id)
        status = content.get("status")
        self.trial.require(
            "RIO-CMD-005",
            status in IN_ORDER,
            f"status was to be one of {', '.join(IN_ORDER)}, and was {status!r}",
            evidence=[response.evidence],
        )
        return content

    def _await_reading(self, command_id: str, first: Response) -> None:
        deadline = time.monotonic() + SEEN_LATE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(self.trial.poll_seconds)
            response = self.send("getCommand", parameters={"commandId": command_id}, stands_on="RIO-CMD-003")
            self.trial.require(
                "RIO-CMD-004",
                response.status != OK,
                f"command {command_id} was to be found at once, and was only found after an answer {first.status}",
                evidence=[first.evidence, response.evidence],
            )

    def finished(self, command_id: str, *, stands_on: str = "RIO-CMD-010") -> Mapping[str, Any]:
        """Poll until the command is over; ends the check, as `stands_on` does not hold, where it is not in time."""
        deadline = time.monotonic() + self.trial.patience_seconds - self.waited_seconds
        while (command := self.poll(command_id))["status"] not in FINAL:
            self._stop_in_time()
            if time.monotonic() > deadline + self.waited_seconds:
                if stands_on != "RIO-CMD-010":
                    self.finished(self.submit())  # where a plain command is as slow, it is not of this command's kind
                self.trial.require(
                    stands_on,
                    False,
                    f"a command on a short file was to finish within a few seconds, and was {command['status']} "
                    f"after {self.trial.patience_seconds:g} s",
                )
            time.sleep(self.trial.poll_seconds)
        return command


def _succeeded(response: Response) -> bool:
    return response.status == OK and response.object().get("success") is True


def _typed(content: Mapping[str, Any]) -> bool:
    failures = content["consecutive_failures"]
    return (
        isinstance(content["url"], str)
        and isinstance(content["is_active"], bool)
        and isinstance(failures, int | float)
        and not isinstance(failures, bool)
        and failures == math.floor(failures) >= 0  # 8.0 is a whole number in JSON as 8 is
        and isinstance(content["disabled_at"], str | None)
    )
