"""Which answers that apply to this person are missing. The result lists them; none of them counts as good news."""

from __future__ import annotations

from planning.profile import OTHER_SPECIALTY, Geography, HomeExperience, Profile, Step1, Visa, WorkRight

_TRAINED: frozenset[HomeExperience] = frozenset({HomeExperience.RESIDENCY, HomeExperience.SPECIALIST})


def unknowns(profile: Profile) -> tuple[str, ...]:
    """The permanent ids of the questions that apply and have no known answer, in the order of the assessment."""
    asked = (
        *_place_and_standing(profile),
        *_exams(profile),
        *_experience(profile),
        *_aims(profile),
    )
    return tuple(question for question, missing in asked if missing)


def _place_and_standing(profile: Profile) -> tuple[tuple[str, bool], ...]:
    not_citizen = not profile.us_citizen
    return (
        ("cycle", profile.cycle is None),
        ("city", profile.zone is None),
        ("citizenship", profile.us_citizen is None),
        ("work_right", not_citizen and profile.work_right is None),
        ("visa", not_citizen and profile.work_right is not WorkRight.PERMANENT and profile.visa is None),
        ("graduation_year", profile.graduation_year is None),
    )


def _exams(profile: Profile) -> tuple[tuple[str, bool], ...]:
    sat_step1 = profile.step1 in (Step1.PASSED, Step1.FAILED, Step1.SCORED)
    return (
        ("step1", profile.step1 is None),
        ("step1_score", profile.step1 is Step1.SCORED and profile.step1_score is None),
        ("step1_year", sat_step1 and profile.step1_year is None),
        ("step2_ck", profile.step2_ck is None and profile.step2_taken is not False),
        ("step2_year", profile.step2_ck is not None and profile.step2_year is None),
        ("failures", profile.failures is None),
        ("failed_exams", bool(profile.failures) and profile.failed_exams is None),
        ("step3", profile.needed_visa in (Visa.H1B, Visa.EITHER, None) and profile.step3 is None),
        ("ecfmg", profile.ecfmg is None),
    )


def _experience(profile: Profile) -> tuple[tuple[str, bool], ...]:
    kinds = [
        (f"usce_{kind}_{part}", missing)
        for kind, experience in (profile.usce or {}).items()
        for part, missing in (("months", experience.months is None), ("fields", experience.fields is None))
    ]
    some_research = any((profile.publications, profile.abstracts, profile.posters, profile.projects))
    trained = bool(_TRAINED & (profile.home_experience or frozenset()))
    return (
        ("usce_kinds", profile.usce is None),
        *kinds,
        ("home_experience", profile.home_experience is None),
        ("home_fields", trained and profile.home_fields is None),
        ("recent_activity", profile.recent_activity is None),
        ("gaps", profile.gaps is None),
        ("publications", profile.publications is None),
        ("abstracts", profile.abstracts is None),
        ("posters", profile.posters is None),
        ("projects", profile.projects is None),
        ("research_fields", some_research and profile.research_fields is None),
        ("letters", profile.letters is None),
    )


def _aims(profile: Profile) -> tuple[tuple[str, bool], ...]:
    limited = profile.geography in (Geography.REGIONS, Geography.ONE_STATE)
    return (
        ("primary", profile.primary is None),
        ("primary_other", profile.primary == OTHER_SPECIALTY and not profile.primary_other),
        ("strengths", profile.strengths is None),
        ("geography", profile.geography is None),
        ("geography_reason", limited and profile.geography_reason is None),
        ("program_types", profile.program_types is None),
    )
