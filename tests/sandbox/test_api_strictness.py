"""The Bot API of the sandbox refuses what Telegram refuses, in Telegram's words."""

import io
import json
from typing import Any

import pytest

from sandbox import Person, Sandbox
from tests.sandbox.caller import Caller


async def test_a_token_of_no_bot_is_unauthorized_and_a_malformed_one_is_not_found(bot: Caller) -> None:
    for token, status, description in (
        ("43:OTHER", 401, "Unauthorized"),
        ("42:TESTX", 401, "Unauthorized"),
        ("TEST", 404, "Not Found"),
        ("", 404, "Not Found"),
    ):
        async with bot.session.get(f"{bot.box.url}/bot{token}/getMe") as response:
            assert response.status == status
            assert await response.json() == {"ok": False, "error_code": status, "description": description}


async def test_an_unknown_method_is_not_found_and_names_are_read_in_any_case(bot: Caller) -> None:
    assert await bot.refused("sendNonsense") == "Not Found: method not found"
    me = await bot.does("GETme")
    assert (me["id"], me["is_bot"], me["username"]) == (42, True, "parallel_plan_bot")


async def test_parameters_may_come_in_the_query_a_form_multipart_or_json(bot: Caller, ana: Person) -> None:
    parameters = {"chat_id": str(ana.id), "text": "hi"}
    address = f"{bot.root}/sendMessage"
    for request in (
        bot.session.get(address, params=parameters),
        bot.session.post(address, params=parameters),
        bot.session.post(address, data=parameters),
        bot.session.post(address, json=parameters),
        bot.session.post(address, json={"chat_id": ana.id, "text": "hi"}),
        bot.session.post(address, params={"chat_id": ana.id}, json={"text": "hi"}),
    ):
        async with request as response:
            assert (await response.json())["result"]["text"] == "hi"


