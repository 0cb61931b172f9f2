"""The shapes of a Match cycle and its dates; `planning.fact_types` has the rest of the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from planning.fact_words import Evidence


class CycleStatus(StrEnum):
    """Whether the dates of a Match cycle have been published."""

    PUBLISHED = "published"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class CycleDate:
    """One date of a Match cycle.

    Attributes:
        kind: for example "rank_list_deadline".
        title: its name in our own short words.
        at: aware UTC instant.
        ends_at: aware UTC instant at which it is over, where it lasts; None for a moment or a day.
        zone: IANA zone of the body that owns the date.
        has_time: False when only the day is known; `at` is then the day's beginning in `zone`.
        source, also: source ids. `confirm_at`: id of the source where the owner publishes it.
        status: "published" or "estimated", whatever the evidence for it.
        estimated_from: the row or rule that an estimate rests on.
        disputed: what the sources disagree on.
    """

    kind: str
    at: datetime
    zone: str
    has_time: bool
    source: str
    also: tuple[str, ...]
    confirm_at: str
    evidence: Evidence
    status: CycleStatus
    estimated_from: str | None
    disputed: str | None
    note: str | None
    title: str = ""
    ends_at: datetime | None = None

    @property
    def on(self) -> date:
        """The day in the owner's zone."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def estimated(self) -> bool:
        """Whether the date is worked out by us or by others, not published."""
        return self.status is CycleStatus.ESTIMATED or self.evidence is Evidence.ESTIMATED


@dataclass(frozen=True, slots=True)
class Undated:
    """A date of a cycle that was looked for and not found.

    Attributes:
        kind: for example "token".
        title: its name in our own short words.
        known: what is known instead: the precedent, in one or two sentences.
        source, also: source ids. `confirm_at`: id of the source where the owner publishes it.
    """

    kind: str
    title: str
    known: str
    source: str
    also: tuple[str, ...]
    confirm_at: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """One Match cycle, named by the year of its Match.

    Attributes:
        status: `PUBLISHED` when all of `planning.fact_cycles.CYCLE_DATES` have rows of their own. Single dates of
            such a cycle may still be estimates: read `CycleDate.estimated`.
        dates: by kind; every cycle has all of `planning.fact_cycles.CYCLE_DATES`, and most of `DATE_KINDS`.
        undated: dates that were looked for and not found, by kind.
    """

    year: int
    status: CycleStatus
    dates: Mapping[str, CycleDate]
    undated: Mapping[str, Undated] = field(default_factory=dict)

    @property
    def applying_year(self) -> int:
        """The calendar year in whose autumn one applies."""
        return self.year - 1

    @property
    def applications_open(self) -> CycleDate:
        """When the application service opens for applicants."""
        return self.dates["applications_open"]

    @property
    def submit(self) -> CycleDate:
        """When applications may first be submitted to programs."""
        return self.dates["submit"]

    @property
    def rank_list_deadline(self) -> CycleDate:
        """When rank lists close; exam results must have reached NRMP by then."""
        return self.dates["rank_list_deadline"]

    @property
    def match_week(self) -> CycleDate:
        """Monday of Match Week: one learns whether one matched."""
        return self.dates["match_week"]

    @property
    def match_day(self) -> CycleDate:
        """Friday of Match Week: one learns where."""
        return self.dates["match_day"]

    @property
    def training_start(self) -> CycleDate:
        """The usual first day of residency."""
        return self.dates["training_start"]


@dataclass(frozen=True, slots=True)
class EstimateRule:
    """How a cycle without published dates is derived from the one before it."""

    shift_days: int
    source: str
    note: str
