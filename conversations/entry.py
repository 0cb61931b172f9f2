"""The way in: welcome, what this is, the menu of steps, coming back, help, privacy."""

from dataclasses import dataclass

from conversations.answers import Json
from conversations.applicant import ASSESSMENT
from conversations.asking import asked
from conversations.dual import SEEN
from conversations.mentoring import readings_of
from conversations.pages import Leaf, Page, Visit
from conversations.plan import BACKUPS
from conversations.preferences import INTERESTS, preferences_of
from conversations.screen import Button, Rows
from conversations.ways import assessed, way_on


@dataclass(frozen=True, slots=True)
class StepMark:
    """One of the guide's five steps on the menu: ``state`` is ``done``, ``started`` or ``open``."""

    title: str
    state: str


def _welcome(visit: Visit) -> Leaf:
    return Leaf(
        {},
        (
            *_for_mentors(visit),
            *way_on(visit),
            (Button("What is backup planning?", "g:about"),),
            (Button("Privacy", "g:privacy"), Button("Help", "g:help")),
        ),
    )


def _for_mentors(visit: Visit) -> Rows:
    """The way back to what others shared with this account, also for somebody who has no plan here."""
    return ((Button("Shared with me", "g:mentoring"),),) if readings_of(visit.session) else ()


def _about(visit: Visit) -> Leaf:
    return Leaf({}, (*way_on(visit), (Button("Menu", "g:home"),)))


def _marks(visit: Visit) -> tuple[StepMark, ...]:
    """The guide's steps that this release has, with what is done of them."""
    kept, answers = visit.session.kept, visit.run(ASSESSMENT).answers
    wanted = preferences_of(visit)
    chosen = [slug for slug in _listed(kept.get(BACKUPS)) if not wanted.fit_of(str(slug)).vetoed]
    wants = visit.session.run(INTERESTS).answers
    return (
        StepMark("Assess where you stand", "done" if assessed(visit) else "started" if answers else "open"),
        StepMark("Choose a backup specialty", "done" if chosen else "started" if wants else "open"),
        StepMark("Decide on applying to two fields", "done" if chosen and kept.get(SEEN) in chosen else "open"),
    )


def _listed(stored: Json) -> list[Json]:
    return stored if isinstance(stored, list) else []


def _home(visit: Visit) -> Leaf:
    run, route = visit.run(ASSESSMENT), visit.route(ASSESSMENT)
    answered = sum(1 for q in route.reachable if route.answers.has(q.id))
    rows = [*way_on(visit), *_for_mentors(visit)]
    if run.answers:
        rows.append((Button("Review my answers", "g:review"), Button("Where you stand", "g:standing")))
    rows.append((Button("Backup specialties", "g:backups"), Button("Two fields?", "g:dual")))
    rows.append((Button("My plan", "g:plan"), Button("My timeline", "g:timeline")))
    rows.append((Button("Share with a mentor", "g:share"), Button("Worked example", "g:scenario")))
    rows.append((Button("About", "g:about"), Button("FAQ", "g:faq"), Button("Glossary", "g:glossary")))
    rows.append((Button("Settings", "g:settings"), Button("Help", "g:help"), Button("Privacy", "g:privacy")))
    return Leaf({"steps": _marks(visit), "answered": answered, "total": len(route.reachable)}, tuple(rows))


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
