"""The heart: one update, one effect, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.store import Store, StoreUnavailable, Vault, open_store
from bot.store.counts import counts
from bot.store.people import mark_unreachable
from bot.store.script import Script
from bot.store.sessions import Decision, Session, Turn, load_session, turn
from bot.store.updates import mark_applied
from tests.store.operations import CHAT, NOW, append, erase, rows_of, save


async def test_the_first_turn_of_a_new_person_decides_on_nothing_and_saves(store: Store, vault: Vault) -> None:
    seen: list[bytes | None] = []

    def decide(body: bytes | None) -> Decision:
        seen.append(body)
        return Decision(b"first")

    taken = await store.write(turn(1, CHAT, NOW, vault, decide), chat_id=CHAT)

    assert seen == [None]
    assert taken == Turn(repeated=False, body=b"first", decision=Decision(b"first"))
    assert await store.read(load_session(CHAT, vault)) == Session(version=1, body=b"first", updated_at=NOW)


async def test_each_turn_sees_what_the_one_before_saved(store: Store, vault: Vault) -> None:
    for number, piece in enumerate([b"a", b"b", b"c"]):
        later = NOW + timedelta(seconds=number)
        taken = await store.write(turn(number, CHAT, later, vault, append(piece)), chat_id=CHAT)
    assert taken.body == b"abc"
    session = await store.read(load_session(CHAT, vault))
    assert session == Session(version=3, body=b"abc", updated_at=NOW + timedelta(seconds=2))


async def test_a_repeated_update_is_not_decided_again_and_tells_the_present_state(store: Store, vault: Vault) -> None:
    await store.write(turn(7, CHAT, NOW, vault, append(b"a")), chat_id=CHAT)
    await store.write(turn(8, CHAT, NOW, vault, append(b"b")), chat_id=CHAT)

    again = await store.write(turn(7, CHAT, NOW, vault, append(b"x")), chat_id=CHAT)

    assert again == Turn(repeated=True, body=b"ab", decision=None)
    session = await store.read(load_session(CHAT, vault))
    assert session is not None
    assert session.version == 2


async def test_ids_are_remembered_one_by_one_so_a_lower_id_is_new(store: Store, vault: Vault) -> None:
    await store.write(turn(900_000_000, CHAT, NOW, vault, append(b"a")), chat_id=CHAT)
    taken = await store.write(turn(12, CHAT, NOW, vault, append(b"b")), chat_id=CHAT)
    assert (taken.repeated, taken.body) == (False, b"ab")


async def test_a_decide_that_raises_leaves_nothing_and_the_update_can_come_again(store: Store, vault: Vault) -> None:
    def broken(body: bytes | None) -> Decision:
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        await store.write(turn(1, CHAT, NOW, vault, broken), chat_id=CHAT)
    assert await store.read(load_session(CHAT, vault)) is None
    assert (await store.read(counts())).applied_updates == 0

    taken = await store.write(turn(1, CHAT, NOW, vault, save(b"fine")), chat_id=CHAT)
    assert not taken.repeated


async def test_a_decision_without_a_body_leaves_the_state_and_still_counts_the_update(
    store: Store, vault: Vault
) -> None:
    await store.write(turn(1, CHAT, NOW, vault, save(b"kept")), chat_id=CHAT)
    taken = await store.write(turn(2, CHAT, NOW, vault, lambda _: Decision(None)), chat_id=CHAT)
    assert (taken.repeated, taken.body) == (False, b"kept")
    session = await store.read(load_session(CHAT, vault))
    assert session == Session(version=1, body=b"kept", updated_at=NOW)
    assert (await store.write(turn(2, CHAT, NOW, vault, erase), chat_id=CHAT)).repeated


async def test_an_erasing_decision_removes_the_person_and_the_next_turn_is_of_a_new_one(
    store: Store, vault: Vault
) -> None:
    await store.write(turn(1, CHAT, NOW, vault, save(b"secret")), chat_id=CHAT)
    taken = await store.write(turn(2, CHAT, NOW, vault, erase), chat_id=CHAT)
    assert taken == Turn(repeated=False, body=None, decision=Decision(None, erase=True))
    found = await store.read(counts())
    assert (found.people, found.sessions) == (0, 0)

    repeated = await store.write(turn(2, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    assert repeated == Turn(repeated=True, body=None, decision=None)
    again = await store.write(turn(3, CHAT, NOW, vault, append(b"new")), chat_id=CHAT)
    assert again.body == b"new"


async def test_two_people_never_see_each_other(store: Store, vault: Vault) -> None:
    await store.write(turn(1, 1, NOW, vault, save(b"of one")), chat_id=1)
    await store.write(turn(2, 2, NOW, vault, save(b"of two")), chat_id=2)
    await store.write(turn(3, 1, NOW, vault, erase), chat_id=1)
    other = await store.write(turn(4, 2, NOW, vault, append(b"!")), chat_id=2)
    assert other.body == b"of two!"


async def test_a_turn_clears_the_mark_of_an_unreachable_person(store: Store, vault: Vault) -> None:
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    await store.write(mark_unreachable(CHAT, NOW))
    assert (await store.read(counts())).unreachable == 1
    await store.write(turn(2, CHAT, NOW, vault, lambda _: Decision(None)), chat_id=CHAT)
    assert (await store.read(counts())).unreachable == 0


async def test_a_repeated_turn_says_that_the_person_is_not_reachable_since(store: Store, vault: Vault) -> None:
    """So that what Telegram refused once is not sent to them again."""
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    await store.write(mark_unreachable(CHAT, NOW))
    again = await store.write(turn(1, CHAT, NOW, vault, save(b"y")), chat_id=CHAT)
    assert again == Turn(repeated=True, body=b"x", decision=None, unreachable=True)
    assert (await store.read(counts())).unreachable == 1


async def test_negative_and_large_chat_ids_are_kept_exactly(store: Store, vault: Vault) -> None:
    for number, chat_id in enumerate([-1_002_147_483_647, 1, CHAT]):
        await store.write(turn(number, chat_id, NOW, vault, save(b"%d" % chat_id)), chat_id=chat_id)
    found = await store.read(rows_of("SELECT chat_id FROM people ORDER BY chat_id"))
    assert found == [(-1_002_147_483_647,), (1,), (CHAT,)]


@dataclass(frozen=True, slots=True)
class ShowingDecision(Decision):
    """As a caller may derive it, to carry out what to show."""

    screen: str = ""


async def test_a_callers_own_kind_of_decision_comes_back_as_it_was(store: Store, vault: Vault) -> None:
    taken = await store.write(
        turn(1, CHAT, NOW, vault, lambda _: ShowingDecision(b"x", screen="welcome")), chat_id=CHAT
    )
    assert taken.decision is not None
    assert taken.decision.screen == "welcome"


async def test_a_larger_operation_is_one_transaction_with_its_turn(store: Store, vault: Vault) -> None:
    def turn_and_more() -> Script[None]:
        yield from turn(1, CHAT, NOW, vault, save(b"x"))
        yield from mark_applied(2, NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(turn_and_more(), chat_id=CHAT)
    found = await store.read(counts())
    assert (found.people, found.sessions, found.applied_updates) == (0, 0, 0)


async def test_the_same_update_delivered_many_times_at_once_is_applied_once(store: Store, vault: Vault) -> None:
    taken = await asyncio.gather(
        *(store.write(turn(5, CHAT, NOW, vault, append(b"a")), chat_id=CHAT) for _ in range(12))
    )
    assert sorted(each.repeated for each in taken) == [False, *[True] * 11]
    assert {each.body for each in taken} == {b"a"}


async def test_turns_of_one_chat_at_once_all_leave_their_trace(store: Store, vault: Vault) -> None:
    pieces = [bytes([65 + number]) for number in range(20)]
    await asyncio.gather(
        *(store.write(turn(n, CHAT, NOW, vault, append(piece)), chat_id=CHAT) for n, piece in enumerate(pieces))
    )
    session = await store.read(load_session(CHAT, vault))
    assert session is not None
    assert session.version == 20
    assert sorted(session.body) == sorted(b"".join(pieces))


async def test_without_the_chats_lock_an_overtaken_turn_is_refused_and_not_half_kept(
    postgres_url: str, vault: Vault
) -> None:
    async with asyncio.timeout(20):
        one, two = open_store(postgres_url, vault), open_store(postgres_url, vault)
        await one.migrate()
        await one.write(turn(1, CHAT, NOW, vault, save(b"0")))
        pieces = range(40)
        ends = await asyncio.gather(
            *((one, two)[n % 2].write(turn(100 + n, CHAT, NOW, vault, append(b"%c" % (48 + n)))) for n in pieces),
            return_exceptions=True,
        )
        session = await one.read(load_session(CHAT, vault))
        kept = [n for n, end in enumerate(ends) if not isinstance(end, BaseException)]
        assert all(isinstance(end, StoreUnavailable) for end in ends if isinstance(end, BaseException))
        assert session is not None
        assert sorted(session.body) == sorted(b"0" + b"".join(b"%c" % (48 + n) for n in kept))
        assert (await one.read(counts())).applied_updates == 1 + len(kept)
        await one.close()
        await two.close()
