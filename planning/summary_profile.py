"""What the shown sections of a summary may draw on: a profile, backups, wishes and marks with everything else left out.

A summary is computed from this and from nothing else, so a section that is off cannot show through another one. What
is left out stands exactly as if it had never been answered. (`planning.summary` has the rest.)

Which section opens what:
    profile: citizenship, graduation, certification, experience, activity, gaps, counts of research, letters,
        strengths, map and kinds of programs. Citizenship as well by ``visa``.
    scores: results of the exams. failures: failed attempts. A failed exam is a failed attempt, not a result.
    visa: citizenship, right to work, visa; that the visa is why the map is limited.
    standing: which field is the first choice. backups: which fields are the backups. feelings: all of `Preferences`.
    own: deadlines in the person's own words.

Without ``visa`` the right to work is not known here, so a permanent resident stands in no group of the guide's, and
whether they need a visa is unknown. A citizen needs none: that follows from the group, which ``profile`` shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from planning.fact_types import Facts
from planning.interests import NO_PREFERENCES, Preferences
from planning.profile import OTHER_SPECIALTY, Experience, Profile, Step1, Step3
from planning.red_flags import primary_specialty
from planning.summary_types import Material, Section
from planning.timeline_types import OWN, Progress

FLAG_SECTIONS: Final[Mapping[str, frozenset[Section]]] = {
    "step2_ck": frozenset({Section.SCORES, Section.PROFILE}),
    "failures": frozenset({Section.FAILURES}),
    "graduation": frozenset({Section.PROFILE}),
    "usce": frozenset({Section.PROFILE}),
    "h1b": frozenset({Section.VISA, Section.STANDING}),
    "competitive_primary": frozenset({Section.STANDING}),
    "geography": frozenset({Section.PROFILE}),
}
"""The sections from which each red flag is computed (`planning.red_flags`): strengths soften a low score, and whether
an H-1B is hard depends on the first choice."""

_RESULTS: Final = frozenset({Step1.PASSED, Step1.SCORED})


def shown_material(material: Material, sections: Collection[Section], facts: Facts) -> Material:
    """What of `material` the sections may show, and nothing else; deadlines and questions as they are, or none."""
    backups = material.backups if Section.BACKUPS in sections else ()
    profile = shown_profile(material.profile, backups, sections, facts)
    named = named_fields(profile, backups, facts)
    own = material.progress.own if Section.OWN in sections else ()
    marks = material.progress.done
    if Section.OWN not in sections:
        marks = frozenset(mark for mark in marks if not mark.startswith(OWN))
    return Material(
        profile=profile,
        preferences=_shown_preferences(material.preferences, named, sections),
        backups=backups,
        progress=Progress(marks, own),
        questions=material.questions if Section.QUESTIONS in sections else (),
    )


def named_fields(profile: Profile, backups: Collection[str], facts: Facts) -> tuple[str, ...]:
    """Slugs of the fields that may be named, given a profile and backups of which only what is shown is left."""
    primary = primary_specialty(profile, facts)
    known = (primary, *(facts.specialty(slug) for slug in backups))
    return tuple(dict.fromkeys(field.slug for field in known if field is not None))


def shown_profile(profile: Profile, backups: Collection[str], sections: Collection[Section], facts: Facts) -> Profile:
    """The profile with only what the sections may show; the time zone, which tells where somebody lives, never.

    `backups` are slugs of the fields that may be named beside the first choice: none without ``backups``. Letters,
    rotations and the like in any other field are left out, for they could tell of a second one. Where a rotation was
    in such a field as well, it is in `OTHER_SPECIALTY`: its months are not all of the fields that are named.
    """
    first = _first_choice(profile) if Section.STANDING in sections else Profile()
    named = frozenset(named_fields(first, backups if Section.BACKUPS in sections else (), facts))
    shown = replace(_background(profile, named, sections), cycle=profile.cycle)
    if Section.STANDING in sections:
        shown = replace(shown, primary=first.primary, primary_other=first.primary_other)
    return _with_visa(_with_failures(_with_scores(shown, profile, sections), profile, sections), profile, sections)


def _first_choice(profile: Profile) -> Profile:
    typed = profile.primary_other if profile.primary == OTHER_SPECIALTY else None
    return Profile(primary=profile.primary, primary_other=typed)


def _background(profile: Profile, named: frozenset[str], sections: Collection[Section]) -> Profile:
    if Section.PROFILE not in sections:
        return Profile()
    usce = None if profile.usce is None else {kind: _kept(one, named) for kind, one in profile.usce.items()}
    letters = profile.letters
    return Profile(
        graduation_year=profile.graduation_year,
        ecfmg=profile.ecfmg,
        usce=usce,
        home_experience=profile.home_experience,
        home_fields=None if profile.home_fields is None else profile.home_fields & named,
        recent_activity=profile.recent_activity,
        gaps=profile.gaps,
        publications=profile.publications,
        abstracts=profile.abstracts,
        posters=profile.posters,
        projects=profile.projects,
        research_fields=None if profile.research_fields is None else profile.research_fields & named,
        letters=None if letters is None else {slug: count for slug, count in letters.items() if slug in named},
        strengths=profile.strengths,
        geography=profile.geography,
        # That only the reason "visa" is missing would tell it; so without that part no reason is given.
        geography_reason=profile.geography_reason if Section.VISA in sections else None,
        program_types=profile.program_types,
    )


def _kept(one: Experience, named: frozenset[str]) -> Experience:
    if one.fields is None or one.fields <= named:
        return one
    return replace(one, fields=(one.fields & named) | {OTHER_SPECIALTY})


def _with_scores(shown: Profile, profile: Profile, sections: Collection[Section]) -> Profile:
    """With the results that are no failed attempt; the year and score of a failed Step 1 go with it.

    Step 3 is asked of those who may need an H-1B visa, so that any answer tells of it.
    """
    if Section.SCORES not in sections:
        return shown
    passed = profile.step1 in _RESULTS
    return replace(
        shown,
        step1=None if profile.step1 is Step1.FAILED else profile.step1,
        step1_score=profile.step1_score if passed else None,
        step1_year=profile.step1_year if passed else None,
        step2_taken=profile.step2_taken,
        step2_ck=profile.step2_ck,
        step2_year=profile.step2_year,
        step3=profile.step3 if Section.VISA in sections and profile.step3 is not Step3.FAILED else None,
    )


def _with_failures(shown: Profile, profile: Profile, sections: Collection[Section]) -> Profile:
    if Section.FAILURES not in sections:
        return shown
    return replace(
        shown,
        failures=profile.failures,
        failed_exams=profile.failed_exams,
        step1=Step1.FAILED if profile.step1 is Step1.FAILED else shown.step1,
        step3=Step3.FAILED if profile.step3 is Step3.FAILED else shown.step3,
    )


def _with_visa(shown: Profile, profile: Profile, sections: Collection[Section]) -> Profile:
    if Section.VISA in sections:
        return replace(shown, us_citizen=profile.us_citizen, work_right=profile.work_right, visa=profile.visa)
    return replace(shown, us_citizen=profile.us_citizen) if Section.PROFILE in sections else shown


def _shown_preferences(preferences: Preferences, named: Collection[str], sections: Collection[Section]) -> Preferences:
    """Wishes only with ``feelings``; then what was said of fields that may be named, and how much the visa matters only
    where the visa is shown."""
    if Section.FEELINGS not in sections:
        return NO_PREFERENCES
    weights = preferences.weights
    if weights is not None and Section.VISA not in sections:
        weights = {name: weight for name, weight in weights.items() if name != "visa"}
    fit = {slug: said for slug, said in preferences.fit.items() if slug in named}
    return replace(preferences, fit=fit, weights=weights or None)
