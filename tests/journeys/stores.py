"""A database that can go away, for tests of what the bot then does: the seam is the `Store` protocol."""

import asyncio
from typing import Final, TypeVar

from bot.settings import Settings
from bot.store import Script, Store, StoreUnavailable, Vault, open_store

T = TypeVar("T")
_OFTEN: Final = 6


class LeavingStore:
    """The real store behind it, until `away` is set: then everything fails as it does where the disk is gone.

    `was_missed` tells when that has happened some times.
    """

    def __init__(self, real: Store) -> None:
        self._real = real
        self.away = False
        self.was_missed = asyncio.Event()
        self._refused = 0

    @classmethod
    def opened(cls, settings: Settings) -> "LeavingStore":
        """On the database of these settings."""
        return cls(open_store(settings.database_url, Vault(settings.encryption_keys)))

    @property
    def dialect(self) -> str:
        """As the real one."""
        return self._real.dialect

    async def write(self, script: Script[T], *, chat_id: int | None = None) -> T:
        """As the real one, or StoreUnavailable."""
        self._check()
        return await self._real.write(script, chat_id=chat_id)

    async def read(self, script: Script[T]) -> T:
        """As the real one, or StoreUnavailable."""
        self._check()
        return await self._real.read(script)

    async def migrate(self) -> list[int]:
        """As the real one."""
        return await self._real.migrate()

    async def describe(self) -> dict[str, object]:
        """As the real one."""
        return await self._real.describe()

    async def scrub(self) -> bool:
        """As the real one, or StoreUnavailable."""
        self._check()
        return await self._real.scrub()

    async def close(self) -> None:
        """As the real one."""
        await self._real.close()

    def _check(self) -> None:
        if self.away:
            self._refused += 1
            if self._refused == _OFTEN:
                self.was_missed.set()
            raise StoreUnavailable("The disk has gone for a walk.")
