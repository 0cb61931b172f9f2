"""Whether to apply to two fields at all, as a person taps to it: acceptance rows 063 to 070."""

import re
from typing import Final

import pytest

from sandbox import Person
from tests.journeys.applicant import NOTHING_IN_THE_WAY, but
from tests.journeys.applicants import SCENARIO, STRENGTHS, UNSURE_OF_ALL
from tests.journeys.decisions import backups_of, changes, fits, opens, wants
from tests.journeys.walking import Answers, assert_clean, result_of, taps, types
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_DEFINITION: Final = "Dual applying means: applications to two specialties in the same Match cycle."
_COMPETITIVE: Final = "your first choice is clearly more competitive than the backup."
_MIXED: Final = "mixed signals, such as an average score with strong research in a competitive field."
_BOTH: Final = "convincing experience in both fields (rotations, letters, research)."
_UNACCEPTABLE: Final = "a year without a match is unacceptable for you."
_STRONG: Final = "you are highly competitive on paper for your first choice."
_ONE_FIELD: Final = "all your experience is in one field; then two applications look scattered."
_CONDITIONS: Final = (_COMPETITIVE, _MIXED, _BOTH, _UNACCEPTABLE, _STRONG, _ONE_FIELD)
_HOLDS, _NOT, _UNKNOWN = "Holds", "Does not hold", "Unknown"

# Experience in Psychiatry and in Family Medicine, and something in the way: a score near the line, a visa.
_IN_BOTH: Final = but(
    SCENARIO.answers,
    "observership_months",
    "observership_fields",
    usce_kinds=taps("Hands-on role", "Done"),
    hands_on_months=taps("3"),
    hands_on_fields=taps("Psychiatry", "Family Medicine", "Done"),
    letters=taps("Psychiatry", "Family Medicine", "Done"),
)
_IN_ONE: Final = but(
    SCENARIO.answers, observership_fields=taps("Psychiatry", "Done"), letters=taps("Psychiatry", "Done")
)
_STRONG_ON_PAPER: Final = but(
    NOTHING_IN_THE_WAY,
    citizenship=taps("No"),
    work_right=taps("Yes, green card"),
    step2_ck=types("262"),
    primary=taps("Psychiatry"),
    hands_on_fields=taps("Psychiatry", "Done"),
    letters=taps("Psychiatry", "Done"),
)


async def _verdict(person: Person, answers: Answers) -> str:
    """The verdict for the best backup, by the menu."""
    await result_of(person, answers)
    return await _asked_again(person)


async def _asked_again(person: Person) -> str:
    await person.says("/menu")
    await person.presses("Two fields?")
    text = await person.text()
    assert_clean(text)
    return text


def held(text: str) -> dict[str, str]:
    """Each of the six conditions with its word; fails unless each is told once, with a reason."""
    found = {}
    for condition in _CONDITIONS:
        told = re.findall(rf"^• (Holds|Does not hold|Unknown): {re.escape(condition)} (\S.+)$", text, re.MULTILINE)
        assert len(told) == 1, f"{condition} is told {len(told)} times in:\n{text}"
        found[condition] = told[0][0]
    return found


async def test_dual_applying_is_defined_and_every_condition_is_named_with_its_reason(town: Town) -> None:
    """Rows 063 and 070."""
    ann = await town.person("Ann")

    text = await _verdict(ann, SCENARIO.answers)

    assert _DEFINITION in text
    assert "Two fields: Psychiatry and Family Medicine?" in text
    conditions = held(text)
    for_part, _, against_part = text.partition("What speaks against it")
    assert all(condition in for_part for condition in _CONDITIONS[:4])
    assert all(condition in against_part for condition in _CONDITIONS[4:])
    assert conditions[_UNACCEPTABLE] == _UNKNOWN
    assert "The conditions are the guide's. Counting them is our reading." in text


@_ONE_MODE
async def test_a_clearly_more_competitive_first_choice_is_cited(town: Town) -> None:
    """Row 064, with the figures of one year, or the guide's two lists."""
    bo, cem = await town.person("Bo"), await town.person("Cem")

    text = await _verdict(bo, SCENARIO.answers)
    assert held(text)[_COMPETITIVE] == _HOLDS
    assert re.search(r"had 231 on average in Step 2 CK in the backup, 242 in your first choice \(NRMP 2026\)", text)

    listed = await _verdict(cem, STRENGTHS.answers)
    assert held(listed)[_COMPETITIVE] == _HOLDS
    assert "The guide lists your first choice as highly competitive, and not the backup." in listed


