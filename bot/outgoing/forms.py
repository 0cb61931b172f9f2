"""Our own simple HTML, written once in templates/summary and read for whatever shows it: a chat, or a sheet of paper.

The dialect is small on purpose: h3, p, ul with li, and inside of them b, i and br; no attributes, no nesting of blocks.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final, Literal, cast

from markupsafe import Markup, escape

from bot.outgoing.inert import inert

Kind = Literal["h3", "p", "li"]

_BLOCKS: Final = frozenset({"h3", "p", "li"})
_STYLES: Final = frozenset({"b", "i"})
_SPACE: Final = re.compile("[ \t\n\f\r]+")
"""What HTML takes for one space; a space that may not break is none of it."""
_CONTROLS: Final = re.compile("[\x00-\x09\x0b-\x1f]")
"""What Telegram itself makes a space of; before it does, some of them would be a part of an address."""
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
"""FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE: what is between them has a direction of writing of its own."""
_HARMLESS: Final = re.compile(  # and none is a part of something longer
    r"(?:(?<![^ \n(])(?:nrmp\.org|(?<!\d )(?:\d{1,3}\.\d{1,2}|\d\d:\d\d(?= ET)))|(?<![^ \n(-])U\.S\.)"
    r"(?=[).,;:%]*(?: |\n|$))"
)
"""An abbreviation, numbers and times, in which Telegram sees no address, and the one address that may be tapped. Not
left to `inert`: our pages are full of them, and what is inert stands out."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; a newline in it is a line break that was asked for."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(slots=True)
class Block:
    """A heading, a paragraph or an item of a list."""

    kind: Kind
    spans: list[Span] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words without their styles."""
        return "".join(span.text for span in self.spans)


class NotSimpleError(ValueError):
    """The HTML has something that the dialect has not: our bug, in a template."""


def blocks(html: str) -> list[Block]:
    """The blocks of our simple HTML in order, references resolved, white space as HTML reads it; empty ones left out.

    Raises:
        NotSimpleError: another tag, an attribute, a block in a block, a tag that is not closed, text outside of blocks.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.finish()
    return [tidy for block in reader.blocks if (tidy := _tidied(block)).spans]


def isolated(text: str) -> str:
    """Somebody's words, so that neither their direction of writing nor ours changes the order of the other's.

    A name in Arabic before our colon and date would otherwise take both with it. Signs that turn the direction go, as
    they could turn what comes after; words from left to right need nothing more.
    """
    if text.isascii():  # most are, and none of its signs has anything to do with all this
        return text
    plain = _TURNING.sub("", text)
    if any(unicodedata.bidirectional(sign) in {"R", "AL", "AN"} for sign in plain):
        return f"{ISOLATE}{plain}{END_ISOLATE}"
    return plain


def telegram(html: str) -> Markup:
    """Our simple HTML as Telegram's: headings are bold lines, items begin with a bullet, nothing in the words to tap.

    What people wrote stands among our words here, so that nothing of either becomes a link, a mention or a command.

    Raises:
        NotSimpleError: as `blocks`.
    """
    parts: list[str] = []
    before: Kind | None = None
    for block in blocks(html):
        if before is not None:
            parts.append("\n" if before == "h3" or block.kind == "li" else "\n\n")
        words = "".join(_telegram(span) for span in block.spans)
        parts.append({"h3": f"<b>{words}</b>", "p": words, "li": f"• {words}"}[block.kind])
        before = block.kind
    return Markup("".join(parts))  # noqa: S704 - every word is escaped in _inert, the tags are ours


def named(text: str) -> Markup:
    """The name of a task or a deadline for Telegram: it may be a mentor's words, so that nothing in it can be tapped.

    Our own names stay as they are.
    """
    return Markup(_inert(text))  # noqa: S704 - every word is escaped there


def _telegram(span: Span) -> str:
    words = _inert(span.text)
    if span.italic:
        words = f"<i>{words}</i>"
    return f"<b>{words}</b>" if span.bold else words


def _inert(text: str) -> str:
    text = _CONTROLS.sub(" ", text)
    parts: list[str] = []
    position = 0
    for found in _HARMLESS.finditer(text):
        parts += [inert(text[position : found.start()]), escape(found.group())]
        position = found.end()
    return "".join([*parts, inert(text[position:])])


def _tidied(block: Block) -> Block:
    """White space as HTML shows it: one space for any run of it, none at the ends of a line, across styles."""
    found: list[Span] = []
    at_start = True
    for span in block.spans:
        text = span.text
        if at_start or (found and found[-1].text.endswith((" ", "\n"))):
            text = text.lstrip(" ")
        if not text:
            continue
        if text == "\n" and found:
            found[-1] = Span(found[-1].text.rstrip(" "), found[-1].bold, found[-1].italic)
        found.append(Span(text, span.bold, span.italic))
        at_start = False
    while found and not (last := found[-1].text.rstrip(" \n")):
        found.pop()
    if found:
        found[-1] = Span(last, found[-1].bold, found[-1].italic)
    return Block(block.kind, [span for span in found if span.text])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if attrs:
            raise NotSimpleError(f"<{tag}> has attributes")
        if tag == "br":
            self._add("\n", tag)
            return
        within = self._open[-1] if self._open else None
        wanted = {"h3": within is None, "p": within is None, "ul": within is None, "li": within == "ul"}
        if not (self._block is not None and tag not in self._open if tag in _STYLES else wanted.get(tag, False)):
            raise NotSimpleError(f"<{tag}> cannot stand {'in <' + within + '>' if within else 'here'}")
        self._open.append(tag)
        if tag in _BLOCKS:
            self.blocks.append(Block(cast("Kind", tag)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise NotSimpleError(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        text = _SPACE.sub(" ", data)
        if self._block is not None:
            self._add(text, "text")
        elif text.strip(" "):
            raise NotSimpleError("text outside of a block")

    def handle_comment(self, data: str) -> None:
        raise NotSimpleError(f"<!--{data[:20]}")

    def handle_decl(self, decl: str) -> None:
        raise NotSimpleError(f"<!{decl[:20]}")

    def handle_pi(self, data: str) -> None:
        raise NotSimpleError(f"<?{data[:20]}")

    def unknown_decl(self, data: str) -> None:
        raise NotSimpleError(f"<![{data[:20]}")

    def finish(self) -> None:
        if self._open:
            raise NotSimpleError(f"<{self._open[-1]}> is not closed")

    @property
    def _block(self) -> str | None:
        return next((tag for tag in self._open if tag in _BLOCKS), None)

    def _add(self, text: str, what: str) -> None:
        if self._block is None:
            raise NotSimpleError(f"{what} outside of a block")
        self.blocks[-1].spans.append(Span(text, "b" in self._open, "i" in self._open))
