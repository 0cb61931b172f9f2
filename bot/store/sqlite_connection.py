"""One SQLite connection in aiosqlite's thread, on which whole jobs run.

aiosqlite sends each call of its public methods through its thread: begin, insert, select, update and commit make five
hops a turn. Measured with the whole bot, five hops cost 0.53 of what python-telegram-bot by the book costs a step, one
hop 0.37. So a transaction is ONE job here, which also makes it a unit that no cancelled task can leave half-way.
The price is one private name, `Connection._execute`. The lock file pins aiosqlite, and a test fails if it is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from typing import TypeVar

import aiosqlite

from bot.store.errors import StoreUnavailable
from bot.store.sqlite_errors import ConnectionBroken, judgement

T = TypeVar("T")


class SqliteConnection:
    """A connection that opens at its first job, and again at the first job after it broke.

    `opener` runs in the connection's thread, where it may wait, and gives the raw connection.
    """

    def __init__(self, opener: Callable[[], sqlite3.Connection]) -> None:
        self._opener = opener
        self._opening: asyncio.Task[_Opened] | None = None
        self._closed = False

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job in the connection's thread, after those before it, and give its result.

        A job that has been handed over runs to its end even if we are cancelled. `StoreUnavailable` or
        `StatementRefused` for errors of SQLite; everything else that the job raises comes out unchanged.
        """
        opening = self._opening
        if opening is None:
            if self._closed:
                raise StoreUnavailable("The store was closed.")
            opening = self._opening = asyncio.create_task(_open(self._opener))
        try:
            # Shielded: whoever is cancelled while the connection opens leaves it to the others.
            opened = opening.result() if opening.done() else await asyncio.shield(opening)
        except Exception:
            if self._opening is opening:
                self._opening = None
            raise
        try:
            return await opened.run(job)
        except ConnectionBroken:
            if self._opening is opening:
                self._opening = None
                with contextlib.suppress(Exception):  # it is broken: all that matters is that it is gone
                    await opened.close()
            raise

    async def close(self) -> None:
        """Finish the jobs that wait, close the connection and end its thread; may be called twice."""
        self._closed = True
        opening, self._opening = self._opening, None
        if opening is not None:
            with contextlib.suppress(StoreUnavailable):
                await (await asyncio.shield(opening)).close()


class _Opened:
    def __init__(self, thread: aiosqlite.Connection, raw: sqlite3.Connection) -> None:
        self._thread = thread
        self._raw = raw
        self._closing = False

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        if self._closing:
            raise StoreUnavailable("The store was closed.")
        result: T = await self._thread._execute(_judged, job, self._raw)  # type: ignore[no-untyped-call] # noqa: SLF001
        return result

    async def close(self) -> None:
        self._closing = True
        await self._thread.close()


def _judged(job: Callable[[sqlite3.Connection], T], raw: sqlite3.Connection) -> T:
    try:
        return job(raw)
    except sqlite3.Error as error:
        raise judgement(error) from error


async def _open(opener: Callable[[], sqlite3.Connection]) -> _Opened:
    opened: list[sqlite3.Connection] = []
    failed: list[Exception] = []

    def connector() -> sqlite3.Connection:
        try:
            opened.append(opener())
        except sqlite3.Error as error:
            failed.append(StoreUnavailable(str(judgement(error))))
        except Exception as error:  # noqa: BLE001 - raised below
            failed.append(error)
        # If a connector raises, aiosqlite does not wait for its thread's end, which may find the event loop closed.
        # So a failure leaves an empty connection in memory, to be closed in the ordinary way.
        return opened[0] if opened else sqlite3.connect(":memory:")

    # Built with a connector of our own: that is public, gives us the raw connection without a second private name, and
    # lets the settings be made in the same hop.
    thread = await aiosqlite.Connection(connector, 64)
    if failed:
        await thread.close()
        raise failed[0]
    return _Opened(thread, opened[0])


def connect(uri: str, pragmas: Mapping[str, str | int]) -> sqlite3.Connection:
    """A raw connection in autocommit mode (transactions are begun by hand) with these settings made, in order."""
    raw = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        for name, value in pragmas.items():
            raw.execute(f"PRAGMA {name} = {value}")
    except BaseException:
        raw.close()
        raise
    return raw


def pragma_values(raw: sqlite3.Connection, names: tuple[str, ...]) -> dict[str, object]:
    """What the connection itself says of its settings."""
    return {name: raw.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
