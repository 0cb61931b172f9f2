"""What holds for the red flags of every profile, however strange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.facts import FLAG_IDS, Facts, load
from planning.next_step import NEXT_STEPS, next_step
from planning.profile import Experience, Geography, Profile, RecentActivity, UsceKind, Visa
from planning.red_flags import Level, red_flags, verdict
from tests.planning.applicants import profiles

FACTS: Facts = load()
WORSE = {Level.CLEAR: 0, Level.BORDERLINE: 1, Level.RAISED: 2}
quick = settings(deadline=None, max_examples=60, print_blob=True)

Change = Callable[[Profile], Profile]


def _level(name: str, profile: Profile) -> Level:
    return next(flag.level for flag in red_flags(profile, FACTS) if flag.id == name)


@quick
@given(profiles())
def test_every_profile_has_seven_flags_and_one_next_step(profile: Profile) -> None:
    flags = red_flags(profile, FACTS)
    assert tuple(flag.id for flag in flags) == FLAG_IDS
    assert all(flag.reason and flag.source in FACTS.sources for flag in flags)
    assert next_step(profile, flags) in NEXT_STEPS
    total = verdict(flags)
    clear = sum(flag.level is Level.CLEAR for flag in flags)
    assert total.raised + total.borderline + total.unknown + clear == len(flags)


@quick
@given(profiles())
def test_the_same_profile_gives_the_same_flags(profile: Profile) -> None:
    assert red_flags(profile, FACTS) == red_flags(replace(profile), FACTS)


@pytest.mark.parametrize(
    ("name", "forget"),
    [
        ("step2_ck", lambda profile: replace(profile, step2_ck=None)),
        ("failures", lambda profile: replace(profile, failures=None)),
        ("graduation", lambda profile: replace(profile, graduation_year=None)),
        ("graduation", lambda profile: replace(profile, cycle=None)),
        ("usce", lambda profile: replace(profile, usce=None)),
        ("h1b", lambda profile: replace(profile, us_citizen=False, work_right=None, visa=None)),
        ("competitive_primary", lambda profile: replace(profile, primary=None)),
        ("geography", lambda profile: replace(profile, geography=None)),
    ],
)
def test_an_unknown_answer_never_clears_a_flag(name: str, forget: Change) -> None:
    @quick
    @given(profiles())
    def holds(profile: Profile) -> None:
        assert _level(name, forget(profile)) is not Level.CLEAR

    holds()


def _add_hands_on(profile: Profile) -> Profile:
    return replace(profile, usce={**(profile.usce or {}), UsceKind.HANDS_ON: Experience(2.0)})


@pytest.mark.parametrize(
    ("name", "improve"),
    [
        ("step2_ck", lambda profile: replace(profile, step2_ck=(profile.step2_ck or 100) + 5)),
        ("step2_ck", lambda profile: replace(profile, strengths=(profile.strengths or frozenset()) | {"research"})),
        ("failures", lambda profile: replace(profile, failures=0)),
        ("graduation", lambda profile: replace(profile, graduation_year=(profile.graduation_year or 1975) + 1)),
        ("graduation", lambda profile: replace(profile, recent_activity=RecentActivity.REGULAR)),
        ("usce", _add_hands_on),
        ("h1b", lambda profile: replace(profile, visa=Visa.J1)),
        ("competitive_primary", lambda profile: replace(profile, primary="family-medicine")),
        ("geography", lambda profile: replace(profile, geography=Geography.ANY)),
    ],
)
def test_a_better_answer_never_makes_its_flag_worse(name: str, improve: Change) -> None:
    @quick
    @given(profiles())
    def holds(profile: Profile) -> None:
        before, after = _level(name, profile), _level(name, improve(profile))
        if before in WORSE and after in WORSE:
            assert WORSE[after] <= WORSE[before]

    holds()


@quick
@given(profiles(), st.integers(0, 6))
def test_an_answer_to_another_question_leaves_a_flag_as_it_is(profile: Profile, place: int) -> None:
    name = FLAG_IDS[place]
    reads = {
        "step2_ck": {"geography": Geography.ANY},
        "failures": {"geography": Geography.ANY},
        "graduation": {"step2_ck": 250},
        "usce": {"step2_ck": 250},
        "h1b": {"step2_ck": 250},
        "competitive_primary": {"step2_ck": 250},
        "geography": {"step2_ck": 250},
    }[name]
    changed = replace(profile, **reads)  # type: ignore[arg-type]  # a table of fields
    before, after = (next(f for f in red_flags(one, FACTS) if f.id == name) for one in (profile, changed))
    assert before == after
