"""Profiles for tests: one in which every flag is clear, the guide's worked example, and a strategy for any at all."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from planning.profile import (
    Ecfmg,
    Experience,
    Gaps,
    Geography,
    GeographyReason,
    HomeExperience,
    Profile,
    ProgramTypes,
    RecentActivity,
    Step1,
    Step3,
    Strength,
    UsceKind,
    Visa,
    WorkRight,
)

CALM: Final = Profile(
    cycle=2027,
    zone="Asia/Karachi",
    us_citizen=False,
    work_right=WorkRight.NONE,
    visa=Visa.J1,
    graduation_year=2024,
    step1=Step1.PASSED,
    step1_year=2025,
    step2_taken=True,
    step2_ck=250,
    step2_year=2026,
    failures=0,
    ecfmg=Ecfmg.CERTIFIED,
    usce={UsceKind.HANDS_ON: Experience(3.0, frozenset({"family-medicine"}))},
    home_experience=frozenset({HomeExperience.INTERNSHIP}),
    recent_activity=RecentActivity.REGULAR,
    gaps=Gaps.NONE,
    publications=0,
    abstracts=0,
    posters=0,
    projects=0,
    letters={"family-medicine": 3},
    primary="family-medicine",
    strengths=frozenset(),
    geography=Geography.ANY,
    program_types=ProgramTypes.COMMUNITY_TOO,
)
"""Someone for whom the guide names no red flag and nothing is unknown."""

GUIDE_EXAMPLE: Final = Profile(
    cycle=2027,
    us_citizen=False,
    work_right=WorkRight.NONE,
    visa=Visa.J1,
    graduation_year=2019,
    step2_taken=True,
    step2_ck=229,
    usce={UsceKind.OBSERVERSHIP: Experience(12.0, frozenset({"internal-medicine", "psychiatry"}))},
    recent_activity=RecentActivity.LIMITED,
    primary="psychiatry",
)
"""The worked example of the guide's third step, applying in autumn 2026."""

SLUGS: Final = (
    "internal-medicine",
    "family-medicine",
    "psychiatry",
    "dermatology",
    "diagnostic-radiology",
    "pathology",
    "urology",
    "radiation-oncology",
    "other",
    "no-such-field",
)

_experiences = st.builds(
    Experience,
    st.none() | st.floats(0, 60, allow_nan=False),
    st.none() | st.frozensets(st.sampled_from(SLUGS), max_size=3),
)
_fields = st.none() | st.frozensets(st.sampled_from(SLUGS), max_size=3)
_counts = st.none() | st.integers(0, 40)
_years = st.none() | st.integers(1975, 2031)


def profiles() -> st.SearchStrategy[Profile]:
    """Any profile, also ones whose answers contradict one another."""
    return st.builds(
        Profile,
        cycle=st.none() | st.sampled_from((2027, 2028, 2029, 2040)),
        zone=st.none() | st.just("Asia/Karachi"),
        us_citizen=st.none() | st.booleans(),
        work_right=st.none() | st.sampled_from(WorkRight),
        visa=st.none() | st.sampled_from(Visa),
        graduation_year=_years,
        step1=st.none() | st.sampled_from(Step1),
        step1_score=st.none() | st.integers(100, 300),
        step1_year=_years,
        step2_taken=st.none() | st.booleans(),
        step2_ck=st.none() | st.integers(100, 300),
        step2_year=_years,
        failures=st.none() | st.integers(0, 2),
        failed_exams=st.none() | st.frozensets(st.sampled_from(("step1", "step2_ck", "step2_cs", "step3"))),
        step3=st.none() | st.sampled_from(Step3),
        ecfmg=st.none() | st.sampled_from(Ecfmg),
        usce=st.none() | st.dictionaries(st.sampled_from(UsceKind), _experiences),
        home_experience=st.none() | st.frozensets(st.sampled_from(HomeExperience)),
        home_fields=_fields,
        recent_activity=st.none() | st.sampled_from(RecentActivity),
        gaps=st.none() | st.sampled_from(Gaps),
        publications=_counts,
        abstracts=_counts,
        posters=_counts,
        projects=_counts,
        research_fields=_fields,
        letters=st.none() | st.dictionaries(st.sampled_from(SLUGS), st.integers(0, 5), max_size=3),
        primary=st.none() | st.sampled_from(SLUGS),
        primary_other=st.none() | st.sampled_from(("Derm", "Space surgery", "")),
        strengths=st.none() | st.frozensets(st.sampled_from(Strength)),
        geography=st.none() | st.sampled_from(Geography),
        geography_reason=st.none() | st.sampled_from(GeographyReason),
        program_types=st.none() | st.sampled_from(ProgramTypes),
    )
