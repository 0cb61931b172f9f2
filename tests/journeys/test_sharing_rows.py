"""What a summary says of the plan, of itself and of what changed; and the task that leads to it."""

from datetime import UTC, datetime
from typing import Final

import pytest

from sandbox import Person
from tests.journeys.applicant import but
from tests.journeys.applicants import SCENARIO
from tests.journeys.decisions import changes
from tests.journeys.mentor_pages import Browser
from tests.journeys.seasons import LETTERS, moves_to, to_task, without_reminders
from tests.journeys.sharing import (
    OFF_FOR_SELECTORS,
    assessed,
    bot_address,
    half_way,
    previewed,
    shares,
    switches,
    to_link,
)
from tests.journeys.walking import taps, types
from tests.town import Town

_WEB = pytest.mark.parametrize("mode", ["webhook"])
_NOT_ADVICE: Final = ("Educational only", "guarantee", "immigration advice", "ot affiliated with NRMP, ECFMG or AAMC")


@_WEB
async def test_first_choice_and_both_backups_stand_in_order_in_plan_and_summary(town: Town) -> None:
    """Row 003."""
    ana = await assessed(town, "Ana", SCENARIO.answers, "Internal Medicine", "Family Medicine")
    await ana.says("/menu")
    await ana.presses("My plan")
    plan = await ana.text()
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)

    first, second, third = ("First choice: Psychiatry", "Backup 1 (Plan B): Internal", "Backup 2 (Plan C): Family")
    assert plan.index(first) < plan.index(second) < plan.index(third)
    assert "Psychiatry is the applicant's first choice." in page.parts["standing"]
    backups = page.parts["backups"]
    assert 0 == backups.index("1. Internal Medicine") < backups.index("2. Family Medicine")
    assert page.text.index("Psychiatry is the applicant's first choice.") < page.text.index("1. Internal Medicine")


@_WEB
async def test_the_task_of_mentors_reading_statements_offers_to_share(town: Town) -> None:
    """Row 135: three to six months before ERAS opens in September 2027, for the 2028 Match."""
    ana = await assessed(town, "Ana", but(SCENARIO.answers, cycle=taps("Match 2028")))
    await without_reminders(ana)
    moves_to(town, datetime(2027, 5, 10, 12, tzinfo=UTC))

    text = await to_task(ana, LETTERS, "Mentors read each statement")

    assert "best somebody in the United States" in text
    await ana.presses("Share with a mentor")
    await ana.sees("Share with a mentor", "You choose what the page shows")
    assert "New link for a mentor" in await ana.buttons()


@_WEB
async def test_start_page_and_summary_say_that_this_is_no_official_advice(town: Town) -> None:
    """Row 164."""
    ana = await town.person("Ana")
    await ana.says("/start")
    await ana.sees(*_NOT_ADVICE)
    bea = await half_way(town, "Bea")
    link = await shares(bea)
    async with Browser(town) as mentor:
        head = (await mentor.opens(link.token)).parts[""]
    for words in (*_NOT_ADVICE[1:], "Educational only", "no chance of matching is computed"):
        assert words in head


@_WEB
async def test_a_mentor_is_told_what_nobody_may_do(town: Town) -> None:
    """Nobody may contact a program for an applicant in SOAP; programs may not ask about other applications."""
    ana = await half_way(town, "Ana")
    link = await shares(ana, selects="Yes")
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
    assert not set(page.parts) & OFF_FOR_SELECTORS
    assert "In SOAP" in page.parts["rules"]
    assert "a mentor included" in page.parts["rules"]
    assert "Programs may not ask where else" in page.parts["rules"]


# -- what has changed --------------------------------------------------------------------------------------------------


async def _scores(ana: Person, score: str) -> None:
    await changes(ana, "Exams", "Step 2 CK score", types(score))
    await ana.sees(score)


@_WEB
async def test_a_mentor_who_comes_back_reads_what_changed_and_still_after_a_reload(town: Town) -> None:
    ana = await assessed(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        assert (await mentor.opens(link.token)).changes == ""
        town.jump(minutes=31)
        assert "Nothing that is shown here has changed." in (await mentor.opens(link.token)).changes
        await _scores(ana, "243")
        town.jump(minutes=31)
        told = await mentor.opens(link.token)
        town.jump(minutes=5)
        again = await mentor.opens(link.token)
        town.jump(minutes=40)
        later = await mentor.opens(link.token)

    assert "243" in told.changes
    assert "229" in told.changes
    assert "Exam scores" in told.changes
    assert again.changes == told.changes
    assert "243" not in later.changes


@_WEB
async def test_somebody_who_reloads_at_once_is_at_the_first_look_still(town: Town) -> None:
    ana = await assessed(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.opens(link.token)
        town.jump(minutes=10)
        assert (await mentor.opens(link.token)).changes == ""


@_WEB
async def test_a_part_that_is_switched_on_is_one_line_and_does_not_bury_the_others(town: Town) -> None:
    ana = await assessed(town, "Ana", SCENARIO.answers, "Family Medicine")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.opens(link.token)
        town.jump(minutes=31)
        await switches(ana, "visa", "failures", "feelings")
        await _scores(ana, "243")
        told = (await mentor.opens(link.token)).changes

    assert "243" in told
    assert "J-1" not in told
    assert len(told.split()) < 120


@_WEB
async def test_what_is_switched_off_is_not_told_as_a_change(town: Town) -> None:
    ana = await assessed(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.opens(link.token)
        town.jump(minutes=31)
        await switches(ana, "scores")
        await _scores(ana, "213")  # no published figure is this number
        page = await mentor.opens(link.token)
    assert page.changes
    assert "213" not in page.text
    assert "229 (2023)" not in page.text


@_WEB
async def test_changes_are_told_in_the_bot_too(town: Town) -> None:
    ana, mia = await assessed(town, "Ana"), await town.person("Mia")
    await shares(ana)
    address = await bot_address(ana)
    await mia.opens(address)
    await mia.sees_not("Since the last look here", anywhere=True)
    town.jump(minutes=31)
    await _scores(ana, "243")
    await mia.opens(address)
    await mia.sees("Since the last look here (25 November 2026", anywhere=True)
    await mia.sees("243", anywhere=True)


@_WEB
async def test_the_preview_of_a_link_that_is_open_is_as_it_is_now(town: Town) -> None:
    ana = await assessed(town, "Ana")
    link = await shares(ana)
    await _scores(ana, "243")
    await to_link(ana)
    preview = await previewed(ana, "What they see")
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
    assert "243" in preview["scores"]
    assert preview["scores"] == page.parts["scores"]
    await to_link(ana)
    await ana.sees("Opened 1 time")
