"""A flow: questions in order, each with the condition under which it is asked. Malformed flows cannot be built.

Question ids are permanent: a changed meaning gets a new id, a changed name an entry in ``renames``. The current
question is derived (the first reachable one without an answer), so questions may be added, removed and reordered
while people are inside; answers that became unreachable are kept and ignored.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from conversations.answers import Answers, Json, is_unknown
from conversations.conditions import Always, Condition
from conversations.questions import Kind, Scene
from conversations.screen import Note

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``title`` is its short name on the review screen, ``section`` the heading it stands under.

    ``template`` defaults to the question's id; ``values`` are fixed values for it and ``computed`` gives the others.
    ``unsure`` is False only where *Not sure* makes no sense. ``remark`` is what is said with the next screen once this
    one is answered. ``reopens``: for an answer value, the earlier question that is asked again instead, with the code
    of the note that says why. ``resets``: later questions whose answers belong to the old answer and are asked again.
    """

    id: str
    section: str
    title: str
    kind: Kind
    when: Condition = field(default_factory=Always)
    unsure: bool = True
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    computed: Callable[[Scene], Mapping[str, object]] | None = None
    remark: Callable[[Scene], Note | None] | None = None
    reopens: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    resets: tuple[str, ...] = ()

    def template_in(self, flow: str) -> str:
        """Its template below ``templates/chat``; one that names a folder is shared by several flows."""
        return self.template if "/" in self.template else f"{flow}/{self.template or self.id}"


@dataclass(frozen=True, slots=True)
class Flow:
    """A named list of questions. ``done`` is the page that follows the last answer."""

    id: str
    questions: tuple[Question, ...]
    done: str
    renames: Mapping[str, str] = field(default_factory=dict)
    by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Reject a flow that could strand somebody.

        Raises:
            ValueError: naming the flow and what is wrong: no questions, a bad or repeated id, a condition or a
                ``reopens`` that reads a question which does not come earlier, a section in two places, a rename from
                an id that still exists or to one that does not.
        """
        if not self.questions:
            raise ValueError(f"flow {self.id}: it has no questions")
        ids = [q.id for q in self.questions]
        for question_id in (self.id, *ids):
            if not _ID.fullmatch(question_id):
                raise ValueError(
                    f"flow {self.id}: {question_id!r} is not a permanent id (lower_snake, 2-40 characters)"
                )
        repeated = {i for i in ids if ids.count(i) > 1}
        if repeated:
            raise ValueError(f"flow {self.id}: asked twice: {', '.join(sorted(repeated))}")
        earlier: set[str] = set()
        for question in self.questions:
            read = question.when.reads() | {target for target, _ in question.reopens.values()}
            if not read <= earlier:
                raise ValueError(f"flow {self.id}: {question.id} looks at {sorted(read - earlier)}, not asked earlier")
            earlier.add(question.id)
        sections = [q.section for q in self.questions]
        starts = [b for a, b in pairwise(["", *sections]) if a != b]
        if len(starts) != len(set(starts)):
            raise ValueError(f"flow {self.id}: a section stands in two places")
        for old, new in self.renames.items():
            if old in earlier or new not in earlier:
                raise ValueError(
                    f"flow {self.id}: the rename {old} -> {new} does not lead from a gone id to a present one"
                )
        object.__setattr__(self, "by_id", {q.id: q for q in self.questions})

    def question(self, question_id: str) -> Question | None:
        """The question with that id, or None."""
        return self.by_id.get(question_id)

    def route(self, answers: Mapping[str, Json]) -> "Route":
        """What is reachable with these answers; conditions see reachable answers only."""
        seen: dict[str, Json] = {}
        view = Answers(seen)
        reachable: list[Question] = []
        current: Question | None = None
        for question in self.questions:
            if not question.when.holds(view):
                continue
            reachable.append(question)
            if question.id in answers:
                seen[question.id] = answers[question.id]
            elif current is None:
                current = question
        return Route(tuple(reachable), current, view)

    def readable(self, stored: Mapping[str, Json]) -> dict[str, Json]:
        """Stored answers as this release understands them: renamed, and without the ones whose shape no longer fits.

        An answer that is dropped here is asked again; unknown ids are kept, so that nothing is lost when an older
        release reads what a newer one wrote.
        """
        answers: dict[str, Json] = {}
        for stored_id, answer in stored.items():
            question_id = self.renames.get(stored_id, stored_id)
            question = self.question(question_id)
            if question is None or is_unknown(answer) or question.kind.valid(answer):
                answers.setdefault(question_id, answer)
        return answers

    def fingerprint(self) -> str:
        """Changes when stored answers may mean something else: ids, kinds, conditions, order."""
        lines = (f"{q.id};{q.kind.signature()};{q.when.words()};{q.unsure}" for q in self.questions)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Route:
    """The reachable questions in order, the first one without an answer, and the reachable answers."""

    reachable: tuple[Question, ...]
    current: Question | None
    answers: Answers

    def number(self, question: Question) -> int:
        """The question's place among the reachable ones, from 1."""
        return self.reachable.index(question) + 1

    def before(self, question: Question) -> Question | None:
        """The answered question before this one, or None at the first."""
        index = self.reachable.index(question)
        return next((q for q in reversed(self.reachable[:index]) if self.answers.has(q.id)), None)

    def unknown(self) -> tuple[Question, ...]:
        """The reachable questions answered *Not sure*."""
        return tuple(q for q in self.reachable if self.answers.unknown(q.id))


def answer_words(question: Question, scene: Scene) -> str:
    """A stored answer as a person reads it; *Not sure* and a missing answer are said as such."""
    if not scene.answers.has(question.id):
        return "not answered yet"
    if scene.answers.unknown(question.id):
        return "not sure"
    return question.kind.words(scene.answers.known(question.id), scene)
