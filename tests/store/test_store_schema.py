"""Migrations: from every release to the present, whole or not at all, and never with an edited text."""

from __future__ import annotations

import base64
import json
import signal
import sys
from asyncio.subprocess import create_subprocess_exec
from pathlib import Path
from typing import Any

import pytest

from bot.store import MigrationRefused, StatementRefused, Store, Vault, open_store
from bot.store.dialects import POSTGRES, SQLITE, Dialect
from bot.store.export import everything
from bot.store.postgres import PostgresStore
from bot.store.schema import Column, Migration, columns, shipped_migrations
from bot.store.script import Script
from bot.store.sessions import load_session, turn
from bot.store.sqlite import SqliteStore
from tests.store.operations import CHAT, NOW, append, rows_of

RELEASES = sorted((Path(__file__).parent / "releases").iterdir())
LAST = len(shipped_migrations())
FURTHER = Migration(
    LAST + 1,
    "further",
    "CREATE TABLE second (id {{int}} PRIMARY KEY, word TEXT NOT NULL) {{strict}};\n"
    "-- a comment; with a semicolon\n"
    "INSERT INTO second (id, word) VALUES (1, 'a;b');\n"
    "ALTER TABLE people ADD COLUMN zone TEXT;\n",
)


def dialect_of(url: str) -> Dialect:
    return SQLITE if url.startswith("sqlite") else POSTGRES


def store_with(url: str, vault: Vault, *migrations: Migration) -> Store:
    if url.startswith("sqlite"):
        return SqliteStore(Path(url.removeprefix("sqlite:///")), vault, migrations)
    return PostgresStore(url, vault, migrations)


def released_migrations(release: Path) -> list[Migration]:
    return [
        Migration(int(file.name[:4]), file.stem[5:], file.read_text(encoding="utf-8"))
        for file in sorted(release.glob("*.sql"))
    ]


def file_exists(url: str) -> bool:
    return Path(url.removeprefix("sqlite:///")).exists()


async def schema_of(store: Store, url: str) -> list[Column]:
    return await store.read(columns(dialect_of(url)))


async def test_migrating_twice_changes_nothing_the_second_time(database_url: str, vault: Vault) -> None:
    store = open_store(database_url, vault)
    assert await store.migrate() == [migration.number for migration in shipped_migrations()]
    before = await schema_of(store, database_url)
    assert await store.migrate() == []
    assert await schema_of(store, database_url) == before
    await store.close()


@pytest.mark.parametrize("release", RELEASES, ids=lambda folder: folder.name)
async def test_a_database_of_an_earlier_release_becomes_the_present_one_and_keeps_its_rows(
    release: Path, database_url: str, vault: Vault
) -> None:
    recorded = json.loads((release / "rows.json").read_text(encoding="utf-8"))
    then = released_migrations(release)
    old = store_with(database_url, vault, *then)
    await old.migrate()
    await old.write(_restored(recorded["tables"]))
    await old.close()

    store = open_store(database_url, vault)
    missing = [migration.number for migration in shipped_migrations()][len(then) :]
    assert await store.migrate() == missing
    for chat_id, body in recorded["bodies"].items():
        session = await store.read(load_session(int(chat_id), vault))
        assert session is not None
        assert session.body.decode() == body
        told = await store.read(everything(int(chat_id), vault))
        assert told["people"]["chat_id"] == int(chat_id), "and every sealed value of theirs opens"
    taken = await store.write(turn(recorded["applied_update"], CHAT, NOW, vault, append(b"x")), chat_id=CHAT)
    assert taken.repeated
    upgraded = await schema_of(store, database_url)
    await store.close()
    if database_url.startswith("sqlite"):
        fresh = open_store(database_url + ".fresh", vault)
        await fresh.migrate()
        assert await schema_of(fresh, database_url) == upgraded
        await fresh.close()


