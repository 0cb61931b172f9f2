"""What holds of every list of backups, for any profile and any wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import TypeVar

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planning.backup_advice import AGAINST_CODES, CREDIBLE_CODES
from planning.backup_points import PART_CODES
from planning.backups import CANDIDATE_NOTES, LIST_NOTES, TIE_RULES, Candidate, Section, candidates, list_notes
from planning.competitiveness import LESS_COMPETITIVE_REASONS, Held, less_competitive
from planning.fact_types import Specialty
from planning.facts import Facts, load
from planning.interests import Aligned, Fit, IfMatched, Preferences, ThirtyYears, weights_in_use
from planning.outcome_types import NO_OUTCOMES
from planning.profile import Experience, Profile, UsceKind, Visa, WorkRight
from planning.red_flags import primary_specialty
from planning.relation_types import CRITERIA, Setting
from planning.standing import groups_of
from tests.planning.applicants import profiles
from tests.planning.preferences_of import FIELDS, preferences, weights

FACTS = load()
PRIMARIES = st.none() | st.sampled_from([one.slug for one in FACTS.specialties])
Key = TypeVar("Key")
Value = TypeVar("Value")
EVERYTHING = settings(deadline=None, max_examples=80)


def people() -> st.SearchStrategy[Profile]:
    """Any profile with any primary of the list."""
    return st.builds(
        lambda profile, primary: replace(profile, primary=primary or profile.primary), profiles(), PRIMARIES
    )


def turned_round(given: Mapping[Key, Value]) -> dict[Key, Value]:
    """The same mapping, told from its end."""
    return dict(reversed(list(given.items())))


def recommended(found: tuple[Candidate, ...]) -> dict[str, int]:
    return {one.slug: one.rank for one in found if one.section is Section.BACKUP}


@EVERYTHING
@given(profile=people(), wanted=preferences(), asked=st.none() | weights())
def test_the_reasons_sum_exactly_to_the_order(
    profile: Profile, wanted: Preferences, asked: Mapping[str, int] | None
) -> None:
    found = candidates(profile, wanted, FACTS, asked)
    used = weights_in_use(FACTS.criteria, wanted.weights, asked)
    for one in found:
        assert tuple(reason.criterion for reason in one.reasons) == CRITERIA
        assert one.total == sum(reason.weight * sum(part.points for part in reason.parts) for reason in one.reasons)
        for reason in one.reasons:
            criterion = FACTS.criteria.criteria[reason.criterion]
            assert reason.weight == used[reason.criterion]
            assert reason.parts
            assert criterion.least <= reason.points <= criterion.most
    for section in Section:
        places = [(one.fails_both, -one.total) for one in found if one.section is section]
        assert places == sorted(places)
        assert [one.rank for one in found if one.section is section] == list(range(1, len(places) + 1))


@EVERYTHING
@given(profile=people(), wanted=preferences())
def test_the_primary_and_vetoed_fields_are_never_recommended_and_a_year_is_never_alone(
    profile: Profile, wanted: Preferences
) -> None:
    found = candidates(profile, wanted, FACTS)
    primary = primary_specialty(profile, FACTS)
    slugs = [one.slug for one in found]
    assert len(slugs) == len(set(slugs))
    assert primary is None or primary.slug not in slugs
    for one in found:
        vetoed = wanted.fit_of(one.slug).vetoed
        assert (one.section is Section.VETOED) == vetoed == (one.veto == "would_hate")
    if any(one.section is Section.ONE_YEAR for one in found):
        assert recommended(found)
    order = [list(Section).index(one.section) for one in found]
    assert order == sorted(order)


@EVERYTHING
@given(profile=people(), wanted=preferences())
def test_every_code_is_a_declared_one_and_every_source_exists(profile: Profile, wanted: Preferences) -> None:
    assert set(list_notes(profile, wanted, FACTS)) <= set(LIST_NOTES)
    for one in candidates(profile, wanted, FACTS):
        assert set(one.notes) <= set(CANDIDATE_NOTES)
        assert {point.code for point in one.against} <= set(AGAINST_CODES)
        assert one.credible
        assert {point.code for point in one.credible} <= set(CREDIBLE_CODES)
        assert one.tests[0].reason in LESS_COMPETITIVE_REASONS
        assert [answer.question for answer in one.questions] == ["img_acceptance", "community_programs", "visas"]
        sources = {source for point in (*one.against, *one.credible) for source in point.sources}
        sources |= {source for test in one.tests for source in test.sources}
        for reason in one.reasons:
            assert {part.code for part in reason.parts} <= set(PART_CODES[reason.criterion])
            sources |= {source for part in reason.parts for source in part.sources}
        assert sources | {one.origin_source} <= FACTS.sources.keys()


@EVERYTHING
@given(profile=people(), wanted=preferences(), slug=st.sampled_from(FIELDS))
def test_wanting_a_field_more_never_lowers_it(profile: Profile, wanted: Preferences, slug: str) -> None:
    better = Fit(ThirtyYears.YES, Aligned.YES, IfMatched.RELIEF)
    _never_lower(profile, wanted, profile, replace(wanted, fit={**wanted.fit, slug: better}), slug)


@EVERYTHING
@given(profile=people(), wanted=preferences(), slug=st.sampled_from(FIELDS))
def test_a_rotation_in_a_field_never_lowers_it(profile: Profile, wanted: Preferences, slug: str) -> None:
    kinds = dict(profile.usce or {})
    here = kinds.get(UsceKind.ELECTIVE, Experience(1.0, frozenset()))
    kinds[UsceKind.ELECTIVE] = Experience(here.months, (here.fields or frozenset()) | {slug})
    assume(not _neighbouring(slug))
    _never_lower(profile, wanted, replace(profile, usce=kinds), wanted, slug)


@EVERYTHING
@given(profile=people(), wanted=preferences(), slug=st.sampled_from(FIELDS))
def test_a_letter_from_a_field_never_lowers_it(profile: Profile, wanted: Preferences, slug: str) -> None:
    assume(not _neighbouring(slug))
    lettered = replace(profile, letters={**(profile.letters or {}), slug: 2})
    _never_lower(profile, wanted, lettered, wanted, slug)


@EVERYTHING
@given(profile=people(), wanted=preferences(), slug=st.sampled_from(FIELDS), criterion=st.sampled_from(CRITERIA))
def test_a_criterion_that_weighs_more_never_lowers_the_field_that_is_best_in_it(
    profile: Profile, wanted: Preferences, slug: str, criterion: str
) -> None:
    before = candidates(profile, wanted, FACTS)
    best = max((one.reason(criterion).points for one in before), default=0)
    heavier = {**(wanted.weights or {}), criterion: FACTS.criteria.heaviest}
    if any(one.slug == slug and one.reason(criterion).points == best for one in before):
        _never_lower(profile, wanted, profile, replace(wanted, weights=heavier), slug)


def _never_lower(
    before: Profile, wanted_before: Preferences, after: Profile, wanted_after: Preferences, slug: str
) -> None:
    old = recommended(candidates(before, wanted_before, FACTS))
    new = recommended(candidates(after, wanted_after, FACTS))
    if slug in old:
        assert new[slug] <= old[slug]


def _neighbouring(slug: str) -> bool:
    """Whether experience in this field counts for others too: then others may rise with it."""
    return any(slug in others for others in FACTS.relations.neighbours.values())


@EVERYTHING
@given(profile=people(), wanted=preferences(), random=st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_what_is_given(
    profile: Profile, wanted: Preferences, random: Random
) -> None:
    shuffled = list(wanted.fit.items())
    random.shuffle(shuffled)
    letters = None if profile.letters is None else turned_round(profile.letters)
    usce = None if profile.usce is None else turned_round(profile.usce)
    again = replace(wanted, fit=dict(shuffled), weights=wanted.weights and turned_round(wanted.weights))
    turned = replace(profile, letters=letters, usce=usce)
    first, second = candidates(profile, wanted, FACTS), candidates(turned, again, FACTS)
    assert [(one.slug, one.total) for one in first] == [(one.slug, one.total) for one in second]
    specialties = tuple(reversed(FACTS.specialties))
    totals = {one.slug: one.total for one in candidates(profile, wanted, replace(FACTS, specialties=specialties))}
    assert totals == {one.slug: one.total for one in first}


@EVERYTHING
@given(profile=people(), wanted=preferences())
def test_ties_are_stated_on_both_sides_and_broken_by_the_two_tests_then_by_origin(
    profile: Profile, wanted: Preferences
) -> None:
    found = candidates(profile, wanted, FACTS)
    by_slug = {one.slug: one for one in found}
    origins = ["guide", "ours", "accessible"]
    costs = {Held.HELD: 0, Held.UNKNOWN: 1, Held.NOT_HELD: 2}
    for one in found:
        for tied in one.tied_with:
            assert by_slug[tied].total == one.total
            assert one.slug in by_slug[tied].tied_with
        assert len(one.tie_rules) == len(one.tied_with)
        assert set(one.tie_rules) <= set(TIE_RULES)
    for one, other in pairwise(found):
        if other.slug in one.tied_with:
            failed, others = (sum(costs[test.held] for test in each.tests) for each in (one, other))
            assert (failed, origins.index(one.origin)) <= (others, origins.index(other.origin))
            rule = one.tie_rules[one.tied_with.index(other.slug)]
            assert (rule == "tests") == (failed != others)


@EVERYTHING
@given(profile=people(), wanted=preferences())
def test_what_fails_both_tests_stands_below_everything_that_passes_one_and_says_so(
    profile: Profile, wanted: Preferences
) -> None:
    found = [one for one in candidates(profile, wanted, FACTS) if one.section is Section.BACKUP]
    failing = [one.fails_both for one in found]
    assert failing == sorted(failing)
    assert [("fails_both" in one.notes) for one in found] == failing


@EVERYTHING
@given(profile=people(), wanted=preferences())
def test_an_h1b_never_gives_more_points_than_a_j1_in_the_same_field(profile: Profile, wanted: Preferences) -> None:
    foreign = replace(profile, us_citizen=False, work_right=WorkRight.NONE)
    for facts in (FACTS, replace(FACTS, outcomes=NO_OUTCOMES)):
        points = {
            visa: {
                one.slug: one.reason("visa").points for one in candidates(replace(foreign, visa=visa), wanted, facts)
            }
            for visa in (Visa.H1B, Visa.J1, Visa.EITHER)
        }
        for slug, h1b in points[Visa.H1B].items():
            assert h1b <= min(points[Visa.J1][slug], points[Visa.EITHER][slug])


@EVERYTHING
@given(profile=people(), slugs=st.lists(st.sampled_from(FACTS.specialties), min_size=2, max_size=2))
def test_no_field_is_called_less_competitive_against_the_published_means(
    profile: Profile, slugs: list[Specialty]
) -> None:
    primary, backup = slugs
    test = less_competitive(profile, primary, backup, FACTS)
    for group in groups_of(profile):
        one, other = (FACTS.outcomes.of(field.slug) for field in slugs)
        rows = [row for found in (one, other) if found and (row := found.group(group)) and row.step2_ck.matched]
        if len(rows) == 2 and rows[0].cite.year == rows[1].cite.year:
            means = [row.step2_ck.matched.mean for row in rows if row.step2_ck.matched]
            if means[0] is not None and means[1] is not None:
                assert test.held is not Held.HELD or means[0] >= means[1]
                return


@EVERYTHING
@given(profile=people(), wanted=preferences())
def test_who_wants_a_clinic_with_the_same_patients_never_sees_surgery_above_both(
    profile: Profile, wanted: Preferences
) -> None:
    clinic = Preferences(setting=Setting.OUTPATIENT, strong=frozenset({"setting"}), unmatched=wanted.unmatched)
    found = recommended(candidates(profile, clinic, FACTS))
    if "general-surgery" in found:
        assert min(found.get(slug, 99) for slug in ("family-medicine", "psychiatry")) < found["general-surgery"]


@EVERYTHING
@given(profile=people(), wanted=preferences())
def test_whoever_comes_has_a_backup_to_look_at(facts: Facts, profile: Profile, wanted: Preferences) -> None:
    assert len(candidates(profile, replace(wanted, fit={}), facts)) >= 3
