"""The contract's databases: each test runs on a SQLite file and on an empty database of a real PostgreSQL.

Both come from the fixtures that all tests share.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from bot.store import Store, Vault, open_store


@pytest.fixture
def vault() -> Vault:
    return Vault([bytes(range(32))])


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return cast("str", request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def store(database_url: str, vault: Vault) -> AsyncIterator[Store]:
    store = open_store(database_url, vault)
    await store.migrate()
    yield store
    await store.close()