def _restored(tables: dict[str, list[dict[str, Any]]]) -> Script[None]:
    """Insert the recorded rows; bytes are recorded as {"base64": …}. The fresh proofs of keys give way to the old."""
    yield ("DELETE FROM vault_keys", ())
    for table, rows in tables.items():
        for row in rows:
            values = [base64.b64decode(v["base64"]) if isinstance(v, dict) else v for v in row.values()]
            places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
            yield (f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", tuple(values))  # noqa: S608 - ours


@pytest.mark.parametrize("release", RELEASES, ids=lambda folder: folder.name)
def test_a_released_migration_is_still_the_text_that_was_released(release: Path) -> None:
    released = released_migrations(release)
    assert list(shipped_migrations()[: len(released)]) == released


async def test_a_further_migration_is_applied_to_a_database_in_use(database_url: str, vault: Vault) -> None:
    store = open_store(database_url, vault)
    await store.migrate()
    await store.write(turn(1, CHAT, NOW, vault, append(b"x")), chat_id=CHAT)
    await store.close()
    later = store_with(database_url, vault, *shipped_migrations(), FURTHER)
    assert await later.migrate() == [LAST + 1]
    assert await later.read(rows_of("SELECT word FROM second")) == [("a;b",)]
    assert await later.read(load_session(CHAT, vault)) is not None
    await later.close()


async def test_an_edited_migration_is_refused(database_url: str, vault: Vault) -> None:
    store = open_store(database_url, vault)
    await store.migrate()
    await store.close()
    first = shipped_migrations()[0]
    edited = store_with(
        database_url,
        vault,
        Migration(1, first.name, first.sql + "-- one more word\n"),
        *shipped_migrations()[1:],
    )
    with pytest.raises(MigrationRefused, match="Migration 1 was edited"):
        await edited.migrate()
    assert (await edited.describe())["migrations"] == {
        "applied": [],
        "pending": [],
        "problem": "Migration 1 was edited after it had been applied to this database.",
    }
    await edited.close()


async def test_a_program_older_than_its_database_is_refused(database_url: str, vault: Vault) -> None:
    newer = store_with(database_url, vault, *shipped_migrations(), FURTHER)
    await newer.migrate()
    await newer.close()
    store = open_store(database_url, vault)
    with pytest.raises(MigrationRefused, match=f"has migration {LAST + 1}, which this program does not know"):
        await store.migrate()
    await store.close()


async def test_a_migration_that_fails_in_the_middle_leaves_the_old_schema(database_url: str, vault: Vault) -> None:
    store = open_store(database_url, vault)
    await store.migrate()
    before = await schema_of(store, database_url)
    await store.close()
    the_same_row_again = "INSERT INTO second (id, word) VALUES (1, 'again');\n"
    broken = Migration(LAST + 1, "broken", FURTHER.sql + the_same_row_again)
    later = store_with(database_url, vault, *shipped_migrations(), broken)
    with pytest.raises(StatementRefused):
        await later.migrate()
    assert await schema_of(later, database_url) == before
    assert await later.read(rows_of("SELECT number FROM schema_migrations ORDER BY number")) == [
        (migration.number,) for migration in shipped_migrations()
    ]
    await later.close()


_KILLED = """
import asyncio, os, signal, sys
from bot.store import Vault, open_store, schema
whole = schema.apply_next
def cut(dialect, migrations):
    script, rows, left = whole(dialect, migrations), None, int(sys.argv[2])
    while True:
        statement = script.send(rows)
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        rows = yield statement
schema.apply_next = cut
asyncio.run(open_store(sys.argv[1], Vault([bytes(range(32))])).migrate())
"""


@pytest.mark.parametrize("statements", [3, 9])
async def test_a_migration_that_was_killed_can_be_done_again(statements: int, database_url: str, vault: Vault) -> None:
    child = await create_subprocess_exec(
        sys.executable, "-c", _KILLED, database_url, str(statements), cwd=Path(__file__).parents[2]
    )
    assert await child.wait() == -signal.SIGKILL
    store = open_store(database_url, vault)
    assert await schema_of(store, database_url) == []
    assert await store.migrate() == [migration.number for migration in shipped_migrations()]
    await store.close()


async def test_a_database_that_was_not_migrated_is_described_and_left_alone(database_url: str, vault: Vault) -> None:
    store = open_store(database_url, vault)
    found = await store.describe()
    await store.close()
    assert found["problem"] is None
    if database_url.startswith("sqlite"):
        assert not found["exists"]
        assert not file_exists(database_url)
    else:
        assert found["migrations"] == {"applied": [], "pending": [*range(1, LAST + 1)], "problem": None}


async def test_the_description_of_a_healthy_store_names_migrations_and_keys(store: Store, vault: Vault) -> None:
    found = await store.describe()
    numbers = [migration.number for migration in shipped_migrations()]
    assert found["migrations"] == {"applied": numbers, "pending": [], "problem": None}
    assert found["keys"] == {
        "ours": [vault.key_id.hex()],
        "proven": [vault.key_id.hex()],
        "fresh": [],
        "retired": [],
        "problem": None,
    }
    assert found["problem"] is None


def test_an_unknown_word_in_a_migration_is_refused_when_it_is_rendered() -> None:
    with pytest.raises(ValueError, match="word"):
        Migration(1, "x", "CREATE TABLE x (id {{number}});\n").statements(SQLITE)


def test_the_shipped_migrations_render_for_both_dialects_without_comments() -> None:
    for migration in shipped_migrations():
        for dialect in (SQLITE, POSTGRES):
            statements = migration.statements(dialect)
            assert statements
            assert not [text for text in statements if "--" in text or "{{" in text]
