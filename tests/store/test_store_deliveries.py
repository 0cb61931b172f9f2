"""Comments on their way: in order, one at a time, none lost, and a second copy only after an unknown result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.store import Store, Vault
from bot.store.comments import add_comment, delete_comment
from bot.store.deliveries import (
    Claimed,
    add_delivery,
    claim_deliveries,
    drop_delivery,
    free_delivery_claims,
    purge_deliveries,
    reseal_deliveries,
    settle_delivery,
)
from bot.store.notices import Outcome
from bot.store.people import erase_person, mark_reachable, mark_unreachable
from bot.store.sessions import turn
from tests.store.operations import CHAT, NOW, erase, rows_of, save

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
TWO = 2 * MINUTE
LEASE = timedelta(minutes=5)
READER = 71


@dataclass
class Post:
    """A store with an owner and a mentor, and everything with its usual arguments."""

    store: Store
    vault: Vault
    now: datetime = NOW
    updates: list[int] = field(default_factory=list)

    async def meet(self, *chat_ids: int) -> None:
        for chat_id in chat_ids:
            self.updates.append(chat_id)
            await self.store.write(turn(len(self.updates), chat_id, self.now, self.vault, save(b"x")), chat_id=chat_id)

    async def comment(self, owner: int = CHAT) -> int:
        return (await self.store.write(add_comment(owner, 1, False, None, "hello", self.now, self.vault))).number

    async def add(self, comment: int | None = None, *, to: int = CHAT, owner: int = CHAT) -> int:
        """A comment that is to be told; gives the comment's number."""
        number = await self.comment(owner) if comment is None else comment
        assert await self.store.write(add_delivery(to, owner, number, self.now, self.vault))
        return number

    async def claim(self, lease: str = "mine", limit: int = 10) -> list[Claimed]:
        until = self.now + LEASE
        return await self.store.write(claim_deliveries(self.now, limit, lease, until, self.store.dialect, self.vault))

    async def settle(
        self, one: Claimed, outcome: Outcome, lease: str = "mine", retry_at: datetime | None = None
    ) -> bool:
        return await self.store.write(settle_delivery(one.chat_id, one.number, lease, outcome, self.now, retry_at))

    async def states(self) -> Sequence[str]:
        rows = await self.store.read(rows_of("SELECT state FROM deliveries ORDER BY chat_id, number"))
        return [state for (state,) in rows]


@pytest.fixture
async def post(store: Store, vault: Vault) -> Post:
    post = Post(store, vault)
    await post.meet(CHAT, READER)
    return post


async def test_a_comment_is_claimed_once_and_settled(post: Post) -> None:
    number = await post.add()
    claimed = await post.claim()
    assert claimed == [Claimed(CHAT, 1, repeat=False, owner=CHAT, comment=number)]
    assert await post.claim("other") == []
    assert await post.settle(claimed[0], Outcome.SENT)
    assert not await post.settle(claimed[0], Outcome.SENT)
    post.now += DAY
    assert await post.claim() == []
    assert await post.states() == ["sent"]


async def test_one_recipients_comments_come_in_order_and_one_at_a_time(post: Post) -> None:
    numbers = [await post.add() for _ in range(3)]
    told = []
    for _ in range(3):
        (one,) = await post.claim()
        assert await post.claim("other") == []
        told.append(one.comment)
        await post.settle(one, Outcome.SENT)
    assert told == numbers


async def test_one_that_waits_keeps_back_its_followers_and_nobody_elses(post: Post) -> None:
    await post.add()
    await post.add()
    other = await post.add(to=READER)
    claimed = {one.chat_id: one for one in await post.claim()}
    assert set(claimed) == {CHAT, READER}
    assert claimed[READER].comment == other
    await post.settle(claimed[CHAT], Outcome.NOT_SENT, retry_at=post.now + MINUTE)
    await post.settle(claimed[READER], Outcome.SENT)
    assert await post.claim() == []
    post.now += MINUTE
    assert [one.number for one in await post.claim()] == [claimed[CHAT].number]


async def test_what_was_certainly_not_sent_comes_again_without_a_repeats_words(post: Post) -> None:
    await post.add()
    for _ in range(5):
        (one,) = await post.claim()
        assert not one.repeat
        assert await post.settle(one, Outcome.NOT_SENT)
    assert await post.states() == ["pending"]


async def test_an_unknown_result_is_repeated_once_after_two_minutes_and_then_left(post: Post) -> None:
    await post.add()
    (first,) = await post.claim()
    assert await post.settle(first, Outcome.UNKNOWN)
    post.now += TWO - SECOND
    assert await post.claim() == []
    post.now += SECOND
    (second,) = await post.claim()
    assert second.repeat
    assert await post.settle(second, Outcome.NOT_SENT), "certainly not: the repeat is still owed"
    (second,) = await post.claim()
    assert second.repeat
    assert await post.settle(second, Outcome.UNKNOWN)
    post.now += DAY
    assert await post.claim() == []
    assert await post.states() == ["unseen"]


