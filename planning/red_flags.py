"""The seven red flags of the guide's first step, each with its level and the reason for it.

An unknown answer gives an unknown flag, never a clear one. All thresholds come from ``facts/flags.yaml``; which of
two contradicting passages of the guide is followed is written there too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from planning.fact_types import Facts, FlagRule, Specialty, Sponsors
from planning.profile import OTHER_SPECIALTY, TWO_OR_MORE, Experience, Profile, RecentActivity, Step1, Step3, Visa

_MANY: Final = 2
"""The guide says "multiple"; two or more is our reading."""


class Level(StrEnum):
    """How far a flag is up."""

    RAISED = "raised"
    BORDERLINE = "borderline"
    CLEAR = "clear"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Flag:
    """One red flag for one profile.

    Attributes:
        id: one of `planning.facts.FLAG_IDS`.
        reason: why this level; a code that the templates put into words.
        value: the person's own answer as data: the score, failures, years, months, visa, name of the field or
            geography; None when unknown.
        low, high: the guide's band, where the flag has one.
        source: id of the source of the threshold or list.
    """

    id: str
    level: Level
    reason: str
    value: int | float | str | None
    low: float | None
    high: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many flags are up. `kind` counts raised flags only: none, one, or many (two and more)."""

    kind: Literal["none", "one", "many"]
    raised: int
    borderline: int
    unknown: int


def red_flags(profile: Profile, facts: Facts) -> tuple[Flag, ...]:
    """All seven flags, always, in the guide's order."""
    return tuple(judge(profile, facts, facts.flags[name]) for name, judge in _JUDGES.items())


def verdict(flags: Iterable[Flag]) -> Verdict:
    """The three-way verdict over the flags of one profile."""
    levels = [flag.level for flag in flags]
    raised = levels.count(Level.RAISED)
    kind: Literal["none", "one", "many"] = "none" if raised == 0 else "one" if raised < _MANY else "many"
    return Verdict(kind, raised, levels.count(Level.BORDERLINE), levels.count(Level.UNKNOWN))


def primary_specialty(profile: Profile, facts: Facts) -> Specialty | None:
    """The field wanted most, also when its name was typed under "other"; None when unknown or not in the list."""
    if profile.primary == OTHER_SPECIALTY:
        return facts.specialty_named(profile.primary_other)
    return facts.specialty(profile.primary)


def _flag(
    rule: FlagRule, level: Level, reason: str, value: float | str | None = None, source: str | None = None
) -> Flag:
    return Flag(rule.id, level, reason, value, rule.low, rule.high, source or rule.source)


def _step2_ck(profile: Profile, _: Facts, rule: FlagRule) -> Flag:
    score = profile.step2_ck
    if score is None:
        return _flag(rule, Level.UNKNOWN, "not_taken" if profile.step2_taken is False else "unknown")
    if score >= _end(rule.high):
        return _flag(rule, Level.CLEAR, "above", score)
    if score >= _end(rule.low):
        return _flag(rule, Level.BORDERLINE, "inside", score)
    if profile.strengths is None:
        # The flag stands only "with no exceptional strengths elsewhere": an unknown condition is an unknown flag.
        return _flag(rule, Level.UNKNOWN, "below_strengths_unknown", score)
    if profile.strengths & rule.sets["softened_by"]:
        return _flag(rule, Level.BORDERLINE, "below_with_strengths", score)
    return _flag(rule, Level.RAISED, "below", score)


def _failures(profile: Profile, _: Facts, rule: FlagRule) -> Flag:
    named = len(profile.failed_exams or ())
    seen = (profile.step1 is Step1.FAILED) + (profile.step3 is Step3.FAILED)
    failed = max(profile.failures or 0, min(max(named, seen), TWO_OR_MORE))
    if failed:
        return _flag(rule, Level.RAISED, "failed", failed)
    if profile.failures is None:
        return _flag(rule, Level.UNKNOWN, "unknown")
    return _flag(rule, Level.CLEAR, "none", 0)


