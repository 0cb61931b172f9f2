"""The plan as an iCalendar file (RFC 5545), for a phone's own calendar or for its subscription."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from icalendar import Calendar as Components
from icalendar import Event
from icalendar.prop import vDuration, vText

from planning.calendar_entries import Calendar, CalendarEntry

MIME: Final = "text/calendar"
NAME: Final = "Match plan"
"""The calendar's own name, and the title of an entry that is taken out. It says no more than a lock screen may."""
PRODID: Final = "-//Parallel Plan//Match plan//EN"
REFRESH: Final = timedelta(hours=6)
"""How often apps are asked to look again: a moved date is there the same day, and few look more often anyway."""

_LINE_ENDS: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def calendar_file(calendar: Calendar, titles: Mapping[str, tuple[str, str]], *, subscribed: bool = False) -> bytes:
    """The file: UTF-8, lines ended by CRLF and folded at 75 octets.

    `titles` has the plain-text title and description of each item, as they may show on a lock screen; KeyError where
    an entry that is not cancelled has none. Characters that iCalendar cannot carry (controls, lone surrogates) become
    U+FFFD, unusual line ends become newlines; every other title comes out as it was.

    A file to import names cancelled entries, so that they are taken out. With `subscribed` it leaves them out (an app
    takes what a subscription gives as the whole) and asks the app to look again every `REFRESH`.

    RFC 5545 wants at least one entry in a file; without any, this is still one that apps read, as an empty calendar.

    There is no ORGANIZER, though RFC 5546 wants one of what is published: with it Outlook and others show an entry as
    an invitation, and it would have to name a mail address that there is none of. There are no alarms: the bot reminds,
    and each app adds its owner's own.
    """
    file = Components()
    file.add("prodid", PRODID)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", _Text(NAME))
    if subscribed:
        file.add("refresh-interval", vDuration(REFRESH), {"value": "DURATION"})
        file.add("x-published-ttl", vDuration(REFRESH))
    for entry in calendar.entries:
        if not (entry.cancelled and subscribed):
            file.add_component(_event(calendar, entry, titles))
    return bytes(file.to_ical())


def _event(calendar: Calendar, entry: CalendarEntry, titles: Mapping[str, tuple[str, str]]) -> Event:
    title, description = titles.get(entry.item_id, (NAME, "")) if entry.cancelled else titles[entry.item_id]
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", calendar.made_at)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("summary", _Text(title))
    if description:
        event.add("description", _Text(description))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a deadline does not make its half hour busy
    event.add("class", "PRIVATE")
    return event


class _Text(vText):
    """Text written literally: the library's own takes a backslash before an N for a line end."""

    def to_ical(self) -> bytes:
        """The value as RFC 5545, 3.3.11 writes it."""
        text = _NOT_TEXT.sub("\ufffd", _LINE_ENDS.sub("\n", self))
        for sign in ("\\", ";", ","):
            text = text.replace(sign, "\\" + sign)
        return text.replace("\n", "\\n").encode()
