"""iCalendar by its rules and as apps take it, without the library that writes our files.

Rules are those of RFC 5545, by section. Parsing into values is left to vobject, which has a parser of its own.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import vobject

_UTC_TIME: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_ONLY_DATE: Final = re.compile(r"[0-9]{8}")
_LINE: Final = re.compile(r"([A-Z-]+)((?:;[A-Z-]+=[^:;]+)*):(.*)")
_ONCE: Final = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS", "TRANSP", "CLASS")
_TEXTS: Final = ("SUMMARY", "DESCRIPTION", "X-WR-CALNAME")
_Properties = dict[str, list[tuple[str, str]]]


def read(content: bytes) -> Any:
    """The calendar as vobject reads it."""
    return vobject.readOne(content.decode())


def faults(content: bytes) -> list[str]:
    """What is wrong with a file of all-day and UTC events; empty where nothing is."""
    wrong = _wrong_lines(content)
    head: _Properties = {}
    events: list[_Properties] = []
    depth: list[str] = []
    for line in content.decode().replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]:
        found = _LINE.fullmatch(line)
        if found is None:
            wrong.append(f"no content line: {line!r} (3.1)")
            continue
        name, parameters, value = found.groups()
        if name == "BEGIN":
            depth.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            if not depth or depth.pop() != value:
                wrong.append(f"an end without its beginning: {value} (3.4)")
        else:
            (events[-1] if depth == ["VCALENDAR", "VEVENT"] else head).setdefault(name, []).append((parameters, value))
            if name in _TEXTS and re.search(r"(?<!\\)(?:\\\\)*(?:[;,]|\\[^\\;,nN])", value):
                wrong.append(f"wrongly escaped: {line!r} (3.3.11)")
    if depth:
        wrong.append("something is not ended (3.4)")
    if (head.get("VERSION"), head.get("METHOD")) != ([("", "2.0")], [("", "PUBLISH")]) or len(head["PRODID"]) != 1:
        wrong.append("VERSION, METHOD or PRODID (3.6, 3.7)")
    for event in events:
        missing = [name for name in _ONCE if len(event.get(name, [])) != 1]
        wrong += [f"{name} is not there once (3.6.1)" for name in missing] or _wrong_values(event)
    uids = [value for event in events for _, value in event.get("UID", [])]
    if len(set(uids)) != len(uids):
        wrong.append("a UID twice (3.8.4.7)")
    return wrong


def _wrong_lines(content: bytes) -> list[str]:
    wrong = []
    lines = content.split(b"\r\n")
    if lines.pop() != b"":
        wrong.append("the last line has no end (3.1)")
    for line in lines:
        if len(line) > 75:
            wrong.append(f"{len(line)} octets in {line!r} (3.1)")
        # Decoded line by line, folded as they are: no sign may be cut in two.
        if any(unicodedata.category(sign) == "Cc" and sign != "\t" for sign in line.decode()):
            wrong.append(f"a control character in {line!r} (3.1)")
    return wrong


def _wrong_values(event: _Properties) -> list[str]:
    wrong = []
    (start_kind, starts), (end_kind, ends) = event["DTSTART"][0], event["DTEND"][0]
    if start_kind != end_kind:
        wrong.append("DTSTART and DTEND are of two kinds (3.8.2.2)")
    form = {";VALUE=DATE": _ONLY_DATE, "": _UTC_TIME}.get(start_kind)
    if form is None or not (form.fullmatch(starts) and form.fullmatch(ends)):
        wrong.append(f"times {starts} and {ends} are neither dates nor UTC (3.3.4, 3.3.5)")
    if not starts < ends:
        wrong.append("DTEND is not after DTSTART (3.8.2.2)")
    if not _UTC_TIME.fullmatch(event["DTSTAMP"][0][1]):
        wrong.append("DTSTAMP is not in UTC (3.8.7.2)")
    if event["STATUS"][0][1] not in {"TENTATIVE", "CONFIRMED", "CANCELLED"}:
        wrong.append("STATUS (3.8.1.11)")
    if not event["SEQUENCE"][0][1].isdecimal():
        wrong.append("SEQUENCE (3.8.7.4)")
    return wrong


@dataclass
class Phone:
    """A calendar app as RFC 5546 (2.1.5) has it: an entry is its UID; a higher SEQUENCE, then a later DTSTAMP, wins."""

    kept: dict[str, Any] = field(default_factory=dict)

    def imports(self, content: bytes) -> None:
        """Take in a file."""
        for event in getattr(read(content), "vevent_list", []):
            old = self.kept.get(event.uid.value)
            if old is None or _version(old) <= _version(event):
                self.kept[event.uid.value] = event

    @property
    def shown(self) -> list[tuple[str, date | datetime]]:
        """Title and beginning of what the app shows, in order of the titles; what is there twice is here twice."""
        standing = [event for event in self.kept.values() if event.status.value != "CANCELLED"]
        return sorted(((event.summary.value, event.dtstart.value) for event in standing), key=lambda one: one[0])


def _version(event: Any) -> tuple[int, datetime]:
    return int(event.sequence.value), event.dtstamp.value
