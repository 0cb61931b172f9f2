"""A question as a screen: its head line and bar, its answer buttons, and the ways on and back."""

from dataclasses import dataclass
from typing import Final

from conversations.answers import Json
from conversations.applicant import ASSESSMENT, profile_from, profile_of
from conversations.flow import Flow, Question, Route, answer_words
from conversations.pages import Visit
from conversations.questions import Scene
from conversations.screen import Button, Rows, Screen
from conversations.session import Run

BAR: Final = 10
NOT_SURE: Final = "Not sure"
BACK: Final = "◂ Back"
WHY: Final = "Why do you ask?"
MENU: Final = "Menu"
LABEL: Final = 28
# The draft's own question: after a release that reorders questions, another one's draft must not be read as this one's.
OF: Final = "of"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that is open in a flow, with what is needed to read an answer to it."""

    flow: Flow
    question: Question
    route: Route
    run: Run
    draft: dict[str, Json]
    scene: Scene


def asked(visit: Visit, flow_id: str) -> Asked | None:
    """The open question of a flow: the one being changed, else the first reachable one without an answer."""
    flow = visit.flows[flow_id]
    run = visit.run(flow_id)
    route = visit.route(flow_id)
    editing = flow.question(run.editing) if run.editing else None
    question = editing if editing in route.reachable else route.current
    if question is None:
        return None
    stored = visit.session.draft
    draft = stored if stored.get(OF) == question.id else question.kind.draft_of(route.answers.known(question.id))
    asks_for_it = flow_id == ASSESSMENT or ASSESSMENT not in visit.flows  # where the city is asked, none is known yet
    zone = "UTC" if asks_for_it else profile_of(visit).zone or "UTC"
    return Asked(flow, question, route, run, draft, Scene(route.answers, visit.facts, visit.now, zone))


def bar(number: int, total: int) -> str:
    """Progress as ten blocks: the questions behind are filled."""
    filled = BAR * (number - 1) // max(total, 1)
    return "▓" * filled + "░" * (BAR - filled)


def question_screen(visit: Visit, open_: Asked) -> Screen:
    """The screen of the open question."""
    question, route, session = open_.question, open_.route, visit.session
    number, total = route.number(question), len(route.reachable)
    computed = question.computed(open_.scene) if question.computed else {}
    p = profile_from(route.answers) if open_.flow.id == ASSESSMENT else profile_of(visit)
    return Screen(
        template=question.template_in(open_.flow.id),
        context={
            "p": p,
            "applying_year": p.cycle - 1 if p.cycle else None,
            "place": {"section": question.section, "number": number, "total": total, "bar": bar(number, total)},
            "why_open": session.why,
            **question.values,
            **computed,
        },
        rows=_rows(open_, why=session.why),
        token=session.token,
        note=session.note,
        hint=question.kind.hint(open_.scene),
    )


def _rows(open_: Asked, *, why: bool) -> Rows:
    question, route = open_.question, open_.route
    rows = list(question.kind.rows(open_.scene, open_.draft))
    if route.answers.has(question.id):
        label = answer_words(question, open_.scene)
        label = label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"
        rows.append((Button(f"Keep: {label}", "k"),))
    back = Button(BACK, "b")
    rows.append((Button(NOT_SURE, "u"), back) if question.unsure else (back,))
    rows.append((Button("Hide why", "w:0") if why else Button(WHY, "w:1"), Button(MENU, "g:home")))
    return tuple(rows)
