"""RenderIO's operations: each parses its call, asks the domain, shapes the answer."""

from collections.abc import Callable, Mapping

from mockserver.clock import rfc3339
from mockserver.errors import NotFound
from mockserver.http.messages import Call, Handler, Reply
from mockserver.renderio.blueprint import Blueprint, Stores
from mockserver.renderio.queue import CommandQueue


class RenderIO:
    """The handlers of the RenderIO document."""

    def __init__(
        self, blueprint: Blueprint, stores: Stores, *, queue: CommandQueue, identify: Callable[[str, int], str]
    ) -> None:
        self._blueprint = blueprint
        self._commands = stores.commands
        self._accounts = stores.accounts
        self._queue = queue
        self._identify = identify

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By operation id."""
        return {
            "setWebhookConfig": self.set_webhook_config,
            "getWebhookConfig": self.get_webhook_config,
            "deleteWebhookConfig": self.delete_webhook_config,
            "runFfmpegCommand": self.run_ffmpeg_command,
            "getCommand": self.get_command,
        }

    async def set_webhook_config(self, call: Call) -> Reply:
        """Replace URL and secret (none, or an empty one, clears it), reset the counter, switch on.

        Pending retries go on, with the new URL and secret.
        """
        workspace = call.in_workspace()
        previous = await self._accounts.load(workspace.id)
        account = self._blueprint.rules.configured(previous, url=call.body["url"], secret=call.body.get("secret"))
        await self._accounts.save(workspace.id, account)
        return Reply(200, {"success": True, "url": call.body["url"]})

    async def get_webhook_config(self, call: Call) -> Reply:
        """The configuration without its secret."""
        account = await self._accounts.load(call.in_workspace().id)
        if account is None:
            return Reply(200, {"configured": False})
        return Reply(
            200,
            {
                "configured": True,
                "url": account.url,
                "is_active": account.active,
                "consecutive_failures": account.failures,
                "disabled_at": None if account.disabled_ms is None else rfc3339(account.disabled_ms),
            },
        )

    async def delete_webhook_config(self, call: Call) -> Reply:
        """Switch the webhook off and keep its configuration."""
        workspace = call.in_workspace()
        account = await self._accounts.load(workspace.id)
        if account is not None:
            now_ms = workspace.clock.now_ms()
            await self._accounts.save(workspace.id, self._blueprint.rules.deactivated(account, now_ms=now_ms))
        return Reply(200, {"success": True})

    async def run_ffmpeg_command(self, call: Call) -> Reply:
        """Accept a command and queue it."""
        workspace = call.in_workspace()
        request = self._blueprint.accept(call.body)
        command = await self._commands.submit(
            workspace.id,
            request,
            identify=lambda ordinal: self._identify(workspace.id, ordinal),
            now_ms=workspace.clock.now_ms(),
        )
        self._queue.put(workspace, command.id)
        return Reply(200, {"command_id": command.id})

    async def get_command(self, call: Call) -> Reply:
        """A command of the caller's own."""
        command = await self._commands.get(call.in_workspace().id, call.path["commandId"])
        if command is None:
            raise NotFound("There is no such command.")
        return Reply(200, self._blueprint.polled(command))
