"""From /share by taps to a link that opens: for whom, which parts, which questions, and what a mentor then reads."""

import re
from io import BytesIO
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image

from tests.journeys.applicants import SCENARIO
from tests.journeys.mentor_pages import TITLES, Browser, read_file
from tests.journeys.seasons import photos
from tests.journeys.sharing import (
    LABELS,
    OFF,
    OFF_FOR_SELECTORS,
    assessed,
    half_way,
    looks_over,
    makes,
    previewed,
    shares,
    shown_on,
    taps_part,
    to_link,
)
from tests.town import Town

_WEB = pytest.mark.parametrize("mode", ["webhook"])
_DATABASES = pytest.mark.parametrize(("mode", "database"), [("webhook", "sqlite"), ("webhook", "postgres")])
_ALL: Final = frozenset(TITLES)


@_DATABASES
async def test_an_applicant_makes_a_link_by_taps_and_a_mentor_without_an_account_reads_it(town: Town) -> None:
    """Row 161: profile, flags, primary and backup with reasons, open tasks, questions; and nothing to change."""
    ana = await assessed(town, "Ana", SCENARIO.answers, "Family Medicine")

    text = await looks_over(ana, "Dr. Khan")
    assert "For: Dr. Khan" in text
    assert "Selects residents: no" in text
    assert "Opens for: 14 days" in text
    link = await makes(ana)
    await ana.sees("Not opened yet.", "until Wed 9 December 2026, 17:00 Karachi time")

    async with Browser(town) as mentor:
        page = await mentor.opens(link.address)

    assert page.status == 200
    assert set(page.parts) == (_ALL - OFF) | {"", "rules"}
    assert "229" in page.parts["scores"]
    assert "Graduation: 2019" in page.parts["profile"]
    assert "Nothing hands-on yet" in page.parts["flags"]
    assert "Psychiatry is the applicant's first choice" in page.parts["standing"]
    assert page.parts["backups"].startswith("1. Family Medicine")
    assert page.parts["plan"]
    assert page.parts["questions"].count("?") >= 2
    assert "Ana" not in page.html
    assert "Dr. Khan" not in page.html, "the name is for the owner's own list"
    await to_link(ana)
    await ana.sees("Opened 1 time, last Wed 25 November 2026")


@_WEB
@pytest.mark.parametrize(
    ("selects", "off", "said"),
    [
        ("No", OFF, "Selects residents: no"),
        ("Yes", OFF_FOR_SELECTORS, "This person may select residents"),
        ("Not sure", OFF_FOR_SELECTORS, "yes, or not sure"),
    ],
)
async def test_what_is_off_at_first_depends_on_whether_the_mentor_selects_residents_and_says_why(
    town: Town, selects: str, off: frozenset[str], said: str
) -> None:
    ana = await half_way(town, "Ana")

    text = await looks_over(ana, selects=selects)

    assert said in text
    assert ("you may keep other specialties confidential" in text) is (off == OFF_FOR_SELECTORS)
    await ana.presses("Change the parts")
    assert await shown_on(ana) == _ALL - off
    await ana.presses("◂ Look it over")
    link = await makes(ana)
    async with Browser(town) as mentor:
        assert set((await mentor.opens(link.token)).parts) == (_ALL - off) | {"", "rules"}


@_WEB
async def test_why_somebody_who_selects_sees_less_is_told_when_asked(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await ana.says("/share")
    await ana.presses("New link for a mentor")
    await ana.says("Dr. Khan")
    await ana.presses("Why do you ask?")
    await ana.sees(
        "may keep other programs and other specialties confidential", "If you are not sure, I treat it as a yes"
    )


@_WEB
@pytest.mark.parametrize(
    ("days", "until"), [("3 days", "Sat 28 November"), ("7 days", "Wed 2 December"), ("31 days", "Sat 26 December")]
)
async def test_a_link_opens_for_as_long_as_was_chosen(town: Town, days: str, until: str) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana, days=days)
    await ana.sees(f"Opens until {until} 2026")

    whole = {"3 days": 3, "7 days": 7, "31 days": 31}[days]
    async with Browser(town) as mentor:
        town.jump(days=whole, seconds=-1)
        assert (await mentor.opens(link.token)).status == 200
        town.jump(seconds=1)
        assert (await mentor.opens(link.token)).status == 410


@_WEB
async def test_the_name_is_made_up_unless_one_is_typed(town: Town) -> None:
    ana = await half_way(town, "Ana")
    hidden = await shares(ana, "Dr. Khan")
    told = await shares(ana, "Dr. Lee", who="Ana S. <MD> & co")

    async with Browser(town) as mentor:
        made_up = await mentor.opens(hidden.token)
        typed = await mentor.opens(told.token)

    assert re.fullmatch(r"Applicant [A-Z0-9]{4}", made_up.name)
    assert "Ana" not in made_up.html
    assert typed.name == "Ana S. <MD> & co"
    assert "<MD>" not in typed.html