@_ONE_MODE
async def test_mixed_signals_are_cited(town: Town) -> None:
    """Row 065: a score below the average, strong research, a competitive field; not without the research."""
    dee = await town.person("Dee")

    text = await _verdict(dee, STRENGTHS.answers)
    assert held(text)[_MIXED] == _HOLDS
    assert "Research: 13 pieces, strong by our measure." in text

    await changes(dee, "Your aim", "Exceptional strengths", types("none"))
    await changes(dee, "Research", "Publications", types("0"))
    await changes(dee, "Research", "Abstracts", types("0"))
    assert held(await _asked_again(dee))[_MIXED] == _NOT


@_ONE_MODE
async def test_convincing_experience_in_both_fields_is_cited(town: Town) -> None:
    """Row 066."""
    eve = await town.person("Eve")

    text = await _verdict(eve, _IN_BOTH)

    assert held(text)[_BOTH] == _HOLDS
    assert held(text)[_ONE_FIELD] == _NOT
    assert "In Psychiatry: hands-on work (3 months across 2 fields) and 1 letter." in text
    assert "In Family Medicine: hands-on work (3 months across 2 fields) and 1 letter." in text
    assert "Yes, apply to both. At least two of the guide's reasons hold for you." in text
    assert "two statements and two sets of letters" in text


@_ONE_MODE
async def test_that_going_unmatched_is_unacceptable_is_cited(town: Town) -> None:
    """Row 067: said in the questions on what one wants, and the verdict follows it."""
    fin = await town.person("Fin")
    await backups_of(fin, SCENARIO.answers, unmatched=taps("I could accept it"))
    text = await _asked_again(fin)
    assert held(text)[_UNACCEPTABLE] == _NOT
    assert "You said that you could accept it." in text
    assert "Rather yes" in text

    await fin.says("/backups")
    await fin.presses("Change what I want")
    await fin.presses("A year without a match")
    await fin.presses("I could not accept it")

    text = await _asked_again(fin)
    assert held(text)[_UNACCEPTABLE] == _HOLDS
    assert "You said that you could not accept it." in text
    assert "Yes, apply to both." in text


@_ONE_MODE
async def test_who_is_strong_on_paper_reads_that_two_fields_may_be_less_ideal(town: Town) -> None:
    """Row 068: it can say "do not", and says what would change that; who could not bear it unmatched gets a leaning."""
    gil = await town.person("Gil")

    text = await _verdict(gil, _STRONG_ON_PAPER)

    assert held(text)[_STRONG] == _HOLDS
    assert "Maybe not. On paper you are strong" in text
    assert "Our measure of strong: above 255, which three quarters did not pass (NRMP 2026)." in text
    await gil.presses("Say what I want")
    await wants(gil, unmatched=taps("I could accept it"))
    text = await _asked_again(gil)
    assert "No, one field is enough for now. On paper you are strong for your first choice." in text
    assert "a second application can take more than it gives" in text
    assert "A new red flag, or if you could not accept a year without a match." in text
    assert "No flag is raised." in text
    await gil.says("/backups")
    await gil.presses("Change what I want")
    await gil.presses("A year without a match")
    await gil.presses("I could not accept it")
    text = await _asked_again(gil)
    assert "No, one field is enough" not in text


@_ONE_MODE
async def test_all_experience_in_one_field_looks_scattered_and_what_would_change_that_is_said(town: Town) -> None:
    """Row 069, and the way out of it: one rotation and one letter in the other field."""
    hua = await town.person("Hua")

    text = await _verdict(hua, _IN_ONE)

    assert held(text)[_ONE_FIELD] == _HOLDS
    assert held(text)[_BOTH] == _NOT
    assert (
        "Not yet. All your experience is in one of the two fields. Two applications now would look scattered." in text
    )
    changes_part = text.partition("What would change this")[2]
    assert "• A U.S. rotation in Family Medicine." in changes_part
    assert "• A letter from a doctor of Family Medicine." in changes_part
    assert text.index("Next step: ") < text.index("Not yet.")
    await changes(hua, "Letters", "Letters in hand", taps("Family Medicine", "Done"))
    text = await _asked_again(hua)
    assert held(text)[_ONE_FIELD] == _NOT
    assert "Not yet." not in text


