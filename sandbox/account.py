"""The bot's account: everything that the local Telegram knows, in memory."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sandbox.callbacks import Callbacks
from sandbox.calls import Calls, Events
from sandbox.chats import Chat, Chats, Message, User
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.limits import FloodLimits
from sandbox.refusal import RefusalError, bad_request
from sandbox.updates import Updates


@dataclass(slots=True)
class WebhookSetting:
    """Where updates are posted to, and how the last posts went."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""
    has_custom_certificate: bool = False
    last_error_date: int | None = None
    last_error_message: str | None = None


@dataclass(slots=True)
class Profile:
    """What the bot shows of itself, by language ("" is the default), and its commands by scope and language."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)


class Account:
    """One bot with its chats, updates, files and settings. `seed` makes its ids repeatable."""

    def __init__(
        self,
        token: str,
        clock: Clock,
        *,
        bot_name: str,
        bot_username: str,
        seed: int | None,
        callback_lifetime: timedelta,
        flood_limits: bool,
    ) -> None:
        chance = random.Random(seed)
        self.token = token
        self.clock = clock
        self.chance = chance
        self.bot = User(int(token.split(":")[0]), bot_name, bot_username, is_bot=True)
        self.chats = Chats(self.bot, chance)
        self.updates = Updates(clock.now, chance)
        self.callbacks = Callbacks(clock.now, chance, callback_lifetime)
        self.files = Files(chance)
        self.limits = FloodLimits(clock.now, on=flood_limits)
        self.profile = Profile()
        self.webhook: WebhookSetting | None = None
        self.polled = False
        self.calls = Calls()
        self.events = Events()
        self.faults = Faults()

    def chat_of(self, raw: str | None) -> Chat:
        """The chat that a raw `chat_id` names. Raises Telegram's 400."""
        if not raw:
            raise bad_request("chat_id is empty")
        if raw.startswith("@"):
            chat = self.chats.named(raw)
        else:
            try:
                chat = self.chats.all.get(int(raw))
            except ValueError:
                chat = None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable(self, raw: str | None) -> Chat:
        """The chat that a raw `chat_id` names, if the bot may write to it. Raises 400 or 403 as Telegram."""
        chat = self.chat_of(raw)
        if chat.migrated_to is not None:
            raise RefusalError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        person = chat.person
        if person is not None:
            if person.deactivated:
                raise RefusalError(403, "Forbidden: user is deactivated")
            if person.blocked:
                raise RefusalError(403, "Forbidden: bot was blocked by the user")
            if not person.wrote_first:
                raise RefusalError(403, "Forbidden: bot can't initiate conversation with a user")
        elif chat.bot_status in ("left", "kicked"):
            verb = "is not a member of" if chat.bot_status == "left" else "was kicked from"
            raise RefusalError(403, f"Forbidden: bot {verb} the {chat.type} chat")
        return chat

    def tell_message(self, message: Message, type_: str = "message") -> None:
        """Tell the page of a new or changed message."""
        self.events.tell(type_, message.chat.id, message_id=message.message_id, message=message.as_seen())