@pytest.mark.parametrize(
    ("method", "parameters", "description"),
    [
        ("sendMessage", {}, "message text is empty"),
        ("sendMessage", {"text": "hi"}, "chat_id is empty"),
        ("sendMessage", {"text": "hi", "chat_id": 5}, "chat not found"),
        ("sendMessage", {"text": "hi", "chat_id": "@nobody"}, "chat not found"),
        ("sendMessage", {"text": "hi", "chat_id": "abc"}, "chat not found"),
        ("sendMessage", {"text": "", "chat_id": "ANA"}, "message text is empty"),
        ("sendMessage", {"text": " \n ", "chat_id": "ANA"}, "text must be non-empty"),
        ("sendMessage", {"text": "<b> </b>", "chat_id": "ANA", "parse_mode": "HTML"}, "text must be non-empty"),
        ("sendMessage", {"text": "\u200b\u2060", "chat_id": "ANA"}, "text must be non-empty"),
        ("sendMessage", {"text": "x" * 4097, "chat_id": "ANA"}, "message is too long"),
        ("sendMessage", {"text": "hi", "chat_id": "ANA", "parse_mode": "XML"}, "unsupported parse_mode"),
        (
            "sendMessage",
            {"text": "<x>", "chat_id": "ANA", "parse_mode": "html"},
            'can\'t parse entities: Unsupported start tag "x" at byte offset 0',
        ),
        (
            "sendMessage",
            {"text": "é<b>x</i>", "chat_id": "ANA", "parse_mode": "HTML"},
            'can\'t parse entities: Unmatched end tag at byte offset 6, expected "</b>", found "</i>"',
        ),
        (
            "sendMessage",
            {"text": "<b>x", "chat_id": "ANA", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "sendMessage",
            {"text": "hi", "chat_id": "ANA", "reply_parameters": {"message_id": 999}},
            "message to be replied not found",
        ),
        ("editMessageText", {"text": "hi", "chat_id": "ANA"}, "message identifier is not specified"),
        ("editMessageText", {"text": "hi", "chat_id": "ANA", "message_id": 999}, "message to edit not found"),
        ("editMessageText", {"text": "hi", "chat_id": "ANA", "message_id": 1}, "message can't be edited"),
        ("deleteMessage", {"chat_id": "ANA", "message_id": 999}, "message to delete not found"),
        ("deleteMessage", {"chat_id": "ANA"}, "message identifier is not specified"),
        ("deleteMessages", {"chat_id": "ANA"}, "message identifiers are not specified"),
        ("deleteMessages", {"chat_id": "ANA", "message_ids": [*range(101)]}, "too many message identifiers specified"),
        ("sendChatAction", {"chat_id": "ANA", "action": "dancing"}, "wrong parameter action in request"),
        ("sendPhoto", {"chat_id": "ANA"}, "there is no photo in the request"),
        ("sendDocument", {"chat_id": "ANA"}, "there is no document in the request"),
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "nonsense"}, "invalid file_id"),
        ("getChat", {"chat_id": 5}, "chat not found"),
        ("leaveChat", {"chat_id": "ANA"}, "chat member status can't be changed in private chats"),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
        ("setWebhook", {"url": "http://example.com/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "setWebhook",
            {"url": "https://example.com:1234/x"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            "setWebhook",
            {"url": "https://example.com/x", "secret_token": "with space"},
            "secret token contains unallowed characters",
        ),
        ("setWebhook", {"url": "https://example.com/x", "secret_token": "s" * 257}, "secret token is too long"),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": "d" * 257}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        ("setMyCommands", {"commands": [{"command": "a", "description": "d"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setMyDescription", {"description": "d" * 513}, "BOT_DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "d" * 121}, "BOT_ABOUT_TOO_LONG"),
        ("setMyName", {"name": "n" * 65}, "BOT_NAME_TOO_LONG"),
        ("setChatMenuButton", {"menu_button": {"type": "nonsense"}}, "menuButton has unsupported type"),
    ],
)
async def test_telegrams_refusals(
    bot: Caller, ana: Person, method: str, parameters: dict[str, Any], description: str
) -> None:
    given = {name: ana.id if value == "ANA" else value for name, value in parameters.items()}
    assert await bot.refused(method, **given) == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("button", "description"),
    [
        (
            {"text": "x", "callback_data": ""},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "callback_data": 5},
            'can\'t parse inline keyboard button: Field "callback_data" must be of type String',
        ),
        ({"text": "x", "callback_data": "d" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ("x", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        ({"text": "x", "url": "nonsense"}, "inline keyboard button URL 'nonsense' is invalid: Wrong HTTP URL"),
        *(
            ({"text": "x", "url": url}, f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
            for url in (
                "javascript:alert(1)",
                "ftp://example.com/x",
                "data:text/html,x.y",
                "mailto:a@b.org",
                "https://",
            )
        ),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": "c" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": 5}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": "words"}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_buttons_that_telegram_refuses(bot: Caller, ana: Person, button: object, description: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = await bot.refused("sendMessage", chat_id=ana.id, text="hi", reply_markup=markup)
    assert answer == f"Bad Request: {description}"


async def test_callback_data_may_have_64_bytes_and_a_link_may_lead_to_loopback(bot: Caller, ana: Person) -> None:
    row = [{"text": "a", "callback_data": "é" * 32}, {"text": "b", "url": "http://127.0.0.1:8080/s#t"}]
    message = await bot.does("sendMessage", chat_id=ana.id, text="hi", reply_markup={"inline_keyboard": [row]})
    assert message["reply_markup"]["inline_keyboard"] == [row]


@pytest.mark.parametrize(
    "action",
    [
        {"url": "https://example.org/s#a_b-c"},
        {"url": "http://example.org:8080/x"},
        {"url": "tg://resolve?domain=parallel_plan_bot&start=m1"},
        {"url": "http://localhost:8080/s#t"},
        {"copy_text": {"text": "c" * 256}},
    ],
)
async def test_buttons_that_open_an_address_or_copy_a_text_are_kept(
    bot: Caller, ana: Person, action: dict[str, object]
) -> None:
    row = [{"text": "x", **action}]
    message = await bot.does("sendMessage", chat_id=ana.id, text="hi", reply_markup={"inline_keyboard": [row]})
    assert message["reply_markup"]["inline_keyboard"] == [row]
    assert bot.box.calls[-1].malformed == bot.box.calls[-1].unknown == []


async def test_a_button_with_two_actions_keeps_the_first_that_the_server_looks_for(bot: Caller, ana: Person) -> None:
    button = {"text": "x", "callback_data": "data", "url": "https://x.com", "style": "danger"}
    message = await bot.does("sendMessage", chat_id=ana.id, text="hi", reply_markup={"inline_keyboard": [[button]]})
    kept = {"text": "x", "style": "danger", "url": "https://x.com"}
    assert message["reply_markup"] == {"inline_keyboard": [[kept]]}


@pytest.mark.parametrize("raw", ["nonsense", "[]", '"x"', '{"inline_keyboard": {}}', '{"inline_keyboard": [{}]}'])
async def test_keyboards_of_a_wrong_shape_are_refused(bot: Caller, ana: Person, raw: str) -> None:
    assert (await bot.refused("sendMessage", chat_id=ana.id, text="hi", reply_markup=raw)).startswith("Bad Request: ")


async def test_more_than_8_buttons_in_a_row_and_100_in_all_are_dropped_as_telegram_does(
    bot: Caller, ana: Person
) -> None:
    row = [{"text": str(number), "callback_data": "x"} for number in range(10)]
    message = await bot.does("sendMessage", chat_id=ana.id, text="hi", reply_markup={"inline_keyboard": [row] * 20})
    shown = message["reply_markup"]["inline_keyboard"]
    assert [len(one) for one in shown] == [8] * 12 + [4]
    assert bot.box.calls[-1].malformed == ["reply_markup.inline_keyboard: more buttons than Telegram shows"]


async def test_a_keyboard_of_more_than_10_kb_is_too_long(bot: Caller, ana: Person) -> None:
    row = [{"text": "t" * 200, "callback_data": "x"}] * 8
    answer = await bot.refused("sendMessage", chat_id=ana.id, text="hi", reply_markup={"inline_keyboard": [row] * 12})
    assert answer == "Bad Request: reply markup is too long"


async def test_lengths_are_counted_after_parsing_in_utf16_units(bot: Caller, ana: Person) -> None:
    html = "<b>" + "&lt;" * 4096 + "</b>"
    message = await bot.does("sendMessage", chat_id=ana.id, text=html, parse_mode="HTML")
    assert len(message["text"]) == 4096
    await bot.does("sendMessage", chat_id=ana.id, text="😀" * 2048)
    assert (
        await bot.refused("sendMessage", chat_id=ana.id, text="😀" * 2048 + "x") == "Bad Request: message is too long"
    )
    photo = (await ana.sends("photo", settle=False), await ana.messages())[1][-1]["photo"]["file_id"]
    await bot.does("sendPhoto", chat_id=ana.id, photo=photo, caption="c" * 1024)
    answer = await bot.refused("sendPhoto", chat_id=ana.id, photo=photo, caption="c" * 1025)
    assert answer == "Bad Request: message caption is too long"


async def test_texts_are_trimmed_and_their_entities_moved_with_them(bot: Caller, ana: Person) -> None:
    message = await bot.does("sendMessage", chat_id=ana.id, text=" \n <b> a</b>\r\n<i>😀</i>b ", parse_mode="HTML")
    assert message["text"] == "a\n😀b"
    assert message["entities"] == [
        {"type": "bold", "offset": 0, "length": 1},
        {"type": "italic", "offset": 2, "length": 2},
    ]


async def test_entities_may_be_given_instead_of_a_parse_mode(bot: Caller, ana: Person) -> None:
    listed = [{"type": "italic", "offset": 1, "length": 1}, {"type": "bold", "offset": 0, "length": 2}]
    message = await bot.does("sendMessage", chat_id=ana.id, text="ab", entities=listed)
    assert message["entities"] == listed[::-1]


async def test_markdown_is_refused_politely(bot: Caller, ana: Person) -> None:
    answer = await bot.refused("sendMessage", chat_id=ana.id, text="*a*", parse_mode="MarkdownV2")
    assert answer == "Bad Request: the sandbox reads no Markdown; send parse_mode HTML"


async def test_an_edit_that_changes_nothing_is_refused_and_one_without_a_keyboard_takes_it_away(
    bot: Caller, ana: Person
) -> None:
    id_ = await bot.sends(ana.id, "hi", "Go")
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "Go"}]]}
    answer = await bot.refused("editMessageText", chat_id=ana.id, message_id=id_, text=" hi ", reply_markup=keyboard)
    assert answer == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
        "a current content and reply markup of the message"
    )
    edited = await bot.does("editMessageText", chat_id=ana.id, message_id=id_, text="hi")
    assert "reply_markup" not in edited
    assert (await bot.refused("editMessageReplyMarkup", chat_id=ana.id, message_id=id_)).startswith(
        "Bad Request: message is not modified"
    )
    again = await bot.does("editMessageReplyMarkup", chat_id=ana.id, message_id=id_, reply_markup=keyboard)
    assert again["reply_markup"] == keyboard


