"""Which reminders somebody has ahead, computed anew whenever a plan, a date, a city or a wish changes.

Nothing here knows what was sent. A reminder's `key` stays the same however often, wherever and for whatever hour it is
computed, and the sender sends each key once. The one exception is a snooze: somebody may put the same item off again,
which is the same key with a later `due_at`, and must be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Final

from planning.reminder_types import DIGEST, SNOOZED, Mode, Preferences, Reminder
from planning.timeline_types import Due, Item, Nature, State, Timeline
from planning.wall_clock import instant, is_quiet, local_day, quiet_until

DIGEST_LEAD: Final = "d"
"""The lead of a digest, and of every item that a digest names."""
ENOUGH: Final = timedelta(hours=3)
"""A reminder comes at least so long before its item: 21:00 in New York is the next morning in Pakistan, and "today" at
09:00 would be too late."""
_SHORT: Final = timedelta(hours=1)
URGENT: Final = timedelta(hours=12)
"""With less left than this, quiet time is not kept."""
_EVENT_LEADS: Final = 2
"""An event needs no work beforehand: a week's notice is for what has to be done."""


def reminders(
    timeline: Timeline,
    preferences: Preferences,
    muted: frozenset[str],
    snoozed: Mapping[str, datetime],
    now: datetime,
    digest_on: date | None = None,
) -> tuple[Reminder, ...]:
    """Everything that is scheduled after `now`, by due time; each `key` once.

    - An item has reminders while it is open with a date ahead, is not muted, and no other open item speaks of it
      (`told_with`). They come at the preferred hour of the person's zone, so many days before the item's day there,
      but at least three hours before its time: where that is not so, whole days earlier. Two that fall together are
      one, the one with the smaller lead.
    - What would be due already is not owed: somebody who begins late gets what still comes. Where nothing would come,
      there is one three hours before the item's time, or one hour.
    - An hour in quiet time gives the hour at which quiet time ends, on the same day, so that a lead of two days is two.
    - An item that lasts, as the interview season does, is reminded of its beginning.
    - A snoozed item has one reminder at the chosen instant in place of its earlier ones, in every mode. It waits for
      the end of quiet time, except when the item's time is less than 12 hours away or would be over by then. A task
      that is late has no other. A snooze to the item's own time or later is ignored.
    - A digest is given for the next time only; call again when it was sent. With weekly digests the day itself of every
      deadline has its own reminder, so that no digest hides it.

    Args:
        timeline: as of about `now`; its zone is the person's.
        muted: ids of items.
        snoozed: the aware UTC instant until which an item was put off, by id.
        now: aware; only later instants are scheduled.
        digest_on: the person's local day on which the last digest was really sent. The next is for a later day, though
            the person moved west, chose a later hour, or got the last one late.
    """
    if not preferences.on:
        return ()
    found: dict[tuple[str, str, datetime], Reminder] = {}
    for item in timeline.items:
        for one in _of_item(item, timeline, preferences, muted, snoozed.get(item.id), now):
            found[one.key] = one
    if preferences.mode is not Mode.EACH:
        digest = _next_digest(timeline.zone, preferences, now, digest_on)
        found[digest.key] = digest
    return tuple(sorted(found.values(), key=lambda one: (one.due_at, one.key)))


def told_elsewhere(item: Item, timeline: Timeline) -> bool:
    """Whether the reminders of another item, open and with its time ahead, speak of this one."""
    if item.task is None or item.task.told_with is None:
        return False
    other = timeline.item(item.task.told_with)
    return other is not None and other.state is State.OPEN and other.due is not None


def _of_item(
    item: Item,
    timeline: Timeline,
    preferences: Preferences,
    muted: frozenset[str],
    snoozed_to: datetime | None,
    now: datetime,
) -> Iterator[Reminder]:
    if item.due is None or not item.open or item.id in muted:
        return
    put_off = _put_off(item, item.due, snoozed_to, timeline.zone, preferences)
    if put_off is not None and put_off.due_at > now:
        yield put_off
    if item.state is not State.OPEN or item.due.at <= now or told_elsewhere(item, timeline):
        return
    ordinary = tuple(_ordinary(item, item.due, timeline.zone, preferences))
    ahead = [one for one in ordinary if one.due_at > now]
    if not ahead and ordinary and put_off is None and (last := _last_call(item, item.due, now)) is not None:
        ahead = [last]
    for one in ahead:
        if put_off is None or one.due_at > put_off.due_at:
            yield one


