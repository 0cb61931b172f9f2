"""What goes wrong between a mentor and an applicant: no comment is lost, and none comes twice without being told."""

import json
from typing import Any, Final

import pytest

from sandbox import Person
from sandbox.person import written
from tests.journeys.mentor_pages import Browser, Page
from tests.journeys.reminded import REPEAT
from tests.journeys.sharing import (
    Link,
    bot_address,
    comes_by_itself,
    comments_in,
    delivers,
    erases,
    half_way,
    looks_over,
    shares,
    stops,
    to_link,
)
from tests.journeys.stores import LeavingStore
from tests.journeys.walking import button_data
from tests.town import SECRET, SECRET_HEADER, Town

_WEB = pytest.mark.parametrize("mode", ["webhook"])
_DATABASES = pytest.mark.parametrize(("mode", "database"), [("webhook", "sqlite"), ("webhook", "postgres")])
_SENT: Final = "Sent. The applicant gets your comment in the chat."


async def _shared(town: Town) -> tuple[Person, Link]:
    ana = await half_way(town, "Ana")
    return ana, await shares(ana)


async def _comment(town: Town, link: Link, words: str) -> Page:
    async with Browser(town) as mentor:
        said = await mentor.says(await mentor.opens(link.token), words)
    assert said.notice == _SENT
    return said


# -- delivery ----------------------------------------------------------------------------------------------------------


@_DATABASES
async def test_who_blocked_the_bot_gets_the_comments_when_back(town: Town) -> None:
    town.allows("bot was blocked by the user")
    ana, link = await _shared(town)
    await ana.blocks()
    await _comment(town, link, "While you were away")
    await delivers(town)
    town.jump(days=2)
    await delivers(town)
    assert comments_in(await ana.messages()) == []

    await ana.unblocks()
    town.jump(minutes=1)
    (text,) = comments_in(await comes_by_itself(town, ana))
    assert "While you were away" in text
    assert REPEAT not in text


@_DATABASES
async def test_a_refused_first_try_is_held_too(town: Town) -> None:
    """Telegram's note of the block was lost: the refusal tells."""
    town.allows("bot was blocked by the user")
    ana, link = await _shared(town)
    town.box.fault("error", "sendMessage", times=1, status=403, description="Forbidden: bot was blocked by the user")
    await _comment(town, link, "Hello")
    await delivers(town)
    town.jump(hours=5)
    await delivers(town)
    assert comments_in(await ana.messages()) == []
    await ana.says("/menu")
    town.jump(minutes=1)
    assert len(comments_in(await comes_by_itself(town, ana))) == 1


@_DATABASES
async def test_a_lost_answer_is_followed_by_one_repeat_that_says_so(town: Town) -> None:
    town.allows("connection was closed")
    ana, link = await _shared(town)
    town.box.fault("drop_after", "sendMessage", times=1)
    await _comment(town, link, "Only once, please")
    await delivers(town)
    assert len(comments_in(await ana.messages())) == 1
    town.jump(seconds=119)
    await delivers(town)
    assert len(comments_in(await ana.messages())) == 1
    town.jump(seconds=2)
    first, second = comments_in(await comes_by_itself(town, ana))
    assert REPEAT not in first
    assert second.startswith(REPEAT)
    town.jump(days=1)
    assert len(await comes_by_itself(town, ana)) == 2


@_WEB
async def test_a_flood_limit_holds_the_comment_and_then_it_comes_once(town: Town) -> None:
    town.allows("retry after")
    ana, link = await _shared(town)
    town.box.fault("flood", "sendMessage", times=1, retry_after=40)
    await _comment(town, link, "Patience")
    await delivers(town)
    assert comments_in(await ana.messages()) == []
    town.jump(seconds=41)
    (text,) = comments_in(await comes_by_itself(town, ana))
    assert REPEAT not in text


@_DATABASES
async def test_a_bot_that_dies_between_keeping_and_sending_brings_it_after_its_start(town: Town) -> None:
    """The connection is refused while it is sent, the bot is stopped, and started again."""
    town.allows("Too Many Requests", "retry after")
    ana, link = await _shared(town)
    town.box.fault("flood", "sendMessage", times=1, retry_after=300)
    await _comment(town, link, "Kept")
    await delivers(town)
    assert comments_in(await ana.messages()) == []
    await town.restart()
    town.jump(seconds=301)
    assert len(comments_in(await comes_by_itself(town, ana))) == 1
    async with Browser(town) as mentor:
        assert [words for _, _, words in (await mentor.opens(link.token)).talk] == ["Kept"]


