"""A mentor who uses the bot: a deep link opens the same summary there, for one account, as long as it is shared."""

import random
import string
from typing import Final

import pytest

from sandbox import Person
from sandbox.person import written
from tests.journeys.applicants import SCENARIO
from tests.journeys.mentor_pages import TITLES, Browser
from tests.journeys.sharing import (
    OFF,
    RULES,
    assessed,
    bot_address,
    by_part,
    comes_by_itself,
    comments_in,
    erases,
    half_way,
    mutes,
    shares,
    stops,
    switches,
    to_link,
)
from tests.town import Town

_WEB = pytest.mark.parametrize("mode", ["webhook"])
_EVERYWHERE = pytest.mark.parametrize(("mode", "database"), [("webhook", "sqlite"), ("webhook", "postgres")])
_OTHER: Final = "This link belongs to another account."
_CLOSED: Final = "No longer shared"


async def _opened(town: Town, *, name: str = "Ana") -> tuple[Person, Person, str]:
    """An owner, a mentor who has opened the summary in the bot, and the deep link."""
    ana, mia = await half_way(town, name), await town.person("Mia")
    await shares(ana)
    address = await bot_address(ana)
    await mia.opens(address)
    return ana, mia, address


async def _summary_of(mia: Person) -> dict[str, str]:
    """The summary that was shown last, over all its messages."""
    texts = [written(message) for message in await mia.messages() if message["from"] == "bot"]
    first = max(number for number, text in enumerate(texts) if "an international medical graduate (IMG)" in text)
    return by_part("\n".join(texts[first:]))


async def _comments(mia: Person, words: str, part: str = "") -> None:
    """From the summary to a comment that is written."""
    if part:
        await mia.presses("Comment on a part")
        await mia.presses(part)
    else:
        await mia.presses("Comment on it all")
    await mia.says(words)


# -- opening -----------------------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_a_deep_link_opens_the_same_summary_in_the_bot(town: Town) -> None:
    ana = await assessed(town, "Ana", SCENARIO.answers, "Family Medicine")
    mia = await town.person("Mia")
    link = await shares(ana)
    await mia.opens(await bot_address(ana))

    shown = await _summary_of(mia)
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)

    assert set(shown) == set(page.parts) == {"", "rules"} | set(TITLES) - OFF
    for part in set(shown) - {"", "rules"}:
        assert shown[part] == page.parts[part], part
    assert page.parts["rules"] in shown["rules"]
    await to_link(ana)
    await ana.sees("Opened 2 times")
    await ana.presses("Link for the bot itself")
    await ana.sees("One account has opened it. It is bound to that account")
    await mia.sees_not("Ana", "Dr. Khan", anywhere=True)


@_EVERYWHERE
async def test_the_first_account_keeps_the_link_and_another_is_told_so_at_the_plain_start(town: Town) -> None:
    _, mia, address = await _opened(town)
    eve = await town.person("Eve")

    await eve.opens(address)
    await eve.sees(_OTHER, "Educational only")
    await eve.sees_not("international medical graduate (IMG). Match", RULES, anywhere=True)
    await eve.says("/share")
    assert "Shared with me" not in await eve.buttons()
    await mia.opens(address)
    assert "profile" in await _summary_of(mia)
    await mia.says("/share")
    await mia.presses("Shared with me")
    assert [label for label in await mia.buttons() if label.startswith("Applicant")] != []


@_WEB
async def test_somebody_who_plans_already_is_refused_at_their_menu(town: Town) -> None:
    _, _, address = await _opened(town)
    bea = await half_way(town, "Bea")
    await bea.opens(address)
    await bea.sees(_OTHER)
    assert any(label.startswith("Continue at question") for label in await bea.buttons())


