"""The season's dates and tasks as they ship: what was published, what is estimated, and what was never found."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from planning.fact_rows import Problems
from planning.fact_tasks import read_tasks
from planning.facts import DATE_KINDS, Cycle, Facts
from planning.timeline import ANSWERED, CONDITIONS
from planning.timeline_types import Nature

EASTERN: Final = ZoneInfo("America/New_York")

OF_2028: Final = {
    "applications_open": "2027-06-02T09:00:00-04:00",
    "submit": "2027-09-01T09:00:00-04:00",
    "registration_opens": "2027-09-15T12:00:00-04:00",
    "review": "2027-09-22T09:00:00-04:00",
    "residencycas_release": "2027-09-29T00:00:00-04:00",
    "standard_registration": "2028-01-28T23:59:00-05:00",
    "pathways_deadline": "2028-01-31T00:00:00-05:00",
    "ranking_opens": "2028-01-31T12:00:00-05:00",
    "rank_list_deadline": "2028-03-01T21:00:00-05:00",
    "match_week": "2028-03-13T10:00:00-04:00",
    "soap_round_1": "2028-03-16T09:00:00-04:00",
    "match_day": "2028-03-17T12:00:00-04:00",
    "eras_ends": "2028-05-31T17:00:00-04:00",
    "training_start": "2028-07-01T00:00:00-04:00",
}
"""Worked out by hand on a calendar: the weekday of 2027 kept, or the day of the year where two seasons had it."""


def cycle_of(facts: Facts, year: int) -> Cycle:
    cycle = facts.cycle(year)
    assert cycle is not None
    return cycle


@pytest.mark.parametrize(
    ("kind", "when"),
    [
        ("registration_opens", "2026-09-15T12:00:00-04:00"),
        ("standard_registration", "2027-01-29T23:59:00-05:00"),
        ("ranking_opens", "2027-02-01T12:00:00-05:00"),
        ("late_registration", "2027-03-03T21:00:00-05:00"),
        ("ecfmg_verification", "2027-03-03T21:00:00-05:00"),
        ("soap_begins", "2027-03-15T10:00:00-04:00"),
        ("soap_prepare", "2027-03-15T11:00:00-04:00"),
        ("soap_review", "2027-03-16T08:00:00-04:00"),
        ("soap_ends", "2027-03-18T21:00:00-04:00"),
        ("eras_ends", "2027-05-31T17:00:00-04:00"),
    ],
)
def test_the_2027_season_has_these_hours(kind: str, when: str, facts: Facts) -> None:
    one = cycle_of(facts, 2027).dates[kind]
    assert (one.at, one.has_time) == (datetime.fromisoformat(when), True)


@pytest.mark.parametrize(
    ("kind", "day", "estimated"),
    [
        ("residencycas_opens", date(2026, 6, 3), True),
        ("residencycas_release", date(2026, 9, 30), True),
        ("interviews_begin", date(2026, 10, 1), True),
        ("general_surgery_release", date(2026, 10, 21), True),
        ("interviews_end", date(2027, 1, 31), True),
        ("pathways_deadline", date(2027, 1, 31), False),
        ("urology_results", date(2027, 2, 1), True),
        ("step2_prudent", date(2027, 2, 3), True),
        ("evsp_prudent", date(2027, 5, 20), True),
    ],
)
def test_the_2027_season_has_these_days_without_an_hour(kind: str, day: date, estimated: bool, facts: Facts) -> None:
    one = cycle_of(facts, 2027).dates[kind]
    assert (one.on, one.has_time, one.estimated) == (day, False, estimated)


def test_offer_rounds_of_soap_last_two_hours_each_with_an_hour_between(facts: Facts) -> None:
    dates = cycle_of(facts, 2027).dates
    hours = []
    for number in (1, 2, 3, 4):
        one = dates[f"soap_round_{number}"]
        assert one.ends_at is not None
        hours.append((one.at.astimezone(EASTERN).hour, one.ends_at.astimezone(EASTERN).hour))
        assert one.on == date(2027, 3, 18)
    assert hours == [(9, 11), (12, 14), (15, 17), (18, 20)]


@pytest.mark.parametrize(("kind", "when"), OF_2028.items())
def test_the_2028_season_is_derived_to_the_hour(kind: str, when: str, facts: Facts) -> None:
    one = cycle_of(facts, 2028).dates[kind]
    assert one.at == datetime.fromisoformat(when)
    assert (one.estimated, one.status, one.evidence) == (True, "estimated", "estimated")


def test_the_end_of_a_round_moves_with_its_beginning(facts: Facts) -> None:
    one = cycle_of(facts, 2028).dates["soap_round_2"]
    assert one.ends_at == datetime.fromisoformat("2028-03-16T14:00:00-04:00")


def test_two_days_that_rest_on_others_keep_their_distance(facts: Facts) -> None:
    """Step 2 CK four weeks before rank lists close; the J-1 file six weeks before 1 July."""
    for cycle in facts.cycles:
        assert (cycle.rank_list_deadline.on - cycle.dates["step2_prudent"].on).days == 28
        assert (cycle.training_start.on - cycle.dates["evsp_prudent"].on).days == 42


def test_every_kind_has_a_date_or_says_that_none_was_found(facts: Facts) -> None:
    for cycle in facts.cycles:
        assert set(cycle.dates) | set(cycle.undated) == set(DATE_KINDS)
        assert not set(cycle.dates) & set(cycle.undated)


def test_what_was_not_found_says_what_is_known_and_where_to_ask(facts: Facts) -> None:
    undated = cycle_of(facts, 2027).undated
    assert set(undated) == {"token", "urology_list", "ophthalmology_submit", "ophthalmology_results"}
    assert "28 June 2023" in undated["token"].known
    for one in undated.values():
        assert one.confirm_at in facts.sources
        assert one.known.endswith(".")


def test_every_date_has_a_title_a_source_and_a_page_of_its_owner(facts: Facts) -> None:
    for cycle in facts.cycles:
        for one in cycle.dates.values():
            assert one.title
            assert {one.source, one.confirm_at, *one.also} <= set(facts.sources)
            assert not one.estimated or one.estimated_from


def test_every_estimate_of_2027_is_marked_so_and_every_copy_is_second_hand(facts: Facts) -> None:
    """Nothing of the 2027 season was read on its owner's own calendar."""
    words = {(one.status, one.evidence) for one in cycle_of(facts, 2027).dates.values()}
    assert words == {("published", "secondary"), ("estimated", "estimated")}


