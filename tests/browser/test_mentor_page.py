"""The mentor's page in a real Chromium: opened, answered, reloaded, printed; and what no longer opens."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from planning.summary_types import Section
from tests.browser.mentor import OWN_DEADLINE, PERSONAL, Desk, desk_of, weighed

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLES = (
    "Questions for the mentor",
    "Background",
    "Exam scores",
    "Failed attempts",
    "Visa and right to work",
    "Red flags and reasons",
    "First choice",
    "Backup specialties",
    "Open tasks",
    "Next dates",
    "Own deadlines",
    "Wishes and feelings",
    "What the rules ask of a mentor",
    "Comments on the whole",
)
LIMIT = 2000
WORDS = "Apply to forty programs, not to twenty."


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_of(browser, tmp_path) as made:
        yield made


def part(page: Page, title: str = "Comments on the whole") -> "Part":
    return Part(page, title)


class Part:
    """One part of the page with its box for comments."""

    def __init__(self, page: Page, title: str) -> None:
        self.page = page
        self.region = page.get_by_role("region", name=title)
        self.box = self.region.get_by_role("textbox")
        self.comments = self.region.get_by_role("list", name="Comments").get_by_role("listitem")

    async def says(self, text: str) -> None:
        """Write a comment and send it; a folded box is unfolded first."""
        if not await self.box.is_visible():
            await self.region.locator("summary").click()
        await self.box.fill(text)
        await self.sends()

    async def sends(self) -> None:
        async with self.page.expect_navigation():
            await self.region.get_by_role("button", name="Send the comment").click()


async def shows_nothing_personal(page: Page) -> None:
    text = await page.content()
    assert [word for word in PERSONAL if word in text] == []


async def test_a_link_opens_by_itself_and_shows_every_ticked_part_in_order(desk: Desk) -> None:
    page = await desk.opens(await desk.shares())

    assert await page.get_by_role("heading", level=2).all_inner_texts() == list(TITLES)
    await expect(part(page, "Exam scores").region).to_contain_text("229")
    await expect(part(page, "Own deadlines").region).to_contain_text(OWN_DEADLINE)
    await expect(page.get_by_role("img", name="Step 2 CK scores")).to_be_visible()
    assert await page.title() == "A shared summary – Parallel Plan"  # a title stands in histories and on task bars


async def test_what_is_not_ticked_is_not_there(desk: Desk) -> None:
    page = await desk.opens(await desk.shares(every=False))

    assert await page.get_by_role("heading", name="First choice").count() == 1
    for title in ("Visa and right to work", "Failed attempts", "Own deadlines", "Wishes and feelings"):
        assert await page.get_by_role("heading", name=title).count() == 0
    text = await page.content()
    assert not [word for word in ("H-1B", "Failed attempts:", OWN_DEADLINE) if word in text]


async def test_reloading_opens_it_again_and_is_one_more_view(desk: Desk) -> None:
    address = await desk.shares()
    page = await desk.opens(address)
    assert page.url == address

    await page.reload()
    await expect(part(page, "Exam scores").region).to_contain_text("229")

    assert page.url == address
    assert "Opened 2 times" in await desk.views()


async def test_a_comment_on_a_part_and_one_on_the_whole_stand_where_they_belong(desk: Desk) -> None:
    page = await desk.opens(await desk.shares())

    await part(page, "Backup specialties").says(WORDS)
    await expect(page.get_by_role("status")).to_have_text("Sent. The applicant gets your comment in the chat.")
    await part(page).says("Well done.\nAsk me again in a week.")

    await expect(part(page, "Backup specialties").comments).to_have_count(1)
    await expect(part(page, "Backup specialties").comments).to_contain_text(WORDS)
    await expect(part(page).comments).to_have_count(1)
    assert "Well done.\nAsk me again in a week." in await part(page).comments.inner_text()


async def test_reloading_after_a_comment_does_not_send_it_twice(desk: Desk) -> None:
    address = await desk.shares()
    page = await desk.opens(address)
    await part(page).says(WORDS)
    assert page.url == address  # not the address of the form: a bookmark or a reload opens the page itself

    await page.reload()

    await expect(part(page).comments).to_have_count(1)


async def test_an_answer_from_the_chat_is_read_on_reopening(desk: Desk) -> None:
    address = await desk.shares()
    await part(await desk.opens(address), "Backup specialties").says(WORDS)

    owner = desk.owner
    await owner.says("/share")
    await owner.presses("Comments (1 new)")
    await owner.sees(WORDS)
    await owner.presses("1. Dr. Amal")
    await owner.presses("Answer")
    await owner.says("Thank you. I have 25 on my list now.")

    page = await desk.opens(address)
    comments = part(page, "Backup specialties").comments
    await expect(comments).to_have_count(2)
    await expect(comments.first).to_contain_text("Mentor")
    await expect(comments.last).to_contain_text("Applicant")
    await expect(comments.last).to_contain_text("Thank you. I have 25 on my list now.")


async def test_too_many_words_are_kept_to_be_made_shorter(desk: Desk) -> None:
    desk.wanted.append("422")
    page = await desk.opens(await desk.shares())
    long = "a" * LIMIT + "z"

    for title in ("Comments on the whole", "First choice"):
        await part(page, title).says(long)
        await expect(page.get_by_role("status")).to_contain_text("make it shorter")
        await page.get_by_role("link", name="Go to your words").click()
        await expect(part(page, title).box).to_be_focused()
        await expect(part(page, title).box).to_be_in_viewport()
        await expect(part(page, title).box).to_have_value(long)
        await expect(part(page, title).comments).to_have_count(0)

        await part(page, title).says(long[:-1])
        await expect(part(page, title).comments).to_contain_text(long[:-1])


async def test_a_page_that_stood_open_for_a_day_gives_the_words_back(desk: Desk) -> None:
    desk.wanted.append("403")
    page = await desk.opens(await desk.shares())
    desk.town.jump(hours=25)

    await part(page).says(WORDS)

    await expect(page.get_by_role("heading", level=1)).to_have_text("This page is too old")
    await expect(page.get_by_label("Your comment")).to_have_value(WORDS)
    await shows_nothing_personal(page)


async def test_ten_comments_an_hour_are_taken_and_the_page_says_so(desk: Desk) -> None:
    address = await desk.shares()
    for number in range(7):
        await desk.hears(f"Comment {number}")
    page = await desk.opens(address)

    await expect(part(page).region).to_contain_text("3 more comments are taken in this hour.")
    for number in range(3):
        await part(page).says(f"Last {number}")
    await expect(part(page).comments).to_have_count(10)
    await expect(page.get_by_role("textbox")).to_have_count(0)
    await expect(part(page).region).to_contain_text("You can comment again in an hour.")


async def test_an_applicant_who_wants_no_comments_gets_none(desk: Desk) -> None:
    address = await desk.shares()
    await desk.owner.presses("No comments")

    page = await desk.opens(address)

    await expect(page.get_by_role("textbox")).to_have_count(0)
    await expect(part(page).region).to_contain_text("The applicant takes no comments here now.")


async def test_what_has_changed_since_the_last_look_is_said(desk: Desk) -> None:
    address = await desk.shares()
    await desk.opens(address)
    await desk.owner.says("/share")
    await desk.answers(step2_ck=241)
    desk.town.jump(days=1)

    page = await desk.opens(address)

    changed = part(page, "What has changed").region
    await expect(changed).to_contain_text("229")
    await expect(changed).to_contain_text("241")


# -- what no longer opens ----------------------------------------------------------------------------------------------


async def test_a_revoked_link_shows_nothing_more_not_even_on_an_open_page(desk: Desk) -> None:
    desk.wanted.append("410")
    address = await desk.shares()
    page = await desk.opens(address)
    await desk.owner.presses("Stop sharing")
    await desk.owner.presses("Yes, stop sharing")

    await part(page).says(WORDS)
    await expect(page.get_by_role("heading", level=1)).to_have_text("No longer shared")
    await expect(page.get_by_label("Your comment")).to_have_value(WORDS)
    await shows_nothing_personal(page)

    page = await desk.tries(address)
    await expect(page.get_by_role("heading", level=1)).to_have_text("No longer shared")
    await shows_nothing_personal(page)


async def test_a_link_ends_by_itself(desk: Desk) -> None:
    desk.wanted.append("410")
    address = await desk.shares()
    desk.town.jump(days=14, seconds=-1)
    await desk.opens(address)
    desk.town.jump(seconds=1)

    page = await desk.tries(address)

    await expect(page.get_by_role("heading", level=1)).to_have_text("No longer shared")
    await shows_nothing_personal(page)


async def test_what_opens_nothing_is_said_to_open_nothing(desk: Desk) -> None:
    desk.wanted.append("404")
    await desk.shares()
    profile = await desk.profile()

    for entered in ("x" * 43, "ABC DEF 234", "hello"):
        page = await desk.tries(entered, profile)
        await expect(page.get_by_role("heading", level=1)).to_have_text("No summary opens with this")
        await expect(page.get_by_role("link", name="Enter a link or a code")).to_be_visible()
        await shows_nothing_personal(page)


async def test_a_link_that_was_cut_short_is_asked_for_whole(desk: Desk) -> None:
    address = await desk.shares()
    page = await (await desk.profile()).new_page()

    await page.goto(address[:-5])

    await expect(page.locator("#cut")).to_contain_text("This link is not complete.")
    await page.get_by_label("Link or code").fill(address)
    await page.get_by_role("button", name="Open the summary").click()
    await expect(part(page, "Exam scores").region).to_contain_text("229")


async def test_after_thirty_wrong_codes_a_minute_must_pass_and_a_right_link_still_opens(desk: Desk) -> None:
    desk.wanted.append("429")
    address = await desk.shares()
    for number in range(30):
        form = {"secret": f"{number:043}"}
        assert await desk.town.knocks(path="/s", data=form) == 404

    page = await desk.tries("ABC DEF 234")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Please wait a minute")

    await desk.opens(address)


# -- the whole page ----------------------------------------------------------------------------------------------------


async def test_a_full_page_weighs_less_than_60_kb_in_two_requests(desk: Desk) -> None:
    address = await desk.shares()
    for number in range(10):
        await desk.hears(f"{number}. " + "A good plan needs a second reader. " * 10, [*Section][number])
    page = await (await desk.profile()).new_page()

    weights = await weighed(page, address)

    await expect(page.get_by_role("list", name="Comments")).to_have_count(10)
    assert [method for method, _ in weights] == ["GET", "POST"]
    assert sum(weight for _, weight in weights) < 60_000


async def test_it_prints_on_two_sheets_as_ink_on_white_without_its_secret(desk: Desk) -> None:
    address = await desk.shares()
    for number in range(3):
        await desk.hears("A good plan needs a second reader. " * 4, [*Section][number])
    page = await desk.opens(address, scheme="dark")

    for paper in ("Letter", "A4"):
        printed = await page.pdf(format=paper)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2, paper
    await page.emulate_media(media="print")
    await expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    await expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
    await expect(page.get_by_role("list", name="Comments")).to_have_count(3)
    await expect(page.locator("nav, form, summary").locator("visible=true")).to_have_count(0)
    await expect(page.get_by_text("Comments on the whole", exact=True)).to_be_hidden()  # there are none
    printing, after = await page.evaluate("""() => {
      dispatchEvent(new Event("beforeprint"));
      const printing = location.href;
      dispatchEvent(new Event("afterprint"));
      return [printing, location.href];
    }""")
    assert printing == f"{desk.site}/s"  # browsers print the address at the foot of each sheet
    assert after == address