@_WEB
async def test_ones_own_link_says_so(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    await shares(ana)
    address = await bot_address(ana)
    await ana.opens(address)
    await ana.sees("This is a link of your own.")
    await mia.opens(address)
    assert "profile" in await _summary_of(mia), "looking oneself does not take it"


@_WEB
async def test_a_link_that_was_stopped_or_has_expired_says_which(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    addresses = []
    for name in ("Dr. Khan", "Dr. Lee"):
        await shares(ana, name, days="3 days")
        addresses.append(await bot_address(ana, name))
    await stops(ana, "Dr. Khan")
    await mia.opens(addresses[0])
    await mia.sees("This summary is no longer shared.")
    town.jump(days=4)
    await mia.opens(addresses[1])
    await mia.sees("This link has expired.")
    await mia.sees_not(RULES, anywhere=True)


@_WEB
async def test_the_secret_of_the_page_does_not_open_in_the_bot_nor_the_other_way_round(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    link = await shares(ana)
    address = await bot_address(ana)
    in_bot = address.rpartition("start=m")[2]
    assert in_bot != link.token
    assert len(in_bot) == 43
    await mia.says(f"/start m{link.token}")
    await mia.sees("This link is not complete, or it was never made.")
    async with Browser(town) as mentor:
        assert (await mentor.opens(in_bot)).status == 404


@_WEB
async def test_a_link_that_is_cut_says_that_it_is_not_complete(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    await shares(ana)
    address = await bot_address(ana)
    await mia.opens(address[:-5])
    await mia.sees("This link is not complete, or it was never made.", "Educational only")


@_WEB
async def test_a_thousand_random_payloads_land_on_the_plain_start_and_keep_nothing(town: Town) -> None:
    """Bar 41 in small."""
    chance = random.Random(41)
    signs = string.ascii_letters + string.digits + "_-"
    ana, eve = await half_way(town, "Ana"), await town.person("Eve")
    await shares(ana)
    await bot_address(ana)
    for number in range(1000):
        length = 43 if number % 2 else chance.randrange(1, 64)
        payload = "".join(chance.choice(signs) for _ in range(length))
        await eve.says(f"/start m{payload}" if number % 2 else f"/start {payload}", settle=number % 50 == 49)
    await eve.says("/start")
    assert (await eve.rows())[0] == ["Begin the assessment"]
    await eve.sees_not(RULES, "Your link", anywhere=True)
    await eve.says("/share")
    assert "Shared with me" not in await eve.buttons()
    await to_link(ana)
    await ana.sees("Not opened yet.")


# -- writing -----------------------------------------------------------------------------------------------------------


@_EVERYWHERE
async def test_a_mentor_writes_in_the_bot_and_gets_the_answer_there(town: Town) -> None:
    ana, mia, _ = await _opened(town)

    await _comments(mia, "Ask for a letter now.", "Background")
    await mia.sees("Your comment is kept")
    (message,) = await comes_by_itself(town, ana)
    assert "Ask for a letter now." in written(message)
    assert "It is about: background" in written(message)
    await ana.presses("Answer")
    await ana.says("I will, thank you.")
    (answer,) = await comes_by_itself(town, mia)
    assert written(answer).startswith("An answer from Applicant")
    assert "I will, thank you." in written(answer)
    assert "Ana" not in written(answer)
    await mia.presses("Open the summary")
    await mia.sees("What was written", "The applicant (background): I will, thank you.")
    await mia.presses("Write again")
    await mia.says("Good.")
    assert len(comments_in(await comes_by_itself(town, ana))) == 2


@_WEB
async def test_a_comment_in_the_bot_is_on_the_page_and_a_comment_on_the_page_is_in_the_bot(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    link = await shares(ana)
    await mia.opens(await bot_address(ana))
    await _comments(mia, "From the bot")
    async with Browser(town) as mentor:
        page = await mentor.opens(link.token)
        assert ("whole", "Mentor", "From the bot") in page.talk
        await mentor.says(page, "From the page")
    await mia.presses("◂ The summary")
    await mia.sees("A mentor: From the bot", "A mentor: From the page")


@_EVERYWHERE
async def test_what_is_typed_after_the_link_was_stopped_is_not_sent_and_the_mentor_is_told(town: Town) -> None:
    ana, mia, _ = await _opened(town)
    await mia.presses("Comment on it all")
    await stops(ana)
    await mia.says("My long advice")
    await mia.sees("This is no longer shared, so your comment was not sent.")
    assert await comes_by_itself(town, ana) == []
    await to_link(ana, "Dr. Khan (ended)")
    assert "Comments" not in await ana.buttons()


@_WEB
@pytest.mark.parametrize("ended", ["stopped", "expired", "erased"])
async def test_a_summary_that_has_ended_shows_nothing_more_in_the_bot(town: Town, ended: str) -> None:
    ana, mia, address = await _opened(town)
    if ended == "stopped":
        await stops(ana)
    elif ended == "erased":
        await erases(ana)
    else:
        town.jump(days=14)
    count = len(await mia.messages())
    await mia.opens(address)
    await mia.says("/share")
    await mia.presses("Shared with me")
    assert not [label for label in await mia.buttons() if "Applicant" in label], "the name went with the link"
    await mia.presses("Summary 1")
    new = "\n".join(written(message) for message in (await mia.messages())[count:])
    assert RULES not in new
    assert "Karachi" not in new
    if ended != "erased":
        assert _CLOSED in new
    await mia.presses("Take it off my list")
    await mia.sees("It is off your list.")


@_WEB
async def test_a_muted_link_says_so_in_the_bot(town: Town) -> None:
    ana, mia, address = await _opened(town)
    await mia.presses("Comment on it all")
    await mutes(ana)
    await mia.says("One more word")
    await mia.sees("The owner takes no comments on this link, so yours was not sent.")
    await mia.opens(address)
    await mia.sees("The applicant takes no comments on this link.")
    assert "Comment on it all" not in await mia.buttons()
    assert await comes_by_itself(town, ana) == []


@_WEB
async def test_parts_change_at_once_in_the_bot_too(town: Town) -> None:
    ana, mia, address = await _opened(town)
    assert "visa" not in await _summary_of(mia)
    await switches(ana, "visa", "profile")
    await mia.opens(address)
    shown = await _summary_of(mia)
    assert "visa" in shown
    assert "profile" not in shown


@_WEB
async def test_words_about_a_part_that_was_switched_off_meanwhile_are_not_sent(town: Town) -> None:
    ana, mia, _ = await _opened(town)
    await mia.presses("Comment on a part")
    await mia.presses("Background")
    await switches(ana, "profile")
    await mia.says("About your background")
    await mia.sees_not("Your comment is kept")
    assert await comes_by_itself(town, ana) == []


@_WEB
async def test_a_summary_of_somebody_else_cannot_be_forwarded_or_saved(town: Town) -> None:
    _, mia, _ = await _opened(town)
    found = [call for call in town.sent_to(mia.id) if "an international medical graduate (IMG)" in call.params["text"]]
    assert found
    assert all(call.method == "sendMessage" and call.params.get("protect_content") == "true" for call in found)


@_WEB
async def test_a_comment_of_2001_characters_is_not_sent(town: Town) -> None:
    ana, mia, _ = await _opened(town)
    await _comments(mia, "x" * 2001)
    await mia.sees_not("Your comment is kept")
    assert await comes_by_itself(town, ana) == []


@_WEB
async def test_a_mentor_who_erases_everything_changes_nothing_for_the_owner(town: Town) -> None:
    ana, mia, address = await _opened(town)
    await _comments(mia, "My advice")
    await comes_by_itself(town, ana)
    await erases(mia)
    await mia.sees("Everything is erased")
    assert "Opens until" in await to_link(ana)
    await ana.presses("Comments")
    await ana.sees("My advice")
    await ana.presses("1. Dr. Khan")
    await ana.presses("Answer")
    await ana.says("Thank you")
    assert await comes_by_itself(town, mia) == []
    eve = await town.person("Eve")
    await eve.opens(address)
    await eve.sees_not(RULES, anywhere=True)
    await mia.opens(address)
    await mia.sees("This summary is no longer shared.")
    await to_link(ana)
    if "Link for the bot itself" in await ana.buttons():
        await ana.presses("Link for the bot itself")
        await ana.sees_not("The first account that opens it can use it")


@_WEB
async def test_somebody_can_be_a_mentor_and_an_applicant_at_once(town: Town) -> None:
    ana, bea = await half_way(town, "Ana"), await half_way(town, "Bea")
    await shares(ana)
    await shares(bea)
    to_ana, to_bea = await bot_address(ana), await bot_address(bea)
    await ana.opens(to_bea)
    await bea.opens(to_ana)
    await _comments(ana, "To Bea")
    await _comments(bea, "To Ana")
    (one,) = await comes_by_itself(town, ana)
    (other,) = await comes_by_itself(town, bea)
    assert "To Ana" in written(one)
    assert "To Bea" in written(other)
    await ana.says("/menu")
    assert any(label.startswith("Continue at question") for label in await ana.buttons())
