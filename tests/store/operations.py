"""Small scripts and values that several store tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot.store.script import Row, Script, Value
from bot.store.sessions import Decision

NOW = datetime(2026, 9, 14, 12, 0, 0, 123_000, tzinfo=UTC)
CHAT = 4_503_599_627_370_495  # 52 bits: the largest chat id that Telegram promises


def rows_of(sql: str, *values: Value) -> Script[list[Row]]:
    """The rows of one statement, as tuples."""
    return [tuple(row) for row in (yield (sql, values))]


def save(body: bytes) -> Callable[[bytes | None], Decision]:
    """A `decide` that stores this body, whatever was there."""
    return lambda _: Decision(body)


def append(piece: bytes) -> Callable[[bytes | None], Decision]:
    """A `decide` that adds a piece to what is there, so that every applied turn leaves its trace."""
    return lambda body: Decision((body or b"") + piece)


def erase(_: bytes | None) -> Decision:
    """A `decide` that removes the person."""
    return Decision(None, erase=True)
