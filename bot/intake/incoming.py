"""A Telegram update in our own words: who, where, and the event for the engine."""

from dataclasses import dataclass
from typing import Final

from telegram import Chat, Message, Update

from conversations.events import Command, Event, Other, Pressed, Typed
from conversations.text import clean

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
# Longer texts are refused by the engine; cutting here bounds what a hostile message costs.
_TEXT_LIMIT: Final = 4096
_KINDS: Final = (
    "sticker",
    "voice",
    "video_note",
    "video",
    "animation",
    "audio",
    "photo",
    "document",
    "location",
    "venue",
    "contact",
    "poll",
    "dice",
    "story",
    "game",
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update.

    ``event`` is None for updates that are no turn of a conversation. ``reachable`` is False or True where the person
    blocked or unblocked the bot. ``pressed_message_id`` is the message a button stands on; ``callback_id`` the press to
    answer. In groups and channels (``private`` is False) nothing personal is ever shown.
    """

    update_id: int
    chat_id: int
    private: bool
    event: Event | None
    callback_id: str | None = None
    pressed_message_id: int | None = None
    reachable: bool | None = None


def incoming(update: Update) -> Incoming | None:
    """The update as an Incoming; None for what concerns no conversation (a kind we did not ask for)."""
    if update.callback_query is not None:
        query = update.callback_query
        message = query.message
        chat = message.chat if message else None
        return Incoming(
            update.update_id,
            chat.id if chat else query.from_user.id,
            chat is None or chat.type == Chat.PRIVATE,
            Pressed(query.data or ""),
            callback_id=query.id,
            pressed_message_id=message.message_id if message else None,
        )
    if update.my_chat_member is not None:
        member = update.my_chat_member
        private = member.chat.type == Chat.PRIVATE
        reachable = member.new_chat_member.status not in ("kicked", "left")
        return Incoming(update.update_id, member.chat.id, private, None, reachable=reachable)
    message = update.message or update.edited_message
    if message is None:
        return None
    event = Other("edited") if update.edited_message is not None else _event(message)
    return Incoming(update.update_id, message.chat.id, message.chat.type == Chat.PRIVATE, event)


def _event(message: Message) -> Event | None:
    if message.text is not None:
        text = clean(message.text[: _TEXT_LIMIT + 1])
        if text.startswith("/") and len(text) > 1 and text[1].isalpha():
            name, *argument = text[1:].split(maxsplit=1)
            # "/start@our_bot" is how a command looks in groups, and what some clients send in private too.
            return Command(name.partition("@")[0].casefold()[:32], "".join(argument))
        return Typed(text)
    for kind in _KINDS:
        if getattr(message, kind, None):
            return Other(kind)
    if message.caption is not None:
        return Other("other")
    # Service messages (pinned, joined, auto-delete timer changed) are nothing that a person says to us.
    return None if _is_service(message) else Other("other")


def _is_service(message: Message) -> bool:
    return any(
        getattr(message, name, None)
        for name in (
            "new_chat_members",
            "left_chat_member",
            "new_chat_title",
            "new_chat_photo",
            "delete_chat_photo",
            "group_chat_created",
            "supergroup_chat_created",
            "channel_chat_created",
            "message_auto_delete_timer_changed",
            "migrate_to_chat_id",
            "migrate_from_chat_id",
            "pinned_message",
            "write_access_allowed",
            "chat_background_set",
        )
    )
