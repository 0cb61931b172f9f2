"""Sincere backups, as a person taps through them: acceptance rows 037 to 061."""

import re
from dataclasses import dataclass, field
from typing import Final

import pytest

from sandbox import Person
from tests.journeys.applicant import NOTHING_IN_THE_WAY, but
from tests.journeys.applicants import SCENARIO
from tests.journeys.decisions import about_field, backups_of, changes, fits, opens, origins, ranked
from tests.journeys.walking import Answers, assert_clean, result_of, taps, types
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])
_GUIDE: Final = "From the guide"
_OPEN: Final = ("Internal Medicine", "Family Medicine", "Pediatrics", "Psychiatry", "Neurology")


def _beside(primary: str) -> Answers:
    """Somebody without any flag of their own who wants that field."""
    return but(NOTHING_IN_THE_WAY, primary=taps(primary))


# -- the guide's pairings (038 to 046) --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pairing:
    """A row: the primary's button, the guide's backups, and what their pages say in the guide's name."""

    row: str
    primary: str
    backups: tuple[str, ...]
    said: dict[str, str] = field(default_factory=dict)


_ONE_YEAR: Final = "It is one year only, so it needs a whole field beside it."
_WITH_SURGERY: Final = "a categorical (full training) position here, together with a year of Preliminary Surgery"
_CATEGORICAL: Final = "together with a categorical (full training) position in Family Medicine or Internal Medicine"
_PAIRINGS: Final = (
    Pairing("038", "Internal Medicine", ("Family Medicine", "Pediatrics", "Psychiatry")),
    Pairing(
        "039",
        "General Surgery",
        ("Preliminary Surgery", "Family Medicine", "Internal Medicine", "Transitional Year"),
        {
            "Preliminary Surgery": _CATEGORICAL,
            "Family Medicine": _WITH_SURGERY,
            "Internal Medicine": _WITH_SURGERY,
            "Transitional Year": _ONE_YEAR,
        },
    ),
    Pairing(
        "040",
        "Neurology",
        ("Psychiatry", "Internal Medicine"),
        {"Internal Medicine": "a preliminary (first) year in Internal Medicine, then apply again in Neurology"},
    ),
    Pairing(
        "041", "Pediatrics", ("Family Medicine",), {"Family Medicine": "especially if broad primary care interests you"}
    ),
    Pairing(
        "042",
        "OB/GYN",
        ("Family Medicine", "Internal Medicine"),
        {"Family Medicine": "with a focus on women's health"},
    ),
    Pairing(
        "043",
        "Psychiatry",
        ("Family Medicine", "Internal Medicine"),
        {
            "Family Medicine": "psychiatry is now quite competitive in some regions",
            "Internal Medicine": "psychiatry is now quite competitive in some regions",
        },
    ),
    Pairing(
        "044",
        "Radiology",
        ("Internal Medicine", "Transitional Year", "Family Medicine"),
        {"Transitional Year": _ONE_YEAR},
    ),
    Pairing(
        "045",
        "Anesthesiology",
        ("Internal Medicine", "Transitional Year", "Family Medicine"),
        {"Transitional Year": _ONE_YEAR},
    ),
)


@_ONE_MODE
@pytest.mark.parametrize("pairing", _PAIRINGS, ids=lambda one: f"{one.row} {one.primary}")
async def test_the_guides_backups_are_offered_as_the_guides_and_nothing_else_is(town: Town, pairing: Pairing) -> None:
    """Rows 038 to 046, and 037: both tests beside every suggestion."""
    nia = await town.person("Nia")
    await result_of(nia, _beside(pairing.primary))
    await nia.presses("Backup specialties")
    text = await nia.text()
    assert_clean(text)

    told = origins(text)
    assert {name for name, origin in told.items() if origin == _GUIDE} == set(pairing.backups)
    assert set(told.values()) <= {_GUIDE, "From the guide's list of more open fields"}
    await nia.sees("less competitive", "aligned enough for a sincere, believable story")
    for name in told:
        assert re.search(r"Less competitive: (yes|no|unknown)\. Aligned: (yes|no|unknown)\.", about_field(text, name))
    await nia.sees("examples, not rules", "Confirm the newest trends in the data of NRMP and of each specialty")

    for name in pairing.backups:
        page = await opens(nia, name)
        assert "– from the guide\n" in page
        assert pairing.said.get(name, "") in page
        assert "Less competitive than your first choice?" in page
        assert "Aligned enough for a sincere story?" in page
        one_year = name in ("Preliminary Surgery", "Transitional Year") or "year" in pairing.said.get(name, "")
        assert ("does not promise a further place" in page) == one_year
        await nia.presses("◂ All candidates")


