"""Where one stands: the published figures beside one's own numbers, as a person taps through them."""

import re
import struct
from typing import Final

import pytest

from bot.outgoing.drawing import WIDTH_PIXELS
from sandbox import Person
from tests.journeys.applicant import NOTHING_IN_THE_WAY, but
from tests.journeys.applicants import CITIZEN, GREEN_CARD, SCENARIO, STUDENT, TWO_FLAGS, UNSURE_OF_ALL
from tests.journeys.decisions import changes
from tests.journeys.walking import Answers, asked, assert_clean, begins, result_of, taps, types, walk
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_CITED: Final = re.compile(r"\(NRMP 20\d\d\)")
_NO_CHANCE: Final = "We compute no chance for you: such figures know nothing of your letters, interviews or programs."
_PNG: Final = b"\x89PNG\r\n\x1a\n"


async def _stands(person: Person, answers: Answers) -> str:
    await result_of(person, answers)
    await person.presses("Where you stand")
    text = await person.text()
    assert_clean(text)
    return text


def _line(text: str, start: str) -> str:
    """The line of figures that begins so."""
    return next(line for line in text.split("\n") if line.startswith(f"• {start}"))


async def test_published_figures_stand_beside_ones_own_numbers_with_their_year(town: Town) -> None:
    abe = await town.person("Abe")

    text = await _stands(abe, but(SCENARIO.answers, publications=taps("2"), research_fields=taps("Psychiatry", "Done")))

    assert "Where you stand: Psychiatry (your first choice)" in text
    score = _line(text, "Step 2 CK, matched to it")
    assert "You: 229, inside the middle half, in its lower part" in score
    assert "You: 2." in _line(text, "Publications, on average")
    assert "You: 0." in _line(text, "Abstracts, on average")
    assert _line(text, "Step 2 CK, not matched to it")
    assert _line(text, "Programs of this field ranked in a row")
    figures = [line for line in text.split("\n") if line.startswith("• ") and ("%" in line or "average" in line)]
    assert len(figures) >= 8
    assert all(_CITED.search(line) for line in figures)
    assert _NO_CHANCE in text
    assert "second-hand" in text


@_ONE_MODE
async def test_a_green_card_is_compared_with_the_figures_of_non_us_imgs_and_that_is_said(town: Town) -> None:
    """Row 011 here: the guide and NRMP count such a person differently."""
    bea = await town.person("Bea")

    text = await _stands(bea, GREEN_CARD.answers)

    assert "Non-U.S. IMGs who put Family Medicine first" in text
    assert "\nU.S. IMGs who put" not in text
    assert "You have a green card. The guide counts you as a US IMG. NRMP counts only citizens there" in text
    assert "its figures for non-U.S. IMGs are yours" in text


@_ONE_MODE
async def test_a_us_citizen_sees_the_figures_of_us_imgs_and_older_years_are_said(town: Town) -> None:
    cy = await town.person("Cy")

    text = await _stands(cy, CITIZEN.answers)

    assert "\nU.S. IMGs who put Family Medicine first" in text
    assert "Non-U.S. IMGs who put" not in text
    assert "You have a green card" not in text
    years = set(re.findall(r"\(NRMP (20\d\d)\)", text))
    assert len(years) > 1
    said = re.search(r"The years differ \((.+?)\)\. Do not compare lines of different years as if they were one", text)
    assert said is not None
    assert set(said[1].split(", ")) == years


@_ONE_MODE
async def test_who_does_not_say_the_citizenship_sees_both_groups_each_under_its_name(town: Town) -> None:
    dot = await town.person("Dot")
    answers = but(
        SCENARIO.answers,
        "work_right",
        "visa",
        citizenship=taps("Not sure"),
        work_right=taps("Not sure"),
        visa=taps("J-1"),
    )

    text = await _stands(dot, answers)

    both = text.index("Non-U.S. IMGs who put Psychiatry first"), text.index("\nU.S. IMGs who put Psychiatry first")
    assert both[0] < both[1]
    assert (
        "We do not know if you are a U.S. citizen. So you see both groups, each under its name. Read only yours."
        in text
    )


@_ONE_MODE
async def test_of_so_few_people_no_share_is_shown_and_the_reason_is_said(town: Town) -> None:
    eli = await town.person("Eli")
    await _stands(eli, SCENARIO.answers)
    for field in ("Plastic Surgery", "ENT", "Neurosurgery"):
        await eli.says("/standing")
        await eli.presses("Another field")
        await eli.says(field)
        text = await eli.text()
        line = next(line for line in text.split("\n") if "ranked it first: " in line and line.startswith("• "))
        people = re.match(r"• (\d+) ranked it first", line)
        assert people is not None
        assert ("%" not in line and "So few people give no share" in line) == (int(people[1]) < 30), line
        if int(people[1]) < 30:
            assert f"Only {people[1]} non-U.S. IMGs ranked it first" in text
            assert "one person more or less would change it a lot" in text


@_ONE_MODE
async def test_what_was_not_published_is_said_in_words_and_where_to_look(town: Town) -> None:
    flo = await town.person("Flo")

    text = await _stands(flo, TWO_FLAGS.answers)

    missing = next(line for line in text.split("\n") if line.startswith("Not published, or not found"))
    assert "Step 2 CK of those who matched" in missing
    assert "Look at Residency data and reports (NRMP, 2026)." in missing
    assert "left open: not published" in text
    assert "Matched: not published" in text


