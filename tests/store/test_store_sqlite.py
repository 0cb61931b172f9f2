"""What is special to SQLite: settings, one writer, disks that fail, and aiosqlite's thread."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
import sqlite3
import sys
import threading
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiosqlite
import pytest

from bot.store import StatementRefused, Store, StoreUnavailable, Vault, open_store
from bot.store.counts import counts
from bot.store.schema import shipped_migrations
from bot.store.script import Script
from bot.store.sessions import Decision, Turn, load_session, turn
from bot.store.sqlite import SqliteStore, has_wal_reset_bug
from bot.store.updates import mark_applied
from tests.store.operations import CHAT, NOW, append, rows_of, save

ROOT = Path(__file__).parents[2]


def impatient(url: str, vault: Vault) -> SqliteStore:
    """A store that waits for nobody."""
    path = Path(url.removeprefix("sqlite:///"))
    return SqliteStore(path, vault, shipped_migrations(), busy_timeout_ms=0, patience=0)


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """While this lasts, this process cannot write a file beyond a size: the disk's error is a real one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


async def test_every_connection_has_the_settings_that_keep_an_acknowledged_answer(
    sqlite_url: str, vault: Vault
) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    found = (await store.describe())["connections"]
    await store.close()
    both = {
        "busy_timeout": 5_000,
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "secure_delete": 1,
        "mmap_size": 0,
        "temp_store": 2,  # MEMORY
    }
    log = 16 * 1024 * 1024
    assert found == {
        "writer": {**both, "query_only": 0, "wal_autocheckpoint": 1_000, "journal_size_limit": log},
        "reader": {**both, "query_only": 1, "wal_autocheckpoint": 0, "journal_size_limit": -1},
    }


@pytest.mark.parametrize(
    ("version", "has_it"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_the_versions_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], has_it: bool) -> None:
    assert has_wal_reset_bug(version) is has_it


def test_the_one_private_name_of_aiosqlite_is_there_and_takes_a_function_with_its_arguments() -> None:
    assert aiosqlite.__version__.startswith("0.22.")
    assert asyncio.iscoroutinefunction(aiosqlite.Connection._execute)  # noqa: SLF001 - this is the contract


async def test_closing_ends_both_threads_and_leaves_one_file(sqlite_url: str, vault: Vault) -> None:
    before = set(threading.enumerate())
    store = open_store(sqlite_url, vault)
    await store.migrate()
    await store.read(counts())
    started = set(threading.enumerate()) - before
    assert len(started) == 2
    await store.close()
    for thread in started:
        thread.join(5)
    assert not [thread for thread in started if thread.is_alive()]
    # The lock's own file stays; it is empty and means nothing.
    assert names_beside(sqlite_url) == ["bot.db", "bot.db.writer"]


def names_beside(url: str) -> list[str]:
    return sorted(file.name for file in Path(url.removeprefix("sqlite:///")).parent.iterdir())


async def test_a_second_store_reads_beside_the_first_but_does_not_write(sqlite_url: str, vault: Vault) -> None:
    first = open_store(sqlite_url, vault)
    await first.migrate()
    await first.write(mark_applied(1, NOW))

    second = impatient(sqlite_url, vault)
    assert (await second.read(counts())).applied_updates == 1
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="Another process writes"):
            await second.write(mark_applied(2, NOW))
    found = await second.describe()
    assert found["connections"] == {
        "reader": found["connections"]["reader"],  # type: ignore[index] # compared in another test
        "writer": "another process writes to this file",
    }
    await first.write(mark_applied(3, NOW))

    await first.close()
    assert await second.write(mark_applied(2, NOW)), "the first has let go, and the second goes on by itself"
    await second.close()


async def test_a_store_waits_for_the_one_before_it_to_end(sqlite_url: str, vault: Vault) -> None:
    first, second = open_store(sqlite_url, vault), open_store(sqlite_url, vault)
    await first.migrate()
    async with asyncio.timeout(10):
        waiting = asyncio.create_task(second.migrate())
        await first.write(mark_applied(1, NOW))
        await first.close()
        assert await waiting == []
    assert not await second.write(mark_applied(1, NOW))
    await second.close()


_WRITER = """
import asyncio, sys
from datetime import datetime, UTC
from bot.store import Vault, open_store
from bot.store.updates import mark_applied
async def main():
    store = open_store(sys.argv[1], Vault([bytes(range(32))]))
    await store.migrate()
    number = 0
    while True:
        await store.write(mark_applied(number, datetime(2026, 9, 14, tzinfo=UTC)))
        print(number, flush=True)
        number += 1
asyncio.run(main())
"""


