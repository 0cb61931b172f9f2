"""Finding the day in what somebody typed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from planning.own_date_words import (
    COUNTS,
    MONTH,
    NUMBER,
    ORDINAL,
    WEEKDAY,
    WEEKDAY_SHORT,
    is_name,
    is_numbered,
    month_of,
    weekday_of,
)


class DateDoubt(StrEnum):
    """Why a day has to be asked again."""

    TWO_DATES = "two_dates"
    """It can be read in two ways: 03/04, or "next Friday" on a Wednesday."""
    WEEKDAY_DIFFERS = "weekday_differs"
    """The weekday beside the date is another one."""
    NO_SUCH_DAY = "no_such_day"
    """31 November."""


@dataclass(frozen=True, slots=True)
class FoundDay:
    """Where a day stands in the text, and which it can be: the likelier or earlier first, none where there is none."""

    start: int
    end: int
    either: tuple[date, ...]
    doubt: DateDoubt | None = None


_CENTURY: Final = 2000
_YEARS_ON: Final = 8
"""29 February comes again within eight years."""
_SHORT_YEARS: Final = 3
"""A number of two digits behind a date is a year only if it is this one or one of the next."""
_LONGEST_SPAN: Final = 3650
"""Days; who plans further ahead than ten years typed something else."""

_ALWAYS: Final = "24/7"

_YEAR: Final = (
    r"(?:[\s,-]*(?P<year>(?:19|20)\d\d)(?![\d:])(?!\s*(?:h|hrs?|hours)\b)|\s*'(?P<short>\d\d)(?!\w)"
    r"|[\s-]+(?P<bare>\d\d)(?![\w:./])(?!\s*[ap]\.?\s?m\b))?"
)
_TO_DAY: Final = rf"(?:\s*(?:-|to)\s*\d{{1,2}}{ORDINAL}?(?![\w:.])(?!\s*[ap]\.?\s?m\b))?"
_ISO: Final = re.compile(
    NUMBER + r"(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)(?:t(?=\d))?"
)
_NUMERIC: Final = re.compile(
    NUMBER + r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<year>(?:19|20)\d\d|\d\d)(?!\d)(?![./-]\d)"
)
_NUMERIC_SHORT: Final = re.compile(NUMBER + r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\w/])(?!\s*%)")
_DAY_MONTH: Final = re.compile(
    rf"{NUMBER}(?P<day>\d{{1,2}}){ORDINAL}?(?:\s*(?:-|to)\s*\d{{1,2}}{ORDINAL}?(?=\s*[a-z]))?"
    rf"(?:\s*-\s*|\s+of\s+|\s*)(?P<month>{MONTH})(?![^\W\d_])\.?{_YEAR}"
)
_MONTH_DAY: Final = re.compile(
    rf"(?<!\w)(?P<month>{MONTH})(?!\w)\.?\s*-?\s*(?:the\s+)?(?P<day>\d{{1,2}}){ORDINAL}?(?!\w)(?![:./]\d)"
    rf"(?!\s*[ap]\.?\s?m\b){_TO_DAY}{_YEAR}"
)
_NEAR: Final = re.compile(
    r"(?<!\w)(?:(?P<after>(?:the\s+)?day\s+after\s+tomorrow)|(?P<tomorrow>tomorrow|tmrw)|(?P<today>today|tonight)"
    r"|(?P<yesterday>yesterday))(?!\w)(?!'s)"
)
_COUNT: Final = rf"(?P<count>\d{{1,4}}|{'|'.join(COUNTS)})\s+(?P<unit>day|week|fortnight|month|year)s?"
_SPAN: Final = re.compile(
    rf"(?<!\w)(?:(?:in|within)\s+{_COUNT}(?:\s+from\s+(?:now|today))?"
    rf"|{_COUNT.replace('count', 'count2').replace('unit', 'unit2')}\s+from\s+(?:now|today))(?!\w)"
)
_WEEKDAY: Final = re.compile(
    rf"(?<!\w)(?:(?P<which>next\s+week(?:'s)?(?:\s+on)?|next|this|coming|on|by)\s+(?:coming\s+)?)?"
    rf"(?:(?P<long>{WEEKDAY})|(?P<short>{WEEKDAY_SHORT}))(?!\w)(?!'s)(?P<following>\s+(?:of\s+)?next\s+week(?!\w))?"
)
_TIME_FOLLOWS: Final = re.compile(r"\.?,?\s*(?:at\s+)?\d{1,2}\s*(?::|h|[ap]\.?m)|\.?\s*$")
_ORDINAL_DAY: Final = re.compile(
    rf"(?<!\w)(?:(?:on|by|before|until|due)\s+(?:the\s+)?|the\s+)(?P<day>\d{{1,2}}){ORDINAL}(?!\w)"
    r"(?=\s*(?:$|[,.;:()\d-]|at\s|by\s|before\s|of\s+(?:this|the)\s+month))(?:\s+of\s+(?:this|the)\s+month)?"
)
_WEEKDAY_BEFORE: Final = re.compile(rf"(?<!\w)(?:on\s+)?(?P<word>{WEEKDAY}|{WEEKDAY_SHORT})\.?[\s,(-]*(?:the\s+)?$")
_WEEKDAY_BEHIND: Final = re.compile(rf"[\s,(-]*(?P<word>{WEEKDAY}|{WEEKDAY_SHORT})(?!\w)")


def find_day(text: str, today: date) -> FoundDay | None:
    """The day that a `plain` text names, looked at on the person's local `today`; None when it names none.

    A day without a year is the next one that is not past. Explicit days win over "tomorrow", and those over weekdays.
    """
    for finder in (_iso, _numeric, _named, _near, _span, _numeric_short, _ordinal):
        found = finder(text, today)
        if found is not None:
            return _beside_weekday(text, found)
    return _weekday(text, today)


def next_day_of_month(day: int, today: date) -> tuple[date, ...]:
    """The next day with that number, today included; nothing for a number that no month has."""
    found = (on for months in range(_YEARS_ON) if (on := _date(*_month_on(today, months), day)) and on >= today)
    return tuple(islice(found, 1))


def weekday_days(weekday: int, which: str, today: date) -> tuple[date, ...]:
    """Which day "Friday", "this Friday" or "next Friday" can be, the earlier first.

    Beside "next", people differ while that weekday is still to come in the week; without it, on that very weekday.
    """
    ahead = (weekday - today.weekday()) % 7
    of_next_week = 7 - today.weekday() + weekday
    if which.startswith("next week"):
        days: tuple[int, ...] = (of_next_week,)
    elif which == "next":
        days = (ahead, of_next_week) if 0 < ahead < of_next_week else (of_next_week,)
    elif which == "coming":
        days = (ahead or 7,)
    elif ahead == 0 and which != "this":
        days = (0, 7)
    else:
        days = (ahead,)
    return tuple(today + timedelta(days=number) for number in days)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, also those that begin inside an earlier one."""
    match = pattern.search(text)
    while match is not None:
        yield match
        match = pattern.search(text, match.start() + 1)


