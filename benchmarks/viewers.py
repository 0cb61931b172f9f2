"""A mentor's page measured: what a view costs, what viewers cost those who chat, and what guessing comes to.

    python -m benchmarks.viewers cost [--views 500] [--comments 200] [--rounds 3] [--profile]
    python -m benchmarks.viewers crowd [--viewers 100] [--every 1,10] [--taps 100] [--pause 1] [--seconds 20]
        [--pairs 3]
    python -m benchmarks.viewers guess [--guesses 10000]

The bot runs as in production (`python -m bot web`: webhook, SQLite with synchronous=FULL, encryption), beside a
stand-in for Telegram, and is asked over real HTTP. What its summary shows is all that there is now (see
`mentor_links`). Each command prints what it measured and ends with 1 where a bar was missed. Compare what was measured
in one run.
"""

import argparse
import asyncio
import contextlib
import os
import pstats
import random
import re
import secrets
import statistics
import string
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import aiohttp
import psutil
import uvloop

from benchmarks.assessment import answering, ours
from benchmarks.closed_loop import Contender, People, Served, cpu_of, served
from benchmarks.mentor_links import CODE, Shared, put_in
from benchmarks.peers.plain_page import store_page

Json = dict[str, Any]
VIEW_CPU_MS: Final = 5.0
WINDOW: Final = 25
CHAT_SLOWER: Final = 1.2
GUESSES_REFUSED: Final = 0.95
VIEW_P95_SECONDS: Final = 0.5
FREE_MISSES: Final = 30
COMMENTS_AN_HOUR: Final = 10
_NONCE: Final = re.compile(r'name="nonce" value="([^"]+)"')
_TOKEN: Final = "peer-token-of-forty-three-characters-as-ours"  # noqa: S105 - opens a page of the peer, in this run
_SECRET_SIGNS: Final = string.ascii_letters + string.digits + "-_"


# -- the bot and those who look at it --------------------------------------------------------------------------------


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
        return f"{self.mean:.2f} (least {self.least:.2f})"


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


# -- what a view costs -----------------------------------------------------------------------------------------------


