"""Presses of buttons and what the bot may answer, and who may be written to."""

import pytest

from sandbox import Person, Sandbox
from tests.sandbox.caller import Caller

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_press_brings_the_message_with_its_buttons_and_is_answered_once(bot: Caller, ana: Person) -> None:
    id_ = await bot.sends(ana.id, "Choose", "Yes", "No")
    await ana.presses("Yes", settle=False)
    query = (await bot.confirm())[0]["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == ("Yes", ana.id, id_)
    assert query["message"]["text"] == "Choose"
    assert [button["text"] for button in query["message"]["reply_markup"]["inline_keyboard"][0]] == ["Yes", "No"]
    assert query["chat_instance"]
    assert await ana.toast() is None
    await bot.does("answerCallbackQuery", callback_query_id=query["id"], text="Noted", show_alert=True)
    toast = await ana.toast()
    assert toast is not None
    assert (toast["text"], toast["show_alert"]) == ("Noted", True)
    assert await bot.refused("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD


async def test_an_old_press_cant_be_answered(bot: Caller, box: Sandbox, ana: Person) -> None:
    sent = await ana.presses_old(1, "x", settle=False)
    box.clock.jump(by=60)
    assert await bot.refused("answerCallbackQuery", callback_query_id=sent.callback_query_id) == TOO_OLD
    async with bot.session.get(f"{box.url}/sandbox/callbacks/{sent.callback_query_id}") as response:
        assert await response.json() == {"answered": False, "expired": True}


async def test_an_answer_has_at_most_200_characters(bot: Caller, ana: Person) -> None:
    sent = await ana.presses_old(1, "x", settle=False)
    long = await bot.refused("answerCallbackQuery", callback_query_id=sent.callback_query_id, text="t" * 201)
    assert long == "Bad Request: MESSAGE_TOO_LONG"
    assert await bot.does("answerCallbackQuery", callback_query_id=sent.callback_query_id, text="t" * 200) is True


async def test_a_press_under_a_deleted_message_brings_an_inaccessible_message(bot: Caller, ana: Person) -> None:
    id_ = await bot.sends(ana.id, "Choose", "Yes")
    await bot.does("deleteMessage", chat_id=ana.id, message_id=id_)
    await ana.presses_old(id_, "forged", settle=False)
    query = (await bot.confirm())[0]["callback_query"]
    assert query["message"] == {
        "chat": {"id": ana.id, "type": "private", "first_name": "Ana", "username": "ana"},
        "message_id": id_,
        "date": 0,
    }


async def test_a_bot_cant_write_first(bot: Caller, box: Sandbox) -> None:
    ben = await box.person("Ben")
    assert await bot.refused("sendMessage", chat_id=ben.id, text="hi") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    await ben.says("/start", settle=False)
    await bot.sends(ben.id, "hi")


async def test_who_blocks_the_bot_isnt_reached_until_unblocking(bot: Caller, ana: Person) -> None:
    id_ = await bot.sends(ana.id, "hi")
    await ana.blocks(settle=False)
    changed = (await bot.confirm())[0]["my_chat_member"]
    assert (changed["old_chat_member"]["status"], changed["new_chat_member"]["status"]) == ("member", "kicked")
    blocked = "Forbidden: bot was blocked by the user"
    assert await bot.refused("sendMessage", chat_id=ana.id, text="hi") == blocked
    assert await bot.refused("editMessageText", chat_id=ana.id, message_id=id_, text="ho") == blocked
    assert await bot.refused("sendChatAction", chat_id=ana.id, action="typing") == blocked
    with pytest.raises(AssertionError, match="the person has blocked the bot"):
        await ana.says("hello?")
    await ana.unblocks(settle=False)
    assert (await bot.confirm())[0]["my_chat_member"]["new_chat_member"]["status"] == "member"
    await bot.sends(ana.id, "hi")
    assert (await ana.unblocks()).update_id is None


async def test_a_deactivated_person_isnt_reached(bot: Caller, ana: Person) -> None:
    async with bot.session.post(f"{bot.box.url}/sandbox/chats/{ana.id}/deactivate") as response:
        assert response.status == 200
    assert await bot.refused("sendMessage", chat_id=ana.id, text="hi") == "Forbidden: user is deactivated"


async def test_commands_links_and_mentions_of_people_become_entities(bot: Caller, ana: Person) -> None:
    await ana.says("  /plan https://x.com @ben\u202e ", settle=False)
    message = (await bot.confirm())[0]["message"]
    assert message["text"] == "/plan https://x.com @ben"
    assert [(one["type"], one["offset"], one["length"]) for one in message["entities"]] == [
        ("bot_command", 0, 5),
        ("url", 6, 13),
        ("mention", 20, 4),
    ]


@pytest.mark.parametrize(
    "kind",
    [
        *(
            "sticker",
            "voice",
            "photo",
            "document",
            "location",
            "contact",
            "video",
            "audio",
            "animation",
            "dice",
            "poll",
        ),
        "video_note",
    ],
)
async def test_people_send_every_kind_of_message(bot: Caller, ana: Person, kind: str) -> None:
    await ana.sends(kind, settle=False)
    message = (await bot.confirm())[0]["message"]
    assert kind in message
    assert "text" not in message


async def test_an_edited_message_keeps_its_id_and_gets_an_edit_date(bot: Caller, box: Sandbox, ana: Person) -> None:
    sent = await ana.says("220", settle=False)
    await bot.confirm()
    box.clock.jump(by=5)
    assert sent.message_id is not None
    await ana.edits(sent.message_id, "230", settle=False)
    message = (await bot.confirm())[0]["edited_message"]
    assert (message["message_id"], message["text"], message["edit_date"] - message["date"]) == (
        sent.message_id,
        "230",
        5,
    )


async def test_a_file_of_a_person_can_be_downloaded(bot: Caller, ana: Person) -> None:
    await ana.sends_file(b"a,b\n1,2\n", "programs.csv", caption="my list", settle=False)
    message = (await bot.confirm())[0]["message"]
    document = message["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("programs.csv", "text/csv", 8)
    assert message["caption"] == "my list"
    file = await bot.does("getFile", file_id=document["file_id"])
    async with bot.session.get(f"{bot.box.url}/file/bot{bot.box.token}/{file['file_path']}") as response:
        assert await response.read() == b"a,b\n1,2\n"