def _iso(text: str, today: date) -> FoundDay | None:
    del today
    for match in _matches(_ISO, text):
        on = _date(int(match["year"]), int(match["month"]), int(match["day"]))
        return _found(match.start(), match.end(), (on,) if on else ())
    return None


def _numeric(text: str, today: date) -> FoundDay | None:
    """12/31/2026. A day is written first or second; with dots it is first wherever dots are used."""
    for match in _matches(_NUMERIC, text):
        year = int(match["year"]) + (_CENTURY if len(match["year"]) == 2 else 0)
        a, b = int(match["a"]), int(match["b"])
        both = [_date(year, a, b), _date(year, b, a)]
        if match["sep"] == "." and both[1]:
            both = both[1:]
        return _found(match.start(), match.end(), _ahead([on for on in both if on], today))
    return None


def _numeric_short(text: str, today: date) -> FoundDay | None:
    for match in _matches(_NUMERIC_SHORT, text):
        a, b = int(match["a"]), int(match["b"])
        days = [*_next(a, b, today), *_next(b, a, today)]
        if days and not is_numbered(text, match.start()) and match[0] != _ALWAYS:
            return _found(match.start(), match.end(), tuple(dict.fromkeys(days)))
    return None


def _named(text: str, today: date) -> FoundDay | None:
    """12 December or December 12, with or without a year."""
    day_first = _first_named(_DAY_MONTH, text, today)
    month_first = _first_named(_MONTH_DAY, text, today)
    if day_first is None or month_first is None:
        found = day_first or month_first
        return found[1] if found else None
    (one, before), (other, behind) = day_first, month_first
    if before.end <= behind.start or behind.end <= before.start:
        return min(before, behind, key=lambda found: found.start)
    if other.start("month") != one.start("month"):
        return before  # "May 12 December": the first month is a name
    if bool(_typed_year(one, today)) != bool(_typed_year(other, today)):
        return before if _typed_year(one, today) else behind
    return _found(before.start, before.end, (*before.either, *behind.either))  # "2 March 10"