class _Words(HTMLParser):
    """The words of our page as the peer's dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Json] = [{"title": "Summary", "lines": []}]
        self._open: str | None = None

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self.parts.append({"title": "", "lines": []})
        elif tag in ("h3", "p", "li"):
            self.parts[-1]["lines"].append({"tag": tag, "text": ""})
        if tag in ("h2", "h3", "p", "li"):
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open == "h2":
            self.parts[-1]["title"] += data
        elif self._open:
            self.parts[-1]["lines"][-1]["text"] += data


async def peer_view_ms(page: str, views: int) -> tuple[Cost, float]:
    """CPU of a view of the same words at the peer, and the size of its page in kB."""
    reader = _Words()
    reader.feed(page)
    environ = {"PEER_PORT": "{port}", "PEER_DATABASE": "{folder}/pages.db"}
    command = [sys.executable, "-m", "benchmarks.peers.plain_page"]
    plain = Contender("the plainest page", command, environ, "", answering)

    async def prepare(folder: Path) -> None:
        await store_page(str(folder / "pages.db"), _TOKEN, reader.parts)

    def shown(_chat: int, _message: int, _parameters: Json) -> None:
        """It has no chats."""

    async with served(plain, shown, prepare, introduces=False) as at_work, aiohttp.ClientSession() as session:
        there = Bench(at_work, (), session)
        async with session.get(f"{at_work.site}/s/{_TOKEN}") as answer:
            size = len(await answer.read()) / 1000

        async def view(_: int) -> None:
            expect(await there.get(f"/s/{_TOKEN}"), 200)

        await cpu_ms(at_work.bot, 50, view)
        return await cpu_ms(at_work.bot, views, view), size


@dataclass(frozen=True, slots=True)
class Costs:
    """What our page costs. `first` is the first view after a start, in seconds; `told`: messages in the chats."""

    view: Cost
    neutral: Cost
    comment: Cost
    first: float
    told: int
    page: str


async def our_costs(views: int, comments: int) -> Costs:
    """CPU by what is done, and a page."""
    owners = -(-comments // COMMENTS_AN_HOUR)
    told = Counter[int]()

    def shown(chat_id: int, _message: int, _parameters: Json) -> None:
        told[chat_id] += 1

    async with bench(owners, shown) as at:
        bot, token = at.served.bot, at.people[0].token
        began = time.perf_counter()
        await at.opens(token)
        first = time.perf_counter() - began
        pages = [(await at.opens(one.token))[1] for one in at.people]

        async def view(_: int) -> None:
            expect((await at.opens(token))[0], 200)

        async def neutral(_: int) -> None:
            expect(await at.get("/s"), 200)

        async def comment(number: int) -> None:
            status, page = await at.comments(
                _NONCE.findall(pages[number % owners])[0], f"Comment {number}: apply early."
            )
            expect(status, 200)
            pages[number % owners] = page

        await cpu_ms(bot, 50, view)
        await asyncio.sleep(1.0)
        page = (await at.opens(token))[1]
        view_costs, neutral_costs = await cpu_ms(bot, views, view), await cpu_ms(bot, 10 * views, neutral)
        comment_costs = await cpu_ms(bot, comments, comment, settled=3.0)
        return Costs(view_costs, neutral_costs, comment_costs, first, told.total(), page)


async def cost(views: int, comments: int, rounds: int) -> list[str]:
    """Prints a row for each round; gives the bars that were missed."""
    print(
        f"{views} views and {comments} comments a round, one after the other. CPU ms of the whole process on average,"
        f" and in the cheapest {WINDOW} in a row. A comment is its page, and its message in the chat."
    )
    print("| round | POST /s | GET /s | a comment | the plainest page | POST /s / plainest |")
    print("|---|---|---|---|---|---|")
    ratios, means = [], []
    for number in range(1, rounds + 1):
        ours_ = await our_costs(views, comments)
        plain, plain_size = await peer_view_ms(ours_.page, views)
        ratios.append(ours_.view.mean / plain.mean)
        means.append(ours_.view.mean)
        size = len(ours_.page.encode()) / 1000
        cells = (number, ours_.view, ours_.neutral, ours_.comment, plain, f"{ratios[-1]:.1f}")
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    print(
        f"\nThe first view after a start compiles the templates: {1000 * ours_.first:.0f} ms. Our page has {size:.1f} kB,"
        f" the plainest {plain_size:.1f} kB; {ours_.told} messages told of {comments} comments."
        f"\nA view: median {statistics.median(means):.2f} ms, {statistics.median(ratios):.1f} times the plainest."
    )
    slow = statistics.median(means) > VIEW_CPU_MS
    return [f"a view takes more than {VIEW_CPU_MS:g} ms of CPU"] if slow else []


async def profile(views: int) -> list[str]:
    """Prints where a view's time goes under cProfile, which makes calls dearer than they are."""
    with tempfile.TemporaryDirectory() as folder:
        dump = str(Path(folder) / "profile")
        command = (sys.executable, "-m", "benchmarks.profiled_bot")
        async with bench(1, command=command, BENCH_PROFILE=dump) as at:
            for _ in range(views):
                expect((await at.opens(at.people[0].token))[0], 200)
        stats = pstats.Stats(dump)
    stats.sort_stats("cumulative").print_stats("planning|conversations|bot|templates", 45)
    stats.sort_stats("tottime").print_stats(35)
    return []


# -- viewers beside the chat -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Phase:
    """One stretch of a run. Seconds of replies in the chat; views that were seen."""

    latencies: list[float]
    seconds: float
    cpu: float
    views: int = 0
    slowest_views: list[float] = field(default_factory=list)

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
        people = People(contender, at.served.post, steps=10**9, pause=pause)
        walking = [asyncio.create_task(people.walk(number)) for number in range(taps)]
        await asyncio.sleep(3 + 2 * pause)
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
    return Phase(people.latencies, took, (cpu_of(at_work.bot) - before) / took)


# -- guessing --------------------------------------------------------------------------------------------------------


def a_guess(chance: random.Random) -> str:
    """A secret of the right form: a token, or a code; one of ten codes begins like one that lives."""
    if chance.random() < 0.5:
        return "".join(chance.choices(_SECRET_SIGNS, k=43))
    begin = CODE[:3] if chance.random() < 0.1 else ""
    return begin + "".join(chance.choices("ABCDEFGHJKMNPQRSTUVWXYZ23456789", k=9 - len(begin)))


async def _guessed(at: Bench, guesses: int, proxied: bool) -> tuple[list[int], list[float]]:
    """Statuses of the guesses in their order, and how long a true viewer waited meanwhile."""
    chance, statuses, waited = random.Random(20261126), list[int](), list[float]()
    left = iter(range(guesses))

    async def guesser() -> None:
        for _ in left:
            forged = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
            said = f"{forged}, 203.0.113.9" if proxied else forged
            statuses.append((await at.opens(a_guess(chance), **{"X-Forwarded-For": said}))[0])

    async def viewer() -> None:
        while True:
            began = time.perf_counter()
            # A viewer behind another address; without proxies all share one.
            expect((await at.opens(at.people[0].token, **{"X-Forwarded-For": "198.51.100.7"}))[0], 200)
            waited.append(time.perf_counter() - began)
            await asyncio.sleep(0.02)

    viewing = asyncio.create_task(viewer())
    await asyncio.gather(*(guesser() for _ in range(50)))
    if viewing.done():
        viewing.result()
    viewing.cancel()
    return statuses, waited


