"""A summary of people made by hand: what stands there when a section is shown, and what does not when it is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar

import pytest

from planning.facts import Facts
from planning.interests import Fit, IfMatched, Preferences, ThirtyYears, Unmatched
from planning.profile import (
    OTHER_SPECIALTY,
    Experience,
    Geography,
    GeographyReason,
    ImgGroup,
    Profile,
    Step1,
    Step3,
    Strength,
    UsceKind,
    Visa,
    WorkRight,
)
from planning.red_flags import Level
from planning.summary import NEXT, summary
from planning.summary_profile import shown_profile
from planning.summary_types import OFF, OFF_FOR_SELECTORS, AskedOf, Material, Section, Summary, UsceLine
from planning.timeline_types import OwnDeadline, Progress, State, Where
from tests.planning.applicants import CALM
from tests.planning.seasons import NOVEMBER

ALL: Final = frozenset(Section)
USUAL: Final = ALL - OFF
SELECTOR: Final = ALL - OFF_FOR_SELECTORS

AMINA: Final = Profile(
    cycle=2027,
    zone="Asia/Karachi",
    us_citizen=False,
    work_right=WorkRight.NONE,
    visa=Visa.H1B,
    graduation_year=2017,
    step1=Step1.FAILED,
    step1_year=2023,
    step2_taken=True,
    step2_ck=228,
    step2_year=2025,
    failures=1,
    failed_exams=frozenset({"step1"}),
    step3=Step3.NOT_TAKEN,
    usce={
        UsceKind.OBSERVERSHIP: Experience(3.0, frozenset({"psychiatry"})),
        UsceKind.HANDS_ON: Experience(4.0, frozenset({"family-medicine", "neurology"})),
    },
    home_experience=frozenset(),
    publications=2,
    letters={"psychiatry": 2, "family-medicine": 1, "neurology": 1},
    primary="psychiatry",
    strengths=frozenset({Strength.RESEARCH}),
    geography=Geography.REGIONS,
    geography_reason=GeographyReason.VISA,
)
"""Ten years from graduation to the Match of 2027, a failed Step 1, an H-1B visa, psychiatry with family medicine."""

WISHES: Final = Preferences(
    fit={
        "family-medicine": Fit(ThirtyYears.MAYBE, None, IfMatched.RELIEF),
        "pediatrics": Fit(if_matched=IfMatched.HATE),
    },
    unmatched=Unmatched.UNACCEPTABLE,
)
INTERVIEW: Final = OwnDeadline(
    1, "Interview in Ohio", datetime(2026, 12, 3, 17, tzinfo=UTC), "America/New_York", True
)  # has_time
OVER: Final = OwnDeadline(2, "Old", datetime(2026, 11, 2, 17, tzinfo=UTC), "America/New_York", True)  # has_time
WHOLE: Final = Material(
    AMINA,
    WISHES,
    ("family-medicine",),
    Progress(frozenset({"statements", "nrmp_register", "cv"}), (INTERVIEW, OVER)),
    (AskedOf("list_balance"), AskedOf("backup_sincere"), AskedOf("gone_since"), AskedOf(text="Is <b>Ohio</b> cold?")),
)
Part = TypeVar("Part")


def seen(facts: Facts, sections: frozenset[Section], material: Material = WHOLE) -> Summary:
    return summary(material, sections, facts, NOVEMBER)


def there(part: Part | None) -> Part:
    assert part is not None
    return part


def test_the_head_tells_the_match_and_where_the_season_stands(facts: Facts) -> None:
    found = seen(facts, frozenset())
    assert (found.year, found.where, found.now, found.sections) == (2027, Where.SEASON, NOVEMBER, ())
    nobody = seen(facts, ALL, replace(WHOLE, profile=Profile()))
    assert (nobody.year, nobody.where) == (None, None)
    assert there(nobody.timeline).coming == ()
    assert there(nobody.plan).late == ()


# -- background -------------------------------------------------------------------------------------------------------


def test_background_names_the_fields_of_the_plan_and_counts_the_rest(facts: Facts) -> None:
    part = there(seen(facts, USUAL).profile)
    assert part.group is ImgGroup.NON_US_IMG
    assert part.years_since_graduation == 2026 - 2017
    assert part.letters == (("Psychiatry", 2), ("Family Medicine", 1))
    assert part.letters_elsewhere == 1, "neurology is neither the first choice nor a backup"
    assert part.usce == (
        UsceLine(UsceKind.OBSERVERSHIP, 3.0, ("Psychiatry",), elsewhere=False),
        UsceLine(UsceKind.HANDS_ON, 4.0, ("Family Medicine",), elsewhere=True),
    )


def test_who_also_selects_residents_reads_of_no_second_field_by_default(facts: Facts) -> None:
    found = seen(facts, SELECTOR)
    part = there(found.profile)
    assert part.letters == (("Psychiatry", 2),)
    assert part.letters_elsewhere == 0, "two more would tell of a second field"
    assert [(line.fields, line.elsewhere) for line in there(part.usce)] == [((), False), ((), False)]
    assert (found.backups, found.flags, found.plan) == (None, None, None)
    assert [row.slug for row in there(found.standing).rows if row.slug != "psychiatry"] == []
    for item in there(found.timeline).coming:
        assert item.values["fields"] == ("psychiatry",)


def test_without_the_first_choice_it_is_named_nowhere(facts: Facts) -> None:
    found = seen(facts, USUAL - {Section.STANDING})
    assert there(found.profile).letters == (("Family Medicine", 1),)
    part = there(found.backups)
    assert part.primary == ""
    assert [(line.place, line.name, line.dual) for line in part.backups] == [(1, "Family Medicine", None)]
    assert "Psychiatry" not in repr(replace(found, backups=None))
    assert "psychiatry" not in repr(
        {reason.criterion: reason.parts for reason in there(part.backups[0].candidate).reasons}
    )


def test_that_the_visa_limits_the_map_is_told_with_the_visa_only(facts: Facts) -> None:
    part = there(seen(facts, USUAL).profile)
    assert (part.geography, part.geography_reason) == (Geography.REGIONS, None)
    assert there(seen(facts, USUAL | {Section.VISA}).profile).geography_reason is GeographyReason.VISA
    family = replace(WHOLE, profile=replace(AMINA, geography_reason=GeographyReason.FAMILY))
    assert there(seen(facts, USUAL, family).profile).geography_reason is None, "a reason that is missing would tell"
    assert there(seen(facts, USUAL | {Section.VISA}, family).profile).geography_reason is GeographyReason.FAMILY


def test_a_green_card_shows_with_the_visa_only(facts: Facts) -> None:
    holder = replace(WHOLE, profile=replace(AMINA, work_right=WorkRight.PERMANENT, visa=None))
    off, on = seen(facts, USUAL, holder), seen(facts, USUAL | {Section.VISA}, holder)
    assert not there(off.standing).standing.green_card
    assert there(on.standing).standing.green_card
    assert there(on.visa).needed is Visa.NONE
    assert there(off.flags).shown.needed_visa is None, "unknown, as for everybody else who is no citizen"
    assert there(off.profile).group is there(on.profile).group is ImgGroup.NON_US_IMG, "by NRMP's definition"


def test_the_time_zone_tells_the_country_and_is_never_shown(facts: Facts) -> None:
    assert "Karachi" not in repr(seen(facts, ALL))


# -- exams ------------------------------------------------------------------------------------------------------------


def test_a_failed_exam_is_no_result(facts: Facts) -> None:
    part = there(seen(facts, USUAL).scores)
    assert (part.step1, part.step1_score, part.step1_year) == (None, None, None)
    assert (part.step2_ck, part.step2_year, part.step2_taken) == (228, 2025, True)
    assert part.step3 is None, "only who may need an H-1B visa is asked about Step 3"
    assert there(seen(facts, USUAL | {Section.VISA}).scores).step3 is Step3.NOT_TAKEN
    assert there(seen(facts, USUAL | {Section.FAILURES}).scores).step1 is None


def test_failed_attempts_stand_in_a_part_of_their_own(facts: Facts) -> None:
    part = there(seen(facts, frozenset({Section.FAILURES})).failures)
    assert (part.count, part.exams) == (1, ("step1",))
    third = replace(WHOLE, profile=replace(AMINA, failures=None, failed_exams=None, step3=Step3.FAILED))
    part = there(seen(facts, frozenset({Section.FAILURES}), third).failures)
    assert (part.count, part.exams) == (2, ("step1", "step3")), "told with the exams themselves"
    unknown = replace(WHOLE, profile=replace(CALM, failures=None))
    part = there(seen(facts, ALL, unknown).failures)
    assert (part.count, part.exams) == (None, ())
    none = there(seen(facts, ALL, replace(WHOLE, profile=CALM)).failures)
    assert (none.count, none.exams) == (0, ())


def test_the_visa_part_says_what_is_needed(facts: Facts) -> None:
    part = there(seen(facts, frozenset({Section.VISA})).visa)
    assert (part.us_citizen, part.work_right, part.needed) == (False, WorkRight.NONE, Visa.H1B)


# -- red flags --------------------------------------------------------------------------------------------------------


def test_a_flag_shows_only_when_everything_it_rests_on_does(facts: Facts) -> None:
    part = there(seen(facts, USUAL).flags)
    # failures are off, and the H-1B flag rests on the visa, which is off as well: two of the seven
    assert part.left_out == 2
    assert {flag.id for flag in part.flags} == {"step2_ck", "graduation", "usce", "competitive_primary", "geography"}
    # 228 lies in the guide's band of 225 to 230; nine years after graduation with recent work unknown
    levels = {flag.id: flag.level for flag in part.flags}
    assert levels["step2_ck"] is Level.BORDERLINE
    assert levels["graduation"] is Level.UNKNOWN
    assert levels["usce"] is Level.CLEAR
    order = [Level.RAISED, Level.BORDERLINE, Level.UNKNOWN, Level.CLEAR]
    places = [order.index(flag.level) for flag in part.flags]
    assert places == sorted(places)
    assert part.verdict.raised == sum(flag.level is Level.RAISED for flag in part.flags)
    assert (part.shown.failures, part.shown.visa, part.shown.step1) == (None, None, None)


@pytest.mark.parametrize(
    ("shown", "flags"),
    [
        (set(), set()),
        ({Section.SCORES}, set()),
        ({Section.PROFILE}, {"graduation", "usce", "geography"}),
        ({Section.SCORES, Section.PROFILE}, {"step2_ck", "graduation", "usce", "geography"}),
        ({Section.FAILURES}, {"failures"}),
        ({Section.STANDING}, {"competitive_primary"}),
        ({Section.VISA}, set()),
        ({Section.VISA, Section.STANDING}, {"h1b", "competitive_primary"}),
    ],
)
def test_flags_follow_their_sections(facts: Facts, shown: set[Section], flags: set[str]) -> None:
    part = there(seen(facts, frozenset(shown | {Section.FLAGS})).flags)
    assert {flag.id for flag in part.flags} == flags
    assert part.left_out == 7 - len(flags)


# -- first choice and backups -----------------------------------------------------------------------------------------


def test_figures_on_failed_attempts_and_on_the_visa_come_with_their_sections(facts: Facts) -> None:
    off = there(seen(facts, USUAL).standing)
    on = there(seen(facts, ALL).standing)
    assert (off.primary, off.slug) == ("Psychiatry", "psychiatry")
    assert off.standing.line("failed_attempts") is None
    assert off.standing.line("visa") is None
    assert there(on.standing.line("failed_attempts")).own == 1
    step2 = there(off.standing.line("step2_matched"))
    assert (step2.own, step2.group) == (228, ImgGroup.NON_US_IMG)
    assert {name for name, _ in off.standing.unpublished}.isdisjoint({"failed_attempts", "visa"})
    years = {line.year for line in off.standing.lines}
    assert off.standing.years_differ == (len(years) > 1)
    for remark in off.standing.remarks:
        if remark.id == "years_differ":
            assert remark.values["years"] == tuple(sorted(years, reverse=True))


def test_the_picture_shows_backups_only_with_them(facts: Facts) -> None:
    assert {row.slug for row in there(seen(facts, USUAL).standing).rows} == {"psychiatry", "family-medicine"}
    assert {row.slug for row in there(seen(facts, USUAL - {Section.BACKUPS}).standing).rows} == {"psychiatry"}
    bare = there(seen(facts, frozenset({Section.STANDING})).standing)
    assert {row.own for row in bare.rows} == {None}
    assert {row.group for row in bare.rows} == set(ImgGroup), "both groups while citizenship is not shown"


def test_a_first_choice_that_was_typed_is_named_as_it_was_typed(facts: Facts) -> None:
    typed = replace(WHOLE, profile=replace(AMINA, primary=OTHER_SPECIALTY, primary_other="Space surgery"))
    part = there(seen(facts, USUAL, typed).standing)
    assert (part.primary, part.slug, part.rows and part.rows[0].slug) == ("Space surgery", "", "family-medicine")
    assert "Space" not in repr(seen(facts, USUAL - {Section.STANDING}, typed))
    known = replace(WHOLE, profile=replace(AMINA, primary=OTHER_SPECIALTY, primary_other="psychiatry"))
    part = there(seen(facts, USUAL, known).standing)
    assert (part.primary, part.slug) == ("Psychiatry", "psychiatry")
    assert there(seen(facts, USUAL, known).profile).letters[0] == ("Psychiatry", 2)


def test_backups_keep_their_owners_order_and_rest_on_what_is_shown(facts: Facts) -> None:
    two = replace(WHOLE, backups=("neurology", "family-medicine"))
    part = there(seen(facts, USUAL, two).backups)
    assert [(line.place, line.slug) for line in part.backups] == [(1, "neurology"), (2, "family-medicine")]
    family = there(part.backups[1].candidate)
    # The guide pairs psychiatry with family medicine.
    assert family.origin.value == "guide"
    assert [one.code for one in family.reason("visa").parts] == ["visa_unknown"]
    assert [one.code for one in family.reason("interest").parts] == ["not_asked"]
    told = there(seen(facts, ALL, two).backups).backups[1]
    assert {one.code for one in there(told.candidate).reason("interest").parts} == {
        "thirty_years_maybe",
        "if_matched_relief",
    }
    assert there(told.dual).condition("unmatched_unacceptable").values["said"] == "unacceptable"
    assert there(part.backups[1].dual).condition("unmatched_unacceptable").values["said"] is None


def test_a_veto_is_a_feeling(facts: Facts) -> None:
    hated = replace(WHOLE, preferences=Preferences(fit={"family-medicine": Fit(if_matched=IfMatched.HATE)}))
    off = there(there(seen(facts, USUAL, hated).backups).backups[0].candidate)
    on = there(there(seen(facts, ALL, hated).backups).backups[0].candidate)
    assert (off.veto, on.veto) == (None, "would_hate")


# -- the season -------------------------------------------------------------------------------------------------------


def plan_of(found: Summary) -> dict[str, State]:
    part = there(found.plan)
    return {item.id: item.state for item in (*part.done, *part.late, *part.open)}


def test_the_plan_says_what_is_done_late_and_open(facts: Facts) -> None:
    part = there(seen(facts, ALL).plan)
    assert {item.id for item in part.done} >= {"statements", "nrmp_register", "nrmp_late"}
    assert {item.state for item in part.late} == {State.LATE}
    assert {item.state for item in part.open} == {State.OPEN}
    assert not {"match_day", "interviews", "own.1"} & plan_of(seen(facts, ALL)).keys(), "no events, no own deadlines"
    for listed in (part.late, part.open):
        times = [item.due.at for item in listed if item.due is not None]
        assert times == sorted(times)


@pytest.mark.parametrize(
    ("task", "hidden"),
    [
        ("list_profile", Section.FAILURES),
        ("choose_fields", Section.BACKUPS),
        ("rotations", Section.BACKUPS),
        ("letters_count", Section.BACKUPS),
        ("projects", Section.BACKUPS),
        ("statements", Section.BACKUPS),
        ("step2_sitting", Section.SCORES),
        ("certification", Section.PROFILE),
        ("pathways", Section.PROFILE),
        ("step3", Section.VISA),
        ("statement_of_need", Section.VISA),
        ("evsp", Section.VISA),
    ],
)
def test_a_task_that_tells_of_a_hidden_section_is_not_there(facts: Facts, task: str, hidden: Section) -> None:
    unsure = replace(AMINA, visa=Visa.EITHER, step2_ck=None, step2_taken=False)
    somebody = replace(WHOLE, profile=unsure, progress=Progress(frozenset({task})))
    assert plan_of(seen(facts, ALL, somebody))[task] is State.DONE
    assert task not in plan_of(seen(facts, ALL - {hidden}, somebody))


def test_the_next_dates_are_soonest_first_and_not_ones_own(facts: Facts) -> None:
    coming = there(seen(facts, ALL).timeline).coming
    assert len(coming) == NEXT
    assert not [item for item in coming if item.own is not None]
    times = [there(item.due).at for item in coming]
    assert times == sorted(times)
    assert times[0] > NOVEMBER


def test_own_deadlines_are_those_ahead(facts: Facts) -> None:
    assert [item.id for item in there(seen(facts, ALL).own).coming] == ["own.1"]
    done = replace(WHOLE, progress=Progress(frozenset({"own.1"}), (INTERVIEW, OVER)))
    assert there(seen(facts, ALL, done).own).coming == ()
    assert "Ohio" not in repr(seen(facts, ALL - {Section.OWN, Section.QUESTIONS}))


# -- feelings and questions -------------------------------------------------------------------------------------------


def test_feelings_are_told_only_of_fields_that_are_named(facts: Facts) -> None:
    part = there(seen(facts, ALL).feelings)
    assert [(line.name, line.fit.if_matched) for line in part.fits] == [("Family Medicine", IfMatched.RELIEF)]
    assert set(part.preferences.fit) == {"family-medicine"}, "what was said of pediatrics is not in the plan"
    alone = there(seen(facts, frozenset({Section.FEELINGS})).feelings)
    assert (alone.fits, alone.preferences.unmatched) == ((), Unmatched.UNACCEPTABLE)


def test_how_much_the_visa_matters_is_told_with_the_visa(facts: Facts) -> None:
    weighed = replace(WHOLE, preferences=replace(WISHES, weights={"visa": 5, "room": 1}))
    assert there(seen(facts, ALL, weighed).feelings).preferences.weights == {"visa": 5, "room": 1}
    assert there(seen(facts, ALL - {Section.VISA}, weighed).feelings).preferences.weights == {"room": 1}


def test_a_question_that_tells_of_a_hidden_section_is_not_asked(facts: Facts) -> None:
    asked = there(seen(facts, USUAL).questions).questions
    assert asked == (AskedOf("list_balance"), AskedOf("backup_sincere"), AskedOf(text="Is <b>Ohio</b> cold?"))
    fewer = there(seen(facts, SELECTOR).questions).questions
    assert fewer == (AskedOf("list_balance"), AskedOf(text="Is <b>Ohio</b> cold?"))


def test_the_shown_profile_of_nothing_is_the_cycle_alone(facts: Facts) -> None:
    assert shown_profile(AMINA, ("family-medicine",), frozenset(), facts) == Profile(cycle=2027)
    assert shown_profile(AMINA, ("family-medicine",), frozenset({Section.BACKUPS}), facts) == Profile(cycle=2027)
