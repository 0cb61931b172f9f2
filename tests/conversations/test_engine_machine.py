"""Any person, any order of events: a state machine over the whole engine, held against Telegram's own parser."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import orjson
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.outgoing.chunks import LIMIT
from bot.outgoing.rendering import Renderer
from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.buttons import unpacked
from conversations.catalogue import COMMANDS, engine
from conversations.events import Command, Event, Other, Pressed, Typed
from conversations.lists import ManyOf, Tally
from conversations.numbers import Months, Number, Year
from conversations.places import Place
from conversations.questions import Choice, Kind, Text
from conversations.session import Session, recovered_session, session_from_json
from conversations.text import clean, shortened
from planning.facts import load
from tests import telegram_parser
from tests.conversations.talk import Talk, stored

FACTS: Final = load()
ENGINE: Final = engine(FACTS)
RENDERER: Final = Renderer(FACTS)
FLOW: Final = ENGINE.flows[ASSESSMENT]

WAYS: Final = ("back", "Not sure", "skip", "keep", "why", "menu", "done", "none", "0", "yes", "no")
HOSTILE: Final = (
    "<b>bold",
    "{{7*7}}",
    "{% raw %}",
    "&amp;&#x0;",
    "\u202eabc",
    "None",
    "a" * 3000,
    "²",
    "👩🏽‍⚕️" * 20,
    "\U000e0001",
    "'; --",
    "السلام عليكم",
)
FORGED: Final = (
    *("a:psychiatry=²", "a:psychiatry=3", "a:m²", "a:q0", "a:q9", "a:+observership", "a:=", "a:0", "a:x", "a:2027"),
    *("g:resume.²", "g:review_section.٣", "g:deleted", "g:home.x", "f:assessment", "q:assessment.step3", "k", "b", "u"),
    *("q:assessment.usce_hands_on_months", "d:restart.assessment", "d:restart.x", "p:999", "p:²", "w:0"),
)
PICKS: Final = st.integers(0, 60)


def right_texts(kind: Kind) -> tuple[str, ...]:
    """Texts that this kind of question takes."""
    match kind:
        case Choice(source=source):
            return ("psychiatry", "other", "2027", "2028") if callable(source) else tuple(o.label for o in source)
        case ManyOf(source=source):
            many = ("dermatology, neurology", "psychiatry") if callable(source) else tuple(o.label for o in source)
            return (*many, "none", ", ".join(many))
        case Tally():
            return ("none", "2 internal medicine, 1 psychiatry", "dermatology: 9")
        case Number(low=low, high=high):
            return (str(low), str(high), str((low + high) // 2), str(low + 1))
        case Year():
            return ("2020", "2012", "2026", "1999")
        case Months():
            return ("2", "6 weeks", "1 week", "20 years")
        case Place():
            return ("Karachi", "Hyderabad, India", "Kathmandu", "Sao Paulo")
        case Text():
            return ("Space medicine", "x" * 60, "<i>&")
    raise AssertionError(kind)


class Conversation(RuleBasedStateMachine):
    """One person and their buttons, old and new."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(ENGINE)
        self.old: list[str] = []
        self.typed: set[str] = set()

    # -- what happens -------------------------------------------------------------------------------------------------

    def happens(self, event: Event) -> None:
        """One event; holds what must be true of every step."""
        before, question, screen = dict(self.talk.answered), self.talk.question, self.talk.screen
        self.old = [*self.old, *self.visible()][-60:]
        if isinstance(event, Typed):
            self.typed.add(event.text)
        first = ENGINE.step(self.talk.session, event, self.talk.now, lambda: "same")
        again = ENGINE.step(self.talk.session, event, self.talk.now, lambda: "same")
        assert first == again, "the same event on the same session must lead to the same place"
        self.talk.does(event)
        lost = set(before) - set(self.talk.answered)
        if lost and not self.talk.step.erase and not restarts(event):
            assert question in {"city", "clock"}, f"{lost} vanished at {question} with {event}"
            assert lost <= {"city", "clock"}
        elsewhere = (question, screen.template) != (self.talk.question, self.talk.screen.template)
        assert not elsewhere or self.talk.screen.token != screen.token, "buttons of another screen must be told apart"

    def visible(self) -> list[str]:
        """What the buttons on the screen carry."""
        return [data for row in RENDERER.rows(self.talk.screen) for _, data in row]

    def open_kind(self) -> Kind:
        """The kind of the open question."""
        return FLOW.by_id[self.talk.question].kind

    @initialize(command=st.sampled_from(("start", "start", "help", "review", "result", "settings")))
    def begins(self, command: str) -> None:
        self.happens(Command(command))
        if command == "start":
            self.happens(Pressed(self.talk.data("Begin the assessment")))

    @rule(pick=PICKS)
    def presses_a_button(self, pick: int) -> None:
        visible = self.visible()
        self.happens(Pressed(visible[pick % len(visible)]))

    @precondition(lambda self: self.talk.question)
    @rule(pick=PICKS)
    def presses_an_answer(self, pick: int) -> None:
        answers = [data for data in self.visible() if ":a:" in data or data.endswith(":u")]
        self.happens(Pressed(answers[pick % len(answers)]))

    @precondition(lambda self: self.talk.question)
    @rule(pick=PICKS, more=st.integers(0, 3))
    def types_right_answers(self, pick: int, more: int) -> None:
        for turn in range(more + 1):
            if self.talk.question:
                texts = right_texts(self.open_kind())
                self.happens(Typed(texts[(pick + turn) % len(texts)]))

    @rule(text=st.sampled_from((*WAYS, *HOSTILE)) | st.text(max_size=40))
    def types_something(self, text: str) -> None:
        self.happens(Typed(clean(text)))

    @rule(pick=PICKS)
    def types_a_label(self, pick: int) -> None:
        labels = self.talk.labels
        self.happens(Typed(labels[pick % len(labels)]))

    @rule(name=st.sampled_from(("start", "cancel", "menu", *COMMANDS, "nothing")))
    def sends_a_command(self, name: str) -> None:
        self.happens(Command(name, "argument"))

    @rule(kind=st.sampled_from(("sticker", "voice", "photo", "edited", "other")))
    def sends_no_text(self, kind: str) -> None:
        self.happens(Other(kind))

    @precondition(lambda self: self.old)
    @rule(pick=PICKS)
    def presses_an_old_button(self, pick: int) -> None:
        self.happens(Pressed(self.old[pick % len(self.old)]))

    @rule(pick=PICKS)
    def presses_twice(self, pick: int) -> None:
        visible = self.visible()
        data = visible[pick % len(visible)]
        self.happens(Pressed(data))
        self.happens(Pressed(data))

    @rule(one=PICKS, other=PICKS)
    def presses_arrive_out_of_order(self, one: int, other: int) -> None:
        visible = self.visible()
        first, second = visible[one % len(visible)], visible[other % len(visible)]
        self.happens(Pressed(second))
        self.happens(Pressed(first))

    @rule(data=st.text("abcdfgkpquw:.*0+-=²", max_size=20) | st.sampled_from(FORGED), own=st.booleans())
    def presses_something_forged(self, data: str, own: bool) -> None:
        self.happens(Pressed(f"{self.talk.screen.token}:{data}" if own else data))

    @rule(days=st.integers(-30, 900))
    def waits(self, days: int) -> None:
        self.talk.now += timedelta(days=days)
        if self.talk.now.year > 2045:
            self.talk.now = self.talk.now.replace(year=2026)

    @precondition(lambda self: self.talk.session)
    @rule()
    def loads_the_session_again(self) -> None:
        session = self.talk.session
        assert session is not None
        loaded = session_from_json(orjson.loads(stored(session)))
        assert loaded == session
        assert stored(loaded) == stored(session)
        assert ENGINE.screen(loaded, self.talk.now) == self.talk.screen

    @rule(picks=st.lists(PICKS, min_size=3, max_size=12))
    def could_come_to_the_end(self, picks: list[int]) -> None:
        """From here, a copy of this person answers the open question again and again, and has a result at the end."""
        comes_to_the_end(Talk(ENGINE, self.talk.session, self.talk.now), picks)

    # -- what is always true ------------------------------------------------------------------------------------------

    @invariant()
    def there_is_one_screen_and_telegram_takes_it(self) -> None:
        screen = self.talk.screen
        assert screen == self.talk.screen
        if self.talk.session is not None:
            settled = ENGINE.settled(self.talk.session, self.talk.now)
            assert ENGINE.screen(settled, self.talk.now) == screen
            assert (settled.place.page is None) != (settled.place.flow is None)
        text, _ = telegram_parser.parse(RENDERER.html(screen))
        assert text.strip()
        assert len(text.encode("utf-16-le")) // 2 <= LIMIT
        for said in sorted((shortened(typed) for typed in self.typed), key=len, reverse=True):
            text = text.replace(said, "") if said else text
        assert not re.search(r"\bNone\b|\{\{|\}\}|\{%", text), text
        for row in RENDERER.rows(screen):
            for label, data in row:
                assert label.strip()
                assert 1 <= len(data.encode()) <= 64
                assert unpacked(data)
        if self.talk.step.toast is not None:
            assert RENDERER.words(self.talk.step.toast).strip()

    def teardown(self) -> None:
        comes_to_the_end(Talk(ENGINE, self.talk.session, self.talk.now), [0])