async def _timed(at: Bench, times: int) -> dict[str, list[float]]:
    """Milliseconds until the answer for a secret that was never any and one that opens no longer, in turns."""
    took: dict[str, list[float]] = {"404": [], "410": []}
    for number in range(times + 20):
        # Each from an address of its own: nobody who guesses gets so many plain 404.
        headers = {"X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}"}
        kinds = [("404", secrets.token_urlsafe(32)), ("410", at.people[0].stopped)]
        for kind, secret in kinds if number % 2 else reversed(kinds):
            began = time.perf_counter()
            status, _ = await at.opens(secret, **headers)
            seconds = time.perf_counter() - began
            expect(status, int(kind))
            if number >= 20:
                took[kind].append(1000 * seconds)
    return took


async def guess(guesses: int) -> list[str]:
    """Prints what guessing comes to; gives the bars that were missed."""
    missed = []
    for proxies, words in (("0", "no proxy is trusted"), ("1", "one proxy is trusted")):
        async with bench(1, TRUSTED_PROXIES=proxies) as at:
            await at.opens(at.people[0].token)  # compiles the templates
            statuses, waited = await _guessed(at, guesses, proxies == "1")
            counts = Counter(statuses)
            refused = statuses[FREE_MISSES:].count(429) / max(1, len(statuses) - FREE_MISSES)
            p95 = statistics.quantiles(waited, n=20)[18]
            print(
                f"{words}, each guess with a forged X-Forwarded-For: {len(statuses)} guesses, {counts[200]} opened;"
                f" {refused:.2%} answered with 429 after the first {FREE_MISSES} ({dict(counts)});"
                f" a true viewer meanwhile: {len(waited)} views, p50 {1000 * statistics.median(waited):.0f} ms,"
                f" p95 {1000 * p95:.0f} ms, never refused",
                flush=True,
            )
            missed += [f"{counts[200]} guesses opened"] if counts[200] or counts[410] else []
            missed += ["too few guesses refused"] if refused < GUESSES_REFUSED else []
            missed += ["a true viewer waited too long"] if p95 > VIEW_P95_SECONDS else []
            if proxies == "1":
                await asyncio.sleep(1)
                took = await _timed(at, 500)
                middle = {kind: statistics.median(found) for kind, found in took.items()}
                print(
                    f"404 and 410, 500 each in turns: medians {middle['404']:.3f} and {middle['410']:.3f} ms,"
                    f" ratio {middle['410'] / middle['404']:.3f}"
                )
    return missed


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; see above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    of_cost = commands.add_parser("cost")
    of_cost.add_argument("--views", type=int, default=500)
    of_cost.add_argument("--comments", type=int, default=200)
    of_cost.add_argument("--rounds", type=int, default=3)
    of_cost.add_argument("--profile", action="store_true")
    of_crowd = commands.add_parser("crowd")
    of_crowd.add_argument("--viewers", type=int, default=100)
    of_crowd.add_argument("--every", default="1,10", help="seconds between two views of one viewer; several by commas")
    of_crowd.add_argument("--taps", type=int, default=100)
    of_crowd.add_argument("--pause", type=float, default=1.0)
    of_crowd.add_argument("--seconds", type=float, default=20.0)
    of_crowd.add_argument("--pairs", type=int, default=3)
    of_guess = commands.add_parser("guess")
    of_guess.add_argument("--guesses", type=int, default=10_000)
    of_look = commands.add_parser("look", help="used by crowd")
    of_look.add_argument("site")
    of_look.add_argument("viewers", type=int)
    of_look.add_argument("every", type=float)
    given = parser.parse_args(argv)
    if given.command == "look":
        uvloop.run(look(given.site, given.viewers, given.every))
        return 0
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    if given.command == "cost":
        work = profile(given.views) if given.profile else cost(given.views, given.comments, given.rounds)
    elif given.command == "crowd":
        rates = [float(word) for word in given.every.split(",")]
        work = crowd(given.viewers, rates, given.taps, given.pause, given.seconds, given.pairs)
    else:
        work = guess(given.guesses)
    missed = uvloop.run(work)
    print("; ".join(missed) or "every bar held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
