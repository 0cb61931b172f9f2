"""Telegram HTML measured and cut as Telegram counts it: UTF-16 units of what is visible after parsing.

The dialect is the Bot API's `parse_mode=HTML` (https://core.telegram.org/bots/api#html-style): a few paired tags, four
named character references and numeric ones. Whatever is not such a tag or reference is text here, even where Telegram
would refuse the message, so that these functions never raise.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 4096
"""Most visible UTF-16 units in one text message (Bot API, sendMessage)."""

_TAG: Final = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)"
    r"(?:\s+[^\s=<>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>\"']+))?)*\s*>"
)
_REFERENCE: Final = re.compile(
    r"&(?:(lt|gt|amp|quot)(?![a-zA-Z])|#([0-9]{1,7})(?![0-9])|#x([0-9a-fA-F]{1,6})(?![0-9a-fA-F]));?"
)
_TOKEN: Final = re.compile(f"{_TAG.pattern}|{_REFERENCE.pattern}")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SENTENCE_END: Final = frozenset(".!?…:;؟؛۔。！？।")
_JOINER: Final = "\u200d"
_TIME: Final = "tg-time"


@dataclass(slots=True, eq=False)
class _Opened:
    """One opening tag; compared by identity, since two equal tags side by side are two entities."""

    raw: str
    name: str


@dataclass(slots=True)
class _Sign:
    """One visible code point: how it is written in HTML, what is seen, and the tags it stands in."""

    raw: str
    seen: str
    inside: tuple[_Opened, ...]

    @property
    def units(self) -> int:
        return 2 if self.seen > "\uffff" else 1


def visible_length(html: str) -> int:
    """UTF-16 units of `html` after Telegram has parsed it: tags count nothing, a reference counts as its sign."""
    return _units(plain(html))


def plain(html: str) -> str:
    """The text of `html` without tags, references resolved: what is sent when Telegram cannot parse the markup."""
    return _TOKEN.sub(lambda found: "" if found["name"] else _meant(found), html)


def chunks(html: str, limit: int = LIMIT) -> list[str]:
    """`html` as messages of at most `limit` visible UTF-16 units (at least 2), in order, each valid on its own.

    Cut at the best border available: between paragraphs, lines, sentences, words; inside a word only if it is longer
    than a message, and then not inside an emoji or before a combining mark while there is another way. Tags open at a
    cut are closed and opened again; a time is not cut, because each half of it would be shown as the whole. White space
    around a cut is dropped, as Telegram itself trims messages; all other text is kept. Without visible text there are
    no chunks, because Telegram refuses empty messages.
    """
    if limit < 2:
        raise ValueError("a chunk must have room for one character outside the basic plane: 2 units")
    if visible_length(html) <= limit:
        return [html] if plain(html).strip() else []
    signs = _signs(html)
    found = []
    start = _next_visible(signs, 0)
    while start < len(signs):
        fits = _fits(signs, start, limit)
        border = fits if fits == len(signs) else _border(signs, start, fits)
        found.append(_written(signs[start : _last_visible(signs, start, border)]))
        start = _next_visible(signs, border)
    return found


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _meant(found: re.Match[str]) -> str:
    named, decimal, hexadecimal = found.group(3, 4, 5)
    if named:
        return _NAMED[named]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    # Telegram takes a reference outside this range as plain text.
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found.group()


def _signs(html: str) -> list[_Sign]:
    signs: list[_Sign] = []
    inside: tuple[_Opened, ...] = ()
    position = 0
    for found in _TOKEN.finditer(html):
        signs += [_Sign(sign, sign, inside) for sign in html[position : found.start()]]
        position = found.end()
        if not found["name"]:
            meant = _meant(found)
            if len(meant) == 1:
                signs.append(_Sign(found.group(), meant, inside))
            else:
                signs += [_Sign(sign, sign, inside) for sign in meant]
        elif not found["close"]:
            inside = (*inside, _Opened(found.group(), found["name"]))
        elif inside:
            inside = inside[:-1]
    signs += [_Sign(sign, sign, inside) for sign in html[position:]]
    return signs


def _written(signs: Sequence[_Sign]) -> str:
    parts: list[str] = []
    open_now: tuple[_Opened, ...] = ()
    for sign in signs:
        if sign.inside is not open_now:
            parts += _moved(open_now, sign.inside)
            open_now = sign.inside
        parts.append(sign.raw)
    parts += _moved(open_now, ())
    return "".join(parts)


def _moved(old: tuple[_Opened, ...], new: tuple[_Opened, ...]) -> list[str]:
    shared = 0
    while shared < min(len(old), len(new)) and old[shared] is new[shared]:
        shared += 1
    return [f"</{tag.name}>" for tag in reversed(old[shared:])] + [tag.raw for tag in new[shared:]]


def _next_visible(signs: Sequence[_Sign], position: int) -> int:
    while position < len(signs) and signs[position].seen.isspace():
        position += 1
    return position


def _last_visible(signs: Sequence[_Sign], start: int, end: int) -> int:
    while end > start and signs[end - 1].seen.isspace():
        end -= 1
    return end


def _fits(signs: Sequence[_Sign], start: int, limit: int) -> int:
    used = 0
    for position in range(start, len(signs)):
        used += signs[position].units
        if used > limit:
            return position
    return len(signs)


def _border(signs: Sequence[_Sign], start: int, end: int) -> int:
    """Where to cut between start (excluded) and end (included); `end` is the first sign that does not fit."""
    # A finer border that fills the message beats a coarser one that leaves three quarters of it empty.
    enough = start + (end - start) // 4
    line = sentence = word = 0
    for cut in range(end, start, -1):
        if _in_a_time(signs, cut):
            continue
        before, after = signs[cut - 1].seen, signs[cut].seen
        if before == "\n" and cut - 2 > enough and signs[cut - 2].seen == "\n":
            return cut
        if not line and "\n" in (before, after) and cut > enough:
            line = cut
        if not word and (before.isspace() or after.isspace()):
            word = cut
        if not sentence and before in _SENTENCE_END and after.isspace() and cut > enough:
            sentence = cut
    if line or sentence or word:
        return line or sentence or word
    return next((cut for cut in range(end, start, -1) if _apart(signs, start, cut)), end)


def _in_a_time(signs: Sequence[_Sign], cut: int) -> bool:
    """Whether `cut` would part a time: clients write the whole time over whatever text stands in its tag."""
    return any(tag.name.lower() == _TIME and tag in signs[cut].inside for tag in signs[cut - 1].inside)


def _apart(signs: Sequence[_Sign], start: int, cut: int) -> bool:
    """Whether a reader sees two characters around `cut`, not one (the part of Unicode's UAX #29 that chats meet)."""
    if _in_a_time(signs, cut):
        return False
    before, after = signs[cut - 1].seen, signs[cut].seen
    if _JOINER in (before, after) or unicodedata.category(after).startswith("M"):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":  # skin tones, flag tags
        return False
    letters = 0  # a flag is two letters of their own; an odd number of them before the cut is half a flag
    while cut - letters > start and "\U0001f1e6" <= signs[cut - 1 - letters].seen <= "\U0001f1ff":
        letters += 1
    return letters % 2 == 0 or not "\U0001f1e6" <= after <= "\U0001f1ff"
