"""What is due is sent once, whatever Telegram, the network, the database or the clock do."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from telegram.error import TimedOut

from bot.outgoing.message import Attempt, Outgoing, Result
from bot.outgoing.pacing import PER_SECOND
from bot.outgoing.transport import NotSent, Uncertain
from bot.reminders.crowd import early_until
from bot.reminders.recompute import recompute_stale
from bot.store import Script, Store, StoreUnavailable, Vault, open_store
from bot.store.agendas import stale_agendas
from bot.store.people import mark_reachable
from bot.store.reminders import State, kept
from planning.reminder_types import Reminder
from tests.bot.reminding_desk import START, Answer, Post, RemindingDesk, Time, pure

IN_FLIGHT = 8
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
VAULT = Vault([bytes(range(32))])


def of(item: str, due_at: Any = START) -> Reminder:
    return Reminder(item, "7", due_at, due_at + 7 * DAY)


def refusal(code: int, description: str, **parameters: int) -> tuple[int, bytes]:
    body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return code, json.dumps(body).encode()


FLOOD = refusal(429, "Too Many Requests: retry after 40", retry_after=40)
BLOCKED = refusal(403, "Forbidden: bot was blocked by the user")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = open_store(database_url, VAULT)
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[RemindingDesk]:
    time = Time()
    async with RemindingDesk(store, VAULT, time, Post(time)) as desk:
        yield desk


# -- one try -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, Attempt(Result.SENT)),
        (FLOOD, Attempt(Result.NOT_SENT, 40.0)),
        (NotSent("no connection"), Attempt(Result.NOT_SENT)),
        (refusal(401, "Unauthorized"), Attempt(Result.NOT_SENT)),
        (TimedOut(), Attempt(Result.UNKNOWN)),
        (Uncertain("broken off"), Attempt(Result.UNKNOWN)),
        (refusal(502, "Bad Gateway"), Attempt(Result.UNKNOWN)),
        ((200, b"<html>"), Attempt(Result.UNKNOWN)),
        (BLOCKED, Attempt(Result.BLOCKED)),
        (refusal(400, "Bad Request: chat not found"), Attempt(Result.BLOCKED)),
        (refusal(400, "Bad Request: BUTTON_DATA_INVALID"), Attempt(Result.REFUSED)),
    ],
)
async def test_each_answer_says_what_is_known_of_one_try(
    answer: Answer, expected: Attempt, desk: RemindingDesk
) -> None:
    desk.post.answer = lambda _: answer
    assert await desk.sender.attempt(7, Outgoing("hello")) == expected
    assert desk.post.tried == 1
    assert desk.time.passed == 0, "nothing is waited for"


async def test_a_certain_refusal_of_the_markup_is_answered_with_plain_text(desk: RemindingDesk) -> None:
    cannot = refusal(400, "Bad Request: can't parse entities: Unsupported start tag")
    desk.post.answer = lambda asked: cannot if asked.get("parse_mode") else None
    assert await desk.sender.attempt(7, Outgoing("<b>hello</b>")) == Attempt(Result.SENT)
    assert desk.post.calls[-1][1]["text"] == "hello"


async def test_a_chat_that_moved_is_followed_once(desk: RemindingDesk) -> None:
    moved = refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=8)
    desk.post.answer = lambda asked: moved if asked["chat_id"] == 7 else None
    assert await desk.sender.attempt(7, Outgoing("hello")) == Attempt(Result.SENT)
    desk.post.answer = lambda _: moved
    assert await desk.sender.attempt(7, Outgoing("hello")) == Attempt(Result.REFUSED)


async def test_a_long_message_that_arrived_in_part_has_an_unknown_result(desk: RemindingDesk) -> None:
    numbers = count()
    desk.post.answer = lambda _: FLOOD if next(numbers) else None
    assert await desk.sender.attempt(7, Outgoing("word " * 1500)) == Attempt(Result.UNKNOWN, 40.0)


async def test_a_message_without_visible_text_is_refused_without_a_try(desk: RemindingDesk) -> None:
    assert await desk.sender.attempt(7, Outgoing("<b> </b>")) == Attempt(Result.REFUSED)
    assert desk.post.tried == 0


# -- what is due -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_everybody_gets_one_message_with_all_that_is_due(desk: RemindingDesk) -> None:
    for chat_id in range(1, 121):
        await desk.plan(chat_id, of("letters"), of("token", START - HOUR), of("ahead", START + DAY))
    await desk.ticks(1, 1)
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 121), 1)
    assert {call["text"] for _, call in desk.post.calls} == {"token, letters"}
    assert await desk.states(7) == ["sent", "sent", "pending"]


async def test_the_message_has_its_buttons_and_is_silent_if_it_is_to_be(desk: RemindingDesk) -> None:
    await desk.plan(1, of("letters"))
    desk.sayer.silent = True
    await desk.ticks()
    _, call = desk.post.calls[-1]
    assert call["disable_notification"] is True
    assert call["reply_markup"]["inline_keyboard"][0][0]["text"] == "Done"


async def test_the_most_urgent_are_written_to_first_and_at_the_rate_that_leaves_room_for_replies(
    desk: RemindingDesk,
) -> None:
    await desk.crowd(150)
    await desk.ticks()
    assert len(desk.post.arrived) == 150
    first, last = desk.post.arrived[0][1], desk.post.arrived[-1][1]
    assert last - first >= timedelta(seconds=(149 - IN_FLIGHT) / PER_SECOND)
    # Batch by batch: inside a batch eight are on their way at once.
    assert set(desk.post.chats[:50]) == set(range(101, 151))
    assert set(desk.post.chats[-50:]) == set(range(1, 51))


async def test_a_crowd_is_begun_early_enough_for_the_last_to_have_it_in_time(desk: RemindingDesk) -> None:
    at = START + HOUR
    await desk.crowd(900, at)
    await desk.plan(5000, of("alone", START + 30 * MINUTE))
    await desk.ticks(*[20] * 200)
    times = dict(desk.post.arrived)
    assert Counter(desk.post.chats).total() == len(times) == 901
    assert max(times[chat_id] for chat_id in range(1, 901)) <= at
    assert min(times[chat_id] for chat_id in range(1, 901)) >= at - timedelta(seconds=900 / 20 + 1)
    assert START + 30 * MINUTE <= times[5000] <= START + 31 * MINUTE, "nobody before the crowd is written to early"


async def test_one_who_waits_for_the_end_of_quiet_time_is_written_to_then(desk: RemindingDesk) -> None:
    await desk.plan(1, of("letters"))
    desk.sayer.wait_until = START + 9 * HOUR
    await desk.ticks(60, 60, 60)
    assert len(desk.sayer.decided) == 1, "it is not looked at again and again"
    desk.time.passed = 9 * 3600
    await desk.ticks()
    assert desk.post.chats == [1]


# -- how it can fail ---------------------------------------------------------------------------------------------------


async def test_a_flood_limit_stops_the_batch_and_counts_as_not_tried(desk: RemindingDesk) -> None:
    await desk.crowd(120)
    asked = count(1)
    desk.post.answer = lambda _: FLOOD if next(asked) == 30 else None
    await desk.ticks()
    assert 29 <= len(desk.post.arrived) <= 37, "but for those on their way, nothing more was sent"
    tried = desk.post.tried
    await desk.ticks(39)
    assert desk.post.tried == tried
    await desk.ticks(1.1)
    await desk.ticks(1)
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 121), 1)
    assert not [call for _, call in desk.post.calls if call["text"].startswith("Again")]


async def test_a_flood_limit_met_by_a_reply_holds_bulk_too(desk: RemindingDesk) -> None:
    await desk.plan(1, of("letters"))
    answers = iter([refusal(429, "Too Many Requests: retry after 50", retry_after=50)])
    desk.post.answer = lambda _: next(answers, None)
    await desk.sender.deliver(9, Outgoing("a reply"))
    await desk.ticks(48)
    assert desk.post.chats == []
    await desk.ticks(2.1)
    assert desk.post.chats == [1]


async def test_who_blocked_the_bot_is_left_alone_until_they_are_back(desk: RemindingDesk) -> None:
    await desk.crowd(3)
    desk.post.answer = lambda asked: BLOCKED if asked["chat_id"] == 2 else None
    await desk.ticks(60, 600, 6000)
    assert sorted(desk.post.chats) == [1, 3]
    assert desk.post.tried == 3
    desk.post.answer = lambda _: None
    await desk.store.write(mark_reachable(2), chat_id=2)
    await desk.ticks(1)
    assert sorted(desk.post.chats) == [1, 2, 3]
    assert desk.post.calls[-1][1]["text"] == "letters"


async def test_a_lost_answer_is_followed_by_one_repeat_that_says_so(desk: RemindingDesk) -> None:
    await desk.plan(1, of("letters"))
    answers: list[Answer] = [TimedOut(), None, AssertionError("a third one")]
    desk.post.answer = lambda _: answers.pop(0)
    await desk.ticks(60, 55)
    assert desk.post.tried == 1
    await desk.ticks(6, 600, 6000)
    assert desk.post.tried == 2
    assert desk.post.calls[-1][1]["text"] == "Again: letters"
    assert await desk.states(1) == ["sent"]


async def test_without_a_connection_nothing_counts_as_sent_and_the_tries_are_few(desk: RemindingDesk) -> None:
    await desk.crowd(40)
    desk.post.answer = lambda _: NotSent("no connection")
    await desk.ticks(*[1] * 600)
    assert desk.post.tried < 150, "ten minutes without a network"
    desk.post.answer = lambda _: None
    await desk.ticks(61, 1)
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 41), 1)
    assert not [call for _, call in desk.post.calls if call["text"].startswith("Again")]


async def test_answers_that_stay_away_do_not_make_a_whole_crowd_uncertain(desk: RemindingDesk) -> None:
    await desk.crowd(200)
    desk.post.answer = lambda _: TimedOut()
    await desk.ticks(*[20] * 15)
    assert desk.post.tried < 80, "five minutes of disturbance"
    desk.post.answer = lambda _: None
    await desk.ticks(*[60] * 5)
    arrived_or_shown = [await desk.states(chat_id) for chat_id in range(1, 201)]
    assert {state for states in arrived_or_shown for state in states} <= {"sent", "unseen"}
    assert arrived_or_shown.count(["unseen"]) < 40


async def test_a_bug_with_one_person_stops_nobody_else_and_loses_nothing(
    desk: RemindingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.crowd(5)
    desk.sayer.broken.add(b"of 3")
    await desk.ticks(60, 60)
    assert sorted(desk.post.chats) == [1, 2, 4, 5]
    assert [getattr(record, "action", "") for record in caplog.records if record.levelno >= logging.ERROR] == [
        "reminder_failed"
    ]
    desk.sayer.broken.clear()
    await desk.ticks(15 * 60)
    assert sorted(desk.post.chats) == [1, 2, 3, 4, 5]


async def test_a_refused_message_is_dropped(desk: RemindingDesk) -> None:
    await desk.plan(1, of("letters"))
    desk.post.answer = lambda _: refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    await desk.ticks(600)
    assert await desk.states(1) == ["dropped"]
    assert desk.post.tried == 1


class Forgetful:
    """A store that cannot be used for the next so many writes of one kind."""

    def __init__(self, store: Store, script: str, times: int) -> None:
        self._store, self._script, self._times = store, script, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write(self, script: Script[Any], *, chat_id: int | None = None) -> Any:
        if getattr(script, "__name__", "") == self._script and self._times:
            self._times -= 1
            script.close()
            raise StoreUnavailable("locked")
        return await self._store.write(script, chat_id=chat_id)


@pytest.mark.parametrize("script", ["claim", "begin", "settle"])
async def test_a_database_that_is_away_for_a_moment_costs_no_message_and_makes_no_second(
    script: str, desk: RemindingDesk
) -> None:
    await desk.crowd(20)
    desk.reminding = desk.fresh(Forgetful(desk.store, script, 3))
    await desk.ticks(61, 61, 61)
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 21), 1)


async def test_at_the_end_no_other_message_is_begun_and_those_on_their_way_are_settled(desk: RemindingDesk) -> None:
    await desk.crowd(60)
    desk.post.gate = asyncio.Event()
    ticking = asyncio.create_task(desk.reminding.tick())
    await desk.post.until_tried(IN_FLIGHT)
    ticking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ticking
    stopping = asyncio.create_task(desk.reminding.stop())
    await asyncio.sleep(0.01)
    assert not stopping.done()
    desk.post.gate.set()
    await stopping
    assert len(desk.post.arrived) == IN_FLIGHT
    assert sorted([await desk.states(chat_id) for chat_id in range(1, 61)]) == [["pending"]] * 52 + [["sent"]] * 8
    await desk.reminding.tick()
    assert len(desk.post.arrived) == IN_FLIGHT

    desk.reminding = desk.fresh()  # the next process need not wait for any lease
    await desk.ticks()
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 61), 1)


async def test_after_a_kill_those_not_begun_follow_at_once_and_those_on_their_way_as_a_repeat(
    desk: RemindingDesk,
) -> None:
    await desk.crowd(30)
    desk.post.gate = asyncio.Event()
    killed = asyncio.create_task(desk.reminding.tick())
    await desk.post.until_tried(IN_FLIGHT)
    working = [task for task in asyncio.all_tasks() if task.get_name() == "reminders"]
    desk.reminding._stopping = True  # noqa: SLF001 - the process is gone: nothing of it writes any more
    for task in working:
        task.cancel()
    await asyncio.gather(killed, *working, return_exceptions=True)
    desk.post.gate = None

    desk.reminding = desk.fresh()
    await desk.reminding.start()
    await desk.ticks()
    assert len(desk.post.arrived) == 22
    await desk.ticks(125)
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 31), 1)
    assert sum(call["text"].startswith("Again") for _, call in desk.post.calls) == 8


@pytest.mark.parametrize("off", [HOUR, -HOUR, 30 * DAY])
async def test_with_a_wrong_clock_nothing_is_sent_and_nothing_is_lost(
    off: timedelta, desk: RemindingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    for chat_id in range(1, 30):
        await desk.plan(chat_id, of("letters", START + MINUTE), of("later", START + 10 * DAY))
    desk.time.off = off
    await desk.ticks(20, 20, 20, 20)
    assert desk.post.chats == []
    assert [getattr(record, "action", "") for record in caplog.records if record.levelno >= logging.ERROR] == [
        "clock_wrong"
    ]
    desk.time.off = timedelta()
    await desk.ticks()
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 30), 1)
    assert {call["text"] for _, call in desk.post.calls} == {"letters"}


async def test_a_clock_that_jumps_in_the_middle_stops_the_batch(desk: RemindingDesk) -> None:
    await desk.crowd(100)

    def jumps(_: object) -> Answer:
        if desk.post.tried == 20:
            desk.time.off = HOUR
        return None

    desk.post.answer = jumps
    await desk.ticks()
    assert 20 <= len(desk.post.arrived) <= 28
    desk.time.off = timedelta()
    await desk.ticks(1)
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 101), 1)


@pytest.mark.parametrize("database", ["postgres"])
async def test_of_several_processes_one_sends_at_a_time_and_everybody_gets_one_message(
    desk: RemindingDesk, database_url: str
) -> None:
    await desk.crowd(100)
    stores = [open_store(database_url, VAULT) for _ in range(3)]
    senders = [desk.reminding, *(desk.fresh(store) for store in stores)]
    for _ in range(3):
        await asyncio.gather(*(sender.tick() for sender in senders))
        desk.time.passed += 1
    assert Counter(desk.post.chats) == dict.fromkeys(range(1, 101), 1)
    first, last = desk.post.arrived[0][1], desk.post.arrived[-1][1]
    assert last - first >= timedelta(seconds=(99 - IN_FLIGHT) / PER_SECOND)
    for store in stores:
        await store.close()


# -- crowds and new facts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "minutes"),
    [
        ([], 0),
        ([(30, 1)], 0),
        ([(1, 500)], 0),  # done in 25 seconds: no crowd
        ([(30, 30_000)], 31),  # they need 25 minutes: begun 5 minutes from now
        ([(25, 30_000)], 26),
        ([(24, 30_000)], 25),
        ([(10, 6_000), (20, 18_000)], 21),  # together 20 minutes
        ([(10, 6_000), (21, 18_000)], 0),
        ([(-60, 12_000), (9, 1_200)], 10),  # an overdue crowd is before them
        ([(-60, 12_000)], 0),
    ],
)
def test_a_crowd_is_begun_when_the_time_it_needs_has_come(due: list[tuple[int, int]], minutes: int) -> None:
    begins_later = due == [(30, 30_000)]
    now = START + (5 * MINUTE if begins_later else timedelta())
    crowd = [(START + minute * MINUTE, people) for minute, people in due]
    assert early_until(crowd, now) == (START + minutes * MINUTE if minutes else now)
    if begins_later:
        just_before = START + 5 * MINUTE - timedelta(seconds=1)
        assert early_until(crowd, just_before) == just_before


async def test_new_facts_are_computed_for_everybody_once_and_a_bug_with_one_stops_nobody(
    desk: RemindingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    for chat_id in range(1, 21):
        await desk.plan(chat_id, of("old", START + DAY))
    desk.sayer.broken.add(b"of 3")
    arguments = (desk.store, VAULT, desk.sayer, "new basis", desk.time.now, desk.time.sleep)
    assert await recompute_stale(*arguments) == 19
    assert [getattr(record, "action", "") for record in caplog.records] == ["recompute_failed"]
    desk.sayer.broken.clear()
    assert await recompute_stale(*arguments) == 1
    assert await desk.store.read(stale_agendas("new basis", None, 9)) == []
    rows = await desk.store.read(kept(3, VAULT))
    open_rows = [row for row in rows if row.state is not State.WITHDRAWN]
    assert [(row.reminder.item, row.state) for row in open_rows] == [("new", State.PENDING)]
    assert pure("new basis").basis == "new basis"