@_WEB
async def test_preview_page_and_file_say_the_same_in_every_part(town: Town) -> None:
    """Everything is switched on; the three are compared part by part, the file without the line on its end."""
    ana = await assessed(town, "Ana", SCENARIO.answers, "Family Medicine", "Internal Medicine")
    await looks_over(ana)
    await ana.presses("Change the parts")
    for part in sorted(OFF):
        await taps_part(ana, part)
    assert await shown_on(ana) == _ALL
    preview = await previewed(ana)
    await ana.presses("As a web page (file)")
    content = await ana.download(await ana.document())
    await ana.presses("◂ Look it over")
    link = await makes(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.address)
    in_file = read_file(content)

    assert list(preview) == ["", *TITLES, "rules"]
    assert set(page.parts) == set(in_file) == set(preview)
    for part in ("rules", *TITLES):
        assert preview[part] == page.parts[part] == in_file[part], part
        assert len(preview[part]) > 10
    begin = "an international medical graduate"
    assert page.parts[""].partition(begin)[2] in preview[""]
    in_page, until = re.subn(r" [^.]*until 9 December 2026, 07:00 ET\.", "", page.parts[""])
    assert until == 1, "twelve o'clock in UTC, two weeks from now"
    assert in_page.partition(begin)[2] == in_file[""].partition(begin)[2] != ""


@_WEB
async def test_parts_go_on_and_off_and_one_must_stay(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await looks_over(ana)
    await ana.presses("Change the parts")
    for part in sorted(_ALL - OFF - {"profile"}):
        await taps_part(ana, part)
    await taps_part(ana, "profile")
    await ana.sees("One part must stay on")
    assert await shown_on(ana) == {"profile"}
    await taps_part(ana, "visa")
    await ana.sees(
        "Now shown: Visa.", "Please think twice about: visa and right to work", "It can hurt if a copy travels"
    )
    assert await shown_on(ana) == {"profile", "visa"}
    await ana.presses("◂ Look it over")
    await ana.sees("It shows: background, visa and right to work.")

    link = await makes(ana)

    async with Browser(town) as mentor:
        assert set((await mentor.opens(link.token)).parts) == {"", "profile", "visa", "rules"}


@_WEB
async def test_questions_are_proposed_changed_taken_out_and_written(town: Town) -> None:
    ana = await assessed(town, "Ana")
    await looks_over(ana)
    await ana.presses("My questions")
    first = await ana.text()
    proposed = [line.partition(". ")[2] for line in first.split("\n") if line[:2] in ("1.", "2.", "3.")]
    assert 2 <= len(proposed) <= 3
    await ana.presses("Change 1")
    await ana.sees(proposed[0])
    await ana.says("Would you\nread my <personal> statement?")
    await ana.sees("Saved.", "1. Would you read my <personal> statement?")
    await ana.presses("Take out 2")
    await ana.presses("Write my own")
    await ana.says("x" * 201)
    await ana.sees("200")
    await ana.says("Is {{ 7*7 }} right?")
    text = await ana.text()
    assert "Is {{ 7*7 }} right?" in text
    await ana.presses("◂ Look it over")
    link = await makes(ana)

    async with Browser(town) as mentor:
        asked = (await mentor.opens(link.token)).parts["questions"]

    assert asked.startswith("1. Would you read my <personal> statement?")
    assert "Is {{ 7*7 }} right?" in asked
    assert proposed[0] not in asked
    assert proposed[1] not in asked


@_WEB
async def test_the_link_can_be_sent_copied_and_photographed(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)

    sheet = await ana.button("Send in Telegram")
    assert sheet["url"].startswith("https://t.me/share/url?url=http%3A%2F%2F")
    sent = parse_qs(urlsplit(sheet["url"]).query, strict_parsing=True)
    assert sent["url"] == [link.address]
    assert "until Wed 9 December 2026" in sent["text"][0]
    assert "Dr. Khan" not in sheet["url"]
    assert "#" not in sheet["url"], "what is behind a # would not be shared"
    copied = await ana.button("Copy the link")
    assert copied["copy_text"]["text"] == link.address
    await ana.presses("QR code")
    (photo,) = photos(await ana.messages())
    assert _qr(await ana.download(photo)) == link.address


def _qr(content: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(content)))
    return str(found.text)


@_WEB
async def test_ten_links_may_be_open_and_an_eleventh_says_to_stop_one(town: Town) -> None:
    ana = await half_way(town, "Ana")
    links = [await shares(ana, f"Mentor {number}") for number in range(10)]
    assert len({link.token for link in links}) == 10

    await ana.says("/share")
    await ana.sees("10 links are open. Please stop one")
    assert "New link for a mentor" not in await ana.buttons()
    assert {f"Mentor {number}" for number in range(10)} <= set(await ana.buttons())


@_WEB
async def test_who_has_answered_nothing_is_shown_the_way(town: Town) -> None:
    ana = await town.person("Ana")
    await ana.says("/share")
    await ana.sees("Next step: begin the assessment")
    assert not [label for label in await ana.buttons() if "New link" in label]


def test_every_part_has_a_button_of_its_own() -> None:
    assert len(set(LABELS.values())) == len(LABELS) == len(TITLES)
