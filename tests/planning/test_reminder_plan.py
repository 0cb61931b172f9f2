"""Which reminders are scheduled. Expected instants are counted on a calendar with the zones' published offsets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planning.reminder_types import DIGEST, SNOOZED, Mode, Preferences, Reminder
from planning.reminders import reminders
from planning.timeline_types import Nature, State, Timeline
from tests.planning.seasons_by_hand import item, own, timeline, utc

NEW_YORK, KARACHI = "America/New_York", "Asia/Karachi"
RANK_LISTS = utc("2027-03-04 02:00")  # Wednesday 3 March 2027, 21:00 EST; in Karachi (UTC+5) Thursday 07:00
BEGIN = utc("2027-02-01 12:00")
EACH, DAILY, WEEKLY = Preferences(), Preferences(mode=Mode.DAILY), Preferences(mode=Mode.WEEKLY)


def planned(
    season: Timeline,
    preferences: Preferences = EACH,
    muted: frozenset[str] = frozenset(),
    now: str | None = None,
    digest_on: date | None = None,
    **snoozed: str,
) -> tuple[Reminder, ...]:
    put_off = {name: utc(at) for name, at in snoozed.items()}
    return reminders(season, preferences, muted, put_off, utc(now) if now else season.now, digest_on)


def times(found: tuple[Reminder, ...]) -> list[tuple[str, str]]:
    return [(one.lead, f"{one.due_at:%Y-%m-%d %H:%M}") for one in found]


def test_a_deadline_is_reminded_seven_days_two_days_and_on_the_day() -> None:
    found = planned(timeline(item("certify_list", RANK_LISTS), now=BEGIN))
    assert times(found) == [("7", "2027-02-24 14:00"), ("2", "2027-03-01 14:00"), ("0", "2027-03-03 14:00")]
    assert {one.of_at for one in found} == {RANK_LISTS}
    assert {one.item for one in found} == {"certify_list"}


def test_an_american_evening_is_reminded_on_the_day_before_where_it_is_already_morning() -> None:
    found = planned(timeline(item("certify_list", RANK_LISTS), now=BEGIN, zone=KARACHI))
    # 09:00 in Karachi is 04:00 UTC; on 4 March it would be two hours after the deadline.
    assert times(found) == [("7", "2027-02-25 04:00"), ("2", "2027-03-02 04:00"), ("0", "2027-03-03 04:00")]


@pytest.mark.parametrize(
    ("at", "day"),
    [("2027-03-03 17:00", "2027-03-03 14:00"), ("2027-03-03 16:59", "2027-03-02 14:00")],
    ids=["three hours are enough", "a minute less is not"],
)
def test_the_reminder_of_the_day_comes_at_least_three_hours_before(at: str, day: str) -> None:
    found = planned(timeline(item("certify_list", utc(at)), now=BEGIN), Preferences(leads=(0,)))
    assert times(found) == [("0", day)]


def test_two_leads_that_fall_together_are_one() -> None:
    found = planned(timeline(item("certify_list", RANK_LISTS), now=BEGIN, zone=KARACHI), Preferences(leads=(1, 0, 0)))
    assert times(found) == [("0", "2027-03-03 04:00")]


def test_a_task_can_ask_for_leads_of_its_own() -> None:
    found = planned(timeline(item("certify_list", RANK_LISTS, extra=(14,)), now=BEGIN))
    assert times(found)[0] == ("14", "2027-02-17 14:00")
    assert len(found) == 4


@pytest.mark.parametrize(
    ("leads", "expected"), [((7, 3, 2, 0), ["2", "0"]), ((30, 7), ["7"]), ((), [])], ids=["short ones", "one", "none"]
)
def test_an_event_is_announced_shortly_before(leads: tuple[int, ...], expected: list[str]) -> None:
    found = planned(timeline(item("match_day", RANK_LISTS, nature=Nature.EVENT), now=BEGIN), Preferences(leads=leads))
    assert [one.lead for one in found] == expected


def test_what_would_be_due_already_is_not_owed() -> None:
    season = timeline(item("certify_list", RANK_LISTS), now=BEGIN)
    assert times(planned(season, now="2027-03-01 14:00")) == [("0", "2027-03-03 14:00")]
    assert planned(season, now="2027-03-04 02:00") == ()


def test_what_is_first_seen_when_every_usual_time_is_over_still_has_one_before_it() -> None:
    """Rank lists close at 2:00 UTC: three hours before, then one hour before, and less than that is too late."""
    season = timeline(item("certify_list", RANK_LISTS), now=BEGIN)
    assert times(planned(season, now="2027-03-03 14:00")) == [("0", "2027-03-03 23:00")]
    assert times(planned(season, now="2027-03-03 23:30")) == [("0", "2027-03-04 01:00")]
    assert planned(season, now="2027-03-04 01:30") == ()


@pytest.mark.parametrize("state", [State.DONE, State.ANSWERED, State.PASSED, State.LATE])
def test_only_what_is_open_is_reminded(state: State) -> None:
    assert planned(timeline(item("certify_list", RANK_LISTS, state=state), now=BEGIN)) == ()


def test_nothing_is_reminded_without_a_date_when_muted_or_when_reminders_are_off() -> None:
    season = timeline(item("certify_list", RANK_LISTS), item("eras_token", None), now=BEGIN)
    assert planned(season, muted=frozenset({"certify_list"})) == ()
    assert planned(season, Preferences(on=False)) == ()
    assert {one.item for one in planned(season)} == {"certify_list"}


def test_a_task_that_another_speaks_of_has_reminders_only_when_that_one_is_done() -> None:
    order = item("true_order", RANK_LISTS, nature=Nature.TASK, told_with="certify_list")
    both = timeline(item("certify_list", RANK_LISTS), order, now=BEGIN)
    assert {one.item for one in planned(both)} == {"certify_list"}
    alone = timeline(item("certify_list", RANK_LISTS, state=State.DONE), order, now=BEGIN)
    assert {one.item for one in planned(alone)} == {"true_order"}
    assert {one.item for one in planned(timeline(order, now=BEGIN))} == {"true_order"}
    undated = timeline(item("certify_list", None), order, now=BEGIN)
    assert {one.item for one in planned(undated)} == {"true_order"}


@pytest.mark.parametrize("hour", [22, 3])
def test_an_hour_in_quiet_time_becomes_the_end_of_quiet_time_on_the_same_day(hour: int) -> None:
    found = planned(timeline(item("certify_list", RANK_LISTS), now=BEGIN), Preferences(hour=hour, quiet=(21, 8)))
    assert times(found) == [("7", "2027-02-24 13:00"), ("2", "2027-03-01 13:00"), ("0", "2027-03-03 13:00")]


def test_the_hour_is_kept_through_a_clock_change() -> None:
    # 14 March 2027 is the change; 09:00 is 14:00 UTC before and 13:00 UTC from then on.
    found = planned(timeline(item("match_status", utc("2027-03-15 14:00")), now=BEGIN), Preferences(leads=(2, 1)))
    assert times(found) == [("2", "2027-03-13 14:00"), ("1", "2027-03-14 13:00")]


def test_the_same_reminder_has_the_same_key_later_elsewhere_and_at_another_hour() -> None:
    deadline = item("certify_list", RANK_LISTS)
    first = {one.key for one in planned(timeline(deadline, now=BEGIN))}
    elsewhere = timeline(deadline, now=utc("2027-02-10 00:00"), zone="Asia/Kathmandu")
    assert {one.key for one in planned(elsewhere, Preferences(hour=17))} == first


# -- snoozed ----------------------------------------------------------------------------------------------------------


def test_a_snooze_takes_the_place_of_the_reminders_before_it() -> None:
    season = timeline(item("certify_list", RANK_LISTS), now=BEGIN)
    found = planned(season, certify_list="2027-02-25 16:00")
    assert times(found) == [(SNOOZED, "2027-02-25 16:00"), ("2", "2027-03-01 14:00"), ("0", "2027-03-03 14:00")]
    assert found[0].of_at == RANK_LISTS


def test_a_snooze_to_the_time_of_a_reminder_is_one_of_both() -> None:
    season = timeline(item("certify_list", RANK_LISTS), now=BEGIN)
    assert times(planned(season, certify_list="2027-03-01 14:00"))[0] == (SNOOZED, "2027-03-01 14:00")
    assert len(planned(season, certify_list="2027-03-01 14:00")) == 2


@pytest.mark.parametrize("until", ["2027-03-04 02:00", "2027-04-01 14:00"])
def test_a_snooze_beyond_the_deadline_is_ignored(until: str) -> None:
    season = timeline(item("certify_list", RANK_LISTS), now=BEGIN)
    assert planned(season, certify_list=until) == planned(season)


def test_a_snooze_that_is_over_changes_nothing() -> None:
    season = timeline(item("certify_list", RANK_LISTS), now=BEGIN)
    assert planned(season, certify_list="2027-01-31 20:00") == planned(season)
    # 07:00 is quiet time: it was to come at 08:00, which is still ahead.
    assert times(planned(season, certify_list="2027-02-01 12:00"))[0] == (SNOOZED, "2027-02-01 13:00")


def test_a_snooze_into_the_night_waits_for_the_morning_unless_the_deadline_is_near() -> None:
    season = timeline(item("certify_list", RANK_LISTS), now=BEGIN)
    assert times(planned(season, certify_list="2027-02-26 03:30"))[0] == (SNOOZED, "2027-02-26 13:00")
    # Quiet from noon to 22:00: 20:00 has one hour left, 12:00 nine, and both could not wait until 22:00.
    quiet = Preferences(quiet=(12, 22))
    assert (SNOOZED, "2027-03-04 01:00") in times(planned(season, quiet, certify_list="2027-03-04 01:00"))
    assert (SNOOZED, "2027-03-03 17:00") in times(planned(season, quiet, certify_list="2027-03-03 17:00"))


def test_a_snooze_that_would_wait_beyond_the_deadline_keeps_its_time() -> None:
    # Quiet from 07:00 to 23:00; 14 hours are left at 07:00 and the deadline is at 21:00.
    found = planned(
        timeline(item("certify_list", RANK_LISTS), now=BEGIN),
        Preferences(quiet=(7, 23)),
        certify_list="2027-03-03 12:00",
    )
    assert (SNOOZED, "2027-03-03 12:00") in times(found)


def test_a_late_task_is_reminded_only_when_it_was_snoozed() -> None:
    late = timeline(item("statements", utc("2027-01-20 14:00"), nature=Nature.TASK, state=State.LATE), now=BEGIN)
    assert planned(late) == ()
    assert times(planned(late, statements="2027-02-02 15:00")) == [(SNOOZED, "2027-02-02 15:00")]


@pytest.mark.parametrize("preferences", [DAILY, WEEKLY], ids=["daily", "weekly"])
def test_a_snooze_holds_beside_a_digest(preferences: Preferences) -> None:
    found = planned(timeline(item("certify_list", RANK_LISTS), now=BEGIN), preferences, certify_list="2027-02-02 15:00")
    assert (SNOOZED, "2027-02-02 15:00") in times(found)


def test_a_snooze_of_what_is_done_or_muted_is_nothing() -> None:
    done = timeline(item("certify_list", RANK_LISTS, state=State.DONE), now=BEGIN)
    assert planned(done, certify_list="2027-02-02 15:00") == ()
    season = timeline(item("certify_list", RANK_LISTS), now=BEGIN)
    assert planned(season, muted=frozenset({"certify_list"}), certify_list="2027-02-02 15:00") == ()


# -- digests ----------------------------------------------------------------------------------------------------------


def test_a_daily_digest_is_the_only_reminder_and_only_the_next_one() -> None:
    season = timeline(item("certify_list", RANK_LISTS), own(1, RANK_LISTS), now=BEGIN)
    assert planned(season, DAILY) == (Reminder(DIGEST, "d", utc("2027-02-01 14:00"), utc("2027-02-01 00:00")),)
    assert planned(season, DAILY, now="2027-02-01 14:00") == (
        Reminder(DIGEST, "d", utc("2027-02-02 14:00"), utc("2027-02-02 00:00")),
    )


def test_a_digest_comes_also_when_there_is_nothing_yet() -> None:
    assert [one.item for one in planned(timeline(now=BEGIN), DAILY)] == [DIGEST]


def test_a_weekly_digest_comes_on_its_weekday_and_hides_no_deadline() -> None:
    season = timeline(
        item("certify_list", RANK_LISTS, extra=(14,)),
        item("practice_answers", RANK_LISTS, nature=Nature.TASK),
        item("match_day", RANK_LISTS, nature=Nature.EVENT),
        now=BEGIN,
    )
    found = planned(season, replace(WEEKLY, weekday=3))  # Thursday 4 February 2027
    assert [(one.item, one.lead) for one in found] == [(DIGEST, "d"), ("certify_list", "0")]
    assert found[0].due_at == utc("2027-02-04 14:00")
    assert found[1].due_at == utc("2027-03-03 14:00")


def test_a_digest_in_quiet_time_comes_when_that_ends() -> None:
    assert times(planned(timeline(now=BEGIN), replace(DAILY, hour=23))) == [("d", "2027-02-01 13:00")]


def test_one_day_has_one_digest_key_in_every_zone() -> None:
    before = planned(timeline(now=utc("2027-02-01 03:00"), zone=KARACHI), DAILY)[0]
    after = planned(timeline(now=utc("2027-02-01 04:30"), zone=NEW_YORK), replace(DAILY, quiet=None))[0]
    assert before.due_at == utc("2027-02-01 04:00")  # 1 February, 09:00 in Karachi
    assert after.due_at == utc("2027-02-01 14:00")  # 1 February, 09:00 in New York
    assert before.key == after.key


def test_the_next_digest_is_for_a_day_after_the_last_one() -> None:
    # It was sent on 1 February in Karachi; in New York it is still 31 January.
    season = timeline(now=utc("2027-02-01 04:30"), zone=NEW_YORK)
    assert times(planned(season, DAILY, digest_on=date(2027, 2, 1))) == [("d", "2027-02-02 14:00")]
    weekly = replace(WEEKLY, weekday=0)  # 1 February 2027 is a Monday
    assert times(planned(season, weekly, digest_on=date(2027, 2, 1))) == [("d", "2027-02-08 14:00")]


def test_the_day_that_samoa_left_out_has_no_digest_of_its_own() -> None:
    season = timeline(now=utc("2011-12-29 19:00"), zone="Pacific/Apia")  # Thursday 29 December, 09:00 at UTC-10
    first = planned(season, DAILY)[0]
    # Saturday 31 December, 09:00 at UTC+14
    assert (first.due_at, first.of_at) == (utc("2011-12-30 19:00"), utc("2011-12-31 00:00"))
    second = planned(season, DAILY, now="2011-12-30 19:00")[0]
    assert (second.due_at, second.of_at) == (utc("2011-12-31 19:00"), utc("2012-01-01 00:00"))