async def test_what_dies_after_the_claim_counts_as_an_unknown_result(post: Post) -> None:
    await post.add()
    await post.add()
    await post.claim("dead")
    post.now += LEASE - SECOND
    assert await post.claim() == []
    post.now += SECOND
    (one,) = await post.claim("dead too")
    assert one.repeat
    post.now += LEASE
    (after,) = await post.claim()
    assert not after.repeat
    assert (after.number, await post.states()) == (2, ["unseen", "sending"])


async def test_at_a_start_on_one_process_the_leases_end_but_a_repeat_keeps_its_two_minutes(post: Post) -> None:
    await post.add()
    await post.claim("dead")
    post.now += SECOND
    assert await post.store.write(free_delivery_claims()) == 1
    assert await post.claim() == []
    post.now += TWO - SECOND
    assert [one.repeat for one in await post.claim()] == [True]


async def test_a_sender_that_lost_its_lease_can_still_say_that_it_was_sent_and_nothing_else(post: Post) -> None:
    await post.add()
    (one,) = await post.claim("slow")
    post.now += LEASE
    await post.claim("quick")
    for outcome in (Outcome.UNKNOWN, Outcome.NOT_SENT, Outcome.BLOCKED, Outcome.REFUSED):
        assert not await post.settle(one, outcome, "slow")
    assert not await post.store.write(drop_delivery(CHAT, one.number, "slow", post.now))
    assert await post.states() == ["sending"]
    assert not await post.settle(one, Outcome.SENT, "slow")
    assert await post.states() == ["sent"]
    assert not await post.settle(one, Outcome.UNKNOWN, "quick")
    assert await post.states() == ["sent"]


async def test_after_a_start_a_late_report_still_counts_but_not_for_a_comment_that_was_never_claimed(
    post: Post,
) -> None:
    await post.add()
    await post.add()
    (one,) = await post.claim("slow")
    await post.store.write(free_delivery_claims())
    assert not await post.settle(one, Outcome.SENT, "slow")
    unclaimed = Claimed(CHAT, 2, repeat=False, owner=CHAT, comment=2)
    assert not await post.settle(unclaimed, Outcome.SENT, "slow")
    assert await post.states() == ["sent", "pending"]


async def test_a_repeat_that_takes_long_is_waited_for_until_its_lease_ends(post: Post) -> None:
    await post.add()
    await post.settle((await post.claim())[0], Outcome.UNKNOWN)
    post.now += TWO
    (repeat,) = await post.claim()
    post.now += LEASE - SECOND
    assert await post.claim("other") == []
    assert await post.states() == ["sending"]
    assert await post.settle(repeat, Outcome.SENT)
    assert await post.states() == ["sent"]


async def test_a_message_that_telegram_never_takes_is_dropped_and_the_next_goes_on(post: Post) -> None:
    await post.add()
    await post.add()
    (one,) = await post.claim()
    assert await post.settle(one, Outcome.REFUSED)
    (two,) = await post.claim()
    assert await post.store.write(drop_delivery(CHAT, two.number, "mine", post.now))
    assert await post.states() == ["dropped", "dropped"]


async def test_for_somebody_who_cannot_be_reached_everything_is_held_and_then_goes_on(post: Post) -> None:
    numbers = [await post.add(), await post.add()]
    (one,) = await post.claim()
    assert await post.settle(one, Outcome.BLOCKED)
    numbers.append(await post.add())
    post.now += DAY
    assert await post.states() == ["held"] * 3
    assert await post.claim() == []
    assert (await post.store.read(rows_of("SELECT unreachable_at FROM people WHERE chat_id = $1", CHAT)))[0][0]

    await post.meet(CHAT)  # they write again
    told = []
    while claimed := await post.claim():
        assert not claimed[0].repeat
        told.append(claimed[0].comment)
        await post.settle(claimed[0], Outcome.SENT)
    assert told == numbers


async def test_one_that_was_held_on_its_way_is_a_repeat_unless_it_is_known_to_have_arrived(post: Post) -> None:
    await post.add()
    await post.add(to=READER)
    claimed = {one.chat_id: one for one in await post.claim()}
    for chat_id in (CHAT, READER):
        await post.store.write(mark_unreachable(chat_id, post.now))
    assert await post.settle(claimed[CHAT], Outcome.UNKNOWN)
    assert await post.settle(claimed[READER], Outcome.SENT)
    assert await post.states() == ["sent", "held"]
    post.now += DAY
    for chat_id in (CHAT, READER):
        await post.store.write(mark_reachable(chat_id))
    assert [(one.chat_id, one.repeat) for one in await post.claim()] == [(CHAT, True)]


