"""Telegram's own parser (TDLib, offline), so that tests can hold texts and our sandbox against it."""

import json
from typing import Any

import tdjson

_TYPES = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "BotCommand": "bot_command",
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "Url": "url",
    "EmailAddress": "email",
    "PhoneNumber": "phone_number",
    "BankCardNumber": "bank_card_number",
    "MediaTimestamp": "media_timestamp",
}


class ParseError(ValueError):
    """Telegram refuses the text; the message is Telegram's own."""


def execute(request: dict[str, Any]) -> dict[str, Any]:
    """Run one of TDLib's static functions. Raises ParseError with its message if it refuses."""
    raw = tdjson.td_execute(json.dumps(request).encode())
    answer: dict[str, Any] = json.loads(raw or b'{"@type": "error", "message": "no answer"}')
    if answer["@type"] == "error":
        raise ParseError(answer["message"])
    return answer


execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def parse(html: str) -> tuple[str, list[dict[str, Any]]]:
    """The text and the entities (Bot API form, UTF-16 offsets) that Telegram reads from HTML. Raises ParseError."""
    answer = execute({"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}})
    return answer["text"], [entity(one) for one in answer["entities"]]


def found(text: str) -> list[dict[str, Any]]:
    """The entities that Telegram finds in a plain text by itself: commands, links, mentions, ..."""
    answer = execute({"@type": "getTextEntities", "text": text})
    return [entity(one) for one in answer["entities"]]


def entity(one: dict[str, Any]) -> dict[str, Any]:
    """TDLib's textEntity as the Bot API's MessageEntity."""
    kind = one["type"]["@type"].removeprefix("textEntityType")
    shown: dict[str, Any] = {"type": _TYPES[kind], "offset": one["offset"], "length": one["length"]}
    match kind:
        case "TextUrl":
            shown["url"] = one["type"]["url"]
        case "MentionName":
            shown["user"] = {"id": one["type"]["user_id"]}
        case "PreCode":
            shown["language"] = one["type"]["language"]
        case "CustomEmoji":
            shown["custom_emoji_id"] = one["type"]["custom_emoji_id"]
        case "DateTime":
            shown["unix_time"] = one["type"]["unix_time"]
            if "formatting_type" in one["type"]:
                shown["date_time_format"] = _date_format(one["type"]["formatting_type"])
    return shown


def _date_format(kind: dict[str, Any]) -> str:
    """TDLib's way to show a time as the letters of `<tg-time format>`: r, or w, d or D, t or T."""
    if kind["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    letters = {"dateTimePartPrecisionNone": " ", "dateTimePartPrecisionShort": "s", "dateTimePartPrecisionLong": "L"}
    date, time = (letters[kind[part]["@type"]] for part in ("date_precision", "time_precision"))
    day = "w" if kind["show_day_of_week"] else ""
    return day + {"s": "d", "L": "D", " ": ""}[date] + {"s": "t", "L": "T", " ": ""}[time]
