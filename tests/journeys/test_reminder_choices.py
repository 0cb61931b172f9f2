"""How reminders come, chosen by taps: the page shows which are ahead, by the person's own clock (158, 159).

Expected times are counted by hand. The person is in Karachi (UTC+5 all year) on 25 November 2026 at 17:00 there. NRMP
registration closes on 30 January at 9:59 of that clock, rank lists open on 1 February at 22:00 and close on 4 March at
7:00.
"""

import re
from typing import Final

import pytest

from sandbox import Person
from tests.journeys.seasons import (
    PAKISTANI,
    SEASON,
    begins_with,
    changes_city,
    plans,
    to_page,
    to_phase,
    to_task,
    to_timeline,
)
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_COMING: Final = re.compile(r"^• (\w{3} \d+ \w+ \d{4}, \d\d:\d\d): (.+?)(?: \(([^()]+)\))?$", re.MULTILINE)
_DIGEST: Final = "what is due in the next days, in one message"
_REGISTER: Final = "Register for the Match"
_LETTER: Final = "A letter to ask for early"
_CERTIFY: Final = "Certify your rank list"


async def _coming(person: Person) -> list[tuple[str, str, str]]:
    """The reminders ahead as the page shows them: when, of what, how early."""
    return _COMING.findall(await to_page(person, "Reminders"))


async def _times(person: Person, label: str) -> list[str]:
    return [at for at, what, _ in await _coming(person) if what == label]


async def _chooses(person: Person, setting: str, *labels: str) -> None:
    """One setting changed by taps; the person is back on the page of reminders then."""
    await to_page(person, "Reminders")
    await person.presses(setting)
    for label in labels:
        await person.presses(label)
    await person.sees("Reminders: on")


async def test_looking_at_the_timeline_begins_them_and_says_so(town: Town) -> None:
    ada = await begins_with(town, "Ada", "Match 2027", "Karachi")

    await ada.sees("Reminders are on.")

    text = await to_page(ada, "Reminders")
    assert "Each one comes by itself, at 09:00: 7 days before, 2 days before and on the day." in text
    assert "Quiet from 21:00 to 08:00." in text
    assert "Your time: Karachi time. It is now 17:00 there." in text
    assert "never name a field, a visa or a score" in text


@_ONE_MODE
async def test_the_page_shows_what_is_ahead_in_the_persons_own_time(town: Town) -> None:
    """On the day itself 9:00 would be 59 minutes before registration closes: that one comes a day earlier.

    The letter is wanted four weeks before Match Day, on 19 February.
    """
    ben = await plans(town, "Ben", PAKISTANI)

    coming = await _coming(ben)

    assert [(at, what) for at, what, _ in coming[:8]] == [
        ("Sat 23 January 2027, 09:00", _REGISTER),
        ("Thu 28 January 2027, 09:00", _REGISTER),
        ("Fri 29 January 2027, 09:00", _REGISTER),
        ("Sat 30 January 2027, 09:00", "Rank lists open"),
        ("Mon 1 February 2027, 09:00", "Rank lists open"),
        ("Fri 12 February 2027, 09:00", _LETTER),
        ("Wed 17 February 2027, 09:00", _LETTER),
        ("Thu 18 February 2027, 09:00", _CERTIFY),
    ]
    assert [lead for _, what, lead in coming if what == _REGISTER][:2] == ["7 days before", "2 days before"]
    assert next(lead for _, what, lead in coming if what == _CERTIFY) == "14 days before"
    await ben.sees("The rank list is also reminded 14 days before.")


@_ONE_MODE
async def test_the_rank_list_is_said_by_one_reminder_and_not_by_three(town: Town) -> None:
    """Rows 142 and 143: the reminder of the rank list says to rank in true order, so those two have none beside it."""
    cai = await plans(town, "Cai", PAKISTANI)
    for label in (_REGISTER, "Last day to register", "Rank lists open", _LETTER):
        await to_task(cai, SEASON, label)
        if "Mark as done" in await cai.buttons():
            await cai.presses("Mark as done")

    coming = await _coming(cai)

    assert [(at, what) for at, what, _ in coming[:4]] == [
        ("Thu 18 February 2027, 09:00", _CERTIFY),
        ("Thu 25 February 2027, 09:00", _CERTIFY),
        ("Tue 2 March 2027, 09:00", _CERTIFY),
        ("Wed 3 March 2027, 09:00", _CERTIFY),
    ]
    assert not {what for _, what, _ in coming} & {"Rank in your true order", "No games with the list"}