def _last_call(item: Item, due: Due, now: datetime) -> Reminder | None:
    """For what was noted down, or seen for the first time, so late that no usual time is left: three hours before it,
    or an hour before. It is the reminder of the day itself, so who had that one gets no other."""
    for before in (ENOUGH, _SHORT):
        if (due_at := due.at - before) > now:
            return Reminder(item.id, "0", due_at, due.at)
    return None


def _put_off(item: Item, due: Due, snoozed_to: datetime | None, zone: str, preferences: Preferences) -> Reminder | None:
    if snoozed_to is None or (item.state is State.OPEN and snoozed_to >= due.at):
        return None
    ends = quiet_until(snoozed_to, preferences.quiet, zone)
    urgent = item.state is State.OPEN and (due.at - snoozed_to < URGENT or (ends is not None and ends >= due.at))
    return Reminder(item.id, SNOOZED, snoozed_to if ends is None or urgent else ends, due.at)


def _ordinary(item: Item, due: Due, zone: str, preferences: Preferences) -> Iterator[Reminder]:
    """One reminder for each lead, those that fall together being one."""
    day = local_day(due.at, zone)
    given: set[datetime] = set()
    for lead in sorted(_leads(item, preferences)):
        due_at = _in_time(day - timedelta(days=lead), due.at, zone, preferences)
        if due_at not in given:
            given.add(due_at)
            yield Reminder(item.id, str(lead), due_at, due.at)


def _leads(item: Item, preferences: Preferences) -> set[int]:
    """Days before; in the modes with a digest only those that come beside it."""
    if preferences.mode is not Mode.EACH:
        return {0} if preferences.mode is Mode.WEEKLY and item.nature is Nature.DEADLINE else set()
    chosen = {lead for lead in preferences.leads if lead >= 0}
    if item.nature is Nature.EVENT and chosen:
        # Somebody who chose only longer leads still wants to hear of it, once.
        chosen = {lead for lead in chosen if lead <= _EVENT_LEADS} or {min(chosen)}
    return chosen | set(item.task.extra_leads if item.task is not None else ())


def _in_time(on: date, at: datetime, zone: str, preferences: Preferences) -> datetime:
    """The preferred hour on that day, or of the last day before on which it is long enough before `at`."""
    due_at = _due_on(on, zone, preferences)
    while due_at > at - ENOUGH:
        on -= timedelta(days=1)
        due_at = _due_on(on, zone, preferences)
    return due_at


def _due_on(on: date, zone: str, preferences: Preferences) -> datetime:
    """The instant of the preferred hour on a day, outside quiet time also where a clock change moves it into that."""
    hour = preferences.hour
    if preferences.quiet is not None and is_quiet(hour, preferences.quiet):
        hour = preferences.quiet[1] % 24
    due_at = instant(on, hour, 0, zone)
    return quiet_until(due_at, preferences.quiet, zone) or due_at


def _next_digest(zone: str, preferences: Preferences, now: datetime, digest_on: date | None) -> Reminder:
    """The next digest after `now`. Its `of_at` is midnight UTC of its local date: one key a local day in every zone."""
    first = local_day(now, zone)
    if digest_on is not None:
        first = max(first, digest_on + timedelta(days=1))
    days = (first + timedelta(days=more) for more in count())
    wanted = (on for on in days if preferences.mode is not Mode.WEEKLY or on.weekday() == preferences.weekday)
    due_at = next(at for on in wanted if (at := _due_on(on, zone, preferences)) > now)
    day = local_day(due_at, zone)  # where a whole day is missing, it is the day after the one that was looked at
    return Reminder(DIGEST, DIGEST_LEAD, due_at, datetime.combine(day, time(), UTC))