@_ONE_MODE
async def test_a_first_choice_without_a_pairing_is_no_dead_end_and_claims_nothing_of_the_guide(town: Town) -> None:
    """Row 047, one first choice after the other; and the first choice can be changed later (row 062)."""
    ota = await town.person("Ota")
    await result_of(ota, _beside("Dermatology"))
    fields = {
        "Orthopedic Surgery": types("Orthopedic Surgery"),
        "ENT (Otolaryngology)": types("ENT"),
        "Plastic Surgery": types("Plastic Surgery"),
        "Neurosurgery": types("Neurosurgery"),
        "Ophthalmology": types("Ophthalmology"),
        "Physical Medicine and Rehabilitation": types("PM&R"),
        "Family Medicine": types("Family Medicine"),
    }
    await _offers_its_own_reasons(ota, "Dermatology")

    for name, answer in fields.items():
        await changes(ota, "Your aim", "First-choice field", answer)
        await _offers_its_own_reasons(ota, name)


async def _offers_its_own_reasons(person: Person, name: str) -> None:
    await person.says("/backups")
    text = await person.text()
    assert_clean(text)
    assert f"The guide names no pair for {name}." in text
    assert "You are not without a way." in text
    assert "Confirm in the data of NRMP and of each specialty" in text
    told = origins(text)
    assert _GUIDE not in told.values(), f"an invented pair of the guide for {name}"
    own = [field for field, origin in told.items() if origin == "Our suggestion"]
    assert own, f"no suggestion beside {name}"
    assert set(_OPEN) - {name} <= set(told), "the guide's more open fields are offered"
    page = await opens(person, f"{ranked(text).index(own[0]) + 1}. ")
    assert "our suggestion\n" in page
    assert "Our reason: " in page


@_ONE_MODE
async def test_a_first_choice_that_we_do_not_know_gets_the_more_open_fields(town: Town) -> None:
    """Row 047, "other", and a first choice that is not known."""
    pau = await town.person("Pau")
    answers = but(NOTHING_IN_THE_WAY, primary=taps("Another field"), primary_other=types("Sports Medicine"))
    await result_of(pau, answers)

    await pau.presses("Backup specialties")

    text = await pau.text()
    await pau.sees("Backups beside Sports Medicine", "is not in our list", "without a comparison")
    assert set(ranked(text)) == set(_OPEN)
    assert set(origins(text).values()) == {"From the guide's list of more open fields"}
    await changes(pau, "Your aim", "First-choice field", taps("Not sure"))
    await pau.says("/backups")
    await pau.sees("Your first choice is not known yet", "the guide's more open fields")
    assert set(ranked(await pau.text())) == set(_OPEN)


@_ONE_MODE
async def test_the_more_open_fields_are_exactly_the_guides_five(town: Town) -> None:
    """Row 048."""
    qi = await town.person("Qi")
    await result_of(qi, _beside("Dermatology"))

    await qi.presses("Backup specialties")

    line = next(line for line in (await qi.text()).split("\n") if line.startswith("The guide's more open fields: "))
    listed = line.removeprefix("The guide's more open fields: ").partition(". In each")[0]
    names = re.split(r", | and ", listed.replace(" (especially community programs)", ""))
    assert tuple(names) == _OPEN
    assert "Internal Medicine (especially community programs)" in listed
    assert "some programs are highly competitive" in line


# -- one candidate: access, fit, overlap (049 to 058) -----------------------------------------------------------------


@_ONE_MODE
async def test_the_three_questions_on_access_are_asked_and_answered(town: Town) -> None:
    """Row 049: with a visa need each question has an answer, a reason and, where there is a figure, its year."""
    rua = await town.person("Rua")
    await result_of(rua, SCENARIO.answers)
    await rua.presses("Backup specialties")
    for name in ranked(await rua.text()):
        await opens(rua, name)
        await rua.presses("Access and points")
        text = await rua.text()
        for question in (
            "Does it take IMGs at a reasonable rate?",
            "Enough community or IMG-friendly programs?",
            "Does it commonly sponsor visas?",
        ):
            answer = re.search(
                rf"{re.escape(question)} (Yes|Partly|No|Probably|Perhaps|Probably not|Unknown)\. (\S.+)", text
            )
            assert answer is not None, text
            assert not re.search(r"\d", answer[2]) or re.search(r"\((NRMP|J Grad Med Educ) 20\d\d", answer[2])
        assert "The guide lists it." not in text or name in _OPEN
        await rua.presses("◂ ")
        await rua.presses("◂ All candidates")


