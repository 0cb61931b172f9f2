"""Keyboards under messages, judged as the Bot API server judges them."""

import json
import re
from typing import Any

from sandbox.refusal import bad_request

Json = dict[str, Any]
_ROW, _ALL, _BYTES = 8, 100, 10_240  # Telegram drops buttons beyond 8 in a row and 100 in all; 10 KB is refused
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)


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
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard", _inline_button)
        if len(json.dumps(rows, ensure_ascii=False).encode()) > _BYTES:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": rows}
    if inline_only:
        if markup:
            raise bad_request("inline keyboard expected")
        return {"inline_keyboard": []}
    if "keyboard" in markup:
        return {**markup, "keyboard": _rows(markup["keyboard"], "keyboard", _reply_button)}
    if markup.get("remove_keyboard") is True or markup.get("force_reply") is True:
        return markup
    return None


def crowded(raw: str | None) -> bool:
    """Whether a raw keyboard has more inline buttons than Telegram shows: the rest is dropped without a word."""
    try:
        rows = json.loads(raw or "null")["inline_keyboard"]
        return any(len(row) > _ROW for row in rows) or sum(map(len, rows)) > _ALL
    except (ValueError, TypeError, KeyError):
        return False


def _rows(value: Any, name: str, button: Any) -> list[list[Json]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" of the {_owner(name)} must be an Array of Arrays')
    rows: list[list[Json]] = []
    left = _ALL if name == "inline_keyboard" else 300
    for row in value:
        if not isinstance(row, list):
            raise bad_request(f'field "{name}" of the {_owner(name)} must be an Array of Arrays')
        limit = _ROW if name == "inline_keyboard" else 12
        read = [one for item in row if (one := button(item))["text"]][: min(limit, left)]
        left -= len(read)
        if read:
            rows.append(read)
    return rows


def _owner(name: str) -> str:
    return "InlineKeyboardMarkup" if name == "inline_keyboard" else "ReplyKeyboardMarkup"


def _reply_button(item: Any) -> Json:
    if isinstance(item, str):
        return {"text": item}
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object with a text")
    return item


def _inline_button(item: Any) -> Json:
    start = "can't parse inline keyboard button: "
    if not isinstance(item, dict):
        raise bad_request(f"{start}InlineKeyboardButton must be an Object")
    if "text" not in item:
        raise bad_request(f'{start}Can\'t find field "text"')
    if not isinstance(item["text"], str):
        raise bad_request(f'{start}Field "text" must be of type String')
    actions = [name for name in _ACTIONS if item.get(name) is not None]
    if not actions:
        raise bad_request(f"{start}Text buttons are unallowed in the inline keyboard")
    if "callback_data" in actions:
        data = item["callback_data"]
        if not isinstance(data, str):
            raise bad_request(f'{start}Field "callback_data" must be of type String')
        if not 1 <= len(data.encode("utf-8", "surrogatepass")) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in actions:
        _check_url(str(item["url"]))
    if "copy_text" in actions:
        copied = item["copy_text"].get("text", "") if isinstance(item["copy_text"], dict) else ""
        if not 1 <= len(copied) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"text": item["text"].strip(), **{key: value for key, value in item.items() if key != "text"}}


def _check_url(url: str) -> None:
    """Links to loopback are let through: in a sandbox the bot's own pages are there. Telegram refuses them."""
    rest = re.sub(r"(?i)^(https?|tg|ton)://", "", url)
    if re.match(r"(?i)(tg|mailto):", url):
        return
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not host or " " in url or ("." not in host and host.split(":")[0] != "localhost"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
