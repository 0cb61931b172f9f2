"""A closed loop of people at a webhook: each sends the next update when the screen for the last one is there."""

import asyncio
import contextlib
import os
import random
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import psutil

from benchmarks.telegram_stub import BOT, TelegramStub, keyboard_of

Json = dict[str, Any]
ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 60.0
SECRET = "bench-secret-of-more-than-thirty-two-characters"  # noqa: S105 - of a server on loopback that lives a minute
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

Choose = Callable[[Sequence[Json], random.Random], str]
"""From the buttons of a screen to what a person does: the callback data to press, or a text to write."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A bot to be measured: its command, the variables it reads, and how a person walks through it.

    `environ` values may hold {api}, {port}, {folder}. `path` is where its webhook listens.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    path: str
    choose: Choose


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured. CPU is user and system time of the bot's processes; memory is resident."""

    name: str
    steps: int
    calls_a_step: float
    cpu_ms_a_step: float
    start_cpu_s: float
    peak_rss_mb: float
    p50_ms: float
    p95_ms: float
    steps_a_second: float
    threads: Mapping[int, float]
    """CPU seconds of each thread of the first process during the loop."""


class People:
    """The users: who waits for which screen, and how long it took. `pause` is the seconds between steps, on average."""

    def __init__(
        self, contender: Contender, post: Callable[[Json], Awaitable[None]], *, steps: int, pause: float = 0.0
    ) -> None:
        self._contender = contender
        self._post = post
        self._steps = steps
        self.pause = pause
        self._waiting: dict[int, asyncio.Future[tuple[int, Json]]] = {}
        self._update_id = 1_000_000
        self.latencies: list[float] = []

    def shown(self, chat_id: int, message_id: int, parameters: Json) -> None:
        """What the bot showed somewhere."""
        waiting = self._waiting.get(chat_id)
        if waiting is not None and not waiting.done():
            waiting.set_result((message_id, parameters))

    async def walk(self, number: int) -> None:
        """One person: /start, then step after step."""
        chat_id, chance = 100_000 + number, random.Random(number)
        person = {"id": chat_id, "is_bot": False, "first_name": f"U{number}", "language_code": "en"}
        chat = {"id": chat_id, "type": "private", "first_name": f"U{number}"}
        do = "/start"
        message_id, buttons = 0, list[Json]()
        for _ in range(self._steps + 1):
            if self.pause:
                await asyncio.sleep(chance.expovariate(1 / self.pause))
            now = int(time.time())
            if any(button["callback_data"] == do for button in buttons):
                about = {"message_id": message_id, "date": now, "text": "x", "chat": chat, "from": BOT}
                press = {"id": str(chance.getrandbits(60)), "from": person, "chat_instance": "1", "data": do}
                update: Json = {"callback_query": {**press, "message": about}}
            else:
                message = {"message_id": chance.randrange(900), "date": now, "chat": chat, "from": person, "text": do}
                if do.startswith("/"):
                    message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(do)}]
                update = {"message": message}
            message_id, parameters = await self._step(chat_id, update)
            buttons = keyboard_of(parameters)
            do = self._contender.choose(buttons, chance)

    async def _step(self, chat_id: int, update: Json) -> tuple[int, Json]:
        self._update_id += 1
        screen: asyncio.Future[tuple[int, Json]] = asyncio.get_running_loop().create_future()
        self._waiting[chat_id] = screen
        began = time.perf_counter()
        await self._post({"update_id": self._update_id, **update})
        async with asyncio.timeout(PATIENCE_SECONDS):
            seen = await screen
        self.latencies.append(time.perf_counter() - began)
        return seen


@dataclass(frozen=True, slots=True)
class Served:
    """A contender at work: its process, where it listens, and how an update is brought to it."""

    bot: psutil.Process
    site: str
    stub: TelegramStub
    post: Callable[[Json], Awaitable[None]]


async def _nothing(_: Path) -> None:
    """No database is needed before the start."""


