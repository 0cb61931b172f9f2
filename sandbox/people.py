"""What people do in the local Telegram, and the updates that come of it."""

import hashlib
from typing import Any

from sandbox.account import Account
from sandbox.chats import Chat, Message, User
from sandbox.files import StoredFile
from sandbox.text import automatic, cleaned, trimmed, utf16_length
from sandbox.updates import Update

Json = dict[str, Any]
_CALLBACK_QUEUE = 3 << 33  # the Bot API server's own: taps of a person don't queue behind the person's messages
_MEMBER_QUEUE = 8 << 33
KINDS = (
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
    "video_note",
)


_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)


class ActionError(ValueError):
    """Something that a person can't do; the message is one clear sentence."""


class People:
    """Acts for people, in the account's chats."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def sender(self, chat: Chat, from_: int | None) -> User:
        """Who acts in the chat: in a private chat its person. Raises ActionError."""
        if chat.person is not None:
            return chat.person
        if from_ is None:
            if len(chat.members) == 1 or chat.type == "channel":
                return next(iter(chat.members.values()), self._account.bot)
            raise ActionError("say who writes: from is missing")
        person = self._account.chats.people.get(from_)
        if person is None:
            raise ActionError(f"there is nobody with the id {from_}")
        return person

    def says(
        self, chat: Chat, sender: User, text: str, entities: list[Json] | None, reply_to: int | None = None
    ) -> tuple[Update | None, Message]:
        """A text message. Commands, links and mentions become entities unless `entities` are given."""
        content = _written(text, entities)
        return self._post(chat, sender, content, reply_to)

    def sends(self, chat: Chat, sender: User, kind: str, caption: str | None) -> tuple[Update | None, Message]:
        """A message of another kind (see KINDS), with made-up content. Raises ActionError."""
        if kind not in KINDS:
            raise ActionError(f"kind must be one of {', '.join(KINDS)}")
        return self._post(chat, sender, {**self._made_up(kind), **_caption(caption)}, None)

    def sends_file(
        self, chat: Chat, sender: User, content: bytes, name: str, caption: str | None, kind: str = "document"
    ) -> tuple[Update | None, Message]:
        """A document (or photo) with these bytes."""
        file = self._account.files.add(content, name, "photos" if kind == "photo" else "documents")
        shown: Json = {"photo": file.as_photo()} if kind == "photo" else {"document": file.as_document()}
        return self._post(chat, sender, {**shown, **_caption(caption)}, None)

    def edits(self, chat: Chat, message: Message, text: str) -> Update | None:
        """The person changes the text (or the caption) of an own message."""
        if message.by_bot:
            raise ActionError("a person can change only an own message")
        written = _written(text, None)
        if "text" not in message.content:
            written = {f"caption{'_entities' if key == 'entities' else ''}": value for key, value in written.items()}
        message.content = {
            **{key: value for key, value in message.content.items() if not key.endswith(("text", "entities"))},
            **written,
        }
        message.edit_date = self._account.clock.epoch()
        self._account.tell_message(message, "edit")
        type_ = "edited_channel_post" if chat.type == "channel" else "edited_message"
        return self._account.updates.add(type_, message.as_message(), chat.id)

    def presses(self, chat: Chat, sender: User, message_id: int, data: str) -> tuple[Update, str]:
        """A press of a button with this data, under a message that may be gone. Gives the callback query's id."""
        message = chat.messages.get(message_id)
        callback = self._account.callbacks.press(chat.id, sender.id)
        if message is None:
            shown: Json = {"chat": chat.as_chat(), "message_id": message_id, "date": 0}
        else:
            shown = message.as_message()
        instance = int.from_bytes(hashlib.sha256(str(chat.id).encode()).digest()[:8], "big", signed=True)
        query = {
            "id": callback.id,
            "from": sender.as_user(),
            "message": shown,
            "chat_instance": str(instance),
            "data": data,
        }
        update = self._account.updates.add("callback_query", query, sender.id + _CALLBACK_QUEUE)
        self._account.events.tell("state")
        return update, callback.id

    def blocks(self, person: User, *, blocked: bool) -> Update | None:
        """The person blocks the bot or lets it write again; gives the my_chat_member update if that is a change."""
        if person.blocked == blocked:
            return None
        person.blocked = blocked
        chat = self._account.chats.all[person.id]
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        return self.bot_status(chat, person, before, after)

    def bot_status(self, chat: Chat, actor: User, before: str, after: str) -> Update:
        """A my_chat_member update: the bot's place in the chat has changed."""
        bot = self._account.bot.as_user()
        changed = {
            "chat": chat.as_chat(),
            "from": actor.as_user(),
            "date": self._account.clock.epoch(),
            "old_chat_member": _member(bot, before),
            "new_chat_member": _member(bot, after),
        }
        self._account.events.tell("state", chat.id)
        return self._account.updates.add("my_chat_member", changed, chat.id + _MEMBER_QUEUE)

    def _post(self, chat: Chat, sender: User, content: Json, reply_to: int | None) -> tuple[Update | None, Message]:
        if chat.person is not None and sender.blocked:
            raise ActionError("the person has blocked the bot; unblock it first")
        author = None if chat.type == "channel" else sender
        message = self._account.chats.add_message(chat, author, self._account.clock.epoch(), content, reply_to=reply_to)
        self._account.tell_message(message)
        if chat.person is not None:
            sender.wrote_first = True
        if not self._hears(chat, message):
            return None, message
        type_ = "channel_post" if chat.type == "channel" else "message"
        return self._account.updates.add(type_, message.as_message(), chat.id), message

    def _hears(self, chat: Chat, message: Message) -> bool:
        """Whether the bot gets the message: in groups privacy mode keeps all but commands, mentions and replies."""
        if chat.bot_status in ("left", "kicked"):
            return False
        if chat.type in ("private", "channel") or chat.bot_status == "administrator":
            return True
        replied = chat.messages.get(message.reply_to or 0)
        if replied is not None and replied.by_bot:
            return True
        text: str = message.content.get("text") or message.content.get("caption") or ""
        name = f"@{self._account.bot.username}".lower()
        if text.startswith("/"):
            _, at, addressed = text.split()[0].partition("@")
            return not at or f"@{addressed.lower()}" == name
        return name in text.lower()

    def _made_up(self, kind: str) -> Json:
        def file(name: str, content: bytes = b"made up") -> StoredFile:
            return self._account.files.add(content, name, f"{kind}s")

        match kind:
            case "sticker":
                more: Json = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
                return {"sticker": {**file("sticker.webp").as_file(), **more, "emoji": "👋"}}
            case "voice":
                return {"voice": {**file("voice.ogg").as_file(), "duration": 3, "mime_type": "audio/ogg"}}
            case "video_note":
                return {"video_note": {**file("note.mp4").as_file(), "length": 240, "duration": 3}}
            case "photo":
                return {"photo": file("photo.jpg").as_photo()}
            case "document":
                return {"document": file("document.txt", b"a document").as_document()}
            case "location":
                return {"location": {"latitude": 40.4406, "longitude": -79.9959}}
            case "contact":
                return {"contact": {"phone_number": "+12125550123", "first_name": "Somebody"}}
            case "video" | "animation":
                shown = {**file("clip.mp4").as_document(), "width": 320, "height": 240, "duration": 2}
                return {"animation": shown, "document": shown} if kind == "animation" else {"video": shown}
            case "audio":
                return {"audio": {**file("song.mp3").as_document(), "duration": 10}}
            case "dice":
                return {"dice": {"emoji": "🎲", "value": self._account.chance.randint(1, 6)}}
            case _:
                options = [{"persistent_id": str(n), "text": text, "voter_count": 0} for n, text in enumerate("ab")]
                poll: Json = {"id": str(self._account.chance.getrandbits(62)), "question": "Is it?", "options": options}
                flags = ("is_closed", "is_anonymous", "allows_multiple_answers", "allows_revoting", "members_only")
                return {"poll": {**poll, "total_voter_count": 0, "type": "regular", **dict.fromkeys(flags, False)}}


