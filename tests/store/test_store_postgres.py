"""What is special to PostgreSQL: locks between processes, a server that goes away, a pool that is empty."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from bot.store import StoreUnavailable, Vault, open_store
from bot.store.counts import counts
from bot.store.postgres import PostgresStore
from bot.store.schema import shipped_migrations
from bot.store.sessions import turn
from bot.store.updates import mark_applied
from tests.store.operations import CHAT, NOW, append, rows_of

KICK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parallel-plan'"


async def test_lost_connections_are_replaced(postgres_url: str, vault: Vault) -> None:
    store = open_store(postgres_url, vault)
    await store.migrate()
    admin = await asyncpg.connect(postgres_url)
    for number in range(3):
        await admin.fetch(KICK)
        assert await store.write(mark_applied(number, NOW))
    await admin.close()
    await store.close()


async def test_a_connection_lost_in_the_middle_is_unavailable_and_leaves_nothing(
    postgres_url: str, vault: Vault
) -> None:
    store = open_store(postgres_url, vault)
    await store.migrate()
    gate = await asyncpg.connect(postgres_url)
    await gate.execute("SELECT pg_advisory_lock($1)".replace("$1", str(CHAT)))
    async with asyncio.timeout(10):
        waiting = asyncio.create_task(store.write(turn(1, CHAT, NOW, vault, append(b"x")), chat_id=CHAT))
        while not await gate.fetch("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            pass
        await gate.fetch(KICK)
        with pytest.raises(StoreUnavailable):
            await waiting
    await gate.close()
    assert (await store.read(counts())).applied_updates == 0
    assert not (await store.write(turn(1, CHAT, NOW, vault, append(b"x")), chat_id=CHAT)).repeated
    await store.close()


async def test_another_chats_turn_does_not_wait_for_a_locked_chat(postgres_url: str, vault: Vault) -> None:
    one, two = open_store(postgres_url, vault), open_store(postgres_url, vault)
    await one.migrate()
    gate = await asyncpg.connect(postgres_url)
    await gate.execute(f"SELECT pg_advisory_lock({CHAT})")
    async with asyncio.timeout(10):
        waiting = asyncio.create_task(one.write(turn(1, CHAT, NOW, vault, append(b"x")), chat_id=CHAT))
        await two.write(turn(2, CHAT + 1, NOW, vault, append(b"y")), chat_id=CHAT + 1)
        assert not waiting.done()
        await gate.close()
        await waiting
    await one.close()
    await two.close()


async def test_a_server_that_is_not_there_is_unavailable_in_one_sentence(vault: Vault) -> None:
    store = open_store("postgresql://ana:hunter2@127.0.0.1:1/plan", vault)
    with pytest.raises(StoreUnavailable) as caught:
        await store.migrate()
    assert "hunter2" not in str(caught.value)
    found = await store.describe()
    assert found["problem"] == str(caught.value)
    await store.close()


async def test_more_writers_than_connections_all_get_their_turn(postgres_url: str, vault: Vault) -> None:
    store = PostgresStore(postgres_url, vault, shipped_migrations(), max_connections=2)
    await store.migrate()
    taken = await asyncio.gather(
        *(store.write(turn(n, n % 7, NOW, vault, append(b"x")), chat_id=n % 7) for n in range(40))
    )
    assert not [each for each in taken if each.repeated]
    await store.close()


async def test_the_description_shows_the_settings_that_durability_rests_on(postgres_url: str, vault: Vault) -> None:
    store = open_store(postgres_url, vault)
    await store.migrate()
    found = await store.describe()
    await store.close()
    pool = found["connections"]["pool"]  # type: ignore[index] # the test fails if it is not there
    assert (pool["synchronous_commit"], pool["lock_timeout"], pool["server_encoding"]) == ("on", "5s", "UTF8")


async def test_an_error_does_not_carry_the_servers_own_words_about_a_row(postgres_url: str, vault: Vault) -> None:
    store = open_store(postgres_url, vault)
    await store.migrate()
    await store.write(mark_applied(1, NOW))
    with pytest.raises(Exception, match="applied_updates_pkey") as caught:
        await store.write(rows_of("INSERT INTO applied_updates VALUES ($1, $2)", 1, 987_654))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    await store.close()
