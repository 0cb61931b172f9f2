"""The words of dates, times and zones, and typed text in the shape in which they are looked for."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MONTH: Final = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY: Final = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
WEEKDAY_SHORT: Final = "(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)"
NUMBER: Final = r"(?<!\w)(?<!\d[:./-])"
"""Stands before a number that is not the rest of another one: not the 30 of "12:30"."""
ORDINAL: Final = "(?:st|nd|rd|th)"
COUNTS: Final = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"a": 1, "an": 1}
ZONE_NAMES: Final = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "alaskan": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "hawaiian": "Pacific/Honolulu",
    "uk": "Europe/London",
    "british": "Europe/London",
    "indian": "Asia/Kolkata",
}
ZONE_SHORTS: Final = {
    **dict.fromkeys(("et", "est", "edt"), "America/New_York"),
    **dict.fromkeys(("ct", "cst", "cdt"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("akt", "akst", "akdt"), "America/Anchorage"),
    "hst": "Pacific/Honolulu",
    **dict.fromkeys(("utc", "gmt", "z"), "UTC"),
}
"""Letters that U.S. programs write. They mean the place, not the season: "EST" in July is New York's clock. "CST" is
U.S. Central, never China's or Cuba's; "MST" is Denver's, since who means Arizona says so."""
ZONE_SHORTS_ABROAD: Final = {
    "ist": "Asia/Kolkata",
    "pkt": "Asia/Karachi",
    "bst": "Europe/London",
    "cet": "Europe/Paris",
    "cest": "Europe/Paris",
    "wat": "Africa/Lagos",
    "npt": "Asia/Kathmandu",
    "pht": "Asia/Manila",
}
"""Read only in capitals, since some are words. "IST" is India's, by far the most IMGs who write it, not Israel's or
Ireland's; "BST" is Britain's, not Bangladesh's. Whoever means another names a city."""
OFFSETS: Final = {
    (3, 30): "Asia/Tehran",
    (4, 30): "Asia/Kabul",
    (5, 30): "Asia/Kolkata",
    (5, 45): "Asia/Kathmandu",
    (6, 30): "Asia/Yangon",
}
"""Places for offsets that are no whole hours, for which IANA has no zone without a place."""

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST: Final = 500
"""Who types more than this is not typing a deadline; the rest is left out so that reading stays quick."""
_JOINERS: Final = "\u200c\u200d"
"""Invisible signs that Persian, Urdu and Hindi need inside words."""
_LIKE: Final = str.maketrans("‐‑‒–—―−’‘ʼ`´：，／．", "-------''''':,/.")
_NUMBERED: Final = re.compile(
    r"(?<!\w)(?:steps?|levels?|parts?|phases?|blocks?|rooms?|floors?|rounds?|versions?|usmle|comlex|pgy|suite|apt|#)"
    r"[\s-]*$"
)
"""Not "day" or "week": "Match Day 19 March"."""
_TITLED: Final = re.compile(r"(?:^|[^\w])(?:dr|mr|mrs|ms|miss|prof|professor|doctor)\.?\s*$")


def clean(text: str) -> str:
    """`text` without signs that nobody sees, line breaks as spaces; at most 500 characters."""
    kept = []
    for character in text[:_LONGEST]:
        kind = unicodedata.category(character)
        if character.isspace() or kind == "Cc":
            kept.append(" ")
        elif kind not in {"Cf", "Cs"} or character in _JOINERS:
            kept.append(character)
    return "".join(kept)


def plain(text: str) -> str:
    """`text` in small letters, with simple digits, dashes and apostrophes; every sign stays at its place."""
    return "".join(_plain(character) for character in text)


def month_of(word: str) -> int:
    """The month from 1 of a word that fits `MONTH`."""
    return _MONTHS.index(word[:3]) + 1


def weekday_of(word: str) -> int:
    """The weekday, Monday being 0, of a word that fits `WEEKDAY` or `WEEKDAY_SHORT`."""
    return _WEEKDAYS.index(word[:3])


def is_numbered(text: str, at: int) -> bool:
    """Whether the number that begins there counts something: the 2 of "Step 2"."""
    return _NUMBERED.search(text[:at]) is not None


def is_name(text: str, at: int) -> bool:
    """Whether the word that begins there is somebody's name: the May of "Dr. May"."""
    return _TITLED.search(text[:at]) is not None


def _plain(character: str) -> str:
    if character.isascii():
        return character.lower()
    digit = unicodedata.decimal(character, None)
    return str(digit) if digit is not None else character.translate(_LIKE)
