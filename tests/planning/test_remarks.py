"""The remarks of the result: who gets which, with what in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from planning.facts import Facts, load
from planning.profile import Ecfmg, Gaps, Profile, ProgramTypes, Step1, Step3, Visa, WorkRight
from planning.remarks import REMARK_IDS, remarks
from tests.planning.applicants import CALM, GUIDE_EXAMPLE, profiles

TODAY = date(2026, 11, 25)
FACTS: Facts = load()


def values(name: str, profile: Profile) -> Mapping[str, object] | None:
    """What the remark says; None when it is not made."""
    return next((remark.values for remark in remarks(profile, FACTS, TODAY) if remark.id == name), None)


def test_a_green_card_holder_is_told_of_the_two_definitions() -> None:
    holder = replace(CALM, us_citizen=False, work_right=WorkRight.PERMANENT)
    assert values("us_img_green_card", holder) == {}
    assert values("us_img_green_card", replace(CALM, us_citizen=True)) is None
    assert values("us_img_green_card", CALM) is None


def test_years_since_graduation_are_said_with_the_cycle_they_count_to() -> None:
    expected = {"years": 7, "graduation_year": 2019, "cycle": 2027, "applying_year": 2026}
    assert values("years_since_graduation", GUIDE_EXAMPLE) == expected
    assert values("years_since_graduation", replace(GUIDE_EXAMPLE, cycle=None)) is None


@pytest.mark.parametrize(
    ("primary", "noted"),
    [
        ("dermatology", True),
        ("plastic-surgery", True),
        ("orthopedic-surgery", True),
        ("diagnostic-radiology", True),
        ("ophthalmology", True),
        ("otolaryngology", False),
        ("neurological-surgery", False),
        ("internal-medicine", False),
        ("other", False),
        (None, False),
    ],
)
def test_the_five_fields_of_the_guide_s_first_step_get_its_notice(primary: str | None, noted: bool) -> None:
    found = values("competitive_notice", replace(CALM, primary=primary))
    assert (found is not None) is noted


@pytest.mark.parametrize(
    ("primary", "academic"),
    [
        ("diagnostic-radiology", False),
        ("neurology", False),
        ("psychiatry", False),
        ("internal-medicine", True),
        ("family-medicine", None),
        (None, None),
    ],
)
def test_research_weighs_in_the_fields_that_the_guide_names(primary: str | None, academic: bool | None) -> None:
    found = values("research_weighs", replace(CALM, primary=primary, posters=2))
    assert (found and (found["academic"], found["items"])) == (None if academic is None else (academic, 2))


def test_an_old_numeric_step_1_score_is_said_to_count_as_history() -> None:
    scored = replace(CALM, step1=Step1.SCORED, step1_score=231, step1_year=2021)
    assert values("step1_score_history", scored) == {"score": 231, "year": 2021}
    assert values("step1_score_history", CALM) is None


@pytest.mark.parametrize(
    ("step1_year", "step2_year", "exams"),
    [
        (2023, 2026, None),
        (2022, 2026, (("step1", 2022, 4),)),
        (2022, 2021, (("step1", 2022, 4), ("step2_ck", 2021, 5))),
        (None, None, None),
    ],
)
def test_exams_of_more_than_three_years_before_applying_are_remarked_on(
    step1_year: int | None, step2_year: int | None, exams: tuple[tuple[str, int, int], ...] | None
) -> None:
    found = values("exam_old", replace(CALM, step1_year=step1_year, step2_year=step2_year))
    assert (found and found["exams"]) == exams


def test_without_a_cycle_the_age_of_exams_counts_to_today() -> None:
    found = values("exam_old", replace(CALM, cycle=None, step1_year=2022))
    assert found is not None
    assert found["exams"] == (("step1", 2022, 4),)


@pytest.mark.parametrize(
    ("step1", "step1_year", "step3", "ends", "over"),
    [
        (Step1.PASSED, 2020, None, 2027, False),
        (Step1.PASSED, 2018, None, 2025, True),
        (Step1.PASSED, 2018, Step3.PASSED, None, False),
        (Step1.FAILED, 2018, None, 2033, False),
    ],
)
def test_the_seven_year_window_runs_from_the_first_pass_until_step_3(
    step1: Step1, step1_year: int, step3: Step3 | None, ends: int | None, over: bool
) -> None:
    found = values("exam_old", replace(CALM, step1=step1, step1_year=step1_year, step2_year=2026, step3=step3))
    assert found is not None
    assert (found["window_years"], found["window_ends"], found["window_over"]) == (7, ends, over)


@pytest.mark.parametrize(
    ("visa", "step3", "said"),
    [
        (Visa.H1B, Step3.NOT_TAKEN, True),
        (Visa.H1B, None, True),
        (Visa.EITHER, Step3.SCHEDULED, True),
        (Visa.H1B, Step3.PASSED, False),
        (Visa.J1, Step3.NOT_TAKEN, False),
        (Visa.NONE, None, False),
        (None, None, False),
    ],
)
def test_step_3_is_remarked_on_where_h1b_is_possible(visa: Visa | None, step3: Step3 | None, said: bool) -> None:
    found = values("step3_for_h1b", replace(CALM, visa=visa, step3=step3))
    assert found == ({"visa": visa, "step3": step3, "ecfmg": Ecfmg.CERTIFIED} if said else None)


def test_missing_certification_is_said_with_the_day_it_is_needed_by() -> None:
    found = values("ecfmg_not_certified", replace(CALM, ecfmg=Ecfmg.IN_PROGRESS))
    assert found == {
        "state": "in_progress",
        "cycle": 2027,
        "needed_by": date(2027, 3, 3),
        "training_on": date(2027, 7, 1),
        "estimated": False,
    }
    later = values("ecfmg_not_certified", replace(CALM, ecfmg=Ecfmg.NOT_STARTED, cycle=2028))
    assert later is not None
    assert (later["estimated"], later["needed_by"]) == (True, date(2028, 3, 1))
    unknown = values("ecfmg_not_certified", replace(CALM, ecfmg=Ecfmg.NOT_STARTED, cycle=None))
    assert unknown is not None
    assert (unknown["needed_by"], unknown["training_on"]) == (None, None)
    assert values("ecfmg_not_certified", CALM) is None


@pytest.mark.parametrize(
    ("gaps", "said"),
    [(Gaps.NONE, False), (Gaps.UNDER_6, False), (Gaps.FROM_6_TO_12, True), (Gaps.OVER_12, True), (None, False)],
)
def test_gaps_of_six_months_and_more_are_remarked_on(gaps: Gaps | None, said: bool) -> None:
    assert values("gap", replace(CALM, gaps=gaps)) == ({"length": gaps} if said else None)


def test_having_no_letter_is_remarked_on_and_an_unknown_number_is_not() -> None:
    assert values("no_letters", replace(CALM, letters={})) == {"specialty": "Family Medicine"}
    assert values("no_letters", replace(CALM, letters={"psychiatry": 0}, primary=None)) == {"specialty": None}
    assert values("no_letters", replace(CALM, letters=None)) is None
    assert values("no_letters", CALM) is None


def test_university_programs_only_is_remarked_on() -> None:
    assert values("university_only", replace(CALM, program_types=ProgramTypes.UNIVERSITY_ONLY)) == {}
    assert values("university_only", CALM) is None


def test_strengths_are_said_in_a_steady_order() -> None:
    strong = replace(CALM, strengths=frozenset({"service", "language", "research"}))
    assert values("strengths_noted", strong) == {"strengths": ("language", "research", "service")}


def test_an_empty_profile_causes_no_remark() -> None:
    assert remarks(Profile(), FACTS, TODAY) == ()


@settings(deadline=None, max_examples=100, print_blob=True)
@given(profiles())
def test_every_profile_gets_each_remark_at_most_once_and_in_order(profile: Profile) -> None:
    made = [remark.id for remark in remarks(profile, FACTS, TODAY)]
    assert made == [name for name in REMARK_IDS if name in made]
    assert [remark.values for remark in remarks(profile, FACTS, TODAY)] == [
        remark.values for remark in remarks(replace(profile), FACTS, TODAY)
    ]


@pytest.mark.parametrize(
    ("today", "state"),
    [(date(2026, 9, 1), None), (date(2026, 9, 3), "running"), (date(2027, 3, 20), "closed")],
)
def test_a_season_that_has_begun_or_ended_is_said(today: date, state: str | None) -> None:
    found = [r for r in remarks(Profile(cycle=2027), FACTS, today) if r.id == "season"]
    assert [r.values["state"] for r in found] == ([state] if state else [])
    if found:
        assert found[0].values["next_cycle"] == 2028
        assert found[0].values["source"] in FACTS.sources


def test_without_a_cycle_no_season_is_said() -> None:
    assert not [r for r in remarks(Profile(), FACTS, date(2026, 11, 25)) if r.id == "season"]
