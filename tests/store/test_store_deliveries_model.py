"""Whatever happens to comments on their way, in whatever order: none is lost, and none comes twice but as a repeat.

The scripts run on SQLite in memory beside a model of a few lines: which sends there were of each comment, and what
became of each.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import Script, Vault
from bot.store.comments import add_comment
from bot.store.deliveries import Claimed, add_delivery, claim_deliveries, free_delivery_claims, settle_delivery
from bot.store.dialects import SQLITE
from bot.store.notices import Outcome
from bot.store.people import mark_reachable, mark_unreachable
from bot.store.schema import shipped_migrations
from bot.store.sessions import turn
from bot.store.sqlite_transactions import transaction
from tests.store.operations import CHAT, NOW, rows_of, save

T = TypeVar("T")
LEASE = timedelta(minutes=3)

steps = st.one_of(
    st.tuples(st.just("pass"), st.sampled_from([1, 60, 120, 600])),  # seconds
    st.tuples(st.just("write"), st.none()),
    st.tuples(st.just("send"), st.sampled_from(Outcome)),
    st.tuples(st.just("die"), st.none()),
    st.tuples(st.just("late"), st.sampled_from(Outcome)),  # a paused sender reports at last
    st.tuples(st.just("reach"), st.booleans()),
    st.tuples(st.just("restart"), st.none()),
)


@dataclass
class World:
    """One recipient, the store and the model: `sends` holds the ends of each comment's sends with their times."""

    raw: sqlite3.Connection
    vault: Vault
    now: datetime = NOW
    sends: dict[int, list[tuple[datetime, Outcome]]] = field(default_factory=dict)
    dead: list[tuple[Claimed, str, int]] = field(default_factory=list)
    leases: int = 0

    def run(self, script: Script[T]) -> T:
        return transaction("BEGIN IMMEDIATE", script, self.raw)

    def write(self) -> None:
        number = self.run(add_comment(CHAT, 1, False, None, "hello", self.now, self.vault)).number
        assert self.run(add_delivery(CHAT, CHAT, number, self.now, self.vault))
        self.sends[number] = []

    def claim(self) -> tuple[Claimed, str, int] | None:
        """The claimed comment, its lease, and which of its sends this is; until it is settled its end is unknown."""
        self.leases += 1
        lease = f"lease {self.leases}"
        claimed = self.run(claim_deliveries(self.now, 10, lease, self.now + LEASE, "sqlite", self.vault))
        if not claimed:
            return None
        (one,) = claimed
        before = self.sends[one.comment]
        unknown = [at for at, end in before if end is Outcome.UNKNOWN]
        assert Outcome.SENT not in [end for _, end in before], "told again though it had arrived"
        assert Outcome.REFUSED not in [end for _, end in before], "told again though it is never taken"
        assert len(unknown) < 2, "told a third time"
        assert one.repeat == bool(unknown), "a repeat is told as one, and nothing else is"
        assert all(self.now - at >= timedelta(minutes=2) for at in unknown), "repeated too soon"
        earlier = [number for number in self.sends if number < one.comment]
        assert not [number for number in earlier if self.is_owed(number)], "out of order"
        before.append((self.now, Outcome.UNKNOWN))
        return one, lease, len(before) - 1

    def is_owed(self, number: int) -> bool:
        ends = [end for _, end in self.sends[number]]
        return not {Outcome.SENT, Outcome.REFUSED} & set(ends) and ends.count(Outcome.UNKNOWN) < 2

    def end(self, one: Claimed, lease: str, which: int, outcome: Outcome) -> None:
        retry_at = self.now + timedelta(seconds=30)
        ours = self.run(settle_delivery(CHAT, one.number, lease, outcome, self.now, retry_at))
        if ours or outcome is Outcome.SENT:
            self.sends[one.comment][which] = (self.sends[one.comment][which][0], outcome)
        if ours and outcome is Outcome.UNKNOWN:
            self.sends[one.comment][which] = (self.now, outcome)

    def take(self, step: tuple[str, object]) -> None:
        match step:
            case ("pass", int(seconds)):
                self.now += timedelta(seconds=seconds)
            case ("write", None):
                self.write()
            case ("send", Outcome() as outcome):
                if claimed := self.claim():
                    self.end(*claimed, outcome)
            case ("die", None):
                if claimed := self.claim():
                    self.dead.append(claimed)
            case ("late", Outcome() as outcome):
                if self.dead:
                    self.end(*self.dead.pop(), outcome)
            case ("reach", bool(reachable)):
                self.run(mark_reachable(CHAT) if reachable else mark_unreachable(CHAT, self.now))
            case ("restart", None):
                self.run(free_delivery_claims())

    def finish(self) -> None:
        """Everything is well again: what is owed comes now."""
        self.run(mark_reachable(CHAT))
        for _ in range(3 * len(self.sends) + 1):
            self.now += timedelta(minutes=10)
            if claimed := self.claim():
                self.end(*claimed, Outcome.SENT)
        assert not [number for number in self.sends if self.is_owed(number)], "lost"
        states = {state for (state,) in self.run(rows_of("SELECT DISTINCT state FROM deliveries"))}
        assert states <= {"sent", "dropped", "unseen"}


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=30))
def test_no_comment_is_lost_or_told_more_often_than_it_must(taken: list[tuple[str, object]]) -> None:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    try:
        raw.execute("PRAGMA foreign_keys = ON")
        for migration in shipped_migrations():
            for statement in migration.statements(SQLITE):
                raw.execute(statement)
        world = World(raw, Vault([bytes(range(32))]))
        world.run(turn(1, CHAT, NOW, world.vault, save(b"x")))
        world.write()
        for step in taken:
            world.take(step)
        world.finish()
    finally:
        raw.close()
