"""Where a day stands in a season, and when a task of it is due. Pure arithmetic on the clock of the date's owner."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from planning.fact_rows import shifted
from planning.fact_types import Cycle, CycleDate
from planning.timeline_types import Due, Nature, Phase, Task, Where

EARLY_FROM: Final = 18
"""Months before applying at which the guide's first phase begins."""
EARLY_TO: Final = 6
"""Months before applying at which it ends."""
LETTERS_FROM: Final = 6
"""Months before ERAS opens at which the guide's second phase begins."""
LETTERS_TO: Final = 3
"""Months before ERAS opens at which it ends."""

_LAST_MINUTE: Final = time(23, 59)
_PHASES: Final = {
    Where.BEFORE: Phase.EARLY,
    Where.EARLY: Phase.EARLY,
    Where.LETTERS: Phase.LETTERS,
    Where.BETWEEN: Phase.LETTERS,
    Where.SEASON: Phase.SEASON,
    Where.RANKED: Phase.SEASON,
    Where.MATCH_WEEK: Phase.MATCH_WEEK,
    Where.AFTER: Phase.AFTER,
}


def boundaries(cycle: Cycle) -> Iterator[tuple[Where, datetime]]:
    """The places of a season in their order, each with the aware UTC instant at which it begins.

    The guide measures its first phase from applying (18 to 6 months before) and its second from the opening of ERAS
    (6 to 3 months before). ERAS opens three months before applications can be sent, so the two overlap by about
    three months, and between the second and the season is a gap. Where they overlap it is the second, whose work is
    nearer; in the gap it is `Where.BETWEEN`. Should the first reach beyond the second, it is the first again.
    Months are calendar months on the clock of the date's owner; Match Week is from its Monday, 0:00, to the end of
    Match Day.
    """
    opens, submit = cycle.applications_open, cycle.submit
    letters_end = months_before(opens, LETTERS_TO)
    yield Where.EARLY, months_before(submit, EARLY_FROM)
    yield Where.LETTERS, months_before(opens, LETTERS_FROM)
    early_end = months_before(submit, EARLY_TO)
    if early_end > letters_end:
        yield Where.EARLY, letters_end
    yield Where.BETWEEN, max(early_end, letters_end)
    yield Where.SEASON, submit.at
    yield Where.RANKED, cycle.rank_list_deadline.at
    yield Where.MATCH_WEEK, _midnight(cycle.match_week, 0)
    yield Where.AFTER, _midnight(cycle.match_day, 1)


def where(cycle: Cycle, now: datetime) -> Where:
    """The place of `now` (aware UTC) in the season; each begins at its instant and lasts until the next."""
    return _where(boundaries(cycle), now)


def phases_of(cycle: Cycle, instants: Iterable[datetime]) -> Iterator[Phase]:
    """The phase of each instant. In the gap it is the one whose work is still open, so also before all."""
    begins = tuple(boundaries(cycle))  # once for all of somebody's own deadlines: they are placed at every tap
    return (_PHASES[_where(begins, at)] for at in instants)


def months_before(date: CycleDate, months: int) -> datetime:
    """Whole calendar months earlier at the same wall time, on the last day of a shorter month; aware UTC."""
    local = date.at.astimezone(ZoneInfo(date.zone))
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def due(task: Task, cycle: Cycle) -> Due | None:
    """When the task is due in that season; None where no date is known."""
    date = cycle.dates.get(task.by or "")
    if date is None:
        return None
    return Due(shifted(_moment(date), date.zone, task.days), date.zone, date.has_time, date, task.days)


def ends_at(task: Task, when: Due | None, cycle: Cycle) -> datetime | None:
    """When it is too late for the task, or the event is over: at the end of its ``until``, or of its own date.

    A task without ``until`` can always still be done: None, as where no date is known.
    """
    if task.until is not None:
        until = cycle.dates.get(task.until)
        return None if until is None else until.ends_at or _moment(until)
    if task.nature is Nature.TASK or when is None:
        return None
    lasts = when.date.ends_at if when.date is not None and not when.days else None
    return lasts or when.at


def _where(begins: Iterable[tuple[Where, datetime]], now: datetime) -> Where:
    found = Where.BEFORE
    for place, begins_at in begins:
        if now >= begins_at:
            found = place
    return found


def _moment(date: CycleDate) -> datetime:
    """The instant of a date; where only the day is known, 23:59 of it in its zone. Aware UTC."""
    if date.has_time:
        return date.at
    return datetime.combine(date.on, _LAST_MINUTE, ZoneInfo(date.zone)).astimezone(UTC)


def _midnight(date: CycleDate, days: int) -> datetime:
    return datetime.combine(date.on + timedelta(days=days), time(), ZoneInfo(date.zone)).astimezone(UTC)
