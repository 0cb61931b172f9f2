"""Instants in the database: whole milliseconds since 1970-01-01 UTC, in a 64-bit integer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(instant: datetime) -> int:
    """Epoch milliseconds of an aware instant, rounded down; ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return (instant - _EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC instant of epoch milliseconds, exactly."""
    return _EPOCH + milliseconds * _MILLISECOND
