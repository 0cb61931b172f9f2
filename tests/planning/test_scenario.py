"""The guide's worked example, as a card and lived through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planning.backups import candidates
from planning.facts import Facts
from planning.outcome_types import NO_OUTCOMES
from planning.profile import ImgGroup, UsceKind, Visa
from planning.red_flags import Level, red_flags
from planning.relation_types import Origin
from planning.scenario import Scenario


@pytest.fixture
def scenario(facts: Facts) -> Scenario:
    assert facts.scenario is not None
    return facts.scenario


def test_the_card_says_who_the_person_is(scenario: Scenario) -> None:
    assert (scenario.img_group, scenario.step2_ck, scenario.graduation_year) == (ImgGroup.NON_US_IMG, 229, 2019)
    assert (scenario.visa, scenario.primary, scenario.concern) == (
        Visa.J1,
        "psychiatry",
        "psychiatry_competitive_in_places",
    )
    assert [(one.field, one.months) for one in scenario.watching] == [("internal-medicine", 12), ("psychiatry", None)]
    assert scenario.source == "guide"


def test_sixty_to_eighty_and_eighty_to_a_hundred_and_twenty_programs(scenario: Scenario) -> None:
    assert [(one.field, one.low, one.high, one.kind) for one in scenario.programs] == [
        ("psychiatry", 60, 80, None),
        ("family-medicine", 80, 120, "img_friendly_community"),
    ]


def test_two_statements_and_two_letters_for_each_field(scenario: Scenario) -> None:
    assert [(one.field, one.theme) for one in scenario.statements] == [
        ("psychiatry", "interest_in_mental_health"),
        ("family-medicine", "holistic_primary_care"),
    ]
    assert [(one.field, one.count, one.writers) for one in scenario.letters] == [
        ("psychiatry", 2, ("psychiatry",)),
        ("family-medicine", 2, ("family-medicine", "internal-medicine")),
    ]
    assert scenario.benefit == "at_least_one_field_with_mental_health"


@pytest.mark.parametrize("loaded", [True, False])
def test_lived_through_it_suggests_family_medicine_first(facts: Facts, scenario: Scenario, loaded: bool) -> None:
    known = facts if loaded else replace(facts, outcomes=NO_OUTCOMES)
    first = candidates(scenario.profile(2027), None, known)[0]
    assert (first.slug, first.origin) == ("family-medicine", Origin.GUIDE)
    community = next(one for one in first.questions if one.question == "community_programs")
    assert community.answer == "yes"


def test_lived_through_it_raises_what_the_guide_says(facts: Facts, scenario: Scenario) -> None:
    flags = {flag.id: flag for flag in red_flags(scenario.profile(2027), facts)}
    assert (flags["step2_ck"].level, flags["step2_ck"].reason) == (Level.BORDERLINE, "inside")
    assert (flags["usce"].level, flags["usce"].reason) == (Level.RAISED, "no_hands_on")
    assert flags["h1b"].level is Level.CLEAR
    assert flags["graduation"].value == 7


@pytest.mark.parametrize(("cycle", "years"), [(2027, 7), (2028, 8)])
def test_the_year_of_graduation_counts_to_the_cycle(facts: Facts, scenario: Scenario, cycle: int, years: int) -> None:
    flags = {flag.id: flag for flag in red_flags(scenario.profile(cycle), facts)}
    assert flags["graduation"].value == years


def test_what_the_guide_does_not_say_stays_unknown(scenario: Scenario) -> None:
    profile = scenario.profile(None)
    assert (profile.cycle, profile.failures, profile.letters, profile.recent_activity) == (None, None, None, None)
    assert profile.usce is not None
    assert set(profile.usce) == {UsceKind.OBSERVERSHIP}
