"""Bot API methods that send, change and delete messages, and that answer presses."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.account import Account
from sandbox.arguments import Arguments
from sandbox.attachments import attached
from sandbox.chats import Chat, Message
from sandbox.formatted import caption, message_text
from sandbox.keyboards import Json, reply_markup
from sandbox.refusal import RefusalError, bad_request

_TWO_DAYS = 48 * 3600
_ACTIONS = frozenset({"typing", "choose_sticker", "find_location", "upload_photo", "upload_document"}) | {
    f"{verb}_{noun}" for verb in ("record", "upload") for noun in ("video", "voice", "audio", "video_note")
}
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


class Messages:
    """The methods, on one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.methods: dict[str, Callable[[Arguments], Awaitable[Any]]] = {
            "sendMessage": self.send_message,
            "sendPhoto": self.send_photo,
            "sendDocument": self.send_document,
            "sendChatAction": self.send_chat_action,
            "editMessageText": self.edit_text,
            "editMessageCaption": self.edit_caption,
            "editMessageReplyMarkup": self.edit_reply_markup,
            "editMessageMedia": self.edit_media,
            "deleteMessage": self.delete,
            "deleteMessages": self.delete_all,
            "answerCallbackQuery": self.answer_callback,
            "pinChatMessage": self.pin,
            "unpinChatMessage": self.unpin,
            "unpinAllChatMessages": self.unpin_all,
        }

    async def send_message(self, arguments: Arguments) -> Json:
        """sendMessage."""
        content = message_text(arguments)
        return self._send(arguments, content)

    async def send_photo(self, arguments: Arguments) -> Json:
        """sendPhoto: an upload or a file_id; addresses aren't fetched."""
        written = caption(arguments)
        file = attached(self._account.files, arguments, arguments.text("photo"), "photo")
        return self._send(arguments, {"photo": file.as_photo(), **written})

    async def send_document(self, arguments: Arguments) -> Json:
        """sendDocument: an upload or a file_id; addresses aren't fetched."""
        written = caption(arguments)
        file = attached(self._account.files, arguments, arguments.text("document"), "document")
        return self._send(arguments, {"document": file.as_document(), **written})

    async def send_chat_action(self, arguments: Arguments) -> bool:
        """sendChatAction."""
        action = arguments.text("action").lower()
        if action not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat = self._account.writable(arguments.raw.get("chat_id"))
        self._account.events.tell("action", chat.id, action=action)
        return True

    def _send(self, arguments: Arguments, content: Json) -> Json:
        markup = reply_markup(arguments.raw.get("reply_markup"))
        chat = self._account.writable(arguments.raw.get("chat_id"))
        reply_to = _reply_target(arguments, chat)
        self._account.limits.count(chat.id, group=chat.type in ("group", "supergroup"))
        message = self._account.chats.add_message(
            chat,
            self._account.bot,
            self._account.clock.epoch(),
            content,
            reply_markup=markup,
            reply_to=reply_to,
            link_preview=_link_preview(arguments),
            had_keyboard=markup is not None and "inline_keyboard" not in markup,
        )
        self._account.tell_message(message)
        return message.as_message()

    def _to_edit(self, arguments: Arguments) -> Message:
        if arguments.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        if not arguments.raw.get("chat_id"):
            missing = "chat_id is empty" if "message_id" in arguments.raw else "message identifier is not specified"
            raise bad_request(missing)
        if arguments.integer("message_id") == 0:
            raise bad_request("message identifier is not specified")
        chat = self._account.writable(arguments.raw.get("chat_id"))
        message = chat.messages.get(arguments.integer("message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.by_bot or message.had_keyboard:
            raise bad_request("message can't be edited")
        return message

    def _change(self, message: Message, content: Json, markup: Json | None, *, link_preview: bool) -> Json:
        before = (message.content, message.inline_keyboard, message.link_preview)
        rows = (markup or {}).get("inline_keyboard", [])
        if before == (content, rows, link_preview):
            raise bad_request(_NOT_MODIFIED)
        if message.content != content:
            message.edit_date = self._account.clock.epoch()
        message.content, message.link_preview = content, link_preview
        message.reply_markup = markup if rows else None
        self._account.tell_message(message, "edit")
        return message.as_message()

    async def edit_text(self, arguments: Arguments) -> Json:
        """editMessageText."""
        content = message_text(arguments)
        markup = reply_markup(arguments.raw.get("reply_markup"), inline_only=True)
        message = self._to_edit(arguments)
        if "text" not in message.content:
            raise bad_request("there is no text in the message to edit")
        return self._change(message, content, markup, link_preview=_link_preview(arguments))

    async def edit_caption(self, arguments: Arguments) -> Json:
        """editMessageCaption."""
        written = caption(arguments)
        markup = reply_markup(arguments.raw.get("reply_markup"), inline_only=True)
        message = self._to_edit(arguments)
        if not any(kind in message.content for kind in ("photo", "document", "video", "audio", "animation", "voice")):
            raise bad_request("there is no caption in the message to edit")
        kept = {key: value for key, value in message.content.items() if not key.startswith("caption")}
        return self._change(message, {**kept, **written}, markup, link_preview=message.link_preview)

    async def edit_reply_markup(self, arguments: Arguments) -> Json:
        """editMessageReplyMarkup."""
        markup = reply_markup(arguments.raw.get("reply_markup"), inline_only=True)
        message = self._to_edit(arguments)
        return self._change(message, message.content, markup, link_preview=message.link_preview)

    async def edit_media(self, arguments: Arguments) -> Json:
        """editMessageMedia, for photos and documents."""
        try:
            media = arguments.json("media")
        except ValueError:
            raise bad_request("can't parse input media JSON object") from None
        if not isinstance(media, dict):
            raise bad_request("input media must be non-empty" if media is None else "object expected as input media")
        kind = media.get("type")
        if kind not in ("photo", "document"):
            raise bad_request(f"type must be one of {{photo, document}} in the sandbox, not {kind}")
        inner = Arguments({key: _raw(value) for key, value in media.items()}, arguments.files)
        written = caption(inner)
        file = attached(self._account.files, inner, inner.text("media"), kind)
        markup = reply_markup(arguments.raw.get("reply_markup"), inline_only=True)
        message = self._to_edit(arguments)
        shown: Json = {"photo": file.as_photo()} if kind == "photo" else {"document": file.as_document()}
        return self._change(message, {**shown, **written}, markup, link_preview=True)

    async def delete(self, arguments: Arguments) -> bool:
        """deleteMessage."""
        if not arguments.raw.get("chat_id"):
            raise bad_request("chat identifier is not specified")
        if arguments.integer("message_id") == 0:
            raise bad_request("message identifier is not specified")
        chat = self._account.chat_of(arguments.raw.get("chat_id"))
        message = chat.messages.get(arguments.integer("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        if not self._deletable(message):
            raise bad_request("message can't be deleted for everyone" if message.by_bot else "message can't be deleted")
        self._forget(message)
        return True

    async def delete_all(self, arguments: Arguments) -> bool:
        """deleteMessages: those that are gone already or can't be deleted are skipped."""
        chat = self._account.chat_of(arguments.raw.get("chat_id"))
        try:
            ids = arguments.json("message_ids")
        except ValueError:
            ids = []
        if not ids or not isinstance(ids, list):
            raise bad_request("message identifiers are not specified")
        if len(ids) > 100:
            raise bad_request("too many message identifiers specified")
        for id_ in ids:
            message = chat.messages.get(id_) if isinstance(id_, int) else None
            if message is not None and self._deletable(message):
                self._forget(message)
        return True

    def _deletable(self, message: Message) -> bool:
        """Own messages, and in a private chat the person's too, for 48 hours; as administrator everything."""
        if message.chat.bot_status == "administrator":
            return True
        young = self._account.clock.epoch() - message.date < _TWO_DAYS
        return young and (message.by_bot or message.chat.type == "private")

    def _forget(self, message: Message) -> None:
        del message.chat.messages[message.message_id]
        self._account.events.tell("delete", message.chat.id, message_id=message.message_id)

    async def answer_callback(self, arguments: Arguments) -> bool:
        """answerCallbackQuery: once for each press, in time."""
        text = arguments.text("text")
        if len(text) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        shown: Json = {"text": text, "show_alert": arguments.flag("show_alert"), "url": arguments.raw.get("url")}
        callback = self._account.callbacks.answer(arguments.text("callback_query_id"), shown)
        self._account.events.tell("callback", callback.chat_id, callback_query_id=callback.id, **shown)
        return True

    def _to_pin(self, arguments: Arguments) -> tuple[Chat, int]:
        chat = self._account.writable(arguments.raw.get("chat_id"))
        if chat.type != "private" and chat.bot_status != "administrator":
            raise bad_request("not enough rights to manage pinned messages in the chat")
        return chat, arguments.integer("message_id")

    async def pin(self, arguments: Arguments) -> bool:
        """pinChatMessage."""
        chat, message_id = self._to_pin(arguments)
        if message_id not in chat.messages:
            raise bad_request("message to pin not found")
        chat.pinned = [id_ for id_ in chat.pinned if id_ != message_id] + [message_id]
        return True

    async def unpin(self, arguments: Arguments) -> bool:
        """unpinChatMessage: the newest one if no message is named."""
        chat, message_id = self._to_pin(arguments)
        if message_id == 0:
            chat.pinned = chat.pinned[:-1]
        elif message_id not in chat.messages:
            raise bad_request("message to unpin not found")
        else:
            chat.pinned = [id_ for id_ in chat.pinned if id_ != message_id]
        return True

    async def unpin_all(self, arguments: Arguments) -> bool:
        """unpinAllChatMessages."""
        chat, _ = self._to_pin(arguments)
        chat.pinned = []
        return True


def _link_preview(arguments: Arguments) -> bool:
    try:
        options = arguments.json("link_preview_options")
    except ValueError:
        raise bad_request("can't parse link preview options JSON object") from None
    if isinstance(options, dict):
        return options.get("is_disabled") is not True
    return not arguments.flag("disable_web_page_preview")


def _reply_target(arguments: Arguments, chat: Chat) -> int | None:
    try:
        asked = arguments.json("reply_parameters")
    except ValueError:
        raise bad_request("can't parse reply parameters JSON object") from None
    if asked is None:
        target, tolerant = arguments.integer("reply_to_message_id"), arguments.flag("allow_sending_without_reply")
    elif isinstance(asked, dict):
        target, tolerant = int(asked.get("message_id") or 0), asked.get("allow_sending_without_reply") is True
    else:
        raise bad_request("object expected as reply parameters")
    if not target:
        return None
    if target not in chat.messages:
        if tolerant:
            return None
        raise RefusalError(400, "Bad Request: message to be replied not found")
    return target


def _raw(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
