"""From what a clock on a wall says to the instant that is meant, by rule where a clock change makes it unclear.

The rule: a local time that does not exist, because the clock was put forward, is the later time to which it is mapped
(02:30 becomes 03:30); one that exists twice, because the clock was put back, is the first. A whole day can be missing
as well (30 December 2011 in Samoa): its times are those of the day after. All of this is what `zoneinfo` gives for
``fold=0``. The zone data are those of the ``tzdata`` package, so a changed law needs a new package and no new code.

A zone that ``tzdata`` does not know raises `zoneinfo.ZoneInfoNotFoundError`, which is a `KeyError`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Quiet = tuple[int, int]
"""Local hours (from, to); (21, 8) spans midnight. Twice the same hour is no quiet time at all."""


def instant(on: date, hour: int, minute: int, zone: str) -> datetime:
    """The aware UTC instant at which a clock in the IANA zone says `hour`:`minute` on that day, by the rule above."""
    return _at(on, hour, minute, zone, fold=0)


def local_day(at: datetime, zone: str) -> date:
    """The date in the zone at an aware instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def is_quiet(hour: int, quiet: Quiet | None) -> bool:
    """Whether a local hour (0 to 23) lies in the quiet time."""
    if quiet is None:
        return False
    begins, ends = quiet[0] % 24, quiet[1] % 24
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends


def quiet_until(now: datetime, quiet: Quiet | None, zone: str) -> datetime | None:
    """The aware UTC instant at which the quiet time around `now` ends; None when it is not quiet.

    The clock on the wall decides: a night with a clock change has an hour less or more of quiet.
    """
    local = now.astimezone(ZoneInfo(zone))
    if quiet is None or not is_quiet(local.hour, quiet):
        return None
    ends = quiet[1] % 24
    on = local.date() if local.hour < ends else local.date() + timedelta(days=1)
    first = _at(on, ends, 0, zone, fold=0)
    # Where the clock goes back by more than the rest of the quiet time, its end was there already once.
    return first if first > now else _at(on, ends, 0, zone, fold=1)


def _at(on: date, hour: int, minute: int, zone: str, fold: int) -> datetime:
    return datetime.combine(on, time(hour, minute, fold=fold), ZoneInfo(zone)).astimezone(UTC)
