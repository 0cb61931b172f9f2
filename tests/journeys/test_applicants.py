"""Eleven applicants walk through the whole assessment; what counts is what their result says."""

import itertools

import pytest

from sandbox import Person
from tests.journeys.applicant import Applicant
from tests.journeys.applicants import APPLICANTS, CITIZEN, EVERY_FLAG, SCENARIO, UNSURE_OF_ALL
from tests.journeys.results import BORDERLINE, CLEAR, COMPETITION, FAILURES, FLAGS, RAISED, UNKNOWN, about, levels
from tests.journeys.walking import begins, goes_on, result_of, walk
from tests.town import Town

# A failed attempt is one or is none, and a field is on the guide's lists or is not: these two have no band to be in.
_NO_BAND = {(FAILURES, BORDERLINE), (COMPETITION, BORDERLINE)}


def _named(applicant: Applicant) -> str:
    return applicant.name


@pytest.mark.parametrize("applicant", APPLICANTS, ids=_named)
async def test_the_result_is_honest_about_each_applicant(town: Town, applicant: Applicant) -> None:
    person = await town.person(applicant.name)

    result = await result_of(person, applicant.answers)

    assert levels(result) == applicant.all_levels
    for flag, parts in applicant.said.items():
        for part in parts:
            assert part in about(result, flag), about(result, flag)
    await person.sees(*applicant.sees, "Educational only", "Not affiliated with NRMP, ECFMG or AAMC", "no guarantee")
    await person.sees_not(*applicant.sees_not, "maximize", "your chances", "SmartPick")


def test_together_the_applicants_have_every_flag_at_every_level() -> None:
    seen = {(flag, level) for applicant in APPLICANTS for flag, level in applicant.all_levels.items()}

    possible = set(itertools.product(FLAGS, (RAISED, BORDERLINE, CLEAR, UNKNOWN))) - _NO_BAND
    assert seen == possible


@pytest.mark.parametrize("applicant", APPLICANTS, ids=_named)
def test_nobody_has_an_answer_to_what_cannot_apply_to_them(applicant: Applicant) -> None:
    """`walk` fails where a question comes that the data does not answer: so none of these was asked."""
    assert not set(applicant.not_asked) & set(applicant.answers)


@pytest.mark.parametrize("mode", ["webhook"])
async def test_the_next_step_and_support_come_before_the_bad_news(town: Town) -> None:
    devi = await town.person("Devi")

    result = await result_of(devi, EVERY_FLAG.answers)

    order = [result.index(part) for part in ("Your next step", "hands-on", "A mentor", "raised")]
    assert order == sorted(order)
    assert "a reason to plan, not to stop" in result


@pytest.mark.parametrize("mode", ["webhook"])
async def test_what_would_change_each_flag_is_one_tap_away(town: Town) -> None:
    devi = await town.person("Devi")
    await result_of(devi, EVERY_FLAG.answers)

    await devi.presses("What would change this?")

    changes = await devi.text()
    for flag in FLAGS:
        assert f"{flag}: raised" in changes
    await devi.sees("One month or more of hands-on work", "If J-1 is possible for you", "stays in your plan")
    await devi.presses("Back to my result")
    await devi.sees("Your result for the 2027 Match")


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_result_stays_in_the_chat_when_its_buttons_are_pressed(town: Town) -> None:
    ada = await town.person("Ada")
    result = await result_of(ada, CITIZEN.answers)

    await ada.presses("What would change this?")
    await ada.sees("All seven flags are clear")
    await ada.presses("Menu")

    kept = [message["text"] for message in await ada.messages() if message["from"] == "bot"]
    assert result in kept


@pytest.mark.parametrize("mode", ["webhook"])
async def test_the_same_answers_give_the_same_result(town: Town) -> None:
    bilal, again = await town.person("Bilal"), await town.person("Badr")

    assert await result_of(bilal, SCENARIO.answers) == await result_of(again, SCENARIO.answers)


@pytest.mark.parametrize("mode", ["webhook"])
async def test_every_unknown_answer_is_listed_as_unknown(town: Town) -> None:
    hugo = await town.person("Hugo")
    await begins(hugo)
    asked = await walk(hugo, UNSURE_OF_ALL.answers)
    await hugo.sees("24 answers are “not sure”")

    await hugo.presses("See my result")

    listed = (await hugo.text()).partition("Not sure – unknown, not fine\n")[2].partition("\n")[0].split("; ")
    assert len(listed) == len(asked) == 24
    assert {"Step 2 CK score", "Visa needed", "Letters in hand", "Program types"} <= set(listed)


@pytest.mark.parametrize("database", ["postgres"])
@pytest.mark.parametrize("applicant", [SCENARIO, EVERY_FLAG], ids=_named)
async def test_the_result_is_the_same_on_postgresql(town: Town, applicant: Applicant) -> None:
    person: Person = await town.person(applicant.name)
    await begins(person)
    await walk(person, applicant.answers, until="letters")
    await town.restart()
    await goes_on(person, applicant.answers)
    await person.presses("See my result")

    assert levels(await person.text()) == applicant.all_levels