@_ONE_MODE
async def test_how_early_is_chosen_by_taps(town: Town) -> None:
    dee = await plans(town, "Dee", PAKISTANI)

    await _chooses(dee, "How early", "✓ 7 days before", "✓ 2 days before", "3 days before", "Done")

    await dee.sees("3 days before and on the day")
    assert await _times(dee, _REGISTER) == ["Wed 27 January 2027, 09:00", "Fri 29 January 2027, 09:00"]


@_ONE_MODE
async def test_with_nothing_ticked_only_the_day_itself_is_left(town: Town) -> None:
    eli = await plans(town, "Eli", PAKISTANI)

    await _chooses(eli, "How early", "✓ 7 days before", "✓ 2 days before", "✓ On the day", "Only on the day")

    assert await _times(eli, _REGISTER) == ["Fri 29 January 2027, 09:00"]


@_ONE_MODE
async def test_another_hour_moves_all_of_them(town: Town) -> None:
    fay = await plans(town, "Fay", PAKISTANI)

    await _chooses(fay, "Hour", "18:00")

    assert await _times(fay, _REGISTER) == [
        "Sat 23 January 2027, 18:00",
        "Thu 28 January 2027, 18:00",
        "Fri 29 January 2027, 18:00",
    ]
    # At 18:00 rank lists are still four hours from opening, at 22:00 of this clock.
    assert (await _times(fay, "Rank lists open"))[-1] == "Mon 1 February 2027, 18:00"


@_ONE_MODE
async def test_quiet_hours_are_kept_and_their_end_is_the_time_then(town: Town) -> None:
    gus = await plans(town, "Gus", PAKISTANI)

    await _chooses(gus, "Hour", "07:00")
    assert (await _times(gus, _REGISTER))[:2] == ["Sat 23 January 2027, 08:00", "Thu 28 January 2027, 08:00"]

    await _chooses(gus, "Quiet hours", "20:00 to 09:00")
    assert (await _times(gus, _REGISTER))[:2] == ["Sat 23 January 2027, 09:00", "Thu 28 January 2027, 09:00"]

    await _chooses(gus, "Quiet hours", "No quiet hours")
    await gus.sees("No quiet hours.")
    assert (await _times(gus, _REGISTER))[:2] == ["Sat 23 January 2027, 07:00", "Thu 28 January 2027, 07:00"]


@_ONE_MODE
async def test_one_message_a_day_comes_instead_of_the_single_ones(town: Town) -> None:
    """It is 17:00 on Wednesday: the next 9:00 is on Thursday."""
    hal = await plans(town, "Hal", PAKISTANI)

    await _chooses(hal, "How they come", "One message a day")

    await hal.sees("One message a day, at 09:00, when there is something to say.")
    assert await _coming(hal) == [("Thu 26 November 2026, 09:00", _DIGEST, "")]
    await _chooses(hal, "How they come", "Each one by itself")
    assert len(await _times(hal, _REGISTER)) == 3


@_ONE_MODE
async def test_one_message_a_week_comes_on_the_chosen_day_and_hides_no_deadline(town: Town) -> None:
    """25 November 2026 is a Wednesday: the next Monday is the 30th, the next Friday the 27th."""
    ida = await plans(town, "Ida", PAKISTANI)

    await _chooses(ida, "How they come", "One message a week")

    coming = await _coming(ida)
    assert coming[0] == ("Mon 30 November 2026, 09:00", _DIGEST, "")
    assert await _times(ida, _CERTIFY) == ["Wed 3 March 2027, 09:00"], "a deadline has its own day beside the digest"
    assert await _times(ida, _REGISTER) == [], "a task that can be done later is in the digest"
    await _chooses(ida, "Day", "Friday")
    await ida.sees("One message a week, on Friday at 09:00.")
    assert (await _coming(ida))[0][0] == "Fri 27 November 2026, 09:00"