# -- tasks ---------------------------------------------------------------------------------------------------

GUIDE: Final = {
    "early": ["list_profile", "compare_data", "choose_fields", "check_visa_policies", "rotations", "projects"],
    "letters": ["letters_count", "ask_letters", "statements", "mentor_review", "research_programs", "track_programs"],
    "season": ["submit_early", "check_documents", "practice_answers", "long_term_goals", "true_order", "no_games"],
}
"""The guide's action plan, in its order: six tasks in each of its three phases."""


def test_the_guide_s_eighteen_tasks_stand_in_its_order_and_phases(facts: Facts) -> None:
    guide = [task for task in facts.tasks if task.guide]
    assert [task.id for task in guide] == [name for names in GUIDE.values() for name in names]
    assert {phase: [task.id for task in guide if task.phase == phase] for phase in GUIDE} == GUIDE
    assert {task.source for task in guide} == {"guide"}
    assert not [task.id for task in guide if task.when], "they are everybody's"


def test_ids_fit_a_button_and_are_there_once(facts: Facts) -> None:
    ids = [task.id for task in facts.tasks]
    assert len(ids) == len(set(ids))
    assert max(map(len, ids)) <= 24


def test_every_condition_and_rule_is_used(facts: Facts) -> None:
    assert {name for task in facts.tasks for name in task.when} == set(CONDITIONS)
    assert {task.answered_by for task in facts.tasks} - {None} == set(ANSWERED)


def test_the_two_rules_of_ranking_are_told_with_the_deadline(facts: Facts) -> None:
    told = {task.id: task.told_with for task in facts.tasks if task.told_with}
    assert told == {"true_order": "certify_list", "no_games": "certify_list"}
    certify = next(task for task in facts.tasks if task.id == "certify_list")
    assert (certify.nature, certify.extra_leads) == (Nature.DEADLINE, (14,))


def test_labels_name_no_field_and_no_visa(facts: Facts) -> None:
    """They stand in reminders and calendars, which others see on a lock screen."""
    labels = " ".join(task.label for task in facts.tasks).casefold()
    fields = {name.casefold() for one in facts.specialties for name in (one.name, one.short)}
    banned = (*fields, "visa", "j-1", "h-1b", "ds-2019", "failed", "step 2", "fellowship")
    assert not [word for word in banned if re.search(rf"\b{re.escape(word)}\b", labels)]


def test_a_file_that_is_no_list_is_a_problem() -> None:
    problems = Problems()
    assert read_tasks({"tasks": "none"}, problems) == ()
    assert problems.found == ["tasks.yaml: whole file: a list of rows was expected"]
