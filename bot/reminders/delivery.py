"""Sends what is due: claims people, paces, decides, sends, settles. The rows are the truth; this is only at work.

`tick` is called every few seconds and does whatever is due then. Whatever dies here, and wherever, leaves rows from
which the next tick goes on (`bot.store.notices`).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.outgoing.message import Outgoing, Result
from bot.outgoing.pacing import Pace
from bot.outgoing.rendering import Renderer
from bot.outgoing.sender import Sender
from bot.reminders.clock import ClockWatch
from bot.reminders.crowd import HORIZON, early_until
from bot.reminders.planner import Planner
from bot.reminders.plans import fresh_notice
from bot.store import Store, StoreUnavailable, Vault
from bot.store.agendas import claim, due_times, free_claims, postpone, release
from bot.store.leases import release_lease, take_lease
from bot.store.notices import Decide, Outcome, Plans, Verdict, begin, settle
from planning.reminder_types import Reminder

logger = logging.getLogger(__name__)

BULK: Final = "bulk"
"""The lease of the one process that sends in bulk: Telegram's limit is for all of them together."""
_BULK_LEASE: Final = timedelta(seconds=30)
_CLAIM_LEASE: Final = timedelta(seconds=60)
"""How long a dead process keeps people whom it had not begun; a batch takes a few seconds."""
_SEND_LEASE: Final = timedelta(seconds=120)
"""Longer than one attempt with all its timeouts (75 s), and as long as a repeat waits."""
_BATCH: Final = 50
_IN_FLIGHT: Final = 8
"""Calls at once: at a fifth of a second each, more than the 25 a second that may be sent."""
_BROKEN_WAIT: Final = timedelta(minutes=15)
_LONGEST_WAIT: Final = 60.0
_SETTLE_WAITS: Final = (0.2, 1.0, 5.0, 15.0, 30.0)
"""Seconds between the tries to note a result; in all less than the lease."""
_OUTCOMES: Final = {
    Result.SENT: Outcome.SENT,
    Result.NOT_SENT: Outcome.NOT_SENT,
    Result.UNKNOWN: Outcome.UNKNOWN,
    Result.BLOCKED: Outcome.BLOCKED,
    Result.REFUSED: Outcome.REFUSED,
}


