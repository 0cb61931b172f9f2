"""The shapes of reminders: what a person chose, what is scheduled, and what is to be said when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from planning.timeline_types import Item

DIGEST: Final = "digest"
"""The item of the reminder that says everything at once."""
SNOOZED: Final = "s"
"""The lead of a reminder that somebody put off."""
MOVED: Final = "m"
"""The lead of the message that a date has moved."""


class Mode(StrEnum):
    """How reminders come."""

    EACH = "each"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody wants to be reminded.

    Attributes:
        on: False sends nothing.
        leads: days before an item's day; 0 is the day itself.
        hour: local hour at which reminders and digests come, 0 to 23.
        quiet: local hours (from, to) in which nothing rings, for example (21, 8); None for no quiet time.
        weekday: day of the weekly digest, Monday is 0.
    """

    on: bool = True
    mode: Mode = Mode.EACH
    leads: tuple[int, ...] = (7, 2, 0)
    hour: int = 9
    quiet: tuple[int, int] | None = (21, 8)
    weekday: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder as it is scheduled. (`item`, `lead`, `of_at`) is its identity: each is sent once.

    Attributes:
        item: id of the timeline's item, or `DIGEST`.
        lead: days before as text ("7", "0"), `SNOOZED`, `MOVED`, or "d" for a digest.
        due_at: aware UTC instant at which it is to be there.
        of_at: the instant of the item it speaks of; for a digest its own; for `MOVED` the new one.
        was_at: only for `MOVED`: the earlier instant.
    """

    item: str
    lead: str
    due_at: datetime
    of_at: datetime
    was_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, datetime]:
        """What makes it this reminder and no other."""
        return (self.item, self.lead, self.of_at)


@dataclass(frozen=True, slots=True)
class Said:
    """One reminder that is to be said now, with its item as it stands now."""

    reminder: Reminder
    item: Item


@dataclass(frozen=True, slots=True)
class Notice:
    """What one message says to one person: everything that is due, in one.

    Attributes:
        coming: what still lies ahead, most urgent first.
        passed: items whose time passed before we could remind, oldest first.
        moved: dates that changed.
        digest: whether this is the digest (`coming` and `late` are then its content).
        late: open tasks past their time; filled for a digest only.
        silent: rings no bell: nothing in it is a deadline that is near.
    """

    coming: tuple[Said, ...] = ()
    passed: tuple[Said, ...] = ()
    moved: tuple[Said, ...] = ()
    digest: bool = False
    late: tuple[Item, ...] = ()
    silent: bool = False

    @property
    def empty(self) -> bool:
        """Nothing to say: everything was done or muted meanwhile."""
        return not (self.coming or self.passed or self.moved or self.late)


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: it is quiet time where the person lives. Try again at `until` (aware UTC)."""

    until: datetime
