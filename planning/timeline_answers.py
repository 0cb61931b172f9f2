"""Which tasks concern somebody, and which the answers already settle. Pure predicates by name, for ``tasks.yaml``.

An answer that is missing may still turn out to be anything: a task that hangs on it is shown, and is never ticked by
it. Tasks of one field only are the exception: nobody is shown the dates of every field before naming one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from planning.fact_types import Facts, Specialty
from planning.profile import OTHER_SPECIALTY, Ecfmg, Profile, Step3, Visa

LETTERS_NEEDED: Final = 2
"""Letters per field, by the guide: at least 2 in the primary, 2 in the backup if feasible."""


@dataclass(frozen=True)
class Standing:
    """What the predicates look at.

    Attributes:
        backups: slugs of the chosen backups, in their order.
        done: ids of items that were marked as done.
    """

    profile: Profile
    backups: tuple[str, ...]
    facts: Facts
    done: frozenset[str] = frozenset()

    @cached_property
    def fields(self) -> tuple[Specialty, ...]:
        """The fields that the facts know: primary first, then the backups."""
        found = (self.facts.specialty(slug) for slug in dict.fromkeys((self.profile.primary, *self.backups)))
        return tuple(field for field in found if field is not None)

    @property
    def primary_known(self) -> bool:
        """Whether the primary is a field of the facts."""
        return self.facts.specialty(self.profile.primary) is not None

    @property
    def visa(self) -> str:
        """A value of `Visa`, or "unknown"."""
        return self.profile.needed_visa or "unknown"

    @cached_property
    def letters(self) -> Mapping[str, int | None]:
        """Letters in hand by slug of every chosen field; None while that was not answered."""
        held = self.profile.letters
        return {field.slug: None if held is None else held.get(field.slug, 0) for field in self.fields}

    @cached_property
    def rotated(self) -> frozenset[str]:
        """Slugs of chosen fields in which there was a U.S. rotation of any kind; a neighbouring field is none."""
        where = {slug for one in (self.profile.usce or {}).values() for slug in one.fields or ()}
        return frozenset(field.slug for field in self.fields if field.slug in where)


Predicate = Callable[[Standing], bool]


def _eras_field(one: Standing) -> bool:
    """A primary that is open, or not in the list, may be in ERAS: nearly every field is."""
    return not one.primary_known or any(field.service == "ERAS" for field in one.fields)


def _no_step2(one: Standing) -> bool:
    return one.profile.step2_ck is None and one.profile.step2_taken is not True


def outside_eras(one: Standing) -> tuple[str, ...]:
    """Slugs of chosen fields whose applications go through ResidencyCAS."""
    return tuple(field.slug for field in one.fields if field.service == "ResidencyCAS")


def outside_nrmp(one: Standing) -> tuple[str, ...]:
    """Slugs of chosen fields that another body than NRMP matches."""
    return tuple(field.slug for field in one.fields if field.match != "NRMP")


CONDITIONS: Final[Mapping[str, Predicate]] = {
    "eras_field": _eras_field,
    "outside_eras": lambda one: bool(outside_eras(one)),
    "other_match": lambda one: bool(outside_nrmp(one)),
    "general_surgery": lambda one: any(field.slug == "general-surgery" for field in one.fields),
    "urology": lambda one: any(field.slug == "urology" for field in one.fields),
    "no_step2": _no_step2,
    "not_certified": lambda one: one.profile.ecfmg is not Ecfmg.CERTIFIED,
    "j1": lambda one: one.profile.needed_visa in (None, Visa.J1, Visa.EITHER),
    "h1b": lambda one: one.profile.needed_visa in (None, Visa.H1B, Visa.EITHER),
}
"""Whom a task concerns, by the name that ``when`` gives."""


def _profile_complete(one: Standing) -> bool:
    """Scores, year of graduation, visa and experiences: what the guide's first task lists."""
    profile = one.profile
    scores = profile.step1 is not None and (profile.step2_ck is not None or profile.step2_taken is False)
    rest = (profile.graduation_year, profile.needed_visa, profile.usce, profile.home_experience)
    return scores and None not in rest


def _backups_chosen(one: Standing) -> bool:
    profile = one.profile
    named = one.primary_known or (profile.primary == OTHER_SPECIALTY and bool(profile.primary_other))
    return named and any(one.facts.specialty(slug) for slug in one.backups if slug != profile.primary)


def _two_fields(one: Standing) -> bool:
    """A primary and a backup that we know: what covers both can be judged."""
    return one.primary_known and len(one.fields) > 1


def _rotations_cover(one: Standing) -> bool:
    return _two_fields(one) and all(field.slug in one.rotated for field in one.fields)


def _letters_enough(one: Standing) -> bool:
    return _two_fields(one) and all((count or 0) >= LETTERS_NEEDED for count in one.letters.values())


ANSWERED: Final[Mapping[str, Predicate]] = {
    "profile_complete": _profile_complete,
    "backups_chosen": _backups_chosen,
    "rotations_cover": _rotations_cover,
    "letters_enough": _letters_enough,
    "step3_passed": lambda one: one.profile.step3 is Step3.PASSED,
    "nrmp_registered": lambda one: "nrmp_register" in one.done,
}
"""What settles a task, by the name that ``answered_by`` gives. None of them is true of a missing answer."""
