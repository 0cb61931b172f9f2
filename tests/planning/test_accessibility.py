"""The guide's three questions about a backup, answered from the facts; unknown stays unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planning.accessibility import ANSWER_REASONS, ANSWERS, QUESTIONS, Answer, answers
from planning.facts import Facts
from planning.outcome_types import NO_OUTCOMES
from planning.profile import Profile, Visa
from tests.planning.applicants import CALM

H1B = replace(CALM, visa=Visa.H1B)
CITIZEN = replace(CALM, us_citizen=True, visa=None, work_right=None)
UNKNOWN = replace(CALM, visa=None)


def asked(facts: Facts, slug: str, profile: Profile = CALM) -> dict[str, Answer]:
    specialty = facts.specialty(slug)
    assert specialty is not None
    return {answer.question: answer for answer in answers(profile, specialty, facts)}


@pytest.mark.parametrize(
    ("slug", "answer", "pct"),
    [
        ("internal-medicine", "yes", 44.6),
        ("family-medicine", "yes", 31.3),
        ("psychiatry", "partly", 14.4),
        ("general-surgery", "partly", 12.1),
        ("physical-medicine-rehabilitation", "no", 7.9),
    ],
)
def test_the_share_of_imgs_answers_the_first_question(facts: Facts, slug: str, answer: str, pct: float) -> None:
    found = asked(facts, slug)["img_acceptance"]
    assert (found.answer, found.values["img_pct"], found.year) == (answer, pct, 2025)
    assert found.source in facts.sources


def test_without_figures_only_the_guides_list_answers_it(facts: Facts) -> None:
    bare = replace(facts, outcomes=NO_OUTCOMES)
    assert (asked(bare, "neurology")["img_acceptance"].reason) == "guide_list"
    assert (asked(bare, "general-surgery")["img_acceptance"].answer) == "unknown"


@pytest.mark.parametrize(
    ("slug", "answer", "reason"),
    [
        ("internal-medicine", "yes", "guide_community"),
        ("family-medicine", "yes", "guide_community"),
        ("pediatrics", "unknown", "programs_only"),
        ("aerospace-medicine", "unknown", "no_figure"),
    ],
)
def test_the_second_question_stays_unknown_unless_the_guide_says(
    facts: Facts, slug: str, answer: str, reason: str
) -> None:
    found = asked(facts, slug)["community_programs"]
    assert (found.answer, found.reason) == (answer, reason)


@pytest.mark.parametrize(
    ("slug", "profile", "answer", "reason"),
    [
        ("internal-medicine", CALM, "yes", "sponsors_share"),
        ("internal-medicine", H1B, "partly", "sponsors_share"),
        ("family-medicine", CALM, "probably", "img_without_citizenship"),
        ("psychiatry", CALM, "perhaps", "img_without_citizenship"),
        ("physical-medicine-rehabilitation", CALM, "probably_not", "img_without_citizenship"),
        ("family-medicine", H1B, "partly", "h1b_estimate_some"),
        ("physical-medicine-rehabilitation", H1B, "no", "h1b_estimate_few"),
        ("transitional-year", H1B, "unknown", "h1b_unknown"),
        ("aerospace-medicine", CALM, "unknown", "no_figure"),
        ("family-medicine", CITIZEN, "not_needed", "visa_not_needed"),
        ("family-medicine", UNKNOWN, "unknown", "visa_need_unknown"),
    ],
)
def test_the_third_question_goes_by_the_visa_needed(
    facts: Facts, slug: str, profile: Profile, answer: str, reason: str
) -> None:
    found = asked(facts, slug, profile)["visas"]
    assert (found.answer, found.reason) == (answer, reason)


def test_every_answer_is_a_declared_one(facts: Facts) -> None:
    for profile in (CALM, H1B, CITIZEN, UNKNOWN):
        for specialty in facts.specialties:
            found = answers(profile, specialty, facts)
            assert tuple(one.question for one in found) == QUESTIONS
            assert {one.answer for one in found} <= set(ANSWERS)
            assert {one.reason for one in found} <= set(ANSWER_REASONS)
