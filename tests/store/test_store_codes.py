"""Codes that are read out: they open once, within their minutes, and give a guesser five tries."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import Store, Vault
from bot.store.codes import (
    Redeemed,
    add_code,
    drop_codes,
    is_code,
    purge_codes,
    redeem_code,
)
from bot.store.people import erase_person
from bot.store.sessions import turn
from conversations.asks import CODE_SIGNS, CODE_TRIES
from tests.store.operations import CHAT, NOW, rows_of, save

TEN = timedelta(minutes=10)
CODE, SAME_HANDLE, OTHER = "ABCDEFGHJ", "ABCKMNPQR", "XYZ234567"
WRONG = [f"ABC22222{sign}" for sign in "3456789"]


@pytest.fixture
async def house(store: Store, vault: Vault) -> Store:
    """A store in which two people are at home."""
    await store.write(turn(1, CHAT, NOW, vault, save(b"x")), chat_id=CHAT)
    await store.write(turn(2, 7, NOW, vault, save(b"y")), chat_id=7)
    return store


async def give(
    house: Store, vault: Vault, code: str = CODE, *, to: int = CHAT, share: int = 3, at: timedelta = timedelta()
) -> bool:
    return await house.write(add_code(to, share, code, NOW + at, NOW + at + TEN, vault))


def test_the_signs_of_codes_are_not_taken_for_one_another() -> None:
    assert not set(CODE_SIGNS) & set("01OIL")
    assert len(set(CODE_SIGNS)) == len(CODE_SIGNS) == 36 - 5


@given(st.text())
def test_other_texts_are_no_codes(text: str) -> None:
    assert is_code(text) == (len(text) == 9 and all(sign in "ABCDEFGHJKMNPQRSTUVWXYZ23456789" for sign in text))


async def test_a_code_opens_its_share_once(house: Store, vault: Vault) -> None:
    assert await give(house, vault)
    assert await house.write(redeem_code(CODE, NOW, vault)) == Redeemed(CHAT, 3)
    assert await house.write(redeem_code(CODE, NOW, vault)) is None
    assert await house.read(rows_of("SELECT 1 FROM codes")) == []


async def test_of_many_who_read_it_at_once_one_comes_in(house: Store, vault: Vault) -> None:
    await give(house, vault)
    found = await asyncio.gather(*(house.write(redeem_code(CODE, NOW, vault)) for _ in range(5)))
    assert [one for one in found if one is not None] == [Redeemed(CHAT, 3)]


async def test_a_code_is_over_at_its_instant(house: Store, vault: Vault) -> None:
    await give(house, vault)
    await give(house, vault, OTHER, share=4)
    assert await house.write(redeem_code(CODE, NOW + TEN, vault)) is None
    just_before = NOW + TEN - timedelta(milliseconds=1)
    assert await house.write(redeem_code(OTHER, just_before, vault)) == Redeemed(CHAT, 4)


@pytest.mark.parametrize("wrong_tries", range(1, CODE_TRIES + 2))
async def test_the_fifth_wrong_try_ends_a_code(wrong_tries: int, house: Store, vault: Vault) -> None:
    await give(house, vault)
    for code in WRONG[:wrong_tries]:
        assert await house.write(redeem_code(code, NOW, vault)) is None
    expected = Redeemed(CHAT, 3) if wrong_tries < 5 else None
    assert await house.write(redeem_code(CODE, NOW, vault)) == expected


async def test_guesses_at_the_same_time_are_counted_too(house: Store, vault: Vault) -> None:
    await give(house, vault)
    found = await asyncio.gather(*(house.write(redeem_code(code, NOW, vault)) for code in WRONG))
    assert found == [None] * len(WRONG)
    assert await house.write(redeem_code(CODE, NOW, vault)) is None


@pytest.mark.parametrize(
    "text", ["", "\0", "ABC\0DEFGH", "abcdefghj", "ABC DEF GHJ", "ABCDEFGH", "ABC\ud800DEFG", CODE * 2]
)
async def test_what_is_no_code_opens_nothing_and_is_no_try(text: str, house: Store, vault: Vault) -> None:
    await give(house, vault)
    assert await house.write(redeem_code(text, NOW, vault)) is None
    assert await house.read(rows_of("SELECT tries FROM codes")) == [(0,)]
    with pytest.raises(ValueError, match="nine signs"):
        await house.write(add_code(CHAT, 3, text, NOW, NOW + TEN, vault))


async def test_a_new_code_ends_the_earlier_one_of_its_share_and_no_other(house: Store, vault: Vault) -> None:
    await give(house, vault, CODE)
    await give(house, vault, "KKK222222", share=4)
    assert await give(house, vault, OTHER)
    assert await house.write(redeem_code(CODE, NOW, vault)) is None
    assert await house.write(redeem_code(OTHER, NOW, vault)) == Redeemed(CHAT, 3)
    assert await house.write(redeem_code("KKK222222", NOW, vault)) == Redeemed(CHAT, 4)


async def test_a_code_that_begins_like_a_living_one_of_another_is_not_taken(house: Store, vault: Vault) -> None:
    await give(house, vault, CODE)
    assert not await give(house, vault, SAME_HANDLE, to=7)
    assert not await give(house, vault, SAME_HANDLE, share=4)
    assert await house.write(redeem_code(SAME_HANDLE, NOW, vault)) is None
    assert await house.write(redeem_code(CODE, NOW, vault)) == Redeemed(CHAT, 3)

    await give(house, vault, CODE)
    assert await give(house, vault, SAME_HANDLE), "its own share's earlier code ends"
    assert await give(house, vault, CODE, to=7, at=TEN), "one that is over makes room"
    assert await house.write(redeem_code(CODE, NOW + TEN, vault)) == Redeemed(7, 3)


async def test_codes_end_with_their_share_their_time_and_their_person(house: Store, vault: Vault) -> None:
    await give(house, vault, CODE)
    await give(house, vault, OTHER, share=4)
    await give(house, vault, "KKK222222", to=7, at=TEN)
    assert await house.write(drop_codes(CHAT, 3)) == 1
    assert await house.write(drop_codes(CHAT, 3)) == 0
    assert await house.write(purge_codes(NOW + TEN)) == 1
    assert await house.read(rows_of("SELECT chat_id FROM codes")) == [(7,)]
    await house.write(erase_person(7), chat_id=7)
    assert await house.read(rows_of("SELECT 1 FROM codes")) == []


async def test_a_dump_cannot_be_searched_for_a_code_without_the_key(house: Store, vault: Vault) -> None:
    await give(house, vault)
    digest = (await house.read(rows_of("SELECT digest FROM codes")))[0][0]
    assert CODE not in str(await house.read(rows_of("SELECT * FROM codes")))
    assert not Vault([b"w" * 32]).is_digest(digest, "codes.digest", CODE)
    assert await house.write(redeem_code(CODE, NOW, Vault([b"w" * 32]))) is None


async def test_a_code_goes_on_while_the_key_is_changed(house: Store, vault: Vault) -> None:
    await give(house, vault)
    assert await house.write(redeem_code(CODE, NOW, Vault([b"n" * 32, bytes(range(32))]))) == Redeemed(CHAT, 3)
