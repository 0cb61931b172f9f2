"""Updates on their way to the bot: kept at most a day, in order, until they are confirmed."""

import asyncio
import random
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

DAY = timedelta(hours=24)
CALLBACK_KEPT = timedelta(seconds=150)  # the Bot API server's own figure for callback queries in the queue
ALL_TYPES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "message_reaction_count",
    "chat_boost",
    "removed_chat_boost",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "purchased_paid_media",
    "managed_bot",
)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT_TYPES = frozenset(ALL_TYPES) - NOT_BY_DEFAULT
_REMEMBERED = 200_000


@dataclass(slots=True)
class Update:
    """One update; `state` is pending, in_flight, settled or expired. `queue` is its webhook queue."""

    id: int
    type: str
    content: Any
    queue: int
    expires_at: datetime
    state: str = "pending"
    attempts: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def as_update(self) -> dict[str, Any]:
        """The Bot API's Update."""
        return {"update_id": self.id, self.type: self.content}

    @property
    def done(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("settled", "expired")

    def finish(self, state: str) -> None:
        """Settle or expire it, and wake who waits for that."""
        self.state = state
        self.changed.set()


class Updates:
    """The queue. `now` is the sandbox's clock; ids start at a random number and rise by one."""

    def __init__(self, now: Callable[[], datetime], chance: random.Random) -> None:
        self._now = now
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._known: OrderedDict[int, Update] = OrderedDict()
        self._chance = chance
        self.next_id = self._start()
        self._listeners: list[Callable[[Update], None]] = []
        self.allowed: frozenset[str] = DEFAULT_TYPES
        self.allowed_listed: list[str] | None = None
        self.arrived = asyncio.Event()

    def _start(self) -> int:
        return self._chance.randint(100_000_000, 900_000_000)

    def renumber(self) -> None:
        """Start the ids anew at a random number, as Telegram may after a week without updates."""
        self.next_id = self._start()

    def on_arrival(self, listener: Callable[[Update], None]) -> None:
        """Call `listener` with every update that joins the queue."""
        self._listeners.append(listener)

    def allow(self, types: list[str] | None) -> None:
        """Set the types that are wanted from now on; an empty list is the default set, None changes nothing."""
        if types is None:
            return
        known = [name for name in types if name in ALL_TYPES]
        self.allowed = frozenset(known) if known else DEFAULT_TYPES
        self.allowed_listed = known or None

    def add(self, type_: str, content: Any, queue: int) -> Update:
        """A new update. One of a type that is not allowed is settled at once and never delivered."""
        kept = CALLBACK_KEPT if type_ == "callback_query" else DAY
        update = Update(self.next_id, type_, content, queue, self._now() + kept)
        self.next_id += 1
        self._known[update.id] = update
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        if type_ not in self.allowed and type_ in ALL_TYPES:
            update.finish("settled")
            return update
        self._pending[update.id] = update
        self.arrived.set()
        for listener in self._listeners:
            listener(update)
        return update

    def known(self, update_id: int) -> Update | None:
        """An update by its id, settled ones too."""
        update = self._known.get(update_id)
        if update is not None and not update.done:
            self.expired(update)
        return update

    def expired(self, update: Update) -> bool:
        """Whether it is too old to be delivered; if so it leaves the queue."""
        if update.expires_at > self._now():
            return False
        self._pending.pop(update.id, None)
        update.finish("expired")
        return True

    def settle(self, update: Update) -> None:
        """It is confirmed: it leaves the queue for good."""
        self._pending.pop(update.id, None)
        update.finish("settled")

    def confirm_below(self, offset: int) -> None:
        """Settle every pending update with an id lower than `offset`, unless the offset is far in the future.

        TQueue.cpp of the public server: an offset more than 10 beyond the newest id counts as none, which is what a
        poller has in hand after the ids have started anew.
        """
        if offset > self.next_id + 9:
            return
        if self._pending and offset > next(reversed(self._pending)):
            passed = list(self._pending.values())
        else:
            passed = list(_while_below(self._pending.values(), offset))
        for update in passed:
            self.settle(update)

    def keep_last(self, count: int) -> None:
        """Forget all pending updates but the last `count` (a negative offset)."""
        for update in list(islice(self._pending.values(), max(0, len(self._pending) - count))):
            self.settle(update)

    def batch(self, limit: int) -> list[Update]:
        """The oldest pending updates, at most `limit`, without those that have expired."""
        found: list[Update] = []
        stale: list[Update] = []
        for update in self._pending.values():
            if len(found) == limit:
                break
            (stale if update.expires_at <= self._now() else found).append(update)
        for update in stale:
            self.expired(update)
        if not self._pending:
            self.arrived.clear()
        return found

    def drop_all(self) -> None:
        """Forget everything that waits (drop_pending_updates)."""
        self.keep_last(0)

    def pending(self) -> Iterable[Update]:
        """Everything that waits, oldest first."""
        return self._pending.values()

    def count(self) -> int:
        """How many updates wait; expired ones at the head are dropped first."""
        while self._pending and self.expired(next(iter(self._pending.values()))):
            pass
        return len(self._pending)


def _while_below(updates: Iterable[Update], offset: int) -> Iterator[Update]:
    for update in updates:
        if update.id >= offset:
            return
        yield update


class Queue:
    """The updates of one webhook queue, one of which is in flight at a time."""

    def __init__(self) -> None:
        self.waiting: deque[Update] = deque()
        self.arrived = asyncio.Event()

    def put(self, update: Update) -> None:
        """Add at the end."""
        self.waiting.append(update)
        self.arrived.set()
