"""RenderIO's commands, files and account configuration as rows."""

import sqlite3
from collections.abc import Callable

import msgspec

from mockserver.renderio.account import AccountRules, AccountWebhook, Conclusion
from mockserver.renderio.command import Command, Request, Result
from mockserver.store.database import Database
from mockserver.store.deliveries import drop_account_deliveries, insert_delivery, store_attempt
from mockserver.webhooks.delivery import Attempt, Delivery, Succession

_encode = msgspec.json.Encoder().encode
_read_request = msgspec.json.Decoder(Request).decode
_read_result = msgspec.json.Decoder(Result).decode

DEFAULT_RULES = AccountRules()


class CommandRows:
    """Commands and the files that they made; `rules` say to which accounts their webhooks are owed.

    `numbers` are the last running numbers of the workspaces in memory, shared by all that write to one database.
    """

    def __init__(self, database: Database, rules: AccountRules, numbers: dict[str, int]) -> None:
        self._database = database
        self._rules = rules
        self._numbers = numbers

    async def submit(self, workspace: str, request: Request, *, identify: Callable[[int], str], now_ms: int) -> Command:
        """Accept a command as QUEUED; `identify` makes its id from the workspace's running number."""
        command = Command(identify(self._next_number(workspace)), workspace, "QUEUED", request, None)
        await self._database.write(
            "insert into commands (id, workspace, status, request, created_ms) values (?, ?, 'QUEUED', ?, ?)",
            (command.id, workspace, _encode(request).decode(), now_ms),
        )
        return command

    async def get(self, workspace: str, command: str) -> Command | None:
        """A command of this workspace."""
        row = self._database.connection.execute(
            "select * from commands where id = ? and workspace = ?", (command, workspace)
        ).fetchone()
        return None if row is None else _command(row)

    async def begin(self, command: str) -> None:
        """QUEUED → PROCESSING; a command that was interrupted while PROCESSING stays so."""
        self._database.execute(
            "update commands set status = 'PROCESSING' where id = ? and status = 'QUEUED'", (command,)
        )

    async def finish(self, command: Command, result: Result, *, webhook: str, first_delay_ms: int, now_ms: int) -> bool:
        """Store the end of a command and owe its webhook; False where the command is gone, or was over before."""
        status = "SUCCESS" if result.error_status is None else "FAILED"
        with self._database.transaction() as connection:
            changed = connection.execute(
                "update commands set status = ?, result = ? where id = ? and result is null",
                (status, _encode(result).decode(), command.id),
            ).rowcount
            if not changed:
                return False
            connection.executemany(
                "insert into files (id, workspace, command, name) values (?, ?, ?, ?)",
                [(file.file_id, command.workspace, command.id, file.filename) for file in result.output_files.values()],
            )
            account = _account(connection, command.workspace)
            takes = account is not None and self._rules.takes_new(account)
            url = command.request.webhook_url or (account.url if account is not None and takes else None)
            if url is not None:
                insert_delivery(
                    connection,
                    workspace=command.workspace,
                    webhook=webhook,
                    subject=command.id,
                    url=url,
                    own_url=command.request.webhook_url is not None,
                    due_ms=now_ms + first_delay_ms,
                    now_ms=now_ms,
                )
        return True

    async def workspace_of(self, command: str) -> str | None:
        """The workspace of a command; None where there is no such command."""
        row = self._database.connection.execute("select workspace from commands where id = ?", (command,)).fetchone()
        return None if row is None else str(row["workspace"])

    async def owe(self, command: Command, *, webhook: str, url: str, due_ms: int, now_ms: int) -> None:
        """Owe the webhook of a finished command to its account, from `due_ms` on."""
        with self._database.transaction() as connection:
            insert_delivery(
                connection,
                workspace=command.workspace,
                webhook=webhook,
                subject=command.id,
                url=url,
                own_url=False,
                due_ms=due_ms,
                now_ms=now_ms,
            )

    async def unfinished(self) -> list[Command]:
        """Every command that is not over, in order of submission."""
        rows = self._database.connection.execute("select * from commands where result is null order by ordinal")
        return [_command(row) for row in rows]

    async def file_name(self, file: str) -> str | None:
        """The name of a stored file."""
        row = self._database.connection.execute("select name from files where id = ?", (file,)).fetchone()
        return None if row is None else str(row["name"])

    def _next_number(self, workspace: str) -> int:
        # Counted in memory: this process alone writes to the file, and a submission is then a single statement.
        numbers = self._numbers
        if workspace not in numbers:
            numbers[workspace] = self._database.connection.execute(
                "select count(*) from commands where workspace = ?", (workspace,)
            ).fetchone()[0]
        numbers[workspace] += 1
        return numbers[workspace]


