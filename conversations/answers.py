"""Answers under permanent question ids, as plain JSON; *Not sure* is an answer and stays "unknown"."""

from collections.abc import Iterable, Mapping
from typing import Final

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

UNKNOWN: Final[dict[str, Json]] = {"unknown": True}


def is_unknown(answer: Json) -> bool:
    """Whether this answer is *Not sure*."""
    return isinstance(answer, dict) and answer.get("unknown") is True


class Answers:
    """A read-only view of one flow's answers, restricted to the questions that can be reached."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Json]) -> None:
        self._values = values

    def has(self, question: str) -> bool:
        """Whether the question was answered, *Not sure* included."""
        return question in self._values

    def known(self, question: str) -> Json:
        """The answer, or None where it is missing or *Not sure*."""
        answer = self._values.get(question)
        return None if is_unknown(answer) else answer

    def unknown(self, question: str) -> bool:
        """Whether the answer is *Not sure*."""
        return is_unknown(self._values.get(question))

    def whole(self, question: str) -> int | None:
        """A whole-number answer, or None."""
        answer = self.known(question)
        return answer if isinstance(answer, int) and not isinstance(answer, bool) else None

    def number(self, question: str) -> float | None:
        """A number, or None."""
        answer = self.known(question)
        return float(answer) if isinstance(answer, int | float) and not isinstance(answer, bool) else None

    def word(self, question: str) -> str | None:
        """A text or an option's value, or None."""
        answer = self.known(question)
        return answer if isinstance(answer, str) else None

    def words(self, question: str) -> tuple[str, ...] | None:
        """A list of option values (empty: "none of these"), or None where missing or *Not sure*."""
        answer = self.known(question)
        return tuple(v for v in answer if isinstance(v, str)) if isinstance(answer, list) else None

    def counts(self, question: str) -> dict[str, int] | None:
        """Counts by option value, or None."""
        answer = self.known(question)
        if not isinstance(answer, dict):
            return None
        return {k: v for k, v in answer.items() if isinstance(v, int)}

    def unknown_among(self, questions: Iterable[str]) -> tuple[str, ...]:
        """Those of the questions that were answered *Not sure*, in their order."""
        return tuple(q for q in questions if self.unknown(q))
