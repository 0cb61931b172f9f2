"""The sandbox's chat page in a real Chromium, with a real sandbox and a scripted bot."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from sandbox import Sandbox
from tests.browser.conftest import Visitor, chat_of, starts, writes
from tests.browser.scripted_bot import DEEP_LINK, PAYLOAD, ScriptedBot

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_new_sandbox_shows_the_description_and_start_sends_the_command(
    visitor: Visitor, bot: ScriptedBot
) -> None:
    page = await visitor.opens()
    column = chat_of(page, "Ana")
    await expect(column.get_by_text("I plan with you.")).to_be_visible()
    await expect(column.get_by_role("textbox", name="Message")).to_be_hidden()
    await column.get_by_role("button", name="START").click()
    await expect(column.get_by_text("Welcome.")).to_be_visible()
    await expect(column.get_by_text("I plan with you.")).to_be_hidden()
    assert [update["message"]["text"] for update in bot.heard] == ["/start"]
    assert bot.heard[0]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_sent_text_gets_two_ticks_once_the_bot_has_it(visitor: Visitor, bot: ScriptedBot) -> None:
    column = await starts(await visitor.opens())
    await writes(column, "hello there")
    await expect(column.get_by_text("You said: hello there")).to_be_visible()
    await expect(column.locator(".row.out").last.get_by_label("The bot has it")).to_be_visible()
    await expect(column.get_by_role("textbox", name="Message")).to_have_value("")


async def test_a_text_that_no_bot_takes_keeps_one_tick_and_is_counted_as_waiting(
    visitor: Visitor, sandbox: Sandbox
) -> None:
    page = await visitor.opens()
    column = chat_of(page, "Ana")
    await column.get_by_role("button", name="START").click()
    await expect(column.locator(".row.out").get_by_label("does not have it yet")).to_be_visible()
    await expect(page.locator("#status")).to_contain_text("No bot")
    await expect(page.locator("#status")).to_contain_text("1 waiting")


async def test_a_press_by_keyboard_edits_in_place_keeps_the_focus_and_shows_the_toast(
    visitor: Visitor, bot: ScriptedBot
) -> None:
    column = await starts(await visitor.opens())
    row = column.locator(".row.in")
    await row.evaluate("row => { row.sameAsBefore = true; }")
    await column.get_by_role("button", name="Next").focus()
    await column.page.keyboard.press("Enter")
    await expect(row).to_contain_text("Question 2")
    await expect(row.get_by_text("edited")).to_be_visible()
    await expect(column.locator(".toast")).to_have_text("Saved")
    assert await row.evaluate("row => row.sameAsBefore")
    await expect(row.locator(".key")).to_have_text(["Back"])
    await expect(row.locator(".key")).to_be_focused()


async def test_a_pressed_button_spins_until_the_callback_is_answered(visitor: Visitor, bot: ScriptedBot) -> None:
    column = await starts(await visitor.opens())
    held = column.get_by_role("button", name="Hold")
    await held.click()
    await expect(held).to_have_attribute("aria-busy", "true")
    await held.click()  # a second tap while it spins sends nothing
    await column.get_by_role("button", name="Explain").click()
    await column.page.get_by_role("dialog").press("Escape")
    await expect(held).to_have_attribute("aria-busy", "true")
    bot.held.set()
    await expect(held).not_to_have_attribute("aria-busy", "true")
    pressed = [update["callback_query"]["data"] for update in bot.heard if "callback_query" in update]
    assert pressed == ["hold", "explain"]


async def test_an_alert_is_a_dialog_that_must_be_closed(visitor: Visitor, bot: ScriptedBot) -> None:
    page = await visitor.opens()
    column = await starts(page)
    await column.get_by_role("button", name="Explain").click()
    dialog = page.get_by_role("dialog", name="Parallel Plan to Ana")
    await expect(dialog).to_contain_text("Because it matters.")
    await expect(dialog.get_by_role("button", name="OK")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)


async def test_an_edit_above_does_not_move_what_is_being_read(visitor: Visitor, bot: ScriptedBot) -> None:
    page = await visitor.opens()
    column = await starts(page)
    ana = bot.heard[0]["message"]["chat"]["id"]
    sent = [await bot.say(ana, f"Line {number}") for number in range(40)]
    await column.get_by_text("Line 39", exact=True).wait_for()
    wall = column.get_by_role("region", name="Messages")
    await wall.hover()
    await page.mouse.wheel(0, -600)
    await expect(column.get_by_role("button", name="Go to the newest message")).to_be_visible()
    read = column.get_by_text("Line 25", exact=True)
    await read.scroll_into_view_if_needed()
    before = await read.bounding_box()
    higher = "Now\nmuch\nhigher\nthan\nit was"
    await bot.call("editMessageText", chat_id=ana, message_id=sent[0]["message_id"], text=higher)
    await expect(column.get_by_text("than")).to_be_attached()
    await bot.say(ana, "And a new one below")
    await expect(column.get_by_text("And a new one below")).to_be_attached()
    after = await read.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 1  # a scroll position is whole pixels
    await column.get_by_role("button", name="Go to the newest message").click()
    await expect(column.get_by_text("And a new one below")).to_be_in_viewport()


async def test_every_entity_is_shown_as_what_it_is(visitor: Visitor, bot: ScriptedBot) -> None:
    column = await starts(await visitor.opens())
    await writes(column, "/entities")
    words = column.locator(".row.in").last.locator(".words")
    await expect(words.locator("strong")).to_have_text(["bold", "outer inner", "after"])
    await expect(words.locator("em")).to_have_text(["italic", "inner"])
    await expect(words.locator("strong em")).to_have_text("inner")
    await expect(words.locator("u")).to_have_text("under")
    await expect(words.locator("s")).to_have_text("strike")
    await expect(words.locator("code")).to_have_text(["x < y", 'print("hi")'])
    await expect(words.locator("blockquote")).to_have_text("said")
    await expect(words.locator("pre")).to_have_text('print("hi")')
    await expect(words.locator("pre")).to_have_attribute("data-language", "python")
    link = words.get_by_role("link", name="link")
    await expect(link).to_have_attribute("href", "https://example.org/a?b=1&c=2")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    spoiler = words.get_by_role("button", name="Hidden text")
    await expect(spoiler.get_by_text("secret")).to_be_hidden()
    await spoiler.press("Enter")
    await expect(words.get_by_text("secret")).to_be_visible()


async def test_markup_in_a_message_name_or_button_stays_text(visitor: Visitor, bot: ScriptedBot) -> None:
    page = await visitor.opens()
    await starts(page)
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("First name").fill("<b>Eve</b>")
    await page.get_by_role("button", name="Add", exact=True).click()
    column = await starts(page, "<b>Eve</b>")
    await writes(column, "/xss")
    await expect(column.locator(".row.in").last.locator(".words")).to_have_text(PAYLOAD)
    await expect(column.locator(".key").last).to_have_text(PAYLOAD[:60])
    await writes(column, PAYLOAD)
    await expect(column.locator(".row.in").last.locator(".words")).to_have_text(f"You said: {PAYLOAD}")
    assert await page.title() == "Sandbox chat"
    assert await page.locator("main script, main img").count() == 0


async def test_two_people_side_by_side_stay_apart_and_survive_a_reload(visitor: Visitor, bot: ScriptedBot) -> None:
    page = await visitor.opens()
    ana = await starts(page)
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("First name").fill("Yusuf")
    await page.get_by_label("Language of the phone").select_option("ar")
    await page.keyboard.press("Enter")
    yusuf = await starts(page, "Yusuf")
    await writes(ana, "I am Ana")
    await writes(yusuf, "I am Yusuf")
    await expect(ana.locator(".row.in").last).to_contain_text("You said: I am Ana")
    await expect(yusuf.locator(".row.in").last).to_contain_text("You said: I am Yusuf")
    await expect(yusuf.get_by_text("I am Ana")).to_have_count(0)
    await expect(yusuf.locator(".head")).to_contain_text("You are Yusuf · ar")
    await page.reload()
    await expect(ana.get_by_text("You said: I am Ana")).to_be_visible()
    await expect(yusuf.get_by_text("You said: I am Yusuf")).to_be_visible()
    await ana.get_by_role("button", name="Hide this chat").click()
    await expect(ana).to_have_count(0)
    await page.reload()
    await expect(yusuf.get_by_text("You said: I am Yusuf")).to_be_visible()
    await expect(ana).to_have_count(0)
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_role("dialog").get_by_role("button", name="Ana").click()
    await expect(ana.get_by_text("You said: I am Ana")).to_be_visible()


async def test_several_pages_of_one_browser_all_stay_live(visitor: Visitor, bot: ScriptedBot) -> None:
    profile = await visitor.profile()
    pages = [await visitor.opens(profile=profile) for _ in range(7)]  # more than a browser's connections to one server
    await starts(pages[0])
    await writes(chat_of(pages[6], "Ana"), "from the last")
    for page in pages:
        await expect(chat_of(page, "Ana").get_by_text("You said: from the last")).to_be_visible()
    await pages[0].close()  # it was the one that listened
    await writes(chat_of(pages[5], "Ana"), "still live")
    await expect(chat_of(pages[3], "Ana").get_by_text("You said: still live")).to_be_visible()


async def test_a_lost_connection_is_said_and_mended(visitor: Visitor, bot: ScriptedBot) -> None:
    profile = await visitor.profile()
    await profile.route("**/sandbox/events", lambda route: route.abort())
    page = await visitor.opens(profile=profile)
    lost = page.get_by_text("Connection to the sandbox lost")
    await expect(lost).to_be_visible()
    await profile.unroute("**/sandbox/events")
    await expect(lost).to_be_hidden()
    await starts(page)
    assert [line for line in visitor.complaints if "ERR_FAILED" not in line] == []
    visitor.complaints.clear()  # the browser's own words about the request that we broke


async def test_commands_are_listed_and_chosen_by_keyboard(visitor: Visitor, bot: ScriptedBot) -> None:
    page = await visitor.opens()
    column = await starts(page)
    await column.get_by_role("button", name="Commands of the bot").press("Enter")
    names = ["/startBegin", "/entitiesShow formats", "/rowsShow rows of buttons"]
    await expect(column.get_by_role("menuitem")).to_have_text(names)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    rows = column.locator(".row.in").last.locator(".key-row")
    await expect(rows).to_have_count(2)
    await expect(rows.first.locator(".key")).to_have_text(["A", "Site"])
    await expect(rows.first.get_by_role("link", name="Site")).to_have_attribute("href", "https://example.org/")


async def test_a_deep_link_to_the_bot_says_start_with_its_payload_in_the_same_chat(
    visitor: Visitor, bot: ScriptedBot
) -> None:
    column = await starts(await visitor.opens())
    await writes(column, "/links")
    for name in ("Open in the bot", "this one", DEEP_LINK):
        await column.get_by_role("button", name=name, exact=True).first.click()
        await expect(column.locator(".row.out").last).to_contain_text("/start mAb-_9")
        await expect(column.locator(".row.in").last).to_contain_text("You said: /start mAb-_9")
        await expect(column.locator(".row.in").last.locator(".command")).to_have_count(1)
    assert [u["message"]["text"] for u in bot.heard if "message" in u][2:] == ["/start mAb-_9"] * 3


async def test_a_copy_button_copies_its_text_and_tells_the_bot_nothing(visitor: Visitor, bot: ScriptedBot) -> None:
    profile = await visitor.profile()
    await profile.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await visitor.opens(profile=profile)
    column = await starts(page)
    await writes(column, "/links")
    await column.get_by_role("button", name="Copy", exact=True).click()
    await expect(column.locator(".toast")).to_have_text("Copied.")
    assert await page.evaluate("navigator.clipboard.readText()") == DEEP_LINK
    assert not [update for update in bot.heard if "callback_query" in update]


async def test_a_one_time_keyboard_folds_after_use_and_a_removed_one_goes(visitor: Visitor, bot: ScriptedBot) -> None:
    column = await starts(await visitor.opens())
    await writes(column, "/keys")
    keys = column.get_by_role("group", name="Keyboard of the bot")
    await keys.get_by_role("button", name="Yes").click()
    await expect(column.get_by_text("You said: Yes")).to_be_visible()
    await expect(keys).to_be_hidden()
    await column.get_by_role("button", name="Show the bot's keyboard").click()
    await expect(keys).to_be_visible()
    await writes(column, "/nokeys")
    await expect(keys).to_be_hidden()
    await expect(column.get_by_role("button", name="Show the bot's keyboard")).to_be_hidden()


async def test_files_go_out_with_a_caption_and_pictures_come_in(
    visitor: Visitor, bot: ScriptedBot, tmp_path: Path
) -> None:
    page = await visitor.opens()
    column = await starts(page)
    file = tmp_path / "programs.csv"
    file.write_text("name,state\n")
    await column.get_by_role("button", name="Attach").click()
    async with page.expect_file_chooser() as chooser:
        await column.get_by_role("menuitem", name="File").click()
    await (await chooser.value).set_files(file)
    await writes(column, "my list")
    await expect(column.get_by_text("Got programs.csv: my list")).to_be_visible()
    await expect(column.locator(".row.out").last.get_by_role("link")).to_have_attribute("download", "programs.csv")
    await writes(column, "/picture")
    picture = column.get_by_role("img", name="Picture")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    await column.get_by_role("button", name="Attach").click()
    await column.get_by_role("menuitem", name="Location").click()
    await expect(column.get_by_text("Location", exact=True)).to_be_visible()


async def test_an_own_message_can_be_edited(visitor: Visitor, bot: ScriptedBot) -> None:
    column = await starts(await visitor.opens())
    await writes(column, "helo")
    await expect(column.get_by_text("You said: helo")).to_be_visible()
    await column.get_by_role("textbox", name="Message").press("ArrowUp")
    await expect(column.get_by_role("textbox", name="Message")).to_have_value("helo")
    await writes(column, "hello")
    own = column.locator(".row.out").last
    await expect(own.locator(".words")).to_have_text("hello")
    await expect(own.get_by_text("edited")).to_be_visible()


async def test_blocking_stops_the_bot_and_unblocking_lets_it_write(visitor: Visitor, bot: ScriptedBot) -> None:
    column = await starts(await visitor.opens())
    await column.get_by_role("button", name="More").click()
    await column.get_by_role("menuitem", name="Block the bot").click()
    await expect(column.get_by_role("textbox", name="Message")).to_be_hidden()
    await column.get_by_role("button", name="UNBLOCK").click()
    await writes(column, "back")
    await expect(column.get_by_text("You said: back")).to_be_visible()


async def test_the_clock_jumps_by_a_day_and_to_a_chosen_time(
    visitor: Visitor, sandbox: Sandbox, bot: ScriptedBot
) -> None:
    page = await visitor.opens()
    before = sandbox.clock.now()
    await page.get_by_role("button", name="Sandbox clock").click()
    panel = page.get_by_role("region", name="Jump to…")
    await panel.get_by_role("button", name="+1 day").click()
    await expect(panel.get_by_role("status")).to_contain_text("It is now")
    assert 86400 <= (sandbox.clock.now() - before).total_seconds() < 86400 + 60
    await panel.get_by_label("Date and time").fill("2031-09-24T09:30")
    await panel.get_by_role("button", name="Jump to this time").click()
    await expect(page.get_by_role("button", name="Sandbox clock")).to_contain_text("Wed, Sep 24, 2031")
    await expect(panel).to_contain_text("13:30")  # 09:30 in New York's summer is 13:30 UTC
    assert sandbox.clock.now().isoformat().startswith("2031-09-24T13:30")
    await page.keyboard.press("Escape")
    column = await starts(page)
    await expect(column.locator(".day")).to_have_text("Wed, Sep 24, 2031")


async def test_faults_are_switched_on_and_off(visitor: Visitor, sandbox: Sandbox, bot: ScriptedBot) -> None:
    page = await visitor.opens()
    await page.get_by_role("button", name="Faults").click()
    slow = page.get_by_role("switch", name="Slow answers")
    doubled = page.get_by_role("switch", name="Updates come twice")
    await slow.check()
    await expect(page.locator("#faults-count")).to_have_text("1")
    await doubled.check()
    await expect(page.locator("#faults-count")).to_have_text("2")
    await slow.uncheck()
    await expect(page.locator("#faults-count")).to_have_text("1")
    assert [fault.kind for fault in sandbox.account.faults.all] == ["duplicate"]
    await page.get_by_role("button", name="Switch all off").click()
    await expect(doubled).not_to_be_checked()
    assert sandbox.account.faults.all == []