class AccountRows:
    """The account's webhook configuration; `rules` say what an attempt means for it."""

    def __init__(self, database: Database, rules: AccountRules) -> None:
        self._database = database
        self._rules = rules

    async def load(self, workspace: str) -> AccountWebhook | None:
        """The configuration, if there ever was one."""
        return _account(self._database.connection, workspace)

    async def save(self, workspace: str, account: AccountWebhook) -> None:
        """Replace the configuration; while it is inactive no delivery to it stays pending."""
        with self._database.transaction() as connection:
            self._save(connection, workspace, account)

    async def conclude(
        self, delivery: Delivery, attempt: Attempt, follows: Succession, *, threshold: int | None
    ) -> None:
        """Store an attempt, what follows, and its effect on the account."""
        with self._database.transaction() as connection:
            store_attempt(connection, attempt, follows)
            account = _account(connection, delivery.workspace)
            if account is not None:
                changed = self._rules.concluded(account, Conclusion(delivery, attempt, follows, threshold))
                if changed is not account:
                    self._save(connection, delivery.workspace, changed)

    def _save(self, connection: sqlite3.Connection, workspace: str, account: AccountWebhook) -> None:
        connection.execute(
            "insert or replace into accounts (workspace, url, secret, active, failures, disabled_ms)"
            " values (?, ?, ?, ?, ?, ?)",
            (workspace, account.url, account.secret, account.active, account.failures, account.disabled_ms),
        )
        if not self._rules.takes_pending(account):
            drop_account_deliveries(connection, workspace)


class RenderIOTables:
    """RenderIO's tables in one database: the stores over them, and what holds for all of them together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: dict[str, int] = {}

    def commands(self, rules: AccountRules = DEFAULT_RULES) -> CommandRows:
        """Commands and files, by these rules."""
        return CommandRows(self._database, rules, self._numbers)

    def accounts(self, rules: AccountRules = DEFAULT_RULES) -> AccountRows:
        """Webhook configurations, by these rules."""
        return AccountRows(self._database, rules)

    def with_work(self, connection: sqlite3.Connection) -> list[str]:
        """The ids of the workspaces with a command that is not over."""
        rows = connection.execute("select distinct workspace from commands where result is null")
        return [row["workspace"] for row in rows]

    def last_moment_ms(self, connection: sqlite3.Connection, workspace: str) -> int:
        """The moment of the last submission; all other moments are those of deliveries."""
        row = connection.execute("select max(created_ms) from commands where workspace = ?", (workspace,)).fetchone()
        return int(row[0] or 0)

    def clear(self, connection: sqlite3.Connection, workspace: str) -> list[str]:
        """Empty the workspace, within the caller's transaction; the ids of the files whose bytes can go."""
        file_ids = [row["id"] for row in connection.execute("select id from files where workspace = ?", (workspace,))]
        for table in ("files", "commands", "accounts"):
            connection.execute(f"delete from {table} where workspace = ?", (workspace,))  # noqa: S608 - names from the line above
        # Without a number in memory, the next command counts the rows; that is right whether or not this is committed.
        self._numbers.pop(workspace, None)
        return file_ids


def _command(row: sqlite3.Row) -> Command:
    result = None if row["result"] is None else _read_result(row["result"])
    return Command(row["id"], row["workspace"], row["status"], _read_request(row["request"]), result)


def _account(connection: sqlite3.Connection, workspace: str) -> AccountWebhook | None:
    row = connection.execute("select * from accounts where workspace = ?", (workspace,)).fetchone()
    if row is None:
        return None
    return AccountWebhook(row["url"], row["secret"], bool(row["active"]), row["failures"], row["disabled_ms"])
