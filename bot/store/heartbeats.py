"""Signs of life of the parts that work in the background, for the health page."""

from __future__ import annotations

from datetime import datetime

from bot.store.instants import from_ms, to_ms
from bot.store.script import Script


def beat(name: str, now: datetime) -> Script[None]:
    """Note that the part of this name was at work at an instant."""
    yield (
        "INSERT INTO heartbeats (name, beat_at) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at",
        (name, to_ms(now)),
    )


def last_beats() -> Script[dict[str, datetime]]:
    """The last sign of life of each part, by name."""
    rows = yield ("SELECT name, beat_at FROM heartbeats ORDER BY name", ())
    return {name: from_ms(beat_at) for name, beat_at in rows}
