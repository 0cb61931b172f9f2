"""People, chats and messages: what the sandbox remembers of them, and how the Bot API shows them."""

import random
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person or the bot, as in the Bot API; the flags are what the person has done to the bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    wrote_first: bool = False
    blocked: bool = False
    deactivated: bool = False

    def as_user(self) -> Json:
        """The Bot API's User."""
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            shown["username"] = self.username
        if self.language_code:
            shown["language_code"] = self.language_code
        return shown

    def as_person(self) -> Json:
        """The control API's person."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "username": self.username,
            "language_code": self.language_code,
        }


@dataclass(slots=True)
class Message:
    """One message: `content` and `reply_markup` in the Bot API's words; `sender` is None in a channel."""

    message_id: int
    chat: "Chat"
    sender: User | None
    date: int
    content: Json
    reply_markup: Json | None = None
    edit_date: int | None = None
    had_keyboard: bool = False
    reply_to: int | None = None
    link_preview: bool = True

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender is not None and self.sender.is_bot

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        """The rows of its inline keyboard, if any."""
        rows: list[list[Json]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return rows

    def as_message(self) -> Json:
        """The Bot API's Message."""
        shown: Json = {"message_id": self.message_id}
        if self.sender is not None and self.chat.type != "channel":
            shown["from"] = self.sender.as_user()
        if self.chat.type == "channel":
            shown["sender_chat"] = self.chat.as_chat()
        shown |= {"date": self.date, "chat": self.chat.as_chat()}
        if self.edit_date is not None:
            shown["edit_date"] = self.edit_date
        replied = self.chat.messages.get(self.reply_to or 0)
        if replied is not None and replied is not self:
            shown["reply_to_message"] = {k: v for k, v in replied.as_message().items() if k != "reply_to_message"}
        shown |= {key: value for key, value in self.content.items() if not key.startswith("_")}
        if self.inline_keyboard:
            shown["reply_markup"] = self.reply_markup
        if not self.link_preview and "text" in self.content:
            shown["link_preview_options"] = {"is_disabled": True}
        return shown

    def as_seen(self) -> Json:
        """The control API's Message: what a person sees, with addresses of its files."""
        shown: Json = {
            "message_id": self.message_id,
            "from": "bot" if self.by_bot else (self.sender.id if self.sender else None),
            "date": self.date,
            "link_preview": self.link_preview,
        }
        if self.edit_date is not None:
            shown["edit_date"] = self.edit_date
        shown |= {key: value for key, value in self.content.items() if not key.startswith("_")}
        if "photo" in self.content:
            largest = self.content["photo"][-1]
            shown["photo"] = {**largest, "url": f"/sandbox/files/{largest['file_id']}"}
        if "document" in self.content:
            document = self.content["document"]
            shown["document"] = {**document, "url": f"/sandbox/files/{document['file_id']}"}
        if self.reply_markup is not None:
            shown["reply_markup"] = self.reply_markup
        if self.reply_to is not None:
            shown["reply_to"] = self.reply_to
        return shown


@dataclass(slots=True)
class Chat:
    """A private chat, a group, a supergroup or a channel. `bot_status` is the bot's ChatMember status in it."""

    id: int
    type: str
    title: str | None = None
    person: User | None = None
    members: dict[int, User] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    bot_status: str = "member"
    migrated_to: int | None = None
    pinned: list[int] = field(default_factory=list)
    last_id: int = 0

    def as_chat(self) -> Json:
        """The Bot API's Chat."""
        shown: Json = {"id": self.id, "type": self.type}
        if self.person is not None:
            shown["first_name"] = self.person.first_name
            if self.person.username:
                shown["username"] = self.person.username
        if self.title is not None:
            shown["title"] = self.title
        return shown

    def as_listed(self) -> Json:
        """The control API's chat."""
        title = self.title if self.person is None else self.person.first_name
        return {"id": self.id, "type": self.type, "title": title}


class Chats:
    """Everyone and every chat. In private chats and basic groups message ids are one count, as for a real bot.

    People are numbered from a random number beyond 32 bits: real ids are that large, and a bot which remembers people
    of an earlier run meets new ones.
    """

    def __init__(self, bot: User, chance: random.Random) -> None:
        self.bot = bot
        self.people: dict[int, User] = {}
        self.all: dict[int, Chat] = {}
        self._usernames: dict[str, int] = {}
        self._last_message_id = 0
        self._last_person_id = chance.randrange(5_000_000_000, 7_000_000_000, 1000)
        self._last_group_id = 4_000_000
        self._last_channel_id = 1_002_000_000_000

    def add_person(self, first_name: str, username: str | None, language_code: str | None, id_: int | None) -> User:
        """A new person and the private chat with the bot. Raises ValueError for a taken id or username."""
        if id_ is None:
            self._last_person_id += 1
            id_ = self._last_person_id
        if id_ in self.all or id_ == self.bot.id:
            raise ValueError(f"there is already somebody with the id {id_}")
        if username and username.lower() in self._usernames:
            raise ValueError(f"the username {username} is taken")
        person = User(id_, first_name, username, language_code)
        self.people[id_] = person
        self.all[id_] = Chat(id_, "private", person=person)
        if username:
            self._usernames[username.lower()] = id_
        return person

    def add_group(self, title: str, type_: str, members: list[User]) -> Chat:
        """A new group, supergroup or channel with the bot in it (in a channel as administrator)."""
        if type_ == "group":
            self._last_group_id += 1
            id_ = -self._last_group_id
        else:
            self._last_channel_id += 1
            id_ = -self._last_channel_id
        chat = Chat(id_, type_, title, members={person.id: person for person in members})
        if type_ == "channel":
            chat.bot_status = "administrator"
        self.all[id_] = chat
        return chat

    def named(self, name: str) -> Chat | None:
        """The chat of an `@username` (a bot reaches only public groups and channels so; here also people)."""
        return self.all.get(self._usernames.get(name.removeprefix("@").lower(), 0))

    def next_message_id(self, chat: Chat) -> int:
        """The id of the chat's next message."""
        if chat.type in ("supergroup", "channel"):
            chat.last_id += 1
            return chat.last_id
        self._last_message_id += 1
        return self._last_message_id

    def add_message(self, chat: Chat, sender: User | None, date: int, content: Json, **more: Any) -> Message:
        """A new message at the end of the chat."""
        message = Message(self.next_message_id(chat), chat, sender, date, content, **more)
        chat.messages[message.message_id] = message
        return message