@_ONE_MODE
async def test_all_of_them_go_off_with_one_tap_and_on_with_another(town: Town) -> None:
    jin = await plans(town, "Jin", PAKISTANI)
    before = await _coming(jin)

    await jin.presses("Turn all off")

    await jin.sees("Reminders: off", "Nothing is sent to you.", "Your timeline stays")
    assert await _coming(jin) == []
    assert "Reminders are off." in await to_timeline(jin)
    await town.restart()
    await to_page(jin, "Reminders")
    await jin.sees("Reminders: off")
    await jin.presses("Turn reminders on")
    await jin.sees("Reminders: on")
    assert await _coming(jin) == before


@_ONE_MODE
async def test_a_muted_item_is_not_reminded_stays_on_the_timeline_and_can_come_back(town: Town) -> None:
    kay = await plans(town, "Kay", PAKISTANI)
    await to_task(kay, SEASON, _REGISTER)

    await kay.presses("No reminders")

    await kay.sees(f"Muted: {_REGISTER}.", "Reminders of this are muted.")
    assert await _times(kay, _REGISTER) == []
    await kay.sees(f"Muted: {_REGISTER}.")
    assert _REGISTER in await to_timeline(kay)
    line = next(line for line in await to_phase(kay, SEASON) if line.label == _REGISTER)
    assert line.state == "open"
    assert line.rest.endswith("; muted")
    await to_task(kay, SEASON, _REGISTER)
    await kay.presses("Remind me again")
    assert len(await _times(kay, _REGISTER)) == 3


@_ONE_MODE
async def test_what_is_done_is_not_reminded_and_what_is_undone_is_again(town: Town) -> None:
    """Row 144."""
    lea = await plans(town, "Lea", PAKISTANI)
    await to_task(lea, SEASON, _REGISTER)
    await lea.presses("Mark as done")
    assert await _times(lea, _REGISTER) == []

    await to_task(lea, SEASON, _REGISTER)
    await lea.presses("Not done after all")

    assert len(await _times(lea, _REGISTER)) == 3


@_ONE_MODE
async def test_an_own_deadline_is_reminded_like_the_others(town: Town) -> None:
    """14:00 in Chicago on 12 December is 1:00 of the 13th in Karachi: the last reminder comes on the 12th."""
    mia = await plans(town, "Mia", PAKISTANI)
    await to_page(mia, "My own deadlines")
    await mia.presses("Add a deadline")
    await mia.says("Interview in Cleveland on 12 December 14:00 Central")
    await mia.presses("Save")

    assert await _times(mia, "Interview in Cleveland") == [
        "Sun 6 December 2026, 09:00",
        "Fri 11 December 2026, 09:00",
        "Sat 12 December 2026, 09:00",
    ]


@_ONE_MODE
async def test_a_move_to_another_city_moves_them_to_the_same_hour_there(town: Town) -> None:
    """In Tokyo (UTC+9) registration closes on 30 January at 13:59: 9:00 of that day is early enough."""
    ned = await plans(town, "Ned", PAKISTANI)

    await changes_city(ned, "Tokyo")

    assert await _times(ned, _REGISTER) == [
        "Sat 23 January 2027, 09:00",
        "Thu 28 January 2027, 09:00",
        "Sat 30 January 2027, 09:00",
    ]
    await ned.sees("Your time: Tokyo time. It is now 21:00 there.")


@_ONE_MODE
async def test_without_a_city_hours_are_in_utc_and_that_is_said(town: Town) -> None:
    oto = await begins_with(town, "Oto", "Match 2027")

    await to_page(oto, "Reminders")

    await oto.sees("Your city is not known, so hours are in UTC (12:00 now).")


@_ONE_MODE
async def test_a_setting_that_is_left_open_changes_nothing(town: Town) -> None:
    pia = await plans(town, "Pia", PAKISTANI)
    before = await _coming(pia)
    await pia.presses("Hour")
    await pia.says("at noon or so")
    await pia.sees("At what hour should reminders come?")

    await pia.presses("◂ Back")

    assert await _coming(pia) == before


@_ONE_MODE
async def test_in_the_middle_of_the_assessment_the_settings_are_open_and_the_question_waits(town: Town) -> None:
    quy = await begins_with(town, "Quy", "Match 2027", "Karachi")
    await _chooses(quy, "Hour", "18:00")

    await quy.presses("Continue at question 4")

    await quy.sees("Are you a U.S. citizen?")