@contextlib.asynccontextmanager
async def served(
    contender: Contender,
    shown: Callable[[int, int, Json], None],
    prepare: Callable[[Path], Awaitable[None]] = _nothing,
    *,
    introduces: bool = True,
) -> AsyncIterator[Served]:
    """Starts the contender in a folder that `prepare` has filled, waits until it listens, stops it at the end.

    `introduces`: it sets a webhook first. RuntimeError if it ends by itself.
    """
    stub = TelegramStub(shown)
    api, port = await stub.start(), _free_port()
    site = f"http://127.0.0.1:{port}"
    headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
    if not introduces:
        stub.webhook_set.set()
    with tempfile.TemporaryDirectory() as folder:
        places = {"api": api, "port": port, "folder": folder}
        environ = {name: value.format(**places) for name, value in contender.environ.items()}
        await prepare(Path(folder))
        with (Path(folder) / "log").open("wb") as log:  # only to keep what it says off the table
            process = await asyncio.create_subprocess_exec(
                *contender.command, env={**os.environ, **environ}, stdout=log, stderr=log, cwd=ROOT
            )
        try:
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=headers) as session:

                async def post(update: Json) -> None:
                    async with session.post(site + contender.path, data=orjson.dumps(update)) as response:
                        body = await response.read()
                        if response.status != 200:
                            raise RuntimeError(f"{contender.name} answers {response.status} {body[:200]!r}")
                        if body.startswith(b"{"):  # a method named in the answer is carried out, as Telegram does
                            order = orjson.loads(body)
                            if "method" in order:
                                stub.called(order.pop("method").lower(), order)

                await _ready(stub, process, port)
                yield Served(psutil.Process(process.pid), site, stub, post)
        finally:
            stub.stop()
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await process.wait()


async def measured(contender: Contender, *, users: int, steps: int) -> Figures:
    """Starts the contender, lets the users walk, stops it. RuntimeError if it ends by itself."""
    people: People | None = None

    def shown(chat_id: int, message_id: int, parameters: Json) -> None:
        if people is not None:
            people.shown(chat_id, message_id, parameters)

    async with served(contender, shown) as at_work:
        bot, stub = at_work.bot, at_work.stub
        people = People(contender, at_work.post, steps=steps)
        start_cpu = cpu_of(bot)
        await people.walk(-1)  # opens connections, compiles templates
        people.latencies.clear()
        calls, cpu, threads = sum(stub.methods.values()), cpu_of(bot), _threads(bot)
        began, peak = time.perf_counter(), [_rss(bot)]
        watching = asyncio.create_task(_watch(bot, peak))
        async with asyncio.TaskGroup() as group:
            for number in range(users):
                group.create_task(people.walk(number))
        wall, cpu = time.perf_counter() - began, cpu_of(bot) - cpu
        watching.cancel()
        done = len(people.latencies)
        cuts = statistics.quantiles(people.latencies, n=20)
        return Figures(
            contender.name,
            steps=done,
            calls_a_step=(sum(stub.methods.values()) - calls) / done,
            cpu_ms_a_step=1000 * cpu / done,
            start_cpu_s=start_cpu,
            peak_rss_mb=max(peak) / 2**20,
            p50_ms=1000 * cuts[9],
            p95_ms=1000 * cuts[18],
            steps_a_second=done / wall,
            threads={i: seconds - threads.get(i, 0.0) for i, seconds in _threads(bot).items()},
        )


async def _ready(stub: TelegramStub, process: asyncio.subprocess.Process, port: int) -> None:
    """Until it has set its webhook and listens."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"it ended with {process.returncode}")
            if stub.webhook_set.is_set():
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    pass
                else:
                    writer.close()
                    return
            await asyncio.sleep(0.02)


async def _watch(bot: psutil.Process, peak: list[int]) -> None:
    while True:
        peak.append(_rss(bot))
        await asyncio.sleep(0.1)


def _tree(bot: psutil.Process) -> list[psutil.Process]:
    return [bot, *bot.children(recursive=True)]


def cpu_of(bot: psutil.Process) -> float:
    """Seconds of user and system time that it and its children have taken."""
    return sum(sum(process.cpu_times()[:2]) for process in _tree(bot))


def _rss(bot: psutil.Process) -> int:
    return sum(process.memory_info().rss for process in _tree(bot))


def _threads(bot: psutil.Process) -> dict[int, float]:
    return {thread.id: thread.user_time + thread.system_time for thread in bot.threads()}


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
