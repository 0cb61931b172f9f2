"""How many rows there are, for health and metrics. Never whose."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.script import Script


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by kind; `unreachable` are among the `people`."""

    people: int
    unreachable: int
    sessions: int
    applied_updates: int


def counts() -> Script[Counts]:
    """Count everything once. It reads whole tables: for a minute's tick, not for every request."""
    rows = yield (
        "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM people WHERE unreachable_at IS NOT NULL),"
        " (SELECT count(*) FROM sessions), (SELECT count(*) FROM applied_updates)",
        (),
    )
    people, unreachable, sessions, applied_updates = rows[0]
    return Counts(people=people, unreachable=unreachable, sessions=sessions, applied_updates=applied_updates)
