"""SIGKILL at random moments while reminders are sent: is one lost, does one come more often than it must?

    python -m tests.crash.reminder_kill_run [--reminders 1000] [--kills 200] [--seed 1] [--dropped 0.03] [--keep FOLDER]

The bot runs beside in a process of its own, with a clock that is moved together with the sandbox's. The reminders come
due over ten minutes of it. The moments of the kills are counted in sends: the answer of the drawn one is held back or
its request is lost while the bot dies, or the bot dies some turns of this process's event loop after the answer, or
while it starts. Besides, of a share of all sends the answer is lost, and of the same share the request. After every
kill, before the restart, a copy of the database is looked at.

Prints a line and ends with 1 if a promise was broken; the history then stays in the folder that is named.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import aiohttp

from bot.store import Vault, open_store
from bot.store.vault import parse_keys
from sandbox import Person, Sandbox
from sandbox.faults import Faults
from tests.crash.bot_process import ROOT, BotProcess
from tests.crash.clocked_bot import CLOCK_FILE, Shared
from tests.crash.reminder_moments import ANSWERED, KINDS, STARTING, Moments
from tests.crash.reminder_people import Own, Somebody, move_in, seed, title
from tests.crash.reminder_verdict import Death, judged, left_in, sending, still_open
from tests.crash.verdict import wrong_in

START: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
WINDOW: Final = timedelta(minutes=10)
DEADLINE: Final = timedelta(days=40)
QUIET_SECONDS: Final = 0.4
"""Real seconds without a call after which the clock is moved on: four ticks of the bot."""
_STARTING_SECONDS: Final = 3.0
"""The same at the start, when the bot looks at the rules of all time zones before it reminds anybody. Were the clock
moved on meanwhile, so many would be waiting in the end that the bot took them for a crowd and began early."""
_STEP: Final = timedelta(seconds=65)
_MOST_STEPS: Final = 400
_GIVE_UP: Final = 5
"""Steps of the clock after which a kill no longer waits for its moment: everything may have been sent."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run. `dropped` is the share of sends whose answer is lost, and of those whose request is."""

    reminders: int
    kills: int
    seed: int
    dropped: float = 0.03


@dataclass(slots=True)
class Outcome:
    """What came of it. `wrong` holds sentences, each a broken promise."""

    order: Order
    people: int = 0
    kills: int = 0
    seconds: float = 0.0
    figures: dict[str, int] = field(default_factory=dict)
    moments: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The figures in one line."""
        f = self.figures
        figures = (
            f"{f['sends']} sends, {f['delivered']} reminders delivered, {f['unseen']} shown on the next screen, "
            f"{f['unknown']} unknown results, {f['repeats']} messages worded as a repeat, {f['second']} second copies; "
            if f
            else ""
        )
        wrong = "; ".join(self.wrong[:10]) + (f"; and {len(self.wrong) - 10} more" if len(self.wrong) > 10 else "")
        return (
            f"{self.order.reminders} reminders of {self.people} people, {self.kills} SIGKILL, seed {self.order.seed}, "
            f"{self.seconds:.0f} s: {figures}"
            + (wrong or "none lost, none twice without need, none three times, integrity ok")
        )


class ClockedProcess(BotProcess):
    """The bot with the clock of the sandbox."""

    def __init__(self, box: Sandbox, folder: Path, clock_file: Path) -> None:
        super().__init__(box, folder, "polling")
        self._environ[CLOCK_FILE] = str(clock_file)

    async def start(self) -> None:
        """Start it; it is not ready yet."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.crash.clocked_bot", cwd=ROOT, env=self._environ, stdout=log, stderr=log
            )


def drawn_people(chats: Sequence[int], reminders: int, chance: random.Random) -> list[Somebody]:
    """So many reminders in ten minutes, each of a deadline that was put off. Most people have one, some a few."""
    due: list[list[datetime]] = [[] for _ in chats]
    for number in range(reminders):
        owner = number if number < len(chats) else chance.randrange(len(chats))
        due[owner].append(START + timedelta(seconds=chance.randrange(int(WINDOW.total_seconds()))))
    return [
        Somebody(chat, tuple(Own(title(n, k), START + DEADLINE, at) for k, at in enumerate(times)))
        for n, (chat, times) in enumerate(zip(chats, due, strict=True))
    ]


