"""Answer kinds that are numbers: whole numbers, years, and months of experience."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from conversations.answers import Json
from conversations.questions import (
    Answered,
    Drafting,
    Kind,
    Option,
    Outcome,
    Refused,
    Scene,
    answer_button,
    in_rows,
    matching,
    whole_number,
)
from conversations.screen import Note, Rows

Bound = Callable[[Scene], int]


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A whole number in a range, some of them as buttons; ``others`` are answers that are not a number."""

    name: ClassVar[str] = "number"
    low: int
    high: int
    quick: tuple[int, ...] = ()
    others: tuple[Option, ...] = ()

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:  # noqa: ARG002 - the kind's shape
        """The quick numbers in one row of up to six, the other answers below."""
        return (
            *in_rows((answer_button(str(n), str(n)) for n in self.quick), 6),
            *in_rows((answer_button(o.label, o.value) for o in self.others), 1),
        )

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:  # noqa: ARG002 - shape
        """A quick number or one of the other answers."""
        if any(o.value == value for o in self.others):
            return Answered(value)
        return Answered(int(value)) if value.isascii() and value.isdigit() and int(value) in self.quick else None

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:  # noqa: ARG002 - the kind's shape
        """A number within the range; anything else is refused with the range."""
        number = whole_number(text)
        bounds = {"low": self.low, "high": self.high}
        if number is None:
            found = matching(text, self.others)
            return Answered(found[0].value) if len(found) == 1 else Refused(Note("not_a_number", bounds))
        return Answered(number) if self.low <= number <= self.high else Refused(Note("number_range", bounds))

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """The number, or the other answer's label."""
        return next((o.label for o in self.others if o.value == answer), str(answer))

    def valid(self, answer: Json) -> bool:
        """A whole number in the range, or one of the other answers."""
        if isinstance(answer, str):
            return any(o.value == answer for o in self.others)
        return isinstance(answer, int) and not isinstance(answer, bool) and self.low <= answer <= self.high

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """The range, and whether there are buttons."""
        return Note("number", {"low": self.low, "high": self.high, "buttons": bool(self.quick or self.others)})

    def signature(self) -> str:
        """The range and the other answers."""
        return f"number {self.low}..{self.high} {'|'.join(o.value for o in self.others)}".rstrip()


@dataclass(frozen=True, slots=True)
class Year(Kind):
    """A calendar year between two bounds that may depend on the scene (the chosen cycle, today)."""

    name: ClassVar[str] = "year"
    lowest: Bound
    highest: Bound
    newest: Bound

    def quick(self, scene: Scene) -> tuple[int, ...]:
        """Eight recent years, newest first."""
        newest = min(self.newest(scene), self.highest(scene))
        return tuple(range(newest, max(newest - 8, self.lowest(scene) - 1), -1))

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:  # noqa: ARG002 - the kind's shape
        """Recent years, four to a row."""
        return in_rows((answer_button(str(y), str(y)) for y in self.quick(scene)), 4)

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:
        """One of the years shown."""
        del draft
        return Answered(int(value)) if value.isascii() and value.isdigit() and int(value) in self.quick(scene) else None

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:
        """A four-digit year within the bounds."""
        del draft
        bounds = {"low": self.lowest(scene), "high": self.highest(scene)}
        number = whole_number(text)
        if number is None:
            return Refused(Note("not_a_year", bounds))
        return Answered(number) if bounds["low"] <= number <= bounds["high"] else Refused(Note("year_range", bounds))

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """The year."""
        return str(answer)

    def valid(self, answer: Json) -> bool:
        """A whole number that can be a year; the bounds move with time, so they are not checked again."""
        return isinstance(answer, int) and not isinstance(answer, bool) and 1900 <= answer <= 2200

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Tap a year or type another."""
        return Note("year")

    def signature(self) -> str:
        """A year."""
        return "year"


_SPAN = re.compile(r"(\d+(?:[.,]\d+)?)\s*(years?|yrs?|y|months?|mos?|m|weeks?|wks?|w)?\b\.?", re.IGNORECASE)
# A month of a rotation is counted as four weeks, as rotations are sold and reported; a year as twelve months.
_IN_MONTHS = {"y": 12.0, "m": 1.0, "w": 0.25}


@dataclass(frozen=True, slots=True)
class Months(Kind):
    """Months of experience: "3", "1.5", "6 weeks", "1 year 2 months"."""

    name: ClassVar[str] = "months"
    highest: int = 240

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:  # noqa: ARG002 - the kind's shape
        """Usual lengths."""
        return (
            tuple(answer_button(str(n), str(n)) for n in (1, 2, 3, 4)),
            tuple(answer_button(str(n), str(n)) for n in (6, 9, 12, 24)),
        )

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:  # noqa: ARG002 - shape
        """One of the lengths shown."""
        return Answered(int(value)) if value in {"1", "2", "3", "4", "6", "9", "12", "24"} else None

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:  # noqa: ARG002 - the kind's shape
        """A length in months, weeks or years."""
        plain = unicodedata.normalize("NFKC", text).strip()
        spans = list(_SPAN.finditer(plain))
        rest = _SPAN.sub("", plain).replace("and", "").strip(" ,+")
        if not spans or rest:
            return Refused(Note("months_range", {"low": 0, "high": self.highest}))
        months = round(sum(float(s[1].replace(",", ".")) * _IN_MONTHS[(s[2] or "m")[0].lower()] for s in spans), 2)
        if not 0 < months <= self.highest:
            return Refused(Note("months_range", {"low": 0, "high": self.highest}))
        return Answered(int(months) if months == int(months) else months)

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """ "3 months"."""
        return f"{answer} {'month' if answer == 1 else 'months'}"

    def valid(self, answer: Json) -> bool:
        """A positive number."""
        return isinstance(answer, int | float) and not isinstance(answer, bool) and 0 < answer <= self.highest

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Months, weeks or years."""
        return Note("months")

    def signature(self) -> str:
        """Months."""
        return f"months ..{self.highest}"


__all__ = ["Drafting", "Months", "Number", "Year"]
