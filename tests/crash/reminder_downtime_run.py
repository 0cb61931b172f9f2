"""The bot was away for hours, days, a month: does everybody who missed something get exactly one message about it?

    python -m tests.crash.reminder_downtime_run [--people 1000] [--seed 1] [--keep FOLDER]

Three outages: 6 hours, 3 days, 30 days. In each, people have 0 to 20 deadlines of their own whose reminders came due
meanwhile. Some are in their quiet hours at the return, for some a deadline is within 12 hours then, many deadlines have
passed, some people have blocked the bot, heard or unheard. The bot runs in this process on a moved time; the day after
its return is looked at. What is expected is worked out here, from what was drawn.

Prints a line for each outage and ends with 1 if a promise was broken.
"""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.calls import Call
from tests.crash.reminder_bot import TimedBot, at_of
from tests.crash.reminder_people import Own, Somebody, move_in, title, titles_in

RETURN: Final = datetime(2026, 12, 10, 14, 30, tzinfo=UTC)
OUTAGES: Final = (timedelta(hours=6), timedelta(days=3), timedelta(days=30))
ZONES: Final = (
    "Asia/Karachi", "Asia/Kolkata", "America/New_York", "America/Los_Angeles", "Africa/Cairo", "Europe/London",
    "Asia/Manila", "Pacific/Auckland", "Asia/Tokyo", "America/Sao_Paulo",
)  # fmt: skip
QUIET: Final = (21, 8)
MOST_DUE: Final = 20
PASSED: Final = re.compile("(This time|These times)[^<]* passed")
"""How a message says that deadlines are over."""
MORE: Final = re.compile("And ([0-9]+) more on your timeline")
"""How it says that it does not name all of them."""
_URGENT: Final = timedelta(hours=12)
_WATCHED: Final = timedelta(days=1)
_LATE: Final = timedelta(minutes=5)


@dataclass(slots=True)
class Drawn:
    """Somebody with what must become of them at the return. `at` is when their one message must come; None: none."""

    who: Somebody
    at: datetime | None
    coming: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    blocked: str = ""
    """heard: Telegram tells the bot at its return; unheard: it learns by the refusal of its message."""


