"""How fast we send: replies at once, bulk with what they leave.

Telegram takes about one message a second in one chat and thirty a second over all (core.telegram.org/bots/faq, "My bot
is hitting limits"); it says neither exactly. So bulk keeps to 25 a second together with the replies. Each process has a
pace of its own; where there are several, one of them sends bulk at a time (`bot.reminders.delivery`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

PER_SECOND: Final = 25.0
FLOOR_PER_SECOND: Final = 4.0
"""What bulk gets however many replies there are: with 25 of those it is still below thirty."""
CHAT_SECONDS: Final = 1.0
_TICK: Final = 0.001  # shorter waits are none: seconds are floating point


class Pace:
    """One budget for replies (`live`), which never wait, and bulk sends (`bulk`), which do.

    `monotonic` and `sleep` (seconds) are to be replaced in tests.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._free_at = 0.0  # when the budget has room for the next bulk send
        self._floor_at = 0.0  # when bulk may go whatever the budget says
        self._held_until = 0.0
        self._chats: dict[int, float] = {}  # when each chat was last written to, the oldest first

    def live(self, chat_id: int) -> None:
        """A reply goes out now."""
        self._spent(chat_id, self._monotonic())

    def hold(self, seconds: float) -> None:
        """Telegram asked for silence, or is not to be reached: no bulk for so long."""
        self._held_until = max(self._held_until, self._monotonic() + seconds)

    @property
    def held(self) -> bool:
        """Whether bulk has to stop altogether for now."""
        return self._monotonic() < self._held_until

    async def bulk(self, chat_id: int) -> None:
        """Wait until a bulk send to this chat may go; the caller then sends at once."""
        while (wait := self._wait(chat_id)) > _TICK:
            await self._sleep(wait)
        now = self._monotonic()
        self._spent(chat_id, now)
        self._floor_at = now + 1 / FLOOR_PER_SECOND

    def _wait(self, chat_id: int) -> float:
        now = self._monotonic()
        in_chat = self._chats.get(chat_id, now - CHAT_SECONDS) + CHAT_SECONDS
        return max(min(self._free_at, self._floor_at), in_chat) - now

    def _spent(self, chat_id: int, now: float) -> None:
        # At most a second of replies is carried over: more than that, Telegram has forgotten too.
        self._free_at = min(max(self._free_at, now) + 1 / PER_SECOND, now + 1)
        self._chats.pop(chat_id, None)
        self._chats[chat_id] = now
        while self._chats:
            oldest = next(iter(self._chats))
            if self._chats[oldest] > now - CHAT_SECONDS:
                return
            del self._chats[oldest]
