"""What holds for the reminders of every season, everywhere, through every clock change."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.reminder_types import DIGEST, SNOOZED, Mode, Preferences
from planning.reminders import reminders
from planning.timeline_types import Item, Nature, State, Timeline
from tests.planning.seasons_by_hand import item, timeline

ZONES: Final = (
    *("America/New_York", "Europe/London", "Africa/Cairo", "Africa/Casablanca", "Asia/Kolkata", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "America/St_Johns", "Asia/Tehran", "Asia/Karachi"),
    *("Asia/Manila", "Africa/Lagos", "America/Sao_Paulo", "America/Santiago", "Pacific/Auckland", "Asia/Gaza"),
    *("Europe/Dublin", "UTC"),
)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
quick = settings(deadline=None, max_examples=150, print_blob=True)


def lived_through(zone: str) -> dict[date, list[tuple[datetime, int]]]:
    """Every quarter of an hour of two local years, by local day: its instant and what hour the clock shows.

    Time is walked through in UTC, so that nothing rests on a conversion from local time.
    """
    found: dict[date, list[tuple[datetime, int]]] = {}
    at = datetime.combine(FIRST, time(), UTC) - timedelta(hours=15)
    while at < datetime.combine(LAST, time(), UTC) + timedelta(hours=40):
        local = at.astimezone(ZoneInfo(zone))
        found.setdefault(local.date(), []).append((at, local.hour))
        at += timedelta(minutes=15)
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_two_years_of_daily_digests_are_one_a_local_day_at_the_same_wall_time(zone: str) -> None:
    days = lived_through(zone)
    for hour in (0, 2, 9):
        preferences = Preferences(mode=Mode.DAILY, hour=hour, quiet=None)
        now = datetime.combine(FIRST, time(), ZoneInfo(zone)).astimezone(UTC) - timedelta(minutes=1)
        sent, keys = [], set()
        while True:
            (digest,) = reminders(timeline(now=now, zone=zone), preferences, frozenset(), {}, now)
            if digest.due_at.astimezone(ZoneInfo(zone)).date() > LAST:
                break
            assert digest.item == DIGEST
            sent.append(digest.due_at)
            keys.add(digest.key)
            now = digest.due_at
        assert len(sent) == len(keys) == 730
        # The first quarter that shows the hour, or the first after it on the day on which the clock leaves it out.
        assert sent == [
            next(at for at, shown in quarters if shown >= hour)
            for day, quarters in days.items()
            if FIRST <= day <= LAST
        ]


@pytest.mark.parametrize("zone", ZONES)
def test_digests_that_are_sent_late_are_still_one_a_local_day(zone: str) -> None:
    preferences = Preferences(mode=Mode.DAILY)
    now = datetime.combine(FIRST, time(), ZoneInfo(zone)).astimezone(UTC)
    days: Counter[date] = Counter()
    last: date | None = None
    for turn in range(200):
        (digest,) = reminders(timeline(now=now, zone=zone), preferences, frozenset(), {}, now, last)
        now = digest.due_at + timedelta(hours=(turn * 7) % 11)  # 09:00 to 19:00 of the same day
        last = now.astimezone(ZoneInfo(zone)).date()
        days[last] += 1
    assert set(days.values()) == {1}
    assert (max(days) - min(days)).days == 199


moments = st.datetimes(datetime(2026, 6, 1), datetime(2028, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants bounds without a zone
zones = st.sampled_from(ZONES)
natures = st.sampled_from(Nature)
states = st.sampled_from(State)
preferred = st.builds(
    Preferences,
    on=st.just(True),  # nothing holds of nothing
    mode=st.sampled_from(Mode),
    leads=st.lists(st.integers(0, 40), max_size=4).map(tuple),
    hour=st.integers(0, 23),
    quiet=st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)),
    weekday=st.integers(0, 6),
)


@st.composite
def seasons(draw: st.DrawFn) -> tuple[Timeline, dict[str, datetime]]:
    now = draw(moments)
    items: list[Item] = []
    snoozed: dict[str, datetime] = {}
    for number in range(draw(st.integers(0, 5))):
        name = f"task_{number}"
        at = draw(st.none() | moments)
        extra = tuple(draw(st.lists(st.integers(0, 20), max_size=1)))
        items.append(item(name, at, nature=draw(natures), state=draw(states), extra=extra))
        if draw(st.booleans()):
            snoozed[name] = now + timedelta(minutes=draw(st.integers(-1000, 40000)))
    return timeline(*items, now=now, zone=draw(zones)), snoozed


def hours_of(quiet: tuple[int, int] | None) -> set[int]:
    return set() if quiet is None else {(quiet[0] + n) % 24 for n in range((quiet[1] - quiet[0]) % 24)}


@quick
@given(seasons(), preferred)
def test_every_reminder_is_ahead_before_its_time_outside_quiet_time_and_there_once(
    season: tuple[Timeline, dict[str, datetime]], preferences: Preferences
) -> None:
    plan, snoozed = season
    found = reminders(plan, preferences, frozenset(), snoozed, plan.now)
    assert len({one.key for one in found}) == len(found)
    assert list(found) == sorted(found, key=lambda one: one.due_at)
    for one in found:
        assert one.due_at > plan.now
        quiet = one.due_at.astimezone(ZoneInfo(plan.zone)).hour in hours_of(preferences.quiet)
        if one.item == DIGEST:
            assert not quiet
            continue
        its_item = plan.item(one.item)
        assert its_item is not None
        assert its_item.due is not None
        assert one.of_at == its_item.due.at
        if one.lead == SNOOZED:
            assert its_item.state is State.LATE or one.due_at < one.of_at
            # Only a day's worth of quiet time can make a snooze that is not urgent ring in it, and then it must.
            assert not quiet or one.of_at - one.due_at < timedelta(hours=26)
        else:
            assert its_item.state is State.OPEN
            assert one.due_at <= one.of_at - timedelta(hours=3)
            assert not quiet


@quick
@given(seasons(), preferred, st.integers(0, 60 * 24 * 60))
def test_later_the_same_reminders_are_ahead_but_those_that_came(
    season: tuple[Timeline, dict[str, datetime]], preferences: Preferences, minutes: int
) -> None:
    plan, _ = season
    each = replace(preferences, mode=Mode.EACH)
    later = plan.now + timedelta(minutes=minutes)
    first = reminders(plan, each, frozenset(), {}, plan.now)
    second = reminders(plan, each, frozenset(), {}, later)
    assert [one for one in first if one.due_at > later] == list(second)


@quick
@given(seasons(), preferred, zones, st.integers(0, 23))
def test_who_moves_gets_no_reminder_that_is_not_known_and_none_beyond_its_time(
    season: tuple[Timeline, dict[str, datetime]], preferences: Preferences, zone: str, hour: int
) -> None:
    plan, _ = season
    early = datetime(2026, 1, 1, tzinfo=UTC)  # so early that nothing is past, at home or elsewhere
    each = replace(preferences, mode=Mode.EACH, leads=(7, 2, 0))
    extras = {i.id: set(i.task.extra_leads) if i.task else set[int]() for i in plan.items}
    moved = reminders(replace(plan, zone=zone), replace(each, hour=hour), frozenset(), {}, early)
    leads_of: dict[str, set[int]] = {}
    for one in moved:
        leads_of.setdefault(one.item, set()).add(int(one.lead))
        assert int(one.lead) in {7, 2, 0} | extras[one.item]
    for leads in leads_of.values():
        assert 0 in leads


@quick
@given(seasons(), preferred, st.data())
def test_muting_an_item_takes_away_its_reminders_and_no_other(
    season: tuple[Timeline, dict[str, datetime]], preferences: Preferences, data: st.DataObject
) -> None:
    plan, snoozed = season
    muted = frozenset(data.draw(st.sets(st.sampled_from([i.id for i in plan.items])))) if plan.items else frozenset()
    before = reminders(plan, preferences, frozenset(), snoozed, plan.now)
    after = reminders(plan, preferences, muted, snoozed, plan.now)
    assert after == tuple(one for one in before if one.item not in muted)
