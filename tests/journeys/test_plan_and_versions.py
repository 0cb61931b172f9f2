"""What is kept of a plan over months: versions of the result, and what has changed since (scope 8 of part 2)."""

import re

import pytest

from sandbox import Person
from tests.journeys.applicants import SCENARIO
from tests.journeys.decisions import changes, opens
from tests.journeys.walking import assert_clean, result_of, taps, types
from tests.town import Town

_ONE_MODE = pytest.mark.parametrize("mode", ["webhook"])


async def _versions(person: Person) -> list[str]:
    """The days of the kept results, oldest first, by the page of earlier results."""
    await person.says("/result")
    await person.presses("Earlier results")
    text = await person.text()
    assert_clean(text)
    days = re.findall(r"^• (\d+ \w+ \d{4}): \d flags? raised, \d borderline, \d unknown\.", text, re.MULTILINE)
    buttons = [label for label in await person.buttons() if label.startswith("Since ")]
    assert len(days) - len(buttons) in (0, 1), "today's result is the only one without a comparison"
    return days


async def test_after_three_months_the_result_says_what_has_changed_since(town: Town) -> None:
    ola = await town.person("Ola")
    first = await result_of(ola, SCENARIO.answers)
    assert "Since " not in first
    town.jump(days=92)
    await ola.says("/result")
    assert "Since " not in await ola.text(), "nothing has changed, so there is nothing to tell"
    await changes(ola, "Exams", "Step 2 CK score", types("236"))
    await changes(ola, "Clinical experience", "U.S. clinical experience", taps("Hands-on role", "Done"))
    await ola.says("3")
    await ola.presses("Psychiatry")
    await ola.presses("Done")

    await ola.says("/result")

    text = await ola.text()
    assert_clean(text)
    assert "Since 25 November 2026: 1 flag raised then, 0 now. Fewer risks to plan for, by the answers of now." in text
    assert text.index("Your next step") < text.index("Since 25 November 2026")
    await town.restart()
    await ola.says("/result")
    assert await ola.text() == text
    assert await _versions(ola) == ["25 November 2026", "25 February 2027"]
    await ola.presses("Since 25 Nov 2026")
    await ola.sees(
        "Since 25 November 2026",
        "1 flag raised then, 0 now.",
        "Step 2 CK score: then borderline, now clear (better)",
        "U.S. clinical experience (USCE): then raised, now clear (better)",
        "Older results are judged by today's rules",
    )
    assert "Since 25 Feb 2027" not in await ola.buttons(), "today is not compared with itself"
    town.jump(days=1)
    await ola.says("/result")
    await ola.presses("Earlier results")
    await ola.presses("Since 25 Feb 2027")
    await ola.sees("No flag has changed. That is normal: most steps take months.")


@_ONE_MODE
async def test_a_flag_more_is_told_without_blame(town: Town) -> None:
    pat = await town.person("Pat")
    await result_of(pat, SCENARIO.answers)
    town.jump(days=30)
    await changes(pat, "Exams", "Step 2 CK score", types("215"))
    await pat.says("/result")
    await pat.sees("1 flag raised then, 2 now. More flags can mean that you know more now.")
    await _versions(pat)
    await pat.presses("Since 25 Nov 2026")
    await pat.sees("then borderline, now raised (harder)", "A flag more is no step back")


@_ONE_MODE
async def test_two_changes_of_one_day_are_one_version(town: Town) -> None:
    rio = await town.person("Rio")
    await result_of(rio, SCENARIO.answers)
    for score in ("231", "240"):
        await changes(rio, "Exams", "Step 2 CK score", types(score))
        await rio.says("/result")
    assert await _versions(rio) == ["25 November 2026"]
    town.jump(days=1)
    await rio.says("/result")
    assert await _versions(rio) == ["25 November 2026"], "a look without a change is no version"


@_ONE_MODE
async def test_the_first_result_and_the_newest_five_are_kept(town: Town) -> None:
    sam = await town.person("Sam")
    await result_of(sam, SCENARIO.answers)
    days = ["25 November 2026"]
    for month in range(1, 9):
        now = town.jump(days=30)
        days.append(f"{now.day} {now:%B %Y}")
        await changes(sam, "Exams", "Step 2 CK score", types(str(229 + month)))
        await sam.says("/result")

    assert await _versions(sam) == [days[0], *days[-5:]]


@_ONE_MODE
async def test_the_plan_of_the_day_is_kept_with_the_result(town: Town) -> None:
    tea = await town.person("Tea")
    await result_of(tea, SCENARIO.answers)
    town.jump(days=10)
    await tea.says("/backups")
    await opens(tea, "1. Family Medicine")
    await tea.presses("Choose as my backup")
    await tea.presses("My result")

    assert await _versions(tea) == ["25 November 2026", "5 December 2026"]
    lines = (await tea.text()).split("\n")
    assert not next(line for line in lines if line.startswith("• 25 November")).endswith("Backups: Family Medicine.")
    assert next(line for line in lines if line.startswith("• 5 December")).endswith("Backups: Family Medicine.")


@_ONE_MODE
async def test_before_the_first_result_there_is_none_and_the_way_to_it_is_said(town: Town) -> None:
    uwe = await town.person("Uwe")
    await uwe.says("/result")
    await uwe.presses("Earlier results")
    await uwe.sees("There is none yet.", "finish the assessment and look at your result")


@_ONE_MODE
async def test_erasing_takes_the_plan_and_the_versions_with_it(town: Town) -> None:
    vic = await town.person("Vic")
    await result_of(vic, SCENARIO.answers)
    await vic.says("/backups")
    await opens(vic, "1. Family Medicine")
    await vic.presses("Choose as my backup")
    await vic.says("/delete")
    await vic.presses("Erase everything")
    await vic.presses("Yes, erase now")
    await vic.says("/start")
    await vic.says("/plan")
    await vic.sees("First choice: not known yet")
    await vic.sees_not("Family Medicine", "Psychiatry")
