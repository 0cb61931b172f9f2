"""What somebody changes moves the reminders ahead: none comes twice, none is lost; and dates that move are told."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

import planning
from planning.facts import Facts, load
from tests.journeys.decisions import changes
from tests.journeys.reminded import (
    BACK,
    Arrival,
    adds_own,
    chooses_setting,
    left,
    lets_pass,
    lives_in,
    local_times,
    moves_house,
    naming,
    sleeps,
    ticks,
)
from tests.journeys.seasons import (
    PAKISTANI,
    SEASON,
    changes_match,
    in_match,
    plans,
    to_page,
    to_task,
)
from tests.journeys.walking import begins, taps
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_EVERYWHERE = pytest.mark.parametrize(
    ("mode", "database"), [("webhook", "sqlite"), ("polling", "sqlite"), ("webhook", "postgres")]
)
_RANK_LIST: Final = "Certify your rank list"
_REGISTER: Final = "Register for the Match"
_PATHWAYS: Final = "Pathways application"
_OVER: Final = datetime(2027, 3, 5, tzinfo=UTC)


# -- another city ------------------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_in_a_new_city_the_reminders_ahead_come_at_its_hour(town: Town) -> None:
    """From Karachi to New York, after the one of 14 days (18 February in Karachi)."""
    ana = await lives_in(town, "Ana", "Match 2027", "Karachi")
    before = naming(await lets_pass(town, datetime(2027, 2, 20, tzinfo=UTC)), _RANK_LIST)
    await moves_house(ana, "New York")

    found = naming(await lets_pass(town, _OVER), _RANK_LIST)

    assert local_times(before, "Asia/Karachi") == ["02-18 09:00"]
    assert local_times(found, "America/New_York") == ["02-24 09:00", "03-01 09:00", "03-03 09:00"]


@_ONE_MODE
async def test_moving_when_it_was_said_already_does_not_say_it_again(town: Town) -> None:
    """Said at nine in Karachi; hours later it is nine in Los Angeles too, on the day that counts there."""
    ana = await lives_in(town, "Ana", "Match 2027", "Karachi")
    said = naming(await lets_pass(town, datetime(2027, 1, 22, 5, tzinfo=UTC)), _REGISTER)
    assert said == []
    said = naming(await lets_pass(town, datetime(2027, 1, 23, 5, tzinfo=UTC)), _REGISTER)
    assert len(said) == 1
    await moves_house(ana, "Los Angeles")

    found = await lets_pass(town, datetime(2027, 1, 26, tzinfo=UTC))

    assert naming(found, _REGISTER) == []


@_ONE_MODE
async def test_moving_west_past_its_new_time_brings_what_was_not_said_at_the_old_one(town: Town) -> None:
    """Due on 25 February 4:00 UTC in Karachi; in Los Angeles it was due eleven hours earlier, before the move."""
    ana = await lives_in(town, "Ana", "Match 2027", "Karachi")
    before = naming(await lets_pass(town, datetime(2027, 2, 24, 20, tzinfo=UTC)), _RANK_LIST)
    await moves_house(ana, "Los Angeles")

    found = naming(await lets_pass(town, _OVER), _RANK_LIST)

    assert len(before) == 1
    assert left(found, _RANK_LIST) == ["in 7 days", "in 2 days", "today, in 9 hours"]


@_ONE_MODE
async def test_off_and_on_again_across_the_due_moment_loses_nothing(town: Town) -> None:
    """Due on 25 February 4:00 UTC in Karachi; off a minute before, on again a minute after."""
    ana = await lives_in(town, "Ana", "Match 2027", "Karachi")
    await lets_pass(town, datetime(2027, 2, 25, 3, 59, tzinfo=UTC))
    await to_page(ana, "Reminders")
    await ana.presses("Turn all off")
    assert await lets_pass(town, datetime(2027, 2, 25, 4, 1, tzinfo=UTC)) == []
    await ana.presses("Turn reminders on")

    found = naming(await ticks(town), _RANK_LIST)

    assert left(found, _RANK_LIST) == ["in 7 days"]
    assert naming(await lets_pass(town, datetime(2027, 2, 27, tzinfo=UTC)), _RANK_LIST) == []


@_ONE_MODE
async def test_a_deadline_noted_down_for_the_same_evening_is_reminded_before_it(town: Town) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await lets_pass(town, datetime(2026, 11, 25, 15, tzinfo=UTC))  # ten in the morning there: nine is over
    await adds_own(ana, "Visa desk today 16:00 Eastern")

    (call,) = naming(await lets_pass(town, datetime(2026, 11, 26, 5, tzinfo=UTC), timedelta(minutes=30)), "Visa desk")

    assert f"{call.at:%d %H:%M}" == "25 18:00"  # three hours before 16:00 in New York, which is 21:00 UTC


@_ONE_MODE
async def test_moving_east_before_it_was_said_brings_it_there(town: Town) -> None:
    """In Los Angeles it was due on the 24th, 17:00 UTC; in Karachi it is the 25th, 4:00 UTC."""
    ana = await lives_in(town, "Ana", "Match 2027", "Los Angeles")
    await lets_pass(town, datetime(2027, 2, 24, 16, tzinfo=UTC), timedelta(hours=12))
    await moves_house(ana, "Karachi")

    found = await lets_pass(town, datetime(2027, 2, 26, tzinfo=UTC))

    assert [one.at for one in naming(found, _RANK_LIST)] == [datetime(2027, 2, 25, 4, tzinfo=UTC)]


@_ONE_MODE
async def test_going_there_and_back_changes_nothing(town: Town) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await moves_house(ana, "Karachi")
    await moves_house(ana, "New York")

    found = naming(await lets_pass(town, _OVER), _RANK_LIST)

    assert local_times(found, "America/New_York") == ["02-17 09:00", "02-24 09:00", "03-01 09:00", "03-03 09:00"]


# -- another Match, another plan ---------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_with_another_match_the_reminders_are_those_of_its_season(town: Town) -> None:
    """Rank lists of Match 2028 close on 1 March 2028 (364 days after 3 March 2027)."""
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await lets_pass(town, datetime(2027, 2, 18, tzinfo=UTC))
    await changes_match(ana, 2028)

    found = await lets_pass(town, datetime(2028, 3, 3, tzinfo=UTC))

    assert local_times(naming(found, _RANK_LIST), "America/New_York") == [
        *("02-16 09:00", "02-23 09:00", "02-28 09:00", "03-01 09:00")
    ]
    assert {one.at.year for one in naming(found, _RANK_LIST)} == {2028}


@_ONE_MODE
async def test_a_plan_that_is_chosen_ends_the_reminder_to_choose_one(town: Town) -> None:
    """Due half a year (183 days) before 1 September 2027: on 2 March 2027."""
    label = "Choose first choice and backups"
    ana = await plans(town, "Ana", in_match(2028))
    bob = await plans(town, "Bob", in_match(2028))
    await lets_pass(town, datetime(2027, 2, 25, tzinfo=UTC), timedelta(days=1))
    await bob.says("/backups")
    await bob.presses("1. ")
    await bob.presses("Choose as my backup")

    found = naming(await lets_pass(town, datetime(2027, 3, 3, tzinfo=UTC)), label)

    assert {one.chat_id for one in found} == {ana.id}


@_ONE_MODE
async def test_an_answer_that_settles_a_task_ends_its_reminders_and_the_other_way_round(town: Town) -> None:
    """Who is certified by ECFMG needs no Pathways."""
    ana = await plans(town, "Ana", PAKISTANI)
    assert not naming(
        await lets_pass(town, datetime(2027, 1, 24, 3, tzinfo=UTC), timedelta(days=1)), "Pathways application"
    )
    await changes(ana, "Exams", "ECFMG", taps("In progress"))

    found = naming(await lets_pass(town, datetime(2027, 2, 2, tzinfo=UTC)), "Pathways application")
    assert local_times(found, "Asia/Karachi") == ["01-25 09:00", "01-30 09:00", "01-31 09:00"]


# -- settings ----------------------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_the_hour_and_the_days_before_are_what_was_chosen(town: Town) -> None:
    """7, 2 and 0 days are chosen at first: 3 and 1 come, 7, 2 and 0 go. The rank list keeps its 14 days."""
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await chooses_setting(ana, "Hour", "18:00")
    days = ("3 days before", "The day before", "✓ 7 days before", "✓ 2 days before", "✓ On the day")
    await chooses_setting(ana, "How early", *days, "Done (2 chosen)")

    found = naming(await lets_pass(town, _OVER), _RANK_LIST)

    assert local_times(found, "America/New_York") == ["02-17 18:00", "02-28 18:00", "03-02 18:00"]


@_ONE_MODE
async def test_an_hour_in_the_quiet_hours_gives_the_hour_at_which_they_end(town: Town) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await chooses_setting(ana, "Hour", "06:00")
    found = naming(await lets_pass(town, datetime(2027, 2, 20, tzinfo=UTC)), _RANK_LIST)
    assert local_times(found, "America/New_York") == ["02-17 08:00"]
    await chooses_setting(ana, "Quiet hours", "No quiet hours")

    found = naming(await lets_pass(town, _OVER), _RANK_LIST)

    assert local_times(found, "America/New_York") == ["02-24 06:00", "03-01 06:00", "03-03 06:00"]


@_EVERYWHERE
async def test_while_they_are_off_nothing_comes_and_on_again_brings_what_is_ahead(town: Town) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await to_page(ana, "Reminders")
    await ana.presses("Turn all off")
    assert await lets_pass(town, datetime(2027, 2, 26, tzinfo=UTC)) == []
    await ana.says("/timeline")
    await to_page(ana, "Reminders")
    await ana.presses("Turn reminders on")

    found = naming(await lets_pass(town, _OVER), _RANK_LIST)

    assert local_times(found, "America/New_York") == ["03-01 09:00", "03-03 09:00"]


@_ONE_MODE
async def test_nobody_is_reminded_who_never_opened_the_timeline(town: Town) -> None:
    ana = await town.person("Ana")
    await begins(ana)
    await ana.presses("Match 2027")

    assert await lets_pass(town, datetime(2027, 4, 1, tzinfo=UTC)) == []


# -- one message a day, or a week --------------------------------------------------------------------------------------


async def _with_digests(town: Town, city: str, how: str, *day: str) -> list[Arrival]:
    ana = await lives_in(town, "Ana", "Match 2027", city)
    await chooses_setting(ana, "How they come", how)
    if day:
        await chooses_setting(ana, "Day", *day)
    return await lets_pass(town, datetime(2027, 3, 25, tzinfo=UTC), timedelta(minutes=30))


@_EVERYWHERE
async def test_a_daily_message_comes_once_a_day_at_the_same_hour_through_the_clock_change(town: Town) -> None:
    found = await _with_digests(town, "New York", "One message a day")

    times = local_times(found, "America/New_York")
    assert len(set(times)) == len(times)
    assert {time.partition(" ")[2] for time in times} == {"09:00"}
    days = {time.partition(" ")[0] for time in times}
    # Within a week of registration (29 January), of rank lists (3 March) and of Match Week (15 to 19 March) each day
    # has something to say, also on both sides of the clock change of 14 March.
    weeks = ((1, 22, 8), (2, 24, 8), (3, 8, 12))
    near = {f"{date(2027, month, day) + timedelta(days=more):%m-%d}" for month, day, n in weeks for more in range(n)}
    assert near <= days
    # Where only late tasks are left to say, it comes on Mondays.
    assert {day for day in days if "12-01" <= day <= "12-31"} == {"12-07", "12-14", "12-21", "12-28"}
    assert not days & {"03-04", "03-05", "03-06", "03-07"}


def _days(first: date, step: int = 1) -> list[date]:
    """The days up to 24 March 2027."""
    return [first + timedelta(days=more) for more in range(0, (date(2027, 3, 25) - first).days, step)]


@_ONE_MODE
async def test_a_daily_message_is_not_sent_when_there_is_nothing_to_say(town: Town) -> None:
    """For Match 2029, which is years ahead, nothing is late and nothing is within a week."""
    ana = await lives_in(town, "Ana", "Match 2029", "New York")
    await chooses_setting(ana, "How they come", "One message a day")

    assert await lets_pass(town, datetime(2027, 2, 1, tzinfo=UTC)) == []


@_ONE_MODE
async def test_a_daily_message_says_what_is_open_within_a_week_and_leaves_out_what_is_done(town: Town) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await chooses_setting(ana, "How they come", "One message a day")
    found = await lets_pass(town, datetime(2027, 1, 23, 15, tzinfo=UTC))
    assert _REGISTER in found[-1].labels
    assert _RANK_LIST not in found[-1].labels
    await to_task(ana, SEASON, _REGISTER)
    await ana.presses("Mark as done")

    assert naming(await lets_pass(town, datetime(2027, 2, 10, tzinfo=UTC)), _REGISTER) == []


@_EVERYWHERE
async def test_a_weekly_message_comes_on_its_day_and_the_day_itself_of_a_deadline_beside_it(town: Town) -> None:
    """Thursdays. Pathways close on Sunday 31 January and rank lists on Wednesday 3 March."""
    found = await _with_digests(town, "New York", "One message a week", "Thursday")

    alone = [one for one in found if one.at.astimezone(UTC).weekday() != 3]
    thursdays = [one for one in found if one not in alone]
    assert local_times(thursdays, "America/New_York") == [f"{day:%m-%d} 09:00" for day in _days(date(2026, 11, 26), 7)]
    assert local_times(alone, "America/New_York") == ["01-31 09:00", "03-03 09:00"]
    assert left(alone, _RANK_LIST) == ["today, in 12 hours"]


@_ONE_MODE
async def test_after_days_without_the_bot_there_is_one_digest_and_the_next_at_its_hour(town: Town) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await chooses_setting(ana, "How they come", "One message a day")
    await lets_pass(town, datetime(2027, 2, 25, 20, tzinfo=UTC))
    await town.stop()
    sleeps(town, datetime(2027, 3, 1, 17, tzinfo=UTC))
    await town.start()

    found = await ticks(town)
    found += await lets_pass(town, datetime(2027, 3, 2, 20, tzinfo=UTC))

    assert [one.at for one in found] == [datetime(2027, 3, 1, 17, tzinfo=UTC), datetime(2027, 3, 2, 14, tzinfo=UTC)]
    assert left(found, _RANK_LIST) == ["in 2 days", "tomorrow"]


# -- facts that were updated -------------------------------------------------------------------------------------------


def _facts(folder: Path, old: str, new: str) -> Facts:
    """The shipped facts with one piece of cycles.yaml replaced, which is there once."""
    shutil.copytree(Path(planning.__file__).parent / "facts", folder)
    file = folder / "cycles.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    return load(folder)


_OLD: Final = 'title: Rank lists close\n        at: "2027-03-03T21:00:00-05:00"'


@_EVERYWHERE
@pytest.mark.parametrize(("day", "by"), [(6, "3 days later"), (2, "1 day earlier")])
async def test_a_date_that_moved_is_told_with_by_how_much_and_reminders_move(
    town: Town, tmp_path: Path, day: int, by: str
) -> None:
    await lives_in(town, "Ana", "Match 2027", "New York")
    await lets_pass(town, datetime(2027, 2, 20, 16, tzinfo=UTC))
    new = f'title: Rank lists close\n        at: "2027-03-{day:02}T21:00:00-05:00"'
    town.facts = _facts(tmp_path / "facts", _OLD, new)
    await town.restart()

    (told,) = await ticks(town)

    assert "A date has changed" in told.text
    assert f"• {_RANK_LIST}: now " in told.text
    assert f"{day} March 2027, 21:00 ET" in told.text
    assert f"It was Wed 3 March 2027, 21:00 ET; that is {by}." in told.text
    await town.restart()
    found = naming(await lets_pass(town, datetime(2027, 3, 7, tzinfo=UTC)), _RANK_LIST)
    assert [one.at.date().isoformat() for one in found] == [
        *(f"2027-{month}-{on:02}" for month, on in _days_before(day))
    ]


def _days_before(day: int) -> list[tuple[str, int]]:
    """7, 2 and 0 days before this day of March, from 20 February on (28 days), and 14 where it is ahead."""
    dates = [datetime(2027, 3, day, tzinfo=UTC) - timedelta(days=lead) for lead in (14, 7, 2, 0)]
    return [(f"{at:%m}", at.day) for at in dates if at > datetime(2027, 2, 20, 16, tzinfo=UTC)]


@_ONE_MODE
async def test_what_is_done_and_what_did_not_move_is_not_told(town: Town, tmp_path: Path) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    for label in (_RANK_LIST, "Rank in your true order", "No games with the list"):
        await to_task(ana, SEASON, label)
        await ana.presses("Mark as done")
    await lets_pass(town, datetime(2027, 2, 20, 16, tzinfo=UTC))
    town.facts = _facts(tmp_path / "facts", _OLD, _OLD.replace("03-03", "03-06"))
    await town.restart()

    assert await ticks(town) == []


@_ONE_MODE
async def test_news_at_night_wait_for_the_end_of_quiet_hours(town: Town, tmp_path: Path) -> None:
    await lives_in(town, "Ana", "Match 2027", "New York")
    await lets_pass(town, datetime(2027, 2, 21, 4, tzinfo=UTC))
    town.facts = _facts(tmp_path / "facts", _OLD, _OLD.replace("03-03", "03-06"))
    await town.restart()
    assert await ticks(town) == []

    (told,) = await lets_pass(town, datetime(2027, 2, 21, 20, tzinfo=UTC))

    assert told.at == datetime(2027, 2, 21, 13, tzinfo=UTC)
    assert "3 days later" in told.text
    assert BACK not in told.text, "that it waited for the morning is no fault"


@_ONE_MODE
async def test_a_season_that_was_estimated_and_gets_its_dates_is_told_and_reminded_by_them(
    town: Town, tmp_path: Path
) -> None:
    """Estimated for 1 March 2028 (3 March 2027 and 364 days); published, let us say, for the 8th."""
    await lives_in(town, "Ana", "Match 2028", "New York")
    await lets_pass(town, datetime(2027, 12, 1, 16, tzinfo=UTC), timedelta(hours=12))
    published = """  - year: 2028
    derive_from: 2027
    dates:
      - kind: rank_list_deadline
        title: Rank lists close
        at: "2028-03-08T21:00:00-05:00"
        zone: America/New_York
        source: nrmp-match-week
        confirm_at: nrmp-match-week
        evidence: primary
        status: published
"""
    town.facts = _facts(tmp_path / "facts", "  - year: 2028\n    derive_from: 2027\n", published)
    await town.restart()

    (told,) = await ticks(town)
    found = naming(await lets_pass(town, datetime(2028, 3, 10, tzinfo=UTC)), _RANK_LIST)

    assert f"• {_RANK_LIST}: now Wed 8 March 2028, 21:00 ET" in told.text
    assert "It was Wed 1 March 2028, 21:00 ET; that is 7 days later." in told.text
    assert local_times(found, "America/New_York") == ["02-23 09:00", "03-01 09:00", "03-06 09:00", "03-08 09:00"]
