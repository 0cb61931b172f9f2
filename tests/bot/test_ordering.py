"""One chat in order, chats side by side, and a table of locks that empties itself."""

import asyncio

import pytest
from telegram import Update

from bot.intake.ordering import ChatLocks, PerChatProcessor, chat_of
from tests.bot.telegram_double import pressed, said


def update(update_id: int, chat_id: int) -> Update:
    read = Update.de_json(said(update_id, chat_id), None)
    assert read is not None
    return read


class Work:
    """Updates that are at work until a test lets them go on; what began and what ended, in order."""

    def __init__(self) -> None:
        self.processor = PerChatProcessor()
        self.log: list[str] = []
        self._gates: dict[int, asyncio.Event] = {}

    def begin(self, update_id: int, chat_id: int) -> "asyncio.Task[None]":
        self._gates[update_id] = asyncio.Event()
        return asyncio.create_task(self.processor.process_update(update(update_id, chat_id), self._turn(update_id)))

    def finish(self, *update_ids: int) -> None:
        for update_id in update_ids:
            self._gates[update_id].set()

    async def _turn(self, update_id: int) -> None:
        self.log.append(f"{update_id} begins")
        await self._gates[update_id].wait()
        self.log.append(f"{update_id} ends")


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_updates_of_one_chat_are_taken_one_after_the_other_in_their_order() -> None:
    work = Work()
    tasks = [work.begin(number, 1) for number in range(5)]
    work.finish(4, 3, 2, 1)
    await settle()
    assert work.log == ["0 begins"]
    work.finish(0)
    await asyncio.gather(*tasks)
    assert work.log == [f"{number} {what}" for number in range(5) for what in ("begins", "ends")]


async def test_chats_are_served_side_by_side() -> None:
    work = Work()
    tasks = [work.begin(number, 100 + number) for number in range(300)]
    await settle()
    assert len(work.log) == 300
    work.finish(*range(300))
    await asyncio.gather(*tasks)


async def test_somebody_who_floods_does_not_hold_up_others() -> None:
    work = Work()
    flood = [work.begin(number, 1) for number in range(500)]
    other = work.begin(1000, 2)
    work.finish(1000)
    await asyncio.wait_for(other, 5)
    assert work.log == ["0 begins", "1000 begins", "1000 ends"]
    work.finish(*range(500))
    await asyncio.gather(*flood)


async def test_the_table_of_locks_is_empty_when_nobody_is_served() -> None:
    work = Work()
    tasks = [work.begin(number, number % 7) for number in range(50)]
    await settle()
    assert len(work.processor.locks) == 7
    work.finish(*range(50))
    await asyncio.gather(*tasks)
    assert len(work.processor.locks) == 0


@pytest.mark.parametrize("error", [RuntimeError("a bug"), asyncio.CancelledError()])
async def test_a_turn_that_fails_leaves_its_chat_free(error: BaseException) -> None:
    locks = ChatLocks()
    with pytest.raises(type(error)):
        async with locks.held(1):
            raise error
    async with asyncio.timeout(5), locks.held(1):
        assert len(locks) == 1
    assert len(locks) == 0


async def test_who_gives_up_waiting_leaves_nothing_behind() -> None:
    locks = ChatLocks()

    async def wait_for_it() -> None:
        async with locks.held(1):
            raise AssertionError("it never had the lock")

    async with locks.held(1):
        waiting = asyncio.create_task(wait_for_it())
        await settle()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert len(locks) == 1
    assert len(locks) == 0


async def test_a_press_and_a_text_of_one_person_share_an_order() -> None:
    press = Update.de_json(pressed(1, 77), None)
    inline = Update.de_json(
        {
            "update_id": 3,
            "callback_query": {
                "id": "1",
                "from": {"id": 77, "is_bot": False, "first_name": "Ana"},
                "chat_instance": "1",
                "inline_message_id": "x",
                "data": "d",
            },
        },
        None,
    )
    assert chat_of(press) == chat_of(update(2, 77)) == chat_of(inline) == 77


def test_what_has_no_chat_shares_one_order() -> None:
    assert chat_of(object()) == 0
    assert chat_of(Update(1)) == 0