@_ONE_MODE
async def test_the_answers_on_fit_are_kept_said_and_counted(town: Town) -> None:
    """Rows 050 to 052."""
    sol = await town.person("Sol")
    await result_of(sol, SCENARIO.answers)
    await sol.presses("Backup specialties")
    before = _total(await opens(sol, "1. Family Medicine"))

    await fits(sol, "Yes", "Partly", "Relief")

    await sol.sees("Family Medicine", "My interest: +2 × 3 = +6")
    assert _total(await sol.text()) == before + 6
    await sol.presses("Access and points")
    await sol.sees("yes to 30 years", "it partly fits your skills", "relief if you matched here")
    town.jump(days=40)
    await town.restart()
    await sol.says("/backups")
    await opens(sol, "1. Family Medicine")
    await sol.sees("My interest: +2 × 3 = +6")
    assert "Three questions on fit" not in await sol.buttons()
    await sol.presses("Change the feeling")
    await sol.presses("Regret")
    await sol.sees("My interest: 0 × 3 = 0", "regret if you matched here")


@_ONE_MODE
async def test_what_you_would_hate_is_no_longer_suggested_and_burnout_is_the_reason(town: Town) -> None:
    """Row 053, and back: the answer can be changed."""
    tam = await town.person("Tam")
    await result_of(tam, SCENARIO.answers)
    await tam.presses("Backup specialties")
    await opens(tam, "1. Family Medicine")

    await fits(tam, "No", "No", "I would hate it")

    await tam.sees("No longer suggested", "burnout", "leave the field", "You can change that answer")
    assert "Choose as my backup" not in await tam.buttons()
    await tam.presses("◂ All candidates")
    await tam.sees("No longer suggested: Family Medicine.", "You said that you would hate it", "burnout")
    assert "Family Medicine" not in ranked(await tam.text())
    assert ranked(await tam.text())[0] == "Internal Medicine"
    await tam.presses("Family Medicine")
    await tam.presses("Change the feeling")
    await tam.presses("Some of both")
    await tam.presses("◂ All candidates")
    assert "Family Medicine" in ranked(await tam.text())


_BRAIN: Final = "the brain, behavior and the neuropsychiatric interface"
_OVERLAPS: Final = (
    ("054", "Internal Medicine", "Neurology", "complex diagnostics and inpatient care"),
    ("054", "Neurology", "Internal Medicine", "complex diagnostics and inpatient care"),
    ("056", "OB/GYN", "Family Medicine", "women's health and prenatal care"),
    ("057", "Psychiatry", "Neurology", _BRAIN),
    ("057", "Neurology", "Psychiatry", _BRAIN),
)
_ONLY: Final = (
    ("055", "General Surgery", "Anesthesiology", "OR environment"),
    ("055", "Anesthesiology", "General Surgery", "OR environment"),
    ("056", "Family Medicine", "Obstetrics and Gynecology", "women's health and prenatal care"),
)


@_ONE_MODE
async def test_the_guides_overlaps_are_shown_in_both_directions_with_why_they_matter(town: Town) -> None:
    """Rows 054, 056 to 058."""
    uma = await town.person("Uma")
    await result_of(uma, SCENARIO.answers)
    for _, primary, backup, topics in _OVERLAPS:
        await changes(uma, "Your aim", "First-choice field", types(primary))
        await uma.says("/backups")
        await opens(uma, f"{ranked(await uma.text()).index(backup) + 1}. ")
        await uma.presses("Access and points")
        text = await uma.text()
        assert re.search(rf"share {re.escape(topics)} \(the guide\)\. It works in both directions\.", text), text
        assert "the better your statements and interviews fit together" in text


@_ONE_MODE
async def test_an_overlap_that_nobody_pairs_is_shown_and_is_no_suggestion(town: Town) -> None:
    """Rows 055 and 056: General Surgery and Anesthesiology overlap, and neither is the other's backup."""
    val = await town.person("Val")
    await result_of(val, SCENARIO.answers)
    for _, primary, other, topics in _ONLY:
        await changes(val, "Your aim", "First-choice field", types(primary))
        await val.says("/backups")
        text = await val.text()
        assert other not in origins(text)
        assert all(other not in label for label in await val.buttons())
        said = next(part for part in text.split("\n\n") if part.startswith("An overlap, not a suggestion: "))
        assert other in said
        assert topics in said
        assert "(the guide). It works in both directions. Neither the guide nor we pair the two." in said


