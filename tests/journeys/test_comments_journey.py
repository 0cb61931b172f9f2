"""Comments: from the page into the chat, answered, made a task, muted, deleted; never too many, never twice."""

from datetime import UTC, datetime
from typing import Final

import pytest

from sandbox import Person
from sandbox.person import written
from tests.journeys.mentor_pages import Browser
from tests.journeys.seasons import to_page
from tests.journeys.sharing import (
    assessed,
    bot_address,
    comes_by_itself,
    comments_in,
    delivers,
    half_way,
    mutes,
    shares,
    stops,
    switches,
    to_link,
)
from tests.town import Town

_WEB = pytest.mark.parametrize("mode", ["webhook"])
_DATABASES = pytest.mark.parametrize(("mode", "database"), [("webhook", "sqlite"), ("webhook", "postgres")])
_SENT: Final = "Sent. The applicant gets your comment in the chat."


@_DATABASES
async def test_a_comment_comes_into_the_chat_and_its_answer_to_the_page(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.address)
        assert set(page.boxes) == {"", *page.parts} - {"rules"}
        sent = await mentor.says(page, "Look for hands-on months first.", "profile")
        assert (sent.status, sent.notice) == (200, _SENT)
        assert sent.talk == (("profile", "Mentor", "Look for hands-on months first."),)
        (message,) = await comes_by_itself(town, ana)
        text = written(message)
        assert text.startswith("A mentor wrote to you\nYour link: Dr. Khan")
        assert "Look for hands-on months first." in text
        assert text.endswith("It is about: background")

        await ana.presses("Answer")
        await ana.sees("Your answer to Dr. Khan", "Look for hands-on months first.")
        await ana.says("Thank you.\nI have begun to look.")
        await ana.sees("Your answer is kept. The mentor sees it on the page.")
        again = await mentor.opens(link.token)

    assert again.talk == (
        ("profile", "Mentor", "Look for hands-on months first."),
        ("profile", "Applicant", "Thank you.\nI have begun to look."),
    )
    await ana.says("/share")
    assert "Comments" in await ana.buttons()
    await ana.presses("Comments")
    await ana.sees("1. Dr. Khan, background", "2. You, to Dr. Khan, background")