@_ONE_MODE
async def test_one_rotation_is_not_counted_for_both_of_two_neighbouring_fields(town: Town) -> None:
    """Row 069: months in Family Medicine alone count for Internal Medicine too, but not where the two are the pair."""
    ian = await town.person("Ian")

    text = await _verdict(ian, but(NOTHING_IN_THE_WAY, step2_ck=types("228")))

    assert "Two fields: Family Medicine and Internal Medicine?" in text
    assert held(text)[_BOTH] == _NOT
    assert held(text)[_ONE_FIELD] == _HOLDS


@_ONE_MODE
async def test_two_different_profiles_get_two_different_texts(town: Town) -> None:
    """Row 070: five people, five verdicts; the same answers give the same text."""
    people = (SCENARIO.answers, _IN_BOTH, _IN_ONE, _STRONG_ON_PAPER, UNSURE_OF_ALL.answers)
    texts = [await _verdict(await town.person(f"P{number}"), answers) for number, answers in enumerate(people)]
    assert len(set(texts)) == len(people)
    assert len(
        {re.search(r"^(Yes|Rather yes|Not yet|Maybe not|We cannot say yet)[,. ]", t, re.MULTILINE) for t in texts}
    ) == len(people)
    assert await _verdict(await town.person("Again"), _IN_ONE) == texts[2]


@_ONE_MODE
async def test_what_is_unknown_is_neither_yes_nor_no(town: Town) -> None:
    jill = await town.person("Jill")

    text = await _verdict(jill, UNSURE_OF_ALL.answers)

    assert set(held(text).values()) == {_UNKNOWN}
    assert "We cannot say yet." in text
    assert "Unknown is not no." in text
    assert "Filling in what is not known of your rotations, letters and research." in text


@_ONE_MODE
async def test_a_field_one_would_hate_and_a_year_alone_are_no_second_field(town: Town) -> None:
    kim = await town.person("Kim")
    await result_of(kim, but(SCENARIO.answers, primary=taps("Anesthesiology")))
    await kim.presses("Backup specialties")
    await opens(kim, "Transitional Year")
    await kim.presses("Two fields?")
    await kim.sees(
        "No, not by itself.",
        "one year only",
        "not a second field",
        "look at two fields with Internal Medicine or Family Medicine",
    )
    await kim.says("/backups")
    await opens(kim, "1. ")
    await kim.presses("Two fields?")
    await kim.sees("Two fields: Anesthesiology and Family Medicine?")
    await kim.presses("This backup")
    await fits(kim, "No", "No", "I would hate it")
    await kim.presses("◂ All candidates")
    await opens(kim, "1. ")
    await kim.presses("Two fields?")
    await kim.sees("Two fields: Anesthesiology and Internal Medicine?")


@_ONE_MODE
async def test_a_field_outside_eras_is_told_with_its_other_service(town: Town) -> None:
    """Row 063's exception: the guide speaks of ERAS, OB/GYN has left it; another pair is pointed to the FAQ."""
    lia = await town.person("Lia")
    text = await _verdict(lia, but(SCENARIO.answers, primary=taps("OB/GYN")))
    where = next(line for line in text.split("\n") if line.startswith("Where you apply: "))
    assert "Obstetrics and Gynecology uses ResidencyCAS, Family Medicine uses ERAS." in where
    assert "two applications, two fees and two sets of uploads" in where
    assert "ECFMG" in where
    assert "Confirm it for your season." in where
    await changes(lia, "Your aim", "First-choice field", types("Psychiatry"))
    text = await _asked_again(lia)
    assert "Where you apply" not in text
    assert "OB/GYN and Emergency Medicine use another one" in text
    await changes(lia, "Your aim", "First-choice field", types("Ophthalmology"))
    text = await _asked_again(lia)
    assert "The two Matches differ: SF Match for Ophthalmology" in text


@_ONE_MODE
async def test_the_chosen_backup_is_the_one_asked_about_and_the_step_is_done(town: Town) -> None:
    """The menu's third step: done once the verdict was read for a chosen backup."""
    mia = await town.person("Mia")
    await result_of(mia, SCENARIO.answers)
    await mia.says("/menu")
    await mia.presses("Two fields?")
    await mia.says("/menu")
    await mia.sees("3. Decide on applying to two fields – not started", "2. Choose a backup specialty – not started")
    await mia.presses("Backup specialties")
    await opens(mia, "2. Internal Medicine")
    await mia.presses("Choose as my backup")

    await mia.presses("Two fields? Internal Medicine")

    await mia.sees("Two fields: Psychiatry and Internal Medicine?")
    await mia.says("/menu")
    await mia.sees("3. Decide on applying to two fields – done", "2. Choose a backup specialty – done")
