"""The bot in this process on a time that is moved by hand: hours of waiting pass at once.

It is `bot.build.Service` as production builds it, with the sandbox's clock, waits that move that clock, and its own
tick out of the way: who uses it ticks. Updates come by webhook, so that nothing polls.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from unittest.mock import patch

import aiohttp

from bot import build
from bot.build import Service
from bot.outgoing.rendering import Renderer
from bot.outgoing.transport import AiohttpRequest
from bot.settings import Settings
from bot.store import Script, Store, Vault, open_store
from bot.store.vault import new_key
from planning.facts import Facts
from sandbox import Clock, Person, Sandbox
from sandbox.calls import Call
from tests.crash.bot_process import free_port
from tests.crash.reminder_people import Somebody, facts, seed
from tests.journeys.stores import LeavingStore

T = TypeVar("T")
_NEVER: Final = 10**8
"""Seconds between the ticks that the bot would do by itself."""
_renderers: list[Renderer] = []


class MovedTime:
    """The time of everybody: `clock` of the sandbox and of the bot, `monotonic` for its waits.

    `ahead` is by how much the bot's clock alone is wrong. A wait is over at once, but never before what is under way in
    the database or at Telegram: that takes no time, so whoever waits beside it must not find that time has passed.
    """

    def __init__(self, at: datetime) -> None:
        self.clock = Clock(at, runs=False)
        self.ahead = timedelta()
        self._seconds = 0.0
        self._under_way = 0
        self._nothing_is = asyncio.Event()
        self._nothing_is.set()
        self._wakes: list[float] = []

    def now(self) -> datetime:
        """The present instant by the bot's clock."""
        return self.clock.now() + self.ahead

    def monotonic(self) -> float:
        """Seconds that have passed, whatever clocks say."""
        return self._seconds

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Something that takes no time."""
        self._under_way += 1
        self._nothing_is.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._nothing_is.set()

    async def sleep(self, seconds: float) -> None:
        """A wait of the bot. Of several, the one that ends first moves the time."""
        wake = self._seconds + seconds
        self._wakes.append(wake)
        try:
            while True:
                await self._nothing_is.wait()
                await asyncio.sleep(0)  # what has just ended goes on first
                if self._seconds >= wake:
                    return
                if not self._under_way and wake <= min(self._wakes):
                    self.passes(timedelta(seconds=wake - self._seconds))
                    return
        finally:
            self._wakes.remove(wake)

    def passes(self, time: timedelta) -> None:
        """So much later."""
        self._seconds += time.total_seconds()
        self.clock.jump(by=time)


class TimedBot:
    """`async with TimedBot(folder, at) as timed:` a sandbox and a database; the bot runs inside `timed.running()`."""

    def __init__(self, folder: Path, at: datetime, *, flood_limits: bool = False, seed: int | None = 1) -> None:
        self.time = MovedTime(at)
        self.box = Sandbox(clock=self.time.clock, flood_limits=flood_limits, seed=seed, retry_scale=0.01)
        self.database = folder / "bot.db"
        self.log: list[logging.LogRecord] = []
        self._key = new_key()
        self.vault = Vault(Settings.read(self._environ(8080)).encryption_keys)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        await self.box.start()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        await self.box.stop()

    def person(self, chat_id: int) -> Person:
        """Somebody who was moved in, to write and press."""
        assert self._session is not None
        return Person(self.box.url, {"id": chat_id, "first_name": f"P{chat_id}"}, self._session, owns_session=False)

    async def seed(self, people: list[Somebody], at: datetime) -> None:
        """Put people into the database, who set everything up at that instant. The bot must not be running."""
        store = open_store(f"sqlite:///{self.database}", self.vault)
        try:
            await store.migrate()
            await seed(store, people, at, self.vault)
        finally:
            await store.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Service]:
        """The bot is up, and everybody's reminders are by its own facts and zones."""
        handler = _Kept(self.log)
        logging.getLogger().addHandler(handler)
        settings = Settings.read(self._environ(free_port()))
        with patch.multiple(
            build,
            load=facts,
            Renderer=_renderer,
            AiohttpRequest=self._request,
            REMIND_SECONDS=_NEVER,
            TICK_SECONDS=_NEVER,
        ):
            service = Service(
                settings,
                store=_Counted(open_store(settings.database_url, self.vault), self.time),
                clock=self.time.now,
                sleep=self.time.sleep,
                monotonic=self.time.monotonic,
            )
            work = asyncio.create_task(service.run())
            ready = asyncio.create_task(service.ready.wait())
            await asyncio.wait({work, ready}, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            try:
                if work.done():
                    work.result()
                await service.replan()
                yield service
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                logging.getLogger().removeHandler(handler)

    def next_at(self) -> datetime | None:
        """When somebody comes due next; None where nobody does."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as raw:
            (found,) = raw.execute("SELECT min(max(next_at, coalesce(lease_until, 0))) FROM agendas").fetchone()
        return None if found is None else datetime.fromtimestamp(found / 1000, UTC)

    async def go_on(self, service: Service, until: datetime, each: Callable[[], object] = lambda: None) -> None:
        """Tick, and pass from due time to due time, until this instant. `each` is called after every tick."""
        while True:
            await service.remind()
            each()
            now, due = self.time.now(), self.next_at()
            if due is None or due > until:
                break
            # A due time that has come already was left by the tick: it waits for something, as a process would.
            self.time.passes(max(due - now, timedelta(seconds=5)))
        self.time.passes(max(until - self.time.now(), timedelta()))

    def sends(self) -> list[Call]:
        """Every sendMessage so far."""
        return self.box.calls_of("sendMessage")

    def _request(self, **options: Any) -> AiohttpRequest:
        return _CountedRequest(self.time, **options)

    def _environ(self, port: int) -> dict[str, str]:
        return {
            "BOT_TOKEN": self.box.token,
            "TELEGRAM_API_URL": self.box.url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "ENCRYPTION_KEY": self._key,
            "UPDATES": "webhook",
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
        }


def at_of(call: Call) -> datetime:
    """When a message was sent, to the second; only for one that arrived."""
    return datetime.fromtimestamp(call.result["date"], UTC)


class _CountedRequest(AiohttpRequest):
    """The bot's transport; a call takes no time."""

    def __init__(self, time: MovedTime, **options: Any) -> None:
        super().__init__(**options)
        self._time = time

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """As the real one."""
        with self._time.under_way():
            return await super().do_request(*arguments, **options)


class _Counted(LeavingStore):
    """The bot's database; a transaction takes no time."""

    def __init__(self, real: Store, time: MovedTime) -> None:
        super().__init__(real)
        self._time = time

    async def write(self, script: Script[T], *, chat_id: int | None = None) -> T:
        """As the real one."""
        with self._time.under_way():
            return await super().write(script, chat_id=chat_id)

    async def read(self, script: Script[T]) -> T:
        """As the real one."""
        with self._time.under_way():
            return await super().read(script)


class _Kept(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


def _renderer(shipped: Facts) -> Renderer:
    """The templates, compiled once: a renderer keeps nothing of a conversation."""
    if not _renderers:
        _renderers.append(Renderer(shipped))
    return _renderers[0]
