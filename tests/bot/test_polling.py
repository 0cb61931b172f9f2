"""Our own polling: what is confirmed to Telegram when, what comes again, and who polls."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from telegram import Bot, Update
from telegram.error import InvalidToken, NetworkError, TimedOut

from bot.intake.handling import Ending, Intake
from bot.intake.polling import BATCH, LEASE, LEASE_SECONDS, RENEW_SECONDS, WAITING_SECONDS, Polling
from bot.outgoing.sender import Sender
from bot.store import Store, Vault, open_store
from bot.store.leases import release_lease, take_lease
from bot.turns import Toast
from tests.bot.telegram_double import Changes, HandTime, TelegramDouble, pressed, refused, said
from tests.journeys.stores import LeavingStore


class Turns(Intake):
    """Takes updates as a test says: chats in `held` wait, updates in `failing` end with "again"."""

    def __init__(self, changes: Changes) -> None:
        self.began: list[int] = []
        self.taken: list[int] = []
        self.held: dict[int, asyncio.Event] = {}
        self.failing: set[int] = set()
        self.broken: set[int] = set()
        self._changes = changes

    async def take(self, update: Update) -> Ending:
        self.began.append(update.update_id)
        self._changes.tell()
        chat = update.effective_chat
        if chat is not None and chat.id in self.held:
            await self.held[chat.id].wait()
        if update.update_id in self.broken:
            raise RuntimeError("a bug")
        again = update.update_id in self.failing
        if not again:
            self.taken.append(update.update_id)
        self._changes.tell()
        query = update.callback_query
        return Ending(toast=Toast(query.id, "noted") if query else None, again=again)


class Stage:
    """A store, Telegram, time, turns, and any number of pollers between them."""

    def __init__(self, store: Store) -> None:
        self.changes = Changes()
        self.time = HandTime(self.changes)
        self.telegram = TelegramDouble(self.changes)
        self.turns = Turns(self.changes)
        self.store = LeavingStore(store)
        self.pollers: list[asyncio.Task[None]] = []

    async def begin(self, holder: str | None = None, telegram: TelegramDouble | None = None) -> "asyncio.Task[None]":
        request = telegram or self.telegram
        bot = Bot("42:TEST", request=request, get_updates_request=request)
        await bot.initialize()
        sender = Sender(bot, sleep=self.time.sleep)
        polling = Polling(bot, self.turns, sender, self.store, self.time.now, self.time.sleep, holder=holder)
        task = asyncio.create_task(polling.run())
        task.add_done_callback(lambda _: self.changes.tell())
        self.pollers.append(task)
        return task

    async def happens(self, condition: Callable[[], bool]) -> None:
        await self.changes.until(condition)

    async def confirmed(self, *unconfirmed: int) -> None:
        """Until Telegram has nothing left to repeat but these."""
        await self.changes.until(lambda: self.telegram.unconfirmed == list(unconfirmed))


async def stopped(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    store = open_store(f"sqlite:///{tmp_path}/bot.db", Vault([bytes(32)]))
    await store.migrate()
    stage = Stage(store)
    yield stage
    for task in stage.pollers:
        if not task.done():
            await stopped(task)
    await store.close()


# What is confirmed


async def test_only_the_longest_finished_beginning_is_confirmed(stage: Stage) -> None:
    stage.turns.held[2] = asyncio.Event()
    stage.telegram.arrive(said(10, 1), said(11, 2), said(12, 3), said(13, 4))
    await stage.begin()
    await stage.happens(lambda: stage.turns.taken == [10, 12, 13])
    await stage.confirmed(11, 12, 13)
    stage.turns.held[2].set()
    await stage.confirmed()
    assert stage.turns.taken == [10, 12, 13, 11]


async def test_nothing_is_confirmed_before_its_turn_has_ended(stage: Stage) -> None:
    stage.turns.held[1] = asyncio.Event()
    stage.telegram.arrive(said(10, 1))
    await stage.begin()
    await stage.happens(lambda: len(stage.telegram.polls) >= 3)
    assert all(poll["offset"] == 0 for poll in stage.telegram.polls)
    assert stage.telegram.unconfirmed == [10]
    stage.turns.held[1].set()
    await stage.confirmed()
    assert stage.turns.began == [10], "what is in work is not begun again when it comes again"


async def test_a_slow_chat_does_not_hold_up_what_comes_later(stage: Stage) -> None:
    stage.turns.held[1] = asyncio.Event()
    stage.telegram.arrive(said(10, 1))
    await stage.begin()
    await stage.happens(lambda: stage.turns.began == [10])
    stage.telegram.arrive(said(11, 2))
    await stage.happens(lambda: stage.turns.taken == [11])
    stage.turns.held[1].set()
    await stage.confirmed()


async def test_an_update_that_comes_twice_at_once_is_taken_once(stage: Stage) -> None:
    stage.telegram.arrive(said(10, 1), said(10, 1), said(11, 2), said(10, 1))
    await stage.begin()
    await stage.confirmed()
    assert stage.turns.taken == [10, 11]


async def test_ids_that_begin_again_at_a_lower_number_are_taken(stage: Stage) -> None:
    stage.telegram.arrive(said(900_000_000, 1), said(900_000_001, 2))
    await stage.begin()
    await stage.confirmed()
    stage.telegram.arrive(said(77, 1))
    await stage.confirmed()
    assert stage.turns.taken == [900_000_000, 900_000_001, 77]


async def test_a_press_is_answered_before_it_is_confirmed(stage: Stage) -> None:
    stage.telegram.arrive(pressed(10, 1))
    await stage.begin()
    await stage.confirmed()
    assert stage.telegram.calls == [("answerCallbackQuery", {"callback_query_id": "q10", "text": "noted"})]


async def test_the_four_kinds_of_updates_are_asked_for(stage: Stage) -> None:
    await stage.begin()
    await stage.happens(lambda: bool(stage.telegram.polls))
    assert stage.telegram.polls[0]["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]
    assert stage.telegram.polls[0]["limit"] == BATCH


# What comes again


async def test_a_turn_that_failed_comes_again_and_later_ones_are_not_lost(stage: Stage) -> None:
    stage.turns.failing.add(10)
    stage.telegram.arrive(said(10, 1), said(11, 2), pressed(12, 3))
    await stage.begin()
    await stage.happens(lambda: stage.turns.taken == [11, 12])
    await stage.happens(lambda: 1.0 in stage.time.waits)
    assert stage.telegram.unconfirmed == [10, 11, 12]
    stage.turns.failing.clear()
    stage.time.pass_by(1)
    await stage.confirmed()
    assert stage.turns.taken == [11, 12, 10]


async def test_a_press_that_failed_is_not_answered_yet(stage: Stage) -> None:
    stage.turns.failing.add(10)
    stage.telegram.arrive(pressed(10, 1))
    await stage.begin()
    await stage.happens(lambda: 1.0 in stage.time.waits)
    assert stage.telegram.calls == []
    stage.turns.failing.clear()
    stage.time.pass_by(1)
    await stage.confirmed()
    assert [name for name, _ in stage.telegram.calls] == ["answerCallbackQuery"]


async def test_a_bug_in_the_intake_leaves_the_update_to_come_again(stage: Stage) -> None:
    stage.turns.broken.add(10)
    stage.telegram.arrive(said(10, 1), said(11, 2))
    await stage.begin()
    await stage.happens(lambda: 1.0 in stage.time.waits)
    stage.turns.broken.clear()
    stage.time.pass_by(1)
    await stage.confirmed()
    assert stage.turns.taken == [11, 10]


async def test_what_was_to_come_again_but_expired_holds_nobody_up(stage: Stage) -> None:
    stage.turns.failing.add(10)
    stage.telegram.arrive(pressed(10, 1), said(11, 2))
    await stage.begin()
    await stage.happens(lambda: 1.0 in stage.time.waits)
    stage.telegram.expire(10)  # Telegram keeps a press for 150 seconds
    stage.time.pass_by(1)
    await stage.confirmed()
    stage.telegram.arrive(said(12, 3))
    await stage.confirmed()
    assert stage.turns.taken == [11, 12]


async def test_what_expired_before_a_full_batch_holds_nobody_up(stage: Stage) -> None:
    stage.turns.failing.add(10)
    stage.telegram.arrive(pressed(10, 1), *(said(11 + i, 100 + i) for i in range(BATCH + 5)))
    await stage.begin()
    await stage.happens(lambda: 1.0 in stage.time.waits)
    stage.telegram.expire(10)
    stage.time.pass_by(1)
    await stage.confirmed()
    assert len(stage.turns.taken) == BATCH + 5


# Updates that nobody can read


UNREADABLE: tuple[dict[str, object], ...] = (
    {"message": "hello"},
    {"message": {"message_id": "x"}},
    {"callback_query": {}},
    {"message": {"message_id": 1, "date": "x", "chat": {"id": 1, "type": "private"}}},
)


@pytest.mark.parametrize("shape", UNREADABLE)
async def test_an_update_of_an_unreadable_shape_is_put_aside_and_others_go_on(
    stage: Stage, shape: dict[str, object]
) -> None:
    stage.telegram.arrive({"update_id": 10, **shape}, said(11, 1))
    await stage.begin()
    await stage.confirmed()
    assert stage.turns.taken == [11]


async def test_an_unreadable_update_outlasts_a_database_that_is_away(stage: Stage) -> None:
    stage.telegram.arrive(said(9, 1))
    polling = await stage.begin()
    await stage.confirmed()
    stage.store.away = True
    stage.telegram.arrive({"update_id": 10, "message": "hello"}, said(11, 1))
    await stage.happens(lambda: stage.time.waited(1.0) == 1)
    assert not polling.done()
    assert stage.telegram.unconfirmed == [10, 11]
    stage.store.away = False
    stage.time.pass_by(1)
    await stage.confirmed()
    assert stage.turns.taken == [9, 11]


# When Telegram does not answer as it should


async def test_a_conflict_with_another_poller_is_stepped_back_from(stage: Stage) -> None:
    stage.telegram.failures = [refused(409, "Conflict: terminated by other getUpdates request")]
    stage.telegram.arrive(said(10, 1))
    await stage.begin()
    await stage.happens(lambda: stage.time.waited(5.0) == 1)
    assert len(stage.telegram.polls) == 1
    stage.time.pass_by(5)
    await stage.confirmed()


@pytest.mark.parametrize("refusal", [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_revoked_token_ends_the_polling(stage: Stage, refusal: tuple[int, str]) -> None:
    stage.telegram.failures = [refused(*refusal)]
    with pytest.raises(InvalidToken):
        await (await stage.begin())
    assert len(stage.telegram.polls) <= 2, "one call, and the farewell"


async def test_polling_backs_off_to_half_a_minute_and_resumes(stage: Stage) -> None:
    failures: list[Exception | tuple[int, dict[str, object]]] = [
        NetworkError("reset"),
        TimedOut(),
        refused(502, "Bad Gateway"),
        refused(500, "Internal Server Error"),
        NetworkError("no name"),
        NetworkError("no name"),
        NetworkError("no name"),
        NetworkError("no name"),
    ]
    stage.telegram.failures = list(failures)
    stage.telegram.arrive(said(10, 1))
    await stage.begin()
    waits = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 30.0, 30.0]
    for number, wait in enumerate(waits, 1):
        await stage.happens(lambda n=number: len(backoffs(stage)) == n)  # type: ignore[misc]
        assert backoffs(stage)[-1] == wait
        assert len(stage.telegram.polls) == number, "no poll before the wait is over"
        stage.time.pass_by(wait)
    await stage.confirmed()
    stage.telegram.failures = [NetworkError("reset")]
    stage.telegram.arrive(said(11, 1))
    await stage.happens(lambda: len(backoffs(stage)) == len(waits) + 1)
    assert backoffs(stage)[-1] == 1.0, "success forgets the failures"


def backoffs(stage: Stage) -> list[float]:
    """The waits that are not the lease's."""
    return stage.time.waits_but_of("polling lease")