@_DATABASES
async def test_links_open_after_a_restart(town: Town) -> None:
    ana, link = await _shared(town)
    await stops(ana)
    other = await shares(ana, "Dr. Lee")
    await town.restart()
    async with Browser(town) as mentor:
        assert (await mentor.opens(link.token)).status == 410
        assert (await mentor.opens(other.token)).status == 200
    await to_link(ana, "Dr. Lee")
    assert (await ana.button("Copy the link"))["copy_text"]["text"] == other.address


@_WEB
async def test_a_comment_is_not_brought_to_somebody_who_erased_everything(town: Town) -> None:
    town.allows("retry after")
    ana, link = await _shared(town)
    town.box.fault("flood", "sendMessage", times=1, retry_after=40)
    await _comment(town, link, "Too late")
    await delivers(town)
    await erases(ana)
    town.jump(days=1)
    assert await comes_by_itself(town, ana) == []


async def test_while_the_database_is_away_the_page_says_so_and_keeps_the_words(sqlite_url: str) -> None:
    stores: list[LeavingStore] = []

    def opened(settings: object) -> LeavingStore:
        stores.append(LeavingStore.opened(settings))  # type: ignore[arg-type]  # the town gives its settings
        return stores[-1]

    async with Town("webhook", sqlite_url, store=opened) as town:
        _, link = await _shared(town)
        async with Browser(town) as mentor:
            page = await mentor.opens(link.token)
            stores[-1].away = True
            assert (await mentor.opens(link.token)).status == 503
            away = await mentor.says(page, "Please keep me")
            stores[-1].away = False
            assert (away.status, away.kept) == (503, ("Please keep me",))
            assert (await mentor.says(page, "Please keep me")).notice == _SENT


# -- twice -------------------------------------------------------------------------------------------------------------


async def _again(town: Town, update: dict[str, Any]) -> None:
    """The same update once more, as Telegram delivers it when an answer was lost."""
    assert await town.knocks(json=update, headers={SECRET_HEADER: SECRET}) == 200


@_DATABASES
async def test_the_same_press_delivered_again_makes_no_second_link(town: Town) -> None:
    town.allows("message is not modified", "query is too old")
    ana = await half_way(town, "Ana")
    await looks_over(ana)
    screen = await ana.screen()
    data = button_data(screen, "Make the link")
    sent = await ana.presses_old(screen["message_id"], data)
    address = (await ana.button("Copy the link"))["copy_text"]["text"]
    assert sent.update_id is not None
    await _again(town, _press(ana, sent.update_id, screen["message_id"], data))
    await ana.says("/share")
    assert [label for label in await ana.buttons() if label.startswith("Dr. Khan")] == ["Dr. Khan"]
    async with Browser(town) as mentor:
        assert (await mentor.opens(address)).status == 200


def _press(person: Person, update_id: int, message_id: int, data: str) -> dict[str, Any]:
    who = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    chat = {"id": person.id, "type": "private", "first_name": person.first_name}
    message = {"message_id": message_id, "date": 1795608000, "chat": chat, "text": "x"}
    query = {"id": "1", "from": who, "chat_instance": "1", "message": message, "data": data}
    return {"update_id": update_id, "callback_query": query}


@_WEB
async def test_two_presses_on_make_make_one_link(town: Town) -> None:
    ana = await half_way(town, "Ana")
    await looks_over(ana)
    screen = await ana.screen()
    data = button_data(screen, "Make the link")
    await ana.presses_old(screen["message_id"], data)
    await ana.presses_old(screen["message_id"], data)
    await ana.says("/share")
    assert [label for label in await ana.buttons() if label.startswith("Dr. Khan")] == ["Dr. Khan"]


@_WEB
async def test_two_presses_on_stop_stop_once_and_an_old_button_stops_nothing_later(town: Town) -> None:
    ana, first = await _shared(town)
    second = await shares(ana, "Dr. Lee")
    await to_link(ana, "Dr. Khan")
    await ana.presses("Stop sharing")
    screen = await ana.screen()
    data = button_data(screen, "Yes, stop sharing")
    await ana.presses_old(screen["message_id"], data)
    await ana.presses_old(screen["message_id"], data)
    async with Browser(town) as mentor:
        assert (await mentor.opens(first.token)).status == 410
        assert (await mentor.opens(second.token)).status == 200