async def test_a_second_unknown_result_while_held_is_not_told_a_third_time(post: Post) -> None:
    await post.add()
    await post.settle((await post.claim())[0], Outcome.UNKNOWN)
    post.now += TWO
    await post.claim("dead")
    await post.store.write(mark_unreachable(CHAT, post.now))
    post.now += DAY
    await post.store.write(mark_reachable(CHAT))
    assert await post.claim() == []
    assert await post.states() == ["unseen"]


async def test_a_comment_that_was_deleted_is_not_told_and_the_next_is(post: Post) -> None:
    gone, stays = await post.add(), await post.add()
    await post.store.write(delete_comment(CHAT, gone))
    assert await post.claim() == []
    assert [one.comment for one in await post.claim()] == [stays]
    assert await post.states() == ["dropped", "sending"]
    assert not await post.store.write(add_delivery(CHAT, CHAT, gone, post.now, post.vault))
    assert not await post.store.write(add_delivery(99, CHAT, stays, post.now, post.vault))


async def test_the_first_comment_of_an_owner_who_came_back_is_not_the_one_that_was_erased(post: Post) -> None:
    number = await post.add(to=READER)
    await post.store.write(turn(90, CHAT, post.now, post.vault, erase), chat_id=CHAT)
    post.now += SECOND
    await post.meet(CHAT)
    assert await post.comment() == number
    assert await post.claim() == []
    assert await post.states() == ["dropped"]


async def test_a_row_that_was_changed_keeps_nobody_elses_comment_back(post: Post) -> None:
    await post.add()
    await post.add(to=READER)
    await post.store.write(rows_of("UPDATE deliveries SET what = $1 WHERE chat_id = $2 RETURNING 1", b"x" * 60, CHAT))
    assert [one.chat_id for one in await post.claim()] == [READER]


async def test_erasing_a_recipient_takes_the_deliveries_along(post: Post) -> None:
    await post.add()
    await post.add(to=READER)
    await post.store.write(erase_person(READER), chat_id=READER)
    assert await post.store.read(rows_of("SELECT chat_id FROM deliveries")) == [(CHAT,)]


async def test_a_claim_takes_the_longest_waiting_first_and_no_more_than_its_limit(post: Post) -> None:
    people = [81, 82, 83]
    await post.meet(*people)
    for chat_id in reversed(people):
        post.now += SECOND
        await post.add(to=chat_id)
    assert {one.chat_id for one in await post.claim(limit=2)} == {83, 82}
    assert {one.chat_id for one in await post.claim("other", limit=2)} == {81}


async def test_claims_at_the_same_time_share_no_comment(post: Post) -> None:
    people = list(range(100, 130))
    await post.meet(*people)
    for chat_id in people:
        await post.add(to=chat_id)
    claims = await asyncio.gather(*(post.claim(f"lease {n}", limit=10) for n in range(6)))
    taken = [one.chat_id for claimed in claims for one in claimed]
    assert len(taken) == len(set(taken))
    rest = await post.claim("last", limit=100)
    assert sorted([*taken, *(one.chat_id for one in rest)]) == people


async def test_many_who_write_to_one_person_at_once_get_a_number_each(post: Post) -> None:
    number = await post.comment()
    adds = (post.store.write(add_delivery(CHAT, CHAT, number, NOW, post.vault)) for _ in range(20))
    assert await asyncio.gather(*adds) == [True] * 20
    rows = await post.store.read(rows_of("SELECT count(*), max(number) FROM deliveries"))
    assert rows == [(20, 20)]


async def test_settled_ones_are_forgotten_after_their_time_and_open_ones_are_not(post: Post) -> None:
    for _ in range(4):
        await post.add()
    for _ in range(3):
        (one,) = await post.claim()
        await post.settle(one, Outcome.SENT)
    assert await post.store.write(purge_deliveries(post.now)) == 0
    later = post.now + DAY
    assert [await post.store.write(purge_deliveries(later, 2)) for _ in range(3)] == [2, 1, 0]
    assert await post.states() == ["pending"]


async def test_whose_comment_it_is_is_sealed_and_of_one_length(post: Post) -> None:
    await post.meet(5_123_456_789)
    await post.add(to=READER)
    await post.add(to=READER, owner=5_123_456_789)
    rows = await post.store.read(rows_of("SELECT what FROM deliveries"))
    assert len({len(blob) for (blob,) in rows}) == 1
    assert not [blob for (blob,) in rows if b"5123456789" in blob]


async def test_a_key_is_changed_under_deliveries(post: Post) -> None:
    both = Vault([b"n" * 32, bytes(range(32))])
    for _ in range(3):
        await post.add()
    assert [await post.store.write(reseal_deliveries(both, limit=2)) for _ in range(3)] == [2, 1, 0]
    post.vault = Vault([b"n" * 32])
    assert len(await post.claim()) == 1
