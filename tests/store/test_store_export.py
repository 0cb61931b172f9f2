"""What a person gets of everything that is kept: all of it, opened, and nothing of anybody else."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.store import Store, Vault
from bot.store.chat_links import MENTOR_CHAT, claim_link
from bot.store.codes import add_code
from bot.store.comments import add_comment, delete_comment
from bot.store.deliveries import add_delivery
from bot.store.dialects import POSTGRES, SQLITE
from bot.store.export import NOT_PERSONAL, TABLES, everything
from bot.store.keys import SEALED_COLUMNS
from bot.store.links import CALENDAR, MENTOR, add_link, count_view
from bot.store.reminders import reschedule
from bot.store.schema import columns
from bot.store.sessions import turn
from planning.reminder_types import MOVED, Reminder
from tests.store.operations import CHAT, NOW, rows_of, save

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READER = 5_123_456_789
TOKENS = ("0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "abcdefghijklmnopqrstuvwxyzABCDEFG0123456789")
CODE = "ABCDEFGHJ"
AT = "2026-09-14T12:00:00.123000+00:00"  # NOW


@pytest.fixture
async def home(store: Store, vault: Vault) -> Store:
    """A store in which everything that can be kept of somebody is kept, and something of somebody else."""
    token_hash = hashlib.sha256(TOKENS[0].encode()).digest()
    moved = Reminder("letters", MOVED, NOW + HOUR, NOW + DAY, NOW + 2 * DAY)

    await store.write(turn(1, CHAT, NOW, vault, save(b'{"scores": {"step2": 245}}')), chat_id=CHAT)
    await store.write(turn(2, READER, NOW, vault, save(b'{"secret": "of the mentor"}')), chat_id=READER)
    await store.write(reschedule(CHAT, [moved], "basis", NOW, vault), chat_id=CHAT)
    await store.write(add_link(CHAT, MENTOR_CHAT, TOKENS[0], NOW, NOW + DAY, 3))
    await store.write(claim_link(TOKENS[0], READER, NOW, vault))
    await store.write(count_view(token_hash, b'[{"at": 1}]', NOW, vault))
    await store.write(add_link(CHAT, CALENDAR, TOKENS[1], NOW))
    said = await store.write(add_comment(CHAT, 3, False, "scores", "Good.", NOW, vault, nonce="a nonce"))
    await store.write(add_delivery(CHAT, CHAT, said.number, NOW, vault))
    answer = await store.write(add_comment(CHAT, 3, True, None, "Thank you.", NOW, vault))
    await store.write(add_delivery(READER, CHAT, answer.number, NOW, vault))
    await store.write(add_code(CHAT, 3, CODE, NOW, NOW + HOUR, vault))
    await store.write(add_link(READER, MENTOR, TOKENS[0][::-1], NOW, NOW + DAY, 1))
    await store.write(add_comment(READER, 1, False, None, "for the mentor alone", NOW, vault))
    return store


async def test_every_column_of_the_schema_is_told_or_left_out_for_a_reason(store: Store) -> None:
    dialect = SQLITE if store.dialect == "sqlite" else POSTGRES
    in_schema = {(column.table, column.name) for column in await store.read(columns(dialect))}
    treated = [(name, column) for name, table in TABLES.items() for column in [*table.told, *table.left_out]]

    assert len(treated) == len(set(treated))
    assert set(treated) == {(table, column) for table, column in in_schema if table not in NOT_PERSONAL}
    assert set(NOT_PERSONAL) | set(TABLES) == {table for table, _ in in_schema}
    assert not set(NOT_PERSONAL) & set(TABLES)
    assert all(reason for table in TABLES.values() for reason in table.left_out.values())


async def test_every_table_with_a_person_in_it_is_told(store: Store) -> None:
    dialect = SQLITE if store.dialect == "sqlite" else POSTGRES
    of_people = {column.table for column in await store.read(columns(dialect)) if column.name == "chat_id"}
    assert of_people == set(TABLES)


def test_no_encrypted_column_is_left_out() -> None:
    told = {f"{name}.{column}" for name, table in TABLES.items() for column in table.told}
    assert set(SEALED_COLUMNS) <= told


async def test_everything_is_told_opened_with_its_times_in_utc(home: Store, vault: Vault) -> None:
    found = await home.read(everything(CHAT, vault))

    assert found["people"] == {
        "chat_id": CHAT,
        "created_at": AT,
        "unreachable_at": None,
        "last_comment": 2,
        "last_delivery": 1,
    }
    assert found["sessions"] == {"version": 1, "updated_at": AT, "body": {"scores": {"step2": 245}}}
    (reminder,) = found["reminders"]
    assert reminder["what"] == {
        "item": "letters",
        "lead": MOVED,
        "due_at": "2026-09-14T13:00:00.123000+00:00",
        "of_at": "2026-09-15T12:00:00.123000+00:00",
        "was_at": "2026-09-16T12:00:00.123000+00:00",
    }
    assert found["agendas"]["basis"] == "basis"
    links = {link["kind"]: link for link in found["links"]}
    assert links[MENTOR_CHAT] == {
        "kind": MENTOR_CHAT,
        "share": 3,
        "created_at": AT,
        "expires_at": "2026-09-15T12:00:00.123000+00:00",
        "revoked_at": None,
        "views": 1,
        "seen_at": AT,
        "reader": True,
        "looks": [{"at": 1}],
    }
    assert (links[CALENDAR]["share"], links[CALENDAR]["reader"], links[CALENDAR]["looks"]) == (None, None, None)
    assert [(one["own"], one["what"]) for one in found["comments"]] == [
        (False, {"section": "scores", "text": "Good."}),
        (True, {"section": None, "text": "Thank you."}),
    ]
    assert [one["what"] for one in found["deliveries"]] == [{"on_own_share": True, "comment": 1}]
    assert found["codes"] == [{"share": 3, "expires_at": "2026-09-14T13:00:00.123000+00:00", "tries": 0}]


async def test_a_mentor_gets_their_own_rows_and_nothing_of_whose_share_they_read(home: Store, vault: Vault) -> None:
    found = await home.read(everything(READER, vault))
    assert found["sessions"]["body"] == {"secret": "of the mentor"}
    assert [one["what"]["text"] for one in found["comments"]] == ["for the mentor alone"]
    assert [one["what"] for one in found["deliveries"]] == [{"on_own_share": False, "comment": 2}]
    assert str(CHAT) not in str(found)
    assert "Good." not in str(found)
    assert str(READER) not in str(await home.read(everything(CHAT, vault)))
    assert "of the mentor" not in str(await home.read(everything(CHAT, vault)))


async def test_it_is_ready_for_json_and_holds_nothing_that_opens_or_is_a_hash(home: Store, vault: Vault) -> None:
    text = orjson.dumps(await home.read(everything(CHAT, vault))).decode()
    values = {value for value in _leaves(orjson.loads(text)) if isinstance(value, str)}
    hashes = {hashlib.sha256(word.encode()).hexdigest() for word in (*TOKENS, "a nonce")}
    assert not [word for word in (*TOKENS, "a nonce", CODE, CODE[:3], *hashes) if word in text]
    assert not [value for value in values if re.fullmatch("[A-Za-z0-9+/=_-]{32,}", value)]
    instants = [value for value in values if re.match(r"\d{4}-", value)]
    assert instants
    assert all(datetime.fromisoformat(value).utcoffset() == timedelta() for value in instants)


async def test_somebody_unknown_has_nothing(home: Store, vault: Vault) -> None:
    found = await home.read(everything(99, vault))
    assert set(found) == set(TABLES)
    assert not [rows for rows in found.values() if rows]


async def test_what_this_release_cannot_read_is_told_as_it_is_and_deleted_words_are_not(
    home: Store, vault: Vault
) -> None:
    await home.write(turn(3, CHAT, datetime(2026, 9, 15, tzinfo=UTC), vault, save(b"\xffold")), chat_id=CHAT)
    await home.write(delete_comment(CHAT, 1))
    found = await home.read(everything(CHAT, vault))
    assert found["sessions"]["body"] == "\N{REPLACEMENT CHARACTER}old"
    assert [one["what"] is None for one in found["comments"]] == [True, False]


async def test_a_further_column_would_be_noticed(store: Store) -> None:
    await store.write(rows_of_none("ALTER TABLE comments ADD COLUMN more TEXT"))
    with pytest.raises(AssertionError):
        await test_every_column_of_the_schema_is_told_or_left_out_for_a_reason(store)


def rows_of_none(sql: str) -> Any:
    yield (sql, ())


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in _leaves(one)]
    return [value]


async def test_erasing_leaves_no_row_of_the_person_in_any_table(home: Store, vault: Vault) -> None:
    await home.write(rows_of("DELETE FROM people WHERE chat_id = $1 RETURNING 1", CHAT))
    for table in TABLES:
        assert await home.read(rows_of(f"SELECT 1 FROM {table} WHERE chat_id = $1", CHAT)) == []  # noqa: S608 - our own words
    assert (await home.read(everything(READER, vault)))["people"]["chat_id"] == READER
