"""Which missing answers are listed: those that apply to the person, under the questions' permanent ids."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from planning.profile import (
    Experience,
    Geography,
    HomeExperience,
    Profile,
    Step1,
    UsceKind,
    Visa,
    WorkRight,
)
from planning.unknowns import unknowns
from tests.planning.applicants import CALM, profiles


def test_nothing_is_missing_of_someone_who_answered_everything() -> None:
    assert unknowns(CALM) == ()


def test_of_an_empty_profile_only_the_questions_without_a_condition_are_missing_plus_those_about_visas() -> None:
    assert unknowns(Profile()) == (
        "cycle",
        "city",
        "citizenship",
        "work_right",
        "visa",
        "graduation_year",
        "step1",
        "step2_ck",
        "failures",
        "step3",
        "ecfmg",
        "usce_kinds",
        "home_experience",
        "recent_activity",
        "gaps",
        "publications",
        "abstracts",
        "posters",
        "projects",
        "letters",
        "primary",
        "strengths",
        "geography",
        "program_types",
    )


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"us_citizen": True, "work_right": None, "visa": Visa.NONE}, ()),
        ({"work_right": WorkRight.PERMANENT, "visa": None}, ()),
        ({"visa": None}, ("visa", "step3")),
        ({"visa": Visa.H1B}, ("step3",)),
        ({"step1": Step1.SCORED}, ("step1_score",)),
        ({"step1": Step1.NOT_TAKEN, "step1_year": None}, ()),
        ({"step1_year": None}, ("step1_year",)),
        ({"step2_taken": False, "step2_ck": None, "step2_year": None}, ()),
        ({"step2_taken": None, "step2_ck": None, "step2_year": None}, ("step2_ck",)),
        ({"failures": 1}, ("failed_exams",)),
        ({"usce": {}}, ()),
        ({"usce": {UsceKind.ELECTIVE: Experience()}}, ("usce_elective_months", "usce_elective_fields")),
        ({"usce": {UsceKind.OBSERVERSHIP: Experience(2.0)}}, ("usce_observership_fields",)),
        ({"home_experience": frozenset({HomeExperience.RESIDENCY})}, ("home_fields",)),
        ({"posters": 1}, ("research_fields",)),
        ({"geography": Geography.REGIONS}, ("geography_reason",)),
        ({"primary": "other"}, ("primary_other",)),
        ({"strengths": None}, ("strengths",)),
    ],
)
def test_a_missing_answer_is_listed_when_its_question_applies(
    changes: dict[str, object], missing: tuple[str, ...]
) -> None:
    assert unknowns(replace(CALM, **changes)) == missing  # type: ignore[arg-type]  # a table of fields


@settings(deadline=None, max_examples=100, print_blob=True)
@given(profiles())
def test_every_profile_has_its_missing_answers_listed_once(profile: Profile) -> None:
    found = unknowns(profile)
    assert len(found) == len(set(found))
