"""What to ask a mentor now: by the season, and by as much of the profile as the mentor sees. The rows are facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from planning.fact_types import Cycle, Facts
from planning.profile import Profile, Visa
from planning.red_flags import Flag, Level, primary_specialty, red_flags
from planning.season_days import where
from planning.summary_profile import FLAG_SECTIONS, shown_material
from planning.summary_types import Material, Section
from planning.timeline_answers import LETTERS_NEEDED
from planning.timeline_types import Where

MOST: Final = 6
"""How many are proposed at most. Two or three are asked; the others are there to choose from."""

_UP: Final = frozenset({Level.RAISED, Level.BORDERLINE})


@dataclass(frozen=True, slots=True)
class Asking:
    """What the conditions look at: only what the mentor sees.

    Attributes:
        flags: levels by id of the flags of which every input is shown.
        primary: slug of the first choice; None while it is not known or not shown.
    """

    profile: Profile
    flags: Mapping[str, Level]
    primary: str | None
    backups: tuple[str, ...]
    cycle: Cycle | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """When a question fits. `needs`: the sections that it reads."""

    needs: frozenset[Section]
    holds: Callable[[Asking], bool]


def _on(*needs: Section) -> Callable[[Callable[[Asking], bool]], Condition]:
    return lambda holds: Condition(frozenset(needs), holds)


def _ranking_open(one: Asking) -> bool:
    return one.cycle is not None and one.cycle.dates["ranking_opens"].at <= one.now


def _few_letters(one: Asking) -> bool:
    held = one.profile.letters
    return held is not None and one.primary is not None and held.get(one.primary, 0) < LETTERS_NEEDED


CONDITIONS: Final[Mapping[str, Condition]] = {
    "flag_up": _on(Section.FLAGS)(lambda one: not _UP.isdisjoint(one.flags.values())),
    "little_usce": _on(Section.PROFILE)(lambda one: one.flags.get("usce") in _UP),
    "long_ago": _on(Section.PROFILE)(lambda one: one.flags.get("graduation") in _UP),
    "no_step2": _on(Section.SCORES)(lambda one: one.profile.step2_taken is False),
    "failed": _on(Section.FAILURES)(lambda one: one.flags.get("failures") in _UP),
    "visa_needed": _on(Section.VISA)(lambda one: one.profile.needed_visa not in (None, Visa.NONE)),
    "few_letters": _on(Section.PROFILE, Section.STANDING)(_few_letters),
    "no_backup": _on(Section.STANDING, Section.BACKUPS)(lambda one: one.primary is not None and not one.backups),
    "backup_chosen": _on(Section.BACKUPS)(lambda one: bool(one.backups)),
    "ranking_open": _on()(_ranking_open),
    "ranking_not_open": _on()(lambda one: not _ranking_open(one)),
}
"""By the name that ``when`` of ``questions.yaml`` gives. None of them is true of a missing answer."""


def proposed(material: Material, sections: Collection[Section], facts: Facts, now: datetime) -> tuple[str, ...]:
    """Ids of the questions to ask a mentor at `now` (aware UTC), the best first; at least two, at most `MOST`.

    They are chosen by what the sections show and by nothing else, so that the choice itself tells nothing. Without a
    season (no Match year, or one without dates) they are those of the time before it.
    """
    shown = frozenset(sections)
    left = shown_material(material, shown, facts)
    flags: Collection[Flag] = red_flags(left.profile, facts)
    cycle = facts.cycle(left.profile.cycle)
    first = primary_specialty(left.profile, facts)
    asking = Asking(
        profile=left.profile,
        flags={flag.id: flag.level for flag in flags if shown >= FLAG_SECTIONS[flag.id]},
        primary=first.slug if first else None,
        backups=left.backups,
        cycle=cycle,
        now=now,
    )
    place = Where.BEFORE if cycle is None else where(cycle, now)
    fitting = (
        row.id
        for row in facts.questions
        if place in row.places
        and shown.issuperset(row.needs)
        and all(CONDITIONS[name].holds(asking) for name in row.when)
    )
    return tuple(fitting)[:MOST]