async def test_a_killed_writer_keeps_what_it_acknowledged_and_frees_the_file(sqlite_url: str, vault: Vault) -> None:
    child = await create_subprocess_exec(sys.executable, "-c", _WRITER, sqlite_url, cwd=ROOT, stdout=PIPE)
    assert child.stdout is not None
    lines = [await child.stdout.readline() for _ in range(30)]
    assert lines[-1] == b"29\n"

    store = impatient(sqlite_url, vault)
    with pytest.raises(StoreUnavailable, match="Another process writes"):
        await store.write(mark_applied(1_000_000, NOW))
    child.kill()
    acknowledged = lines + (await child.stdout.read()).splitlines()
    await child.wait()

    assert await store.migrate() == []
    # One more may be committed than was told.
    assert (await store.read(counts())).applied_updates in (len(acknowledged), len(acknowledged) + 1)
    assert await store.read(rows_of("PRAGMA integrity_check")) == [("ok",)]
    assert await store.read(rows_of("PRAGMA foreign_key_check")) == []
    await store.close()


async def test_a_lock_held_from_outside_is_unavailable_and_passes(sqlite_url: str, vault: Vault) -> None:
    store = impatient(sqlite_url, vault)
    await store.migrate()
    outside = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match=r"the database is locked \(SQLITE_BUSY\)"):
        await store.write(mark_applied(1, NOW))
    outside.execute("ROLLBACK")
    outside.close()
    assert await store.write(mark_applied(1, NOW))
    await store.close()


async def test_a_full_database_is_unavailable_until_there_is_room_again(sqlite_url: str, vault: Vault) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    await store.write(turn(1, CHAT, NOW, vault, save(b"before")), chat_id=CHAT)
    # The limit belongs to the connection; a value below the present size means the present size.
    await store.write(rows_of("PRAGMA max_page_count = 1"))
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        await store.write(turn(2, CHAT, NOW, vault, save(b"x" * 50_000)), chat_id=CHAT)
    session = await store.read(load_session(CHAT, vault))
    assert session is not None
    assert session.body == b"before"

    await store.write(rows_of("PRAGMA max_page_count = 1000000"))
    taken = await store.write(turn(2, CHAT, NOW, vault, save(b"x" * 50_000)), chat_id=CHAT)
    assert not taken.repeated
    await store.close()


async def test_turns_that_share_a_commit_fail_one_by_one_for_their_own_mistakes(sqlite_url: str, vault: Vault) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    await store.write(mark_applied(500, NOW))
    ends = await asyncio.gather(
        store.write(turn(1, 1, NOW, vault, save(b"one")), chat_id=1),
        store.write(turn(2, 2, NOW, vault, _broken), chat_id=2),
        store.write(rows_of("INSERT INTO applied_updates VALUES ($1, $2)", 500, 1)),
        store.write(rows_of("SELECT nothing FROM nowhere")),
        store.write(turn(1, 1, NOW, vault, save(b"again")), chat_id=1),
        store.write(turn(3, 1, NOW, vault, append(b"!")), chat_id=1),
        return_exceptions=True,
    )
    assert [type(end) for end in ends] == [Turn, LookupError, StatementRefused, StatementRefused, Turn, Turn]
    session = await store.read(load_session(1, vault))
    assert session is not None
    assert (session.body, session.version) == (b"one!", 2)
    found = await store.read(rows_of("SELECT update_id FROM applied_updates ORDER BY update_id"))
    assert found == [(1,), (3,), (500,)]
    await store.close()


async def test_turns_that_share_a_failed_commit_are_all_told_so_and_none_is_kept(sqlite_url: str, vault: Vault) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    turns = [(number, turn(number, number, NOW, vault, save(b"x" * 9_000))) for number in range(1, 9)]
    with files_no_longer_than(4_096):
        ends = await asyncio.gather(
            *(store.write(script, chat_id=number) for number, script in turns), return_exceptions=True
        )
    assert {isinstance(end, StoreUnavailable) for end in ends} == {True}
    found = await store.read(counts())
    assert (found.people, found.sessions, found.applied_updates) == (0, 0, 0)
    taken = await asyncio.gather(
        *(store.write(turn(n, n, NOW, vault, save(b"x" * 9_000)), chat_id=n) for n in range(1, 9))
    )
    assert not [each for each in taken if each.repeated]
    await store.close()


