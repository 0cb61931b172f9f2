"""A person's plan as entries of a calendar: which there are, when, and under which version an app knows them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from planning.timeline_types import DONE_STATES, OWN, Item, Nature, State

LENGTH: Final = timedelta(minutes=30)
"""How long an entry with an hour is. Apps draw entries without a length as a line that is easily missed."""
UID_DOMAIN: Final = "parallel-plan"

_CANCELLED: Final = "x "
_DAY: Final = "day "
_TIME: Final = "time "


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry.

    Attributes:
        item_id: the timeline's item.
        uid: what a calendar app knows it by, for ever. Tells nothing about the person or the item.
        sequence: RFC 5545's SEQUENCE, from 0. It rises whenever the time or `cancelled` changes, and for nothing else.
        cancelled: it was in an earlier file, and is done or gone: an app that has it takes it out.
        starts, ends: for an `all_day` entry dates, `ends` being the day after; else aware UTC instants.
        digest: time and `cancelled` in one text, by which the next file knows whether they changed.
    """

    item_id: str
    uid: str
    sequence: int
    cancelled: bool
    all_day: bool
    starts: date | datetime
    ends: date | datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """All entries of one file, by their time.

    Attributes:
        made_at: aware UTC instant of the file.
        known: (sequence, digest) of every entry, to be kept and given to the next call for the same person.
    """

    cycle: int
    made_at: datetime
    entries: tuple[CalendarEntry, ...]
    known: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def calendar_entries(
    items: Sequence[Item], known: Mapping[str, tuple[int, str]], seed: str, cycle: int, now: datetime
) -> Calendar:
    """The entries of a plan.

    Open items with a date have an entry. What is done, gone or without a date has one only if an earlier file had it:
    a cancelled one, so that importing the new file over the old takes it out and leaves nothing twice. What merely
    passed keeps the entry that it had: a calendar is also a record. Of another Match that was planned before, what
    still lies ahead is cancelled; a person's own deadlines belong to no Match.

    An entry with an hour lasts half an hour, or as long as the facts say. A deadline (or a task's time) is its END: the
    app's usual alert at the beginning then comes before it is too late, and who reads only "8:30" errs to the safe
    side. An event, and whatever the person noted down, is its BEGINNING: an interview at 14:00 has to stand at 14:00.
    Where only a day is known the entry is that whole day, in no zone: a day in Washington stays the same in Lahore.

    `known` is what the last call for this person gave, whatever the Match; `cycle` is its year. `seed` is a random text
    of the person's own, never shown and never changed; `now` is aware.
    """
    entries: dict[str, CalendarEntry] = {}
    for item in items:
        key = _key(item.id, cycle)
        before, span = known.get(key), _span(item)
        if span is None or item.state in DONE_STATES:
            continue
        if item.state is State.PASSED and (before is None or before[1].startswith(_CANCELLED)):
            continue
        entries[key] = _entry(item.id, span, before, _uid(seed, key), cancelled=False)
    for key, before in known.items():
        span = _read(before[1]) if key not in entries else None
        item_id = key.rpartition("/")[2]
        if span is None or (key != _key(item_id, cycle) and _order(span[1]) <= now):
            continue
        entries[key] = _entry(item_id, span, before, _uid(seed, key), cancelled=True)
    return Calendar(
        cycle=cycle,
        made_at=now.astimezone(UTC),
        entries=tuple(sorted(entries.values(), key=lambda entry: (_order(entry.starts), entry.item_id))),
        # What could not be read belongs to another release; forgetting its number could bring an old one back.
        known={**known, **{key: (entry.sequence, entry.digest) for key, entry in entries.items()}},
    )


def _key(item_id: str, cycle: int) -> str:
    """What tells an entry from all others of the person: an item of a Match, or a deadline of their own."""
    return item_id if item_id.startswith(OWN) else f"{cycle}/{item_id}"


_Span = tuple[date, date]
"""Beginning and end: two dates, or two instants."""


def _span(item: Item) -> _Span | None:
    if item.due is None:
        return None
    if not item.due.has_time or item.due.days:  # an hour that is counted from another date would look exact
        return item.due.on, item.due.on + timedelta(days=1)
    at = item.due.at.astimezone(UTC)
    if item.nature is not Nature.EVENT and item.own is None:
        return at - LENGTH, at
    lasts_until = item.due.date.ends_at if item.due.date is not None and item.due.days == 0 else None
    return at, at + LENGTH if lasts_until is None else lasts_until.astimezone(UTC)


def _entry(item_id: str, span: _Span, before: tuple[int, str] | None, uid: str, *, cancelled: bool) -> CalendarEntry:
    digest = (_CANCELLED if cancelled else "") + _written(span)
    sequence = 0
    if before is not None:
        sequence = before[0] + (before[1] != digest)
    starts, ends = span
    return CalendarEntry(
        item_id=item_id,
        uid=uid,
        sequence=sequence,
        cancelled=cancelled,
        all_day=not isinstance(starts, datetime),
        starts=starts,
        ends=ends,
        digest=digest,
    )


def _written(span: _Span) -> str:
    starts, ends = span
    if isinstance(starts, datetime):
        return f"{_TIME}{starts.isoformat()}/{ends.isoformat()}"
    return f"{_DAY}{starts.isoformat()}"


def _read(digest: str) -> _Span | None:
    """The span of a digest, so that an item that is gone can still be cancelled at its place; None if it is none."""
    text = digest.removeprefix(_CANCELLED)
    try:
        if text.startswith(_TIME):
            starts, ends = (datetime.fromisoformat(part) for part in text.removeprefix(_TIME).split("/"))
            return (starts, ends) if starts.tzinfo and ends.tzinfo and starts < ends else None
        if text.startswith(_DAY):
            day = date.fromisoformat(text.removeprefix(_DAY))
            return day, day + timedelta(days=1)
    except ValueError:
        return None
    return None


def _order(starts: date) -> datetime:
    # A whole day comes before what happens on it.
    if isinstance(starts, datetime):
        return starts
    return datetime(starts.year, starts.month, starts.day, tzinfo=UTC)


def _uid(seed: str, key: str) -> str:
    found = hashlib.sha256(f"{seed}\0{key}".encode()).hexdigest()
    return f"{found[:32]}@{UID_DOMAIN}"
