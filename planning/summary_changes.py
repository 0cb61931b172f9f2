"""What changed in a summary since a mentor last looked: lines by key, what differs, and which looks are kept.

Keys are "<section>.<what>", and one line "<section>" for each section that is shown. Values are short and canonical:
words of the enumerations, numbers, slugs, ISO days, lists joined by a comma in a fixed order. What is not known has no
line. By section:
    questions.<n>: id of the question, or its own words.
    profile.<attribute of ProfilePart>, but letters as profile.letters.<field's name> and profile.letters_elsewhere, and
        profile.usce ("none", or the kinds) with profile.usce.<kind> (months, "?" when not known).
    scores.<attribute>. failures.count, failures.exams. visa.<attribute>. flags.<flag's id>: its level.
    standing.primary: slug, or the name that was typed.
    backups.<place>: slug. backups.dual.<slug>: kind of the answer on two fields.
    plan.<task's id>: "done" or "open". timeline.<item's id>: day. own.<number>: day and the words.
    plan.year, timeline.year: of the Match.
    feelings.<attribute of Preferences>, feelings.fit.<field's name>: the three answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from planning.interests import Fit, Preferences
from planning.summary_types import (
    BackupsPart,
    Change,
    FailuresPart,
    FeelingsPart,
    FlagsPart,
    Look,
    OwnPart,
    PlanPart,
    ProfilePart,
    QuestionsPart,
    ScoresPart,
    Section,
    StandingPart,
    Summary,
    TimelinePart,
    VisaPart,
)
from planning.timeline_types import Item

SAME_LOOK: Final = timedelta(minutes=30)
"""Whoever comes back so soon is still reading: what had changed is still told."""

SHOWN: Final = "shown"
DONE: Final = "done"
OPEN: Final = "open"
NOT_KNOWN: Final = "?"
NONE: Final = "none"

_YEAR: Final = "year"
_LISTED: Final = frozenset({"usce", "letters"})
"""Attributes of `ProfilePart` that have lines of their own."""

_DERIVED: Final = frozenset({"years_since_graduation"})
"""Follows from the year of graduation and of the Match, which have lines."""


_NAMING: Final = frozenset({Section.STANDING, Section.BACKUPS})
_ON_PROFILE: Final = frozenset({Section.PROFILE, Section.SCORES, Section.FAILURES, Section.VISA, Section.FEELINGS})
_RESTS_ON: Final[Mapping[str, frozenset[Section]]] = {
    "profile.letters": _NAMING,
    "profile.geography_reason": frozenset({Section.VISA}),
    "scores.step3": frozenset({Section.VISA}),
    "backups.dual.": _ON_PROFILE | _NAMING,
    "feelings.fit.": _NAMING,
    "feelings.weights": frozenset({Section.VISA}),
}
"""Beginnings of keys whose lines also hang on other sections. Their difference tells nothing when one of those was
switched on or off in between: it may be the switch that made it."""

_PARTLY: Final = frozenset({Section.QUESTIONS, Section.FLAGS, Section.PLAN, Section.TIMELINE})
"""Sections that have more or fewer lines as others are shown."""


def lines_of(summary: Summary) -> dict[str, str]:
    """Every line of the summary by its key."""
    found: dict[str, str] = {}
    for section in summary.sections:
        found[section.value] = SHOWN
        part = getattr(summary, section.value)
        for key, value in _lines(part, summary):
            text = _text(value)
            if text is not None:
                found[f"{section.value}.{key}"] = text
    return found


def changes(before: Mapping[str, str], summary: Summary) -> tuple[Change, ...]:
    """What differs from the lines of an earlier look, section by section in the order of the page.

    Only sections that are shown now. One that was not shown before is one change with the section as its key; what
    differs because another one was switched on or off is none. What time
    alone changes is none: a task that is late now, a date that has passed, one that moved up in the list of the next. A
    date counts only when it moved, a task only when it was done or is open again, and an own deadline that has gone
    only before its day (it was done or taken out). In another year everything is new; then only the year is told.
    """
    now = lines_of(summary)
    keys: dict[str, list[str]] = {}
    for key in (*now, *(key for key in before if key not in now)):
        section, dot, _ = key.partition(".")
        if dot:
            keys.setdefault(section, []).append(key)
    return tuple(
        change
        for section in summary.sections
        for change in _changes(section, keys.get(section, []), before, now, summary)
    )


def looked(looks: tuple[Look, ...], summary: Summary) -> tuple[tuple[Look, ...], Look | None]:
    """The looks to keep once this summary is seen, oldest first, at most two; and the one to compare it with, or None.

    A visit within `SAME_LOOK` of the last one belongs to the same look: it is compared with the one before, and what is
    kept of it is its newest instant and lines.
    """
    look = Look(summary.now, lines_of(summary))
    if not looks:
        return (look,), None
    last = looks[-1]
    if summary.now - last.at >= SAME_LOOK:
        return (last, look), last
    earlier = looks[-2] if len(looks) > 1 else None
    return (look,) if earlier is None else (earlier, look), earlier


def _changes(
    section: Section, keys: list[str], before: Mapping[str, str], now: Mapping[str, str], summary: Summary
) -> Iterator[Change]:
    if section.value not in before:
        yield Change(section, section.value, None, SHOWN)
        return
    year = f"{section.value}.{_YEAR}"
    if before.get(year) != now.get(year):
        keys = [year]
    switched = {other for other in Section if (other.value in before) != (other in summary.sections)}
    for key in keys:
        old, new = before.get(key), now.get(key)
        if section is Section.QUESTIONS:
            old, new = _question(key, before, now)
        if old != new and not (_by_switch(section, key, old, new, switched) or _by_time(section, old, new, summary)):
            yield Change(section, key, old, new)


def _by_switch(section: Section, key: str, old: str | None, new: str | None, switched: Collection[Section]) -> bool:
    """Whether the line may differ because another section was switched on or off in between."""
    partly = bool(switched) and section in _PARTLY and None in (old, new)
    return partly or any(key.startswith(start) and others & set(switched) for start, others in _RESTS_ON.items())


def _question(key: str, before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str | None, str | None]:
    """What stands in a place before and after; a question that only moved is none of both."""
    old, new = before.get(key), now.get(key)
    start = f"{Section.QUESTIONS.value}."
    asked_before = {text for name, text in before.items() if name.startswith(start)}
    asked_now = {text for name, text in now.items() if name.startswith(start)}
    return (None if old in asked_now else old), (None if new in asked_before else new)


def _by_time(section: Section, old: str | None, new: str | None, summary: Summary) -> bool:
    """Whether time alone, or an answer that is told in its own place, may have made the difference."""
    if section is Section.PLAN:
        return new != DONE and (old != DONE or new is None) and None in (old, new)
    if section is Section.TIMELINE:
        return old is None or new is None
    if section is Section.OWN:
        return new is None and old is not None and _gone_by(old, summary)
    return False


def _gone_by(own: str, summary: Summary) -> bool:
    """Whether the day of an own deadline has come in the zone where days begin first: then it may just have passed."""
    try:
        day = date.fromisoformat(own.partition(" ")[0])
    except ValueError:
        return True
    return day <= summary.now.astimezone(ZoneInfo("Pacific/Kiritimati")).date()


def _lines(part: object, summary: Summary) -> Iterable[tuple[str, object]]:
    match part:
        case QuestionsPart():
            return [(str(n), asked.id or asked.text) for n, asked in enumerate(part.questions, 1)]
        case ProfilePart():
            return _profile(part)
        case ScoresPart() | FailuresPart() | VisaPart():
            return [(one.name, getattr(part, one.name)) for one in fields(part)]
        case FlagsPart():
            return [(flag.id, flag.level) for flag in part.flags]
        case StandingPart():
            return [("primary", part.slug or part.primary or None)]
        case BackupsPart():
            places = [(str(line.place), line.slug) for line in part.backups]
            return [*places, *((f"dual.{line.slug}", line.dual.kind) for line in part.backups if line.dual)]
        case PlanPart():
            done = [(item.id, DONE) for item in part.done]
            return [(_YEAR, summary.year), *done, *((item.id, OPEN) for item in (*part.late, *part.open))]
        case TimelinePart():
            return [(_YEAR, summary.year), *((item.id, _day(item)) for item in part.coming)]
        case OwnPart():
            return [(str(item.own.number), f"{_day(item)} {item.own.title}") for item in part.coming if item.own]
        case FeelingsPart():
            return _feelings(part)
    return []


def _profile(part: ProfilePart) -> Iterator[tuple[str, object]]:
    for one in fields(part):
        if one.name not in _LISTED | _DERIVED:
            yield one.name, getattr(part, one.name)
    if part.usce is not None:
        yield "usce", tuple(line.kind for line in part.usce) or NONE
        for line in part.usce:
            yield f"usce.{line.kind.value}", NOT_KNOWN if line.months is None else line.months
    for name, count in part.letters:
        yield f"letters.{name}", count


def _feelings(part: FeelingsPart) -> Iterator[tuple[str, object]]:
    for one in fields(Preferences):
        value = getattr(part.preferences, one.name)
        if one.name == "weights":
            yield "weights", tuple(f"{name}={weight}" for name, weight in sorted((value or {}).items())) or None
        elif one.name == "strong":
            yield "strong", value or None
        elif one.name != "fit":
            yield one.name, value
    for line in part.fits:
        yield f"fit.{line.name}", tuple(f"{one.name}={getattr(line.fit, one.name) or NOT_KNOWN}" for one in fields(Fit))


def _day(item: Item) -> str:
    return "" if item.due is None else item.due.on.isoformat()


def _text(value: object) -> str | None:
    """The canonical text of a value; None for what is not known."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, frozenset | set):
        return ",".join(sorted(str(one) for one in value)) or NONE
    if isinstance(value, tuple):
        return ",".join(str(one) for one in value) or NONE
    return str(value)
