"""SIGKILL at random moments while people walk through the assessment: is anything lost, is anything applied twice?

    python -m tests.crash.kill_run [--kills 50] [--conversations 100] [--at-once 25] [--seed 1] [--updates polling]
        [--gently]

Without --updates both modes run, one after the other. With --gently it is SIGTERM, as at a deploy, and every stop must
end with 0. Prints a line for each mode and ends with 1 if a promise was broken; the history then stays in the folder
that is named (--keep names it beforehand).

The moments are counted, not timed: after so many updates posted, calls carried out by Telegram, or updates settled, and
then so many turns of this process's event loop more. One delivery in ten is made twice besides. The bot runs beside in
a process of its own, so a run with the same seed asks for the same moments and still meets the bot at other
instructions each time.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from conversations.catalogue import engine
from planning.facts import load
from sandbox import Sandbox
from tests.crash.bot_process import PATIENCE_SECONDS, BotProcess
from tests.crash.verdict import wrong_in
from tests.crash.walk import Act, Walk

# On average (30 to 64 among 600 walks); the kills are spread over the conversations that were asked for.
UPDATES_A_WALK: Final = 42
LONGEST_WALK: Final = 300
DOUBLED: Final = 0.1
KINDS: Final = ("posted", "carried out", "settled")
MODES: Final = ("polling", "webhook")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run."""

    updates: str
    kills: int
    conversations: int
    at_once: int
    seed: int
    gently: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of it. `wrong` holds sentences, each a broken promise."""

    order: Order
    kills: int = 0
    conversations: int = 0
    updates: int = 0
    repeated: int = 0
    seconds: float = 0.0
    longest_end: float = 0.0
    moments: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The figures in one line."""
        wrong = "; ".join(sentence.partition("\n")[0] for sentence in self.wrong)
        return (
            f"{self.order.updates}: {self.kills} {'SIGTERM' if self.order.gently else 'SIGKILL'}, "
            f"{self.conversations} conversations, {self.updates} updates ({self.repeated} delivered more than once), "
            f"longest end {self.longest_end:.1f} s, seed {self.order.seed}, {self.seconds:.0f} s in all: "
            + (wrong or "nothing lost, nothing applied twice, integrity ok")
        )


