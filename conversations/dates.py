"""A deadline's parts as answers: a sentence in one's own words, a day, an hour, and whose clock it is on."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from conversations.answers import Json
from conversations.moments import day_words, zone_word
from conversations.questions import (
    Answered,
    Choice,
    Drafting,
    Kind,
    Option,
    Outcome,
    Refused,
    Scene,
    answer_button,
    in_rows,
    page_of,
)
from conversations.screen import Note, Rows
from conversations.text import shortened
from planning.own_dates import read, read_day, read_time, read_zone

ALL_DAY: Final = "all_day"
KINDS: Final = ("Interview", "Exam", "Document due", "Letter due", "Meeting with a mentor", "Payment due")
US_ZONES: Final = (
    ("America/New_York", "Eastern (ET)"),
    ("America/Chicago", "Central (CT)"),
    ("America/Denver", "Mountain (MT)"),
    ("America/Los_Angeles", "Pacific (PT)"),
)
_DAYS: Final = 180
_HOURS: Final = (*range(7, 19), 21)


def clock_of(text: str) -> tuple[int, int] | None:
    """Hour and minute of a stored "14:30"; None where it is none."""
    hour, _, minute = text.partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        return None
    return int(hour), int(minute)


def _clock(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"


@dataclass(frozen=True, slots=True)
class Sentence(Kind):
    """A deadline in plain words; what it says of day, time and zone is kept beside the words."""

    name: ClassVar[str] = "sentence"

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:  # noqa: ARG002 - the kind's shape
        """What it often is."""
        return in_rows((answer_button(kind, str(i)) for i, kind in enumerate(KINDS)), 2)

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:  # noqa: ARG002 - shape
        """One of the usual ones: day and time are asked next."""
        if not (value.isascii() and value.isdigit() and int(value) < len(KINDS)):
            return None
        return Answered({"title": KINDS[int(value)]})

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:  # noqa: ARG002 - the kind's shape
        """All that the sentence says; what it leaves open, or says in two ways, is asked."""
        line = " ".join(text.split())
        if not line:
            return Refused(Note("text_empty"))
        found = read(line, scene.now, scene.zone)
        if not found.title:
            return Refused(Note("deadline_no_words"))
        value: dict[str, Json] = {"title": found.title}
        if found.doubt is not None and found.either and not found.past:
            value["either"] = " ".join(on.isoformat() for on in found.either)
        if found.past:
            value["past"] = "yes"  # the words stay; another day is asked
        elif found.on is not None and found.doubt is None:
            value["on"] = found.on.isoformat()
        if found.all_day:
            value["time"] = ALL_DAY
        elif found.time is not None:
            value["time"] = _clock(*found.time)
        if found.zone is not None:
            value["zone"] = found.zone
        return Answered(value)

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """The words without day and time."""
        return str(answer.get("title")) if isinstance(answer, dict) else str(answer)

    def valid(self, answer: Json) -> bool:
        """Words, and texts beside them."""
        return isinstance(answer, dict) and all(isinstance(v, str) for v in answer.values()) and "title" in answer

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Type it."""
        return Note("deadline")

    def signature(self) -> str:
        """Its parts."""
        return "sentence title on either past time zone"


