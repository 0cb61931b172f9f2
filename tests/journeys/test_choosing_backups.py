"""Choosing backups and changing one's mind: acceptance rows 003, 004, 053, 062 and 124; old and forged buttons."""

import re
from typing import Any, Final

import pytest

from sandbox import Person
from tests.journeys.applicant import NOTHING_IN_THE_WAY, but
from tests.journeys.applicants import EVERY_FLAG, SCENARIO
from tests.journeys.decisions import changes, fits, opens, wants
from tests.journeys.walking import asked, assert_clean, begins, button_data, result_of, taps, types, walk
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])


async def test_one_or_two_backups_are_chosen_shown_in_order_and_changed_later(town: Town) -> None:
    """Rows 003 and 062."""
    cai = await town.person("Cai")
    await result_of(cai, SCENARIO.answers)
    await cai.presses("Backup specialties")
    await opens(cai, "1. Family Medicine")
    await cai.presses("Choose as my backup")
    await cai.sees("Family Medicine is now your first backup. Your first choice stays first.")
    assert await _plan(cai) == ["Psychiatry", "Family Medicine"]
    await cai.presses("Add a second backup")
    await cai.sees("Family Medicine – total", "in your plan")
    await opens(cai, "2. Internal Medicine")
    await cai.presses("Choose as my backup")
    await cai.sees("is now your second backup", "not a lesser goal")
    assert await _plan(cai) == ["Psychiatry", "Family Medicine", "Internal Medicine"]

    await cai.presses("Change the order")
    assert await _plan(cai) == ["Psychiatry", "Internal Medicine", "Family Medicine"]

    await cai.says("/backups")
    await opens(cai, "3. ")
    await cai.presses("Choose as my backup")
    await cai.sees("You have two backups already", "take it out of your plan first", "Your plan is as it was")
    await cai.says("/plan")
    assert await _plan(cai) == ["Psychiatry", "Internal Medicine", "Family Medicine"]
    await cai.presses("Take out")
    await cai.sees("Internal Medicine is no longer in your plan", "You can choose it again any time")
    assert await _plan(cai) == ["Psychiatry", "Family Medicine"]
    await town.restart()
    await cai.says("/plan")
    assert await _plan(cai) == ["Psychiatry", "Family Medicine"]


async def _plan(person: Person) -> list[str]:
    """The plan on the screen: the first choice, then the backups in order."""
    text = await person.text()
    lines = re.findall(r"^(First choice|Backup 1 \(Plan B\)|Backup 2 \(Plan C\)): (.+)$", text, re.MULTILINE)
    assert [label for label, _ in lines] == ["First choice", "Backup 1 (Plan B)", "Backup 2 (Plan C)"][: len(lines)]
    return [name.removesuffix(" – one year only") for _, name in lines]


@_ONE_MODE
async def test_what_cannot_stand_in_a_plan_is_refused_kindly(town: Town) -> None:
    """Row 062: the first choice itself, a field one would hate, one year alone; the plan stays as it was."""
    dia = await town.person("Dia")
    await result_of(dia, but(NOTHING_IN_THE_WAY, primary=taps("General Surgery")))
    await dia.presses("Backup specialties")
    await opens(dia, "Transitional Year")

    await dia.presses("Choose as my backup")

    await dia.sees("one year of training, not a whole field", "choose a whole field as your first backup")
    await dia.presses("◂ All candidates")
    await opens(dia, "1. Family Medicine")
    chosen = await dia.screen()
    await dia.presses_old(chosen["message_id"], _instead(chosen, "general-surgery"))
    await dia.sees("This is your first choice already, so it cannot be its own backup", "choose another field")
    chosen = await dia.screen()
    await dia.presses("Choose as my backup")
    await dia.presses("Add a second backup")
    await opens(dia, "Transitional Year")
    await dia.presses("Choose as my backup")
    assert await _plan(dia) == ["General Surgery", "Family Medicine", "Transitional Year"]
    await dia.sees("Transitional Year – one year only", "does not promise a further place")


