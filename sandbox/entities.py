"""How Telegram settles overlapping entities: what may lie in what, and what is cut or dropped.

Blockquotes may hold everything but blockquotes. Code and times hold nothing. Links, mentions and custom emoji don't
hold each other. Bold, italic, underline, strikethrough and spoiler are merged with their like and cut where they must
be. Held against TDLib by tests/sandbox/test_html_conformance.py.
"""

from collections.abc import Iterable

from sandbox.text import Entity

_SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
_QUOTES = ("blockquote", "expandable_blockquote")
_CLOSED = ("pre", "code", "date_time")
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "date_time": 30,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_END = 2**31


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """Entities as Telegram lists them: by offset, then the longer first, then by TDLib's priorities of types."""
    return sorted(entities, key=lambda one: (one.offset, -one.length, _PRIORITY.get(one.type, 50)))


def settled(entities: Iterable[Entity]) -> list[Entity]:
    """Entities that may stand in one message together, in order."""
    ordered = in_order(entities)
    if _nest_well(ordered):
        return ordered
    splittable = [one for one in ordered if one.type in _SPLITTABLE]
    quotes = _apart(one for one in ordered if one.type in _QUOTES)
    whole = _apart(one for one in ordered if one.type not in _SPLITTABLE and one.type not in _QUOTES)
    whole = [one for one in whole if _lies_well(one, quotes)]
    edges = [Entity("", at, 0) for quote in quotes for at in (quote.offset, quote.end)]
    return in_order(_cut(splittable, in_order(whole + edges)) + whole + quotes)


def _nest_well(ordered: list[Entity]) -> bool:
    """Whether nothing has to be cut or dropped."""
    around: list[Entity] = []
    for one in ordered:
        while around and around[-1].end <= one.offset:
            around.pop()
        if not around:
            around.append(one)
            continue
        parent = around[-1]
        kinds = {_kind(outer) for outer in around}
        if one.end > parent.end or _kind(one) in kinds or parent.type in _CLOSED or one.type in _QUOTES:
            return False
        if one.type in _CLOSED and parent.type not in _QUOTES:
            return False
        around.append(one)
    return True


def _kind(entity: Entity) -> str:
    return entity.type if entity.type in _SPLITTABLE else "quote" if entity.type in _QUOTES else "whole"


def _apart(ordered: Iterable[Entity]) -> list[Entity]:
    """Those that don't begin within one that was kept before."""
    kept: list[Entity] = []
    for one in ordered:
        if not kept or one.offset >= kept[-1].end:
            kept.append(one)
    return kept


def _lies_well(entity: Entity, quotes: list[Entity]) -> bool:
    """Whether it is within one blockquote or outside of all."""
    return all(quote.end <= entity.offset or entity.end <= quote.offset or _holds(quote, entity) for quote in quotes)


def _holds(outer: Entity, inner: Entity) -> bool:
    return outer.offset <= inner.offset and inner.end <= outer.end


def _cut(splittable: list[Entity], borders: list[Entity]) -> list[Entity]:
    """Splittable entities merged with their like, cut at both ends of each border, without what is in a closed one."""
    found: list[Entity] = []
    open_: dict[str, tuple[int, int]] = {}
    waiting = list(reversed(splittable))

    def flush(offset: int) -> None:
        for kind in _SPLITTABLE:
            begin, end = open_.get(kind, (offset, 0))
            if begin >= offset:
                continue
            found.append(Entity(kind, begin, min(end, offset) - begin))
            if end <= offset:
                del open_[kind]
            else:
                open_[kind] = (offset, end)

    def advance(offset: int) -> None:
        while waiting and waiting[-1].offset < offset:
            one = waiting.pop()
            begin, end = open_.get(one.type, (0, -1))
            if one.offset <= end:
                open_[one.type] = (begin, max(end, one.end))
            else:
                flush(one.offset)
                open_[one.type] = (one.offset, one.end)
        flush(offset)

    for border in borders:
        advance(border.offset)
        before = len(found)
        advance(border.end)
        if border.type in _CLOSED:
            del found[before:]
    advance(_END)
    return found
