"""Comments: kept once, in numbers that never come again, in bounds, and readable by nobody without the key."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.store import Store, Vault
from bot.store.comments import (
    MOST_KEPT,
    REMEMBERED,
    Added,
    AddedVerdict,
    KeptComment,
    add_comment,
    comment,
    comments_of,
    delete_comment,
    left_this_hour,
    mark_comments_seen,
    reseal_comments,
)
from bot.store.people import erase_person
from bot.store.script import Script
from bot.store.sessions import turn
from bot.store.vault import Tampered
from planning.summary_types import Section
from tests.store.operations import CHAT, NOW, rows_of, save

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
async def house(store: Store, vault: Vault) -> Store:
    """A store in which two people are at home."""
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    await store.write(turn(2, 7, NOW, vault, save(b"y")), chat_id=7)
    return store


def mentor_says(
    vault: Vault,
    text: str = "hello",
    *,
    to: int = CHAT,
    share: int = 1,
    nonce: str | None = None,
    limit: int | None = None,
    after: timedelta = timedelta(),
) -> Script[Added]:
    return add_comment(to, share, False, None, text, NOW + after, vault, nonce, limit)


async def test_what_was_written_comes_back_in_its_order(house: Store, vault: Vault) -> None:
    text = "Line one\nליל <b>&amp; 😀" + "\N{RIGHT-TO-LEFT OVERRIDE}"
    first = await house.write(add_comment(CHAT, 1, False, Section.SCORES, text, NOW, vault))
    second = await house.write(add_comment(CHAT, 1, True, None, "", NOW + SECOND, vault))
    third = await house.write(mentor_says(vault, share=2))
    assert [one.verdict for one in (first, second, third)] == ["kept"] * 3

    of_one = [
        KeptComment(first.number, 1, False, "scores", text, NOW, None),
        KeptComment(second.number, 1, True, None, "", NOW + SECOND, NOW + SECOND),
    ]
    assert await house.read(comments_of(CHAT, vault, share=1)) == of_one
    assert [one.number for one in await house.read(comments_of(CHAT, vault))] == [
        first.number,
        second.number,
        third.number,
    ]
    assert await house.read(comment(CHAT, first.number, vault)) == of_one[0]
    assert await house.read(comment(7, first.number, vault)) is None
    assert await house.read(comments_of(7, vault)) == []


async def test_signs_that_no_database_holds_are_kept_as_far_as_they_are_signs(house: Store, vault: Vault) -> None:
    added = await house.write(mentor_says(vault, "a\0b\ud800c"))
    found = await house.read(comment(CHAT, added.number, vault))
    assert found is not None
    assert found.text == "a\0b?c"


async def test_a_number_never_comes_again_after_a_comment_was_deleted(house: Store, vault: Vault) -> None:
    numbers = [(await house.write(mentor_says(vault))).number for _ in range(3)]
    assert await house.write(delete_comment(CHAT, numbers[-1]))
    assert not await house.write(delete_comment(CHAT, numbers[-1]))
    assert not await house.write(delete_comment(7, numbers[0]))
    later = (await house.write(mentor_says(vault, after=REMEMBERED + HOUR))).number

    assert later > max(numbers)
    assert [one.number for one in await house.read(comments_of(CHAT, vault))] == [*numbers[:-1], later]
    assert await house.read(comment(CHAT, numbers[-1], vault)) is None


async def test_a_deleted_comments_words_go_at_once_and_its_row_a_day_later(house: Store, vault: Vault) -> None:
    number = (await house.write(mentor_says(vault))).number
    await house.write(delete_comment(CHAT, number))
    assert await house.read(rows_of("SELECT what FROM comments")) == [(None,)]
    await house.write(mentor_says(vault, after=REMEMBERED - SECOND))
    assert len(await house.read(rows_of("SELECT 1 FROM comments"))) == 2
    await house.write(mentor_says(vault, after=REMEMBERED))
    assert len(await house.read(rows_of("SELECT 1 FROM comments"))) == 2


async def test_a_form_is_kept_once_also_after_its_comment_was_deleted(house: Store, vault: Vault) -> None:
    first = await house.write(mentor_says(vault, "one", nonce="n1"))
    assert await house.write(mentor_says(vault, "two", nonce="n1")) == Added(AddedVerdict.REPEATED, first.number)
    other = await house.write(mentor_says(vault, "three", nonce="n2"))
    without = [await house.write(mentor_says(vault, "four")) for _ in range(2)]
    assert {one.verdict for one in (other, *without)} == {"kept"}
    assert [one.text for one in await house.read(comments_of(CHAT, vault))] == ["one", "three", "four", "four"]

    await house.write(delete_comment(CHAT, first.number))
    assert (await house.write(mentor_says(vault, "one", nonce="n1"))).verdict is AddedVerdict.REPEATED
    assert "n1" not in str(await house.read(rows_of("SELECT * FROM comments")))


async def test_a_form_that_is_sent_many_times_at_once_is_kept_once(house: Store, vault: Vault) -> None:
    sends = (house.write(mentor_says(vault, nonce="n1")) for _ in range(8))
    verdicts = [added.verdict for added in await asyncio.gather(*sends)]
    assert sorted(verdicts) == [AddedVerdict.KEPT] + [AddedVerdict.REPEATED] * 7
    assert len(await house.read(comments_of(CHAT, vault))) == 1


async def test_of_two_hundred_comments_at_once_the_hours_ten_are_kept(house: Store, vault: Vault) -> None:
    sends = (house.write(mentor_says(vault, limit=10)) for _ in range(200))
    verdicts = [added.verdict for added in await asyncio.gather(*sends)]
    assert (verdicts.count(AddedVerdict.KEPT), verdicts.count(AddedVerdict.TOO_MANY)) == (10, 190)
    numbers = [one.number for one in await house.read(comments_of(CHAT, vault))]
    assert len(set(numbers)) == 10


async def test_the_hour_is_counted_for_each_share_and_only_for_mentors(house: Store, vault: Vault) -> None:
    async def left(share: int, after: timedelta) -> int:
        return await house.read(left_this_hour(CHAT, share, 3, NOW + after))

    for minute in (0, 20, 40):
        await house.write(mentor_says(vault, limit=3, after=timedelta(minutes=minute)))
        await house.write(add_comment(CHAT, 1, True, None, "mine", NOW, vault, limit=3))
    assert [await left(1, HOUR - SECOND), await left(1, HOUR), await left(1, HOUR + timedelta(minutes=20))] == [0, 1, 2]
    assert await left(2, timedelta(minutes=40)) == 3
    assert (await house.write(mentor_says(vault, share=2, limit=3))).verdict is AddedVerdict.KEPT
    assert (await house.write(mentor_says(vault, to=7, limit=3))).verdict is AddedVerdict.KEPT
    assert (await house.write(mentor_says(vault, limit=3, after=HOUR - SECOND))).verdict is AddedVerdict.TOO_MANY
    assert (await house.write(mentor_says(vault, limit=3, after=HOUR))).verdict is AddedVerdict.KEPT


async def test_deleting_a_comment_gives_the_mentor_no_other_one(house: Store, vault: Vault) -> None:
    number = (await house.write(mentor_says(vault, limit=1))).number
    await house.write(delete_comment(CHAT, number))
    assert (await house.write(mentor_says(vault, limit=1))).verdict is AddedVerdict.TOO_MANY


async def test_what_the_owner_opened_is_seen_once(house: Store, vault: Vault) -> None:
    numbers = [(await house.write(mentor_says(vault))).number for _ in range(3)]
    assert await house.write(mark_comments_seen(CHAT, numbers[:2], NOW + HOUR)) == 2
    assert await house.write(mark_comments_seen(CHAT, [*numbers, *range(1_000, 1_300)], NOW + 2 * HOUR)) == 1
    assert await house.write(mark_comments_seen(CHAT, [], NOW)) == 0
    assert await house.write(mark_comments_seen(7, numbers, NOW)) == 0
    seen = [one.seen_at for one in await house.read(comments_of(CHAT, vault))]
    assert seen == [NOW + HOUR, NOW + HOUR, NOW + 2 * HOUR]


def _many(vault: Vault, count: int) -> Script[list[int]]:
    numbers = []
    for _ in range(count):
        numbers.append((yield from mentor_says(vault)).number)  # noqa: PERF401 - a generator has no comprehension
    return numbers


async def test_a_full_book_lets_go_what_was_read_first_and_never_what_is_unread(house: Store, vault: Vault) -> None:
    numbers = await house.write(_many(vault, MOST_KEPT))
    later = REMEMBERED + HOUR
    assert (await house.write(mentor_says(vault, after=later))).verdict is AddedVerdict.TOO_MANY, "nothing was read"
    own = await house.write(add_comment(CHAT, 1, True, None, "mine", NOW + later, vault))
    assert own.verdict is AddedVerdict.KEPT, "an answer is always kept"

    await house.write(mark_comments_seen(CHAT, [numbers[5]], NOW + HOUR))
    await house.write(mark_comments_seen(CHAT, [numbers[3]], NOW + 2 * HOUR))
    new = await house.write(mentor_says(vault, after=later))
    assert new.verdict is AddedVerdict.KEPT
    left = {one.number for one in await house.read(comments_of(CHAT, vault))}
    assert left == {*numbers, own.number, new.number} - {numbers[5], numbers[3]}


async def test_there_are_no_comments_on_people_who_are_not_here(house: Store, vault: Vault) -> None:
    assert await house.write(mentor_says(vault, to=99)) == Added(AddedVerdict.GONE)


async def test_erasing_a_person_takes_the_comments_along(house: Store, vault: Vault) -> None:
    await house.write(mentor_says(vault))
    await house.write(mentor_says(vault, to=7))
    await house.write(erase_person(CHAT), chat_id=CHAT)
    assert await house.read(rows_of("SELECT chat_id FROM comments")) == [(7,)]


async def test_words_are_sealed_in_their_own_row_and_their_length_tells_little(house: Store, vault: Vault) -> None:
    first = await house.write(mentor_says(vault, "no"))
    await house.write(mentor_says(vault, "You failed Step 1, so apply to FM as well."))
    rows = await house.read(rows_of("SELECT what FROM comments ORDER BY number"))
    assert len({len(blob) for (blob,) in rows}) == 1
    assert not [blob for (blob,) in rows if b"Step 1" in blob]
    await house.write(rows_of("UPDATE comments SET what = $1 RETURNING 1", rows[1][0]))
    with pytest.raises(Tampered):
        await house.read(comment(CHAT, first.number, vault))


async def test_a_key_is_changed_under_comments(house: Store, vault: Vault) -> None:
    both, new = Vault([b"n" * 32, bytes(range(32))]), Vault([b"n" * 32])
    numbers = await house.write(_many(vault, 4))
    await house.write(delete_comment(CHAT, numbers[0]))
    assert [await house.write(reseal_comments(both, limit=2)) for _ in range(3)] == [2, 1, 0]
    assert [one.text for one in await house.read(comments_of(CHAT, new))] == ["hello"] * 3
