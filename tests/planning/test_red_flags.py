"""Each red flag by table, with the values around every threshold (rows 027 to 036)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planning.facts import FLAG_IDS, Facts
from planning.profile import (
    Experience,
    Geography,
    Profile,
    RecentActivity,
    Step1,
    Step3,
    UsceKind,
    Visa,
    WorkRight,
)
from planning.red_flags import Flag, Level, Verdict, red_flags, verdict
from tests.planning.applicants import CALM, GUIDE_EXAMPLE

RAISED, BORDERLINE, CLEAR, UNKNOWN = Level.RAISED, Level.BORDERLINE, Level.CLEAR, Level.UNKNOWN
STRONG = frozenset({"research"})
NONE_STRONG: frozenset[str] = frozenset()


def flag(name: str, profile: Profile, facts: Facts) -> Flag:
    return next(flag for flag in red_flags(profile, facts) if flag.id == name)


@pytest.mark.parametrize(
    ("score", "strengths", "level", "reason"),
    [
        (100, NONE_STRONG, RAISED, "below"),
        (224, NONE_STRONG, RAISED, "below"),
        (224, None, UNKNOWN, "below_strengths_unknown"),
        (224, STRONG, BORDERLINE, "below_with_strengths"),
        (225, NONE_STRONG, BORDERLINE, "inside"),
        (225, None, BORDERLINE, "inside"),
        (227, NONE_STRONG, BORDERLINE, "inside"),
        (229, STRONG, BORDERLINE, "inside"),
        (230, NONE_STRONG, CLEAR, "above"),
        (230, None, CLEAR, "above"),
        (300, NONE_STRONG, CLEAR, "above"),
    ],
)
def test_step_2_ck_is_held_against_the_band_225_to_230(
    score: int, strengths: frozenset[str] | None, level: Level, reason: str, facts: Facts
) -> None:
    found = flag("step2_ck", replace(CALM, step2_ck=score, strengths=strengths), facts)
    assert (found.level, found.reason, found.value, found.low, found.high) == (level, reason, score, 225, 230)
    assert found.source == "guide"


@pytest.mark.parametrize(("taken", "reason"), [(False, "not_taken"), (None, "unknown"), (True, "unknown")])
def test_a_missing_step_2_ck_score_is_unknown(taken: bool | None, reason: str, facts: Facts) -> None:
    found = flag("step2_ck", replace(CALM, step2_taken=taken, step2_ck=None), facts)
    assert (found.level, found.reason, found.value) == (UNKNOWN, reason, None)


@pytest.mark.parametrize(
    ("changes", "level", "reason", "value"),
    [
        ({"failures": 0}, CLEAR, "none", 0),
        ({"failures": 1}, RAISED, "failed", 1),
        ({"failures": 2}, RAISED, "failed", 2),
        ({"failures": None}, UNKNOWN, "unknown", None),
        ({"failures": 0, "step1": Step1.FAILED}, RAISED, "failed", 1),
        ({"failures": None, "step1": Step1.FAILED}, RAISED, "failed", 1),
        ({"failures": None, "step3": Step3.FAILED}, RAISED, "failed", 1),
        ({"failures": None, "step1": Step1.FAILED, "step3": Step3.FAILED}, RAISED, "failed", 2),
        ({"failures": 1, "failed_exams": frozenset({"step2_cs"})}, RAISED, "failed", 1),
        ({"failures": None, "failed_exams": frozenset({"step1", "step2_ck", "step3"})}, RAISED, "failed", 2),
    ],
)
def test_any_failed_exam_raises_the_flag(
    changes: dict[str, object], level: Level, reason: str, value: int | None, facts: Facts
) -> None:
    found = flag("failures", replace(CALM, **changes), facts)  # type: ignore[arg-type]  # a table of fields
    assert (found.level, found.reason, found.value) == (level, reason, value)


@pytest.mark.parametrize(
    ("years", "activity", "level", "reason"),
    [
        (-1, RecentActivity.NONE, CLEAR, "not_graduated"),
        (0, RecentActivity.NONE, CLEAR, "recent"),
        (4, RecentActivity.LIMITED, CLEAR, "recent"),
        (5, RecentActivity.NONE, CLEAR, "recent"),
        (5, None, CLEAR, "recent"),
        (6, RecentActivity.LIMITED, BORDERLINE, "band_limited"),
        (6, RecentActivity.NONE, BORDERLINE, "band_limited"),
        (6, RecentActivity.REGULAR, CLEAR, "band_active"),
        (6, None, UNKNOWN, "band_activity_unknown"),
        (7, RecentActivity.LIMITED, BORDERLINE, "band_limited"),
        (7, RecentActivity.REGULAR, CLEAR, "band_active"),
        (8, RecentActivity.LIMITED, RAISED, "old_limited"),
        (8, RecentActivity.NONE, RAISED, "old_limited"),
        (8, RecentActivity.REGULAR, CLEAR, "old_active"),
        (8, None, UNKNOWN, "old_activity_unknown"),
        (30, RecentActivity.REGULAR, CLEAR, "old_active"),
    ],
)
def test_graduation_is_held_against_the_band_of_5_to_7_years_and_recent_activity(
    years: int, activity: RecentActivity | None, level: Level, reason: str, facts: Facts
) -> None:
    profile = replace(CALM, cycle=2028, graduation_year=2027 - years, recent_activity=activity)
    found = flag("graduation", profile, facts)
    assert (found.level, found.reason, found.value, found.low, found.high) == (level, reason, years, 5, 7)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"graduation_year": None}, "unknown_year"), ({"cycle": None}, "unknown_cycle")],
)
def test_years_that_cannot_be_counted_are_unknown(changes: dict[str, None], reason: str, facts: Facts) -> None:
    found = flag("graduation", replace(CALM, **changes), facts)
    assert (found.level, found.reason, found.value) == (UNKNOWN, reason, None)


@pytest.mark.parametrize(
    ("usce", "level", "reason", "value"),
    [
        (None, UNKNOWN, "unknown", None),
        ({}, RAISED, "none", 0),
        ({"observership": 12.0}, RAISED, "no_hands_on", 12),
        ({"observership": None}, RAISED, "no_hands_on", None),
        ({"hands_on": 0.0}, BORDERLINE, "short_hands_on", 0),
        ({"hands_on": 0.9}, BORDERLINE, "short_hands_on", 0.9),
        ({"externship": 0.5, "elective": 0.4, "observership": 9.0}, BORDERLINE, "short_hands_on", 0.9),
        ({"externship": 0.5, "elective": 0.5}, CLEAR, "hands_on", 1),
        ({"hands_on": 1.0}, CLEAR, "hands_on", 1),
        ({"externship": 3.0, "observership": None}, CLEAR, "hands_on", 3),
        ({"elective": None}, UNKNOWN, "months_unknown", None),
        ({"elective": None, "externship": 0.5}, UNKNOWN, "months_unknown", None),
        ({"elective": None, "externship": 2.0}, CLEAR, "hands_on", 2),
    ],
)
def test_us_experience_counts_when_it_is_hands_on(
    usce: dict[str, float | None] | None, level: Level, reason: str, value: float | None, facts: Facts
) -> None:
    experience = None if usce is None else {UsceKind(kind): Experience(months) for kind, months in usce.items()}
    found = flag("usce", replace(CALM, usce=experience), facts)
    assert (found.level, found.reason) == (level, reason)
    assert found.value == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("visa", "primary", "level", "reason"),
    [
        (Visa.NONE, "dermatology", CLEAR, "no_visa"),
        (Visa.J1, "dermatology", CLEAR, "j1"),
        (Visa.EITHER, "dermatology", CLEAR, "either"),
        (Visa.H1B, "dermatology", RAISED, "h1b_few_sponsors"),
        (Visa.H1B, "diagnostic-radiology", RAISED, "h1b_few_sponsors"),
        (Visa.H1B, "internal-medicine", BORDERLINE, "h1b_field_ok"),
        (Visa.H1B, "radiation-oncology", UNKNOWN, "h1b_field_unknown"),
        (Visa.H1B, "other", UNKNOWN, "h1b_field_unknown"),
        (Visa.H1B, None, UNKNOWN, "h1b_field_unknown"),
        (None, "internal-medicine", UNKNOWN, "unknown"),
    ],
)
def test_h1b_is_a_flag_only_where_few_programs_sponsor_it(
    visa: Visa | None, primary: str | None, level: Level, reason: str, facts: Facts
) -> None:
    found = flag("h1b", replace(CALM, visa=visa, primary=primary), facts)
    assert (found.level, found.reason) == (level, reason)
    assert found.value == (None if visa is None else visa.value)


def test_a_green_card_holder_needs_no_visa_whatever_was_answered_before(facts: Facts) -> None:
    profile = replace(CALM, work_right=WorkRight.PERMANENT, visa=Visa.H1B, primary="dermatology")
    assert flag("h1b", profile, facts).reason == "no_visa"


@pytest.mark.parametrize(
    ("primary", "level"),
    [
        ("dermatology", RAISED),
        ("plastic-surgery", RAISED),
        ("orthopedic-surgery", RAISED),
        ("otolaryngology", RAISED),
        ("neurological-surgery", RAISED),
        ("diagnostic-radiology", RAISED),
        ("ophthalmology", RAISED),
        ("family-medicine", CLEAR),
        ("internal-medicine", CLEAR),
        ("pediatrics", CLEAR),
        ("psychiatry", CLEAR),
        ("neurology", CLEAR),
        ("general-surgery", CLEAR),
        ("obstetrics-gynecology", CLEAR),
        ("anesthesiology", CLEAR),
        ("physical-medicine-rehabilitation", CLEAR),
        ("urology", UNKNOWN),
        ("pathology", UNKNOWN),
        ("a-slug-that-is-no-more", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_the_seven_fields_of_the_guide_are_highly_competitive(primary: str | None, level: Level, facts: Facts) -> None:
    assert flag("competitive_primary", replace(CALM, primary=primary), facts).level is level


@pytest.mark.parametrize(
    ("typed", "level", "reason"),
    [
        ("Derm", RAISED, "competitive"),
        ("family medicine", CLEAR, "not_competitive"),
        ("Space surgery", UNKNOWN, "not_in_guide"),
        ("", UNKNOWN, "not_in_guide"),
        (None, UNKNOWN, "not_in_guide"),
    ],
)
def test_a_field_typed_under_other_is_recognised_by_its_name(
    typed: str | None, level: Level, reason: str, facts: Facts
) -> None:
    found = flag("competitive_primary", replace(CALM, primary="other", primary_other=typed), facts)
    assert (found.level, found.reason) == (level, reason)


@pytest.mark.parametrize(
    ("geography", "level", "reason"),
    [
        (Geography.ANY, CLEAR, "any"),
        (Geography.REGIONS, BORDERLINE, "regions"),
        (Geography.ONE_STATE, RAISED, "one_state"),
        (None, UNKNOWN, "unknown"),
    ],
)
def test_a_map_of_one_state_raises_the_flag(
    geography: Geography | None, level: Level, reason: str, facts: Facts
) -> None:
    found = flag("geography", replace(CALM, geography=geography), facts)
    assert (found.level, found.reason) == (level, reason)


def test_the_guide_s_worked_example_gives_the_flags_that_the_guide_speaks_of(facts: Facts) -> None:
    by_id = {found.id: (found.level, found.reason) for found in red_flags(GUIDE_EXAMPLE, facts)}
    assert by_id["step2_ck"] == (BORDERLINE, "inside")
    assert by_id["usce"] == (RAISED, "no_hands_on")
    assert by_id["graduation"] == (BORDERLINE, "band_limited")
    assert by_id["h1b"] == (CLEAR, "j1")
    assert by_id["competitive_primary"] == (CLEAR, "not_competitive")


def test_the_flags_stand_in_the_guide_s_order(facts: Facts) -> None:
    assert tuple(found.id for found in red_flags(CALM, facts)) == FLAG_IDS


def test_an_empty_profile_has_seven_unknown_flags(facts: Facts) -> None:
    assert {found.level for found in red_flags(Profile(), facts)} == {UNKNOWN}


def test_a_calm_profile_has_seven_clear_flags(facts: Facts) -> None:
    assert {found.level for found in red_flags(CALM, facts)} == {CLEAR}


def _with(*levels: Level) -> list[Flag]:
    return [Flag(f"flag{place}", level, "", None, None, None, "guide") for place, level in enumerate(levels)]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((), Verdict("none", 0, 0, 0)),
        ((CLEAR, BORDERLINE, BORDERLINE, UNKNOWN), Verdict("none", 0, 2, 1)),
        ((RAISED, BORDERLINE), Verdict("one", 1, 1, 0)),
        ((RAISED, RAISED), Verdict("many", 2, 0, 0)),
        ((RAISED,) * 7, Verdict("many", 7, 0, 0)),
    ],
)
def test_only_raised_flags_make_the_verdict(levels: tuple[Level, ...], expected: Verdict) -> None:
    assert verdict(_with(*levels)) == expected


@pytest.mark.parametrize(
    ("year", "reason"), [(2026, "recent"), (2027, "not_graduated"), (2028, "after_training_starts")]
)
def test_a_graduation_after_training_would_start_is_unknown_and_not_clear(facts: Facts, year: int, reason: str) -> None:
    found = red_flags(Profile(cycle=2027, graduation_year=year, recent_activity=None), facts)[2]
    assert found.reason == reason
    assert (found.level is UNKNOWN) == (reason == "after_training_starts")
