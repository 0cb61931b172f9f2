"""Answer kinds: how an answer is offered as buttons, read from text, checked, and said back."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import ClassVar, Final

from conversations.answers import Answers, Json
from conversations.screen import Button, Note, Rows
from conversations.text import folded, shortened
from planning.facts import Facts


@dataclass(frozen=True, slots=True)
class Scene:
    """What a question may look at: the reachable answers, the facts, the instant (aware UTC) and the person's zone."""

    answers: Answers
    facts: Facts
    now: datetime
    zone: str = "UTC"

    @property
    def cycle(self) -> int | None:
        """The Match year chosen, or None where it is unknown."""
        word = self.answers.word("cycle")
        return int(word) if word and word.isdigit() else None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer is complete."""

    value: Json


@dataclass(frozen=True, slots=True)
class Drafting:
    """The answer is under way: what was chosen so far, or which page of options is shown."""

    draft: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Refused:
    """Not an answer; the note says what to do and the question stays open."""

    note: Note


Outcome = Answered | Drafting | Refused


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: its permanent value, the label on the button, other words a person may type."""

    value: str
    label: str
    aliases: tuple[str, ...] = ()


NEAR_SPELLING: Final = 5
Source = Callable[[Scene], tuple[Option, ...]]


@lru_cache(maxsize=1024)
def names_of(option: Option) -> tuple[str, ...]:
    """All that may be typed for an option, folded for comparing."""
    return tuple(dict.fromkeys(folded(name) for name in (option.label, option.value, *option.aliases)))


def matching(text: str, options: Iterable[Option]) -> tuple[Option, ...]:
    """The options that a typed text means: the exact ones, else those it begins, else those it is part of."""
    wanted = folded(text)
    if not wanted:
        return ()
    named = [(o, names_of(o)) for o in options]
    for test in (
        lambda name: name == wanted,
        lambda name: name.startswith(wanted),
        lambda name: len(wanted) > 2 and f" {wanted}" in f" {name}",
    ):
        found = tuple(o for o, names in named if any(test(n) for n in names))
        if found:
            return found
    # A second-language reader types "paediatrcs": near spellings of longer words are offered, never of abbreviations.
    spellings = {name: o for o, names in named for name in names if len(name) >= NEAR_SPELLING}
    near = get_close_matches(wanted, spellings, n=3, cutoff=0.8) if len(wanted) >= NEAR_SPELLING else []
    return tuple(dict.fromkeys(spellings[name] for name in near))


class Kind(ABC):
    """One kind of answer. Values are JSON under the question's id; ``draft`` is what is chosen so far."""

    name: ClassVar[str]

    @abstractmethod
    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:
        """The answer buttons; their actions begin with ``a:`` (an answer) or ``p:`` (a page of options)."""

    @abstractmethod
    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:
        """What pressing ``a:value`` means; None where no such button can exist (forged or outdated)."""

    @abstractmethod
    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:
        """What a typed text means."""

    @abstractmethod
    def words(self, answer: Json, scene: Scene) -> str:
        """The answer as a person reads it on the review screen."""

    @abstractmethod
    def valid(self, answer: Json) -> bool:
        """Whether a stored answer still has this kind's shape (checked when a session is loaded)."""

    @abstractmethod
    def hint(self, scene: Scene) -> Note:
        """How to answer: a macro of ``templates/chat/hints.html.j2``."""

    @abstractmethod
    def signature(self) -> str:
        """The stored shape in words, for the flow's fingerprint."""

    def draft_of(self, answer: Json) -> dict[str, Json]:  # noqa: ARG002 - the default for kinds without a draft
        """The draft to begin with when this answer is being changed."""
        return {}


def answer_button(label: str, value: str) -> Button:
    """A button that answers."""
    return Button(label, f"a:{value}")


def in_rows(buttons: Iterable[Button], columns: int) -> Rows:
    """The buttons, ``columns`` to a row."""
    flat = tuple(buttons)
    return tuple(flat[i : i + columns] for i in range(0, len(flat), columns))


