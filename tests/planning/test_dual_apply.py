"""Whether to apply to two fields: each condition held, not held and unknown, and an answer that may be no."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.competitiveness import Held
from planning.dual_apply import CHANGES, KIND_REASONS, KINDS, DualVerdict, verdict
from planning.dual_conditions import CONDITION_IDS
from planning.facts import Facts, load
from planning.interests import Fit, IfMatched, Preferences, Unmatched
from planning.outcome_types import NO_OUTCOMES
from planning.profile import Experience, Gaps, HomeExperience, Profile, Strength, UsceKind
from planning.red_flags import primary_specialty
from tests.planning.applicants import CALM, GUIDE_EXAMPLE, profiles
from tests.planning.preferences_of import FIELDS, preferences

UNACCEPTABLE = Preferences(unmatched=Unmatched.UNACCEPTABLE)
ACCEPTABLE = Preferences(unmatched=Unmatched.ACCEPTABLE)
BOTH = replace(
    CALM,
    primary="psychiatry",
    home_experience=frozenset({HomeExperience.INTERNSHIP}),
    usce={
        UsceKind.HANDS_ON: Experience(2.0, frozenset({"psychiatry"})),
        UsceKind.OBSERVERSHIP: Experience(1.0, frozenset({"family-medicine"})),
    },
    letters={"psychiatry": 2, "family-medicine": 2},
    step2_ck=240,
)
"""Somebody with rotations and letters in psychiatry and in family medicine, and an average score."""

ONE_FIELD = replace(
    BOTH,
    usce={UsceKind.HANDS_ON: Experience(2.0, frozenset({"psychiatry"}))},
    letters={"psychiatry": 2},
)


def held(found: DualVerdict) -> dict[str, Held]:
    return {one.id: one.held for one in found.conditions}


def judged(
    profile: Profile, facts: Facts, wanted: Preferences | None = None, backup: str = "family-medicine"
) -> DualVerdict:
    return verdict(profile, None, backup, wanted, facts)


def test_a_clearly_more_competitive_primary_is_cited_with_both_figures(facts: Facts) -> None:
    one = judged(BOTH, facts).condition("primary_more_competitive")
    assert one.held is Held.HELD
    assert one.speaks == "for"
    assert (one.values["reason"], one.values["primary"], one.values["backup"], one.values["year"]) == (
        "lower_mean",
        242,
        231,
        2026,
    )
    assert one.sources == ("co2026-nonus",)


def test_a_primary_that_is_not_more_competitive_is_said_to_be_none(facts: Facts) -> None:
    one = verdict(replace(BOTH, primary="family-medicine"), None, "internal-medicine", None, facts)
    assert one.condition("primary_more_competitive").held is Held.NOT_HELD
    assert "backup_less_competitive" in {change.code for change in one.changes}


def test_without_figures_two_open_fields_cannot_be_compared(facts: Facts) -> None:
    one = judged(BOTH, replace(facts, outcomes=NO_OUTCOMES)).condition("primary_more_competitive")
    assert (one.held, one.values["reason"]) == (Held.UNKNOWN, "no_figures")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"step2_ck": 250, "strengths": frozenset({Strength.RESEARCH})}, Held.HELD),
        ({"step2_ck": 250, "publications": 12}, Held.HELD),
        ({"step2_ck": 275, "publications": 12}, Held.NOT_HELD),
        ({"step2_ck": 250, "publications": 1}, Held.NOT_HELD),
        ({"step2_ck": None, "publications": 12}, Held.UNKNOWN),
        ({"step2_ck": 250, "publications": None}, Held.UNKNOWN),
        ({"step2_ck": 250, "publications": 12, "primary": "psychiatry"}, Held.NOT_HELD),
    ],
)
def test_mixed_signals_are_average_scores_with_strong_research_in_a_competitive_field(
    facts: Facts, changes: dict[str, object], expected: Held
) -> None:
    profile = replace(CALM, primary="diagnostic-radiology")
    one = judged(replace(profile, **changes), facts).condition("mixed_signals")  # type: ignore[arg-type]  # fields
    assert one.held is expected


def test_experience_in_both_fields_is_cited_with_what_it_is(facts: Facts) -> None:
    one = judged(BOTH, facts).condition("experience_in_both")
    assert one.held is Held.HELD
    assert (one.values["primary_name"], one.values["backup_name"]) == ("Psychiatry", "Family Medicine")
    primary = one.values["primary"]
    assert isinstance(primary, dict)
    assert (primary["rotation"], primary["letters"], primary["months"]) == ("hands_on", 2, 2.0)


def test_experience_that_was_not_told_is_unknown_and_telling_it_would_change_the_answer(facts: Facts) -> None:
    found = judged(replace(BOTH, letters=None), facts)
    assert found.condition("experience_in_both").held is Held.UNKNOWN
    assert "tell_experience" in {change.code for change in found.changes}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Unmatched.UNACCEPTABLE, Held.HELD),
        (Unmatched.HARD, Held.NOT_HELD),
        (Unmatched.ACCEPTABLE, Held.NOT_HELD),
        (None, Held.UNKNOWN),
    ],
)
def test_going_unmatched_is_as_bad_as_the_person_says(facts: Facts, said: Unmatched | None, expected: Held) -> None:
    found = judged(BOTH, facts, Preferences(unmatched=said))
    assert found.condition("unmatched_unacceptable").held is expected
    assert ("tell_unmatched" in {change.code for change in found.changes}) == (said is None)


def test_two_conditions_make_a_yes(facts: Facts) -> None:
    found = judged(BOTH, facts, UNACCEPTABLE)
    assert (found.kind, found.reason) == ("yes", "enough_for")


def test_one_condition_makes_a_leaning(facts: Facts) -> None:
    few = replace(
        BOTH, letters={}, usce={UsceKind.HANDS_ON: Experience(1.0, frozenset({"psychiatry", "family-medicine"}))}
    )
    found = judged(few, facts, ACCEPTABLE)
    assert (found.kind, found.reason) == ("lean_yes", "some_for")
    assert {"letter_in_primary", "letter_in_backup"} <= {change.code for change in found.changes}


def test_experience_in_one_field_only_means_not_yet_and_says_what_would_change_it(facts: Facts) -> None:
    found = judged(ONE_FIELD, facts, UNACCEPTABLE)
    assert (found.kind, found.reason) == ("not_yet", "one_field_only")
    assert found.condition("one_field_only").speaks == "against"
    changes = {change.code: change.values for change in found.changes}
    assert changes["rotation_in_backup"] == {"field": "Family Medicine"}
    assert changes["letter_in_backup"] == {"field": "Family Medicine"}
    assert "rotation_in_primary" not in changes


def test_highly_competitive_on_paper_means_no_unless_going_unmatched_is_unacceptable(facts: Facts) -> None:
    strong = replace(BOTH, step2_ck=265, gaps=Gaps.NONE)
    found = judged(strong, facts, ACCEPTABLE)
    assert found.condition("strong_on_paper").held is Held.HELD
    assert (found.kind, found.reason) == ("no", "strong_on_paper")
    assert "flag_appears" in {change.code for change in found.changes}
    assert judged(strong, facts, UNACCEPTABLE).kind == "lean_yes"


def test_a_raised_flag_or_an_average_score_is_not_strong_on_paper(facts: Facts) -> None:
    assert judged(BOTH, facts).condition("strong_on_paper").held is Held.NOT_HELD
    failed = replace(BOTH, step2_ck=265, failures=1)
    assert judged(failed, facts).condition("strong_on_paper").held is Held.NOT_HELD
    untold = replace(BOTH, step2_ck=265, failures=None)
    assert judged(untold, facts).condition("strong_on_paper").held is Held.UNKNOWN


@pytest.mark.parametrize(("score", "expected"), [(238, Held.NOT_HELD), (239, Held.UNKNOWN)])
def test_where_only_a_mean_is_published_strong_is_at_most_possible(facts: Facts, score: int, expected: Held) -> None:
    citizen = replace(BOTH, us_citizen=True, work_right=None, visa=None, step2_ck=score)
    found = judged(citizen, facts, ACCEPTABLE)
    one = found.condition("strong_on_paper")
    assert one.held is expected
    assert (one.values["line"], one.values["line_kind"], one.values["above"]) == (238, "mean", 10)
    assert found.reason != "strong_on_paper"


def test_who_is_strong_and_did_not_say_what_a_year_unmatched_means_is_asked_and_not_told_no(facts: Facts) -> None:
    found = judged(replace(BOTH, step2_ck=265), facts)
    assert found.condition("strong_on_paper").values["line_kind"] == "q3"
    assert (found.kind, found.reason) == ("unknown", "strong_unmatched_unsaid")
    assert "tell_unmatched" in {change.code for change in found.changes}


def test_nothing_in_either_field_is_not_yet_just_as_something_in_one(facts: Facts) -> None:
    bare = replace(BOTH, primary="obstetrics-gynecology", usce={}, letters={}, step2_ck=229)
    for backup in ("family-medicine", "neurology"):
        found = judged(bare, facts, UNACCEPTABLE, backup)
        assert (found.kind, found.reason) == ("not_yet", "nothing_in_either")
    some = replace(bare, usce={UsceKind.HANDS_ON: Experience(6.0, frozenset({"family-medicine"}))})
    assert judged(some, facts, UNACCEPTABLE).reason == "one_field_only"


def test_what_was_in_a_field_nearby_is_not_called_experience_in_the_field(facts: Facts) -> None:
    near = {UsceKind.OBSERVERSHIP: Experience(12.0, frozenset({"internal-medicine", "psychiatry"}))}
    neither = judged(replace(BOTH, primary="ophthalmology", usce=near, letters={}), facts)
    assert (neither.reason, neither.condition("one_field_only").held) == ("nothing_in_either", Held.NOT_HELD)
    backup = neither.condition("one_field_only").values["backup"]
    assert isinstance(backup, dict)
    assert (backup["own"], backup["rotation_through"], backup["months_fields"]) == (False, "internal-medicine", 2)
    letters = {"psychiatry": 2, "internal-medicine": 2}
    both = judged(replace(BOTH, usce=near, letters=letters), facts)
    assert both.condition("experience_in_both").held is Held.NOT_HELD
    assert {"rotation_in_backup", "letter_in_backup"} <= {change.code for change in both.changes}


def test_a_less_competitive_backup_means_less_competitive_than_the_first_choice(facts: Facts) -> None:
    found = judged(BOTH, facts, None, "internal-medicine")
    change = next(change for change in found.changes if change.code == "backup_less_competitive")
    assert change.values == {"field": "Psychiatry"}


@pytest.mark.parametrize(
    ("primary", "backup", "beside"),
    [
        ("general-surgery", "preliminary-surgery", ("family-medicine", "internal-medicine")),
        ("anesthesiology", "transitional-year", ("internal-medicine", "family-medicine")),
        ("dermatology", "transitional-year", ()),
    ],
)
def test_a_single_year_points_to_the_whole_fields_that_the_guide_puts_beside_it(
    facts: Facts, primary: str, backup: str, beside: tuple[str, ...]
) -> None:
    found = judged(replace(BOTH, primary=primary), facts, None, backup)
    assert (found.kind, found.reason, found.beside) == ("no", "one_year_backup", beside)
    assert [change.code for change in found.changes] == (["whole_field_beside"] if beside else ["other_backup"])


@settings(deadline=None, max_examples=150)
@given(
    profile=profiles(),
    wanted=preferences(),
    primary=st.sampled_from(FIELDS[:6]),
    backup=st.sampled_from(FIELDS[:6]),
    to_primary=st.booleans(),
    letter=st.booleans(),
)
def test_a_rotation_or_a_letter_more_never_turns_a_yes_into_not_yet_or_no(
    facts: Facts,
    profile: Profile,
    wanted: Preferences,
    primary: str,
    backup: str,
    to_primary: bool,
    letter: bool,
) -> None:
    slug = primary if to_primary else backup
    known = replace(profile, usce=profile.usce or {}, letters=profile.letters or {})
    if letter:
        more = replace(known, letters={**(known.letters or {}), slug: 2})
    else:
        here = (known.usce or {}).get(UsceKind.ELECTIVE, Experience(1.0, frozenset()))
        if here.fields is None:
            return
        longer = {**(known.usce or {}), UsceKind.ELECTIVE: Experience(here.months, here.fields | {slug})}
        more = replace(known, usce=longer)
    before, after = (verdict(each, primary, backup, wanted, facts) for each in (known, more))
    if before.kind in ("yes", "lean_yes") and not after.reason.startswith("strong_"):
        assert after.kind in ("yes", "lean_yes")


def test_a_backup_one_would_hate_is_a_no(facts: Facts) -> None:
    wanted = replace(UNACCEPTABLE, fit={"family-medicine": Fit(if_matched=IfMatched.HATE)})
    found = judged(BOTH, facts, wanted)
    assert (found.kind, found.reason) == ("no", "backup_vetoed")
    assert [change.code for change in found.changes] == ["other_backup"]


@pytest.mark.parametrize(("backup", "reason"), [("psychiatry", "same_field"), ("transitional-year", "one_year_backup")])
def test_the_same_field_and_a_single_year_are_no_second_field(facts: Facts, backup: str, reason: str) -> None:
    found = judged(BOTH, facts, UNACCEPTABLE, backup)
    assert (found.kind, found.reason) == ("no", reason)


def test_nothing_that_speaks_for_it_is_a_no(facts: Facts) -> None:
    plain = replace(BOTH, primary="family-medicine", gaps=Gaps.OVER_12, failures=1)
    plain = replace(plain, letters={"family-medicine": 1, "internal-medicine": 1}, usce={})
    found = judged(plain, facts, ACCEPTABLE, "internal-medicine")
    assert (found.kind, found.reason) == ("no", "nothing_for")


def test_too_little_known_is_said(facts: Facts) -> None:
    found = judged(Profile(primary="other", primary_other="Space surgery"), facts)
    assert (found.kind, found.reason, found.primary) == ("unknown", "too_little_known", None)
    assert found.services is None


def test_two_profiles_get_two_sets_of_conditions(facts: Facts) -> None:
    assert held(judged(BOTH, facts, UNACCEPTABLE)) != held(judged(ONE_FIELD, facts, ACCEPTABLE))


def test_the_worked_example_leans_to_two_fields(facts: Facts) -> None:
    found = judged(GUIDE_EXAMPLE, facts)
    assert found.condition("primary_more_competitive").held is Held.HELD
    assert found.kind == "lean_yes"


def test_obstetrics_with_family_medicine_is_applied_for_in_two_systems(facts: Facts) -> None:
    services = judged(replace(BOTH, primary="obstetrics-gynecology"), facts).services
    assert services is not None
    assert (services.primary, services.backup, services.access) == ("ResidencyCAS", "ERAS", "ecfmg")
    assert (services.two_services, services.two_matches) == (True, False)


@pytest.mark.parametrize(
    ("primary", "two_services"), [("ophthalmology", True), ("urology", False), ("emergency-medicine", True)]
)
def test_fields_outside_eras_or_with_an_own_match_are_said(facts: Facts, primary: str, two_services: bool) -> None:
    services = judged(replace(BOTH, primary=primary), facts).services
    assert services is not None
    assert services.two_services is two_services
    assert services.two_matches is (primary != "emergency-medicine")
    assert set(services.sources) <= facts.sources.keys()


def test_two_fields_of_eras_need_no_exception(facts: Facts) -> None:
    assert judged(BOTH, facts).services is None


def test_an_unknown_backup_is_a_mistake_of_the_caller(facts: Facts) -> None:
    with pytest.raises(KeyError, match="space"):
        judged(BOTH, facts, None, "space")


@settings(deadline=None, max_examples=150)
@given(
    profile=profiles(),
    wanted=preferences(),
    primary=st.none() | st.sampled_from([one.slug for one in load().specialties]),
    backup=st.sampled_from(FIELDS),
)
def test_any_verdict_names_all_six_conditions_with_declared_codes(
    facts: Facts, profile: Profile, wanted: Preferences, primary: str | None, backup: str
) -> None:
    found = verdict(profile, primary, backup, wanted, facts)
    assert tuple(one.id for one in found.conditions) == CONDITION_IDS
    assert found.kind in KINDS
    assert found.reason in KIND_REASONS
    assert {change.code for change in found.changes} <= set(CHANGES)
    assert all(set(one.sources) <= facts.sources.keys() for one in found.conditions)
    if wanted.fit_of(backup).vetoed:
        assert found.kind == "no"
    if found.kind == "yes":
        assert sum(one.speaks == "for" for one in found.conditions) >= 2
    if primary is None and primary_specialty(profile, facts) is None:
        assert found.primary is None
