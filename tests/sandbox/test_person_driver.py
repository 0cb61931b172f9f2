"""The driver: what it finds, what it waits for, and what its failures say."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import Clock, Person, Sandbox
from sandbox.__main__ import arguments
from tests.sandbox.caller import Caller


async def test_an_action_waits_until_its_update_is_confirmed(bot: Caller, ana: Person) -> None:
    speaking = asyncio.create_task(ana.says("hi"))
    found = await bot.updates(timeout=5)
    await bot.sends(ana.id, "answer")
    assert not speaking.done()
    await bot.updates(offset=found[0]["update_id"] + 1)
    await speaking
    await ana.sees("answer")


async def test_an_update_that_isnt_settled_fails_with_the_transcript(bot: Caller, ana: Person) -> None:
    await bot.sends(ana.id, "Question", "Yes", "No")
    ana.patience = 0.01
    with pytest.raises(AssertionError) as failure:
        await ana.says("hi")
    assert str(failure.value).splitlines()[1:] == [
        f"--- the chat of Ana ({ana.id}) ---",
        "1 Ana: hello",
        "2 bot: Question",
        "    [Yes] [No]",
        "3 Ana: hi",
    ]
    assert re.match(
        r"the bot hasn't settled update \d+ of Ana within 0.01 seconds: pending, 0 tries", str(failure.value)
    )


async def test_a_button_is_found_by_its_label_then_its_beginning_then_a_part(bot: Caller, ana: Person) -> None:
    await bot.sends(ana.id, "old", "Yes", "Maybe later")
    await bot.sends(ana.id, "new", "Yes, please", "Not yes")
    for label, data in (("Yes", "Yes"), ("Yes,", "Yes, please"), ("yes", "Not yes"), ("later", "Maybe later")):
        await ana.presses(label, settle=False)
        assert (await bot.confirm())[0]["callback_query"]["data"] == data
    with pytest.raises(AssertionError, match=r'finds no button "Nope". Visible: \[Yes\], \[Maybe later\]'):
        await ana.presses("Nope")


async def test_a_button_of_a_reply_keyboard_is_said(bot: Caller, ana: Person) -> None:
    await bot.does("sendMessage", chat_id=ana.id, text="?", reply_markup={"keyboard": [["Yes", {"text": "No"}]]})
    await ana.presses("No", settle=False)
    assert (await bot.confirm())[0]["message"]["text"] == "No"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("https://t.me/parallel_plan_bot?start=mAb-_9", "/start mAb-_9"),
        ("https://T.me/Parallel_Plan_Bot?start=m", "/start m"),
        ("tg://resolve?domain=parallel_plan_bot&start=m1", "/start m1"),
        (f"https://t.me/parallel_plan_bot?start={'p' * 64}", f"/start {'p' * 64}"),
        (f"https://t.me/parallel_plan_bot?start={'p' * 65}", "/start"),
        ("https://t.me/parallel_plan_bot?start=a%20b", "/start"),
        ("https://t.me/parallel_plan_bot?start=", "/start"),
    ],
)
async def test_a_deep_link_says_start_with_its_payload_if_it_may_be_one(
    bot: Caller, ana: Person, link: str, said: str
) -> None:
    await ana.opens(link, settle=False)
    message = (await bot.confirm())[0]["message"]
    assert message["text"] == said
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


@pytest.mark.parametrize(
    "link",
    [
        "https://t.me/another_bot?start=m",
        "https://t.me/parallel_plan_bot",
        "https://example.org/parallel_plan_bot?start=m",
        "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fparallel_plan_bot%3Fstart%3Dm",
        "tg://resolve?domain=another_bot&start=m",
        "nonsense",
    ],
)
async def test_a_link_that_leads_elsewhere_is_no_deep_link_to_the_bot(ana: Person, link: str) -> None:
    with pytest.raises(AssertionError, match="is no deep link to the bot @parallel_plan_bot"):
        await ana.opens(link)


async def test_a_button_can_be_looked_at_without_a_press(bot: Caller, ana: Person) -> None:
    row = [{"text": "Site", "url": "https://example.org/x"}, {"text": "Copy", "copy_text": {"text": "words"}}]
    await bot.does("sendMessage", chat_id=ana.id, text="hi", reply_markup={"inline_keyboard": [row]})
    assert (await ana.button("Site"))["url"] == "https://example.org/x"
    assert (await ana.button("Copy"))["copy_text"] == {"text": "words"}
    with pytest.raises(AssertionError, match='Ana finds no button "Nope"'):
        await ana.button("Nope")


async def test_sees_looks_at_the_newest_screen_or_anywhere(bot: Caller, ana: Person) -> None:
    with pytest.raises(AssertionError, match="the bot has written nothing to Ana"):
        await ana.screen()
    await bot.sends(ana.id, "first")
    await bot.sends(ana.id, "second", "Go")
    await ana.sees("sec", "ond")
    await ana.sees("first", anywhere=True)
    await ana.sees_not("first")
    await ana.sees_not("hello", anywhere=True)  # the person's own words don't count
    with pytest.raises(AssertionError, match='Ana doesn\'t see "first"'):
        await ana.sees("first")
    with pytest.raises(AssertionError, match='Ana sees "first"'):
        await ana.sees_not("first", anywhere=True)
    assert (await ana.text(), await ana.buttons(), await ana.rows()) == ("second", ["Go"], [["Go"]])


async def test_a_person_can_join_from_another_process(box: Sandbox) -> None:
    async with await Person.join(box.url, "Ben", username="ben", language_code="fr", id=77) as ben:
        assert ben.id == 77
        assert await ben.messages() == []
    with pytest.raises(AssertionError, match="the sandbox refuses: there is already somebody with the id 77"):
        await Person.join(box.url, "Eva", id=77)


async def test_many_people_are_served_without_much_ado(bot: Caller, box: Sandbox) -> None:
    people = [await box.person(f"P{number}") for number in range(250)]
    speaking = [asyncio.create_task(person.says("hi")) for person in people]
    heard = 0
    while heard < len(people):
        found = await bot.updates(timeout=5)
        heard += len(found)
        await bot.updates(offset=found[-1]["update_id"] + 1)
    await asyncio.gather(*speaking)


async def test_events_are_streamed_to_the_page(bot: Caller, box: Sandbox, ana: Person) -> None:
    async with bot.session.get(f"{box.url}/sandbox/events") as stream:
        assert await stream.content.readline() == b": hello\n"
        await stream.content.readline()
        id_ = await bot.sends(ana.id, "hi")
        await bot.does("editMessageText", chat_id=ana.id, message_id=id_, text="ho")
        await bot.does("sendChatAction", chat_id=ana.id, action="typing")
        await bot.does("deleteMessage", chat_id=ana.id, message_id=id_)
        box.clock.jump(by=1)
        events: list[dict[str, Any]] = []
        while len(events) < 5:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                events.append(json.loads(line[6:]))
    assert [event["type"] for event in events] == ["message", "edit", "action", "delete", "clock"]
    assert events[0]["message"]["text"] == "hi"
    assert {event.get("chat_id") for event in events[:4]} == {ana.id}


async def test_the_state_tells_what_there_is(bot: Caller, box: Sandbox, ana: Person) -> None:
    async with bot.session.get(f"{box.url}/sandbox/state") as response:
        state = await response.json()
    assert state["people"] == [{"id": ana.id, "first_name": "Ana", "username": "ana", "language_code": None}]
    assert state["chats"] == [{"id": ana.id, "type": "private", "title": "Ana"}]
    assert (state["mode"], state["pending_update_count"]) == ("polling", 0)
    assert state["bot"]["username"] == "parallel_plan_bot"


async def test_the_log_of_calls_can_be_read_from_a_number_on(bot: Caller, box: Sandbox, ana: Person) -> None:
    before = box.calls[-1].n
    await bot.sends(ana.id, "hi")
    async with bot.session.get(f"{box.url}/sandbox/calls?since={before}") as response:
        assert await response.json() == [
            {
                "n": before + 1,
                "method": "sendMessage",
                "params": {"chat_id": str(ana.id), "text": "hi"},
                "status": 200,
                "ok": True,
                "unknown": [],
                "malformed": [],
                "via": "http",
                "chat_id": ana.id,
            }
        ]


async def test_any_update_can_be_put_in_the_queue(bot: Caller, box: Sandbox) -> None:
    async with bot.session.post(f"{box.url}/sandbox/updates", json={"odd": {"chat": "?"}, "update_id": 5}) as response:
        update_id = (await response.json())["update_id"]
    assert await bot.updates() == [{"update_id": update_id, "odd": {"chat": "?"}}]


async def test_the_page_is_served_from_its_folder_and_from_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text("<h1>chat</h1>")
    (tmp_path / "secret").write_text("secret")
    async with Sandbox(page_dir=tmp_path / "page") as box, aiohttp.ClientSession() as session:
        async with session.get(box.page_url) as response:
            assert await response.text() == "<h1>chat</h1>"
        async with session.get(f"{box.url}/%2e%2e/secret") as response:
            assert response.status == 404


async def test_the_same_seed_gives_the_same_ids() -> None:
    ids = []
    for _ in range(2):
        async with Sandbox(clock=Clock(), seed=5) as box:
            ana = await box.person("Ana")
            sent = await ana.says("hi", settle=False)
            pressed = await ana.presses_old(1, "x", settle=False)
            ids.append((ana.id, sent, pressed))
    assert ids[0] == ids[1]


async def test_it_runs_alone_and_prints_its_address(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", "--now", "2027-01-01T00:00:00+00:00"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    async with await Person.join(url, "Ana") as ana:
        await ana.says("hi", settle=False)
        assert 0 <= (await ana.messages())[0]["date"] - 1798761600 < 60
    process.terminate()
    assert await process.wait() == 0


def test_the_command_line_has_defaults_for_everything() -> None:
    options = arguments([])
    assert (options.token, options.host, options.port) == ("42:TEST", "127.0.0.1", 8081)
