"""Stopping and coming back: a pause, a week, a restart, a day of downtime, buttons from before."""

from datetime import timedelta

import pytest

from tests.journeys.applicants import SCENARIO
from tests.journeys.walking import asked, begins, button_data, question_in, walk
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])


async def test_cancel_stops_keeps_the_answers_and_traps_nobody(town: Town) -> None:
    carl = await town.person("Carl")
    await carl.says("/cancel")
    await carl.says("/start")
    await begins(carl)
    await walk(carl, SCENARIO.answers, until="graduation_year")

    await carl.says("/cancel")
    await carl.sees("6 answers are kept")
    assert question_in(await carl.text()) is None
    await carl.says("/cancel")
    await carl.sees("Nothing is running", "Your answers are as they were")
    await carl.presses("Continue at question 7")

    assert (await asked(carl)).key == "graduation_year"


@pytest.mark.parametrize("stopped", [False, True], ids=["running", "restarted meanwhile"])
async def test_after_a_week_one_may_go_on_at_the_same_question_or_start_over(town: Town, *, stopped: bool) -> None:
    mira = await town.person("Mira")
    await begins(mira)
    await walk(mira, SCENARIO.answers, until="visa")
    if stopped:
        await town.stop()
    town.jump(days=7)
    if stopped:
        await town.start()

    await mira.says("/start")
    await mira.sees("Welcome back", "away for 7 days", "question 6 of", "Visa needed")
    assert {"Continue at question 6", "Start over"} <= set(await mira.buttons())
    await mira.presses("Continue at question 6")
    assert (await asked(mira)).key == "visa"

    town.jump(days=7)
    await mira.says("/start")
    await mira.presses("Start over")
    await mira.presses("No, keep my answers")
    await mira.says("/start")
    await mira.sees("question 6 of")
    await mira.presses("Start over")
    await mira.presses("Yes, start over")
    question = await asked(mira)
    assert (question.key, question.number) == ("cycle", 1)
    await mira.says("/review")
    await mira.sees("Match cycle: not answered yet")


async def test_a_restart_in_the_middle_of_a_question_loses_nothing(town: Town) -> None:
    """Row 155: a half-made list too, and the buttons from before the restart still work."""
    omid = await town.person("Omid")
    await begins(omid)
    await walk(omid, SCENARIO.answers, until="usce_kinds")
    await omid.presses("Observership")

    await town.restart()
    await omid.presses("Externship")
    assert {"✓ Observership", "✓ Externship", "Done (2 chosen)"} <= set(await omid.buttons())
    await town.restart()
    await omid.presses("Done")

    assert (await asked(omid)).key == "observership_months"
    await omid.says("/review")
    await omid.sees("Step 2 CK score: 229", "Year of graduation: 2019", "City: Karachi")


@pytest.mark.parametrize("away", [timedelta(seconds=90), timedelta(hours=23)], ids=str)
async def test_what_is_written_while_the_bot_is_down_is_taken_in_order_afterwards(town: Town, away: timedelta) -> None:
    """Bar 6: the answers of a whole section, and a tap whose spinner nobody can stop any more."""
    town.allows("query is too old")
    yara = await town.person("Yara")
    await begins(yara)
    first = await yara.screen()
    await walk(yara, SCENARIO.answers, until="step2_ck")
    await town.stop()

    for text in ("229", "2023", "none", "certified", "observership"):
        await yara.says(text, settle=False)
    await yara.presses_old(first["message_id"], button_data(first, "Match 2028"), settle=False)
    town.jump(seconds=away.total_seconds())
    await town.start()
    await yara.says("12")

    assert (await asked(yara)).key == "observership_fields"
    await yara.says("/review")
    await yara.sees("Match cycle: Match 2027", "Step 2 CK score: 229", "Step 2 CK year: 2023")
    await yara.sees("Failed attempts: No failed attempt", "ECFMG certification: Certified")
    await yara.sees("Observership: months: 12 months")


async def test_an_old_button_explains_itself_and_changes_nothing(town: Town) -> None:
    petra = await town.person("Petra")
    await begins(petra)
    first = await petra.screen()
    await walk(petra, SCENARIO.answers, until="graduation_year")

    await petra.presses_old(first["message_id"], button_data(first, "Match 2028"))

    await petra.sees("That button belongs to an earlier screen")
    assert (await asked(petra)).key == "graduation_year"
    toast = await petra.toast()
    assert toast is not None
    assert "Nothing was changed" in str(toast.get("text"))
    await petra.says("/review")
    await petra.sees("Match cycle: Match 2027")


@pytest.mark.parametrize("database", ["postgres"])
@_ONE_MODE
async def test_the_ways_back_work_on_postgresql_too(town: Town) -> None:
    tova = await town.person("Tova")
    await begins(tova)
    await walk(tova, SCENARIO.answers, until="usce_kinds")
    await tova.presses("Observership")
    town.jump(days=7)
    await town.restart()

    await tova.says("/start")
    await tova.sees("away for 7 days")
    await tova.presses("Continue")
    await tova.presses("Not sure")
    assert (await asked(tova)).key == "home_experience"
    await tova.says("/delete")
    await tova.presses("Erase everything")
    await tova.presses("Yes, erase now")
    await tova.says("/start")

    assert (await tova.rows())[0] == ["Begin the assessment"]


async def test_a_press_is_answered_before_telegram_forgets_it(town: Town) -> None:
    """Bar 25: the spinner stops on every press, also where nothing changes."""
    kai = await town.person("Kai")
    await begins(kai)
    for label in ("Match 2027", "Why do you ask?", "Hide why", "Menu", "Continue", "Karachi", "◂ Back", "Keep"):
        await kai.presses(label)
        assert await kai.toast() is not None, f"{label} is left spinning"
