"""The mentor's page for everybody: narrow, dark, enlarged, by keyboard, without scripts, and to tools that check."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from planning.summary_types import Section
from tests.browser.mentor import PERSONAL, Desk, desk_of, sideways, styled, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "Ask for a third letter before June."
GROUNDS = {"light": "rgb(244, 246, 248)", "dark": "rgb(16, 22, 28)"}
# The user agents that these services document, or are seen to use, for the preview of a link in a chat.
PREVIEWS = {
    "Telegram": "TelegramBot (like TwitterBot)",
    "WhatsApp": "WhatsApp/2.23.20.0 A",
    "Slack": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Discord": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Facebook": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "LinkedIn": "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Teams": "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
}
# WCAG 2.2, 1.4.12: what a reader may set without losing anything.
SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-bottom:2em!important}"
)
# Words that stick out of the box around them, or are hidden by it.
CUT = """() => [...document.querySelectorAll("main *, header *")]
  .filter((node) => node.checkVisibility() && !node.closest("svg, .hide, textarea"))
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "inline")
  .map((node) => node.outerHTML.slice(0, 120))"""
# 24 pixels is the least of WCAG 2.2 (2.5.8) for what is not a link in a sentence.
SMALL = """() => [...document.querySelectorAll("button, summary, textarea, input:not([type=hidden]), nav a, .way a")]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 24)
  .map((node) => node.outerHTML)"""
FOCUSED = "() => document.activeElement.outerHTML.slice(0, 90)"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_of(browser, tmp_path) as made:
        yield made


async def talked_about(desk: Desk) -> str:
    """A link with comments on it, in several scripts and with a word that does not break."""
    address = await desk.shares()
    await desk.asks("Is my list wide enough?", "W" * 120, "مرحبا، هل هذه الخطة جيدة؟")
    await desk.hears("Good. " + "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 3, Section.FLAGS)
    await desk.hears("Thank you.", Section.FLAGS, own=True)
    await desk.hears("https://evil.example/" + "a" * 200)
    return address


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_width_and_no_zoom_scrolls_sideways(desk: Desk, scheme: str) -> None:
    address = await talked_about(desk)
    page = await desk.opens(address, width=320, height=568, scheme=scheme)
    await page.locator("summary").first.click()

    await expect(page.locator("body")).to_have_css("background-color", GROUNDS[scheme])
    for width in (320, 390, 760, 1400):  # 1280 pixels at 400 % are 320, 640 at 200 % as well
        await page.set_viewport_size({"width": width, "height": 800})
        assert await sideways(page) <= 0, width
        assert await page.evaluate(CUT) == [], width
        assert await page.evaluate(SMALL) == [], width


async def test_large_letters_and_wide_spacing_cut_nothing_off(desk: Desk) -> None:
    page = await desk.opens(await talked_about(desk), width=640)

    await styled(page, "html{font-size:200%!important}")
    assert await page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "32px"
    assert await sideways(page) <= 0
    assert await page.evaluate(CUT) == []
    await styled(page, SPACING)
    await page.set_viewport_size({"width": 320, "height": 900})
    assert await sideways(page) <= 0
    assert await page.evaluate(CUT) == []


async def test_axe_finds_nothing_on_any_page_in_light_and_dark(desk: Desk) -> None:
    desk.wanted += ["404", "410", "429"]
    address = await talked_about(desk)
    profile = await desk.profile(width=390, height=844)
    sent = await desk.opens(address, profile)
    await sent.get_by_label("Your comment on the whole").fill(WORDS)
    async with sent.expect_navigation():
        await sent.get_by_role("button", name="Send the comment").click()
    await sent.locator("summary").first.click()
    neutral = await profile.new_page()
    await neutral.goto(f"{desk.site}/s")
    pages = {"summary": sent, "neutral": neutral, "unknown": await desk.tries("x" * 43, profile)}
    await desk.owner.says("/share")
    await desk.owner.presses("Dr. Amal")
    await desk.owner.presses("Stop sharing")
    await desk.owner.presses("Yes, stop sharing")
    pages["closed"] = await desk.tries(address, profile)
    for number in range(30):
        await desk.town.knocks(path="/s", data={"secret": f"{number:043}"})
    pages["busy"] = await desk.tries("ABC DEF 234", profile)
    assert await pages["busy"].get_by_role("heading", level=1).inner_text() == "Please wait a minute"

    for name, page in pages.items():
        await page.bring_to_front()
        assert await violations(page) == [], name
        await page.emulate_media(color_scheme="dark")
        await expect(page.locator("body")).to_have_css("background-color", GROUNDS["dark"])
        assert await violations(page, "color-contrast") == [], name  # nothing else knows of dark


async def test_axe_would_find_what_is_wrong(desk: Desk) -> None:
    page = await (await desk.profile()).new_page()
    await page.set_content("<html lang=en><title>x</title><main><input><p style='color:#999;background:#fff'>pale</p>")

    assert {one.partition(":")[0] for one in await violations(page)} == {"label", "color-contrast"}


async def test_by_keyboard_alone_one_skips_to_the_content_walks_the_parts_and_comments(desk: Desk) -> None:
    page = await desk.opens(await desk.shares())

    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
    await expect(page.get_by_role("link", name="Go to the content")).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()

    links = await page.get_by_role("navigation", name="Parts of this page").get_by_role("link").all_inner_texts()
    for title in links:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name=title, exact=True)).to_be_focused()
    for title in links[:-2]:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("region", name=title, exact=True).locator("summary")).to_be_focused()

    await page.get_by_role("link", name="Background").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Background")).to_be_focused()
    await expect(page.get_by_role("heading", name="Background")).to_be_in_viewport()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type(WORDS)
    await page.keyboard.press("Tab")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Sent.")
    await expect(page.get_by_role("region", name="Background").get_by_role("listitem").last).to_contain_text(WORDS)


async def test_what_has_the_focus_can_be_seen(desk: Desk) -> None:
    page = await desk.opens(await desk.shares())

    for _ in range(30):
        await page.keyboard.press("Tab")
        shown = await page.evaluate("""() => {
          const style = getComputedStyle(document.activeElement);
          return document.activeElement === document.body || (style.outlineStyle !== "none" && style.outlineWidth);
        }""")
        assert shown in (True, "3px"), await page.evaluate(FOCUSED)


# -- without scripts ---------------------------------------------------------------------------------------------------


async def test_without_scripts_a_pasted_link_opens_in_every_shape_and_takes_a_comment(desk: Desk) -> None:
    address = await desk.shares()
    token = address.partition("#")[2]
    profile = await desk.profile(java_script_enabled=False)
    for shape in (token, f"Look at this: {address}.", address.replace("#", "%23"), address):
        page = await desk.tries(shape, profile)
        await expect(page.get_by_role("region", name="Exam scores")).to_contain_text("229")

    await page.get_by_label("Your comment on the whole").fill(WORDS)
    await page.get_by_role("button", name="Send the comment").click()
    await expect(page.get_by_role("status")).to_contain_text("Sent.")
    await expect(page.get_by_role("region", name="Comments on the whole").get_by_role("listitem")).to_contain_text(
        WORDS
    )


async def test_without_scripts_a_comment_on_a_part_can_be_unfolded_and_sent(desk: Desk) -> None:
    page = await desk.tries(await desk.shares(), java_script_enabled=False)
    backups = page.get_by_role("region", name="Backup specialties")

    await backups.locator("summary").click()
    await backups.get_by_role("textbox").fill(WORDS)
    await backups.get_by_role("button", name="Send the comment").click()

    await expect(backups.get_by_role("listitem").last).to_contain_text(WORDS)


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_code_that_was_read_out_opens_once_and_gives_the_link_to_keep(desk: Desk, scripts: bool) -> None:
    desk.wanted.append("404")
    address = await desk.shares()
    await desk.owner.presses("Code to read out")
    code = await desk.code()
    profile = await desk.profile(java_script_enabled=scripts)

    page = await desk.tries(code.lower(), profile)

    await expect(page.get_by_role("region", name="Exam scores")).to_contain_text("229")
    await expect(page.get_by_role("link", name=address)).to_be_visible()
    assert page.url == (address if scripts else f"{desk.site}/s")
    again = await desk.tries(code, profile)
    await expect(again.get_by_role("heading", level=1)).to_have_text("No summary opens with this")


# -- who only fetches --------------------------------------------------------------------------------------------------


async def test_previews_of_chats_get_no_personal_byte_and_are_no_view(desk: Desk) -> None:
    address = await desk.shares()

    seen = [await desk.fetched(address, method, agent) for agent in PREVIEWS.values() for method in ("GET", "HEAD")]

    bodies = {body for _, body in seen}
    assert [status for status, _ in seen] == [200] * 14
    assert len(bodies - {""}) == 1  # the same for all, and for a link that never was
    assert bodies == {(await desk.fetched(f"{desk.site}/s#{'x' * 43}", "GET", "curl/8"))[1], ""}
    assert not [word for word in PERSONAL for body in bodies if word in body]
    assert await desk.views() == "Not opened yet."
    await desk.opens(address)
    assert "Opened 1 time," in await desk.views()


async def test_a_browser_that_runs_no_script_sees_nothing_personal_before_the_form_is_sent(desk: Desk) -> None:
    address = await desk.shares()
    page = await (await desk.profile(java_script_enabled=False)).new_page()

    await page.goto(address)

    assert not [word for word in PERSONAL if word in await page.content()]
    await expect(page.get_by_label("Link or code")).to_have_value("")
    assert await desk.views() == "Not opened yet."
