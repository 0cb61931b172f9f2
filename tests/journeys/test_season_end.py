"""The end of a season: how it ended, what is said then, and the way into the next one with what stays true."""

from datetime import UTC, datetime
from typing import Final

import pytest

from sandbox import Person
from tests.journeys.applicant import but
from tests.journeys.seasons import (
    AFTER,
    EARLY,
    LETTERS,
    MATCH_WEEK,
    PAKISTANI,
    SEASON,
    moves_to,
    plans,
    progress,
    to_page,
    to_phase,
    to_task,
    to_timeline,
    whole_season,
    without_reminders,
)
from tests.journeys.walking import assert_clean, taps
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_ASK: Final = "How did the Match end?"
# Summer time in New York (UTC-4): the answer comes on Monday at 10:00, SOAP ends on Thursday at 21:00, Match Day is
# Friday at 12:00.
_MONDAY: Final = datetime(2027, 3, 15, 14, 5, tzinfo=UTC)
_BEFORE_MONDAY: Final = datetime(2027, 3, 15, 13, 55, tzinfo=UTC)
_AFTER_MATCH_DAY: Final = datetime(2027, 3, 21, 12, tzinfo=UTC)
_WORDS: Final = {
    "I matched": ("You matched. Congratulations.", "This season is closed: you matched."),
    "I got a place in SOAP": ("You have a place through SOAP", "This season is closed: you have a place through SOAP."),
    "I did not match": ("No place this time.", "This season is closed, without a place this time."),
}


async def _at_the_end(town: Town, name: str, moment: datetime = _AFTER_MATCH_DAY) -> Person:
    """Somebody with a plan for Match 2027 who looks at the timeline at that moment."""
    person = await plans(town, name, PAKISTANI, "Family Medicine")
    await without_reminders(person)
    moves_to(town, moment)
    await to_timeline(person)
    return person


async def _ends(person: Person, outcome: str) -> str:
    """Says how the Match ended, by taps; gives the page that follows."""
    await to_timeline(person)
    await person.presses(_ASK)
    await person.presses(outcome)
    text = await person.text()
    assert_clean(text)
    return text


@_ONE_MODE
async def test_before_the_answer_comes_nobody_is_asked_how_it_ended(town: Town) -> None:
    ada = await _at_the_end(town, "Ada", _BEFORE_MONDAY)
    assert _ASK not in await ada.buttons()
    await to_task(ada, MATCH_WEEK, "Say how the Match ended")
    await ada.presses("How it ended")
    await ada.sees("Match Week has not come yet.")
    assert not set(_WORDS) & set(await ada.buttons())

    moves_to(town, _MONDAY)

    await to_timeline(ada)
    assert _ASK in await ada.buttons()
    await ada.presses(_ASK)
    assert set(_WORDS) <= set(await ada.buttons())


@pytest.mark.parametrize("outcome", _WORDS)
async def test_each_end_has_its_own_words_and_closes_the_season(town: Town, outcome: str) -> None:
    ben = await _at_the_end(town, "Ben")

    text = await _ends(ben, outcome)

    page, closed = _WORDS[outcome]
    assert page in text
    assert "What follows" in text
    await town.restart()
    assert closed in await to_timeline(ben)
    assert _ASK not in await ben.buttons()
    lines = {line.label: line.state for line in await to_phase(ben, MATCH_WEEK)}
    assert lines["Say how the Match ended"] == "done"
    assert lines["Match Day"] == "over"


@_ONE_MODE
async def test_somebody_who_did_not_match_is_not_shamed_and_told_to_rest_first(town: Town) -> None:
    cat = await _at_the_end(town, "Cat")

    text = await _ends(cat, "I did not match")

    assert "it says nothing about the doctor that you are" in text
    assert "Rest first" in text
    for word in ("fail", "sorry", "unfortunately", "rejected"):
        assert word not in text.casefold()


@_ONE_MODE
async def test_on_the_monday_of_match_week_no_match_leads_to_soap_which_begins_within_the_hour(town: Town) -> None:
    """At 10:05 on Monday nothing is over: SOAP applications open at 11:00, and its offers come on Thursday."""
    dee = await _at_the_end(town, "Dee", _MONDAY)

    text = await _ends(dee, "I did not match")

    assert "SOAP" in text
    assert "Nothing has to be decided this week" not in text
    assert "This season is closed" not in await to_timeline(dee)
    assert "SOAP applications open" in await dee.text()


@_ONE_MODE
async def test_somebody_who_matched_is_not_sent_into_soap(town: Town) -> None:
    eli = await _at_the_end(town, "Eli", _MONDAY)

    await _ends(eli, "I matched")

    text = await to_timeline(eli)
    assert "Match Day" in text
    assert "SOAP" not in text.partition("What comes next")[2]


@_ONE_MODE
async def test_the_answer_can_be_changed(town: Town) -> None:
    fay = await _at_the_end(town, "Fay")
    await _ends(fay, "I did not match")
    await to_timeline(fay)
    await fay.presses("After the Match")

    await fay.presses("I got a place in SOAP")

    await fay.sees("You have a place through SOAP")
    await to_timeline(fay)
    await fay.sees("you have a place through SOAP")
    await fay.sees_not("without a place")


