"""Reading a deadline that somebody typed in plain words: "interview at X on 12 December 14:00 Central".

What is read is shown and confirmed before it counts, so a guess costs a tap; what is taken out of the title is lost, so
a word goes only when it surely belongs to the date. How unclear words are understood:

- A day without a year is the next one that is not past. Month and day as numbers are asked when both orders are ahead.
- "midnight" is the end of its day, 23:59, as deadlines mean it. "00:00" and "12 am" are its beginning.
- A zone's letters mean the place: "EST" in July is New York's clock. "CST" is U.S. Central and "IST" India's; see
  `planning.own_date_words`.
- Of a span ("2-4 pm", "12-14 December") it is the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from planning.cities import find_cities
from planning.own_date_days import DateDoubt as DateDoubt
from planning.own_date_days import FoundDay, find_day, next_day_of_month, weekday_days
from planning.own_date_times import END_OF_DAY, TAKEN, bare_time, find_all_day, find_time, find_zone, zone_named
from planning.own_date_words import ORDINAL, WEEKDAY, WEEKDAY_SHORT, ZONE_NAMES, clean, plain, weekday_of
from planning.wall_clock import instant, local_day

LONGEST_TITLE: Final = 80
_MORE_TIMES: Final = 3
"""A program in two zones writes "2 pm ET / 1 pm CT"; the further ones say the same."""

_JOINS: Final = re.compile(
    r"(?:^|(?<=\s))(?:on|at|by|due|before|until|till|from|for|of|to|is|starting|the|this)$", re.IGNORECASE | re.ASCII
)
_JOINS_TIMES: Final = re.compile(r"[\s,;/=(–—-]*(?:(?:to|and|or|until|till)\s+)?")
_ASKS: Final = re.compile(
    r"^(?:please\s+)?remind\s+me\s+(?:(?:to|of|about|that|on|by|at)(?:\s+|$))?", re.IGNORECASE | re.ASCII
)
_EDGES: Final = " ,;:|@–—-/"
_BARE_DAY: Final = re.compile(rf"(?:on\s+)?(?:the\s+)?(?P<day>\d{{1,2}})(?:\s*{ORDINAL})?")
_BARE_NUMBERS: Final = re.compile(r"(?P<a>\d{1,2})\s*[.-]\s*(?P<b>\d{1,2})")
_BARE_WEEKDAY: Final = re.compile(rf"(?P<word>{WEEKDAY}|{WEEKDAY_SHORT})")
_ANY_NAME: Final = re.compile(rf"(?<!\w)(?:{'|'.join(ZONE_NAMES)})(?!\w)")
_TIME_WORD: Final = re.compile(r"\s*\btime(?:\s*zone)?$", re.IGNORECASE)
_MINE: Final = frozenset({"my", "mine", "my own", "local", "my local", "here", "same", "my zone"})


@dataclass(frozen=True, slots=True)
class DayReading:
    """A day as it was read.

    Attributes:
        on: the local date; the likelier or earlier one where there are two; None where none was read.
        doubt: why it has to be asked; None when it is clear.
        either: every date that it can be; more than one only for `DateDoubt.TWO_DATES`.
        past: it is over where the person lives.
    """

    on: date | None = None
    doubt: DateDoubt | None = None
    either: tuple[date, ...] = ()
    past: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A deadline as it was read.

    Attributes:
        title: what is left without date, time and zone, at most 80 characters; may be empty.
        on, doubt, either: as in `DayReading`.
        time: hour and minute by the clock of `zone`; None where none was said.
        all_day: it was said that there is no time, which is more than not naming one.
        zone: IANA zone that was said; None where none was, or one that IANA does not have.
        past: the time, or the whole day where none was said, is over; by the person's zone where none was said.
    """

    title: str
    on: date | None = None
    time: tuple[int, int] | None = None
    all_day: bool = False
    zone: str | None = None
    doubt: DateDoubt | None = None
    either: tuple[date, ...] = ()
    past: bool = False


def read(text: str, now: datetime, zone: str) -> Reading:
    """What a typed deadline says; never an error, whatever was typed.

    Args:
        text: at most 500 characters of it are read.
        now: aware.
        zone: the person's IANA zone, in which "tomorrow" and "my time" are meant.
    """
    typed = clean(text)
    words = plain(typed)
    spans: list[tuple[int, int]] = []
    day = find_day(words, local_day(now, zone))
    if day is not None:
        words = _take(words, spans, day.start, day.end)
    found = find_time(words)
    if found is not None:
        words = _take(words, spans, found.start, found.end)
    place = find_zone(words, typed)
    if place is not None:
        words = _take(words, spans, place.start, place.end)
    if found is not None:
        words = _take_more_times(words, typed, spans)
    all_day = find_all_day(words) if found is None else None
    if all_day is not None:
        words = _take(words, spans, *all_day)
    in_zone = None if place is None else zone if place.is_mine else place.zone
    on = day.either[0] if day is not None and day.either else None
    time = found.time if found is not None else None
    return Reading(
        title=_title(typed, spans),
        on=on,
        time=time,
        all_day=all_day is not None,
        zone=in_zone,
        doubt=day.doubt if day is not None else None,
        either=day.either if day is not None else (),
        past=on is not None and deadline_instant(on, time, in_zone or zone) < now,
    )


