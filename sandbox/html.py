"""Telegram's HTML: our own reading of it, held against TDLib's parser by tests/sandbox/test_html_conformance.py.

Offsets in errors are bytes of the UTF-8 text, offsets of entities are UTF-16 code units, both as Telegram counts.
"""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.arguments import leading_number
from sandbox.entities import in_order
from sandbox.links import checked_link, named_user
from sandbox.text import Entity

_TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_SPACES = b" \t\r\n\0\x0b"
_NAMED = {b"lt": 0x3C, b"gt": 0x3E, b"amp": 0x26, b"quot": 0x22}
_REFERENCE = re.compile(rb"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*))")


class HtmlError(ValueError):
    """The text is not Telegram's HTML; the message is Telegram's own, without the "can't parse entities" before it."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag whose end has not come yet."""

    tag: str
    argument: str
    offset: int
    text_at: int


def parsed(html: str) -> tuple[str, list[Entity]]:
    """The text and the sorted entities of a piece of Telegram HTML, not yet trimmed. Raises HtmlError."""
    return _Reader(html.encode("utf-8", "surrogatepass")).read()


class _Reader:
    def __init__(self, source: bytes) -> None:
        self._size = len(source)
        self._source = source + b"\0"  # the end looks like a NUL, as in TDLib
        self._at = 0
        self._text = bytearray()
        self._offset = 0
        self._open: list[_Open] = []
        self._found: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._at < self._size:
            byte = self._source[self._at]
            if byte == 0x26 and (code := self._reference()):
                self._text += chr(code).encode("utf-8", "surrogatepass")
                self._offset += 1 + (code > 0xFFFF)
            elif byte == 0x3C:
                if self._source[self._at + 1] == 0x2F:
                    self._end_tag()
                else:
                    self._start_tag()
            else:
                self._text.append(byte)
                if byte & 0xC0 != 0x80:
                    self._offset += 1 + (byte >= 0xF0)
                self._at += 1
        if self._open:
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        try:
            text = self._text.decode("utf-8")
        except UnicodeDecodeError:
            raise HtmlError(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
                "code units"
            ) from None
        found = [Entity("code", one.offset, one.length) if one.type == "code" else one for one in self._found]
        return text, in_order(found)

    def _reference(self) -> int:
        """The code point of the character reference here, stepping over it; 0 and no step if it is none."""
        match = _REFERENCE.match(self._source, self._at)
        if match is None:
            return 0
        hexadecimal, decimal, name = match.groups()
        if name is not None:
            code = _NAMED.get(name, 0)
        else:
            code = int(hexadecimal or b"0", 16) if hexadecimal is not None else int(decimal or b"0")
            if code >= 0x10FFFF or match.end() - match.start() >= 10:
                code = 0
        if code:
            self._at = match.end() + (self._source[match.end()] == 0x3B)
        return code

    def _skip(self, stop: bytes) -> bytes:
        """The bytes up to the next space or one of `stop`, or to the end."""
        start = self._at
        while self._source[self._at] not in _SPACES and self._source[self._at] not in stop:
            self._at += 1
        return self._source[start : self._at]

    def _skip_spaces(self) -> None:
        while self._at < self._size and self._source[self._at] in _SPACES:
            self._at += 1

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._skip(b">").decode("utf-8", "replace")
        if self._at >= self._size:
            raise HtmlError(f"Unclosed start tag at byte offset {begin}")
        tag = _lower(name)
        if tag not in _TAGS:
            raise HtmlError(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise HtmlError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(_Open(tag, argument, self._offset, len(self._text)))

    def _attributes(self, tag: str, begin: int) -> str:
        """Reads up to the tag's `>`; gives the one value that matters for this tag."""
        argument = ""
        while self._source[self._at] != 0x3E:
            self._skip_spaces()
            if self._source[self._at] == 0x3E:
                break
            name = self._skip(b"=>/\"'").decode("utf-8", "replace")
            if not name:
                raise HtmlError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self._skip_spaces()
            if self._at >= self._size:
                raise HtmlError(f'Unclosed start tag "{tag}" at byte offset {begin}')
            if self._source[self._at] != 0x3D:
                argument = _argument(tag, name, "", argument)
                continue
            self._at += 1
            self._skip_spaces()
            if self._at >= self._size:
                raise HtmlError(f'Unclosed start tag "{tag}" at byte offset {begin}')
            value = self._value()
            if self._at >= self._size:
                raise HtmlError(f"Unclosed start tag at byte offset {begin}")
            argument = _argument(tag, name, value, argument)
        self._at += 1
        return argument

    def _value(self) -> str:
        quote, start = self._source[self._at], self._at
        if quote not in b"'\"":
            while self._at < self._size and re.match(rb"[A-Za-z0-9.\-]", self._source[self._at : self._at + 1]):
                self._at += 1
            if self._source[self._at] not in _SPACES and self._source[self._at] != 0x3E:
                raise HtmlError(f"Unexpected end of name token at byte offset {start}")
            return self._source[start : self._at].decode("utf-8").lower()
        self._at += 1
        value = bytearray()
        while self._source[self._at] != quote and self._at < self._size:
            if self._source[self._at] == 0x26 and (code := self._reference()):
                value += chr(code).encode("utf-8", "surrogatepass")
                continue
            value.append(self._source[self._at])
            self._at += 1
        if self._source[self._at] == quote:
            self._at += 1
        return value.decode("utf-8", "surrogatepass")

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise HtmlError(f"Unexpected end tag at byte offset {begin}")
        self._at += 2
        name = _lower(self._skip(b">").decode("utf-8", "replace"))
        self._skip_spaces()
        if self._source[self._at] != 0x3E:
            raise HtmlError(f"Unclosed end tag at byte offset {begin}")
        self._at += 1
        opened = self._open.pop()
        if name and name != opened.tag:
            raise HtmlError(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"')
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        offset, length = opened.offset, self._offset - opened.offset
        more: dict[str, Any] = {}
        kind = _TAGS[opened.tag]
        last = self._found[-1] if self._found else None
        same = last is not None and (last.offset, last.length) == (offset, length)
        if kind == "text_link":
            url = opened.argument or self._text[opened.text_at :].decode("utf-8", "replace")
            user_id = named_user(url)
            checked = checked_link(url)
            if user_id:
                kind, more = "text_mention", {"user": {"id": user_id}}
            elif checked:
                more = {"url": checked}
            else:
                return
        elif kind == "pre" and same and last is not None and last.type == "code" and last.more.get("language"):
            self._found.pop()
            more = {"language": last.more["language"]}
        elif kind == "code":
            if same and last is not None and last.type == "pre" and not last.more and opened.argument:
                self._found.pop()
                kind = "pre"
            more = {"language": opened.argument} if opened.argument else {}
        elif kind == "blockquote" and opened.argument:
            kind = "expandable_blockquote"
        elif kind == "custom_emoji":
            if not re.fullmatch(r"-?\d{1,19}", opened.argument) or not -(2**63) <= int(opened.argument) < 2**63:
                raise HtmlError("Invalid custom emoji identifier specified")
            if int(opened.argument) == 0:
                raise HtmlError("Invalid custom emoji identifier specified")
            more = {"custom_emoji_id": opened.argument}
        elif kind == "date_time":
            more = _date_time(opened.argument)
            if not more:
                return
        self._found.append(Entity(kind, offset, length, more))


def _argument(tag: str, name: str, value: str, before: str) -> str:
    if tag == "a" and name == "href":
        return value
    if tag == "code" and name == "class" and value.startswith("language-"):
        return value.removeprefix("language-")
    if tag == "span" and name == "class" and value.startswith("tg-"):
        return value.removeprefix("tg-")
    if tag == "tg-emoji" and name == "emoji-id":
        return value
    if tag == "blockquote" and name == "expandable":
        return "1"
    if tag == "tg-time":
        unix, _, shape = before.partition("|")
        if name == "unix":
            return f"{leading_number(value)}|{shape}"
        if name == "format":
            return f"{unix}|{value}"
    return before


def _date_time(argument: str) -> dict[str, Any]:
    """What a date_time entity adds, nothing if it has no time. Raises HtmlError for a format that Telegram lacks."""
    unix, _, asked = argument.partition("|")
    if not re.fullmatch(r"[rR]?|[wdDtT]*", asked):
        raise HtmlError("Invalid date format used")
    seconds = (int(unix or 0) + 2**31) % 2**32 - 2**31  # read as a 32-bit integer
    if seconds <= 0:
        return {}
    # Kept as weekday, date, time, each once; of a short and a long one the short.
    shape = "r" if asked in ("r", "R") else "".join(_first(asked, letters) for letters in ("w", "dD", "tT"))
    return {"unix_time": seconds, **({"date_time_format": shape} if shape else {})}


def _first(asked: str, letters: str) -> str:
    return next((letter for letter in letters if letter in asked), "")


def _lower(name: str) -> str:
    return re.sub("[A-Z]", lambda match: match.group().lower(), name)
