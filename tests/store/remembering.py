"""Reminders, a claim and a pure side that several store tests share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.store import Store, Vault
from bot.store.agendas import Claimed, claim
from bot.store.notices import Outcome, Plans, Verdict, begin, settle
from bot.store.reminders import Kept, State, kept, reschedule
from bot.store.sessions import turn
from planning.reminder_types import DIGEST, Reminder
from tests.store.operations import CHAT, NOW, save

LEASE = timedelta(minutes=2)
BASIS = "facts of today"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def of(item: str, due_at: datetime, lead: str = "7", of_at: datetime | None = None) -> Reminder:
    """A reminder of an item that is due a week after it, unless said otherwise."""
    return Reminder(item, lead, due_at, of_at or due_at + timedelta(days=7))


def digest(day: int, hour: int = 9) -> Reminder:
    """The daily digest of a day of September 2026."""
    return Reminder(DIGEST, "d", datetime(2026, 9, day, hour, tzinfo=UTC), datetime(2026, 9, day, tzinfo=UTC))


@dataclass
class Talk:
    """The pure side as a test wants it: a message says everything that is due; what it was asked is kept."""

    verdict: Verdict[str] = field(default_factory=lambda: Verdict("hello"))
    wanted: Sequence[Reminder] | None = ()
    asked: list[tuple[bytes, tuple[Reminder, ...], bool]] = field(default_factory=list)
    replanned: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def decide(self, body: bytes, due: Sequence[Reminder], repeat: bool) -> Verdict[str]:
        self.asked.append((body, tuple(due), repeat))
        return self.verdict

    @property
    def plans(self) -> Plans:
        return Plans(BASIS, self._wanted, lambda body, items: body + b" unseen:" + ",".join(items).encode())

    def _wanted(self, _: bytes, now: datetime, digest_at: datetime | None) -> Sequence[Reminder] | None:
        self.replanned.append((now, digest_at))
        return self.wanted

    @property
    def due(self) -> tuple[Reminder, ...]:
        """What the last decision was about."""
        return self.asked[-1][1]


@dataclass
class Desk:
    """One sender at a store: every script with its usual arguments."""

    store: Store
    vault: Vault
    talk: Talk = field(default_factory=Talk)
    now: datetime = NOW
    updates: int = 0

    async def meet(self, *chat_ids: int) -> None:
        """Each of these people writes to the bot."""
        for chat_id in chat_ids or (CHAT,):
            self.updates += 1
            await self.store.write(turn(self.updates, chat_id, NOW, self.vault, save(b"body")), chat_id=chat_id)

    async def plan(self, *wanted: Reminder, chat_id: int = CHAT, moved: Sequence[Reminder] | None = None) -> None:
        script = reschedule(chat_id, wanted, BASIS, self.now, self.vault, moved=moved)
        await self.store.write(script, chat_id=chat_id)

    async def claimed(self, limit: int = 100, *, ahead: timedelta = timedelta(), lease: str = "mine") -> list[Claimed]:
        until = self.now + LEASE
        return await self.store.write(claim(self.now, self.now + ahead, limit, lease, until, self.store.dialect))

    async def begun(
        self, notice: str, *, chat_id: int = CHAT, ahead: timedelta = timedelta(), lease: str = "mine"
    ) -> str | None:
        script = begin(
            chat_id,
            lease,
            self.now + LEASE,
            notice,
            self.now,
            self.now + ahead,
            self.vault,
            self.talk.decide,
            self.talk.plans,
        )
        return await self.store.write(script, chat_id=chat_id)

    async def settled(
        self,
        notice: str,
        outcome: Outcome,
        *,
        chat_id: int = CHAT,
        lease: str = "mine",
        retry_at: datetime | None = None,
    ) -> bool:
        script = settle(chat_id, lease, notice, outcome, self.now, self.vault, self.talk.plans, retry_at)
        return await self.store.write(script, chat_id=chat_id)

    async def sent(self, notice: str = "n1", outcome: Outcome = Outcome.SENT, *, chat_id: int = CHAT) -> str | None:
        """Claim, begin and settle in one go; gives what was to be sent, None where nothing was."""
        if chat_id not in [one.chat_id for one in await self.claimed()]:
            return None
        payload = await self.begun(notice, chat_id=chat_id)
        if payload is not None:
            await self.settled(notice, outcome, chat_id=chat_id)
        return payload

    async def rows(self, chat_id: int = CHAT) -> list[Kept]:
        return await self.store.read(kept(chat_id, self.vault))

    async def states(self, chat_id: int = CHAT) -> dict[str, State]:
        """item -> state, for people with one row an item."""
        return {row.reminder.item: row.state for row in await self.rows(chat_id)}
