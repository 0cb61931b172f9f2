"""The guide's worked example: opened as a card, and lived through (acceptance rows 092 to 097)."""

import pytest

from tests.journeys.applicants import SCENARIO
from tests.journeys.decisions import about_field, opens, origins, ranked
from tests.journeys.results import BORDERLINE, GRADUATION, RAISED, SCORE, USCE, VISA, about, levels
from tests.journeys.walking import assert_clean, begins, result_of, taps
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])


async def test_the_card_shows_the_person_the_concern_and_the_plan(town: Town) -> None:
    """Rows 092 and 094 to 097; anybody can open it, also before the first answer."""
    noa = await town.person("Noa")
    await noa.says("/example")
    text = await noa.text()
    assert_clean(text)
    parts = text.split("\n\n")

    person = next(part for part in parts if part.startswith("The person\n"))
    for said in (
        "Non-US IMG, graduated 2019 (YOG), needs a J-1 visa",
        "Step 2 CK 229",
        "One year of U.S. observerships in Internal Medicine",
        "Some shadowing in Psychiatry",
        "First choice: Psychiatry",
    ):
        assert said in person
    assert "Psychiatry has become more competitive in some regions" in text
    plan = next(part for part in parts if part.startswith("The plan\n"))
    assert "Psychiatry (first choice): 60–80 programs" in plan
    assert "Family Medicine (backup): 80–120 programs, especially IMG-friendly community programs" in plan
    statements = next(part for part in parts if part.startswith("Two statements\n"))
    assert "Psychiatry: about the interest in mental health" in statements
    assert "Family Medicine: about holistic primary care" in statements
    letters = next(part for part in parts if part.startswith("Letters\n"))
    assert "2 for Psychiatry, from doctors of Psychiatry" in letters
    assert "2 for Family Medicine, from doctors of Family Medicine or Internal Medicine" in letters
    assert "Each letter is assigned to the programs of its field." in text
    gain = next(part for part in parts if part.startswith("The gain: "))
    assert "the best chance to match in at least one field in which the interest in mental health can go on" in gain
    assert "It is not a rule for you." in text
    assert "The guide that this product follows, read 2026" in text
    assert "advice for this person, not published counts" in text
    await noa.presses("Where is this from?")
    await noa.sees("The guide that this product follows, read 2026")
    await noa.presses("◂ Back")
    assert await noa.text() == text


async def test_lived_through_it_suggests_psychiatry_first_and_family_medicine_beside_it(town: Town) -> None:
    """Row 093: the levels of the flags, no H-1B flag, and the plan of the card."""
    bilal = await town.person("Bilal")

    result = await result_of(bilal, SCENARIO.answers)

    found = levels(result)
    assert (found[SCORE], found[USCE], found[GRADUATION]) == (BORDERLINE, RAISED, BORDERLINE)
    assert "does not raise this flag" in about(result, VISA)
    assert "counted to autumn 2026" in about(result, GRADUATION)
    assert "Your primary specialty, Psychiatry, stays in your plan" in result
    await bilal.presses("Backup specialties")
    backups = await bilal.text()
    assert "Backups beside Psychiatry" in backups
    assert ranked(backups)[0] == "Family Medicine"
    assert origins(backups)["Family Medicine"] == "From the guide"
    assert "Less competitive: yes. Aligned: yes." in about_field(backups, "Family Medicine")
    page = await opens(bilal, "1. Family Medicine")
    assert "psychiatry is now quite competitive in some regions" in page
    await bilal.presses("Access and points")
    await bilal.sees("The guide names its community programs as open to IMGs")
    await bilal.presses("◂ Family Medicine")
    await bilal.presses("Choose as my backup")
    await bilal.sees("First choice: Psychiatry", "Backup 1 (Plan B): Family Medicine")
    await bilal.presses("Two fields? Family Medicine")
    await bilal.sees("Two fields: Psychiatry and Family Medicine?", "plan two statements and two sets of letters")
    await bilal.presses("Example of two fields")
    await bilal.sees("60–80 programs", "80–120 programs")
    await bilal.presses("Two fields for me?")
    await bilal.sees("Two fields: Psychiatry and Family Medicine?")


@_ONE_MODE
async def test_with_h_1b_alone_the_same_person_is_cautioned_and_with_j_1_not(town: Town) -> None:
    """Row 093's last part has a counterpart, or it would prove nothing."""
    other = await town.person("Other")
    answers = {**SCENARIO.answers, "visa": taps("H-1B"), "step3": taps("Not taken")}

    result = await result_of(other, answers)

    assert levels(result)[VISA] == BORDERLINE


@_ONE_MODE
async def test_the_card_is_one_tap_from_the_menu_and_leads_back(town: Town) -> None:
    """Row 092, on the way through the assessment."""
    pim = await town.person("Pim")
    await begins(pim)
    await pim.presses("Match 2027")
    await pim.presses("Menu")
    await pim.presses("Worked example")
    await pim.sees("An example of two fields")
    await pim.presses("Continue at question 2")
    await pim.sees("In which city are you now?")