@_ONE_MODE
async def test_a_pair_without_a_listed_overlap_says_so(town: Town) -> None:
    """Row 058."""
    wen = await town.person("Wen")
    await result_of(wen, SCENARIO.answers)
    await wen.presses("Backup specialties")
    await opens(wen, f"{ranked(await wen.text()).index('Pediatrics') + 1}. Pediatrics")
    await wen.sees("Aligned enough for a sincere story? No. No overlap is listed")
    await wen.presses("Access and points")
    await wen.sees("no listed overlap", "More overlap makes statements and interviews fit together")


# -- what one wants, visa (059 to 061) --------------------------------------------------------------------------------


@_ONE_MODE
async def test_each_of_the_four_wishes_is_cited_in_the_points(town: Town) -> None:
    """Row 059; that each also changes the ranking is held purely in tests/conversations."""
    xia = await town.person("Xia")
    text = await backups_of(
        xia,
        SCENARIO.answers,
        rhythm=taps("Regular hours"),
        focus=taps("Mostly thinking"),
        patients=taps("Children", "Elderly people", "Done"),
        setting=taps("Clinic, same patients"),
        strong=taps("Hours and nights", "Done"),
    )
    await opens(xia, f"{ranked(text).index('Family Medicine') + 1}. ")
    await xia.presses("Access and points")
    await xia.sees(
        "hours (you: regular hours; here: regular hours; counts twice) [+2]",
        "kind of work (you: mostly thinking; here: mostly thinking) [+1]",
        "patients (you: children and elderly people; here: children, adults and elderly people) [+1]",
        "place of work (you: clinic; here: clinic) [+1]",
        "Everyday life: +5 × 2 = +10",
    )


@_ONE_MODE
async def test_a_wish_for_a_clinic_and_the_same_patients_puts_family_medicine_above_surgery(town: Town) -> None:
    """Row 060, with a first choice beside which general surgery is suggested."""
    yan = await town.person("Yan")
    text = await backups_of(
        yan,
        _beside("Orthopedic Surgery"),
        setting=taps("Clinic, same patients"),
        strong=taps("Clinic or hospital", "Done"),
    )
    order = ranked(text)
    assert order.index("Family Medicine") < order.index("General Surgery")
    assert order.index("Psychiatry") < order.index("General Surgery")
    page = await opens(yan, f"{order.index('General Surgery') + 1}. ")
    assert "It is not the everyday life that you want: place of work (you: clinic; here: hospital wards" in page


@_ONE_MODE
async def test_what_counts_most_can_be_changed_and_is_shown(town: Town) -> None:
    """Row 059: "visa matters most to me"."""
    zia = await town.person("Zia")
    await backups_of(zia, SCENARIO.answers)
    await zia.presses("What counts how much")
    await zia.sees("Visa: 2", "Weights and points are our own rules")

    await zia.presses("Change what counts most")
    await zia.presses("Visa")

    await zia.sees("Visa: 5", "You changed one of them", "Open to IMGs: 3")
    await zia.presses("◂ All candidates")
    await zia.sees("You changed what counts most")
    await opens(zia, "1. ")
    await zia.sees("Visa: +3 × 5 = +15")


@_ONE_MODE
async def test_somebody_who_needs_a_visa_reads_what_that_means_for_the_choice(town: Town) -> None:
    """Row 061, and nothing of it for a citizen."""
    aya, ben = await town.person("Aya"), await town.person("Ben")
    await result_of(aya, SCENARIO.answers)
    await aya.presses("Backup specialties")
    said = ("H-1B can be rare", "the job market is full", "jobs in many parts of the country is safer", "(the guide)")
    await aya.sees(*said)
    await opens(aya, "1. ")
    await aya.sees(*said)

    await result_of(ben, _beside("Psychiatry"))
    await ben.presses("Backup specialties")
    await ben.sees_not("H-1B can be rare")


def _total(page: str) -> int:
    """The sum on a candidate's page."""
    match = re.search(r"^Sum: (−?\d+)", page, re.MULTILINE)
    assert match is not None, page
    return int(match[1].replace("−", "-"))
