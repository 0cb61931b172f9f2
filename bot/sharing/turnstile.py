"""What keeps many viewers of summaries from holding up those who chat."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType


class Turnstile:
    """``async with`` it around a long computation: one at a time, and half of the time nobody.

    A summary is computed and rendered for some milliseconds without a pause. A hundred of them that are ready at once
    would stand before the next tap. So each waits until whatever else is ready has had its turn, and after each the
    next one waits as long as it took. Await nothing while inside: it would count. `monotonic` gives seconds.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._began = 0.0

    async def __aenter__(self) -> None:
        """In the order of coming, after a round of the event loop."""
        await self._lock.acquire()
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self._lock.release()
            raise
        self._began = self._monotonic()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The next one later; who was inside goes on at once."""
        asyncio.get_running_loop().call_later(self._monotonic() - self._began, self._lock.release)
