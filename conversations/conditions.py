"""When a question is asked: small declared conditions, so that a flow can be checked, drawn and reasoned about.

A condition reads earlier answers only. A missing or unknown answer satisfies nothing but :class:`Unsure`.
"""

from dataclasses import dataclass
from typing import Protocol

from conversations.answers import Answers


class Condition(Protocol):
    """Holds or not for the answers so far; names what it reads; says itself in words for the drawn flow."""

    def holds(self, answers: Answers) -> bool:
        """Whether the question is asked."""
        ...

    def reads(self) -> frozenset[str]:
        """Ids of the questions it looks at."""
        ...

    def words(self) -> str:
        """The condition for the drawn flow."""
        ...


@dataclass(frozen=True, slots=True)
class Always:
    """The question is always asked."""

    def holds(self, answers: Answers) -> bool:  # noqa: ARG002 - the protocol's shape
        """True."""
        return True

    def reads(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()

    def words(self) -> str:
        """Empty: an unconditional edge has no label."""
        return ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer that has several: it is there, or is one of these values."""

    question: str
    key: str
    values: tuple[str, ...] = ()

    def holds(self, answers: Answers) -> bool:
        """Whether the part is there and fits."""
        answer = answers.known(self.question)
        part = answer.get(self.key) if isinstance(answer, dict) else None
        return part is not None and (not self.values or part in self.values)

    def reads(self) -> frozenset[str]:
        """The one question."""
        return frozenset({self.question})

    def words(self) -> str:
        """``x.part known`` or ``x.part = a or b``."""
        return f"{self.question}.{self.key} {'= ' + ' or '.join(self.values) if self.values else 'known'}"


@dataclass(frozen=True, slots=True)
class Known:
    """An answer was given and is not *Not sure*."""

    question: str

    def holds(self, answers: Answers) -> bool:
        """Whether it is known."""
        return answers.known(self.question) is not None

    def reads(self) -> frozenset[str]:
        """The one question."""
        return frozenset({self.question})

    def words(self) -> str:
        """``x known``."""
        return f"{self.question} known"


@dataclass(frozen=True, slots=True)
class Unsure:
    """The answer was *Not sure*."""

    question: str

    def holds(self, answers: Answers) -> bool:
        """Whether it is unknown."""
        return answers.unknown(self.question)

    def reads(self) -> frozenset[str]:
        """The one question."""
        return frozenset({self.question})

    def words(self) -> str:
        """``x not sure``."""
        return f"{self.question} not sure"


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is one of these values."""

    question: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether the word answered is among the values."""
        return answers.word(self.question) in self.values

    def reads(self) -> frozenset[str]:
        """The one question."""
        return frozenset({self.question})

    def words(self) -> str:
        """``x is a or b``."""
        return f"{self.question} is {' or '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A list answer holds at least one of these values."""

    question: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether any was chosen."""
        return not frozenset(answers.words(self.question) or ()).isdisjoint(self.values)

    def reads(self) -> frozenset[str]:
        """The one question."""
        return frozenset({self.question})

    def words(self) -> str:
        """``x has a or b``."""
        return f"{self.question} has {' or '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Numeric:
    """The answer is a number, at least ``low``."""

    question: str
    low: float

    def holds(self, answers: Answers) -> bool:
        """Whether the number reaches ``low``."""
        number = answers.number(self.question)
        return number is not None and number >= self.low

    def reads(self) -> frozenset[str]:
        """The one question."""
        return frozenset({self.question})

    def words(self) -> str:
        """``x ≥ low``."""
        return f"{self.question} ≥ {self.low:g}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether any holds."""
        return any(c.holds(answers) for c in self.conditions)

    def reads(self) -> frozenset[str]:
        """All that the parts read."""
        return frozenset().union(*(c.reads() for c in self.conditions))

    def words(self) -> str:
        """Joined by *or*."""
        return " or ".join(c.words() for c in self.conditions)


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the conditions hold."""

    conditions: tuple[Condition, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether all hold."""
        return all(c.holds(answers) for c in self.conditions)

    def reads(self) -> frozenset[str]:
        """All that the parts read."""
        return frozenset().union(*(c.reads() for c in self.conditions))

    def words(self) -> str:
        """Joined by *and*, with alternatives in parentheses."""
        return " and ".join(f"({c.words()})" if isinstance(c, AnyOf) else c.words() for c in self.conditions)


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition

    def holds(self, answers: Answers) -> bool:
        """Whether it does not hold."""
        return not self.condition.holds(answers)

    def reads(self) -> frozenset[str]:
        """What the inner one reads."""
        return self.condition.reads()

    def words(self) -> str:
        """``not (…)``."""
        return f"not ({self.condition.words()})"
