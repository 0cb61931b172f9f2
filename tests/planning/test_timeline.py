"""A person's season: where a day stands, what concerns whom, what is late, over or done, and to the minute when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from planning.facts import Facts
from planning.profile import Visa
from planning.timeline import carried, timeline
from planning.timeline_types import OwnDeadline, Phase, Progress, State, Where
from tests.planning.applicants import CALM
from tests.planning.seasons import EARLY, EASTERN, NOTHING, NOVEMBER, eastern, item, season, visa

# -- where a day stands --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle", "at", "place"),
    [
        # 2027: ERAS opens on 3 June 2026, applications can be sent from 2 September 2026, both at 9:00
        (2027, "2024-12-31T23:59", Where.BEFORE),
        (2027, "2025-03-02T08:59", Where.BEFORE),
        (2027, "2025-03-02T09:00", Where.EARLY),
        (2027, "2025-12-03T08:59", Where.EARLY),
        (2027, "2025-12-03T09:00", Where.LETTERS),  # the guide's first phase runs on to 2 March: the second wins
        (2027, "2026-01-01T00:00", Where.LETTERS),
        (2027, "2026-03-03T08:59", Where.LETTERS),
        (2027, "2026-03-03T09:00", Where.BETWEEN),
        (2027, "2026-06-03T09:00", Where.BETWEEN),
        (2027, "2026-09-02T08:59", Where.BETWEEN),
        (2027, "2026-09-02T09:00", Where.SEASON),
        (2027, "2026-12-31T23:59", Where.SEASON),
        (2027, "2027-01-01T00:00", Where.SEASON),
        (2027, "2027-03-03T20:59", Where.SEASON),
        (2027, "2027-03-03T21:00", Where.RANKED),
        (2027, "2027-03-14T23:59", Where.RANKED),
        (2027, "2027-03-15T00:00", Where.MATCH_WEEK),
        (2027, "2027-03-19T23:59", Where.MATCH_WEEK),
        (2027, "2027-03-20T00:00", Where.AFTER),
        (2027, "2030-01-01T00:00", Where.AFTER),
        # 2028: 2 June and 1 September 2027, estimated
        (2028, "2026-02-28T23:59", Where.BEFORE),
        (2028, "2026-03-01T09:00", Where.EARLY),
        (2028, "2026-11-25T10:00", Where.EARLY),
        (2028, "2026-12-02T09:00", Where.LETTERS),
        (2028, "2027-03-02T09:00", Where.BETWEEN),
        (2028, "2028-03-17T12:00", Where.MATCH_WEEK),
    ],
)
def test_a_day_stands_in_one_place_of_the_season(cycle: int, at: str, place: Where, facts: Facts) -> None:
    assert season(facts, replace(CALM, cycle=cycle), eastern(at)).where is place


def test_the_first_phase_goes_on_after_the_second_where_it_reaches_further(facts: Facts) -> None:
    """Were ERAS to open on 2 March: the second phase from 2 September to 2 December, the first on until 2 March."""
    cycle = facts.cycle(2027)
    assert cycle is not None
    late = replace(cycle.applications_open, at=eastern("2026-03-02T09:00"))
    early = replace(facts, cycles=(replace(cycle, dates={**cycle.dates, "applications_open": late}),))
    places = [
        season(early, now=eastern(at)).where
        for at in ("2025-09-01T09:00", "2025-10-01T09:00", "2026-01-01T09:00", "2026-03-02T09:00")
    ]
    assert places == [Where.EARLY, Where.LETTERS, Where.EARLY, Where.BETWEEN]


@pytest.mark.parametrize("cycle", [None, 1999, 2040])
def test_without_a_match_that_the_facts_know_there_is_no_season(cycle: int | None, facts: Facts) -> None:
    assert timeline(replace(CALM, cycle=cycle), (), NOTHING, facts, NOVEMBER) is None


def test_today_is_the_person_s_own_day(facts: Facts) -> None:
    night = datetime(2026, 11, 25, 20, tzinfo=UTC)
    assert season(facts, now=night).today == date(2026, 11, 26)  # 1:00 in Karachi
    unknown = season(facts, replace(CALM, zone=None), night)
    assert (unknown.today, unknown.zone, unknown.zone_known) == (date(2026, 11, 25), "UTC", False)
    assert season(facts, replace(CALM, zone="Mars/Olympus"), night).zone_known is False


# -- late, over, done ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item_id", "at", "state"),
    [
        ("compare_data", "2026-03-03T08:59", State.OPEN),
        ("compare_data", "2026-03-03T09:00", State.LATE),
        ("compare_data", "2026-09-02T08:59", State.LATE),
        ("compare_data", "2026-09-02T09:00", State.PASSED),
        ("track_programs", "2026-11-25T10:00", State.LATE),
        ("track_programs", "2027-03-03T21:00", State.PASSED),
        ("submit_early", "2026-09-02T08:59", State.OPEN),
        ("submit_early", "2026-09-02T09:00", State.LATE),
        ("practice_answers", "2026-10-01T23:58", State.OPEN),  # a day without an hour lasts to its last minute
        ("practice_answers", "2026-10-01T23:59", State.LATE),
        ("nrmp_register", "2027-01-29T23:58", State.OPEN),
        ("nrmp_register", "2027-01-29T23:59", State.LATE),
        ("nrmp_register", "2027-03-03T21:00", State.PASSED),
        ("certify_list", "2027-03-03T20:59", State.OPEN),
        ("certify_list", "2027-03-03T21:00", State.PASSED),
        ("true_order", "2027-03-03T20:59", State.OPEN),
        ("true_order", "2027-03-03T21:00", State.PASSED),
        ("interviews", "2026-09-15T10:00", State.OPEN),
        ("interviews", "2026-12-15T10:00", State.OPEN),
        ("interviews", "2027-01-31T23:58", State.OPEN),
        ("interviews", "2027-01-31T23:59", State.PASSED),
        ("soap_rounds", "2027-03-18T19:59", State.OPEN),
        ("soap_rounds", "2027-03-18T20:00", State.PASSED),
        ("match_status", "2027-03-15T09:59", State.OPEN),
        ("match_status", "2027-03-15T10:00", State.PASSED),
        ("eras_token", "2026-09-02T08:59", State.OPEN),
        ("eras_token", "2026-09-02T09:00", State.PASSED),
        ("season_outcome", "2027-03-20T12:00", State.LATE),
        ("season_outcome", "2027-07-01T23:59", State.PASSED),
        ("training_start", "2027-07-01T12:00", State.OPEN),
        ("training_start", "2027-07-01T23:59", State.PASSED),
    ],
)
def test_a_state_turns_at_its_minute(item_id: str, at: str, state: State, facts: Facts) -> None:
    assert item(season(facts, now=eastern(at)), item_id).state is state


def test_a_task_without_an_end_stays_late_and_one_without_a_date_stays_open(facts: Facts) -> None:
    eyes = season(facts, replace(CALM, primary="ophthalmology"), datetime(2027, 8, 1, tzinfo=UTC))
    assert item(eyes, "other_match").state is State.OPEN


def test_what_is_marked_as_done_is_done_whatever_the_day(facts: Facts) -> None:
    everything = frozenset(task.id for task in facts.tasks)
    for now in (EARLY, NOVEMBER, datetime(2028, 1, 1, tzinfo=UTC)):
        found = season(facts, now=now, progress=Progress(everything))
        assert {one.state for one in found.items} == {State.DONE}
        assert found.guide_done == (18, 18)
        assert found.late == ()
        assert found.coming() == ()


def test_late_and_coming_are_told_apart(facts: Facts) -> None:
    found = season(facts)
    assert [one.id for one in found.late] == [
        "track_programs", "check_documents", "submit_early", "practice_answers", "long_term_goals"
    ]  # fmt: skip
    soon = found.coming(timedelta(days=70))
    assert [one.id for one in soon] == ["nrmp_register", "ranking_opens"]


def test_only_what_stays_true_goes_into_the_next_cycle(facts: Facts) -> None:
    done = frozenset({"choose_fields", "rotations", "step3", "statements", "certify_list", "own.1", "no_such_task"})
    assert carried(done, facts) == {"choose_fields", "rotations", "step3"}
    assert carried(frozenset(), facts) == frozenset()


# -- own deadlines -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        ("2024-01-01T10:00", Phase.EARLY),
        ("2025-06-01T10:00", Phase.EARLY),
        ("2026-01-10T10:00", Phase.LETTERS),
        ("2026-07-01T10:00", Phase.LETTERS),
        ("2026-12-12T14:00", Phase.SEASON),
        ("2027-03-08T10:00", Phase.SEASON),
        ("2027-03-17T10:00", Phase.MATCH_WEEK),
        ("2027-04-01T10:00", Phase.AFTER),
    ],
)
def test_an_own_deadline_stands_in_the_phase_of_its_day(at: str, phase: Phase, facts: Facts) -> None:
    own = OwnDeadline(7, "Interview", eastern(at), "America/Chicago", has_time=True)
    one = item(season(facts, progress=Progress(own=(own,))), "own.7")
    assert (one.phase, one.nature, one.task, one.own) == (phase, "deadline", None, own)
    assert one.due is not None
    assert (one.due.at, one.due.zone, one.due.date) == (eastern(at), "America/Chicago", None)
    assert one.state is (State.PASSED if eastern(at) <= NOVEMBER else State.OPEN)
    assert not one.estimated


def test_an_own_deadline_can_be_done(facts: Facts) -> None:
    own = OwnDeadline(1, "Interview", NOVEMBER + timedelta(days=3), "UTC", has_time=True)
    found = season(facts, progress=Progress(frozenset({"own.1"}), (own,)))
    assert item(found, "own.1").state is State.DONE


# -- to the minute -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item_id", "local"),
    [
        ("compare_data", "2026-03-03 09:00 EST"),  # 183 days before 2 September, 9:00 EDT
        ("ask_letters", "2026-03-04 09:00 EST"),  # 91 days before 3 June, 9:00 EDT
        ("check_documents", "2026-08-30 09:00 EDT"),
        ("submit_early", "2026-09-02 09:00 EDT"),
        ("certify_list", "2027-03-03 21:00 EST"),
        ("match_status", "2027-03-15 10:00 EDT"),
        ("season_outcome", "2027-03-20 12:00 EDT"),
        ("practice_answers", "2026-10-01 23:59 EDT"),
        ("training_start", "2027-07-01 23:59 EDT"),
    ],
)
def test_days_are_counted_on_the_owner_s_clock(item_id: str, local: str, facts: Facts) -> None:
    """Days before keep the hour on the wall, also over a clock change."""
    due = item(season(facts), item_id).due
    assert due is not None
    assert due.at.tzinfo is UTC
    assert due.at.astimezone(EASTERN).strftime("%Y-%m-%d %H:%M %Z") == local


def test_step_3_is_due_four_weeks_before_rank_lists_close(facts: Facts) -> None:
    due = item(season(facts, visa(Visa.H1B)), "step3").due
    assert due is not None
    assert (due.on, due.days, due.at) == (date(2027, 2, 3), -28, eastern("2027-02-03T21:00"))


def test_the_day_of_a_deadline_is_that_of_its_owner(facts: Facts) -> None:
    """21:00 on 3 March in New York is already 4 March in Karachi and in UTC."""
    due = item(season(facts), "certify_list").due
    assert due is not None
    assert due.on == date(2027, 3, 3)
    assert due.at.date() == date(2027, 3, 4)


def test_a_season_without_one_of_the_other_dates_still_has_its_task(facts: Facts) -> None:
    cycle = facts.cycle(2027)
    assert cycle is not None
    fewer = {kind: one for kind, one in cycle.dates.items() if kind not in ("interviews_begin", "interviews_end")}
    found = season(replace(facts, cycles=(replace(cycle, dates=fewer),)))
    assert item(found, "practice_answers").due is None
    assert item(found, "practice_answers").state is State.OPEN
    assert item(found, "interviews").state is State.OPEN
