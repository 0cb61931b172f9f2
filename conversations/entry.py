"""The way in: welcome, what this is, the menu of steps, coming back, help, privacy."""

from dataclasses import dataclass

from conversations.applicant import ASSESSMENT
from conversations.asking import asked
from conversations.pages import Leaf, Page, Visit
from conversations.screen import Button, Rows


@dataclass(frozen=True, slots=True)
class StepMark:
    """One of the guide's five steps on the menu: ``state`` is ``done``, ``started`` or ``open``."""

    title: str
    state: str


def assessed(visit: Visit) -> bool:
    """Whether every reachable question of the assessment has an answer."""
    return visit.route(ASSESSMENT).current is None and bool(visit.run(ASSESSMENT).answers)


def way_on(visit: Visit) -> Rows:
    """What goes on: begin, continue at the open question (also one that is being changed), or the result."""
    route, open_ = visit.route(ASSESSMENT), asked(visit, ASSESSMENT)
    if not visit.run(ASSESSMENT).answers:
        return ((Button("Begin the assessment", f"f:{ASSESSMENT}"),),)
    rows: Rows = ()
    if open_ is not None:
        rows = ((Button(f"Continue at question {route.number(open_.question)}", f"f:{ASSESSMENT}"),),)
    return rows if route.current is not None else (*rows, (Button("See my result", "g:result"),))


def _welcome(visit: Visit) -> Leaf:
    return Leaf(
        {},
        (
            *way_on(visit),
            (Button("What is backup planning?", "g:about"),),
            (Button("Privacy", "g:privacy"), Button("Help", "g:help")),
        ),
    )


def _about(visit: Visit) -> Leaf:
    return Leaf({}, (*way_on(visit), (Button("Menu", "g:home"),)))


def _home(visit: Visit) -> Leaf:
    run, route = visit.run(ASSESSMENT), visit.route(ASSESSMENT)
    answered = sum(1 for q in route.reachable if route.answers.has(q.id))
    state = "done" if assessed(visit) else "started" if run.answers else "open"
    rows = list(way_on(visit))
    if run.answers:
        rows.append((Button("Review or change answers", "g:review"),))
    rows.append((Button("What is backup planning?", "g:about"),))
    rows.append((Button("FAQ", "g:faq"), Button("Glossary", "g:glossary")))
    rows.append((Button("Settings", "g:settings"), Button("Help", "g:help"), Button("Privacy", "g:privacy")))
    return Leaf(
        {
            "steps": (StepMark("Assess where you stand", state),),
            "answered": answered,
            "total": len(route.reachable),
        },
        tuple(rows),
    )


def _resume(visit: Visit) -> Leaf:
    route, open_ = visit.route(ASSESSMENT), asked(visit, ASSESSMENT)
    return Leaf(
        {
            "number": route.number(open_.question) if open_ else len(route.reachable),
            "total": len(route.reachable),
            "question_title": open_.question.title if open_ else "",
            "days_away": int(visit.subject) if visit.subject.isascii() and visit.subject.isdigit() else 0,
        },
        (*way_on(visit), (Button("Start over", "g:start_over"),), (Button("Menu", "g:home"),)),
    )


def _start_over(visit: Visit) -> Leaf:
    del visit
    return Leaf(
        {}, ((Button("No, keep my answers", "g:home"),), (Button("Yes, start over", f"d:restart.{ASSESSMENT}"),))
    )


def _help(visit: Visit) -> Leaf:
    return Leaf(
        {},
        (
            *way_on(visit),
            (Button("FAQ", "g:faq"), Button("Glossary", "g:glossary")),
            (Button("Menu", "g:home"), Button("Privacy", "g:privacy")),
        ),
    )


PAGES = (
    Page("welcome", _welcome),
    Page("about", _about),
    Page("home", _home),
    Page("resume", _resume),
    Page("start_over", _start_over),
    Page("help", _help),
)
