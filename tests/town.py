"""A town for journeys: a local Telegram, the real bot beside it in the same process, and the people who live there.

The bot is `bot.build.Service` as production builds it: its application, its HTTP, its database file. The clock stands
still and is moved by the town alone. Nothing here knows what the bot says.
"""

import asyncio
import logging
import random
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from types import TracebackType
from typing import Any, Final, Self
from unittest.mock import patch

import aiohttp

from bot import build
from bot.build import Service
from bot.logs import JsonLines
from bot.outgoing.rendering import Renderer
from bot.settings import Settings
from bot.store import Store
from bot.store.vault import new_key
from planning.facts import Facts, load
from sandbox import Clock, Person, Sandbox
from sandbox.calls import Call

START: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOKEN: Final = "42:TEST"
SECRET: Final = "a-secret-of-the-town-that-nobody-else-knows"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
# The lease of the poller is renewed on a wait of 10 seconds, which must stay one; all retries wait less.
_LONG: Final = 10.0
_NEVER: Final = 10**6  # seconds: reminders go out when the town says so


@dataclass(slots=True)
class Allowed:
    """What a test expects to go wrong: calls that are refused (their descriptions), and lines logged at ERROR."""

    refusals: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Town:
    """`async with Town(...) as town:` the bot runs; at the end everything is stopped and looked over.

    `mode` is polling or webhook. `store` may stand in for the database, `patient` keeps the real waits of retries.
    """

    def __init__(
        self,
        mode: str,
        database_url: str,
        *,
        store: Callable[[Settings], Store] | None = None,
        callback_lifetime: timedelta = timedelta(seconds=60),
    ) -> None:
        self.mode = mode
        self.database_url = database_url
        self.allowed = Allowed()
        self.waits: list[float] = []
        self.facts = _facts()
        """The facts with which the bot starts; put others here before `restart`, as an update of the program does."""
        self.box = Sandbox(
            token=TOKEN, clock=Clock(START, runs=False), retry_scale=0.01, callback_lifetime=callback_lifetime
        )
        self._store = store
        self._key = new_key()
        self._port = _free_port()
        self._log = _Log()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._threads: set[threading.Thread] = set()
        self._working: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._planned = False
        self._slept = 0.0
        self.service: Service | None = None

    async def __aenter__(self) -> Self:
        self._tasks, self._threads = asyncio.all_tasks(), set(threading.enumerate())
        logging.getLogger().addHandler(self._log)
        await self.box.start()
        self._session = aiohttp.ClientSession()
        try:
            await self.start()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.stop()
        finally:
            await self._close()
        if error is None:
            await self._look_over()

    async def _close(self) -> None:
        if self._session is not None:
            await self._session.close()
        await self.box.stop()
        logging.getLogger().removeHandler(self._log)

    # The bot

    async def start(self) -> None:
        """Start the bot and wait until it is ready."""
        settings = Settings.read(self.environment)
        store = self._store(settings) if self._store else None
        self._planned = False
        with patch.multiple(build, load=lambda: self.facts, Renderer=_renderer, REMIND_SECONDS=_NEVER):
            service = Service(
                settings, clock=self.box.clock.now, sleep=self._sleep, store=store, monotonic=self._monotonic
            )
            self.service = service
            self._working = asyncio.create_task(service.run())
            ready = asyncio.create_task(service.ready.wait())
            await asyncio.wait({self._working, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._working.done():
            self._working.result()

    async def stop(self) -> None:
        """Stop the bot as a SIGTERM does."""
        working, self._working = self._working, None
        if working is None:
            return
        working.cancel()
        try:
            await working
        except asyncio.CancelledError:
            return

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database."""
        await self.stop()
        await self.start()

    @property
    def environment(self) -> dict[str, str]:
        """The bot's settings."""
        webhook = {"PUBLIC_URL": f"http://127.0.0.1:{self._port}", "WEBHOOK_SECRET": SECRET}
        return {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.box.url,
            "DATABASE_URL": self.database_url,
            "ENCRYPTION_KEY": self._key,
            "UPDATES": self.mode,
            "PORT": str(self._port),
            **(webhook if self.mode == "webhook" else {}),
        }

    async def _sleep(self, seconds: float) -> None:
        """The waits between retries pass at once and are noted."""
        self.waits.append(seconds)
        if seconds >= _LONG:
            await asyncio.sleep(seconds)
            return
        self._slept += seconds
        await asyncio.sleep(0)

    def _monotonic(self) -> float:
        """Time as it passes in the town, with what was slept: a jump is time that passed, not a clock that is wrong."""
        return (self.box.clock.now() - START).total_seconds() + self._slept

    async def remind(self) -> None:
        """What the clock does every few seconds: everything that is due now is sent when this returns."""
        assert self.service is not None
        if not self._planned:
            await self.service.replan()
            self._planned = True
        await self.service.remind()

    # The town

    async def person(self, first_name: str, **more: object) -> Person:
        """Somebody new."""
        person = await self.box.person(first_name, **more)
        person.patience = 30.0  # a crowded machine may be slow; nothing here is about speed
        return person

    def jump(self, **time: float) -> datetime:
        """Let time pass: `jump(days=7)`; gives the new present."""
        return self.box.clock.jump(by=timedelta(**time))

    async def asks(self, method: str, path: str, order: dict[str, Any] | None = None) -> dict[str, Any]:
        """A request to the local Telegram's control API: groups, odd updates."""
        assert self._session is not None
        async with self._session.request(method, f"{self.box.url}{path}", json=order) as response:
            answer: dict[str, Any] = await response.json()
        assert response.status == 200, answer
        return answer

    async def settled(self, update_id: int) -> None:
        """Wait until the bot has taken an update."""
        found = await self.asks("GET", f"/sandbox/updates/{update_id}?wait=10")
        assert found["state"] == "settled", found

    async def knocks(self, method: str = "POST", path: str = "/telegram", **options: Any) -> int:
        """A request to the bot's own web server, from anywhere; gives the status."""
        assert self._session is not None
        async with self._session.request(method, f"http://127.0.0.1:{self._port}{path}", **options) as response:
            await response.read()
        return response.status

    # What went on

    def sent_to(self, chat_id: int) -> list[Call]:
        """The messages that the bot sent or changed in a chat, as it wrote them."""
        return [c for c in self.box.calls if c.chat_id == chat_id and c.method in ("sendMessage", "editMessageText")]

    @property
    def log(self) -> str:
        """Everything logged, as production writes it (JSON lines)."""
        lines = JsonLines([])
        return "\n".join(lines.format(record) for record in self._log.records)

    def allows(self, *descriptions: str) -> None:
        """Calls whose refusal contains one of these are expected in this test."""
        self.allowed.refusals += descriptions

    def allows_errors(self, *messages: str) -> None:
        """Lines at ERROR that contain one of these are expected in this test."""
        self.allowed.errors += messages

    async def _look_over(self) -> None:
        """Fail if a call was refused or odd, an error was logged, or something still runs."""
        odd = [
            f"{call.method} {call.status} {call.description}" for call in self.box.calls if self._is_unexpected(call)
        ]
        odd += [
            f"{call.method}: {', '.join([*call.unknown, *call.malformed])}"
            for call in self.box.calls
            if call.unknown or call.malformed
        ]
        assert not odd, f"odd calls to Telegram: {odd}"
        logged = [record.getMessage() for record in self._log.records if record.levelno >= logging.ERROR]
        unexpected = [line for line in logged if not any(part in line for part in self.allowed.errors)]
        assert not unexpected, f"logged at ERROR: {unexpected}\n{self.log[-4000:]}"
        mine = asyncio.current_task()
        left = {task for task in asyncio.all_tasks() if task not in self._tasks and task is not mine}
        if left:
            _, left = await asyncio.wait(left, timeout=2)
        assert not left, f"tasks still run: {left}"
        # Threads of the loop's own pool (files, drawings) live as long as the loop.
        new = (thread for thread in threading.enumerate() if thread not in self._threads)
        threads = [thread for thread in new if not thread.name.startswith("asyncio_")]
        for thread in threads:
            thread.join(2)  # a thread that has done its last work may still be on its way out
        assert not any(thread.is_alive() for thread in threads), f"threads still run: {threads}"

    def _is_unexpected(self, call: Call) -> bool:
        # A bot that ends hangs up on its long poll and confirms with a last one, which ends the other for Telegram.
        if call.ok or (call.method == "getUpdates" and call.status in (0, 409)):
            return False
        return not any(part in str(call.description) for part in self.allowed.refusals)


class _Log(logging.Handler):
    """Keeps every record at INFO and above."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@cache
def _facts() -> Facts:
    """The shipped facts, read once for all tests: they never change, and reading them takes half of a bot's start."""
    return load()


@cache
def _one_renderer() -> Renderer:
    return Renderer(_facts())


def _renderer(facts: Facts) -> Renderer:
    """The templates, compiled once for all tests: a renderer keeps nothing of a conversation."""
    return _one_renderer() if facts is _facts() else Renderer(facts)


def _free_port() -> int:
    """A port for the bot: below those that the system gives to outgoing connections, which could take it meanwhile."""
    for port in random.SystemRandom().sample(range(15_000, 32_000), 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
