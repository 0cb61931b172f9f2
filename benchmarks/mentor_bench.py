"""The bot at work with applicants who share, and what its process costs while it is asked over HTTP."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import psutil

from benchmarks.assessment import ours
from benchmarks.closed_loop import Served, cpu_of, served
from benchmarks.mentor_links import Shared, put_in

Json = dict[str, Any]
WINDOW: Final = 25


@dataclass(slots=True)
class Bench:
    """The bot at work with applicants in its database, and a browser's connection to it."""

    served: Served
    people: Sequence[Shared]
    session: aiohttp.ClientSession

    async def get(self, path: str) -> int:
        """Ask for a page; gives its status."""
        async with self.session.get(self.served.site + path) as answer:
            await answer.read()
            return answer.status

    async def opens(self, secret: str, **headers: str) -> tuple[int, str]:
        """As the page's script posts a secret; gives status and page."""
        async with self.session.post(f"{self.served.site}/s", data={"secret": secret}, headers=headers) as answer:
            return answer.status, await answer.text()

    async def comments(self, nonce: str, text: str) -> tuple[int, str]:
        """As the form posts a comment."""
        headers = {"Origin": self.served.site, "Sec-Fetch-Site": "same-origin"}
        fields = {"nonce": nonce, "section": "", "text": text}
        async with self.session.post(f"{self.served.site}/s/comment", data=fields, headers=headers) as answer:
            return answer.status, await answer.text()


@contextlib.asynccontextmanager
async def bench(
    owners: int,
    shown: Callable[[int, int, Json], None] = lambda _chat, _message, _parameters: None,
    command: Sequence[str] = (sys.executable, "-m", "bot", "web"),
    **environ: str,
) -> Any:
    """The bot with so many applicants."""
    contender, people = ours(command, **environ), list[Shared]()

    async def prepare(folder: Path) -> None:
        people.extend(await put_in(str(folder / "bench.db"), contender.environ["ENCRYPTION_KEY"], owners))

    async with (
        served(contender, shown, prepare) as at_work,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        yield Bench(at_work, people, session)


def cpu_seconds(bot: psutil.Process) -> float:
    """CPU of its threads by the scheduler's own count, which is finer than the clock ticks of `cpu_of` (Linux)."""
    counts = Path(f"/proc/{bot.pid}/task").glob("*/schedstat")
    return sum(int(count.read_text().split()[0]) for count in counts) / 1e9 or cpu_of(bot)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds of one act: on average over all, and over the cheapest of the rounds of `WINDOW`."""

    mean: float
    least: float

    def __str__(self) -> str:
        return f"{self.mean:.2f}" + (f" (least {self.least:.2f})" if self.least < float("inf") else "")


async def cpu_ms(bot: psutil.Process, times: int, act: Callable[[int], Awaitable[None]], settled: float = 0.0) -> Cost:
    """What each of so many acts, one after the other, costs the bot's process."""
    began, least = cpu_seconds(bot), float("inf")
    for start in range(0, times, WINDOW):
        before, some = cpu_seconds(bot), range(start, min(times, start + WINDOW))
        for number in some:
            await act(number)
        if len(some) == WINDOW:
            least = min(least, (cpu_seconds(bot) - before) / WINDOW)
    await asyncio.sleep(settled)
    return Cost(1000 * (cpu_seconds(bot) - began) / times, 1000 * least)


def expect(status: int, *wanted: int) -> None:
    """RuntimeError for any other status: what follows would measure something else."""
    if status not in wanted:
        raise RuntimeError(f"it answers {status}")
