"""Whatever happens, in whatever order: no wanted reminder is lost, and none is said twice but after an unknown result.

The scripts run on SQLite in memory beside a model of a few lines: which reminders are owed, and which messages said
them with what end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import Script, Vault
from bot.store.agendas import OPEN_SQL, claim, free_claims
from bot.store.dialects import SQLITE
from bot.store.notices import Outcome, begin, settle, settle_pressed
from bot.store.people import mark_reachable, mark_unreachable
from bot.store.reminders import Identity, identity, reschedule
from bot.store.schema import shipped_migrations
from bot.store.sessions import turn
from bot.store.sqlite_transactions import transaction
from planning.reminder_types import Reminder
from tests.store.operations import CHAT, NOW, rows_of, save
from tests.store.remembering import BASIS, LEASE, Talk

T = TypeVar("T")
ITEMS = ("a", "b", "c")

plans = st.dictionaries(st.sampled_from(ITEMS), st.integers(0, 48), max_size=3)  # item -> its hour
steps = st.one_of(
    st.tuples(st.just("pass"), st.sampled_from([1, 3, 60, 600])),
    st.tuples(st.just("plan"), plans),
    st.tuples(st.just("send"), st.sampled_from(Outcome)),
    st.tuples(st.just("die"), st.booleans()),  # before or after the message was begun
    st.tuples(st.just("late"), st.sampled_from(Outcome)),  # a paused sender reports at last
    st.tuples(st.just("press"), st.integers(1, 3)),  # on which of the last messages
    st.tuples(st.just("reach"), st.booleans()),
    st.tuples(st.just("restart"), st.none()),
)


@dataclass
class World:
    """One person, the store and the model."""

    raw: sqlite3.Connection
    vault: Vault
    talk: Talk = field(default_factory=Talk)
    now: datetime = NOW
    wanted: dict[Identity, datetime] = field(default_factory=dict)
    owed: set[Identity] = field(default_factory=set)
    messages: dict[str, tuple[set[Identity], Outcome]] = field(default_factory=dict)
    open: list[tuple[str, str]] = field(default_factory=list)  # (lease, notice) of those who died
    leases: int = 0

    def run(self, script: Script[T]) -> T:
        return transaction("BEGIN IMMEDIATE", script, self.raw)

    def become_owed(self) -> None:
        self.owed |= {one for one, due_at in self.wanted.items() if due_at <= self.now}

    def plan(self, hours: dict[str, int]) -> None:
        wanted = [Reminder(i, "7", NOW + timedelta(hours=hour), NOW + timedelta(days=99)) for i, hour in hours.items()]
        self.wanted = {identity(one): one.due_at for one in wanted}
        self.run(reschedule(CHAT, wanted, BASIS, self.now, self.vault))
        self.owed -= {one for one, due_at in self.wanted.items() if due_at > self.now}  # it comes later instead
        self.become_owed()

    def begun(self) -> tuple[str, str] | None:
        self.leases += 1
        lease, notice = f"lease {self.leases}", f"notice {self.leases}"
        if not self.run(claim(self.now, self.now, 10, lease, self.now + LEASE, "sqlite")):
            return None
        talk, until = self.talk, self.now + LEASE
        script = begin(CHAT, lease, until, notice, self.now, self.now, self.vault, talk.decide, talk.plans)
        if self.run(script) is None:
            return None
        said = {identity(one) for one in self.talk.due}
        for one in said:
            ends = [end for saying, end in self.messages.values() if one in saying]
            assert Outcome.SENT not in ends, "said again though it had arrived"
            assert ends.count(Outcome.UNKNOWN) < 2, "said a third time"
            assert self.talk.asked[-1][2] or Outcome.UNKNOWN not in ends, "a repeat that is not told as one"
        assert all(one.due_at <= self.now for one in self.talk.due), "said too early"
        self.messages[notice] = (said, Outcome.UNKNOWN)
        return lease, notice

    def end(self, lease: str, notice: str, outcome: Outcome) -> None:
        retry_at = self.now + timedelta(seconds=30)
        was_ours = self.run(settle(CHAT, lease, notice, outcome, self.now, self.vault, self.talk.plans, retry_at))
        if outcome is Outcome.REFUSED and was_ours:
            self.owed -= self.messages[notice][0]
            outcome = Outcome.SENT  # in one respect: it is never said again
        if was_ours or outcome is Outcome.SENT:
            self.messages[notice] = (self.messages[notice][0], outcome)

    def take(self, step: tuple[str, object]) -> None:
        match step:
            case ("pass", int(minutes)):
                self.now += timedelta(minutes=minutes)
                self.become_owed()
            case ("plan", dict(hours)):
                self.plan(hours)
            case ("send", Outcome() as outcome):
                if begun := self.begun():
                    self.end(*begun, outcome)
            case ("die", bool(early)):
                if early:
                    self.leases += 1
                    self.run(claim(self.now, self.now, 10, f"lease {self.leases}", self.now + LEASE, "sqlite"))
                elif begun := self.begun():
                    self.open.append(begun)
            case ("late", Outcome() as outcome):
                if self.open:
                    self.end(*self.open.pop(), outcome)
            case ("press", int(back)):
                if len(self.messages) >= back:
                    self.press(list(self.messages)[-back])
            case ("reach", bool(reachable)):
                self.run(mark_reachable(CHAT) if reachable else mark_unreachable(CHAT, self.now))
            case ("restart", None):
                self.run(free_claims())

    def press(self, notice: str) -> None:
        said, end = self.messages[notice]
        if end is not Outcome.UNKNOWN:
            return  # what did not arrive has no button
        self.run(settle_pressed(CHAT, notice, self.now, self.vault, self.talk.plans))
        newest = {one: n for n, (saying, _) in self.messages.items() for one in saying}
        for one in said:
            if newest[one] == notice:
                self.messages[f"{notice} of {one}"] = ({one}, Outcome.SENT)

    def check(self) -> None:
        sql = f"SELECT next_at, (SELECT min(due_at) FROM reminders WHERE {OPEN_SQL}) FROM agendas"  # noqa: S608
        assert all(next_at == due_at for next_at, due_at in self.run(rows_of(sql)))


def fresh_world() -> World:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    raw.execute("PRAGMA foreign_keys = ON")
    for migration in shipped_migrations():
        for statement in migration.statements(SQLITE):
            raw.execute(statement)
    world = World(raw, Vault([bytes(32)]))
    world.run(turn(1, CHAT, NOW, world.vault, save(b"body")))
    return world


@settings(max_examples=300, deadline=None)
@given(plans, st.lists(steps, max_size=30))
def test_no_reminder_is_lost_and_none_is_said_twice_but_after_an_unknown_result(
    first: dict[str, int], history: Sequence[tuple[str, object]]
) -> None:
    world = fresh_world()
    try:
        world.plan(first)
        for step in history:
            world.take(step)
            world.check()
        world.run(mark_reachable(CHAT))
        for _ in range(4):  # a lapsed lease, a repeat, and what was planned meanwhile
            world.take(("pass", 600))
            world.take(("send", Outcome.SENT))
        world.take(("pass", 60 * 60))
        world.take(("send", Outcome.SENT))
        for one in world.owed:
            ends = [end for said, end in world.messages.values() if one in said]
            assert Outcome.SENT in ends or ends.count(Outcome.UNKNOWN) >= 2, f"{one[0]} was lost: {ends}"
        assert world.begun() is None, "there is nothing left to say"
    finally:
        world.raw.close()