@dataclass(frozen=True, slots=True)
class Day(Kind):
    """A day from today on: tapped, or typed ("12 December", "next Monday").

    ``sentence`` is the question whose answer may name two days, one of which is meant.
    """

    name: ClassVar[str] = "day"
    sentence: str = ""
    page: int = 12

    def _options(self, scene: Scene) -> tuple[Option, ...]:
        today = scene.now.astimezone(ZoneInfo(scene.zone)).date()
        days = (today + timedelta(days=n) for n in range(_DAYS))
        return tuple(Option(on.isoformat(), f"{on:%a} {on.day} {on:%b}") for on in days)

    def _either(self, scene: Scene) -> list[str] | None:
        """The days that a sentence may have meant."""
        answer = scene.answers.known(self.sentence)
        either = answer.get("either") if isinstance(answer, dict) else None
        return [on for on in str(either).split() if self.valid(on)] or None if either else None

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:
        """Half a year of days, twelve to a page; after a date that can be read in two ways those two."""
        either = draft.get("either") or self._either(scene)
        if isinstance(either, list):
            days = [date.fromisoformat(str(on)) for on in either]
            return in_rows((answer_button(day_words(on), on.isoformat()) for on in days), 1)
        shown, pages = page_of(self._options(scene), draft, self.page)
        return (*in_rows((answer_button(o.label, o.value) for o in shown), 3), *pages)

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:  # noqa: ARG002 - shape
        """That day."""
        return Answered(value) if self.valid(value) else None

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:  # noqa: ARG002 - the kind's shape
        """The day that the words mean."""
        found = read_day(text, scene.now, scene.zone)
        if found.doubt is not None and found.either and not found.past:
            either: list[Json] = [on.isoformat() for on in found.either]
            return Drafting({"either": either, "note": "day_ambiguous"})
        if found.on is None:
            return Refused(Note("no_day", {"text": shortened(text)}))
        if found.past:
            return Refused(Note("day_past"))
        return Answered(found.on.isoformat())

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """The day."""
        return day_words(date.fromisoformat(str(answer))) if self.valid(answer) else str(answer)

    def valid(self, answer: Json) -> bool:
        """An ISO date."""
        try:
            return isinstance(answer, str) and bool(date.fromisoformat(answer))
        except ValueError:
            return False

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Tap or type a day."""
        return Note("day")

    def signature(self) -> str:
        """An ISO date."""
        return "day iso"


@dataclass(frozen=True, slots=True)
class Clock(Kind):
    """An hour and minute, or the whole day."""

    name: ClassVar[str] = "clock"

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:  # noqa: ARG002 - the kind's shape
        """Full hours, and the whole day."""
        hours = in_rows((answer_button(_clock(h, 0), _clock(h, 0)) for h in _HOURS), 4)
        return (*hours, (answer_button("By the end of that day", ALL_DAY),))

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:  # noqa: ARG002 - shape
        """That time."""
        return Answered(value) if self.valid(value) else None

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:  # noqa: ARG002 - the kind's shape
        """The time that the words mean ("2 pm", "14:30"), or "all day"."""
        plain = " ".join(text.casefold().split())
        if plain in {"all day", "end of day", "by the end of that day", "no time", "the whole day"}:
            return Answered(ALL_DAY)
        found = read_time(text)
        return Refused(Note("no_time", {"text": shortened(text)})) if found is None else Answered(_clock(*found))

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """The time, or "end of the day"."""
        return "end of the day" if answer == ALL_DAY else str(answer)

    def valid(self, answer: Json) -> bool:
        """ "14:30" or the whole day."""
        return isinstance(answer, str) and (answer == ALL_DAY or clock_of(answer) is not None)

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Tap or type a time."""
        return Note("time")

    def signature(self) -> str:
        """A time of day."""
        return "clock hh:mm or all_day"


def _zones(scene: Scene) -> tuple[Option, ...]:
    """The four zones of most programs, and the person's own clock where it is none of them."""
    zones = [Option(zone, label) for zone, label in US_ZONES]
    if scene.zone not in dict(US_ZONES):
        zones.append(Option(scene.zone, f"My own clock ({zone_word(scene.zone)})", ("my time", "local", "mine")))
    return tuple(zones)


@dataclass(frozen=True, slots=True)
class ZoneOf(Choice):
    """Whose clock a time is on: tapped, or typed as a zone or a city."""

    name: ClassVar[str] = "zone"
    source: tuple[Option, ...] = ()

    def options(self, scene: Scene) -> tuple[Option, ...]:
        """The zones on buttons."""
        return _zones(scene)

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:
        """That zone."""
        return Choice.pressed(self, value, scene, draft)

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:
        """The zone that the words mean: one on a button, "Central", "EST", a city."""
        del draft
        found = read_zone(text, scene.zone)
        if found is not None:
            return Answered(found)
        return Refused(Note("no_zone", {"text": shortened(text)}))

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """The zone as people say it."""
        return zone_word(str(answer))

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Tap or type."""
        return Note("zone")

    def signature(self) -> str:
        """An IANA zone."""
        return "zone iana"
