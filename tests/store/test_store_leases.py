"""Leases, signs of life, people and the purge of old update ids. On both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.store import Store, Vault, open_store
from bot.store.counts import Counts, counts
from bot.store.heartbeats import beat, last_beats
from bot.store.instants import from_ms, to_ms
from bot.store.leases import release_lease, take_lease
from bot.store.people import erase_person, mark_reachable, mark_unreachable
from bot.store.schema import shipped_migrations
from bot.store.sessions import turn
from bot.store.updates import mark_applied, purge_updates
from tests.store.operations import CHAT, NOW, rows_of, save

UNTIL = NOW + timedelta(seconds=30)


async def test_a_free_lease_is_taken_and_another_holder_waits_until_it_ends(store: Store) -> None:
    assert await store.write(take_lease("poller", "a", NOW, UNTIL))
    assert not await store.write(take_lease("poller", "b", UNTIL - timedelta(milliseconds=1), UNTIL + UNTIL.resolution))
    assert await store.write(take_lease("poller", "b", UNTIL, UNTIL + timedelta(seconds=30)))
    assert not await store.write(take_lease("poller", "a", UNTIL, UNTIL + timedelta(seconds=30)))


async def test_a_holder_renews_its_own_lease(store: Store) -> None:
    await store.write(take_lease("poller", "a", NOW, UNTIL))
    assert await store.write(take_lease("poller", "a", NOW + timedelta(seconds=10), UNTIL + timedelta(seconds=10)))
    assert not await store.write(take_lease("poller", "b", UNTIL, UNTIL + timedelta(seconds=30)))


async def test_only_its_holder_releases_a_lease(store: Store) -> None:
    await store.write(take_lease("poller", "a", NOW, UNTIL))
    assert not await store.write(release_lease("poller", "b"))
    assert await store.write(release_lease("poller", "a"))
    assert not await store.write(release_lease("poller", "a"))
    assert await store.write(take_lease("poller", "b", NOW, UNTIL))


async def test_leases_of_other_names_are_other_leases(store: Store) -> None:
    assert await store.write(take_lease("poller", "a", NOW, UNTIL))
    assert await store.write(take_lease("clock", "b", NOW, UNTIL))


async def test_of_many_takers_at_once_exactly_one_wins(store: Store) -> None:
    for number in range(5):
        taken = await asyncio.gather(
            *(store.write(take_lease(f"lease {number}", f"holder {h}", NOW, UNTIL)) for h in range(10))
        )
        assert sorted(taken) == [False] * 9 + [True]


async def test_two_stores_on_one_postgres_share_leases_and_turns(postgres_url: str, vault: Vault) -> None:
    one, two = open_store(postgres_url, vault), open_store(postgres_url, vault)
    every = [migration.number for migration in shipped_migrations()]
    assert sorted([await one.migrate(), await two.migrate()]) == [[], every]
    for number in range(5):
        taken = await asyncio.gather(
            *(
                store.write(take_lease(f"lease {number}", holder, NOW, UNTIL))
                for store, holder in ((one, "a"), (two, "b"))
            )
        )
        assert sorted(taken) == [False, True]
    turns = await asyncio.gather(
        *(store.write(turn(9, CHAT, NOW, vault, save(b"x")), chat_id=CHAT) for store in (one, two))
    )
    assert sorted(each.repeated for each in turns) == [False, True]
    await one.close()
    await two.close()


async def test_a_heartbeat_replaces_the_one_before(store: Store) -> None:
    await store.write(beat("poller", NOW))
    await store.write(beat("clock", NOW))
    await store.write(beat("poller", UNTIL))
    # The database keeps milliseconds; NOW and UNTIL have no more.
    assert await store.read(last_beats()) == {"poller": UNTIL, "clock": NOW}


async def test_marks_of_reachability_say_whether_they_changed_something(store: Store, vault: Vault) -> None:
    assert not await store.write(mark_unreachable(CHAT, NOW)), "nobody is there yet"
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    assert await store.write(mark_unreachable(CHAT, NOW))
    assert not await store.write(mark_unreachable(CHAT, UNTIL))
    assert await store.read(rows_of("SELECT unreachable_at FROM people")) == [(to_ms(NOW),)]
    assert await store.write(mark_reachable(CHAT))
    assert not await store.write(mark_reachable(CHAT))


async def test_erasing_a_person_takes_their_session_and_says_whether_there_was_one(store: Store, vault: Vault) -> None:
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    assert await store.write(erase_person(CHAT))
    assert not await store.write(erase_person(CHAT))
    assert await store.read(counts()) == Counts(people=0, unreachable=0, sessions=0, applied_updates=1)


async def test_old_updates_are_forgotten_in_portions_and_young_ones_kept(store: Store) -> None:
    for number in range(5):
        await store.write(mark_applied(number, NOW - timedelta(hours=49)))
    await store.write(mark_applied(5, NOW - timedelta(hours=48)))
    before = NOW - timedelta(hours=48)
    assert [await store.write(purge_updates(before, limit=3)) for _ in range(3)] == [3, 2, 0]
    assert not await store.write(mark_applied(5, NOW))
    assert await store.write(mark_applied(4, NOW))


def test_an_instant_survives_the_database_to_the_millisecond() -> None:
    assert from_ms(to_ms(NOW)) == NOW
    assert to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    with pytest.raises(ValueError, match="time zone"):
        to_ms(datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake is the test
