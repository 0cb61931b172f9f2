"""How the chat page looks and reads: widths, colours, directions, what assistive technology hears."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, chat_of, starts, writes
from tests.browser.scripted_bot import ScriptedBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

GROUNDS = {"light": "rgb(231, 227, 217)", "dark": "rgb(12, 17, 19)"}  # sand and ink: what the design says

# WCAG 2.2, 1.4.3: contrast of every piece of text with the first opaque ground behind it; the worst pair comes back.
WORST_CONTRAST = """() => {
  const numbers = (colour) => (colour.match(/[0-9.]+/g) ?? []).map(Number);
  const light = (rgb) => {
    const part = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((v) => part(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (a > 0) layers.push([[r, g, b], a]);
      if (a === 1) break;
    }
    return layers.reverse().reduce((under, [rgb, a]) => rgb.map((v, i) => v * a + under[i] * (1 - a)), [255, 255, 255]);
  };
  let worst = { ratio: 99 };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    const seen = node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!walk.currentNode.data.trim() || !seen) continue;
    if (node.closest(".unseen, .spoiler, .avatar, noscript")) continue;
    const [one, two] = [light(numbers(getComputedStyle(node).color).slice(0, 3)), light(ground(node))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < worst.ratio) worst = { ratio, text: walk.currentNode.data, of: node.className };
  }
  return worst;
}"""

# Everything that can be pressed or typed into has a name.
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea")]
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length))
  .map((node) => node.outerHTML)"""

# 24 pixels is the least of WCAG 2.2 (2.5.8); a phone's finger wants 44 on what is pressed all the time.
LOW_KEYS = """() => [...document.querySelectorAll(".key, .reply-key, .start-button, .tab, .composer button")]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 44).map((node) => node.outerHTML)"""


async def test_light_and_dark_follow_the_system_with_contrast_and_every_control_has_a_name(
    visitor: Visitor, bot: ScriptedBot
) -> None:
    page = await visitor.opens()
    column = await starts(page)
    for command in ("/entities", "/rows", "/picture", "/keys"):
        await writes(column, command)
    await expect(column.get_by_text("Choose below")).to_be_visible()
    await column.get_by_role("button", name="Next").click()
    await expect(column.locator(".toast")).to_be_visible()
    for panel in (None, "Sandbox clock", "Faults", "Add a person"):
        if panel:
            await page.get_by_role("button", name=panel).click()
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await expect(page.locator("body")).to_have_css("background-color", GROUNDS[scheme])
            worst = await page.evaluate(WORST_CONTRAST)
            assert worst["ratio"] >= 4.5, (scheme, panel, worst)
        assert await page.evaluate(NAMELESS) == []


async def test_no_width_scrolls_sideways(visitor: Visitor, bot: ScriptedBot) -> None:
    page = await visitor.opens(width=320, height=568)
    column = await starts(page)
    for command in ("/long", "/entities", "/rows", "/keys"):
        await writes(column, command)
    await expect(column.get_by_role("button", name="Yes")).to_be_visible()
    wide = "node => node.scrollWidth - node.clientWidth"
    for width, height in ((320, 568), (390, 844), (760, 900), (761, 900), (1024, 700), (1400, 900)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.wait_for_function("width => document.documentElement.clientWidth === width", arg=width)
        assert await page.locator("html").evaluate(wide) <= 0, width
        assert await column.get_by_role("region", name="Messages").evaluate(wide) <= 0, width
        assert await page.locator(".bar").evaluate(wide) <= 0, width
        assert await page.evaluate(LOW_KEYS) == [], width


async def test_a_phone_shows_one_person_at_a_time_with_tabs(visitor: Visitor, bot: ScriptedBot) -> None:
    page = await visitor.opens(width=390, height=844)
    ana = await starts(page)
    await expect(page.get_by_role("navigation", name="People")).to_be_hidden()
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("First name").fill("Yusuf")
    await page.get_by_role("button", name="Add", exact=True).click()
    yusuf = chat_of(page, "Yusuf")
    await expect(yusuf).to_be_visible()
    await expect(ana).to_be_hidden()
    assert await yusuf.evaluate("node => node.getBoundingClientRect().width") == 390
    await bot.say(bot.heard[0]["message"]["chat"]["id"], "Are you there?")
    tab = page.get_by_role("navigation", name="People").get_by_role("button", name="Ana")
    await expect(tab.get_by_label("1 new")).to_be_visible()
    await tab.click()
    await expect(ana.get_by_text("Are you there?").last).to_be_visible()
    await expect(tab.get_by_label("1 new")).to_have_count(0)
    await expect(yusuf).to_be_hidden()


async def test_arabic_runs_from_right_to_left(visitor: Visitor, bot: ScriptedBot) -> None:
    column = await starts(await visitor.opens())
    await writes(column, "/arabic")
    text = column.locator(".row.in").last.locator(".text")
    await expect(text).to_contain_text("الخطوة")
    assert await text.evaluate("node => node.matches(':dir(rtl)')")
    assert not await column.locator(".row.in").first.locator(".text").evaluate("node => node.matches(':dir(rtl)')")


async def test_new_and_changed_messages_are_told_to_screen_readers(visitor: Visitor, bot: ScriptedBot) -> None:
    page = await visitor.opens()
    column = await starts(page)
    log = page.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_contain_text("Parallel Plan to Ana: Welcome.")
    await column.get_by_role("button", name="Next").click()
    await expect(log).to_contain_text("Changed: Question 2")
    await page.reload()
    await expect(column.get_by_text("Question 2")).to_be_visible()
    await expect(log).to_be_empty()  # what was there before is not read out