def _graduation(profile: Profile, _: Facts, rule: FlagRule) -> Flag:
    if profile.graduation_year is None:
        return _flag(rule, Level.UNKNOWN, "unknown_year")
    years = profile.years_since_graduation
    if years is None:
        return _flag(rule, Level.UNKNOWN, "unknown_cycle")
    if profile.cycle is not None and profile.graduation_year > profile.cycle:
        return _flag(rule, Level.UNKNOWN, "after_training_starts", years)
    if years < 0:
        return _flag(rule, Level.CLEAR, "not_graduated", years)
    if years <= _end(rule.low):
        return _flag(rule, Level.CLEAR, "recent", years)
    place = "band" if years <= _end(rule.high) else "old"
    activity: RecentActivity | None = profile.recent_activity
    if activity is None:
        return _flag(rule, Level.UNKNOWN, f"{place}_activity_unknown", years)
    if activity in rule.sets["active"]:
        return _flag(rule, Level.CLEAR, f"{place}_active", years)
    return _flag(rule, Level.BORDERLINE if place == "band" else Level.RAISED, f"{place}_limited", years)


def _usce(profile: Profile, _: Facts, rule: FlagRule) -> Flag:
    if profile.usce is None:
        return _flag(rule, Level.UNKNOWN, "unknown")
    if not profile.usce:
        return _flag(rule, Level.RAISED, "none", 0)
    hands_on = [experience for kind, experience in profile.usce.items() if kind in rule.sets["hands_on"]]
    if not hands_on:
        return _flag(rule, Level.RAISED, "no_hands_on", _months(profile.usce.values()))
    known = sum(experience.months or 0 for experience in hands_on)
    if known >= _end(rule.low):
        return _flag(rule, Level.CLEAR, "hands_on", known)
    if any(experience.months is None for experience in hands_on):
        return _flag(rule, Level.UNKNOWN, "months_unknown")
    return _flag(rule, Level.BORDERLINE, "short_hands_on", known)


def _h1b(profile: Profile, facts: Facts, rule: FlagRule) -> Flag:
    visa = profile.needed_visa
    if visa is None:
        return _flag(rule, Level.UNKNOWN, "unknown")
    if visa not in rule.sets["needs"]:
        reason = {Visa.NONE: "no_visa", Visa.J1: "j1", Visa.EITHER: "either"}[visa]
        return _flag(rule, Level.CLEAR, reason, visa.value)
    specialty = primary_specialty(profile, facts)
    if specialty is None or specialty.h1b.sponsors is Sponsors.UNKNOWN:
        return _flag(rule, Level.UNKNOWN, "h1b_field_unknown", visa.value)
    if specialty.h1b.sponsors is Sponsors.FEW:
        return _flag(rule, Level.RAISED, "h1b_few_sponsors", visa.value, specialty.h1b.source)
    return _flag(rule, Level.BORDERLINE, "h1b_field_ok", visa.value, specialty.h1b.source)


def _competitive_primary(profile: Profile, facts: Facts, rule: FlagRule) -> Flag:
    if profile.primary is None:
        return _flag(rule, Level.UNKNOWN, "unknown")
    specialty = primary_specialty(profile, facts)
    if specialty is None:
        return _flag(rule, Level.UNKNOWN, "not_in_guide", profile.primary_other)
    if specialty.competitive is None:
        return _flag(rule, Level.UNKNOWN, "not_in_guide", specialty.name)
    if specialty.competitive:
        return _flag(rule, Level.RAISED, "competitive", specialty.name)
    return _flag(rule, Level.CLEAR, "not_competitive", specialty.name)


def _geography(profile: Profile, _: Facts, rule: FlagRule) -> Flag:
    place = profile.geography
    if place is None:
        return _flag(rule, Level.UNKNOWN, "unknown")
    for level in (Level.RAISED, Level.BORDERLINE):
        if place in rule.sets[level.value]:
            return _flag(rule, level, place.value, place.value)
    return _flag(rule, Level.CLEAR, place.value, place.value)


def _months(experiences: Iterable[Experience]) -> float | None:
    """All months together; None when any length is unknown."""
    lengths = [experience.months for experience in experiences]
    known = [length for length in lengths if length is not None]
    return sum(known) if len(known) == len(lengths) else None


def _end(value: float | None) -> float:
    """An end of a band. `planning.facts` has refused rows without it."""
    if value is None:
        raise ValueError("the facts were not checked: a threshold is missing")
    return value


_JUDGES: Final[dict[str, Callable[[Profile, Facts, FlagRule], Flag]]] = {
    "step2_ck": _step2_ck,
    "failures": _failures,
    "graduation": _graduation,
    "usce": _usce,
    "h1b": _h1b,
    "competitive_primary": _competitive_primary,
    "geography": _geography,
}
