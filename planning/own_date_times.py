"""Finding the time of day and the time zone in what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from planning.cities import find_cities
from planning.folding import folded
from planning.own_date_words import NUMBER, OFFSETS, ZONE_NAMES, ZONE_SHORTS, ZONE_SHORTS_ABROAD, is_numbered

TAKEN: Final = "\x01"
"""Stands in a text for every sign that belongs to a day or a time already."""
END_OF_DAY: Final = (23, 59)
"""What "midnight" means for a deadline: the end of its day."""


@dataclass(frozen=True, slots=True)
class FoundTime:
    """Where a time stands in the text, and its hour and minute."""

    start: int
    end: int
    time: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FoundZone:
    """Where a zone stands in the text, and its IANA name; None for the person's own and where IANA has none."""

    start: int
    end: int
    zone: str | None
    is_mine: bool = False


_MINUTE: Final = r"[0-5]\d"
_HALF: Final = r"\s*[ap]\.?\s?m(?!\w)\.?"
_RANGE: Final = re.compile(
    rf"{NUMBER}(?P<h1>\d{{1,2}})(?:[:.h](?P<m1>{_MINUTE}))?(?P<half1>{_HALF})?\s*(?:-|to|until|till)\s*"
    rf"(?P<h2>\d{{1,2}})(?:[:.h](?P<m2>{_MINUTE}))?(?P<half2>{_HALF})?(?![\w:])"
)
_TWELVE: Final = re.compile(rf"{NUMBER}(?P<h>\d{{1,2}})(?:[:.](?P<m>{_MINUTE}))?(?::{_MINUTE})?(?P<half>{_HALF})")
_CLOCK: Final = re.compile(
    rf"{NUMBER}(?P<h>\d{{1,2}})(?::(?P<m>{_MINUTE})(?::{_MINUTE})?|h(?P<m2>{_MINUTE})?)(?:\s*(?:h|hrs?|hours))?(?=z?(?!\w))"
)
_MILITARY: Final = re.compile(rf"{NUMBER}(?P<h>\d\d)(?P<m>{_MINUTE})\s?(?:h|hrs?|hours)(?!\w)")
_AT: Final = re.compile(
    rf"(?<!\w)at\s+(?:(?P<h>\d{{1,2}})\.(?P<m>{_MINUTE})(?![\w.])|(?P<late>1[3-9]|2[0-3])(?=\s*(?:$|[,;()\x01]|\.\s|\.$)))"
)
_WORD: Final = re.compile(r"(?<!\w)(?:12\s+)?(?P<word>noon|midday|midnight)(?!\w)")
_BARE: Final = re.compile(r"(?:at\s+)?(?P<h>\d{1,2})(?:[:.h, ]\s*(?P<m>[0-5]\d))?(?:\s*o'?\s?clock)?")
_FOUR: Final = re.compile(r"(?:at\s+)?(?P<h>\d\d)(?P<m>[0-5]\d)")
_ALL_DAY: Final = re.compile(
    r"(?<!\w)(?:all[ -]day|whole\s+day|(?:(?:by|at)\s+)?(?:the\s+)?end\s+of\s+(?:the\s+)?day|eod|no\s+time)(?!\w)"
)

