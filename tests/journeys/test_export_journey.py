"""A copy of everything, then everything erased: the copy is whole, and nothing works afterwards."""

import json
from typing import Any, Final

import pytest

from sandbox import Person
from tests.journeys.applicant import but
from tests.journeys.applicants import SCENARIO
from tests.journeys.mentor_pages import Browser
from tests.journeys.reminded import adds_own
from tests.journeys.seasons import to_timeline
from tests.journeys.sharing import assessed, bot_address, comes_by_itself, erases, half_way, shares
from tests.journeys.walking import taps, types
from tests.town import Town

_WEB = pytest.mark.parametrize("mode", ["webhook"])
_DATABASES = pytest.mark.parametrize(("mode", "database"), [("webhook", "sqlite"), ("webhook", "postgres")])
_FIELD: Final = "Canaryology"


async def _copy(person: Person) -> dict[str, Any]:
    await person.says("/export")
    document = await person.document()
    assert document["file_name"] == "my-data.json"
    found: dict[str, Any] = json.loads(await person.download(document))
    return found


@_DATABASES
async def test_a_copy_holds_everything_and_after_erasing_nothing_is_left(town: Town) -> None:
    """Row 163, bars 53 and 54."""
    answers = but(SCENARIO.answers, primary=taps("Another field"), primary_other=types(_FIELD))
    ana, mia = await assessed(town, "Ana", answers), await town.person("Mia")
    await to_timeline(ana)
    await adds_own(ana, "Canary talk on 20 December 2026 at 10:00 ET")
    link = await shares(ana, "Dr. Canary", who="Canary Name")
    address = await bot_address(ana, "Dr. Canary")
    await mia.opens(address)
    async with Browser(town) as mentor:
        page = await mentor.says(await mentor.opens(link.token), "Canary comment", "profile")
        await comes_by_itself(town, ana)
        await ana.presses("Answer")
        await ana.says("Canary answer")
        await comes_by_itself(town, mia)

        copy = await _copy(ana)

        text = json.dumps(copy, ensure_ascii=False)
        for canary in (_FIELD, "Canary talk", "Dr. Canary", "Canary Name", "Canary comment", "Canary answer", "229"):
            assert canary in text, canary
        for secret in (link.token, address.rpartition("start=m")[2], str(mia.id)):
            assert secret not in text
        assert len(copy["links"]) == 2
        assert copy["reminders"]

        await erases(ana)
        await ana.sees("Everything is erased")

        assert (await mentor.opens(link.token)).status in (404, 410)
        assert (await mentor.says(page, "After the end")).status in (404, 410)
    await mia.opens(address)
    await mia.sees_not("Canary answer", _FIELD)
    count = len(await ana.messages())
    for _ in range(52):
        town.jump(days=7)
        await town.remind()
        await comes_by_itself(town, ana)
    assert len(await ana.messages()) == count, "nothing was sent in a year"
    await ana.says("/start")
    await ana.sees("Educational only")
    assert (await ana.rows())[0] == ["Begin the assessment"]
    await ana.says("/share")
    await ana.sees_not("Canary")
    assert "Canary" not in json.dumps(await _copy(ana), ensure_ascii=False)


@_WEB
async def test_a_copy_is_offered_before_erasing_and_on_the_page_on_privacy(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await ana.says("/privacy")
    await ana.presses("A copy of my data")
    assert (await ana.document())["mime_type"] == "application/json"
    await ana.says("/delete")
    await ana.sees("your links for mentors and all comments")
    await ana.presses("First a copy of my data")
    await ana.sees("A copy of your data")


@_WEB
async def test_a_copy_of_nobodys_data_is_a_file_too(town: Town) -> None:
    ana = await town.person("Ana")
    copy = await _copy(ana)
    assert copy["comments"] == copy["links"] == copy["reminders"] == []


@_WEB
async def test_a_copy_holds_nothing_of_another(town: Town) -> None:
    ana, bea = await half_way(town, "Ana"), await half_way(town, "Bea")
    await shares(ana, who="Canary of Ana")
    address = await bot_address(ana)
    await bea.opens(address)
    await bea.presses("Comment on it all")
    await bea.says("Words of Bea")
    await comes_by_itself(town, ana)
    text = json.dumps(await _copy(ana))
    assert str(bea.id) not in text
    assert "Words of Bea" in text, "what was written to her is hers"
    theirs = json.dumps(await _copy(bea))
    assert str(ana.id) not in theirs
    assert "Canary of Ana" not in theirs, "the name is looked up while the link opens, and kept nowhere else"
    assert "Karachi" in theirs
