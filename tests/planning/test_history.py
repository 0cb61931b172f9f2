"""Progress between two versions of a profile."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from planning.facts import Facts
from planning.history import progress
from planning.profile import Experience, Geography, Profile, UsceKind
from tests.planning.applicants import CALM, profiles

MARCH = replace(CALM, usce={}, failures=1, geography=Geography.ONE_STATE)
NOW = replace(MARCH, usce={UsceKind.HANDS_ON: Experience(2.0, frozenset())})


def test_in_march_three_flags_now_two(facts: Facts) -> None:
    found = progress(MARCH, NOW, facts)
    assert (found.before.raised, found.after.raised, found.fewer_raised) == (3, 2, 1)
    assert [one.id for one in found.better] == ["usce"]
    assert found.changed_fields == ("usce",)
    assert not found.same


def test_a_step_back_is_told_as_such(facts: Facts) -> None:
    found = progress(NOW, MARCH, facts)
    assert [one.id for one in found.worse] == ["usce"]
    assert found.fewer_raised == -1


def test_answers_given_later_are_told_apart_from_progress(facts: Facts) -> None:
    found = progress(replace(CALM, failures=None), CALM, facts)
    assert [one.id for one in found.known] == ["failures"]
    assert found.better == ()


@settings(deadline=None, max_examples=100)
@given(before=profiles(), after=profiles())
def test_every_flag_that_differs_is_told_once(facts: Facts, before: Profile, after: Profile) -> None:
    found = progress(before, after, facts)
    groups = (found.better, found.worse, found.known, found.unknown, found.other)
    told = [one.id for group in groups for one in group]
    assert len(told) == len(set(told))
    assert found.same == (not told)
    assert progress(before, before, facts).same
