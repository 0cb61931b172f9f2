"""Seasons of people for the tests of the timeline, made from the shipped facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from planning.facts import Facts
from planning.profile import Profile, Visa, WorkRight
from planning.timeline import timeline
from planning.timeline_types import Item, Progress, Timeline
from tests.planning.applicants import CALM

EASTERN: Final = ZoneInfo("America/New_York")
NOVEMBER: Final = datetime(2026, 11, 25, 15, tzinfo=UTC)
EARLY: Final = datetime(2026, 1, 10, 15, tzinfo=UTC)
NOTHING: Final = Progress()


def eastern(text: str) -> datetime:
    """The instant at which clocks in New York say this."""
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN).astimezone(UTC)


def season(
    facts: Facts,
    profile: Profile = CALM,
    now: datetime = NOVEMBER,
    backups: tuple[str, ...] = (),
    progress: Progress = NOTHING,
) -> Timeline:
    """Their season, which is there."""
    found = timeline(profile, backups, progress, facts, now)
    assert found is not None
    return found


def item(found: Timeline, item_id: str) -> Item:
    """The item, which is there."""
    one = found.item(item_id)
    assert one is not None, item_id
    return one


def has(found: Timeline, *ids: str) -> bool:
    """Whether all of these are there; some only is a failure."""
    there = [found.item(item_id) is not None for item_id in ids]
    assert len(set(there)) == 1, dict(zip(ids, there, strict=True))
    return there[0]


def visa(needed: Visa | None) -> Profile:
    """Somebody without a right to work who needs this visa; None: not known yet."""
    return replace(CALM, us_citizen=False, work_right=WorkRight.NONE, visa=needed)