@_ONE_MODE
async def test_the_next_match_is_offered_to_who_has_no_place_and_not_to_who_has_one(town: Town) -> None:
    gus = await _at_the_end(town, "Gus")
    await _ends(gus, "I matched")
    assert "Plan the next Match" not in await gus.buttons()
    await gus.presses("I did not match")
    assert "Plan the next Match" in await gus.buttons()
    await gus.presses("Plan the next Match")
    await gus.sees("Go on to Match 2028?")

    await gus.presses("Not now")

    await gus.sees("No place this time.")
    assert "Your timeline: Match 2027" in await to_timeline(gus)


@_ONE_MODE
async def test_rolling_on_keeps_what_stays_true_and_opens_what_each_season_asks_anew(town: Town) -> None:
    hal = await plans(town, "Hal", PAKISTANI, "Family Medicine")
    for label in ("Register for the Match", "Submit ERAS early", "Certify your rank list"):
        await to_task(hal, SEASON, label)
        await hal.presses("Mark as done")
    for phase, label in ((EARLY, "Secure U.S. rotations"), (LETTERS, "Ask for letters early")):
        await to_task(hal, phase, label)
        await hal.presses("Mark as done")
    assert await progress(hal) == (5, 18)  # with the profile and the choice: five of the guide's
    await without_reminders(hal)
    moves_to(town, _AFTER_MATCH_DAY)
    await _ends(hal, "I did not match")

    await hal.presses("Plan the next Match")
    await hal.sees("What stays done: ", "Secure U.S. rotations", "Choose first choice and backups")
    await hal.sees_not("Ask for letters early", "Submit ERAS early")
    await hal.presses("Yes, plan Match 2028")

    await hal.sees(
        "Your timeline is now that of Match 2028.", "Your timeline: Match 2028", "between the guide's second and third"
    )
    assert await progress(hal) == (3, 18)
    states = {label: line.state for label, line in (await whole_season(hal)).items()}
    assert states["Secure U.S. rotations"] == "done"
    assert states["List your profile"] == states["Choose first choice and backups"] == "done, by your answers"
    assert states["Register for the Match"] == states["Submit ERAS early"] == states["Certify your rank list"] == "open"
    assert states["Last day to register"] == "open"
    assert states["Say how the Match ended"] == "open"
    assert states["Ask for letters early"] == "past its best time, still possible"
    await hal.says("/review")
    await hal.sees("Match cycle: Match 2028", "Step 2 CK score: 245", "First-choice field: Psychiatry")
    await hal.says("/plan")
    await hal.sees("Psychiatry", "Family Medicine")
    assert "Reminders: off" in await to_page(hal, "Reminders"), "how they want to be reminded is kept"


@_ONE_MODE
async def test_the_season_that_ended_stays_noted_when_one_looks_back(town: Town) -> None:
    ida = await _at_the_end(town, "Ida")
    await to_task(ida, AFTER, "ERAS season ends")
    await _ends(ida, "I did not match")
    await ida.presses("Plan the next Match")
    await ida.presses("Yes, plan Match 2028")
    await ida.sees_not("without a place", "This season is closed")
    assert _ASK not in await ida.buttons()

    moves_to(town, datetime(2028, 3, 19, 12, tzinfo=UTC))

    await to_timeline(ida)
    assert _ASK in await ida.buttons(), "the next season asks anew"
    assert "Congratulations" in await _ends(ida, "I matched")


@_ONE_MODE
async def test_after_the_end_the_old_button_of_the_roll_rolls_nothing_twice(town: Town) -> None:
    jin = await _at_the_end(town, "Jin")
    await _ends(jin, "I did not match")
    await jin.presses("Plan the next Match")
    asked = await jin.screen()
    data = next(
        str(b["callback_data"])
        for row in asked["reply_markup"]["inline_keyboard"]
        for b in row
        if b["text"] == "Yes, plan Match 2028"
    )
    await jin.presses("Yes, plan Match 2028")

    await jin.presses_old(asked["message_id"], data)

    assert "Your timeline: Match 2028" in await to_timeline(jin)


@_ONE_MODE
async def test_own_deadlines_that_lie_ahead_come_along(town: Town) -> None:
    kay = await plans(town, "Kay", PAKISTANI, "Family Medicine")
    await to_page(kay, "My own deadlines")
    await kay.presses("Add a deadline")
    await kay.says("Observership in Houston on 3 May 2027 08:00 Central")
    await kay.presses("Save")
    await without_reminders(kay)
    moves_to(town, _AFTER_MATCH_DAY)
    await _ends(kay, "I did not match")
    await kay.presses("Plan the next Match")
    await kay.presses("Yes, plan Match 2028")

    assert "• Observership in Houston – in 43 days" in await to_timeline(kay)  # 10 days of March, 30 of April, 3 of May


@_ONE_MODE
async def test_after_the_last_match_that_is_known_there_is_no_dead_end(town: Town) -> None:
    """Only the dates up to Match 2029 are known; who comes to its end is told so and loses nothing."""
    lea = await plans(town, "Lea", but(PAKISTANI, cycle=taps("Match 2029")), "Family Medicine")
    await without_reminders(lea)
    moves_to(town, datetime(2029, 3, 24, 12, tzinfo=UTC))
    await _ends(lea, "I did not match")

    if "Plan the next Match" in await lea.buttons():
        await lea.presses("Plan the next Match")
        assert_clean(await lea.text())
        await lea.sees_not("We have no dates for that Match")
    assert "My timeline" in await lea.buttons()
    assert "without a place this time" in await to_timeline(lea)
