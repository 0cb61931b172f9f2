"""The shapes of ``facts/relations.yaml`` and ``facts/criteria.yaml``: how fields relate, and how backups are ranked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from planning.fact_words import Evidence

PAIRING_NOTES: Final = (
    "prelim_plus_categorical",
    "one_year_only",
    "prelim_then_reapply",
    "broad_primary_care",
    "womens_health_focus",
    "psychiatry_competitive_in_places",
)
"""What the guide says beside a pairing."""

PRELIM_NOTES: Final = frozenset({"prelim_plus_categorical", "one_year_only", "prelim_then_reapply"})
"""Notes with which it must be said that a first year promises no further place."""

TOPICS: Final = (
    "complex_diagnostics",
    "inpatient_care",
    "or_environment",
    "procedures",
    "acute_care",
    "womens_health",
    "prenatal_care",
    "brain",
    "behavior",
    "neuropsychiatric_interface",
    "primary_care",
    "chronic_disease",
    "children",
    "mental_health",
    "musculoskeletal",
    "rehabilitation",
    "brain_and_spine",
    "eye_and_brain",
    "skin_disease",
    "head_and_neck",
    "surgical_skills",
    "wounds",
    "heart_and_vessels",
    "urinary_tract",
    "cancer_care",
    "imaging",
    "laboratory_diagnosis",
    "undifferentiated_illness",
    "prevention",
    "work_and_health",
    "genetics",
    "development",
    "hands_on_treatment",
)
"""What two fields may share. The guide's own topics come first, up to "neuropsychiatric_interface"."""

CRITERIA: Final = ("accessibility", "overlap", "visa", "interest", "lifestyle", "experience", "room")
"""What a backup is ranked by, in the order in which the reasons are told."""


class Rhythm(StrEnum):
    """What work-life balance, call and nights are like."""

    REGULAR = "regular"
    MIXED = "mixed"
    DEMANDING = "demanding"


class Focus(StrEnum):
    """Whether the work is done more by procedures or by thinking."""

    PROCEDURAL = "procedural"
    BOTH = "both"
    COGNITIVE = "cognitive"


class Setting(StrEnum):
    """Where patients are seen. `OUTPATIENT`: a clinic, the same patients over years."""

    OUTPATIENT = "outpatient"
    BOTH = "both"
    INPATIENT = "inpatient"
    LABORATORY = "laboratory"
    """Hardly any patients are seen; no person is asked for it."""


class Patients(StrEnum):
    """Who the patients are."""

    CHILDREN = "children"
    ADULTS = "adults"
    ELDERLY = "elderly"


class Origin(StrEnum):
    """Who proposes a backup."""

    GUIDE = "guide"
    """One of the guide's pairings."""
    OURS = "ours"
    """Our own pairing, with our reasoning."""
    ACCESSIBLE = "accessible"
    """On the guide's list of fields that are generally more open to IMGs, not paired with this primary."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One field that stands as a backup beside a primary.

    Attributes:
        note: one of `PAIRING_NOTES` or None. together_with: fields the guide names in the same breath.
        reasoning: why, in one or two sentences of our own; None for the guide's pairings.
    """

    slug: str
    origin: Origin
    source: str
    note: str | None = None
    together_with: tuple[str, ...] = ()
    reasoning: str | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two fields share, in both directions. `topics`: of `TOPICS`; `source`: "guide" or our own."""

    between: frozenset[str]
    topics: tuple[str, ...]
    source: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Traits:
    """What everyday work in a field is like, by our own reading; `patients` empty: hardly any are seen."""

    rhythm: Rhythm
    focus: Focus
    patients: frozenset[Patients]
    setting: Setting
    source: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Sponsorship:
    """A published share of programs that take a visa (per cent of those that answered)."""

    source: str
    year: int
    evidence: Evidence
    programs: int
    j1_pct: float
    h1b_pct: float


@dataclass(frozen=True, slots=True)
class Relations:
    """How fields relate.

    Attributes:
        pairings: the guide's backups by primary, in the guide's order. own_pairings: ours, for primaries without one.
        overlaps: by the two slugs. traits, sponsorship: by slug.
        neighbours: for a field, other fields whose experience and letters count there too, with the source.
        community: fields whose community programs the guide calls open to IMGs, with the source.
        competitive_in_places: fields that the guide calls quite competitive in some places, with the source.
    """

    pairings: Mapping[str, tuple[Backup, ...]] = field(default_factory=dict)
    own_pairings: Mapping[str, tuple[Backup, ...]] = field(default_factory=dict)
    overlaps: Mapping[frozenset[str], Overlap] = field(default_factory=dict)
    traits: Mapping[str, Traits] = field(default_factory=dict)
    neighbours: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sponsorship: Mapping[str, Sponsorship] = field(default_factory=dict)
    community: Mapping[str, str] = field(default_factory=dict)
    competitive_in_places: Mapping[str, str] = field(default_factory=dict)

    def overlap(self, one: str | None, other: str | None) -> Overlap | None:
        """What the two share, whichever way round they are named; None when nothing is listed."""
        return self.overlaps.get(frozenset((one or "", other or "")))

    def overlaps_with(self, slug: str | None) -> tuple[tuple[str, Overlap], ...]:
        """Every field that shares something with this one, as (slug, overlap): the guide's first, then ours."""
        found = [
            (other, one) for one in self.overlaps.values() if slug in one.between for other in one.between - {slug}
        ]
        return tuple(sorted(found, key=lambda pair: pair[1].source != "guide"))


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the ranking.

    Attributes:
        weight: how often its points count unless the person says otherwise.
        least, most: the range of its points. note: what it looks at, in words.
    """

    id: str
    weight: int
    least: int
    most: int
    note: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """How backups are ranked: weights and the lines between points, all of our own making.

    Attributes:
        criteria: by one of `CRITERIA`, in that order. heaviest: the largest weight a person may give; 0 is the least.
        lines: named thresholds, see ``facts/criteria.yaml``.
    """

    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    heaviest: int = 0
    lines: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
