"""When to begin, so that the last of many who share an instant still has the reminder in time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

HORIZON: Final = timedelta(hours=2)
"""How far ahead a crowd is seen: at the planned rate, room for 144,000 people."""
PLANNED_PER_SECOND: Final = 20.0
"""Below what bulk may send (`bot.outgoing.pacing.PER_SECOND`), because replies take their part of that."""
SMALL: Final = timedelta(seconds=30)
"""A crowd that is done so quickly is no crowd: nobody is written to before their time because of it."""
BUCKET: Final = timedelta(minutes=1)


def early_until(due: Sequence[tuple[datetime, int]], now: datetime) -> datetime:
    """Up to which due time people may be written to now; `now` itself where no crowd is near.

    `due` is how many people come due in each minute, by its beginning and in order, with what is overdue already. For
    everybody of a minute to have theirs by its beginning, sending must begin as many seconds before as they and all
    before them need. Who is due before a crowd is not delayed by it: all of them may go, the most urgent first.
    """
    waiting = 0
    until = now
    for minute, people in due:
        waiting += people
        needed = timedelta(seconds=waiting / PLANNED_PER_SECOND)
        if minute > now and needed > SMALL and minute - needed <= now:
            until = minute + BUCKET
    return until
