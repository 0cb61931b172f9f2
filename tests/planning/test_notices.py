"""What one message says when reminders are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.notices import moved, notice
from planning.reminder_types import DIGEST, MOVED, SNOOZED, Mode, Notice, Preferences, Reminder, Said, Wait
from planning.timeline_types import Item, Nature, State, Timeline
from tests.planning.seasons_by_hand import item, own, timeline, utc

NOON = utc("2027-03-01 17:00")  # Monday 1 March 2027, 12:00 in New York
NIGHT = utc("2027-03-02 04:00")  # 23:00 there; quiet time ends at 13:00 UTC
MORNING = utc("2027-03-02 13:00")
RANK_LISTS = utc("2027-03-04 02:00")
EACH, DAILY, WEEKLY = Preferences(), Preferences(mode=Mode.DAILY), Preferences(mode=Mode.WEEKLY)
quick = settings(deadline=None, max_examples=150, print_blob=True)


def of(one: Item, lead: str = "2", due_at: datetime | None = None) -> Reminder:
    assert one.due is not None
    return Reminder(one.id, lead, due_at or NOON, one.due.at)


def told(
    due: list[Reminder],
    plan: Timeline,
    preferences: Preferences = EACH,
    muted: frozenset[str] = frozenset(),
) -> Notice:
    found = notice(due, plan, preferences, muted, plan.now)
    assert isinstance(found, Notice)
    return found


def ids(said: Sequence[Said | Item]) -> list[str]:
    return [one.item.id if isinstance(one, Said) else one.id for one in said]


RANK = item("certify_list", RANK_LISTS)
PRACTICE = item("practice_answers", utc("2027-03-03 20:00"), nature=Nature.TASK)
DIGEST_NOW = Reminder(DIGEST, "d", NOON, utc("2027-03-01 00:00"))


def test_everything_that_is_due_is_one_message_most_urgent_first() -> None:
    found = told([of(RANK), of(PRACTICE)], timeline(RANK, PRACTICE, now=NOON))
    assert ids(found.coming) == ["practice_answers", "certify_list"]
    assert not found.passed
    assert not found.moved
    assert not found.digest
    assert not found.empty


@pytest.mark.parametrize("state", [State.DONE, State.ANSWERED])
def test_what_is_done_meanwhile_is_not_said(state: State) -> None:
    assert told([of(RANK)], timeline(replace(RANK, state=state), now=NOON)).empty


def test_what_is_muted_or_gone_is_not_said_nor_anything_when_reminders_are_off() -> None:
    plan = timeline(RANK, now=NOON)
    assert told([of(RANK)], plan, muted=frozenset({"certify_list"})).empty
    assert told([of(PRACTICE)], plan).empty
    assert told([of(RANK)], plan, Preferences(on=False)).empty
    assert told([], plan).empty
    assert told([of(RANK)], timeline(replace(RANK, due=None), now=NOON)).empty


def test_a_reminder_of_a_time_that_the_item_no_longer_has_is_not_said() -> None:
    assert told([replace(of(RANK), of_at=utc("2027-02-25 02:00"))], timeline(RANK, now=NOON)).empty


def test_several_reminders_of_one_item_are_said_once_the_latest_of_them() -> None:
    old, new = of(RANK, "7", utc("2027-02-24 14:00")), of(RANK, "2", utc("2027-03-01 14:00"))
    for order in ([old, new], [new, old]):
        found = told(order, timeline(RANK, now=NOON))
        assert [one.reminder for one in found.coming] == [new]


def test_after_downtime_what_passed_is_said_oldest_first_beside_what_is_coming() -> None:
    missed = item("nrmp_late", utc("2027-01-30 04:59"), state=State.PASSED)
    late = item("statements", utc("2027-02-10 14:00"), nature=Nature.TASK, state=State.LATE)
    found = told([of(late), of(RANK), of(missed)], timeline(missed, late, RANK, now=NOON))
    assert ids(found.passed) == ["nrmp_late", "statements"]
    assert ids(found.coming) == ["certify_list"]


def test_an_item_whose_time_came_a_moment_ago_is_passed_though_the_timeline_says_open() -> None:
    found = told([of(RANK)], timeline(RANK, now=RANK_LISTS), Preferences(quiet=None))
    assert ids(found.passed) == ["certify_list"]
    assert not found.coming


def test_a_snoozed_late_task_is_said() -> None:
    late = item("statements", utc("2027-02-10 14:00"), nature=Nature.TASK, state=State.LATE)
    found = told([of(late, SNOOZED)], timeline(late, now=NOON))
    assert ids(found.passed) == ["statements"]
    assert found.passed[0].reminder.lead == SNOOZED


# -- sound ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "nature", "silent"),
    [
        (48, Nature.DEADLINE, False),
        (49, Nature.DEADLINE, True),
        (5, Nature.TASK, True),
        (5, Nature.EVENT, True),
    ],
)
def test_only_a_deadline_within_two_days_rings(hours: int, nature: Nature, silent: bool) -> None:
    one = item("one", NOON + timedelta(hours=hours), nature=nature)
    assert told([of(one)], timeline(one, now=NOON)).silent is silent


def test_a_deadline_that_passed_does_not_ring_and_one_that_moved_does() -> None:
    missed = item("nrmp_late", utc("2027-01-30 04:59"), state=State.PASSED)
    assert told([of(missed)], timeline(missed, now=NOON)).silent
    far = item("certify_list", utc("2027-05-01 04:59"))
    news = Reminder("certify_list", MOVED, NOON, utc("2027-05-01 04:59"), utc("2027-04-20 04:59"))
    assert not told([news], timeline(far, now=NOON)).silent
    assert told([news], timeline(replace(far, nature=Nature.EVENT), now=NOON)).silent


# -- quiet time -------------------------------------------------------------------------------------------------------


def test_in_quiet_time_everything_waits_for_its_end() -> None:
    assert notice([of(RANK)], timeline(RANK, now=NIGHT), EACH, frozenset(), NIGHT) == Wait(MORNING)
    assert told([of(RANK)], timeline(RANK, now=MORNING)).coming
    assert told([of(RANK)], timeline(RANK, now=NIGHT), Preferences(quiet=None)).coming


def test_with_under_twelve_hours_left_all_is_said_in_the_night_in_one_message() -> None:
    far = item("match_day", utc("2027-03-19 16:00"), nature=Nature.EVENT)
    near = item("own_thing", NIGHT + timedelta(hours=11, minutes=59))
    plan = timeline(near, far, now=NIGHT)
    assert ids(told([of(near), of(far)], plan).coming) == ["own_thing", "match_day"]
    twelve = item("own_thing", NIGHT + timedelta(hours=12))
    assert isinstance(notice([of(twelve)], timeline(twelve, now=NIGHT), EACH, frozenset(), NIGHT), Wait)


def test_what_would_be_over_when_a_long_quiet_time_ends_is_said_before() -> None:
    near = item("own_thing", NIGHT + timedelta(hours=13))
    long = Preferences(quiet=(21, 13))  # until 18:00 UTC, an hour after it
    assert told([of(near)], timeline(near, now=NIGHT), long).coming
    later = item("own_thing", NIGHT + timedelta(hours=15))
    assert isinstance(notice([of(later)], timeline(later, now=NIGHT), long, frozenset(), NIGHT), Wait)


def test_what_passed_is_no_reason_to_wake_anybody_and_nothing_is_no_reason_to_wait() -> None:
    missed = item("nrmp_late", utc("2027-01-30 04:59"), state=State.PASSED)
    assert notice([of(missed)], timeline(missed, now=NIGHT), EACH, frozenset(), NIGHT) == Wait(MORNING)
    assert told([of(missed)], timeline(replace(missed, state=State.DONE), now=NIGHT)).empty


# -- digests ----------------------------------------------------------------------------------------------------------


def days(number: float, name: str, **more: object) -> Item:
    return replace(item(name, NOON + timedelta(days=number)), **more)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [(DAILY, ["a_day", "a_week"]), (WEEKLY, ["a_day", "a_week", "two_weeks"])],
    ids=["daily", "weekly"],
)
def test_a_digest_says_what_comes_within_its_span_and_what_is_late(
    preferences: Preferences, expected: list[str]
) -> None:
    plan = timeline(
        days(14, "two_weeks"),
        days(7, "a_week"),
        days(1, "a_day"),
        days(15, "later"),
        days(2, "finished", state=State.DONE),
        days(2, "quiet_one"),
        days(-3, "missed", state=State.PASSED),
        days(-4, "late_one", state=State.LATE, nature=Nature.TASK),
        item("undated", None),
        now=NOON,
    )
    found = told([DIGEST_NOW], plan, preferences, frozenset({"quiet_one"}))
    assert ids(found.coming) == expected
    assert ids(found.late) == ["late_one"]
    assert not found.passed
    assert found.digest
    assert {(one.reminder.lead, one.reminder.of_at == _at(one.item)) for one in found.coming} == {("d", True)}


def _at(one: Item) -> datetime:
    assert one.due is not None
    return one.due.at


def test_a_digest_names_what_another_item_speaks_of_only_once() -> None:
    order = item("true_order", RANK_LISTS, nature=Nature.TASK, told_with="certify_list")
    assert ids(told([DIGEST_NOW], timeline(RANK, order, now=NOON), DAILY).coming) == ["certify_list"]


def test_a_digest_of_nothing_is_empty_and_one_that_is_no_longer_wanted_too() -> None:
    assert told([DIGEST_NOW], timeline(now=NOON), DAILY).empty
    assert told([DIGEST_NOW], timeline(RANK, now=NOON), EACH).empty
    assert told([DIGEST_NOW], timeline(now=NIGHT), DAILY).empty


def test_a_digest_and_a_reminder_that_come_together_are_one_message() -> None:
    found = told([DIGEST_NOW, of(RANK, "0")], timeline(RANK, PRACTICE, now=NOON), WEEKLY)
    assert [(one.item.id, one.reminder.lead) for one in found.coming] == [
        ("practice_answers", "d"),
        ("certify_list", "0"),
    ]


def test_a_snoozed_late_task_is_said_once_in_a_digest() -> None:
    late = item("statements", utc("2027-02-10 14:00"), nature=Nature.TASK, state=State.LATE)
    found = told([DIGEST_NOW, of(late, SNOOZED)], timeline(late, now=NOON), DAILY)
    assert ids(found.late) == ["statements"]
    assert not found.passed


def test_a_digest_that_comes_after_downtime_says_what_passed_since_it_was_due() -> None:
    due = replace(DIGEST_NOW, due_at=NOON - timedelta(days=5))
    plan = timeline(
        days(-6, "before", state=State.PASSED),
        days(-4, "missed", state=State.PASSED),
        days(-3, "handed_in", state=State.DONE),
        days(-2, "late_one", state=State.LATE, nature=Nature.TASK),
        now=NOON,
    )
    found = told([due], plan, DAILY)
    assert ids(found.passed) == ["missed"]
    assert ids(found.late) == ["late_one"]


# -- dates that moved -------------------------------------------------------------------------------------------------

WAS = utc("2027-02-25 02:00")
NEWS = Reminder("certify_list", MOVED, NOON, RANK_LISTS, WAS)


def test_a_date_that_moved_is_said_with_both_times_and_the_item_not_again() -> None:
    found = told([NEWS, of(RANK)], timeline(RANK, now=NOON))
    assert [one.reminder for one in found.moved] == [NEWS]
    assert not found.coming


def test_a_date_that_moved_twice_is_said_from_the_first_time_to_the_present_one() -> None:
    again = Reminder("certify_list", MOVED, NOON + timedelta(hours=1), utc("2027-03-05 02:00"), RANK_LISTS)
    present = item("certify_list", utc("2027-03-05 02:00"))
    (said,) = told([again, NEWS], timeline(present, now=NOON + timedelta(hours=2))).moved
    assert (said.reminder.was_at, said.reminder.of_at) == (WAS, utc("2027-03-05 02:00"))


def test_a_date_that_moved_back_is_not_said() -> None:
    back = Reminder("certify_list", MOVED, NOON + timedelta(hours=1), WAS, RANK_LISTS)
    early = NOON - timedelta(days=10)
    assert told([NEWS, back], timeline(item("certify_list", WAS), now=early)).empty


def test_news_of_what_is_done_muted_or_over() -> None:
    assert told([NEWS], timeline(replace(RANK, state=State.DONE), now=NOON)).empty
    assert told([NEWS], timeline(RANK, now=NOON), muted=frozenset({"certify_list"})).empty
    over = told([NEWS], timeline(replace(RANK, state=State.PASSED), now=RANK_LISTS + timedelta(hours=14)))
    assert ids(over.passed) == ["certify_list"]
    assert not over.moved


def test_new_facts_give_one_piece_of_news_an_item() -> None:
    old = [Reminder("certify_list", lead, utc("2027-02-20 14:00"), WAS) for lead in ("7", "2", "0")]
    assert moved(old, timeline(RANK, PRACTICE, now=NOON), NOON) == (NEWS,)


def test_new_facts_with_the_same_time_are_no_news() -> None:
    assert moved([of(RANK), DIGEST_NOW], timeline(RANK, now=NOON), NOON) == ()


@pytest.mark.parametrize(
    "present",
    [replace(RANK, state=State.DONE), replace(RANK, state=State.PASSED), replace(RANK, due=None)],
    ids=["done", "passed", "undated"],
)
def test_there_is_no_news_of_what_is_not_open_or_has_no_date(present: Item) -> None:
    assert moved([replace(of(RANK), of_at=WAS)], timeline(present, now=NOON), NOON) == ()


def test_there_is_no_news_of_a_deadline_of_ones_own() -> None:
    mine = own(1, RANK_LISTS)
    assert moved([Reminder("own.1", "0", NOON, WAS)], timeline(mine, now=NOON), NOON) == ()


def test_unsent_news_is_carried_on_from_the_first_time() -> None:
    later = utc("2027-03-05 02:00")
    newest = timeline(item("certify_list", later), now=NOON)
    old = [NEWS, of(RANK)]
    assert moved(old, newest, NOON + timedelta(hours=1)) == (
        Reminder("certify_list", MOVED, NOON + timedelta(hours=1), later, WAS),
    )
    assert moved(old, timeline(RANK, now=NOON), NOON + timedelta(hours=1)) == (NEWS,)
    assert moved(old, timeline(item("certify_list", WAS), now=NOON), NOON) == ()


# -- always -----------------------------------------------------------------------------------------------------------

moments = st.integers(-60 * 24 * 20, 60 * 24 * 20).map(lambda minutes: NOON + timedelta(minutes=minutes))


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Reminder], Timeline]:
    now = draw(moments)
    zone = draw(st.sampled_from(["America/New_York", "Asia/Karachi", "Pacific/Apia", "Asia/Kathmandu"]))
    items = tuple(
        item(
            f"task_{n}",
            draw(st.none() | moments),
            nature=draw(st.sampled_from(Nature)),
            state=draw(st.sampled_from(State)),
        )
        for n in range(draw(st.integers(0, 4)))
    )
    due = []
    for one in items:
        for lead in draw(st.lists(st.sampled_from(["7", "2", "0", SNOOZED, MOVED]), max_size=3)):
            of_at = one.due.at if one.due and draw(st.booleans()) else draw(moments)
            due.append(Reminder(one.id, lead, now, of_at, draw(moments) if lead == MOVED else None))
    if draw(st.booleans()):
        due.append(Reminder(DIGEST, "d", now - timedelta(hours=draw(st.integers(0, 100))), NOON))
    return due, timeline(*items, now=now, zone=zone)


@quick
@given(situations(), st.sampled_from(Mode), st.sampled_from([None, (21, 8), (0, 23), (8, 20)]))
def test_a_message_names_each_item_once_and_never_what_is_done(
    situation: tuple[list[Reminder], Timeline], mode: Mode, quiet: tuple[int, int] | None
) -> None:
    due, plan = situation
    found = notice(due, plan, Preferences(mode=mode, quiet=quiet), frozenset(), plan.now)
    if isinstance(found, Wait):
        assert quiet is not None
        assert plan.now < found.until < plan.now + timedelta(hours=25)
        # When the wait is over it is over: the same reminders are not put off again.
        later = replace(plan, now=found.until)
        assert isinstance(notice(due, later, Preferences(mode=mode, quiet=quiet), frozenset(), found.until), Notice)
        return
    named = [one.item.id for one in (*found.coming, *found.passed, *found.moved)] + [one.id for one in found.late]
    assert len(named) == len(set(named))
    for name in named:
        one = plan.item(name)
        assert one is not None
        assert one.state not in {State.DONE, State.ANSWERED}
    assert all(one.item.state is State.OPEN and _at(one.item) > plan.now for one in found.coming)
    assert all(one.item.state is not State.OPEN or _at(one.item) <= plan.now for one in found.passed)


@quick
@given(situations(), st.randoms())
def test_the_order_of_what_is_due_does_not_matter(situation: tuple[list[Reminder], Timeline], chance: Random) -> None:
    due, plan = situation
    keys = {one.key: one for one in due}  # as rows have it: each key once
    shuffled = list(keys.values())
    chance.shuffle(shuffled)
    first = notice(list(keys.values()), plan, DAILY, frozenset(), plan.now)
    assert first == notice(shuffled, plan, DAILY, frozenset(), plan.now)
