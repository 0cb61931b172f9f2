"""The plan as calendar entries: which there are, when, and what a new file changes in an old one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.calendar_entries import Calendar, CalendarEntry, calendar_entries
from planning.timeline_types import Due, Item, Nature, State
from tests.planning.seasons_by_hand import CYCLE, item, own, utc

SEED: Final = "b1946ac92492d2347c6235b4d2611184"
NOW: Final = utc("2026-09-14 12:00")
Known = dict[str, tuple[int, str]]


def made(*items: Item, known: Known | None = None, seed: str = SEED, cycle: int = 2027) -> Calendar:
    return calendar_entries(items, known or {}, seed, cycle, NOW)


def only(calendar: Calendar) -> CalendarEntry:
    assert len(calendar.entries) == 1
    return calendar.entries[0]


def whole_day(item_id: str, at: datetime, zone: str, state: State = State.OPEN) -> Item:
    return replace(item(item_id, at, state=state), due=Due(at, zone, has_time=False))


# -- when -------------------------------------------------------------------------------------------------------------


def test_a_deadline_is_the_end_of_its_half_hour() -> None:
    entry = only(made(item("rank_list", utc("2027-03-04 02:00"))))

    assert not entry.all_day
    assert (entry.starts, entry.ends) == (utc("2027-03-04 01:30"), utc("2027-03-04 02:00"))


def test_a_task_is_the_end_of_its_half_hour_as_well() -> None:
    entry = only(made(item("submit", utc("2026-09-23 13:00"), nature=Nature.TASK)))

    assert entry.ends == utc("2026-09-23 13:00")


def test_an_event_begins_at_its_time() -> None:
    entry = only(made(item("match_day", utc("2027-03-19 16:00"), nature=Nature.EVENT)))

    assert (entry.starts, entry.ends) == (utc("2027-03-19 16:00"), utc("2027-03-19 16:30"))


def test_what_a_person_noted_down_begins_at_the_time_that_they_wrote() -> None:
    interview = own(1, utc("2026-12-12 20:00"), zone="America/Chicago")

    assert only(made(interview)).starts == utc("2026-12-12 20:00")


def test_an_event_that_lasts_is_as_long_as_the_facts_say() -> None:
    """SOAP round 1 is from 9:00 to 11:00 ET on Thursday of Match Week (NRMP); EDT is four hours behind UTC."""
    first_round = CYCLE.dates["soap_round_1"]
    event = item("soap_rounds", first_round.at, nature=Nature.EVENT)
    event = replace(event, due=Due(first_round.at, first_round.zone, has_time=True, date=first_round))

    entry = only(made(event))

    assert (entry.starts, entry.ends) == (utc("2027-03-18 13:00"), utc("2027-03-18 15:00"))


def test_a_day_without_an_hour_is_that_day_of_its_own_zone_and_ends_the_next() -> None:
    """23:59 of 31 October in Washington is already 1 November in UTC."""
    entry = only(made(whole_day("evsp", utc("2026-11-01 03:59"), "America/New_York")))

    assert entry.all_day
    assert (entry.starts, entry.ends) == (date(2026, 10, 31), date(2026, 11, 1))


def test_entries_stand_in_order_of_time_and_a_whole_day_before_its_hours() -> None:
    calendar = made(
        item("late", utc("2027-03-04 02:00")),
        whole_day("day", utc("2026-10-01 03:59"), "America/New_York"),
        item("hour", utc("2026-09-30 13:00")),
    )

    assert [entry.item_id for entry in calendar.entries] == ["day", "hour", "late"]


# -- which ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.DONE, State.ANSWERED, State.PASSED])
def test_what_is_over_is_not_put_into_a_first_file(state: State) -> None:
    calendar = made(item("submit", utc("2026-09-02 13:00"), state=state))

    assert calendar.entries == ()
    assert dict(calendar.known) == {}


def test_what_is_late_but_can_still_be_done_has_an_entry() -> None:
    assert not only(made(item("submit", utc("2026-09-02 13:00"), nature=Nature.TASK, state=State.LATE))).cancelled


def test_what_has_no_date_has_no_entry() -> None:
    assert made(item("token", None)).entries == ()


@pytest.mark.parametrize("state", [State.DONE, State.ANSWERED])
def test_what_was_in_an_earlier_file_and_is_done_is_cancelled_at_its_place(state: State) -> None:
    at = utc("2026-09-23 13:00")
    before = made(item("submit", at))

    after = only(made(item("submit", at, state=state), known=dict(before.known)))

    assert after.cancelled
    assert after.uid == only(before).uid
    assert after.sequence == 1
    assert (after.starts, after.ends) == (only(before).starts, only(before).ends)


@pytest.mark.parametrize(
    "gone",
    [
        item("evsp", utc("2026-10-31 16:00")),
        whole_day("evsp", utc("2026-11-01 03:59"), "America/New_York"),
        item("evsp", utc("2026-10-31 16:00"), nature=Nature.EVENT),
    ],
)
def test_what_is_no_longer_on_the_timeline_is_cancelled_at_its_place(gone: Item) -> None:
    before = made(gone)

    after = only(made(known=dict(before.known)))

    assert after.cancelled
    assert (after.starts, after.ends, after.all_day) == (
        only(before).starts,
        only(before).ends,
        only(before).all_day,
    )


def test_what_lost_its_date_is_cancelled() -> None:
    before = made(item("token", utc("2026-09-23 13:00")))

    assert only(made(item("token", None), known=dict(before.known))).cancelled


def test_what_merely_passed_keeps_its_entry_as_it_was() -> None:
    at = utc("2026-09-02 13:00")
    before = made(item("submit", at))

    after = only(made(item("submit", at, state=State.PASSED), known=dict(before.known)))

    assert after == only(before)


def test_a_cancelled_entry_stays_cancelled_with_the_same_number() -> None:
    """Whoever imports the third file over the first must lose it as well."""
    first = made(item("evsp", utc("2026-10-31 16:00")))
    second = made(known=dict(first.known))
    third = made(known=dict(second.known))

    assert only(third) == only(second)


def test_what_was_done_by_mistake_comes_back_with_a_higher_number() -> None:
    at = utc("2026-09-23 13:00")
    first = made(item("submit", at))
    second = made(item("submit", at, state=State.DONE), known=dict(first.known))
    third = only(made(item("submit", at), known=dict(second.known)))

    assert not third.cancelled
    assert third.sequence == 2


# -- versions ---------------------------------------------------------------------------------------------------------


def test_the_number_stays_while_the_time_stays_and_rises_by_one_when_it_moves() -> None:
    first = made(item("rank_list", utc("2027-03-04 02:00")))
    same = made(item("rank_list", utc("2027-03-04 02:00")), known=dict(first.known))
    moved = made(item("rank_list", utc("2027-03-11 02:00")), known=dict(same.known))

    assert [only(one).sequence for one in (first, same, moved)] == [0, 0, 1]


def test_a_day_that_gets_an_hour_is_a_change() -> None:
    day = made(whole_day("rank_list", utc("2027-03-04 04:59"), "America/New_York"))
    hour = made(item("rank_list", utc("2027-03-04 02:00")), known=dict(day.known))

    assert only(hour).sequence == 1
    assert not only(hour).all_day


def test_a_number_is_never_forgotten_even_where_the_rest_cannot_be_read() -> None:
    strange: Known = {
        "2027/evsp": (7, "something of another release"),
        "odd": (2, "time tomorrow/later"),
        "day": (1, "day x"),
    }
    gone = made(known=strange)
    back = made(item("evsp", utc("2026-10-31 16:00")), known=dict(gone.known))

    assert gone.entries == ()
    assert dict(gone.known) == strange
    assert {entry.item_id: entry.sequence for entry in back.entries} == {"evsp": 8}


def test_uids_differ_by_item_cycle_and_person_and_say_nothing() -> None:
    at = utc("2026-09-23 13:00")
    uids = {
        only(made(item("submit", at))).uid,
        only(made(item("evsp", at))).uid,
        only(made(item("submit", at), cycle=2028)).uid,
        only(made(item("submit", at), seed="c157a79031e1c40f85931829bc5fc552")).uid,
    }

    assert len(uids) == 4
    assert all(re.fullmatch(r"[0-9a-f]{32}@parallel-plan", uid) for uid in uids)
    assert only(made(item("submit", at))).uid in uids


def test_the_time_of_the_file_is_kept_in_utc() -> None:
    assert made().made_at == NOW
    assert made().made_at.tzinfo is UTC


# -- any plan ---------------------------------------------------------------------------------------------------------

instants = st.integers(0, 400 * 48).map(lambda halves: utc("2026-06-01 00:00") + timedelta(minutes=30 * halves))
plans = st.dictionaries(
    st.sampled_from(["submit", "evsp", "rank_list", "own.1"]),
    st.tuples(instants | st.none(), st.booleans(), st.sampled_from(State), st.sampled_from(Nature)),
)


def items_of(plan: dict[str, tuple[datetime | None, bool, State, Nature]]) -> list[Item]:
    return [
        replace(
            item(name, at, nature=nature, state=state),
            due=None if at is None else Due(at, "America/New_York", has_time=has_time),
        )
        for name, (at, has_time, state, nature) in plan.items()
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(plans, min_size=2, max_size=5))
def test_over_any_history_numbers_never_fall_and_rise_exactly_where_something_changed(
    history: list[dict[str, tuple[datetime | None, bool, State, Nature]]],
) -> None:
    known: Known = {}
    before: dict[str, CalendarEntry] = {}
    for plan in history:
        calendar = made(*items_of(plan), known=known)
        now = {entry.item_id: entry for entry in calendar.entries}
        assert set(before) <= set(now), "what was once in a file stays in every later one"
        for name, entry in now.items():
            assert entry.starts < entry.ends
            old = before.get(name)
            if old is None:
                assert entry.sequence == 0
                assert not entry.cancelled
                continue
            assert entry.uid == old.uid
            changed = (entry.starts, entry.ends, entry.cancelled) != (old.starts, old.ends, old.cancelled)
            assert entry.sequence == old.sequence + changed
        known, before = dict(calendar.known), now
