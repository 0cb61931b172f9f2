"""Brings comments to chats: a mentor's to the owner of a share, an answer to the mentor who reads it in the bot.

The rows are the truth (`bot.store.deliveries`); this is only at work. `wake` lets a comment go at once, `tick` finds
whatever waits, and what dies here leaves rows from which the next tick goes on.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson

from bot.outgoing.message import Attempt, Outgoing, Result
from bot.outgoing.pacing import Pace
from bot.outgoing.rendering import Renderer
from bot.outgoing.sender import Sender
from bot.sharing.talk import talk
from bot.store import Script, Store, StoreUnavailable, Vault
from bot.store.chat_links import reading_of
from bot.store.comments import comment as kept_comment
from bot.store.deliveries import Claimed, claim_deliveries, drop_delivery, free_delivery_claims, settle_delivery
from bot.store.notices import Outcome
from bot.store.sessions import load_session
from conversations.comment_messages import answer_screen, comment_screen, is_quiet_for
from conversations.desk import Comment, LinkState
from conversations.engine import Engine
from conversations.mentoring import readings_of
from conversations.screen import Screen
from conversations.session import Session, recovered_session
from conversations.share_comments import share_name
from conversations.shares import share_of

logger = logging.getLogger(__name__)

_LEASE: Final = timedelta(seconds=120)
"""Longer than one attempt with all its timeouts (75 s) and the wait for the pace; as long as a repeat waits."""
_AT_ONCE: Final = 4
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


@dataclass(frozen=True, slots=True)
class _Found:
    """What a delivery is about: the comment, and the sessions of its owner and of its recipient (the same or not).

    `link` is how a recipient who is not the owner names the share."""

    comment: Comment
    owner: Session
    recipient: Session
    link: str = ""


class Delivering:
    """The sender of comments of one process.

    `seed` is for a session of another format, which begins anew; `clock` gives aware UTC instants; `sleep`
    takes seconds. Call `start` once, then `tick` regularly and `wake` at any time, and `stop` before the store is
    closed.
    """

    def __init__(
        self,
        store: Store,
        vault: Vault,
        engine: Engine,
        renderer: Renderer,
        sender: Sender,
        pace: Pace,
        clock: Callable[[], datetime],
        seed: Callable[[], str],
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._vault = vault
        self._engine = engine
        self._renderer = renderer
        self._sender = sender
        self._pace = pace
        self._clock = clock
        self._seed = seed
        self._sleep = sleep
        self._working: asyncio.Task[None] | None = None
        self._open = False
        self._again = False
        self._in_a_row = 0  # sends that did not certainly arrive

    async def start(self) -> None:
        """Take over what a process before us left on SQLite, where there is only one. `StoreUnavailable`: not now."""
        if self._store.dialect == "sqlite":
            await self._store.write(free_delivery_claims())
        self._open = True

    def wake(self) -> None:
        """A comment was kept: bring it now. Returns at once; nothing happens before `start` and after `stop`."""
        self._again = True
        if self._open and self._working is None:
            self._working = asyncio.create_task(self._work(), name="comments")

    async def tick(self) -> None:
        """Bring everything that waits. A caller that is cancelled does not take a message along that is on its way."""
        self.wake()
        if self._working is not None:
            await asyncio.shield(self._working)

    async def stop(self) -> None:
        """Begin no other message, and wait until those on their way are settled."""
        self._open = False
        if self._working is not None:
            await asyncio.wait([self._working])

    # -- one round -----------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._rounds()
        except StoreUnavailable as error:
            logger.warning("comments wait for the database: %s", error, extra={"action": "comments_wait"})
        except Exception:
            logger.exception("a round of comments failed", extra={"action": "comments_failed"})
        finally:
            self._working = None

    async def _rounds(self) -> None:
        while not self._held():
            now, lease = self._clock(), secrets.token_hex(8)
            claiming = claim_deliveries(now, _AT_ONCE, lease, now + _LEASE, self._store.dialect, self._vault)
            claimed = await self._store.write(claiming)
            if not claimed:
                return
            ends = await asyncio.gather(*(self._one(one, lease) for one in claimed), return_exceptions=True)
            for failure in ends:
                if failure is not None:
                    raise failure

    def _held(self) -> bool:
        return not self._open or self._pace.held

    # -- one comment ---------------------------------------------------------------------------------------------------

    async def _one(self, claimed: Claimed, lease: str) -> None:
        await self._pace.bulk(claimed.chat_id)
        now = self._clock()
        if self._held():
            await self._settled(claimed, lease, Outcome.NOT_SENT, now)
            return
        try:
            message = await self._message(claimed, now)
        except StoreUnavailable:
            await self._settled(claimed, lease, Outcome.NOT_SENT, now)
            raise
        except Exception:  # our bug with one comment: nothing was sent, and the others must not wait for it
            ref = secrets.token_hex(4)
            logger.exception("a comment could not be made", extra={"action": "comment_failed", "ref": ref})
            await self._settled(claimed, lease, Outcome.NOT_SENT, now + _BROKEN_WAIT)
            return
        if message is None:
            await self._store.write(drop_delivery(claimed.chat_id, claimed.number, lease, now))
            return
        outcome, retry_at = await self._sent(claimed.chat_id, message)
        await self._settled(claimed, lease, outcome, retry_at)

    async def _message(self, claimed: Claimed, now: datetime) -> Outgoing | None:
        """The comment as a message; None where it is not wanted any more."""
        found = await self._store.read(self._found(claimed, now))
        screen = self._screen(found, claimed, now) if found is not None else None
        if found is None or screen is None:
            return None
        silent = is_quiet_for(self._engine.visit(found.recipient, now))
        return Outgoing(self._renderer.html(screen), self._renderer.rows(screen), silent=silent, protect=screen.protect)

    def _found(self, claimed: Claimed, now: datetime) -> Script[_Found | None]:
        kept = yield from kept_comment(claimed.owner, claimed.comment, self._vault)
        if kept is None:
            return None
        owner = yield from load_session(claimed.owner, self._vault)
        if owner is None:
            return None
        owners = recovered_session(orjson.loads(owner.body), self._seed)
        if claimed.chat_id == claimed.owner:
            return _Found(talk((kept,))[0], owners, owners)
        # Whose link was stopped, or has ended, is told nothing else; an answer is no way around that.
        reading = yield from reading_of(claimed.owner, kept.share, claimed.chat_id, now, self._vault)
        recipient = yield from load_session(claimed.chat_id, self._vault)
        if recipient is None or reading.state is not LinkState.OPEN:
            return None
        readers = recovered_session(orjson.loads(recipient.body), self._seed)
        return _Found(talk((kept,))[0], owners, readers, reading.token_hash.hex())

    def _screen(self, found: _Found, claimed: Claimed, now: datetime) -> Screen | None:
        comment = found.comment
        share = share_of(found.owner, comment.share)
        if found.owner is found.recipient:
            if comment.own or (share is not None and share.muted):
                return None
            name = share_name(self._engine.visit(found.owner, now), comment.share)
            return comment_screen(found.owner, comment, name, repeat=claimed.repeat)
        mine = (one for one in readings_of(found.recipient) if one.link == found.link)
        reading = next(mine, None)  # None: the mentor took it off the list
        if reading is None or share is None or not share.open_at(now):
            return None
        if comment.section is not None and comment.section not in share.sections:
            return None  # on a part that was switched off meanwhile: the page does not show it either
        return answer_screen(found.recipient, comment, reading, share.who, repeat=claimed.repeat)

    async def _sent(self, chat_id: int, message: Outgoing) -> tuple[Outcome, datetime]:
        """How a single try ended, and when a message that was not sent may be tried again."""
        try:
            attempt = await self._sender.attempt(chat_id, message)
        except Exception:
            logger.exception("sending a comment failed", extra={"action": "comment_broken"})
            return Outcome.UNKNOWN, self._clock()
        wait = self._wait_after(attempt)
        if wait:
            self._pace.hold(wait)
        return _OUTCOMES[attempt.result], self._clock() + timedelta(seconds=wait)

    def _wait_after(self, attempt: Attempt) -> float:
        """Seconds for which nothing is sent in bulk: what Telegram asked for, or longer with every failure in a row."""
        failed = attempt.result in {Result.NOT_SENT, Result.UNKNOWN}
        self._in_a_row = self._in_a_row + 1 if failed else 0
        if attempt.retry_after is not None:
            return attempt.retry_after
        # A single lost answer is no disturbance yet; connections that fail concern everybody.
        disturbed = attempt.result is Result.NOT_SENT or self._in_a_row >= 3
        return min(2.0**self._in_a_row, _LONGEST_WAIT) if failed and disturbed else 0.0

    async def _settled(self, claimed: Claimed, lease: str, outcome: Outcome, retry_at: datetime) -> None:
        for wait in (*_SETTLE_WAITS, None):
            script = settle_delivery(claimed.chat_id, claimed.number, lease, outcome, self._clock(), retry_at)
            try:
                await self._store.write(script, chat_id=claimed.chat_id)
            except StoreUnavailable:
                if wait is None:
                    raise  # it stays "sending", and counts as unknown when its lease has lapsed
                await self._sleep(wait)
            else:
                return
