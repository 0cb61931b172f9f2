"""Which single next step a profile gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planning.facts import Facts
from planning.next_step import next_step
from planning.profile import Experience, Geography, Profile, RecentActivity, UsceKind, Visa
from planning.red_flags import red_flags
from tests.planning.applicants import CALM, GUIDE_EXAMPLE

WATCHING = {UsceKind.OBSERVERSHIP: Experience(12.0)}
EVERY_FLAG = replace(
    CALM,
    step2_ck=215,
    failures=1,
    graduation_year=2010,
    recent_activity=RecentActivity.NONE,
    usce={},
    visa=Visa.H1B,
    primary="dermatology",
    geography=Geography.ONE_STATE,
)


@pytest.mark.parametrize(
    ("profile", "step"),
    [
        (CALM, "keep_going"),
        (replace(CALM, primary="pathology"), "keep_going"),
        (replace(EVERY_FLAG, step2_taken=False, step2_ck=None), "take_step2_ck"),
        (Profile(), "fill_unknowns"),
        (replace(CALM, geography=None), "fill_unknowns"),
        (replace(CALM, geography=None, usce=WATCHING), "hands_on_usce"),
        (replace(CALM, geography=None, failures=None, usce=WATCHING), "fill_unknowns"),
        (EVERY_FLAG, "hands_on_usce"),
        (GUIDE_EXAMPLE, "hands_on_usce"),
        (replace(CALM, usce={UsceKind.ELECTIVE: Experience(0.5)}), "hands_on_usce"),
        (replace(CALM, primary="dermatology"), "backup_plan"),
        (replace(CALM, step2_ck=224), "backup_plan"),
        (replace(CALM, failures=1, geography=Geography.ONE_STATE), "backup_plan"),
        (replace(CALM, step2_ck=227), "backup_plan"),
        (replace(CALM, visa=Visa.H1B), "check_h1b"),
        (replace(CALM, geography=Geography.REGIONS), "widen_map"),
        (replace(CALM, graduation_year=2020, recent_activity=RecentActivity.LIMITED), "recent_practice"),
        (replace(CALM, failures=1), "explain_failure"),
    ],
)
def test_the_next_step_is_the_first_that_fits(profile: Profile, step: str, facts: Facts) -> None:
    assert next_step(profile, red_flags(profile, facts)) == step