class Counting:
    """Counts what happens, and says when a moment that was asked for has come."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._kind = ""
        self._at = 0
        self._come = asyncio.Event()

    def happened(self, kind: str) -> None:
        """One more."""
        self._counts[kind] += 1
        if kind == self._kind and self._counts[kind] >= self._at:
            self._come.set()

    async def after(self, kind: str, count: int) -> None:
        """Until so many more of that kind have happened."""
        self._kind, self._at = kind, self._counts[kind] + count
        self._come.clear()
        await self._come.wait()


class KillRun:
    """One run in one mode."""

    def __init__(self, order: Order, folder: Path) -> None:
        self.outcome = Outcome(order)
        self._order = order
        self._folder = folder
        self._chance = random.Random(order.seed)
        self._engine = engine(load())
        self._counting = Counting()
        self._walks: list[Walk] = []
        self._begun = 0

    async def run(self) -> Outcome:
        """Run it; what is wrong is in the outcome, and then the history is in the folder."""
        began = time.perf_counter()
        # Telegram's delays between two tries of a webhook, at a fiftieth: 40 ms instead of 2 s.
        async with Sandbox(seed=self._order.seed, retry_scale=0.02) as box:
            box.fault("duplicate", probability=DOUBLED, seed=self._order.seed)
            bot = BotProcess(box, self._folder, self._order.updates)
            listening = asyncio.create_task(self._listen(box))
            try:
                await bot.start()
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._kill(box, bot))
                    for _ in range(self._order.at_once):
                        group.create_task(self._walk_on(box))
                await bot.stop()
                await self._judge(box, bot, "at the end")
                self.outcome.repeated = sum(
                    1
                    for walk in self._walks
                    for act in walk.acts
                    if (update := box.account.updates.known(act.update_id)) is not None and update.attempts > 1
                )
            except* AssertionError as failed:
                self.outcome.wrong += [str(error) for error in failed.exceptions]
            finally:
                listening.cancel()
                await bot.close()
        log = bot.log.read_text()
        if "Traceback" in log or "turn failed" in log:
            self.outcome.wrong.append("the bot's log holds an error")
        self.outcome.conversations = len(self._walks)
        self.outcome.updates = sum(len(walk.acts) for walk in self._walks)
        self.outcome.seconds = time.perf_counter() - began
        if self.outcome.wrong:
            self._keep()
        return self.outcome

    async def _listen(self, box: Sandbox) -> None:
        events = box.account.events.listen()
        while (event := await events.get()) is not None:
            if event["type"] in ("message", "edit", "callback"):
                self._counting.happened("carried out")

    async def _walk_on(self, box: Sandbox) -> None:
        """One conversation after the other, as long as some are asked for or kills are still to come."""
        while self._begun < self._order.conversations or self.outcome.kills < self._order.kills:
            self._begun += 1
            number = self._begun
            chance = random.Random(f"{self._order.seed} {number}")
            walk = Walk(await box.person(f"P{number}"), self._engine, chance)
            self._walks.append(walk)
            await self._settled(box, walk, await walk.begin())
            while not walk.arrived:
                assert len(walk.acts) < LONGEST_WALK, f"{walk.person.first_name} does not reach the result"
                await self._settled(box, walk, await walk.go_on())

    async def _settled(self, box: Sandbox, walk: Walk, acts: list[Act]) -> None:
        for _ in acts:
            self._counting.happened("posted")
        for act in acts:
            update = box.account.updates.known(act.update_id)
            assert update is not None
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await update.changed.wait()
            except TimeoutError:
                who, tries = walk.person.first_name, update.attempts
                raise AssertionError(f"update {act.update_id} of {who} is {update.state} after {tries} tries") from None
            self._counting.happened("settled")
        await walk.acknowledge(acts)

    async def _kill(self, box: Sandbox, bot: BotProcess) -> None:
        mean = max(2, self._order.conversations * UPDATES_A_WALK // max(1, self._order.kills))
        while self.outcome.kills < self._order.kills:
            kind, count = self._chance.choice(KINDS), self._chance.randint(1, 2 * mean - 1)
            turns = self._chance.randint(0, 60)
            if self._order.gently:
                await box.account.calls.next()  # before its first call Python may not know what to do with a SIGTERM
            await self._counting.after(kind, count)
            for _ in range(turns):
                await asyncio.sleep(0)
            began = time.perf_counter()
            await (bot.stop() if self._order.gently else bot.kill())
            self.outcome.longest_end = max(self.outcome.longest_end, time.perf_counter() - began)
            self.outcome.kills += 1
            moment = f"end {self.outcome.kills}: {count} {kind}, {turns} turns later"
            self.outcome.moments.append(moment)
            await self._judge(box, bot, moment)
            await bot.start()

    async def _judge(self, box: Sandbox, bot: BotProcess, when: str) -> None:
        if bot.database.exists():
            wrong = await wrong_in(bot.database, bot.key, box, self._walks)
            self.outcome.wrong += [f"{when}: {sentence}" for sentence in wrong]

    def _keep(self) -> None:
        history = {
            "order": {name: getattr(self._order, name) for name in Order.__slots__},
            "moments": self.outcome.moments,
            "wrong": self.outcome.wrong,
            "people": {
                str(walk.person.id): [[act.update_id, repr(act.event)] for act in walk.acts] for walk in self._walks
            },
        }
        (self._folder / "history.json").write_text(json.dumps(history, indent=1, ensure_ascii=False))


def main() -> int:
    """The command line; see above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--conversations", type=int, default=100)
    parser.add_argument("--at-once", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--updates", choices=MODES)
    parser.add_argument("--gently", action="store_true", help="SIGTERM instead of SIGKILL")
    parser.add_argument("--keep", type=Path, help="the folder for databases, logs and histories")
    asked = parser.parse_args()
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="kill_run_"))
    broken = False
    for mode in (asked.updates,) if asked.updates else MODES:
        (folder / mode).mkdir(parents=True, exist_ok=True)
        order = Order(mode, asked.kills, asked.conversations, asked.at_once, asked.seed, asked.gently)
        outcome = asyncio.run(KillRun(order, folder / mode).run())
        sys.stdout.write(outcome.line() + "\n")
        sys.stdout.flush()
        broken = broken or bool(outcome.wrong)
    if broken:
        sys.stdout.write(f"The histories are in {folder}.\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
