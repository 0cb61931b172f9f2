"""Secret addresses: who holds one comes in until it is revoked or over, and the database alone opens nothing."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest

from bot.store import StatementRefused, Store, Vault
from bot.store.links import (
    CALENDAR,
    MENTOR,
    Link,
    LinkState,
    Opened,
    add_link,
    find_link,
    new_token,
    open_link,
    open_links,
    revoke_links,
)
from bot.store.people import erase_person
from bot.store.sessions import turn
from tests.store.operations import CHAT, NOW, rows_of, save

TOKEN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
OTHER = "abcdefghijklmnopqrstuvwxyzABCDEFG0123456789"
HOUR = timedelta(hours=1)


@pytest.fixture
async def house(store: Store, vault: Vault) -> Store:
    """A store in which two people are at home."""
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    await store.write(turn(2, 7, NOW, vault, save(b"y")), chat_id=7)
    return store


def test_tokens_have_256_bits_in_letters_that_an_address_can_hold() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)  # 43 * 6 bits hold 256


async def test_a_link_opens_what_it_was_made_for_and_nothing_else(house: Store) -> None:
    await house.write(add_link(CHAT, CALENDAR, TOKEN, NOW))

    assert await house.write(open_link(CALENDAR, TOKEN, NOW)) == Opened(CHAT, LinkState.OPEN)
    assert await house.write(open_link(MENTOR, TOKEN, NOW)) is None
    assert await house.write(open_link(CALENDAR, OTHER, NOW)) is None
    assert await house.write(open_link(CALENDAR, "", NOW)) is None
    assert await house.write(open_link(CALENDAR, "\ud800", NOW)) is None


async def test_only_the_hash_of_a_token_is_kept(house: Store) -> None:
    await house.write(add_link(CHAT, CALENDAR, TOKEN, NOW))

    rows = await house.read(rows_of("SELECT * FROM links"))
    assert len(rows) == 1
    assert bytes(rows[0][0]) == hashlib.sha256(TOKEN.encode()).digest()
    assert TOKEN not in str(rows)


async def test_a_link_is_over_at_the_instant_that_was_set(house: Store) -> None:
    await house.write(add_link(CHAT, MENTOR, TOKEN, NOW, NOW + HOUR))
    just_before = NOW + HOUR - timedelta(milliseconds=1)

    assert await house.write(open_link(MENTOR, TOKEN, just_before)) == Opened(CHAT, LinkState.OPEN)
    assert await house.write(open_link(MENTOR, TOKEN, NOW + HOUR)) == Opened(CHAT, LinkState.EXPIRED)


async def test_revoking_closes_all_links_of_that_kind_and_person_and_no_other(house: Store) -> None:
    third, fourth = OTHER[::-1], TOKEN[::-1]
    await house.write(add_link(CHAT, CALENDAR, TOKEN, NOW))
    await house.write(add_link(CHAT, CALENDAR, OTHER, NOW))
    await house.write(add_link(CHAT, MENTOR, third, NOW))
    await house.write(add_link(7, CALENDAR, fourth, NOW))

    assert await house.write(revoke_links(CHAT, CALENDAR, NOW + HOUR)) == 2
    assert await house.write(revoke_links(CHAT, CALENDAR, NOW + 2 * HOUR)) == 0

    assert await house.read(find_link(CALENDAR, TOKEN, NOW)) == Opened(CHAT, LinkState.REVOKED)
    assert await house.read(find_link(CALENDAR, OTHER, NOW)) == Opened(CHAT, LinkState.REVOKED)
    assert await house.read(find_link(MENTOR, third, NOW)) == Opened(CHAT, LinkState.OPEN)
    assert await house.read(find_link(CALENDAR, fourth, NOW)) == Opened(7, LinkState.OPEN)


async def test_a_revoked_link_that_has_expired_too_is_revoked(house: Store) -> None:
    await house.write(add_link(CHAT, MENTOR, TOKEN, NOW, NOW + HOUR))
    await house.write(revoke_links(CHAT, MENTOR, NOW))

    assert await house.read(find_link(MENTOR, TOKEN, NOW + 2 * HOUR)) == Opened(CHAT, LinkState.REVOKED)


async def test_views_are_counted_while_it_opens_and_looking_it_up_is_no_view(house: Store) -> None:
    await house.write(add_link(CHAT, CALENDAR, TOKEN, NOW, NOW + 5 * HOUR))
    assert await house.read(open_links(CHAT, CALENDAR, NOW)) == [Link(NOW, NOW + 5 * HOUR, 0, None)]

    await house.write(open_link(CALENDAR, TOKEN, NOW + HOUR))
    await house.read(find_link(CALENDAR, TOKEN, NOW + 2 * HOUR))
    await house.write(open_link(CALENDAR, TOKEN, NOW + 3 * HOUR))

    seen = [Link(NOW, NOW + 5 * HOUR, 2, NOW + 3 * HOUR)]
    assert await house.read(open_links(CHAT, CALENDAR, NOW + 4 * HOUR)) == seen
    await house.write(open_link(CALENDAR, TOKEN, NOW + 6 * HOUR))
    assert await house.read(rows_of("SELECT views FROM links")) == [(2,)]


async def test_the_owner_sees_the_links_that_open_newest_first(house: Store) -> None:
    await house.write(add_link(CHAT, MENTOR, TOKEN, NOW))
    await house.write(add_link(CHAT, MENTOR, OTHER, NOW + HOUR))
    await house.write(add_link(CHAT, CALENDAR, OTHER[::-1], NOW))
    await house.write(add_link(CHAT, MENTOR, TOKEN[::-1], NOW, NOW + HOUR))

    found = await house.read(open_links(CHAT, MENTOR, NOW + 2 * HOUR))

    assert [link.created_at for link in found] == [NOW + HOUR, NOW]
    await house.write(revoke_links(CHAT, MENTOR, NOW + 2 * HOUR))
    assert await house.read(open_links(CHAT, MENTOR, NOW + 2 * HOUR)) == []


async def test_erasing_a_person_takes_the_links_along(house: Store) -> None:
    await house.write(add_link(CHAT, CALENDAR, TOKEN, NOW))
    await house.write(add_link(7, CALENDAR, OTHER, NOW))

    await house.write(erase_person(CHAT), chat_id=CHAT)

    assert await house.read(find_link(CALENDAR, TOKEN, NOW)) is None
    assert await house.read(find_link(CALENDAR, OTHER, NOW)) == Opened(7, LinkState.OPEN)


async def test_a_token_is_given_out_once_and_to_people_who_are_here(house: Store) -> None:
    await house.write(add_link(CHAT, CALENDAR, TOKEN, NOW))
    with pytest.raises(StatementRefused):
        await house.write(add_link(7, MENTOR, TOKEN, NOW))
    with pytest.raises(StatementRefused):
        await house.write(add_link(99, CALENDAR, OTHER, NOW))
