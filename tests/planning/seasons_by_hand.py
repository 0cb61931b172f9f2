"""Timelines made by hand for the tests of reminders and notices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from planning.facts import load
from planning.timeline_types import Due, Item, Nature, OwnDeadline, Phase, State, Task, Timeline, Where

CYCLE: Final = next(cycle for cycle in load().cycles if cycle.year == 2027)


def utc(text: str) -> datetime:
    """An instant from ``2027-03-04 02:00``, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def item(
    item_id: str,
    at: datetime | None,
    *,
    nature: Nature = Nature.DEADLINE,
    state: State = State.OPEN,
    zone: str = "America/New_York",
    extra: tuple[int, ...] = (),
    told_with: str | None = None,
) -> Item:
    """An item of the facts that is due at `at`."""
    task = Task(
        id=item_id,
        label=item_id,
        phase=Phase.SEASON,
        guide=False,
        nature=nature,
        by=None,
        days=0,
        until=None,
        when=(),
        answered_by=None,
        carries=False,
        extra_leads=extra,
        told_with=told_with,
        page=None,
        source="own-estimate",
        note=None,
    )
    due = None if at is None else Due(at, zone, has_time=True)
    return Item(item_id, Phase.SEASON, nature, state, due, task)


def own(number: int, at: datetime, *, state: State = State.OPEN, zone: str = "America/New_York") -> Item:
    """A deadline that the person added."""
    deadline = OwnDeadline(number, "Interview", at, zone, has_time=True)
    due = Due(at, zone, has_time=True)
    return Item(f"own.{number}", Phase.SEASON, Nature.DEADLINE, state, due, own=deadline)


def timeline(*items: Item, now: datetime, zone: str = "America/New_York") -> Timeline:
    """The season of somebody in `zone`."""
    return Timeline(CYCLE, now, zone, zone_known=True, where=Where.SEASON, items=items)
