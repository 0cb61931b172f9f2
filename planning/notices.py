"""What one message says to one person now, for all reminders whose time has come, however long ago that was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from planning.reminder_types import DIGEST, MOVED, Mode, Notice, Preferences, Reminder, Said, Wait
from planning.reminders import DIGEST_LEAD, URGENT, told_elsewhere
from planning.timeline_types import Item, Nature, State, Timeline
from planning.wall_clock import local_day, quiet_until

_AHEAD: Final = {Mode.DAILY: timedelta(days=7), Mode.WEEKLY: timedelta(days=14)}
"""How far a digest looks: a week, and with a digest a week two, so that nothing is named for the first time when less
than a week is left."""
_NEAR: Final = timedelta(hours=48)
"""A deadline so near rings; everything else comes without a sound."""


def notice(
    due: Sequence[Reminder], timeline: Timeline, preferences: Preferences, muted: frozenset[str], now: datetime
) -> Notice | Wait:
    """One message for everything in `due`, or how long to wait because it is quiet where the person lives.

    - Every item is looked up as it stands now: what is done, answered, muted or gone is not said, nor is a reminder of
      a time that the item no longer has (its new ones are scheduled). An empty notice is settled without sending.
    - Several reminders of one item are said once, the latest of them.
    - An item whose time is over while it was not done goes to `passed`, also a task that can still be done.
    - A date that moved is said with what it was first and what it is now, whatever it was in between; a date that moved
      back is not said. Beside that its item is not named again.
    - A digest names what is open and due within 7 days (weekly: 14; the rank list 14), tasks that are late (a daily one
      with nothing else to say only once a week), and what passed since the digest was due, which is nothing when it
      comes in time. The items it names carry a reminder of the lead "d", which
      is in no schedule. A digest in the mode of single reminders is one of an earlier wish and says nothing.
    - Quiet time is kept, unless something in the message has under 12 hours left or would be over when it ends; then
      all is said, in one message.

    Args:
        due: reminders of one person, in any order.
        timeline: as of about `now`.
        muted: ids of items.
    """
    if not preferences.on:
        return Notice()
    moved = _moved_now(due, timeline, muted)
    named = {said.item.id for said in moved}
    said = [one for one in _said(due, timeline, muted) if one.item.id not in named]
    digest = next((r for r in due if r.item == DIGEST), None) if preferences.mode in _AHEAD else None
    late: tuple[Item, ...] = ()
    if digest is not None:
        named |= {one.item.id for one in said}
        said += _of_digest(digest, timeline, muted, now, preferences, named)
        if preferences.mode is Mode.WEEKLY or digest.of_at.weekday() == preferences.weekday or said or moved:
            late = tuple(i for i in timeline.late if _sayable(i, muted) and not told_elsewhere(i, timeline))
    told_late = {item.id for item in late}
    coming = [one for one in said if not _over(one, now)]
    passed = [one for one in said if _over(one, now) and one.item.id not in told_late]
    found = Notice(
        coming=tuple(sorted(coming, key=_by_time)),
        passed=tuple(sorted(passed, key=_by_time)),
        moved=tuple(sorted(moved, key=_by_time)),
        digest=digest is not None,
        late=late,
        silent=not any(_rings(one, now) for one in (*coming, *moved)),
    )
    ends = quiet_until(now, preferences.quiet, timeline.zone)
    if ends is None or found.empty or any(_presses(one, now, ends) for one in (*coming, *moved)):
        return found
    return Wait(ends)


def moved(old: Sequence[Reminder], timeline: Timeline, now: datetime) -> tuple[Reminder, ...]:
    """What is to be said because dates in the facts were updated: one reminder for each open item whose time changed.

    It is due `now`. A person's own deadlines are never among them: who moves one knows. The news of an earlier move
    that is still unsent is carried on: it is given again unchanged, or with the newest time, or falls away when the
    date moved back. So the result takes the place of every `MOVED` reminder in `old`.

    Args:
        old: the person's reminders that were scheduled by the earlier facts and are not sent.
        timeline: by the new facts.
    """
    found: list[Reminder] = []
    for item in timeline.items:
        mine = sorted((r for r in old if r.item == item.id), key=lambda r: r.due_at)
        if not mine or not item.open or item.own is not None or item.due is None:
            continue
        news = [r for r in mine if r.lead == MOVED]
        kept = next((r for r in news if r.of_at == item.due.at and r.was_at is not None), None)
        told = (news[0].was_at if news else None) or mine[0].of_at
        if kept is not None:
            found.append(replace(kept, was_at=told))
        elif told != item.due.at and (news or all(r.of_at != item.due.at for r in mine)):
            found.append(Reminder(item.id, MOVED, now, item.due.at, told))
    return tuple(sorted(found, key=lambda r: (r.of_at, r.item)))


def _said(due: Iterable[Reminder], timeline: Timeline, muted: frozenset[str]) -> list[Said]:
    """The reminders that still hold, one for each item."""
    latest: dict[str, Said] = {}
    for one in sorted(due, key=lambda r: (r.due_at, r.key)):
        item = timeline.item(one.item)
        if item is None or item.due is None or not _sayable(item, muted):
            continue
        if one.lead == MOVED and item.state is State.OPEN:
            continue  # it is among the dates that moved, or it moved back
        if one.of_at == item.due.at:
            latest[item.id] = Said(one, item)
    return list(latest.values())


def _moved_now(due: Iterable[Reminder], timeline: Timeline, muted: frozenset[str]) -> list[Said]:
    """The dates that moved, of items that are still open: from the first known time to the present one."""
    first: dict[str, datetime] = {}
    latest: dict[str, Reminder] = {}
    for one in sorted(due, key=lambda r: (r.due_at, r.key)):
        if one.lead == MOVED and one.was_at is not None:
            first.setdefault(one.item, one.was_at)
            latest[one.item] = one
    found: list[Said] = []
    for item_id, was_at in first.items():
        item = timeline.item(item_id)
        if item is None or item.due is None or item.state is not State.OPEN or item_id in muted:
            continue
        if item.due.at != was_at:
            found.append(Said(replace(latest[item_id], of_at=item.due.at, was_at=was_at), item))
    return found


def _of_digest(
    digest: Reminder,
    timeline: Timeline,
    muted: frozenset[str],
    now: datetime,
    preferences: Preferences,
    named: set[str],
) -> list[Said]:
    """What a digest adds: everything open in its span, and what passed since it was due."""
    found: list[Said] = []
    for item in timeline.items:
        if item.due is None or item.id in named or not _sayable(item, muted) or told_elsewhere(item, timeline):
            continue
        # By local days, as everything is counted: what is due in the evening of the seventh day belongs to it.
        days = max(_AHEAD[preferences.mode].days, *(item.task.extra_leads if item.task else ()), 0)
        last = local_day(now, timeline.zone) + timedelta(days=days)
        is_ahead = item.state is State.OPEN and now < item.due.at and local_day(item.due.at, timeline.zone) <= last
        # OPEN as well: a timeline made a moment before `now` does not know yet that the time is over.
        is_over = item.state is not State.LATE and digest.due_at < item.due.at <= now
        if is_ahead or is_over:
            found.append(Said(Reminder(item.id, DIGEST_LEAD, digest.due_at, item.due.at), item))
    return found


def _sayable(item: Item, muted: frozenset[str]) -> bool:
    """Not done, not answered and not muted."""
    return (item.open or item.state is State.PASSED) and item.id not in muted


def _over(said: Said, now: datetime) -> bool:
    return said.item.state is not State.OPEN or _time(said.item) <= now


def _rings(said: Said, now: datetime) -> bool:
    if said.item.nature is not Nature.DEADLINE:
        return False
    return said.reminder.lead == MOVED or _time(said.item) - now <= _NEAR


def _presses(said: Said, now: datetime, ends: datetime) -> bool:
    """Whether it cannot wait for the end of quiet time."""
    return not _over(said, now) and (_time(said.item) - now < URGENT or _time(said.item) <= ends)


def _time(item: Item) -> datetime:
    if item.due is None:
        raise ValueError(f"{item.id} has no date")  # nothing is said of such an item
    return item.due.at


def _by_time(said: Said) -> tuple[datetime, str]:
    return (_time(said.item), said.item.id)
