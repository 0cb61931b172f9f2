"""Ten thousand reminders due in one instant, with Telegram's flood limits on and a hundred people chatting meanwhile.

    python -m benchmarks.crowd [--people 10000] [--chatting 100] [--think 30] [--seed 1]

The bot runs as production runs it (`python -m bot`, polling, SQLite with synchronous=FULL) on the real clock. Everybody
has put a deadline of their own off to the same instant; the deadlines lie between an hour and a month behind it. The
chatting people press their way through the assessment, one press in `think` seconds each on average: a person reads a
question before answering it. Seven to eight minutes for the whole, since the pace is 25 messages a second.

Prints what it measured and ends with 1 if a bar was missed: nothing lost, none twice, at most 0.1 % of the calls
answered with 429, live replies within 2 s (p95), and all out within 8 minutes.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.store import Vault, open_store
from bot.store.vault import parse_keys
from sandbox import Person, Sandbox
from tests.crash.bot_process import BotProcess
from tests.crash.reminder_people import Own, Somebody, move_in, seed, title, titles_in

PER_SECOND: Final = 20
"""The rate by which the bot plans its beginning."""
SMALL_SECONDS: Final = 30
"""A crowd that is done sooner is sent when it is due."""
BEFORE: Final = timedelta(seconds=15)
"""From the bot's start until it should begin to send, to see that it does not begin too soon."""
LONGEST: Final = timedelta(minutes=8)
LIVE_P95_SECONDS: Final = 2.0
FLOOD_SHARE: Final = 0.001
_OVERTAKING: Final = 60
"""Places by which a message may be out of order: a claim of the bot is put in order, and several are sent at once."""


@dataclass(slots=True)
class Seen:
    """What the sandbox saw: when which title arrived, how often, and how long each reply took."""

    arrived: dict[str, float] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)
    order: list[str] = field(default_factory=list)
    replies: list[tuple[float, float]] = field(default_factory=list)
    """When each reply was there, and how long it took."""
    waiting: dict[int, asyncio.Future[float]] = field(default_factory=dict)


