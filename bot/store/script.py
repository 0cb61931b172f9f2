"""The shape of every store operation: a generator that yields SQL and receives rows.

A script does no input or output itself. It is written once, and both drivers run it: SQLite inside one job of the
database's own thread, PostgreSQL statement by statement. Scripts compose with `yield from`, so a larger operation is
one transaction made of smaller ones.

The SQL is the portable part of both databases: parameters `$1`, `$2`, …, `ON CONFLICT`, `RETURNING`. Values are int
(64 bits), str, bytes and None; an instant is its epoch milliseconds (see `instants`).

Two rules. A script must not catch a statement's error: PostgreSQL has given the transaction up by then. And it may run
outside the event loop's thread: it calls nothing of asyncio, and what it is given (a `decide` function, a vault) is
pure or thread-safe.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

Value: TypeAlias = int | str | bytes | None
Row: TypeAlias = Sequence[Any]  # the columns in the order in which the statement names them
Statement: TypeAlias = tuple[str, tuple[Value, ...]]
Script: TypeAlias = Generator[Statement, Sequence[Row], T]
