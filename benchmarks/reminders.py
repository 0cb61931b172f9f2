"""What a million reminders cost: at the start, in memory, when a thousand people are due, when one person moves.

    python -m benchmarks.reminders [--reminders 1000000] [--jobs 100000]

Each figure comes from a fresh process on a SQLite file in a temporary folder: sealed rows, FULL commits, thirty
reminders a person. Beside it in the same run: one scheduler job a reminder, and one plain table
(`benchmarks/peers/scheduling.py`). CPU is that of the process, all threads. Filling takes about two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.peers.scheduling import DUE, peak_mb
from bot.store import Store, Vault, open_store
from bot.store.agendas import claim, due_times
from bot.store.reminders import reschedule
from bot.store.sessions import Decision, turn
from planning.reminder_types import Reminder

NOW = datetime(2026, 9, 14, 12, tzinfo=UTC)
VAULT = Vault([bytes(range(32))])
EACH = 30
BATCH = 50
BODY = bytes(1_200)


def plan(chat_id: int, moved: timedelta = timedelta()) -> list[Reminder]:
    """Thirty reminders of a person over the coming year; the first thousand people have one that is due."""
    rows = []
    for number in range(EACH):
        is_due = number == 0 and chat_id < DUE
        at = NOW if is_due else NOW + timedelta(hours=3, minutes=(chat_id * 7919 + number * 17_520) % 500_000)
        rows.append(Reminder(f"task_number_{number}", "7", at + moved, at + timedelta(days=7)))
    return rows


async def person(store: Store, chat_id: int) -> None:
    """Somebody begins."""
    await store.write(turn(chat_id, chat_id, NOW, VAULT, lambda _: Decision(BODY)), chat_id=chat_id)
    await store.write(reschedule(chat_id, plan(chat_id), "basis", NOW, VAULT), chat_id=chat_id)


async def fill(store: Store, people: int) -> dict[str, float]:
    """The database that is measured."""
    await store.migrate()
    for first in range(0, people, 200):
        await asyncio.gather(*(person(store, chat_id) for chat_id in range(first, min(people, first + 200))))
    return {}


async def start(store: Store, _: int) -> dict[str, float]:
    """From nothing to the first fifty people, and the memory that it takes; then the rest of the thousand."""
    began = time.perf_counter()
    await store.migrate()
    await store.read(due_times(NOW + timedelta(hours=2)))
    taken = await store.write(claim(NOW, NOW, BATCH, "first", NOW + timedelta(minutes=1), store.dialect))
    started = time.perf_counter() - began
    found = len(taken)
    cpu = time.process_time()
    while taken:
        taken = await store.write(claim(NOW, NOW, BATCH, f"b{found}", NOW + timedelta(minutes=1), store.dialect))
        found += len(taken)
    cpu = (time.process_time() - cpu) * DUE / (DUE - BATCH)
    return {"start_s": started, "rss_mb": peak_mb(), "claim_ms": 1000 * cpu, "claimed": found}


async def move(store: Store, people: int) -> dict[str, float]:
    """A hundred people move to another zone: all thirty rows are made anew. Then they answer, and nothing changes."""
    chats = range(DUE, min(people, DUE + 100))
    await store.migrate()
    figures = {}
    for name, moved in (("reschedule_ms", timedelta(hours=5)), ("unchanged_ms", timedelta(hours=5))):
        cpu = time.process_time()
        for chat_id in chats:
            script = reschedule(chat_id, plan(chat_id, moved), "basis", NOW, VAULT)
            await store.write(script, chat_id=chat_id)
        figures[name] = 1000 * (time.process_time() - cpu) / len(chats)
    return figures


async def run(part: str, path: str, people: int) -> dict[str, float]:
    """One part in this process."""
    store = open_store(f"sqlite:///{path}", VAULT)
    try:
        return await {"fill": fill, "start": start, "move": move}[part](store, people)
    finally:
        await store.close()


def child(*arguments: str) -> dict[str, float]:
    """The figures of a fresh process."""
    made = subprocess.run([sys.executable, "-m", *arguments], check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(made.stdout)
    return figures


def row(name: str, figures: dict[str, float]) -> str:
    """A line of the table."""
    return (
        f"| {name} | {figures['start_s']:.3f} | {figures['rss_mb']:.1f} | {figures['claim_ms']:.1f} |"
        f" {figures['reschedule_ms']:.2f} |"
    )


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reminders", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--part", nargs=2, metavar=("PART", "PATH"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    people = -(-given.reminders // EACH)
    if given.part:
        part, path = given.part
        print(json.dumps(asyncio.run(run(part, path, people))))
        return
    with tempfile.TemporaryDirectory() as folder:
        full, empty = Path(folder) / "full.db", Path(folder) / "empty.db"

        def ours(part: str, path: Path) -> dict[str, float]:
            return child("benchmarks.reminders", "--reminders", str(given.reminders), "--part", part, str(path))

        ours("fill", full)
        without = ours("start", empty)
        found = ours("start", full)
        if found["claimed"] != DUE:
            raise SystemExit(f"{found['claimed']} people were claimed, not {DUE}")
        found |= ours("move", full)
        size = full.stat().st_size / 2**20
    print(f"{given.reminders:,} reminders of {people:,} people, {size:.0f} MiB on the disk\n")
    print("| way | start s | memory MiB | 1,000 due, CPU ms | 30 rows anew, CPU ms |")
    print("|---|---|---|---|---|")
    print(row("ours", found | {"rss_mb": max(0.0, found["rss_mb"] - without["rss_mb"])}))
    print(row(f"a job each ({given.jobs:,})", child("benchmarks.peers.scheduling", "jobs", str(given.jobs))))
    print(row("a plain table", child("benchmarks.peers.scheduling", "table", str(given.reminders))))
    print(f"\nOurs where nothing changed: {found['unchanged_ms']:.2f} ms. Memory is what the reminders add.")


if __name__ == "__main__":
    main()
