"""Secret addresses: who holds one comes in until it is revoked or over, and the database alone opens nothing."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

import pytest

from bot.store import Script, StatementRefused, Store, Vault
from bot.store.chat_links import MENTOR_CHAT, Claimed, ClaimVerdict, claim_link, let_go, reader_of, reading_of
from bot.store.link_rows import Opened
from bot.store.links import (
    CALENDAR,
    MENTOR,
    Link,
    LinkState,
    ShareLink,
    add_link,
    count_view,
    extend_share,
    find_link,
    find_link_by_hash,
    open_link,
    open_links,
    purge_buried,
    reseal_links,
    revoke_links,
    revoke_share,
    share_links,
)
from bot.store.people import erase_person
from bot.store.sessions import Decision, turn
from bot.store.vault import Tampered
from tests.store.operations import CHAT, NOW, rows_of, save

TOKEN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
OTHER = "abcdefghijklmnopqrstuvwxyzABCDEFG0123456789"
THIRD = TOKEN[::-1]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MENTOR_ONE, MENTOR_TWO = 71, 72


@pytest.fixture
async def house(store: Store, vault: Vault) -> Store:
    """A store in which two people are at home."""
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    await store.write(turn(2, 7, NOW, vault, save(b"y")), chat_id=7)
    return store


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


# -- what is shared with a mentor --------------------------------------------------------------------------------------


async def test_a_reading_finds_its_share_and_what_was_seen_at_the_last_look(house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR, TOKEN, NOW, NOW + DAY, 4))
    opened = await house.read(find_link(MENTOR, TOKEN, NOW, vault))
    assert opened == Opened(CHAT, LinkState.OPEN, 4, looks=None)
    assert opened.token_hash == hashlib.sha256(TOKEN.encode()).digest()

    looks = b'[{"at": 1, "lines": {"scores.step2_ck": "245"}}]'
    assert await house.write(count_view(opened.token_hash, looks, NOW + HOUR, vault))
    assert await house.write(count_view(opened.token_hash, None, NOW + 2 * HOUR, vault))

    again = await house.read(find_link_by_hash(MENTOR, opened.token_hash, NOW, vault))
    assert again == Opened(CHAT, LinkState.OPEN, 4, looks=looks)
    assert await house.read(find_link_by_hash(MENTOR_CHAT, opened.token_hash, NOW, vault)) is None
    assert await house.read(share_links(CHAT)) == [
        ShareLink(4, MENTOR, NOW, NOW + DAY, None, views=2, seen_at=NOW + 2 * HOUR, bound=False)
    ]


async def test_what_was_seen_is_sealed_in_its_own_row_and_its_length_does_not_tell_it(
    house: Store, vault: Vault
) -> None:
    for token, looks in ((TOKEN, b"{}"), (OTHER, b'{"visa": "needs one"}')):
        await house.write(add_link(CHAT, MENTOR, token, NOW, NOW + DAY, 1))
        await house.write(count_view(hashlib.sha256(token.encode()).digest(), looks, NOW, vault))
    rows = await house.read(rows_of("SELECT looks FROM links"))
    assert len({len(blob) for (blob,) in rows}) == 1
    assert not [blob for (blob,) in rows if b"visa" in blob]
    await house.write(rows_of("UPDATE links SET looks = $1 RETURNING 1", rows[0][0]))
    with pytest.raises(Tampered):
        await house.read(_both(vault))


def _both(vault: Vault) -> Script[None]:
    for token in (TOKEN, OTHER):
        yield from find_link(MENTOR, token, NOW, vault)


@pytest.mark.parametrize("end", ["revoked", "expired", "erased"])
async def test_no_view_is_counted_and_nothing_kept_of_a_link_that_ended_while_it_was_read(
    end: str, house: Store, vault: Vault
) -> None:
    await house.write(add_link(CHAT, MENTOR, TOKEN, NOW, NOW + HOUR, 1))
    opened = await house.read(find_link(MENTOR, TOKEN, NOW, vault))
    assert opened is not None
    if end == "revoked":
        await house.write(revoke_share(CHAT, 1, NOW))
    elif end == "erased":
        await house.write(erase_person(CHAT), chat_id=CHAT)
    later = NOW + HOUR if end == "expired" else NOW
    assert not await house.write(count_view(opened.token_hash, b"{}", later, vault))
    assert await house.read(rows_of("SELECT 1 FROM links WHERE views > 0 OR looks IS NOT NULL")) == []


async def test_revoking_a_share_closes_both_of_its_links_and_no_other(house: Store) -> None:
    for token, kind, share in ((TOKEN, MENTOR, 1), (OTHER, MENTOR_CHAT, 1), (THIRD, MENTOR, 2)):
        await house.write(add_link(CHAT, kind, token, NOW, NOW + DAY, share))
    fourth = OTHER[::-1]
    await house.write(add_link(7, MENTOR, fourth, NOW, NOW + DAY, 1))

    assert await house.write(revoke_share(CHAT, 1, NOW + HOUR)) == 2
    assert await house.write(revoke_share(CHAT, 1, NOW + 2 * HOUR)) == 0

    states = {
        token: opened.state
        for kind, token in ((MENTOR, TOKEN), (MENTOR_CHAT, OTHER), (MENTOR, THIRD), (MENTOR, fourth))
        if (opened := await house.read(find_link(kind, token, NOW + HOUR))) is not None
    }
    open_, revoked = LinkState.OPEN, LinkState.REVOKED
    assert states == {TOKEN: revoked, OTHER: revoked, THIRD: open_, fourth: open_}
    assert [link.revoked_at for link in await house.read(share_links(CHAT))] == [NOW + HOUR, NOW + HOUR, None]


async def test_only_what_opens_now_is_extended(house: Store) -> None:
    await house.write(add_link(CHAT, MENTOR, TOKEN, NOW, NOW + HOUR, 1))
    await house.write(add_link(CHAT, MENTOR_CHAT, OTHER, NOW, NOW + HOUR, 1))
    await house.write(add_link(CHAT, MENTOR, THIRD, NOW, NOW + HOUR, 2))
    await house.write(revoke_share(CHAT, 2, NOW))

    assert await house.write(extend_share(CHAT, 1, NOW + DAY, NOW)) == 2
    assert await house.write(extend_share(CHAT, 2, NOW + DAY, NOW)) == 0
    assert await house.write(extend_share(7, 1, NOW + DAY, NOW)) == 0
    assert await house.write(extend_share(CHAT, 1, NOW + 3 * DAY, NOW + DAY)) == 0, "it was over"

    assert [link.expires_at for link in await house.read(share_links(CHAT))] == [NOW + DAY, NOW + DAY, NOW + HOUR]


async def test_a_calendar_is_no_share(house: Store) -> None:
    await house.write(add_link(CHAT, CALENDAR, TOKEN, NOW))
    assert await house.read(share_links(CHAT)) == []
    assert await house.write(revoke_share(CHAT, 1, NOW)) == 0


async def test_a_link_for_the_bot_is_its_first_accounts(house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR_CHAT, TOKEN, NOW, NOW + DAY, 3))

    async def verdict(chat_id: int) -> Claimed:
        return await house.write(claim_link(TOKEN, chat_id, NOW, vault))

    assert await verdict(CHAT) == Claimed(ClaimVerdict.OWN)
    assert await verdict(MENTOR_ONE) == Claimed(ClaimVerdict.TAKEN, CHAT, 3)
    assert await verdict(MENTOR_TWO) == Claimed(ClaimVerdict.OTHER)
    assert await verdict(MENTOR_ONE) == Claimed(ClaimVerdict.YOURS, CHAT, 3)
    assert await verdict(CHAT) == Claimed(ClaimVerdict.OWN)
    assert [link.bound for link in await house.read(share_links(CHAT))] == [True]


async def test_of_two_accounts_at_the_same_time_one_gets_the_link(house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR_CHAT, TOKEN, NOW, NOW + DAY, 3))
    accounts = range(100, 110)
    claims = await asyncio.gather(*(house.write(claim_link(TOKEN, one, NOW, vault), chat_id=one) for one in accounts))
    verdicts = [claimed.verdict for claimed in claims]
    assert (verdicts.count(ClaimVerdict.TAKEN), verdicts.count(ClaimVerdict.OTHER)) == (1, 9)
    first = accounts[verdicts.index(ClaimVerdict.TAKEN)]
    assert await house.read(reader_of(CHAT, 3, NOW, vault)) == first


async def test_an_account_that_comes_between_anothers_look_and_its_binding_has_the_link(
    house: Store, vault: Vault
) -> None:
    await house.write(add_link(CHAT, MENTOR_CHAT, TOKEN, NOW, NOW + DAY, 3))

    def interleaved() -> Script[tuple[Claimed, Claimed]]:
        slow = claim_link(TOKEN, MENTOR_ONE, NOW, vault)
        rows = yield next(slow)  # nobody has it yet
        quick = yield from claim_link(TOKEN, MENTOR_TWO, NOW, vault)
        try:
            while True:
                rows = yield slow.send(rows)
        except StopIteration as end:
            return end.value, quick

    slow, quick = await house.write(interleaved())
    assert (slow, quick) == (Claimed(ClaimVerdict.OTHER), Claimed(ClaimVerdict.TAKEN, CHAT, 3))


@pytest.mark.parametrize("token", [OTHER, "", "\0", TOKEN + "\0", "\ud800", TOKEN.lower(), TOKEN[:-1], "' OR 1=1 --"])
async def test_another_token_opens_and_binds_nothing(token: str, house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR_CHAT, TOKEN, NOW, NOW + DAY, 3))
    assert await house.write(claim_link(token, MENTOR_ONE, NOW, vault)) == Claimed(ClaimVerdict.UNKNOWN)
    assert await house.read(find_link(MENTOR_CHAT, token, NOW)) is None
    assert await house.read(reader_of(CHAT, 3, NOW, vault)) is None


async def test_a_page_link_is_none_for_the_bot_and_the_other_way_round(house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR, TOKEN, NOW, NOW + DAY, 3))
    await house.write(add_link(CHAT, MENTOR_CHAT, OTHER, NOW, NOW + DAY, 3))
    assert (await house.write(claim_link(TOKEN, MENTOR_ONE, NOW, vault))).verdict is ClaimVerdict.UNKNOWN
    assert await house.read(find_link(MENTOR, OTHER, NOW)) is None


async def test_what_is_over_binds_nobody(house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR_CHAT, TOKEN, NOW, NOW + HOUR, 1))
    await house.write(add_link(CHAT, MENTOR_CHAT, OTHER, NOW, NOW + HOUR, 2))
    await house.write(revoke_share(CHAT, 2, NOW))
    assert await house.write(claim_link(TOKEN, MENTOR_ONE, NOW + HOUR, vault)) == Claimed(ClaimVerdict.EXPIRED)
    assert await house.write(claim_link(OTHER, MENTOR_ONE, NOW, vault)) == Claimed(ClaimVerdict.REVOKED)
    assert not [link for link in await house.read(share_links(CHAT)) if link.bound]


async def test_a_share_opens_for_the_account_that_is_bound_to_it_and_for_no_other(house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR_CHAT, TOKEN, NOW, NOW + DAY, 3))
    await house.write(add_link(CHAT, MENTOR_CHAT, OTHER, NOW, NOW + DAY, 4))
    await house.write(claim_link(TOKEN, MENTOR_ONE, NOW, vault))
    await house.write(claim_link(OTHER, MENTOR_TWO, NOW, vault))

    async def state(owner: int, share: int, chat_id: int, after: timedelta = timedelta()) -> LinkState:
        return (await house.read(reading_of(owner, share, chat_id, NOW + after, vault))).state

    assert await state(CHAT, 3, MENTOR_ONE) is LinkState.OPEN
    assert await state(CHAT, 3, MENTOR_TWO) is LinkState.UNKNOWN
    assert await state(CHAT, 4, MENTOR_ONE) is LinkState.UNKNOWN
    assert await state(CHAT, 5, MENTOR_ONE) is LinkState.UNKNOWN
    assert await state(7, 3, MENTOR_ONE) is LinkState.UNKNOWN
    assert await state(CHAT, 3, CHAT) is LinkState.UNKNOWN
    assert await state(CHAT, 3, MENTOR_ONE, DAY) is LinkState.EXPIRED
    assert await house.read(reader_of(CHAT, 3, NOW + DAY, vault)) is None

    reading = await house.read(reading_of(CHAT, 3, MENTOR_ONE, NOW, vault))
    assert await house.write(count_view(reading.token_hash, b"{}", NOW, vault))
    assert (await house.read(reading_of(CHAT, 3, MENTOR_ONE, NOW, vault))).looks == b"{}"

    await house.write(revoke_share(CHAT, 3, NOW))
    assert await state(CHAT, 3, MENTOR_ONE) is LinkState.REVOKED
    assert await house.read(reader_of(CHAT, 3, NOW, vault)) is None
    assert await house.read(reader_of(CHAT, 4, NOW, vault)) == MENTOR_TWO
    await house.write(erase_person(CHAT), chat_id=CHAT)
    assert await state(CHAT, 4, MENTOR_TWO) is LinkState.UNKNOWN


async def test_an_account_with_a_new_link_to_a_share_reads_by_the_one_that_opens(house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR_CHAT, TOKEN, NOW, NOW + DAY, 3))
    await house.write(add_link(CHAT, MENTOR_CHAT, OTHER, NOW + HOUR, NOW + 2 * HOUR, 3))
    for token in (TOKEN, OTHER):
        await house.write(claim_link(token, MENTOR_ONE, NOW + HOUR, vault))
    reading = await house.read(reading_of(CHAT, 3, MENTOR_ONE, NOW + 3 * HOUR, vault))
    assert reading.state is LinkState.OPEN
    assert reading.token_hash == hashlib.sha256(TOKEN.encode()).digest()


async def test_who_reads_is_not_to_be_read_in_the_database(house: Store, vault: Vault) -> None:
    reader = 5_123_456_789
    await house.write(add_link(CHAT, MENTOR_CHAT, TOKEN, NOW, NOW + DAY, 3))
    await house.write(claim_link(TOKEN, reader, NOW, vault))
    rows = await house.read(rows_of("SELECT * FROM links"))
    assert str(reader) not in str(rows)
    assert not [value for row in rows for value in row if isinstance(value, bytes) and b"%d" % reader in value]
    assert not [value for row in rows for value in row if value == reader]


async def test_a_key_is_changed_under_links(house: Store, vault: Vault) -> None:
    both, new = Vault([b"n" * 32, bytes(range(32))]), Vault([b"n" * 32])
    for number, token in enumerate((TOKEN, OTHER, THIRD)):
        await house.write(add_link(CHAT, MENTOR_CHAT, token, NOW, NOW + DAY, number))
        if token is not THIRD:
            await house.write(claim_link(token, MENTOR_ONE, NOW, vault))
        await house.write(count_view(hashlib.sha256(token.encode()).digest(), b"{}", NOW, vault))

    assert [await house.write(reseal_links(both, limit=2)) for _ in range(3)] == [2, 1, 0]

    assert await house.read(reader_of(CHAT, 1, NOW, new)) == MENTOR_ONE
    reading = await house.read(reading_of(CHAT, 0, MENTOR_ONE, NOW, new))
    assert (reading.state, reading.looks) == (LinkState.OPEN, b"{}")


async def test_after_an_erasure_every_address_says_that_it_is_over_and_nothing_else(house: Store, vault: Vault) -> None:
    await house.write(add_link(CHAT, MENTOR, "page", NOW, NOW + DAY, 1))
    await house.write(add_link(CHAT, MENTOR_CHAT, "chat", NOW, NOW + DAY, 1))
    await house.write(turn(90, CHAT, NOW, vault, lambda _: Decision(None, erase=True)), chat_id=CHAT)
    found = await house.read(find_link(MENTOR, "page", NOW))
    assert found is not None
    assert (found.state, found.chat_id, found.share) == (LinkState.REVOKED, 0, None)
    assert (await house.write(claim_link("chat", 7, NOW, vault))).verdict is ClaimVerdict.REVOKED
    assert await house.read(find_link(MENTOR, "never", NOW)) is None
    assert await house.write(purge_buried(NOW)) == 0
    assert await house.write(purge_buried(NOW + DAY)) == 2
    assert await house.read(find_link(MENTOR, "page", NOW)) is None


async def test_an_account_that_erases_itself_leaves_nothing_of_itself_and_closes_its_link(
    house: Store, vault: Vault
) -> None:
    await house.write(add_link(CHAT, MENTOR_CHAT, "chat", NOW, NOW + DAY, 1))
    claimed = await house.write(claim_link("chat", 7, NOW, vault))
    await house.write(count_view(claimed.token_hash, b"[]", NOW, vault))
    assert not await house.write(let_go(claimed.token_hash, 8, NOW, vault))
    assert await house.write(let_go(claimed.token_hash, 7, NOW, vault))
    assert await house.read(left(claimed.token_hash)) == [(None, None)]
    assert (await house.write(claim_link("chat", 8, NOW, vault))).verdict is ClaimVerdict.REVOKED


def left(token_hash: bytes) -> Script[list[tuple[object, ...]]]:
    rows = yield ("SELECT reader, looks FROM links WHERE token_hash = $1", (token_hash,))
    return [tuple(row) for row in rows]
