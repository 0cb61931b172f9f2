"""One person on the way through the assessment, with right answers drawn by chance, and what must be stored of it.

The person's own copy of the conversation is the pure engine, fed with what was sent. It tells which buttons are on the
screen, and it is what the database is held against: the same updates, applied once and in order.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from conversations.asking import Asked, asked
from conversations.buttons import packed
from conversations.engine import Engine
from conversations.events import Command, Event, Pressed, Typed
from conversations.numbers import Months, Number, Year
from conversations.pages import Visit
from conversations.places import Place
from conversations.questions import Text
from conversations.screen import Button
from conversations.session import Session
from sandbox import Person

ASSESSMENT: Final = "assessment"
ONWARD: Final = (f"f:{ASSESSMENT}", "g:result")
CITIES: Final = ("Karachi", "Delhi", "Cairo", "Lagos", "Manila")
# Going back, changing one's mind, tapping twice: a walk still ends, since most steps go on.
ODDITIES: Final = 0.12


@dataclass(slots=True)
class Act:
    """Something sent to the bot: one update."""

    update_id: int
    event: Event


@dataclass(frozen=True, slots=True)
class Stored:
    """What must be in the database of one person: the session as JSON without its time stamp, and its saves."""

    session: dict[str, Any] | None
    version: int


class Book:
    """A conversation kept by the pure engine alone: every event applied once, in order."""

    def __init__(self, engine: Engine, seed: str) -> None:
        self._engine = engine
        self._seed = seed
        self.session: Session | None = None
        self.version = 0

    def apply(self, event: Event) -> None:
        """As the bot's turn does it: a step that changes nothing saves nothing."""
        step = self._engine.step(self.session, event, datetime.now(UTC), lambda: self._seed)
        assert step.session is not None, "nobody erases anything here"
        if step.session is not self.session:
            self.session, self.version = step.session, self.version + 1

    def copy(self) -> "Book":
        """Another one at the same point."""
        other = Book(self._engine, self._seed)
        other.session, other.version = self.session, self.version
        return other

    def stored(self) -> Stored:
        """What the database must hold."""
        return Stored(None if self.session is None else timeless(self.session), self.version)


def timeless(session: Session) -> dict[str, Any]:
    """The session as it is stored, without the one thing that depends on when it was."""
    plain: dict[str, Any] = session.to_json()
    return {key: value for key, value in plain.items() if key != "seen_at"}


