"""What a store is, whichever database stands behind it."""

from __future__ import annotations

from typing import Protocol, TypeVar

from bot.store.script import Script

T = TypeVar("T")


class Store(Protocol):
    """One database. Every method raises `StoreUnavailable` when the database cannot be used just now."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        ...

    async def write(self, script: Script[T], *, chat_id: int | None = None) -> T:
        """Run the script in ONE transaction, commit, and give its result.

        Any exception that the script raises rolls everything back and comes out unchanged. A cancelled caller leaves
        nothing half-way: the transaction that it had begun still ends as a whole, almost always by committing. With
        `chat_id`, writers of that chat wait for one another, in other processes too.
        """
        ...

    async def read(self, script: Script[T]) -> T:
        """Run a script that only reads, on one consistent snapshot of what was committed."""
        ...

    async def migrate(self) -> list[int]:
        """Bring the schema up to date and give the numbers of the migrations applied now, in order.

        First it looks, changing nothing: `WrongKey` if our keys do not open the data that is there, `MigrationRefused`
        if an applied migration was edited since or the database is newer than this program.
        """
        ...

    async def describe(self) -> dict[str, object]:
        """For an operator: versions, the settings of every connection, migrations and keys. Nothing personal.

        Does not raise for what it finds wrong; it says so under `problem`.
        """
        ...

    async def scrub(self) -> bool:
        """After an erasure: remove what the database's own log still holds of it. False: not possible just now."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of every connection and thread. May be called twice."""
        ...
