"""Live replies in the chat, without and with viewers of mentors' pages, in turns."""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp

from benchmarks.assessment import ours
from benchmarks.closed_loop import People, Served, cpu_of
from benchmarks.mentor_bench import Json, bench, expect

CHAT_SLOWER: Final = 1.2
WARM_UP_SECONDS: Final = 30.0


@dataclass(slots=True)
class Phase:
    """One stretch of a run: seconds of each reply in the chat, and the share of one core that the bot was busy."""

    latencies: list[float]
    cpu: float

    def cut(self, share: int) -> float:
        """The reply's milliseconds at so many twentieths."""
        return 1000 * statistics.quantiles(self.latencies, n=20)[share - 1]


async def look(site: str, viewers: int, every: float) -> None:
    """A process of its own, so that viewers take no time from those who measure the chat.

    Viewers open the links in the first line of its input again and again until that ends; then it prints how many views
    a second there were, and the median and the 95th percentile of their seconds.
    """
    tokens = (await asyncio.to_thread(sys.stdin.readline)).split()
    took = list[float]()
    started = time.perf_counter()

    async def viewer(number: int, session: aiohttp.ClientSession) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.uniform(0, every))
        while True:
            began = time.perf_counter()
            async with session.post(f"{site}/s", data={"secret": tokens[number % len(tokens)]}) as answer:
                await answer.read()
                expect(answer.status, 200)
            took.append(time.perf_counter() - began)
            await asyncio.sleep(max(0.0, chance.uniform(0.5, 1.5) * every - took[-1]))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks = [asyncio.create_task(viewer(number, session)) for number in range(viewers)]
        await asyncio.to_thread(sys.stdin.read)
        for task in tasks:
            if task.done():
                task.result()
            task.cancel()
    cuts = statistics.quantiles(took, n=20)
    print(len(took) / (time.perf_counter() - started), cuts[9], cuts[18])


async def crowd(viewers: int, every: Sequence[float], taps: int, pause: float, seconds: float, pairs: int) -> list[str]:
    """Prints pairs of stretches, without and with viewers; gives the bars that were missed."""
    print(f"{taps} people tap, one tap in {pause:g} s each; {viewers} viewers; {seconds:g} s a stretch")
    print(
        "| viewers open once in s | pair | without: p50 ms | p95 ms | with: p50 ms | p95 ms | p95 with / without"
        " | views a second | view p50 / p95 ms | process busy without / with |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    people: People | None = None
    missed = []

    def shown(chat_id: int, message_id: int, parameters: Json) -> None:
        if people is not None:
            people.shown(chat_id, message_id, parameters)

    async with bench(viewers, shown) as at:
        contender = ours(())
        people = People(contender, at.served.post, steps=10**9, pause=pause / 4)
        walking = [asyncio.create_task(people.walk(number)) for number in range(taps)]
        await asyncio.sleep(WARM_UP_SECONDS)  # at four times the pace: every screen is met, every template compiled
        people.pause = pause
        await asyncio.sleep(3 * pause)
        for rate in every:
            ratios = []
            for pair in range(1, pairs + 1):
                alone = await _stretch(at.served, people, seconds)
                command = (sys.executable, "-m", "benchmarks.viewers", "look", at.served.site, str(viewers), str(rate))
                process = await asyncio.create_subprocess_exec(
                    *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
                )
                assert process.stdin is not None  # noqa: S101 - it is a pipe
                process.stdin.write(" ".join(one.token for one in at.people).encode() + b"\n")
                await asyncio.sleep(1.5 + rate)
                beside = await _stretch(at.served, people, seconds)
                out, _ = await process.communicate(b"")  # without input it would not be told the end
                views, p50, p95 = (float(word) for word in out.split())
                ratios.append(beside.cut(19) / alone.cut(19))
                print(
                    f"| {rate:g} | {pair} | {alone.cut(10):.1f} | {alone.cut(19):.1f} | {beside.cut(10):.1f} |"
                    f" {beside.cut(19):.1f} | {ratios[-1]:.2f} | {views:.0f} |"
                    f" {1000 * p50:.0f} / {1000 * p95:.0f} | {alone.cpu:.0%} / {beside.cpu:.0%} |",
                    flush=True,
                )
                await asyncio.sleep(1)
                for task in walking:
                    if task.done():
                        task.result()
            middle = statistics.median(ratios)
            print(f"median of p95 with / without, each opening once in {rate:g} s: {middle:.2f}", flush=True)
            if middle > CHAT_SLOWER:
                missed.append(
                    f"the chat's p95 is {middle:.2f} times as long beside viewers who open once in {rate:g} s"
                )
        for task in walking:
            task.cancel()
        await asyncio.gather(*walking, return_exceptions=True)
    return missed


async def _stretch(at_work: Served, people: People, seconds: float) -> Phase:
    people.latencies, before, began = [], cpu_of(at_work.bot), time.perf_counter()
    await asyncio.sleep(seconds)
    took = time.perf_counter() - began
    return Phase(people.latencies, (cpu_of(at_work.bot) - before) / took)