async def test_a_disk_that_refuses_to_write_is_unavailable_and_the_store_recovers(
    sqlite_url: str, vault: Vault
) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    await store.write(turn(1, CHAT, NOW, vault, append(b"a")), chat_id=CHAT)
    with files_no_longer_than(4_096):
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match="SQLite: "):
                await store.write(turn(2, CHAT, NOW, vault, append(b"b")), chat_id=CHAT)
    taken = await store.write(turn(2, CHAT, NOW, vault, append(b"b")), chat_id=CHAT)
    assert (taken.repeated, taken.body) == (False, b"ab")
    assert await store.read(rows_of("PRAGMA integrity_check")) == [("ok",)]
    await store.close()


async def test_a_connection_that_became_read_only_is_opened_anew(sqlite_url: str, vault: Vault) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    await store.write(rows_of("PRAGMA query_only = ON"))
    with pytest.raises(StoreUnavailable, match="read-only"):
        await store.write(mark_applied(1, NOW))
    assert await store.write(mark_applied(1, NOW))
    await store.close()


async def test_a_folder_that_cannot_be_made_is_unavailable_until_it_can(tmp_path: Path, vault: Vault) -> None:
    obstacle = tmp_path / "data"
    obstacle.touch()
    store = open_store(f"sqlite:///{obstacle}/bot.db", vault)
    with pytest.raises(StoreUnavailable, match="folder"):
        await store.write(mark_applied(1, NOW))
    with pytest.raises(StoreUnavailable, match="folder"):
        await store.migrate()
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await store.read(counts())
    obstacle.unlink()
    await store.migrate()
    assert await store.write(mark_applied(1, NOW))
    await store.close()


async def test_a_file_that_is_no_database_is_unavailable_and_left_as_it_is(tmp_path: Path, vault: Vault) -> None:
    file = tmp_path / "bot.db"
    text = b"Dear diary, this is a text of more than sixteen bytes.\n" * 20
    file.write_bytes(text)
    store = open_store(f"sqlite:///{file}", vault)
    with pytest.raises(StoreUnavailable, match="not a database"):
        await store.migrate()
    found = await store.describe()
    assert "not a database" in str(found["problem"])
    await store.close()
    assert file.read_bytes() == text


async def test_scrubbing_empties_the_log_and_says_so_when_a_reader_held_it_back(sqlite_url: str, vault: Vault) -> None:
    store = impatient(sqlite_url, vault)
    await store.migrate()
    assert await store.scrub()
    assert log_size(sqlite_url) == 0
    outside = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    outside.execute("BEGIN")
    outside.execute("SELECT count(*) FROM people").fetchone()
    await store.write(mark_applied(1, NOW))
    assert not await store.scrub()
    outside.execute("COMMIT")
    outside.close()
    assert await store.scrub()
    assert log_size(sqlite_url) == 0
    await store.close()


def log_size(url: str) -> int:
    return Path(url.removeprefix("sqlite:///") + "-wal").stat().st_size


async def test_the_event_loop_goes_on_while_a_transaction_runs(sqlite_url: str, vault: Vault) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    may_end = threading.Event()

    def script() -> Script[bool]:
        yield from mark_applied(1, NOW)
        return may_end.wait(10)  # in the writer's thread

    writing = asyncio.create_task(store.write(script()))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not writing.done()
    assert (await store.read(counts())).applied_updates == 0
    may_end.set()
    assert await writing
    await store.close()


async def test_a_store_that_was_only_read_never_becomes_the_writer(sqlite_url: str, vault: Vault) -> None:
    first = open_store(sqlite_url, vault)
    await first.migrate()
    await first.close()
    looking: Store = open_store(sqlite_url, vault)
    await looking.read(counts())
    writing = impatient(sqlite_url, vault)
    assert await writing.write(mark_applied(1, NOW))
    await writing.close()
    await looking.close()
    gc.collect()  # a connection that was left open would warn here


async def test_nothing_of_a_parameter_is_logged_at_warning_or_above(
    sqlite_url: str, vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        store = open_store(sqlite_url, vault)
        await store.migrate()
        with pytest.raises(LookupError):
            await store.write(turn(1, CHAT, NOW, vault, _broken))
        await store.close()
    assert caplog.text == ""


def _broken(_: bytes | None) -> Decision:
    raise LookupError