async def test_a_message_with_a_reply_keyboard_cant_be_edited(bot: Caller, ana: Person) -> None:
    keyboard = {"keyboard": [[{"text": "Yes"}, "No"]]}
    message = await bot.does("sendMessage", chat_id=ana.id, text="hi", reply_markup=keyboard)
    assert "reply_markup" not in message
    answer = await bot.refused("editMessageText", chat_id=ana.id, message_id=message["message_id"], text="x")
    assert answer == "Bad Request: message can't be edited"


async def test_text_and_captions_arent_mixed_up(bot: Caller, ana: Person) -> None:
    text_id = await bot.sends(ana.id, "hi")
    async with bot.session.post(
        f"{bot.root}/sendDocument", data={"chat_id": str(ana.id), "document": io.BytesIO(b"x")}
    ) as response:
        assert (await response.json())["ok"] is True
    file_id = bot.box.calls[-1].result["message_id"]
    assert await bot.refused("editMessageCaption", chat_id=ana.id, message_id=text_id, caption="c") == (
        "Bad Request: there is no caption in the message to edit"
    )
    assert await bot.refused("editMessageText", chat_id=ana.id, message_id=file_id, text="t") == (
        "Bad Request: there is no text in the message to edit"
    )
    edited = await bot.does(
        "editMessageCaption", chat_id=ana.id, message_id=file_id, caption="<b>c</b>", parse_mode="HTML"
    )
    assert (edited["caption"], edited["caption_entities"]) == ("c", [{"type": "bold", "offset": 0, "length": 1}])


