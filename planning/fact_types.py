"""The shapes of the shipped facts. `planning.facts` loads them; everything here is frozen and already checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Final

from planning.cycle_types import Cycle as Cycle
from planning.cycle_types import CycleDate as CycleDate
from planning.cycle_types import CycleStatus as CycleStatus
from planning.cycle_types import EstimateRule as EstimateRule
from planning.cycle_types import Undated as Undated
from planning.fact_words import OWN_ESTIMATE as OWN_ESTIMATE
from planning.fact_words import Evidence as Evidence
from planning.fact_words import Source as Source
from planning.fact_words import SourceKind as SourceKind
from planning.folding import folded
from planning.outcome_types import NO_OUTCOMES, Outcomes
from planning.question_types import MentorQuestion
from planning.relation_types import Criteria, Relations
from planning.scenario import Scenario
from planning.task_types import Task

_LONGEST_TEXT: Final = 100
"""Longer texts name no field; they are cut so that a search stays quick."""
_SMALLEST_GUESS: Final = 4
"""Shorter words are not corrected: "pmt" is nearer to too many abbreviations."""


class Sponsors(StrEnum):
    """How many programs of a field sponsor H-1B, by our own estimate."""

    FEW = "few"
    SOME = "some"
    UNKNOWN = "unknown"


class FirstYear(StrEnum):
    """Whether positions of a field bring their own first year (PGY-1)."""

    INCLUDED = "included"
    SEPARATE = "separate"
    MIXED = "mixed"
    """Some positions include it, some need a separate preliminary or transitional year."""


@dataclass(frozen=True, slots=True)
class H1bEstimate:
    """Our own estimate of H-1B sponsorship in one field.

    Attributes:
        reasoning: one or two sentences; `source` is what they rest on; `as_of` is "YYYY-MM" of the estimate.
    """

    sponsors: Sponsors
    evidence: Evidence
    as_of: str
    source: str
    reasoning: str


@dataclass(frozen=True, slots=True)
class Specialty:
    """One field of residency.

    Attributes:
        slug: permanent id.
        short: name of at most 20 characters, for buttons.
        aliases: what people type instead of the name.
        service: where one applies, for example "ERAS"; `match`: who runs its Match; both from `service_source`.
        service_disputed: what the sources disagree on about the service; None when they agree.
        first_year: whether positions include PGY-1, by `first_year_source`.
        competitive: True when the guide calls it highly competitive (`competitive_lists` says where), False when
            the guide discusses it and does not, None when the guide does not say.
        competitive_lists: of "step-1", "red-flag-6", "faq-1".
        competitive_notice: on the guide's list of fields that want far more than an average Step 2 CK score.
        research_weighs: "always", "academic" (at university programs) or None, by the guide.
        accessible: on the guide's list of fields that are generally more open to IMGs.
        popular: place on the first keyboard, from 1; None for fields behind "more".
        named_by_guide: whether the guide names it as a field.
        one_year: only a first year of training, never a career by itself.
        note: anything a reader should know; None otherwise.
    """

    slug: str
    name: str
    short: str
    aliases: tuple[str, ...]
    service: str
    match: str
    service_source: str
    service_evidence: Evidence
    service_disputed: str | None
    first_year: FirstYear
    first_year_source: str
    competitive: bool | None
    competitive_lists: tuple[str, ...]
    competitive_notice: bool
    research_weighs: str | None
    accessible: bool
    popular: int | None
    named_by_guide: bool
    one_year: bool
    h1b: H1bEstimate
    note: str | None

    @property
    def advanced(self) -> bool:
        """Whether at least some positions need a separate preliminary or transitional year (PGY-1)."""
        return self.first_year is not FirstYear.INCLUDED

    @property
    def h1b_sponsors(self) -> Sponsors:
        """Our own estimate of how many programs sponsor H-1B."""
        return self.h1b.sponsors


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an outside body, in our own short words.

    Attributes:
        topic: "visa", "exams" or "conduct".
        as_of: "YYYY", "YYYY-MM" or "YYYY-MM-DD" from which the words are known to hold; None when undated.
        in_flux: whether it was changing when it was read.
        disputed: what the sources disagree on.
    """

    id: str
    topic: str
    words: str
    source: str
    also: tuple[str, ...]
    as_of: str | None
    evidence: Evidence
    in_flux: bool
    disputed: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class FlagRule:
    """The thresholds of one red flag, or of one remark.

    Attributes:
        number: the guide's number of the red flag, 1 to 7; None for a remark.
        low, high: ends of the guide's band in `unit`; None where the flag has no figure.
        sets: named groups of answers, for example "hands_on".
        source: whose threshold it is. `disputed`: where the guide contradicts itself, and our reading.
    """

    id: str
    number: int | None
    low: float | None
    high: float | None
    unit: str | None
    sets: Mapping[str, frozenset[str]]
    source: str
    evidence: Evidence
    disputed: str | None
    note: str | None