def _first_named(pattern: re.Pattern[str], text: str, today: date) -> tuple[re.Match[str], FoundDay] | None:
    for match in _matches(pattern, text):
        if is_numbered(text, match.start()) or is_name(text, match.start("month")):
            continue
        month, day = month_of(match["month"]), int(match["day"])
        year = _typed_year(match, today)
        on = _date(year, month, day) if year else None
        days = ((on,) if on else ()) if year else tuple(_next(month, day, today))
        end = match.end() if year or match["bare"] is None else match.start("bare")
        return match, _found(match.start(), end, days)
    return None


def _typed_year(match: re.Match[str], today: date) -> int | None:
    if match["year"]:
        return int(match["year"])
    if match["short"]:
        return _CENTURY + int(match["short"])
    if match["bare"] and 0 <= _CENTURY + int(match["bare"]) - today.year < _SHORT_YEARS:
        return _CENTURY + int(match["bare"])
    return None


def _near(text: str, today: date) -> FoundDay | None:
    for match in _matches(_NEAR, text):
        days = {"after": 2, "tomorrow": 1, "today": 0, "yesterday": -1}[match.lastgroup or "today"]
        return _found(match.start(), match.end(), (today + timedelta(days=days),))
    return None


def _span(text: str, today: date) -> FoundDay | None:
    """In 3 days, two weeks from now."""
    for match in _matches(_SPAN, text):
        word, unit = match["count"] or match["count2"], match["unit"] or match["unit2"]
        count = COUNTS.get(word) or int(word)
        if unit in {"month", "year"}:
            months = min(count * (12 if unit == "year" else 1), 120)
            year, month = _month_on(today, months)
            on = date(year, month, min(today.day, monthrange(year, month)[1]))
        else:
            on = today + timedelta(days=min(count * {"day": 1, "week": 7, "fortnight": 14}[unit], _LONGEST_SPAN))
        return _found(match.start(), match.end(), (on,))
    return None


def _weekday(text: str, today: date) -> FoundDay | None:
    for match in _matches(_WEEKDAY, text):
        word = match["long"] or match["short"]
        # Short ones are words as well: "sat", "sun", "wed".
        is_meant = match["long"] or match["which"] or match["following"] or _TIME_FOLLOWS.match(text, match.end())
        if not is_meant or is_name(text, match.start()):
            continue
        which = "next week" if match["following"] else match["which"] or ""
        return _found(match.start(), match.end(), weekday_days(weekday_of(word), which, today))
    return None


def _ordinal(text: str, today: date) -> FoundDay | None:
    for match in _matches(_ORDINAL_DAY, text):
        days = next_day_of_month(int(match["day"]), today)
        if days:
            return _found(match.start(), match.end(), days)
    return None


def _beside_weekday(text: str, found: FoundDay) -> FoundDay:
    """The day with the weekday that stands beside it, which decides between two and must fit one."""
    before = _WEEKDAY_BEFORE.search(text, 0, found.start)
    behind = _WEEKDAY_BEHIND.match(text, found.end)
    word = before or behind
    if word is None or not found.either or is_name(text, word.start("word")):
        return found
    start, end = (word.start(), found.end) if word is before else (found.start, word.end())
    fitting = tuple(on for on in found.either if on.weekday() == weekday_of(word["word"]))
    if fitting:
        return _found(start, end, fitting)
    return FoundDay(start, end, found.either, DateDoubt.WEEKDAY_DIFFERS)


def _found(start: int, end: int, either: tuple[date, ...]) -> FoundDay:
    doubt = DateDoubt.NO_SUCH_DAY if not either else DateDoubt.TWO_DATES if len(set(either)) > 1 else None
    return FoundDay(start, end, either if doubt else either[:1], doubt)


def _ahead(days: list[date], today: date) -> tuple[date, ...]:
    """The days that are not past; all of them if all are."""
    return tuple(dict.fromkeys([on for on in days if on >= today] or days))


def _next(month: int, day: int, today: date) -> Iterator[date]:
    """The next such day, today included."""
    found = (on for year in range(today.year, today.year + _YEARS_ON + 1) if (on := _date(year, month, day)))
    return islice((on for on in found if on >= today), 1)


def _month_on(today: date, months: int) -> tuple[int, int]:
    number = today.year * 12 + today.month - 1 + months
    return number // 12, number % 12 + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
