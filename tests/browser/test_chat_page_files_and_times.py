"""Files of the bot on the chat page, and times in the zone of whoever looks at it."""

from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from sandbox import Sandbox
from tests.browser.conftest import Visitor, starts, writes
from tests.browser.scripted_bot import ScriptedBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def chat_id(bot: ScriptedBot) -> int:
    found: int = bot.heard[-1]["message"]["chat"]["id"]
    return found


async def test_a_document_of_the_bot_is_downloaded_under_its_name_as_it_was_sent(
    visitor: Visitor, bot: ScriptedBot, sandbox: Sandbox, tmp_path: Path
) -> None:
    page = await visitor.opens()
    column = await starts(page)
    form = aiohttp.FormData({"chat_id": str(chat_id(bot))})
    form.add_field("document", CALENDAR, filename="match-plan.ics", content_type="text/calendar")
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/bot{sandbox.token}/sendDocument", data=form) as answer,
    ):
        assert answer.status == 200

    link = column.locator(".row.in").last.get_by_role("link")
    await expect(link).to_contain_text("match-plan.ics")
    await expect(link).to_contain_text(f"{len(CALENDAR)} B · text/calendar")
    async with page.expect_download() as download:
        await link.click()
    taken = await download.value
    await taken.save_as(tmp_path / "taken.ics")
    assert taken.suggested_filename == "match-plan.ics"
    assert (tmp_path / "taken.ics").read_bytes() == CALENDAR


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("wDt", "Wednesday, September 23, 2026 at 09:00"),
        ("t", "09:00"),
        ("D", "September 23, 2026"),
        ("", "as the bot wrote it"),
    ],
)
async def test_a_time_is_written_in_the_zone_of_the_browser(
    form: str, shown: str, visitor: Visitor, bot: ScriptedBot
) -> None:
    """1790168400 is 13:00 UTC on 23 September 2026; the browser is in New York, four hours behind in summer."""
    column = await starts(await visitor.opens())
    html = f'Due <tg-time unix="1790168400" format="{form}">as the bot wrote it</tg-time>.'
    await bot.say(chat_id(bot), html, parse_mode="HTML")

    time = column.locator(".row.in").last.locator("time", has_text=shown)
    await expect(time).to_have_text(shown)
    await expect(time).to_have_attribute("datetime", "2026-09-23T13:00:00.000Z")
    await expect(time).to_have_attribute("title", "Wed, Sep 23, 2026, 09:00:00")


async def test_a_time_in_how_long_follows_the_sandboxs_clock(
    visitor: Visitor, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    column = await starts(await visitor.opens())
    at = sandbox.clock.epoch() + 3 * 86_400 + 600
    await bot.say(chat_id(bot), f'Due <tg-time unix="{at}" format="r">soon</tg-time>.', parse_mode="HTML")
    time = column.locator(".row.in").last.locator("time[data-relative]")
    await expect(time).to_have_text("in 3 days")

    sandbox.clock.jump(by=2 * 86_400)
    await writes(column, "hello")
    await expect(column.locator("time[data-relative]")).to_have_text("tomorrow")
