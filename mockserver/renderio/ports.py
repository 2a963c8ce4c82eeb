"""What RenderIO asks of the store; each method is all or nothing."""

from collections.abc import Callable
from typing import Protocol

from mockserver.renderio.account import AccountWebhook
from mockserver.renderio.command import Command, Request, Result
from mockserver.webhooks.delivery import Attempt, Delivery, Succession


class CommandStore(Protocol):
    """Commands and their files."""

    async def submit(self, workspace: str, request: Request, *, identify: Callable[[int], str], now_ms: int) -> Command:
        """Accept a command as QUEUED; `identify` makes its id from the workspace's running number."""

    async def get(self, workspace: str, command: str) -> Command | None:
        """A command of this workspace."""

    async def begin(self, command: str) -> None:
        """QUEUED → PROCESSING; a command that was interrupted while PROCESSING stays so."""

    async def finish(self, command: Command, result: Result, *, webhook: str, first_delay_ms: int, now_ms: int) -> bool:
        """Store the end of a command and owe its webhook, if there is anywhere to send it.

        False where there is no such command any more, or it was over before.
        """

    async def workspace_of(self, command: str) -> str | None:
        """The workspace of a command; None where there is no such command."""

    async def owe(self, command: Command, *, webhook: str, url: str, due_ms: int, now_ms: int) -> None:
        """Owe the webhook of a finished command to its account, from `due_ms` on."""

    async def unfinished(self) -> list[Command]:
        """Every command that is not over, in order of submission."""

    async def file_name(self, file: str) -> str | None:
        """The name of a stored file."""


class AccountStore(Protocol):
    """The account's webhook configuration."""

    async def load(self, workspace: str) -> AccountWebhook | None:
        """The configuration, if there ever was one."""

    async def save(self, workspace: str, account: AccountWebhook) -> None:
        """Replace the configuration; while it is inactive no delivery to it stays pending."""

    async def conclude(
        self, delivery: Delivery, attempt: Attempt, follows: Succession, *, threshold: int | None
    ) -> None:
        """Store an attempt, what follows, and its effect on the account."""
