"""A transaction is a unit: under cancellation, exceptions, and company. On both databases."""

from __future__ import annotations

import asyncio
import random

import asyncpg
import pytest

from bot.store import StatementRefused, Store, StoreUnavailable, Vault, open_store
from bot.store.counts import counts
from bot.store.script import Script
from bot.store.sessions import load_session, turn
from bot.store.updates import mark_applied
from tests.store.operations import CHAT, NOW, append, rows_of


async def test_an_exception_in_the_middle_rolls_everything_back_and_comes_out_unchanged(store: Store) -> None:
    error = OSError("of the script, not of the database")

    def script() -> Script[None]:
        yield from mark_applied(1, NOW)
        raise error

    with pytest.raises(OSError, match="of the script") as caught:
        await store.write(script())
    assert caught.value is error
    assert (await store.read(counts())).applied_updates == 0
    assert await store.write(mark_applied(1, NOW))


async def test_a_broken_rule_of_the_schema_is_refused_without_showing_a_value(store: Store) -> None:
    def script() -> Script[None]:
        yield from mark_applied(1, NOW)
        yield ("INSERT INTO applied_updates (update_id, applied_at) VALUES ($1, $2)", (1, 987_654_321))

    with pytest.raises(StatementRefused) as caught:
        await store.write(script())
    assert "applied_updates" in str(caught.value)
    assert "987654321" not in str(caught.value)
    assert caught.value.__cause__ is None or "987654321" not in str(caught.value.__cause__)
    assert (await store.read(counts())).applied_updates == 0


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("INSERT INTO heartbeats (name, beat_at) VALUES ($1, $2)", ("x", "canary-7731")),
        ("INSERT INTO sessions (chat_id, version, body, updated_at) VALUES ($1, 1, $2, 1)", (5, "canary-7731")),
        ("INSERT INTO people (chat_id, created_at) VALUES ($1, $2)", (2**70, 7731)),
        ("INSERT INTO people (chat_id, created_at) VALUES ($1, $2)", (7731,)),
        ("INSERT INTO sessions (chat_id, version, body, updated_at) VALUES ($1, 1, $2, 1)", (7731, b"canary-7731")),
        ("SELECT nothing FROM nowhere", ()),
    ],
    ids=["text for a number", "text for bytes", "65 bits", "too few values", "no such person", "no such table"],
)
async def test_both_databases_refuse_the_same_mistakes_and_show_no_value(
    store: Store, sql: str, values: tuple[int | str | bytes, ...]
) -> None:
    with pytest.raises((StatementRefused, OverflowError)) as caught:
        await store.write(rows_of(sql, *values))
    assert "7731" not in str(caught.value)
    assert await store.write(mark_applied(1, NOW))


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await store.read(mark_applied(1, NOW))
    assert (await store.read(counts())).applied_updates == 0


async def test_a_read_does_not_see_a_write_that_is_still_open_on_sqlite(sqlite_url: str, vault: Vault) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    loop = asyncio.get_running_loop()

    def script() -> Script[int]:
        yield from mark_applied(1, NOW)
        # We are in the writer's thread here; the loop and the reader's thread are free.
        return asyncio.run_coroutine_threadsafe(store.read(counts()), loop).result(10).applied_updates

    assert await store.write(script()) == 0
    assert (await store.read(counts())).applied_updates == 1
    await store.close()


async def test_a_read_does_not_see_a_write_that_is_still_open_on_postgres(postgres_url: str, vault: Vault) -> None:
    store = open_store(postgres_url, vault)
    await store.migrate()
    gate = await asyncpg.connect(postgres_url)
    await gate.execute("SELECT pg_advisory_lock(3, 3)")
    inside = asyncio.Event()

    def script() -> Script[None]:
        yield from mark_applied(1, NOW)
        inside.set()
        yield ("SELECT pg_advisory_xact_lock(3, 3)", ())

    async with asyncio.timeout(10):
        writing = asyncio.create_task(store.write(script()))
        await inside.wait()
        assert (await store.read(counts())).applied_updates == 0
        await gate.close()
        await writing
    assert (await store.read(counts())).applied_updates == 1
    await store.close()


async def test_a_cancelled_caller_leaves_a_whole_transaction_or_none(
    store: Store, database_url: str, vault: Vault
) -> None:
    """Each update writes in two tables. Of 150 turns, most are cancelled at moments that a seed chose."""
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    chats = range(1, 11)
    acknowledged: list[int] = []

    async def take(number: int) -> None:
        chat_id = chats[number % len(chats)]
        await store.write(turn(number, chat_id, NOW, vault, append(b"%d," % number)), chat_id=chat_id)
        acknowledged.append(number)

    async def take_until_cancelled(number: int) -> None:
        task = asyncio.create_task(take(number))
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        if chance.random() < 0.7:
            task.cancel()
        await asyncio.wait([task])

    async with asyncio.timeout(30):
        for first in range(0, 150, 15):
            await asyncio.gather(*(take_until_cancelled(number) for number in range(first, first + 15)))
        await store.close()  # finishes what cancelled callers had begun

    after = open_store(database_url, vault)
    applied = {update_id for (update_id,) in await after.read(rows_of("SELECT update_id FROM applied_updates"))}
    sessions = [await after.read(load_session(chat_id, vault)) for chat_id in chats]
    await after.close()
    traces = [int(word) for session in sessions if session for word in session.body.split(b",") if word]
    assert len(traces) == len(set(traces)), f"an update left its trace twice (seed {seed})"
    assert set(traces) == applied, f"an update is marked without its trace, or the other way round (seed {seed})"
    assert set(acknowledged) <= applied, f"an acknowledged answer is missing (seed {seed})"
    assert len(acknowledged) < 150, "nothing was cancelled, so nothing was tested"


async def test_cancelled_at_every_await_a_turn_is_whole(store: Store, vault: Vault) -> None:
    for steps in range(10):
        task = asyncio.create_task(store.write(turn(steps, CHAT, NOW, vault, append(b"%d" % steps)), chat_id=CHAT))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        # The next writer is neither kept out nor let into a transaction that was left open.
        await store.write(turn(100 + steps, CHAT, NOW, vault, append(b".")), chat_id=CHAT)
    rows = await store.read(rows_of("SELECT update_id FROM applied_updates WHERE update_id < 100 ORDER BY update_id"))
    session = await store.read(load_session(CHAT, vault))
    assert session is not None
    assert sorted(session.body.replace(b".", b"")) == sorted(b"".join(b"%d" % number for (number,) in rows))
    assert session.body.count(b".") == 10


async def test_one_coroutines_rollback_leaves_the_others_rows_alone(store: Store) -> None:
    def failing(number: int) -> Script[None]:
        yield from mark_applied(number, NOW)
        raise LookupError

    ends = await asyncio.gather(
        *(store.write(mark_applied(number, NOW) if number % 2 else failing(number)) for number in range(30)),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [LookupError, bool] * 15
    rows = await store.read(rows_of("SELECT update_id FROM applied_updates ORDER BY update_id"))
    assert rows == [(number,) for number in range(1, 30, 2)]


async def test_after_close_every_operation_says_that_the_store_is_closed(store: Store) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.write(mark_applied(1, NOW))
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.read(counts())


async def test_a_store_that_was_never_used_closes(database_url: str, vault: Vault) -> None:
    await open_store(database_url, vault).close()
