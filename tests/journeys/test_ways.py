"""The ways through: first screen, menu, review and single changes, settings, commands in the middle of a question."""

import pytest

from sandbox import Person
from tests.journeys.applicants import CITIZEN, EVERY_FLAG, SCENARIO
from tests.journeys.results import CLEAR, COMPETITION, PLACE, RAISED, SCORE, USCE, VISA, about, levels
from tests.journeys.walking import asked, assert_clean, begins, gives, goes_on, question_in, result_of, taps, walk
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])


async def _result(person: Person) -> str:
    await person.says("/result")
    return await person.text()


async def test_the_first_screen_says_what_this_is_for_whom_and_what_it_is_not(town: Town) -> None:
    ana = await town.person("Ana")

    await ana.says("/start")

    await ana.sees("international medical graduates (IMGs)", "backup specialty", "Match", "U.S. residency")
    await ana.sees(
        "Educational only", "not affiliated with NRMP, ECFMG or AAMC", "no guarantee", "no immigration advice"
    )
    await ana.sees("Free, no account")
    text = await ana.text()
    assert_clean(text)
    assert len(text) < 700, "row 001: one phone screen"
    assert (await ana.rows())[0] == ["Begin the assessment"]
    await ana.sees_not("maximize", "your chances", anywhere=True)


@_ONE_MODE
async def test_the_explanation_names_the_three_parts_of_a_backup_plan(town: Town) -> None:
    ana = await town.person("Ana")
    await ana.says("/start")

    await ana.presses("What is backup planning?")

    await ana.sees("1. A backup specialty", "2. Dual applying", "3. A Plan B for the year", "if you do not match")
    await ana.sees("not a lesser goal", "Your primary specialty stays in the plan", "not immigration advice")
    await ana.sees("Please never share exam content here")
    assert "Begin the assessment" in await ana.buttons()


@_ONE_MODE
async def test_the_menu_marks_what_is_done(town: Town) -> None:
    ana = await town.person("Ana")
    await ana.says("/menu")
    assert "Begin the assessment" in await ana.buttons()
    await begins(ana)
    await ana.presses("Menu")
    await ana.sees("1. Assess where you stand – not started")

    await ana.presses("Begin the assessment")
    await walk(ana, CITIZEN.answers, until="step2_ck")
    await ana.presses("Menu")
    await ana.sees("1. Assess where you stand – started", "You have answered 7 of")
    await ana.presses("Continue at question 8")
    await goes_on(ana, CITIZEN.answers)
    await ana.says("/menu")

    await ana.sees("1. Assess where you stand – done")
    assert "See my result" in await ana.buttons()


async def test_changing_one_answer_changes_the_result_and_leaves_the_others(town: Town) -> None:
    """Rows 026 and 157: only what was named changes."""
    dora = await town.person("Dora")
    before = await result_of(dora, CITIZEN.answers)
    assert levels(before)[COMPETITION] == CLEAR

    await dora.presses("Review or change answers")
    review = await dora.text()
    await dora.presses("Change: Your aim")
    await dora.presses("First-choice field")
    assert "Keep: Family Medicine" in await dora.buttons()
    await gives(dora, taps("Dermatology"))

    assert question_in(await dora.text()) is None, "one change must not lead through the other questions again"
    after = await _result(dora)
    assert levels(after) == {**levels(before), COMPETITION: RAISED}
    for flag in (SCORE, USCE, VISA, PLACE):
        assert about(after, flag) == about(before, flag)
    await dora.says("/review")
    assert await dora.text() == review.replace("First-choice field: Family Medicine", "First-choice field: Dermatology")


@_ONE_MODE
async def test_keeping_an_answer_in_the_review_changes_nothing(town: Town) -> None:
    dora = await town.person("Dora")
    before = await result_of(dora, SCENARIO.answers)

    await dora.says("/review")
    review = await dora.text()
    await dora.presses("Change: Exams")
    await dora.presses("Step 2 CK score")
    await dora.presses("Keep: 229")
    await dora.says("/review")
    assert await dora.text() == review
    await dora.presses("Change: Exams")
    await dora.presses("Step 2 CK score")
    await dora.presses("◂ Back")

    assert await _result(dora) == before


