"""Where the bot has no web address: a file that cannot be taken back, as is said plainly, and the link into the bot."""

import pytest

from tests.bot.pdf_reader import ReadPdf
from tests.journeys.applicants import SCENARIO
from tests.journeys.mentor_pages import TITLES, Browser, read_file
from tests.journeys.sharing import OFF, assessed, by_part, half_way, looks_over, previewed
from tests.journeys.walking import assert_clean
from tests.town import Town

_POLLING = pytest.mark.parametrize("mode", ["polling"])
_WEB = pytest.mark.parametrize("mode", ["webhook"])


@_POLLING
async def test_without_a_web_address_the_summary_is_a_file_and_that_it_cannot_be_taken_back_is_said(town: Town) -> None:
    ana = await assessed(town, "Ana", SCENARIO.answers, "Family Medicine")
    await ana.says("/share")
    await ana.sees("This bot has no web address here.", "a file cannot be taken back once you have sent it")
    await looks_over(ana)
    await ana.sees("cannot be taken back")
    preview = await previewed(ana)
    for label, kind in (("As a web page (file)", "html"), ("As a PDF", "pdf")):
        await ana.presses(label)
        document = await ana.document()
        assert document["file_name"] == f"match-plan-summary.{kind}"
        text = await ana.text()
        assert_clean(text)
        assert "a file cannot be taken back. Who has it can keep it and pass it on." in text
        assert "A link can be stopped" not in text
        content = await ana.download(document)
        assert b"Ana" not in content
        if kind == "html":
            found = read_file(content)
            assert set(found) == {"", "rules"} | set(TITLES) - OFF
            assert all(found[part] == preview[part] for part in found if part)
        else:
            flow = ReadPdf(content).flow
            assert "Psychiatry is the applicant's first choice." in flow
            assert "Visa and right to work" not in flow
    await ana.sees_not("http://", "/s#", anywhere=True)


@_POLLING
async def test_files_are_offered_where_the_summary_is_looked_over(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await looks_over(ana)
    assert {"File: web page", "File: PDF"} <= set(await ana.buttons())
    await ana.presses("File: PDF")
    assert (await ana.document())["file_name"].endswith(".pdf")


@_POLLING
async def test_without_a_web_address_a_mentor_who_uses_telegram_reads_it_in_the_bot(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    await looks_over(ana)
    await ana.presses("Make the link")
    await ana.sees("It opens your summary in this bot, for the first account that uses it.")
    assert not {"QR code", "Code to read out", "Copy the link"} & set(await ana.buttons())
    await ana.presses("The link")
    copied = (await ana.button("Copy the link"))["copy_text"]["text"]
    await mia.opens(copied)
    texts = [message["text"] for message in await mia.messages() if message["from"] == "bot"]
    assert set(by_part("\n".join(texts))) >= {"profile", "rules"}


@_POLLING
async def test_without_a_web_address_there_is_no_page(town: Town) -> None:
    assert await town.knocks("GET", "/s") == 404
    assert await town.knocks("POST", "/s", data={"secret": "A" * 43}) == 404


@_WEB
async def test_with_a_web_address_the_file_says_that_a_link_can_be_stopped(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await looks_over(ana)
    assert "File: PDF" not in await ana.buttons()
    await previewed(ana)
    await ana.presses("As a PDF")
    await ana.sees("A link can be stopped at any time.")
    async with Browser(town) as mentor:
        assert (await mentor.asks("GET")).status == 200