def restarts(event: Event) -> bool:
    """Whether the event may be a wish to start over: the one thing besides erasing that forgets answers."""
    if isinstance(event, Pressed):
        press = unpacked(event.data)
        return press is not None and (press.verb, press.argument) == ("d", f"restart.{ASSESSMENT}")
    return isinstance(event, Typed) and event.text.startswith("Yes, start over")


def comes_to_the_end(talk: Talk, picks: list[int]) -> None:
    """Answers at most as many questions as the flow has; then nothing is open, and review and result are there."""
    answered = 0
    while True:
        if not talk.question:
            talk.says("/menu")
        on = [label for label in talk.labels if label.startswith(("Begin the assessment", "Continue at question"))]
        if not talk.question and not on:
            break
        if not talk.question:
            talk.presses(on[0])
        question = talk.question
        texts = right_texts(FLOW.by_id[question].kind)
        talk.says("yes" if question == "clock" else texts[picks[answered % len(picks)] % len(texts)])
        if talk.question == question:
            talk.presses("Not sure")
        answered += 1
        assert answered <= len(FLOW.questions)
        assert question in talk.answered
    assert talk.says("/result").screen.context["complete"] is True
    assert talk.says("/review").page == "review"


Conversation.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=35,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAnyConversation = Conversation.TestCase