@dataclass(frozen=True)
class Facts:
    """Everything that ships in ``planning/facts``, checked.

    Attributes:
        sources: by id. flags, remarks: thresholds by id. rules: by id.
        specialties: in the order of the file. cycles: earliest first.
        outcomes: the published Match figures; empty when their file is not there.
        relations, criteria: how fields relate, and how backups are ranked. scenario: the guide's worked example.
        tasks: the season's tasks, in the order of the file. questions: for a mentor, in the order of the file.
    """

    sources: Mapping[str, Source]
    specialties: tuple[Specialty, ...]
    cycles: tuple[Cycle, ...]
    estimate_rule: EstimateRule
    flags: Mapping[str, FlagRule]
    remarks: Mapping[str, FlagRule]
    rules: Mapping[str, Rule]
    used_sources: frozenset[str] = field(repr=False)
    outcomes: Outcomes = NO_OUTCOMES
    relations: Relations = field(default_factory=Relations)
    criteria: Criteria = field(default_factory=Criteria)
    scenario: Scenario | None = None
    tasks: tuple[Task, ...] = ()
    questions: tuple[MentorQuestion, ...] = ()

    def specialty(self, slug: str | None) -> Specialty | None:
        """The field with this slug, or None."""
        return self._by_slug.get(slug or "")

    def cycle(self, year: int | None) -> Cycle | None:
        """The Match cycle of this year, or None."""
        return next((cycle for cycle in self.cycles if cycle.year == year), None)

    def cycles_ahead(self, now: datetime) -> tuple[Cycle, ...]:
        """Cycles whose rank lists have not closed at `now` (aware UTC), earliest first."""
        return tuple(cycle for cycle in self.cycles if cycle.rank_list_deadline.at > now)

    @cached_property
    def popular_specialties(self) -> tuple[Specialty, ...]:
        """The fields of the first keyboard, in its order."""
        chosen = [specialty for specialty in self.specialties if specialty.popular is not None]
        return tuple(sorted(chosen, key=lambda specialty: specialty.popular or 0))

    @cached_property
    def other_specialties(self) -> tuple[Specialty, ...]:
        """The fields behind "more", by name."""
        rest = [specialty for specialty in self.specialties if specialty.popular is None]
        return tuple(sorted(rest, key=lambda specialty: specialty.name))

    def specialty_named(self, text: str | None) -> Specialty | None:
        """The one field whose name, short name, slug or alias is exactly `text`, or None."""
        found = self._exactly(folded((text or "")[:_LONGEST_TEXT]))
        return found[0] if len(found) == 1 else None

    def find_specialties(self, text: str) -> tuple[Specialty, ...]:
        """Fields that a typed text may mean, likeliest first.

        An exact name or alias stands alone. Otherwise beginnings come before words inside a name; a text that
        fits nowhere is compared with near spellings. Case, accents and punctuation do not matter.
        """
        wanted = folded(text[:_LONGEST_TEXT])
        if not wanted:
            return ()
        if exact := self._exactly(wanted):
            return exact
        begin = [self._by_word[word] for word in self._by_word if word.startswith(wanted)]
        parts = wanted.split()
        begin_words = [self._by_word[word] for word in self._by_word if _begins_words(parts, word.split())]
        inside = [self._by_word[word] for word in self._by_word if wanted in word]
        found = [*begin, *begin_words, *inside]
        if not found and len(wanted) >= _SMALLEST_GUESS:
            found = [self._by_word[word] for word in get_close_matches(wanted, self._by_word, n=3, cutoff=0.75)]
        return tuple(dict.fromkeys(specialty for group in found for specialty in group))

    def _exactly(self, wanted: str) -> tuple[Specialty, ...]:
        """Fields called so, also when an abbreviation was typed with dots: "E.N.T."."""
        return self._by_word.get(wanted) or self._by_word.get(wanted.replace(" ", ""), ())

    @cached_property
    def _by_slug(self) -> Mapping[str, Specialty]:
        return {specialty.slug: specialty for specialty in self.specialties}

    @cached_property
    def _by_word(self) -> Mapping[str, tuple[Specialty, ...]]:
        words: dict[str, tuple[Specialty, ...]] = {}
        for specialty in (*self.popular_specialties, *self.other_specialties):
            for word in dict.fromkeys(
                folded(name) for name in (specialty.name, specialty.short, specialty.slug, *specialty.aliases)
            ):
                words[word] = (*words.get(word, ()), specialty)
        return words


def _begins_words(parts: list[str], words: list[str]) -> bool:
    """Whether each part begins a word, in order: "gen surg" fits "general surgery"."""
    rest = iter(words)
    return all(any(word.startswith(part) for word in rest) for part in parts)