_NAMES: Final = "|".join(ZONE_NAMES)
_SHORTS: Final = "|".join([*ZONE_SHORTS, *ZONE_SHORTS_ABROAD])
_OFFSET: Final = r"(?:utc|gmt)\s*(?P<sign>[+-])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?(?!\d)"
_MINE: Final = r"(?:in\s+)?(?:my\s+(?:own\s+|local\s+)?|local\s+)time(?:\s*zone)?"
_BEHIND: Final = re.compile(
    rf"(?<=\x01)[\s,(/-]*(?P<all>{_OFFSET}|(?P<mine>{_MINE}|local)|(?:u\.?s\.?\s+)?(?P<name>{_NAMES})"
    rf"(?P<time>(?:\s+(?:standard|daylight))?(?:\s+time)?)|(?P<short>{_SHORTS})(?:\s+time)?)(?!\w)"
)
_ANYWHERE: Final = re.compile(
    rf"(?<!\w)(?P<all>{_OFFSET}|(?P<mine>{_MINE})|(?:u\.?s\.?\s+)?(?P<name>{_NAMES})(?:\s+(?:standard|daylight))?\s+time)(?!\w)"
)
_IANA: Final = re.compile(r"(?<![\w/])[a-z_]+(?:/[a-z_+\d-]+){1,2}(?![\w/])")
_CITY: Final = re.compile(r"(?<![^\W_])(?=(?P<words>(?:[^\W\d_][^\s\x01,;()]*\s+){1,3})time(?!\w))")
_GOES_ON: Final = re.compile(r"\s+[^\W\d_a-z]")
_WORD_FOLLOWS: Final = re.compile(r"\s+(?!(?:on|at|for|with|and|by)\s)[^\W\d_]|\s+surg")
_SURGERY: Final = re.compile(r"\s+(?:surg|scan|imag|angio)")
_SHORTEST_CITY: Final = 3
_LOOKED_UP: Final = 4
"""So many possible names of zones and cities are looked up in a text; each costs some milliseconds."""
_MOST_HOURS: Final = {"+": 14, "-": 12}


def find_time(text: str) -> FoundTime | None:
    """The first time of day in a `plain` text. Of "2-4 pm" it is the beginning; "midnight" is 23:59.

    Numbers alone are no times; with "at" only from 13 on, since "at 2" can be either.
    """
    found = min(_times(text), key=lambda one: (one.start, -one.end), default=None)
    return None if found is None else FoundTime(found.start, found.end, found.time)


def bare_time(text: str) -> tuple[int, int] | None:
    """The time that a whole `plain` text is, where a time was asked for: "10", "14.30", "1430", by 24 hours."""
    match = _FOUR.fullmatch(text) or _BARE.fullmatch(text)
    return _valid(int(match["h"]), int(match["m"] or 0)) if match else None


def find_all_day(text: str) -> tuple[int, int] | None:
    """Where a `plain` text says that there is no time of day."""
    match = _ALL_DAY.search(text)
    return match.span() if match else None


def find_zone(text: str, typed: str) -> FoundZone | None:
    """The zone in a `plain` text in which days and times are `TAKEN`; `typed` is the same text with its capitals.

    Short ones ("ET", "Central") count only directly behind a day or time: elsewhere they are names of programs.
    """
    for match in _BEHIND.finditer(text):
        if not _is_other_word(match, text, typed):
            return FoundZone(*match.span("all"), _zone_of(match), match["mine"] is not None)
    for match in _ANYWHERE.finditer(text):
        return FoundZone(*match.span("all"), _zone_of(match), match["mine"] is not None)
    for match in islice(_IANA.finditer(text), _LOOKED_UP):
        named = next(iter(find_cities(match[0], 1)), None)
        if named is not None and named.zone.lower() == match[0]:
            return FoundZone(match.start(), match.end(), named.zone)
    return _city_zone(text, typed)


def zone_named(text: str) -> str | None:
    """The IANA zone that a whole `plain` text is: "central", "us eastern standard", "et", "gmt+5"."""
    words = text.removeprefix("us ").removesuffix(" daylight").removesuffix(" standard")
    known = ZONE_NAMES.get(words) or ZONE_SHORTS.get(words) or ZONE_SHORTS_ABROAD.get(words)
    if known is not None:
        return known
    match = _ANYWHERE.fullmatch(text)
    return _zone_of(match) if match is not None and match["mine"] is None else None


