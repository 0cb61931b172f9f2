"""Two other ways to keep reminders: one scheduler job each, and one plain table.

    python -m benchmarks.peers.scheduling jobs 100000     APScheduler, one job in memory for each reminder
    python -m benchmarks.peers.scheduling table 1000000   SQLite, one row each, an index on the due time, no encryption

The jobs are what python-telegram-bot's own `JobQueue` makes: it wraps APScheduler. They are gone when the process ends,
so a restart costs the scheduling again. The table is the least that can work: it is durable (WAL, FULL), but it knows
no lease, no person, no repeat, and anybody who has the file can read it. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler

NOW = datetime(2026, 9, 14, 12, tzinfo=UTC)
DUE = 1_000


def peak_mb() -> float:
    """The most memory that this process ever held, in MiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


async def remind(chat_id: int) -> None:
    """A job; nothing is sent here."""


async def jobs(reminders: int) -> dict[str, float]:
    """One job in memory for each; what is due at once is handed out in one round of the scheduler."""
    before = peak_mb()
    began = time.perf_counter()
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None})
    now = datetime.now(UTC)
    for number in range(reminders):
        due_at = now + timedelta(hours=1 + number % 8_000)
        scheduler.add_job(remind, "date", run_date=due_at, args=(number // 30,))
    scheduler.start()
    await asyncio.sleep(0)
    started = time.perf_counter() - began
    person = time.process_time()
    for number in range(30):  # a person moves: thirty jobs are made anew
        scheduler.add_job(
            remind, "date", run_date=now + timedelta(days=number + 1), args=(0,), id=f"p{number}", replace_existing=True
        )
    person = time.process_time() - person
    for number in range(DUE):
        scheduler.add_job(remind, "date", run_date=now, args=(number,))
    due = time.process_time()
    scheduler._process_jobs()  # noqa: SLF001 - the round that a timer would begin
    await asyncio.sleep(0)
    due = time.process_time() - due
    found = {"start_s": started, "rss_mb": peak_mb() - before, "claim_ms": 1000 * due, "reschedule_ms": 1000 * person}
    scheduler.shutdown(wait=False)
    return found


def table(reminders: int) -> dict[str, float]:
    """One row each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reminders.db"
        raw = sqlite3.connect(path, isolation_level=None)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute(
            "CREATE TABLE reminders (id INTEGER PRIMARY KEY, chat INTEGER, due INTEGER, what TEXT, sent INTEGER)"
        )
        raw.execute("CREATE INDEX by_due ON reminders (due) WHERE sent IS NULL")
        raw.execute("CREATE INDEX by_chat ON reminders (chat)")
        at = int(NOW.timestamp())
        raw.execute("BEGIN")
        raw.executemany(
            "INSERT INTO reminders (chat, due, what) VALUES (?, ?, 'rank_list')",
            (
                (n // 30, at if n % 30 == 0 and n // 30 < DUE else at + 3600 + n * 7919 % 30_000_000)
                for n in range(reminders)
            ),
        )
        raw.execute("COMMIT")
        raw.close()
        before = peak_mb()
        began = time.perf_counter()
        raw = sqlite3.connect(path, isolation_level=None)
        raw.execute("PRAGMA synchronous = FULL")
        claim = (
            "UPDATE reminders SET sent = 1 WHERE id IN"
            " (SELECT id FROM reminders WHERE due <= ? AND sent IS NULL ORDER BY due LIMIT 50) RETURNING id, chat, what"
        )
        first = len(raw.execute(claim, (at,)).fetchall())
        started = time.perf_counter() - began
        due = time.process_time()
        while raw.execute(claim, (at,)).fetchall():
            first += 50
        due = (time.process_time() - due) * DUE / (DUE - 50)
        assert first == DUE, first  # noqa: S101 - a benchmark that measures something else must not report
        person = time.process_time()
        for chat in range(2_000, 2_100):
            raw.execute("BEGIN")
            raw.execute("DELETE FROM reminders WHERE chat = ? AND sent IS NULL", (chat,))
            raw.executemany(
                "INSERT INTO reminders (chat, due, what) VALUES (?, ?, 'rank_list')",
                ((chat, at + 3600 * n) for n in range(1, 31)),
            )
            raw.execute("COMMIT")
        person = (time.process_time() - person) / 100
        raw.close()
        return {
            "start_s": started,
            "rss_mb": peak_mb() - before,
            "claim_ms": 1000 * due,
            "reschedule_ms": 1000 * person,
        }


def main() -> None:
    """Measure one way."""
    way, reminders = sys.argv[1], int(sys.argv[2])
    print(json.dumps(asyncio.run(jobs(reminders)) if way == "jobs" else table(reminders)))


if __name__ == "__main__":
    main()
