"""Walking through every screen that buttons lead to: pure, with the engine alone, from one remembered session.

Buttons that go somewhere are followed to their end; a deed (choosing a backup, erasing) is done once, and the screen
after it is looked at; answers are never given, so the session's answers stay what they are.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from conversations.answers import UNKNOWN, Answers, Json
from conversations.applicant import ASSESSMENT
from conversations.buttons import packed
from conversations.dates import ALL_DAY, Clock, Day, Sentence
from conversations.engine import Engine
from conversations.events import Pressed
from conversations.lists import ManyOf, Tally
from conversations.numbers import Months, Number, Year
from conversations.places import Place as City
from conversations.places import city_json
from conversations.plan import BACKUPS, VERSIONS
from conversations.preferences import FIT, INTERESTS
from conversations.questions import Choice, Kind, Scene, Text
from conversations.screen import Screen
from conversations.session import Place, Run, Session
from planning.cities import find_cities
from tests.conversations.talk import NOW, seeds

_CITIES: Final = ("Karachi", "Kathmandu", "Lagos, Nigeria", "New York")
FREE_TEXT: Final = "Space medicine"


@dataclass(frozen=True, slots=True)
class Seen:
    """A screen, and where it is: the page or flow, and how one came to it."""

    session: Session
    screen: Screen

    @property
    def name(self) -> str:
        """What the screen is, for a message: its template, and what it is about."""
        place = self.session.place
        return f"{self.screen.template} {place.subject}".strip()


def anybody(rng: random.Random, engine: Engine) -> Session:
    """Somebody who has answered everything, known or not, wants something, and has a plan and an earlier result."""
    facts = engine.facts
    runs = {
        flow.id: Run(_answers(rng, engine, flow.id))
        for flow in engine.flows.values()
        if not flow.id.startswith(FIT) or rng.random() < 0.2
    }
    if rng.random() < 0.2:
        del runs[INTERESTS]
    careers = [one.slug for one in facts.specialties if not one.one_year]
    earlier = dict(_answers(rng, engine, ASSESSMENT))
    likely = ("family-medicine", "internal-medicine", "psychiatry", "pediatrics", rng.choice(careers))
    kept: dict[str, Json] = {
        BACKUPS: list(rng.sample(likely, rng.randint(0, 2))),
        VERSIONS: [{"on": str(date(NOW.year, NOW.month, NOW.day) - timedelta(days=90)), "answers": earlier}],
    }
    return Session("abcd", place=Place(page="home"), runs=runs, kept=kept)


def _answers(rng: random.Random, engine: Engine, flow: str) -> Mapping[str, Json]:
    scene = Scene(Answers({}), engine.facts, NOW)
    found: dict[str, Json] = {}
    for question in engine.flows[flow].questions:
        unsure = question.unsure and rng.random() < 0.12
        found[question.id] = dict(UNKNOWN) if unsure else value(rng, question.kind, scene, likely=question.id)
    if "citizenship" in found and rng.random() < 0.5:
        found["citizenship"] = "no"
    if "clock" in found:
        found["clock"] = "yes"
    return found


def value(rng: random.Random, kind: Kind, scene: Scene, *, likely: str = "") -> Json:
    """A stored answer of that kind; scores and years as people have them."""
    match kind:
        case Choice():
            options = [option.value for option in kind.options(scene)]
            common = options[:12] if rng.random() < 0.7 else options
            return rng.choice(common)
        case ManyOf():
            options = [option.value for option in kind.options(scene)]
            return list(rng.sample(options[:12], rng.randint(0, min(3, len(options)))))
        case Tally():
            options = [option.value for option in kind.source(scene)]
            return {slug: rng.randint(1, 4) for slug in rng.sample(options[:12], rng.randint(0, 3))}
        case Number():
            score = likely.endswith(("score", "ck"))
            others = [option.value for option in kind.others]
            if others and rng.random() < 0.1:
                return rng.choice(others)
            return rng.randint(205, 270) if score else rng.choice([0, 0, 1, 2, 5, 14])
        case Year():
            return rng.randint(kind.highest(scene) - 12, kind.highest(scene))
        case Months():
            return rng.choice([0.5, 1, 1.5, 3, 12])
        case City():
            return city_json(find_cities(rng.choice(_CITIES))[0])
        case Sentence():
            return {"title": "Interview", "on": (scene.now + timedelta(days=rng.randint(1, 90))).date().isoformat()}
        case Day():
            return (scene.now + timedelta(days=rng.randint(1, 90))).date().isoformat()
        case Clock():
            return rng.choice(("09:00", "14:30", ALL_DAY))
        case Text():
            return FREE_TEXT
    raise AssertionError(kind)


def crawl(engine: Engine, session: Session, *, skip: frozenset[str] = frozenset()) -> Iterator[Seen]:
    """Every screen that buttons lead to from there, each once.

    `skip` names pages that are not gone into, and verbs of buttons that are not pressed (``p`` turns a page of
    options).
    """
    waiting = [session]
    known = {_where(session)}
    pressed: set[str] = set()
    while waiting:
        here = waiting.pop()
        screen = engine.screen(here, NOW)
        yield Seen(here, screen)
        for row in screen.rows:
            for button in row:
                verb, _, argument = button.action.partition(":")
                if verb in "aukb" or verb in skip or argument.partition(".")[0] in skip:
                    continue
                # Where these lead does not depend on the screen they stand on; of a deed, one example is enough.
                meant = button.action if verb in "gfq" else argument.partition(".")[0] if verb == "d" else ""
                if meant in pressed:
                    continue
                pressed |= {meant} if meant else set()
                data = packed(screen.token, button.action, keep=screen.keep)
                after = engine.step(here, Pressed(data), NOW, seeds()).session
                if verb == "d" and after is not None:
                    yield Seen(after, engine.screen(after, NOW))
                elif after is not None and (where := _where(after)) not in known:
                    known.add(where)
                    waiting.append(replace(after, kept={**here.kept}))


def _where(session: Session) -> tuple[object, ...]:
    """The place, the question that is being changed there, its opened explanation and its page of options."""
    flow = session.place.flow
    editing = session.run(flow).editing if flow else None
    page = session.draft.get("page") if flow else None
    return (session.place, editing, session.why, str(page) if flow else "")
