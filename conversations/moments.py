"""Instants in words: the owner's clock, the person's own, how many days are left, and how sure the date is."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from conversations.season import Season
from planning.fact_types import CycleDate, Evidence
from planning.timeline_types import Due, Item, Timeline

_ZONE_WORDS: Final = {
    "America/New_York": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Phoenix": "Arizona time",
    "America/Los_Angeles": "PT",
    "America/Anchorage": "Alaska time",
    "Pacific/Honolulu": "Hawaii time",
    "UTC": "UTC",
}


@dataclass(frozen=True, slots=True)
class When:
    """One instant as a template says it.

    Attributes:
        et: on the clock of whoever owns the date, with its zone. local: on the person's clock.
        same: both clocks agree, or only the day is known: one of them is enough.
        days: days from today (0 today, negative past), local ones where there is an hour. hours: whole hours left when
            under 24, else None.
        status: published, copied (read in copies by others only), estimated, or own.
        source, confirm: ids of sources; None for an own deadline.
        from_words: what an estimate rests on. counted_from: the date it is counted from, where it is not that day.
    """

    et: str
    local: str
    same: bool
    unix: int
    has_time: bool
    days: int
    hours: int | None
    status: str
    source: str | None
    confirm: str | None
    from_words: str | None
    counted_from: str | None
    zone_word: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item as lists and messages show it."""

    id: str
    label: str
    state: str
    nature: str
    phase: str
    when: When | None
    guide: bool
    muted: bool
    snoozed: When | None


def zone_word(zone: str) -> str:
    """A zone as people say it: "ET", "Karachi time"."""
    if zone.startswith("Etc/GMT") and len(zone) > 7:  # these names count the other way round: Etc/GMT-3 is UTC+3
        return f"UTC{'+' if zone[7] == '-' else '-'}{zone[8:]}"
    return _ZONE_WORDS.get(zone) or f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def day_words(at: date) -> str:
    """ "Wed 3 March 2027", of a day or a local time."""
    return f"{at:%a} {at.day} {at:%B %Y}"


def clock_words(at: datetime) -> str:
    """ "Wed 3 March 2027, 21:00", of a local time."""
    return f"{day_words(at)}, {at:%H:%M}"


def when_of(due: Due, zone: str, now: datetime) -> When:
    """The instant of an item in words, for somebody who lives in ``zone``, at ``now``."""
    theirs, mine = due.at.astimezone(ZoneInfo(due.zone)), due.at.astimezone(ZoneInfo(zone))
    word, found = zone_word(due.zone), due.date
    left = due.at - now
    has_time = due.has_time and not due.days  # an hour that is counted from another date would look exact, and is not
    return When(
        et=f"{clock_words(theirs)} {word}" if has_time else f"{day_words(theirs)} ({word})",
        local=clock_words(mine) if has_time else day_words(theirs),
        same=not has_time or theirs.utcoffset() == mine.utcoffset(),
        unix=int(due.at.timestamp()),
        has_time=has_time,
        days=_days_to(due, zone, now) if has_time else _days_to(due, due.zone, now),
        hours=left // timedelta(hours=1) if has_time and timedelta(0) <= left < timedelta(days=1) else None,
        status=_status(found),
        source=found.source if found else None,
        confirm=found.confirm_at if found else None,
        from_words=found.estimated_from if found and found.estimated else None,
        counted_from=found.title if found and due.days else None,
        zone_word=word,
    )


def _days_to(due: Due, zone: str, now: datetime) -> int:
    """Days on the calendar of a zone. A day without an hour is counted where it is meant: it must not be "tomorrow"
    in Pakistan while its date is today's."""
    place = ZoneInfo(zone)
    return (due.at.astimezone(place).date() - now.astimezone(place).date()).days


def _status(found: CycleDate | None) -> str:
    if found is None:
        return "own"
    if found.estimated:
        return "estimated"
    return "copied" if found.evidence is Evidence.SECONDARY else "published"


def instant_words(at: datetime, timeline: Timeline) -> When:
    """An instant of the person's own, such as the one to which a reminder was put off."""
    return when_of(Due(at, timeline.zone, has_time=True), timeline.zone, timeline.now)


def label_of(item: Item) -> str:
    """The item's short name: the task's, or the person's own words."""
    if item.own is not None:
        return item.own.title
    return item.task.label if item.task is not None else item.id


def _known(when: When, timeline: Timeline) -> When:
    """Without "your time" while nobody has said where that is."""
    return when if timeline.zone_known else replace(when, same=True)


def line_of(item: Item, timeline: Timeline, season: Season) -> Line:
    """The item as a line."""
    put_off = season.snoozed.get(item.id)
    return Line(
        id=item.id,
        label=label_of(item),
        state=item.state.value,
        nature=item.nature.value,
        phase=item.phase.value,
        when=_known(when_of(item.due, timeline.zone, timeline.now), timeline) if item.due else None,
        guide=item.task is not None and item.task.guide,
        muted=item.id in season.muted,
        snoozed=instant_words(put_off, timeline) if put_off and put_off > timeline.now else None,
    )
