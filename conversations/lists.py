"""Answer kinds with several values: any number of options, and counts by option.

Their buttons carry the state they lead to (``+x``, ``x=2``), so pressing one twice is the same as once.
"""

import re
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
    Source,
    answer_button,
    in_rows,
    matching,
    page_of,
)
from conversations.screen import Note, Rows
from conversations.text import folded, shortened


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
