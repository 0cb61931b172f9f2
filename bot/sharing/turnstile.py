"""What keeps many viewers of summaries from holding up those who chat."""

import asyncio
from types import TracebackType


class Turnstile:
    """``async with`` it around a long computation: only one passes in a round of the event loop.

    A summary is computed and rendered for some milliseconds without a pause. A hundred of them that are ready at once
    would stand in one round before the next tap; so each waits until everybody else's turn has been. Await nothing
    while inside: others wait.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        """One at a time, in their order, after whatever else is ready by now."""
        await self._lock.acquire()
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self._lock.release()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The next one."""
        self._lock.release()