async def test_answers_that_no_longer_apply_are_ignored_and_come_back(town: Town) -> None:
    """Devi becomes a citizen: no visa question, no H-1B flag; when she is none again, her answers are all there."""
    devi = await town.person("Devi")
    before = await result_of(devi, EVERY_FLAG.answers)
    assert levels(before)[VISA] == RAISED

    await _changes(devi, "About you", "U.S. citizen", "Yes")
    await devi.says("/review")
    await devi.sees("U.S. citizen: Yes", "3 earlier answers do not apply now. They are kept, but not used.")
    await devi.sees_not("Visa needed", "Right to work", "Step 3:")
    assert levels(await _result(devi))[VISA] == CLEAR
    await devi.sees_not("H-1B only")

    await _changes(devi, "About you", "U.S. citizen", "No")
    assert question_in(await devi.text()) is None, "the kept answers must not be asked again"
    assert await _result(devi) == before


async def _changes(person: Person, section: str, title: str, *labels: str) -> None:
    await person.says("/review")
    await person.presses(f"Change: {section}")
    await person.presses(title)
    await gives(person, taps(*labels))


@_ONE_MODE
async def test_a_change_that_opens_new_questions_asks_just_these(town: Town) -> None:
    dora = await town.person("Dora")
    await result_of(dora, CITIZEN.answers)

    await _changes(dora, "About you", "U.S. citizen", "No")
    assert (await asked(dora)).key == "work_right"
    await dora.presses("No")
    assert (await asked(dora)).key == "visa"
    await dora.presses("H-1B")
    assert (await asked(dora)).key == "step3"
    await dora.presses("Passed")

    assert question_in(await dora.text()) is None
    assert levels(await _result(dora))[VISA] == "borderline"


@_ONE_MODE
async def test_a_command_in_the_middle_of_a_question_leads_back_to_it(town: Town) -> None:
    rana = await town.person("Rana")
    await begins(rana)
    await walk(rana, SCENARIO.answers, until="letters")
    before = await asked(rana)

    for command, says in {
        "/help": ("Back", "Not sure", "/delete", "never share exam content"),
        "/privacy": ("Who can see it", "encrypted", "How long", "Your rights", "Contact", "Telegram keeps its own"),
        "/settings": ("Time zone", "Match cycle"),
        "/review": ("Your answers",),
        "/menu": ("Assess where you stand",),
        "/delete": ("Erase everything?",),
    }.items():
        await rana.says(command)
        await rana.sees(*says)
        assert_clean(await rana.text())
        if command == "/delete":
            await rana.presses("No, keep my data")
        await rana.presses(f"Continue at question {before.number}")
        assert await asked(rana) == before, command


async def test_settings_change_the_city_and_the_cycle_and_keep_the_rest(town: Town) -> None:
    nils = await town.person("Nils")
    before = await result_of(nils, SCENARIO.answers)

    await nils.says("/settings")
    await nils.sees("Karachi", "Wednesday 17:00", "Match 2027")
    await nils.presses("Change city")
    await nils.presses("New York")
    await nils.sees("Is it now Wednesday 07:00 where you are?")
    await nils.presses("Yes, that is right")
    await nils.says("/settings")
    await nils.sees("New York", "Wednesday 07:00")
    town.jump(days=120)  # past the change of the clocks in March: 12:00 UTC is then 8:00 in New York
    await nils.says("/settings")
    await nils.sees("Thursday 08:00")

    await nils.presses("Change cycle")
    await nils.presses("Match 2028")
    await nils.says("/settings")
    await nils.sees("Match 2028")
    after = await _result(nils)
    await nils.sees("for the 2028 Match", "8 years since graduation, counted to autumn 2027")
    assert about(after, SCORE) == about(before, SCORE)


@_ONE_MODE
async def test_an_unknown_command_says_so_and_the_question_stays(town: Town) -> None:
    lars = await town.person("Lars")
    await begins(lars)
    await walk(lars, SCENARIO.answers, until="visa")

    for command in ("/frobnicate", "/HELPME now", "/start_over@parallel_plan_bot"):
        await lars.says(command)
        await lars.sees("I do not know this command")
        assert (await asked(lars)).key == "visa"


@_ONE_MODE
async def test_the_menu_of_commands_and_the_descriptions_are_set(town: Town) -> None:
    state = await town.asks("GET", "/sandbox/state")

    commands = {command["command"] for command in state["bot"]["commands"]}
    assert commands >= {"start", "menu", "help", "settings", "privacy", "cancel", "delete"}
    assert "Educational only" in state["bot"]["description"]
    assert "not affiliated with NRMP, ECFMG or AAMC" in state["bot"]["description"]
    assert state["bot"]["short_description"]
