"""Words instead of buttons: a whole assessment that is typed, and what happens to words that are no answer."""

import pytest

from tests.journeys.results import BORDERLINE, CLEAR, COMPETITION, SCORE, USCE, VISA, about, levels
from tests.journeys.walking import asked, begins, taps, types, walk
from tests.town import Town

# Somebody who never presses a button: words of labels, numbers, lists, lengths, a city, "not sure", "none", "back".
_TYPED = {
    "cycle": types("match 2027"),
    "city": types("hyderabad, pakistan"),
    "clock": types("yes"),
    "citizenship": types("no"),
    "work_right": types("No"),
    "visa": types("either"),
    "graduation_year": types("2021"),
    "step1": types("3-digit score"),
    "step1_score": types("232"),
    "step1_year": types("2021"),
    "step2_ck": types("２２８"),
    "step2_year": types("2022"),
    "failures": types("none"),
    "step3": types("scheduled"),
    "ecfmg": types("in progress"),
    "usce_kinds": types("observership, electives and externship"),
    "observership_months": types("6 weeks"),
    "observership_fields": types("IM; psych"),
    "externship_months": types("1 year 2 months"),
    "externship_fields": types("none"),
    "elective_months": types("0.5"),
    "elective_fields": types("paediatrcs"),
    "home_experience": types("house job, medical officer"),
    "recent_activity": types("part time"),
    "gaps": types("less than 6 months"),
    "publications": types("4"),
    "abstracts": types("0"),
    "posters": types("1"),
    "projects": types("not sure"),
    "research_fields": types("internal medicine"),
    "letters": types("2 internal medicine, 1 psychiatry"),
    "primary": types("internal medicine"),
    "strengths": types("research, languages"),
    "geography": types("some states"),
    "geography_reason": types("family"),
    "program_types": types("both"),
}


async def test_a_whole_assessment_can_be_typed_without_pressing_a_button(town: Town) -> None:
    ivan = await town.person("Ivan")
    await ivan.says("/start")
    await ivan.says("begin the assessment")

    asked_of = await walk(ivan, _TYPED)
    await ivan.sees(
        "City: Hyderabad, Pakistan",
        "Step 2 CK score: 228",
        "Observership: months: 1.5 months",
        "Observership: fields: Internal Medicine, Psychiatry",
        "Externship: months: 14 months",
        "Elective: fields: Pediatrics",
        "Experience elsewhere: Internship, Work as a doctor",
        "Projects under way: not sure",
        "Letters in hand: 2 Internal Medicine, 1 Psychiatry",
        "Exceptional strengths: Strong research, Needed languages",
    )
    await ivan.says("see my result")

    assert len(asked_of) == len(_TYPED)
    result = await ivan.text()
    found = levels(result)
    assert (found[SCORE], found[USCE], found[VISA], found[COMPETITION]) == (BORDERLINE, CLEAR, CLEAR, CLEAR)
    assert "observership (1.5 months), externship (14 months), elective (0.5 months)" in about(result, USCE)
    assert not town.box.calls_of("answerCallbackQuery")


@pytest.mark.parametrize("mode", ["polling"])
async def test_back_keep_not_sure_and_more_lead_where_they_say(town: Town) -> None:
    lena = await town.person("Lena")
    await begins(lena)
    await walk(lena, _TYPED, until="graduation_year")
    assert (await asked(lena)).number == 7

    await lena.presses("◂ Back")
    assert (await asked(lena)).key == "visa"
    await lena.presses("◂ Back")
    assert (await asked(lena)).key == "work_right"
    await lena.presses("Keep: No")
    assert (await asked(lena)).key == "graduation_year", "what was answered before is not asked again"

    await lena.presses("◂ Back")
    await lena.presses("H-1B")
    assert (await asked(lena)).key == "graduation_year"
    await lena.presses("Not sure")
    assert (await asked(lena)).key == "step1"

    await lena.presses("Why do you ask?")
    await lena.sees("Why we ask", "history still matters")
    assert (await asked(lena)).key == "step1"
    await lena.presses("Hide why")
    await lena.sees_not("Why we ask")
    assert (await asked(lena)).key == "step1"

    await walk(lena, {**_TYPED, "step3": types("passed")}, until="primary")
    shown: list[str] = []
    pages = 1
    shown += await lena.buttons()
    while any(label.startswith("More (") for label in await lena.buttons()):
        await lena.presses("More (")
        shown += await lena.buttons()
        pages += 1
        assert (await asked(lena)).key == "primary"
    assert pages > 1
    named = "Internal Medicine,Family Medicine,Pediatrics,Psychiatry,Neurology,General Surgery,OB/GYN,Radiology,"
    named += "Anesthesiology,Dermatology,Plastic Surgery,Orthopedic Surgery,ENT,Neurosurgery,Ophthalmology,PM&R"
    assert set(named.split(",")) | {"Another field"} <= set(shown), "row 022: all fields that the guide names"
    assert len(set(shown) - {"◂ Earlier", "Another field"}) >= 38

    while "Neurology" not in await lena.buttons():
        await lena.presses("◂ Earlier")
    await lena.presses("Neurology")
    assert (await asked(lena)).key == "strengths"


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_list_shows_what_is_chosen_and_can_be_unchosen(town: Town) -> None:
    noor = await town.person("Noor")
    await begins(noor)
    await walk(noor, _TYPED, until="usce_kinds")
    assert "No U.S. experience yet" in await noor.buttons()

    await noor.presses("Observership")
    await noor.presses("Externship")
    assert {"✓ Observership", "✓ Externship", "Done (2 chosen)"} <= set(await noor.buttons())
    assert "No U.S. experience yet" not in await noor.buttons()
    await noor.presses("✓ Observership")
    assert {"Observership", "✓ Externship", "Done (1 chosen)"} <= set(await noor.buttons())
    await noor.says("done")

    assert (await asked(noor)).key == "externship_months"


