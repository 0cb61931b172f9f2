"""Keyboards under messages, judged as the Bot API server judges them (get_reply_markup in its Client.cpp)."""

import json
import re
from collections.abc import Callable
from typing import Any

from sandbox.links import checked_link
from sandbox.refusal import bad_request

Json = dict[str, Any]
_DATA_BYTES, _COPIED = 64, 256
_ROW, _ALL, _BYTES = 8, 100, 10_240  # Telegram drops buttons beyond 8 in a row and 100 in all; 10 KB is refused
# In the order in which the server looks for them; a button keeps only the first that it has
_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
    "disabled",
)
_LOOK = ("style", "icon_custom_emoji_id")
_HERE = re.compile(r"(?i)(https?://)?localhost(:\d+)?([/?#]\S*)?$")
_OTHER = re.compile(r"(?i)(?!https?:|tg:|ton:|tonsite:)[a-z][a-z0-9+-]*:(?!\d+([/?#]|$))")  # a host may have a port


def reply_markup(raw: str | None, *, inline_only: bool = False) -> Json | None:
    """The keyboard that a raw `reply_markup` stands for, None if there is none. Raises Telegram's 400.

    `inline_only` is for edits, where nothing but an inline keyboard may be given.
    """
    if raw is None or raw == "":
        return None
    try:
        markup = json.loads(raw)
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = _rows(markup, "keyboard", "", _reply_button)
    inline = _rows(markup, "inline_keyboard", " of the InlineKeyboardMarkup", _inline_button)
    if inline and not rows:
        if len(json.dumps(inline, ensure_ascii=False).encode()) > _BYTES:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": inline}
    others = rows or markup.get("remove_keyboard") is True or markup.get("force_reply") is True
    if not others:
        return None
    if inline_only:
        raise bad_request("inline keyboard expected")
    return {**markup, **({"keyboard": rows} if rows else {})}


def crowded(raw: str | None) -> bool:
    """Whether a raw keyboard has more inline buttons than Telegram shows: the rest is dropped without a word."""
    try:
        rows = json.loads(raw or "null")["inline_keyboard"]
        return any(len(row) > _ROW for row in rows) or sum(map(len, rows)) > _ALL
    except (ValueError, TypeError, KeyError):
        return False


def _rows(markup: Json, name: str, owner: str, button: Callable[[Any], Json]) -> list[list[Json]]:
    value = markup.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" must be of type Array')
    limit, left = (_ROW, _ALL) if name == "inline_keyboard" else (12, 300)
    rows: list[list[Json]] = []
    for row in value:
        if not isinstance(row, list):
            raise bad_request(f'field "{name}"{owner} must be an Array of Arrays')
        read = [one for item in row if (one := button(item))["text"]][: min(limit, left)]
        left -= len(read)
        if read:
            rows.append(read)
    return rows


def _reply_button(item: Any) -> Json:
    if isinstance(item, str):
        return {"text": item}
    if not isinstance(item, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not isinstance(item.get("text"), str):
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    return item


def _inline_button(item: Any) -> Json:
    start = "can't parse inline keyboard button: "
    if not isinstance(item, dict):
        raise bad_request(f"{start}InlineKeyboardButton must be an Object")
    if "text" not in item:
        raise bad_request(f'{start}Can\'t find field "text"')
    for name in ("text", "url", "callback_data"):
        if not isinstance(item.get(name, ""), str):
            raise bad_request(f'{start}Field "{name}" must be of type String')
    action = next((name for name in _ACTIONS if item.get(name) not in (None, "")), None)
    if action is None:
        raise bad_request(f"{start}Text buttons are unallowed in the inline keyboard")
    if action == "callback_data" and len(item["callback_data"].encode("utf-8", "surrogatepass")) > _DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        _check_url(item["url"])
    if action == "copy_text":
        copied = item["copy_text"].get("text", "") if isinstance(item["copy_text"], dict) else ""
        if not isinstance(copied, str) or not 1 <= len(copied) <= _COPIED:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    look = {name: item[name] for name in _LOOK if name in item}
    return {"text": item["text"].strip(), **look, action: item[action]}


def _check_url(url: str) -> None:
    """http, https and tg addresses, as Telegram takes them: one of another scheme, such as javascript:, is none.

    Links to localhost are let through: in a sandbox the bot's own pages are there. Telegram refuses them.
    """
    if _HERE.match(url) or (" " not in url and not _OTHER.match(url) and checked_link(url)):
        return
    raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