class Crowd:
    """One run."""

    def __init__(self, people: int, chatting: int, think: float, seed_: int, folder: Path) -> None:
        self._number = people
        self._chatting = chatting
        self._think = think
        self._chance = random.Random(seed_)
        self._folder = folder
        self._seen = Seen()
        self._deadlines: dict[str, datetime] = {}
        self.wrong: list[str] = []

    async def run(self) -> None:
        """Run it and print what was measured."""
        async with Sandbox(flood_limits=True, seed=1) as box:
            bot = BotProcess(box, self._folder, "polling")
            takes = self._number / PER_SECOND
            began = time.perf_counter()
            seeding = timedelta(seconds=10 + self._number * 0.006)
            early = timedelta(seconds=takes if takes > SMALL_SECONDS else 0)
            # A full minute, as people choose: the bot sees a crowd minute by minute.
            instant = (datetime.now(UTC) + seeding + BEFORE + early).replace(second=0, microsecond=0)
            instant += timedelta(minutes=1)
            await self._seed(box, bot, instant)
            print(f"{self._number} people put into the database in {time.perf_counter() - began:.0f} s")
            listening = asyncio.create_task(self._listen(box))
            try:
                await bot.start()
                await self._work(box, instant)
                await bot.stop()
            finally:
                listening.cancel()
                await bot.close()
            self._report(box, instant)

    async def _seed(self, box: Sandbox, bot: BotProcess, instant: datetime) -> None:
        chats = move_in(box, self._number)
        people = []
        for n, chat in enumerate(chats):
            at = instant + timedelta(seconds=self._chance.randrange(3_600, 30 * 86_400))
            self._deadlines[title(n, 0)] = at
            people.append(Somebody(chat, (Own(title(n, 0), at, instant),)))
        self._chance.shuffle(people)
        vault = Vault(parse_keys(bot.key))
        store = open_store(f"sqlite:///{bot.database}", vault)
        try:
            await store.migrate()
            await seed(store, people, datetime.now(UTC), vault)
        finally:
            await store.close()

    async def _listen(self, box: Sandbox) -> None:
        """Take note of every message and screen as it arrives."""
        events, seen = box.account.events.listen(), self._seen
        while (event := await events.get()) is not None:
            if event["type"] not in ("message", "edit") or event["message"]["from"] != "bot":
                continue
            for one in titles_in(event["message"].get("text", "")):
                seen.copies[one] += 1
                if one not in seen.arrived:
                    seen.arrived[one] = time.time()
                    seen.order.append(one)
            waiting = seen.waiting.get(event["chat_id"])
            if waiting is not None and not waiting.done():
                waiting.set_result(time.perf_counter())

    async def _work(self, box: Sandbox, instant: datetime) -> None:
        deadline = instant + LONGEST + timedelta(minutes=5)
        chats = [asyncio.create_task(self._chat(await box.person(f"C{n}"), n)) for n in range(self._chatting)]
        try:
            while len(self._seen.arrived) < self._number and datetime.now(UTC) < deadline:
                await asyncio.sleep(0.5)
                for chat in chats:
                    if chat.done():
                        chat.result()
            await asyncio.sleep(6)  # a tick more, in which nothing may come a second time
        finally:
            for chat in chats:
                chat.cancel()
            await asyncio.gather(*chats, return_exceptions=True)

    async def _chat(self, person: Person, number: int) -> None:
        """Somebody answers question after question, and begins again at the end."""
        chance = random.Random(number)
        await asyncio.sleep(chance.uniform(0, self._think))
        await self._timed(person, None)
        while True:
            await asyncio.sleep(chance.expovariate(1 / self._think))
            await self._timed(person, self._next_press(await person.screen(), chance))

    def _next_press(self, screen: dict[str, object], chance: random.Random) -> tuple[int, str] | None:
        markup = screen.get("reply_markup")
        rows = markup["inline_keyboard"] if isinstance(markup, dict) else []
        buttons = [str(button["callback_data"]) for row in rows for button in row if "callback_data" in button]
        answers = [data for data in buttons if data.partition(":")[2].startswith(("a:", "u", "f:assessment"))]
        return (int(str(screen["message_id"])), chance.choice(answers)) if answers else None

    async def _timed(self, person: Person, press: tuple[int, str] | None) -> None:
        """Press, or write /start; note how long it takes until the screen is there."""
        waiting: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._seen.waiting[person.id] = waiting
        began = time.perf_counter()
        acting = person.says("/start", settle=False) if press is None else person.presses_old(*press, settle=False)
        sent = await acting
        settled = asyncio.create_task(person.settled(sent))
        # A press may change nothing on the screen (a double tap); then the settled update is all there is to wait for.
        await asyncio.wait((waiting, settled), return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            self._seen.replies.append((time.time(), waiting.result() - began))
        await settled

    def _report(self, box: Sandbox, instant: datetime) -> None:
        seen, due = self._seen, instant.timestamp()
        calls = box.calls
        flood = sum(call.status == 429 for call in calls)
        lost = [one for one in self._deadlines if one not in seen.arrived]
        twice = [one for one, copies in seen.copies.items() if copies > 1]
        times = sorted(seen.arrived.values())
        if not times:
            raise RuntimeError("no reminder came at all")
        took = times[-1] - times[0]
        # Only what was asked while reminders went out.
        replies = [seconds for at, seconds in seen.replies if times[0] <= at <= times[-1]]
        cuts = statistics.quantiles(replies, n=20) if len(replies) > 1 else [0.0] * 19
        print(
            f"reminders: {len(times)} delivered, {len(lost)} lost, {len(twice)} twice; "
            f"the first {_beside(times[0], due)}, the last {_beside(times[-1], due)}; "
            f"{took:.0f} s in all, {len(times) / took:.1f} a second\n"
            f"calls: {len(calls)}, {flood} answered with 429 ({100 * flood / len(calls):.3f} %)\n"
            f"live replies meanwhile: {len(replies)} ({len(replies) / took:.1f} a second), "
            f"p50 {cuts[9]:.3f} s, p95 {cuts[18]:.3f} s, slowest {max(replies, default=0):.3f} s\n"
            f"order: {self._out_of_order():.1%} came more than {_OVERTAKING} places before or after their urgency"
        )
        self._miss(bool(lost), f"{len(lost)} lost")
        self._miss(bool(twice), f"{len(twice)} came twice")
        self._miss(flood > FLOOD_SHARE * len(calls), "too many 429")
        self._miss(cuts[18] > LIVE_P95_SECONDS, "live replies too slow")
        self._miss(took > LONGEST.total_seconds(), f"longer than {LONGEST}")
        crowd = self._number / PER_SECOND > SMALL_SECONDS
        self._miss(crowd and times[-1] > due, "the last one came after its instant")
        self._miss(self._out_of_order() > 0.01, "not the most urgent first")
        print("; ".join(self.wrong) or "every bar held")

    def _miss(self, missed: bool, sentence: str) -> None:
        if missed:
            self.wrong.append(sentence)

    def _out_of_order(self) -> float:
        """The share of messages that came far from the place that their deadline gives them."""
        places = {one: place for place, one in enumerate(sorted(self._seen.order, key=self._deadlines.__getitem__))}
        far = sum(abs(places[one] - place) > _OVERTAKING for place, one in enumerate(self._seen.order))
        return far / max(1, len(self._seen.order))


def _beside(at: float, due: float) -> str:
    return f"{abs(due - at):.0f} s {'before' if at <= due else 'after'} its instant"


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; see above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--chatting", type=int, default=100)
    parser.add_argument("--think", type=float, default=30.0, help="seconds between two presses of one person")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(argv)
    print(f"{os.cpu_count()} cores, seed {asked.seed}, {asked.chatting} people chatting, {asked.think:g} s a press")
    with tempfile.TemporaryDirectory(prefix="crowd_") as folder:
        crowd = Crowd(asked.people, asked.chatting, asked.think, asked.seed, Path(folder))
        asyncio.run(crowd.run())
    return 1 if crowd.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