@_ONE_MODE
async def test_a_typed_field_opens_its_figures_and_an_unknown_one_is_asked_again(town: Town) -> None:
    gus = await town.person("Gus")
    await _stands(gus, SCENARIO.answers)
    await gus.says("neurology")
    await gus.sees("Where you stand: Neurology")
    await gus.sees_not("your first choice)")
    await gus.says("IM")
    await gus.sees("Where you stand: Internal Medicine")
    await gus.presses("Another field")
    await gus.sees("Looking changes nothing")
    await gus.says("astrology of bones")
    await gus.sees("I did not find the specialty “astrology of bones”", "Which field do you want to look at?")
    await gus.presses("More (")
    await gus.says("peds")
    await gus.sees("Where you stand: Pediatrics")
    await gus.says("/review")
    await gus.sees("First-choice field: Psychiatry")


@_ONE_MODE
@pytest.mark.parametrize("who", [STUDENT, UNSURE_OF_ALL], ids=["not in the list", "not known"])
async def test_without_a_known_first_choice_there_is_a_way_on_and_no_figure(town: Town, who: object) -> None:
    hei = await town.person("Hei")
    answers = STUDENT.answers if who is STUDENT else UNSURE_OF_ALL.answers

    text = await _stands(hei, answers)

    assert "Next step: tap Another field" in text
    assert "•" not in text
    await hei.presses("Another field")
    await hei.says("family medicine")
    await hei.sees("Where you stand: Family Medicine", "(NRMP 2026)")


async def test_the_picture_of_the_scores_comes_as_a_photo_and_its_words_name_the_years(town: Town) -> None:
    ira = await town.person("Ira")
    await _stands(ira, SCENARIO.answers)

    await ira.presses("Picture of the scores")

    *_, picture, words = await ira.messages()
    assert_clean(words["text"])
    assert "non-U.S. IMGs who put the field first and matched to it (NRMP 2026, second-hand)" in words["text"]
    assert "no chance is computed" in words["text"]
    content = await ira.download(picture["photo"])
    assert content.startswith(_PNG)
    width, height = struct.unpack(">II", content[16:24])
    assert width == WIDTH_PIXELS
    assert width + height <= 10_000, "Telegram's limit for photos"
    assert len(content) < 1_000_000
    await ira.presses("Where is this from?")
    await ira.sees("Charting Outcomes in the Match, Non-U.S. IMGs, 2026", "second-hand")
    await ira.presses("◂ Back")
    assert await ira.text() == words["text"]


@_ONE_MODE
async def test_the_picture_stays_in_the_chat_and_its_buttons_lead_on(town: Town) -> None:
    jan = await town.person("Jan")
    await _stands(jan, but(CITIZEN.answers, "step2_year", step2_ck=taps("Not taken yet")))
    await jan.presses("Picture of the scores")
    await jan.sees("enter your score when you have it", "U.S. IMGs")

    await jan.presses("Where you stand")

    await jan.sees("Your score: not known yet.")
    assert [one for one in await jan.messages() if "photo" in one]


@_ONE_MODE
async def test_where_is_this_from_lists_each_source_with_its_year_on_every_page_of_figures(town: Town) -> None:
    """The years in the brackets of a page are among the years of its sources."""
    kay = await town.person("Kay")
    await _stands(kay, SCENARIO.answers)
    ways = {
        "/standing": (),
        "/backups": (),
        "candidate": ("/backups", "2. "),
        "points": ("/backups", "2. ", "Access and points"),
        "two fields": ("/menu", "Two fields?"),
        "/example": (),
        "/result": (),
    }
    for name, way in ways.items():
        first, *more = way or (name,)
        await kay.says(first)
        for label in more:
            await kay.presses(label)
        page = await kay.text()
        await kay.presses("Where is this from?")
        sources = await kay.text()
        assert_clean(sources)
        lines = [line for line in sources.split("\n") if line.startswith("• ")]
        assert lines, f"{name} names no source"
        for owner, year in re.findall(r"\((NRMP|J Grad Med Educ) (20\d\d)", page):
            named = "NRMP" if owner == "NRMP" else "J Grad Med Educ"
            assert any(named in line and year in line for line in lines), f"{owner} {year} of {name}:\n{sources}"
        listed = sources[: sources.find("Where copies differ")] if "Where copies differ" in sources else sources
        for line in (line for line in listed.split("\n") if line.startswith("• ")):
            assert re.search(r"(20\d\d).*; (second-hand|first-hand|our own estimate|the guide)", line), line
        await kay.presses("◂ Back")
        assert await kay.text() == page


@_ONE_MODE
async def test_a_new_score_changes_the_place_at_once(town: Town) -> None:
    lou = await town.person("Lou")
    text = await _stands(lou, SCENARIO.answers)
    assert "in its lower part" in _line(text, "Step 2 CK, matched to it")

    await changes(lou, "Exams", "Step 2 CK score", types("265"))

    await lou.says("/standing")
    assert "You: 265, above the middle half" in _line(await lou.text(), "Step 2 CK, matched to it")


async def test_somebody_without_any_answer_can_look_and_begin(town: Town) -> None:
    mo = await town.person("Mo")
    await mo.says("/standing")
    assert_clean(await mo.text())
    await mo.says("psychiatry")
    await mo.sees("Where you stand: Psychiatry", "Your score: not known yet")
    await begins(mo)
    await walk(mo, NOTHING_IN_THE_WAY, until="citizenship")
    await mo.says("/standing")
    open_question = (await mo.rows())[0][0]
    await mo.presses(open_question)
    assert (await asked(mo)).key == "citizenship"
