"""The FAQ and the glossary on the way: open them in the middle of the assessment, and be back at the same question."""

import pytest

from tests.journeys.applicants import SCENARIO
from tests.journeys.walking import asked, assert_clean, begins, gives, walk
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])


async def test_the_faq_opens_in_the_middle_and_leads_back_once_to_the_same_question(town: Town) -> None:
    """Row 149."""
    noor = await town.person("Noor")
    await begins(noor)
    await walk(noor, SCENARIO.answers, until="graduation_year")
    open_question = await asked(noor)

    await noor.says("/faq")
    await noor.sees("Questions that IMGs often ask", "1. Is it risky to apply to only one specialty?")
    await noor.presses("2. Will programs know?")
    await noor.sees("Not automatically", "Programs may not ask you where else you applied", "Where is this from?")
    await noor.presses("Next ▸")
    await noor.sees("Internal Medicine, especially at community programs")
    await noor.presses(f"Continue at question {open_question.number}")

    assert await asked(noor) == open_question
    await gives(noor, SCENARIO.answers["graduation_year"])
    assert (await asked(noor)).number == open_question.number + 1
    await noor.sees_not("Questions that IMGs often ask")


@_ONE_MODE
async def test_a_word_is_looked_up_by_menu_list_and_typing(town: Town) -> None:
    omid = await town.person("Omid")
    await begins(omid)
    await walk(omid, SCENARIO.answers, until="visa")
    await omid.presses("Menu")

    await omid.presses("Glossary")
    await omid.sees("Glossary", "Page 1 of")
    await omid.presses("Later words ▸")
    await omid.sees("Page 2 of")
    await omid.says("what is SOAP")
    await omid.sees("Supplemental Offer and Acceptance Program", "NRMP, read 2026")
    await omid.says("qwertz")
    await omid.sees("I do not have “qwertz” in this list")
    await omid.presses("Continue at question")

    assert (await asked(omid)).key == "visa"


@_ONE_MODE
async def test_no_answer_of_the_faq_is_a_dead_end_or_holds_a_leftover(town: Town) -> None:
    pia = await town.person("Pia")
    await pia.says("/faq")
    await pia.presses("1. Only one field?")

    seen = 1
    while "Next ▸" in await pia.buttons():
        assert_clean(await pia.text())
        assert {"All questions", "Begin the assessment", "Menu"} <= set(await pia.buttons())
        await pia.presses("Next ▸")
        seen += 1

    assert seen == 10
    await pia.sees("Why do you not give me a percentage?")
    await pia.presses("Begin the assessment")
    assert (await asked(pia)).number == 1
