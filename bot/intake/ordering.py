"""One chat in order, chats side by side: python-telegram-bot's own seam for it, with one lock a chat."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final

from telegram import Update
from telegram.ext import BaseUpdateProcessor

# The library takes a slot before it asks us, so somebody who floods holds one slot for each waiting message. Few slots
# would let one person delay all others (measured: 258 ms with 4 slots, 2 ms with 64); memory bounds the rest.
SLOTS: Final = 1024


class ChatLocks:
    """A lock for each chat that is being served; gone when nobody waits for it, so the table never grows for ever."""

    def __init__(self) -> None:
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def held(self, chat_id: int) -> AsyncIterator[None]:
        """Holds the chat's lock. Waiters get it in the order in which they asked (asyncio.Lock is fair)."""
        lock, users = self._locks.get(chat_id) or (asyncio.Lock(), 0)
        self._locks[chat_id] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[chat_id]
            if users == 1:
                del self._locks[chat_id]
            else:
                self._locks[chat_id] = (lock, users - 1)

    def __len__(self) -> int:
        return len(self._locks)


class PerChatProcessor(BaseUpdateProcessor):
    """Runs updates of one chat one after the other, in the order in which they came."""

    def __init__(self) -> None:
        super().__init__(max_concurrent_updates=SLOTS)
        self.locks = ChatLocks()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Awaits the update's turn while holding its chat's lock."""
        async with self.locks.held(chat_of(update)):
            await coroutine

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""


def chat_of(update: object) -> int:
    """The chat whose order an update belongs to: a button and a text of one person share it; 0 where there is none."""
    if not isinstance(update, Update):
        return 0
    chat = update.effective_chat
    if chat is not None:
        return chat.id
    user = update.effective_user
    return user.id if user is not None else 0
