"""The words of a mentor's summary: about the applicant and never to them, short, sourced; unknown said as unknown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from planning.interests import NO_PREFERENCES, Fit, IfMatched, Preferences, ThirtyYears
from planning.profile import (
    Ecfmg,
    Experience,
    Profile,
    Step1,
    UsceKind,
    Visa,
)
from planning.red_flags import red_flags
from planning.relation_types import Rhythm
from planning.summary_types import Material, ProfilePart, Section, UsceLine
from planning.timeline_types import OwnDeadline, Progress
from tests.bot.summary_reader import (
    EXAMPLE,
    HEAD,
    NOBODY,
    SPEAKS_TO_SOMEBODY,
    lines,
    made,
    quick,
    words,
)
from tests.planning.applicants import CALM, GUIDE_EXAMPLE, profiles
from tests.planning.materials import FACTS

# -- the frame --------------------------------------------------------------------------------------------------------


def test_the_head_says_who_which_match_and_until_when_on_the_clock_of_the_match() -> None:
    first, *_ = lines(made(EXAMPLE), "head")

    # 14 September 2026, 12:30 UTC and 14 days: daylight saving time still holds in New York, four hours behind.
    assert first == (
        "Dr. A: an international medical graduate (IMG). Match 2027, in the application season. "
        "This link opens until 28 September 2026, 08:30 ET."
    )


def test_without_a_name_it_is_the_applicant_and_a_file_has_no_last_day() -> None:
    first, *_ = lines(made(NOBODY), "head", replace(HEAD, name=""), in_file=True)

    assert first == "The applicant: an international medical graduate (IMG). The Match year is not chosen yet."


def test_the_head_says_that_what_is_not_shown_says_nothing_and_what_this_is_not() -> None:
    text = words(made(EXAMPLE), "head")

    assert "What is not here says nothing, for or against." in text
    assert "no chance of matching is computed" in text
    assert "not immigration advice" in text
    assert "Not affiliated with NRMP, ECFMG or AAMC." in text


def test_the_three_rules_for_mentors_name_the_sources_that_the_facts_name() -> None:
    said = lines(made(EXAMPLE), "rules")

    for line, rule in zip(said, ("soap-contact", "no-ask-rank", "no-commitment"), strict=True):
        source = FACTS.sources[FACTS.rules[rule].source]
        assert line.endswith(f"({source.publisher}, {source.when})")
    assert "nobody may contact a program for an applicant, a mentor included" in said[0]


# -- what is known, and what is not -----------------------------------------------------------------------------------


def test_of_somebody_who_told_nothing_everything_is_said_to_be_untold() -> None:
    shown = made(NOBODY)

    assert lines(shown, "scores") == ["Not told here: Step 1, Step 2 CK and Step 3."]
    assert lines(shown, "visa") == ["Not told here: citizenship, right to work and visa for residency."]
    assert lines(shown, "failures") == ["Failed USMLE attempts: not told here."]
    assert lines(shown, "flags")[0].startswith("Not told here: Step 2 CK score, Failed attempts, ")
    assert lines(shown, "profile")[0].count(",") == 14 - 1
    assert lines(shown, "standing") == ["The first choice is not told yet."]
    assert lines(shown, "backups") == ["No backup is chosen yet."]


def test_a_background_is_told_line_by_line() -> None:
    profile = replace(
        CALM,
        graduation_year=2019,
        ecfmg=Ecfmg.IN_PROGRESS,
        usce={UsceKind.HANDS_ON: Experience(1.5, frozenset({"family-medicine", "neurology"}))},
        letters={"family-medicine": 2, "neurology": 1},
        publications=1,
        abstracts=None,
        posters=0,
        projects=3,
    )
    said = lines(made(Material(profile, NO_PREFERENCES, (), Progress(frozenset(), ()), ())), "profile")

    assert "Graduation: 2019, 7 years before applying" in said  # the autumn of 2026, for the Match of 2027
    assert "ECFMG certification: in progress" in said
    assert "U.S. clinical experience (USCE): hands-on role, 1.5 months (Family Medicine and other fields)" in said
    assert "Letters (LoRs) in hand: 2 in Family Medicine, 1 in fields not named here" in said
    assert "Research: 1 publication, 0 posters, 3 projects" in said
    assert said[-1] == "Not told here: abstracts."


@pytest.mark.parametrize(
    ("line", "end"),
    [
        (UsceLine(UsceKind.ELECTIVE, None, ()), "elective, length not known"),
        (UsceLine(UsceKind.ELECTIVE, 1.0, (), elsewhere=True), "elective, 1 month (fields not named here)"),
        (UsceLine(UsceKind.OBSERVERSHIP, 2.0, ("Neurology",)), "observership, 2 months (Neurology)"),
    ],
)
def test_clinical_experience_says_how_long_and_where_as_far_as_fields_are_named(line: UsceLine, end: str) -> None:
    part = made(EXAMPLE).profile
    assert isinstance(part, ProfilePart)

    said = lines(made(EXAMPLE), "profile", part=replace(part, usce=(line,)))

    assert f"U.S. clinical experience (USCE): {end}" in said


def test_a_graduation_after_applying_is_said_without_negative_years() -> None:
    said = lines(made(replace(EXAMPLE, profile=replace(CALM, graduation_year=2027))), "profile")

    assert "Graduation: 2027, after applying" in said


def test_scores_stand_with_their_years_and_a_failed_step_stands_only_among_the_failures() -> None:
    failed = replace(CALM, step1=Step1.FAILED, failures=1, failed_exams=frozenset({"step1"}))
    shown = made(replace(EXAMPLE, profile=failed))

    assert lines(shown, "scores")[0] == "Step 2 CK: 250 (2026)"
    assert "Step 1" in lines(shown, "scores")[-1]
    assert lines(shown, "failures") == ["Failed USMLE attempts: one (Step 1)."]


# -- flags ------------------------------------------------------------------------------------------------------------


@quick
@given(profiles())
def test_every_flag_that_is_known_has_a_reason_and_every_other_one_is_said_to_be_untold(profile: Profile) -> None:
    shown = made(replace(EXAMPLE, profile=profile))
    *said, _ = lines(shown, "flags")
    known = [line for line in said if not line.startswith(("Not told here", "Flags that"))]

    assert all(re.fullmatch(r"[^:]+: (raised|borderline|clear|unknown)\. .+\.(?: \(.+\))?", line) for line in known)
    bare = [flag for flag in red_flags(profile, FACTS) if flag.reason in ("unknown", "unknown_year")]
    assert len(known) == len(red_flags(profile, FACTS)) - len(bare)
    assert bool(bare) == any(line.startswith("Not told here") for line in said)


def test_flags_come_raised_first_with_the_number_and_the_band_of_the_guide() -> None:
    said = lines(made(EXAMPLE), "flags")

    assert said[0] == "U.S. clinical experience: raised. Nothing hands-on yet."
    assert said[1] == "Step 2 CK score: borderline. 229 is inside the threshold band of 225 to 230."
    assert said[-1].endswith(
        f"“The guide”: {FACTS.sources['guide'].title} "
        f"({FACTS.sources['guide'].publisher}, {FACTS.sources['guide'].when})."
    )


def test_that_flags_are_left_out_is_said_in_the_same_words_whatever_they_are() -> None:
    sections = (Section.SCORES, Section.PROFILE, Section.FLAGS)
    flagged = made(replace(EXAMPLE, profile=replace(GUIDE_EXAMPLE, cycle=2027, failures=2, visa=Visa.H1B)), sections)

    note = "Flags that rest on parts which are not shown are left out, whatever they say."
    assert note in lines(flagged, "flags")
    assert lines(flagged, "flags") == lines(made(EXAMPLE, sections), "flags")


# -- plan and dates ---------------------------------------------------------------------------------------------------


def test_late_tasks_come_first_then_open_ones_then_what_is_done() -> None:
    done = frozenset(task.id for task in FACTS.tasks[:7])
    said = lines(made(replace(EXAMPLE, progress=Progress(done, ()))), "plan")

    late, open_ = said.index("Late, but still possible"), said.index("Open")
    assert late == 0 < open_
    assert all(": since " in line for line in said[1:open_])
    assert re.match(r"Done \(\d+\): ", said[-1])
    assert not SPEAKS_TO_SOMEBODY.search(" ".join(said))


def test_dates_say_the_clock_and_whether_they_are_estimated_and_stand_only_once() -> None:
    shown = made(EXAMPLE)
    said = lines(shown, "timeline")

    assert "1 October 2026 ET (estimated): Interview season" in said
    assert "1 February 2027, 12:00 ET: Rank lists open" in said
    assert not {line.partition(": ")[2] for line in said} & {line.partition(": ")[0] for line in lines(shown, "plan")}
    assert said[-1].startswith("ET is U.S. Eastern Time. Estimated dates are not published.")
    assert "NRMP" in said[-1]


def test_ones_own_deadline_shows_its_day_where_it_was_set_but_not_where_that_is() -> None:
    # 19:30 UTC is half past midnight of the next day in Karachi.
    own = OwnDeadline(1, "Interview", datetime(2026, 10, 3, 19, 30, tzinfo=UTC), "Asia/Karachi", has_time=True)
    said = lines(made(replace(EXAMPLE, progress=Progress(frozenset(), (own,)))), "own")

    assert said == ["4 October 2026: Interview"]


def test_feelings_are_told_only_as_far_as_they_were_told() -> None:
    wanted = Preferences(
        rhythm=Rhythm.REGULAR,
        fit={"family-medicine": Fit(ThirtyYears.MAYBE, None, IfMatched.RELIEF), "neurology": Fit(ThirtyYears.NO)},
    )
    said = lines(made(replace(EXAMPLE, preferences=wanted)), "feelings")

    assert said == [
        "Wishes: regular hours",
        "Family Medicine: maybe for 30 years; relief if matched here",
        "Not told here: kind of work, place of work and what a year without a match would be.",
    ]