@dataclass
class Walk:
    """One conversation. `acts` is everything sent, in order of the update ids; `book` holds what is acknowledged."""

    person: Person
    engine: Engine
    chance: random.Random
    acts: list[Act] = field(default_factory=list)
    book: Book | None = None
    acknowledged: int = 0

    @property
    def arrived(self) -> bool:
        """Whether the person sees the result."""
        session = self.book.session if self.book else None
        return session is not None and session.place.page == "result"

    async def begin(self) -> list[Act]:
        """The first word."""
        return [await self.says("/start")]

    async def go_on(self) -> list[Act]:
        """The next thing that the person does; several are sent without waiting in between."""
        session = self._session
        visit = Visit(session, self.engine.flows, self.engine.facts, datetime.now(UTC), session.place.subject)
        open_ = asked(visit, ASSESSMENT) if session.place.flow else None
        if open_ is None:
            return await self._presses(next(b for b in self._buttons() if b.action in ONWARD))
        if self.chance.random() < ODDITIES:
            return await self._oddly()
        text = self._text(open_)
        answers = [b for b in self._buttons() if b.action.startswith("a:")]
        if text is not None and (not answers or self.chance.random() < 0.4):
            return [await self.says(text)]
        ends = [b for b in answers if b.action in ("a:=", "a:0")]
        return await self._presses(self.chance.choice(ends if ends and self.chance.random() < 0.5 else answers))

    async def says(self, text: str) -> Act:
        """Write a message: a command or an answer."""
        event = Command(text[1:]) if text.startswith("/") else Typed(text)
        return self._sent((await self.person.says(text, settle=False)).update_id, event)

    async def presses(self, label: str) -> Act:
        """Press the button of the present screen that has this label."""
        (act,) = await self._presses(next(b for b in self._buttons() if b.label == label))
        return act

    async def screen_id(self) -> int:
        """The message that shows the present screen. Fails if the person does not see it: it must always be there."""
        messages = await self.person.messages()
        for message in reversed(messages):
            if self._session.token in tokens(message):
                return int(message["message_id"])
        raise AssertionError(
            f"the screen {self._session.token} of {self.person.first_name} is not in the chat\n"
            + await self.person.transcript()
        )

    @property
    def _session(self) -> Session:
        assert self.book is not None, "nothing was acknowledged yet"
        assert self.book.session is not None
        return self.book.session

    def _buttons(self) -> list[Button]:
        return [button for row in self.engine.screen(self._session, datetime.now(UTC)).rows for button in row]

    async def _presses(self, button: Button, times: int = 1) -> list[Act]:
        """The same button so many times, without waiting for what the first press does."""
        keep = self.engine.screen(self._session, datetime.now(UTC)).keep
        data = packed(self._session.token, button.action, keep=keep)
        message_id = await self.screen_id()
        presses = [await self.person.presses_old(message_id, data, settle=False) for _ in range(times)]
        return [self._sent(press.update_id, Pressed(data)) for press in presses]

    async def _oddly(self) -> list[Act]:
        odd = self.chance.choice(("twice", "twice", "twice", "u", "b", "w", "restart"))
        verbs = {"twice": "a", "u": "u", "b": "b", "w": "w", "restart": ""}
        found = [b for b in self._buttons() if b.action.partition(":")[0] == verbs[odd]]
        if not found:
            return [await self.says("/start" if odd == "restart" else "hello?")]
        return await self._presses(self.chance.choice(found), 2 if odd == "twice" else 1)

    def _text(self, open_: Asked) -> str | None:
        """A right answer to type, where the question takes a typed one."""
        kind, scene = open_.question.kind, open_.scene
        match kind:
            case Number():
                return str(self.chance.randint(kind.low, min(kind.high, kind.low + 150)))
            case Year():
                return str(self.chance.choice(kind.quick(scene)))
            case Months():
                return self.chance.choice(("5", "6 weeks", "1 year 2 months"))
            case Text():
                return self.chance.choice(("Wound care", "<b>Éthique</b> & طب"))
            case Place():
                return self.chance.choice(CITIES)
        return None

    def _sent(self, update_id: int | None, event: Event) -> Act:
        assert update_id is not None
        act = Act(update_id, event)
        self.acts.append(act)
        return act

    async def acknowledge(self, acts: list[Act]) -> None:
        """These are settled: from now on they must be stored."""
        if self.book is None:
            shown = await self.person.screen()
            seed = next(iter(tokens(shown)))[:4]  # drawn by the bot; the first screen's buttons carry it
            self.book = Book(self.engine, seed)
        for act in acts:
            self.book.apply(act.event)
        self.acknowledged += len(acts)

    def may_be_stored(self, settled: Callable[[int], bool], seed: str) -> list[Stored]:
        """What the database may hold: everything that Telegram was told is settled, and any beginning of the rest.

        `seed` is the stored session's own, which nobody knows yet while the first update is on its way.
        """
        book = self.book.copy() if self.book else Book(self.engine, seed)
        possible = [book.stored()]
        for act in self.acts[self.acknowledged :]:
            book.apply(act.event)
            if settled(act.update_id):
                possible.clear()
            possible.append(book.stored())
        return possible


def tokens(message: dict[str, Any]) -> set[str]:
    """The screen tokens on a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["callback_data"].partition(":")[0].rstrip("*") for row in rows for button in row}
