"""Two years of daily digests in twenty time zones: one a local day, at the same time on the wall, through every change.

    python -m tests.crash.reminder_zones_run [--zones 20] [--days 731] [--from 2026-11-25]

One person lives in each zone and gets a digest a day, most of them at an hour of the day, some in the hours in which
clocks change. Each has a deadline of their own every few days, so that every digest has something to say. The bot runs
in this process on a time that passes from due time to due time.

What is expected is found by looking at each zone's clock every quarter of an hour: a digest comes when the clock shows
its hour for the first time on that day. Where the clock is put forward over that hour, it comes when the clock would
have shown it. Prints a line and ends with 1 if a promise was broken.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Final
from zoneinfo import ZoneInfo

from tests.crash.reminder_bot import TimedBot, at_of
from tests.crash.reminder_people import Own, Somebody, move_in, title

# Both hemispheres, half hours, quarters of an hour, a change of half an hour (Lord Howe), one that depends on Ramadan
# (Casablanca), zones without a change, and hours that the change itself removes or gives twice.
ZONES: Final[tuple[tuple[str, int], ...]] = (
    ("America/New_York", 9), ("America/New_York", 2), ("America/Chicago", 1), ("America/Los_Angeles", 9),
    ("America/St_Johns", 9), ("America/Havana", 0), ("America/Santiago", 0), ("America/Sao_Paulo", 9),
    ("Europe/London", 1), ("Europe/Berlin", 2), ("Africa/Cairo", 0), ("Africa/Casablanca", 2),
    ("Africa/Lagos", 9), ("Asia/Beirut", 0), ("Asia/Karachi", 9), ("Asia/Kolkata", 9),
    ("Asia/Kathmandu", 6), ("Australia/Lord_Howe", 2), ("Pacific/Chatham", 3), ("Pacific/Auckland", 2),
)  # fmt: skip
_EVERY: Final = timedelta(days=6)
"""Between two deadlines of one person: a daily digest looks a week ahead."""
_QUARTER: Final = timedelta(minutes=15)
_LATE: Final = timedelta(seconds=30)


@dataclass(slots=True)
class Outcome:
    """What came of it. `wrong` holds sentences, each a broken promise."""

    zones: int
    begin: datetime
    days: int
    digests: int = 0
    changes: int = 0
    moved: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The figures in one line."""
        wrong = "; ".join(self.wrong[:10]) + (f"; and {len(self.wrong) - 10} more" if len(self.wrong) > 10 else "")
        return (
            f"{self.zones} zones, {self.days} days from {self.begin:%d %B %Y}, {self.changes} clock changes: "
            f"{self.digests} digests, {self.moved} of them at the hour after one that a change removed, "
            f"{self.seconds:.0f} s: " + (wrong or "exactly one each local day, at the same time on the wall")
        )


def expected(zone: str, hour: int, begin: datetime, end: datetime) -> dict[date, datetime]:
    """The instant of the digest of each local day, by looking at the zone's clock every quarter of an hour."""
    place = ZoneInfo(zone)
    found: dict[date, datetime] = {}
    # From a day earlier, so that the first day is seen from its beginning.
    at = begin.replace(minute=0, second=0) - timedelta(days=1)
    before = at.astimezone(place).replace(tzinfo=None)
    while at < end:
        at += _QUARTER
        shown = at.astimezone(place).replace(tzinfo=None)
        if shown.hour >= hour and shown.date() not in found:
            whole = datetime.combine(shown.date(), time(hour))
            found[shown.date()] = at - _QUARTER + (whole - before)
        before = shown
    return {on: instant for on, instant in found.items() if begin < instant < end}


def changes_of(zone: str, begin: datetime, end: datetime) -> int:
    """How often the zone's clock changes."""
    place = ZoneInfo(zone)
    hours = int((end - begin) / timedelta(hours=1))
    offsets = [(begin + timedelta(hours=n)).astimezone(place).utcoffset() for n in range(hours)]
    return sum(a != b for a, b in pairwise(offsets))


class ZonesRun:
    """One run."""

    def __init__(self, zones: Sequence[tuple[str, int]], begin: datetime, days: int, folder: Path) -> None:
        self.outcome = Outcome(len(zones), begin, days)
        self._zones = zones
        self._folder = folder
        self._end = begin + timedelta(days=days)

    async def run(self) -> Outcome:
        """Run it."""
        began = perf_counter()
        out = self.outcome
        async with TimedBot(self._folder, out.begin) as timed:
            chats = move_in(timed.box, len(self._zones))
            people = [
                Somebody(chat, self._deadlines(n), zone, "daily", str(hour))
                for n, (chat, (zone, hour)) in enumerate(zip(chats, self._zones, strict=True))
            ]
            await timed.seed(people, out.begin)
            async with timed.running() as service:
                await timed.go_on(service, self._end)
            sent: defaultdict[int, list[datetime]] = defaultdict(list)
            for call in timed.sends():
                assert call.chat_id is not None
                if not call.ok:
                    out.wrong.append(f"a digest was refused: {call.description}")
                    continue
                sent[call.chat_id].append(at_of(call))
            out.wrong += [f"logged: {record.getMessage()}" for record in timed.log if record.levelname == "ERROR"]
        self._judge(people, sent)
        out.seconds = perf_counter() - began
        return out

    def _deadlines(self, number: int) -> tuple[Own, ...]:
        first = self.outcome.begin + timedelta(days=1)
        count = (self._end - first) // _EVERY + 3
        return tuple(Own(title(number, k), first + k * _EVERY) for k in range(count))

    def _judge(self, people: Sequence[Somebody], sent: Mapping[int, Sequence[datetime]]) -> None:
        out = self.outcome
        for who in people:
            wanted = expected(who.zone, int(who.hour), out.begin, self._end)
            place = ZoneInfo(who.zone)
            out.changes += changes_of(who.zone, out.begin, self._end)
            out.moved += sum(at.astimezone(place).hour != int(who.hour) for at in wanted.values())
            got: defaultdict[date, list[datetime]] = defaultdict(list)
            for at in sent.get(who.chat_id, ()):
                got[at.astimezone(place).date()].append(at)
                out.digests += 1
            for on in sorted({*wanted, *got}):
                times = got.get(on, [])
                if len(times) != 1 or on not in wanted or not timedelta() <= times[0] - wanted[on] <= _LATE:
                    shown = ", ".join(f"{at.astimezone(place):%H:%M:%S%z}" for at in times) or "none"
                    owed = f"{wanted[on].astimezone(place):%H:%M%z}" if on in wanted else "none"
                    out.wrong.append(f"{who.zone} {on}: {shown} instead of {owed}")


def main() -> int:
    """The command line; see above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zones", type=int, default=len(ZONES))
    parser.add_argument("--days", type=int, default=731)
    parser.add_argument("--from", dest="begin", type=date.fromisoformat, default=date(2026, 11, 25))
    asked = parser.parse_args()
    begin = datetime(asked.begin.year, asked.begin.month, asked.begin.day, 12, 7, tzinfo=UTC)
    with tempfile.TemporaryDirectory(prefix="reminder_zones_run_") as folder:
        outcome = asyncio.run(ZonesRun(ZONES[: asked.zones], begin, asked.days, Path(folder)).run())
    sys.stdout.write(outcome.line() + "\n")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
