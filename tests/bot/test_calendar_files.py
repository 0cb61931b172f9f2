"""The calendar file as others read it: by the rules, by a parser that is not ours, by an app that has an old one."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.files.calendars import calendar_file
from planning.calendar_entries import Calendar, CalendarEntry, calendar_entries
from planning.timeline_types import Nature, State
from tests.bot.calendar_rules import Phone, faults, read
from tests.planning.seasons_by_hand import item

MADE: Final = datetime(2026, 9, 14, 12, tzinfo=UTC)
HOUR: Final = datetime(2026, 9, 23, 13, tzinfo=UTC)
DAY: Final = date(2026, 10, 31)


def entry(name: str, starts: date | datetime = HOUR, *, sequence: int = 0, cancelled: bool = False) -> CalendarEntry:
    all_day = not isinstance(starts, datetime)
    ends = starts + (timedelta(days=1) if all_day else timedelta(minutes=30))
    return CalendarEntry(name, f"{name}@parallel-plan", sequence, cancelled, all_day, starts, ends, "")


def written(*entries: CalendarEntry, title: str = "Send your applications", subscribed: bool = False) -> bytes:
    titles = {one.item_id: (title, "Confirm at aamc.org") for one in entries}
    return calendar_file(Calendar(2027, MADE, entries), titles, subscribed=subscribed)


# -- by the rules -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subscribed", [False, True])
def test_a_file_with_every_kind_of_entry_keeps_the_rules(subscribed: bool) -> None:
    every = (entry("a"), entry("b", DAY), entry("c", sequence=3, cancelled=True), entry("d", DAY, cancelled=True))
    content = written(*every, title="Ünï, co;de\\ " * 20, subscribed=subscribed)

    assert faults(content) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"\r\nUID", b"\nUID"),
        (b"SUMMARY:", b"SUMMARY:" + b"x" * 60),
        (b"SUMMARY:", b"SUMMARY:a,b"),
        (b"SUMMARY:", b"SUMMARY:\\x"),
        (b"SUMMARY:", b"SUMMARY:\x07"),
        (b"DTEND:20260923T133000Z", b"DTEND;VALUE=DATE:20260924"),
        (b"DTEND:20260923T133000Z", b"DTEND:20260923T130000Z"),
        (b"DTSTART:20260923T130000Z", b"DTSTART:20260923T130000"),
        (b"UID:a@parallel-plan\r\n", b""),
        (b"END:VEVENT\r\n", b""),
        (b"VERSION:2.0\r\n", b""),
        (b"STATUS:CONFIRMED", b"STATUS:GONE"),
    ],
)
def test_the_rules_can_be_broken(right: bytes, wrong: bytes) -> None:
    content = written(entry("a"))
    assert right in content

    assert faults(content.replace(right, wrong))


# -- by a parser of others --------------------------------------------------------------------------------------------


def test_another_parser_reads_both_kinds_of_time() -> None:
    events = {event.uid.value: event for event in read(written(entry("a"), entry("b", DAY))).vevent_list}

    hour, day = events["a@parallel-plan"], events["b@parallel-plan"]
    assert (hour.dtstart.value, hour.dtend.value) == (HOUR, datetime(2026, 9, 23, 13, 30, tzinfo=UTC))
    assert (day.dtstart.value, day.dtend.value) == (date(2026, 10, 31), date(2026, 11, 1))
    assert type(day.dtstart.value) is date


def test_another_parser_reads_what_an_app_needs_to_know() -> None:
    calendar = read(written(entry("a", sequence=4), title="Send your applications"))

    assert calendar.method.value == "PUBLISH"
    assert calendar.x_wr_calname.value == "Match plan"
    event = calendar.vevent
    assert event.summary.value == "Send your applications"
    assert event.description.value == "Confirm at aamc.org"
    assert (event.sequence.value, event.status.value) == ("4", "CONFIRMED")
    assert (event.transp.value, event.contents["class"][0].value) == ("TRANSPARENT", "PRIVATE")
    assert event.dtstamp.value == MADE


def test_a_subscription_leaves_out_what_is_cancelled_and_asks_to_be_read_again() -> None:
    gone = entry("gone", cancelled=True, sequence=1)
    file, feed = written(entry("a"), gone), written(entry("a"), gone, subscribed=True)

    assert [event.uid.value for event in read(feed).vevent_list] == ["a@parallel-plan"]
    assert {event.uid.value: event.status.value for event in read(file).vevent_list} == {
        "a@parallel-plan": "CONFIRMED",
        "gone@parallel-plan": "CANCELLED",
    }
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\nX-PUBLISHED-TTL:PT6H\r\n" in feed
    assert b"REFRESH-INTERVAL" not in file


def test_a_cancelled_entry_needs_no_title_and_any_other_does() -> None:
    gone = calendar_file(Calendar(2027, MADE, (entry("gone", cancelled=True),)), {})

    assert faults(gone) == []
    assert read(gone).vevent.summary.value == "Match plan"
    with pytest.raises(KeyError):
        calendar_file(Calendar(2027, MADE, (entry("a"),)), {})


titles = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from(list(",;:\\\n\"'nN مרחبا😀é")),
    min_size=1,
    max_size=120,
)


@settings(max_examples=500, deadline=None)
@given(titles)
@example("\\N is no line end, nor is \\n")
@example("one\ntwo\n\nfour")
@example("a,b;c:d\\,e\\;f\\\\")
@example("مقابلة في ١٢ ديسمبر، الساعة ١٤:٠٠ (Chicago)")
@example("é" * 120)
@example("👩🏽‍⚕️" * 20)
def test_any_title_survives_literally(title: str) -> None:
    content = written(entry("a"), title=title)

    assert faults(content) == []
    assert read(content).vevent.summary.value == title


@pytest.mark.parametrize(
    ("title", "seen"),
    [
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\u2028b\u2029c\x85d", "a\nb\nc\nd"),
        ("a\x00b\x0bc\x7f", "a\ufffdb\ufffdc\ufffd"),
        ("half a smile \ud83d", "half a smile \ufffd"),
        ("a\tb", "a\tb"),
    ],
)
def test_what_a_calendar_cannot_carry_is_replaced(title: str, seen: str) -> None:
    content = written(entry("a"), title=title)

    assert faults(content) == []
    assert read(content).vevent.summary.value == seen


def test_no_line_can_be_smuggled_in_by_a_title() -> None:
    content = written(entry("a"), title="x\r\nEND:VEVENT\r\nBEGIN:VALARM\rATTACH:https://evil.example")

    assert [part.name for part in read(content).getChildren() if part.name == "VEVENT"] == ["VEVENT"]
    assert not hasattr(read(content).vevent, "valarm")
    assert faults(content) == []


# -- by an app that has an earlier one --------------------------------------------------------------------------------


def file_at(at: datetime, *entries: CalendarEntry) -> bytes:
    return calendar_file(Calendar(2027, at, entries), {one.item_id: (one.item_id.upper(), "") for one in entries})


def test_a_file_imported_twice_changes_nothing() -> None:
    phone = Phone()
    phone.imports(file_at(MADE, entry("a"), entry("b", DAY)))
    phone.imports(file_at(MADE + timedelta(days=1), entry("a"), entry("b", DAY)))

    assert phone.shown == [("A", HOUR), ("B", DAY)]


def test_a_changed_plan_moves_what_moved_takes_out_what_is_gone_and_doubles_nothing() -> None:
    moved = HOUR + timedelta(days=7)
    phone = Phone()
    phone.imports(file_at(MADE, entry("a"), entry("b", DAY), entry("c")))
    phone.imports(
        file_at(
            MADE + timedelta(days=1),
            entry("a", moved, sequence=1),
            entry("b", DAY, sequence=1, cancelled=True),
            entry("c"),
            entry("d", DAY),
        )
    )

    assert phone.shown == [("A", moved), ("C", HOUR), ("D", DAY)]


def test_an_old_file_imported_late_brings_nothing_back() -> None:
    phone = Phone()
    newer = file_at(MADE + timedelta(days=1), entry("a", sequence=1, cancelled=True))
    phone.imports(newer)
    phone.imports(file_at(MADE, entry("a")))

    assert phone.shown == []


plans = st.dictionaries(
    st.sampled_from(["submit", "evsp", "rank_list", "match_day"]),
    st.tuples(
        st.integers(0, 9).map(lambda days: HOUR + timedelta(days=days)), st.sampled_from([State.OPEN, State.DONE])
    ),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(plans, min_size=1, max_size=5), st.sets(st.integers(0, 3)))
def test_after_any_changes_a_phone_shows_the_last_plan_whichever_files_it_missed(
    history: list[dict[str, tuple[datetime, State]]], missed: set[int]
) -> None:
    phone = Phone()
    known: dict[str, tuple[int, str]] = {}
    for number, plan in enumerate(history):
        items = [item(name, at, nature=Nature.EVENT, state=state) for name, (at, state) in plan.items()]
        calendar = calendar_entries(items, known, "a random text", 2027, MADE + timedelta(days=number))
        known = dict(calendar.known)
        content = calendar_file(calendar, {name: (name, "") for name in plan})
        assert faults(content) == []
        if number not in missed or number == len(history) - 1:
            phone.imports(content)

    standing = sorted((name, at) for name, (at, state) in history[-1].items() if state is State.OPEN)
    assert phone.shown == standing
