"""The mark of everything by which reminders are computed: facts, the rules of time zones, our own rules.

It is kept with each person's reminders. Where it differs from the present one, they are computed anew: after an update
of the facts, of this program, or of the time zone data (the `tzdata` package, the system's, or another `PYTHONTZPATH`).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from planning.facts import Facts

RULES: Final = 1
"""Raise it with every change in `planning` or `conversations` that gives other reminders for the same answers."""
_YEARS: Final = 3  # from the present one: longer than any cycle that somebody plans for
_DAYS: Final = (1, 15)  # clocks change on a Sunday at most two weeks from one of these


def basis(facts: Facts, today: date) -> str:
    """The mark as 32 hexadecimal digits. Reads some 600 zone files (about a third of a second): for a thread.

    It differs from year to year, which recomputes everything once; that changes nothing where nothing else changed.
    """
    mark = hashlib.sha256(f"{RULES}".encode())
    for cycle in sorted(facts.cycles.values(), key=lambda cycle: cycle.year):
        mark.update(repr((cycle.year, sorted(cycle.dates.items()))).encode())
    mark.update(repr(facts.tasks).encode())
    instants = [
        datetime(year, month, day, tzinfo=UTC)
        for year in range(today.year, today.year + _YEARS)
        for month in range(1, 13)
        for day in _DAYS
    ]
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        mark.update(repr((name, [at.astimezone(zone).utcoffset() for at in instants])).encode())
    return mark.hexdigest()[:32]
