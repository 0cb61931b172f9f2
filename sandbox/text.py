"""Text as Telegram keeps it: UTF-16 lengths, cleaning, trimming, and the entities it finds by itself."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DROPPED = re.compile("[\u2028-\u202e\u0333\u033f\u030a\ud800-\udfff]")
_SEEN = re.compile("[^\x00-\x20\x7f\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2060\u2800\u3000\ufeff\ufffc]")
_AUTOMATIC = re.compile(
    r"(?P<email>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})"
    r"|(?P<url>(?:https?://[^\s<>\"]+|(?:[A-Za-z0-9-]+\.)+(?:com|org|net|gov|edu|me|io)(?:/[^\s<>\"]*)?))"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{2,31}\b)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/]))"
    r"|(?P<hashtag>(?<![\w&#])#\w*[^\W\d]\w*)"
)


_OPEN = ("bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote")


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text: its Bot API type, offset and length in UTF-16 code units, and what the type adds."""

    type: str
    offset: int
    length: int
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The offset just past it."""
        return self.offset + self.length

    def as_json(self) -> dict[str, Any]:
        """The Bot API's MessageEntity."""
        return {"type": self.type, "offset": self.offset, "length": self.length, **self.more}


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 code units, the unit of all Telegram's offsets."""
    return len(text) + sum(character > "\uffff" for character in text)


def cleaned(text: str) -> str:
    """A text as Telegram's servers keep it.

    Control characters but the newline become spaces; carriage returns, U+2028-U+202E (line separators and direction
    marks), three combining marks that draw lines over other text, and lone surrogates are dropped.
    """
    return _DROPPED.sub("", _CONTROLS.sub(" ", text.replace("\r", "")))


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: only spaces of all kinds, joiners and fillers. Telegram refuses it."""
    return _SEEN.search(text) is None


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """A text without outer whitespace, its entities moved and cut with it."""
    right = text.rstrip()
    left = right.lstrip()
    cut, size = utf16_length(right) - utf16_length(left), utf16_length(left)
    moved: list[Entity] = []
    for entity in entities:
        start, end = max(0, entity.offset - cut), min(size, entity.end - cut)
        if end > start:
            moved.append(replace(entity, offset=start, length=end - start))
    return left, moved


def automatic(text: str, taken: list[Entity]) -> list[Entity]:
    """Commands, links, addresses, mentions and hashtags that Telegram marks by itself, outside of `taken`."""
    closed = [entity for entity in taken if entity.type not in _OPEN]
    found: list[Entity] = []
    for match in _AUTOMATIC.finditer(text):
        kind, content = match.lastgroup or "", match.group()
        if kind == "url":
            content = _without_tail(content)
        entity = Entity(kind, utf16_length(text[: match.start()]), utf16_length(content))
        if not any(entity.offset < other.end and other.offset < entity.end for other in closed):
            found.append(entity)
    return found


def _without_tail(link: str) -> str:
    """A link without the punctuation and the unopened brackets of the sentence around it."""
    pairs = {")": "(", "]": "[", "}": "{"}
    while link:
        last = link[-1]
        unopened = last in pairs and link.count(last) > link.count(pairs[last])
        if last not in ".,;:!?'" and not unopened:
            break
        link = link[:-1]
    return link
