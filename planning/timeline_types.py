"""The shapes of a season's plan: tasks as the facts state them, and items as one person has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from planning.fact_types import Cycle, CycleDate
from planning.task_types import Nature as Nature
from planning.task_types import Phase as Phase
from planning.task_types import Task as Task

OWN: Final = "own."
"""What the id of a person's own deadline begins with; a number follows."""

_Day: TypeAlias = date
"""`Due.date` hides the type's own name inside its class."""


class State(StrEnum):
    """How an item stands."""

    OPEN = "open"
    LATE = "late"
    """A task whose time has passed while it can still be done."""
    PASSED = "passed"
    """A deadline or event that is over."""
    DONE = "done"
    ANSWERED = "answered"
    """Done, because the person's answers or plan say so."""


OPEN_STATES: Final = frozenset({State.OPEN, State.LATE})
DONE_STATES: Final = frozenset({State.DONE, State.ANSWERED})


@dataclass(frozen=True, slots=True)
class Due:
    """When an item is due.

    Attributes:
        at: aware UTC instant; where only a day is known, the END of that day's last minute (23:59) in `zone`.
        zone: IANA zone of the body that owns the date, or the one the person named.
        has_time: False when only the day is known.
        date: the cycle's date on which it hangs; None for a person's own deadline.
        days: how many days from that date it stands.
    """

    at: datetime
    zone: str
    has_time: bool
    date: CycleDate | None = None
    days: int = 0

    @property
    def on(self) -> _Day:
        """The day in the date's own zone."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True, slots=True)
class OwnDeadline:
    """A deadline that a person added.

    Attributes:
        number: permanent, from 1; its item is ``own.<number>``.
        title: the person's own words, at most 80 characters.
        at, zone, has_time: as in `Due`.
    """

    number: int
    title: str
    at: datetime
    zone: str
    has_time: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """What a person did beside answering.

    Attributes:
        done: ids of items marked as done in this cycle (or carried over from an earlier one).
        own: the own deadlines.
    """

    done: frozenset[str] = frozenset()
    own: tuple[OwnDeadline, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a person's timeline; `task` is None for an own deadline, `own` is None for the others.

    Attributes:
        due: None where no date is known.
        values: what its words need beside the item: by task id, see `planning.timeline`.
    """

    id: str
    phase: Phase
    nature: Nature
    state: State
    due: Due | None
    task: Task | None = None
    own: OwnDeadline | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it is still to be done or still to come."""
        return self.state in OPEN_STATES

    @property
    def estimated(self) -> bool:
        """Whether its date is an estimate of ours."""
        return self.due is not None and self.due.date is not None and self.due.date.estimated


class Where(StrEnum):
    """Where a day stands in a season. A gap between the guide's phases has a word of its own."""

    BEFORE = "before"
    """More than 18 months before applying."""
    EARLY = "early"
    LETTERS = "letters"
    BETWEEN = "between"
    """Less than 3 months before ERAS opens, until applications can be sent."""
    SEASON = "season"
    RANKED = "ranked"
    """Rank lists are closed; Match Week is not yet there."""
    MATCH_WEEK = "match_week"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Timeline:
    """A person's season.

    Attributes:
        zone: IANA zone of the person; "UTC" while the city is not known (`zone_known` is then False).
        items: every item that applies, phase by phase, by time inside a phase; without a date last.
    """

    cycle: Cycle
    now: datetime
    zone: str
    zone_known: bool
    where: Where
    items: tuple[Item, ...]

    @property
    def today(self) -> date:
        """The person's local date."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def item(self, item_id: str) -> Item | None:
        """The item with that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)

    @property
    def late(self) -> tuple[Item, ...]:
        """Tasks past their time that can still be done, oldest first."""
        return tuple(item for item in self.items if item.state is State.LATE)

    def coming(self, within: timedelta | None = None) -> tuple[Item, ...]:
        """Open items whose time lies ahead, soonest first; those within a span when one is given."""
        found = [i for i in self.items if i.state is State.OPEN and i.due is not None and i.due.at > self.now]
        if within is not None:
            found = [i for i in found if i.due is not None and i.due.at <= self.now + within]
        return tuple(sorted(found, key=lambda i: (i.due.at if i.due else self.now, i.id)))

    @property
    def guide_done(self) -> tuple[int, int]:
        """How many of the guide's tasks are done, and how many there are."""
        guide = [item for item in self.items if item.task is not None and item.task.guide]
        return sum(item.state in DONE_STATES for item in guide), len(guide)
