"""Deadlines in plain words. Today is Wednesday, 25 November 2026; the expected days are from a calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from planning.own_dates import (
    LONGEST_TITLE,
    DateDoubt,
    DayReading,
    Reading,
    deadline_instant,
    read,
    read_day,
    read_time,
    read_zone,
)
from tests.planning.hostile_titles import HOSTILE
from tests.planning.seasons_by_hand import utc

NOW = utc("2026-11-25 15:00")
KARACHI, EASTERN, CENTRAL, PACIFIC = "Asia/Karachi", "America/New_York", "America/Chicago", "America/Los_Angeles"
DEC_12 = date(2026, 12, 12)  # a Saturday


def reading(text: str, now: datetime = NOW, zone: str = KARACHI) -> Reading:
    return read(text, now, zone)


def day_of(text: str) -> DayReading:
    return read_day(text, NOW, KARACHI)


# -- whole deadlines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "on", "time", "zone"),
    [
        ("interview at X on 12 December 14:00 Central", "interview at X", DEC_12, (14, 0), CENTRAL),
        ("Dec 12 2pm ET", "", DEC_12, (14, 0), EASTERN),
        ("12/12/2026 09:30 EST", "", DEC_12, (9, 30), EASTERN),
        ("2026-12-12", "", DEC_12, None, None),
        ("tomorrow at noon", "", date(2026, 11, 26), (12, 0), None),
        ("next Monday 10 am Pacific", "", date(2026, 11, 30), (10, 0), PACIFIC),
        ("LoR from Dr. Khan in 3 days", "LoR from Dr. Khan", date(2026, 11, 28), None, None),
        ("pay ERAS on the 5th", "pay ERAS", date(2026, 12, 5), None, None),
        (
            "Interview at Mount Sinai, Dec 12 at 2pm ET (virtual)",
            "Interview at Mount Sinai (virtual)",
            DEC_12,
            (14, 0),
            EASTERN,
        ),
        ("Saturday, December 12, 2026 at 9:00 AM (EST) – Interview", "Interview", DEC_12, (9, 0), EASTERN),
        ("Deadline is 12 Dec, 11:59 PM Eastern Time", "Deadline", DEC_12, (23, 59), EASTERN),
        ("Remind me to thank Dr. Lee on 12 Dec at 15h30", "thank Dr. Lee", DEC_12, (15, 30), None),
        ("Interview 2 pm ET / 1 pm CT on 12 Dec with Dr. Roy", "Interview with Dr. Roy", DEC_12, (14, 0), EASTERN),
        ("Interview 12 Dec 2:00 pm ET - 3:00 pm ET", "Interview", DEC_12, (14, 0), EASTERN),
        ("Call, 12 Dec, 14:00 Karachi time", "Call", DEC_12, (14, 0), KARACHI),
        ("Call on 12 Dec 2pm London time", "Call", DEC_12, (14, 0), "Europe/London"),
        ("Call on 12 Dec 2pm my time", "Call", DEC_12, (14, 0), KARACHI),
        ("Call on 12 Dec 2pm UTC+5:45", "Call", DEC_12, (14, 0), "Asia/Kathmandu"),
        ("Call on 12 Dec 2pm GMT-3", "Call", DEC_12, (14, 0), "Etc/GMT+3"),
        ("2026-12-12T14:00Z sync", "sync", DEC_12, (14, 0), "UTC"),
        ("٥ December ١٤:٠٠ visa", "visa", date(2026, 12, 5), (14, 0), None),
        ("rotation\nends\n12 December", "rotation ends", DEC_12, None, None),
        ("by midnight on 12 December: statements", "statements", DEC_12, (23, 59), None),
        ("nothing of the kind", "nothing of the kind", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_a_typed_deadline_is_read(
    text: str, title: str, on: date | None, time: tuple[int, int] | None, zone: str | None
) -> None:
    found = reading(text)
    assert (found.title, found.on, found.time, found.zone) == (title, on, time, zone)
    assert found.doubt is None
    assert not found.past
    assert not found.all_day
    assert found.either == (() if on is None else (on,))


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize(
    "when", [" on 12 December 2026 14:00 Central", ", Dec 12, 2 pm CT", " - 2026-12-12 14:00 Central time"]
)
def test_a_title_keeps_words_that_only_look_like_dates(title: str, when: str) -> None:
    found = reading(title + when)
    assert (found.title, found.on, found.time, found.zone) == (title, DEC_12, (14, 0), CENTRAL)


@pytest.mark.parametrize("title", [t for t in HOSTILE if t != "Friday Harbor"])
def test_without_a_date_such_a_title_gives_none(title: str) -> None:
    found = reading(title)
    assert (found.title, found.on, found.time, found.zone) == (title, None, None, None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Interview 12 December 14:00 Central Michigan University", "Interview Central Michigan University"),
        ("Seminar 12 December 2 pm CT surgery", "Seminar CT surgery"),
        ("Dinner 12 December 2 pm cat cafe", "Dinner cat cafe"),
    ],
)
def test_what_begins_a_name_behind_a_time_is_no_zone(text: str, title: str) -> None:
    assert (reading(text).title, reading(text).zone, reading(text).time) == (title, None, (14, 0))


def test_a_time_zone_is_the_place_and_not_the_season() -> None:
    # 14:00 "EST" in July is New York's clock, which shows EDT (UTC-4).
    found = reading("call on 12 July 2027 14:00 EST")
    assert found.on == date(2027, 7, 12)
    assert deadline_instant(date(2027, 7, 12), found.time, str(found.zone)) == utc("2027-07-12 18:00")


def test_all_day_is_more_than_no_time() -> None:
    assert reading("conference 12 December all day") == Reading("conference", DEC_12, all_day=True, either=(DEC_12,))
    assert reading("end of day 12 December: rank list").all_day
    found = reading("all-day interview 12 December 8:00")
    assert (found.all_day, found.time, found.title) == (False, (8, 0), "all-day interview")


def test_a_long_title_is_cut_between_words() -> None:
    found = reading("word " * 60 + "on 12 December")
    assert len(found.title) <= LONGEST_TITLE
    assert found.title == "word " * 15 + "word…"
    assert len(reading("x" * 300).title) == LONGEST_TITLE


def test_signs_that_nobody_sees_are_no_part_of_a_title() -> None:
    assert reading("inter\u200bview\u202e \x00X\ud800 on 12 December").title == "interview X"


# -- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("12 December", DEC_12),
        ("December 12th", DEC_12),
        ("12th of December", DEC_12),
        ("Dec. 12", DEC_12),
        ("12-Dec-2026", DEC_12),
        ("12dec2026", DEC_12),
        ("December the 12th, 2026", DEC_12),
        ("12 Dec '26", DEC_12),
        ("12 Dec 26", DEC_12),
        ("Dec 12-14", DEC_12),
        ("12–14 December 2026", DEC_12),
        ("12.12.2026", DEC_12),
        ("5.12.2026", date(2026, 12, 5)),
        ("12/31/26", date(2026, 12, 31)),
        ("31/12/2026", date(2026, 12, 31)),
        ("2026/12/12", DEC_12),
        ("25 November", date(2026, 11, 25)),  # today is not past
        ("24 November", date(2027, 11, 24)),  # the next one
        ("1 Sept", date(2027, 9, 1)),
        ("29 February", date(2028, 2, 29)),  # the next leap year
        ("1/12/2026", date(2026, 12, 1)),  # 12 January is past
        ("today", date(2026, 11, 25)),
        ("tonight", date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 26)),
        ("the day after tomorrow", date(2026, 11, 27)),
        ("in two weeks", date(2026, 12, 9)),
        ("in a month", date(2026, 12, 25)),
        ("3 days from now", date(2026, 11, 28)),
        ("in 1 year", date(2027, 11, 25)),
        ("Friday", date(2026, 11, 27)),
        ("this Wednesday", date(2026, 11, 25)),
        ("next Wednesday", date(2026, 12, 2)),
        ("next Monday", date(2026, 11, 30)),
        ("Friday next week", date(2026, 12, 4)),
        ("next week on Friday", date(2026, 12, 4)),
        ("coming Wednesday", date(2026, 12, 2)),
        ("on the 30th", date(2026, 11, 30)),
        ("by the 5th", date(2026, 12, 5)),
        ("the 31st", date(2026, 12, 31)),  # November has none
        ("Sat 12 December", DEC_12),
        ("12 December (Saturday)", DEC_12),
        ("Sat 12/5", date(2026, 12, 5)),  # 12 May 2027 is a Wednesday
        # only as an answer:
        ("5", date(2026, 12, 5)),
        ("30th", date(2026, 11, 30)),
        ("fri", date(2026, 11, 27)),
        ("13.12.", date(2026, 12, 13)),
    ],
)
def test_a_day_is_read(text: str, on: date) -> None:
    assert day_of(text) == DayReading(on, either=(on,))


def test_tomorrow_is_the_persons_tomorrow() -> None:
    late = utc("2026-11-25 20:00")  # 26 November in Karachi, 01:00
    assert read_day("tomorrow", late, KARACHI).on == date(2026, 11, 27)
    assert read_day("tomorrow", late, EASTERN).on == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "either"),
    [
        ("03/04/2027", (date(2027, 3, 4), date(2027, 4, 3))),
        ("12/5", (date(2026, 12, 5), date(2027, 5, 12))),
        ("next Friday", (date(2026, 11, 27), date(2026, 12, 4))),
        ("Wednesday", (date(2026, 11, 25), date(2026, 12, 2))),
        ("2 March 10", (date(2027, 3, 2), date(2027, 3, 10))),
    ],
)
def test_a_day_that_can_be_two_is_doubted_and_both_are_given(text: str, either: tuple[date, ...]) -> None:
    assert day_of(text) == DayReading(either[0], DateDoubt.TWO_DATES, either)
    assert reading(text).doubt is DateDoubt.TWO_DATES
    assert reading(text).either == either


@pytest.mark.parametrize("text", ["Friday 12 December", "12 Dec 2026, Friday", "Fri, Dec 12"])
def test_another_weekday_beside_a_date_is_doubted(text: str) -> None:
    assert day_of(text) == DayReading(DEC_12, DateDoubt.WEEKDAY_DIFFERS, (DEC_12,))


def test_a_weekday_elsewhere_in_the_text_belongs_to_the_title() -> None:
    found = reading("Sunday brunch interview 12 December")
    assert (found.title, found.doubt) == ("Sunday brunch interview", None)


@pytest.mark.parametrize("text", ["31 November", "30 February 2027", "2026-13-01", "13/13/2026", "32"])
def test_a_day_that_does_not_exist_is_said_so(text: str) -> None:
    assert day_of(text) == DayReading(None, DateDoubt.NO_SUCH_DAY)


@pytest.mark.parametrize("text", ["", "soon", "December", "1999", "Dr. May", "24/7", "Step 2"])
def test_what_is_no_day_gives_none(text: str) -> None:
    assert day_of(text) == DayReading()


def test_what_is_past_is_said_so() -> None:
    assert day_of("yesterday").past
    assert day_of("1 May 2025").past
    assert not day_of("today").past
    assert reading("12 December 2025").past
    assert not reading("today").past
    # 15:00 UTC is 10:00 in New York and 20:00 in Karachi.
    assert reading("today 9:59 ET").past
    assert not reading("today 10:01 ET").past
    assert reading("today 19:59").past
    assert not reading("today 20:01").past


# -- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("14:00", (14, 0)),
        ("9:05", (9, 5)),
        ("2pm", (14, 0)),
        ("2 p.m.", (14, 0)),
        ("2.30 pm", (14, 30)),
        ("2:30\u202fPM", (14, 30)),  # as iPhones write it
        ("12 am", (0, 0)),
        ("12 pm", (12, 0)),
        ("12:15 am", (0, 15)),
        ("noon", (12, 0)),
        ("midnight", (23, 59)),
        ("24:00", (23, 59)),
        ("00:00", (0, 0)),
        ("15h30", (15, 30)),
        ("15h", (15, 0)),
        ("1430 hrs", (14, 30)),
        ("at 14.30", (14, 30)),
        ("2-4 pm", (14, 0)),
        ("11-1 pm", (11, 0)),
        ("11 am to 1 pm", (11, 0)),
        ("10:00–11:30", (10, 0)),
        ("14:00:00", (14, 0)),
        # only as an answer:
        ("10", (10, 0)),
        ("14.30", (14, 30)),
        ("1430", (14, 30)),
        ("9 o'clock", (9, 0)),
        ("25", None),
        ("14:60", None),
        ("13 am", None),
        ("Step 2", None),
        ("in the morning", None),
        ("", None),
    ],
)
def test_a_time_is_read(text: str, time: tuple[int, int] | None) -> None:
    assert read_time(text) == time


@pytest.mark.parametrize("text", ["call 12 December at 2", "12 December, 14 programs", "12 December IM 10"])
def test_a_number_alone_is_no_time_inside_a_text(text: str) -> None:
    assert reading(text).time is None


# -- zones ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        *(
            (text, EASTERN)
            for text in ("Eastern", "ET", "est", "EDT", "US Eastern Standard Time", "New York", "Boston time")
        ),
        *((text, CENTRAL) for text in ("central time", "CT", "CST", "Chicago", "Texas")),
        *((text, "America/Denver") for text in ("Mountain", "MST", "Denver")),
        ("Arizona", "America/Phoenix"),
        *((text, PACIFIC) for text in ("Pacific", "PDT", "Los Angeles")),
        ("Alaska", "America/Anchorage"),
        ("Hawaii time", "Pacific/Honolulu"),
        *((text, "UTC") for text in ("UTC", "GMT", "utc+0")),
        *((text, "Asia/Kolkata") for text in ("IST", "India time", "GMT+5:30", "Asia/Kolkata")),
        ("Lahore", KARACHI),
        ("PKT", KARACHI),
        ("London time", "Europe/London"),
        ("I think Eastern", EASTERN),
        ("UTC+5", "Etc/GMT-5"),
        *((text, "Africa/Lagos") for text in ("my time", "local", "Local time", "mine")),
        ("UTC+99", None),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_a_zone_is_read(text: str, zone: str | None) -> None:
    assert read_zone(text, "Africa/Lagos") == zone


def test_my_time_of_nobody_is_no_zone() -> None:
    assert read_zone("my time") is None


# -- the instant ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "time", "zone", "expected"),
    [
        (DEC_12, (14, 0), CENTRAL, "2026-12-12 20:00"),
        (DEC_12, None, CENTRAL, "2026-12-13 05:59"),  # 23:59
        (date(2027, 3, 14), (2, 30), EASTERN, "2027-03-14 07:30"),
        (DEC_12, None, KARACHI, "2026-12-12 18:59"),
    ],
)
def test_a_deadline_is_an_instant(on: date, time: tuple[int, int] | None, zone: str, expected: str) -> None:
    assert deadline_instant(on, time, zone) == utc(expected)
