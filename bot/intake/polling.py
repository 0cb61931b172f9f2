"""Our own polling loop: an update is confirmed to Telegram only when its turn is committed and shown.

python-telegram-bot's updater confirms a batch with the next request, before its handlers ran: a crash in between loses
up to a hundred answers (measured: 43 to 87 of 100). Here the offset moves past the longest finished prefix only.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

from telegram import Bot, Update
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.intake.handling import Intake
from bot.intake.incoming import ALLOWED_UPDATES
from bot.outgoing.sender import Sender
from bot.store import Store, StoreUnavailable
from bot.store.heartbeats import beat
from bot.store.leases import release_lease, take_lease
from bot.store.updates import mark_applied

logger = logging.getLogger(__name__)

LEASE: Final = "polling"
LEASE_SECONDS: Final = 30
RENEW_SECONDS: Final = 10
# Whoever waits looks often: after a poller's death the next one begins within the lease and this.
WAITING_SECONDS: Final = 3
LONG_POLL_SECONDS: Final = 25
BUSY_POLL_SECONDS: Final = 0.25
BATCH: Final = 100
BACKOFF_SECONDS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
# Telegram ends the older of two simultaneous polls with 409; stepping back lets the lease's owner go on.
CONFLICT_SECONDS: Final = 5.0


class Polling:
    """One poller. Several processes may run it; a lease in the database lets one of them poll, the others wait."""

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        sender: Sender,
        store: Store,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        holder: str | None = None,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._sender = sender
        self._store = store
        self._clock = clock
        self._sleep = sleep
        # A SQLite file has one writing process, by a lock of the operating system. So a lease that stands there was
        # left by a dead process of ours: it is taken over at once, and a restart need not wait for its end.
        self._holder = holder or ("the file's writer" if store.dialect == "sqlite" else secrets.token_hex(8))
        self._held = asyncio.Event()
        self._running: dict[int, asyncio.Task[bool]] = {}
        self._done: set[int] = set()
        self._again: set[int] = set()
        self._offset = 0
        self._failures = 0
        self._reached = False

    async def run(self) -> None:
        """Polls until cancelled; what is in work then is finished and confirmed before the lease is given back.

        Raises:
            InvalidToken: Telegram does not know the token (401); there is nothing to wait for.
        """
        renewing = asyncio.create_task(self._renewing(), name="polling lease")
        try:
            while True:
                await self._held.wait()
                await self._round()
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing
            await self._finish()

    async def _renewing(self) -> None:
        while True:
            now = self._clock()
            try:
                until = now + timedelta(seconds=LEASE_SECONDS)
                mine = await self._store.write(take_lease(LEASE, self._holder, now, until))
            except StoreUnavailable:
                mine = False
            if mine:
                self._held.set()
            else:
                if self._held.is_set():
                    logger.warning("another process polls now; this one waits", extra={"action": "lease_lost"})
                self._held.clear()
            await self._sleep(RENEW_SECONDS if mine else WAITING_SECONDS)

    async def _round(self) -> None:
        try:
            fetched = await self._fetch()
        except (InvalidToken, EndPointNotFound) as error:
            # 401 or 404: the library gives either the second name where a method is called by its own name.
            raise InvalidToken("getUpdates was refused: the token is not known any more.") from error
        except Conflict:
            logger.warning("Telegram says that another process polls", extra={"action": "poll_conflict"})
            await self._sleep(CONFLICT_SECONDS)
            return
        except RetryAfter as error:
            after = error.retry_after
            await self._sleep(after.total_seconds() if isinstance(after, timedelta) else after)
            return
        except TelegramError as error:
            wait = BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
            self._failures += 1
            if self._failures > 1:  # one cut long poll an hour is the network's habit and no news
                logger.warning("polling failed: %s", type(error).__name__, extra={"action": "poll_failed"})
            await self._sleep(wait)
            return
        self._failures = 0
        # Telegram has now confirmed everything below the offset, so the next request may begin at "the earliest not
        # confirmed". Keeping a number would hide new updates when their ids restart lower after a quiet week.
        self._offset = 0
        self._forget_what_is_gone({int(raw["update_id"]) for raw in fetched}, whole=len(fetched) < BATCH)
        for raw in fetched:
            await self._begin(raw)
        if self._running:
            # Something is in work. Its chat must not hold up the others, so look for new updates soon.
            await asyncio.wait(self._running.values(), timeout=BUSY_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        self._settle()
        if self._again:  # the store was not there: ask again at a walk, the same updates come back
            await self._sleep(BACKOFF_SECONDS[0])

    async def _fetch(self) -> list[dict[str, Any]]:
        # The first request does not wait: /readyz need not stay red until a long poll ends.
        idle = self._reached and not self._running
        body = {
            "offset": self._offset,
            "limit": BATCH,
            "timeout": LONG_POLL_SECONDS if idle else 0,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        fetched: list[dict[str, Any]] = await self._bot.do_api_request(
            "get_Updates", api_kwargs=body, read_timeout=LONG_POLL_SECONDS + 10
        )
        self._reached = True
        with contextlib.suppress(StoreUnavailable):
            await self._store.write(beat(LEASE, self._clock()))
        return fetched

    def _forget_what_is_gone(self, came: set[int], *, whole: bool) -> None:
        """What was to come again and did not will never come: Telegram keeps a press for 150 seconds, a message for a
        day. To wait for it would hold the offset, and with it everybody's updates, for ever. ``whole``: nothing was
        left behind the batch."""
        last = max(came, default=0)
        self._again = {i for i in self._again if i in came or (not whole and i > last)}

    async def _begin(self, raw: dict[str, Any]) -> None:
        update_id = int(raw["update_id"])
        if update_id in self._running or update_id in self._done:
            return
        self._again.discard(update_id)
        try:
            update = Update.de_json(raw, self._bot)
        except Exception:
            # An update of a shape that the library cannot read would otherwise stand before all others for a day.
            logger.exception("an update could not be read", extra={"action": "dead_letter", "update_id": update_id})
            try:
                await self._store.write(mark_applied(update_id, self._clock()))
            except StoreUnavailable:
                self._again.add(update_id)
            else:
                self._done.add(update_id)
            return
        self._running[update_id] = asyncio.create_task(self._take(update), name="turn")

    async def _take(self, update: Update) -> bool:
        ending = await self._intake.take(update)
        if ending.toast is not None and not ending.again:
            await self._sender.answer(ending.toast.callback_id, ending.toast.text)
        return not ending.again

    def _settle(self) -> None:
        """Move the offset past the longest prefix of finished updates."""
        for update_id, task in list(self._running.items()):
            if task.done():
                del self._running[update_id]
                if not task.cancelled() and task.exception() is None and task.result():
                    self._done.add(update_id)
                else:
                    self._again.add(update_id)
        first_open = min((*self._running, *self._again), default=None)
        finished = {i for i in self._done if first_open is None or i < first_open}
        if finished:
            self._offset = max(finished) + 1
            self._done -= finished

    async def _finish(self) -> None:
        if self._running:
            await asyncio.wait(self._running.values(), timeout=8)
        self._settle()
        with contextlib.suppress(TelegramError):
            await self._bot.do_api_request(
                "get_Updates", api_kwargs={"offset": self._offset, "limit": 1, "timeout": 0}, read_timeout=2
            )
        with contextlib.suppress(StoreUnavailable):
            await self._store.write(release_lease(LEASE, self._holder))