def queue_of(type_: str, content: Any) -> int:
    """The webhook queue of an update of any shape: presses by person, everything else by chat (0 if there is none)."""
    if not isinstance(content, dict):
        return 0
    person, chat = content.get("from"), content.get("chat")
    if type_ == "callback_query":
        id_, base = (person.get("id") if isinstance(person, dict) else None), _CALLBACK_QUEUE
    else:
        id_, base = (chat.get("id") if isinstance(chat, dict) else None), 0
        base += _MEMBER_QUEUE if type_ == "my_chat_member" else 0
    return id_ + base if isinstance(id_, int) else 0


def _member(user: Json, status: str) -> Json:
    more: Json = {"until_date": 0} if status == "kicked" else {}
    if status == "administrator":
        more = {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(_RIGHTS, True)}
    return {"user": user, "status": status, **more}


def _written(text: str, entities: list[Json] | None) -> Json:
    clean, _ = trimmed(cleaned(text), [])
    if not clean:
        raise ActionError("a person can't send an empty message")
    if utf16_length(clean) > 4096:
        raise ActionError("a person can't send more than 4096 characters in one message; apps cut it in pieces")
    found = entities if entities is not None else [entity.as_json() for entity in automatic(clean, [])]
    return {"text": clean, **({"entities": found} if found else {})}


def _caption(caption: str | None) -> Json:
    if not caption:
        return {}
    written = _written(caption, None)
    return {f"caption{'_entities' if key == 'entities' else ''}": value for key, value in written.items()}
