"""What if one thing were different: flags, order, verdicts and place side by side."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from planning.facts import Facts
from planning.interests import Preferences
from planning.profile import Experience, Profile, UsceKind, Visa
from planning.red_flags import Level, red_flags
from planning.what_if import CHANGE_KINDS, compare
from tests.planning.applicants import CALM, GUIDE_EXAMPLE, profiles
from tests.planning.preferences_of import preferences


def test_another_score_moves_the_flag_the_place_and_nothing_else_of_the_flags(facts: Facts) -> None:
    found = compare(GUIDE_EXAMPLE, replace(GUIDE_EXAMPLE, step2_ck=250), facts, None)
    assert found.changed_fields == ("step2_ck",)
    assert [(one.id, one.kind, one.before.level, one.after.level) for one in found.flags] == [
        ("step2_ck", "better", Level.BORDERLINE, Level.CLEAR)
    ]
    assert (found.place_before, found.place_after) == ("q1_to_median", "median_to_q3")
    assert found.verdict_after.borderline == found.verdict_before.borderline - 1


def test_six_months_of_hands_on_work_take_the_flag_down(facts: Facts) -> None:
    usce = {**(GUIDE_EXAMPLE.usce or {}), UsceKind.HANDS_ON: Experience(6.0, frozenset({"family-medicine"}))}
    found = compare(GUIDE_EXAMPLE, replace(GUIDE_EXAMPLE, usce=usce), facts, None, "family-medicine")
    assert [(one.id, one.kind) for one in found.flags] == [("usce", "better")]
    assert (found.verdict_before.raised, found.verdict_after.raised) == (1, 0)
    assert found.dual_before is not None
    assert found.dual_after is not None


def test_another_primary_changes_the_candidates_and_shows_who_comes_and_goes(facts: Facts) -> None:
    found = compare(CALM, replace(CALM, primary="internal-medicine"), facts, None, "family-medicine")
    moves = {move.slug: (move.before, move.after) for move in found.moves}
    assert moves["internal-medicine"][1] is None
    assert moves["family-medicine"] == (None, 1)
    assert found.dual_before is None
    assert found.dual_after is not None


def test_a_visa_shows_as_worse(facts: Facts) -> None:
    profile = replace(CALM, primary="obstetrics-gynecology")
    found = compare(profile, replace(profile, visa=Visa.H1B), facts, None)
    assert [(one.id, one.kind) for one in found.flags] == [("h1b", "worse")]


def test_an_answer_given_is_known_and_one_taken_back_unknown(facts: Facts) -> None:
    untold = replace(CALM, failures=None)
    assert [one.kind for one in compare(untold, CALM, facts, None).flags] == ["known"]
    assert [one.kind for one in compare(CALM, untold, facts, None).flags] == ["unknown"]


def test_another_number_on_the_same_level_is_told_as_that(facts: Facts) -> None:
    found = compare(CALM, replace(CALM, graduation_year=2023), facts, None)
    assert [(one.id, one.kind) for one in found.flags] == [("graduation", "other_value")]
    either = compare(CALM, replace(CALM, visa=Visa.EITHER), facts, None)
    assert [(one.id, one.kind) for one in either.flags] == [("h1b", "other_reason")]


def test_a_primary_typed_under_other_is_compared_too(facts: Facts) -> None:
    typed = replace(CALM, primary="other", primary_other="Psych")
    found = compare(replace(CALM, primary="psychiatry"), typed, facts, None, "psychiatry")
    assert found.place_before == found.place_after == "median_to_q3"
    assert found.dual_after is None


@settings(deadline=None, max_examples=60)
@given(before=profiles(), after=profiles(), wanted=preferences())
def test_the_same_is_the_same_and_every_difference_is_declared(
    facts: Facts, before: Profile, after: Profile, wanted: Preferences
) -> None:
    assert compare(before, before, facts, wanted, "family-medicine").same
    found = compare(before, after, facts, wanted)
    assert {one.kind for one in found.flags} <= set(CHANGE_KINDS)
    changed = {one.id for one in found.flags}
    pairs = zip(red_flags(before, facts), red_flags(after, facts), strict=True)
    assert changed == {old.id for old, new in pairs if old != new}
    assert all(move.before != move.after for move in found.moves)