async def test_a_flood_limit_on_polling_is_obeyed(stage: Stage) -> None:
    stage.telegram.failures = [refused(429, "Too Many Requests: retry after 7", retry_after=7)]
    stage.telegram.arrive(said(10, 1))
    await stage.begin()
    await stage.happens(lambda: 7.0 in stage.time.waits)
    assert len(stage.telegram.polls) == 1
    stage.time.pass_by(7)
    await stage.confirmed()


async def test_what_was_done_is_confirmed_even_if_the_poll_that_says_so_fails(stage: Stage) -> None:
    stage.telegram.arrive(said(10, 1))
    await stage.begin()
    await stage.confirmed()
    stage.turns.held[1] = asyncio.Event()
    stage.telegram.arrive(said(11, 1))
    await stage.happens(lambda: stage.turns.began[-1] == 11)
    stage.telegram.failures = [NetworkError("reset")]
    stage.turns.held[1].set()
    await stage.happens(lambda: 1.0 in stage.time.waits)
    stage.time.pass_by(1)
    await stage.confirmed()
    assert stage.turns.taken == [10, 11]


# Who polls


async def test_the_second_poller_waits_and_takes_over_when_the_first_stops(stage: Stage) -> None:
    second = TelegramDouble(stage.changes)
    first = await stage.begin(holder="one")
    await stage.happens(lambda: bool(stage.telegram.polls))
    await stage.begin(holder="two", telegram=second)
    await stage.happens(lambda: WAITING_SECONDS in stage.time.waits)
    assert second.polls == []
    await stopped(first)
    stage.time.pass_by(WAITING_SECONDS)
    await stage.happens(lambda: bool(second.polls))


