"""What one durable turn costs: dedupe, load, decrypt, decide, encrypt, save, FULL commit.

    python benchmarks/store_turn.py [--turns 5000] [--people 200] [--bytes 1200] [--at-once 50]
        [--database-url postgresql://…]

Prints CPU milliseconds of this process per turn (all threads; a PostgreSQL server's own work is not in it), and the
wall clock. The state of an assessment half done has about 1,200 bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.store import Vault, open_store
from bot.store.sessions import Decision, turn

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


async def measure(url: str, turns: int, people: int, size: int, at_once: int) -> str:
    """One line with the figures of `turns` turns, dealt out to `people` in rotation, so many at a time."""
    vault = Vault([os.urandom(32)])
    store = open_store(url, vault)
    await store.migrate()
    body = os.urandom(size)

    def decide(_: bytes | None) -> Decision:
        return Decision(body)

    async def take(numbers: Iterator[int]) -> None:
        for number in numbers:
            chat_id = 5_000_000_000 + number % people
            await store.write(turn(number, chat_id, NOW, vault, decide), chat_id=chat_id)

    try:
        await take(iter(range(people)))
        numbers = iter(range(people, people + turns))  # shared: each taker takes the next
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(take(numbers) for _ in range(at_once)))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    finally:
        await store.close()
    return (
        f"{store.dialect}, {at_once} at once: {1000 * cpu / turns:.3f} ms CPU a turn, "
        f"{1000 * wall / turns:.3f} ms of wall clock"
    )


def main() -> None:
    """Measure SQLite in a temporary folder, or the database given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5_000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--bytes", type=int, default=1_200)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--database-url", help="an empty database; default: SQLite in a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database_url or f"sqlite:///{folder}/bench.db"
        print(asyncio.run(measure(url, given.turns, given.people, given.bytes, given.at_once)))


if __name__ == "__main__":
    main()
