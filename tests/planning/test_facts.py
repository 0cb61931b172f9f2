"""The shipped facts: complete, sourced, and what the guide and the acceptance rows say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from planning.facts import CYCLE_DATES, Facts, Sponsors
from planning.profile import Gaps, Geography, RecentActivity, Strength, UsceKind, Visa

GUIDE_NAMES = {
    "internal-medicine",
    "family-medicine",
    "pediatrics",
    "psychiatry",
    "neurology",
    "general-surgery",
    "obstetrics-gynecology",
    "diagnostic-radiology",
    "anesthesiology",
    "dermatology",
    "plastic-surgery",
    "orthopedic-surgery",
    "otolaryngology",
    "neurological-surgery",
    "ophthalmology",
    "physical-medicine-rehabilitation",
}
WITH_FIGURES = GUIDE_NAMES | {
    "pathology",
    "preliminary-surgery",
    "preliminary-medicine",
    "transitional-year",
    "emergency-medicine",
    "radiation-oncology",
    "internal-medicine-pediatrics",
    "child-neurology",
    "vascular-surgery",
    "interventional-radiology",
    "thoracic-surgery",
    "preventive-medicine",
    "nuclear-medicine",
    "urology",
}
"""The thirty fields for which Match figures by specialty exist."""


def test_every_field_of_the_guide_is_on_the_first_keyboard(facts: Facts) -> None:
    shown = [specialty.slug for specialty in facts.popular_specialties]
    assert set(shown) >= GUIDE_NAMES
    assert shown[:5] == ["internal-medicine", "family-medicine", "pediatrics", "psychiatry", "neurology"]


def test_the_thirty_fields_with_match_figures_are_there(facts: Facts) -> None:
    assert len(WITH_FIGURES) == 30
    assert {specialty.slug for specialty in facts.specialties} >= WITH_FIGURES


def test_keyboards_together_hold_every_field_once(facts: Facts) -> None:
    shown = [*facts.popular_specialties, *facts.other_specialties]
    assert sorted(shown, key=lambda one: one.slug) == sorted(facts.specialties, key=lambda one: one.slug)


def test_the_guide_s_lists_of_competitive_fields_are_kept_apart(facts: Facts) -> None:
    def listed(name: str) -> set[str]:
        return {one.slug for one in facts.specialties if name in one.competitive_lists and one.named_by_guide}

    step_1 = {"dermatology", "plastic-surgery", "orthopedic-surgery", "diagnostic-radiology", "ophthalmology"}
    assert listed("step-1") == step_1
    assert listed("red-flag-6") == {
        "dermatology",
        "orthopedic-surgery",
        "otolaryngology",
        "plastic-surgery",
        "neurological-surgery",
    }
    assert listed("faq-1") == {
        "dermatology",
        "plastic-surgery",
        "orthopedic-surgery",
        "otolaryngology",
        "neurological-surgery",
        "diagnostic-radiology",
    }
    assert {one.slug for one in facts.specialties if one.competitive_notice and one.named_by_guide} == step_1


def test_the_accessible_fields_are_the_guide_s_five(facts: Facts) -> None:
    assert {one.slug for one in facts.specialties if one.accessible} == {
        "internal-medicine",
        "family-medicine",
        "pediatrics",
        "psychiatry",
        "neurology",
    }


@pytest.mark.parametrize(
    "slug", ["diagnostic-radiology", "anesthesiology", "dermatology", "physical-medicine-rehabilitation"]
)
def test_the_guide_s_advanced_fields_need_a_first_year(slug: str, facts: Facts) -> None:
    specialty = facts.specialty(slug)
    assert specialty is not None
    assert specialty.advanced


def test_a_field_with_its_own_first_year_is_not_advanced(facts: Facts) -> None:
    medicine = facts.specialty("internal-medicine")
    assert medicine is not None
    assert not medicine.advanced


@pytest.mark.parametrize(
    ("slug", "service", "match"),
    [
        ("internal-medicine", "ERAS", "NRMP"),
        ("obstetrics-gynecology", "ResidencyCAS", "NRMP"),
        ("emergency-medicine", "ResidencyCAS", "NRMP"),
        ("ophthalmology", "SF Match", "SF Match"),
        ("urology", "ERAS", "AUA/SAU Urology Match"),
    ],
)
def test_a_field_says_where_one_applies_and_who_matches(slug: str, service: str, match: str, facts: Facts) -> None:
    specialty = facts.specialty(slug)
    assert specialty is not None
    assert (specialty.service, specialty.match) == (service, match)


def test_only_first_years_are_marked_as_one_year(facts: Facts) -> None:
    assert {one.slug for one in facts.specialties if one.one_year} == {
        "preliminary-medicine",
        "preliminary-surgery",
        "transitional-year",
    }


def test_h1b_sponsorship_is_our_own_dated_estimate_with_its_reasoning(facts: Facts) -> None:
    for specialty in facts.specialties:
        assert specialty.h1b.evidence == "estimated"
        assert specialty.h1b.as_of == "2026-11"
        assert specialty.h1b.reasoning.endswith(".")
        assert specialty.h1b_sponsors in Sponsors


def test_thresholds_name_only_answers_that_exist(facts: Facts) -> None:
    assert facts.flags["step2_ck"].sets["softened_by"] <= set(Strength)
    assert facts.flags["graduation"].sets["limited"] | facts.flags["graduation"].sets["active"] == set(RecentActivity)
    assert facts.flags["usce"].sets["hands_on"] | facts.flags["usce"].sets["watching"] == set(UsceKind)
    assert facts.flags["h1b"].sets["needs"] <= set(Visa)
    geography = facts.flags["geography"].sets
    assert geography["raised"] | geography["borderline"] | {"any"} == set(Geography)
    assert facts.remarks["gap"].sets["noted"] <= set(Gaps)


def test_flags_carry_the_guide_s_numbers_in_its_order(facts: Facts) -> None:
    assert [rule.number for rule in facts.flags.values()] == [1, 2, 3, 4, 5, 6, 7]
    assert {rule.source for rule in facts.flags.values()} == {"guide"}


def test_every_source_is_used_and_every_used_source_is_there(facts: Facts) -> None:
    assert facts.used_sources == set(facts.sources)


def test_the_guide_is_a_source_that_says_when_it_was_read(facts: Facts) -> None:
    guide = facts.sources["guide"]
    assert guide.title == "Essential Backup Specialty Planning Strategies for IMGs in Residency"
    assert (guide.year, guide.when) == (None, "read 2026")
    assert facts.sources["nrmp-results-2025"].when == "2025-05-29"


def test_the_2027_cycle_has_published_dates_in_the_zone_of_their_owner(facts: Facts) -> None:
    cycle = facts.cycle(2027)
    assert cycle is not None
    assert (cycle.status, cycle.applying_year) == ("published", 2026)
    assert cycle.applications_open.on == date(2026, 6, 3)
    assert cycle.submit.at == datetime(2026, 9, 2, 13, tzinfo=UTC)
    assert cycle.rank_list_deadline.at == datetime(2027, 3, 4, 2, tzinfo=UTC)
    assert cycle.rank_list_deadline.on == date(2027, 3, 3)
    assert cycle.match_week.on == date(2027, 3, 15)
    assert cycle.match_day.on == date(2027, 3, 19)
    assert (cycle.training_start.on, cycle.training_start.has_time) == (date(2027, 7, 1), False)


@pytest.mark.parametrize(
    ("year", "submit", "rank_list", "match_day", "training"),
    [
        (2028, date(2027, 9, 1), date(2028, 3, 1), date(2028, 3, 17), date(2028, 7, 1)),
        (2029, date(2028, 8, 30), date(2029, 2, 28), date(2029, 3, 16), date(2029, 7, 1)),
    ],
)
def test_later_cycles_are_estimated_on_the_same_weekdays(
    year: int, submit: date, rank_list: date, match_day: date, training: date, facts: Facts
) -> None:
    cycle = facts.cycle(year)
    assert cycle is not None
    assert cycle.status == "estimated"
    assert cycle.submit.on == submit
    assert cycle.rank_list_deadline.on == rank_list
    assert cycle.match_day.on == match_day
    assert cycle.training_start.on == training
    assert {one.evidence for one in cycle.dates.values()} == {"estimated"}
    assert all(one.estimated_from for one in cycle.dates.values())


def test_estimated_hours_stay_on_the_owner_s_clock(facts: Facts) -> None:
    hours = {
        cycle.rank_list_deadline.at.astimezone(ZoneInfo("America/New_York")).strftime("%a %H:%M")
        for cycle in facts.cycles
    }
    assert hours == {"Wed 21:00"}


def test_cycles_stand_in_order_and_hold_every_date(facts: Facts) -> None:
    assert [cycle.year for cycle in facts.cycles] == [2027, 2028, 2029]
    assert all(set(cycle.dates) >= set(CYCLE_DATES) for cycle in facts.cycles)


@pytest.mark.parametrize(
    ("now", "ahead"),
    [
        (datetime(2026, 11, 25, tzinfo=UTC), [2027, 2028, 2029]),
        (datetime(2027, 3, 4, 1, 59, tzinfo=UTC), [2027, 2028, 2029]),
        (datetime(2027, 3, 4, 2, 0, tzinfo=UTC), [2028, 2029]),
        (datetime(2040, 1, 1, tzinfo=UTC), []),
    ],
)
def test_a_cycle_lies_ahead_until_its_rank_lists_close(now: datetime, ahead: list[int], facts: Facts) -> None:
    assert [cycle.year for cycle in facts.cycles_ahead(now)] == ahead


def test_a_slug_or_year_that_nobody_knows_gives_nothing(facts: Facts) -> None:
    assert facts.specialty("astrology") is None
    assert facts.specialty(None) is None
    assert facts.cycle(1999) is None
    assert facts.cycle(None) is None


def test_no_row_promises_a_chance_of_matching(facts: Facts) -> None:
    words = " ".join(
        [*(rule.words for rule in facts.rules.values()), *(one.h1b.reasoning for one in facts.specialties)]
    ).casefold()
    assert not [word for word in ("maximi", "your chance", "probability", "guarantee") if word in words]
