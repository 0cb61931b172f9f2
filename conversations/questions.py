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
    """What a question may look at: the reachable answers, the facts, and the instant (aware UTC)."""

    answers: Answers
    facts: Facts
    now: datetime

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
class ManyOf(Kind):
    """Any number of options, with *none of these* as an answer of its own (an empty list).

    A toggle button carries the state it leads to (``+x`` or ``-x``), so pressing it twice is harmless.
    """

    name: ClassVar[str] = "many"
    source: tuple[Option, ...] | Source
    none_label: str = "Nothing from this list"
    columns: int = 1
    page: int = 24
    missing: str = "not_an_option"

    def options(self, scene: Scene) -> tuple[Option, ...]:
        """All options, in the order shown."""
        return self.source(scene) if callable(self.source) else self.source

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:
        """Toggles that show their state in words of the label, then *Done* or the none button."""
        chosen = chosen_in(draft)
        shown, pages = page_of(self.options(scene), draft, self.page)
        toggles = (
            answer_button(f"✓ {o.label}", f"-{o.value}") if o.value in chosen else answer_button(o.label, f"+{o.value}")
            for o in shown
        )
        last = answer_button(f"Done ({len(chosen)} chosen)", "=") if chosen else answer_button(self.none_label, "0")
        return (*in_rows(toggles, self.columns), *pages, (last,))

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:
        """A toggle, *Done* or the none button."""
        chosen = chosen_in(draft)
        if value == "=":
            return Answered(list(chosen)) if chosen else None
        if value == "0":
            return Answered([])
        order = [o.value for o in self.options(scene)]
        sign, option = value[:1], value[1:]
        if option not in order or sign not in "+-":
            return None
        wanted = {*chosen, option} if sign == "+" else {*chosen} - {option}
        return Drafting({**draft, "chosen": [v for v in order if v in wanted]})

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:
        """A list ("observership, elective"), "none", or "done" for what is chosen already."""
        options = self.options(scene)
        plain = folded(text)
        chosen = chosen_in(draft)
        if plain in {"none", "no", "nothing", "0", folded(self.none_label)}:
            return Answered([])
        if plain == "done" and chosen:
            return Answered(list(chosen))
        found = [(part, matching(part, options)) for part in listed(text)]
        whole = matching(text, options)
        if len(whole) == 1 and any(len(meant) != 1 for _, meant in found):
            found = [(text, whole)]  # a name that itself holds a comma or "and"
        picked: set[str] = set()
        for part, meant in found or [(text, ())]:
            if len(meant) != 1:
                return Refused(Note(self.missing, {"text": shortened(part)}))
            picked.add(meant[0].value)
        return Answered([o.value for o in options if o.value in picked])

    def words(self, answer: Json, scene: Scene) -> str:
        """Labels joined by commas."""
        values = answer if isinstance(answer, list) else []
        if not values:
            return self.none_label
        labels = {o.value: o.label for o in self.options(scene)}
        return ", ".join(labels.get(str(v), str(v)) for v in values)

    def valid(self, answer: Json) -> bool:
        """A list of texts."""
        return isinstance(answer, list) and all(isinstance(v, str) for v in answer)

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Tap all that apply, then Done."""
        return Note("many")

    def signature(self) -> str:
        """The values offered, where they are fixed."""
        return "many" if callable(self.source) else f"many {'|'.join(o.value for o in self.source)}"

    def draft_of(self, answer: Json) -> dict[str, Json]:
        """What was chosen before."""
        return {"chosen": list(answer)} if isinstance(answer, list) and answer else {}


@dataclass(frozen=True, slots=True)
class Tally(Kind):
    """Counts by option: one tap adds one. A button carries the count it leads to, so a double tap is harmless."""

    name: ClassVar[str] = "tally"
    source: Source
    none_label: str
    highest: int = 9
    page: int = 8

    def rows(self, scene: Scene, draft: dict[str, Json]) -> Rows:
        """Options with their counts, *Clear* and *Done*."""
        counts = counts_in(draft)
        shown, pages = page_of(self.source(scene), draft, self.page)
        adders = (
            answer_button(
                f"{o.label}: {counts[o.value]}" if o.value in counts else o.label,
                f"{o.value}={min(counts.get(o.value, 0) + 1, self.highest)}",
            )
            for o in shown
        )
        total = sum(counts.values())
        last = (
            (answer_button(f"Done ({total})", "="), answer_button("Clear", "x"))
            if total
            else (answer_button(self.none_label, "0"),)
        )
        return (*in_rows(adders, 2), *pages, last)

    def pressed(self, value: str, scene: Scene, draft: dict[str, Json]) -> Outcome | None:
        """A count, *Done*, *Clear* or none."""
        counts = counts_in(draft)
        if value == "0":
            return Answered({})
        if value == "x":
            return Drafting({**draft, "counts": {}})
        if value == "=":
            return Answered(dict(counts)) if counts else None
        option, _, number = value.partition("=")
        known = any(o.value == option for o in self.source(scene))
        if not known or not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= self.highest:
            return None
        return Drafting({**draft, "counts": {**counts, option: int(number)}})

    def typed(self, text: str, scene: Scene, draft: dict[str, Json]) -> Outcome:
        """ "2 internal medicine, 1 psychiatry"; a name without a number counts one."""
        plain = folded(text)
        counts = counts_in(draft)
        if plain in {"none", "no", "0", folded(self.none_label)}:
            return Answered({})
        if plain == "done" and counts:
            return Answered(dict(counts))
        counts = {}
        for part in listed(text) or [text]:
            number, name = counted(part)
            options = matching(name, self.source(scene))
            if len(options) != 1:
                return Refused(Note("no_specialty", {"text": shortened(part)}))
            counts[options[0].value] = counts.get(options[0].value, 0) + number
            if not 1 <= counts[options[0].value] <= self.highest:
                return Refused(Note("number_range", {"low": 1, "high": self.highest}))
        return Answered({**counts})

    def words(self, answer: Json, scene: Scene) -> str:
        """ "2 Internal Medicine, 1 Psychiatry"."""
        if not isinstance(answer, dict) or not answer:
            return self.none_label
        labels = {o.value: o.label for o in self.source(scene)}
        return ", ".join(f"{count} {labels.get(value, value)}" for value, count in answer.items())

    def valid(self, answer: Json) -> bool:
        """A mapping of texts to whole numbers."""
        return isinstance(answer, dict) and all(isinstance(v, int) for v in answer.values())

    def hint(self, scene: Scene) -> Note:  # noqa: ARG002 - the kind's shape
        """Tap once for each."""
        return Note("tally")

    def signature(self) -> str:
        """Counts by option."""
        return "tally"

    def draft_of(self, answer: Json) -> dict[str, Json]:
        """The counts so far."""
        return {"counts": dict(answer)} if isinstance(answer, dict) and answer else {}


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


def chosen_in(draft: dict[str, Json]) -> tuple[str, ...]:
    """The option values a draft holds."""
    chosen = draft.get("chosen")
    return tuple(v for v in chosen if isinstance(v, str)) if isinstance(chosen, list) else ()


def counts_in(draft: dict[str, Json]) -> dict[str, int]:
    """The counts a draft holds, without zeros."""
    counts = draft.get("counts")
    return {k: v for k, v in counts.items() if isinstance(v, int) and v > 0} if isinstance(counts, dict) else {}


def listed(text: str) -> list[str]:
    """The parts of a typed list: separated by commas (Arabic and Japanese ones too), semicolons, new lines or "and"."""
    return [p.strip() for p in re.split(r"[,;\n،、]|\band\b", text) if p.strip()]


def counted(text: str) -> tuple[int, str]:
    """A leading or trailing whole number and the rest: "2 psychiatry" → (2, "psychiatry"); no number means 1."""
    match = re.fullmatch(r"(\d{1,3})\s*[x×]?\s*(.+)|(.+?)\s*[x×:=]?\s*(\d{1,3})", text.strip(), re.DOTALL)
    if not match:
        return 1, text
    number, name = (match[1], match[2]) if match[1] else (match[4], match[3])
    return int(number), name


def whole_number(text: str) -> int | None:
    """The whole number typed, in any script's digits, or None."""
    plain = unicodedata.normalize("NFKC", text).strip().rstrip(".").replace("\u066c", "").strip()
    return int(plain) if re.fullmatch(r"[+-]?\d{1,9}", plain) else None
