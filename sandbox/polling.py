"""getUpdates: long polling, one at a time."""

import asyncio
from typing import Any

from sandbox.account import Account
from sandbox.arguments import Arguments
from sandbox.refusal import RefusalError

_LONGEST = 50  # seconds; the server waits no longer, whatever is asked
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Polling:
    """The one poll that may wait at a time."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._waiting: asyncio.Future[RefusalError | None] | None = None

    async def get_updates(self, arguments: Arguments) -> list[dict[str, Any]]:
        """getUpdates. An older poll that still waits is answered with a 409 in favour of this one."""
        if self._account.webhook is not None:
            raise RefusalError(409, _WEBHOOK_ACTIVE)
        self.end(RefusalError(409, TERMINATED))
        updates = self._account.updates
        updates.allow(_allowed(arguments))
        offset = arguments.integer("offset", 0, -(2**31), 2**31 - 1)
        limit = arguments.integer("limit", 100, 1, 100)
        if offset < 0:
            updates.keep_last(-offset)
        elif offset > 0:
            updates.confirm_below(offset)
        if not self._account.polled:
            self._account.polled = True
            self._account.events.tell("state")
        await self._wait(arguments.integer("timeout", 0, 0, _LONGEST))
        found = updates.batch(limit)
        for update in found:
            update.state = "in_flight"
            update.attempts += 1
        faults = self._account.faults
        if len(found) > 1 and faults.on_delivery("reorder", None):
            found[-2:] = found[:-3:-1]
        if found and faults.on_delivery("duplicate", None):
            found = [update for update in found for _ in range(2)][:100]
        return [update.as_update() for update in found]

    async def _wait(self, seconds: int) -> None:
        """Until there is an update or the time is over. Raises the RefusalError that ends this poll."""
        updates = self._account.updates
        if seconds == 0 or updates.batch(1):
            return
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[RefusalError | None] = loop.create_future()
        self._waiting = ended
        until = loop.time() + seconds
        try:
            while not updates.batch(1) and (left := until - loop.time()) > 0:
                arrival = asyncio.ensure_future(updates.arrived.wait())
                try:
                    waits: list[asyncio.Future[Any]] = [arrival, ended]
                    await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    arrival.cancel()
                if ended.done():
                    refusal = ended.result()
                    if refusal is not None:
                        raise refusal
                    return
        finally:
            if self._waiting is ended:
                self._waiting = None

    def end(self, refusal: RefusalError | None) -> None:
        """End the poll that waits, if any: with a refusal, or with no updates."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(refusal)
        self._waiting = None


def _allowed(arguments: Arguments) -> list[str] | None:
    return arguments.strings("allowed_updates", "can't parse allowed updates JSON object")
