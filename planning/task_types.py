"""The shapes of the season's tasks as the facts state them; `planning.timeline_types` has the rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The part of the season to which a task belongs; the first three are the guide's."""

    EARLY = "early"
    """6 to 18 months before applying."""
    LETTERS = "letters"
    """3 to 6 months before ERAS opens."""
    SEASON = "season"
    """From submitting to the certified rank list."""
    MATCH_WEEK = "match_week"
    AFTER = "after"


class Nature(StrEnum):
    """What the time of an item means."""

    TASK = "task"
    """Best done by then; it can still be done later."""
    DEADLINE = "deadline"
    """Too late afterwards."""
    EVENT = "event"
    """It happens then; there may be nothing to do."""


@dataclass(frozen=True, slots=True)
class Task:
    """One row of ``tasks.yaml``.

    Attributes:
        id: permanent, snake_case, at most 24 characters; its words are macros of ``templates/guidance/tasks.html.j2``.
        label: short name of at most 32 characters; it names no specialty, visa, score or failure: reminders show it.
        guide: one of the guide's 18 (acceptance rows 126-143).
        by: kind of the cycle date on which it hangs; None when no date is known at all.
        days: days from that date, kept at the same wall time in the date's own zone; negative is earlier.
        until: kind of a later cycle date after which it can no longer be done; None when there is none.
        when: names of conditions on the profile, all of which must hold (`planning.timeline.CONDITIONS`).
        answered_by: name of a rule that says whether the profile and plan answer it (`planning.timeline.ANSWERED`).
        carries: stays done in the next cycle.
        extra_leads: days before, in addition to the ones a person chose.
        told_with: id of the task whose reminder speaks of this one as well; it has none of its own.
        page: page of the bot where it can be worked on; None when there is none.
        shown_with: values of `planning.summary_types.Section`: a mentor sees the task, and how it stands, only where
            all of them are shown, since one could tell from it what they say.
        source: id of the source of the task or its rule.
        note: what a reader should know about the date; None otherwise.
    """

    id: str
    label: str
    phase: Phase
    guide: bool
    nature: Nature
    by: str | None
    days: int
    until: str | None
    when: tuple[str, ...]
    answered_by: str | None
    carries: bool
    extra_leads: tuple[int, ...]
    told_with: str | None
    page: str | None
    source: str
    note: str | None
    shown_with: tuple[str, ...] = ()
