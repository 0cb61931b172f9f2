"""Done, Snooze and Mute under a reminder: now, days later and in the middle of something else; each counts once."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from sandbox import Person
from tests.journeys.reminded import (
    Arrival,
    labels_of,
    lets_pass,
    lives_in,
    message_of,
    naming,
    sleeps,
    taps_on,
    ticks,
)
from tests.journeys.seasons import SEASON, to_page, to_phase, to_task
from tests.journeys.walking import asked, button_data, question_in
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_EVERYWHERE = pytest.mark.parametrize(
    ("mode", "database"), [("webhook", "sqlite"), ("polling", "sqlite"), ("webhook", "postgres")]
)
_REGISTER: Final = "Register for the Match"
_PATHWAYS: Final = "Pathways application"
# New York: the first reminder of the season, of registration, seven days before 29 January; then 24 January Pathways.
_FIRST: Final = datetime(2027, 1, 22, 14, tzinfo=UTC)
_UNTIL: Final = datetime(2027, 1, 30, tzinfo=UTC)
_LIST: Final = datetime(2027, 1, 27, 14, tzinfo=UTC)


async def _reminded(town: Town, name: str = "Ana", at: datetime = _FIRST) -> tuple[Person, Arrival]:
    """Somebody in New York who was just reminded; the newest message that came by itself."""
    person = await lives_in(town, name, "Match 2027", "New York")
    found = [one for one in await lets_pass(town, at) if one.chat_id == person.id]
    assert found[-1].at == at
    return person, found[-1]


async def _state_of(person: Person, label: str) -> str:
    await person.says("/timeline")  # a new message below the reminder, as the reminder stays where it is
    return {line.label: line.state for line in await to_phase(person, SEASON)}[label]


# -- done --------------------------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_done_on_the_message_shows_on_the_timeline_and_stops_what_was_ahead(town: Town) -> None:
    ana, message = await _reminded(town)
    assert labels_of(await message_of(ana, message.message_id)) == [
        *("Done", "Snooze", "Mute", "More about this", "My timeline", "Reminders")
    ]

    await taps_on(ana, message.message_id, "Done")

    after = await message_of(ana, message.message_id)
    assert after["text"].startswith(f"Done: {_REGISTER}")
    assert await _state_of(ana, _REGISTER) == "done"
    assert _REGISTER not in await to_page(ana, "Reminders")
    assert naming(await lets_pass(town, _UNTIL), _REGISTER) == []


@_ONE_MODE
async def test_not_done_after_all_brings_back_what_is_ahead_and_nothing_that_was_said(town: Town) -> None:
    ana, message = await _reminded(town)
    await taps_on(ana, message.message_id, "Done")
    await taps_on(ana, message.message_id, "Not done after all")

    assert (await message_of(ana, message.message_id))["text"].startswith(f"Open again: {_REGISTER}")
    assert await _state_of(ana, _REGISTER) != "done"
    found = naming(await lets_pass(town, _UNTIL), _REGISTER)
    assert [one.at.day for one in found] == [27, 29]


@_ONE_MODE
async def test_done_in_the_timeline_stops_the_reminder_that_was_scheduled(town: Town) -> None:
    ana = await lives_in(town, "Ana", "Match 2027", "New York")
    await lets_pass(town, _FIRST - timedelta(minutes=1), timedelta(days=7))
    await to_task(ana, SEASON, _REGISTER)
    await ana.presses("Mark as done")

    assert naming(await lets_pass(town, _UNTIL), _REGISTER) == []


@_ONE_MODE
async def test_what_was_done_in_the_timeline_is_shown_by_the_old_message_as_it_is(town: Town) -> None:
    ana, message = await _reminded(town)
    await to_task(ana, SEASON, _REGISTER)
    await ana.presses("Mark as done")

    await taps_on(ana, message.message_id, "Snooze")
    await taps_on(ana, message.message_id, "Back")

    assert "This is done." in (await message_of(ana, message.message_id))["text"]
    assert await _state_of(ana, _REGISTER) == "done"


@_ONE_MODE
async def test_a_press_on_the_message_of_weeks_ago_still_counts(town: Town) -> None:
    ana, message = await _reminded(town)
    before = await message_of(ana, message.message_id)
    await lets_pass(town, _FIRST + timedelta(days=40))

    await ana.presses_old(message.message_id, button_data(before, "Done"))

    assert (await message_of(ana, message.message_id))["text"].startswith(f"Done: {_REGISTER}")
    assert await _state_of(ana, _REGISTER) == "done"


# -- in the middle of something else -----------------------------------------------------------------------------------


@_EVERYWHERE
async def test_in_the_middle_of_a_question_the_question_stays_and_only_that_message_changes(town: Town) -> None:
    ana, message = await _reminded(town)
    await to_page(ana, "Reminders")
    await ana.presses("Continue at question")
    question = await asked(ana)
    others = [one for one in await ana.messages() if one["message_id"] != message.message_id]

    for label in ("Snooze", "Pick a day", "Back", "Back", "Mute", "Remind me again", "Done"):
        await taps_on(ana, message.message_id, label)
        assert [one for one in await ana.messages() if one["message_id"] != message.message_id] == others, label

    assert question_in(others[-1]["text"]) == question
    await ana.presses_old(others[-1]["message_id"], button_data(others[-1], "Yes"))
    assert (await asked(ana)).number == question.number + 1


@_ONE_MODE
async def test_an_answer_typed_after_a_press_on_a_reminder_goes_to_the_question(town: Town) -> None:
    ana, message = await _reminded(town)
    await ana.presses("Reminders")
    await ana.presses("Continue at question")
    await taps_on(ana, message.message_id, "Done")

    await ana.says("yes")

    assert (await asked(ana)).key != "citizenship"


@_ONE_MODE
async def test_more_about_this_and_my_timeline_leave_the_reminder_where_it_is(town: Town) -> None:
    ana, message = await _reminded(town)
    for label, words in (("More about this", "How to begin"), ("My timeline", "Your timeline: Match 2027")):
        await taps_on(ana, message.message_id, label)
        await ana.sees(words)
        assert (await message_of(ana, message.message_id))["text"].startswith(_REGISTER)


# -- twice -------------------------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_a_press_that_telegram_delivers_twice_counts_once_and_shows_the_same(town: Town) -> None:
    ana, message = await _reminded(town)
    town.allows("message is not modified", "query is too old")  # the second copy finds everything done
    town.box.fault("duplicate", times=4)

    await taps_on(ana, message.message_id, "Snooze")
    assert "When should I remind you again?" in (await message_of(ana, message.message_id))["text"]
    await taps_on(ana, message.message_id, "1 hour")

    assert (await message_of(ana, message.message_id))["text"].startswith(f"Put off: {_REGISTER}")
    assert len(await ana.messages()) == 3, "the /start, the timeline and the reminder"
    (again,) = await lets_pass(town, _FIRST + timedelta(hours=12))
    assert (again.at, again.labels) == (_FIRST + timedelta(hours=1), [_REGISTER])


@_ONE_MODE
@pytest.mark.parametrize("label", ["Done", "Mute"])
async def test_two_taps_on_the_same_button_are_one(town: Town, label: str) -> None:
    ana, message = await _reminded(town)
    town.allows("message is not modified")
    data = button_data(await message_of(ana, message.message_id), label)

    await ana.presses_old(message.message_id, data)
    once = await message_of(ana, message.message_id)
    await ana.presses_old(message.message_id, data)

    twice = await message_of(ana, message.message_id)
    assert twice["text"] == once["text"]
    assert labels_of(twice) == labels_of(once)
    assert naming(await lets_pass(town, _UNTIL), _REGISTER) == []


# -- snooze ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "again"),
    [
        ("1 hour", datetime(2027, 1, 22, 15, tzinfo=UTC)),
        ("Tomorrow", datetime(2027, 1, 23, 14, tzinfo=UTC)),
        ("Next week", datetime(2027, 1, 29, 14, tzinfo=UTC)),
    ],
)
@_ONE_MODE
async def test_a_reminder_that_is_put_off_comes_again_at_that_time(town: Town, label: str, again: datetime) -> None:
    """Tomorrow and next week are at nine, the usual hour. In between there is nothing of it, afterwards as before."""
    ana, message = await _reminded(town)
    await taps_on(ana, message.message_id, "Snooze")
    await taps_on(ana, message.message_id, label)
    assert "Its own time stays: Fri 29 January 2027, 23:59 ET" in (await message_of(ana, message.message_id))["text"]

    found = naming(await lets_pass(town, _UNTIL), _REGISTER)

    usual = [datetime(2027, 1, day, 14, tzinfo=UTC) for day in (27, 29)]
    assert [one.at for one in found] == sorted({again, *(at for at in usual if at > again)})


@_ONE_MODE
async def test_a_picked_day_is_one_of_those_before_the_deadline(town: Town) -> None:
    """On Friday the 22nd: from Sunday the 24th (tomorrow has a button of its own) up to the 29th, the day itself."""
    ana, message = await _reminded(town)
    await taps_on(ana, message.message_id, "Snooze")
    await taps_on(ana, message.message_id, "Pick a day")
    days = labels_of(await message_of(ana, message.message_id))
    assert days == ["Sun 24 Jan", "Mon 25 Jan", "Tue 26 Jan", "Wed 27 Jan", "Thu 28 Jan", "Fri 29 Jan", "Back"]

    await taps_on(ana, message.message_id, "Mon 25 Jan")

    found = naming(await lets_pass(town, _UNTIL), _REGISTER)
    assert [(one.at.day, one.at.hour) for one in found] == [(25, 14), (27, 14), (29, 14)]


@_ONE_MODE
async def test_putting_off_twice_reminds_at_the_later_time_only(town: Town) -> None:
    ana, message = await _reminded(town)
    for label in ("Snooze", "1 hour", "Another time", "Tomorrow"):
        await taps_on(ana, message.message_id, label)

    found = naming(await lets_pass(town, datetime(2027, 1, 26, tzinfo=UTC)), _REGISTER)

    assert [one.at for one in found] == [datetime(2027, 1, 23, 14, tzinfo=UTC)]


@_ONE_MODE
async def test_the_same_item_can_be_put_off_again_and_again(town: Town) -> None:
    ana, message = await _reminded(town)
    for _ in range(3):
        await taps_on(ana, message.message_id, "Snooze")
        await taps_on(ana, message.message_id, "1 hour")
        (message,) = await lets_pass(town, town.box.clock.now() + timedelta(hours=1))
        assert message.labels == [_REGISTER]


@_ONE_MODE
async def test_an_hour_before_the_quiet_hours_waits_until_they_end(town: Town) -> None:
    """Tapped at 20:30 in New York: 21:30 is quiet, so it comes at eight."""
    ana, message = await _reminded(town)
    sleeps(town, datetime(2027, 1, 23, 1, 30, tzinfo=UTC))
    await taps_on(ana, message.message_id, "Snooze")
    await taps_on(ana, message.message_id, "1 hour")

    found = await lets_pass(town, datetime(2027, 1, 24, tzinfo=UTC), timedelta(minutes=30))

    assert [one.at for one in found] == [datetime(2027, 1, 23, 13, tzinfo=UTC)]


# -- mute --------------------------------------------------------------------------------------------------------------


@_ONE_MODE
async def test_a_muted_item_stays_on_the_timeline_and_is_reminded_again_on_request(town: Town) -> None:
    ana, message = await _reminded(town)
    await taps_on(ana, message.message_id, "Mute")
    assert "Muted: Register for the Match" in await to_page(ana, "Reminders")
    assert _REGISTER in {line.label for line in await to_phase(ana, SEASON)}
    assert naming(await lets_pass(town, datetime(2027, 1, 28, tzinfo=UTC)), _REGISTER) == []

    await taps_on(ana, message.message_id, "Remind me again")

    assert [one.at.day for one in naming(await lets_pass(town, _UNTIL), _REGISTER)] == [29]


# -- lists -------------------------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_each_item_of_a_list_opens_as_a_message_of_its_own_and_the_list_stays(town: Town) -> None:
    """27 January: registration in two days, and two that are due on 3 February."""
    ana, message = await _reminded(town, at=_LIST)
    listed = await message_of(ana, message.message_id)
    assert len(message.labels) == 3
    assert labels_of(listed) == [*message.labels, "My timeline", "Reminders"]

    opened = []
    for label in message.labels:
        await taps_on(ana, message.message_id, label)
        screen = await ana.screen()
        assert screen["text"].startswith(label)
        opened.append(screen["message_id"])
    for message_id in opened:
        await taps_on(ana, message_id, "Done")

    assert len({*opened, message.message_id}) == 4
    assert await message_of(ana, message.message_id) == listed
    for label in message.labels:
        assert await _state_of(ana, label) == "done"
    assert [one.labels for one in await lets_pass(town, _UNTIL)] == [[_PATHWAYS]]


# -- what means nothing any more ---------------------------------------------------------------------------------------


@_ONE_MODE
async def test_a_press_from_before_an_erasure_does_nothing_and_nothing_more_comes(town: Town) -> None:
    ana, message = await _reminded(town)
    before = await message_of(ana, message.message_id)
    await ana.says("/delete")
    await ana.presses("Erase everything")
    await ana.presses("Yes, erase now")

    for label in ("Done", "Snooze", "Mute"):
        await ana.presses_old(message.message_id, button_data(before, label))
    await ana.sees_not("Done:", "Muted:", "remind you again")

    await lives_again(ana)
    assert await _state_of(ana, _REGISTER) != "done"
    assert _REGISTER in await to_page(ana, "Reminders")


@_ONE_MODE
async def test_after_an_erasure_nothing_comes(town: Town) -> None:
    ana, _ = await _reminded(town)
    await ana.says("/delete")
    await ana.presses("Erase everything")
    await ana.presses("Yes, erase now")

    assert await lets_pass(town, datetime(2027, 4, 1, tzinfo=UTC)) == []


async def lives_again(person: Person) -> None:
    """The same person begins anew, up to the timeline."""
    await person.says("/start")
    for label in ("Begin the assessment", "Match 2027", "New York", "Yes, that is right", "Menu", "My timeline"):
        await person.presses(label)


@_ONE_MODE
@pytest.mark.parametrize(
    "data", ["done-", "done-nothing", "hour-", "on-nrmp_register-20990101", "on-nrmp_register-x", "x-y-z"]
)
async def test_a_forged_action_changes_nothing_and_says_so(town: Town, data: str) -> None:
    ana, message = await _reminded(town)
    real = button_data(await message_of(ana, message.message_id), "Done")

    await ana.presses_old(message.message_id, real.replace("done-nrmp_register", data))

    text = (await message_of(ana, message.message_id))["text"]
    assert "Nothing was changed." in text or "It was not put off" in text
    assert [one.at.day for one in naming(await lets_pass(town, _UNTIL), _REGISTER)] == [27, 29]


@_ONE_MODE
async def test_another_persons_button_does_nothing(town: Town) -> None:
    ana, message = await _reminded(town)
    bob = await lives_in(town, "Bob", "Match 2027", "New York")
    mine = button_data(await message_of(ana, message.message_id), "Done")

    await bob.presses_old((await bob.screen())["message_id"], mine)

    assert await _state_of(bob, _REGISTER) != "done"
    assert await _state_of(ana, _REGISTER) != "done"


@_ONE_MODE
async def test_a_reminder_shows_no_spinner_for_longer_than_its_turn(town: Town) -> None:
    ana, message = await _reminded(town)
    await taps_on(ana, message.message_id, "Mute")
    assert await ana.toast() is not None
    assert await ticks(town) == []
