"""The shapes of the published Match figures of ``facts/outcomes.yaml``. Everything is frozen and already checked.

None always means "not published", never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from planning.fact_words import Evidence
from planning.profile import ImgGroup

CONFIRM_AT: Final = "nrmp-data-reports"
"""Id of the source where NRMP publishes its figures: where to look when none is loaded, and where to confirm them."""

DIRECTOR_FACTORS: Final = (
    "failed_attempt",
    "visa_status",
    "work_without_visa",
    "step2_ck",
    "letters_in_field",
    "no_gaps",
)
"""What a director survey may say something about."""


class PositionLevel(StrEnum):
    """When training in a position begins."""

    PGY1 = "pgy1"
    """With the first year."""
    PGY2 = "pgy2"
    """With the second year, after a separate first one."""
    ALL = "all"
    """Both together."""


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a figure was read. `also`: further sources of the same row."""

    source: str
    year: int
    evidence: Evidence
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """How one number is spread over a group: its mean and quartiles; each may be None."""

    mean: float | None = None
    q1: float | None = None
    median: float | None = None
    q3: float | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """One number among those who matched to the field and those who did not."""

    matched: Spread | None = None
    unmatched: Spread | None = None


@dataclass(frozen=True, slots=True)
class RankedFirst:
    """How many ranked the field first, and how many of them matched to it (counts of people)."""

    n: int
    matched: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class Charting:
    """What one group was like who ranked the field first.

    Attributes:
        step2_ck: scores. ranks: programs of the field ranked in a row. publications, abstracts, presentations:
            counts a person. research_items: the three in one count, in editions before 2026.
    """

    group: ImgGroup
    cite: Cite
    ranked_first: RankedFirst | None
    step2_ck: Sides
    ranks: Sides
    publications: Sides
    abstracts: Sides
    presentations: Sides
    research_items: Sides


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions of one level; `filled` and `unfilled` by the algorithm, before SOAP."""

    level: PositionLevel
    cite: Cite
    offered: int
    programs: int | None
    filled: int | None
    unfilled: int | None


@dataclass(frozen=True, slots=True)
class ImgFills:
    """Places of one level that IMGs filled, of `filled` places."""

    level: PositionLevel
    cite: Cite
    filled: int
    us_img: int
    non_us_img: int

    def share(self, group: ImgGroup | None = None) -> float:
        """Per cent of the filled places that went to `group`, or to all IMGs; our own division."""
        counts = {
            ImgGroup.US_IMG: self.us_img,
            ImgGroup.NON_US_IMG: self.non_us_img,
            None: self.us_img + self.non_us_img,
        }
        return 100 * counts[group] / self.filled


@dataclass(frozen=True, slots=True)
class FirstChoice:
    """Everyone who ranked only this field or ranked it first, and for how many positions."""

    cite: Cite
    applicants: int
    positions: int
    non_us_img: int | None

    @property
    def per_position(self) -> float:
        """First-choice applicants for each position; our own division."""
        return self.applicants / self.positions


@dataclass(frozen=True, slots=True)
class Factor:
    """What directors say of one thing.

    Attributes:
        cited_pct: per cent of directors who name it when they choose whom to interview.
        importance: mean from 1 (not at all) to 5 (very), among those; None when not published.
    """

    cited_pct: float
    importance: float | None


@dataclass(frozen=True, slots=True)
class Directors:
    """A survey of program directors; `factors` by one of `DIRECTOR_FACTORS`."""

    cite: Cite
    factors: Mapping[str, Factor]


@dataclass(frozen=True, slots=True)
class EarlyMatch:
    """IMGs in a Match of its own (ophthalmology); the two groups are not told apart."""

    cite: Cite
    img_participated: int
    img_matched: int


@dataclass(frozen=True, slots=True)
class FieldOutcomes:
    """Everything published and shipped about one field.

    Attributes:
        confirm_at: id of the source where the owner publishes such figures.
        charting: at most one row a group. positions: newest first.
        disputed: where transcriptions disagree, in words.
    """

    slug: str
    confirm_at: str
    charting: tuple[Charting, ...]
    positions: tuple[Positions, ...]
    img_fills: ImgFills | None
    first_choice: FirstChoice | None
    directors: Directors | None
    early_match: EarlyMatch | None
    disputed: tuple[str, ...]

    def group(self, group: ImgGroup) -> Charting | None:
        """The row of this group, or None when nothing was published about it."""
        return next((row for row in self.charting if row.group is group), None)

    @property
    def cites(self) -> tuple[tuple[str, Cite], ...]:
        """Every part of the row with where it was read, for example ("positions 2026 all", ...)."""
        rows = [(f"charting {row.group}", row.cite) for row in self.charting]
        rows += [(f"positions {row.cite.year} {row.level}", row.cite) for row in self.positions]
        named = {
            "img_fills": self.img_fills,
            "first_choice": self.first_choice,
            "directors": self.directors,
            "early_match": self.early_match,
        }
        return (*rows, *((part, one.cite) for part, one in named.items() if one is not None))

    @property
    def room(self) -> Positions | None:
        """The newest row that says how many positions stayed unfilled; None when no row does."""
        return next((row for row in self.positions if row.unfilled is not None), None)

    @property
    def programs(self) -> Positions | None:
        """The newest row that says how many programs there are; None when no row does."""
        return next((row for row in self.positions if row.programs is not None), None)


@dataclass(frozen=True, slots=True)
class Rights:
    """What the owner of the figures allows, in words, and whom to ask."""

    words: str
    contact: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All published figures, or none when the file is not there.

    Attributes:
        fields: by slug. small_below: where fewer people ranked a field first, no share of them is shown.
        rights: None when no figure is loaded. disputed: disagreements that touch many fields.
    """

    fields: Mapping[str, FieldOutcomes] = field(default_factory=dict)
    small_below: int = 30
    rights: Rights | None = None
    disputed: tuple[str, ...] = ()

    @property
    def loaded(self) -> bool:
        """Whether any published figure is loaded."""
        return bool(self.fields)

    def of(self, slug: str | None) -> FieldOutcomes | None:
        """The figures of this field, or None."""
        return self.fields.get(slug or "")


NO_OUTCOMES: Final = Outcomes()
"""What is loaded when ``outcomes.yaml`` is not there."""
