"""What is kept: one protocol, two databases behind it, every statement written once.

`open_store` gives a `Store`; the operations are scripts (`bot.store.sessions.turn` and its neighbours) which it runs.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

from bot.store.errors import MigrationRefused, StatementRefused, StoreUnavailable, WrongKey
from bot.store.protocol import Store
from bot.store.schema import shipped_migrations
from bot.store.script import Script
from bot.store.vault import Vault

__all__ = [
    "MigrationRefused",
    "Script",
    "StatementRefused",
    "Store",
    "StoreUnavailable",
    "Vault",
    "WrongKey",
    "open_store",
]


def open_store(database_url: str, vault: Vault) -> Store:
    """The store behind `sqlite:///relative/path.db`, `sqlite:////absolute/path.db` or `postgresql://…`.

    Nothing is connected or made yet: that happens with the first operation. ValueError with one sentence, which never
    shows the address (it may hold a password), if there is no such store.
    """
    if database_url.startswith("sqlite:"):
        return _sqlite(database_url, vault)
    if database_url.startswith(("postgresql://", "postgres://")):
        return _postgres(database_url, vault)
    raise ValueError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _sqlite(database_url: str, vault: Vault) -> Store:
    from bot.store.sqlite import OLDEST, SqliteStore

    path = database_url.removeprefix("sqlite:///")
    if path == database_url or not path or path.endswith("/") or ":memory:" in path or "?" in path:
        raise ValueError("DATABASE_URL must name a file, as sqlite:///data/bot.db or sqlite:////var/lib/bot.db.")
    if sqlite3.sqlite_version_info < OLDEST:
        raise ValueError(
            f"SQLite {'.'.join(map(str, OLDEST))} or newer is needed; this Python has {sqlite3.sqlite_version}."
        )
    return SqliteStore(Path(path), vault, shipped_migrations())


def _postgres(database_url: str, vault: Vault) -> Store:
    # Imported here: whoever runs on SQLite need not pay for the other driver's start, and the other way round.
    from bot.store.postgres import PostgresStore

    try:
        parts = urlsplit(database_url)
        has_place = bool(parts.hostname or "host=" in parts.query) and parts.port != 0
    except ValueError:
        has_place = False
    if not has_place:
        raise ValueError("DATABASE_URL must name a server, as postgresql://user:password@host:5432/name.") from None
    return PostgresStore(database_url, vault, shipped_migrations())
