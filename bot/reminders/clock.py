"""Whether our clock can be trusted: it is held against Telegram's, and against time as it passes.

A wrong clock would send a season's reminders at once, or none. So while it is off by more than ten minutes, nothing is
sent in bulk; replies go on, since they need no clock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from telegram.error import TelegramError

logger = logging.getLogger(__name__)

LIMIT: Final = timedelta(minutes=10)
ACCEPTED_AFTER: Final = 3600.0
"""Seconds after which a clock that jumped is believed where no answer ever told the date."""
_TRIES: Final = 3  # questions to a server that has not told the date yet


class ClockWatch:
    """Compares the wall clock (`clock`, aware UTC) with the date that Telegram told last, carried on by `monotonic`.

    Give `heard` to the transport as `on_date`. `ask` makes any call to Telegram, so that its date is heard again: a
    suspended machine wakes with a right clock that seems to have jumped.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        ask: Callable[[], Awaitable[object]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._ask = ask
        self._monotonic = monotonic
        self._told = clock()  # until Telegram tells the date, our own at the start
        self._told_at = monotonic()
        self._by_telegram = False
        self._asked = 0
        self._wrong_since: float | None = None

    def heard(self, header: str) -> None:
        """The `Date` header of an answer that just came in; nonsense is passed over. Read once a second at most."""
        now = self._monotonic()
        if self._by_telegram and now - self._told_at < 1 and self.wrong() is None:
            return
        with suppress(ValueError, TypeError):
            told = parsedate_to_datetime(header)
            self._told = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
            self._told_at, self._by_telegram = now, True

    @property
    def ahead(self) -> timedelta:
        """By how much our clock is ahead; negative when it is behind."""
        return self._clock() - self._told - timedelta(seconds=self._monotonic() - self._told_at)

    def wrong(self) -> str | None:
        """What is wrong with the clock, in one sentence, or None."""
        ahead = self.ahead
        if abs(ahead) <= LIMIT:
            return None
        minutes = round(abs(ahead) / timedelta(minutes=1))
        other = "Telegram's" if self._by_telegram else "what it was, as time passes"
        return f"the clock is {minutes} minutes {'ahead of' if ahead > timedelta(0) else 'behind'} {other}"

    async def steady(self) -> bool:
        """Whether bulk may be sent. In doubt Telegram is asked first; each change is logged once."""
        if (not self._by_telegram and self._asked < _TRIES) or self.wrong() is not None:
            self._asked += 1
            with suppress(TelegramError):
                await self._ask()
        wrong, now = self.wrong(), self._monotonic()
        if wrong is None:
            if self._wrong_since is not None:
                logger.warning("the clock is right again", extra={"action": "clock_right"})
                self._wrong_since = None
            return True
        if self._wrong_since is None:
            self._wrong_since = now
            logger.error("%s: reminders are held", wrong, extra={"action": "clock_wrong"})
        elif not self._by_telegram and now - self._wrong_since >= ACCEPTED_AFTER:
            self._told, self._told_at = self._clock(), now
        return False
