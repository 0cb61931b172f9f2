"""The text of a call with its formatting, ready to be kept in a message."""

from typing import Any

from sandbox.arguments import Arguments
from sandbox.entities import settled
from sandbox.html import HtmlError, parsed
from sandbox.refusal import bad_request
from sandbox.text import Entity, automatic, cleaned, is_blank, trimmed, utf16_length

Json = dict[str, Any]
TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
_RAW_LIMIT = 1 << 15  # bytes before parsing; the server looks no further
_ENTITIES_KEPT = 100


def message_text(arguments: Arguments) -> Json:
    """`{text, entities?}` of a message. Raises Telegram's 400 for an empty, too long or badly formatted text.

    The limit is counted in UTF-16 code units after parsing. The documentation says "characters" and the server is not
    public; counting the larger way refuses everything that may be refused.
    """
    raw = arguments.text("text")
    if not raw:
        raise bad_request("message text is empty")
    if len(raw.encode("utf-8", "surrogatepass")) > _RAW_LIMIT:
        raise bad_request("message is too long")
    text, entities = _formatted(raw, arguments, "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption(arguments: Arguments) -> Json:
    """`{caption?, caption_entities?}` of a file. Raises Telegram's 400."""
    text, entities = _formatted(arguments.text("caption"), arguments, "caption_entities")
    if utf16_length(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, **({"caption_entities": entities} if entities else {})}


def _formatted(raw: str, arguments: Arguments, listed: str) -> tuple[str, list[Json]]:
    mode = arguments.text("parse_mode").lower()
    if mode not in ("", "none", "html", "markdown", "markdownv2"):
        raise bad_request("unsupported parse_mode")
    if mode.startswith("markdown"):
        raise bad_request("the sandbox reads no Markdown; send parse_mode HTML")
    if mode == "html":
        try:
            text, entities = parsed(raw)
        except HtmlError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    else:
        text, entities = raw, _listed(arguments, listed)
    if text != cleaned(text):
        text, entities = _cleaned(text, entities)
    if is_blank(text):
        return "", []
    text, entities = trimmed(text, settled(entities))
    found = settled(entities + automatic(text, entities))
    return text, [entity.as_json() for entity in found[:_ENTITIES_KEPT]]


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """A cleaned text with its entities moved over what was dropped."""
    new: list[int] = []  # for each UTF-16 unit of the old text, its offset in the new one
    offset = 0
    kept: list[str] = []
    for character in text:
        clean = cleaned(character)
        new += [offset] * utf16_length(character)
        offset += utf16_length(clean)
        kept.append(clean)
    new.append(offset)
    moved = []
    for entity in entities:
        start, end = new[min(entity.offset, len(new) - 1)], new[min(entity.end, len(new) - 1)]
        if end > start:
            moved.append(Entity(entity.type, start, end - start, entity.more))
    return "".join(kept), moved


def _listed(arguments: Arguments, name: str) -> list[Entity]:
    try:
        value = arguments.json(name)
    except ValueError:
        raise bad_request("can't parse entities JSON object") from None
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("expected an Array of MessageEntity")
    found = []
    for item in value:
        if not isinstance(item, dict) or not all(isinstance(item.get(key), int) for key in ("offset", "length")):
            raise bad_request("can't parse MessageEntity")
        more = {key: inner for key, inner in item.items() if key not in ("type", "offset", "length")}
        if item["length"] > 0:
            found.append(Entity(str(item.get("type")), item["offset"], item["length"], more))
    return found