def test_a_stored_session_of_nonsense_is_recovered_and_shown() -> None:
    nonsense: tuple[Json, ...] = (
        None,
        [],
        {},
        {"v": 1},
        {"v": 1, "seed": "abcd", "turn": 3},
        {"v": 1, "seed": "abcd", "turn": 3, "place": {"flow": 5}, "runs": [], "draft": "x", "note": {"code": "gone"}},
        {"v": 1, "seed": "abcd", "turn": 0, "place": {"flow": "assessment"}, "runs": {"assessment": {"answers": []}}},
        {"v": 99, "seed": "abcd", "turn": 0, "runs": {"assessment": {"answers": {"cycle": "2027"}}}},
    )
    for row in nonsense:
        session = recovered_session(row, lambda: "seed")
        assert isinstance(session, Session)
        assert telegram_parser.parse(RENDERER.html(ENGINE.screen(session, Talk(ENGINE).now)))[0]


def test_right_texts_are_taken_by_every_question() -> None:
    """The machine is only as good as its answers: each question takes at least one of them."""
    left = set(FLOW.by_id) - {"clock"}
    choices: Mapping[str, str] = {
        "step1": "score",
        "failures": "2",
        "usce_kinds": "observership, externship, elective, hands on",
        "home_experience": "residency",
        "primary": "other",
        "geography": "one state",
        "visa": "either",
        "citizenship": "no",
        "work_right": "none",
        "publications": "1",
    }
    for pick in range(4):
        talk = Talk(ENGINE).says("/start").presses("Begin the assessment")
        while talk.question:
            question = talk.question
            texts = right_texts(FLOW.by_id[question].kind)
            talk.says(choices.get(question) or ("yes" if question == "clock" else texts[pick % len(texts)]))
            if talk.question == question:
                talk.presses("Not sure")
            elif question not in talk.unsure:
                left -= {question}
    assert left == set()
