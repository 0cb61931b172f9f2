"""The one thing to do next: the result names it before it names any bad news."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from planning.profile import Profile
from planning.red_flags import Flag, Level, verdict

NEXT_STEPS: Final = (
    "take_step2_ck",
    "fill_unknowns",
    "hands_on_usce",
    "backup_plan",
    "check_h1b",
    "widen_map",
    "recent_practice",
    "explain_failure",
    "keep_going",
)
"""Every next step, most pressing first."""

_NO_ANSWER_MISSING: Final = frozenset({"h1b_field_unknown", "not_in_guide", "not_taken"})
"""Reasons of unknown flags that no further answer of the person can settle."""

_UP: Final = frozenset({Level.RAISED, Level.BORDERLINE})


def next_step(profile: Profile, flags: Iterable[Flag]) -> str:
    """One of `NEXT_STEPS`: the first in that order that fits the profile and its `flags` (all seven).

    Missing answers come early only while they outnumber the flags that are up; otherwise they come last, so that one
    skipped question does not hide the thing to work on.
    """
    seen = tuple(flags)
    level = {flag.id: flag.level for flag in seen}
    missing = sum(flag.level is Level.UNKNOWN and flag.reason not in _NO_ANSWER_MISSING for flag in seen)
    total = verdict(seen)
    needs_backup = total.kind == "many" or Level.RAISED in (level["competitive_primary"], level["step2_ck"])
    steps = (
        ("take_step2_ck", profile.step2_taken is False),
        ("fill_unknowns", missing > total.raised + total.borderline),
        ("hands_on_usce", level["usce"] in _UP),
        ("backup_plan", needs_backup),
        ("check_h1b", level["h1b"] in _UP),
        ("widen_map", level["geography"] in _UP),
        ("recent_practice", level["graduation"] in _UP),
        ("explain_failure", level["failures"] in _UP),
        ("backup_plan", level["step2_ck"] in _UP),
        ("fill_unknowns", missing > 0),
    )
    return next((step for step, fits in steps if fits), "keep_going")