@_WEB
async def test_a_comment_on_the_whole_says_no_part_and_unread_ones_are_counted(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        await mentor.says(await mentor.says(page, "First."), "Second.")
    one, two = await comes_by_itself(town, ana)
    assert "First." in written(one)
    assert "Second." in written(two)
    assert "It is about" not in written(one)

    await ana.says("/share")
    await ana.presses("Comments (2 new)")
    await ana.presses("1. Dr. Khan")
    await ana.sees("Dr. Khan wrote", "First.")
    await to_link(ana)
    assert "Comments" in await ana.buttons(), "what was shown is read"


# -- a task ------------------------------------------------------------------------------------------------------------


@_WEB
async def test_a_comment_becomes_a_task_in_three_days(town: Town) -> None:
    """She lives in Karachi (UTC+5), where it is 25 November at 17:00: in three days it is 28 November."""
    ana = await assessed(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.says(await mentor.opens(link.token), "Please ask\nDr. Osler for a letter")
    await delivers(town)

    await ana.presses("Make it a task")
    await ana.sees("It becomes a deadline of your own, with a reminder:\nPlease ask Dr. Osler for a letter")
    await ana.presses("In 3 days")

    await ana.sees("Please ask Dr. Osler for a letter")
    text = await to_page(ana, "My own deadlines")
    assert "Please ask Dr. Osler for a letter" in text
    assert "28 November 2026" in text


@_WEB
async def test_a_comment_becomes_a_task_on_another_day(town: Town) -> None:
    ana = await assessed(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.says(await mentor.opens(link.token), "Ask for a letter")
    await delivers(town)

    await ana.presses("Make it a task")
    await ana.presses("Another day")
    await ana.says("15 December 2026")
    await ana.presses("By the end of that day")
    await ana.sees("Is this right?", "Ask for a letter")
    await ana.presses("Save")

    text = await to_page(ana, "My own deadlines")
    assert "Ask for a letter" in text
    assert "15 December 2026" in text


@_WEB
async def test_a_long_comment_becomes_a_task_with_a_short_name(town: Town) -> None:
    ana = await assessed(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.says(await mentor.opens(link.token), "Write to everybody " * 30)
    await delivers(town)
    await ana.presses("Make it a task")
    await ana.presses("In a week")

    (line,) = [line for line in (await to_page(ana, "My own deadlines")).split("\n") if "Write to everybody" in line]
    assert "…" in line
    assert len(line) < 160


# -- muted, deleted, closed --------------------------------------------------------------------------------------------


@_WEB
async def test_a_muted_link_has_no_box_says_so_and_takes_nothing(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        await mutes(ana)
        await ana.sees("Comments are off for this link")
        late = await mentor.says(page, "One more word")
        assert late.notice.startswith("Not sent. The applicant takes no comments here now.")
        assert late.kept == ("One more word",)
        assert late.boxes == ()
        assert "The applicant takes no comments here now." in (await mentor.opens(link.token)).text
        assert await comes_by_itself(town, ana) == []
        await to_link(ana)
        await ana.presses("Take comments again")
        assert (await mentor.says(await mentor.opens(link.token), "Now?")).notice == _SENT
    assert len(comments_in(await comes_by_itself(town, ana))) == 1


@_WEB
async def test_no_more_comments_can_be_said_from_a_comment(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.says(await mentor.opens(link.token), "Hello")
        await to_link(ana)
        await ana.presses("Comments")
        await ana.presses("1. Dr. Khan")
        await ana.presses("No more comments from here")
        await ana.sees("Comments are off for this link")
        assert (await mentor.opens(link.token)).boxes == ()


@_WEB
async def test_a_deleted_comment_is_gone_from_page_and_chat(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.says(await mentor.opens(link.token), "A rude word")
        await to_link(ana)
        await ana.presses("Comments")
        await ana.presses("1. Dr. Khan")
        await ana.presses("Delete")
        await ana.presses("No, keep it")
        await ana.presses("Delete")
        await ana.presses("Yes, delete it")
        await ana.sees("Deleted. It is no longer on the page.", "Nothing yet.")
        assert (await mentor.opens(link.token)).talk == ()


@_WEB
async def test_buttons_under_a_deleted_comment_say_that_it_is_gone(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        await mentor.says(await mentor.opens(link.token), "A rude word")
    (message,) = await comes_by_itself(town, ana)
    await ana.presses("All comments")
    await ana.presses("1. Dr. Khan")
    await ana.presses("Delete")
    await ana.presses("Yes, delete it")
    for row in message["reply_markup"]["inline_keyboard"]:
        for button in row:
            await ana.presses_old(message["message_id"], button["callback_data"])
            if button["text"] != "All comments":
                await ana.sees("This comment is no longer here")


@_WEB
async def test_an_open_page_of_a_link_that_was_stopped_takes_no_comment_and_gives_the_words_back(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        await stops(ana)
        late = await mentor.says(page, "My best advice")
    assert (late.status, late.kept) == (410, ("My best advice",))
    assert await comes_by_itself(town, ana) == []


@_WEB
async def test_a_comment_on_a_part_that_was_switched_off_meanwhile_is_not_kept_and_its_words_are_given_back(
    town: Town,
) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        await switches(ana, "profile")
        late = await mentor.says(page, "About your background", "profile")
    assert late.kept == ("About your background",)
    assert late.notice.startswith("Not sent.")
    assert await comes_by_itself(town, ana) == []


@_WEB
async def test_what_was_written_about_a_part_is_seen_only_while_the_part_is(town: Town) -> None:
    """A comment repeats what stood there: "with a score of 213 ..."."""
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    link = await shares(ana)
    address = await bot_address(ana)
    async with Browser(town) as mentor:
        page = await mentor.says(await mentor.opens(link.token), "Canary of the part", "profile")
        await mentor.says(page, "Of the whole")
        await delivers(town)
        await switches(ana, "profile")
        assert "Canary" not in (await mentor.opens(link.token)).html
        await mia.opens(address)
        await mia.sees("Of the whole")
        await mia.sees_not("Canary", anywhere=True)
        await switches(ana, "profile")
        assert "Canary" in (await mentor.opens(link.token)).html
    await to_link(ana)
    await ana.presses("Comments")
    await ana.sees("Canary of the part", "Of the whole")


# -- twice, too many, from elsewhere -----------------------------------------------------------------------------------


@_DATABASES
async def test_the_same_form_sent_again_is_kept_once(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        await mentor.says(page, "Once")
        again = await mentor.says(page, "Once")
        assert again.notice == "Sent. This comment had been sent before, and is kept once."
        assert [words for _, _, words in again.talk] == ["Once"]
        await mentor.says(page, "Something else with the same form")
        assert len((await mentor.opens(link.token)).talk) == 1
    assert len(comments_in(await comes_by_itself(town, ana))) == 1


@_DATABASES
async def test_the_eleventh_comment_within_an_hour_waits_wherever_it_is_written_and_keeps_its_words(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    link = await shares(ana)
    await mia.opens(await bot_address(ana))
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        for number in range(6):
            page = await mentor.says(page, f"From the page {number}")
            assert page.notice == _SENT
        for number in range(4):
            await _writes(mia, f"From the bot {number}")
            await mia.sees("Your comment is kept")
        eleventh = await mentor.says(page, "One too many")
        assert eleventh.status == 429
        assert eleventh.notice.startswith("Not sent yet. Please wait an hour")
        assert "One too many" in eleventh.kept
        await _writes(mia, "One too many")
        await mia.sees("That is enough for one hour")
        assert len((await mentor.opens(link.token)).talk) == 10
        town.jump(hours=1, seconds=1)
        assert (await mentor.says(await mentor.opens(link.token), "Later")).notice == _SENT
    assert len(comments_in(await comes_by_itself(town, ana))) == 11


async def _writes(mia: Person, words: str) -> None:
    await mia.says("/share")
    await mia.presses("Shared with me")
    await mia.presses("Applicant")
    await mia.presses("Comment on it all")
    await mia.says(words)


@_WEB
async def test_a_comment_from_another_site_is_refused_and_nothing_is_kept(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": mentor.site, "Sec_Fetch_Site": "cross-site"},
            {"Origin": "null", "Sec_Fetch_Site": "cross-site"},
        ):
            assert (await mentor.says(page, "Forged", **headers)).status == 403
        assert (await mentor.opens(link.token)).talk == ()
        quiet = {"Origin": "null", "Sec_Fetch_Site": "same-origin"}
        assert (await mentor.says(page, "As Chromium sends it", **quiet)).notice == _SENT
    assert len(comments_in(await comes_by_itself(town, ana))) == 1


@_WEB
async def test_a_comment_that_is_too_long_or_empty_is_not_kept(town: Town) -> None:
    ana = await half_way(town, "Ana")
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        long = await mentor.says(page, "x" * 2001)
        assert long.notice.startswith("Not sent yet. Please make it shorter")
        assert "x" * 2001 in long.kept
        assert (await mentor.says(page, " \n ")).notice.startswith("Not sent. Please write something")
        assert (await mentor.says(long, "y" * 2000)).notice == _SENT
    (text,) = comments_in(await comes_by_itself(town, ana))
    assert "y" * 2000 in text


@_WEB
async def test_a_comment_at_night_where_the_owner_lives_makes_no_sound(town: Town) -> None:
    ana = await assessed(town, "Ana")  # Karachi: UTC+5
    link = await shares(ana)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        page = await mentor.says(page, "By day")
        await delivers(town)
        town.jump(seconds=(datetime(2026, 11, 25, 20, tzinfo=UTC) - town.box.clock.now()).total_seconds())
        await mentor.says(page, "At one in the morning")
        await delivers(town)
    sent = [call for call in town.sent_to(ana.id) if "A mentor wrote to you" in call.params["text"]]
    assert [call.params.get("disable_notification") for call in sent] in (
        [None, "true"],
        ["false", "true"],
    )