def page_of(options: tuple[Option, ...], draft: dict[str, Json], size: int) -> tuple[tuple[Option, ...], Rows]:
    """The options on the page that the draft names, and the row of page buttons (none where all fit)."""
    pages = -(-len(options) // size)
    if pages <= 1:
        return options, ()
    wanted = draft.get("page")
    page = min(max(wanted, 0), pages - 1) if isinstance(wanted, int) else 0
    row = []
    if page > 0:
        row.append(Button("◂ Earlier", f"p:{page - 1}"))
    if page < pages - 1:
        row.append(Button(f"More ({page + 2}/{pages}) ▸", f"p:{page + 1}"))
    return options[page * size : (page + 1) * size], (tuple(row),)


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of several options. ``source`` may depend on the scene (Match cycles, specialties)."""

    name: ClassVar[str] = "choice"
    source: tuple[Option, ...] | Source
    columns: int = 1
    page: int = 24
    missing: str = "not_an_option"
    several: str = "not_an_option"

    def options(self, scene: Scene) -> tuple[Option, ...]:
        """All options, in the order shown."""
        return self.source(scene) if callable(self.source) else self.source

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:
        """Options in columns, paged where they are many; after an ambiguous text only the ones it may mean."""
        options = self.options(scene)
        narrowed = draft.get("only")
        if isinstance(narrowed, list):
            options = tuple(o for o in options if o.value in narrowed)
        shown, pages = page_of(options, draft, self.page)
        return (*in_rows((answer_button(o.label, o.value) for o in shown), self.columns), *pages)

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:
        """The option with that value."""
        del draft
        return Answered(value) if any(o.value == value for o in self.options(scene)) else None

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:
        """The option that the text means, if it is one; several are offered to choose from."""
        del draft
        found = matching(text, self.options(scene))
        if len(found) == 1:
            return Answered(found[0].value)
        if found:
            return Drafting({"only": [o.value for o in found], "note": self.several})
        return Refused(Note(self.missing, {"text": shortened(text)}))

    def words(self, answer: Json, scene: Scene) -> str:
        """The option's label; a value that is no longer offered is said as it was stored."""
        return next((o.label for o in self.options(scene) if o.value == answer), str(answer))

    def valid(self, answer: Json) -> bool:
        """A text; options may come and go with the seasons, so any text is kept."""
        return isinstance(answer, str)

    def hint(self, scene: Scene) -> Note:
        """Tap one, or type it."""
        return Note("search" if len(self.options(scene)) > self.page else "choice")

    def signature(self) -> str:
        """The values offered, where they are fixed."""
        return "choice" if callable(self.source) else f"choice {'|'.join(o.value for o in self.source)}"


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Free text up to ``limit`` characters."""

    name: ClassVar[str] = "text"
    limit: int = 80

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:  # noqa: ARG002 - the kind's shape
        """No answer buttons."""
        return ()

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:  # noqa: ARG002 - shape
        """No button can answer."""
        return None

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:  # noqa: ARG002 - the kind's shape
        """The text on one line."""
        line = " ".join(text.split())
        if not line:
            return Refused(Note("text_empty"))
        if len(line) > self.limit:
            return Refused(Note("text_long", {"limit": self.limit}))
        return Answered(line)

    def words(self, answer: Json, scene: Scene) -> str:  # noqa: ARG002 - the kind's shape
        """The text."""
        return str(answer)

    def valid(self, answer: Json) -> bool:
        """A text."""
        return isinstance(answer, str)

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Type a few words."""
        return Note("text", {"limit": self.limit})

    def signature(self) -> str:
        """A text."""
        return "text"


def whole_number(text: str) -> int | None:
    """The whole number typed, in any script's digits, or None."""
    plain = unicodedata.normalize("NFKC", text).strip().rstrip(".").replace("\u066c", "").strip()
    return int(plain) if re.fullmatch(r"[+-]?\d{1,9}", plain) else None