def _instead(screen: dict[str, Any], slug: str) -> str:
    """The button "Choose as my backup" of a screen, forged to name another field."""
    return re.sub(r"choose\..*", f"choose.{slug}", button_data(screen, "Choose as my backup"))


@_ONE_MODE
async def test_a_chosen_field_that_one_comes_to_hate_is_said_and_can_be_taken_out(town: Town) -> None:
    """Rows 053 and 062."""
    eda = await town.person("Eda")
    await result_of(eda, SCENARIO.answers)
    await eda.presses("Backup specialties")
    await opens(eda, "1. Family Medicine")
    await eda.presses("Choose as my backup")
    await eda.says("/backups")
    await opens(eda, "1. Family Medicine")
    await fits(eda, "No", "No", "I would hate it")
    await eda.says("/plan")
    await eda.sees("Next step: take Family Medicine out of your plan.", "You said that you would hate it", "burnout")
    await eda.sees_not("apply in both")
    await eda.presses("Take out Family Medicine")
    assert await _plan(eda) == ["Psychiatry"]
    await eda.presses("Choose a backup")
    await eda.presses("Family Medicine")
    screen = await eda.screen()
    forged = button_data(screen, "Two fields?") if "Two fields?" in await eda.buttons() else None
    assert forged is None, "a field that one would hate is not offered for two fields"


@_ONE_MODE
async def test_a_new_first_choice_leaves_the_plan_and_is_never_its_own_backup(town: Town) -> None:
    """Row 062: the chosen backup becomes the first choice."""
    fay = await town.person("Fay")
    await result_of(fay, SCENARIO.answers)
    await fay.presses("Backup specialties")
    await opens(fay, "1. Family Medicine")
    await fay.presses("Choose as my backup")

    await changes(fay, "Your aim", "First-choice field", types("Family Medicine"))

    await fay.says("/plan")
    assert await _plan(fay) == ["Family Medicine"]
    await fay.sees("choose one backup")


