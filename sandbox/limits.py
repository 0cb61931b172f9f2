"""Telegram's flood limits on what a bot sends, off unless asked for."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from sandbox.refusal import too_many_requests

# Bot FAQ, "My bot is hitting limits": 1 message a second in one chat with short bursts allowed, about 30 a second over
# all, 20 a minute in a group. The length of the burst isn't published; five is ours.
CHAT_BURST, CHAT_PER_SECOND = 5, 1.0
ALL_PER_SECOND = 30
GROUP_PER_MINUTE = 20


class FloodLimits:
    """Counts sends on the sandbox's clock. Edits and answers to callbacks aren't counted."""

    def __init__(self, now: Callable[[], datetime], *, on: bool = False) -> None:
        self._now = now
        self.on = on
        self._chats: dict[int, tuple[float, datetime]] = {}
        self._groups: dict[int, deque[datetime]] = {}
        self._all: deque[datetime] = deque()

    def count(self, chat_id: int, *, group: bool) -> None:
        """Count one send. Raises a 429 RefusalError with retry_after, and counts nothing, if it is one too many."""
        if not self.on:
            return
        now = self._now()
        wait = self._window(self._all, now, ALL_PER_SECOND, timedelta(seconds=1))
        tokens, since = self._chats.get(chat_id, (float(CHAT_BURST), now))
        tokens = min(CHAT_BURST, tokens + max(0.0, (now - since).total_seconds()) * CHAT_PER_SECOND)
        if tokens < 1:
            wait = max(wait, (1 - tokens) / CHAT_PER_SECOND)
        in_group = self._groups.setdefault(chat_id, deque()) if group else None
        if in_group is not None:
            wait = max(wait, self._window(in_group, now, GROUP_PER_MINUTE, timedelta(minutes=1)))
        if wait > 0:
            raise too_many_requests(max(1, ceil(wait)))
        self._chats[chat_id] = (tokens - 1, now)
        self._all.append(now)
        if in_group is not None:
            in_group.append(now)

    @staticmethod
    def _window(sent: deque[datetime], now: datetime, limit: int, span: timedelta) -> float:
        """Seconds until one more is allowed."""
        while sent and not now - span < sent[0] <= now:
            sent.popleft()
        return 0.0 if len(sent) < limit else (sent[0] + span - now).total_seconds()