class Reminding:
    """The sender of reminders of one process.

    `plans` gives the pure functions that the store calls, with the mark of the present facts and zones; `clock` gives
    aware UTC instants; `sleep` and `monotonic` are seconds. Call `start` once, `tick` regularly (never two at once),
    and `stop` before the store is closed.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        planner: Planner,
        plans: Callable[[], Plans],
        renderer: Renderer,
        sender: Sender,
        pace: Pace,
        watch: ClockWatch,
        clock: Callable[[], datetime],
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._vault = vault
        self._planner = planner
        self._plans = plans
        self._renderer = renderer
        self._sender = sender
        self._pace = pace
        self._watch = watch
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic
        self._holder = secrets.token_hex(8)
        self._working: asyncio.Task[None] | None = None
        self._stopping = False
        self._early_until: datetime | None = None
        self._in_a_row = 0  # sends that did not certainly arrive
        self._ends: Counter[Outcome] = Counter()

    async def start(self) -> None:
        """Take over what a process before us left on SQLite, where there is only one. `StoreUnavailable`: not now."""
        if self._store.dialect == "sqlite":
            await self._store.write(free_claims())

    async def tick(self) -> None:
        """Send everything that is due. Ends early, for the next tick, while something stands in the way.

        A caller that is cancelled does not take a message along that is on its way; see `stop`.
        """
        if self._stopping or self._working is not None or self._pace.held or not await self._watch.steady():
            return
        self._working = asyncio.create_task(self._work(), name="reminders")
        try:
            await asyncio.shield(self._working)
        except asyncio.CancelledError:
            self._stopping = True
            raise

    async def stop(self) -> None:
        """Begin no other message, and wait until those on their way are settled."""
        self._stopping = True
        if self._working is not None:
            await asyncio.wait([self._working])

    # -- one tick ------------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        self._ends.clear()
        began = self._monotonic()
        try:
            await self._rounds()
        except StoreUnavailable as error:
            logger.warning("reminders wait for the database: %s", error, extra={"action": "reminders_wait"})
        except Exception:
            logger.exception("a round of reminders failed", extra={"action": "reminders_failed"})
        finally:
            self._working = None
            if self._ends:
                counts = {outcome.name.lower(): count for outcome, count in self._ends.items()}
                seconds = round(self._monotonic() - began, 1)
                logger.info("reminders", extra={"action": "reminders", "seconds": seconds, **counts})

    async def _rounds(self) -> None:
        looked_at: set[int] = set()
        leased = False
        try:
            while not self._held():
                now = self._clock()
                ahead = await self._ahead(now)
                if ahead is None:
                    return
                if self._store.dialect != "sqlite":  # there, no other process can be at work
                    leased = await self._store.write(take_lease(BULK, self._holder, now, now + _BULK_LEASE))
                    if not leased:
                        return
                lease = secrets.token_hex(8)
                claiming = claim(now, ahead, _BATCH, lease, now + _CLAIM_LEASE, self._store.dialect)
                chats = [one.chat_id for one in await self._store.write(claiming)]
                if not chats:
                    return
                for chat_id in looked_at & set(chats):
                    # Everything of a person goes into one message, so this cannot be; if it is, it must not be a flood.
                    await self._store.write(postpone(chat_id, lease, now + timedelta(minutes=1)))
                await self._batch([one for one in chats if one not in looked_at], lease, ahead)
                looked_at.update(chats)
        finally:
            if leased:
                await self._store.write(release_lease(BULK, self._holder))

    async def _ahead(self, now: datetime) -> datetime | None:
        """Up to which due time people are taken now; None where nobody is due."""
        due = await self._store.read(due_times(now + HORIZON))
        early = early_until(due, now)
        # Once a crowd was begun it is gone through to its end, also when the rest of it is small.
        self._early_until = max(early, self._early_until or early)
        return self._early_until if due and due[0][0] <= self._early_until else None

    async def _batch(self, chats: Sequence[int], lease: str, ahead: datetime) -> None:
        queue = deque(chats)

        async def work() -> None:
            while queue and not self._held():
                chat_id = queue.popleft()
                await self._pace.bulk(chat_id)
                if self._held():
                    queue.append(chat_id)
                    return
                await self._one(chat_id, lease, ahead)

        workers = await asyncio.gather(*(work() for _ in range(_IN_FLIGHT)), return_exceptions=True)
        if queue:
            await self._store.write(release(lease, tuple(queue)))
        for failure in workers:
            if failure is not None:
                raise failure

    def _held(self) -> bool:
        return self._stopping or self._pace.held or self._watch.wrong() is not None

    # -- one person ----------------------------------------------------------------------------------------------------

    async def _one(self, chat_id: int, lease: str, ahead: datetime) -> None:
        now, notice = self._clock(), fresh_notice()
        script = begin(
            chat_id,
            lease,
            now + _SEND_LEASE,
            notice,
            now,
            max(ahead, now),
            self._vault,
            self._drawn(now, notice),
            self._plans(),
        )
        try:
            message = await self._store.write(script, chat_id=chat_id)
        except StoreUnavailable:
            raise
        except Exception:  # our bug with one person: nothing was changed, and the others must not wait for it
            ref = secrets.token_hex(4)
            logger.exception("a reminder could not be made", extra={"action": "reminder_failed", "ref": ref})
            await self._store.write(postpone(chat_id, lease, now + _BROKEN_WAIT))
            return
        if message is None:
            return
        outcome, retry_at = await self._sent(chat_id, message)
        self._ends[outcome] += 1
        await self._settled(chat_id, lease, notice, outcome, retry_at)

    def _drawn(self, now: datetime, notice: str) -> Decide[Outgoing]:
        """The planner's verdict with its message drawn: whatever is wrong with that shows before anything is noted."""
        decide = self._planner.decide(now, notice)

        def verdict(body: bytes, due: Sequence[Reminder], seen: bool) -> Verdict[Outgoing]:
            found = decide(body, due, seen)
            message = found.payload
            if message is None:
                return Verdict(None, found.until, found.dropped, found.missed)
            html, rows = self._renderer.html(message.screen), self._renderer.rows(message.screen)
            return Verdict(Outgoing(html, rows, silent=message.silent), found.until, found.dropped, found.missed)

        return verdict

    async def _sent(self, chat_id: int, message: Outgoing) -> tuple[Outcome, datetime]:
        """How a single try ended, and when a message that was not sent may be tried again."""
        try:
            attempt = await self._sender.attempt(chat_id, message)
        except Exception:
            logger.exception("sending a reminder failed", extra={"action": "reminder_broken"})
            return Outcome.UNKNOWN, self._clock()
        outcome = _OUTCOMES[attempt.result]
        wait = attempt.retry_after
        if outcome in {Outcome.NOT_SENT, Outcome.UNKNOWN}:
            self._in_a_row += 1
            # Connections that fail, or answers that stay away, concern everybody: a whole crowd must not become
            # uncertain in a minute of disturbance. A single lost answer is no disturbance yet.
            if wait is None and (outcome is Outcome.NOT_SENT or self._in_a_row >= 3):
                wait = min(2.0**self._in_a_row, _LONGEST_WAIT)
        else:
            self._in_a_row = 0
        if wait is not None:
            self._pace.hold(wait)
        return outcome, self._clock() + timedelta(seconds=wait or 0)

    async def _settled(self, chat_id: int, lease: str, notice: str, outcome: Outcome, retry_at: datetime) -> None:
        for wait in (*_SETTLE_WAITS, None):
            script = settle(chat_id, lease, notice, outcome, self._clock(), self._vault, self._plans(), retry_at)
            try:
                await self._store.write(script, chat_id=chat_id)
            except StoreUnavailable:
                if wait is None:
                    raise  # it stays "sending", and counts as unknown when its lease has lapsed
                await self._sleep(wait)
            else:
                return