async def test_a_dead_pollers_lease_ends_by_itself(stage: Stage) -> None:
    now = stage.time.now()
    until = now.fromtimestamp(now.timestamp() + LEASE_SECONDS, now.tzinfo)
    await stage.store.write(take_lease(LEASE, "dead", now, until))
    await stage.begin(holder="alive")
    passed = 0
    while not stage.telegram.polls:
        await stage.happens(lambda n=passed: stage.time.waited(WAITING_SECONDS) > n or bool(stage.telegram.polls))  # type: ignore[misc]
        if not stage.telegram.polls:
            stage.time.pass_by(WAITING_SECONDS)
            passed += 1
    assert LEASE_SECONDS <= passed * WAITING_SECONDS <= LEASE_SECONDS + WAITING_SECONDS


async def test_on_sqlite_a_dead_process_does_not_make_its_successor_wait(stage: Stage) -> None:
    first = await stage.begin()
    await stage.happens(lambda: bool(stage.telegram.polls))
    stage.store.away = True  # so that it cannot give its lease back, as if it were killed
    await stopped(first)
    stage.store.away = False
    polls = len(stage.telegram.polls)
    await stage.begin()
    await stage.happens(lambda: len(stage.telegram.polls) > polls)
    assert WAITING_SECONDS not in stage.time.waits


