"""The clock of the sandbox: it may run with the real one or stand still, and it can jump."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def real_now() -> datetime:
    """The machine's own time as an aware UTC instant."""
    return datetime.now(UTC)


class Clock:
    """An instant that passes and can be moved.

    `at` is the aware instant it starts from (default: now); with `runs=False` it stands still between jumps.
    `source` is the real clock underneath. Hand `clock.now` to whatever wants an injected clock.
    """

    def __init__(
        self, at: datetime | None = None, *, runs: bool = True, source: Callable[[], datetime] = real_now
    ) -> None:
        self._source = source
        self._runs = runs
        start = source()
        self._instant = start if at is None else _aware(at)
        self._since = start
        self._listeners: list[Callable[[], None]] = []
        self._sleepers: set[asyncio.Event] = set()
        self._asleep = asyncio.Event()

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        if not self._runs:
            return self._instant
        return self._instant + (self._source() - self._since)

    def epoch(self) -> int:
        """The present instant in whole Unix seconds, as Telegram writes dates."""
        return int(self.now().timestamp())

    def jump(self, *, by: timedelta | float | None = None, to: datetime | None = None) -> datetime:
        """Move `by` a time (or seconds), or `to` an aware instant, forwards or backwards; gives the new present.

        Raises ValueError unless exactly one of the two is given, or if `to` is naive.
        """
        if (by is None) == (to is None):
            raise ValueError("give exactly one of `by` and `to`")
        if to is not None:
            target = _aware(to)
        else:
            step = by if isinstance(by, timedelta) else timedelta(seconds=by or 0)
            target = self.now() + step
        self._instant, self._since = target, self._source()
        for sleeper in self._sleepers:
            sleeper.set()
        for listener in self._listeners:
            listener()
        return target

    def on_jump(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every jump."""
        self._listeners.append(listener)

    async def has_sleeper(self) -> None:
        """Wait until something sleeps on this clock, so that a jump can wake it."""
        await self._asleep.wait()

    async def sleep(self, seconds: float) -> None:
        """Wait until this clock is `seconds` further: by time that passes, or at once by a jump over the end.

        A clock that stands still counts real time here as well, else a retry would never come without a jump.
        """
        due, woken = self.now() + timedelta(seconds=seconds), asyncio.Event()
        self._sleepers.add(woken)
        self._asleep.set()
        try:
            left = seconds
            while left > 0:
                try:
                    await asyncio.wait_for(woken.wait(), left)
                except TimeoutError:
                    return
                woken.clear()
                left = (due - self.now()).total_seconds()
        finally:
            self._sleepers.discard(woken)
            if not self._sleepers:
                self._asleep.clear()


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("the clock takes aware instants only")
    return instant.astimezone(UTC)
