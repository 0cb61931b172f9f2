"""Wall times around clock changes. The expected instants are from the published rules of each zone, by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.wall_clock import instant, is_quiet, local_day, quiet_until
from tests.planning.seasons_by_hand import utc

NEW_YORK = "America/New_York"
quick = settings(deadline=None, max_examples=200, print_blob=True)
zones = st.sampled_from(
    [
        NEW_YORK,
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/St_Johns",
        "Asia/Gaza",
        "Antarctica/Troll",
    ]
)
quiets = st.tuples(st.integers(0, 23), st.integers(0, 23))
moments = st.datetimes(datetime(2010, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants bounds without a zone


@pytest.mark.parametrize(
    ("on", "hour", "minute", "zone", "expected"),
    [
        (date(2027, 1, 5), 9, 0, NEW_YORK, "2027-01-05 14:00"),  # EST is UTC-5
        (date(2027, 7, 5), 9, 0, NEW_YORK, "2027-07-05 13:00"),  # EDT is UTC-4
        (date(2027, 3, 14), 2, 30, NEW_YORK, "2027-03-14 07:30"),  # does not exist: 03:30 EDT
        (date(2026, 11, 1), 1, 30, NEW_YORK, "2026-11-01 05:30"),  # twice: the first is still EDT
        (date(2026, 4, 24), 0, 0, "Africa/Cairo", "2026-04-23 22:00"),  # no midnight: 01:00 at UTC+3
        (date(2026, 10, 4), 2, 15, "Australia/Lord_Howe", "2026-10-03 15:45"),  # half an hour is missing: 02:45 at +11
        (date(2011, 12, 30), 9, 0, "Pacific/Apia", "2011-12-30 19:00"),  # the day is missing: 09:00 on the 31st, +14
        (date(2027, 6, 1), 9, 0, "Asia/Kathmandu", "2027-06-01 03:15"),  # UTC+5:45
    ],
)
def test_a_wall_time_is_the_instant_of_the_rule(on: date, hour: int, minute: int, zone: str, expected: str) -> None:
    assert instant(on, hour, minute, zone) == utc(expected)
    assert instant(on, hour, minute, zone).tzinfo is UTC


def test_the_missing_day_of_samoa_is_the_day_after() -> None:
    assert local_day(instant(date(2011, 12, 30), 9, 0, "Pacific/Apia"), "Pacific/Apia") == date(2011, 12, 31)


def test_a_zone_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        instant(date(2027, 1, 1), 9, 0, "Mars/Olympus")


@pytest.mark.parametrize(
    ("now", "quiet", "zone", "expected"),
    [
        ("2027-01-06 03:00", (21, 8), NEW_YORK, "2027-01-06 13:00"),  # 22:00: until 08:00 tomorrow
        ("2027-01-06 12:59", (21, 8), NEW_YORK, "2027-01-06 13:00"),  # 07:59
        ("2027-01-06 13:00", (21, 8), NEW_YORK, None),  # 08:00 sharp is not quiet
        ("2027-01-06 02:00", (21, 8), NEW_YORK, "2027-01-06 13:00"),  # 21:00 sharp is
        ("2027-01-06 01:59", (21, 8), NEW_YORK, None),
        ("2027-01-06 18:30", (13, 15), NEW_YORK, "2027-01-06 20:00"),  # a rest at noon
        ("2027-03-14 03:00", (21, 8), NEW_YORK, "2027-03-14 12:00"),  # the short night ends at 08:00 EDT
        ("2026-11-01 03:00", (21, 8), NEW_YORK, "2026-11-01 13:00"),  # the long one at 08:00 EST
        ("2027-03-14 06:30", (21, 2), NEW_YORK, "2027-03-14 07:00"),  # 02:00 does not exist: 03:00 EDT
        ("2026-04-23 21:30", (22, 0), "Africa/Cairo", "2026-04-23 22:00"),  # nor does this midnight
        ("2027-01-06 03:00", None, NEW_YORK, None),
        ("2027-01-06 03:00", (22, 22), NEW_YORK, None),
        # Troll goes from +2 to +0: 01:00 to 03:00 come twice, and 02:00 was there when it is 01:30 again.
        ("2026-10-25 01:30", (21, 2), "Antarctica/Troll", "2026-10-25 02:00"),
    ],
)
def test_quiet_time_ends_by_the_clock_on_the_wall(
    now: str, quiet: tuple[int, int] | None, zone: str, expected: str | None
) -> None:
    assert quiet_until(utc(now), quiet, zone) == (None if expected is None else utc(expected))


@quick
@given(moments, quiets, zones)
def test_quiet_time_always_ends_later_than_now_and_when_it_is_not_quiet(
    now: datetime, quiet: tuple[int, int], zone: str
) -> None:
    ends = quiet_until(now, quiet, zone)
    hour = now.astimezone(ZoneInfo(zone)).hour
    hours = {(quiet[0] + more) % 24 for more in range((quiet[1] - quiet[0]) % 24)}
    assert (ends is not None) == (hour in hours) == is_quiet(hour, quiet)
    if ends is not None:
        # A missing day or hour lengthens nothing beyond a day and an hour; Samoa's missing day is not lived through.
        assert now < ends <= now + timedelta(hours=26)


@quick
@given(st.dates(date(2010, 1, 1), date(2029, 1, 1)), st.integers(0, 23), st.integers(0, 59), zones)
def test_an_instant_shows_the_time_that_was_asked_for_or_a_later_one(
    on: date, hour: int, minute: int, zone: str
) -> None:
    local = instant(on, hour, minute, zone).astimezone(ZoneInfo(zone))
    asked = datetime.combine(on, datetime.min.time().replace(hour=hour, minute=minute), UTC)
    shown = local.replace(tzinfo=UTC, fold=0)
    assert shown == asked or timedelta() < shown - asked <= timedelta(days=1)
    assert local.fold == 0
