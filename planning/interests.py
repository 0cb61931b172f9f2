"""What a person wants of a backup: everyday life, three questions on fit for each field, and what matters most.

Everything may be None or absent: not said. Not said never counts for or against a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from planning.relation_types import CRITERIA, Criteria, Focus, Patients, Rhythm, Setting

AXES: Final = ("rhythm", "focus", "patients", "setting")
"""The four axes of everyday life: balance, call and nights; procedures or thinking; whose age; clinic or hospital."""


class ThirtyYears(StrEnum):
    """Can you see yourself doing this for thirty years and more?"""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Aligned(StrEnum):
    """Do parts of it fit your skills and personality?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class IfMatched(StrEnum):
    """Regret or relief, if you matched here instead of in your primary? `HATE` is the veto."""

    RELIEF = "relief"
    MIXED = "mixed"
    REGRET = "regret"
    HATE = "hate"


class Unmatched(StrEnum):
    """What going unmatched this cycle would mean."""

    UNACCEPTABLE = "unacceptable"
    HARD = "hard"
    ACCEPTABLE = "acceptable"


@dataclass(frozen=True, slots=True)
class Fit:
    """The answers to the three questions on fit for one field; None: not answered yet."""

    thirty_years: ThirtyYears | None = None
    aligned: Aligned | None = None
    if_matched: IfMatched | None = None

    @property
    def vetoed(self) -> bool:
        """Whether the person would hate it."""
        return self.if_matched is IfMatched.HATE

    @property
    def points(self) -> int:
        """From -3 to 3: one up for each good answer, one down for each bad one."""
        return (
            _FOR_AND_AGAINST.get(self.thirty_years or "", 0)
            + _FOR_AND_AGAINST.get(self.aligned or "", 0)
            + _FOR_AND_AGAINST.get(self.if_matched or "", 0)
        )


_FOR_AND_AGAINST: Final[Mapping[str, int]] = {
    ThirtyYears.YES: 1,
    ThirtyYears.NO: -1,
    IfMatched.RELIEF: 1,
    IfMatched.REGRET: -1,
    IfMatched.HATE: -1,
}
"""`ThirtyYears` and `Aligned` share the words "yes" and "no"; every other answer is 0."""

NO_FIT: Final = Fit()
"""Nothing was answered about a field."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the person wants.

    Attributes:
        rhythm: `Rhythm.REGULAR` for regular hours and few nights, `DEMANDING` for a fast pace, `MIXED`: no matter.
        focus: `Focus.BOTH`: no matter.
        patients: whom one wants to treat; empty: no matter.
        setting: `Setting.OUTPATIENT` is a clinic with the same patients over years; `BOTH`: no matter.
        strong: the axes that matter most, of `AXES`; they count twice.
        fit: answers by slug.
        unmatched: what going unmatched would mean.
        weights: own weights by one of `CRITERIA`; the others keep theirs.
    """

    rhythm: Rhythm | None = None
    focus: Focus | None = None
    patients: frozenset[Patients] | None = None
    setting: Setting | None = None
    strong: frozenset[str] = frozenset()
    fit: Mapping[str, Fit] = field(default_factory=dict)
    unmatched: Unmatched | None = None
    weights: Mapping[str, int] | None = None

    def fit_of(self, slug: str) -> Fit:
        """The answers about this field, also when none was given."""
        return self.fit.get(slug, NO_FIT)


NO_PREFERENCES: Final = Preferences()
"""Nothing was said."""


def weights_in_use(criteria: Criteria, *asked: Mapping[str, int] | None) -> Mapping[str, int]:
    """The weights by criterion, in the order of `CRITERIA`; later ones of `asked` win over earlier ones.

    Raises:
        ValueError: for an unknown criterion or a weight outside 0 to `criteria.heaviest`.
    """
    found = {name: one.weight for name, one in criteria.criteria.items()}
    for some in asked:
        for name, weight in (some or {}).items():
            if name not in found:
                raise ValueError(f"there is no criterion '{name}'")
            if not 0 <= weight <= criteria.heaviest:
                raise ValueError(f"the weight of '{name}' must be from 0 to {criteria.heaviest}, not {weight}")
            found[name] = weight
    return {name: found[name] for name in CRITERIA if name in found}


def mattering_most(criterion: str, criteria: Criteria) -> Mapping[str, int]:
    """Weights in which `criterion` weighs heaviest and the others weigh what they weigh: "visa matters most to me".

    Raises:
        ValueError: for an unknown criterion.
    """
    return weights_in_use(criteria, {criterion: criteria.heaviest})
