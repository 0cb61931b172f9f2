"""What lies on the disk: nothing readable while it is there, nothing at all after it was erased."""

from __future__ import annotations

import secrets
from pathlib import Path

import asyncpg
import pytest

from bot.store import Vault, WrongKey, open_store
from bot.store.chat_links import MENTOR_CHAT, claim_link
from bot.store.comments import add_comment
from bot.store.deliveries import add_delivery
from bot.store.keys import SEALED_COLUMNS
from bot.store.links import add_link, count_view, find_link
from bot.store.people import erase_person
from bot.store.reminders import reschedule
from bot.store.sessions import load_session, reseal_sessions, sealed_for, turn
from bot.store.vault import KeyMissing, Tampered
from planning.reminder_types import Reminder
from tests.store.operations import CHAT, NOW, append, rows_of, save

CANARY = b"canary-in-every-answer-" * 8


def bytes_of_file(url: str) -> bytes:
    """The database file alone."""
    return Path(url.removeprefix("sqlite:///")).read_bytes()


def bytes_on_disk(url: str) -> bytes:
    """Everything that SQLite keeps in its folder: database, log, index of the log."""
    folder = Path(url.removeprefix("sqlite:///")).parent
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


async def test_no_answer_can_be_read_from_the_file_or_its_log(sqlite_url: str, vault: Vault) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    for number in range(5):
        await store.write(turn(number, CHAT + number, NOW, vault, save(CANARY)), chat_id=CHAT + number)
    sealed = (await store.read(rows_of("SELECT body FROM sessions WHERE chat_id = $1", CHAT)))[0][0]
    assert sealed in bytes_on_disk(sqlite_url), "the row itself is there, so the search is able to find things"
    assert b"canary" not in bytes_on_disk(sqlite_url)
    await store.close()
    assert b"canary" not in bytes_on_disk(sqlite_url)


async def test_no_answer_can_be_read_from_a_dump_of_postgres(postgres_url: str, vault: Vault) -> None:
    store = open_store(postgres_url, vault)
    await store.migrate()
    await store.write(turn(1, CHAT, NOW, vault, save(CANARY)), chat_id=CHAT)
    await store.close()
    dump = await asyncpg.connect(postgres_url)
    for table in ("people", "sessions", "applied_updates", "leases", "heartbeats", "vault_keys"):
        for record in await dump.fetch(f"SELECT * FROM {table}"):  # noqa: S608 - our own names
            assert all(
                b"canary" not in (value if isinstance(value, bytes) else str(value).encode()) for value in record
            )
    await dump.close()


async def test_after_erasing_and_scrubbing_the_sealed_value_is_gone_from_the_disk_too(
    sqlite_url: str, vault: Vault
) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    kept: list[bytes] = []
    for number in range(40):
        await store.write(turn(number, CHAT, NOW, vault, append(CANARY)), chat_id=CHAT)
        kept.append((await store.read(rows_of("SELECT body FROM sessions")))[0][0])
    # The last value grew over several pages; its nonce and first bytes lie together.
    assert kept[-1][:200] in bytes_on_disk(sqlite_url)

    await store.write(erase_person(CHAT), chat_id=CHAT)
    assert await store.scrub()

    left = bytes_on_disk(sqlite_url)
    assert not [number for number, sealed in enumerate(kept) if sealed[5:40] in left]
    await store.close()


async def test_a_value_that_was_copied_to_another_row_does_not_open(database_url: str, vault: Vault) -> None:
    store = open_store(database_url, vault)
    await store.migrate()
    for chat_id in (1, 2):
        await store.write(turn(chat_id, chat_id, NOW, vault, save(b"of %d" % chat_id)), chat_id=chat_id)
    await store.write(rows_of("UPDATE sessions SET body = (SELECT body FROM sessions WHERE chat_id = 1) RETURNING 1"))
    assert await store.read(load_session(1, vault)) is not None
    with pytest.raises(Tampered):
        await store.read(load_session(2, vault))
    with pytest.raises(Tampered):
        await store.write(turn(3, 2, NOW, vault, save(b"x")), chat_id=2)
    await store.close()