async def test_messages_can_be_deleted_for_48_hours_those_of_people_too(bot: Caller, box: Sandbox, ana: Person) -> None:
    old = await bot.sends(ana.id, "old")
    box.clock.jump(by=48 * 3600 - 1)
    assert await bot.does("deleteMessage", chat_id=ana.id, message_id=1) is True
    box.clock.jump(by=1)
    assert await bot.refused("deleteMessage", chat_id=ana.id, message_id=old) == (
        "Bad Request: message can't be deleted for everyone"
    )
    new = await bot.sends(ana.id, "new")
    assert await bot.does("deleteMessages", chat_id=ana.id, message_ids=[old, new, 999]) is True
    assert [message["text"] for message in await ana.messages()] == ["old"]


async def test_what_the_specification_does_not_allow_is_noted_in_the_log(bot: Caller, ana: Person) -> None:
    button = {"text": "x", "callback_data": "x", "colour": "red"}
    await bot.does("sendMessage", chat_id=ana.id, text="hi", nonsense=1, reply_markup={"inline_keyboard": [[button]]})
    assert bot.box.calls[-1].unknown == ["nonsense", "reply_markup.inline_keyboard[0][0].colour"]
    await bot.call("sendMessage", chat_id=ana.id)
    assert bot.box.calls[-1].malformed == ["text"]
    await bot.updates(limit="many", timeout="0")
    assert bot.box.calls[-1].malformed == ["limit"]
    await bot.does("sendMessage", chat_id=ana.id, text="hi", link_preview_options=json.dumps({"is_disabled": True}))
    assert (bot.box.calls[-1].unknown, bot.box.calls[-1].malformed) == ([], [])


async def test_files_go_up_and_down(bot: Caller, ana: Person) -> None:
    async with bot.session.post(
        f"{bot.root}/sendDocument",
        data={"chat_id": str(ana.id), "document": "attach://plan", "plan": io.BytesIO(b"a plan"), "caption": "Here"},
    ) as response:
        sent = (await response.json())["result"]
    file = await bot.does("getFile", file_id=sent["document"]["file_id"])
    assert file["file_size"] == 6
    async with bot.session.get(f"{bot.box.url}/file/bot{bot.box.token}/{file['file_path']}") as response:
        assert await response.read() == b"a plan"
    shown = await ana.screen()
    assert await ana.download(shown["document"]) == b"a plan"
    assert shown["caption"] == "Here"
    async with bot.session.get(f"{bot.box.url}/file/bot{bot.box.token}/none") as response:
        assert response.status == 404
    async with bot.session.get(f"{bot.box.url}/file/bot1:x/{file['file_path']}") as response:
        assert response.status == 401


async def test_the_bot_shows_its_commands_name_and_descriptions(bot: Caller, ana: Person) -> None:
    commands = [{"command": "start", "description": "Begin"}]
    await bot.does("setMyCommands", commands=commands)
    await bot.does("setMyCommands", commands=[], scope={"type": "chat", "chat_id": ana.id})
    assert await bot.does("getMyCommands") == commands
    assert await bot.does("getMyCommands", scope={"type": "chat", "chat_id": ana.id}) == []
    await bot.does("setMyDescription", description="Plans")
    await bot.does("setMyShortDescription", short_description="P")
    await bot.does("setMyName", name="Plan", language_code="de")
    assert await bot.does("getMyDescription") == {"description": "Plans"}
    assert await bot.does("getMyDescription", language_code="fr") == {"description": "Plans"}
    assert await bot.does("getMyShortDescription") == {"short_description": "P"}
    assert await bot.does("getMyName", language_code="de") == {"name": "Plan"}
    assert await bot.does("getMyName") == {"name": "Parallel Plan"}
    await bot.does("setChatMenuButton", menu_button={"type": "default"})
    assert await bot.does("getChatMenuButton", chat_id=ana.id) == {"type": "default"}
    await bot.does("deleteMyCommands")
    assert await bot.does("getMyCommands") == []
