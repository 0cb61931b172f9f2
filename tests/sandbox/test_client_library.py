"""Everything that the sandbox answers is what python-telegram-bot, an outside reference, can read."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from sandbox import Person, Sandbox
from sandbox.people import KINDS
from tests.sandbox.caller import Caller


@pytest.fixture
async def client(box: Sandbox) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(
        box.token, base_url=f"{box.url}/bot", base_file_url=f"{box.url}/file/bot", local_mode=False
    ) as client:
        yield client


async def test_every_kind_of_update_is_read(client: telegram.Bot, box: Sandbox, ana: Person, bot: Caller) -> None:
    await ana.says("/start x", settle=False)
    for kind in KINDS:
        await ana.sends(kind, settle=False)
    await ana.edits(1, "hello again", settle=False)
    await ana.presses_old(1, "x", settle=False)
    await ana.presses_old(99, "gone", settle=False)
    await ana.blocks(settle=False)
    for type_ in ("group", "supergroup", "channel"):
        order = {"title": "T", "type": type_, "members": [ana.id]}
        async with bot.session.post(f"{box.url}/sandbox/groups", json=order) as response:
            assert response.status == 200
    updates = await client.get_updates()
    assert len(updates) == 1 + len(KINDS) + 3 + 1 + 3
    message = updates[0].message
    assert message is not None
    assert list(message.parse_entities().values()) == ["/start"]
    assert all(update.effective_chat is not None for update in updates)


async def test_every_answer_is_read_and_every_call_fits_the_specification(
    client: telegram.Bot, box: Sandbox, ana: Person, bot: Caller
) -> None:
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Go", callback_data="go")]])
    sent = await client.send_message(
        ana.id,
        '<b>Plan</b> <a href="x.com">here</a>',
        parse_mode="HTML",
        reply_markup=keyboard,
        link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
    )
    assert sent.text_html == '<b>Plan</b> <a href="http://x.com/">here</a>'
    assert sent.reply_markup == keyboard
    await ana.presses("Go", settle=False)
    query = (await client.get_updates())[0].callback_query
    assert query is not None
    await query.answer("Hi", show_alert=True)
    await query.edit_message_text("Bye", reply_markup=keyboard)
    await query.edit_message_reply_markup(None)
    document = await client.send_document(ana.id, b"BEGIN:VCALENDAR", filename="plan.ics", caption="Yours")
    assert document.document is not None
    assert (document.document.file_name, document.document.mime_type) == ("plan.ics", "text/calendar")
    file = await client.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"
    photo = await client.send_photo(ana.id, b"not really")
    await client.edit_message_media(telegram.InputMediaPhoto(b"another", caption="New"), ana.id, photo.message_id)
    await client.edit_message_caption(ana.id, photo.message_id, caption="Newer")
    assert (await ana.screen())["caption"] == "Newer"
    await client.send_chat_action(ana.id, "typing")
    await client.pin_chat_message(ana.id, photo.message_id)
    await client.unpin_chat_message(ana.id, photo.message_id)
    await client.unpin_all_chat_messages(ana.id)
    await client.delete_messages(ana.id, [document.message_id, photo.message_id])
    await client.delete_message(ana.id, sent.message_id)
    assert (await client.get_chat(ana.id)).first_name == "Ana"
    assert (await client.get_me()).username == "parallel_plan_bot"
    scope = telegram.BotCommandScopeAllPrivateChats()
    await client.set_my_commands([("start", "Begin")], scope=scope)
    assert [command.command for command in await client.get_my_commands(scope=scope)] == ["start"]
    await client.delete_my_commands(scope=scope)
    await client.set_my_description("Long")
    assert (await client.get_my_description()).description == "Long"
    await client.set_my_short_description("Short")
    assert (await client.get_my_short_description()).short_description == "Short"
    assert (await client.get_my_name()).name == "Parallel Plan"
    await client.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())
    assert (await client.get_chat_menu_button()).type == "commands"
    assert (await client.get_webhook_info()).url == ""
    odd = [(call.method, call.unknown, call.malformed) for call in box.calls if call.unknown or call.malformed]
    assert odd == []


async def test_refusals_become_the_librarys_own_errors(client: telegram.Bot, box: Sandbox, ana: Person) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await client.edit_message_text("x", ana.id, 999)
    await ana.blocks(settle=False)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await client.send_message(ana.id, "x")
    for kind, error in (
        ("flood", RetryAfter),
        ("conflict", Conflict),
        ("unauthorized", InvalidToken),
        ("error", NetworkError),
        ("drop_after", NetworkError),
    ):
        box.fault(kind, "getMe", times=1)
        with pytest.raises(error):
            await client.get_me()


async def test_a_long_poll_of_the_library_gets_what_comes(client: telegram.Bot, box: Sandbox, ana: Person) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=20))
    await box.next_call()
    await ana.says("now", settle=False)
    message = (await poll)[0].message
    assert message is not None
    assert message.text == "now"