@_WEB
async def test_an_answer_delivered_twice_is_kept_once(town: Town) -> None:
    ana, link = await _shared(town)
    await _comment(town, link, "A question")
    await delivers(town)
    await ana.presses("Answer")
    sent = await ana.says("My answer")
    assert sent.update_id is not None
    who = {"id": ana.id, "is_bot": False, "first_name": "Ana"}
    chat = {"id": ana.id, "type": "private", "first_name": "Ana"}
    message = {"message_id": sent.message_id, "date": 1795608000, "from": who, "chat": chat, "text": "My answer"}
    await _again(town, {"update_id": sent.update_id, "message": message})
    async with Browser(town) as mentor:
        assert [words for _, _, words in (await mentor.opens(link.token)).talk] == ["A question", "My answer"]


@_WEB
async def test_a_mentors_words_delivered_twice_are_kept_once(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    await shares(ana)
    await mia.opens(await bot_address(ana))
    await mia.presses("Comment on it all")
    sent = await mia.says("My advice")
    assert sent.update_id is not None
    who = {"id": mia.id, "is_bot": False, "first_name": "Mia"}
    chat = {"id": mia.id, "type": "private", "first_name": "Mia"}
    message = {"message_id": sent.message_id, "date": 1795608000, "from": who, "chat": chat, "text": "My advice"}
    await _again(town, {"update_id": sent.update_id, "message": message})
    assert len(comments_in(await comes_by_itself(town, ana))) == 1


@_WEB
async def test_a_deep_link_delivered_twice_counts_one_look(town: Town) -> None:
    ana, mia = await half_way(town, "Ana"), await town.person("Mia")
    await shares(ana)
    address = await bot_address(ana)
    sent = await mia.opens(address)
    assert sent.update_id is not None
    who = {"id": mia.id, "is_bot": False, "first_name": "Mia"}
    chat = {"id": mia.id, "type": "private", "first_name": "Mia"}
    text = f"/start {address.rpartition('=')[2]}"
    entities = [{"type": "bot_command", "offset": 0, "length": 6}]
    message = {"message_id": sent.message_id, "date": 1795608000, "from": who, "chat": chat, "text": text}
    await _again(town, {"update_id": sent.update_id, "message": {**message, "entities": entities}})
    await to_link(ana)
    await ana.sees("Opened 1 time,")


# -- two people --------------------------------------------------------------------------------------------------------


@_DATABASES
async def test_buttons_of_one_owner_do_nothing_for_another(town: Town) -> None:
    """Bar 43 in small: every button that Ana has seen while she shared, pressed by Bea under a message of her own."""
    town.allows("message is not modified", "message to edit not found", "query is too old")
    ana, bea = await half_way(town, "Ana"), await half_way(town, "Bea")
    hers, theirs = await shares(ana, who="Canary of Ana"), await shares(bea, who="Canary of Bea")
    await _comment(town, hers, "Canary for Ana")
    await delivers(town)
    await to_link(ana)
    for button in ("What they see", "Change the parts", "My questions", "Open for longer", "Stop sharing"):
        await to_link(ana)
        await ana.presses(button)
    await to_link(ana)
    await ana.presses("Comments")
    await ana.presses("1. Dr. Khan")
    pressed = {
        button["callback_data"]
        for message in await ana.messages()
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
        if "callback_data" in button
    }
    pressed |= {data for call in town.sent_to(ana.id) for data in _data_in(call.params.get("reply_markup", ""))}
    assert len(pressed) > 30
    mine = (await bea.screen())["message_id"]
    for data in sorted(pressed):
        await bea.presses_old(mine, data)
    await bea.sees_not("Canary of Ana", "Canary for Ana", anywhere=True)
    async with Browser(town) as mentor:
        for link, who, other in ((hers, "Canary of Ana", "Bea"), (theirs, "Canary of Bea", "Ana")):
            page = await mentor.opens(link.token)
            assert page.status == 200
            assert page.name == who
            assert other not in page.text
            assert "visa" not in page.parts


def _data_in(markup: str) -> list[str]:
    rows = json.loads(markup).get("inline_keyboard", []) if markup else []
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


@_WEB
async def test_comments_go_to_their_own_owner(town: Town) -> None:
    ana, bea = await half_way(town, "Ana"), await half_way(town, "Bea")
    to_ana, to_bea = await shares(ana), await shares(bea)
    await _comment(town, to_ana, "Canary for Ana")
    await _comment(town, to_bea, "Canary for Bea")
    for person in (ana, bea):
        (message,) = await comes_by_itself(town, person)
        assert f"Canary for {person.first_name}" in written(message)
        other = "Bea" if person is ana else "Ana"
        await to_link(person)
        await person.presses("Comments")
        await person.sees_not(f"Canary for {other}", anywhere=True)