@pytest.mark.parametrize("mode", ["webhook"])
@pytest.mark.parametrize(
    ("key", "refused", "range_"),
    [
        ("step2_ck", ("abc", "99", "400", "-230", "2 3 0", "229.5", "0x1F", "²³⁰a", "1e2"), ("100", "300")),
        ("graduation_year", ("1850", "2031", "abc", "19", "20199", "0"), ("1960", "2027")),
        ("publications", ("-1", "501", "many", "1,5"), ("0", "500")),
        ("observership_months", ("0", "-3", "lots", "300", "3 elephants"), ("0", "240")),
    ],
)
async def test_what_cannot_be_an_answer_is_refused_with_the_range_and_the_question_stays_open(
    town: Town, key: str, refused: tuple[str, ...], range_: tuple[str, str]
) -> None:
    omar = await town.person("Omar")
    await begins(omar)
    await walk(omar, _TYPED, until=key)
    number = (await asked(omar)).number

    for text in refused:
        await omar.says(text)
        question = await asked(omar)
        assert (question.key, question.number) == (key, number), f"{text!r} was taken for an answer"
        await omar.sees(*range_)
    await omar.says(_TYPED[key].text)
    assert (await asked(omar)).number == number + 1


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_typed_list_of_fields_is_read_as_it_was_meant(town: Town) -> None:
    for typed, read in {
        "IM, psych": "Internal Medicine, Psychiatry",  # not the combined field "IM psych"
        "med psych": "Med-Psych",
        "obstetrics and gynaecology": "OB/GYN",
        "neurology and psychiatry": "Psychiatry, Neurology",
        "psych\npeds": "Pediatrics, Psychiatry",
    }.items():
        wim = await town.person("Wim")
        await begins(wim)
        await walk(wim, _TYPED, until="observership_fields")

        await wim.says(", ;")
        assert (await asked(wim)).key == "observership_fields", "signs without a word are no answer"
        await wim.says(typed)

        assert (await asked(wim)).key == "externship_months", typed
        await wim.says("/review")
        await wim.sees(f"Observership: fields: {read}")


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_year_is_said_back_as_years_counted_to_the_autumn_of_applying(town: Town) -> None:
    """Row 013: also for a final-year student and for another cycle."""
    for name, cycle, year, said in (
        ("Pia", "2027", "2019", "7 years since graduation, counted to autumn 2026"),
        ("Quin", "2029", "2019", "9 years since graduation, counted to autumn 2028"),
        ("Rosa", "2027", "2025", "1 year since graduation, counted to autumn 2026"),
        ("Sami", "2027", "2026", "0 years since graduation"),
    ):
        person = await town.person(name)
        await begins(person)
        await walk(person, {**_TYPED, "cycle": taps(f"Match {cycle}")}, until="graduation_year")
        await person.says(year)
        await person.sees(said)
        assert (await asked(person)).key == "step1"

    student = await town.person("Tess")
    await begins(student)
    await walk(student, _TYPED, until="graduation_year")
    await student.says("2027")
    assert (await asked(student)).key == "step1"


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_word_that_fits_several_fields_offers_them_and_one_that_fits_none_says_so(town: Town) -> None:
    uma = await town.person("Uma")
    await begins(uma)
    await walk(uma, _TYPED, until="primary")

    await uma.says("astrology")
    await uma.sees("I did not find the specialty “astrology”")
    assert (await asked(uma)).key == "primary"
    await uma.says("genetics")

    await uma.sees("More than one specialty fits")
    assert {"Med-Genetics", "Peds-Genetics"} <= set(await uma.buttons())
    assert "Psychiatry" not in await uma.buttons()
    await uma.presses("Peds-Genetics")
    assert (await asked(uma)).key == "strengths"


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_city_is_found_among_namesakes_and_confirmed_by_the_local_clock(town: Town) -> None:
    vera = await town.person("Vera")
    await begins(vera)
    await vera.presses("Match 2027")

    await vera.says("Xyzzyville")
    await vera.sees("I did not find “Xyzzyville”")
    await vera.says("hyderabad")
    await vera.sees("Several cities fit")
    assert {"Hyderabad, India", "Hyderabad, Pakistan"} <= set(await vera.buttons())
    await vera.presses("Hyderabad, Pakistan")
    await vera.sees("Is it now Wednesday 17:00 where you are?")
    await vera.presses("No, choose again")
    assert (await asked(vera)).key == "city"
    await vera.says("Hyderabad, India")

    await vera.sees("Is it now Wednesday 17:30 where you are?")
    assert (await asked(vera)).key == "clock"
