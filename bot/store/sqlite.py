"""The store on SQLite, for one process with a persistent disk."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from bot.store.dialects import SQLITE
from bot.store.errors import StatementRefused, StoreUnavailable
from bot.store.schema import Migration, bring_up_to_date, findings
from bot.store.script import Script
from bot.store.sqlite_connection import SqliteConnection, connect, pragma_values
from bot.store.sqlite_transactions import SharedCommits, transaction
from bot.store.vault import Vault
from bot.store.writer_lock import WriterLock, take_writer_lock

T = TypeVar("T")

# STRICT tables need 3.37; RETURNING, upserts and WAL are older.
OLDEST = (3, 37, 0)

# mmap stays off (a wild write in our process could reach the file); secure_delete overwrites what is deleted.
_PRAGMAS: dict[str, str | int] = {
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "mmap_size": 0,
    "temp_store": "MEMORY",
}

# An acknowledged answer survives a power cut: WAL with FULL syncs the log at each commit. A log that once grew is cut
# back to 16 MiB.
_WRITER_PRAGMAS = {"journal_mode": "WAL", "journal_size_limit": 16 * 1024 * 1024, **_PRAGMAS}

# SQLite 3.7.0 to 3.51.2 can corrupt a database when two connections write or checkpoint at once (sqlite.org/wal.html,
# "the WAL-reset bug"; fixed in 3.51.3, 3.50.7 and 3.44.6; Python 3.11 is often built with 3.40.1). Our guard: exactly
# one connection of one process writes and checkpoints. The reader opens the file read-only and never checkpoints;
# another process that wants to write does not get the writer's lock.
_READER_PRAGMAS = {"query_only": "ON", "wal_autocheckpoint": 0, **_PRAGMAS}

_SHOWN_PRAGMAS = ("busy_timeout", "journal_mode", "query_only", "wal_autocheckpoint", "journal_size_limit", *_PRAGMAS)


class SqliteStore:
    """A `Store` in one file; its folder is made when it is first written to.

    Connections open when they are first needed: a tool that only reads never becomes the writer. `busy_timeout_ms` and
    `patience` (how many times, 50 ms apart, to ask for the writer's lock) are for tests; both make about 5 seconds.
    """

    def __init__(
        self,
        path: Path,
        vault: Vault,
        migrations: Sequence[Migration],
        *,
        busy_timeout_ms: int = 5_000,
        patience: int = 100,
    ) -> None:
        self._path = path.absolute()
        self._vault = vault
        self._migrations = migrations
        self._busy_timeout = {"busy_timeout": busy_timeout_ms}
        self._patience = patience
        self._lock: WriterLock | None = None
        self._writer = SqliteConnection(self._open_writer)
        self._commits = SharedCommits(self._writer)
        self._reader = SqliteConnection(self._open_reader)

    @property
    def dialect(self) -> str:
        """`sqlite`."""
        return SQLITE.name

    async def write(self, script: Script[T], *, chat_id: int | None = None) -> T:  # noqa: ARG002
        """See `Store.write`. All writers stand in one line here, so the chat's own lock is not needed."""
        return await self._commits.add(script)

    async def read(self, script: Script[T]) -> T:
        """See `Store.read`."""
        return await self._reader.run(partial(transaction, "BEGIN", script))

    async def migrate(self) -> list[int]:
        """See `Store.migrate`."""
        return await bring_up_to_date(self, SQLITE, self._migrations, self._vault, is_new=not self._path_exists())

    async def scrub(self) -> bool:
        """Copy the log into the file and cut it to nothing. False: a reader in the middle of its work held it back."""
        return await self._writer.run(_truncate_log)

    async def describe(self) -> dict[str, object]:
        """See `Store.describe`. Looks at the writer too, unless another process has it; makes no file."""
        versions = {
            "python": sys.version.split()[0],
            "sqlite": sqlite3.sqlite_version,
            "aiosqlite": version("aiosqlite"),
        }
        connections: dict[str, object] = {}
        about: dict[str, object] = {
            "dialect": self.dialect,
            "versions": versions,
            "wal_reset_bug": "present; one connection writes and checkpoints" if has_wal_reset_bug() else "fixed",
            "file": str(self._path),
            "exists": self._path_exists(),
            "connections": connections,
            "problem": None,
        }
        if not about["exists"]:
            return about
        shown = partial(pragma_values, names=_SHOWN_PRAGMAS)
        try:
            connections["reader"] = await self._reader.run(shown)
            about |= await findings(self, SQLITE, self._migrations, self._vault)
            # A look does not wait for another process to end.
            connections["writer"] = (
                await self._writer.run(shown) if self._may_write() else "another process writes to this file"
            )
        except (StoreUnavailable, StatementRefused) as problem:
            about["problem"] = str(problem)
        return about

    async def close(self) -> None:
        """See `Store.close`. The reader goes first, so that the writer is the last and tidies the log away."""
        await self._commits.finish()
        await self._reader.close()
        await self._writer.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _path_exists(self) -> bool:
        return self._path.exists()

    def _may_write(self) -> bool:
        """Whether this store is the file's writer, or can become it now."""
        try:
            self._lock = self._lock or take_writer_lock(self._path)
        except OSError as error:
            raise StoreUnavailable(f"The database's folder cannot be written to ({type(error).__name__}).") from error
        return self._lock is not None

    def _open_writer(self) -> sqlite3.Connection:
        """Runs in the connection's own thread, which may wait."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"The database's folder cannot be made ({type(error).__name__}).") from error
        for attempts_left in range(self._patience, -1, -1):
            if self._may_write():
                break
            if attempts_left:
                time.sleep(0.05)
        else:
            raise StoreUnavailable("Another process writes to this database file; SQLite serves one at a time.")
        raw = connect(self._path.as_uri() + "?mode=rwc", self._busy_timeout | _WRITER_PRAGMAS)
        if pragma_values(raw, ("journal_mode",)) != {"journal_mode": "wal"}:
            raw.close()
            raise StoreUnavailable("The database's disk does not allow a write-ahead log; SQLite needs a local disk.")
        return raw

    def _open_reader(self) -> sqlite3.Connection:
        return connect(self._path.as_uri() + "?mode=ro", self._busy_timeout | _READER_PRAGMAS)


def has_wal_reset_bug(found: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this version of SQLite has the WAL-reset bug (see above)."""
    return found < (3, 51, 3) and not ((3, 44, 6) <= found < (3, 45) or (3, 50, 7) <= found < (3, 51))


def _truncate_log(raw: sqlite3.Connection) -> bool:
    busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