def _times(text: str) -> Iterator[FoundTime]:
    """The first time of every kind."""
    yield from _of_range(text)
    for pattern in (_TWELVE, _CLOCK, _MILITARY, _AT):
        for match in pattern.finditer(text):
            named = match.groupdict()
            hour, minute = int(named["h"] or named.get("late") or 0), int(named.get("m") or named.get("m2") or 0)
            time = _of_half(hour, minute, named["half"]) if pattern is _TWELVE else _valid(hour, minute)
            if time is not None and not is_numbered(text, match.start()):
                yield FoundTime(match.start(), match.end(), time)
                break
    for match in _WORD.finditer(text):
        yield FoundTime(match.start(), match.end(), END_OF_DAY if match["word"] == "midnight" else (12, 0))
        break


def _of_range(text: str) -> Iterator[FoundTime]:
    for match in _RANGE.finditer(text):
        half1, half2 = match["half1"], match["half2"]
        if is_numbered(text, match.start()) or not (half2 or (match["m1"] and match["m2"])):
            continue
        h1, m1 = int(match["h1"]), int(match["m1"] or 0)
        time = _of_half(h1, m1, half1 or half2) if half1 or half2 else _valid(h1, m1)
        end = _of_half(int(match["h2"]), int(match["m2"] or 0), half2) if half2 else None
        if time is not None and end is not None and not half1 and time >= end:
            time = _of_half(h1, m1, "am")  # "11-1 pm" begins in the morning
        if time is not None:
            yield FoundTime(match.start(), match.end(), time)
            return


def _of_half(hour: int, minute: int, half: str) -> tuple[int, int] | None:
    """2 pm, 12 am; "14:00 pm" is meant as it stands."""
    after_noon = half.strip().startswith("p")
    if hour > 12:
        return _valid(hour, minute) if after_noon else None
    if hour == 0:
        return (0, minute) if not after_noon else None
    return (hour % 12 + (12 if after_noon else 0), minute)


def _valid(hour: int, minute: int) -> tuple[int, int] | None:
    if (hour, minute) == (24, 0):
        return END_OF_DAY
    return (hour, minute) if hour < 24 else None


def _zone_of(match: re.Match[str]) -> str | None:
    named = match.groupdict()
    if named["sign"]:
        return _offset_zone(named["sign"], int(named["hours"]), int(named["minutes"] or 0))
    if named["mine"]:
        return None
    if named["name"]:
        return ZONE_NAMES[named["name"]]
    short = named["short"] or ""
    return ZONE_SHORTS.get(short) or ZONE_SHORTS_ABROAD[short]


def _offset_zone(sign: str, hours: int, minutes: int) -> str | None:
    if minutes:
        return OFFSETS.get((hours, minutes)) if sign == "+" else None
    if hours == 0:
        return "UTC"
    if hours > _MOST_HOURS[sign]:
        return None
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"  # POSIX counts the other way round


def _is_other_word(match: re.Match[str], text: str, typed: str) -> bool:
    """Whether what looks like a zone begins something else: "14:00 Central Michigan", "2 pm CT surgery"."""
    end = match.end("all")
    if match["name"]:
        return not match["time"].strip() and _GOES_ON.match(typed, end) is not None
    short = match["short"]
    if not short:
        return False
    capitals = typed[match.start("short") : match.end("short")].isupper()
    if short in ZONE_SHORTS_ABROAD and not capitals:
        return True
    if short == "ct" and _SURGERY.match(text, end):
        return True
    return not capitals and _WORD_FOLLOWS.match(text, end) is not None


def _city_zone(text: str, typed: str) -> FoundZone | None:
    """The zone of "Karachi time". Away from a time its name needs a capital: "reading time" is not Reading's."""

    def may_be(start: int) -> bool:
        return text[:start].rstrip(" ,(").endswith(TAKEN) or (start > 0 and typed[start].isupper())

    places = (match.span("words") for match in _CITY.finditer(text) if may_be(match.start()))
    for start, end in islice(places, _LOOKED_UP):
        wanted = folded(typed[start:end])
        city = next(iter(find_cities(typed[start:end], 1)), None)
        if city is None or len(wanted) < _SHORTEST_CITY:
            continue
        if wanted in {folded(city.name), folded(city.region), folded(city.country)}:
            return FoundZone(start, end + len("time"), city.zone)
    return None
