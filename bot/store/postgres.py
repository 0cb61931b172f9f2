"""The store on PostgreSQL, for any number of processes."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Coroutine, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
from asyncpg.exceptions import InterfaceError

from bot.store.dialects import POSTGRES
from bot.store.errors import StatementRefused, StoreUnavailable
from bot.store.postgres_errors import DRIVER_ERRORS, judgement
from bot.store.schema import Migration, bring_up_to_date, findings
from bot.store.script import Row, Script
from bot.store.vault import Vault

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = PoolConnectionProxy[asyncpg.Record]

T = TypeVar("T")

_WAIT = 10.0  # seconds: for a connection, and for an answer of the server

# lock_timeout is to PostgreSQL what busy_timeout is to SQLite. The other ends a transaction whose process hangs, so
# that it cannot hold a chat's lock for ever.
_SETTINGS = {
    "application_name": "parallel-plan",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "30000",
}

_SHOWN_SETTINGS = (
    "server_version",
    "server_encoding",
    "synchronous_commit",
    "fsync",
    "full_page_writes",
    "default_transaction_isolation",
    "max_connections",
    *_SETTINGS,
)

_LOCK_CHAT = "SELECT pg_advisory_xact_lock($1)"
_READ_ONLY = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class PostgresStore:
    """A `Store` on a PostgreSQL server, over a pool of at most `max_connections`, opened at the first operation."""

    def __init__(self, url: str, vault: Vault, migrations: Sequence[Migration], *, max_connections: int = 10) -> None:
        self._url = url
        self._vault = vault
        self._migrations = migrations
        self._max_connections = max_connections
        self._opening: asyncio.Task[Pool] | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    @property
    def dialect(self) -> str:
        """`postgresql`."""
        return POSTGRES.name

    async def write(self, script: Script[T], *, chat_id: int | None = None) -> T:
        """See `Store.write`. A chat's lock is the server's own, and ends with the transaction or the connection."""
        return await self._as_unit(self._transaction("BEGIN", script, chat_id))

    async def read(self, script: Script[T]) -> T:
        """See `Store.read`."""
        return await self._as_unit(self._transaction(_READ_ONLY, script, None))

    async def migrate(self) -> list[int]:
        """See `Store.migrate`."""
        return await bring_up_to_date(self, POSTGRES, self._migrations, self._vault, is_new=False)

    async def scrub(self) -> bool:
        """Always True: the server's own vacuum frees what was deleted; what lingers till then is ciphertext."""
        return True

    async def describe(self) -> dict[str, object]:
        """See `Store.describe`. All connections of the pool are made alike, so one is shown."""
        connections: dict[str, object] = {}
        about: dict[str, object] = {
            "dialect": self.dialect,
            "versions": {"python": sys.version.split()[0], "asyncpg": version("asyncpg")},
            "connections": connections,
            "problem": None,
        }
        try:
            connections["pool"] = await self.read(_settings())
            about |= await findings(self, POSTGRES, self._migrations, self._vault)
        except (StoreUnavailable, StatementRefused) as problem:
            about["problem"] = str(problem)
        return about

    async def close(self) -> None:
        """See `Store.close`."""
        self._closed = True
        if self._running:
            await asyncio.wait(self._running)
        opening, self._opening = self._opening, None
        if opening is None:
            return
        with contextlib.suppress(StoreUnavailable):
            pool = await asyncio.shield(opening)
            try:
                await asyncio.wait_for(pool.close(), _WAIT)
            except TimeoutError:
                pool.terminate()

    async def _as_unit(self, transaction: Coroutine[Any, Any, T]) -> T:
        """Run a transaction in a task of its own: a caller that is cancelled does not take it along.

        asyncpg would roll back instead, by a second connection for each cancelled statement, and whether a cancelled
        COMMIT took place would be open. This way it is the same as on SQLite.
        """
        task = asyncio.create_task(transaction)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return await asyncio.shield(task)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen: nobody may be left to receive it

    async def _transaction(self, begin: str, script: Script[T], chat_id: int | None) -> T:
        pool = await self._pool()
        connection = await _begun(pool, begin)
        try:
            try:
                if chat_id is not None:
                    await _answer(connection, _LOCK_CHAT, (chat_id,))
                result = await _driven(script, connection)
                await _tell(connection, "COMMIT")
            except BaseException:
                with contextlib.suppress(StoreUnavailable):  # a lost connection has rolled back by itself
                    await _tell(connection, "ROLLBACK")
                raise
        finally:
            await pool.release(connection)
        return result

    async def _pool(self) -> Pool:
        opening = self._opening
        if opening is None:
            if self._closed:
                raise StoreUnavailable("The store was closed.")
            opening = self._opening = asyncio.create_task(self._open())
        try:
            return opening.result() if opening.done() else await asyncio.shield(opening)
        except Exception:
            if self._opening is opening:
                self._opening = None  # the next one tries again
            raise

    async def _open(self) -> Pool:
        try:
            return await asyncpg.create_pool(
                self._url,
                min_size=1,
                max_size=self._max_connections,
                timeout=_WAIT,
                command_timeout=_WAIT,
                server_settings=_SETTINGS,
                reset=_reset,
            )
        except (*DRIVER_ERRORS, ValueError) as error:
            raise judgement(error, connected=False) from None


async def _begun(pool: Pool, begin: str) -> Connection:
    """A connection inside a new transaction.

    After a restart of the server every connection of the pool may be dead without anybody having noticed. A dead one
    fails at BEGIN, before the script has started, and is replaced; a server that is not there fails at the connecting.
    """
    left = pool.get_max_size()
    while True:
        try:
            connection = await pool.acquire(timeout=_WAIT)
        except DRIVER_ERRORS as error:
            raise judgement(error, connected=False) from None
        try:
            await _tell(connection, begin)
        except BaseException as error:
            await pool.release(connection)
            left -= 1
            if left < 0 or not isinstance(error, StoreUnavailable):
                raise
        else:
            return connection


async def _reset(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Instead of asyncpg's own four statements at each release: our scripts change nothing outside a transaction."""
    if connection.is_in_transaction():
        await connection.reset()


def _stands(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except InterfaceError:  # the pool took it back by itself when it broke
        return False


async def _tell(connection: Connection, sql: str) -> None:
    try:
        await connection.execute(sql)
    except DRIVER_ERRORS as error:
        raise judgement(error, connected=_stands(connection)) from None


async def _answer(connection: Connection, sql: str, values: tuple[Any, ...]) -> Sequence[Row]:
    try:
        rows: Sequence[Any] = await connection.fetch(sql, *values)
    except DRIVER_ERRORS as error:
        raise judgement(error, connected=_stands(connection)) from None
    return rows


async def _driven(script: Script[T], connection: Connection) -> T:
    try:
        sql, values = next(script)
        while True:
            sql, values = script.send(await _answer(connection, sql, values))
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        script.close()


def _settings() -> Script[dict[str, str]]:
    shown = {}
    for name in _SHOWN_SETTINGS:
        rows = yield ("SELECT current_setting($1)", (name,))
        shown[name] = str(rows[0][0])
    return shown
