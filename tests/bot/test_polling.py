"""Our own polling: what is confirmed to Telegram when, what comes again, and who polls."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from telegram import Bot, Update
from telegram.error import InvalidToken, NetworkError, TimedOut
from telegram.ext import ApplicationBuilder

from bot.intake.handling import Ending, Intake
from bot.intake.polling import BATCH, LEASE, LEASE_SECONDS, RENEW_SECONDS, WAITING_SECONDS, Polling
from bot.outgoing.sender import Sender
from bot.store import Script, Store, StoreUnavailable, Vault, open_store
from bot.store.leases import release_lease, take_lease
from bot.turns import Toast
from tests.bot.telegram_double import Changes, HandTime, TelegramDouble, pressed, refused, said

T = TypeVar("T")


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


class Weak:
    """A store that may be told to be unreachable."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.unreachable = False

    @property
    def dialect(self) -> str:
        return self._store.dialect

    async def write(self, script: Script[T], *, chat_id: int | None = None) -> T:
        if self.unreachable:
            script.close()
            raise StoreUnavailable("The database cannot be reached.")
        return await self._store.write(script, chat_id=chat_id)

    async def read(self, script: Script[T]) -> T:
        return await self._store.read(script)

    async def migrate(self) -> list[int]:
        return await self._store.migrate()

    async def describe(self) -> dict[str, object]:
        return await self._store.describe()

    async def scrub(self) -> bool:
        return await self._store.scrub()

    async def close(self) -> None:
        await self._store.close()


class Stage:
    """A store, Telegram, time, turns, and any number of pollers between them."""

    def __init__(self, store: Store) -> None:
        self.changes = Changes()
        self.until: Callable[[Callable[[], bool]], "asyncio.Future[None]"]
        self.time = HandTime(self.changes)
        self.telegram = TelegramDouble(self.changes)
        self.turns = Turns(self.changes)
        self.store = Weak(store)
        self.pollers: list[asyncio.Task[None]] = []

    async def begin(self, holder: str | None = None, telegram: TelegramDouble | None = None) -> "asyncio.Task[None]":
        request = telegram or self.telegram
        bot = Bot("42:TEST", request=request, get_updates_request=request)
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
