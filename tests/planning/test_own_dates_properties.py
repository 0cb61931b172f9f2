"""What holds for whatever somebody types as a deadline. Today is Wednesday, 25 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from planning.own_dates import LONGEST_TITLE, DateDoubt, deadline_instant, read, read_day, read_time, read_zone
from tests.planning.hostile_titles import HOSTILE
from tests.planning.seasons_by_hand import utc

NOW = utc("2026-11-25 15:00")
KARACHI, EASTERN, CENTRAL, PACIFIC = "Asia/Karachi", "America/New_York", "America/Chicago", "America/Los_Angeles"
quick = settings(deadline=None, max_examples=300, print_blob=True)
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
words = st.sampled_from(
    (
        *(*MONTHS, "Mon", "friday", "next", "in", "days", "12", "31", "2026", "/", "-", ".", ":", "pm", "a.m.", "at"),
        *("ET", "time", "noon", "tomorrow", "the", "5th", "(", ")", "utc", "+", "London", "Step", "Dr.", " ", "h"),
        *("ı", "ſat", "İ", "٣", "²"),
    )
)
texts = st.text() | st.lists(words, max_size=14).map(" ".join) | st.lists(words, max_size=14).map("".join)


@quick
@given(texts, st.sampled_from([KARACHI, EASTERN, "Pacific/Apia", "UTC"]))
def test_no_text_is_too_strange(text: str, zone: str) -> None:
    found = read(text, NOW, zone)
    assert len(found.title) <= LONGEST_TITLE
    found.title.encode()
    assert found.title == " ".join(found.title.split())
    assert found.time is None or (0 <= found.time[0] < 24 and 0 <= found.time[1] < 60)
    for named in (found.zone, read_zone(text, zone)):
        assert named is None or ZoneInfo(named)
    assert (found.on is None) == (not found.either)
    assert found.on is None or found.on == found.either[0]
    assert (found.doubt is DateDoubt.TWO_DATES) == (len(found.either) > 1)
    day, time = read_day(text, NOW, zone), read_time(text)
    assert found.on is None or day.on == found.on
    assert found.time is None or time is not None
    assert not (found.all_day and found.time)


@quick
@given(
    st.dates(date(2026, 11, 26), date(2029, 12, 31)),
    st.times(),
    st.sampled_from(
        [("Eastern", EASTERN), ("CT", CENTRAL), ("PST", PACIFIC), ("Karachi time", KARACHI), ("UTC", "UTC")]
    ),
    st.integers(0, 5),
    st.integers(0, 2),
    st.sampled_from(HOSTILE),
)
def test_every_way_of_writing_a_day_and_a_time_means_the_same(
    on: date, time: wall_time, zone: tuple[str, str], day_way: int, time_way: int, title: str
) -> None:
    hour, minute = time.hour, time.minute
    month = MONTHS[on.month - 1]
    day = [
        on.isoformat(),
        f"{on.day} {month} {on.year}",
        f"{month} {on.day}, {on.year}",
        f"{on.day}-{month[:3]}-{on.year}",
        f"{['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][on.weekday()]}, {month[:3]} {on.day} {on.year}",
        f"{on.day:02}.{on.month:02}.{on.year}",
    ][day_way]
    half = "am" if hour < 12 else "pm"
    clock = [
        f"{hour:02}:{minute:02}",
        f"{(hour + 11) % 12 + 1}:{minute:02} {half}",
        f"{(hour + 11) % 12 + 1}.{minute:02}{half.upper()}",
    ][time_way]
    found = read(f"{title} on {day} at {clock} {zone[0]}", NOW, KARACHI)
    assert (found.title, found.on, found.time, found.zone, found.doubt) == (title, on, (hour, minute), zone[1], None)
    at = deadline_instant(on, found.time, zone[1])
    assert at.tzinfo is UTC
    assert (
        timedelta(0)
        <= at.astimezone(ZoneInfo(zone[1])).replace(tzinfo=UTC)
        - datetime(on.year, on.month, on.day, hour, minute, tzinfo=UTC)
        <= timedelta(hours=1)
    )
