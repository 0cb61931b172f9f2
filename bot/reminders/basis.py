"""The mark of everything by which reminders are computed: facts, the rules of time zones, our own rules.

It is kept with each person's reminders. Where it differs from the present one, they are computed anew: after an update
of the facts, of this program, or of the time zone data (the `tzdata` package, the system's, or another `PYTHONTZPATH`).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from planning.facts import Facts

RULES: Final = 1
"""Raise it with every change in `planning` or `conversations` that gives other reminders for the same answers."""
_WEEKS: Final = 3 * 53  # from the first day of this year: longer than any cycle that somebody plans for
_HOUR: Final = 3600


def basis(facts: Facts, today: date) -> str:
    """The mark as 32 hexadecimal digits. Reads some 600 zone files (a tenth of a second): for a thread.

    It differs from year to year, which recomputes everything once; that changes nothing where nothing else changed.
    """
    mark = hashlib.sha256(f"{RULES}".encode())
    for cycle in sorted(facts.cycles, key=lambda cycle: cycle.year):
        mark.update(repr((cycle.year, sorted(cycle.dates.items()))).encode())
    mark.update(repr(facts.tasks).encode())
    first = int(datetime(today.year, 1, 1, tzinfo=UTC).timestamp())
    for name in sorted(available_timezones()):
        mark.update(repr((name, offsets(ZoneInfo(name), first))).encode())
    return mark.hexdigest()[:32]


def offsets(zone: tzinfo, first: int) -> list[tuple[int, timedelta | None]]:
    """Every offset from UTC in three years from `first`, each with the hour (epoch seconds) from which it holds.

    Looked at week by week, and to the hour where a week brings a change: one that is taken back within the week is not
    seen, and no rule has such.
    """
    found = [(first, _offset(zone, first))]
    for week in range(1, _WEEKS):
        early, late = first + (week - 1) * 168 * _HOUR, first + week * 168 * _HOUR
        offset = _offset(zone, late)
        if offset == found[-1][1]:
            continue
        while late - early > _HOUR:
            middle = early + (late - early) // (2 * _HOUR) * _HOUR
            if _offset(zone, middle) == offset:
                late = middle
            else:
                early = middle
        found.append((late, offset))
    return found


def _offset(zone: tzinfo, at: int) -> timedelta | None:
    return datetime.fromtimestamp(at, zone).utcoffset()