@dataclass(slots=True)
class Outcome:
    """What came of one outage. `wrong` holds sentences, each a broken promise."""

    away: timedelta
    seed: int
    people: int
    due: int = 0
    quiet: int = 0
    urgent: int = 0
    blocked: int = 0
    told_passed: int = 0
    messages: int = 0
    slowest: timedelta = timedelta()
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The figures in one line."""
        wrong = "; ".join(self.wrong[:10]) + (f"; and {len(self.wrong) - 10} more" if len(self.wrong) > 10 else "")
        return (
            f"away {self.away}: {self.people} people, {self.due} with something due ({self.quiet} in quiet hours, "
            f"{self.urgent} of those with a deadline within 12 hours), {self.blocked} had blocked the bot, "
            f"{self.told_passed} passed deadlines said; {self.messages} messages, the slowest "
            f"{self.slowest.total_seconds():.0f} s after its time, seed {self.seed}, {self.seconds:.0f} s: "
            + (wrong or "exactly one each, nobody else got any")
        )


def drawn(number: int, chat_id: int, away: timedelta, chance: random.Random) -> Drawn:
    """Somebody with deadlines of their own, drawn by chance, and what is owed to them at the return."""
    zone = chance.choice(ZONES)
    quiet = chance.random() < 0.6
    urgent = chance.random() < 0.2
    gone = RETURN - away
    own: list[Own] = []
    coming: set[str] = set()
    passed: set[str] = set()
    for k in range(chance.randint(0, MOST_DUE)):
        due = gone + away * chance.uniform(0.01, 0.99)
        if quiet and _is_quiet(due, zone):
            continue  # the planner would move it to the end of the quiet hours, which is not looked at here
        if chance.random() < 0.4:
            at = due + (RETURN - due) * chance.uniform(0.05, 0.95)
        elif urgent:
            at = RETURN + timedelta(hours=chance.uniform(1, 11))
        else:
            at = RETURN + timedelta(days=chance.uniform(20, 60))
        own.append(Own(title(number, k), at, due))
        (passed if at <= RETURN else coming).add(own[-1].title)
    # Something that is not due yet, so that "nothing" is not an empty table.
    own.append(Own(title(number, 99), RETURN + timedelta(days=50), RETURN + timedelta(days=10)))
    presses = any(RETURN < one.at < RETURN + _URGENT for one in own if one.title in coming)
    at_once = not (quiet and _is_quiet(RETURN, zone)) or presses
    owed = (RETURN if at_once else _quiet_ends(zone)) if coming or passed else None
    who = Somebody(chat_id, tuple(own), zone, quiet="21-8" if quiet else "none")
    blocked = chance.choice(("heard", "unheard")) if chance.random() < 0.1 else ""
    return Drawn(who, owed, coming, passed, blocked)


def _is_quiet(at: datetime, zone: str) -> bool:
    hour = at.astimezone(ZoneInfo(zone)).hour
    return hour >= QUIET[0] or hour < QUIET[1]


def _quiet_ends(zone: str) -> datetime:
    """The first full quarter of an hour after the return at which it is not quiet: quiet ends at a full local hour."""
    at = RETURN
    while _is_quiet(at, zone):
        at += timedelta(minutes=15)
    return at - timedelta(minutes=at.minute % 15)


class DowntimeRun:
    """One outage."""

    def __init__(self, away: timedelta, people: int, seed: int, folder: Path) -> None:
        self.outcome = Outcome(away, seed, people)
        self._folder = folder
        self._chance = random.Random(f"{seed} {away}")

    async def run(self) -> Outcome:
        """Run it."""
        began = time.perf_counter()
        out = self.outcome
        gone = RETURN - out.away
        async with TimedBot(self._folder, gone) as timed:
            chats = move_in(timed.box, out.people)
            people = [drawn(n, chat, out.away, self._chance) for n, chat in enumerate(chats)]
            await timed.seed([one.who for one in people], gone - timedelta(hours=1))
            timed.time.passes(out.away)
            for one in people:
                if one.blocked == "unheard":
                    timed.box.account.chats.people[one.who.chat_id].blocked = True
            async with timed.running() as service:
                for one in people:
                    if one.blocked == "heard":
                        await timed.person(one.who.chat_id).blocks()
                await timed.go_on(service, RETURN + _WATCHED)
                sent = timed.sends()
                back = [one for one in people if one.blocked][::2]
                for one in back:
                    await timed.person(one.who.chat_id).unblocks()
                await timed.go_on(service, RETURN + 2 * _WATCHED)
                again = timed.sends()[len(sent) :]
            errors = [record.getMessage() for record in timed.log if record.levelname == "ERROR"]
        out.wrong += [f"logged: {line}" for line in errors]
        self._judge(people, sent)
        self._judge_unblocked(back, again)
        out.seconds = time.perf_counter() - began
        return out

    def _judge(self, people: Sequence[Drawn], sent: Sequence[Call]) -> None:
        out = self.outcome
        by_chat: defaultdict[int, list[Call]] = defaultdict(list)
        for call in sent:
            assert call.chat_id is not None
            by_chat[call.chat_id].append(call)
        for one in people:
            calls = by_chat[one.who.chat_id]
            out.due += one.at is not None
            out.blocked += bool(one.blocked)
            if one.blocked:
                tries = 1 if one.blocked == "unheard" and one.at is not None else 0
                if len(calls) != tries or any(call.ok for call in calls):
                    out.wrong.append(f"{self._name(one)}, who blocked the bot ({one.blocked}), got {len(calls)} sends")
                continue
            out.messages += len(calls)
            if one.at is None:
                if calls:
                    out.wrong.append(f"{self._name(one)}, who is owed nothing, got {len(calls)} messages")
                continue
            in_quiet = one.who.quiet != "none" and _is_quiet(RETURN, one.who.zone)
            out.quiet += in_quiet
            out.urgent += in_quiet and one.at == RETURN
            if len(calls) != 1:
                out.wrong.append(f"{self._name(one)} got {len(calls)} messages instead of one")
                continue
            self._judge_message(one, calls[0], one.at)

    def _judge_message(self, one: Drawn, call: Call, at: datetime) -> None:
        out, text = self.outcome, call.params["text"]
        late = at_of(call) - at
        out.slowest = max(out.slowest, late)
        if not timedelta(seconds=-1) <= late <= _LATE:
            out.wrong.append(f"{self._name(one)} got it {late} after {at:%d %b %H:%M}")
        said = PASSED.search(text)
        coming = set(titles_in(text[: said.start()] if said else text))
        passed = set(titles_in(text[said.end() :])) if said else set()
        more = sum(int(number) for number in MORE.findall(text))
        # By the time that quiet hours end, a deadline that lay ahead at the return cannot have passed: see `drawn`.
        if coming != one.coming or not passed <= one.passed or len(passed) + more != len(one.passed):
            out.wrong.append(
                f"{self._name(one)} reads {sorted(coming)} ahead and {sorted(passed)} passed, {more} more; it should"
                f" be {sorted(one.coming)} and {sorted(one.passed)}"
            )
        out.told_passed += len(one.passed)

    def _judge_unblocked(self, back: Sequence[Drawn], again: Sequence[Call]) -> None:
        """Who can be reached again gets what was missed, in one message too; the others who blocked get nothing."""
        owed = {one.who.chat_id for one in back if one.at is not None}
        got = sorted(call.chat_id or 0 for call in again if call.ok)
        if got != sorted(owed):
            self.outcome.wrong.append(f"{len(owed)} unblocked the bot and are owed one message, {len(got)} were sent")

    def _name(self, one: Drawn) -> str:
        return f"{one.who.own[-1].title} ({one.who.zone}, quiet {one.who.quiet})"


def main() -> int:
    """The command line; see above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    broken = False
    for away in OUTAGES:
        with tempfile.TemporaryDirectory(prefix="reminder_downtime_run_") as folder:
            outcome = asyncio.run(DowntimeRun(away, asked.people, asked.seed, Path(folder)).run())
        sys.stdout.write(outcome.line() + "\n")
        sys.stdout.flush()
        broken = broken or bool(outcome.wrong)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