def read_day(text: str, now: datetime, zone: str) -> DayReading:
    """The day in an answer to "which day?", where also "12", "12.5." and "Fri" are days.

    `now` is aware, `zone` the person's IANA zone.
    """
    words = plain(clean(text)).strip(" .,")
    today = local_day(now, zone)
    found = find_day(words, today)
    if found is None and (both := _BARE_NUMBERS.fullmatch(words)):
        found = find_day(f"{both['a']}/{both['b']}", today)
    if found is None and (bare := _BARE_DAY.fullmatch(words)):
        days = next_day_of_month(int(bare["day"]), today)
        found = FoundDay(0, 0, days, None if days else DateDoubt.NO_SUCH_DAY)
    if found is None and (word := _BARE_WEEKDAY.fullmatch(words)):
        days = weekday_days(weekday_of(word["word"]), "", today)
        found = FoundDay(0, 0, days, DateDoubt.TWO_DATES if len(days) > 1 else None)
    if found is None:
        return DayReading()
    on = found.either[0] if found.either else None
    return DayReading(on, found.doubt, found.either, past=on is not None and on < today)


def read_time(text: str) -> tuple[int, int] | None:
    """Hour and minute in an answer to "what time?", where also "10", "14.30" and "1430" are times, by 24 hours."""
    words = plain(clean(text)).strip(" .,")
    found = find_time(words)
    return found.time if found is not None else bare_time(words)


def read_zone(text: str, mine: str | None = None) -> str | None:
    """The IANA zone in an answer to "whose time?": a zone's name or letters, a city, a state or a country.

    Args:
        mine: the person's own zone, for "my time"; without it that gives None.
    """
    typed = clean(text).strip(" .,")
    named = _TIME_WORD.sub("", typed).strip()
    words = plain(named)
    if words in _MINE:
        return mine
    known = zone_named(words)
    if known is not None:
        return known
    found = find_zone(TAKEN + " " + plain(typed), TAKEN + " " + typed)
    if found is not None and found.zone is not None:
        return found.zone
    city = next(iter(find_cities(named, 1)), None)
    if city is not None:
        return city.zone
    name = _ANY_NAME.search(words)
    return ZONE_NAMES[name[0]] if name else None


def deadline_instant(on: date, time: tuple[int, int] | None, zone: str) -> datetime:
    """The aware UTC instant of a deadline; without a time the end of the day's last minute, 23:59, in the IANA zone."""
    hour, minute = time or END_OF_DAY
    return instant(on, hour, minute, zone)


def _take(words: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    spans.append((start, end))
    return words[:start] + TAKEN * (end - start) + words[end:]


def _take_more_times(words: str, typed: str, spans: list[tuple[int, int]]) -> str:
    """Without the same time in further zones, where it stands right behind."""
    for _ in range(_MORE_TIMES):
        again = find_time(words)
        if again is None:
            break
        last = words.rfind(TAKEN, 0, again.start)
        if last < 0 or not _JOINS_TIMES.fullmatch(words, last + 1, again.start):
            break
        words = _take(words, spans, last + 1, again.end)
        place = find_zone(words, typed)
        if place is not None and not words[again.end : place.start].strip(" ,("):
            words = _take(words, spans, place.start, place.end)
    return words


def _title(typed: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without the spans, the small words that led to them, and what is left of brackets and commas."""
    kept: list[str] = []
    at = 0
    for start, end in sorted(spans):
        kept.append(_without_joins(typed[at:start].lstrip(_EDGES + "." if kept else _EDGES)))
        at = max(at, end)
    kept.append(typed[at:].lstrip(_EDGES + "." if kept else _EDGES))
    title = " ".join(" ".join(kept).split())
    title = re.sub(r"[(\[]\s*[)\]]", " ", title).replace("( ", "(").replace(" )", ")")
    title = _ASKS.sub("", " ".join(title.split()).strip(_EDGES)).strip(_EDGES)
    return title if len(title) <= LONGEST_TITLE else _cut(title)


def _without_joins(piece: str) -> str:
    while True:
        shorter = _JOINS.sub("", piece.rstrip(_EDGES))
        if shorter == piece:
            return piece
        piece = shorter


def _cut(title: str) -> str:
    """The words that fit, and a sign that there were more."""
    short = title[:LONGEST_TITLE]
    short = short.rsplit(" ", 1)[0] if " " in short else short[:-1]
    return short.rstrip(_EDGES) + "…"
