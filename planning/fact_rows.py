"""Reading rows of the shipped facts: every error is kept with its file and row, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LINE: Final = "__line__"
"""Key under which the loader leaves the line of a row."""

_DATED: Final = re.compile(r"(\d{4})(-\d{2}){0,2}")
_OFFSET: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)")

Word = TypeVar("Word", bound=StrEnum)


class FactsError(Exception):
    """The shipped facts are wrong. `problems` holds one sentence each, beginning with file and row."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class _BadValueError(Exception):
    """One value of a row cannot be read; the row is left out and reading goes on."""


@dataclass(slots=True)
class Problems:
    """What is wrong so far, and which sources have been named."""

    found: list[str] = field(default_factory=list)
    sources: frozenset[str] = frozenset()
    used_sources: set[str] = field(default_factory=set)

    def add(self, file: str, row: str, words: str) -> None:
        """Keep one problem."""
        self.found.append(f"{file}: {row}: {words}")

    def raise_any(self) -> None:
        """Raise `FactsError` with everything that was found, if anything was."""
        if self.found:
            raise FactsError(self.found)


@dataclass(slots=True)
class Row:
    """One row of a file. Each reader returns the value asked for or gives up on the row with a kept problem."""

    file: str
    name: str
    values: Mapping[str, object]
    problems: Problems
    read: set[str] = field(default_factory=lambda: {LINE})

    def fail(self, words: str) -> NoReturn:
        """Keep a problem and give the row up."""
        self.problems.add(self.file, self.name, words)
        raise _BadValueError

    def _get(self, key: str) -> object:
        self.read.add(key)
        return self.values.get(key)

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(f"'{key}' must be a text")
        return value.strip()

    def text_or_none(self, key: str) -> str | None:
        """A text, or None when the key is absent or null."""
        return None if self._get(key) is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        value = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fail(f"'{key}' must be a list of texts")
        return tuple(value)

    def flag(self, key: str) -> bool:
        """True or false; false when absent."""
        value = self._get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            self.fail(f"'{key}' must be true or false")
        return value

    def flag_or_none(self, key: str) -> bool | None:
        """True, false, or None when null or absent."""
        return None if self._get(key) is None else self.flag(key)

    def whole(self, key: str) -> int:
        """A whole number that must be there."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(f"'{key}' must be a whole number")
        return value

    def whole_or_none(self, key: str) -> int | None:
        """A whole number, or None when absent or null."""
        return None if self._get(key) is None else self.whole(key)

    def number_or_none(self, key: str) -> float | None:
        """A number, or None when absent or null."""
        value = self._get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(f"'{key}' must be a number")
        return value

    def word(self, key: str, kind: type[Word]) -> Word:
        """One of the words of an enumeration."""
        value = self.text(key)
        try:
            return kind(value)
        except ValueError:
            self.fail(f"'{key}' is '{value}'; it must be one of {', '.join(kind)}")

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        """One of `allowed`."""
        value = self.text(key)
        if value not in allowed:
            self.fail(f"'{key}' is '{value}'; it must be one of {', '.join(allowed)}")
        return value

    def day(self, key: str) -> date:
        """A day, "YYYY-MM-DD"."""
        value = self.text(key)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{key}' is '{value}'; it must be a day such as 2026-11-23")

    def dated(self, key: str) -> str:
        """A year, month or day: "2026", "2026-11" or "2026-11-23". A figure without a year stops here."""
        value = self._get(key)
        text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if not _DATED.fullmatch(text):
            self.fail(f"'{key}' must be a year, such as 2026, 2026-11 or 2026-11-23")
        return text

    def dated_or_none(self, key: str) -> str | None:
        """As `dated`, or None when absent or null."""
        return None if self._get(key) is None else self.dated(key)

    def zone(self, key: str) -> str:
        """The name of an IANA time zone."""
        value = self._get(key)
        if not isinstance(value, str) or not value:
            self.fail(f"a date without a zone: '{key}' must be a time zone such as America/New_York")
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"'{key}' is '{value}', which is no time zone that tzdata knows")
        return value

    def instant(self, key: str, zone: str) -> datetime:
        """An instant with its offset, "2027-03-03T21:00:00-05:00", that agrees with `zone`; aware UTC."""
        value = self.text(key)
        if not _OFFSET.fullmatch(value):
            self.fail(f"a date without a zone: '{key}' is '{value}'; it must end in an offset such as -05:00")
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"'{key}' is '{value}', which is no date")
        if at.utcoffset() != at.astimezone(ZoneInfo(zone)).utcoffset():
            self.fail(f"'{key}' is '{value}', but {zone} has another offset on that day")
        return at.astimezone(UTC)

    def source(self, key: str) -> str:
        """The id of a source that ``sources.yaml`` has."""
        value = self.text(key)
        if value not in self.problems.sources:
            self.fail(f"unknown source '{value}' in '{key}'")
        self.problems.used_sources.add(value)
        return value

    def sources(self, key: str) -> tuple[str, ...]:
        """A list of source ids; empty when absent."""
        found = self.texts(key)
        for value in found:
            if value not in self.problems.sources:
                self.fail(f"unknown source '{value}' in '{key}'")
        self.problems.used_sources.update(found)
        return found

    def part(self, key: str) -> Row:
        """A mapping inside the row."""
        value = self._get(key)
        if not isinstance(value, dict):
            self.fail(f"'{key}' must be a mapping")
        return Row(self.file, f"{self.name}, {key}", value, self.problems)

    def part_or_empty(self, key: str) -> Row:
        """A mapping inside the row; an empty one when absent."""
        return Row(self.file, f"{self.name}, {key}", {}, self.problems) if self._get(key) is None else self.part(key)

    def keys_in_order(self) -> tuple[str, ...]:
        """The keys of the row in their order."""
        return tuple(key for key in self.values if key != LINE)

    def nothing_else(self) -> None:
        """Refuse keys that nobody read: they are typing errors."""
        if unread := [key for key in self.values if key not in self.read]:
            self.fail(f"unknown key {', '.join(repr(key) for key in unread)}")


class _Guard:
    """Takes the end of a given-up row."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is not None and issubclass(kind, _BadValueError)


def rows(file: str, listed: object, key: str, problems: Problems) -> Iterator[tuple[Row, _Guard]]:
    """The rows of a list, each with a guard to read it under: ``for row, guard in rows(...): with guard: ...``.

    A row is named by the value of `key` and by its line. A repeated name is a problem.
    """
    if not isinstance(listed, list) or not listed:
        problems.add(file, "whole file", "a list of rows was expected")
        return
    seen: set[object] = set()
    for place, values in enumerate(listed, start=1):
        if not isinstance(values, dict):
            problems.add(file, f"row {place}", "must be a mapping")
            continue
        name = values.get(key)
        label = f"row '{name}' (line {values.get(LINE, '?')})"
        if not isinstance(name, str | int) or isinstance(name, bool):
            problems.add(file, f"row {place} (line {values.get(LINE, '?')})", f"'{key}' is missing")
            continue
        if name in seen:
            problems.add(file, label, f"'{key}' is there twice")
            continue
        seen.add(name)
        yield Row(file, label, values, problems), _Guard()


def guarded() -> _Guard:
    """A guard for reading a part on its own."""
    return _Guard()


def shifted(at: datetime, zone: str, days: int) -> datetime:
    """`at` moved by whole days on the clock of `zone`, so that 21:00 stays 21:00 over a clock change; aware UTC."""
    local = at.astimezone(ZoneInfo(zone))
    return (local + timedelta(days=days)).astimezone(UTC)
