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
from planning.red_flags import Level, red_flags
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
    module,
    quick,
    words,
)
from tests.planning.applicants import CALM, GUIDE_EXAMPLE, profiles
from tests.planning.materials import FACTS, instants, materials

# -- the frame --------------------------------------------------------------------------------------------------------


def test_the_head_says_who_which_match_and_until_when_on_the_clock_of_the_match() -> None:
    first, *_ = lines(made(EXAMPLE), "head")

    # 14 September 2026, 12:30 UTC and 14 days: daylight saving time still holds in New York, four hours behind.
    assert first == (
        "Dr. A: an international medical graduate (IMG). Match 2027, in the application season. "
        "Open until 28 September 2026, 08:30 ET."
    )


def test_without_a_name_it_is_the_applicant_and_a_file_has_no_last_day() -> None:
    in_chat, *_ = lines(made(NOBODY), "head", replace(HEAD, name=""))
    in_file, *_ = lines(made(NOBODY), "head", in_file=True)

    assert in_chat.startswith("The applicant: an international medical graduate (IMG). The Match year is not chosen")
    assert in_file == "About an international medical graduate (IMG). The Match year is not chosen yet."


def test_where_the_name_stands_above_the_head_does_not_say_it_again() -> None:
    assert lines(made(EXAMPLE), "head", titled=True)[0].startswith("About an international medical graduate (IMG). ")


def test_the_head_says_that_what_is_not_shown_says_nothing_and_what_this_is_not() -> None:
    text = words(made(EXAMPLE), "head")

    assert "What is missing says nothing, for or against." in text
    assert "no chance of matching is computed" in text
    assert "no immigration advice" in text
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

    assert lines(shown, "scores") == ["No exam is told here."]
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
    assert "Letters (LoRs): Family Medicine 2, fields not named here 1" in said
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

    assert lines(shown, "scores") == ["Step 2 CK: 250 (2026)", "No other exam is told here."]
    assert lines(shown, "failures") == ["Failed USMLE attempts: one (Step 1)."]


@quick
@given(profiles())
def test_which_exam_is_not_told_is_never_named(profile: Profile) -> None:
    """To name a Step 1 that is missing beside a Step 2 CK that is there would let a reader guess why."""
    *told, last = lines(made(replace(EXAMPLE, profile=profile)), "scores")

    assert last == ("No other exam is told here." if told else "No exam is told here.")
    assert all(line.startswith("Step ") for line in told)


# -- flags ------------------------------------------------------------------------------------------------------------


@quick
@given(profiles())
def test_a_flag_has_a_reason_or_stands_among_the_clear_or_the_untold_ones(profile: Profile) -> None:
    *said, _ = lines(made(replace(EXAMPLE, profile=profile)), "flags")
    reasoned = [line for line in said if not line.startswith(("Not told here: ", "Clear: "))]

    assert all(re.fullmatch(r"[^:]+: (raised|borderline|unknown)\. .+\.", line) for line in reasoned)
    flags = red_flags(profile, FACTS)
    clear = [flag for flag in flags if flag.level is Level.CLEAR]
    bare = [flag for flag in flags if flag.reason in ("unknown", "unknown_year")]
    assert len(reasoned) == len(flags) - len(clear) - len(bare)
    for among, start in ((clear, "Clear: "), (bare, "Not told here: ")):
        found = [line.removeprefix(start) for line in said if line.startswith(start)]
        assert [len(re.split(", | and ", line)) for line in found] == ([len(among)] if among else [])


def test_flags_come_raised_first_with_the_number_and_the_band_of_the_guide() -> None:
    said = lines(made(EXAMPLE), "flags")

    assert said[0] == "U.S. clinical experience: raised. Nothing hands-on yet."
    assert said[1] == "Step 2 CK score: borderline. 229 is in the guide's band of 225 to 230."
    assert said[-1] == f"“The guide”: {FACTS.sources['guide'].title}, {FACTS.sources['guide'].when}."