async def test_other_keys_are_refused_before_a_byte_of_the_file_changes(sqlite_url: str, vault: Vault) -> None:
    store = open_store(sqlite_url, vault)
    await store.migrate()
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    await store.close()
    before = bytes_of_file(sqlite_url)

    wrong = open_store(sqlite_url, Vault([b"w" * 32]))
    with pytest.raises(WrongKey, match="None of the encryption keys"):
        await wrong.migrate()
    found = await wrong.describe()
    await wrong.close()

    assert found["keys"] == {
        "ours": [Vault([b"w" * 32]).key_id.hex()],
        "problem": "None of the encryption keys given is one that this database was written with.",
    }
    assert bytes_of_file(sqlite_url) == before


async def test_other_keys_are_refused_on_either_database(database_url: str, vault: Vault) -> None:
    for given in (vault, Vault([b"w" * 32]), vault):
        store = open_store(database_url, given)
        if given is vault:
            await store.migrate()
        else:
            with pytest.raises(WrongKey):
                await store.migrate()
        await store.close()


async def test_a_proof_that_was_replaced_is_a_wrong_key(database_url: str, vault: Vault) -> None:
    store = open_store(database_url, vault)
    await store.migrate()
    await store.write(rows_of("UPDATE vault_keys SET proof = $1 RETURNING 1", vault.seal(b"x", b"elsewhere")))
    with pytest.raises(WrongKey, match="does not open"):
        await store.migrate()
    await store.close()


async def test_a_key_is_rotated_and_cannot_be_dropped_before_its_last_value_is_sealed_anew(
    database_url: str, vault: Vault
) -> None:
    new_key = b"n" * 32
    both, new = Vault([new_key, bytes(range(32))]), Vault([new_key])
    store = open_store(database_url, vault)
    await store.migrate()
    for chat_id in range(1, 6):
        await store.write(turn(chat_id, chat_id, NOW, vault, save(b"of %d" % chat_id)), chat_id=chat_id)
    await store.close()

    store = open_store(database_url, both)
    await store.migrate()
    taken = await store.write(turn(10, 1, NOW, both, append(b"!")), chat_id=1)
    assert taken.body == b"of 1!"
    with pytest.raises(KeyMissing):
        await store.read(load_session(1, vault))
    await store.close()

    store = open_store(database_url, new)
    with pytest.raises(WrongKey, match=f"sessions.body are sealed under encryption key {vault.key_id.hex()}"):
        await store.migrate()
    await store.close()

    store = open_store(database_url, both)
    assert [await store.write(reseal_sessions(both, limit=3)) for _ in range(3)] == [3, 1, 0]
    await store.close()

    store = open_store(database_url, new)
    await store.migrate()
    assert await store.read(rows_of("SELECT key_id FROM vault_keys")) == [(new.key_id,)]
    for chat_id in range(2, 6):
        session = await store.read(load_session(chat_id, new))
        assert session is not None
        assert (session.body, session.version) == (b"of %d" % chat_id, 1)
    await store.close()


async def test_each_sealed_columns_search_finds_a_value_by_its_key(database_url: str, vault: Vault) -> None:
    store = open_store(database_url, vault)
    await store.migrate()
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    await store.write(reschedule(CHAT, [Reminder("rank_list", "7", NOW, NOW)], "basis", NOW, vault), chat_id=CHAT)
    token = secrets.token_urlsafe(32)
    await store.write(add_link(CHAT, MENTOR_CHAT, token, NOW, None, 1))
    await store.write(claim_link(token, 7, NOW, vault))
    opened = await store.read(find_link(MENTOR_CHAT, token, NOW))
    assert opened is not None
    await store.write(count_view(opened.token_hash, b"{}", NOW, vault))
    added = await store.write(add_comment(CHAT, 1, False, None, "hello", NOW, vault))
    await store.write(add_delivery(CHAT, CHAT, added.number, NOW, vault))
    for find in SEALED_COLUMNS.values():
        assert len(await store.read(rows_of(find, vault.key_id))) == 1
        assert await store.read(rows_of(find, b"none")) == []
    assert sealed_for(CHAT) != sealed_for(CHAT + 1)
    await store.close()