@_ONE_MODE
async def test_hard_news_come_with_a_next_step_first_on_every_page_of_part_two(town: Town) -> None:
    """Rows 004 and 124 beside the result: every flag is up, and each page begins with a step and closes nothing."""
    gia = await town.person("Gia")
    await result_of(gia, EVERY_FLAG.answers)
    await gia.presses("Backup specialties")
    list_text = await gia.text()
    pages = {"the list": list_text, "a candidate": await opens(gia, "1. ")}
    await gia.presses("Published figures")
    pages["the figures"] = await gia.text()
    await gia.says("/plan")
    pages["the plan"] = await gia.text()
    await gia.says("/menu")
    await gia.presses("Two fields?")
    pages["two fields"] = await gia.text()
    for name, text in pages.items():
        assert_clean(text)
        assert "Next step: " in text[: len(text) // 2], f"{name} has no step before its middle"
        for word in ("give up", "unfortunately", "hopeless", "you failed", "too low", "impossible", "never match"):
            assert word not in text.lower(), f"{word} on {name}"
    for name in ("the list", "the plan", "two fields"):
        assert "irst choice stays first" in pages[name], name
    assert "Dermatology" in pages["the plan"]


# -- on the way -------------------------------------------------------------------------------------------------------


async def test_backups_can_be_looked_at_in_the_middle_and_lead_back_to_the_open_question(town: Town) -> None:
    hal = await town.person("Hal")
    await begins(hal)
    await walk(hal, SCENARIO.answers, until="graduation_year")
    open_question = await asked(hal)

    for command in ("/backups", "/standing", "/plan", "/example"):
        await hal.says(command)
        assert_clean(await hal.text())
        assert (await hal.rows())[0] == [f"Continue at question {open_question.number}"]
    await hal.says("/backups")
    await opens(hal, "1. ")
    await hal.presses("Access and points")
    await hal.presses("What counts how much")
    await hal.presses(f"Continue at question {open_question.number}")

    assert await asked(hal) == open_question


@_ONE_MODE
async def test_the_wishes_can_be_left_in_the_middle_and_are_kept(town: Town) -> None:
    ida = await town.person("Ida")
    await result_of(ida, SCENARIO.answers)
    await ida.presses("Backup specialties")
    await ida.presses("Say what I want")
    await ida.presses("Regular hours")
    await ida.says("/glossary")
    await ida.says("/backups")
    await ida.presses("Go on with what I want")
    await ida.sees("What do you like more: thinking or procedures?")
    await ida.presses("◂ Back")
    await wants(ida)
    await ida.presses("Change what I want")
    await ida.sees("What you want", "Hours and nights: It does not matter")
    await ida.presses("Hours and nights")
    await ida.presses("Regular hours")
    await ida.sees("Hours and nights: Regular hours")


# -- old and forged buttons -------------------------------------------------------------------------------------------


async def test_choosing_with_an_old_button_changes_nothing_and_twice_is_once(town: Town) -> None:
    jo = await town.person("Jo")
    await result_of(jo, SCENARIO.answers)
    await jo.presses("Backup specialties")
    await opens(jo, "1. Family Medicine")
    screen = await jo.screen()
    choose = button_data(screen, "Choose as my backup")

    await jo.presses_old(screen["message_id"], choose)
    await jo.presses_old(screen["message_id"], choose)
    await jo.says("/plan")
    assert await _plan(jo) == ["Psychiatry", "Family Medicine"]
    plan = await jo.screen()
    drop = button_data(plan, "Take out")

    await jo.says("/backups")
    await jo.presses_old(plan["message_id"], drop)
    await jo.presses_old(screen["message_id"], choose.replace("family-medicine", "internal-medicine"))
    await jo.says("/plan")
    assert await _plan(jo) == ["Psychiatry", "Family Medicine"]
    await jo.presses("Take out")
    await jo.presses_old(plan["message_id"], choose)
    await jo.says("/plan")
    assert await _plan(jo) == ["Psychiatry"]


_FORGED: Final = (
    "g:candidate.no-such-field",
    "g:candidate.",
    "g:candidate.psychiatry",
    "g:candidate.<b>",
    "g:points.dermatology",
    "g:standing.no-such-field",
    "g:standing_pick.999999999999999999999",
    "g:standing_pick.-1",
    "g:dual.no-such-field",
    "g:dual.psychiatry",
    "g:cited.s.no-such-field",
    "g:cited.c.dermatology",
    "g:cited.nothing.at.all",
    "g:cited.",
    "g:versions.999999999999",
    "g:compare",
    "d:choose.no-such-field",
    "d:choose.",
    "d:drop.psychiatry",
    "d:drop.",
    "d:swap",
    "d:what_if.anything",
    "f:fit_no-such-field",
    "q:interests.no_such_question",
    "q:fit_famil_medic.thirty_years",
)


@_ONE_MODE
async def test_forged_buttons_of_part_two_are_harmless(town: Town) -> None:
    """Fields that do not exist, the first choice itself, numbers out of range: an answer each time, and no change."""
    kit = await town.person("Kit")
    await result_of(kit, SCENARIO.answers)
    await kit.says("/plan")
    before = await kit.text()
    for action in _FORGED:
        await kit.says("/plan")
        screen = await kit.screen()
        token = re.match(r"[a-z0-9]+", button_data(screen, "Menu"))
        assert token is not None
        await kit.presses_old(screen["message_id"], f"{token[0]}:{action}")
        assert await kit.toast() is not None, action
        text = await kit.text()
        assert_clean(text)
        assert "went wrong" not in text, action
        assert await kit.buttons(), f"{action} ends in a dead end"
    await kit.says("/plan")
    assert await kit.text() == before