def test_a_threshold_of_ours_and_our_list_of_sponsors_are_called_an_estimate_with_its_year() -> None:
    usce = {UsceKind.HANDS_ON: Experience(0.5, None)}
    said = lines(made(replace(EXAMPLE, profile=replace(CALM, visa=Visa.H1B, usce=usce))), "flags")

    # Every field's estimate is of the year that the source of all our estimates has.
    assert {field.h1b.as_of[:4] for field in FACTS.specialties} == {"2026"}
    assert (
        "Visa: borderline. Needs H-1B, and some programs of the first choice sponsor it (our estimate, 2026)." in said
    )
    assert (
        "U.S. clinical experience: borderline. 0.5 months hands-on; 1 month would be enough (our estimate, 2026)."
        in said
    )


def test_that_flags_are_left_out_is_said_in_the_same_words_whatever_they_are() -> None:
    sections = (Section.SCORES, Section.PROFILE, Section.FLAGS)
    flagged = made(replace(EXAMPLE, profile=replace(GUIDE_EXAMPLE, cycle=2027, failures=2, visa=Visa.H1B)), sections)

    note = "Other flags are not told here."
    assert note in lines(flagged, "flags")
    assert lines(flagged, "flags") == lines(made(EXAMPLE, sections), "flags")


# -- plan and dates ---------------------------------------------------------------------------------------------------


def test_late_tasks_come_first_then_open_ones_then_what_is_done() -> None:
    done = frozenset(task.id for task in FACTS.tasks[:7])
    said = lines(made(replace(EXAMPLE, progress=Progress(done, ()))), "plan")

    late, open_, *dated, sources, last = said
    assert re.fullmatch(r"Late, but still possible \(\d+\): [^;]+(; [^;]+){0,2}(; and more)?\.", late)
    assert re.fullmatch(r"Open \(\d+\):", open_)
    assert len(dated) == 4
    assert all(re.match(r"\d{1,2} [A-Z][a-z]+ \d{4}(?: \(estimated\))?: [A-Z]", line) for line in dated)
    assert sources.startswith("Dates: ")
    assert last == "Done (7)."
    assert not SPEAKS_TO_SOMEBODY.search(" ".join(said))


@quick
@given(materials(), instants)
def test_every_date_of_the_season_has_its_source_with_a_year_said_once(material: Material, now: datetime) -> None:
    shown = made(material, (Section.PLAN, Section.TIMELINE), now)
    assert shown.plan is not None
    assert shown.timeline is not None
    said = [*lines(shown, "plan"), *lines(shown, "timeline")]
    notes = [line for line in said if "Dates: " in line]

    dated = [line for line in said if re.match(r"\d{1,2} [A-Z][a-z]+ \d{4}", line)]
    assert bool(dated) == bool(notes)
    for note in notes:
        copies, _, owners = note.partition("Dates: ")[2].partition(". To confirm: ")
        assert all(re.search(r" (?:read )?\d{4}$", one) for one in re.split(", | and ", copies)), note
        assert owners
    assert ("estimated)" in " ".join(dated)) == ("Estimated: not published." in " ".join(said))


def test_every_task_has_words_for_a_reader_who_has_never_seen_the_bot() -> None:
    words_of = module("dated").task_words

    assert set(words_of) == {task.id for task in FACTS.tasks}
    assert len(set(words_of.values())) == len(words_of)
    for text in words_of.values():
        assert re.fullmatch(r"[A-Z].{7,}[^.]", text), text
        assert not SPEAKS_TO_SOMEBODY.search(text), text
        assert not re.search(r"\b(games|everywhere|other (?:application )?site|the other)\b", text), text


def test_dates_say_the_clock_and_whether_they_are_estimated_and_stand_only_once() -> None:
    shown = made(EXAMPLE)
    said = lines(shown, "timeline")

    assert "1 October 2026 ET (estimated): Interview season begins" in said
    assert "1 February 2027, 12:00 ET: Rank lists open" in said
    assert not {line.partition(": ")[2] for line in said} & {line.partition(": ")[0] for line in lines(shown, "plan")}
    assert said[-1] == "ET: U.S. Eastern Time. Sources as above."
    assert "Estimated: not published." in words(shown, "plan")


def test_without_the_open_tasks_the_next_dates_name_all_their_sources() -> None:
    note = lines(made(EXAMPLE, (Section.TIMELINE,)), "timeline")[-1]

    assert "residency coach’s calendar file 2026" in note
    assert "MedSchoolCoach 2025" in note
    assert "To confirm: " in note
    assert "NRMP" in note.partition("To confirm: ")[2]


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
