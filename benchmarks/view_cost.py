"""What a view of a mentor's page costs in CPU, beside the plainest page with the same words."""

import asyncio
import pstats
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import aiohttp

from benchmarks.assessment import answering
from benchmarks.closed_loop import Contender, served
from benchmarks.mentor_bench import WINDOW, Bench, Cost, Json, bench, cpu_ms, expect
from benchmarks.peers.plain_page import store_page

VIEW_CPU_MS: Final = 5.0
COMMENTS_AN_HOUR: Final = 10
_NONCE: Final = re.compile(r'name="nonce" value="([^"]+)"')
_TOKEN: Final = "peer-token-of-forty-three-characters-as-ours"  # noqa: S105 - opens a page of the peer, in this run


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
        f"\nThe first view after a start compiles the templates: {1000 * ours_.first:.0f} ms. Our page has"
        f" {size:.1f} kB, the plainest {plain_size:.1f} kB; {ours_.told} messages told of {comments} comments."
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
