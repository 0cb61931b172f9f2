"""Reminders come once, at the right hour where the person lives, and say what is true when they come (rows 158-160)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from planning.facts import load
from tests.journeys.reminded import (
    BACK,
    adds_own,
    chooses_setting,
    left,
    lets_pass,
    lives_in,
    local_times,
    naming,
    shown,
    sleeps,
    ticks,
)
from tests.journeys.seasons import PAKISTANI, SEASON, begins_with, plans, to_page, to_task
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_RANK_LIST: Final = "Certify your rank list"
_SEASON_OVER: Final = datetime(2027, 3, 21, 12, tzinfo=UTC)

# By hand, from the dates of Match 2027 in Eastern Time: registration Fri 29 January 23:59, Pathways the day of
# 31 January, rank lists open 1 February 12:00 and close 3 March 21:00, the answer 15 March 10:00 and Match Day 19 March
# 12:00 (by then on a summer clock). A week, two days and the day itself, for what only happens two days and the day,
# for the rank list 14 days as well; at 9:00, and where that is less than three hours before, a day earlier.
_TIMES: Final = {
    "New York": {
        "Register for the Match": "01-22 01-27 01-29",
        "Pathways application": "01-24 01-29 01-31",
        "Rank lists open": "01-30 02-01",
        _RANK_LIST: "02-17 02-24 03-01 03-03",
        "Did I match? The answer": "03-13 03-14",
        "Match Day": "03-17 03-19",
    },
    "London": {  # 5 hours later, 4 from 14 to 28 March: the nights of New York are the next morning
        "Register for the Match": "01-23 01-28 01-29",
        "Pathways application": "01-25 01-30 01-31",
        "Rank lists open": "01-30 02-01",
        _RANK_LIST: "02-18 02-25 03-02 03-03",
        "Did I match? The answer": "03-13 03-15",
        "Match Day": "03-17 03-19",
    },
    "Karachi": {  # 10 hours later, 9 in summer
        "Register for the Match": "01-23 01-28 01-29",
        "Pathways application": "01-25 01-30 01-31",
        "Rank lists open": "01-30 02-01",
        _RANK_LIST: "02-18 02-25 03-02 03-03",
        "Did I match? The answer": "03-13 03-15",
        "Match Day": "03-17 03-19",
    },
}
_ZONES: Final = {"New York": "America/New_York", "London": "Europe/London", "Karachi": "Asia/Karachi"}
_LISTED: Final = re.compile(r"^• \w{3} (\d+ \w+ \d{4}, \d\d:\d\d): (.+?) \(", re.MULTILINE)


@pytest.mark.parametrize("city", _TIMES)
async def test_each_reminder_of_a_season_comes_once_at_nine_where_the_person_lives(town: Town, city: str) -> None:
    """Rows 158 and 160, over the clock change of 14 March in New York; looked at every half hour, no minute else."""
    ana = await lives_in(town, "Ana", "Match 2027", city)

    found = await lets_pass(town, _SEASON_OVER, timedelta(minutes=30))

    assert {one.chat_id for one in found} == {ana.id}
    for label, days in _TIMES[city].items():
        assert local_times(naming(found, label), _ZONES[city]) == [f"{day} 09:00" for day in days.split()], label
    assert {time[-5:] for time in local_times(found, _ZONES[city])} == {"09:00"}
    assert not any(BACK in one.text for one in found)


@pytest.mark.parametrize(("mode", "database"), [("polling", "postgres"), ("webhook", "postgres")])
async def test_on_postgresql_the_same_reminders_come_once(town: Town) -> None:
    await begins_with(town, "Ana", "Match 2027", "Karachi")

    found = await lets_pass(town, _SEASON_OVER)

    for label, days in _TIMES["Karachi"].items():
        assert local_times(naming(found, label), "Asia/Karachi") == [f"{day} 09:00" for day in days.split()], label


@_ONE_MODE
async def test_not_a_minute_before_its_time_and_never_again_after_it_also_after_a_restart(town: Town) -> None:
    await begins_with(town, "Bea", "Match 2027", "New York")
    due = datetime(2027, 1, 22, 14, tzinfo=UTC)
    sleeps(town, due - timedelta(minutes=1))
    assert await ticks(town) == []

    sleeps(town, due)
    (only,) = await ticks(town)

    assert only.labels == ["Register for the Match"]
    assert await ticks(town) == []
    await town.restart()
    assert await ticks(town) == []
    assert await lets_pass(town, due + timedelta(hours=20)) == []


@_ONE_MODE
async def test_the_page_says_with_local_times_what_then_comes(town: Town) -> None:
    """Row 159: the eight that are listed, with the clock of Karachi."""
    cem = await begins_with(town, "Cem", "Match 2027", "Karachi")
    text = await to_page(cem, "Reminders")
    listed = [(datetime.strptime(at, "%d %B %Y, %H:%M"), label) for at, label in _LISTED.findall(text)]  # noqa: DTZ007 - a local time
    assert len(listed) == 8

    found = await lets_pass(town, datetime(2027, 1, 30, 5, tzinfo=UTC))

    karachi = ZoneInfo("Asia/Karachi")
    came = [(one.at.astimezone(karachi).replace(tzinfo=None), label) for one in found for label in one.labels]
    assert sorted(came) == sorted(listed)


# The clocks of New York go back on 7 November 2027 (UTC-4 to UTC-5), those of London forward on 28 March 2027 (UTC to
# UTC+1): nine o'clock is another instant from then on.
_CLOCK_CHANGES: Final = (
    (
        "New York",
        "Interview at Mercy on 9 November 2027 14:00 Eastern",
        [(11, 2, 13), (11, 7, 14), (11, 9, 14)],
    ),
    (
        "London",
        "Visa papers to the post on 30 March 2027 12:00 Eastern",
        [(3, 23, 9), (3, 28, 8), (3, 30, 8)],
    ),
)


@_ONE_MODE
@pytest.mark.parametrize(("city", "sentence", "times"), _CLOCK_CHANGES, ids=["New York, November", "London, March"])
async def test_across_a_clock_change_it_stays_nine_on_the_wall(
    town: Town, city: str, sentence: str, times: list[tuple[int, int, int]]
) -> None:
    dua = await lives_in(town, "Dua", "Match 2028", city)
    await adds_own(dua, sentence)
    label = sentence.partition(" on ")[0]

    found = naming(await lets_pass(town, datetime(2027, 11, 10, tzinfo=UTC)), label)

    assert [one.at for one in found] == [datetime(2027, month, day, hour, tzinfo=UTC) for month, day, hour in times]
    assert [words.partition(",")[0] for words in left(found, label)] == ["in 7 days", "in 2 days", "today"]


# -- what they say -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("city", "words"),
    [
        ("New York", ["in 14 days", "in 7 days", "in 2 days", "today, in 12 hours"]),
        # Thursday 4 March, 7:00, there: on Wednesday at 9:00 it is tomorrow, 22 hours later.
        ("Karachi", ["in 14 days", "in 7 days", "in 2 days", "tomorrow, in 22 hours"]),
    ],
)
@_ONE_MODE
async def test_the_days_left_are_those_when_it_comes(town: Town, city: str, words: list[str]) -> None:
    await begins_with(town, "Eli", "Match 2027", city)
    assert left(await lets_pass(town, _SEASON_OVER), _RANK_LIST) == words


@_ONE_MODE
async def test_one_that_comes_late_counts_the_days_from_then(town: Town) -> None:
    """Due on 24 February with 7 days left; the bot is back on the 26th at noon in New York."""
    await begins_with(town, "Fay", "Match 2027", "New York")
    await lets_pass(town, datetime(2027, 2, 23, 12, tzinfo=UTC), timedelta(hours=6))
    sleeps(town, datetime(2027, 2, 26, 17, tzinfo=UTC))

    assert left(await ticks(town), _RANK_LIST) == ["in 5 days"]


@_ONE_MODE
async def test_the_rank_list_is_reminded_with_true_order_and_no_games_on_both_clocks_with_its_source(
    town: Town,
) -> None:
    gil = await begins_with(town, "Gil", "Match 2027", "Karachi")

    found = naming(await lets_pass(town, _SEASON_OVER), _RANK_LIST)

    assert len(found) == 4
    for one in found:
        assert "Rank in the order that you truly want" in one.text
        assert "Do not play games" in one.text
        assert "Wed 3 March 2027, 21:00 ET (your time: Thu 4 March 2027, 07:00)" in one.text
        assert "ead in copies by others" in one.text
        assert "Confirm at: " in one.text
    message = next(m for m in await gil.messages() if m["message_id"] == found[0].message_id)
    marks = [entity for entity in message["entities"] if entity["type"] == "date_time"]
    assert [mark["unix_time"] for mark in marks] == [datetime(2027, 3, 4, 2, tzinfo=UTC).timestamp()]


@_ONE_MODE
async def test_what_is_estimated_is_said_to_be(town: Town) -> None:
    await begins_with(town, "Hal", "Match 2028", "New York")

    found = naming(await lets_pass(town, datetime(2028, 3, 3, tzinfo=UTC)), _RANK_LIST)

    assert len(found) == 4
    assert all("stimated" in one.text for one in found)


@_ONE_MODE
async def test_a_deadline_that_is_near_rings_and_the_rest_comes_without_a_sound(town: Town) -> None:
    await begins_with(town, "Ida", "Match 2027", "New York")

    found = await lets_pass(town, _SEASON_OVER)

    assert [one.silent for one in naming(found, _RANK_LIST)] == [True, True, True, False]
    assert all(one.silent for one in naming(found, "Rank lists open"))


@_ONE_MODE
async def test_nothing_that_comes_by_itself_names_a_field_a_visa_or_a_score(town: Town) -> None:
    """Over a whole season, with and without a pause of the bot, and over what a press makes of the message."""
    words = {field.name for field in load().specialties}
    words |= {alias for field in load().specialties for alias in field.aliases}
    words |= {
        "J-1",
        "H-1B",
        "J1",
        "H1B",
        "visa",
        "score",
        "fail",
        "failed",
        "unmatched",
        "229",
        "245",
        "EVSP",
        "citizen",
    }
    pattern = re.compile("|".join(rf"\b{re.escape(word)}s?\b" for word in sorted(words)), re.IGNORECASE)
    people = [await plans(town, "Jan", PAKISTANI, "Family Medicine"), await begins_with(town, "Kim", "Match 2027")]
    await chooses_setting(people[1], "How they come", "One message a day")

    found = await lets_pass(town, datetime(2027, 1, 27, tzinfo=UTC))
    sleeps(town, datetime(2027, 3, 16, 15, tzinfo=UTC))
    found += await ticks(town)
    found += await lets_pass(town, datetime(2027, 7, 2, tzinfo=UTC))

    assert {one.chat_id for one in found} == {one.id for one in people}
    assert pattern.search("Psychiatry needs a visa")
    told = [(one.at, pattern.findall(one.text), one.text) for one in found if pattern.search(one.text)]
    assert told == []
    edits = len(town.box.calls)
    for person in people:
        for message in await person.messages():
            if message["message_id"] in {one.message_id for one in found}:
                for row in message["reply_markup"]["inline_keyboard"]:
                    for button in row:
                        if ":r:" in button["callback_data"]:
                            await person.presses_old(message["message_id"], button["callback_data"])
    after = [shown(c.params["text"]) for c in town.box.calls[edits:] if c.method in {"editMessageText", "sendMessage"}]
    assert len(after) > 50
    assert [text for text in after if pattern.search(text)] == []


# -- downtime ----------------------------------------------------------------------------------------------------------

# Half an hour before the reminder of two days in New York (in Karachi it is due on the next day, 4:00 UTC).
_DOWN: Final = datetime(2027, 3, 1, 13, 30, tzinfo=UTC)
_PASSED: Final = "have passed"


async def _down(town: Town, since: datetime, until: datetime) -> None:
    """The bot is stopped, and started again later."""
    await lets_pass(town, since)
    await town.stop()
    sleeps(town, until)
    await town.start()


@_ONE_MODE
async def test_after_six_hours_the_reminder_comes_and_says_what_is_true_then(town: Town) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await lives_in(town, "Bob", "Match 2027", "Karachi")
    await _down(town, _DOWN, _DOWN + timedelta(hours=6))

    (only,) = await ticks(town)

    assert only.chat_id == ana.id, "in Karachi it is not due yet"
    assert left([only], _RANK_LIST) == ["in 2 days"]
    assert BACK not in only.text
    assert await ticks(town) == []


@pytest.mark.parametrize(("mode", "database"), [("webhook", "sqlite"), ("polling", "postgres")])
@pytest.mark.parametrize(
    ("days", "in_new_york", "in_karachi"), [(3, "yesterday", "earlier today"), (30, "28 days ago", "27 days ago")]
)
async def test_after_days_each_person_gets_exactly_one_message_and_what_passed_is_said_so(
    town: Town, days: int, in_new_york: str, in_karachi: str
) -> None:
    """Rank lists closed on 3 March 21:00 in New York, which is the 4th in Karachi; back on 4 March and on 31 March."""
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    bob = await lives_in(town, "Bob", "Match 2027", "Karachi")
    await _down(town, _DOWN, _DOWN + timedelta(days=days))

    found = await ticks(town)
    found += await lets_pass(town, town.box.clock.now() + timedelta(hours=24))

    assert sorted(one.chat_id for one in found) == sorted((ana.id, bob.id))
    for one in found:
        assert one.text.startswith(BACK)
        assert one.named == (), "nothing is still ahead"
        ago = in_new_york if one.chat_id == ana.id else in_karachi
        passed = one.text.partition(_PASSED)[2]
        for label in (_RANK_LIST, "Last day to register", "ECFMG requirements confirmed"):
            assert f"• {label}: Wed 3 March 2027, 21:00 ET ({ago})" in passed
        assert passed.count("• ") == len(set(re.findall("• .+?:", passed)))
        assert ("• Match Day: " in passed) is (days == 30)
        assert one.silent, "nothing can be done any more, so it does not wake anybody"


@_ONE_MODE
async def test_a_catch_up_at_night_waits_for_the_end_of_quiet_hours(town: Town) -> None:
    """Back at midnight in New York with 45 hours left: said at eight, as one message."""
    await lives_in(town, "Ana", "Match 2027", "New York")
    await _down(town, _DOWN, datetime(2027, 3, 2, 5, tzinfo=UTC))
    assert await ticks(town) == []

    found = await lets_pass(town, datetime(2027, 3, 2, 23, tzinfo=UTC), timedelta(minutes=20))

    assert [one.at for one in found] == [datetime(2027, 3, 2, 13, tzinfo=UTC)]
    assert left(found, _RANK_LIST) == ["tomorrow"]


@_ONE_MODE
async def test_quiet_hours_do_not_hold_what_is_over_before_noon(town: Town) -> None:
    """Back at 1:00 at night in Karachi, where rank lists close at 7:00."""
    await lives_in(town, "Bob", "Match 2027", "Karachi")
    await _down(town, datetime(2027, 3, 3, 3, tzinfo=UTC), datetime(2027, 3, 3, 20, tzinfo=UTC))

    (only,) = await ticks(town)

    assert left([only], _RANK_LIST) == ["today, in 6 hours"]
    assert not only.silent
    assert only.text.startswith(BACK)


@_ONE_MODE
async def test_a_first_message_that_finds_nothing_left_to_say_is_not_sent(town: Town) -> None:
    """Everything that was due was done meanwhile, while the bot did not tick."""
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    sleeps(town, datetime(2027, 1, 22, 15, tzinfo=UTC))
    await to_task(ana, SEASON, "Register for the Match")
    await ana.presses("Mark as done")

    assert await ticks(town) == []