class ReminderKillRun:
    """One run."""

    def __init__(self, order: Order, folder: Path) -> None:
        self.outcome = Outcome(order)
        self._order = order
        self._folder = folder
        self._chance = random.Random(order.seed)
        self._people: list[Somebody] = []
        self._deaths: list[Death] = []

    async def run(self) -> Outcome:
        """Run it; what is wrong is in the outcome, and then the history is in the folder."""
        began = time.perf_counter()
        shared = Shared(self._folder / "clock", START)
        async with Sandbox(seed=self._order.seed, clock=shared.clock) as box:
            bot = ClockedProcess(box, self._folder, self._folder / "clock")
            try:
                await self._seed(box, bot)
                shared.clock.jump(to=START)
                moments = Moments(box, random.Random(self._order.seed + 1), self._order.dropped)
                await self._kill(box, bot, moments)
                await self._finish(box, bot, moments)
                await self._judge(box, bot, moments)
            except AssertionError as failed:
                self.outcome.wrong.append(str(failed))
            finally:
                await bot.close()
        self.outcome.seconds = time.perf_counter() - began
        if self.outcome.wrong:
            self._keep()
        return self.outcome

    async def _seed(self, box: Sandbox, bot: BotProcess) -> None:
        chats = move_in(box, max(1, self._order.reminders * 4 // 5))
        self._people = drawn_people(chats, self._order.reminders, self._chance)
        self.outcome.people = len(self._people)
        vault = Vault(parse_keys(bot.key))
        store = open_store(f"sqlite:///{bot.database}", vault)
        try:
            await store.migrate()
            await seed(store, self._people, START - timedelta(hours=1), vault)
        finally:
            await store.close()

    async def _kill(self, box: Sandbox, bot: BotProcess, moments: Moments) -> None:
        """Start, wait for the moment, kill, look; again and again. Each life finds its share newly due."""
        mean = max(1, round(self.outcome.people / (self._order.kills + 1)))
        step = WINDOW / (self._order.kills + 1)
        for _ in range(self._order.kills):
            box.clock.jump(by=step)
            kind, count, turns = self._chance.choice(KINDS), self._chance.randint(1, 2 * mean), 0
            if kind in (ANSWERED, STARTING):
                turns = self._chance.randrange(0, 60)
            first = len(moments.sends)
            moments.expect(kind, count)
            await bot.start()
            await self._until(box, moments)
            for _ in range(turns):
                await asyncio.sleep(0)
            await bot.kill()
            moments.nothing_more()
            self.outcome.kills += 1
            self.outcome.moments.append(f"{kind} at {count}, {turns} turns later: send {len(moments.sends)}")
            self.outcome.wrong += [f"kill {self.outcome.kills}: {one}" for one in await self._broken(box, bot)]
            found = await sending(self._copy(bot), self._people, Vault(parse_keys(bot.key)))
            self._deaths.append(Death(first, len(moments.sends), found))

    async def _until(self, box: Sandbox, moments: Moments) -> None:
        await moments.something_comes(60)  # it runs
        if await moments.has_come(_STARTING_SECONDS):
            return
        for _ in range(_GIVE_UP):
            box.clock.jump(by=_STEP)
            if await moments.has_come(QUIET_SECONDS):
                return

    async def _finish(self, box: Sandbox, bot: BotProcess, moments: Moments) -> None:
        """Let the bot do what is left; then those read their next screen who must be told something on it."""
        await bot.start()
        await moments.something_comes(60)
        for _ in range(_MOST_STEPS):
            while await moments.something_comes(QUIET_SECONDS):
                pass
            if box.clock.now() > START + WINDOW and not still_open(bot.database, START + DEADLINE / 2):
                break
            box.clock.jump(by=_STEP)
        # Read before the stop, which may meet a tick at work: how the scheduler logs that is not this run's matter.
        if "Traceback" in (log := bot.log.read_text()):
            self.outcome.wrong.append("the bot's log holds an error: " + log[log.index("Traceback") :][:600])
        await bot.stop()

    async def _judge(self, box: Sandbox, bot: BotProcess, moments: Moments) -> None:
        log = moments.calls()
        self.outcome.wrong += [f"at the end: {one}" for one in await self._broken(box, bot)]
        left = await left_in(self._copy(bot), self._people, Vault(parse_keys(bot.key)))
        wrong, self.outcome.figures = judged(self._people, log, self._deaths, left)
        self.outcome.wrong += wrong
        if left.unseen:
            box.account.faults = Faults()
            await bot.start()
            async with aiohttp.ClientSession() as session:
                for chat_id, titles in left.unseen.items():
                    who = Person(box.url, {"id": chat_id, "first_name": "P"}, session, owns_session=False)
                    await who.says("/start")
                    text = await who.text()
                    self.outcome.wrong += [f"{one} is not on the next screen" for one in titles if one not in text]
            await bot.kill()  # nothing is looked at afterwards

    async def _broken(self, box: Sandbox, bot: BotProcess) -> list[str]:
        """What is wrong with the database itself; leaves a copy of it beside."""
        return await wrong_in(bot.database, bot.key, box, [])

    def _copy(self, bot: BotProcess) -> Path:
        return bot.database.with_name("look") / bot.database.name

    def _keep(self) -> None:
        history = {
            "order": {name: getattr(self._order, name) for name in Order.__slots__},
            "moments": self.outcome.moments,
            "wrong": self.outcome.wrong,
            "deaths": [[d.first, d.last, dict(d.sending)] for d in self._deaths],
        }
        (self._folder / "history.json").write_text(json.dumps(history, indent=1, ensure_ascii=False))


def main() -> int:
    """The command line; see above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reminders", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dropped", type=float, default=0.03, help="share of sends whose answer is lost")
    parser.add_argument("--keep", type=Path, help="where to make the folder for the database, the log and the history")
    asked = parser.parse_args()
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="reminder_kill_run_", dir=asked.keep))
    order = Order(asked.reminders, asked.kills, asked.seed, asked.dropped)
    outcome = asyncio.run(ReminderKillRun(order, folder).run())
    sys.stdout.write(outcome.line() + "\n")
    if outcome.wrong:
        sys.stdout.write(f"The history is in {folder}.\n")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