async def test_who_loses_the_lease_polls_no_more_until_it_is_free(stage: Stage) -> None:
    await stage.begin(holder="one")
    stage.telegram.arrive(said(10, 1))
    await stage.confirmed()
    await stage.store.write(release_lease(LEASE, "one"))
    now = stage.time.now()
    until = now.fromtimestamp(now.timestamp() + 10 * LEASE_SECONDS, now.tzinfo)
    await stage.store.write(take_lease(LEASE, "another", now, until))
    stage.time.pass_by(RENEW_SECONDS)
    await stage.happens(lambda: WAITING_SECONDS in stage.time.waits)
    stage.telegram.arrive(said(11, 1))  # ends the long poll that had begun before
    await stage.happens(lambda: stage.turns.taken == [10, 11])
    polls = len(stage.telegram.polls)
    stage.telegram.arrive(said(12, 1))
    await stage.store.write(release_lease(LEASE, "another"))
    assert len(stage.telegram.polls) == polls
    stage.time.pass_by(WAITING_SECONDS)
    await stage.confirmed()
    assert stage.turns.taken == [10, 11, 12]


async def test_the_lease_is_renewed_three_times_before_it_ends(stage: Stage) -> None:
    await stage.begin(holder="one")
    for number in range(1, 5):
        await stage.happens(lambda n=number: stage.time.waited(RENEW_SECONDS) == n)  # type: ignore[misc]
        now = stage.time.now()
        until = now.fromtimestamp(now.timestamp() + LEASE_SECONDS, now.tzinfo)
        assert not await stage.store.write(take_lease(LEASE, "another", now, until))
        stage.time.pass_by(RENEW_SECONDS)
    assert LEASE_SECONDS == 3 * RENEW_SECONDS


# Stopping


async def test_stopping_finishes_what_is_in_work_and_confirms_it(stage: Stage) -> None:
    stage.turns.held[1] = asyncio.Event()
    stage.telegram.arrive(said(10, 1))
    polling = await stage.begin()
    await stage.happens(lambda: stage.turns.began == [10])
    polling.cancel()
    stage.turns.held[1].set()
    with pytest.raises(asyncio.CancelledError):
        await polling
    assert stage.turns.taken == [10]
    assert stage.telegram.unconfirmed == []


async def test_stopping_confirms_nothing_that_has_to_come_again(stage: Stage) -> None:
    stage.turns.failing.add(11)
    stage.telegram.arrive(said(10, 1), said(11, 2), said(12, 3))
    polling = await stage.begin()
    await stage.happens(lambda: 1.0 in stage.time.waits)
    await stopped(polling)
    assert stage.telegram.unconfirmed == [11, 12]


async def test_stopping_gives_the_lease_back(stage: Stage) -> None:
    polling = await stage.begin(holder="one")
    await stage.happens(lambda: bool(stage.telegram.polls))
    await stopped(polling)
    now = stage.time.now()
    assert await stage.store.write(take_lease(LEASE, "another", now, now))
