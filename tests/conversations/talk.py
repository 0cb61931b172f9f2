"""A chat with the engine alone: what a person does, and what is on the screen then. Pure, no shell."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from conversations.answers import UNKNOWN, Json
from conversations.applicant import ASSESSMENT
from conversations.buttons import packed
from conversations.engine import Engine, Step
from conversations.events import Command, Event, Other, Pressed, Typed
from conversations.screen import Screen
from conversations.session import Session, recovered_session
from conversations.text import clean

NOW: Final = datetime(2026, 9, 1, 12, tzinfo=UTC)

PATH: Final[Mapping[str, str]] = {
    "cycle": "2027",
    "city": "Karachi",
    "clock": "yes",
    "citizenship": "no",
    "work_right": "none",
    "visa": "j1",
    "graduation_year": "2020",
    "step1": "passed",
    "step1_year": "2021",
    "step2_ck": "236",
    "step2_year": "2022",
    "failures": "0",
    "step3": "not taken",
    "ecfmg": "certified",
    "usce_kinds": "observership",
    "usce_observership_months": "2",
    "usce_observership_fields": "internal medicine",
    "home_experience": "internship",
    "recent_activity": "regular",
    "gaps": "none",
    "publications": "1",
    "abstracts": "0",
    "posters": "0",
    "projects": "0",
    "research_fields": "internal medicine",
    "letters": "2 internal medicine",
    "primary": "internal medicine",
    "strengths": "none",
    "geography": "anywhere",
    "program_types": "community",
}
"""One applicant's words, by question: enough for a whole assessment. Questions that are not here get *Not sure*."""


def seeds() -> Callable[[], str]:
    """A source of seeds for new sessions: aaaa, aaab, ... so that a test is the same each time."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    count = -1

    def next_seed() -> str:
        nonlocal count
        count += 1
        return f"aa{letters[count // 36 % 36]}{letters[count % 36]}"

    return next_seed


class Talk:
    """One person's chat. After each event the session goes through JSON, as the shell stores it."""

    def __init__(self, engine: Engine, session: Session | None = None, now: datetime = NOW) -> None:
        self.engine = engine
        self.session = session
        self.now = now
        self.seed = seeds()
        self.step = Step(session)

    # -- what a person does -------------------------------------------------------------------------------------------

    def does(self, event: Event) -> "Talk":
        """One event, and the session stored and loaded again."""
        self.step = self.engine.step(self.session, event, self.now, self.seed)
        session = self.step.session
        self.session = None if session is None else recovered_session(orjson.loads(stored(session)), self.seed)
        return self

    def says(self, text: str) -> "Talk":
        """Types a text or a command, as the shell hands it on."""
        text = clean(text)
        if text.startswith("/"):
            name, _, argument = text[1:].partition(" ")
            return self.does(Command(name, argument))
        return self.does(Typed(text))

    def sends(self, kind: str) -> "Talk":
        """Sends something that is not text."""
        return self.does(Other(kind))

    def presses(self, label: str) -> "Talk":
        """Presses the button with that label, or the only one that begins with it."""
        return self.does(Pressed(self.data(label)))

    def presses_data(self, data: str) -> "Talk":
        """Presses a button of an earlier screen, or a forged one."""
        return self.does(Pressed(data))

    def waits(self, **span: float) -> "Talk":
        """Time goes by."""
        self.now += timedelta(**span)
        return self

    def answers(self, text: str) -> "Talk":
        """Answers the open question by typing; the answer must be taken."""
        question = self.question
        self.says(text)
        assert question, "no question is open"
        assert self.question != question, f"{question!r} did not take {text!r}: {self.screen.note}"
        return self

    def answers_until(self, question: str, words: Mapping[str, str] = PATH) -> "Talk":
        """Answers question after question until that one is open."""
        while self.question != question:
            assert self.question, f"{question} was never asked"
            self.answers(words.get(self.question, "not sure"))
        return self

    def answers_all(self, words: Mapping[str, str] = PATH) -> "Talk":
        """Answers all that is asked, to the review."""
        while self.question:
            self.answers(words.get(self.question, "not sure"))
        return self

    # -- what is seen -------------------------------------------------------------------------------------------------

    @property
    def screen(self) -> Screen:
        """The screen now."""
        return self.engine.screen(self.session, self.now)

    @property
    def question(self) -> str:
        """The id of the question on the screen, empty on a page."""
        template = self.screen.template
        if not template.startswith(f"{ASSESSMENT}/"):
            return ""
        name = template.removeprefix(f"{ASSESSMENT}/")
        kind = self.screen.context.get("kind")
        return f"usce_{kind}_{name.removeprefix('usce_')}" if kind else name

    @property
    def page(self) -> str:
        """The id of the page on the screen, empty on a question."""
        return self.screen.template.removeprefix("pages/") if self.screen.template.startswith("pages/") else ""

    @property
    def note(self) -> str:
        """The code of the note on the screen, or empty."""
        return self.screen.note.code if self.screen.note else ""

    @property
    def labels(self) -> tuple[str, ...]:
        """All button labels."""
        return tuple(button.label for row in self.screen.rows for button in row)

    def data(self, label: str) -> str:
        """What the button with that label (or the only one that begins with it) carries."""
        screen = self.screen
        buttons = [b for row in screen.rows for b in row]
        found = [b for b in buttons if b.label == label] or [b for b in buttons if b.label.startswith(label)]
        assert len(found) == 1, f"{label!r} names {len(found)} of the buttons {self.labels}"
        return packed(screen.token, found[0].action, keep=screen.keep)

    @property
    def answered(self) -> Mapping[str, Json]:
        """The stored answers, unreachable ones included."""
        return self.session.run(ASSESSMENT).answers if self.session else {}

    @property
    def reachable(self) -> tuple[str, ...]:
        """The ids of the questions that can be reached."""
        route = self.engine.flows[ASSESSMENT].route(self.answered)
        return tuple(question.id for question in route.reachable)

    @property
    def unsure(self) -> frozenset[str]:
        """The questions answered *Not sure*."""
        return frozenset(question for question, answer in self.answered.items() if answer == UNKNOWN)


def stored(session: Session) -> bytes:
    """The session as the shell stores it (before encryption)."""
    return orjson.dumps(session.to_json())
